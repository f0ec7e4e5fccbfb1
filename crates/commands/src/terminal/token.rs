//! `gatewright token userinfo`, `inspect`, `revoke` and `test`.

use gatewright_atlassian::{
    Credential, Endpoint, ProbeRequest, ProbeResult, ProductKind, detect, probe, token_kind,
};
use gatewright_jose::decode;
use gatewright_oauth::{
    TokenKind as RevokedKind, revoke as take_back, userinfo as ask, username_candidates,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use super::{Answer, ClientOptions, Known, Surroundings};
use crate::errors::{self, failure, internal, invalid};

/// What the provider says of a token's owner, with the likely usernames.
pub async fn userinfo(
    around: &Surroundings,
    known: &Known,
    token: &SecretString,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let found = known.find(&client).await?;
    let endpoint = found.needed(found.endpoints.userinfo.as_ref(), "userinfo")?;
    let answer = ask(&client, &endpoint, token, &found.userinfo_headers())
        .await
        .map_err(|error| errors::userinfo(&error))?;
    let candidates = username_candidates(&answer.json);
    let mut text = String::new();
    for candidate in &candidates {
        text.push_str(&format!(
            "{:<28}{:<32}{}\n",
            candidate.pointer, candidate.value, candidate.reason
        ));
    }
    let candidates: Vec<Value> = candidates
        .iter()
        .map(|one| json!({ "pointer": one.pointer, "value": one.value, "reason": one.reason }))
        .collect();
    Ok(Answer::good(
        json!({ "userinfo": answer.json, "candidates": candidates }),
        text,
    ))
}

/// What can be said of a token without sending it anywhere.
pub fn inspect(around: &Surroundings, token: &SecretString) -> Answer {
    let kind = token_kind::recognise(token);
    let mut json = json!({
        "kind": kind.label(),
        "masked": token.masked(),
        "characters": token.length(),
    });
    let mut text = format!("{}, {} characters\n", kind.label(), token.length());
    let mut good = true;
    if let Ok(jwt) = decode(token.expose()) {
        let claims = jwt.claims_for_display();
        let ends = claims
            .get("exp")
            .and_then(Value::as_i64)
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        json["header"] = jwt.header().clone().into();
        json["claims"] = claims.clone().into();
        for (name, value) in claims {
            text.push_str(&format!("  {name:<24}{value}\n"));
        }
        if let Some(ends) = ends {
            let ended = ends <= around.now();
            good = !ended;
            json["expires_at"] = ends.format(&Rfc3339).unwrap_or_default().into();
            json["expired"] = ended.into();
            text.push_str(if ended {
                "It has ended.\n"
            } else {
                "It has not ended.\n"
            });
        }
        text.push_str("Nothing of this was verified: the signature was not looked at.\n");
    }
    Answer::judged(json, text, good)
}

/// Gives a token back to its provider.
pub async fn revoke(
    around: &Surroundings,
    known: &Known,
    client: &ClientOptions,
    token: &SecretString,
) -> Result<Answer, WireError> {
    let http = around.client()?;
    let found = known.find(&http).await?;
    let endpoint = found.needed(found.endpoints.revocation.as_ref(), "revocation")?;
    let credentials = found.credentials(client)?;
    take_back(&http, &endpoint, &credentials, token, RevokedKind::Access)
        .await
        .map_err(|error| errors::revocation(&error))?;
    Ok(Answer::good(json!({ "revoked": true }), "Revoked.\n"))
}

/// A token to be tested.
#[derive(Clone, Debug)]
pub struct TestToken {
    /// The product; found out where it is left out.
    pub product: Option<String>,
    /// Its base URL, or the gateway's address of it.
    pub base_url: String,
    /// Whether it is sent as Basic, and as whom.
    pub basic_user: Option<String>,
    /// The token or password.
    pub secret: SecretString,
    /// Paths below the product; who-am-I when empty.
    pub endpoints: Vec<String>,
    /// Who it must be.
    pub expected_user: Option<String>,
    /// Whether a secret may travel unencrypted to another computer.
    pub allow_plain_http: bool,
}

/// Tests a token and says whom the product takes the caller for.
pub async fn test_token(around: &Surroundings, test: TestToken) -> Result<Answer, WireError> {
    let client = around.client()?;
    let (kind, base_url) = target(around, &client, &test).await?;
    let credential = match test.basic_user {
        Some(user) => Credential::Basic {
            user,
            password: test.secret,
        },
        None => Credential::Bearer(test.secret),
    };
    let mut requests = Vec::new();
    for path in &test.endpoints {
        let endpoint = Endpoint::get(path).map_err(|error| errors::endpoint(&error))?;
        requests.push(Some(endpoint));
    }
    if requests.is_empty() {
        requests.push(None);
    }
    let mut results: Vec<ProbeResult> = Vec::new();
    for endpoint in requests {
        let request = ProbeRequest {
            kind,
            base_url: base_url.clone(),
            endpoint,
            credential: credential.clone(),
            expected_user: test.expected_user.clone(),
            through_gateway: false,
        };
        if request.sends_secret_in_clear() && !test.allow_plain_http {
            return Err(failure(
                ErrorCode::PlainHttp,
                format!("The secret would travel readably to {base_url}."),
                "Use https, or say --allow-plain-http if that network may see it.",
            ));
        }
        let stopped = results.iter().any(ProbeResult::stops_further_basic);
        results.push(if stopped {
            ProbeResult::not_tried(
                &request,
                "Not tried: another wrong password may lock the account.",
            )
        } else {
            probe(&client, &request, around.now()).await
        });
    }
    answer(&results)
}

async fn target(
    around: &Surroundings,
    client: &gatewright_http::Client,
    test: &TestToken,
) -> Result<(ProductKind, Url), WireError> {
    let Some(product) = &test.product else {
        let found = detect(client, &test.base_url, around.now())
            .await
            .map_err(|error| errors::detect(&error))?;
        return Ok((found.kind, found.base_url));
    };
    let kind = ProductKind::ALL
        .into_iter()
        .find(|kind| kind.id() == product)
        .ok_or_else(|| {
            invalid(
                "product",
                format!("There is no product {product}."),
                "Use jira, confluence, bitbucket or auto.",
            )
        })?;
    Ok((kind, crate::app::web_address(&test.base_url, "base-url")?))
}

fn answer(results: &[ProbeResult]) -> Result<Answer, WireError> {
    if !results.iter().any(ProbeResult::was_answered) {
        let json = json!({ "results": rows(results)?, "good": false });
        return Ok(Answer {
            json,
            text: sentences(results),
            exit: 3,
        });
    }
    let good = results.iter().all(|result| result.verdict.is_good());
    let json = json!({ "results": rows(results)?, "good": good });
    Ok(Answer::judged(json, sentences(results), good))
}

fn rows(results: &[ProbeResult]) -> Result<Vec<Value>, WireError> {
    results
        .iter()
        .map(|result| {
            let evidence = serde_json::to_value(&result.evidence)
                .map_err(|_| internal("the evidence cannot be written"))?;
            Ok(json!({
                "product": result.product.id(),
                "endpoint": result.endpoint,
                "status": result.status,
                "verdict": result.verdict.id(),
                "user": result.user,
                "message": result.message,
                "hint": result.hint,
                "evidence": evidence,
                "gateway_reason": result.gateway_reason,
                "milliseconds": result.milliseconds,
            }))
        })
        .collect()
}

fn sentences(results: &[ProbeResult]) -> String {
    let mut text = String::new();
    for result in results {
        let status = result
            .status
            .map_or_else(|| "no answer".to_owned(), |code| code.to_string());
        text.push_str(&format!(
            "{}  {}  {}, {} ms\n  {}\n",
            result.verdict.id(),
            result.endpoint,
            status,
            result.milliseconds,
            result.message
        ));
        if !result.hint.is_empty() {
            text.push_str(&format!("  {}\n", result.hint));
        }
    }
    text
}
