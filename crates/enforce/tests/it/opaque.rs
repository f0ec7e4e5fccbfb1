//! Tokens that a provider is asked about; the numbers are those of the attack list.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::world::{Answer, Ask, INTROSPECTION, Providers, START, USERINFO, World, changed, sent};

const DOCUMENT: &str = crate::world::DOCUMENT;

#[tokio::test]
async fn i3_i4_userinfo_accepts_only_by_an_object_in_json() {
    let world = World::new();
    let table: [(Answer, &str); 13] = [
        (Ok((200, json!({ "login": "fred" }))), "permit"),
        (
            Ok((401, json!({ "message": "Bad credentials" }))),
            "invalid_credentials",
        ),
        (
            Ok((400, json!({ "error": { "code": 190 } }))),
            "invalid_credentials",
        ),
        (Ok((403, json!({}))), "invalid_credentials"),
        (
            Ok((200, json!({ "ok": false, "error": "invalid_auth" }))),
            "invalid_credentials",
        ),
        (
            Ok((200, json!({ "error": "invalid_token" }))),
            "invalid_credentials",
        ),
        (
            Ok((200, json!([{ "login": "fred" }]))),
            "provider_unavailable",
        ),
        (
            Ok((200, json!("<html>login=fred</html>"))),
            "provider_unavailable",
        ),
        (Ok((204, json!(""))), "provider_unavailable"),
        (Ok((302, json!(""))), "provider_unavailable"),
        (Ok((429, json!({}))), "provider_unavailable"),
        (
            Ok((500, json!({ "login": "fred" }))),
            "provider_unavailable",
        ),
        (Err(()), "provider_unavailable"),
    ];
    for (index, (answer, want)) in table.into_iter().enumerate() {
        let token = format!("gho_{index}");
        world.answers(USERINFO, &token, answer.clone());
        assert_eq!(
            Ask::read().bearer(&token).outcome(&world).await,
            want,
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn what_could_not_be_asked_is_asked_again_at_once() {
    let world = World::new();
    world.answers(USERINFO, "gho_fred", Err(()));
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "provider_unavailable"
    );
    world.login("gho_fred", "fred");
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn i6_a_refusal_is_remembered_briefly() {
    let world = World::new();
    for _ in 0..10 {
        assert_eq!(
            Ask::read().bearer("gho_fred").outcome(&world).await,
            "invalid_credentials"
        );
    }
    assert_eq!(world.asked(USERINFO), 1);
    world.login("gho_fred", "fred");
    world.pass(5);
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn a_good_answer_is_believed_as_long_as_the_document_says_and_no_longer() {
    let world = World::new();
    world.login("gho_fred", "fred");
    for _ in 0..10 {
        assert_eq!(
            Ask::read().bearer("gho_fred").outcome(&world).await,
            "permit"
        );
    }
    assert_eq!(world.asked(USERINFO), 1);
    world.pass(59);
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
    assert_eq!(world.asked(USERINFO), 1);
    world.pass(1);
    world.answers(USERINFO, "gho_fred", Ok((401, json!({}))));
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "invalid_credentials"
    );
    // C3: another token, however alike, is another question.
    let _ = Ask::read().bearer("gho_fredd").outcome(&world).await;
    assert_eq!(world.asked(USERINFO), 3);
}

#[tokio::test]
async fn i5_many_requests_with_one_cold_token_are_one_question() {
    let providers = Providers {
        gate: Some(Semaphore::new(0)),
        ..Providers::default()
    };
    let world = Arc::new(World::of(DOCUMENT, providers));
    world.login("gho_fred", "fred");
    let requests: Vec<_> = (0..100)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { Ask::read().bearer("gho_fred").outcome(&world).await })
        })
        .collect();
    tokio::task::yield_now().await;
    world.providers.gate.as_ref().unwrap().add_permits(1000);
    for request in requests {
        assert_eq!(request.await.unwrap(), "permit");
    }
    assert_eq!(world.asked(USERINFO), 1);
}

#[tokio::test]
async fn c1_a_change_of_the_provider_or_of_the_rules_holds_at_once() {
    let mut world = World::new();
    world.login("gho_fred", "fred");
    let ask = Ask::read().bearer("gho_fred");
    assert_eq!(ask.outcome(&world).await, "permit");
    world.swap(&changed(
        "[settings]",
        "[access]\ngroups_allowed = [\"staff\"]\n\n[settings]",
    ));
    assert_eq!(ask.outcome(&world).await, "group_not_allowed");
    assert_eq!(world.asked(USERINFO), 1);
    world.swap(&changed("pointer = \"/login\"", "pointer = \"/id\""));
    assert_eq!(ask.outcome(&world).await, "user_unknown");
    world.swap(&changed(
        "https://github.example.com",
        "https://other.example.com",
    ));
    assert_eq!(ask.outcome(&world).await, "invalid_credentials");
    world.swap(&changed("prefixes = [\"gho_\", \"ghu_\"]", ""));
    assert_eq!(ask.outcome(&world).await, "invalid_credentials");
    world.swap(DOCUMENT);
    assert_eq!(ask.outcome(&world).await, "permit");
    assert_eq!(world.asked(USERINFO), 1);
}

