//! Why a product does not know a credential, as far as the credential itself tells.

use time::OffsetDateTime;
use time::macros::format_description;

use super::Asked;
use crate::credential::Scheme;
use crate::product::ProductKind;
use crate::token_kind::TokenKind;
use crate::verdict::{Verdict, Whose};

/// Why a product does not know a credential.
pub(super) struct Unknown {
    pub(super) verdict: Verdict,
    /// A clause without a capital and without a full stop.
    pub(super) reason: String,
    pub(super) whose: Whose,
    pub(super) hint: String,
}

/// Looks at the credential itself: its make and, for a JSON Web Token, its times.
pub(super) fn why_not_known(asked: &Asked<'_>, now: OffsetDateTime) -> Unknown {
    let product = asked.product();
    let owner = asked.owner();
    let shape = asked.credential;
    let claims = shape.claims.as_ref();
    if let Some(end) = claims
        .and_then(|claims| claims.expires)
        .filter(|end| *end <= now)
    {
        return Unknown {
            verdict: Verdict::Expired,
            reason: format!("the token ended at {}", shown_time(end)),
            whose: Whose::TokenOwner,
            hint: "Fetch a new token.".to_owned(),
        };
    }
    if let Some(start) = claims
        .and_then(|claims| claims.not_before)
        .filter(|start| *start > now)
    {
        return Unknown {
            verdict: Verdict::NotYetValid,
            reason: format!("the token begins at {} only", shown_time(start)),
            whose: Whose::TokenOwner,
            hint: "Wait until then. If it was made just now, a clock is off.".to_owned(),
        };
    }
    let unknown = |reason: String, whose, hint: String| Unknown {
        verdict: Verdict::InvalidCredential,
        reason,
        whose,
        hint,
    };
    if asked.through_gateway {
        return unknown(
            "the gateway let the call through, and it did not arrive there as anybody".to_owned(),
            Whose::GatewayAdministrator,
            "Try as a user in Products. If the token is the product's own, ask its owner for a new one."
                .to_owned(),
        );
    }
    match shape.token {
        TokenKind::GatewrightKey | TokenKind::MistypedGatewrightKey => unknown(
            format!("an API key of the gateway means nothing to {product} itself"),
            Whose::You,
            "Test it through the gateway.".to_owned(),
        ),
        TokenKind::GithubOauth
        | TokenKind::GithubAppUser
        | TokenKind::GithubPersonal
        | TokenKind::GithubApp
        | TokenKind::Gitlab
        | TokenKind::Slack
        | TokenKind::Jwt => unknown(
            format!("{} means nothing to {product} itself", shape.token.label()),
            Whose::You,
            "Test it through the gateway, which knows the provider that made it.".to_owned(),
        ),
        TokenKind::AtlassianCloud => unknown(
            format!("an API token of Atlassian Cloud means nothing to {product} Data Center"),
            Whose::You,
            format!("Use an access token that was made in {product}."),
        ),
        TokenKind::ProductToken
            if shape.scheme == Scheme::Basic && asked.kind != ProductKind::Bitbucket =>
        {
            unknown(
                format!("{product} takes access tokens as Bearer, not in the password's place"),
                Whose::You,
                "Send the same token as Bearer.".to_owned(),
            )
        }
        TokenKind::ProductToken if shape.scheme == Scheme::Basic => unknown(
            "the token has ended, was revoked, or is not this user's".to_owned(),
            Whose::TokenOwner,
            format!(
                "Send it as Bearer: tokens of projects and repositories have no user and are taken in no other way. {}",
                new_token_hint(&owner, asked)
            ),
        ),
        TokenKind::ProductToken => unknown(
            "the token has ended or was revoked".to_owned(),
            Whose::TokenOwner,
            new_token_hint(&owner, asked),
        ),
        TokenKind::Opaque if shape.scheme == Scheme::Basic => unknown(
            "the name or the password is wrong, or the account is not active".to_owned(),
            Whose::TokenOwner,
            format!(
                "Ask {owner} for the right password. Do not try this one again: some failures in a row lock the account."
            ),
        ),
        TokenKind::Opaque => unknown(
            format!(
                "{product} does not know the token: it has ended, was revoked, or was made elsewhere"
            ),
            Whose::TokenOwner,
            new_token_hint(&owner, asked),
        ),
    }
}

fn new_token_hint(owner: &str, asked: &Asked<'_>) -> String {
    let page = crate::product::below(asked.base_url, asked.kind.token_page());
    format!("Ask {owner} for a new access token; they are made at {page}.")
}

/// A time in words that fit into a sentence.
pub(crate) fn shown_time(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    time.to_offset(time::UtcOffset::UTC)
        .format(&format)
        .unwrap_or_else(|_| time.to_string())
}
