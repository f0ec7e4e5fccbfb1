use gatewright_wire::{
    AppEvent, ErrorCode, ExportedHistory, HistoryEntry, HistoryPage, TestEndpoints, TestRun, Token,
    Verdict,
};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::product::jira_server;
use crate::server::{Answer, Asked, Server, json as answer};

const GOOD: &str = "gho_0123456789abcdefwxyz";

/// A page of the history.
async fn page(desk: &Desk, more: Value) -> HistoryPage {
    let mut filter = json!({"verdicts": [], "product": null, "token": null, "user": null,
        "way": null, "since": null, "until": null, "search": ""});
    for (name, value) in more.as_object().unwrap() {
        filter[name] = value.clone();
    }
    desk.run(
        "history",
        json!({"filter": filter, "after": null, "limit": 100}),
    )
    .await
}

async fn paste(desk: &Desk, name: &str, secret: &str) -> String {
    let request = json!({"name": name, "provider_id": null, "user": null, "secret": secret});
    desk.run::<Token>("paste_token", request).await.id
}

async fn tested(desk: &Desk, tokens: &[String], ways: &[&str], endpoints: &[&str]) -> TestRun {
    let mut events = desk.listen();
    let run: TestRun = desk
        .run(
            "start_test",
            json!({"tokens": tokens, "products": ["jira"], "ways": ways, "credential": "bearer",
                "user": null, "endpoints": endpoints, "expected_user": null,
                "allow_plain_http": false, "allow_foreign": true, "allow_writes": true}),
        )
        .await;
    let id = run.run.clone();
    events
        .wait(|event| match event {
            AppEvent::TestFinished { run, .. } if run == id => Some(()),
            AppEvent::TestFinished { .. }
            | AppEvent::TestCell { .. }
            | AppEvent::CheckFinished { .. }
            | AppEvent::SignIn { .. }
            | AppEvent::StateChanged { .. }
            | AppEvent::TokenChanged { .. } => None,
        })
        .await;
    run
}

#[tokio::test]
async fn every_cell_is_found_again_without_the_token_that_was_tested() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let good = paste(&desk, "fred", GOOD).await;
    let bad = paste(&desk, "=formula", "gho_0123456789abcdefwxyy").await;
    tested(&desk, &[good.clone(), bad], &["direct"], &["who_am_i"]).await;
    tested(&desk, &[good], &["direct"], &["who_am_i"]).await;

    let all = page(&desk, json!({})).await;
    assert_eq!(
        (all.rows.len(), all.matching, all.kept),
        (3, Some(3), Some(3))
    );
    assert_eq!(all.tokens, ["=formula", "fred"]);
    let refused = page(&desk, json!({"verdicts": ["invalid_credential"]})).await;
    assert_eq!(refused.rows.len(), 1);
    assert_eq!(refused.rows[0].token, "=formula");
    assert_eq!(
        page(&desk, json!({"search": "flintst"})).await.rows.len(),
        2
    );
    assert_eq!(
        page(&desk, json!({"user": "fred", "way": "gateway"}))
            .await
            .rows
            .len(),
        0
    );
    assert_eq!(
        page(&desk, json!({"since": "2100-01-01T00:00:00Z"}))
            .await
            .rows
            .len(),
        0
    );
    let wrong = json!({"filter": {"verdicts": [], "product": null, "token": null, "user": null,
        "way": null, "since": "yesterday", "until": null, "search": ""}, "after": null, "limit": 1});
    let error = desk.ask("history", wrong).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("since"));

    let newest = all.rows.iter().find(|row| row.token == "fred").unwrap();
    let entry: HistoryEntry = desk.run("history_entry", json!({"id": newest.id})).await;
    assert_eq!(entry.result.verdict, Verdict::Valid);
    assert!(entry.before.is_some());
    let file = std::fs::read(desk.folder.path().join("workspace.db")).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("gho_0123456789"));
}

#[tokio::test]
async fn the_history_is_exported_and_limited() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let token = paste(&desk, "=HYPERLINK(\"x\")", GOOD).await;
    tested(
        &desk,
        &[token],
        &["direct"],
        &["who_am_i", "content", "/rest/none"],
    )
    .await;
    let filter = json!({"verdicts": [], "product": null, "token": null, "user": null, "way": null,
        "since": null, "until": null, "search": ""});
    let csv: ExportedHistory = desk
        .run("export_history", json!({"filter": filter, "format": "csv"}))
        .await;
    let text = std::fs::read_to_string(&csv.path).unwrap();
    assert_eq!((csv.rows, text.lines().count()), (3, 4));
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    let again: ExportedHistory = desk
        .run("export_history", json!({"filter": filter, "format": "csv"}))
        .await;
    assert_ne!(again.path, csv.path);
    let exported: ExportedHistory = desk
        .run(
            "export_history",
            json!({"filter": filter, "format": "json"}),
        )
        .await;
    let list: Value =
        serde_json::from_str(&std::fs::read_to_string(&exported.path).unwrap()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(!list.to_string().contains(GOOD));

    let error = desk
        .ask("set_history_limits", json!({"rows": 1, "days": 1}))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("rows"));
    let limits = json!({"rows": 200, "days": 30});
    assert_eq!(
        desk.ask("set_history_limits", limits.clone())
            .await
            .unwrap(),
        limits
    );
    assert_eq!(desk.ask("history_limits", json!({})).await.unwrap(), limits);
}

