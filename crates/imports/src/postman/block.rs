//! One block of OAuth 2.0 settings.

use gatewright_oauth::{ClientAuthentication, GrantType};
use serde_json::{Map, Value};

use super::variables::Variables;
use crate::imported::{Connection, Imported, SecretName, is_secret, scopes};
use crate::note::{Note, shown};
use crate::token_call::{self, endpoint, find_preset, grant_named};

/// Settings that say nothing to us: how Postman looks, or what is made anew for each sign-in.
const SILENT: [&str; 12] = [
    "tokenName",
    "tokenType",
    "useBrowser",
    "headerPrefix",
    "state",
    "code_verifier",
    "addTokenTo",
    "challengeAlgorithm",
    "username",
    "password",
    "id",
    "refreshRequestParams",
];

struct Reader<'a> {
    settings: &'a Map<String, Value>,
    variables: &'a Variables,
    imported: Imported,
}

/// Reads the settings that stand at a place.
pub(super) fn read(place: &str, settings: &Map<String, Value>, variables: &Variables) -> Imported {
    let mut reader = Reader {
        settings,
        variables,
        imported: Imported {
            place: place.to_owned(),
            ..Imported::default()
        },
    };
    if let Some(connection) = reader.connection() {
        reader.imported.connection = Some(connection);
    } else {
        reader.imported.secrets = crate::imported::Secrets::default();
    }
    reader.imported
}

