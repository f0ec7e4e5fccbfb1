//! Tests against servers on real sockets.

use time::macros::datetime;

use super::*;
use crate::testing::{Reply, Seen, Server, client, json};

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

fn link() -> ActAs {
    let pem = SecretString::new(include_str!("../../fixtures/keys/rsa-2048-pkcs8.pem"));
    ActAs::OAuth1 {
        signer: Oauth1Signer::new("gatewright", &pem).unwrap(),
    }
}

async fn trial(
    kind: ProductKind,
    act_as: &ActAs,
    answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> (Trial, Vec<Seen>) {
    let server = Server::start(answer).await;
    let trial = try_as_user(&client(), kind, &server.at("/app"), act_as, "fred", NOW).await;
    (trial, server.seen())
}

fn is_fred(seen: &Seen) -> bool {
    seen.target.ends_with("xoauth_requestor_id=fred")
}

#[tokio::test]
async fn a_link_that_impersonates_is_proved_and_its_trap_is_shown() {
    let (trial, seen) = trial(ProductKind::Confluence, &link(), |seen| {
        if is_fred(seen) {
            json(
                200,
                r#"{"type":"known","username":"fred","displayName":"Fred F"}"#,
            )
            .with("X-AUSERNAME", "fred")
        } else {
            json(200, r#"{"type":"anonymous","displayName":"Anonymous"}"#)
                .with("X-AUSERNAME", "anonymous")
        }
    })
    .await;
    assert!(trial.impersonates);
    assert_eq!(trial.trap, Trap::RunsAsNobody);
    assert_eq!(
        trial.real.outcome,
        TrialOutcome::AnswersAs {
            user: "fred".to_owned()
        }
    );
    assert_eq!(trial.real.message, "Confluence answered as fred (Fred F).");
    assert_eq!(trial.unknown.outcome, TrialOutcome::AnswersAsNobody);
    assert_eq!(trial.unknown.user_header.as_deref(), Some("anonymous"));
    assert!(trial.unknown.sent_as.starts_with("nobody-"));
    assert_eq!(
        trial.message,
        "Confluence lets an unknown name in as nobody; the gateway refuses it before Confluence is asked."
    );
    assert_eq!(seen.len(), 2);
    for request in seen {
        let header = request.header("authorization").unwrap();
        assert!(header.contains("oauth_token=\"\""), "{header}");
        assert!(!header.contains(crate::oauth1::REQUESTOR));
    }
}

#[tokio::test]
async fn jiras_silent_401_to_nobody_is_looked_behind() {
    let (trial, seen) = trial(ProductKind::Jira, &link(), |seen| {
        if is_fred(seen) {
            json(200, r#"{"name":"fred"}"#)
        } else if seen.target.contains("/myself") {
            json(
                401,
                r#"{"message":"Client must be authenticated to access this resource."}"#,
            )
        } else {
            json(200, r#"{"version":"10.3"}"#).with("X-AUSERNAME", "anonymous")
        }
    })
    .await;
    assert!(trial.impersonates);
    assert_eq!(trial.trap, Trap::RunsAsNobody);
    assert_eq!(trial.unknown.endpoint, "/rest/api/2/serverInfo");
    assert_eq!(trial.unknown.status, Some(200));
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn a_link_that_refuses_unknown_names_has_no_trap() {
    let (trial, _) = trial(ProductKind::Jira, &link(), |seen| {
        if is_fred(seen) {
            json(200, r#"{"name":"fred"}"#)
        } else {
            json(401, "{}").with(
                "WWW-Authenticate",
                "OAuth realm=\"x\", oauth_problem=\"permission_denied\"",
            )
        }
    })
    .await;
    assert!(trial.impersonates);
    assert_eq!(trial.trap, Trap::Refused);
}

#[tokio::test]
async fn a_link_that_ignores_the_name_does_not_impersonate() {
    let (trial, _) = trial(ProductKind::Jira, &link(), |_| {
        json(200, r#"{"name":"executor"}"#)
    })
    .await;
    assert!(!trial.impersonates);
    assert_eq!(
        trial.real.outcome,
        TrialOutcome::AnswersAsAnother {
            user: "executor".to_owned()
        }
    );
    assert!(
        trial.hint.contains("Allow user impersonation"),
        "{}",
        trial.hint
    );

    let (trial, _) = self::trial(ProductKind::Jira, &link(), |seen| {
        json(
            200,
            if is_fred(seen) {
                r#"{"name":"fred"}"#
            } else {
                r#"{"name":"executor"}"#
            },
        )
    })
    .await;
    assert!(!trial.impersonates);
    assert_eq!(
        trial.trap,
        Trap::RunsAs {
            user: "executor".to_owned()
        }
    );
    assert!(trial.hint.contains("Execute as executor"), "{}", trial.hint);
}

#[tokio::test]
async fn a_refused_signature_says_what_to_mend() {
    let (trial, _) = trial(ProductKind::Bitbucket, &link(), |_| {
        json(401, "{}").with(
            "WWW-Authenticate",
            "OAuth realm=\"https%3A%2F%2Fgit.example.com\", oauth_problem=\"signature_invalid\"",
        )
    })
    .await;
    assert!(!trial.impersonates);
    assert_eq!(trial.trap, Trap::NotShown);
    assert_eq!(
        trial.real.outcome,
        TrialOutcome::Refused {
            oauth_problem: Some("signature_invalid".to_owned())
        }
    );
    assert!(
        trial
            .message
            .contains("calls itself https://git.example.com"),
        "{}",
        trial.message
    );
}

#[tokio::test]
async fn bitbucket_without_the_header_is_nobody() {
    let (trial, _) = trial(ProductKind::Bitbucket, &link(), |seen| {
        let properties = json(200, r#"{"version":"9.4.1","displayName":"Bitbucket"}"#);
        if is_fred(seen) {
            properties.with("X-AUSERNAME", "fred")
        } else {
            properties
        }
    })
    .await;
    assert!(trial.impersonates);
    assert_eq!(trial.unknown.outcome, TrialOutcome::AnswersAsNobody);
    assert_eq!(trial.unknown.user_header, None);
}

#[tokio::test]
async fn a_trusted_header_carries_the_name() {
    let act_as = ActAs::Header {
        name: HeaderName::from_static("x-remote-user"),
    };
    let (trial, seen) = trial(ProductKind::Jira, &act_as, |seen| {
        match seen.header("x-remote-user") {
            Some("fred") => json(200, r#"{"name":"fred"}"#),
            _ => json(401, "{}"),
        }
    })
    .await;
    assert!(trial.impersonates);
    assert_eq!(trial.trap, Trap::Refused);
    assert!(
        seen.iter()
            .all(|request| request.header("authorization").is_none())
    );
}

#[tokio::test]
async fn one_account_for_all_is_said_loudly() {
    let act_as = ActAs::Service {
        token: SecretString::new("canary"),
    };
    let (trial, _) = trial(ProductKind::Jira, &act_as, |_| {
        json(200, r#"{"name":"svc"}"#)
    })
    .await;
    assert!(!trial.impersonates);
    assert_eq!(trial.message, "Jira sees one account for all: svc.");
    assert_eq!(
        trial.trap,
        Trap::RunsAs {
            user: "svc".to_owned()
        }
    );
    assert!(!format!("{trial:?}").contains("canary"));
}

#[tokio::test]
async fn a_page_and_a_closed_port_prove_nothing() {
    let (trial, _) = trial(ProductKind::Jira, &link(), |_| {
        crate::testing::page(200, "Sign in")
    })
    .await;
    assert_eq!(trial.real.outcome, TrialOutcome::Unexpected);
    assert!(!trial.impersonates);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let trial = try_as_user(&client(), ProductKind::Jira, &url, &link(), "fred", NOW).await;
    assert_eq!(trial.real.outcome, TrialOutcome::Unreachable);
    assert_eq!(trial.trap, Trap::NotShown);
}
