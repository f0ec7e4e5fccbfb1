//! Where in the document stands what refused a request.

use gatewright_policy::{ReasonCode, Way};

/// The place in the document whose change would let the request pass, as
/// `access.groups_read_only`; `None` where no setting would. `detail` is what the policy said,
/// which names the scope of a rule.
pub fn setting(
    reason: ReasonCode,
    product: Option<&str>,
    way: Option<Way>,
    detail: &str,
) -> Option<String> {
    let scoped = |key: &str| {
        if detail.contains("this product")
            && let Some(product) = product
        {
            format!("products.{product}.access.{key}")
        } else {
            format!("access.{key}")
        }
    };
    let of_product = |key: &str| product.map(|product| format!("products.{product}.{key}"));
    let fixed = |key: &str| Some(key.to_owned());
    match reason {
        ReasonCode::AddressNotAllowed => Some(scoped("addresses_allowed")),
        ReasonCode::GroupNotAllowed => Some(scoped("groups_allowed")),
        ReasonCode::ReadOnly => {
            if detail.contains("nobody writes") {
                fixed("settings.read_only")
            } else if detail.contains("the key") {
                None
            } else {
                Some(scoped("groups_read_only"))
            }
        }
        ReasonCode::MissingCredentials if detail.contains("no group") => {
            fixed("access.groups_allowed")
        }
        ReasonCode::MissingCredentials => fixed("settings.anonymous"),
        ReasonCode::KeysDisabled => fixed("settings.api_keys"),
        ReasonCode::OauthDisabled => fixed("settings.oauth"),
        ReasonCode::BasicDisabled => fixed("settings.basic_auth"),
        ReasonCode::ProductTokensDisabled => fixed("settings.product_tokens"),
        ReasonCode::RateLimited => fixed("access.rate"),
        ReasonCode::UnknownProduct => fixed("products"),
        ReasonCode::MalformedRequest if detail.contains("a slash is encoded") => {
            of_product("allow_encoded_slash")
        }
        ReasonCode::UserUnknown | ReasonCode::DirectoryUnavailable => of_product("directory"),
        ReasonCode::UpstreamUnavailable => of_product("base_url"),
        ReasonCode::NotConfigured | ReasonCode::IdentityMismatch => of_product("act_as"),
        ReasonCode::UsernameInvalid => fixed("providers.username"),
        ReasonCode::WrongAudience => fixed("providers.verify"),
        ReasonCode::InvalidCredentials if way == Some(Way::Oauth) => fixed("providers"),
        ReasonCode::ProviderUnavailable => fixed("providers"),
        ReasonCode::MalformedRequest
        | ReasonCode::TooLarge
        | ReasonCode::UpgradeRefused
        | ReasonCode::CrossSite
        | ReasonCode::InvalidCredentials
        | ReasonCode::ExpiredCredentials
        | ReasonCode::UsesExhausted
        | ReasonCode::KeyScope
        | ReasonCode::UpstreamTimeout => None,
    }
}
