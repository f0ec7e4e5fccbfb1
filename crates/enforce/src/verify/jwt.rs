//! A JWT, by the provider's keys or by pasted ones.

use gatewright_config::JwtRules;
use gatewright_jose::{Expectations, KeySet, TokenClass, VerifyError};
use gatewright_policy::ReasonCode;
use gatewright_secret::SecretString;
use serde_json::Value;
use time::OffsetDateTime;

use super::{LEEWAY, ProviderState, Refusal, metadata, time_of};
use crate::fetched::Wanted;
use crate::ports::Ports;

/// Verifies it; a key that is not known yet is fetched once.
pub(super) async fn verify(
    provider: &ProviderState,
    rules: &JwtRules,
    token: &SecretString,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<(Value, Option<OffsetDateTime>), Refusal> {
    let expected = Expectations {
        issuer: rules.issuer.clone(),
        audiences: rules.audiences.clone(),
        algorithms: provider.algorithms.clone(),
        now,
        leeway: LEEWAY.try_into().unwrap_or_default(),
        nonce: None,
        access_token_for_at_hash: None,
        class: TokenClass::Access,
    };
    let check = |keys: &KeySet| gatewright_jose::verify(token.expose(), keys, &expected);
    let keys = metadata::keys(provider, Wanted::Held, ports, now).await?;
    let verified = match check(&keys) {
        // The same name with another key is a rotation too.
        Err(VerifyError::UnknownKey { .. } | VerifyError::BadSignature)
            if provider.pasted_keys.is_none() =>
        {
            check(&*metadata::keys(provider, Wanted::Newer, ports, now).await?)
        }
        first => first,
    };
    let claims = verified.map_err(|error| refusal(&error))?;
    // The leeway is granted to the token's end as well.
    let expires = claims.get("exp").and_then(time_of).map(|end| end + LEEWAY);
    Ok((Value::Object(claims), expires))
}

fn refusal(error: &VerifyError) -> Refusal {
    let code = match error {
        VerifyError::Expired { .. } => ReasonCode::ExpiredCredentials,
        VerifyError::WrongAudience { .. } | VerifyError::WrongParty { .. } => {
            ReasonCode::WrongAudience
        }
        VerifyError::NoAudienceExpected => ReasonCode::NotConfigured,
        VerifyError::Unreadable(_)
        | VerifyError::AlgorithmNotAllowed { .. }
        | VerifyError::Critical
        | VerifyError::UnknownKey { .. }
        | VerifyError::NoKeyNamed
        | VerifyError::BadSignature
        | VerifyError::WrongIssuer { .. }
        | VerifyError::NotYetValid { .. }
        | VerifyError::IssuedInFuture { .. }
        | VerifyError::MissingClaim { .. }
        | VerifyError::BadClaim { .. }
        | VerifyError::WrongNonce
        | VerifyError::WrongAccessToken
        | VerifyError::WrongKind { .. }
        | VerifyError::SenderConstrained => ReasonCode::InvalidCredentials,
    };
    Refusal::new(code, error.to_string())
}
