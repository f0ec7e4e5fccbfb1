//! The text of a refusal, in the shape that the product's clients parse.

use bytes::Bytes;
use gatewright_policy::{ProductKind, ReasonCode};
use serde_json::json;

/// The fixed text for a reason. It tells the caller what the caller can do, and nothing about the
/// configuration.
pub(crate) fn text(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::MalformedRequest => {
            "The gateway refused the request because it could be understood in more than one way."
        }
        ReasonCode::TooLarge => "The request is larger than the gateway accepts.",
        ReasonCode::UpgradeRefused => "The gateway does not switch to another protocol.",
        ReasonCode::UnknownProduct => "The gateway knows no product at this address.",
        ReasonCode::AddressNotAllowed => "Requests from this address are not allowed.",
        ReasonCode::RateLimited => "Too many requests. Try again later.",
        ReasonCode::CrossSite => "A page of another site may not change anything here.",
        ReasonCode::MissingCredentials => "A credential is needed.",
        ReasonCode::InvalidCredentials => "The credential is not valid.",
        ReasonCode::ExpiredCredentials => "The credential has expired.",
        ReasonCode::WrongAudience => "The token was not issued for this gateway.",
        ReasonCode::UsesExhausted => "The key was used as often as it may be.",
        ReasonCode::BasicDisabled => "User name and password are not accepted here.",
        ReasonCode::KeysDisabled => "API keys are not accepted here.",
        ReasonCode::OauthDisabled => "Tokens of an identity provider are not accepted here.",
        ReasonCode::ProductTokensDisabled => "The product's own tokens are not accepted here.",
        ReasonCode::ProviderUnavailable => {
            "The identity provider cannot be asked at the moment. Try again later."
        }
        ReasonCode::UsernameInvalid => "The identity provider names no user that could exist here.",
        ReasonCode::DirectoryUnavailable => {
            "The user directory cannot be asked at the moment. Try again later."
        }
        ReasonCode::UserUnknown => "There is no active user of this name here.",
        ReasonCode::GroupNotAllowed => "No group of this user may do this.",
        ReasonCode::KeyScope => "The key is not good for this request.",
        ReasonCode::ReadOnly => "This may be read, but not changed.",
        ReasonCode::NotConfigured => "The gateway is not set up for this request.",
        ReasonCode::UpstreamUnavailable => "The product cannot be reached.",
        ReasonCode::IdentityMismatch => "The product answered for another user.",
        ReasonCode::UpstreamTimeout => "The product did not answer in time.",
    }
}

/// The body of a refusal.
pub(crate) fn body(code: ReasonCode, product: Option<ProductKind>) -> Bytes {
    let text = text(code);
    let body = match product {
        Some(ProductKind::Jira) => json!({ "errorMessages": [text], "errors": {} }),
        Some(ProductKind::Confluence) => json!({ "statusCode": code.status(), "message": text }),
        Some(ProductKind::Bitbucket) => json!({
            "errors": [{ "context": null, "message": text, "exceptionName": null }]
        }),
        None => json!({ "code": code.as_str(), "message": text }),
    };
    Bytes::from(body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_gets_its_own_shape() {
        let shown =
            |product| String::from_utf8(body(ReasonCode::ReadOnly, product).to_vec()).unwrap();
        assert_eq!(
            shown(Some(ProductKind::Jira)),
            r#"{"errorMessages":["This may be read, but not changed."],"errors":{}}"#
        );
        assert_eq!(
            shown(Some(ProductKind::Confluence)),
            r#"{"statusCode":403,"message":"This may be read, but not changed."}"#
        );
        assert_eq!(
            shown(Some(ProductKind::Bitbucket)),
            r#"{"errors":[{"context":null,"message":"This may be read, but not changed.","exceptionName":null}]}"#
        );
        assert_eq!(
            shown(None),
            r#"{"code":"read_only","message":"This may be read, but not changed."}"#
        );
    }

    #[test]
    fn every_reason_has_a_text_of_its_own() {
        let mut texts: Vec<_> = ReasonCode::ALL.iter().map(|code| text(*code)).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), ReasonCode::ALL.len());
    }
}
