//! OAuth 1.0a with impersonation: who gets in, who runs as nobody, and what is refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use rsa::signature::{SignatureEncoding, Signer};
use serde_json::json;
use sha1::Sha1;

use crate::running::{Answer, Running};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A request that is signed as a gateway signs it.
struct Signed<'a> {
    sandbox: &'a Running,
    path: &'a str,
    user: Option<&'a str>,
    consumer: &'a str,
    nonce: &'a str,
    offset: i64,
    method: &'a str,
    token: Option<&'a str>,
    version: &'a str,
    key: Option<&'a RsaPrivateKey>,
}

impl<'a> Signed<'a> {
    fn new(sandbox: &'a Running, user: &'a str, nonce: &'a str) -> Self {
        Self {
            sandbox,
            path: "/rest/api/2/myself",
            user: Some(user),
            consumer: "gatewright",
            nonce,
            offset: 0,
            method: "RSA-SHA1",
            token: Some(""),
            version: "1.0",
            key: None,
        }
    }

    async fn send(&self) -> Answer {
        let pem = self.sandbox.description.secrets["applink-oauth1"].expose();
        let own = RsaPrivateKey::from_pkcs8_pem(pem).unwrap();
        let key = self.key.unwrap_or(&own);
        let url = format!("{}{}", self.sandbox.description.products.jira, self.path);
        let stamp = (self.sandbox.now().unix_timestamp() + self.offset).to_string();
        let mut oauth = vec![
            ("oauth_consumer_key", self.consumer),
            ("oauth_nonce", self.nonce),
            ("oauth_signature_method", self.method),
            ("oauth_timestamp", &stamp),
            ("oauth_version", self.version),
        ];
        oauth.extend(self.token.map(|token| ("oauth_token", token)));
        let mut signed: Vec<String> = oauth
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        signed.extend(
            self.user
                .map(|user| format!("xoauth_requestor_id={}", encode(user))),
        );
        signed.sort();
        let base = format!("GET&{}&{}", encode(&url), encode(&signed.join("&")));
        let signature = SigningKey::<Sha1>::new(key.clone())
            .sign(base.as_bytes())
            .to_bytes();
        let signature = STANDARD.encode(signature);
        oauth.push(("oauth_signature", &signature));
        let header: Vec<String> = oauth
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", encode(value)))
            .collect();
        let query = self
            .user
            .map(|user| format!("?xoauth_requestor_id={}", encode(user)))
            .unwrap_or_default();
        self.sandbox
            .call("GET", format!("{url}{query}"))
            .header("accept", "application/json")
            .header("authorization", &format!("OAuth {}", header.join(", ")))
            .send()
            .await
    }

    async fn problem(&self) -> (u16, String) {
        let answer = self.send().await;
        let challenge = answer.header("www-authenticate");
        let problem = challenge
            .split_once("oauth_problem=\"")
            .map(|(_, rest)| rest.split('"').next().unwrap());
        (
            answer.status.as_u16(),
            problem.unwrap_or_default().to_owned(),
        )
    }
}

