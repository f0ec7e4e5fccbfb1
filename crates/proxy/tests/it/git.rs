//! Real `git` with large files through the gateway, with a token as the password.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::process::Command;

use crate::backend::Backend;
use crate::world::{World, engine_of};

const HEADER: &str = "header = { name = \"X-Remote-User\" }";

struct Work {
    directory: tempfile::TempDir,
    world: World,
    backend: Backend,
}

impl Work {
    async fn start(more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bare = directory.path().join("repositories/project/code.git");
        std::fs::create_dir_all(&bare).unwrap();
        let backend = Backend::start(directory.path().join("repositories")).await;
        let world = World::start().await;
        let base = format!("http://{}/bb", backend.address);
        world.running.store(Some(Arc::new(engine_of(
            "bitbucket",
            &base,
            HEADER,
            more,
            &[],
        ))));
        backend.is_called(&format!("http://{}/tracker", world.address));
        let work = Self {
            directory,
            world,
            backend,
        };
        work.git(
            &bare,
            &["init", "--bare", "--quiet", "--initial-branch=main"],
        )
        .await;
        work.git(&bare, &["config", "http.receivepack", "true"])
            .await;
        work
    }

    fn url(&self, password: &str) -> String {
        let address = self.world.address;
        format!("http://oauth2:{password}@{address}/tracker/scm/project/code.git")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn git(&self, at: &Path, arguments: &[&str]) {
        let (done, told) = self.try_git(at, arguments).await;
        assert!(done, "{arguments:?}: {told}");
    }

    async fn try_git(&self, at: &Path, arguments: &[&str]) -> (bool, String) {
        let home = self.directory.path();
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Alice",
                "-c",
                "user.email=alice@example.com",
            ])
            .args(["-c", "http.postBuffer=65536"])
            .args(arguments)
            .current_dir(at)
            .env("HOME", home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env_remove("GIT_DIR")
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), told)
    }

    /// A clone with a commit that holds a file and a large file.
    async fn with_commit(&self, name: &str, password: &str) -> PathBuf {
        let clone = self.at(name);
        self.git(
            self.directory.path(),
            &["clone", "--quiet", &self.url(password), name],
        )
        .await;
        self.git(&clone, &["lfs", "install", "--local"]).await;
        self.git(&clone, &["lfs", "track", "*.bin"]).await;
        std::fs::write(clone.join("small.txt"), "small").unwrap();
        // More than what one chunk of a push holds, and nothing that compresses.
        let noise: Vec<u8> = (0..200_000_u64)
            .map(|number| (number.wrapping_mul(6_364_136_223_846_793_005) >> 33).to_le_bytes()[0])
            .collect();
        std::fs::write(clone.join("noise.dat"), &noise).unwrap();
        std::fs::write(clone.join("large.bin"), vec![7; 300_000]).unwrap();
        self.git(&clone, &["add", "."]).await;
        self.git(&clone, &["commit", "--quiet", "--message", "one"])
            .await;
        clone
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clone_fetch_and_push_with_large_files_pass_as_the_user_of_the_token() {
    let work = Work::start("").await;
    let clone = work.with_commit("first", "gho_alice").await;
    work.git(&clone, &["push", "--quiet", "origin", "HEAD:main"])
        .await;
    assert_eq!(work.backend.files(), 1);

    let second = work.at("second");
    let home = work.directory.path().to_owned();
    work.git(&home, &["lfs", "install"]).await;
    work.git(&home, &["clone", "--quiet", &work.url("gho_bob"), "second"])
        .await;
    assert_eq!(
        std::fs::read(second.join("large.bin")).unwrap(),
        vec![7; 300_000]
    );
    assert_eq!(
        std::fs::read_to_string(second.join("small.txt")).unwrap(),
        "small"
    );

    std::fs::write(clone.join("small.txt"), "changed").unwrap();
    work.git(&clone, &["commit", "--quiet", "--all", "--message", "two"])
        .await;
    work.git(&clone, &["push", "--quiet", "origin", "HEAD:main"])
        .await;
    work.git(&second, &["pull", "--quiet"]).await;
    assert_eq!(
        std::fs::read_to_string(second.join("small.txt")).unwrap(),
        "changed"
    );

    let seen = work.backend.seen();
    assert!(
        seen.iter()
            .all(|(_, _, user)| user == "alice" || user == "bob"),
        "{seen:?}"
    );
    for (method, end) in [
        ("POST", "/git-receive-pack"),
        ("POST", "/git-upload-pack"),
        ("GET", "/info/refs"),
        ("POST", "/info/lfs/objects/batch"),
    ] {
        assert!(
            seen.iter()
                .any(|(how, path, _)| how == method && path.ends_with(end)),
            "{method} {end}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_does_not_clone_and_a_reader_clones_and_does_not_push() {
    let work = Work::start("access = { groups_read_only = [\"jira-users\"] }").await;
    let home = work.directory.path().to_owned();
    let (cloned, told) = work
        .try_git(
            &home,
            &["clone", "--quiet", &work.url("gho_wrong"), "wrong"],
        )
        .await;
    assert!(!cloned, "{told}");
    assert!(work.backend.seen().is_empty());

    let clone = work.with_commit("reader", "gho_alice").await;
    let (pushed, told) = work
        .try_git(&clone, &["push", "--quiet", "origin", "HEAD:main"])
        .await;
    assert!(!pushed && told.contains("403"), "{told}");
    let seen = work.backend.seen();
    assert!(!seen.is_empty());
    assert!(
        seen.iter()
            .all(|(method, path, _)| { method != "PUT" && !path.ends_with("git-receive-pack") }),
        "{seen:?}"
    );
    assert_eq!(work.backend.files(), 0);
}
