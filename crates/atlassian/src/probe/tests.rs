//! Tests against servers on real sockets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewright_secret::SecretString;
use time::macros::datetime;

use super::*;
use crate::testing::{Reply, Seen, Server, client, json, page};

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);
const ME: &str = r#"{"name":"fred","displayName":"Fred Flintstone"}"#;
const NOT_PERMITTED: &str = r#"{"errors":[{"context":null,"message":"You are not permitted to access this resource","exceptionName":"com.atlassian.bitbucket.AuthorisationException"}]}"#;

fn request(kind: ProductKind, server: &Server) -> ProbeRequest {
    ProbeRequest {
        kind,
        base_url: server.at("/app/"),
        endpoint: None,
        credential: Credential::Bearer(SecretString::new("canary-token")),
        expected_user: Some("fred".to_owned()),
        through_gateway: false,
    }
}

fn basic(kind: ProductKind, server: &Server) -> ProbeRequest {
    let password = SecretString::new("canary-password");
    ProbeRequest {
        credential: Credential::Basic {
            user: "fred".to_owned(),
            password,
        },
        ..request(kind, server)
    }
}

#[tokio::test]
async fn jira_is_asked_once_with_the_token_and_for_json() {
    let server = Server::start(|_| json(200, ME).with("X-AUSERNAME", "fred")).await;
    let result = probe(&client(), &request(ProductKind::Jira, &server), NOW).await;
    assert_eq!(result.verdict, Verdict::Valid);
    assert_eq!(result.user.as_deref(), Some("fred"));
    assert_eq!(result.display_name.as_deref(), Some("Fred Flintstone"));
    assert_eq!(result.status, Some(200));
    assert!(result.was_answered());
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].target, "/app/rest/api/2/myself");
    assert_eq!(seen[0].header("authorization"), Some("Bearer canary-token"));
    assert_eq!(seen[0].header("accept"), Some("application/json"));
    assert_eq!(seen[0].header("cookie"), None);
    assert_eq!(seen[0].header("origin"), None);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_credential_stays_here() {
    let elsewhere = Server::start(|_| json(200, ME)).await;
    let target = elsewhere.at("/login").to_string();
    let server = Server::start(move |_| {
        Reply(
            302,
            vec![("Location".to_owned(), target.clone())],
            String::new(),
        )
    })
    .await;
    let result = probe(&client(), &request(ProductKind::Jira, &server), NOW).await;
    assert_eq!(result.verdict, Verdict::LoginPage);
    assert!(elsewhere.seen().is_empty());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn bitbucket_adds_the_name_for_people() {
    let server = Server::start(|seen: &Seen| match seen.target.as_str() {
        "/app/rest/api/latest/users/fred" => json(
            200,
            r#"{"name":"Fred","slug":"fred","displayName":"Fred F"}"#,
        ),
        _ => json(200, r#"{"version":"9.4.1","displayName":"Bitbucket"}"#)
            .with("X-AUSERNAME", "Fred"),
    })
    .await;
    let result = probe(&client(), &request(ProductKind::Bitbucket, &server), NOW).await;
    assert_eq!(result.verdict, Verdict::Valid);
    assert_eq!(result.user.as_deref(), Some("Fred"));
    assert_eq!(result.display_name.as_deref(), Some("Fred F"));
    assert_eq!(result.message, "Bitbucket answered as Fred (Fred F).");
    assert_eq!(result.endpoint, "/rest/api/1.0/application-properties");
}

#[tokio::test]
async fn bitbucket_without_a_name_is_asked_for_something_that_nobody_may() {
    let server = Server::start(|seen: &Seen| {
        if seen.target.contains("dashboard") {
            json(401, NOT_PERMITTED)
        } else {
            json(200, r#"{"version":"9.4.1"}"#)
        }
    })
    .await;
    let result = probe(&client(), &request(ProductKind::Bitbucket, &server), NOW).await;
    assert_eq!(result.verdict, Verdict::Anonymous);
    assert_eq!(result.user, None);
    assert_eq!(server.seen().len(), 2);

    let server = Server::start(|_| json(200, r#"{"values":[],"isLastPage":true}"#)).await;
    let result = probe(&client(), &request(ProductKind::Bitbucket, &server), NOW).await;
    assert_eq!(result.verdict, Verdict::UnexpectedAnswer);
    assert!(result.message.contains("X-AUSERNAME"), "{}", result.message);
}

#[tokio::test]
async fn another_endpoint_that_names_nobody_is_judged_with_who_am_i() {
    let server = Server::start(|seen: &Seen| match seen.target.as_str() {
        "/app/rest/api/content?limit=1" => json(200, r#"{"results":[]}"#),
        "/app/rest/api/user/current" => json(200, r#"{"type":"known","username":"fred"}"#),
        other => panic!("not expected: {other}"),
    })
    .await;
    let mut request = request(ProductKind::Confluence, &server);
    request.endpoint = Some(Endpoint::parse("/rest/api/content?limit=1").unwrap());
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::Valid);
    assert_eq!(result.user.as_deref(), Some("fred"));
    assert_eq!(result.endpoint, "/rest/api/content?limit=1");
    assert_eq!(result.response.unwrap().body, r#"{"results":[]}"#);
}

#[tokio::test]
async fn another_endpoint_answered_to_nobody_is_anonymous() {
    let server = Server::start(|seen: &Seen| match seen.target.as_str() {
        "/app/rest/api/content" => json(200, r#"{"results":[]}"#),
        _ => json(200, r#"{"type":"anonymous","displayName":"Anonymous"}"#),
    })
    .await;
    let mut request = request(ProductKind::Confluence, &server);
    request.endpoint = Some(Endpoint::get("/rest/api/content").unwrap());
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::Anonymous);
    assert_eq!(result.user, None);
}

#[tokio::test]
async fn bitbuckets_401_for_a_missing_permission_is_told_from_a_bad_token() {
    let server = Server::start(|seen: &Seen| {
        if seen.target.contains("/admin/") {
            json(401, NOT_PERMITTED)
        } else {
            json(200, r#"{"version":"9.4.1"}"#).with("X-AUSERNAME", "fred")
        }
    })
    .await;
    let mut request = request(ProductKind::Bitbucket, &server);
    request.endpoint = Some(Endpoint::get("/rest/api/latest/admin/users").unwrap());
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::PermissionMissing);
    assert_eq!(result.user.as_deref(), Some("fred"));
    assert!(!result.stops_further_basic());
}

#[tokio::test]
async fn a_wrong_password_is_sent_once_only() {
    let server = Server::start(|_| {
        page(401, "Unauthorized (401)").with("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
    })
    .await;
    let mut request = basic(ProductKind::Jira, &server);
    request.endpoint = Some(Endpoint::get("/rest/api/2/field").unwrap());
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::InvalidCredential);
    assert!(result.stops_further_basic());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_answer_shows_neither_the_credential_nor_a_session() {
    let server = Server::start(|seen: &Seen| {
        let echo = seen.header("authorization").unwrap().to_owned();
        json(200, &format!(r#"{{"name":"fred","echo":"{echo}"}}"#))
            .with("Set-Cookie", "JSESSIONID=canary-session")
            .with("X-Echo", &echo)
    })
    .await;
    for request in [
        request(ProductKind::Jira, &server),
        basic(ProductKind::Jira, &server),
    ] {
        let result = probe(&client(), &request, NOW).await;
        assert_eq!(result.verdict, Verdict::Valid);
        let shown = format!("{result:?}{}", serde_json::to_string(&result).unwrap());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            !shown.contains(&STANDARD.encode("fred:canary-password")),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_write_goes_with_its_body_and_past_the_xsrf_check() {
    let server =
        Server::start(|_| Reply(204, Vec::new(), String::new()).with("X-AUSERNAME", "fred")).await;
    let mut request = request(ProductKind::Jira, &server);
    request.endpoint = Some(
        Endpoint::parse("PUT /rest/api/2/issue/A-1")
            .unwrap()
            .with_header("X-Trace", "7")
            .unwrap()
            .with_json(r#"{"fields":{}}"#)
            .unwrap(),
    );
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::Valid);
    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.body.as_str()),
        ("PUT", r#"{"fields":{}}"#)
    );
    assert_eq!(seen.header("x-atlassian-token"), Some("no-check"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("x-trace"), Some("7"));
}

#[tokio::test]
async fn nobody_there_is_a_verdict_and_no_answer() {
    let server = Server::start(|_| json(200, ME)).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut request = request(ProductKind::Jira, &server);
    request.base_url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::ConnectError);
    assert_eq!(result.status, None);
    assert!(!result.was_answered());
}

#[tokio::test]
async fn a_refusal_of_the_gateway_keeps_its_code_and_its_words() {
    let server =
        Server::start(|_| json(403, "{}").with("X-Gatewright-Reason", "user_unknown")).await;
    let mut request = request(ProductKind::Jira, &server);
    request.through_gateway = true;
    let result = probe(&client(), &request, NOW).await;
    assert_eq!(result.verdict, Verdict::GatewayRefused);
    assert_eq!(result.gateway_reason.as_deref(), Some("user_unknown"));
    assert_eq!(result.label, "User unknown");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn curl_has_a_placeholder_for_the_secret() {
    let server = Server::start(|_| json(200, ME)).await;
    let mut bearer = request(ProductKind::Jira, &server);
    bearer.base_url = Url::parse("https://jira.example.com/jira").unwrap();
    assert_eq!(
        bearer.as_curl(),
        "curl -i -H \"Authorization: Bearer $TOKEN\" -H 'Accept: application/json' \
         'https://jira.example.com/jira/rest/api/2/myself'"
    );
    let mut basic = ProbeRequest {
        credential: Credential::Basic {
            user: "o'brien".to_owned(),
            password: SecretString::new("canary"),
        },
        ..bearer
    };
    basic.endpoint = Some(
        Endpoint::parse("POST /rest/api/2/search?x=1")
            .unwrap()
            .with_json("{\"jql\":\"it's\"}")
            .unwrap(),
    );
    assert_eq!(
        basic.as_curl(),
        "curl -i -X POST -u 'o'\\''brien:'\"$TOKEN\" -H 'Accept: application/json' \
         -H 'X-Atlassian-Token: no-check' -H 'Content-Type: application/json' \
         --data-raw '{\"jql\":\"it'\\''s\"}' 'https://jira.example.com/jira/rest/api/2/search?x=1'"
    );
}

#[tokio::test]
async fn what_should_be_confirmed_first_is_said_without_sending() {
    let server = Server::start(|_| json(200, ME)).await;
    let mut request = request(ProductKind::Jira, &server);
    assert!(!request.sends_secret_in_clear());
    assert_eq!(request.foreign_secret(&[]), None);
    request.base_url = Url::parse("http://jira.example.com").unwrap();
    request.credential = Credential::Bearer(SecretString::new("gho_abc"));
    assert!(request.sends_secret_in_clear());
    assert_eq!(
        request
            .foreign_secret(&[])
            .map(|found| found.belongs_to)
            .as_deref(),
        Some("GitHub")
    );
    request.through_gateway = true;
    assert_eq!(request.foreign_secret(&[]), None);
    assert!(server.seen().is_empty());
    let result = ProbeResult::not_tried(&request, "The account was locked by the first try.");
    assert_eq!(result.verdict, Verdict::NotTried);
}

#[tokio::test]
async fn only_a_refusal_of_the_gateway_is_explained_by_its_rule() {
    let server = Server::start(|seen: &Seen| {
        let refused = seen.target.contains("/field");
        let reply = json(if refused { 403 } else { 200 }, ME).with("X-AUSERNAME", "fred");
        if refused {
            reply.with("X-Gatewright-Reason", "group_not_allowed")
        } else {
            reply
        }
    })
    .await;
    let mut asked = request(ProductKind::Jira, &server);
    asked.through_gateway = true;
    let rule = Explained {
        phase: "authorise".to_owned(),
        setting: Some("access.groups_allowed".to_owned()),
        words: "Only members of staff may pass.".to_owned(),
    };
    let mut let_in = probe(&client(), &asked, NOW).await;
    let_in.explain(rule.clone());
    assert_eq!(let_in.explained, None);
    asked.endpoint = Some(Endpoint::get("/rest/api/2/field").unwrap());
    let mut refused = probe(&client(), &asked, NOW).await;
    assert_eq!(refused.verdict, Verdict::GatewayRefused);
    assert_eq!(refused.gateway_reason.as_deref(), Some("group_not_allowed"));
    refused.explain(rule.clone());
    assert_eq!(refused.explained, Some(rule));
    let shown = serde_json::to_value(&refused).unwrap();
    assert_eq!(shown["explained"]["setting"], "access.groups_allowed");
}

#[tokio::test]
async fn a_form_and_a_raw_text_arrive_as_they_were_written() {
    let server = Server::start(|_| json(200, ME).with("X-AUSERNAME", "fred")).await;
    let mut asked = request(ProductKind::Jira, &server);
    let post = || Endpoint::parse("POST /rest/x").unwrap();
    asked.endpoint = Some(
        post()
            .with_form([("a b".to_owned(), "ü".to_owned())])
            .unwrap(),
    );
    probe(&client(), &asked, NOW).await;
    assert!(asked.as_curl().contains("--data-raw 'a+b=%C3%BC'"));
    asked.endpoint = Some(post().with_raw("text/xml", "<a/>").unwrap());
    probe(&client(), &asked, NOW).await;
    let seen = server.seen();
    assert_eq!(seen[0].body, "a+b=%C3%BC");
    assert_eq!(
        seen[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(seen[0].header("x-atlassian-token"), Some("no-check"));
    assert_eq!(
        (seen[1].body.as_str(), seen[1].header("content-type")),
        ("<a/>", Some("text/xml"))
    );
}
