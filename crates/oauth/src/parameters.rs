//! Further parameters that an admin adds, and those that are never theirs to give.

use thiserror::Error;

/// Made here for each request to the authorization endpoint.
const OF_AUTHORIZATION: &[&str] = &[
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// Made here for each request to the token endpoint, and to those that take a client's word.
const OF_TOKEN: &[&str] = &[
    "assertion",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "grant_type",
    "password",
    "redirect_uri",
    "refresh_token",
    "scope",
    "username",
];

/// A further parameter that is one which is made here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the parameter is made for each request and cannot be given: {name}")]
pub struct ReservedParameter {
    /// Its name.
    pub name: String,
}

impl ReservedParameter {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        "Take it out of the further parameters."
    }
}

/// Further parameters of the address for the browser.
pub(crate) fn of_authorization(params: &[(String, String)]) -> Result<(), ReservedParameter> {
    check(params, OF_AUTHORIZATION)
}

/// Further parameters of a request for tokens.
pub(crate) fn of_token(params: &[(String, String)]) -> Result<(), ReservedParameter> {
    check(params, OF_TOKEN)
}

fn check(params: &[(String, String)], reserved: &[&str]) -> Result<(), ReservedParameter> {
    let given = params
        .iter()
        .find(|(name, _)| reserved.contains(&name.trim().to_ascii_lowercase().as_str()));
    given.map_or(Ok(()), |(name, _)| {
        Err(ReservedParameter { name: name.clone() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_here_is_never_given_in_any_spelling() {
        let one = |name: &str| [(name.to_owned(), "x".to_owned())];
        for good in ["audience", "resource", "prompt", "login_hint", ""] {
            assert_eq!(of_authorization(&one(good)), Ok(()));
            assert_eq!(of_token(&one(good)), Ok(()));
        }
        for bad in ["state", "STATE", " nonce ", "response_mode", "request_uri"] {
            assert!(of_authorization(&one(bad)).is_err(), "{bad}");
        }
        for bad in [
            "grant_type",
            "Code",
            "client_secret",
            "password",
            "refresh_token",
        ] {
            let error = of_token(&one(bad)).unwrap_err();
            assert!(error.to_string().contains(bad) && !error.hint().is_empty());
        }
    }
}
