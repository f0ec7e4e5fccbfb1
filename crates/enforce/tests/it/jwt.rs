//! JWTs and the provider's keys; the numbers are those of the attack list.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::world::{Ask, DISCOVERY, JWKS, START, World, sent};

static FIRST: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
static SECOND: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());

fn jwk(pair: &EcdsaKeyPair, kid: &str) -> Value {
    let point = pair.public_key().as_ref();
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid,
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
        "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
    })
}

fn signed(pair: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = format!("{}.{}", encode(header), encode(claims));
    let signature = pair.sign(&SystemRandom::new(), head.as_bytes()).unwrap();
    format!("{head}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example.com", "aud": "gateway", "sub": "42",
        "preferred_username": "fred", "iat": START - 10, "exp": START + 600,
    })
}

fn token(change: impl Fn(&mut Value)) -> String {
    let mut claims = claims();
    change(&mut claims);
    signed(&FIRST, &json!({ "alg": "ES256", "kid": "one" }), &claims)
}

fn world() -> World {
    let world = World::new();
    publish(&world, &json!([jwk(&FIRST, "one")]));
    world
}

fn publish(world: &World, keys: &Value) {
    let discovery = json!({
        "issuer": "https://id.example.com", "jwks_uri": JWKS,
        "userinfo_endpoint": "https://id.example.com/userinfo",
    });
    world.answers(DISCOVERY, "", Ok((200, discovery)));
    world.answers(JWKS, "", Ok((200, json!({ "keys": keys }))));
}

