//! `gatewright token userinfo`, `inspect` and `revoke`.

use std::fmt::Write as _;

use gatewright_atlassian::{TokenKind, token_kind};
use gatewright_jose::decode;
use gatewright_oauth::{TokenKind as RevokedKind, revoke as take_back, username_candidates};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Answer, ClientOptions, Known, Surroundings};
use crate::errors;
use crate::flow;

/// What the provider says of a token's owner, with the likely usernames. A signed answer is for one
/// client: it is verified where the client is named, and refused else.
pub async fn userinfo(
    around: &Surroundings,
    known: &Known,
    client_id: Option<&str>,
    token: &SecretString,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let found = known.find(&client).await?;
    found
        .needed(found.endpoints.userinfo.as_ref(), "userinfo")
        .map_err(|error| WireError {
            hint: "Look at the claims of its tokens instead: `gatewright token inspect`."
                .to_owned(),
            ..error
        })?;
    let asker = flow::Asker {
        client_id,
        now: around.now(),
    };
    let answer = flow::ask_userinfo(&client, &found, asker, token, None).await?;
    let candidates = username_candidates(&answer.json);
    let mut text = String::new();
    for candidate in &candidates {
        let _ = writeln!(
            text,
            "{:<28}{:<32}{}",
            candidate.pointer, candidate.value, candidate.reason
        );
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
        "kind": kind,
        "label": kind.label(),
        "masked": token.masked(),
        "characters": token.length(),
    });
    let mut text = format!("{}, {} characters\n", kind.label(), token.length());
    let mut good = kind != TokenKind::MistypedGatewrightKey;
    if let Ok(jwt) = decode(token.expose()) {
        let claims = jwt.claims_for_display();
        json["header"] = jwt.header().clone().into();
        json["claims"] = claims.clone().into();
        for (name, value) in claims {
            let _ = writeln!(text, "  {name:<24}{value}");
        }
        let at = |name: &str| {
            claims
                .get(name)
                .and_then(Value::as_i64)
                .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        };
        let shown = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        if let Some(begins) = at("nbf")
            && begins > around.now()
        {
            good = false;
            json["not_before"] = shown(begins).into();
            let _ = writeln!(text, "It begins at {}.", shown(begins));
        }
        if let Some(ends) = at("exp") {
            let ended = ends <= around.now();
            good &= !ended;
            json["expires_at"] = shown(ends).into();
            json["expired"] = ended.into();
            let tense = if ended { "It ended" } else { "It ends" };
            let _ = writeln!(text, "{tense} at {}.", shown(ends));
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
    let endpoint = found
        .needed(found.endpoints.revocation.as_ref(), "revocation")
        .map_err(|error| WireError {
            hint: "Nothing was sent. Take the token back in the provider's own settings."
                .to_owned(),
            ..error
        })?;
    let credentials = client.credentials(around, &found)?;
    take_back(&http, &endpoint, &credentials, token, RevokedKind::Access)
        .await
        .map_err(|error| errors::revocation(&error))?;
    Ok(Answer::good(json!({ "revoked": true }), "Revoked.\n"))
}
