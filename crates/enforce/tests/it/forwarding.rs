//! How a permitted request goes on, and what comes back.

use std::collections::BTreeMap;

use gatewright_enforce::BodyNeed;
use gatewright_policy::ReasonCode;
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;

use crate::world::{Ask, World, basic, sent};

fn wiki(request: &str) -> Ask {
    Ask::new(request).bearer("gho_fred")
}

fn world() -> World {
    let world = World::new();
    world.login("gho_fred", "fred");
    world
}

fn oauth_parameters(header: &str) -> BTreeMap<String, String> {
    header
        .strip_prefix("OAuth ")
        .unwrap()
        .split(", ")
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let value = percent_decode_str(value.trim_matches('"'))
                .decode_utf8()
                .unwrap();
            (name.to_owned(), value.into_owned())
        })
        .collect()
}

#[tokio::test]
async fn an_application_link_signs_for_the_user_and_the_bytes_stay() {
    let world = world();
    let prepared = wiki("GET /wiki/rest/api/content?cql=a%20b&limit=1")
        .forwarded(&world)
        .await;
    assert_eq!(
        prepared.uri.to_string(),
        "http://wiki.internal/rest/api/content?cql=a%20b&limit=1&xoauth_requestor_id=fred"
    );
    let authorization = &prepared.headers["authorization"];
    assert!(authorization.is_sensitive());
    let parameters = oauth_parameters(authorization.to_str().unwrap());
    assert_eq!(parameters["oauth_token"], "");
    assert_eq!(parameters["oauth_consumer_key"], "gatewright");
    assert_eq!(parameters["oauth_signature_method"], "RSA-SHA1");
    assert_eq!(
        parameters["oauth_timestamp"],
        crate::world::START.to_string()
    );
    let again = wiki("GET /wiki/rest/api/content").forwarded(&world).await;
    assert_eq!(again.uri.query(), Some("xoauth_requestor_id=fred"));
    let other = oauth_parameters(again.headers["authorization"].to_str().unwrap());
    assert_ne!(parameters["oauth_nonce"], other["oauth_nonce"]);
    let empty = wiki("GET /wiki/rest/api/content?").forwarded(&world).await;
    assert_eq!(empty.uri.query(), Some("xoauth_requestor_id=fred"));
}

#[tokio::test]
async fn a_form_is_held_and_everything_else_streams() {
    let world = world();
    let form = |kind: &str| wiki("POST /wiki/rest/api/content").header("content-type", kind);
    let plan = form("application/x-www-form-urlencoded").plan(&world).await;
    assert_eq!(plan.body(), BodyNeed::Form { limit: 256 * 1024 });
    let plan = form("APPLICATION/x-www-form-urlencoded ; charset=utf-8")
        .plan(&world)
        .await;
    assert!(matches!(plan.body(), BodyNeed::Form { .. }));
    for other in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        assert_eq!(
            form(other).plan(&world).await.body(),
            BodyNeed::Stream,
            "{other}"
        );
    }
}

#[tokio::test]
async fn a_service_account_and_a_password_go_by_their_own_headers() {
    let world = world();
    let prepared = wiki("GET /git/rest/api/1.0/projects")
        .forwarded(&world)
        .await;
    assert_eq!(
        sent(&prepared, "authorization"),
        Some("Bearer service-secret")
    );
    assert_eq!(
        prepared.uri.to_string(),
        "https://git.internal/bb/rest/api/1.0/projects"
    );
    let password = Ask::new("GET /wiki/rest/api/content").basic("fred", "pw");
    let prepared = password.forwarded(&world).await;
    assert_eq!(
        sent(&prepared, "authorization"),
        Some(basic("fred", "pw").as_str())
    );
    assert_eq!(
        prepared.uri.to_string(),
        "http://wiki.internal/rest/api/content"
    );
}

#[tokio::test]
async fn what_is_not_set_up_is_not_configured_and_passwords_still_pass() {
    for (before, after) in [
        ("act_as = { header = { name = \"X-Sso-Login\" } }\n", ""),
        ("header = { name = \"X-Sso-Login\" }", "access_tokens = {}"),
        (
            "header = { name = \"X-Sso-Login\" }",
            "service = { token = { secret = \"missing\" } }",
        ),
        (
            "header = { name = \"X-Sso-Login\" }",
            "oauth1 = { consumer_key = \"x\", private_key = { secret = \"not-a-key\" } }",
        ),
    ] {
        let world = World::with(before, after);
        world.login("gho_fred", "fred");
        assert_eq!(world.engine.problems().len(), 1, "{after}");
        assert_eq!(
            Ask::read().bearer("gho_fred").outcome(&world).await,
            "not_configured",
            "{after}"
        );
        assert_eq!(
            Ask::read().basic("fred", "pw").outcome(&world).await,
            "permit"
        );
    }
}

