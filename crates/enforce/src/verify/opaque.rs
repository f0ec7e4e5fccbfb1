//! A token that its provider is asked about.

use gatewright_policy::ReasonCode;
use gatewright_secret::SecretString;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{ProviderState, Refusal, endpoint, same_subject, time_of};
use crate::ports::{Ports, ProviderAnswer, ProviderUnreachable};

/// Asks userinfo, whose answer is the proof that the token is good at the provider.
pub(super) async fn userinfo(
    provider: &ProviderState,
    token: &SecretString,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<Value, Refusal> {
    let configured = provider.config.endpoints.userinfo.as_ref();
    let url = endpoint(
        provider,
        configured,
        |found| found.userinfo.clone(),
        ports,
        now,
    )
    .await?;
    let userinfo = accepted("userinfo", ports.providers.get(&url, token).await)?;
    if !userinfo.is_object() {
        return Err(Refusal::unavailable(
            "userinfo answered something else than an object",
        ));
    }
    if let Ok(unverified) = gatewright_jose::decode(token.expose()) {
        let claims = Value::Object(unverified.claims_for_display().clone());
        same_subject(Some(&claims), &userinfo)?;
    }
    Ok(userinfo)
}

/// Asks the address that the admin named.
pub(super) async fn get(
    provider: &ProviderState,
    token: &SecretString,
    ports: &Ports,
) -> Result<Value, Refusal> {
    let url = provider
        .config
        .username
        .url
        .as_ref()
        .ok_or_else(|| Refusal::not_configured("the address of the username is not set"))?;
    accepted(
        "the username's address",
        ports.providers.get(url, token).await,
    )
}

/// The end that an unverified JWT claims: good only to believe it for a shorter time.
pub(super) fn claimed_end(token: &SecretString) -> Option<OffsetDateTime> {
    let unverified = gatewright_jose::decode(token.expose()).ok()?;
    unverified.claims_for_display().get("exp").and_then(time_of)
}

/// Asks introspection.
pub(super) async fn introspection(
    provider: &ProviderState,
    audience: &str,
    token: &SecretString,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<(Value, Option<OffsetDateTime>), Refusal> {
    let configured = provider.config.endpoints.introspection.as_ref();
    let url = endpoint(
        provider,
        configured,
        |found| found.introspection.clone(),
        ports,
        now,
    )
    .await?;
    let answer = ports
        .providers
        .introspect(&url, provider.client()?, token)
        .await;
    let claims = match answer {
        Ok(ProviderAnswer {
            status: 200,
            json: Some(claims),
            ..
        }) if claims.is_object() => claims,
        Ok(answer) => return Err(nonsense("introspection", &answer)),
        Err(error) => return Err(Refusal::unavailable(error.to_string())),
    };
    // Only the boolean counts; a text "true" is not one.
    if claims.get("active") != Some(&Value::Bool(true)) {
        return Err(Refusal::invalid(
            "introspection says that the token is not active",
        ));
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if let (Some(issuer), Some(ours)) = (text("iss"), &provider.config.endpoints.issuer)
        && issuer != ours
    {
        return Err(Refusal::invalid("introspection names another issuer"));
    }
    let not_for_access = ["token_use", "token_type", "typ"]
        .iter()
        .filter_map(|name| text(name))
        .any(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("refresh") || matches!(kind.as_str(), "n_a" | "id" | "id_token")
        });
    if not_for_access || claims.get("cnf").is_some_and(Value::is_object) {
        return Err(Refusal::invalid(
            "this is no token for calling an API with it alone",
        ));
    }
    if claims
        .get("nbf")
        .and_then(time_of)
        .is_some_and(|begin| begin > now + super::LEEWAY)
    {
        return Err(Refusal::invalid("the token is not valid yet"));
    }
    if !is_issued_for(&claims, audience) {
        return Err(Refusal::new(
            ReasonCode::WrongAudience,
            "introspection names neither the audience nor the client",
        ));
    }
    let expires = match claims.get("exp") {
        None | Some(Value::Null) => None,
        Some(end) => {
            Some(time_of(end).ok_or_else(|| Refusal::invalid("the token's end is not a time"))?)
        }
    };
    Ok((claims, expires))
}

fn is_issued_for(claims: &Value, audience: &str) -> bool {
    let is = |value: &Value| value.as_str() == Some(audience);
    let in_audience = match claims.get("aud") {
        Some(Value::Array(audiences)) => audiences.iter().any(is),
        Some(other) => is(other),
        None => false,
    };
    in_audience
        || ["client_id", "azp"]
            .iter()
            .any(|name| claims.get(name).is_some_and(is))
}

/// Asks GitHub whether the token is one of this client.
pub(super) async fn github_token_check(
    provider: &ProviderState,
    token: &SecretString,
    ports: &Ports,
) -> Result<(Value, Option<OffsetDateTime>), Refusal> {
    let url = provider
        .config
        .endpoints
        .token_check
        .as_ref()
        .ok_or_else(|| Refusal::not_configured("only GitHub has this check"))?;
    let answer = ports
        .providers
        .check_token(url, provider.client()?, token)
        .await;
    let claims = match answer {
        Ok(ProviderAnswer {
            status: 200,
            json: Some(claims),
            ..
        }) if claims.is_object() => claims,
        Ok(ProviderAnswer {
            status: 404 | 422, ..
        }) => {
            return Err(Refusal::invalid(
                "GitHub says that the token is not one of this client",
            ));
        }
        Ok(answer) => return Err(nonsense("GitHub's token check", &answer)),
        Err(error) => return Err(Refusal::unavailable(error.to_string())),
    };
    let client = claims.pointer("/app/client_id").and_then(Value::as_str);
    if client != Some(&provider.config.client_id) {
        return Err(Refusal::new(
            ReasonCode::WrongAudience,
            "GitHub says that the token was issued to another client",
        ));
    }
    let expires = claims
        .get("expires_at")
        .and_then(Value::as_str)
        .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    Ok((claims, expires))
}

/// An answer with JSON in it that accepts the token.
fn accepted(
    what: &str,
    answer: Result<ProviderAnswer, ProviderUnreachable>,
) -> Result<Value, Refusal> {
    let answer = answer.map_err(|error| Refusal::unavailable(error.to_string()))?;
    match (answer.status, &answer.json) {
        (200, Some(json)) => {
            // Some providers say no inside a 200.
            let says_no = json.get("ok") == Some(&Value::Bool(false))
                || json.get("error").is_some_and(|error| !error.is_null());
            if says_no {
                return Err(Refusal::invalid(format!("{what} refused the token")));
            }
            Ok(json.clone())
        }
        (400 | 401 | 403, _) => Err(Refusal::invalid(format!(
            "{what} answered {} to the token",
            answer.status
        ))),
        _ => Err(nonsense(what, &answer)),
    }
}

fn nonsense(what: &str, answer: &ProviderAnswer) -> Refusal {
    let body = if answer.json.is_some() {
        "other JSON than expected"
    } else {
        "no JSON"
    };
    Refusal::unavailable(format!("{what} answered {} and {body}", answer.status))
}
