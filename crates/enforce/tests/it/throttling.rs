//! Wrong credentials are counted, and nobody with a good one is locked out.

use gatewright_enforce::Outcome;
use gatewright_policy::KeyScope;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::world::{Ask, USERINFO, World};

const LIMITS: &str =
    "[access]\nfailures = { per_address = \"5/m\", per_user = \"3/m\" }\n\n[[products]]";
const GUESSER: &str = "198.51.100.7";

fn limited() -> World {
    World::with("[[products]]", LIMITS)
}

/// What the product answers to a password that goes on.
async fn tried(world: &World, user: &str, password: &str, from: &str, good: bool) -> String {
    let ask = Ask::read().basic(user, password).from(from);
    match ask.judge(world).await.outcome {
        Outcome::Refused(denial) => denial.code.as_str().to_owned(),
        Outcome::Forward(plan) => {
            let mut headers = HeaderMap::new();
            let status = if good {
                headers.insert("x-ausername", HeaderValue::try_from(user).unwrap());
                StatusCode::OK
            } else {
                StatusCode::UNAUTHORIZED
            };
            plan.way_back().clean(status, &mut headers).unwrap();
            "permit".to_owned()
        }
    }
}

#[tokio::test]
async fn guessed_keys_are_counted_and_a_good_key_from_the_same_address_passes() {
    let world = limited();
    let good = world.key("fred", KeyScope::default());
    for turn in 0..8 {
        let guess = format!("gw_{turn}");
        let outcome = Ask::read()
            .bearer(&guess)
            .from(GUESSER)
            .outcome(&world)
            .await;
        let want = if turn < 5 {
            "invalid_credentials"
        } else {
            "rate_limited"
        };
        assert_eq!(outcome, want, "{turn}");
        let passes = Ask::read()
            .bearer(&good)
            .from(GUESSER)
            .outcome(&world)
            .await;
        assert_eq!(passes, "permit");
    }
    let elsewhere = Ask::read().bearer("gw_x").from("192.0.2.1");
    assert_eq!(elsewhere.outcome(&world).await, "invalid_credentials");
    world.pass(60);
    let later = Ask::read().bearer("gw_y").from(GUESSER);
    assert_eq!(later.outcome(&world).await, "invalid_credentials");
}

#[tokio::test]
async fn random_tokens_do_not_make_the_gateway_hammer_the_provider() {
    let world = limited();
    world.login("gho_known", "fred");
    let from = |token: &str, address: &str| Ask::read().bearer(token).from(address);
    assert_eq!(from("gho_known", GUESSER).outcome(&world).await, "permit");
    for turn in 0..50 {
        from(&format!("gho_{turn}"), GUESSER).outcome(&world).await;
    }
    assert_eq!(world.asked(USERINFO), 6);
    // What was good a moment ago passes without a question, and other addresses may ask.
    assert_eq!(from("gho_known", GUESSER).outcome(&world).await, "permit");
    world.login("gho_new", "fred");
    assert_eq!(
        from("gho_new", GUESSER).outcome(&world).await,
        "rate_limited"
    );
    assert_eq!(from("gho_new", "192.0.2.1").outcome(&world).await, "permit");
    // An IPv6 customer is one however many addresses it takes.
    for turn in 0..50 {
        let address = format!("2001:db8:0:1::{turn:x}");
        from(&format!("gho_six{turn}"), &address)
            .outcome(&world)
            .await;
    }
    assert_eq!(world.asked(USERINFO), 12);
}

#[tokio::test]
async fn guessed_passwords_wait_and_the_user_of_the_name_does_not() {
    let world = limited();
    let home = "192.0.2.1";
    assert_eq!(tried(&world, "fred", "right", home, true).await, "permit");
    for turn in 0..3 {
        let guess = format!("guess{turn}");
        let address = format!("203.0.113.{turn}");
        assert_eq!(
            tried(&world, "fred", &guess, &address, false).await,
            "permit"
        );
    }
    // Three wrong ones with this name, from wherever: no more are tried from new places.
    let next = tried(&world, "fred", "guess9", "203.0.113.9", false).await;
    assert_eq!(next, "rate_limited");
    assert_eq!(
        tried(&world, "FRED", "guess9", "203.0.113.9", false).await,
        "rate_limited"
    );
    // The user passes: with the password known to be good from anywhere, with a new one from home.
    assert_eq!(
        tried(&world, "fred", "right", "203.0.113.9", true).await,
        "permit"
    );
    assert_eq!(tried(&world, "fred", "changed", home, true).await, "permit");
    // And so does everybody else.
    assert_eq!(
        tried(&world, "ann", "right", "203.0.113.9", true).await,
        "permit"
    );
    world.pass(60);
    let later = tried(&world, "fred", "guess9", "203.0.113.9", false).await;
    assert_eq!(later, "permit");
}

#[tokio::test]
async fn being_explained_counts_for_nothing_and_off_is_off() {
    let world = limited();
    for _ in 0..20 {
        let explained = Ask::read().bearer("gw_x").explain(&world).await;
        assert_eq!(explained.record.outcome, "invalid_credentials");
    }
    let judged = Ask::read().bearer("gw_x").outcome(&world).await;
    assert_eq!(judged, "invalid_credentials");
    let off = World::with(
        "[[products]]",
        "[access]\nfailures = { per_address = \"off\", per_user = \"off\" }\n\n[[products]]",
    );
    for _ in 0..300 {
        let outcome = Ask::read().bearer("gw_x").outcome(&off).await;
        assert_eq!(outcome, "invalid_credentials");
    }
}

#[tokio::test]
async fn the_refusal_says_when_to_come_back() {
    let world = limited();
    for _ in 0..5 {
        Ask::read().bearer("gw_x").outcome(&world).await;
    }
    let Outcome::Refused(denial) = Ask::read().bearer("gw_x").judge(&world).await.outcome else {
        panic!("it was permitted");
    };
    assert_eq!(denial.status, 429);
    let wait = denial.retry_after.unwrap();
    assert!(wait.as_secs() > 0 && wait.as_secs() <= 60, "{wait:?}");
    assert!(denial.www_authenticate.is_empty());
}
