//! Answers put together by hand.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::*;

/// An answer with these parts.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
        timing: gatewright_http::Timing::default(),
    }
}

fn words(body: &str) -> Option<String> {
    Answer::new(&response(400, &[], body)).words()
}

#[test]
fn finds_the_words_in_every_shape_of_body() {
    assert_eq!(words(r#"{"message":"m","status-code":401}"#).unwrap(), "m");
    assert_eq!(
        words(r#"{"errorMessages":["e"],"errors":{}}"#).unwrap(),
        "e"
    );
    assert_eq!(
        words(r#"{"errorMessages":[],"errors":{"name":"n"}}"#).unwrap(),
        "name: n"
    );
    assert_eq!(
        words(r#"{"errors":[{"context":null,"message":"b"}]}"#).unwrap(),
        "b"
    );
    assert_eq!(
        words(r#"{"type":"error","error":{"message":"c"}}"#).unwrap(),
        "c"
    );
    assert_eq!(words("<status><message>x</message></status>").unwrap(), "x");
    assert_eq!(
        words("<html><title>Log  in</title></html>").unwrap(),
        "Log in"
    );
    assert_eq!(
        words("\n XSRF check failed\n").unwrap(),
        "XSRF check failed"
    );
    assert_eq!(words(""), None);
    assert_eq!(words("[]"), None);
    assert_eq!(words(&"x".repeat(300)).unwrap().chars().count(), 201);
}

#[test]
fn the_user_header_is_decoded_and_may_say_nobody() {
    let named = |value| {
        let answer = response(200, &[("x-ausername", value)], "");
        Answer::new(&answer).header_identity()
    };
    assert_eq!(named("m%C3%BCller").named().unwrap().user, "müller");
    assert_eq!(named("anonymous"), Identity::Nobody);
    assert_eq!(named("ANONYMOUS "), Identity::Nobody);
    assert_eq!(named("%20"), Identity::Nobody);
    assert_eq!(
        Answer::new(&response(200, &[], "")).header_identity(),
        Identity::Unsaid
    );
}

#[test]
fn a_challenge_tells_the_problem_and_the_products_own_base_url() {
    let answer = response(
        401,
        &[(
            "WWW-Authenticate",
            r#"OAuth realm="https%3A%2F%2Fjira.example.com%2Fjira", oauth_problem="signature_invalid""#,
        )],
        "",
    );
    let answer = Answer::new(&answer);
    assert_eq!(answer.oauth_problem().unwrap(), "signature_invalid");
    assert_eq!(answer.realm().unwrap(), "https://jira.example.com/jira");
}

#[test]
fn login_reasons_are_read_without_regard_to_case_and_repetition() {
    let answer = response(
        200,
        &[
            ("X-Seraph-Loginreason", "OK"),
            ("x-seraph-loginreason", "OUT, AUTHENTICATED_FAILED"),
        ],
        "",
    );
    let answer = Answer::new(&answer);
    assert_eq!(
        answer.login_reasons(),
        ["OK", "OUT", "AUTHENTICATED_FAILED"]
    );
}

#[test]
fn the_date_header_is_read() {
    let answer = response(200, &[("Date", "Sun, 22 Nov 2026 17:00:00 GMT")], "");
    assert_eq!(
        Answer::new(&answer).date().unwrap().unix_timestamp(),
        1_795_366_800
    );
}
