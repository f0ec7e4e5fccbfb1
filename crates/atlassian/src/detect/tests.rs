//! Tests against servers on real sockets.

use time::macros::datetime;

use super::*;
use crate::testing::{Reply, Seen, Server, client, json, page};

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

const MANIFEST_JSON: &str = r#"{"id":"x","name":"Our Jira","typeId":"jira","version":"10.3.2","buildNumber":1003002,"applinksVersion":"9.0","inboundAuthenticationTypes":["com.atlassian.applinks.api.auth.types.OAuthAuthenticationProvider","com.atlassian.applinks.api.auth.types.TwoLeggedOAuthAuthenticationProvider","com.atlassian.applinks.api.auth.types.TwoLeggedOAuthWithImpersonationAuthenticationProvider"],"outboundAuthenticationTypes":[],"publicSignup":false,"url":"https://jira.example.com/jira"}"#;
const MANIFEST_XML: &str = "<?xml version=\"1.0\"?><manifest><id>x</id><name>Wiki</name><typeId>confluence</typeId><version>9.2.4</version><inboundAuthenticationTypes>com.atlassian.applinks.api.auth.types.TwoLeggedOAuthAuthenticationProvider</inboundAuthenticationTypes><outboundAuthenticationTypes>com.atlassian.applinks.api.auth.types.TwoLeggedOAuthWithImpersonationAuthenticationProvider</outboundAuthenticationTypes><url>https://wiki.example.com</url></manifest>";

/// Answers one path and is not found elsewhere.
fn only(path: &'static str, status: u16, body: &'static str) -> impl Fn(&Seen) -> Reply {
    move |seen| {
        if seen.target == path {
            json(status, body)
        } else {
            page(404, "Not here")
        }
    }
}

#[tokio::test]
async fn a_deep_link_leads_to_the_product_and_its_context_path() {
    let server = Server::start(only("/jira/rest/applinks/1.0/manifest", 200, MANIFEST_JSON)).await;
    let found = detect(
        &client(),
        server.at("/jira/browse/ABC-1?focused=7#x").as_str(),
        NOW,
    )
    .await
    .unwrap();
    assert_eq!(found.kind, ProductKind::Jira);
    assert_eq!(found.version.as_deref(), Some("10.3.2"));
    assert_eq!(found.title.as_deref(), Some("Our Jira"));
    assert_eq!(found.base_url, server.at("/jira"));
    assert_eq!(found.context_path, "/jira");
    assert_eq!(found.impersonation_announced, Some(true));
    assert!(found.is_announced_elsewhere());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn nothing_but_gets_without_credentials_are_sent() {
    let server = Server::start(|_| page(404, "Nothing")).await;
    let with_password = server
        .url
        .as_str()
        .replace("http://", "http://fred:canary@");
    detect(
        &client(),
        &format!("{with_password}?os_password=canary"),
        NOW,
    )
    .await
    .unwrap_err();
    let seen = server.seen();
    assert!(seen.len() > 5);
    for request in seen {
        assert_eq!(request.method, "GET");
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("cookie"), None);
        assert!(!format!("{request:?}").contains("canary"));
        assert_eq!(request.header("accept"), Some("application/json"));
    }
}

#[tokio::test]
async fn a_manifest_in_xml_is_read_and_outgoing_ways_do_not_count() {
    let server = Server::start(|seen: &Seen| {
        if seen.target == "/rest/applinks/1.0/manifest" {
            Reply(
                200,
                vec![("Content-Type".to_owned(), "application/xml".to_owned())],
                MANIFEST_XML.to_owned(),
            )
        } else {
            page(404, "Not here")
        }
    })
    .await;
    let found = detect(&client(), server.url.as_str(), NOW).await.unwrap();
    assert_eq!(found.kind, ProductKind::Confluence);
    assert_eq!(found.version.as_deref(), Some("9.2.4"));
    assert_eq!(found.context_path, "");
    assert_eq!(found.impersonation_announced, Some(false));
}

#[tokio::test]
async fn each_product_is_also_known_without_a_manifest() {
    let cases = [
        (
            "/rest/api/2/serverInfo",
            200,
            r#"{"baseUrl":"https://j","version":"9.12.0","deploymentType":"Server","serverTitle":"J"}"#,
            ProductKind::Jira,
            Some("9.12.0"),
        ),
        (
            "/rest/api/1.0/application-properties",
            200,
            r#"{"version":"8.15.0","buildNumber":"8015000","displayName":"Bitbucket"}"#,
            ProductKind::Bitbucket,
            Some("8.15.0"),
        ),
        (
            "/rest/api/user/current",
            200,
            r#"{"type":"anonymous","displayName":"Anonymous"}"#,
            ProductKind::Confluence,
            None,
        ),
        (
            "/rest/api/user/current",
            403,
            r#"{"statusCode":403,"message":"Current user not permitted to use Confluence"}"#,
            ProductKind::Confluence,
            None,
        ),
        (
            "/login.action",
            200,
            r#"<html><head><title>Log In - Wiki</title><meta id="confluence-context-path"><meta name="ajs-version-number" content="9.2.4"></head></html>"#,
            ProductKind::Confluence,
            Some("9.2.4"),
        ),
    ];
    for (path, status, body, kind, version) in cases {
        let server = Server::start(only(path, status, body)).await;
        let found = detect(&client(), server.url.as_str(), NOW).await.unwrap();
        assert_eq!(
            (found.kind, found.version.as_deref()),
            (kind, version),
            "{path}"
        );
        assert_eq!(found.impersonation_announced, None);
    }
}

