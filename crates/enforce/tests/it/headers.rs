//! Attacks by header; the numbers are those of the attack list.

use crate::world::{Ask, World, sent};

#[tokio::test]
async fn h1_to_h7_no_header_of_the_client_names_a_user_and_ours_does() {
    let world = World::new();
    world.login("gho_alice", "alice");
    for name in [
        "X_Forwarded_User",
        "X-Forwarded-User",
        "x.forwarded.user",
        "X-Sso-Login",
        "x_sso_login",
        "X-Sso_Login",
        "x-sso-login.",
        "Remote-User",
        "X-Forwarded-Groups",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Forwarded-Uri",
        "X-Forwarded-Prefix",
        "X-HTTP-Method-Override",
    ] {
        let ask = Ask::read().bearer("gho_alice").header(name, "admin");
        let prepared = ask.forwarded(&world).await;
        assert_eq!(sent(&prepared, "x-sso-login"), Some("Alice"), "{name}");
        for (other, value) in &prepared.headers {
            assert_ne!(value, "admin", "{name} arrived as {other}");
        }
    }
}

#[tokio::test]
async fn h3_connection_cannot_take_our_identity_out() {
    let world = World::new();
    world.login("gho_alice", "alice");
    let ask = Ask::read()
        .bearer("gho_alice")
        .header(
            "connection",
            "keep-alive, X-Sso-Login, authorization, x-mine",
        )
        .header("x-mine", "1")
        .header("x-other", "2");
    let prepared = ask.forwarded(&world).await;
    assert_eq!(sent(&prepared, "x-sso-login"), Some("Alice"));
    assert_eq!(sent(&prepared, "x-mine"), None);
    assert_eq!(sent(&prepared, "x-other"), Some("2"));
    assert_eq!(sent(&prepared, "connection"), None);
    let password = Ask::read()
        .basic("fred", "pw")
        .header("connection", "authorization");
    assert!(sent(&password.forwarded(&world).await, "authorization").is_some());
}

#[tokio::test]
async fn h9_no_user_agent_opens_a_door() {
    let world = World::new();
    for agent in ["GoogleHC/1.0", "kube-probe/1.30", "ELB-HealthChecker/2.0"] {
        let ask = Ask::read().header("user-agent", agent);
        assert_eq!(ask.outcome(&world).await, "missing_credentials");
    }
}

#[tokio::test]
async fn h12_cookies_never_stand_beside_a_judged_caller() {
    let world = World::with(
        "product_tokens = \"deny\"",
        "product_tokens = \"deny\"\nanonymous = \"product\"",
    );
    world.login("gho_alice", "alice");
    let cookies = "JSESSIONID=bobs; crowd.token_key=1; seraph.rememberme.cookie=2";
    for ask in [
        Ask::read().bearer("gho_alice"),
        Ask::read().basic("fred", "pw"),
        Ask::read(),
    ] {
        let prepared = ask.header("cookie", cookies).forwarded(&world).await;
        assert_eq!(sent(&prepared, "cookie"), None);
    }
}

#[tokio::test]
async fn with_our_identity_the_browser_is_not_seen_and_xsrf_is_ours() {
    let world = World::new();
    world.login("gho_alice", "alice");
    let ask = Ask::new("POST /rest/api/2/issue")
        .bearer("gho_alice")
        .header("origin", "https://jira.example.com")
        .header("referer", "https://jira.example.com/browse/A-1")
        .header("user-agent", "Mozilla/5.0");
    let prepared = ask.forwarded(&world).await;
    assert_eq!(sent(&prepared, "origin"), None);
    assert_eq!(sent(&prepared, "referer"), None);
    assert_eq!(sent(&prepared, "user-agent"), Some("Gatewright"));
    assert_eq!(sent(&prepared, "x-atlassian-token"), Some("no-check"));
    let password = ask.without("authorization").basic("fred", "pw");
    let prepared = password.forwarded(&world).await;
    assert_eq!(sent(&prepared, "origin"), Some("https://jira.example.com"));
    assert_eq!(sent(&prepared, "x-atlassian-token"), None);
}

#[tokio::test]
async fn x7_the_product_sees_one_clean_chain() {
    let world = World::new();
    world.login("gho_alice", "alice");
    let ask = Ask::read()
        .bearer("gho_alice")
        .from("203.0.113.9")
        .header("x-forwarded-for", "10.0.0.1")
        .header("forwarded", "for=10.0.0.1")
        .header("x-real-ip", "10.0.0.1");
    let prepared = ask.forwarded(&world).await;
    assert_eq!(sent(&prepared, "x-forwarded-for"), Some("203.0.113.9"));
    assert_eq!(sent(&prepared, "forwarded"), None);
    assert_eq!(sent(&prepared, "x-real-ip"), None);
    assert_eq!(sent(&prepared, "host"), None);
}
