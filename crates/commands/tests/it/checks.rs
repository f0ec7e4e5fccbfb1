use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gatewright_commands::terminal::{Surroundings, list_checks, run_checks};
use gatewright_secret::SecretString;
use gatewright_wire::{AppEvent, Checks, Token};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::desk::{Desk, NOW};
use crate::product::jira_server;
use crate::server::{Answer, Asked, Server};

/// Jira, which can be told to refuse everybody.
async fn fickle() -> (Server, Arc<AtomicBool>) {
    let refuses = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&refuses);
    let server = Server::start(move |asked: &Asked| {
        if told.load(Ordering::SeqCst) {
            return Answer(
                401,
                vec![("Content-Type", "application/json".to_owned())],
                "{}".to_owned(),
            );
        }
        jira_server(asked)
    })
    .await;
    (server, refuses)
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

async fn saved(desk: &Desk, more: Value) -> Result<Checks, gatewright_wire::WireError> {
    let request = json!({"name": "t", "provider_id": null, "user": null,
        "secret": "gho_0123456789abcdefwxyz"});
    let token: Token = desk.run("paste_token", request).await;
    let mut check = json!({"id": null, "name": "Weekend", "expected": [], "every_minutes": null,
        "test": {"tokens": [token.id], "products": ["jira"], "ways": ["direct"],
            "endpoints": ["who_am_i"], "credential": "bearer", "user": null,
            "expected_user": null, "allow_plain_http": false, "allow_foreign": true}});
    for (name, value) in more.as_object().unwrap() {
        check[name] = value.clone();
    }
    let saved = desk.ask("save_check", check).await?;
    Ok(serde_json::from_value(saved).unwrap())
}

#[tokio::test]
async fn a_check_that_was_green_and_is_red_is_told_of() {
    let (server, refuses) = fickle().await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    saved(&desk, json!({})).await.unwrap();
    let run = json!({"ids": []});
    let checks: Checks = desk.run("run_checks", run.clone()).await;
    assert!(checks.checks[0].last.as_ref().unwrap().green);

    refuses.store(true, Ordering::SeqCst);
    let mut events = desk.listen();
    let checks: Checks = desk.run("run_checks", run).await;
    let last = checks.checks[0].last.as_ref().unwrap();
    assert!(!last.green);
    assert_eq!(last.differences[0].token, "t");
    let (turned_red, by_schedule) = events
        .wait(|event| match event {
            AppEvent::CheckFinished {
                turned_red,
                by_schedule,
                ..
            } => Some((turned_red, by_schedule)),
            AppEvent::TestFinished { .. }
            | AppEvent::TestCell { .. }
            | AppEvent::SignIn { .. }
            | AppEvent::StateChanged { .. }
            | AppEvent::TokenChanged { .. } => None,
        })
        .await;
    assert_eq!((turned_red, by_schedule), (true, false));
    let history: Value = desk
        .run(
            "history",
            json!({"filter": {"verdicts": [], "product": null, "token": null, "user": null,
                "way": null, "since": null, "until": null, "search": "weekend"},
                "after": null, "limit": 10}),
        )
        .await;
    assert_eq!(history["matching"], 2);
}

#[tokio::test]
async fn what_is_expected_may_be_a_refusal() {
    let (server, refuses) = fickle().await;
    refuses.store(true, Ordering::SeqCst);
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let checks = saved(&desk, json!({})).await.unwrap();
    let check = serde_json::to_value(&checks.checks[0]).unwrap();
    let cell = json!({"token_id": check["test"]["tokens"][0], "product_id": "jira",
        "way": "direct", "endpoint": "who_am_i", "verdict": "invalid_credential"});
    let request = json!({"id": check["id"], "name": "Weekend", "test": check["test"],
        "expected": [cell], "every_minutes": null});
    desk.ask("save_check", request).await.unwrap();
    let checks: Checks = desk.run("run_checks", json!({"ids": [check["id"]]})).await;
    assert!(checks.checks[0].last.as_ref().unwrap().green);
    assert_eq!(checks.checks.len(), 1);
}

#[tokio::test]
async fn a_check_runs_when_it_is_due_and_not_before() {
    let (server, _) = fickle().await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let checks = saved(&desk, json!({"every_minutes": 5})).await.unwrap();
    assert!(checks.checks[0].next_at.is_some());
    assert_eq!(desk.app.run_due_checks().await.unwrap(), 0);
    desk.host.advance(5 * 60);
    assert_eq!(desk.app.run_due_checks().await.unwrap(), 1);
    assert_eq!(desk.app.run_due_checks().await.unwrap(), 0);
}

#[tokio::test]
async fn what_cannot_be_saved_names_its_field() {
    let (server, _) = fickle().await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    for (wrong, field) in [
        (json!({"name": ""}), "name"),
        (json!({"every_minutes": 0}), "every_minutes"),
    ] {
        let error = saved(&desk, wrong).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field));
    }
    saved(&desk, json!({})).await.unwrap();
    let error = saved(&desk, json!({})).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("name"));
    desk.ask("run_checks", json!({"ids": ["none"]}))
        .await
        .unwrap_err();
}

#[tokio::test]
async fn the_command_line_runs_what_the_app_saved_and_exits_as_it_came_out() {
    let (server, refuses) = fickle().await;
    let desk = Desk::without_keychain();
    let passphrase = "correct horse battery";
    desk.ask("open_vault", json!({"passphrase": passphrase}))
        .await
        .unwrap();
    desk.jira(&server.url).await;
    saved(&desk, json!({})).await.unwrap();
    let around = Surroundings::new(None, Some("none"), None, now).unwrap();
    let names = ["Weekend".to_owned()];
    let run = || {
        let secret = Some(SecretString::new(passphrase));
        run_checks(&around, desk.folder.path(), &names, secret)
    };
    let green = run().await.unwrap();
    assert_eq!((green.exit, &green.json["good"]), (0, &json!(true)));

    refuses.store(true, Ordering::SeqCst);
    let red = run().await.unwrap();
    assert_eq!(red.exit, 1);
    let difference = &red.json["checks"][0]["differences"][0];
    assert_eq!(difference["verdict"], "invalid_credential");
    assert!(
        red.text.starts_with("red  Weekend, 1 cells"),
        "{}",
        red.text
    );

    server.stop().await;
    let silent = run().await.unwrap();
    assert_eq!(silent.exit, 3);
    assert!(silent.failure.is_some());
}

#[tokio::test]
async fn the_command_line_says_why_there_is_nothing_to_run() {
    let around = Surroundings::new(None, Some("none"), None, now).unwrap();
    let empty = tempfile::tempdir().unwrap();
    let error = run_checks(&around, empty.path(), &[], None)
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("data-dir"));
    let (server, _) = fickle().await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    saved(&desk, json!({})).await.unwrap();
    let listed = list_checks(&around, desk.folder.path()).await.unwrap();
    assert_eq!(listed.json["checks"][0]["name"], "Weekend");
    let error = run_checks(&around, desk.folder.path(), &["other".to_owned()], None)
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("name"));
}
