//! Attacks on the path, as request lines; the numbers are those of the attack list.

use http::Version;

use crate::world::{Ask, World, sent};

fn world() -> World {
    let world = World::with(
        "[settings]",
        "[[access.bypass]]\nproduct = \"jira\"\npath = \"/public/**\"\n\n[[access.bypass]]\nproduct = \"jira\"\npath = \"GET /rest/api/2/serverInfo\"\n\n[settings]",
    );
    world.login("gho_fred", "Fred");
    world
}

#[tokio::test]
async fn p1_to_p12_paths_that_two_readers_could_understand_differently_are_refused() {
    let world = world();
    for target in [
        "/public/../rest/api/2/user",
        "/public/%2e%2e/rest/api/2/user",
        "/public/%2E./rest",
        "/public/..;/rest/api/2/user",
        "/public/..;x=y/rest",
        "/rest;a=b/api/2/user",
        "/rest/api/2/user;.css",
        "//rest/api/2/user",
        "/rest//api/2/user",
        "///",
        "/rest%2fapi/2/user",
        "/rest%5capi",
        "/rest\\api",
        "/public/..%5capi",
        "/public/%252e%252e/rest",
        "/%25%32%65",
        "/rest/api%00/2/user",
        "/rest/api/2/user%00.json",
        "/rest/%0d%0a",
        "/rest/%zz",
        "/rest/%c0%af",
        "/rest/api/2/user/.",
        "/s/x/_/rest/api/2/user",
        "/s/x/_/WEB-INF/web.xml",
        "*",
        "rest/api",
        "/rest/api/2/user#/public",
    ] {
        let ask = Ask::new(&format!("GET {target}")).bearer("gho_fred");
        assert_eq!(ask.outcome(&world).await, "malformed_request", "{target}");
    }
    for target in [
        "/rest/api/2/user",
        "/%72est/api/2/user",
        "/secure/attachment/1/My%20file%20%C3%A4%25.pdf",
        "/rest/api/2/search?jql=project%20%3D%20A&x=//..%2f",
        "/s/x/_/download/batch/a.css",
        "/",
    ] {
        let ask = Ask::new(&format!("GET {target}")).bearer("gho_fred");
        assert_eq!(ask.outcome(&world).await, "permit", "{target}");
    }
}

#[tokio::test]
async fn p9_to_p15_a_bypass_is_not_stretched() {
    let world = world();
    for target in [
        "/Public/x",
        "/PUBLIC/x",
        "/publicx",
        "/rest/api/2/user%23/public",
        "/rest/api/2/user?x=/public/",
        "/rest/api/2/user%3f/public",
        "/rest/api/2/serverinfo",
        "/rest/api/latest/serverInfo",
        "/rest/api/2/serverInfo/",
        "/rest/api/2/serverInfo/x",
    ] {
        let ask = Ask::new(&format!("GET {target}"));
        assert_eq!(ask.outcome(&world).await, "missing_credentials", "{target}");
    }
    for target in [
        "/public",
        "/public/x/y",
        "/rest/api/2/serverInfo",
        "/%72est/api/2/serverInfo",
    ] {
        assert_eq!(
            Ask::new(&format!("GET {target}")).outcome(&world).await,
            "permit",
            "{target}"
        );
    }
    let post = Ask::new("POST /rest/api/2/serverInfo");
    assert_eq!(post.outcome(&world).await, "missing_credentials");
}

#[tokio::test]
async fn p14_the_public_prefix_ends_at_a_segment_and_the_rest_keeps_its_bytes() {
    let world = world();
    let at = |target: &str| {
        Ask::new(&format!("GET {target}"))
            .without("host")
            .header("host", "gw:8443")
            .bearer("gho_fred")
    };
    for (target, want) in [
        (
            "/git/rest/api/1.0/My%20a?b=%2f&c",
            "https://git.internal/bb/rest/api/1.0/My%20a?b=%2f&c",
        ),
        ("/git", "https://git.internal/bb"),
        ("/git/", "https://git.internal/bb/"),
        ("/%67it/rest", "https://git.internal/bb/rest"),
    ] {
        assert_eq!(
            at(target).forwarded(&world).await.uri.to_string(),
            want,
            "{target}"
        );
    }
    for target in ["/gitx/rest", "/GIT/rest", "/", "/rest"] {
        assert_eq!(
            at(target).outcome(&world).await,
            "unknown_product",
            "{target}"
        );
    }
    let named = Ask::new("GET /rest/api/2/%6dyself?a=b").bearer("gho_fred");
    assert_eq!(
        named.forwarded(&world).await.uri.to_string(),
        "https://jira.internal:8443/jira/rest/api/2/%6dyself?a=b"
    );
}

