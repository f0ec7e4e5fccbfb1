//! Nothing that was passed in as a secret comes out again, whatever a server does with it.

use crate::crooked::{Crooked, say};
use crate::program::{Call, gatewright};

const CANARY: &str = "canary-of-a-secret";

/// A server that repeats the secret in every way that people read.
fn parrot(status: &'static str) -> Crooked {
    Crooked::answering(move |_, stream| {
        let words = format!("there is no {CANARY} here");
        let body = serde_json::json!({
            "error": "invalid_client",
            "error_description": words,
            "message": words,
            "errorMessages": [words],
            "status-code": 401,
        })
        .to_string();
        say(
            stream,
            &format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"{words}\"\r\nX-Seraph-LoginReason: {CANARY}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            ),
        );
    })
}

fn calls(url: &str) -> Vec<(&'static str, Call)> {
    let oauth2 = format!(
        "--provider custom-oauth2 --input authorization_url={url}/a --input token_url={url}/t --input userinfo_url={url}/u"
    );
    let fetch = format!("token fetch {oauth2} --client-id x");
    vec![
        (
            "a client secret",
            gatewright(&format!(
                "{fetch} --grant client-credentials --client-secret-env SECRET --client-auth body"
            ))
            .env("SECRET", CANARY),
        ),
        (
            "a refresh token",
            gatewright(&format!("{fetch} --grant refresh-token --refresh-token-stdin"))
                .input(CANARY),
        ),
        (
            "a token for userinfo",
            gatewright(&format!("token userinfo {oauth2} --token-stdin")).input(CANARY),
        ),
        (
            "a token to test",
            gatewright(&format!(
                "token test --product jira --base-url {url} --type bearer --token-stdin"
            ))
            .input(CANARY),
        ),
        (
            "a password to test",
            gatewright(&format!(
                "token test --product bitbucket --base-url {url} --type basic --user fred --token-stdin"
            ))
            .input(CANARY),
        ),
        (
            "a pairing code",
            gatewright(&format!("gateway pair {url} --code-stdin --credential-file /dev/null"))
                .input(CANARY),
        ),
    ]
}

#[test]
fn a_server_that_repeats_a_secret_does_not_get_it_printed() {
    for status in ["401 Unauthorized", "400 Bad Request", "200 OK"] {
        let server = parrot(status);
        for json in [false, true] {
            for (what, call) in calls(&server.url) {
                let call = if json { call.arg("--json") } else { call };
                let done = call.done();
                assert_ne!(done.code, 0, "{what}, {status}: {done:?}");
                assert!(!done.shows(CANARY), "{what}, {status}: {done:?}");
            }
        }
    }
}

#[test]
fn a_token_that_is_looked_at_is_shown_masked() {
    for json in ["", "--json"] {
        let done = gatewright(&format!("token inspect --token-stdin {json}"))
            .input(CANARY)
            .done();
        assert_eq!(done.code, 0, "{done:?}");
        assert!(!done.shows(CANARY), "{done:?}");
    }
}
