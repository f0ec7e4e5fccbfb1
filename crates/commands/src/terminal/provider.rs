//! `gatewright provider`.

use gatewright_catalogue::{provider, providers};
use gatewright_oauth::discover as ask;
use gatewright_wire::WireError;
use serde_json::{Value, json};

use super::{Answer, Surroundings};
use crate::errors::{self, internal, not_found};

/// All providers of the catalogue.
pub fn list_providers() -> Result<Answer, WireError> {
    let mut text = String::new();
    for provider in providers() {
        text.push_str(&format!("{:<16}{}\n", provider.id, provider.name));
    }
    let list = to_json(&providers())?;
    Ok(Answer::good(json!({ "providers": list }), text))
}

/// One provider, whole.
pub fn show_provider(id: &str) -> Result<Answer, WireError> {
    let provider = provider(id).ok_or_else(|| {
        let mut error = not_found("provider", id);
        error.hint = "`gatewright provider list` shows all of them.".to_owned();
        error
    })?;
    let mut text = format!("{} ({})\n", provider.name, provider.id);
    for input in provider.inputs {
        let needed = if input.required { "needed" } else { "optional" };
        text.push_str(&format!(
            "  --input {}=…   {}, {needed}, such as {}\n",
            input.key, input.label, input.example
        ));
    }
    text.push_str(&format!(
        "  redirect URI to register: {}\n",
        provider.redirect
    ));
    for hint in provider.unverified {
        text.push_str(&format!("  not confirmed: {hint}\n"));
    }
    Ok(Answer::good(to_json(provider)?, text))
}

/// What an issuer says of itself.
pub async fn discover(around: &Surroundings, issuer: &str) -> Result<Answer, WireError> {
    let metadata = ask(&around.client()?, issuer)
        .await
        .map_err(|error| errors::discovery(&error))?;
    let address = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    let json = json!({
        "issuer": metadata.issuer,
        "found_at": address(&metadata.found_at),
        "endpoints": {
            "authorization": address(&metadata.authorization_endpoint),
            "token": address(&metadata.token_endpoint),
            "userinfo": address(&metadata.userinfo_endpoint),
            "jwks": address(&metadata.jwks_uri),
            "introspection": address(&metadata.introspection_endpoint),
            "revocation": address(&metadata.revocation_endpoint),
            "device_authorization": address(&metadata.device_authorization_endpoint),
            "end_session": address(&metadata.end_session_endpoint),
        },
        "scopes_supported": metadata.scopes_supported,
        "grant_types_supported": metadata.grant_types_supported,
        "code_challenge_methods_supported": metadata.code_challenge_methods_supported,
        "token_endpoint_auth_methods_supported": metadata.token_endpoint_auth_methods_supported,
        "claims_supported": metadata.claims_supported,
        "foreign_hosts": metadata.foreign_hosts,
    });
    let mut text = format!("issuer         {}\n", metadata.issuer);
    for (name, url) in [
        ("authorization", &metadata.authorization_endpoint),
        ("token", &metadata.token_endpoint),
        ("userinfo", &metadata.userinfo_endpoint),
        ("jwks", &metadata.jwks_uri),
    ] {
        let url = url.as_ref().map_or("none", url::Url::as_str);
        text.push_str(&format!("{name:<15}{url}\n"));
    }
    Ok(Answer::good(json, text))
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, WireError> {
    serde_json::to_value(value).map_err(|_| internal("the catalogue cannot be written"))
}