impl Reader<'_> {
    fn connection(&mut self) -> Option<Connection> {
        // What Postman shows when nothing was chosen.
        let grant = self
            .text("grant_type", "grant type")
            .unwrap_or_else(|| "authorization_code".to_owned());
        let grant = match grant_named(&grant) {
            Ok(grant) => grant,
            Err(note) => {
                self.note(note);
                return None;
            }
        };
        let mut connection = Connection {
            name: self
                .text("tokenName", "name of the token")
                .map(|name| shown(&name))
                .unwrap_or_default(),
            grant: Some(grant),
            client_id: self.text("clientId", "client id"),
            scopes: self
                .text("scope", "scope")
                .map(|text| scopes(&text))
                .unwrap_or_default(),
            token: self.endpoint("accessTokenUrl", "token endpoint"),
            ..Connection::default()
        };
        if grant == GrantType::AuthorizationCode {
            connection.authorization = self.endpoint("authUrl", "authorization endpoint");
            connection.redirect_uri = self.text("redirect_uri", "redirect URI");
            if connection.redirect_uri.is_some() {
                self.note(Note::not_taken(
                    "The redirect URI of Postman",
                    "this application listens on its own; register the address that it shows.",
                ));
            }
        }
        for (key, name, setting) in [
            ("clientSecret", SecretName::ClientSecret, "client secret"),
            ("accessToken", SecretName::AccessToken, "access token"),
            ("refreshToken", SecretName::RefreshToken, "refresh token"),
        ] {
            if let Some(value) = self.text(key, setting) {
                self.imported.secrets.put(name, value);
            }
        }
        connection.client_auth = self.client_auth();
        self.differing_refresh(&connection);
        connection.authorization_params = self.params("authRequestParams");
        connection.token_params = self.params("tokenRequestParams");
        connection.refresh_params = self.params("refreshRequestParams");
        for (key, name) in [("audience", "audience"), ("resource", "resource")] {
            if let Some(value) = self.text(key, name) {
                let params = if grant == GrantType::AuthorizationCode {
                    &mut connection.authorization_params
                } else {
                    &mut connection.token_params
                };
                params.push((name.to_owned(), value));
            }
        }
        self.warn();
        find_preset(&mut connection, &mut self.imported.notes);
        Some(connection)
    }

    fn client_auth(&mut self) -> Option<ClientAuthentication> {
        let no_secret = self
            .imported
            .secrets
            .named(SecretName::ClientSecret)
            .is_none()
            && self.raw("clientSecret").is_none();
        match self
            .text("client_authentication", "client authentication")
            .as_deref()
        {
            _ if no_secret => Some(ClientAuthentication::None),
            // Postman's own default.
            None | Some("header") => Some(ClientAuthentication::Basic),
            Some("body") => Some(ClientAuthentication::Body),
            Some(other) => {
                let what = format!("The client authentication {}", shown(other));
                self.note(Note::Unknown { what });
                None
            }
        }
    }

    fn differing_refresh(&mut self, connection: &Connection) {
        let Some(refresh) = self.endpoint("refreshTokenUrl", "refresh endpoint") else {
            return;
        };
        if connection.token.as_ref() != Some(&refresh) {
            self.note(Note::not_taken(
                "The refresh endpoint of its own",
                "tokens are refreshed at the token endpoint.",
            ));
        }
    }

    fn warn(&mut self) {
        if self
            .raw("challengeAlgorithm")
            .is_some_and(|text| text == "plain")
        {
            self.note(Note::not_taken(
                "The proof key in plain text",
                "S256 is always sent.",
            ));
        }
        if self
            .raw("addTokenTo")
            .is_some_and(|text| text == "queryParams")
        {
            self.note(Note::not_taken(
                "Sending the token in the address",
                "it would end up in logs; it goes into the Authorization header.",
            ));
        }
        let known = [
            "grant_type",
            "clientId",
            "clientSecret",
            "scope",
            "accessTokenUrl",
            "authUrl",
            "redirect_uri",
            "accessToken",
            "refreshToken",
            "refreshTokenUrl",
            "client_authentication",
            "authRequestParams",
            "tokenRequestParams",
            "audience",
            "resource",
        ];
        let unknown: Vec<String> = self
            .settings
            .iter()
            .filter(|(key, value)| {
                !known.contains(&key.as_str())
                    && !SILENT.contains(&key.as_str())
                    && !matches!(value, Value::Null)
                    && value.as_str() != Some("")
            })
            .map(|(key, _)| format!("The setting {}", shown(key)))
            .take(20)
            .collect();
        for what in unknown {
            self.note(Note::Unknown { what });
        }
    }

    fn raw(&self, key: &str) -> Option<&str> {
        self.settings
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty())
    }

    fn text(&mut self, key: &str, setting: &'static str) -> Option<String> {
        let text = self.raw(key)?.trim().to_owned();
        match self.variables.resolve(&text, setting) {
            Ok(text) => Some(text).filter(|text| !text.trim().is_empty()),
            Err(note) => {
                self.note(note);
                None
            }
        }
    }

    fn endpoint(&mut self, key: &str, setting: &'static str) -> Option<url::Url> {
        let text = self.text(key, setting)?;
        match endpoint(&text, setting) {
            Ok(url) => Some(url),
            Err(note) => {
                self.note(note);
                None
            }
        }
    }

    fn params(&mut self, key: &str) -> Vec<(String, String)> {
        let mut params = Vec::new();
        let list = self.settings.get(key).and_then(Value::as_array);
        for entry in list.into_iter().flatten() {
            if entry.get("enabled") == Some(&Value::Bool(false)) {
                continue;
            }
            let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
            let (name, value) = (text("key"), text("value"));
            if name.is_empty() {
                continue;
            }
            if text("send_as") == "request_header" {
                self.note(Note::not_taken(
                    format!("The header {name}"),
                    "further headers are not sent to the provider.",
                ));
                continue;
            }
            if is_secret(name) {
                self.note(Note::not_taken(
                    format!("The parameter {name}"),
                    "it looks like a secret that is not known here.",
                ));
                continue;
            }
            match self.variables.resolve(value, "further parameter") {
                Ok(value) => token_call::push(
                    &mut params,
                    name.to_owned(),
                    value,
                    &mut self.imported.notes,
                ),
                Err(note) => self.note(note),
            }
        }
        params
    }

    fn note(&mut self, note: Note) {
        if !self.imported.notes.contains(&note) {
            self.imported.notes.push(note);
        }
    }
}
