//! A refusal in the provider's own words.

use std::fmt;

use gatewright_http::{Fault, SentSecrets};
use gatewright_limits::size::WORDS;
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

/// What a provider says when it refuses (RFC 6749 §4.1.2.1 and §5.2), made harmless for display:
/// no control characters, none that turn the direction of text, and not without end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderError {
    /// The error code: `access_denied`, `invalid_client`.
    pub code: String,
    /// The provider's explanation.
    pub description: Option<String>,
    /// Where the provider explains more; text, and not a link unless [`ProviderError::link`] says so.
    pub uri: Option<String>,
    /// The status of the answer, if it was an answer and not a way back through the browser.
    pub status: Option<u16>,
}

impl std::error::Error for ProviderError {}

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.description {
            Some(description) => write!(formatter, "{}: {description}", self.code),
            None => formatter.write_str(&self.code),
        }
    }
}

impl ProviderError {
    /// A refusal from its parts, as they came.
    pub fn new(
        code: &str,
        description: Option<&str>,
        uri: Option<&str>,
        status: Option<u16>,
    ) -> Self {
        let kept = |text: Option<&str>| text.map(harmless).filter(|text| !text.is_empty());
        let code = harmless(code);
        Self {
            code: if code.is_empty() {
                "error".to_owned()
            } else {
                code
            },
            description: kept(description),
            uri: kept(uri),
            status,
        }
    }

    /// The refusal in an answer, if it is one: `error` as text or object, or `ok: false`.
    pub(crate) fn in_answer(members: &Map<String, Value>, status: u16) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let status = Some(status);
        match members.get("error") {
            Some(Value::String(code)) if !code.is_empty() => Some(Self::new(
                code,
                text("error_description").or_else(|| text("message")),
                text("error_uri"),
                status,
            )),
            Some(Value::Object(error)) => {
                let part = |name: &str| match error.get(name) {
                    Some(Value::String(text)) => Some(text.clone()),
                    Some(Value::Number(number)) => Some(number.to_string()),
                    Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_))
                    | None => None,
                };
                let code = part("type")
                    .or_else(|| part("code"))
                    .or_else(|| part("status"));
                let description = part("message").or_else(|| part("description"));
                Some(Self::new(
                    code.as_deref().unwrap_or("error"),
                    description.as_deref(),
                    None,
                    status,
                ))
            }
            _ => (members.get("ok") == Some(&Value::Bool(false)))
                .then(|| Self::new("error", text("message"), None, status)),
        }
    }

    /// The same words without the secrets that they repeat.
    pub(crate) fn without(self, sent: &SentSecrets) -> Self {
        Self {
            code: sent.masked(self.code),
            description: self.description.map(|text| sent.masked(text)),
            uri: self.uri.map(|text| sent.masked(text)),
            status: self.status,
        }
    }

    /// Where the provider explains more, if that is an https address.
    pub fn link(&self) -> Option<Url> {
        self.uri
            .as_deref()
            .and_then(|uri| Url::parse(uri).ok())
            .filter(|url| url.scheme() == "https")
    }

    /// The likely cause and what to try, in a sentence or two.
    pub fn hint(&self) -> String {
        let about = |word: &str| {
            self.description
                .as_deref()
                .is_some_and(|text| text.to_ascii_lowercase().contains(word))
        };
        let hint = match self.code.as_str() {
            "access_denied" => {
                "You or an administrator said no, or you may not use this application. Ask who manages the provider whether you are allowed to, then try again."
            }
            "redirect_uri_mismatch" | "invalid_redirect_uri" => {
                "Register exactly the redirect URI that is shown here with the provider, character by character."
            }
            "invalid_request" | "invalid_grant" if about("redirect") => {
                "Register exactly the redirect URI that is shown here with the provider, character by character."
            }
            "invalid_request" if about("code_challenge") || about("pkce") => {
                "The provider disagrees about PKCE. Check whether the client must use it, and how it is registered."
            }
            "invalid_client" | "incorrect_client_credentials" => {
                "Check the client id and secret; if they are right, switch between Basic header and body under client authentication, and sign in anew."
            }
            "unauthorized_client" => {
                "The provider does not allow this client to sign in this way. Switch the grant on in the client's registration."
            }
            "invalid_grant" | "bad_verification_code" | "bad_refresh_token" => {
                "The code or token was used already, has expired, or belongs to another client. Sign in again."
            }
            "invalid_scope" => {
                "The provider does not know one of the scopes, or this client may not ask for it. Correct the scopes."
            }
            "invalid_target" | "invalid_resource" => {
                "The provider does not know the resource or audience. Correct it among the further parameters."
            }
            "unsupported_grant_type" | "unsupported_response_type" => {
                "The provider does not offer this grant to the client. Choose another grant, or switch it on in the registration."
            }
            "unverified_user_email" => {
                "Confirm the e-mail address of your account with the provider first."
            }
            "application_suspended" => {
                "The provider has suspended this application. Ask who manages it there."
            }
            "login_required"
            | "interaction_required"
            | "consent_required"
            | "account_selection_required" => {
                "The provider wants to show you something and was told not to. Take prompt=none away."
            }
            "device_flow_disabled" => "Switch the device flow on in the client's registration.",
            "expired_token" => "Too much time has passed. Start again.",
            "insufficient_scope" => "The token lacks a scope. Add it, and sign in again.",
            "invalid_token" => {
                "The token has expired, was revoked, or is for another API. Sign in again."
            }
            "server_error" | "temporarily_unavailable" => {
                "The provider has trouble of its own. Try again in a while."
            }
            "slow_down" | "rate_limited" => "Too many requests. Wait a minute and try again.",
            _ => match self.status {
                Some(401) => "Check the client id and secret, and how they are sent.",
                Some(429) => "Too many requests. Wait a minute and try again.",
                Some(500..=599) => "The provider has trouble of its own. Try again in a while.",
                _ => {
                    "Look the words up in the provider's documentation, and compare the settings with the client's registration."
                }
            },
        };
        hint.to_owned()
    }

    /// On whose side the cause lies.
    pub fn fault(&self) -> Fault {
        match self.code.as_str() {
            "access_denied" => Fault::Person,
            "server_error" | "temporarily_unavailable" => Fault::Server,
            _ if self.status.is_some_and(|status| status >= 500) => Fault::Server,
            _ => Fault::Settings,
        }
    }

    /// Whether trying again with the same settings may help.
    pub fn retry(&self) -> bool {
        match self.code.as_str() {
            "access_denied"
            | "invalid_grant"
            | "bad_verification_code"
            | "expired_token"
            | "server_error"
            | "temporarily_unavailable"
            | "slow_down"
            | "rate_limited" => true,
            _ => self
                .status
                .is_some_and(|status| status >= 500 || status == 429),
        }
    }
}

