//! The token endpoint: what is sent, and every way in which answers are written.

use gatewright_http::{Fault, MASK, Recorder, SendError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, Callback, ClientAuthentication, ClientCredentials,
    CodeGrant, ExchangeError, IssuerCheck, Pkce, ScopeSeparator, Tokens, client_credentials,
    exchange,
};
use url::Url;

use crate::server::{Answer, Provider, client, json, with_type};

pub(crate) fn credentials(authentication: ClientAuthentication) -> ClientCredentials {
    ClientCredentials {
        client_id: "id with space".to_owned(),
        secret: Some("canary: s%cret+".into()),
        authentication,
        assertion: None,
    }
}

pub(crate) fn grant(token_endpoint: Url, pkce: Pkce) -> CodeGrant {
    let started = Authorization::new(AuthorizationRequest {
        authorization_endpoint: Url::parse("https://id.example/authorize").unwrap(),
        token_endpoint,
        client_id: "id with space".to_owned(),
        redirect_uri: "http://127.0.0.1:4711/callback".to_owned(),
        scopes: vec!["openid".to_owned()],
        scope_separator: ScopeSeparator::Space,
        issuer: IssuerCheck::default(),
        pkce,
        authorization_params: Vec::new(),
        token_params: vec![("resource".to_owned(), "https://api.example".to_owned())],
    })
    .unwrap();
    let query = format!(
        "code=the-code&state={}",
        started.pending.state_for_display()
    );
    started
        .pending
        .complete(Callback::from_query(&query).unwrap())
        .unwrap()
}

async fn exchanged(answer: Answer) -> Result<Tokens, ExchangeError> {
    let provider = Provider::always(answer).await;
    exchange(
        &client(),
        grant(provider.url("/token"), Pkce::S256),
        &credentials(ClientAuthentication::Body),
    )
    .await
}

const GOOD: &str = r#"{"access_token":"canary-token","token_type":"Bearer"}"#;

#[tokio::test]
async fn the_code_is_redeemed_with_its_proof_key_and_its_redirect_uri() {
    let provider = Provider::always(json(GOOD)).await;
    let recorder = Recorder::new();
    let tokens = exchange(
        &client().recorded(recorder.clone()),
        grant(provider.url("/token?tenant=1"), Pkce::S256),
        &credentials(ClientAuthentication::Body),
    )
    .await
    .unwrap();
    assert_eq!(tokens.access_token.expose(), "canary-token");
    assert!(tokens.is_bearer() && tokens.expected_nonce.is_some());
    let asked = &provider.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/token?tenant=1")
    );
    assert_eq!(asked.headers["accept"], "application/json");
    assert_eq!(asked.form["grant_type"], "authorization_code");
    assert_eq!(asked.form["code"], "the-code");
    assert_eq!(asked.form["redirect_uri"], "http://127.0.0.1:4711/callback");
    assert_eq!(asked.form["code_verifier"].len(), 43);
    assert_eq!(asked.form["resource"], "https://api.example");
    assert!(!asked.form.contains_key("scope"));
    let shown = format!("{:?} {tokens:?}", recorder.legs());
    assert!(
        !shown.contains("canary") && !shown.contains("the-code") && shown.contains(MASK),
        "{shown}"
    );
}

#[tokio::test]
async fn the_client_authenticates_in_one_way_only() {
    let ask = async |authentication| {
        let provider = Provider::always(json(GOOD)).await;
        let grant = grant(provider.url("/token"), Pkce::Off);
        exchange(&client(), grant, &credentials(authentication))
            .await
            .unwrap();
        provider.asked()[0].clone()
    };
    let basic = ask(ClientAuthentication::Basic).await;
    // base64("id+with+space:canary%3A+s%25cret%2B"): both are form-encoded first.
    assert_eq!(
        basic.headers["authorization"],
        "Basic aWQrd2l0aCtzcGFjZTpjYW5hcnklM0ErcyUyNWNyZXQlMkI="
    );
    assert!(!basic.form.contains_key("client_id") && !basic.form.contains_key("client_secret"));
    assert!(!basic.form.contains_key("code_verifier"));
    let body = ask(ClientAuthentication::Body).await;
    assert_eq!(body.form["client_id"], "id with space");
    assert_eq!(body.form["client_secret"], "canary: s%cret+");
    assert!(!body.headers.contains_key("authorization"));
    let none = ask(ClientAuthentication::None).await;
    assert_eq!(none.form["client_id"], "id with space");
    assert!(
        !none.form.contains_key("client_secret") && !none.headers.contains_key("authorization")
    );
}

