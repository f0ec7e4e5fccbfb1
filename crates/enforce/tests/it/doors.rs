//! Which door a request comes to: protected, public, bypassed, or all open.

use gatewright_enforce::Outcome;
use gatewright_keys::ApiKey;
use gatewright_policy::Grant;

use crate::world::{Ask, World, basic, sent};

fn public() -> World {
    let world = World::with(
        "product_tokens = \"deny\"",
        "anonymous = \"product\"\n[[access.public]]\nproduct = \"jira\"\npath = \"/rest/api/2/user/**\"",
    );
    world.login("gho_fred", "fred");
    world
}

#[tokio::test]
async fn nobody_passes_as_nobody_except_where_a_credential_is_needed() {
    let world = public();
    let prepared = Ask::read().forwarded(&world).await;
    assert_eq!(*prepared.permit.grant(), Grant::Anonymous);
    assert_eq!(sent(&prepared, "x-sso-login"), None);
    for around in [
        "GET /rest/api/2/user",
        "GET /rest/api/2/user/search",
        "GET /REST/api/latest/User",
        "GET /rest/api/2.0/user.json",
        "GET /rest/api/2/user/",
    ] {
        assert_eq!(
            Ask::new(around).outcome(&world).await,
            "missing_credentials",
            "{around}"
        );
        assert_eq!(
            Ask::new(around).bearer("gho_fred").outcome(&world).await,
            "permit"
        );
    }
    assert_eq!(
        Ask::read().outcome(&World::new()).await,
        "missing_credentials"
    );
}

