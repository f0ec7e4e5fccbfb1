//! The draft of the rules, and what becomes of it when somebody else publishes.

use gatewright_wire::{
    CheckedRules, ComparedVersions, Difference, Effect, ErrorCode, ExportedDocument,
    ImportedDocument, Published, RulesState, TriedRules, Versions,
};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::gateway::{gateway, paired};

const JIRA: &str = "format = 1\n\n[[products]]\nid = \"jira\"\nkind = \"jira\"\nbase_url = \"http://127.0.0.1:1\"\npublic_url = \"/jira\"\n";

async fn read(desk: &Desk) -> RulesState {
    desk.run("refresh_rules", json!({})).await
}

async fn save(desk: &Desk, rules: &gatewright_wire::Rules) -> CheckedRules {
    desk.run("save_rules", json!({ "rules": rules })).await
}

async fn difference(desk: &Desk) -> Difference {
    desk.run("difference", json!({})).await
}

#[tokio::test]
async fn what_is_typed_is_kept_as_it_is_and_checked_beside_its_field() {
    let desk = Desk::new();
    let mut state: RulesState = desk.run("rules", json!({})).await;
    assert_eq!((state.based_on, state.check.changes), (0, 0));
    state.rules.settings.max_per_user = "ten".to_owned();
    state.rules.settings.max_lifetime = "a year".to_owned();
    state.rules.access.addresses_allowed = vec!["10.0.0.0/8".to_owned(), "10.1.2.0/33".to_owned()];
    let check = save(&desk, &state.rules).await;
    let paths: Vec<&str> = check
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    for path in [
        "settings.keys.max_per_user",
        "settings.keys.max_lifetime",
        "access.addresses_allowed[1]",
    ] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    let again: RulesState = desk.run("rules", json!({})).await;
    assert_eq!(again.rules, state.rules);
}

#[tokio::test]
async fn rules_of_the_running_document_are_loaded_changed_and_published_with_it() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(&format!(
        "{JIRA}access = {{ addresses_allowed = [\"10.0.0.0/8\"] }}\n\n[access]\naddresses_allowed = [\"10.0.0.0/8\"]\n"
    ));
    let desk = Desk::new();
    paired(&desk, &server).await;
    let mut state = read(&desk).await;
    assert_eq!((state.based_on, state.check.changes), (1, 0));
    assert_eq!(state.rules.access.addresses_allowed, ["10.0.0.0/8"]);
    assert_eq!(state.rules.products[0].addresses_allowed, ["10.0.0.0/8"]);
    assert_eq!(state.products[0].id, "jira");

    state.rules.settings.read_only = true;
    state.rules.access.bypass = vec![gatewright_wire::RulePath {
        product: "jira".to_owned(),
        path: "GET /status".to_owned(),
    }];
    let check = save(&desk, &state.rules).await;
    assert_eq!((check.problems.len(), check.changes), (0, 2));
    let shown: Value = desk.run("app_state", json!({})).await;
    assert_ne!(shown["steps"]["publish"]["mark"], "done");

    let found = difference(&desk).await;
    let effects: Vec<(&str, Effect)> = found
        .changes
        .iter()
        .map(|change| (change.path.as_str(), change.effect))
        .collect();
    assert_eq!(
        effects,
        [
            ("settings.read_only", Effect::Narrower),
            ("access.bypass", Effect::Wider)
        ]
    );
    assert!(
        found
            .changes
            .iter()
            .all(|change| !change.example.is_empty())
    );
    let published: Published = desk
        .run("publish", json!({"expect_version": 1, "comment": ""}))
        .await;
    assert_eq!(published.version, 2);
    assert!(runs.lock().unwrap().text.contains("GET /status"));
    let after = read(&desk).await;
    assert_eq!((after.based_on, after.check.changes), (2, 0));
}