#[tokio::test]
async fn the_request_runs_as_the_user_whom_it_names() {
    let sandbox = Running::start().await;
    for (index, user) in ["fred", "barney", "JDOE", "anna+b", "pearl@example.com"]
        .into_iter()
        .enumerate()
    {
        let answer = Signed::new(&sandbox, user, &format!("n{index}"))
            .send()
            .await;
        assert_eq!(answer.status, 200, "{user}: {}", answer.text);
        assert_eq!(answer.json()["name"], user.to_lowercase());
        assert_eq!(answer.header("x-ausername"), encode(&user.to_lowercase()));
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_runs_as_nobody_and_is_no_error() {
    let sandbox = Running::start().await;
    let info = Signed {
        path: "/rest/api/2/serverInfo",
        ..Signed::new(&sandbox, "gazoo", "n1")
    }
    .send()
    .await;
    assert_eq!(
        (info.status.as_u16(), info.header("x-ausername")),
        (200, "anonymous".to_owned())
    );
    let myself = Signed::new(&sandbox, "gazoo", "n2").send().await;
    assert_eq!(
        (myself.status.as_u16(), myself.header("x-ausername")),
        (401, "anonymous".to_owned())
    );
    assert!(!myself.header("www-authenticate").contains("oauth_problem"));
}

#[tokio::test]
async fn somebody_who_may_not_sign_in_is_refused() {
    let sandbox = Running::start().await;
    let denied = (401, "permission_denied".to_owned());
    assert_eq!(
        Signed::new(&sandbox, "bambam", "n1").problem().await,
        denied
    );
    assert_eq!(Signed::new(&sandbox, "slate", "n2").problem().await, denied);
}

#[tokio::test]
async fn a_nonce_is_good_once() {
    let sandbox = Running::start().await;
    assert_eq!(Signed::new(&sandbox, "fred", "n1").send().await.status, 200);
    assert_eq!(
        Signed::new(&sandbox, "fred", "n1").problem().await,
        (401, "nonce_used".to_owned())
    );
    assert_eq!(Signed::new(&sandbox, "fred", "n2").send().await.status, 200);
}

#[tokio::test]
async fn a_clock_may_be_off_by_five_minutes() {
    let sandbox = Running::start().await;
    for (index, offset) in [300, -300].into_iter().enumerate() {
        let nonce = format!("good{index}");
        assert_eq!(
            Signed {
                offset,
                ..Signed::new(&sandbox, "fred", &nonce)
            }
            .send()
            .await
            .status,
            200,
            "{offset}"
        );
    }
    for (index, offset) in [301, -301].into_iter().enumerate() {
        let nonce = format!("bad{index}");
        let refused = Signed {
            offset,
            ..Signed::new(&sandbox, "fred", &nonce)
        }
        .problem()
        .await;
        assert_eq!(refused, (400, "timestamp_refused".to_owned()), "{offset}");
    }
}

#[tokio::test]
async fn each_flaw_has_its_name() {
    let sandbox = Running::start().await;
    let good = |nonce| Signed::new(&sandbox, "fred", nonce);
    let unknown = Signed {
        consumer: "stranger",
        ..good("n1")
    };
    assert_eq!(
        unknown.problem().await,
        (401, "consumer_key_unknown".to_owned())
    );
    let hmac = Signed {
        method: "HMAC-SHA1",
        ..good("n2")
    };
    assert_eq!(
        hmac.problem().await,
        (400, "signature_method_rejected".to_owned())
    );
    let version = Signed {
        version: "2.0",
        ..good("n3")
    };
    assert_eq!(
        version.problem().await,
        (400, "version_rejected".to_owned())
    );
    let token = Signed {
        token: Some("a-token"),
        ..good("n4")
    };
    assert_eq!(token.problem().await, (401, "token_rejected".to_owned()));
    let twice = Signed {
        path: "/rest/api/2/myself?oauth_nonce=n0&x=",
        user: None,
        ..good("n7")
    };
    assert_eq!(
        twice.problem().await,
        (400, "parameter_rejected".to_owned())
    );
    let empty = Signed {
        nonce: "",
        ..good("")
    };
    assert_eq!(empty.problem().await, (400, "parameter_absent".to_owned()));
    let mut random = rsa::rand_core::OsRng;
    let foreign = RsaPrivateKey::new(&mut random, 1024).unwrap();
    let forged = Signed {
        key: Some(&foreign),
        ..good("n5")
    };
    assert_eq!(
        forged.problem().await,
        (401, "signature_invalid".to_owned())
    );
    assert_eq!(good("n6").send().await.status, 200);
}

#[tokio::test]
async fn without_the_empty_token_it_is_no_oauth_request_at_all() {
    let sandbox = Running::start().await;
    let answer = Signed {
        token: None,
        ..Signed::new(&sandbox, "fred", "n1")
    }
    .send()
    .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("x-ausername")),
        (401, "anonymous".to_owned())
    );
    assert!(!answer.header("www-authenticate").contains("oauth_problem"));
}

#[tokio::test]
async fn a_link_is_made_by_administrators_and_may_forbid_impersonation() {
    let sandbox = Running::start().await;
    let mut random = rsa::rand_core::OsRng;
    let key = RsaPrivateKey::new(&mut random, 2048).unwrap();
    let pem = key
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    let link = |impersonation: bool, execute_as: Option<&str>| {
        json!({
            "consumer_key": "my-gateway", "public_key_pem": pem,
            "impersonation": impersonation, "execute_as": execute_as,
        })
    };
    let put = |body: serde_json::Value, user: &'static str| {
        sandbox
            .jira("PUT", "/rest/sandbox/1.0/applink")
            .user(user)
            .json(&body)
            .send()
    };
    assert_eq!(put(link(true, None), "barney").await.status, 401);
    assert_eq!(
        put(
            json!({ "consumer_key": "x", "public_key_pem": "no key" }),
            "fred"
        )
        .await
        .status,
        400
    );
    assert_eq!(put(link(true, None), "fred").await.status, 204);
    let signed = |nonce| Signed {
        consumer: "my-gateway",
        key: Some(&key),
        ..Signed::new(&sandbox, "fred", nonce)
    };
    assert_eq!(signed("n1").send().await.header("x-ausername"), "fred");
    assert_eq!(put(link(false, Some("barney")), "fred").await.status, 204);
    assert_eq!(
        signed("n2").problem().await,
        (401, "permission_denied".to_owned())
    );
    let unnamed = Signed {
        user: None,
        ..signed("n3")
    };
    assert_eq!(unnamed.send().await.header("x-ausername"), "barney");
}

#[tokio::test]
async fn the_access_log_names_each_user() {
    let sandbox = Running::start().await;
    Signed::new(&sandbox, "fred", "n1").send().await;
    Signed::new(&sandbox, "barney", "n2").send().await;
    Signed::new(&sandbox, "gazoo", "n3").send().await;
    let log = sandbox
        .jira("GET", "/rest/sandbox/1.0/access-log")
        .user("fred")
        .send()
        .await
        .json();
    let lines: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["user"].clone(), line["status"].clone()))
        .collect();
    assert_eq!(
        lines,
        [
            (json!("fred"), json!(200)),
            (json!("barney"), json!(200)),
            (json!(null), json!(401))
        ]
    );
    assert_eq!(log[0]["path"], "/jira/rest/api/2/myself");
    assert_eq!(log[0]["authentication"], "oauth1");
}
