//! The parameters of a token request, whoever wrote them down.

use gatewright_limits::count;
use gatewright_oauth::{ClientAuthentication, GrantRefused, GrantType, check_endpoint};
use url::Url;

use crate::guess::{Endpoint, guess};
use crate::imported::{Connection, Imported, SecretName, is_secret, scopes};
use crate::note::{Note, shown};

/// The grant of this name, or a note why it is not offered.
pub(crate) fn grant_named(name: &str) -> Result<GrantType, Note> {
    name.parse()
        .map_err(|refused: GrantRefused| Note::RefusedGrant {
            reason: shown(&refused.to_string()),
            hint: refused.hint(),
        })
}

/// An address as an endpoint, or a note that it is none.
pub(crate) fn endpoint(text: &str, setting: &'static str) -> Result<Url, Note> {
    Url::parse(text.trim())
        .ok()
        .filter(|url| check_endpoint(setting, url).is_ok())
        .ok_or(Note::NotAnEndpoint { setting })
}

/// Reads the parameters of a token request into an import. `basic` says whether the client
/// authenticated in the header already.
pub(crate) fn read(imported: &mut Imported, url: Url, params: Vec<(String, String)>, basic: bool) {
    let mut connection = imported.connection.take().unwrap_or_default();
    let mut has_secret = false;
    for (name, value) in params {
        match name.as_str() {
            "grant_type" => match grant_named(&value) {
                Ok(grant) => connection.grant = Some(grant),
                Err(note) => {
                    imported.notes.push(note);
                    return;
                }
            },
            "client_id" => connection.client_id = Some(value),
            "client_secret" => {
                has_secret = !value.is_empty();
                imported.secrets.put(SecretName::ClientSecret, value);
            }
            "refresh_token" => imported.secrets.put(SecretName::RefreshToken, value),
            "scope" => connection.scopes = scopes(&value),
            "redirect_uri" => connection.redirect_uri = Some(value),
            "code" | "code_verifier" | "device_code" => imported.notes.push(Note::not_taken(
                name,
                "it is good once, for the sign-in that it was made for.",
            )),
            "client_assertion" | "client_assertion_type" => {
                if name == "client_assertion" {
                    imported.notes.push(Note::not_taken(
                        name,
                        "it is good for a short time only; enter the private key that it was made with.",
                    ));
                }
            }
            _ if is_secret(&name) => imported.notes.push(Note::not_taken(
                format!("The parameter {name}"),
                "it looks like a secret that is not known here.",
            )),
            _ => push(
                &mut connection.token_params,
                name,
                value,
                &mut imported.notes,
            ),
        }
    }
    connection.client_auth = Some(if basic {
        if has_secret {
            imported.notes.push(Note::not_taken(
                "The client secret in the form",
                "the client authenticates in the header already, and servers refuse both at once.",
            ));
        }
        ClientAuthentication::Basic
    } else if has_secret {
        ClientAuthentication::Body
    } else {
        ClientAuthentication::None
    });
    connection.token = Some(url);
    imported.connection = Some(connection);
}

/// Adds a parameter as long as there are not too many.
pub(crate) fn push(
    params: &mut Vec<(String, String)>,
    name: String,
    value: String,
    notes: &mut Vec<Note>,
) {
    if params.len() < count::PARAMETERS {
        params.push((name, value));
    } else if !notes.contains(&Note::TooMany { what: "parameters" }) {
        notes.push(Note::TooMany { what: "parameters" });
    }
}

/// Finds the preset by the endpoints: what the catalogue knows, or the custom one.
pub(crate) fn find_preset(connection: &mut Connection, notes: &mut Vec<Note>) {
    let known = [
        (Endpoint::Token, &connection.token),
        (Endpoint::Authorization, &connection.authorization),
        (Endpoint::Userinfo, &connection.userinfo),
    ]
    .into_iter()
    .find_map(|(endpoint, url)| guess(endpoint, url.as_ref()?));
    if let Some(guess) = known {
        connection.preset = Some(guess.preset.to_owned());
        connection.inputs = guess.inputs;
        if !guess.others.is_empty() {
            notes.push(Note::OtherPresets {
                chosen: guess.preset,
                others: guess.others,
            });
        }
        return;
    }
    connection.preset = Some("custom-oauth2".to_owned());
    connection.inputs = [
        ("authorization_url", &connection.authorization),
        ("token_url", &connection.token),
        ("userinfo_url", &connection.userinfo),
    ]
    .into_iter()
    .filter_map(|(key, url)| Some((key.to_owned(), url.as_ref()?.to_string())))
    .collect();
}
