use std::sync::{Arc, Mutex};

use gatewright_wire::{Difference, ErrorCode, GatewayState, Published, StepMark};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::server::{Answer, Asked, Server, json as answer};

#[derive(Default)]
pub(crate) struct Runs {
    pub(crate) version: u64,
    pub(crate) text: String,
    secrets: Vec<(String, String)>,
    past: Vec<(u64, String)>,
}

impl Runs {
    /// Somebody publishes.
    pub(crate) fn publish(&mut self, text: &str) {
        self.version += 1;
        text.clone_into(&mut self.text);
        self.past.push((self.version, self.text.clone()));
    }
}

fn entry(version: u64) -> Value {
    json!({"version": version, "published_at": "2026-11-17T13:58:00Z", "by": "lena", "comment": "shorter keys"})
}

/// A gateway's admin API as far as publishing goes.
pub(crate) async fn gateway() -> (Server, Arc<Mutex<Runs>>) {
    let runs = Arc::new(Mutex::new(Runs::default()));
    let shared = Arc::clone(&runs);
    let server = Server::start(move |asked| reply(asked, &mut shared.lock().unwrap())).await;
    (server, runs)
}

fn reply(asked: &Asked, runs: &mut Runs) -> Answer {
    let path = asked.path().trim_start_matches("/api/v1/").to_owned();
    if path == "pair" {
        return if asked.body.contains("0123456789ABCDEFGHJK") {
            answer(
                200,
                &json!({"id": "1", "credential": "gwa_credential-canary", "role": "owner", "name": "me"}),
            )
        } else {
            answer(
                403,
                &json!({"type": "about:blank", "title": "no", "status": 403, "code": "pairing_refused"}),
            )
        };
    }
    if asked.header("authorization") != "Bearer gwa_credential-canary" {
        return answer(
            401,
            &json!({"title": "no", "status": 401, "code": "invalid_credentials"}),
        );
    }
    let tag = |version: u64| ("ETag", format!("\"v{version}\""));
    match (asked.method.as_str(), path.as_str()) {
        ("GET", "status") => answer(
            200,
            &json!({"program": "0.1.0", "started_at": "2026-11-18T00:00:00Z", "now": "2026-11-18T11:06:45Z",
                "mode": "store", "version": runs.version, "products": [],
                "counts": {"requests": 0, "forwarded": 0, "refused": 0, "audit_lost": 0},
                "replicas": 1, "admin": "me", "role": "owner"}),
        ),
        ("GET", "config") => {
            let text = if runs.version == 0 {
                "format = 1\n".to_owned()
            } else {
                runs.text.clone()
            };
            Answer(
                200,
                vec![
                    ("Content-Type", "application/toml".to_owned()),
                    tag(runs.version),
                ],
                text,
            )
        }
        ("PUT", "config") => {
            if asked.header("if-match") != format!("\"v{}\"", runs.version) {
                return answer(
                    412,
                    &json!({"title": "stale", "status": 412, "code": "stale", "current_version": runs.version}),
                );
            }
            runs.publish(&asked.body);
            answer(200, &json!({"version": runs.version}))
        }
        ("GET", "config/versions") => {
            let list: Vec<Value> = runs
                .past
                .iter()
                .rev()
                .map(|(version, _)| entry(*version))
                .collect();
            answer(200, &json!({"versions": list}))
        }
        ("POST", restore) if restore.ends_with("/restore") => {
            let number: u64 = restore.split('/').nth(2).unwrap().parse().unwrap();
            let found = runs.past.iter().find(|(version, _)| *version == number);
            let text = found.unwrap().1.clone();
            runs.publish(&text);
            answer(200, &json!({"version": runs.version}))
        }
        ("GET", one) if one.starts_with("config/versions/") => {
            let number: u64 = one.rsplit('/').next().unwrap().parse().unwrap();
            match runs.past.iter().find(|(version, _)| *version == number) {
                Some((_, text)) => {
                    let mut found = entry(number);
                    found["text"] = json!(text);
                    found["notation"] = json!("toml");
                    found["document"] = json!({});
                    answer(200, &found)
                }
                None => answer(
                    404,
                    &json!({"title": "no", "status": 404, "code": "not_found"}),
                ),
            }
        }
        ("GET", "secrets") => {
            let at = "2026-11-18T00:00:00Z";
            let list: Vec<Value> = runs
                .secrets
                .iter()
                .map(|(name, _)| json!({"name": name, "created_at": at, "updated_at": at}))
                .collect();
            answer(200, &json!({"secrets": list}))
        }
        ("PUT", secret) if secret.starts_with("secrets/") => {
            runs.secrets
                .push((secret["secrets/".len()..].to_owned(), asked.body.clone()));
            Answer(204, Vec::new(), String::new())
        }
        _ => answer(
            404,
            &json!({"title": "no", "status": 404, "code": "not_found"}),
        ),
    }
}

pub(crate) async fn paired(desk: &Desk, server: &Server) -> GatewayState {
    let request = json!({"url": server.url, "code": "01234-56789-ABCDE-FGHJK", "data_url": "http://127.0.0.1:9/"});
    desk.run("pair_gateway", request).await
}

