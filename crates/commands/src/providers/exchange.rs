//! Connections that were set up elsewhere, and the way out again; for the window and the command
//! line.

use std::collections::BTreeMap;

use gatewright_catalogue as catalogue;
use gatewright_imports as imports;
use gatewright_imports::{Connection, Imported, SecretName};
use gatewright_oauth::ClientAuthentication;
use gatewright_wire::{
    ConnectionSettings, ExportedConnection, ImportConnections, ImportFormat, ImportedConnection,
    ImportedConnections, Parameter, ProviderId, RedirectChoice, SaveProvider, TypedSecret,
    WireError,
};
use url::Url;

use crate::app::App;
use crate::errors::invalid;
use crate::flow;

/// What a connection without an entry of the catalogue becomes.
const CUSTOM: &str = "custom-oauth2";

/// Reads a file or a command; without a format it is found out.
pub(crate) fn read(text: &str, format: Option<ImportFormat>) -> Result<Vec<Imported>, WireError> {
    let format = format.unwrap_or_else(|| recognised(text));
    match format {
        ImportFormat::Postman => imports::postman(text.as_bytes())
            .map_err(|error| invalid("text", error.to_string(), error.hint())),
        ImportFormat::Curl => imports::curl(text)
            .map(|one| vec![one])
            .map_err(|error| invalid("text", error.to_string(), error.hint())),
        ImportFormat::Connection => imports::connection(text.as_bytes())
            .map(|one| vec![one])
            .map_err(|error| invalid("text", error.to_string(), error.hint())),
    }
}

fn recognised(text: &str) -> ImportFormat {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('{') {
        ImportFormat::Curl
    } else if text.contains(imports::FORMAT.split('/').next().unwrap_or_default()) {
        ImportFormat::Connection
    } else {
        ImportFormat::Postman
    }
}

/// The entry of the catalogue that a connection becomes, with its inputs.
fn placed(connection: &Connection) -> (String, BTreeMap<String, String>) {
    if let Some(preset) = &connection.preset {
        return (preset.clone(), connection.inputs.clone());
    }
    let inputs = [
        ("authorization_url", &connection.authorization),
        ("token_url", &connection.token),
        ("userinfo_url", &connection.userinfo),
    ];
    let inputs = inputs
        .into_iter()
        .filter_map(|(key, url)| Some((key.to_owned(), url.as_ref()?.to_string())))
        .collect();
    (CUSTOM.to_owned(), inputs)
}

/// The way back of a redirect URI; none where it is not on this computer.
fn way_back(uri: &str) -> Option<RedirectChoice> {
    let url = Url::parse(uri).ok()?;
    let host = url.host_str()?;
    (url.scheme() == "http" && matches!(host, "127.0.0.1" | "localhost")).then(|| RedirectChoice {
        host: host.to_owned(),
        port: url.port(),
        path: url.path().to_owned(),
    })
}

/// What a secret is, in words.
fn secret_words(name: SecretName) -> &'static str {
    match name {
        SecretName::ClientSecret => "client secret",
        SecretName::AccessToken => "access token",
        SecretName::RefreshToken => "refresh token",
        SecretName::Password => "password of a call",
    }
}

