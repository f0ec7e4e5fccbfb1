//! Introspection, revocation and userinfo.

use gatewright_oauth::{
    ClientAuthentication, IntrospectionError, RevocationError, TokenKind, UserinfoError,
    introspect, pointer_string, revoke, userinfo,
};
use http::header::{ACCEPT, HeaderMap, HeaderValue};
use url::Url;

use crate::server::{Answer, Provider, client, json, with_type};
use crate::tokens::credentials;

#[tokio::test]
async fn only_a_boolean_true_is_active() {
    let ask = async |answer: Answer| {
        let provider = Provider::always(answer).await;
        let basic = credentials(ClientAuthentication::Basic);
        let said = introspect(&client(), &provider.url("/i"), &basic, &"canary".into()).await;
        assert_eq!(provider.asked()[0].form["token"], "canary");
        said
    };
    let active = ask(json(r#"{"active":true,"username":"fred"}"#))
        .await
        .unwrap();
    assert!(active.active);
    assert_eq!(active.claims["username"], "fred");
    assert!(!ask(json(r#"{"active":false}"#)).await.unwrap().active);
    for unusable in [
        json(r#"{"active":"true"}"#),
        json(r#"{"active":1}"#),
        json("{}"),
        json("[true]"),
        json(""),
        with_type(204, "text/plain", ""),
        with_type(200, "text/html", "<html></html>"),
    ] {
        assert!(matches!(
            ask(unusable).await,
            Err(IntrospectionError::Unusable { .. })
        ));
    }
    let refused = ask(with_type(
        401,
        "application/json",
        r#"{"error":"invalid_client"}"#,
    ))
    .await;
    assert!(matches!(refused, Err(IntrospectionError::Refused(_))));
    assert!(matches!(
        ask(with_type(500, "application/json", "{}")).await,
        Err(IntrospectionError::Refused(_))
    ));
}

#[tokio::test]
async fn a_token_is_taken_back_also_if_nobody_knows_it() {
    let ask = async |answer: Answer| {
        let provider = Provider::always(answer).await;
        let body = credentials(ClientAuthentication::Body);
        let said = revoke(
            &client(),
            &provider.url("/r"),
            &body,
            &"canary".into(),
            TokenKind::Refresh,
        )
        .await;
        assert_eq!(provider.asked()[0].form["token_type_hint"], "refresh_token");
        said
    };
    for done in [
        with_type(200, "text/plain", ""),
        json("{}"),
        with_type(200, "text/html", "<html></html>"),
    ] {
        assert_eq!(ask(done).await, Ok(()));
    }
    let refused = ask(with_type(
        400,
        "application/json",
        r#"{"error":"unsupported_token_type"}"#,
    ))
    .await;
    assert!(matches!(refused, Err(RevocationError::Refused(_))));
    assert_eq!(
        ask(with_type(404, "text/plain", "not found")).await,
        Err(RevocationError::Status { status: 404 })
    );
}

async fn ask_userinfo(answer: Answer) -> Result<gatewright_oauth::Userinfo, UserinfoError> {
    let provider = Provider::always(answer).await;
    userinfo(
        &client(),
        &provider.url("/user"),
        &"canary".into(),
        &HeaderMap::new(),
    )
    .await
}

#[tokio::test]
async fn userinfo_is_asked_with_the_token_in_a_header_and_what_the_provider_demands() {
    let provider = Provider::always(json(r#"{"login":"fred","id":9007199254740993}"#)).await;
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCEPT,
        HeaderValue::from_static("application/vnd.github+json"),
    );
    let info = userinfo(
        &client(),
        &provider.url("/user?v=1"),
        &"canary".into(),
        &headers,
    )
    .await
    .unwrap();
    assert_eq!(info.status, 200);
    assert_eq!(
        pointer_string(&info.json, "/id").as_deref(),
        Some("9007199254740993")
    );
    let asked = &provider.asked()[0];
    assert_eq!(asked.target, "/user?v=1");
    assert_eq!(asked.headers["authorization"], "Bearer canary");
    assert_eq!(asked.headers["accept"], "application/vnd.github+json");
    assert!(asked.headers["user-agent"].starts_with("Gatewright/"));
}

#[tokio::test]
async fn userinfo_that_brings_nothing_is_told_apart() {
    let refused = Answer {
        status: 401,
        headers: vec![(
            "WWW-Authenticate",
            "Bearer realm=\"x\", error=\"invalid_token\", error_description=\"The token expired\""
                .to_owned(),
        )],
        body: Vec::new(),
    };
    let UserinfoError::TokenRefused(error) = ask_userinfo(refused).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(error.to_string(), "invalid_token: The token expired");
    let UserinfoError::TokenRefused(error) = ask_userinfo(with_type(
        401,
        "application/json",
        r#"{"message":"Bad credentials"}"#,
    ))
    .await
    .unwrap_err() else {
        panic!()
    };
    assert_eq!(error.to_string(), "invalid_token: Bad credentials");
    let UserinfoError::Refused(error) = ask_userinfo(with_type(
        403,
        "application/json",
        r#"{"message":"Request forbidden by administrative rules"}"#,
    ))
    .await
    .unwrap_err() else {
        panic!()
    };
    assert_eq!(
        error.to_string(),
        "HTTP 403: Request forbidden by administrative rules"
    );
    assert!(matches!(
        ask_userinfo(json(r#"{"ok":false,"error":"invalid_auth"}"#)).await,
        Err(UserinfoError::Refused(_))
    ));
    for empty in ["", "  \n", "{}"] {
        assert_eq!(
            ask_userinfo(json(empty)).await.unwrap_err(),
            UserinfoError::Empty
        );
    }
    assert_eq!(
        ask_userinfo(with_type(
            200,
            "text/html",
            "<html><title>Portal</title></html>"
        ))
        .await
        .unwrap_err(),
        UserinfoError::WebPage {
            status: 200,
            title: Some("Portal".to_owned())
        }
    );
    assert_eq!(
        ask_userinfo(json("[1]")).await.unwrap_err(),
        UserinfoError::NotJson { status: 200 }
    );
    assert_eq!(
        ask_userinfo(with_type(404, "text/plain", "no"))
            .await
            .unwrap_err(),
        UserinfoError::NotThere { status: 404 }
    );
    assert_eq!(
        ask_userinfo(with_type(200, "application/jwt", "a.b.c"))
            .await
            .unwrap_err(),
        UserinfoError::Signed
    );
    let elsewhere = Answer {
        status: 302,
        headers: vec![("Location", "https://login.example/?next=canary".to_owned())],
        body: Vec::new(),
    };
    assert_eq!(
        ask_userinfo(elsewhere).await.unwrap_err(),
        UserinfoError::Redirected {
            to: "https://login.example/".to_owned()
        }
    );
}

#[tokio::test]
async fn ssrf_a_token_is_not_sent_in_clear_to_another_machine() {
    let url = Url::parse("http://169.254.169.254/latest").unwrap();
    let error = userinfo(&client(), &url, &"canary".into(), &HeaderMap::new())
        .await
        .unwrap_err();
    assert!(matches!(error, UserinfoError::Insecure(_)));
}

#[tokio::test]
async fn cc_no_user_a_token_without_a_user_gets_an_explanation() {
    let error = ask_userinfo(with_type(
        401,
        "application/json",
        r#"{"error":"invalid_token"}"#,
    ))
    .await
    .unwrap_err();
    assert!(error.hint().contains("has no user"), "{}", error.hint());
}
