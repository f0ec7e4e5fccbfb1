//! The ways of getting a token, and those that are not offered.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A way of getting a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// Through the browser, with a code (RFC 6749 §4.1) and PKCE.
    AuthorizationCode,
    /// As the client itself (RFC 6749 §4.4).
    ClientCredentials,
    /// On another device (RFC 8628).
    DeviceCode,
    /// With a refresh token (RFC 6749 §6).
    RefreshToken,
}

/// Why a way of getting a token is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GrantRefused {
    /// Tokens in the address (`response_type=token`, `id_token`, or a mixture).
    #[error(
        "the implicit flow is not offered: its tokens travel in the browser's address bar and history, and nothing binds them to this sign-in (RFC 9700 §2.1.2)"
    )]
    Implicit,
    /// The user's password in our hands.
    #[error(
        "the password grant is not offered: it hands the user's password to this program and goes past every second factor (RFC 9700 §2.4)"
    )]
    Password,
    /// An answer in a form that a web page posts (`response_mode=form_post`).
    #[error(
        "answers by form are not taken: any web page can post a form to this machine, so only what the address bar itself opens counts"
    )]
    FormPost,
    /// Nobody knows it.
    #[error("not a way of getting a token: {name}")]
    Unknown {
        /// As given.
        name: String,
    },
}

impl GrantRefused {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Implicit => {
                "Use the authorization code grant with PKCE; switch it on for the client and the implicit flow off."
            }
            Self::Password => {
                "Use the authorization code grant for a person, and client credentials for a service."
            }
            Self::FormPost => "Use response_mode=query, which is the default of the code flow.",
            Self::Unknown { .. } => {
                "Use authorization_code, client_credentials, device_code or refresh_token."
            }
        }
    }
}

impl GrantType {
    /// As it stands in `grant_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl FromStr for GrantType {
    type Err = GrantRefused;

    /// A `grant_type`, or what other programs call it in what they export: a `response_type` with a
    /// token in it is the implicit flow.
    fn from_str(name: &str) -> Result<Self, GrantRefused> {
        let plain = name.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        match plain.as_str() {
            "authorization_code" | "authorization_code_with_pkce" | "code" => {
                Ok(Self::AuthorizationCode)
            }
            "client_credentials" => Ok(Self::ClientCredentials),
            "urn:ietf:params:oauth:grant_type:device_code" | "device_code" => Ok(Self::DeviceCode),
            "refresh_token" => Ok(Self::RefreshToken),
            "password" | "password_credentials" | "resource_owner_password_credentials" => {
                Err(GrantRefused::Password)
            }
            "form_post" => Err(GrantRefused::FormPost),
            "implicit" | "fragment" => Err(GrantRefused::Implicit),
            _ if plain
                .split('_')
                .any(|word| word == "token" || word == "hybrid") =>
            {
                Err(GrantRefused::Implicit)
            }
            _ => Err(GrantRefused::Unknown {
                name: crate::provider_error::harmless(name),
            }),
        }
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implicit_and_password_are_refused_with_their_reason() {
        for name in [
            "implicit",
            "token",
            "id_token",
            "code token",
            "id_token token",
        ] {
            assert_eq!(
                name.parse::<GrantType>(),
                Err(GrantRefused::Implicit),
                "{name}"
            );
        }
        for name in ["password", "password_credentials"] {
            assert_eq!(
                name.parse::<GrantType>(),
                Err(GrantRefused::Password),
                "{name}"
            );
        }
        let refused = GrantRefused::Password;
        assert!(refused.to_string().contains("second factor") && !refused.hint().is_empty());
        assert_eq!(
            "form_post".parse::<GrantType>(),
            Err(GrantRefused::FormPost)
        );
        assert!(matches!(
            "magic".parse::<GrantType>(),
            Err(GrantRefused::Unknown { .. })
        ));
        for grant in [
            GrantType::AuthorizationCode,
            GrantType::ClientCredentials,
            GrantType::DeviceCode,
            GrantType::RefreshToken,
        ] {
            assert_eq!(grant.name().parse(), Ok(grant));
        }
    }
}