#[tokio::test]
async fn git_does_not_go_by_impersonation() {
    let world = World::with(
        "act_as = { service = { token = { secret = \"service\" } } }",
        "act_as = { oauth1 = { consumer_key = \"x\", private_key = { secret = \"link\" } } }",
    );
    world.login("gho_fred", "fred");
    let refs = wiki("GET /git/scm/p/r.git/info/refs?service=git-upload-pack");
    assert_eq!(refs.outcome(&world).await, "not_configured");
    assert_eq!(
        wiki("GET /git/rest/api/1.0/projects").outcome(&world).await,
        "permit"
    );
}

#[tokio::test]
async fn an_answer_for_another_user_is_not_passed_back() {
    let world = world();
    let back = |name: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-ausername", HeaderValue::from_static(name));
        headers.insert("set-cookie", HeaderValue::from_static("JSESSIONID=1"));
        headers
    };
    let acted = wiki("GET /wiki/rest/api/content").forwarded(&world).await;
    for wrong in ["anonymous", "admin"] {
        let denial = acted
            .way_back
            .clean(StatusCode::OK, &mut back(wrong))
            .unwrap_err();
        assert_eq!(denial.code, ReasonCode::IdentityMismatch);
        assert_eq!(denial.response("r").status(), 502);
    }
    let mut right = back("FRED");
    acted.way_back.clean(StatusCode::OK, &mut right).unwrap();
    assert!(!right.contains_key("set-cookie"));
    let password = Ask::new("GET /wiki/rest/api/content")
        .basic("fred", "pw")
        .forwarded(&world)
        .await;
    for (status, name, passes) in [
        (StatusCode::OK, "anonymous", false),
        (StatusCode::OK, "fred", true),
        (StatusCode::OK, "", true),
        (StatusCode::UNAUTHORIZED, "anonymous", true),
    ] {
        let answer = password.way_back.clean(status, &mut back(name));
        assert_eq!(answer.is_ok(), passes, "{status} {name}");
    }
    let service = wiki("GET /git/rest/api/1.0/projects")
        .forwarded(&world)
        .await;
    assert!(
        service
            .way_back
            .clean(StatusCode::OK, &mut back("svc"))
            .is_ok()
    );
    assert!(
        service
            .way_back
            .clean(StatusCode::OK, &mut back("anonymous"))
            .is_err()
    );
}

#[tokio::test]
async fn a_public_path_alone_stands_on_the_host_that_was_called() {
    let world = world();
    let prepared = wiki("GET /wiki/x")
        .without("host")
        .header("host", "gateway.example.com:8443")
        .forwarded(&world)
        .await;
    let mut headers = HeaderMap::new();
    headers.insert(
        "location",
        HeaderValue::from_static("http://wiki.internal/pages/1?a=b"),
    );
    prepared
        .way_back
        .clean(StatusCode::FOUND, &mut headers)
        .unwrap();
    assert_eq!(
        headers["location"],
        "https://gateway.example.com:8443/wiki/pages/1?a=b"
    );
}

#[tokio::test]
async fn h8_only_a_trusted_proxy_says_that_the_client_came_by_https() {
    for (trusted, want) in [("", "http"), ("10.1.2.3", "https")] {
        let list = if trusted.is_empty() {
            String::new()
        } else {
            format!("\"{trusted}\"")
        };
        let document = format!("[access]\ntrusted_proxies = [{list}]\n\n[settings]");
        let world = World::with("[settings]", &document);
        world.login("gho_fred", "fred");
        let ask = wiki("GET /wiki/x")
            .plain()
            .header("x-forwarded-proto", "https");
        let prepared = ask.forwarded(&world).await;
        assert!(sent(&prepared, "x-forwarded-proto").is_none());
        let mut headers = HeaderMap::new();
        headers.insert(
            "location",
            HeaderValue::from_static("http://wiki.internal/y"),
        );
        prepared
            .way_back
            .clean(StatusCode::FOUND, &mut headers)
            .unwrap();
        assert_eq!(
            headers["location"],
            format!("{want}://jira.example.com/wiki/y")
        );
    }
}
