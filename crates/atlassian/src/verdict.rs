//! The closed list of what a test can end in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a test found. The names are a contract: scripts switch on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The product named the user whom one expected, or any user when nobody was expected.
    Valid,
    /// The product named another user.
    ValidOtherUser,
    /// The product answered, but to nobody.
    Anonymous,
    /// The credential is wrong or unknown.
    InvalidCredential,
    /// The credential has ended.
    Expired,
    /// The credential was withdrawn.
    Revoked,
    /// The credential does not begin yet.
    NotYetValid,
    /// The account is locked until its owner solves a CAPTCHA in the browser.
    CaptchaRequired,
    /// Name and password are switched off.
    BasicDisabled,
    /// The user is known, but may not use the product.
    NoProductAccess,
    /// The user is known, but may not do this.
    PermissionMissing,
    /// The token was not granted a scope that this needs.
    ScopeMissing,
    /// The token was made for somebody else.
    WrongAudience,
    /// There is nothing of the product at this URL.
    WrongBasePath,
    /// A page for people answered: single sign-on or a login form.
    LoginPage,
    /// A proxy on the way refused or failed.
    ProxyError,
    /// The certificate or the encryption was refused.
    TlsError,
    /// The host name is unknown.
    DnsError,
    /// Nothing listens there, or the connection was cut.
    ConnectError,
    /// No answer in time.
    Timeout,
    /// Too many requests.
    RateLimited,
    /// A clock is off.
    ClockSkew,
    /// The product is down, starting, or in maintenance.
    ProductUnavailable,
    /// The gateway refused before the product was asked.
    GatewayRefused,
    /// Not sent, on purpose.
    NotTried,
    /// An answer that fits nothing known.
    UnexpectedAnswer,
}

impl Verdict {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 26] = [
        Self::Valid,
        Self::ValidOtherUser,
        Self::Anonymous,
        Self::InvalidCredential,
        Self::Expired,
        Self::Revoked,
        Self::NotYetValid,
        Self::CaptchaRequired,
        Self::BasicDisabled,
        Self::NoProductAccess,
        Self::PermissionMissing,
        Self::ScopeMissing,
        Self::WrongAudience,
        Self::WrongBasePath,
        Self::LoginPage,
        Self::ProxyError,
        Self::TlsError,
        Self::DnsError,
        Self::ConnectError,
        Self::Timeout,
        Self::RateLimited,
        Self::ClockSkew,
        Self::ProductUnavailable,
        Self::GatewayRefused,
        Self::NotTried,
        Self::UnexpectedAnswer,
    ];

    /// The name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidOtherUser => "valid_other_user",
            Self::Anonymous => "anonymous",
            Self::InvalidCredential => "invalid_credential",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::NotYetValid => "not_yet_valid",
            Self::CaptchaRequired => "captcha_required",
            Self::BasicDisabled => "basic_disabled",
            Self::NoProductAccess => "no_product_access",
            Self::PermissionMissing => "permission_missing",
            Self::ScopeMissing => "scope_missing",
            Self::WrongAudience => "wrong_audience",
            Self::WrongBasePath => "wrong_base_path",
            Self::LoginPage => "login_page",
            Self::ProxyError => "proxy_error",
            Self::TlsError => "tls_error",
            Self::DnsError => "dns_error",
            Self::ConnectError => "connect_error",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate_limited",
            Self::ClockSkew => "clock_skew",
            Self::ProductUnavailable => "product_unavailable",
            Self::GatewayRefused => "gateway_refused",
            Self::NotTried => "not_tried",
            Self::UnexpectedAnswer => "unexpected_answer",
        }
    }

    /// One or two words for a cell or a chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::ValidOtherUser => "Somebody else",
            Self::Anonymous => "Anonymous",
            Self::InvalidCredential => "Wrong credential",
            Self::Expired => "Ended",
            Self::Revoked => "Revoked",
            Self::NotYetValid => "Not yet valid",
            Self::CaptchaRequired => "Locked",
            Self::BasicDisabled => "Basic is off",
            Self::NoProductAccess => "No access",
            Self::PermissionMissing => "No permission",
            Self::ScopeMissing => "Scope missing",
            Self::WrongAudience => "Wrong audience",
            Self::WrongBasePath => "Wrong path",
            Self::LoginPage => "Login page",
            Self::ProxyError => "Proxy",
            Self::TlsError => "Not trusted",
            Self::DnsError => "Unknown host",
            Self::ConnectError => "No connection",
            Self::Timeout => "No answer",
            Self::RateLimited => "Too many",
            Self::ClockSkew => "Clock is off",
            Self::ProductUnavailable => "Not available",
            Self::GatewayRefused => "Refused",
            Self::NotTried => "Not tried",
            Self::UnexpectedAnswer => "Unexpected",
        }
    }

    /// How it is painted.
    pub fn severity(self) -> Severity {
        match self {
            Self::Valid => Severity::Good,
            Self::NoProductAccess
            | Self::PermissionMissing
            | Self::ScopeMissing
            | Self::RateLimited
            | Self::ClockSkew
            | Self::NotYetValid => Severity::Warning,
            Self::ValidOtherUser
            | Self::Anonymous
            | Self::InvalidCredential
            | Self::Expired
            | Self::Revoked
            | Self::CaptchaRequired
            | Self::BasicDisabled
            | Self::WrongAudience
            | Self::WrongBasePath
            | Self::LoginPage
            | Self::ProxyError
            | Self::TlsError
            | Self::DnsError
            | Self::ConnectError
            | Self::Timeout
            | Self::ProductUnavailable
            | Self::GatewayRefused
            | Self::UnexpectedAnswer => Severity::Bad,
            Self::NotTried => Severity::Unknown,
        }
    }

    /// Whether the test is passed.
    pub fn is_good(self) -> bool {
        self == Self::Valid
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// The four ways to paint a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// As it should be.
    Good,
    /// The credential is good, something else is missing.
    Warning,
    /// It does not work.
    Bad,
    /// Nobody knows.
    Unknown,
}

/// Whose job it is to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// There is nothing to mend.
    Nobody,
    /// Who runs the test: a URL, a path or a choice is wrong here.
    You,
    /// The owner of the credential.
    TokenOwner,
    /// The administrator of the product.
    ProductAdministrator,
    /// The administrator of the gateway.
    GatewayAdministrator,
    /// Who answers for proxies, firewalls, names and certificates.
    Network,
    /// Who answers for the identity provider.
    ProviderAdministrator,
}

/// One thing that the answer showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The header, the body's field, or `status`.
    pub name: String,
    /// Its value, or `not sent`.
    pub value: String,
    /// Whether it speaks against the credential.
    pub bad: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_json_are_those_of_the_contract() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.id());
        }
        let ids: std::collections::BTreeSet<_> = Verdict::ALL.iter().map(|v| v.id()).collect();
        assert_eq!(ids.len(), 26);
    }

    #[test]
    fn only_valid_is_good() {
        let good: Vec<_> = Verdict::ALL
            .into_iter()
            .filter(|verdict| verdict.is_good())
            .collect();
        assert_eq!(good, [Verdict::Valid]);
        assert!(
            Verdict::ALL
                .iter()
                .all(|v| v.is_good() == (v.severity() == Severity::Good))
        );
    }
}
