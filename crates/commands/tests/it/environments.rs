use gatewright_wire::{
    AppState, BackupFound, Diagnostics, EnvironmentKind, ErrorCode, HomeState, Promotion, Provider,
    Providers, Settings, StepMark, Tokens, VaultState, WrittenFile,
};
use serde_json::{Value, json};

use crate::desk::Desk;

fn provider(secret: &str, url: &str) -> Value {
    json!({
        "id": null, "preset": "ghes", "name": "", "inputs": {"base_url": url},
        "client_id": "client", "client_secret": secret, "scopes": ["read:user"],
        "client_auth": "body",
        "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
    })
}

async fn paste(desk: &Desk, secret: &str) {
    let token = json!({"name": "mine", "provider_id": null, "user": null, "secret": secret});
    desk.ask("paste_token", token).await.unwrap();
}

async fn production(desk: &Desk) -> AppState {
    desk.run(
        "create_environment",
        json!({"name": "Production", "kind": "production"}),
    )
    .await
}

#[tokio::test]
async fn what_is_kept_in_one_environment_is_not_seen_in_another_and_is_there_after_a_restart() {
    let desk = Desk::new();
    paste(&desk, "canary-of-staging").await;
    let state = production(&desk).await;
    assert_eq!(state.environment.kind, EnvironmentKind::Production);
    assert_eq!((state.tokens, state.first_start), (0, true));
    let names: Vec<&str> = state
        .environments
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["Staging", "Production"]);

    let desk = desk.restarted();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert_eq!(state.environment.name, "Production");
    let staging = &state.environments[0].id;
    let state: AppState = desk.run("switch_environment", json!({"id": staging})).await;
    assert_eq!(
        (state.environment.name.as_str(), state.tokens),
        ("Staging", 1)
    );
    let tokens: Tokens = desk.run("tokens", json!({})).await;
    let id = &tokens.tokens[0].id;
    let shown = desk.ask("show_token", json!({"id": id})).await.unwrap();
    assert!(shown.to_string().contains("canary-of-staging"));
}

#[tokio::test]
async fn a_name_is_free_and_a_removal_needs_it_typed() {
    let desk = Desk::new();
    let state = production(&desk).await;
    let error = desk
        .ask(
            "create_environment",
            json!({"name": " production ", "kind": "staging"}),
        )
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("name"));
    let id = state.environment.id.clone();
    let error = desk
        .ask("remove_environment", json!({"id": id, "typed": "Staging"}))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("typed"));
    let state: AppState = desk
        .run(
            "remove_environment",
            json!({"id": id, "typed": "production"}),
        )
        .await;
    assert_eq!(state.environment.name, "Staging");
    assert_eq!(state.environments.len(), 1);
    let error = desk
        .ask(
            "remove_environment",
            json!({"id": state.environment.id, "typed": "Staging"}),
        )
        .await
        .unwrap_err();
    assert!(error.message.contains("only environment"));
    let error = desk
        .ask("switch_environment", json!({"id": id}))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_first_environment_can_go_and_takes_everything_with_it() {
    let desk = Desk::new();
    paste(&desk, "canary-of-staging").await;
    let state = production(&desk).await;
    let staging = state.environments[0].id.clone();
    let state: AppState = desk
        .run(
            "remove_environment",
            json!({"id": staging, "typed": "Staging"}),
        )
        .await;
    assert_eq!(state.environments.len(), 1);
    let desk = desk.restarted();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert_eq!(state.environment.name, "Production");
    assert_eq!(state.environments.len(), 1);
    paste(&desk, "still-sealed").await;
}

#[tokio::test]
async fn promoting_shows_first_and_copies_no_secret_unasked() {
    let desk = Desk::new();
    let made: Provider = desk
        .run(
            "save_provider",
            provider("staging-secret", "https://github.staging.example"),
        )
        .await;
    let state = production(&desk).await;
    let (from, into) = (
        state.environments[0].id.clone(),
        state.environments[1].id.clone(),
    );
    let ask = |take: bool, with_secrets: bool| json!({"from": from, "into": into, "take": take, "with_secrets": with_secrets});
    let seen: Promotion = desk.run("promote", ask(false, false)).await;
    assert!(!seen.taken);
    assert_eq!(seen.secrets.len(), 1);
    let providers: Providers = desk.run("providers", json!({})).await;
    assert!(providers.providers.is_empty(), "only looked at");

    let _: Promotion = desk.run("promote", ask(true, false)).await;
    let providers: Providers = desk.run("providers", json!({})).await;
    assert_eq!(providers.providers[0].id, made.id);
    assert!(!providers.providers[0].client_secret_kept);

    let mut own = provider("production-secret", "https://github.example");
    own["id"] = json!(made.id);
    let _: Provider = desk.run("save_provider", own).await;
    let again: Promotion = desk.run("promote", ask(true, true)).await;
    assert!(again.secrets.is_empty(), "it has its own");
    let providers: Providers = desk.run("providers", json!({})).await;
    assert_eq!(
        providers.providers[0].inputs["base_url"],
        "https://github.example"
    );
    let error = desk
        .ask(
            "promote",
            json!({"from": from, "into": from, "take": true, "with_secrets": false}),
        )
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("into"));
}

