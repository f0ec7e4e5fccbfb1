//! The gateway's refusals, in words.

use time::OffsetDateTime;

use super::unknown::shown_time;
use super::{Asked, Finding};
use crate::answer::{Answer, GATEWAY_REASON};
use crate::verdict::{Verdict, Whose};

/// A reason code of the gateway, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayReason {
    /// The code, as in `X-Gatewright-Reason`.
    pub code: &'static str,
    /// One or two words for a cell.
    pub label: &'static str,
    /// What happened: the rest of a sentence that begins "The gateway refused: ".
    pub sentence: &'static str,
    /// Whose job it is.
    pub whose: Whose,
    /// What to do.
    pub hint: &'static str,
}

/// Explains a reason code; `None` for one that this version does not know.
pub fn gateway_reason(code: &str) -> Option<&'static GatewayReason> {
    REASONS.iter().find(|reason| reason.code == code)
}

pub(super) fn finding(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    now: OffsetDateTime,
) -> Option<Finding> {
    let code = answer.header(GATEWAY_REASON)?;
    let finding = match gateway_reason(code) {
        Some(reason) => Finding::new(
            Verdict::GatewayRefused,
            reason.whose,
            format!(
                "The gateway refused before {} was asked: {}",
                asked.product(),
                reason.sentence
            ),
        )
        .hint(reason.hint),
        None => Finding::new(
            Verdict::GatewayRefused,
            Whose::GatewayAdministrator,
            format!(
                "The gateway refused before {} was asked: {code}.",
                asked.product()
            ),
        )
        .hint("Ask the gateway to explain this request."),
    };
    let after_all = match code {
        // The product was asked; what it answered is the reason.
        "identity_mismatch" | "upstream_timeout" | "upstream_unavailable" => gateway_reason(code)
            .map(|reason| {
                format!(
                    "The gateway answered for {}: {}",
                    asked.product(),
                    reason.sentence
                )
            }),
        "expired_credentials" => asked
            .credential
            .claims
            .as_ref()
            .and_then(|claims| claims.expires)
            .filter(|end| *end > now)
            .map(|end| {
                format!(
                    "{} By the clock here it ends at {}: a clock is off.",
                    finding.message,
                    shown_time(end)
                )
            }),
        _ => None,
    };
    let message = after_all.unwrap_or_else(|| finding.message.clone());
    Some(Finding { message, ..finding }.by(&["status", GATEWAY_REASON]))
}

const fn reason(
    code: &'static str,
    label: &'static str,
    whose: Whose,
    sentence: &'static str,
    hint: &'static str,
) -> GatewayReason {
    GatewayReason {
        code,
        label,
        sentence,
        whose,
        hint,
    }
}

