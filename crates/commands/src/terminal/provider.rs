//! `gatewright provider`.

use std::fmt::Write as _;

use gatewright_catalogue::{Provider, provider, providers};
use gatewright_imports::{Imported, export};
use gatewright_oauth::discover as ask;
use gatewright_secret::SecretString;
use gatewright_wire::{ImportFormat, ImportedConnection, WireError};
use serde_json::{Value, json};

use super::{Answer, ClientOptions, Known, Surroundings, unknown_provider};
use crate::errors::{self, internal};
use crate::providers::exchange;

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
    if let Some(advice) = provider.username.for_gateway {
        let _ = writeln!(text, "\nFor the gateway:\n  {advice}");
    }
    for (title, note) in [
        ("Beware", provider.username.warn),
        ("Redirect URI", provider.loopback_note),
    ] {
        if let Some(note) = note {
            let _ = writeln!(text, "\n{title}:\n  {note}");
        }
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

/// Connections of a Postman collection, a curl command or a file of our own, without their secrets.
pub fn import(text: &SecretString, format: Option<&str>) -> Result<Answer, WireError> {
    let format = match format {
        Some("postman") => Some(ImportFormat::Postman),
        Some("curl") => Some(ImportFormat::Curl),
        Some("connection") => Some(ImportFormat::Connection),
        Some(_) | None => None,
    };
    let found = exchange::read(text.expose(), format)?;
    let mut lines = String::new();
    let mut connections = Vec::new();
    for imported in &found {
        let shown = exchange::shown(imported);
        for_people_imported(&mut lines, &shown);
        connections.push(imported_json(imported, &shown)?);
    }
    let usable = found.iter().any(|one| one.connection.is_some());
    if found.is_empty() {
        lines.push_str("There is no OAuth 2.0 in it.\n");
    }
    Ok(Answer::judged(
        json!({ "connections": connections }),
        lines,
        usable,
    ))
}

fn for_people_imported(lines: &mut String, shown: &ImportedConnection) {
    let name = [&shown.place, &shown.name]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or(shown.preset_name.as_str(), String::as_str);
    if shown.usable {
        let _ = writeln!(lines, "{name}\n  provider  {}", shown.preset);
    } else {
        let _ = writeln!(lines, "{name}: no connection");
    }
    if let Some(grant) = &shown.grant {
        let _ = writeln!(lines, "  grant  {grant}");
    }
    for fact in &shown.facts {
        let _ = writeln!(lines, "  {}  {}", fact.name, fact.value);
    }
    if !shown.secrets.is_empty() {
        let _ = writeln!(lines, "  not printed  {}", shown.secrets.join(", "));
    }
    for note in &shown.notes {
        let _ = writeln!(lines, "  - {note}");
    }
}

fn imported_json(imported: &Imported, shown: &ImportedConnection) -> Result<Value, WireError> {
    // The same text that `provider export` writes.
    let connection = imported
        .connection
        .as_ref()
        .map(|connection| serde_json::from_str::<Value>(&export(connection)))
        .transpose()
        .map_err(|_| internal("a connection cannot be written"))?;
    let secrets: Vec<Value> = imported
        .secrets
        .iter()
        .map(|secret| json!(secret.name))
        .collect();
    Ok(json!({
        "place": shown.place,
        "provider": shown.preset,
        "connection": connection,
        "secrets": secrets,
        "notes": shown.notes,
    }))
}

/// A connection as a file, without secrets.
pub fn export_connection(
    known: &Known,
    client: &ClientOptions,
    name: &str,
    scopes: Vec<String>,
    redirect_uri: Option<String>,
) -> Result<Answer, WireError> {
    let (preset, inputs) = known.canonical()?;
    let provider = provider(preset).ok_or_else(|| unknown_provider(preset))?;
    provider.endpoints(&inputs).map_err(|error| {
        errors::invalid(
            "input",
            format!("{}: {}", error.key, error.message),
            format!("The option is --input {}=VALUE.", error.key),
        )
    })?;
    let mut connection = exchange::as_connection(name, preset, &inputs);
    connection.client_id = Some(client.id().to_owned()).filter(|id| !id.is_empty());
    connection.client_auth = client.authentication();
    connection.scopes = if scopes.is_empty() {
        provider.default_scopes()
    } else {
        scopes
    };
    connection.redirect_uri = redirect_uri;
    let text = export(&connection);
    let json =
        serde_json::from_str(&text).map_err(|_| internal("the connection cannot be written"))?;
    Ok(Answer::good(json, text))
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, WireError> {
    serde_json::to_value(value).map_err(|_| internal("the catalogue cannot be written"))
}