#[tokio::test]
async fn p17_to_p19_the_host_is_one_and_is_the_targets() {
    let world = world();
    let base = || Ask::read().bearer("gho_fred").without("host");
    let table = [
        (base(), "malformed_request"),
        (
            base()
                .header("host", "jira.example.com")
                .header("host", "evil"),
            "malformed_request",
        ),
        (base().header("host", "jira@evil"), "malformed_request"),
        (
            base().header("host", "jira.example.com,evil"),
            "malformed_request",
        ),
        (
            base().header("host", "jira.example.com:x"),
            "malformed_request",
        ),
        (base().header("host", ""), "malformed_request"),
        (
            base().header("host", "jira.example.com").authority("evil"),
            "malformed_request",
        ),
        (base().header("host", "evil.example"), "unknown_product"),
        (base().version(Version::HTTP_10), "unknown_product"),
        (base().header("host", "jira.example.com"), "permit"),
        (base().header("host", "JIRA.example.com:8443"), "permit"),
        (base().header("host", "jira.example.com."), "permit"),
        (
            base()
                .authority("jira.example.com")
                .version(Version::HTTP_2),
            "permit",
        ),
        (
            base()
                .header("host", "jira.example.com")
                .authority("jira.example.com"),
            "permit",
        ),
    ];
    for (ask, want) in table {
        assert_eq!(ask.outcome(&world).await, want, "{ask:?}");
    }
}

#[tokio::test]
async fn p18_methods_that_are_not_passed_on_are_refused() {
    let world = world();
    for method in ["get", "GeT", "TRACE", "CONNECT", "TRACK"] {
        let ask = Ask::new(&format!("{method} /rest/api/2/myself")).bearer("gho_fred");
        assert_eq!(ask.outcome(&world).await, "malformed_request", "{method}");
    }
    for method in ["HEAD", "OPTIONS", "PROPFIND", "PATCH"] {
        let ask = Ask::new(&format!("{method} /rest/api/2/myself")).bearer("gho_fred");
        assert_eq!(ask.outcome(&world).await, "permit", "{method}");
    }
}

