//! Why a request is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The closed list of reasons, in the order in which they are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// Two readers could understand the request differently, or it carries what it must not.
    MalformedRequest,
    /// A header, the target or a held body is longer than the limit.
    TooLarge,
    /// The request asks for another protocol.
    UpgradeRefused,
    /// No product stands at this host and path.
    UnknownProduct,
    /// The address is outside every allowed range.
    AddressNotAllowed,
    /// Too many requests from this caller or address.
    RateLimited,
    /// A write that a foreign page caused.
    CrossSite,
    /// A credential is needed and there is none.
    MissingCredentials,
    /// The credential is not valid.
    InvalidCredentials,
    /// The credential was valid once.
    ExpiredCredentials,
    /// The token was issued for somebody else.
    WrongAudience,
    /// The key was used as often as it may be.
    UsesExhausted,
    /// User name and password are not accepted.
    BasicDisabled,
    /// API keys are not accepted.
    KeysDisabled,
    /// Tokens of identity providers are not accepted.
    OauthDisabled,
    /// The products' own tokens are not accepted.
    ProductTokensDisabled,
    /// The identity provider could not be asked.
    ProviderUnavailable,
    /// The attribute does not give a name that could be a user's.
    UsernameInvalid,
    /// The product's directory could not be asked.
    DirectoryUnavailable,
    /// The product does not know the user, or the user is inactive.
    UserUnknown,
    /// The user is in no group that may call.
    GroupNotAllowed,
    /// The key may not do this.
    KeyScope,
    /// A write by somebody who may only read.
    ReadOnly,
    /// The gateway lacks what it needs to pass this request on.
    NotConfigured,
    /// The product could not be reached.
    UpstreamUnavailable,
    /// The product took the caller for somebody else.
    IdentityMismatch,
    /// The product did not answer in time.
    UpstreamTimeout,
}

impl ReasonCode {
    /// Every reason, in the order in which they are found.
    pub const ALL: [Self; 27] = [
        Self::MalformedRequest,
        Self::TooLarge,
        Self::UpgradeRefused,
        Self::UnknownProduct,
        Self::AddressNotAllowed,
        Self::RateLimited,
        Self::CrossSite,
        Self::MissingCredentials,
        Self::InvalidCredentials,
        Self::ExpiredCredentials,
        Self::WrongAudience,
        Self::UsesExhausted,
        Self::BasicDisabled,
        Self::KeysDisabled,
        Self::OauthDisabled,
        Self::ProductTokensDisabled,
        Self::ProviderUnavailable,
        Self::UsernameInvalid,
        Self::DirectoryUnavailable,
        Self::UserUnknown,
        Self::GroupNotAllowed,
        Self::KeyScope,
        Self::ReadOnly,
        Self::NotConfigured,
        Self::UpstreamUnavailable,
        Self::IdentityMismatch,
        Self::UpstreamTimeout,
    ];

    /// The code as scripts read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::TooLarge => "too_large",
            Self::UpgradeRefused => "upgrade_refused",
            Self::UnknownProduct => "unknown_product",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::RateLimited => "rate_limited",
            Self::CrossSite => "cross_site",
            Self::MissingCredentials => "missing_credentials",
            Self::InvalidCredentials => "invalid_credentials",
            Self::ExpiredCredentials => "expired_credentials",
            Self::WrongAudience => "wrong_audience",
            Self::UsesExhausted => "uses_exhausted",
            Self::BasicDisabled => "basic_disabled",
            Self::KeysDisabled => "keys_disabled",
            Self::OauthDisabled => "oauth_disabled",
            Self::ProductTokensDisabled => "product_tokens_disabled",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::UsernameInvalid => "username_invalid",
            Self::DirectoryUnavailable => "directory_unavailable",
            Self::UserUnknown => "user_unknown",
            Self::GroupNotAllowed => "group_not_allowed",
            Self::KeyScope => "key_scope",
            Self::ReadOnly => "read_only",
            Self::NotConfigured => "not_configured",
            Self::UpstreamUnavailable => "upstream_unavailable",
            Self::IdentityMismatch => "identity_mismatch",
            Self::UpstreamTimeout => "upstream_timeout",
        }
    }

    /// The status that the client gets. What is too large in the head instead of the body is
    /// answered with 431 by whoever found it.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::UpgradeRefused => 400,
            Self::MissingCredentials
            | Self::InvalidCredentials
            | Self::ExpiredCredentials
            | Self::WrongAudience
            | Self::UsesExhausted => 401,
            Self::AddressNotAllowed
            | Self::CrossSite
            | Self::BasicDisabled
            | Self::KeysDisabled
            | Self::OauthDisabled
            | Self::ProductTokensDisabled
            | Self::UsernameInvalid
            | Self::UserUnknown
            | Self::GroupNotAllowed
            | Self::KeyScope
            | Self::ReadOnly => 403,
            Self::UnknownProduct => 404,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::UpstreamUnavailable | Self::IdentityMismatch => 502,
            Self::ProviderUnavailable | Self::DirectoryUnavailable | Self::NotConfigured => 503,
            Self::UpstreamTimeout => 504,
        }
    }

    /// The reason of this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_again_and_is_written_like_its_serde_name() {
        for reason in ReasonCode::ALL {
            assert_eq!(ReasonCode::parse(reason.as_str()), Some(reason));
            assert!((400..600).contains(&reason.status()));
        }
        assert_eq!(ReasonCode::parse("permit"), None);
    }

    #[test]
    fn the_list_is_in_the_order_of_the_type_and_leaves_none_out() {
        assert!(ReasonCode::ALL.is_sorted());
        assert_eq!(
            ReasonCode::ALL.len(),
            ReasonCode::UpstreamTimeout as usize + 1
        );
    }
}
