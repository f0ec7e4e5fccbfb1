//! What libraries in another language make of it, which nobody here wrote.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::running::Running;

#[expect(
    clippy::disallowed_methods,
    reason = "the interpreter is told by whoever runs the tests"
)]
fn interpreter() -> String {
    std::env::var("GATEWRIGHT_TEST_PYTHON")
        .expect("GATEWRIGHT_TEST_PYTHON has to name a Python interpreter with oauthlib and Authlib")
}

/// Runs a script of this folder: JSON in, JSON out.
fn run(script: &str, input: &Value) -> Value {
    let path = format!("{}/tests/it/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(interpreter())
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter of GATEWRIGHT_TEST_PYTHON starts");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

#[tokio::test]
#[ignore = "needs Python's oauthlib: run by cargo xtask test"]
async fn signatures_of_oauthlib_are_taken_and_broken_ones_are_not() {
    let sandbox = Running::start().await;
    let products = &sandbox.description.products;
    let requests = json!([
        { "method": "GET", "url": format!("{}/rest/api/2/myself?xoauth_requestor_id=barney", products.jira) },
        { "method": "GET", "url": format!("{}/rest/api/2/myself?user_id=barney", products.jira) },
        {
            "method": "GET",
            "url": format!(
                "{}/rest/api/2/search?jql=summary%20~%20%22gr%C3%BC%C3%9Fe%22&fields=a&fields=b&x=1%2B2&y=a+b&z=\
                 &xoauth_requestor_id=barney",
                products.jira
            ),
        },
        {
            "method": "GET",
            "url": format!("{}/rest/api/2/user?username=pearl%40example.com&xoauth_requestor_id=barney", products.jira),
        },
        {
            "method": "POST",
            "url": format!("{}/rest/api/2/issue/ROCK-1/comment?xoauth_requestor_id=barney", products.jira),
            "headers": { "Content-Type": "application/json" },
            "body": "{\"body\":\"signed\"}",
        },
        {
            "method": "POST",
            "url": format!("{}/rest/api/2/search", products.jira),
            "headers": { "Content-Type": "application/x-www-form-urlencoded", "X-Atlassian-Token": "no-check" },
            "body": "xoauth_requestor_id=barney&text=a+b%2Bc&empty=",
        },
        {
            "method": "GET",
            "url": format!("{}/rest/api/user/current?xoauth_requestor_id=barney", products.confluence),
        },
        {
            "method": "PUT",
            "url": format!("{}/rest/access-tokens/latest/users/barney?xoauth_requestor_id=barney", products.bitbucket),
            "headers": { "Content-Type": "application/json" },
            "body": "{\"name\":\"x\",\"permissions\":[\"REPO_READ\"]}",
        },
    ]);
    let input = json!({
        "consumer_key": "gatewright",
        "private_key": sandbox.description.secrets["applink-oauth1"].expose(),
        "timestamp": sandbox.now().unix_timestamp().to_string(),
        "requests": requests,
    });
    let signed = run("sign_with_oauthlib.py", &input);
    for request in signed.as_array().unwrap() {
        for (changed, expected) in [(true, "signature_invalid"), (false, "")] {
            let authorization = request["authorization"].as_str().unwrap();
            // Another nonce makes another base string.
            let authorization = if changed {
                authorization.replace("oauth_nonce=\"", "oauth_nonce=\"0")
            } else {
                authorization.to_owned()
            };
            let mut call = sandbox
                .call(
                    request["method"].as_str().unwrap(),
                    request["url"].as_str().unwrap(),
                )
                .header("accept", "application/json")
                .header("authorization", &authorization)
                .body(request["body"].as_str().unwrap_or_default());
            for (name, value) in request["headers"].as_object().into_iter().flatten() {
                call = call.header(&name.to_lowercase(), value.as_str().unwrap());
            }
            let answer = call.send().await;
            if changed {
                assert!(
                    answer.header("www-authenticate").contains(expected),
                    "{request}: {}",
                    answer.text
                );
            } else {
                assert!(
                    answer.status.is_success(),
                    "{request}: {} {}",
                    answer.status,
                    answer.text
                );
                assert_eq!(answer.header("x-ausername"), "barney", "{request}");
            }
        }
    }
    let rejected = json!({
        "consumer_key": "gatewright",
        "private_key": sandbox.description.secrets["applink-oauth1"].expose(),
        "timestamp": sandbox.now().unix_timestamp().to_string(),
        "signature_method": "RSA-SHA256",
        "requests": [requests[0]],
    });
    let signed = run("sign_with_oauthlib.py", &rejected);
    let url = signed[0]["url"].as_str().unwrap();
    let answer = sandbox
        .call("GET", url)
        .header(
            "authorization",
            signed[0]["authorization"].as_str().unwrap(),
        )
        .send()
        .await;
    assert!(
        answer
            .header("www-authenticate")
            .contains("signature_method_rejected"),
        "{}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Python's Authlib: run by cargo xtask test"]
async fn authlib_signs_somebody_in_and_believes_the_id_token() {
    let sandbox = Running::start_at_the_machines_time().await;
    let input = json!({
        "issuer": sandbox.description.providers.oidc.issuer,
        "client_id": sandbox.description.providers.oidc.client_id,
        "client_secret": sandbox.description.providers.oidc.client_secret.expose(),
        "username": "JDoe",
        "password": "jdoe-password",
    });
    let seen = tokio::task::spawn_blocking(move || run("sign_in_with_authlib.py", &input))
        .await
        .unwrap();
    assert_eq!(seen["id_token"]["preferred_username"], "JDoe");
    assert_eq!(seen["userinfo"]["sub"], seen["id_token"]["sub"]);
    assert_eq!(seen["refreshed_userinfo"]["preferred_username"], "JDoe");
    assert_eq!(seen["introspection"]["active"], true);
    assert_eq!(seen["after_revocation"], 401);
}
