//! The GitHub Enterprise Server face: OAuth as GitHub does it, and the parts of its API that tell who somebody is.

mod api;
mod token;

use std::collections::HashMap;

use http::StatusCode;
use time::{Duration, OffsetDateTime};

use super::device::Devices;
use super::pages::{Consent, Interactions};
use super::redirect::{self, PathRule};
use crate::random;
use crate::reply::Reply;
use crate::request::{Incoming, first};
use crate::scenario::Scenario;

/// The client that is registered.
pub(crate) const CLIENT_ID: &str = "Ov23liGatewrightSbox";
/// What the client is called on the consent page.
const CLIENT_NAME: &str = "Gatewright";
/// The callback URL that was registered with the client.
const CALLBACK: &str = "http://127.0.0.1/callback";
const CALLBACK_PATH: &str = "/callback";
/// The release whose behaviour this is.
const VERSION: &str = "3.14.2";
const CODE_LIFETIME: Duration = Duration::minutes(10);
const SCOPES: [&str; 10] = [
    "user",
    "read:user",
    "user:email",
    "user:follow",
    "repo",
    "public_repo",
    "read:org",
    "gist",
    "notifications",
    "read:project",
];

/// What somebody is asked to agree to.
enum Asked {
    Code {
        redirect: url::Url,
        state: Option<String>,
        scopes: Vec<String>,
    },
    Device {
        user_code: String,
    },
}

struct Code {
    person: usize,
    /// The redirect URI as it was sent, if it was.
    redirect: Option<String>,
    scopes: Vec<String>,
    expires: OffsetDateTime,
}

struct Token {
    id: usize,
    person: usize,
    scopes: Vec<String>,
    created: OffsetDateTime,
    expires: Option<OffsetDateTime>,
}

/// The server and all that it remembers.
pub(crate) struct Github {
    base_url: String,
    client_secret: String,
    interactions: Interactions<Asked>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Token>,
    issued: usize,
    devices: Devices,
    scenario: Scenario,
}

impl Github {
    pub(crate) fn new(origin: &str) -> Self {
        Self {
            base_url: format!("{origin}/ghes"),
            client_secret: random::alphanumeric(40),
            interactions: Interactions::new(
                "GitHub Enterprise",
                "/ghes/session",
                "/ghes/login/oauth/authorize",
            ),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            issued: 0,
            devices: Devices::default(),
            scenario: Scenario::default(),
        }
    }

    pub(crate) fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// The answer, and how long it is held back.
    pub(crate) fn answer(
        &mut self,
        incoming: &Incoming,
        segments: &[String],
        now: OffsetDateTime,
    ) -> (Reply, std::time::Duration) {
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let reply = match (incoming.verb(), path.as_slice()) {
            ("GET", ["sandbox", "scenario"]) => self.scenario.patch(None),
            ("PUT", ["sandbox", "scenario"]) => self.scenario.patch(incoming.json()),
            (method, path) => match self.scenario.instead() {
                Some(reply) => reply,
                None => self.route(method, path, incoming, now),
            },
        };
        let reply = reply
            .header("x-github-request-id", &random::alphanumeric(16))
            .header("server", "GitHub.com");
        (reply, self.scenario.delay())
    }

    fn route(
        &mut self,
        method: &str,
        path: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        match (method, path) {
            ("GET", ["login", "oauth", "authorize"]) => self.authorize(incoming, now),
            ("POST", ["session"]) => self.interactions.sign_in(incoming, now),
            ("POST", ["login", "oauth", "authorize"]) => self.decide(incoming, now),
            ("POST", ["login", "oauth", "access_token"]) => self.access_token(incoming, now),
            ("POST", ["login", "device", "code"]) => self.device_code(incoming, now),
            ("GET", ["login", "device"]) => self.interactions.user_code_page(
                DEVICE_PAGE,
                incoming.query("user_code").unwrap_or_default(),
                "",
            ),
            ("POST", ["login", "device"]) => self.device_page(incoming, now),
            (method, ["api", "v3", rest @ ..]) => self.api(method, rest, incoming, now),
            _ => self.interactions.note(
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is no such page.",
            ),
        }
    }

    /// `GET /login/oauth/authorize`. PKCE parameters are not looked at, as on the server itself.
    fn authorize(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        if incoming.query("client_id") != Some(CLIENT_ID) {
            let text = "There is no OAuth application with this client_id.";
            return self
                .interactions
                .note(StatusCode::NOT_FOUND, "Page not found", text);
        }
        let state = incoming.query("state").map(str::to_owned);
        let asked_redirect = incoming.query("redirect_uri").filter(|uri| !uri.is_empty());
        let Some(redirect) = callback(asked_redirect.unwrap_or(CALLBACK)) else {
            return self.redirect_mismatch(state.as_deref());
        };
        let scopes = granted(incoming.query("scope").unwrap_or_default());
        let shown = if scopes.is_empty() {
            vec!["public information".to_owned()]
        } else {
            scopes.clone()
        };
        let asked = Asked::Code {
            redirect,
            state,
            scopes,
        };
        self.interactions
            .begin(asked, CLIENT_NAME, &shown, incoming.query("login"), now)
    }

