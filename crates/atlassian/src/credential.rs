//! The credential of a test, and what may be said of it without showing it.

use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::token_kind::{TokenKind, recognise};

/// What is sent in the `Authorization` header.
#[derive(Clone, Debug)]
pub enum Credential {
    /// `Authorization: Bearer …`: an access token or an API key.
    Bearer(SecretString),
    /// `Authorization: Basic …`: a password, or a token in its place.
    Basic {
        /// The user name.
        user: String,
        /// The password or token.
        password: SecretString,
    },
}

impl Credential {
    /// The secret half.
    pub fn secret(&self) -> &SecretString {
        match self {
            Self::Bearer(token) => token,
            Self::Basic { password, .. } => password,
        }
    }

    /// What is known of it without its secret.
    pub fn shape(&self) -> CredentialShape {
        let (scheme, user) = match self {
            Self::Bearer(_) => (Scheme::Bearer, None),
            Self::Basic { user, .. } => (Scheme::Basic, Some(user.clone())),
        };
        let token = recognise(self.secret());
        let claims = (token == TokenKind::Jwt)
            .then(|| TokenClaims::read(self.secret()))
            .flatten();
        CredentialShape {
            scheme,
            user,
            token,
            claims,
        }
    }
}

/// The scheme of the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// `Bearer`.
    Bearer,
    /// `Basic`.
    Basic,
}

/// A credential without its secret: all that a diagnosis may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialShape {
    /// How it is sent.
    pub scheme: Scheme,
    /// The user name of a Basic credential.
    pub user: Option<String>,
    /// What the secret is by its looks.
    pub token: TokenKind,
    /// What a JSON Web Token says of itself, unverified.
    pub claims: Option<TokenClaims>,
}

impl CredentialShape {
    /// Whether it is a plain password, as far as its looks tell: a wrong one counts towards the
    /// lock-out of the account.
    pub fn may_be_a_password(&self) -> bool {
        self.scheme == Scheme::Basic && self.token == TokenKind::Opaque
    }

    /// What to call it in a sentence.
    pub fn noun(&self) -> &'static str {
        if self.may_be_a_password() {
            "the password"
        } else {
            "the token"
        }
    }
}

/// The claims of a JSON Web Token that explain a refusal; nobody has verified them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenClaims {
    /// `exp`.
    pub expires: Option<OffsetDateTime>,
    /// `nbf`.
    pub not_before: Option<OffsetDateTime>,
    /// `iat`.
    pub issued: Option<OffsetDateTime>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `aud`, one or many.
    pub audiences: Vec<String>,
}

impl TokenClaims {
    /// Reads them from a token; `None` when it has no readable claims.
    pub fn read(token: &SecretString) -> Option<Self> {
        let token = gatewright_jose::decode(token.expose()).ok()?;
        let claims = token.claims_for_display();
        let time = |name: &str| {
            let value = claims.get(name)?;
            // Fractions are allowed (RFC 7519 §2); a second more or less explains nothing.
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a cast of a float to an integer saturates, and absurd times are refused"
            )]
            let seconds = value
                .as_i64()
                .or_else(|| value.as_f64().map(|float| float as i64))?;
            OffsetDateTime::from_unix_timestamp(seconds).ok()
        };
        let audiences = match claims.get("aud") {
            Some(Value::String(audience)) => vec![audience.clone()],
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        };
        Some(Self {
            expires: time("exp"),
            not_before: time("nbf"),
            issued: time("iat"),
            issuer: claims.get("iss").and_then(Value::as_str).map(str::to_owned),
            audiences,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn jwt(claims: &str) -> SecretString {
        SecretString::new(format!(
            "{}.{}.c2ln",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#),
            URL_SAFE_NO_PAD.encode(claims)
        ))
    }

    #[test]
    fn a_jwt_tells_its_times_issuer_and_audiences() {
        let shape = Credential::Bearer(jwt(
            r#"{"exp":1700000000,"nbf":1699990000.5,"iss":"https://idp","aud":["a","b"]}"#,
        ))
        .shape();
        let claims = shape.claims.unwrap();
        assert_eq!(claims.expires.unwrap().unix_timestamp(), 1_700_000_000);
        assert_eq!(claims.not_before.unwrap().unix_timestamp(), 1_699_990_000);
        assert_eq!(claims.issuer.as_deref(), Some("https://idp"));
        assert_eq!(claims.audiences, ["a", "b"]);
    }

    #[test]
    fn nonsense_in_a_jwt_is_left_out() {
        let claims = TokenClaims::read(&jwt(r#"{"exp":"soon","nbf":1e300,"aud":7}"#)).unwrap();
        assert_eq!(claims, TokenClaims::default());
        assert_eq!(TokenClaims::read(&jwt("[]")), None);
        assert_eq!(TokenClaims::read(&SecretString::new("a.b")), None);
    }

    #[test]
    fn a_password_is_told_from_a_token_in_its_place() {
        let basic = |password: &str| Credential::Basic {
            user: "fred".to_owned(),
            password: SecretString::new(password),
        };
        assert!(basic("hunter2").shape().may_be_a_password());
        assert!(!basic("gho_abc").shape().may_be_a_password());
        assert!(
            !Credential::Bearer(SecretString::new("x"))
                .shape()
                .may_be_a_password()
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let credential = Credential::Bearer(SecretString::new("canary"));
        assert!(!format!("{credential:?}{:?}", credential.shape()).contains("canary"));
    }
}