#[tokio::test]
async fn a_bare_host_is_also_searched_at_the_usual_paths() {
    let server = Server::start(only(
        "/wiki/rest/applinks/1.0/manifest",
        200,
        r#"{"typeId":"confluence"}"#,
    ))
    .await;
    let found = detect(&client(), server.url.as_str(), NOW).await.unwrap();
    assert_eq!(found.base_url, server.at("/wiki"));
    let error = detect(&client(), server.at("/other").as_str(), NOW)
        .await
        .unwrap_err();
    assert!(matches!(error, DetectError::NotAtlassian { .. }), "{error}");
}

#[tokio::test]
async fn a_host_that_sends_to_its_own_context_path_is_followed_there() {
    let server = Server::start(|seen: &Seen| match seen.target.as_str() {
        "/tracker/rest/applinks/1.0/manifest" => json(200, MANIFEST_JSON),
        _ => Reply(
            302,
            vec![(
                "Location".to_owned(),
                "/tracker/secure/Dashboard.jspa".to_owned(),
            )],
            String::new(),
        ),
    })
    .await;
    let found = detect(&client(), server.url.as_str(), NOW).await.unwrap();
    assert_eq!(found.context_path, "/tracker");
}

#[tokio::test]
async fn the_clock_of_the_product_is_compared() {
    let server =
        Server::start(|_| json(200, MANIFEST_JSON).with("Date", "Sun, 22 Nov 2026 17:05:00 GMT"))
            .await;
    let found = detect(&client(), server.url.as_str(), NOW).await.unwrap();
    let skew = found.clock_skew.unwrap();
    assert!((295..=300).contains(&skew), "{skew}");
}

#[tokio::test]
async fn what_is_no_product_is_named() {
    let server = Server::start(|_| page(404, "Welcome to nginx!").with("Server", "nginx")).await;
    let error = detect(&client(), server.at("/x").as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no Jira, Confluence or Bitbucket answers there, but a page of nginx with the title “Welcome to nginx!”"
    );

    let server = Server::start(|_| json(200, r#"{"typeId":"bamboo","version":"10"}"#)).await;
    let error = detect(&client(), server.url.as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        DetectError::OtherProduct {
            product: "bamboo".to_owned()
        }
    );

    let server = Server::start(only(
        "/rest/api/2/serverInfo",
        200,
        r#"{"baseUrl":"https://x.atlassian.net","version":"1001","deploymentType":"Cloud"}"#,
    ))
    .await;
    let error = detect(&client(), server.url.as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(error, DetectError::Cloud);
}

#[tokio::test]
async fn a_sign_in_in_front_is_told_from_a_product() {
    let server = Server::start(|_| {
        Reply(
            302,
            vec![(
                "Location".to_owned(),
                "https://sso.example.com/authorize".to_owned(),
            )],
            String::new(),
        )
    })
    .await;
    let error = detect(&client(), server.at("/jira").as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        DetectError::Redirected {
            to: "https://sso.example.com/authorize".to_owned()
        }
    );
    assert!(error.hint().contains("single sign-on"));

    let server = Server::start(|_| {
        let body =
            "<html><title>Company sign-in</title><form><input type=\"password\"></form></html>";
        Reply(
            200,
            vec![("Content-Type".to_owned(), "text/html".to_owned())],
            body.to_owned(),
        )
    })
    .await;
    let error = detect(&client(), server.at("/jira").as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        DetectError::LoginPage {
            title: "Company sign-in".to_owned()
        }
    );
}

#[tokio::test]
async fn a_product_that_is_starting_is_not_called_something_else() {
    let server = Server::start(|_| page(503, "Jira is starting up")).await;
    let error = detect(&client(), server.at("/jira").as_str(), NOW)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        DetectError::Unavailable {
            status: 503,
            what: Some("Jira is starting up".to_owned())
        }
    );
}

#[tokio::test]
async fn a_closed_port_ends_the_search_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jira/", listener.local_addr().unwrap());
    drop(listener);
    let error = detect(&client(), &url, NOW).await.unwrap_err();
    assert!(
        matches!(error, DetectError::Unreachable(SendError::Connect { .. })),
        "{error}"
    );
    assert!(!error.hint().is_empty());
}
