//! The `Authorization` header; the numbers are those of the attack list.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatewright_enforce::{KeyAnswer, KeyRecord, Outcome};
use gatewright_keys::{ApiKey, KeyKind};
use gatewright_policy::{KeyScope, ProductId, UserName};
use time::OffsetDateTime;

use crate::world::{Ask, World, basic, changed, sent};

#[tokio::test]
async fn a1_two_credentials_are_refused_on_every_door() {
    let world = World::with(
        "[settings]",
        "[[access.bypass]]\nproduct = \"jira\"\npath = \"/open\"\n\n[settings]",
    );
    world.login("gho_fred", "fred");
    for request in ["GET /rest/api/2/myself", "GET /open"] {
        let both = Ask::new(request).bearer("gho_fred").basic("fred", "pw");
        assert_eq!(both.outcome(&world).await, "malformed_request", "{request}");
        let swapped = Ask::new(request).basic("fred", "pw").bearer("gho_fred");
        assert_eq!(
            swapped.outcome(&world).await,
            "malformed_request",
            "{request}"
        );
    }
    let joined = Ask::read().header(
        "authorization",
        &format!("Bearer gho_fred, {}", basic("a", "b")),
    );
    assert_eq!(joined.outcome(&world).await, "invalid_credentials");
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn a2_the_scheme_has_no_case_and_nothing_else_is_bent() {
    let world = World::new();
    world.login("gho_fred", "fred");
    for right in ["bearer gho_fred", "BEARER gho_fred", "Bearer  gho_fred"] {
        assert_eq!(
            Ask::read()
                .header("authorization", right)
                .outcome(&world)
                .await,
            "permit"
        );
    }
    for wrong in [
        "Bearer\tgho_fred",
        "Bearer",
        "Bearer ",
        "gho_fred",
        "",
        "Bearer gho fred",
        "Bearer \"gho_fred\"",
        "Negotiate abc",
        "Digest username=\"fred\"",
        "OAuth oauth_token=\"\"",
        "AWS4-HMAC-SHA256 x",
        "Token gho_fred",
    ] {
        let ask = Ask::read().header("authorization", wrong);
        assert_eq!(ask.outcome(&world).await, "invalid_credentials", "{wrong}");
    }
}

#[tokio::test]
async fn a3_a_basic_pair_is_well_formed_and_a_key_is_its_owners() {
    let world = World::new();
    let key = world.key_of_kind(KeyKind::Basic, "fred", KeyScope::default());
    for pair in ["fred", "", ":", "fred:", ":pw", "fr\u{1}ed:pw"] {
        let ask = Ask::read().header("authorization", &format!("Basic {}", STANDARD.encode(pair)));
        assert_eq!(ask.outcome(&world).await, "invalid_credentials", "{pair}");
    }
    for broken in [
        "Basic !!!",
        "Basic ZnJlZDpwdx==",
        "Basic ZnJlZDpwdw",
        "Basic ",
    ] {
        let ask = Ask::read().header("authorization", broken);
        assert_eq!(ask.outcome(&world).await, "invalid_credentials", "{broken}");
    }
    assert_eq!(
        Ask::read().basic("fred", "pw").outcome(&world).await,
        "permit"
    );
    for (user, password) in [("alice", key.clone()), ("fred", format!("{key}:extra"))] {
        let ask = Ask::read().basic(user, &password);
        assert_eq!(ask.outcome(&world).await, "invalid_credentials", "{user}");
    }
    for user in ["fred", "Fred"] {
        assert_eq!(
            Ask::read().basic(user, &key).outcome(&world).await,
            "permit"
        );
    }
}

#[tokio::test]
async fn a_key_is_good_in_the_form_for_which_it_was_made() {
    let world = World::new();
    let basic = world.key_of_kind(KeyKind::Basic, "fred", KeyScope::default());
    let bearer = world.key("fred", KeyScope::default());
    for (ask, outcome, says) in [
        (Ask::read().basic("FRED", &basic), "permit", ""),
        (Ask::read().bearer(&bearer), "permit", ""),
        (
            Ask::read().bearer(&basic),
            "invalid_credentials",
            "of kind basic",
        ),
        (
            Ask::read().basic("fred", &bearer),
            "invalid_credentials",
            "of kind bearer",
        ),
        (
            Ask::read().basic("oauth2", &bearer),
            "invalid_credentials",
            "of kind bearer",
        ),
    ] {
        let judgement = ask.judge(&world).await;
        assert_eq!(judgement.record.outcome, outcome, "{ask:?}");
        assert_eq!(judgement.record.key.as_deref(), Some("k1"));
        assert!(judgement.record.detail.unwrap_or_default().contains(says));
    }
}

#[tokio::test]
async fn a_key_lives_no_longer_than_todays_rules_let_it() {
    let mut world = World::with("product_tokens = \"deny\"", "keys.max_lifetime = \"2d\"");
    let key = world.key("fred", KeyScope::default());
    let ask = Ask::read().bearer(&key);
    world.pass(2 * 86_400 - 1);
    assert_eq!(ask.outcome(&world).await, "permit");
    world.pass(1);
    assert_eq!(ask.outcome(&world).await, "expired_credentials");
    world.swap(&changed(
        "product_tokens = \"deny\"",
        "keys.max_lifetime = \"never\"",
    ));
    assert_eq!(ask.outcome(&world).await, "permit");
}

#[tokio::test]
async fn a_use_is_taken_only_for_a_request_that_goes_on_and_never_to_explain() {
    let world = World::new();
    let scope = KeyScope {
        read_only: true,
        ..KeyScope::default()
    };
    let key = world.key("fred", scope);
    let redeemed = || *world.keys.redeemed.lock().unwrap();
    let write = Ask::new("POST /rest/api/2/issue").bearer(&key);
    assert_eq!(write.outcome(&world).await, "read_only");
    let explained = Ask::read().bearer(&key).explain(&world).await;
    assert_eq!(explained.record.outcome, "permit");
    assert_eq!(redeemed(), 0);
    assert_eq!(Ask::read().bearer(&key).outcome(&world).await, "permit");
    assert_eq!(redeemed(), 1);
}

#[tokio::test]
async fn a4_a_rejected_credential_is_not_nobody() {
    let world = World::with("product_tokens = \"deny\"", "anonymous = \"product\"");
    assert_eq!(Ask::read().outcome(&world).await, "permit");
    for ask in [
        Ask::read().bearer("gho_unknown"),
        Ask::read().bearer("nobodys"),
        Ask::read().header("authorization", "Basic !!!"),
        Ask::read().basic("fred", "gw_mistyped"),
    ] {
        assert_eq!(ask.outcome(&world).await, "invalid_credentials", "{ask:?}");
    }
}

#[tokio::test]
async fn a5_a6_credentials_in_other_places_are_none() {
    let world = World::new();
    world.login("gho_fred", "fred");
    for ask in [
        Ask::read().header("proxy-authorization", "Basic x"),
        Ask::read().header("x-auth-token", "gho_fred"),
        Ask::read().header("private-token", "gho_fred"),
        Ask::read().header("cookie", "access_token=gho_fred"),
        Ask::new("GET /rest/api/2/myself?access_token=gho_fred"),
    ] {
        assert_eq!(ask.outcome(&world).await, "missing_credentials", "{ask:?}");
    }
}

#[tokio::test]
async fn a7_a_credential_of_excessive_length_is_refused_before_anything_is_done_with_it() {
    let world = World::new();
    let ask = Ask::read().bearer(&format!("gho_{}", "a".repeat(20_000)));
    let judgement = ask.judge(&world).await;
    assert_eq!(judgement.record.outcome, "too_large");
    assert_eq!(judgement.record.status, Some(431));
    assert!(world.providers.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mistyped_key_asks_nobody_and_an_unknown_one_only_the_store() {
    let world = World::new();
    let mut mistyped = world.key("fred", KeyScope::default());
    mistyped.replace_range(5..6, if &mistyped[5..6] == "a" { "b" } else { "a" });
    assert_eq!(
        Ask::read().bearer(&mistyped).outcome(&world).await,
        "invalid_credentials"
    );
    assert_eq!(*world.keys.asked.lock().unwrap(), 0);
    let unknown = ApiKey::generate(&mut rand::rng());
    let ask = Ask::read().bearer(unknown.secret().expose());
    assert_eq!(ask.outcome(&world).await, "invalid_credentials");
    assert_eq!(*world.keys.asked.lock().unwrap(), 1);
    let record = KeyRecord {
        id: "k2".to_owned(),
        kind: KeyKind::Bearer,
        owner: UserName::new("fred"),
        made_at: OffsetDateTime::UNIX_EPOCH,
        scope: Arc::default(),
    };
    for (answer, reason) in [
        (KeyAnswer::Expired(record.clone()), "expired_credentials"),
        (KeyAnswer::Exhausted(record), "uses_exhausted"),
    ] {
        world
            .keys
            .known
            .lock()
            .unwrap()
            .insert(unknown.digest(), answer);
        assert_eq!(ask.outcome(&world).await, reason);
    }
}

#[tokio::test]
async fn a_key_is_narrowed() {
    let world = World::new();
    let scope = KeyScope {
        products: vec![ProductId::new("bitbucket")],
        ..KeyScope::default()
    };
    let key = world.key("fred", scope);
    assert_eq!(Ask::read().bearer(&key).outcome(&world).await, "key_scope");
    let git = Ask::new("GET /git/rest/api/1.0/projects").bearer(&key);
    assert_eq!(git.outcome(&world).await, "permit");
    let reader = world.key(
        "fred",
        KeyScope {
            read_only: true,
            ..KeyScope::default()
        },
    );
    assert_eq!(
        Ask::new("POST /rest/api/2/issue")
            .bearer(&reader)
            .outcome(&world)
            .await,
        "read_only"
    );
    assert_eq!(Ask::read().bearer(&reader).outcome(&world).await, "permit");
    let nobody = world.key("nobody", KeyScope::default());
    assert_eq!(
        Ask::read().bearer(&nobody).outcome(&world).await,
        "user_unknown"
    );
}

#[tokio::test]
async fn tokens_come_as_basic_passwords_too_and_passwords_never_leave_for_a_provider() {
    let world = World::new();
    world.login("gho_fred", "fred");
    for user in ["fred", "anything", "oauth2", "OAUTH_USERNAME"] {
        let prepared = Ask::read().basic(user, "gho_fred").forwarded(&world).await;
        assert_eq!(sent(&prepared, "x-sso-login"), Some("fred"), "{user}");
        assert_eq!(sent(&prepared, "authorization"), None);
    }
    for user in ["gho_alice", " gho_alice", "gw_alice"] {
        let ask = Ask::read().basic(user, "x-oauth-basic");
        let judgement = ask.judge(&world).await;
        assert_eq!(judgement.record.outcome, "invalid_credentials", "{user}");
        assert_eq!(judgement.record.user, None);
    }
    let alike = Ask::read().basic("gho.alice", "x-oauth-basic");
    assert_eq!(alike.outcome(&world).await, "permit");
    let asked = world.providers.asked.lock().unwrap().len();
    let password = Ask::read()
        .basic("fred", "secret password")
        .forwarded(&world)
        .await;
    assert_eq!(
        sent(&password, "authorization"),
        Some(basic("fred", "secret password").as_str())
    );
    assert_eq!(sent(&password, "x-sso-login"), None);
    let unknown = Ask::read().basic("oauth2", "who knows");
    assert_eq!(unknown.outcome(&world).await, "invalid_credentials");
    let unknown = Ask::read().basic("oauth2", "whoknows");
    assert_eq!(unknown.outcome(&world).await, "invalid_credentials");
    assert_eq!(world.providers.asked.lock().unwrap().len(), asked);
}

#[tokio::test]
async fn a_token_goes_to_the_provider_that_it_belongs_to_and_to_no_other() {
    let world = World::with(
        "prefixes = [\"ask_\"]",
        "prefixes = [\"ask_\"]\nopaque = true",
    );
    world.login("gho_fred", "fred");
    let _ = Ask::read().bearer("gho_fred").outcome(&world).await;
    let _ = Ask::read().bearer("gho_nobody").outcome(&world).await;
    assert_eq!(world.asked(crate::world::INTROSPECTION), 0);
    let _ = Ask::read().bearer("something").outcome(&world).await;
    assert_eq!(world.asked(crate::world::INTROSPECTION), 1);
    assert_eq!(world.asked(crate::world::USERINFO), 2);
}

#[tokio::test]
async fn product_tokens_pass_as_they_came_where_they_may_and_reach_no_provider() {
    let closed = World::new();
    let jira = STANDARD.encode("123456789012:\u{3}abcdefghijklmnopqrs");
    for token in [jira.as_str(), "BBDC-MTIzNDU2Nzg5MDEy"] {
        let ask = Ask::read().bearer(token);
        assert_eq!(
            ask.outcome(&closed).await,
            "product_tokens_disabled",
            "{token}"
        );
    }
    assert_eq!(
        Ask::read().bearer("opaque").outcome(&closed).await,
        "invalid_credentials"
    );
    let open = World::with("product_tokens = \"deny\"", "product_tokens = \"allow\"");
    for token in [jira.as_str(), "BBDC-MTIzNDU2Nzg5MDEy", "opaque"] {
        let prepared = Ask::read().bearer(token).forwarded(&open).await;
        assert_eq!(
            sent(&prepared, "authorization"),
            Some(format!("Bearer {token}").as_str())
        );
        assert_eq!(sent(&prepared, "x-sso-login"), None);
    }
    assert!(open.providers.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_way_in_that_is_closed_is_refused_before_anybody_is_asked() {
    let world = World::with(
        "product_tokens = \"deny\"",
        "oauth = \"deny\"\napi_keys = \"deny\"\nbasic_auth = \"deny\"\nbasic_exceptions = [\"svc\"]",
    );
    world.login("gho_fred", "fred");
    let key = world.key("fred", KeyScope::default());
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "oauth_disabled"
    );
    assert_eq!(
        Ask::read().bearer(&key).outcome(&world).await,
        "keys_disabled"
    );
    assert_eq!(
        Ask::read().basic("fred", "pw").outcome(&world).await,
        "basic_disabled"
    );
    assert_eq!(
        Ask::read().basic("SVC", "pw").outcome(&world).await,
        "permit"
    );
    assert!(world.providers.asked.lock().unwrap().is_empty());
    assert_eq!(*world.keys.asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_401_says_how_to_authenticate_and_only_git_is_asked_for_a_password() {
    let world = World::new();
    for (request, challenges) in [
        ("GET /rest/api/2/myself", 1),
        ("GET /git/scm/p/r.git/info/refs", 2),
        ("GET /git/rest", 1),
    ] {
        match Ask::new(request).judge(&world).await.outcome {
            Outcome::Refused(denial) => {
                assert_eq!(denial.status, 401);
                assert_eq!(denial.www_authenticate.len(), challenges, "{request}");
                assert!(denial.product.is_some());
            }
            Outcome::Forward(_) => panic!("{request}"),
        }
    }
}
