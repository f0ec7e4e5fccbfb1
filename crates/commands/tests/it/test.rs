use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gatewright_wire::{
    AppEvent, ErrorCode, InspectedToken, ProductApis, RoundTrip, TestCell, TestRun, Token, Verdict,
    Way,
};
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
        "user": null, "endpoints": [], "expected_user": null, "allow_plain_http": false, "allow_foreign": true})
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
                | AppEvent::CheckFinished { .. }
                | AppEvent::SignIn { .. }
                | AppEvent::StateChanged { .. }
                | AppEvent::TokenChanged { .. } => None,
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

#[tokio::test]
async fn somebody_elses_secret_and_what_may_write_are_held_back_until_allowed() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let token = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let before = server.asked().len();
    let mut asked = request(&[token], &["jira"], "bearer");
    asked["allow_foreign"] = json!(false);
    let error = desk.ask("start_test", asked.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ForeignSecret);
    assert!(error.message.contains("GitHub"), "{error:?}");

    asked["allow_foreign"] = json!(true);
    asked["endpoints"] = json!(["DELETE /rest/api/2/issue/A-1"]);
    let error = desk.ask("start_test", asked.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WouldWrite);
    assert_eq!(server.asked().len(), before);

    // A search that reads by POST is no write.
    asked["endpoints"] = json!(["jira.search"]);
    let _: TestRun = desk.run("start_test", asked.clone()).await;
    asked["endpoints"] = json!(["DELETE /rest/api/2/issue/A-1"]);
    asked["allow_writes"] = json!(true);
    let mut events = desk.listen();
    let run: TestRun = desk.run("start_test", asked).await;
    assert_eq!(cells(&mut events, &run).await.len(), 1);
}

#[tokio::test]
async fn a_token_that_works_as_somebody_else_than_its_owner_is_not_good() {
    let server = Server::start(|asked: &crate::server::Asked| {
        let body = json!({"name": "barney", "key": "barney", "active": true});
        let mut reply = crate::server::json(200, &body);
        reply.1.push(("X-AUSERNAME", "barney".to_owned()));
        if asked.path().ends_with("manifest") {
            return jira_server(asked);
        }
        reply
    })
    .await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let mut verdicts = Vec::new();
    for (user, expect_owner) in [
        ("svc", true),
        ("svc", false),
        ("barney", true),
        ("svc@example.com", true),
    ] {
        let password = paste(&desk, json!(user), "some password").await;
        let mut asked = request(&[password], &["jira"], "basic");
        asked["expect_owner"] = json!(expect_owner);
        let mut events = desk.listen();
        let run: TestRun = desk.run("start_test", asked).await;
        verdicts.push(cells(&mut events, &run).await[0].result.verdict);
    }
    assert_eq!(
        verdicts,
        [
            Verdict::ValidOtherUser,
            Verdict::Valid,
            Verdict::Valid,
            Verdict::Valid
        ]
    );
}

#[tokio::test]
async fn a_token_is_looked_at_without_being_sent() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let token = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let before = server.asked().len();
    let direct = json!({"token_id": token, "secret": null, "product_id": "jira", "way": "direct"});
    let looks: InspectedToken = desk.run("inspect_token", direct).await;
    assert_eq!(looks.label, "An access token of GitHub.");
    assert!(looks.foreign.unwrap().contains("GitHub"));
    let typed = json!({"token_id": null, "product_id": null, "way": null,
        "secret": " eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIiwiZXhwIjoxNzAwMDAwMDAwfQ.c2ln\n"});
    let looks: InspectedToken = desk.run("inspect_token", typed).await;
    assert_eq!(looks.judgements[0].verdict, Verdict::Expired);
    assert!(
        looks
            .facts
            .iter()
            .any(|fact| fact.value == "https://login.example.com")
    );
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn what_a_product_lacks_is_found_without_a_credential() {
    let server = Server::start(|asked: &crate::server::Asked| {
        if asked.path().contains("/servicedeskapi/") {
            return crate::server::json(404, &json!({}));
        }
        jira_server(asked)
    })
    .await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let before = server.asked().len();
    let apis: ProductApis = desk.run("product_apis", json!({"id": "jira"})).await;
    assert_eq!(apis.absent, ["Jira Service Management"]);
    assert!(
        server.asked()[before..]
            .iter()
            .all(|asked| asked.header("authorization").is_empty())
    );
    let token = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let mut asked = request(&[token], &["jira"], "bearer");
    asked["endpoints"] = json!(["service_desk"]);
    let error = desk.ask("start_test", asked).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("products"));
}

#[tokio::test]
async fn what_was_created_is_deleted_and_each_step_is_in_the_history() {
    let there = Arc::new(AtomicBool::new(false));
    let filter = Arc::clone(&there);
    let server = Server::start(move |asked: &crate::server::Asked| {
        let reply = |status: u16, body: &Value| {
            let mut reply = crate::server::json(status, body);
            reply.1.push(("X-AUSERNAME", "fred".to_owned()));
            reply
        };
        if !asked.path().contains("/filter") {
            return jira_server(asked);
        }
        match asked.method.as_str() {
            "POST" => {
                filter.store(true, Ordering::SeqCst);
                reply(200, &json!({"id": "10003", "name": "probe"}))
            }
            "DELETE" => {
                filter.store(false, Ordering::SeqCst);
                reply(204, &Value::Null)
            }
            _ if filter.load(Ordering::SeqCst) => reply(200, &json!({"id": "10003"})),
            _ => reply(404, &json!({"errorMessages": [], "errors": {}})),
        }
    })
    .await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let token = paste(&desk, json!(null), "gho_0123456789abcdefwxyz").await;
    let mut asked = json!({"token_id": token, "product_id": "jira", "way": "direct",
        "credential": "bearer", "user": null, "place": "", "allow_plain_http": false,
        "allow_foreign": false});
    let error = desk
        .ask("create_and_delete", asked.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::ForeignSecret);
    asked["allow_foreign"] = json!(true);
    let trip: RoundTrip = desk.run("create_and_delete", asked).await;
    assert!(trip.good, "{trip:?}");
    assert_eq!(trip.steps.len(), 5);
    assert!(trip.steps[1].result.curl.contains("-X POST"));
    assert!(!there.load(Ordering::SeqCst));
    let history: Value = desk
        .run(
            "history",
            json!({"filter": {"verdicts": [], "product": null, "token": null, "user": null,
                "way": null, "since": null, "until": null, "search": "create and delete"},
                "after": null, "limit": 10}),
        )
        .await;
    assert_eq!(history["matching"], 5);
}