#[tokio::test]
async fn a_bypassed_path_gets_what_came_but_never_a_credential_of_ours() {
    let world = World::with(
        "[settings]",
        "[[access.bypass]]\nproduct = \"jira\"\npath = \"/open/**\"\n\n[settings]",
    );
    world.login("gho_fred", "fred");
    let open = || Ask::new("GET /open/x");
    let passed = open()
        .basic("fred", "pw")
        .header("cookie", "JSESSIONID=1")
        .forwarded(&world)
        .await;
    assert_eq!(*passed.permit.grant(), Grant::Unchecked);
    assert_eq!(
        sent(&passed, "authorization"),
        Some(basic("fred", "pw").as_str())
    );
    assert_eq!(sent(&passed, "cookie"), Some("JSESSIONID=1"));
    let odd = open()
        .header("authorization", "Negotiate abc")
        .forwarded(&world)
        .await;
    assert_eq!(sent(&odd, "authorization"), Some("Negotiate abc"));
    let key = ApiKey::generate(&mut rand::rng()).secret().expose().clone();
    for ours in [
        open().bearer("gho_fred"),
        open().bearer(&key),
        open().basic("fred", &key),
        open().bearer("gw_mistyped"),
        open().bearer("gho_fred,x"),
        open().basic("gho_fred", "x-oauth-basic"),
        open().basic("fred", "gw_mistyped"),
    ] {
        let prepared = ours.header("x-sso-login", "admin").forwarded(&world).await;
        assert_eq!(sent(&prepared, "authorization"), None);
        assert_eq!(sent(&prepared, "x-sso-login"), None);
    }
    assert!(world.providers.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn with_authentication_off_everything_passes_but_paths_and_headers_are_still_judged() {
    let world = World::with("product_tokens = \"deny\"", "authentication = false");
    let ask = Ask::new("POST /rest/api/2/issue")
        .bearer("whatever")
        .header("cookie", "JSESSIONID=1")
        .header("origin", "https://evil.example")
        .header("x-sso-login", "admin");
    let prepared = ask.forwarded(&world).await;
    assert_eq!(sent(&prepared, "authorization"), Some("Bearer whatever"));
    let twice = ask.clone().bearer("other");
    assert_eq!(twice.outcome(&world).await, "malformed_request");
    assert_eq!(sent(&prepared, "cookie"), Some("JSESSIONID=1"));
    assert_eq!(sent(&prepared, "origin"), Some("https://evil.example"));
    assert_eq!(sent(&prepared, "x-sso-login"), None);
    let mut answer = http::HeaderMap::new();
    answer.insert("set-cookie", http::HeaderValue::from_static("a=b"));
    prepared
        .way_back
        .clean(http::StatusCode::OK, &mut answer)
        .unwrap();
    assert!(answer.contains_key("set-cookie"));
    for malformed in ["GET /rest/../x", "GET /rest?os_username=a"] {
        assert_eq!(
            Ask::new(malformed).outcome(&world).await,
            "malformed_request"
        );
    }
}

#[tokio::test]
async fn a_key_of_ours_reaches_no_product_with_authentication_off() {
    let world = World::with("product_tokens = \"deny\"", "authentication = false");
    let key = world.key("fred", gatewright_policy::KeyScope::default());
    for ours in [
        Ask::read().bearer(&key),
        Ask::read().basic("fred", &key),
        Ask::read().header("authorization", &format!("Token token={key}")),
        Ask::read().header("authorization", &format!("Bearer:{key}")),
    ] {
        let prepared = ours.forwarded(&world).await;
        assert_eq!(sent(&prepared, "authorization"), None, "{ours:?}");
    }
    let own = Ask::read().basic("fred", "pw").forwarded(&world).await;
    assert!(sent(&own, "authorization").is_some());
    assert_eq!(*world.keys.asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_foreign_page_does_not_write() {
    let world = public();
    let write = || Ask::new("POST /rest/api/2/issue").bearer("gho_fred");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("referer", "https://evil.example/x"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(
            write().header(name, value).outcome(&world).await,
            "cross_site",
            "{value}"
        );
        let read = Ask::read().bearer("gho_fred").header(name, value);
        assert_eq!(read.outcome(&world).await, "permit");
    }
    assert_eq!(
        write()
            .header("origin", "https://jira.example.com")
            .outcome(&world)
            .await,
        "permit"
    );
    assert_eq!(write().outcome(&world).await, "permit");
    assert_eq!(
        Ask::new("POST /rest/api/2/issue")
            .header("origin", "https://evil.example")
            .outcome(&world)
            .await,
        "cross_site"
    );
}

#[tokio::test]
async fn groups_hold_for_known_callers_and_for_passwords_and_for_tokens_of_the_product() {
    let world = World::with(
        "product_tokens = \"deny\"",
        "product_tokens = \"allow\"\n[access]\ngroups_allowed = [\"jira-users\"]\ngroups_read_only = [\"contractors\"]",
    );
    for user in ["fred", "mallory"] {
        world.login(&format!("gho_{user}"), user);
    }
    let write = || Ask::new("POST /rest/api/2/issue");
    assert_eq!(write().bearer("gho_fred").outcome(&world).await, "permit");
    assert_eq!(
        write().bearer("gho_mallory").outcome(&world).await,
        "read_only"
    );
    assert_eq!(
        Ask::read().bearer("gho_mallory").outcome(&world).await,
        "permit"
    );
    assert_eq!(write().basic("fred", "pw").outcome(&world).await, "permit");
    assert_eq!(
        write().basic("mallory", "pw").outcome(&world).await,
        "read_only"
    );
    // A name that the directory lacks may be another name of a contractor.
    assert_eq!(
        Ask::read()
            .basic("mallory@example.com", "pw")
            .outcome(&world)
            .await,
        "group_not_allowed"
    );
    assert_eq!(
        Ask::read().bearer("BBDC-x").outcome(&world).await,
        "group_not_allowed"
    );
}

#[tokio::test]
async fn the_trace_and_the_record_tell_the_way_and_no_secret() {
    let world = World::new();
    world.login("gho_canary", "fred");
    let judgement = Ask::new("GET /rest/api/2/myself?canary=1")
        .bearer("gho_canary")
        .judge(&world)
        .await;
    let phases: Vec<String> = judgement
        .trace
        .iter()
        .map(|step| format!("{:?} {:?}: {}", step.phase, step.result, step.detail))
        .collect();
    assert_eq!(
        phases,
        [
            "ClientAddress Passed: 10.1.2.3",
            "Target Passed: /rest/api/2/myself of jira",
            "Surface Skipped: a credential is needed everywhere",
            "Credentials Passed: a token of ghes",
            "Verify Passed: the token is good",
            "Identify Passed: fred, in 1 groups",
            "Credentials Passed: this way in is open",
            "Authorise Passed: the rules permit it",
            "Forward Passed: as fred",
        ]
    );
    let record = serde_json::to_string(&judgement.record).unwrap();
    assert!(record.contains("\"user\":\"fred\"") && record.contains("\"provider\":\"ghes\""));
    let everything = format!("{record}{phases:?}{judgement:?}");
    assert!(!everything.contains("canary"), "{everything}");
}

#[tokio::test]
async fn so_many_requests_are_taken_from_a_caller_and_from_an_address() {
    let world = World::with(
        "[settings]",
        "[access]\nrate = { per_caller = \"2/m\", per_address = \"5/m\" }\n\n[settings]",
    );
    world.login("gho_one", "fred");
    world.login("gho_two", "FRED");
    world.login("gho_alice", "alice");
    for token in ["gho_one", "gho_two"] {
        assert_eq!(Ask::read().bearer(token).outcome(&world).await, "permit");
    }
    match Ask::read().bearer("gho_one").judge(&world).await.outcome {
        Outcome::Refused(denial) => {
            assert_eq!(denial.code.as_str(), "rate_limited");
            assert_eq!(denial.retry_after.unwrap().as_secs(), 30);
        }
        Outcome::Forward(plan) => panic!("{plan:?}"),
    }
    let alice = Ask::read().bearer("gho_alice");
    assert_eq!(alice.outcome(&world).await, "permit");
    assert_eq!(Ask::read().outcome(&world).await, "missing_credentials");
    assert_eq!(alice.outcome(&world).await, "rate_limited");
    assert_eq!(
        alice.clone().from("10.9.9.9").outcome(&world).await,
        "permit"
    );
    world.pass(60);
    assert_eq!(
        Ask::read().bearer("gho_two").outcome(&world).await,
        "permit"
    );
}