/// The title of a web page at the end of a message.
pub(crate) fn titled(title: Option<&str>) -> String {
    title.map_or_else(String::new, |title| {
        format!(": \u{201c}{}\u{201d}", harmless(title))
    })
}

/// Foreign words as they may be shown.
pub(crate) fn harmless(text: &str) -> String {
    let turns_text = |character: char| {
        matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
    };
    let mut shown = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == WORDS {
            shown.push('\u{2026}');
            break;
        }
        if turns_text(character) {
            continue;
        }
        shown.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn in_answer(value: &Value) -> Option<ProviderError> {
        ProviderError::in_answer(value.as_object().unwrap(), 200)
    }

    #[test]
    fn error_200_every_shape_of_refusal_is_recognised() {
        let github = in_answer(&json!({"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired.", "error_uri": "https://docs.github.com/x"})).unwrap();
        assert_eq!(
            github.to_string(),
            "bad_verification_code: The code passed is incorrect or expired."
        );
        assert!(github.link().is_some());
        let slack = in_answer(&json!({"ok": false, "error": "invalid_code"})).unwrap();
        assert_eq!(slack.code, "invalid_code");
        assert_eq!(in_answer(&json!({"ok": false})).unwrap().code, "error");
        let facebook = in_answer(
            &json!({"error": {"message": "Invalid code", "type": "OAuthException", "code": 100}}),
        )
        .unwrap();
        assert_eq!(facebook.to_string(), "OAuthException: Invalid code");
        assert_eq!(in_answer(&json!({"ok": true, "access_token": "x"})), None);
        assert_eq!(in_answer(&json!({"error": "", "access_token": "x"})), None);
    }

    #[test]
    fn access_denied_words_are_harmless_and_a_script_is_no_link() {
        let error = ProviderError::new(
            "access_denied",
            Some("a\u{202e}b\nc<script>"),
            Some("javascript:alert(1)"),
            None,
        );
        assert_eq!(error.description.as_deref(), Some("ab c<script>"));
        assert_eq!(error.link(), None);
        assert_eq!(error.fault(), Fault::Person);
        assert!(error.retry());
    }

    #[test]
    fn redirect_mismatch_is_answered_with_the_uri_to_register() {
        for (code, description) in [
            ("redirect_uri_mismatch", None),
            ("invalid_request", Some("Invalid parameter: redirect_uri")),
        ] {
            let hint = ProviderError::new(code, description, None, Some(400)).hint();
            assert!(hint.contains("redirect URI"), "{hint}");
        }
    }

    #[test]
    fn endless_words_are_cut() {
        let error = ProviderError::new("x", Some(&"y".repeat(70_000)), None, None);
        assert_eq!(error.description.unwrap().chars().count(), WORDS + 1);
    }
}