    fn decide(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let consent = match self.interactions.consent(incoming, now) {
            Ok(consent) => consent,
            Err(page) => return *page,
        };
        let (asked, person) = match consent {
            Consent::Allowed { asked, person } => (asked, Some(person)),
            Consent::Denied { asked } => (asked, None),
        };
        match (asked, person) {
            (Asked::Device { user_code }, person) => {
                self.devices.decide(&user_code, person);
                let text = if person.is_some() {
                    "Congratulations, you're all set! Your device is now connected."
                } else {
                    "The device was not connected."
                };
                self.interactions
                    .note(StatusCode::OK, "Connect a device", text)
            }
            (
                Asked::Code {
                    redirect,
                    state,
                    scopes,
                },
                Some(person),
            ) => {
                let code = random::alphanumeric(20).to_lowercase();
                let redirect_text = String::from(redirect.clone());
                let grant = Code {
                    person,
                    redirect: Some(redirect_text),
                    scopes,
                    expires: now + CODE_LIFETIME,
                };
                self.codes.insert(code.clone(), grant);
                self.send_back(&redirect, &[("code", &code)], state.as_deref())
            }
            (
                Asked::Code {
                    redirect, state, ..
                },
                None,
            ) => self.send_back(
                &redirect,
                &[
                    ("error", "access_denied"),
                    (
                        "error_description",
                        "The user has denied your application access.",
                    ),
                    (
                        "error_uri",
                        &documentation(
                            "troubleshooting-authorization-request-errors",
                            "access-denied",
                        ),
                    ),
                ],
                state.as_deref(),
            ),
        }
    }

    fn device_page(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let typed = first(&incoming.form, "user_code").unwrap_or_default();
        match self.devices.waiting(typed, now) {
            Some((user_code, _, scopes)) => self.interactions.begin(
                Asked::Device { user_code },
                CLIENT_NAME,
                &scopes,
                None,
                now,
            ),
            None => self.interactions.user_code_page(
                DEVICE_PAGE,
                typed,
                "That code is not waiting for anybody.",
            ),
        }
    }

    /// The server is not known to send an `iss`; a scenario makes it do so.
    fn send_back(
        &self,
        redirect: &url::Url,
        answer: &[(&str, &str)],
        state: Option<&str>,
    ) -> Reply {
        let mut pairs = answer.to_vec();
        pairs.extend(state.map(|state| ("state", state)));
        let iss = self.scenario.authorization_iss.as_deref();
        pairs.extend(iss.filter(|iss| !iss.is_empty()).map(|iss| ("iss", iss)));
        Reply::redirect(StatusCode::FOUND, &redirect::with_answer(redirect, &pairs))
    }

    /// The registered callback learns that another one was asked for.
    fn redirect_mismatch(&self, state: Option<&str>) -> Reply {
        let Some(registered) = callback(CALLBACK) else {
            return Reply::empty(StatusCode::NOT_FOUND);
        };
        let page = documentation(
            "troubleshooting-authorization-request-errors",
            "redirect-uri-mismatch",
        );
        self.send_back(
            &registered,
            &[
                ("error", "redirect_uri_mismatch"),
                (
                    "error_description",
                    "The redirect_uri MUST match the registered callback URL for this application.",
                ),
                ("error_uri", &page),
            ],
            state,
        )
    }

    /// A new token; with a scenario that says so, one that ends.
    fn issue(&mut self, person: usize, scopes: Vec<String>, now: OffsetDateTime) -> String {
        self.issued += 1;
        let value = format!("gho_{}", random::alphanumeric(36));
        let expires = self
            .scenario
            .access_token_seconds
            .map(|seconds| now + Duration::seconds(seconds));
        self.tokens.insert(
            value.clone(),
            Token {
                id: self.issued,
                person,
                scopes,
                created: now,
                expires,
            },
        );
        value
    }
}

const DEVICE_PAGE: &str = "/ghes/login/device";

/// The redirect URI if it is the registered one, with any loopback host and port, or one below it.
fn callback(uri: &str) -> Option<url::Url> {
    redirect::loopback(uri, CALLBACK_PATH, PathRule::SameOrBelow)
}

fn documentation(page: &str, anchor: &str) -> String {
    format!(
        "https://docs.github.com/enterprise-server@3.14/apps/oauth-apps/maintaining-oauth-apps/{page}#{anchor}"
    )
}

/// The scopes that are granted for a request: unknown ones are dropped, and a wider one swallows the narrower.
fn granted(asked: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in asked
        .split([' ', ','])
        .filter(|scope| SCOPES.contains(scope))
    {
        if !scopes.iter().any(|earlier| earlier == scope) {
            scopes.push(scope.to_owned());
        }
    }
    for (wide, narrow) in [
        (
            "user",
            ["read:user", "user:email", "user:follow"].as_slice(),
        ),
        ("repo", &["public_repo"]),
    ] {
        if scopes.iter().any(|scope| scope == wide) {
            scopes.retain(|scope| !narrow.contains(&scope.as_str()));
        }
    }
    scopes
}
