//! The authorization endpoint: S256 required, `iss` in every answer (RFC 9207), errors as RFC 6749 §4.1.2.1 says.

use http::StatusCode;
use time::{Duration, OffsetDateTime};
use url::Url;

use super::{Code, Grant, Oidc, SCOPES};
use crate::provider::pages::Consent;
use crate::provider::redirect::{self, PathRule};
use crate::random;
use crate::reply::Reply;
use crate::request::{Incoming, Pairs, first, repeated};

const CODE_LIFETIME: Duration = Duration::seconds(60);
/// The path that is registered with both clients.
const CALLBACK_PATH: &str = "/callback";

/// What somebody is asked to agree to.
pub(super) enum Asked {
    Code(CodeRequest),
    Device { user_code: String },
}

/// An authorization request that was found good.
pub(super) struct CodeRequest {
    client: usize,
    redirect: Url,
    /// The redirect URI exactly as it was sent.
    redirect_text: String,
    state: Option<String>,
    scopes: Vec<String>,
    challenge: String,
    nonce: Option<String>,
}

impl Oidc {
    pub(super) fn authorize(&mut self, parameters: &Pairs, now: OffsetDateTime) -> Reply {
        let value = |name| first(parameters, name).filter(|value| !value.is_empty());
        let found = self
            .clients
            .iter()
            .position(|client| value("client_id") == Some(client.id));
        let Some(client) = found else {
            return self.page_error("The client_id is missing or unknown.");
        };
        let redirect_text = value("redirect_uri").unwrap_or_default();
        let Some(redirect) = redirect::loopback(redirect_text, CALLBACK_PATH, PathRule::Same)
        else {
            return self.page_error("The redirect_uri is missing or not one that is registered.");
        };
        let state = value("state").map(str::to_owned);
        if let Some((code, description)) = flaw(parameters) {
            return self.send_back(
                &redirect,
                &[("error", code), ("error_description", &description)],
                state.as_deref(),
            );
        }
        let scopes: Vec<String> = granted(value("scope").unwrap_or_default());
        let (name, hint) = (self.clients[client].name, value("login_hint"));
        let request = CodeRequest {
            client,
            redirect,
            redirect_text: redirect_text.to_owned(),
            state,
            scopes: scopes.clone(),
            challenge: value("code_challenge").unwrap_or_default().to_owned(),
            nonce: value("nonce").map(str::to_owned),
        };
        self.interactions
            .begin(Asked::Code(request), name, &scopes, hint, now)
    }

    pub(super) fn decide(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let consent = match self.interactions.consent(incoming, now) {
            Ok(consent) => consent,
            Err(page) => return *page,
        };
        let (asked, person) = match consent {
            Consent::Allowed { asked, person } => (asked, Some(person)),
            Consent::Denied { asked } => (asked, None),
        };
        match asked {
            Asked::Device { user_code } => {
                self.devices.decide(&user_code, person);
                let text = if person.is_some() {
                    "The device is connected. You can go back to it."
                } else {
                    "The device was not connected."
                };
                self.interactions
                    .note(StatusCode::OK, "Connect a device", text)
            }
            Asked::Code(request) => match person {
                Some(person) => self.grant_code(request, person, now),
                None => self.send_back(
                    &request.redirect,
                    &[
                        ("error", "access_denied"),
                        ("error_description", "the user refused"),
                    ],
                    request.state.as_deref(),
                ),
            },
        }
    }

    fn grant_code(&mut self, request: CodeRequest, person: usize, now: OffsetDateTime) -> Reply {
        let code = random::token();
        let grant = Grant {
            client: request.client,
            person: Some(person),
            scopes: request.scopes,
            authenticated: now,
            family: random::token(),
        };
        let entry = Code {
            grant,
            redirect: request.redirect_text,
            challenge: request.challenge,
            nonce: request.nonce,
            expires: now + CODE_LIFETIME,
            used: false,
        };
        self.codes.insert(code.clone(), entry);
        self.send_back(
            &request.redirect,
            &[("code", &code)],
            request.state.as_deref(),
        )
    }

    /// 303, so that no browser sends the form on (RFC 9700 §4.12).
    fn send_back(&self, redirect: &Url, answer: &[(&str, &str)], state: Option<&str>) -> Reply {
        let mut pairs = answer.to_vec();
        pairs.extend(state.map(|state| ("state", state)));
        let iss = self
            .scenario
            .authorization_iss
            .as_deref()
            .unwrap_or(&self.issuer);
        pairs.extend((!iss.is_empty()).then_some(("iss", iss)));
        Reply::redirect(
            StatusCode::SEE_OTHER,
            &redirect::with_answer(redirect, &pairs),
        )
    }

    /// Whoever cannot be trusted with an answer does not get one by redirect.
    fn page_error(&self, text: &str) -> Reply {
        self.interactions
            .note(StatusCode::BAD_REQUEST, "The request is not valid", text)
    }
}

/// What is wrong with a request whose client and redirect URI are known to be good.
fn flaw(parameters: &Pairs) -> Option<(&'static str, String)> {
    let value = |name| first(parameters, name).filter(|value| !value.is_empty());
    if let Some(name) = repeated(parameters) {
        return Some(("invalid_request", format!("{name} stands there twice")));
    }
    if value("request").is_some() {
        return Some((
            "request_not_supported",
            "request objects are not supported".to_owned(),
        ));
    }
    if value("request_uri").is_some() {
        return Some((
            "request_uri_not_supported",
            "request_uri is not supported".to_owned(),
        ));
    }
    match value("response_type") {
        None => return Some(("invalid_request", "response_type is missing".to_owned())),
        Some("code") => {}
        Some(_) => {
            return Some((
                "unsupported_response_type",
                "only the code flow is supported".to_owned(),
            ));
        }
    }
    if value("response_mode").is_some_and(|mode| mode != "query") {
        return Some((
            "invalid_request",
            "only response_mode=query is supported".to_owned(),
        ));
    }
    let challenge = value("code_challenge").unwrap_or_default();
    if value("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Some((
            "invalid_request",
            "a code_challenge with the method S256 is required".to_owned(),
        ));
    }
    if value("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
        return Some(("login_required", "nobody is signed in".to_owned()));
    }
    None
}

/// The scopes that are granted for a request: unknown ones are left out.
pub(super) fn granted(asked: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in asked.split(' ').filter(|scope| SCOPES.contains(scope)) {
        if !scopes.iter().any(|earlier| earlier == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}
