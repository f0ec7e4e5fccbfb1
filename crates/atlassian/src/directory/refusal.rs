//! Why a directory gave no answer.

use gatewright_http::SendError;

use crate::answer::{Answer, DENIED_REASON, Identity};
use crate::oauth1::SignError;
use crate::product::ProductKind;

/// Why a look-up could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The product cannot be reached.
    #[error("the directory cannot be reached")]
    Unreachable(#[source] SendError),
    /// The request could not be signed.
    #[error("the request could not be signed")]
    NotSigned(#[source] SignError),
    /// The product does not accept the account. Stop: a further try may lock it.
    #[error("the product does not accept the directory account")]
    CredentialRefused {
        /// The product's own words.
        words: Option<String>,
    },
    /// The signature was refused.
    #[error("the product refuses the signature: {problem}")]
    SignatureRefused {
        /// The code of the refusal.
        problem: String,
    },
    /// The account is locked until a CAPTCHA is solved.
    #[error("the directory account is locked until a CAPTCHA is solved")]
    CaptchaRequired {
        /// Where to solve it.
        login_url: Option<String>,
    },
    /// The account is known, but may not look users up.
    #[error("the directory account may not look users up")]
    PermissionMissing {
        /// The product's own words.
        words: Option<String>,
    },
    /// Too many requests.
    #[error("the product limits the rate of requests")]
    RateLimited {
        /// The seconds to wait, if it says so.
        retry_after: Option<u64>,
    },
    /// The product is down, or what stands in front of it.
    #[error("the product is not available: {status}")]
    Unavailable {
        /// The status.
        status: u16,
    },
    /// The product gives no e-mail addresses, so nobody can be found by one.
    #[error("Confluence gives no e-mail addresses")]
    NoEmail,
    /// The list did not end.
    #[error("the directory's list is longer than can be read: more than {limit} entries")]
    TooMany {
        /// How many were read.
        limit: usize,
    },
    /// The answer fits nothing known.
    #[error("the directory answered {status} in an unexpected way: {detail}")]
    UnexpectedAnswer {
        /// The status.
        status: u16,
        /// What was unexpected.
        detail: String,
    },
}

impl DirectoryError {
    /// Whether the same account must not be tried again before it is mended.
    pub fn stops(&self) -> bool {
        matches!(
            self,
            Self::CredentialRefused { .. } | Self::CaptchaRequired { .. }
        )
    }

    /// Whether the same look-up may succeed if it is made again soon.
    pub fn retry(&self) -> bool {
        match self {
            Self::Unreachable(error) => error.retry(),
            Self::RateLimited { .. } | Self::Unavailable { .. } => true,
            Self::NotSigned(_)
            | Self::CredentialRefused { .. }
            | Self::SignatureRefused { .. }
            | Self::CaptchaRequired { .. }
            | Self::PermissionMissing { .. }
            | Self::NoEmail
            | Self::TooMany { .. }
            | Self::UnexpectedAnswer { .. } => false,
        }
    }

    /// What to try.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable(error) => error.hint(),
            Self::NotSigned(_) => "Check the private key of the application link.".to_owned(),
            Self::CredentialRefused { .. } => {
                "Enter the account's password or a new access token. Nothing more is sent with this one.".to_owned()
            }
            Self::SignatureRefused { .. } => {
                "Try as a user in Products: it tells what is wrong with the application link.".to_owned()
            }
            Self::CaptchaRequired { login_url } => match login_url {
                Some(url) => format!("Sign in as the account with a browser at {url} and solve the CAPTCHA."),
                None => "Sign in as the account with a browser and solve the CAPTCHA.".to_owned(),
            },
            Self::PermissionMissing { .. } => {
                "Give the account the global permission to browse users.".to_owned()
            }
            Self::RateLimited { retry_after } => match retry_after {
                Some(seconds) => format!("Try again in {seconds} seconds."),
                None => "Try again in a minute.".to_owned(),
            },
            Self::Unavailable { .. } => "Try again when the product is up.".to_owned(),
            Self::NoEmail => "Match users of Confluence by name.".to_owned(),
            Self::TooMany { .. } => "Look the user up by name.".to_owned(),
            Self::UnexpectedAnswer { .. } => {
                "Check the base URL, and what stands in front of the product.".to_owned()
            }
        }
    }
}

/// What an answer refuses, unless it is a success or a 404.
pub(super) fn refusal(kind: ProductKind, answer: &Answer<'_>) -> Option<DirectoryError> {
    let exception = answer.exception();
    let captcha = answer
        .header(DENIED_REASON)
        .is_some_and(|value| value.contains("CAPTCHA"))
        || answer.login_reason_is("AUTHENTICATION_DENIED")
        || exception == Some("CaptchaRequiredAuthenticationException");
    if captcha {
        let login_url = answer.captcha_login_url().map(str::to_owned);
        return Some(DirectoryError::CaptchaRequired { login_url });
    }
    // A success to nobody: some products fall back to anonymous when the account is wrong.
    let to_nobody = answer.header_identity() == Identity::Nobody;
    if answer.login_reason_is("AUTHENTICATED_FAILED") || to_nobody {
        return Some(DirectoryError::CredentialRefused {
            words: answer.words(),
        });
    }
    if answer.succeeded() {
        return None;
    }
    if let Some(problem) = answer.oauth_problem() {
        return Some(DirectoryError::SignatureRefused { problem });
    }
    let named = answer.header_identity().named().is_some();
    match answer.status() {
        404 => None,
        401 if kind == ProductKind::Bitbucket && exception == Some("AuthorisationException") => {
            Some(DirectoryError::PermissionMissing {
                words: answer.words(),
            })
        }
        401 if named => Some(DirectoryError::PermissionMissing {
            words: answer.words(),
        }),
        401 => Some(DirectoryError::CredentialRefused {
            words: answer.words(),
        }),
        403 => Some(DirectoryError::PermissionMissing {
            words: answer.words(),
        }),
        429 => Some(DirectoryError::RateLimited {
            retry_after: answer
                .header("Retry-After")
                .and_then(|value| value.parse().ok()),
        }),
        status @ 502..=504 => Some(DirectoryError::Unavailable { status }),
        _ => Some(unexpected(answer)),
    }
}

/// An answer that fits nothing known.
pub(super) fn unexpected(answer: &Answer<'_>) -> DirectoryError {
    let detail = match answer.header("Location") {
        Some(_) if answer.response.status.is_redirection() => "a redirect".to_owned(),
        Some(_) | None => answer.words().unwrap_or_else(|| "no JSON".to_owned()),
    };
    DirectoryError::UnexpectedAnswer {
        status: answer.status(),
        detail,
    }
}