#[tokio::test]
async fn i2_i3_introspection_accepts_only_by_true_and_only_what_is_for_us() {
    let world = World::new();
    let good = json!({ "active": true, "username": "fred", "aud": ["other", "gateway"] });
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let table = [
        (good.clone(), "permit"),
        (with("aud", json!("gateway")), "permit"),
        (
            json!({ "active": true, "username": "fred", "client_id": "gateway" }),
            "permit",
        ),
        (with("active", json!("true")), "invalid_credentials"),
        (with("active", json!(1)), "invalid_credentials"),
        (with("active", json!(false)), "invalid_credentials"),
        (
            json!({ "username": "fred", "aud": "gateway" }),
            "invalid_credentials",
        ),
        (with("aud", json!("gateway-evil")), "wrong_audience"),
        (with("aud", json!([])), "wrong_audience"),
        (with("aud", json!({ "gateway": 1 })), "wrong_audience"),
        (
            json!({ "active": true, "username": "fred" }),
            "wrong_audience",
        ),
        (with("exp", json!(START)), "expired_credentials"),
        (with("exp", json!("soon")), "invalid_credentials"),
        (with("exp", json!(START + 10)), "permit"),
        (with("nbf", json!(START + 600)), "invalid_credentials"),
        (
            with("token_use", json!("refresh_token")),
            "invalid_credentials",
        ),
        (with("token_type", json!("N_A")), "invalid_credentials"),
        (with("token_type", json!("Bearer")), "permit"),
        (with("cnf", json!({ "jkt": "x" })), "invalid_credentials"),
        (json!([true]), "provider_unavailable"),
        (json!("<html>"), "provider_unavailable"),
    ];
    for (index, (answer, want)) in table.into_iter().enumerate() {
        let token = format!("ask_{index}");
        world.answers(INTROSPECTION, &token, Ok((200, answer.clone())));
        assert_eq!(
            Ask::read().bearer(&token).outcome(&world).await,
            want,
            "{answer}"
        );
    }
    for (status, want) in [(401, "provider_unavailable"), (500, "provider_unavailable")] {
        world.answers(INTROSPECTION, "ask_x", Ok((status, good.clone())));
        assert_eq!(Ask::read().bearer("ask_x").outcome(&world).await, want);
    }
}

#[tokio::test]
async fn c2_a_token_that_ends_while_its_answer_is_remembered_is_refused() {
    let world = World::new();
    let answer = json!({ "active": true, "username": "fred", "aud": "gateway", "exp": START + 10 });
    world.answers(INTROSPECTION, "ask_fred", Ok((200, answer)));
    let ask = Ask::read().bearer("ask_fred");
    assert_eq!(ask.outcome(&world).await, "permit");
    world.pass(9);
    assert_eq!(ask.outcome(&world).await, "permit");
    world.pass(1);
    assert_eq!(ask.outcome(&world).await, "expired_credentials");
}

#[tokio::test]
async fn one_provider_that_is_down_does_not_block_the_others() {
    let world = World::new();
    world.answers(INTROSPECTION, "ask_fred", Err(()));
    world.login("gho_fred", "fred");
    assert_eq!(
        Ask::read().bearer("ask_fred").outcome(&world).await,
        "provider_unavailable"
    );
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn github_says_whose_client_a_token_is() {
    let world = World::with(
        "verify = { userinfo = { accept_any_client = true, cache = \"60s\" } }",
        "verify = { github_token_check = {} }",
    );
    let check = "https://github.example.com/api/v3/applications/Iv1.x/token";
    let answer = |client: &str| json!({ "app": { "client_id": client }, "user": { "login": "x" } });
    world.login("gho_fred", "fred");
    world.answers(check, "gho_fred", Ok((200, answer("Iv1.x"))));
    let prepared = Ask::read().bearer("gho_fred").forwarded(&world).await;
    assert_eq!(sent(&prepared, "x-sso-login"), Some("fred"));
    world.login("gho_other", "fred");
    world.answers(check, "gho_other", Ok((200, answer("Iv1.other"))));
    assert_eq!(
        Ask::read().bearer("gho_other").outcome(&world).await,
        "wrong_audience"
    );
    world.answers(check, "gho_gone", Ok((404, json!({}))));
    assert_eq!(
        Ask::read().bearer("gho_gone").outcome(&world).await,
        "invalid_credentials"
    );
}

#[tokio::test]
async fn a_secret_that_is_not_stored_makes_what_needs_it_not_configured() {
    let world = World::with(
        "client_secret = { secret = \"asked\" }",
        "client_secret = { secret = \"missing\" }",
    );
    assert_eq!(
        Ask::read().bearer("ask_fred").outcome(&world).await,
        "not_configured"
    );
    world.login("gho_fred", "fred");
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}
