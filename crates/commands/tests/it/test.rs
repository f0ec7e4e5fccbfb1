use gatewright_wire::{AppEvent, ErrorCode, TestCell, TestRun, Token, Verdict, Way};
use serde_json::{Value, json};

use crate::desk::{Desk, Events};
use crate::product::jira_server;
use crate::server::Server;

async fn paste(desk: &Desk, user: Value, secret: &str) -> String {
    let request = json!({"name": "t", "provider_id": null, "user": user, "secret": secret});
    desk.run::<Token>("paste_token", request).await.id
}

fn request(tokens: &[String], products: &[&str], credential: &str) -> Value {
    json!({"tokens": tokens, "products": products, "ways": ["direct"], "credential": credential,
        "user": null, "endpoint": null, "expected_user": null, "allow_plain_http": false})
}

async fn cells(events: &mut Events, run: &TestRun) -> Vec<TestCell> {
    let mut cells = Vec::new();
    loop {
        let next = events
            .wait(|event| match event {
                AppEvent::TestCell { run: id, cell } if id == run.run => Some(Some(cell)),
                AppEvent::TestFinished { run: id, .. } if id == run.run => Some(None),
                AppEvent::TestCell { .. }
                | AppEvent::TestFinished { .. }
                | AppEvent::SignIn { .. }
                | AppEvent::StateChanged { .. } => None,
            })
            .await;
        match next {
            Some(cell) => cells.push(cell),
            None => return cells,
        }
    }
}

#[tokio::test]
async fn each_token_is_tried_at_each_product() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let good = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let bad = paste(&desk, json!(null), "gho_0123456789abcdefwxyy").await;
    let mut events = desk.listen();
    let run: TestRun = desk
        .run(
            "start_test",
            request(&[good.clone(), bad.clone()], &["jira"], "bearer"),
        )
        .await;
    assert_eq!(run.cells, 2);
    let cells = cells(&mut events, &run).await;
    let of = |id: &str| cells.iter().find(|cell| cell.token_id == id).unwrap();
    assert_eq!(of(&good).result.verdict, Verdict::Valid);
    assert_eq!(of(&good).result.user.as_deref(), Some("fred"));
    assert_eq!(of(&good).way, Way::Direct);
    assert_eq!(of(&bad).result.verdict, Verdict::InvalidCredential);
    let told = serde_json::to_string(&cells).unwrap();
    assert!(!told.contains("gho_0123456789"), "{told}");
    assert!(of(&good).result.curl.contains("$TOKEN"));
    let state: Value = desk.run("app_state", json!({})).await;
    assert_eq!(state["steps"]["test"]["text"], "1 of 2 need you");
}

#[tokio::test]
async fn after_a_wrong_password_the_rest_is_not_tried() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    for id in ["jira-2", "jira-3"] {
        let mut other = crate::desk::jira(&server.url);
        other["id"] = json!(id);
        other["public_url"] = json!(format!("/{id}"));
        desk.ask("save_product", other).await.unwrap();
    }
    let password = paste(&desk, json!("svc"), "wrong password").await;
    let before = server.asked().len();
    let mut events = desk.listen();
    let run: TestRun = desk
        .run(
            "start_test",
            request(&[password], &["jira", "jira-2", "jira-3"], "basic"),
        )
        .await;
    let verdicts: Vec<Verdict> = cells(&mut events, &run)
        .await
        .iter()
        .map(|cell| cell.result.verdict)
        .collect();
    assert_eq!(
        verdicts,
        [
            Verdict::InvalidCredential,
            Verdict::NotTried,
            Verdict::NotTried
        ]
    );
    assert_eq!(server.asked().len(), before + 1);
}

#[tokio::test]
async fn nothing_is_sent_in_clear_to_another_computer_unless_it_is_allowed() {
    let desk = Desk::new();
    let mut far = crate::desk::jira("http://jira.invalid");
    far["directory_user"] = json!(null);
    desk.ask("save_product", far).await.unwrap();
    let token = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let mut asked = request(&[token], &["jira"], "bearer");
    let error = desk.ask("start_test", asked.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PlainHttp);
    asked["allow_plain_http"] = json!(true);
    let mut events = desk.listen();
    let run: TestRun = desk.run("start_test", asked.clone()).await;
    assert_eq!(
        cells(&mut events, &run).await[0].result.verdict,
        Verdict::DnsError
    );

    asked["ways"] = json!(["gateway"]);
    let error = desk.ask("start_test", asked.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotPaired);
    asked["credential"] = json!("basic");
    let error = desk.ask("start_test", asked).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("user"));
}

#[tokio::test]
async fn a_key_of_the_gateway_is_never_sent_to_a_product() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let key = paste(&desk, json!(null), &a_key_of_the_gateway()).await;
    let before = server.asked().len();
    let mut events = desk.listen();
    let run: TestRun = desk
        .run("start_test", request(&[key], &["jira"], "bearer"))
        .await;
    assert_eq!(
        cells(&mut events, &run).await[0].result.verdict,
        Verdict::NotTried
    );
    assert_eq!(server.asked().len(), before);
}

fn a_key_of_the_gateway() -> String {
    gatewright_keys::ApiKey::generate(&mut rand::rng())
        .secret()
        .expose()
        .clone()
}