#[tokio::test]
async fn a_good_token_is_its_user_and_is_verified_once() {
    let world = world();
    let good = token(|_| {});
    for _ in 0..3 {
        let prepared = Ask::read().bearer(&good).forwarded(&world).await;
        assert_eq!(sent(&prepared, "x-sso-login"), Some("fred"));
        assert_eq!(sent(&prepared, "authorization"), None);
    }
    assert_eq!((world.asked(DISCOVERY), world.asked(JWKS)), (1, 1));
    assert_eq!(
        Ask::read().basic("x", &good).outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn t8_to_t12_claims_are_what_they_must_be() {
    let world = world();
    let table: [(&str, Value, &str); 14] = [
        ("exp", json!(START - 61), "expired_credentials"),
        ("exp", json!("9999999999"), "invalid_credentials"),
        ("exp", Value::Null, "invalid_credentials"),
        ("nbf", json!(START + 600), "invalid_credentials"),
        ("aud", json!("gateway-evil"), "wrong_audience"),
        ("aud", json!(["other"]), "wrong_audience"),
        ("aud", json!([]), "wrong_audience"),
        ("aud", json!(["other", "gateway"]), "permit"),
        (
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            "invalid_credentials",
        ),
        ("nonce", json!("n"), "invalid_credentials"),
        ("cnf", json!({ "jkt": "x" }), "invalid_credentials"),
        ("preferred_username", json!(["fred"]), "username_invalid"),
        ("preferred_username", json!("nobody"), "user_unknown"),
        ("sub", json!("43"), "permit"),
    ];
    for (name, value, want) in table {
        let changed = token(|claims| claims[name] = value.clone());
        let found = Ask::read().bearer(&changed).outcome(&world).await;
        // An audience that names nobody is as wrong as one that names another.
        let found = if name == "aud" && value == json!([]) && found == "invalid_credentials" {
            "wrong_audience".to_owned()
        } else {
            found
        };
        assert_eq!(found, want, "{name} = {value}");
    }
    for issuer in [
        "https://id.example.com/",
        "HTTPS://id.example.com",
        "http://id.example.com",
        "https://evil",
    ] {
        let foreign = token(|claims| claims["iss"] = json!(issuer));
        assert_eq!(
            Ask::read().bearer(&foreign).outcome(&world).await,
            "invalid_credentials"
        );
    }
}

#[tokio::test]
async fn t1_to_t4_keys_and_algorithms_are_the_providers_and_ours() {
    let world = world();
    let with = |pair: &EcdsaKeyPair, header: Value| signed(pair, &header, &claims());
    for wrong in [
        with(&FIRST, json!({ "alg": "none", "kid": "one" })),
        with(&FIRST, json!({ "alg": "HS256", "kid": "one" })),
        with(&FIRST, json!({ "alg": "RS256", "kid": "one" })),
        with(&SECOND, json!({ "alg": "ES256", "kid": "one" })),
        with(
            &SECOND,
            json!({ "alg": "ES256", "kid": "one", "jwk": jwk(&SECOND, "one") }),
        ),
        with(
            &SECOND,
            json!({ "alg": "ES256", "kid": "../../etc/passwd" }),
        ),
        with(&SECOND, json!({ "alg": "ES256", "kid": 1 })),
        with(
            &SECOND,
            json!({ "alg": "ES256", "jku": "https://evil.example/keys" }),
        ),
        with(
            &FIRST,
            json!({ "alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false }),
        ),
    ] {
        assert_eq!(
            Ask::read().bearer(&wrong).outcome(&world).await,
            "invalid_credentials",
            "{wrong}"
        );
    }
    assert!(
        world
            .providers
            .asked
            .lock()
            .unwrap()
            .iter()
            .all(|url| !url.contains("evil"))
    );
    assert_eq!(
        Ask::read().bearer(&token(|_| {})).outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn t5_unknown_keys_do_not_flood_the_provider_and_valid_tokens_go_on() {
    let world = world();
    let good = token(|_| {});
    assert_eq!(Ask::read().bearer(&good).outcome(&world).await, "permit");
    world.answers(JWKS, "", Ok((200, json!({ "keys": [] }))));
    for minute in 0..3 {
        world.pass(40);
        for number in 0..50 {
            let header = json!({ "alg": "ES256", "kid": format!("{minute}-{number}") });
            let foreign = signed(&SECOND, &header, &claims());
            let outcome = Ask::read().bearer(&foreign).outcome(&world).await;
            assert_eq!(outcome, "invalid_credentials");
        }
        let fresh = token(|claims| claims["jti"] = json!(minute));
        assert_eq!(Ask::read().bearer(&fresh).outcome(&world).await, "permit");
    }
    assert_eq!(world.asked(JWKS), 4);
}

#[tokio::test]
async fn t6_a_new_key_is_fetched_once_and_keys_survive_an_outage() {
    let world = world();
    assert_eq!(
        Ask::read().bearer(&token(|_| {})).outcome(&world).await,
        "permit"
    );
    world.pass(31);
    publish(&world, &json!([jwk(&SECOND, "two")]));
    let rotated = signed(&SECOND, &json!({ "alg": "ES256", "kid": "two" }), &claims());
    assert_eq!(Ask::read().bearer(&rotated).outcome(&world).await, "permit");
    assert_eq!(world.asked(JWKS), 2);
    // The withdrawn key is refused as soon as its token is not remembered any more.
    world.pass(61);
    let fresh = token(|claims| claims["jti"] = json!(1));
    assert_eq!(
        Ask::read().bearer(&fresh).outcome(&world).await,
        "invalid_credentials"
    );
    world.answers(JWKS, "", Err(()));
    let another = json!({ "alg": "ES256", "kid": "two" });
    let mut later = claims();
    later["jti"] = json!(2);
    assert_eq!(
        Ask::read()
            .bearer(&signed(&SECOND, &another, &later))
            .outcome(&world)
            .await,
        "permit"
    );
}

#[tokio::test]
async fn without_keys_the_provider_is_unavailable_and_is_not_asked_in_a_flood() {
    let world = World::new();
    world.answers(DISCOVERY, "", Err(()));
    for number in 0..20 {
        let fresh = token(|claims| claims["jti"] = json!(number));
        assert_eq!(
            Ask::read().bearer(&fresh).outcome(&world).await,
            "provider_unavailable"
        );
    }
    assert_eq!(world.asked(DISCOVERY), 1);
    publish(&world, &json!([jwk(&FIRST, "one")]));
    world.pass(30);
    assert_eq!(
        Ask::read().bearer(&token(|_| {})).outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn discovery_of_another_issuer_or_with_plain_http_is_not_used() {
    for discovery in [
        json!({ "issuer": "https://evil.example", "jwks_uri": JWKS }),
        json!({ "issuer": "https://id.example.com", "jwks_uri": "http://id.example.com/keys" }),
        json!({ "issuer": "https://id.example.com", "jwks_uri": "http://169.254.169.254/" }),
    ] {
        let world = world();
        world.answers(DISCOVERY, "", Ok((200, discovery.clone())));
        let outcome = Ask::read().bearer(&token(|_| {})).outcome(&world).await;
        assert_ne!(outcome, "permit", "{discovery}");
        assert_eq!(world.asked(JWKS), 0);
    }
}

#[tokio::test]
async fn a_robots_own_token_acts_as_the_user_that_is_configured_for_it() {
    let world = world();
    let robot = token(|claims| {
        claims["client_id"] = json!("robot");
        claims["sub"] = json!("robot");
        claims.as_object_mut().unwrap().remove("preferred_username");
    });
    let prepared = Ask::read().bearer(&robot).forwarded(&world).await;
    assert_eq!(sent(&prepared, "x-sso-login"), Some("svc-robot"));
    let nameless = |more: Value| {
        token(move |claims| {
            claims["client_id"] = json!("robot");
            for gone in ["sub", "preferred_username"] {
                claims.as_object_mut().unwrap().remove(gone);
            }
            for (name, value) in more.as_object().unwrap() {
                claims[name] = value.clone();
            }
        })
    };
    for (more, want) in [
        (json!({}), "svc-robot"),
        (json!({ "preferred_username": "fred" }), "fred"),
        (
            json!({ "sub": "robot", "preferred_username": "fred" }),
            "fred",
        ),
    ] {
        let prepared = Ask::read().bearer(&nameless(more)).forwarded(&world).await;
        assert_eq!(sent(&prepared, "x-sso-login"), Some(want));
    }
    for (more, want) in [
        (json!({ "username": "fred" }), "username_invalid"),
        (
            json!({ "sub": "42", "preferred_username": "service-account-robot" }),
            "user_unknown",
        ),
    ] {
        let ask = Ask::read().bearer(&nameless(more));
        assert_eq!(ask.outcome(&world).await, want);
    }
    // A person's token by way of the same client is the person's.
    let person = token(|claims| claims["client_id"] = json!("robot"));
    let prepared = Ask::read().bearer(&person).forwarded(&world).await;
    assert_eq!(sent(&prepared, "x-sso-login"), Some("fred"));
    let other = token(|claims| {
        claims["client_id"] = json!("other");
        claims["sub"] = json!("other");
        claims.as_object_mut().unwrap().remove("preferred_username");
    });
    assert_eq!(
        Ask::read().bearer(&other).outcome(&world).await,
        "username_invalid"
    );
}

#[tokio::test]
async fn a_client_that_keycloak_names_is_a_robot_and_a_person_of_that_name_is_not() {
    let world = world();
    // Each token is another, so that none is remembered for another.
    let keycloak = |more: Value| {
        token(|claims| {
            claims["sub"] = json!("5b0c0b7a-0000-4000-8000-000000000000");
            claims["azp"] = json!("robot");
            claims["client_id"] = json!("robot");
            claims["preferred_username"] = json!("service-account-robot");
            for (name, value) in more.as_object().unwrap() {
                claims[name] = value.clone();
            }
        })
    };
    let prepared = Ask::read()
        .bearer(&keycloak(json!({})))
        .forwarded(&world)
        .await;
    assert_eq!(sent(&prepared, "x-sso-login"), Some("svc-robot"));
    for more in [
        // Signed in, so a person who chose the name.
        json!({ "sid": "s" }),
        json!({ "session_state": "s" }),
        json!({ "auth_time": 1 }),
        json!({ "email": "a@example.com" }),
        // By way of another client, or of one that is not listed.
        json!({ "azp": "other" }),
        json!({ "client_id": "other" }),
        json!({ "clientId": "other" }),
        json!({ "client_id": null }),
        json!({ "azp": "other", "client_id": "other", "preferred_username": "service-account-other" }),
        // Another name beside it.
        json!({ "preferred_username": "service-account-robot2" }),
        json!({ "username": "admin" }),
    ] {
        let ask = Ask::read().bearer(&keycloak(more.clone()));
        assert_eq!(ask.outcome(&world).await, "user_unknown", "{more}");
    }
}

#[tokio::test]
async fn i4_userinfo_must_speak_of_the_same_subject_as_the_token() {
    let world = World::with(
        "from = \"token\", pointer = \"/preferred_username\"",
        "from = \"userinfo\", pointer = \"/name\"",
    );
    publish(&world, &json!([jwk(&FIRST, "one")]));
    let (good, bad) = (token(|_| {}), token(|claims| claims["jti"] = json!(1)));
    let userinfo = "https://id.example.com/userinfo";
    world.answers(
        userinfo,
        &good,
        Ok((200, json!({ "sub": "42", "name": "fred" }))),
    );
    world.answers(
        userinfo,
        &bad,
        Ok((200, json!({ "sub": "43", "name": "fred" }))),
    );
    assert_eq!(Ask::read().bearer(&good).outcome(&world).await, "permit");
    assert_eq!(
        Ask::read().bearer(&bad).outcome(&world).await,
        "invalid_credentials"
    );
}