/// In the order in which the gateway finds them.
const REASONS: [GatewayReason; 27] = [
    reason(
        "malformed_request",
        "Malformed",
        Whose::You,
        "the request could be read in two ways.",
        "Write the path without encoded slashes, dot segments, backslashes or semicolons, and leave out oauth_ and os_ parameters.",
    ),
    reason(
        "too_large",
        "Too large",
        Whose::You,
        "the headers or the body are larger than it takes.",
        "Send less, or ask the administrators of the gateway to raise the limit.",
    ),
    reason(
        "upgrade_refused",
        "No upgrade",
        Whose::You,
        "it does not switch protocols.",
        "Leave out the Upgrade header.",
    ),
    reason(
        "unknown_product",
        "Unknown product",
        Whose::You,
        "no product has this public URL.",
        "Check the URL against the products' public URLs in the configuration that the gateway serves.",
    ),
    reason(
        "address_not_allowed",
        "Address",
        Whose::GatewayAdministrator,
        "the access rules do not allow this address.",
        "Add the address to the rules, or name the proxy in front of the gateway as trusted.",
    ),
    reason(
        "rate_limited",
        "Too many",
        Whose::You,
        "too many requests in a short time.",
        "Wait as long as Retry-After says, or have the rate raised in the access rules.",
    ),
    reason(
        "cross_site",
        "Cross-site",
        Whose::You,
        "a write that comes from another site's page.",
        "Send no Origin, Referer or Sec-Fetch-Site header of another site.",
    ),
    reason(
        "missing_credentials",
        "No credential",
        Whose::You,
        "the request has no credential.",
        "Send one, or allow anonymous calls in the global settings.",
    ),
    reason(
        "invalid_credentials",
        "Wrong credential",
        Whose::TokenOwner,
        "it does not accept the credential: no provider and no API key of its own fits it.",
        "Fetch a new token. If it is new, check that the provider that made it is published.",
    ),
    reason(
        "expired_credentials",
        "Ended",
        Whose::TokenOwner,
        "the credential has ended.",
        "Fetch a new token or make a new API key.",
    ),
    reason(
        "wrong_audience",
        "Wrong audience",
        Whose::GatewayAdministrator,
        "the token was made for another client.",
        "Compare the audience of the token with the one in the provider's settings.",
    ),
    reason(
        "uses_exhausted",
        "Used up",
        Whose::TokenOwner,
        "the API key has been used as often as it may be.",
        "Make a new API key.",
    ),
    reason(
        "basic_disabled",
        "Basic is off",
        Whose::GatewayAdministrator,
        "names and passwords are switched off.",
        "Use a token or an API key, or allow Basic in the global settings.",
    ),
    reason(
        "keys_disabled",
        "Keys are off",
        Whose::GatewayAdministrator,
        "API keys are switched off.",
        "Use a token of the identity provider, or allow API keys in the global settings.",
    ),
    reason(
        "oauth_disabled",
        "OAuth is off",
        Whose::GatewayAdministrator,
        "tokens of identity providers are switched off.",
        "Use an API key, or allow OAuth in the global settings.",
    ),
    reason(
        "product_tokens_disabled",
        "Product tokens are off",
        Whose::GatewayAdministrator,
        "the products' own access tokens are switched off.",
        "Use a token of the identity provider or an API key, or allow product tokens in the global settings.",
    ),
    reason(
        "provider_unavailable",
        "Provider is down",
        Whose::ProviderAdministrator,
        "the identity provider did not answer, and nothing was let through.",
        "Check the provider; the gateway takes tokens again as soon as it answers.",
    ),
    reason(
        "username_invalid",
        "No user name",
        Whose::GatewayAdministrator,
        "the chosen attribute holds no usable user name.",
        "Look at the userinfo answer and choose another attribute in the step Username.",
    ),
    reason(
        "directory_unavailable",
        "Directory is down",
        Whose::GatewayAdministrator,
        "the product's directory could not be asked, and nothing was let through.",
        "Check the directory account in Products.",
    ),
    reason(
        "user_unknown",
        "User unknown",
        Whose::ProductAdministrator,
        "the product's directory has no active user of this name.",
        "Create or activate the user in the product, or choose another attribute in the step Username.",
    ),
    reason(
        "group_not_allowed",
        "Group",
        Whose::GatewayAdministrator,
        "no group of this user is allowed.",
        "Add the user to an allowed group, or the group to the access rules.",
    ),
    reason(
        "key_scope",
        "Key is narrower",
        Whose::TokenOwner,
        "the API key does not reach this product, path, method or address.",
        "Make an API key that does, or call what it reaches.",
    ),
    reason(
        "read_only",
        "Read only",
        Whose::GatewayAdministrator,
        "this writes, and only reading is allowed.",
        "See which rule says so: the global setting, a read-only group, or the API key.",
    ),
    reason(
        "not_configured",
        "Not configured",
        Whose::GatewayAdministrator,
        "it has no way to act as a user in this product yet.",
        "Choose how the gateway acts as a user in Products, and publish.",
    ),
    reason(
        "upstream_unavailable",
        "Product is down",
        Whose::ProductAdministrator,
        "the product cannot be reached from there.",
        "Check the product, and the base URL that the gateway has for it.",
    ),
    reason(
        "identity_mismatch",
        "Identity",
        Whose::GatewayAdministrator,
        "the product took the request for somebody else's or nobody's, so its answer was withheld.",
        "Try as a user in Products: the application link does not do what it should.",
    ),
    reason(
        "upstream_timeout",
        "No answer",
        Whose::ProductAdministrator,
        "the product did not answer in time.",
        "Try again; if it stays so, the product is overloaded.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_design_is_explained_once() {
        let codes = [
            "malformed_request",
            "too_large",
            "upgrade_refused",
            "unknown_product",
            "address_not_allowed",
            "rate_limited",
            "cross_site",
            "missing_credentials",
            "invalid_credentials",
            "expired_credentials",
            "wrong_audience",
            "uses_exhausted",
            "basic_disabled",
            "keys_disabled",
            "oauth_disabled",
            "product_tokens_disabled",
            "provider_unavailable",
            "username_invalid",
            "directory_unavailable",
            "user_unknown",
            "group_not_allowed",
            "key_scope",
            "read_only",
            "not_configured",
            "upstream_unavailable",
            "identity_mismatch",
            "upstream_timeout",
        ];
        for code in codes {
            assert_eq!(
                REASONS.iter().filter(|reason| reason.code == code).count(),
                1,
                "{code}"
            );
        }
        assert!(REASONS.iter().all(|reason| reason.sentence.ends_with('.')));
    }
}
