//! What of a call must not be shown, and what is shown in its place.

use http::HeaderMap;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Stands where a secret stood.
pub const MASK: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// Names of form fields, JSON members and query parameters that hold secrets.
const SECRET_NAMES: &[&str] = &[
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_token",
    "id_token_hint",
    "logout_token",
    "nonce",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "refresh_token",
    "registration_access_token",
    "request",
    "request_uri",
    "samlresponse",
    "secret",
    "state",
    "subject_token",
    "token",
    "user_code",
];

/// Headers that hold secrets.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "cookie",
    "dpop",
    "private-token",
    "proxy-authorization",
    "set-cookie",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-gitlab-token",
];

/// Whether a field of this name holds a secret, whatever its spelling.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    SECRET_NAMES.contains(&name.as_str())
        || name.ends_with("_token")
        || name.ends_with("_secret")
        || name.ends_with("_password")
        || matches!(
            name.as_str(),
            "accesstoken" | "refreshtoken" | "idtoken" | "clientsecret"
        )
}

/// A URL without user information and with the values of its secret parameters masked.
pub fn masked_url(url: &Url) -> String {
    let mut shown = url.clone();
    // A URL that cannot have user information has none to hide.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    let Some(query) = url.query() else {
        return shown.to_string();
    };
    shown.set_query(None);
    format!("{shown}?{}", masked_query(query))
}

/// A query or form with its secret values masked and all else as it was.
fn masked_query(query: &str) -> String {
    let parts: Vec<String> = query
        .split('&')
        .map(|part| {
            let name = part.split('=').next().unwrap_or_default();
            let decoded = form_urlencoded::parse(name.as_bytes())
                .next()
                .map_or_else(String::new, |(name, _)| name.into_owned());
            if is_secret_name(&decoded) && part.contains('=') {
                format!("{name}={MASK}")
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join("&")
}

/// A JSON value with its secret members masked.
pub fn masked_json(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let masked = is_secret_name(name)
                        && (value.is_string() || value.is_number())
                        && value.as_str() != Some("");
                    let shown = if masked {
                        Value::String(MASK.to_owned())
                    } else {
                        masked_json(value)
                    };
                    (name.clone(), shown)
                })
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.iter().map(masked_json).collect()),
        Value::String(text) if is_jwt(text) => Value::String(MASK.to_owned()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Whether a text has the shape of a JWT, which is shown nowhere but where it is asked for.
fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ")
        && text.bytes().filter(|byte| *byte == b'.').count() >= 2
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Headers as they are shown, in their order.
pub(crate) fn masked_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let secret = value.is_sensitive() || SECRET_HEADERS.contains(&name.as_str());
            let text = String::from_utf8_lossy(value.as_bytes());
            let shown = if secret {
                // The scheme of a credential is no secret and says much.
                match text.split_once(' ') {
                    Some((scheme, _))
                        if matches!(name.as_str(), "authorization" | "proxy-authorization") =>
                    {
                        format!("{scheme} {MASK}")
                    }
                    _ => MASK.to_owned(),
                }
            } else if name == http::header::LOCATION {
                Url::parse(&text).map_or_else(
                    |_| match text.split_once('?') {
                        Some((path, query)) => format!("{path}?{}", masked_query(query)),
                        None => text.into_owned(),
                    },
                    |url| masked_url(&url),
                )
            } else {
                text.into_owned()
            };
            (name.as_str().to_owned(), shown)
        })
        .collect()
}

/// Form fields as they are shown.
pub(crate) fn masked_form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body)
        .map(|(name, value)| {
            let shown = if is_secret_name(&name) || is_jwt(&value) {
                MASK.to_owned()
            } else {
                value.into_owned()
            };
            (name.into_owned(), shown)
        })
        .collect()
}

/// A body as it is shown: JSON and forms with their secrets masked, other text as it is, at most
/// `limit` characters.
pub(crate) fn masked_body(body: &[u8], media_type: Option<&str>, limit: usize) -> String {
    let Ok(text) = std::str::from_utf8(body) else {
        return format!("({} bytes that are not text)", body.len());
    };
    let text = text.trim_start_matches('\u{feff}');
    let shown = if let Ok(value) = serde_json::from_str::<Value>(text)
        && (value.is_object() || value.is_array())
    {
        serde_json::to_string_pretty(&masked_json(&value)).unwrap_or_default()
    } else if media_type == Some("application/x-www-form-urlencoded") || looks_like_form(text) {
        masked_query(text.trim())
    } else if is_jwt(text.trim()) {
        MASK.to_owned()
    } else {
        text.to_owned()
    };
    if shown.chars().count() > limit {
        let mut cut: String = shown.chars().take(limit).collect();
        cut.push('\u{2026}');
        return cut;
    }
    shown
}

/// Token answers come form-encoded under other media types too.
fn looks_like_form(text: &str) -> bool {
    let text = text.trim();
    text.contains('=')
        && !text.contains(|character: char| character.is_whitespace() || "<{\"".contains(character))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_url_keeps_what_is_public_and_loses_what_is_secret() {
        let url =
            Url::parse("https://u:p@id.example/cb?client_id=a%20b&code=canary&State=canary#canary")
                .unwrap();
        assert_eq!(
            masked_url(&url),
            format!("https://id.example/cb?client_id=a%20b&code={MASK}&State={MASK}")
        );
    }

    #[test]
    fn secret_members_are_masked_at_any_depth_and_the_rest_stays() {
        let value = json!({"a": [{"access_token": "canary", "login": "fred"}], "id_token": "canary",
            "note": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ."});
        let shown = masked_json(&value).to_string();
        assert!(
            !shown.contains("canary") && !shown.contains("eyJ"),
            "{shown}"
        );
        assert!(shown.contains("fred"));
    }

    #[test]
    fn an_object_under_a_secret_name_is_looked_into() {
        let value = json!({"token": {"value": "x", "password": "canary"}});
        assert_eq!(
            masked_json(&value),
            json!({"token": {"value": "x", "password": MASK}})
        );
    }

    #[test]
    fn a_form_encoded_answer_is_masked_under_any_media_type() {
        let shown = masked_body(b"access_token=canary&scope=a", Some("text/plain"), 100);
        assert_eq!(shown, format!("access_token={MASK}&scope=a"));
    }

    proptest! {
        #[test]
        fn no_secret_value_survives_in_a_form(value in "[a-zA-Z0-9%+]{8,40}", index in 0..SECRET_NAMES.len()) {
            let body = format!("x=1&{}={value}", SECRET_NAMES[index]);
            prop_assert!(!masked_body(body.as_bytes(), None, 1000).contains(&value));
        }

        #[test]
        fn masking_never_fails_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = masked_body(&bytes, None, 50);
            let _ = masked_form(&bytes);
        }
    }
}
