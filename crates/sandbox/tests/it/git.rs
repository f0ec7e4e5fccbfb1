//! Git itself against the sandbox: clone, push, and Git LFS.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use crate::running::Running;

/// Runs Git in a directory of the test's own, without anybody's configuration.
async fn git(directory: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(["-c", "credential.helper="])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("HOME", directory)
        .env_remove("http_proxy")
        .env_remove("https_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("all_proxy")
        .stdin(Stdio::null())
        .output()
        .await
        .expect("git is installed");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), text)
}

fn clone_url(sandbox: &Running, credential: &str, path: &str) -> String {
    let base = &sandbox.description.products.bitbucket;
    base.replace("http://", &format!("http://{credential}")) + path
}

/// A token made for a user or a place.
async fn token(sandbox: &Running, place: &str, permissions: &[&str]) -> String {
    let answer = sandbox
        .bitbucket("PUT", &format!("/rest/access-tokens/latest/{place}"))
        .user("fred")
        .json(&json!({ "name": "git", "permissions": permissions }))
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn git_clones_and_pushes_by_password_and_by_token() {
    let sandbox = Running::start().await;
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    let url = clone_url(&sandbox, "fred:fred-password@", "/scm/quarry/crane.git");
    let (cloned, text) = git(here, &["clone", "--quiet", &url, "crane"]).await;
    assert!(cloned, "{text}");
    let work = here.join("crane");
    assert!(work.join("README.md").is_file());

    std::fs::write(work.join("lever.txt"), "long enough").unwrap();
    assert!(git(&work, &["add", "."]).await.0);
    assert!(git(&work, &["commit", "--quiet", "-m", "A lever"]).await.0);
    let (pushed, text) = git(&work, &["push", "--quiet", "origin", "main"]).await;
    assert!(pushed, "{text}");

    let bearer = format!(
        "http.extraHeader=Authorization: Bearer {}",
        token(&sandbox, "users/fred", &["REPO_READ"]).await
    );
    let plain = clone_url(&sandbox, "", "/scm/QUARRY/crane.git");
    let (cloned, text) = git(here, &["-c", &bearer, "clone", "--quiet", &plain, "again"]).await;
    assert!(cloned, "{text}");
    let again = here.join("again");
    assert!(again.join("lever.txt").is_file());
    std::fs::write(again.join("no.txt"), "not with this token").unwrap();
    assert!(git(&again, &["add", "."]).await.0);
    assert!(git(&again, &["commit", "--quiet", "-m", "No"]).await.0);
    let (pushed, text) = git(
        &again,
        &["-c", &bearer, "push", "--quiet", "origin", "main"],
    )
    .await;
    assert!(!pushed && text.contains("403"), "{text}");
}

#[tokio::test]
async fn a_private_repository_asks_for_a_password_and_a_public_one_does_not() {
    let sandbox = Running::start().await;
    let directory = tempfile::tempdir().unwrap();
    let private = clone_url(&sandbox, "", "/scm/quarry/crane.git");
    assert!(
        !git(directory.path(), &["clone", "--quiet", &private])
            .await
            .0
    );
    let refs = "/scm/quarry/crane.git/info/refs?service=git-upload-pack";
    let asked = sandbox.bitbucket("GET", refs).send().await;
    assert_eq!(asked.status, 401);
    assert!(asked.header("www-authenticate").starts_with("Basic realm="));
    let public = clone_url(&sandbox, "", "/scm/open/stone-wheel.git");
    let (cloned, text) = git(directory.path(), &["clone", "--quiet", &public]).await;
    assert!(cloned, "{text}");
}

#[tokio::test]
async fn a_token_of_a_repository_reaches_it_alone_and_never_with_a_name() {
    let sandbox = Running::start().await;
    let token = token(&sandbox, "projects/QUARRY/repos/crane", &["REPO_WRITE"]).await;
    let refs = |slug: &str| format!("/scm/quarry/{slug}.git/info/refs?service=git-upload-pack");
    let mine = sandbox.bitbucket("GET", &refs("crane")).bearer(&token);
    assert_eq!(mine.send().await.status, 200);
    let other = sandbox.bitbucket("GET", &refs("whistle")).bearer(&token);
    assert_eq!(other.send().await.status, 403);
    let named = sandbox
        .bitbucket("GET", &refs("crane"))
        .basic("fred", &token);
    assert_eq!(named.send().await.status, 401);
    let who = "/rest/api/latest/application-properties";
    let who = sandbox.bitbucket("GET", who).bearer(&token).send().await;
    assert!(who.header("x-ausername").starts_with("access-token-user-"));
    let all = "/rest/api/latest/repos";
    let all = sandbox.bitbucket("GET", all).bearer(&token).send().await;
    let seen: Vec<_> = all.json()["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|repository| repository["slug"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(seen, ["crane", "stone-wheel"]);
}

#[tokio::test]
async fn large_files_are_uploaded_and_downloaded() {
    let sandbox = Running::start().await;
    let object = "a heavy stone";
    let id = "13e57f7fbbbcb9d6bd2c8d1c1ea03bbc9ef6b4c8bbb0ea80bf0d18b7a95ee3d3";
    let batch = |operation: &str, id: &str| {
        sandbox
            .bitbucket("POST", "/scm/quarry/crane.git/info/lfs/objects/batch")
            .user("fred")
            .json(&json!({ "operation": operation, "objects": [{ "oid": id, "size": 13 }] }))
            .send()
    };
    let missing = batch("download", id).await.json();
    assert_eq!(missing["objects"][0]["error"]["code"], 404);
    let offered = batch("upload", id).await.json();
    let href = offered["objects"][0]["actions"]["upload"]["href"].clone();
    let wrong = sandbox
        .call("PUT", href.as_str().unwrap())
        .user("fred")
        .body(object)
        .send()
        .await;
    assert_eq!(wrong.status, 422, "the name is the digest");
    let id = sha256(object);
    let offered = batch("upload", &id).await.json();
    let href = offered["objects"][0]["actions"]["upload"]["href"].clone();
    let stored = sandbox
        .call("PUT", href.as_str().unwrap())
        .user("fred")
        .body(object)
        .send()
        .await;
    assert_eq!(stored.status, 200);
    let offered = batch("download", &id).await.json();
    let href = offered["objects"][0]["actions"]["download"]["href"].clone();
    let href = href.as_str().unwrap();
    let read = sandbox.call("GET", href).user("fred").send().await;
    assert_eq!(read.text, object);
    let nobody = sandbox.call("GET", href).send().await;
    assert_eq!(nobody.status, 401);
}

fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            use std::fmt::Write;
            let _ = write!(text, "{byte:02x}");
            text
        })
}