#[tokio::test]
async fn h13_parameters_that_name_somebody_are_refused_in_the_query_and_in_a_form() {
    let world = world();
    for query in [
        "os_username=admin&os_password=admin&os_authType=basic",
        "a=b&OS_USERNAME=admin",
        "%6fs_username=admin",
        "xoauth_requestor_id=admin",
        "oauth_token=",
        "_method=DELETE",
    ] {
        for credential in [Some("gho_fred"), None] {
            let mut ask = Ask::new(&format!("GET /rest/api/2/serverInfo?{query}"));
            if let Some(token) = credential {
                ask = ask.bearer(token);
            }
            assert_eq!(ask.outcome(&world).await, "malformed_request", "{query}");
        }
        let form = || {
            Ask::new("POST /rest/api/2/issue")
                .bearer("gho_fred")
                .header(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=UTF-8",
                )
        };
        let denial = form()
            .plan(&world)
            .await
            .prepare(Some(query.to_owned().into()))
            .await;
        assert_eq!(
            denial.unwrap_err().code.as_str(),
            "malformed_request",
            "{query}"
        );
        let denial = form().plan(&world).await.prepare(None).await;
        assert_eq!(denial.unwrap_err().code.as_str(), "malformed_request");
        assert!(
            form()
                .plan(&world)
                .await
                .prepare(Some("summary=os_x".into()))
                .await
                .is_ok()
        );
    }
    let long = vec![b'a'; 256 * 1024 + 1];
    let form = Ask::new("POST /rest/api/2/issue")
        .bearer("gho_fred")
        .header("content-type", "application/x-www-form-urlencoded");
    let denial = form.plan(&world).await.prepare(Some(long.into())).await;
    assert_eq!(denial.unwrap_err().code.as_str(), "too_large");
    let odd = form.clone().without("content-type").header(
        "content-type",
        "application/x-www-form-urlencoded; charset=ibm037",
    );
    assert_eq!(odd.outcome(&world).await, "malformed_request");
    for (parameters, want) in [
        ("; xcharset=IBM037", "malformed_request"),
        ("; charset =IBM037", "malformed_request"),
        ("; charset =utf-8", "malformed_request"),
        ("; charset=utf-8; charset=utf-8", "malformed_request"),
        ("; charset=utf-16", "malformed_request"),
        ("; charset=iso-8859-", "malformed_request"),
        ("; charset=\"utf-8", "malformed_request"),
        ("; charset=\"UTF-8\"", "permit"),
        ("; charset=iso-8859-15", "permit"),
        ("; charset=windows-1252", "permit"),
        ("; charset=US-ASCII", "permit"),
    ] {
        let ask = form.clone().without("content-type").header(
            "content-type",
            &format!("application/x-www-form-urlencoded{parameters}"),
        );
        assert_eq!(ask.outcome(&world).await, want, "{parameters}");
    }
    let twice = form.header("content-type", "application/json");
    assert_eq!(twice.outcome(&world).await, "malformed_request");
}

#[tokio::test]
async fn a_key_in_the_query_is_refused_and_another_protocol_too() {
    let world = world();
    let key = world.key("fred", gatewright_policy::KeyScope::default());
    let ask = Ask::new(&format!("GET /rest/api/2/myself?token={key}")).bearer("gho_fred");
    assert_eq!(ask.outcome(&world).await, "malformed_request");
    for target in [
        format!("/rest/{key}"),
        format!("/rest/x-{key}.json"),
        format!("/rest/%67{}", &key[1..]),
    ] {
        let ask = Ask::new(&format!("GET {target}")).bearer("gho_fred");
        assert_eq!(ask.outcome(&world).await, "malformed_request", "{target}");
    }
    let alike = Ask::new("GET /rest/gw_notakey").bearer("gho_fred");
    assert_eq!(alike.outcome(&world).await, "permit");
    let upgrade = Ask::read().bearer("gho_fred").header("upgrade", "h2c");
    assert_eq!(upgrade.outcome(&world).await, "upgrade_refused");
    let long = Ask::new(&format!("GET /{}", "a".repeat(20_000))).bearer("gho_fred");
    let judgement = long.judge(&world).await;
    assert_eq!(judgement.record.outcome, "too_large");
    assert_eq!(judgement.record.status, Some(431));
}

#[tokio::test]
async fn an_encoded_slash_is_data_only_where_the_product_says_so() {
    let world = World::with(
        "id = \"bitbucket\"",
        "id = \"bitbucket\"\nallow_encoded_slash = [\"/rest/api/*/branches/*\"]",
    );
    world.login("gho_fred", "fred");
    let at = |target: &str| {
        Ask::new(&format!("GET {target}"))
            .without("host")
            .header("host", "gw")
            .bearer("gho_fred")
    };
    let branch = at("/git/rest/api/1.0/branches/feature%2Fa")
        .forwarded(&world)
        .await;
    assert_eq!(branch.uri.path(), "/bb/rest/api/1.0/branches/feature%2Fa");
    assert_eq!(
        sent(&branch, "authorization"),
        Some("Bearer service-secret")
    );
    for other in [
        "/git/rest/api/1.0/other/a%2Fb",
        "/git/rest/api/1.0/branches/a%2F..%2Fb",
    ] {
        assert_eq!(
            at(other).outcome(&world).await,
            "malformed_request",
            "{other}"
        );
    }
}