#[tokio::test]
async fn a_grant_is_not_redeemed_by_another_client() {
    let provider = Provider::always(json(GOOD)).await;
    let mut other = credentials(ClientAuthentication::Body);
    other.client_id = "other".to_owned();
    let error = exchange(&client(), grant(provider.url("/token"), Pkce::S256), &other)
        .await
        .unwrap_err();
    assert!(matches!(error, ExchangeError::OtherClient { .. }));
    assert!(provider.asked().is_empty());
}

#[tokio::test]
async fn odd_types_answers_are_read_however_they_are_written() {
    let form = "access_token=gho_x&scope=read%3Auser%2Cuser%3Aemail&token_type=bearer";
    for media_type in [
        "application/x-www-form-urlencoded; charset=utf-8",
        "text/plain",
        "text/html",
    ] {
        let tokens = exchanged(with_type(200, media_type, form)).await.unwrap();
        assert_eq!(tokens.access_token.expose(), "gho_x", "{media_type}");
        assert_eq!(tokens.scope.unwrap(), ["read:user", "user:email"]);
        assert_eq!(tokens.expires_in, None);
    }
    let with_mark = format!("\u{feff}{GOOD}");
    assert!(
        exchanged(with_type(200, "text/json;charset=UTF-8", with_mark))
            .await
            .is_ok()
    );
    let latin = b"{\"access_token\":\"x\",\"name\":\"J\xf6rg\"}";
    assert!(
        exchanged(with_type(
            200,
            "application/json; charset=ISO-8859-1",
            latin
        ))
        .await
        .is_ok()
    );
    for (written, read) in [
        ("3600", Some(3600)),
        ("\"3600\"", Some(3600)),
        ("\" 60 \"", Some(60)),
        ("3599.9", Some(3599)),
        ("0", Some(0)),
        ("-5", Some(0)),
        ("1e10", Some(3_155_760_000)),
        ("99999999999999999999999", Some(3_155_760_000)),
        ("null", None),
        ("\"soon\"", None),
        ("[1]", None),
    ] {
        let answer = format!(r#"{{"access_token":"x","expires_in":{written}}}"#);
        assert_eq!(
            exchanged(json(&answer)).await.unwrap().expires_in,
            read,
            "{written}"
        );
    }
    for (written, read) in [
        (r#""a b""#, Some(vec!["a", "b"])),
        (r#""a,b""#, Some(vec!["a", "b"])),
        (r#"["a","b c"]"#, Some(vec!["a", "b", "c"])),
        (r#""""#, Some(vec![])),
        ("7", None),
    ] {
        let answer = format!(r#"{{"access_token":"x","scope":{written}}}"#);
        let scope = exchanged(json(&answer)).await.unwrap().scope;
        assert_eq!(
            scope.as_deref(),
            read.map(|words| words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>())
                .as_deref()
        );
    }
    let typed = exchanged(json(
        r#"{"access_token":"x","token_type":"bEaReR","unknown":{}}"#,
    ))
    .await
    .unwrap();
    assert!(typed.is_bearer());
}

#[tokio::test]
async fn error_200_a_refusal_inside_a_success_is_a_refusal_in_the_providers_words() {
    for (answer, said) in [
        (
            json(
                r#"{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}"#,
            ),
            "bad_verification_code: The code passed is incorrect or expired.",
        ),
        (
            with_type(
                200,
                "application/x-www-form-urlencoded",
                "error=incorrect_client_credentials&error_description=The+client_id+and%2For+client_secret+passed+are+incorrect.",
            ),
            "incorrect_client_credentials: The client_id and/or client_secret passed are incorrect.",
        ),
        (
            json(r#"{"ok":false,"error":"invalid_code"}"#),
            "invalid_code",
        ),
        (
            json(
                r#"{"error":{"message":"Invalid verification code","type":"OAuthException","code":100}}"#,
            ),
            "OAuthException: Invalid verification code",
        ),
        (
            with_type(401, "application/json", r#"{"error":"invalid_client"}"#),
            "invalid_client",
        ),
        (
            with_type(503, "application/json", r#"{"message":"down"}"#),
            "HTTP 503: down",
        ),
    ] {
        let ExchangeError::Refused(error) = exchanged(answer).await.unwrap_err() else {
            panic!("{said}")
        };
        assert_eq!(error.to_string(), said);
        assert!(!error.hint().is_empty());
    }
    let page = exchanged(with_type(
        200,
        "text/html",
        "<!doctype html><title>Web Gateway: sign in</title>",
    ))
    .await
    .unwrap_err();
    assert_eq!(
        page,
        ExchangeError::WebPage {
            status: 200,
            title: Some("Web Gateway: sign in".to_owned())
        }
    );
    assert!(
        page.to_string()
            .contains("answered with a web page: \u{201c}Web Gateway: sign in\u{201d}")
    );
    assert_eq!(page.fault(), Fault::Server);
    assert_eq!(
        exchanged(json("")).await.unwrap_err(),
        ExchangeError::Empty { status: 200 }
    );
    for unreadable in ["{", "[]", "null", "hello there", "7"] {
        assert_eq!(
            exchanged(json(unreadable)).await.unwrap_err(),
            ExchangeError::Unreadable { status: 200 },
            "{unreadable}"
        );
    }
    for without in [
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":7}"#,
        r#"{"id_token":"x"}"#,
    ] {
        assert_eq!(
            exchanged(json(without)).await.unwrap_err(),
            ExchangeError::NoAccessToken,
            "{without}"
        );
    }
}

#[tokio::test]
async fn token_redirect_secrets_are_never_sent_on() {
    let other = Provider::always(json(GOOD)).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = Answer {
            status,
            headers: vec![("Location", other.url("/token?code=canary").to_string())],
            body: Vec::new(),
        };
        let error = exchanged(answer).await.unwrap_err();
        assert_eq!(
            error,
            ExchangeError::Redirected {
                status,
                to: other.url("/token").to_string()
            }
        );
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn code_injection_a_code_of_another_session_meets_this_sessions_proof_key() {
    let provider = Provider::saying(|_, asked| {
        assert_eq!(asked.form["code_verifier"].len(), 43);
        with_type(
            400,
            "application/json",
            r#"{"error":"invalid_grant","error_description":"PKCE verification failed"}"#,
        )
    })
    .await;
    let error = exchange(
        &client(),
        grant(provider.url("/token"), Pkce::S256),
        &credentials(ClientAuthentication::Body),
    )
    .await
    .unwrap_err();
    let ExchangeError::Refused(refused) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        refused.to_string(),
        "invalid_grant: PKCE verification failed"
    );
    assert_eq!(provider.asked().len(), 1, "a code is never sent twice");
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_is_said_to_be_so() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let url = Url::parse(&format!("http://{free}/token")).unwrap();
    let error = exchange(
        &client(),
        grant(url, Pkce::S256),
        &credentials(ClientAuthentication::Body),
    )
    .await
    .unwrap_err();
    assert!(
        matches!(error, ExchangeError::NotReached(SendError::Connect { .. })),
        "{error:?}"
    );
    assert_eq!(error.fault(), Fault::Network);
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let provider = Provider::always(json(GOOD)).await;
    let scopes = ["a".to_owned(), "b".to_owned()];
    let params = [("audience".to_owned(), "x".to_owned())];
    let tokens = client_credentials(
        &client(),
        &provider.url("/token"),
        &credentials(ClientAuthentication::Basic),
        &scopes,
        &params,
    )
    .await
    .unwrap();
    assert!(tokens.expected_nonce.is_none());
    let asked = &provider.asked()[0];
    assert_eq!(asked.form["grant_type"], "client_credentials");
    assert_eq!(
        (
            asked.form["scope"].as_str(),
            asked.form["audience"].as_str()
        ),
        ("a b", "x")
    );
}
