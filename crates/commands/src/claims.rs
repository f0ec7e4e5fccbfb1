//! What a token is and what its claims say, in words.

use gatewright_atlassian::TokenKind;
use gatewright_atlassian::token_kind::recognise;
use gatewright_oauth::username_candidates;
use gatewright_secret::SecretString;
use gatewright_wire::Claim;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

/// Against whom claims are held.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held<'a> {
    /// The provider's issuer.
    pub(crate) issuer: Option<&'a str>,
    /// Our client.
    pub(crate) client_id: Option<&'a str>,
}

/// What a token is: "Bearer, JWT, RS256".
pub(crate) fn kind(token: &SecretString, token_type: Option<&str>) -> String {
    let what = match recognise(token) {
        TokenKind::GatewrightKey => "API key of the gateway".to_owned(),
        TokenKind::MistypedGatewrightKey => "API key of the gateway, mistyped".to_owned(),
        TokenKind::GithubOauth => "GitHub OAuth token, opaque".to_owned(),
        TokenKind::GithubAppUser => "GitHub App token for a user, opaque".to_owned(),
        TokenKind::GithubPersonal => "GitHub personal access token".to_owned(),
        TokenKind::GithubApp => "GitHub App's own token".to_owned(),
        TokenKind::Gitlab => "GitLab token, opaque".to_owned(),
        TokenKind::Slack => "Slack token, opaque".to_owned(),
        TokenKind::AtlassianCloud => "Atlassian Cloud API token".to_owned(),
        TokenKind::ProductToken => "Access token of a product".to_owned(),
        TokenKind::Opaque => "Opaque".to_owned(),
        TokenKind::Jwt => {
            let algorithm = gatewright_jose::decode(token.expose())
                .ok()
                .and_then(|jwt| {
                    jwt.header()
                        .get("alg")
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                });
            algorithm.map_or_else(|| "JWT".to_owned(), |algorithm| format!("JWT, {algorithm}"))
        }
    };
    match token_type {
        Some(name) if name.eq_ignore_ascii_case("bearer") => format!("Bearer, {what}"),
        Some(name) => format!("{name}, {what}"),
        None => what,
    }
}

/// When a JWT ends.
pub(crate) fn end_of(claims: &Map<String, Value>) -> Option<OffsetDateTime> {
    time_of(claims.get("exp")?)
}

/// For whom a JWT was made.
pub(crate) fn audiences(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
            Vec::new()
        }
    }
}

/// The claims of a token with what each says.
pub(crate) fn explained(
    claims: &Map<String, Value>,
    held: Held<'_>,
    now: OffsetDateTime,
) -> Vec<Claim> {
    let all = Value::Object(claims.clone());
    let likely: Vec<String> = username_candidates(&all)
        .into_iter()
        .filter(|candidate| !matches!(candidate.pointer.as_str(), "/sub" | "/name" | "/id"))
        .take(3)
        .map(|candidate| candidate.pointer)
        .collect();
    claims
        .iter()
        .map(|(name, value)| {
            let (says, good) = says(name, value, held, now);
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let says = if says.is_empty() && likely.contains(&pointer) {
                "Likely the username".to_owned()
            } else {
                says
            };
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => value.to_string(),
            };
            Claim {
                name: name.clone(),
                value,
                says,
                good,
            }
        })
        .collect()
}

fn says(name: &str, value: &Value, held: Held<'_>, now: OffsetDateTime) -> (String, Option<bool>) {
    let plain = |text: &str| (text.to_owned(), None);
    let nothing = (String::new(), None);
    match name {
        "iss" => match held.issuer {
            Some(issuer) if value.as_str() == Some(issuer) => {
                ("Is this provider".to_owned(), Some(true))
            }
            Some(_) => ("Another issuer".to_owned(), Some(false)),
            None => nothing,
        },
        "aud" => match held.client_id {
            Some(client) if names(value, client) => ("Names this client".to_owned(), Some(true)),
            Some(_) => plain("For an API, not for this client"),
            None => nothing,
        },
        "azp" | "client_id" => match held.client_id {
            Some(client) if value.as_str() == Some(client) => {
                ("Is this client".to_owned(), Some(true))
            }
            Some(_) => ("Another client".to_owned(), Some(false)),
            None => nothing,
        },
        "exp" => match time_of(value) {
            Some(end) if end > now => (format!("In {}", span(end - now)), Some(true)),
            Some(end) => (format!("Ended {} ago", span(now - end)), Some(false)),
            None => ("No time".to_owned(), Some(false)),
        },
        "nbf" => match time_of(value) {
            Some(start) if start > now => (format!("In {}", span(start - now)), Some(false)),
            Some(start) => (format!("{} ago", span(now - start)), Some(true)),
            None => ("No time".to_owned(), Some(false)),
        },
        "iat" | "auth_time" => match time_of(value) {
            Some(at) if at <= now => (format!("{} ago", span(now - at)), None),
            Some(_) => ("In the future: a clock is off".to_owned(), Some(false)),
            None => nothing,
        },
        "sub" => plain("Never changes"),
        _ => nothing,
    }
}

fn names(audience: &Value, client: &str) -> bool {
    audience.as_str() == Some(client)
        || audience
            .as_array()
            .is_some_and(|many| many.iter().any(|one| one.as_str() == Some(client)))
}

/// A time in a claim: seconds, whole or not.
fn time_of(value: &Value) -> Option<OffsetDateTime> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float to an integer saturates, and absurd times are refused"
    )]
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|float| float as i64))?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

/// A span of time in its two largest units.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.whole_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let two = |big: i64, unit: &str, small: i64, small_unit: &str| {
        if small == 0 {
            format!("{big} {unit}")
        } else {
            format!("{big} {unit} {small} {small_unit}")
        }
    };
    if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else if minutes > 0 {
        two(minutes, "min", seconds % 60, "s")
    } else {
        format!("{seconds} s")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn explain(claims: &Value) -> Vec<(String, String, Option<bool>)> {
        let held = Held {
            issuer: Some("https://id.example"),
            client_id: Some("gatewright"),
        };
        let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
        explained(claims.as_object().unwrap(), held, now)
            .into_iter()
            .map(|claim| (claim.name, claim.says, claim.good))
            .collect()
    }

    #[test]
    fn says_what_each_claim_means_for_this_client() {
        let found = explain(&json!({
            "iss": "https://id.example", "aud": ["gatewright", "account"], "azp": "other",
            "exp": NOW + 872, "iat": NOW - 30, "sub": "5e0c", "preferred_username": "jdoe",
        }));
        let expected = [
            ("iss", "Is this provider", Some(true)),
            ("aud", "Names this client", Some(true)),
            ("azp", "Another client", Some(false)),
            ("exp", "In 14 min 32 s", Some(true)),
            ("iat", "30 s ago", None),
            ("sub", "Never changes", None),
            ("preferred_username", "Likely the username", None),
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!((found.0.as_str(), found.1.as_str(), found.2), expected);
        }
    }

    #[test]
    fn a_span_has_its_two_largest_units() {
        for (seconds, text) in [
            (5, "5 s"),
            (60, "1 min"),
            (27_660, "7 h 41 min"),
            (90_000, "1 d 1 h"),
            (-3, "0 s"),
        ] {
            assert_eq!(span(Duration::seconds(seconds)), text);
        }
    }
}
