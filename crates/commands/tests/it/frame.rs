use gatewright_wire::{AppState, COMMAND_NAMES, ErrorCode, StepMark, Theme, VaultState};
use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn every_command_of_the_list_is_reached_by_its_name() {
    let desk = Desk::new();
    for name in COMMAND_NAMES {
        // A number is no request; the message says whether the name was known.
        let error = desk.ask(name, json!(7)).await.err();
        let message = error.map(|error| error.message).unwrap_or_default();
        assert!(!message.contains("no such command"), "{name}: {message}");
    }
    let error = desk.ask("no_such", json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Internal);
}

#[tokio::test]
async fn a_first_start_is_one_and_the_look_is_remembered() {
    let desk = Desk::new();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert!(state.first_start);
    assert_eq!(state.vault, VaultState::Keychain);
    assert_eq!(state.theme, Theme::System);
    assert!(
        [
            &state.steps.products,
            &state.steps.provider,
            &state.steps.token,
            &state.steps.publish
        ]
        .iter()
        .all(|step| step.mark == StepMark::Todo)
    );
    let _: AppState = desk.run("set_theme", json!({"theme": "dark"})).await;
    let state: AppState = desk.restarted().run("app_state", json!({})).await;
    assert_eq!(state.theme, Theme::Dark);
}

#[tokio::test]
async fn without_a_keychain_nothing_is_sealed_until_there_is_a_passphrase() {
    let desk = Desk::without_keychain();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert_eq!(
        state.vault,
        VaultState::NoKeychain {
            detail: "no service is running".to_owned()
        }
    );
    let token = json!({"name": "a", "provider_id": null, "user": null, "secret": "canary"});
    let error = desk.ask("paste_token", token.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Keychain);
    let short = desk
        .ask("open_vault", json!({"passphrase": "short"}))
        .await
        .unwrap_err();
    assert_eq!(
        (short.code, short.field.as_deref()),
        (ErrorCode::InvalidInput, Some("passphrase"))
    );

    let passphrase = json!({"passphrase": "four unrelated words here"});
    let state: AppState = desk.run("open_vault", passphrase.clone()).await;
    assert_eq!(state.vault, VaultState::Passphrase);
    desk.ask("paste_token", token).await.unwrap();

    let desk = desk.restarted();
    let state: AppState = desk.run("app_state", json!({})).await;
    assert_eq!((state.vault, state.tokens), (VaultState::Locked, 1));
    let wrong = desk
        .ask(
            "open_vault",
            json!({"passphrase": "four unrelated words there"}),
        )
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
    let state: AppState = desk.run("open_vault", passphrase).await;
    assert_eq!(state.vault, VaultState::Passphrase);
}

#[tokio::test]
async fn only_web_addresses_are_opened() {
    let desk = Desk::new();
    for url in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://u:p@host/",
        "",
    ] {
        let error = desk
            .ask("open_page", json!({"url": url}))
            .await
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput, "{url}");
    }
    desk.ask("open_page", json!({"url": "https://host.example/a"}))
        .await
        .unwrap();
    assert_eq!(desk.host.opened.lock().unwrap().len(), 1);
}
