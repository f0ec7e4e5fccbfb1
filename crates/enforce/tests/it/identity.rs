//! From the provider's answer to a user of the product.

use serde_json::{Value, json};

use crate::world::{Ask, START, USERINFO, World, sent};

async fn outcome(world: &World, login: Value) -> String {
    let token = format!("gho_{}", world.providers.asked.lock().unwrap().len());
    world.answers(USERINFO, &token, Ok((200, json!({ "login": login }))));
    Ask::read().bearer(&token).outcome(world).await
}

#[tokio::test]
async fn h11_t16_what_could_not_be_a_users_name_is_refused() {
    let world = World::new();
    for wrong in [
        json!("admin\r\nX-Forwarded-Groups: x"),
        json!("fred\u{0}"),
        json!(" fred"),
        json!("fred "),
        json!("alice,admin"),
        json!("a".repeat(300)),
        json!("\u{212A}evin"),
        json!("fr\u{e9}d"),
        json!(""),
        json!("anonymous"),
        json!(true),
        json!(["fred"]),
        json!({ "name": "fred" }),
        json!(null),
        json!(1.5),
    ] {
        assert_eq!(
            outcome(&world, wrong.clone()).await,
            "username_invalid",
            "{wrong}"
        );
    }
    assert!(world.directories.asked.lock().unwrap().is_empty());
    assert_eq!(outcome(&world, json!("Fred")).await, "permit");
    world.answers(USERINFO, "gho_none", Ok((200, json!({ "id": 7 }))));
    assert_eq!(
        Ask::read().bearer("gho_none").outcome(&world).await,
        "username_invalid"
    );
}

#[tokio::test]
async fn only_active_users_whom_the_directory_knows_by_this_name_pass() {
    let world = World::new();
    for (login, want) in [
        ("fred", "permit"),
        ("nobody", "user_unknown"),
        ("ina", "user_unknown"),
        ("wrong", "user_unknown"),
    ] {
        assert_eq!(outcome(&world, json!(login)).await, want, "{login}");
    }
    *world.directories.down.lock().unwrap() = true;
    assert_eq!(
        outcome(&world, json!("alice")).await,
        "directory_unavailable"
    );
    assert_eq!(outcome(&world, json!("fred")).await, "permit");
    *world.directories.down.lock().unwrap() = false;
    assert_eq!(outcome(&world, json!("alice")).await, "permit");
}

#[tokio::test]
async fn the_directory_is_asked_again_when_its_answer_is_old_and_gives_the_spelling() {
    let world = World::new();
    world.login("gho_alice", "ALICE");
    let asked = || world.directories.asked.lock().unwrap().len();
    for _ in 0..3 {
        let prepared = Ask::read().bearer("gho_alice").forwarded(&world).await;
        assert_eq!(sent(&prepared, "x-sso-login"), Some("Alice"));
    }
    assert_eq!(asked(), 1);
    world.pass(5 * 60);
    assert_eq!(
        Ask::read().bearer("gho_alice").outcome(&world).await,
        "permit"
    );
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn each_transform_does_what_it_says() {
    for (transform, value, want) in [
        ("\"trim\", \"lowercase\"", " FRED ", "permit"),
        ("\"before_at\"", "fred@corp.example", "permit"),
        (
            "\"before_at\"",
            "fred@evil.example@corp.example",
            "username_invalid",
        ),
        ("\"before_at\"", "fred", "username_invalid"),
        ("\"after_backslash\"", "CORP\\fred", "permit"),
        ("\"after_backslash\"", "fred", "permit"),
        ("\"uppercase\"", "fred", "permit"),
        ("{ strip_prefix = \"corp-\" }", "corp-fred", "permit"),
        ("{ strip_suffix = \"_adm\" }", "fred_adm", "permit"),
        ("{ strip_suffix = \"fred\" }", "fred", "username_invalid"),
    ] {
        let world = World::with(
            "transform = [\"lowercase\"]",
            &format!("transform = [{transform}]"),
        );
        assert_eq!(
            outcome(&world, json!(value)).await,
            want,
            "{transform} {value}"
        );
    }
}

#[tokio::test]
async fn an_email_address_must_be_one_and_be_verified_where_the_provider_says_so() {
    let world = World::with(
        "pointer = \"/login\", transform = [\"lowercase\"]",
        "pointer = \"/email\", match = \"email\"",
    );
    let table = [
        (json!({ "email": "fred@example.com" }), "username_invalid"),
        (
            json!({ "email": "fred@example.com", "email_verified": true }),
            "permit",
        ),
        (
            json!({ "email": "fred@example.com", "email_verified": "true" }),
            "permit",
        ),
        (
            json!({ "email": "fred@example.com", "email_verified": false }),
            "username_invalid",
        ),
        (
            json!({ "email": "fred@example.com", "email_verified": "false" }),
            "username_invalid",
        ),
        (
            json!({ "email": "fred@example.com", "email_verified": null }),
            "username_invalid",
        ),
        (
            json!({ "email": "fred@evil.com@example.com", "email_verified": true }),
            "username_invalid",
        ),
        (
            json!({ "email": "fred", "email_verified": true }),
            "username_invalid",
        ),
        (
            json!({ "email": "twin@example.com", "email_verified": true }),
            "user_unknown",
        ),
    ];
    for (index, (userinfo, want)) in table.into_iter().enumerate() {
        let token = format!("gho_{index}");
        world.answers(USERINFO, &token, Ok((200, userinfo.clone())));
        assert_eq!(
            Ask::read().bearer(&token).outcome(&world).await,
            want,
            "{userinfo}"
        );
    }
}

#[tokio::test]
async fn an_address_of_which_the_provider_says_nothing_counts_only_where_the_admin_trusts_it() {
    let trusting = World::with(
        "pointer = \"/login\", transform = [\"lowercase\"]",
        "pointer = \"/email\", match = \"email\", email_trusted = true",
    );
    for (token, userinfo, want) in [
        ("gho_1", json!({ "email": "fred@example.com" }), "permit"),
        (
            "gho_2",
            json!({ "email": "fred@example.com", "email_verified": false }),
            "username_invalid",
        ),
    ] {
        trusting.answers(USERINFO, token, Ok((200, userinfo)));
        let asked = Ask::read().bearer(token).outcome(&trusting).await;
        assert_eq!(asked, want, "{token}");
    }
}

#[tokio::test]
async fn the_record_bears_the_time_of_the_clock() {
    let world = World::new();
    let judgement = Ask::read().judge(&world).await;
    let time = time::OffsetDateTime::from_unix_timestamp(START).unwrap();
    let shown = time
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    assert_eq!(judgement.record.time, shown);
}
