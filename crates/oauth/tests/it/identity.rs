//! ID tokens, the keys they are signed with, and userinfo beside them.

use gatewright_jose::{KeySetError, VerifyError};
use gatewright_oauth::{
    IdTokenExpectations, KeySet, KeysError, SubjectMismatch, check_subject, fetch_keys,
    verify_id_token,
};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::server::{Provider, client, json as said, with_type};

/// The key and the token of RFC 7515 A.2, whose claims are `{"iss":"joe","exp":1300819380,...}`.
const KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

fn expected() -> IdTokenExpectations {
    IdTokenExpectations {
        issuer: "joe".to_owned(),
        client_id: "abc".to_owned(),
        nonce: None,
        access_token: None,
        algorithms: Vec::new(),
        now: OffsetDateTime::from_unix_timestamp(1_300_819_000).unwrap(),
    }
}

#[tokio::test]
async fn keys_are_fetched_and_a_token_of_the_standard_passes_as_far_as_its_audience() {
    let provider = Provider::always(said(&format!(r#"{{"keys":[{KEY}]}}"#))).await;
    let keys = fetch_keys(&client(), &provider.url("/keys")).await.unwrap();
    assert_eq!(
        verify_id_token(&TOKEN.into(), &keys, &expected()).unwrap_err(),
        VerifyError::MissingClaim { name: "aud" }
    );
    let mut broken = TOKEN.to_owned();
    broken.replace_range(30..31, "x");
    assert!(verify_id_token(&broken.into(), &keys, &expected()).is_err());
    let elsewhere = IdTokenExpectations {
        issuer: "ann".to_owned(),
        ..expected()
    };
    assert_eq!(
        verify_id_token(&TOKEN.into(), &keys, &elsewhere).unwrap_err(),
        VerifyError::WrongIssuer {
            found: "joe".to_owned()
        }
    );
}

#[tokio::test]
async fn keys_that_cannot_be_had_or_used_are_told_apart() {
    for (answer, expected) in [
        (
            with_type(500, "text/plain", ""),
            KeysError::Status { status: 500 },
        ),
        (
            with_type(200, "text/html", "<html>"),
            KeysError::Unusable(KeySetError::NotJson),
        ),
        (
            said(r#"{"keys":[]}"#),
            KeysError::Unusable(KeySetError::NoneUsable {
                skipped: Vec::new(),
            }),
        ),
    ] {
        let provider = Provider::always(answer).await;
        assert_eq!(
            fetch_keys(&client(), &provider.url("/keys"))
                .await
                .unwrap_err(),
            expected
        );
    }
    assert!(KeySet::from_json(KEY.as_bytes()).is_ok());
}

#[test]
fn userinfo_sub_must_be_the_id_tokens() {
    let claims: Map<String, Value> = json!({"sub": "248"}).as_object().unwrap().clone();
    assert_eq!(
        check_subject(&claims, &json!({"sub": "248", "name": "Fred"})),
        Ok(())
    );
    for other in [
        json!({"sub": "249"}),
        json!({"sub": 248}),
        json!({"name": "Fred"}),
        json!([]),
    ] {
        assert_eq!(check_subject(&claims, &other), Err(SubjectMismatch));
    }
    assert_eq!(check_subject(&Map::new(), &json!({})), Err(SubjectMismatch));
}
