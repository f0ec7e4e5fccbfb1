//! What a command means: getting a token, beginning a sign-in, or calling an API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewright_oauth::GrantType;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Command, CurlError, Presented};
use crate::guess::{Endpoint, guess};
use crate::imported::{Connection, Credential, Imported, Request, SecretName, scopes};
use crate::note::{Note, shown};
use crate::token_call::{self, find_preset, push};

/// Headers that hold no secret and may matter.
const HARMLESS: [&str; 6] = [
    "accept",
    "accept-language",
    "content-type",
    "user-agent",
    "x-atlassian-token",
    "x-github-api-version",
];

impl Command {
    /// What the command means.
    pub(super) fn imported(mut self) -> Result<Imported, CurlError> {
        let mut imported = Imported::default();
        let (url, in_address) = self.url(&mut imported)?;
        if self.user.is_none() {
            self.user = in_address;
        }
        let presented = self.presented();
        let form = self.form()?;
        let asks_token = form
            .as_ref()
            .is_some_and(|form| form.iter().any(|(name, _)| name == "grant_type"));
        if let Some(form) = form.filter(|_| asks_token) {
            self.token_call(&mut imported, url, form, presented);
        } else if let Some(connection) = self.sign_in(&url) {
            imported.connection = Some(connection);
        } else {
            self.api_call(&mut imported, url, presented);
        }
        if let Some(connection) = &mut imported.connection {
            find_preset(connection, &mut self.notes);
        }
        imported.notes.splice(0..0, self.notes);
        Ok(imported)
    }

    fn presented(&mut self) -> Presented {
        let mut presented = Presented {
            credential: Credential::None,
            basic: None,
            bearer: self.bearer.take(),
        };
        let place = self
            .headers
            .iter()
            .position(|(name, _)| name == "authorization");
        if let Some(place) = place {
            let (_, value) = self.headers.remove(place);
            let (scheme, rest) = value.split_once(' ').unwrap_or((value.as_str(), ""));
            let rest = rest.trim();
            match scheme.to_ascii_lowercase().as_str() {
                "bearer" | "token" if !rest.is_empty() => presented.bearer = Some(rest.to_owned()),
                "basic" => match STANDARD.decode(rest).ok().map(String::from_utf8) {
                    Some(Ok(user)) => self.user = Some(user),
                    Some(Err(_)) | None => self.note(
                        "The Basic credential",
                        "it is not written in Base64, or is no text.",
                    ),
                },
                _ => self.note(
                    "The Authorization header",
                    "only Basic and Bearer are known here.",
                ),
            }
        }
        if let Some(user) = self.user.take() {
            let (name, password) = user.split_once(':').unwrap_or((user.as_str(), ""));
            presented.basic = Some((name.to_owned(), password.to_owned()));
        }
        presented.credential = match (&presented.bearer, &presented.basic) {
            (Some(_), _) => Credential::Bearer,
            (None, Some((username, _))) => Credential::Basic {
                username: username.clone(),
            },
            (None, None) => Credential::None,
        };
        presented
    }

    /// The body as parameters, if it is any.
    fn form(&mut self) -> Result<Option<Vec<(String, String)>>, CurlError> {
        let Some(body) = self.body.take() else {
            return Ok(None);
        };
        let is_json = self.json
            || self
                .headers
                .iter()
                .any(|(name, value)| name == "content-type" && value.contains("json"));
        if !is_json {
            let pairs = form_urlencoded::parse(body.trim().as_bytes());
            return Ok(Some(pairs.into_owned().collect()));
        }
        if !body.contains("grant_type") {
            return Ok(None);
        }
        let value: Value = serde_json::from_str(&body).map_err(|_| CurlError::NotAForm)?;
        let members = value.as_object().ok_or(CurlError::NotAForm)?;
        self.note("The JSON body", "the parameters are sent as a form.");
        Ok(Some(
            members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
        ))
    }

    fn token_call(
        &mut self,
        imported: &mut Imported,
        url: Url,
        form: Vec<(String, String)>,
        presented: Presented,
    ) {
        let basic = presented.basic.is_some();
        token_call::read(imported, url, form, basic);
        let Some(connection) = &mut imported.connection else {
            imported.secrets = crate::imported::Secrets::default();
            return;
        };
        if let Some((name, secret)) = presented.basic {
            connection.client_id = Some(name);
            imported.secrets.put(SecretName::ClientSecret, secret);
        }
        if presented.bearer.is_some() {
            self.note(
                "The bearer token",
                "a token endpoint takes the client's own credentials.",
            );
        }
        self.leave_headers_out();
    }

    /// The address of a sign-in, if it is one.
    fn sign_in(&mut self, url: &Url) -> Option<Connection> {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let has = |name: &str| pairs.iter().any(|(known, _)| known == name);
        if !has("response_type") || !has("client_id") {
            return None;
        }
        let mut connection = Connection {
            grant: Some(GrantType::AuthorizationCode),
            ..Connection::default()
        };
        let mut bare = url.clone();
        bare.set_query(None);
        for (name, value) in pairs {
            match name.as_str() {
                "client_id" => connection.client_id = Some(value),
                "scope" => connection.scopes = scopes(&value),
                "redirect_uri" => connection.redirect_uri = Some(value),
                "response_type" if value != "code" => {
                    self.notes.push(Note::not_taken(
                        format!("response_type={value}"),
                        "only the authorization code flow is offered.",
                    ));
                }
                "response_type"
                | "state"
                | "nonce"
                | "code_challenge"
                | "code_challenge_method" => {}
                _ => push(
                    &mut connection.authorization_params,
                    name,
                    value,
                    &mut self.notes,
                ),
            }
        }
        connection.authorization = Some(bare);
        Some(connection)
    }

    fn api_call(&mut self, imported: &mut Imported, url: Url, presented: Presented) {
        let has_body = self.json || self.body.is_some();
        let method = match (&self.method, self.head) {
            (Some(method), _) => shown(&method.to_ascii_uppercase()),
            (None, true) => "HEAD".to_owned(),
            (None, false) if has_body && !self.query => "POST".to_owned(),
            (None, false) => "GET".to_owned(),
        };
        if let Some(token) = presented.bearer {
            imported.secrets.put(SecretName::AccessToken, token);
        } else if let Some((_, password)) = presented.basic {
            imported.secrets.put(SecretName::Password, password);
        }
        let userinfo = guess(Endpoint::Userinfo, &url).is_some()
            || url
                .path()
                .to_ascii_lowercase()
                .trim_end_matches('/')
                .ends_with("/userinfo");
        if userinfo {
            imported.connection = Some(Connection {
                userinfo: Some(url.clone()),
                ..Connection::default()
            });
        }
        let (kept, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.headers)
            .into_iter()
            .partition(|(name, _)| HARMLESS.contains(&name.as_str()));
        self.headers = others;
        self.leave_headers_out();
        imported.request = Some(Request {
            method,
            url,
            credential: presented.credential,
            headers: kept,
        });
    }

    fn leave_headers_out(&mut self) {
        for (name, _) in std::mem::take(&mut self.headers) {
            if HARMLESS.contains(&name.as_str()) {
                continue;
            }
            let reason = if name == "cookie" {
                "a session of a browser is no token; sign in instead."
            } else {
                "headers of one's own are not sent."
            };
            self.note(format!("The header {name}"), reason);
        }
    }
}