/// What was read, without its secrets.
pub(crate) fn shown(imported: &Imported) -> ImportedConnection {
    let empty = Connection::default();
    let connection = imported.connection.as_ref().unwrap_or(&empty);
    let (preset, inputs) = placed(connection);
    let known = catalogue::provider(&preset);
    let mut notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
    for secret in imported.secrets.iter() {
        if secret.name != SecretName::ClientSecret {
            notes.push(format!(
                "It holds the {}; that is not kept. Paste it under Token if it is needed.",
                secret_words(secret.name)
            ));
        }
    }
    if let Some(uri) = &connection.redirect_uri
        && way_back(uri).is_none()
    {
        notes.push(format!(
            "The redirect URI {uri} does not lead back to this computer: register the one that is shown, or paste the address at which the browser ends up."
        ));
    }
    let input = |key: &String| {
        known
            .and_then(|known| known.inputs.iter().find(|input| input.key == key))
            .map_or_else(|| key.clone(), |input| input.label.to_owned())
    };
    let fact = |name: &str, value: &str| Parameter {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let mut facts: Vec<Parameter> = inputs
        .iter()
        .map(|(key, value)| fact(&input(key), value))
        .collect();
    if let Some(id) = &connection.client_id {
        facts.push(fact("Client ID", id));
    }
    if let Some(auth) = connection.client_auth {
        facts.push(fact("Client authentication", auth.name()));
    }
    if !connection.scopes.is_empty() {
        facts.push(fact("Scopes", &connection.scopes.join(" ")));
    }
    if let Some(uri) = &connection.redirect_uri {
        facts.push(fact("Redirect URI", uri));
    }
    for (name, value) in connection
        .authorization_params
        .iter()
        .chain(&connection.token_params)
        .chain(&connection.refresh_params)
    {
        facts.push(fact(&format!("Parameter {name}"), value));
    }
    ImportedConnection {
        place: imported.place.clone(),
        name: connection.name.clone(),
        preset_name: known.map_or_else(|| preset.clone(), |known| known.name.to_owned()),
        preset,
        grant: connection.grant.map(|grant| grant.name().to_owned()),
        facts,
        secrets: imported
            .secrets
            .iter()
            .map(|secret| secret_words(secret.name).to_owned())
            .collect(),
        notes,
        usable: imported.connection.is_some(),
    }
}

/// A connection as it is kept, to be written as a file.
pub(crate) fn as_connection(
    name: &str,
    preset: &str,
    inputs: &BTreeMap<String, String>,
) -> Connection {
    let endpoints = flow::entered_endpoints(preset, inputs).unwrap_or_default();
    Connection {
        name: name.to_owned(),
        preset: Some(preset.to_owned()),
        inputs: inputs.clone(),
        authorization: endpoints.authorization,
        token: endpoints.token,
        userinfo: endpoints.userinfo,
        ..Connection::default()
    }
}

impl App {
    /// Reads connections that were set up elsewhere, and keeps one of them.
    pub async fn import_connections(
        &self,
        request: ImportConnections,
    ) -> Result<ImportedConnections, WireError> {
        let text = gatewright_secret::SecretString::wrap(request.text.into_text());
        let found = read(text.expose(), request.format)?;
        let connections = found.iter().map(shown).collect();
        let taken = match request.take {
            None => None,
            Some(at) => {
                let chosen = usize::try_from(at).ok().and_then(|at| found.get(at));
                let chosen = chosen.and_then(|one| Some((one, one.connection.as_ref()?)));
                let (imported, connection) = chosen.ok_or_else(|| {
                    invalid(
                        "take",
                        "There is no connection to be kept at that place.",
                        "Choose one of those that were found.",
                    )
                })?;
                Some(self.save_provider(to_save(imported, connection)?).await?)
            }
        };
        Ok(ImportedConnections { connections, taken })
    }

    /// A connection as a file, without secrets.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn export_connection(
        &self,
        request: ProviderId,
    ) -> Result<ExportedConnection, WireError> {
        let provider = self.kept_provider(&request.id)?;
        let known = flow::known(&provider.preset)?;
        let redirect = &provider.redirect;
        let connection = Connection {
            client_id: Some(provider.client_id.clone()).filter(|id| !id.is_empty()),
            client_auth: Some(flow::authentication(crate::convert::client_auth(
                provider.client_auth,
            ))),
            scopes: provider.scopes.clone(),
            redirect_uri: Some(known.redirect_to_register(
                &redirect.host,
                redirect.port,
                &redirect.path,
            )),
            authorization_params: provider.settings.authorization_params.clone(),
            token_params: provider.settings.token_params.clone(),
            refresh_params: provider.settings.refresh_params.clone(),
            ..as_connection(&provider.name, &provider.preset, &provider.inputs)
        };
        Ok(ExportedConnection {
            text: imports::export(&connection),
        })
    }
}

/// What the form would have sent.
fn to_save(imported: &Imported, connection: &Connection) -> Result<SaveProvider, WireError> {
    let (preset, inputs) = placed(connection);
    let known = flow::known(&preset)?;
    let usual = known.redirect_parts();
    let secret = imported.secrets.named(SecretName::ClientSecret);
    let authentication = connection.client_auth.unwrap_or({
        if secret.is_none() && connection.client_id.is_some() {
            ClientAuthentication::None
        } else {
            known.default_client_auth
        }
    });
    let params = |params: &[(String, String)]| {
        params
            .iter()
            .map(|(name, value)| Parameter {
                name: name.clone(),
                value: value.clone(),
            })
            .collect()
    };
    Ok(SaveProvider {
        id: None,
        preset,
        name: connection.name.clone(),
        inputs,
        client_id: connection.client_id.clone().unwrap_or_default(),
        client_secret: secret.map(|secret| TypedSecret::new(secret.expose().clone())),
        scopes: if connection.scopes.is_empty() {
            known.default_scopes()
        } else {
            connection.scopes.clone()
        },
        client_auth: flow::client_auth(authentication),
        redirect: connection
            .redirect_uri
            .as_deref()
            .and_then(way_back)
            .unwrap_or_else(|| RedirectChoice {
                host: usual.host.to_owned(),
                port: None,
                path: usual.path.to_owned(),
            }),
        settings: ConnectionSettings {
            authorization_params: params(&connection.authorization_params),
            token_params: params(&connection.token_params),
            refresh_params: params(&connection.refresh_params),
            ..ConnectionSettings::default()
        },
        client_key: None,
        proxy_password: None,
    })
}