#[tokio::test]
async fn an_own_endpoint_is_kept_and_asked_with_its_headers_and_body() {
    let server = Server::start(|asked: &Asked| {
        if asked.path() == "/jira/rest/own" {
            answer(
                201,
                &json!({"echo": asked.body, "language": asked.header("accept-language")}),
            )
        } else {
            jira_server(asked)
        }
    })
    .await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let own = |more: Value| {
        let mut own = json!({"id": null, "name": "Own", "product": "jira", "method": "post",
            "path": "/rest/own", "headers": [{"name": "Accept-Language", "value": "de"}],
            "body": "{\"a\":1}"});
        for (name, value) in more.as_object().unwrap() {
            own[name] = value.clone();
        }
        own
    };
    for (wrong, field) in [
        (json!({"name": " "}), "name"),
        (json!({"path": "rest"}), "path"),
        (json!({"body": "{a"}), "body"),
        (
            json!({"headers": [{"name": "Authorization", "value": "x"}]}),
            "headers",
        ),
        (
            json!({"headers": [{"name": "X-Secret-Token", "value": "x"}]}),
            "headers",
        ),
    ] {
        let error = desk.ask("save_endpoint", own(wrong)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput);
        assert_eq!(error.field.as_deref(), Some(field));
    }
    let offered: TestEndpoints = desk.run("save_endpoint", own(json!({}))).await;
    assert_eq!(offered.purposes[0].id, "who_am_i");
    assert!(offered.presets.iter().any(|preset| preset.has_inputs));
    let id = offered.own[0].id.clone().unwrap();
    let token = paste(&desk, "fred", GOOD).await;
    tested(&desk, &[token], &["direct"], &[&format!("own:{id}")]).await;
    let asked = server.asked();
    let sent = asked
        .iter()
        .find(|asked| asked.path() == "/jira/rest/own")
        .unwrap();
    assert_eq!(
        (sent.method.as_str(), sent.body.as_str()),
        ("POST", "{\"a\":1}")
    );
    assert_eq!(sent.header("accept-language"), "de");
    let row = &page(&desk, json!({})).await.rows[0];
    assert_eq!(
        (row.endpoint_label.as_str(), row.method.as_str()),
        ("Own", "POST")
    );
    let left: TestEndpoints = desk.run("remove_endpoint", json!({"id": id})).await;
    assert!(left.own.is_empty());
}

/// The gateway's two faces: to clients it refuses, and to admins it explains.
fn refusing_gateway(asked: &Asked) -> Answer {
    match asked.path() {
        "/api/v1/pair" => answer(
            200,
            &json!({"id": "1", "credential": "gwa_x", "role": "owner", "name": "me"}),
        ),
        "/api/v1/explain" if asked.body.contains("request_id") => answer(
            404,
            &json!({"title": "no", "status": 404, "code": "not_found"}),
        ),
        "/api/v1/explain" => answer(
            200,
            &json!({"outcome": "group_not_allowed", "user": "fred", "status": 403, "phases": [
                {"phase": "verify", "result": "passed", "detail": "good"},
                {"phase": "authorise", "result": "refused", "detail": "fred is in no group that may",
                    "setting": "access.groups_allowed"}]}),
        ),
        _ => Answer(
            403,
            vec![
                ("Content-Type", "application/json".to_owned()),
                ("X-Gatewright-Reason", "group_not_allowed".to_owned()),
                ("X-Request-Id", "r-1".to_owned()),
            ],
            "{}".to_owned(),
        ),
    }
}

#[tokio::test]
async fn a_refusal_of_the_gateway_names_the_rule() {
    let server = Server::start(jira_server).await;
    let gateway = Server::start(refusing_gateway).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let pair =
        json!({"url": gateway.url, "code": "01234-56789-ABCDE-FGHJK", "data_url": gateway.url});
    desk.ask("pair_gateway", pair).await.unwrap();
    let token = paste(&desk, "fred", GOOD).await;
    tested(&desk, &[token], &["gateway"], &[]).await;
    let id = page(&desk, json!({})).await.rows[0].id;
    let entry: HistoryEntry = desk.run("history_entry", json!({"id": id})).await;
    assert_eq!(entry.result.verdict, Verdict::GatewayRefused);
    let explained = entry.result.explained.unwrap();
    assert_eq!(explained.phase, "authorise");
    assert_eq!(explained.setting.as_deref(), Some("access.groups_allowed"));
    assert_eq!(explained.words, "Fred is in no group that may.");
    let asked: Vec<String> = gateway
        .asked()
        .iter()
        .filter(|asked| asked.path() == "/api/v1/explain")
        .map(|asked| asked.body.clone())
        .collect();
    assert!(asked[0].contains("r-1"), "{asked:?}");
    assert_eq!(asked.len(), 2);
}
