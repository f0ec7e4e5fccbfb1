use std::fs;
use std::io::Write;
use std::process::Command;

use gatewright_admin_api::{AuditQuery, CallError, Client, Explain, Notation};
use gatewright_http::Network;
use gatewright_secret::SecretString;

use crate::gateway::{Gateway, read_answer};
use crate::neighbours::{DIRECTORY_PASSWORD, Neighbour, document, header};

const MYSELF: &str = "GET /jira/rest/api/2/myself";

#[tokio::test]
async fn from_nothing_to_a_published_gateway_that_knows_its_users() {
    let (jira, github) = (Neighbour::jira(), Neighbour::github());
    let mut gateway = Gateway::start(&[]);
    let before = gateway.with_token(MYSELF, "gho_alice");
    assert_eq!((before.status(), before.reason()), (503, "not_configured"));

    let owner = gateway.pair("owner").await;
    let text = document(jira.address, github.address);
    let unknown = owner.put_config(&text, Notation::Toml, 0, "").await;
    assert!(matches!(unknown, Err(CallError::UnknownSecrets { names }) if names == ["jira-svc"]));
    owner
        .put_secret("jira-svc", &SecretString::new(DIRECTORY_PASSWORD))
        .await
        .unwrap();
    assert_eq!(
        owner
            .put_config(&text, Notation::Toml, 0, "go")
            .await
            .unwrap()
            .version,
        1
    );

    let alice = gateway.with_token(MYSELF, "gho_alice");
    assert_eq!(alice.status(), 200, "{alice:?}");
    assert_eq!(alice.header("x-ausername"), Some("alice"));
    assert!(alice.0.ends_with("{\"name\":\"alice\"}"));
    let arrived = jira.requests("GET /jira/rest/api/2/myself");
    assert_eq!(arrived.len(), 1);
    assert_eq!(header(&arrived[0], "x-remote-user"), Some("alice"));
    assert_eq!(header(&arrived[0], "authorization"), None);

    for (answer, status, reason) in [
        (gateway.ask(MYSELF, &[]), 401, "missing_credentials"),
        (
            gateway.with_token(MYSELF, "gho_wrong"),
            401,
            "invalid_credentials",
        ),
        (gateway.with_token(MYSELF, "gho_ghost"), 403, "user_unknown"),
        (
            gateway.with_token("GET /elsewhere", "gho_alice"),
            404,
            "unknown_product",
        ),
    ] {
        assert_eq!(
            (answer.status(), answer.reason()),
            (status, reason),
            "{answer:?}"
        );
    }
    assert_eq!(jira.requests("GET /jira/rest/api/2/myself").len(), 1);

    let question = Explain {
        path: Some("/jira/rest/api/2/myself".to_owned()),
        token: Some(SecretString::new("gho_bob")),
        ..Explain::default()
    };
    let explained = owner.explain(&question).await.unwrap();
    assert_eq!(
        (explained.outcome.as_str(), explained.user.as_deref()),
        ("permit", Some("bob"))
    );
    assert_eq!(jira.requests("GET /jira/rest/api/2/myself").len(), 1);

    let status = owner.status().await.unwrap();
    assert!(status.products[0].reachable);
    assert_eq!((status.counts.forwarded, status.counts.refused), (1, 5));

    // A restart changes nothing.
    gateway.signal("TERM");
    assert_eq!(gateway.exit_code(), Some(0));
    let again = Gateway::start_at(&gateway.data, &[]);
    assert_eq!(again.with_token(MYSELF, "gho_bob").status(), 200);
    let credential = gatewright_admin_api::Credential {
        url: again.admin_url(),
        ..owner.credential().clone()
    };
    let owner = Client::new(&Network::default(), credential).unwrap();
    let lines = owner.audit(&AuditQuery::default()).await.unwrap().lines;
    assert!(lines.iter().any(|entry| entry.line["user"] == "alice"));

    for file in fs::read_dir(&gateway.data).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for secret in [
            "gho_alice",
            DIRECTORY_PASSWORD,
            owner.credential().token.expose(),
        ] {
            assert!(!text.contains(secret));
        }
    }
}

#[tokio::test]
async fn being_told_to_stop_finishes_the_request_in_flight() {
    let (jira, github) = (Neighbour::jira(), Neighbour::github());
    let mut gateway = Gateway::start(&[]);
    let owner = gateway.pair("owner").await;
    owner
        .put_secret("jira-svc", &SecretString::new(DIRECTORY_PASSWORD))
        .await
        .unwrap();
    let text = document(jira.address, github.address);
    owner
        .put_config(&text, Notation::Toml, 0, "")
        .await
        .unwrap();
    let mut stream = gateway.connect();
    stream
        .write_all(b"GET /jira/slow HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer gho_alice\r\n\r\n")
        .unwrap();
    while jira.requests("GET /jira/slow").is_empty() {
        // The product answers only after it was asked; until then there is nothing in flight.
        if !jira.requests("GET /jira/rest/api/2/user").is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    gateway.signal("TERM");
    assert_eq!(read_answer(stream).status(), 200);
    assert_eq!(gateway.exit_code(), Some(0));
}

#[tokio::test]
async fn with_tls_for_admins_the_code_names_the_certificate() {
    let directory = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["gateway.example".to_owned()]).unwrap();
    let (certificate, key) = (
        directory.path().join("cert.pem"),
        directory.path().join("key.pem"),
    );
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let arguments = [
        "--admin-tls-cert",
        certificate.to_str().unwrap(),
        "--admin-tls-key",
        key.to_str().unwrap(),
    ];
    let gateway = Gateway::start(&arguments);
    assert!(gateway.pair_code("viewer").fingerprint().is_some());
    assert_eq!(
        gateway.pair("viewer").await.status().await.unwrap().version,
        0
    );
    let output = Command::new(env!("CARGO_BIN_EXE_gatewright-gateway"))
        .args([
            "pair-code",
            "--json",
            "--data",
            gateway.data.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["role"], "owner");
    let code = json["code"].as_str().unwrap();
    assert!(code.ends_with(json["fingerprint"].as_str().unwrap()));
}