#[tokio::test]
async fn what_is_here_is_compared_published_and_then_the_same() {
    let (server, runs) = gateway().await;
    let desk = Desk::new();
    let unpaired = desk.ask("difference", json!({})).await.unwrap_err();
    assert_eq!(unpaired.code, ErrorCode::NotPaired);
    let wrong = json!({"url": server.url, "code": "00000-00000-00000-00000", "data_url": ""});
    let refused = desk.ask("pair_gateway", wrong).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ErrorCode::PairingRefused, Some("code"))
    );
    let state = paired(&desk, &server).await;
    assert!(state.reachable);
    assert_eq!((state.role.as_str(), state.serves), ("owner", Some(0)));
    assert_eq!(state.data_url, "http://127.0.0.1:9");

    desk.jira("http://127.0.0.1:1").await;
    desk.ask("make_key_pair", json!({"id": "jira"}))
        .await
        .unwrap();
    desk.github("http://127.0.0.1:2").await;
    let difference: Difference = desk.run("difference", json!({})).await;
    assert_eq!(difference.problems[0].path, "providers.ghes.username");
    let early = desk
        .ask("publish", json!({"expect_version": 0, "comment": ""}))
        .await
        .unwrap_err();
    assert_eq!(early.code, ErrorCode::InvalidDocument);
    let rule = json!({"provider_id": "ghes", "rule": {"from": "userinfo", "pointer": "/login",
        "transform": [], "match_by": "username"}});
    desk.ask("save_username_rule", rule).await.unwrap();

    let difference: Difference = desk.run("difference", json!({})).await;
    assert_eq!((difference.problems.len(), difference.runs_version), (0, 0));
    assert!(
        difference.here.contains("pointer = \"/login\""),
        "{}",
        difference.here
    );
    let names: Vec<&str> = difference
        .secrets
        .iter()
        .map(|secret| secret.name.as_str())
        .collect();
    assert_eq!(names, ["ghes-client", "jira-directory", "jira-oauth1"]);
    assert!(
        difference
            .secrets
            .iter()
            .all(|secret| secret.here && !secret.there)
    );
    assert!(!difference.changes.is_empty());

    let published: Published = desk
        .run("publish", json!({"expect_version": 0, "comment": "first"}))
        .await;
    assert_eq!(published.version, 1);
    {
        let runs = runs.lock().unwrap();
        assert_eq!(runs.secrets.len(), 3);
        assert!(
            runs.secrets
                .iter()
                .any(|(name, body)| name == "ghes-client" && body.contains("client-secret-canary"))
        );
        assert!(!runs.text.contains("canary"), "{}", runs.text);
    }
    let after: Difference = desk.run("difference", json!({})).await;
    assert!(after.changes.is_empty(), "{:?}", after.changes);
    assert_eq!(after.runs, after.here);
    let state: Value = desk.run("app_state", json!({})).await;
    assert_eq!(
        state["steps"]["publish"]["mark"],
        serde_json::to_value(StepMark::Done).unwrap()
    );

    // Only what changed is sent again.
    let again: Published = desk
        .run("publish", json!({"expect_version": 1, "comment": ""}))
        .await;
    assert_eq!(again.version, 2);
    assert_eq!(runs.lock().unwrap().secrets.len(), 3);
    let stale = desk
        .ask("publish", json!({"expect_version": 1, "comment": ""}))
        .await
        .unwrap_err();
    assert_eq!(stale.code, ErrorCode::Stale);
}

#[tokio::test]
async fn a_provider_removed_here_is_removed_there_and_foreign_rules_stay() {
    let (server, runs) = gateway().await;
    let desk = Desk::new();
    paired(&desk, &server).await;
    desk.jira("http://127.0.0.1:1").await;
    desk.ask("make_key_pair", json!({"id": "jira"}))
        .await
        .unwrap();
    desk.github("http://127.0.0.1:2").await;
    let rule = json!({"provider_id": "ghes", "rule": {"from": "userinfo", "pointer": "/login",
        "transform": [], "match_by": "username"}});
    desk.ask("save_username_rule", rule).await.unwrap();
    let _: Published = desk
        .run("publish", json!({"expect_version": 0, "comment": ""}))
        .await;
    {
        // Somebody else adds a rule meanwhile.
        let mut runs = runs.lock().unwrap();
        let text = format!(
            "{}\n[access]\ngroups_read_only = [\"contractors\"]\n",
            runs.text
        );
        runs.publish(&text);
    }
    desk.ask("remove_provider", json!({"id": "ghes"}))
        .await
        .unwrap();
    let difference: Difference = desk.run("difference", json!({})).await;
    let merge = difference.merge.unwrap();
    assert!(!merge.open);
    assert_eq!(merge.their_published, "lena, 17 Nov 2026");
    assert!(!difference.here.contains("ghes"));
    assert!(difference.here.contains("contractors"));
    assert_eq!(difference.runs_version, 2);
}

#[tokio::test]
async fn a_silent_gateway_is_told_and_what_was_known_stays() {
    let (server, _) = gateway().await;
    let desk = Desk::new();
    let state = paired(&desk, &server).await;
    assert_eq!(state.clock_ahead_seconds, Some(5));
    server.stop().await;
    let state: GatewayState = desk.run("gateway_state", json!({})).await;
    assert!(!state.reachable);
    assert_eq!(state.version.as_deref(), Some("0.1.0"));
    assert!(state.problem.unwrap().contains("not reached"));
    let shown: Value = desk.run("app_state", json!({})).await;
    assert_eq!(shown["steps"]["publish"]["text"], "The gateway is silent");
    let error = desk.ask("difference", json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Connect);
    desk.ask("unpair_gateway", json!({})).await.unwrap();
    let gone = desk.ask("gateway_state", json!({})).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotPaired);
}
