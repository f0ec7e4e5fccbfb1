//! `gatewright provider`.

use std::fmt::Write as _;

use gatewright_catalogue::{Provider, provider, providers};
use gatewright_oauth::discover as ask;
use gatewright_wire::WireError;
use serde_json::{Value, json};

use super::{Answer, Surroundings, unknown_provider};
use crate::errors::{self, internal};

/// All providers of the catalogue.
pub fn list_providers() -> Result<Answer, WireError> {
    let mut text = String::new();
    for provider in providers() {
        let _ = writeln!(text, "{:<16}{}", provider.id, provider.name);
    }
    let list = to_json(&providers())?;
    Ok(Answer::good(json!({ "providers": list }), text))
}

/// One provider, whole.
pub fn show_provider(id: &str) -> Result<Answer, WireError> {
    let provider = provider(id).ok_or_else(|| unknown_provider(id))?;
    Ok(Answer::good(to_json(provider)?, for_people(provider)))
}

fn for_people(provider: &Provider) -> String {
    let mut text = format!("{} ({})\n\nInputs:\n", provider.name, provider.id);
    for input in provider.inputs {
        let needed = if input.required { "needed" } else { "optional" };
        let _ = writeln!(
            text,
            "  --input {}={}   {} ({needed})",
            input.key, input.example, input.label
        );
    }
    if provider.inputs.is_empty() {
        text.push_str("  none\n");
    }
    let _ = writeln!(
        text,
        "\nScopes:       {}\nClient auth:  {}\nUser name:    {}\nRedirect URI: {}",
        provider.scopes.join(" "),
        provider.default_client_auth,
        provider.username.pointer,
        provider.redirect
    );
    text.push_str("\nTo register a client:\n");
    for (number, step) in (1..).zip(provider.register) {
        let step = step.replace("{redirect_uri}", provider.redirect);
        let _ = writeln!(text, "  {number}. {step}");
    }
    if !provider.unverified.is_empty() {
        text.push_str("\nNot confirmed:\n");
    }
    for hint in provider.unverified {
        let _ = writeln!(text, "  - {hint}");
    }
    text
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
        ("introspection", &metadata.introspection_endpoint),
        ("revocation", &metadata.revocation_endpoint),
        ("device", &metadata.device_authorization_endpoint),
    ] {
        let url = url.as_ref().map_or("none", url::Url::as_str);
        let _ = writeln!(text, "{name:<15}{url}");
    }
    Ok(Answer::good(json, text))
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, WireError> {
    serde_json::to_value(value).map_err(|_| internal("the catalogue cannot be written"))
}