#[tokio::test]
async fn what_somebody_else_published_is_taken_in_beside_what_is_here() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(JIRA);
    let desk = Desk::new();
    paired(&desk, &server).await;
    let mut state = read(&desk).await;
    state.rules.settings.read_only = true;
    save(&desk, &state.rules).await;
    runs.lock().unwrap().publish(&format!(
        "{JIRA}\n[settings.keys]\nmax_lifetime = \"90d\"\n"
    ));
    let found = difference(&desk).await;
    let merge = found.merge.unwrap();
    assert_eq!(
        (merge.open, merge.base_version, merge.their_version),
        (false, 1, 2)
    );
    assert_eq!(merge.their_comment, "shorter keys");
    assert_eq!(found.changes.len(), 1);
    assert!(
        found.here.contains("max_lifetime = \"90d\""),
        "{}",
        found.here
    );
    assert!(found.here.contains("read_only = true"));
    assert!(difference(&desk).await.merge.is_none());
}

#[tokio::test]
async fn a_place_that_both_changed_waits_for_a_choice_and_nothing_is_overwritten() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(JIRA);
    let desk = Desk::new();
    paired(&desk, &server).await;
    let mut state = read(&desk).await;
    state.rules.settings.max_lifetime = "180d".to_owned();
    state.rules.access.addresses_allowed = vec!["10.0.0.0/8".to_owned()];
    save(&desk, &state.rules).await;
    runs.lock().unwrap().publish(&format!(
        "{JIRA}\n[settings.keys]\nmax_lifetime = \"90d\"\n\n[access]\naddresses_allowed = [\"192.0.2.0/24\"]\n"
    ));
    let found = difference(&desk).await;
    let merge = found.merge.unwrap();
    assert!(merge.open);
    let clashes: Vec<(&str, bool)> = merge
        .places
        .iter()
        .filter(|place| place.clash)
        .map(|place| (place.path.as_str(), place.list))
        .collect();
    assert_eq!(
        clashes,
        [
            ("access.addresses_allowed", true),
            ("settings.keys.max_lifetime", false)
        ]
    );
    let refused = desk
        .ask("publish", json!({"expect_version": 2, "comment": ""}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Stale);
    assert_eq!(runs.lock().unwrap().version, 2);
    let choices = json!([
        {"path": "settings.keys.max_lifetime", "take": "theirs"},
        {"path": "access.addresses_allowed", "take": "both"},
    ]);
    let early = desk
        .ask(
            "resolve_merge",
            json!({"their_version": 1, "choices": choices}),
        )
        .await
        .unwrap_err();
    assert_eq!(early.code, ErrorCode::Stale);
    let resolved: Difference = desk
        .run(
            "resolve_merge",
            json!({"their_version": 2, "choices": choices}),
        )
        .await;
    assert!(resolved.merge.is_none());
    assert!(resolved.here.contains("max_lifetime = \"90d\""));
    let state = read(&desk).await;
    assert_eq!(
        state.rules.access.addresses_allowed,
        ["192.0.2.0/24", "10.0.0.0/8"]
    );
}

#[tokio::test]
async fn a_product_that_somebody_else_changed_is_not_changed_back() {
    let (server, runs) = gateway().await;
    let desk = Desk::new();
    paired(&desk, &server).await;
    desk.jira("http://127.0.0.1:1").await;
    desk.ask("make_key_pair", json!({"id": "jira"}))
        .await
        .unwrap();
    let _: Published = desk
        .run("publish", json!({"expect_version": 0, "comment": ""}))
        .await;
    let moved = runs
        .lock()
        .unwrap()
        .text
        .replace("http://127.0.0.1:1", "http://127.0.0.1:2");
    runs.lock().unwrap().publish(&moved);
    let found = difference(&desk).await;
    assert!(!found.merge.unwrap().open);
    assert!(found.changes.is_empty(), "{:?}", found.changes);
    assert!(found.here.contains("127.0.0.1:2"));
}

