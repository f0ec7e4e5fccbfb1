//! Signing in on another device.

use std::time::Duration;

use gatewright_oauth::{
    ClientAuthentication, DeviceError, DevicePoll, DeviceRequest, device_poll, device_start,
    device_tokens,
};

use crate::server::{Provider, client, json, with_type};
use crate::tokens::credentials;

fn request(provider: &Provider) -> DeviceRequest {
    DeviceRequest {
        device_endpoint: provider.url("/device"),
        token_endpoint: provider.url("/token"),
        scopes: vec!["read:user".to_owned()],
        params: Vec::new(),
    }
}

const START: &str = r#"{"device_code":"canary-device","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device","expires_in":"900","interval":1}"#;

#[tokio::test]
async fn the_token_comes_once_the_person_has_said_yes() {
    let provider = Provider::saying(|before, asked| {
        if asked.target == "/device" {
            assert_eq!(asked.form["scope"], "read:user");
            return json(START);
        }
        assert_eq!(
            asked.form["grant_type"],
            "urn:ietf:params:oauth:grant-type:device_code"
        );
        assert_eq!(asked.form["device_code"], "canary-device");
        match before {
            1 => json(r#"{"error":"authorization_pending"}"#),
            2 => with_type(
                400,
                "application/json",
                r#"{"error":"authorization_pending"}"#,
            ),
            _ => json(r#"{"access_token":"x"}"#),
        }
    })
    .await;
    let (client, body) = (client(), credentials(ClientAuthentication::Body));
    let what = request(&provider);
    let mut started = device_start(&client, &what, &body).await.unwrap();
    assert_eq!(started.user_code, "WDJB-MJHT");
    assert_eq!(started.expires_in, Duration::from_mins(15));
    assert_eq!(started.interval, Duration::from_secs(1));
    assert!(!format!("{started:?}").contains("canary"));
    started.interval = Duration::from_millis(1);
    let tokens = device_tokens(&client, &what.token_endpoint, &body, &started)
        .await
        .unwrap();
    assert_eq!(tokens.access_token.expose(), "x");
    assert_eq!(provider.asked().len(), 4);
}

#[tokio::test]
async fn a_server_that_wants_to_be_asked_less_often_says_so() {
    let provider = Provider::always(with_type(
        400,
        "application/json",
        r#"{"error":"slow_down"}"#,
    ))
    .await;
    let body = credentials(ClientAuthentication::Body);
    let polled = device_poll(&client(), &provider.url("/token"), &body, &"x".into())
        .await
        .unwrap();
    assert!(matches!(polled, DevicePoll::SlowDown));
    assert_eq!(
        polled.next_interval(Duration::from_secs(5)),
        Duration::from_secs(10)
    );
    assert_eq!(
        polled.next_interval(Duration::from_secs(58)),
        Duration::from_mins(1)
    );
    assert_eq!(
        DevicePoll::Pending.next_interval(Duration::from_secs(5)),
        Duration::from_secs(5)
    );
}

#[tokio::test]
async fn a_no_and_a_code_that_nobody_typed_are_told_apart() {
    for (said, expected) in [
        ("access_denied", DeviceError::Denied),
        ("expired_token", DeviceError::Expired),
    ] {
        let provider = Provider::saying(move |_, asked| {
            if asked.target == "/device" {
                json(START)
            } else {
                with_type(400, "application/json", format!(r#"{{"error":"{said}"}}"#))
            }
        })
        .await;
        let (client, body) = (client(), credentials(ClientAuthentication::Body));
        let what = request(&provider);
        let mut started = device_start(&client, &what, &body).await.unwrap();
        started.interval = Duration::from_millis(1);
        let error = device_tokens(&client, &what.token_endpoint, &body, &started)
            .await
            .unwrap_err();
        assert_eq!(error, expected);
    }
    let provider = Provider::always(json(START)).await;
    let (client, body) = (client(), credentials(ClientAuthentication::Body));
    let what = request(&provider);
    let mut started = device_start(&client, &what, &body).await.unwrap();
    started.expires_in = Duration::from_millis(1);
    let error = device_tokens(&client, &what.token_endpoint, &body, &started)
        .await
        .unwrap_err();
    assert_eq!(error, DeviceError::Expired);
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_without_what_the_person_needs_is_no_start() {
    for lacking in [
        r#"{"user_code":"A","verification_uri":"https://id.example/"}"#,
        r#"{"device_code":"A","verification_uri":"https://id.example/"}"#,
        r#"{"device_code":"A","user_code":"A","verification_uri":"javascript:alert(1)"}"#,
    ] {
        let provider = Provider::always(json(lacking)).await;
        let body = credentials(ClientAuthentication::Basic);
        let error = device_start(&client(), &request(&provider), &body)
            .await
            .unwrap_err();
        assert!(matches!(error, DeviceError::Missing { .. }), "{lacking}");
    }
    let refusing = Provider::always(json(r#"{"error":"device_flow_disabled"}"#)).await;
    let body = credentials(ClientAuthentication::Body);
    let error = device_start(&client(), &request(&refusing), &body)
        .await
        .unwrap_err();
    assert!(error.hint().contains("device flow"), "{error:?}");
}