#[tokio::test]
async fn home_shows_every_environment_and_a_sandbox_that_is_not_there() {
    let desk = Desk::new();
    production(&desk).await;
    let home: HomeState = desk.run("home", json!({"ask": true})).await;
    assert_eq!(home.environments.len(), 2);
    assert!(
        home.environments
            .iter()
            .all(|one| one.gateway_mark == StepMark::Todo && one.differs.is_none())
    );
    let error = desk.ask("start_sandbox", json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_network_is_checked_kept_for_all_and_its_password_is_never_told() {
    let desk = Desk::new();
    let error = desk
        .ask(
            "save_network",
            json!({"proxy": {"use": "none"}, "proxy_password": null, "ca_pem": "no certificate"}),
        )
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("ca_pem"));
    let set = json!({
        "proxy": {"use": "set", "url": "http://proxy.example:3128", "user": "ci",
                  "password_kept": false, "bypass": ["*.internal", " "]},
        "proxy_password": "canary-proxy", "ca_pem": "",
    });
    let settings = desk.ask("save_network", set).await.unwrap();
    assert!(!settings.to_string().contains("canary"));
    production(&desk).await;
    let settings: Value = desk.ask("settings", json!({})).await.unwrap();
    assert_eq!(settings["proxy"]["password_kept"], json!(true));
    assert_eq!(settings["proxy"]["bypass"], json!(["*.internal"]));
    let error = desk
        .ask("set_clipboard_time", json!({"seconds": 5}))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("seconds"));
    let settings: Settings = desk.run("set_clipboard_time", json!({"seconds": 20})).await;
    assert_eq!(settings.clipboard_seconds, 20);
    let state: AppState = desk.run("set_zoom", json!({"percent": 999})).await;
    assert_eq!(state.zoom, 200);
}

#[tokio::test]
async fn a_passphrase_is_changed_and_what_is_sealed_still_opens() {
    let desk = Desk::without_keychain();
    let first = "four unrelated words here";
    let second = "five quite unrelated words here";
    let _: AppState = desk.run("open_vault", json!({"passphrase": first})).await;
    paste(&desk, "canary-sealed").await;
    let wrong = desk
        .ask("change_passphrase", json!({"now": second, "then": second}))
        .await
        .unwrap_err();
    assert_eq!(
        (wrong.code, wrong.field.as_deref()),
        (ErrorCode::WrongPassphrase, Some("now"))
    );
    let _: AppState = desk
        .run("change_passphrase", json!({"now": first, "then": second}))
        .await;
    let desk = desk.restarted();
    let old = desk
        .ask("open_vault", json!({"passphrase": first}))
        .await
        .unwrap_err();
    assert_eq!(old.code, ErrorCode::WrongPassphrase);
    let state: AppState = desk.run("open_vault", json!({"passphrase": second})).await;
    assert_eq!(state.vault, VaultState::Passphrase);
    let tokens: Tokens = desk.run("tokens", json!({})).await;
    let shown = desk
        .ask("show_token", json!({"id": tokens.tokens[0].id}))
        .await
        .unwrap();
    assert!(shown.to_string().contains("canary-sealed"));
}

#[tokio::test]
async fn a_backup_holds_no_secret_in_clear_and_takes_the_place_of_all_with_the_next_start() {
    let desk = Desk::new();
    paste(&desk, "canary-in-the-backup").await;
    production(&desk).await;
    let file = desk.folder.path().join("all.gwbackup");
    let ask = json!({"file": file});
    let _: WrittenFile = desk.run("back_up", ask.clone()).await;
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        !bytes
            .windows(20)
            .any(|window| window == b"canary-in-the-backup")
    );
    let again = desk.ask("back_up", ask).await.unwrap_err();
    assert_eq!(again.field.as_deref(), Some("file"));

    let state: AppState = desk.run("app_state", json!({})).await;
    for (one, name) in state.environments.iter().zip(["Staging", "Production"]) {
        if name == "Staging" {
            desk.ask("remove_environment", json!({"id": one.id, "typed": name}))
                .await
                .unwrap();
        }
    }
    let found: BackupFound = desk
        .run("restore_backup", json!({"file": file, "take": false}))
        .await;
    assert_eq!(found.environments, ["Staging", "Production"]);
    assert!(found.same_workspace && !found.taken);
    let _: BackupFound = desk
        .run("restore_backup", json!({"file": file, "take": true}))
        .await;
    let desk = desk.restarted();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert_eq!(state.environments.len(), 2);
    let staging = &state.environments[0].id;
    let state: AppState = desk.run("switch_environment", json!({"id": staging})).await;
    assert_eq!(state.tokens, 1);
}

#[tokio::test]
async fn a_file_that_is_no_backup_changes_nothing() {
    let desk = Desk::new();
    let file = desk.folder.path().join("other.gwbackup");
    std::fs::write(&file, "not a database").unwrap();
    let error = desk
        .ask("restore_backup", json!({"file": file, "take": true}))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("file"));
    let settings: Settings = desk.run("settings", json!({})).await;
    assert!(!settings.restore_waits);
}

#[tokio::test]
async fn the_diagnostics_name_failures_and_no_secret() {
    let desk = Desk::new();
    paste(&desk, "canary-token-0123456789").await;
    let _: Provider = desk
        .run(
            "save_provider",
            provider("canary-client-secret", "https://canary-host.example"),
        )
        .await;
    let error = desk
        .ask(
            "open_page",
            json!({"url": "nonsense?code=canary-code-0123456789"}),
        )
        .await
        .unwrap_err();
    desk.app.note_failure("open_page", &error);
    let bundle: Diagnostics = desk.run("diagnostics", json!({})).await;
    assert!(!bundle.text.contains("canary"), "{}", bundle.text);
    assert!(
        bundle.text.contains("open_page invalid_input"),
        "{}",
        bundle.text
    );
    let file = desk.folder.path().join("diagnostics.txt");
    let _: WrittenFile = desk.run("write_diagnostics", json!({"file": file})).await;
    assert_eq!(std::fs::read_to_string(file).unwrap(), bundle.text);
}