#[tokio::test]
async fn an_expectation_is_kept_from_a_request_that_was_tried_and_then_holds_or_refuses() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(JIRA);
    let desk = Desk::new();
    paired(&desk, &server).await;
    let mut state = read(&desk).await;
    state.rules.settings.read_only = true;
    save(&desk, &state.rules).await;
    let mut expectation = json!({"name": "nobody writes", "user": "fred", "groups": [], "address": "",
        "product": "jira", "request": "POST /rest/api/2/issue", "outcome": ""});
    let tried: TriedRules = desk
        .run("try_rules", json!({ "expectation": expectation }))
        .await;
    assert_eq!(tried.outcome, "read_only");
    assert!(!tried.steps.is_empty());
    expectation["outcome"] = json!(tried.outcome);
    let _: CheckedRules = desk
        .run("keep_expectation", json!({ "expectation": expectation }))
        .await;
    let found = difference(&desk).await;
    assert!(found.expectations[0].holds && found.expectations[0].new);
    let mut state = read(&desk).await;
    assert_eq!(state.rules.expect.len(), 1);
    state.rules.settings.read_only = false;
    save(&desk, &state.rules).await;
    let found = difference(&desk).await;
    assert!(!found.expectations[0].holds);
    assert_eq!(found.problems[0].path, "expect: nobody writes");
    let refused = desk
        .ask("publish", json!({"expect_version": 1, "comment": ""}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidDocument);
    let wrong = json!({"expectation": {"name": "x", "user": "", "groups": [], "address": "",
        "product": "jira", "request": "nonsense", "outcome": ""}});
    let error = desk.ask("try_rules", wrong).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("request"));
}

#[tokio::test]
async fn versions_are_compared_and_an_old_one_becomes_a_new_one() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(JIRA);
    runs.lock()
        .unwrap()
        .publish(&format!("{JIRA}\n[settings]\nread_only = true\n"));
    let desk = Desk::new();
    paired(&desk, &server).await;
    let list: Versions = desk.run("versions", json!({"before": null})).await;
    assert_eq!(
        (list.versions.len(), list.versions[0].version, list.runs),
        (2, 2, 2)
    );
    let compared: ComparedVersions = desk
        .run("compare_versions", json!({"from": 1, "to": 2}))
        .await;
    assert_eq!(compared.changes[0].effect, Effect::Narrower);
    let restored: Published = desk
        .run(
            "restore_version",
            json!({"version": 1, "expect_version": 2}),
        )
        .await;
    assert_eq!(restored.version, 3);
    assert!(!read(&desk).await.rules.settings.read_only);
}

#[tokio::test]
async fn a_document_goes_out_as_a_file_and_its_rules_come_in_again() {
    let desk = Desk::new();
    let mut state: RulesState = desk.run("rules", json!({})).await;
    state.rules.access.groups_may_create_keys = vec!["staff".to_owned()];
    save(&desk, &state.rules).await;
    let file = desk.folder.path().join("out.toml");
    let request = json!({"file": file, "version": null, "replace": false});
    let written: ExportedDocument = desk.run("export_document", request.clone()).await;
    assert_eq!(written.file, file.display().to_string());
    let there = desk.ask("export_document", request).await.unwrap_err();
    assert_eq!(there.field.as_deref(), Some("file"));
    let relative = json!({"file": "out.toml", "version": null, "replace": false});
    assert!(desk.ask("export_document", relative).await.is_err());

    let text = std::fs::read_to_string(&file).unwrap();
    let other = Desk::new();
    let seen: ImportedDocument = other
        .run("import_document", json!({"text": text, "take": false}))
        .await;
    assert_eq!((seen.changes.len(), seen.taken), (1, false));
    let _: ImportedDocument = other
        .run("import_document", json!({"text": text, "take": true}))
        .await;
    let state: RulesState = other.run("rules", json!({})).await;
    assert_eq!(state.rules.access.groups_may_create_keys, ["staff"]);
    let broken = other
        .ask(
            "import_document",
            json!({"text": "format = 2", "take": true}),
        )
        .await
        .unwrap_err();
    assert_eq!(broken.code, ErrorCode::InvalidDocument);
}

#[tokio::test]
async fn ten_thousand_addresses_are_kept_and_counted_in_one_line() {
    let (server, runs) = gateway().await;
    runs.lock().unwrap().publish(JIRA);
    let desk = Desk::new();
    paired(&desk, &server).await;
    let mut state = read(&desk).await;
    state.rules.access.addresses_allowed = (0..10_000)
        .map(|n| format!("10.{}.{}.0/24", n / 250, n % 250))
        .collect();
    let check = save(&desk, &state.rules).await;
    assert!(check.problems.is_empty());
    let found = difference(&desk).await;
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].detail, "10000 entries added");
}
