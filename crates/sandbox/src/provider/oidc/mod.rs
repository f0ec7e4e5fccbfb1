//! The `OpenID` Connect face: an authorization server that keeps to the letter of the RFCs.

mod authorize;
mod endpoints;
mod token;

use std::collections::{HashMap, HashSet};

use http::StatusCode;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::device::Devices;
use super::pages::Interactions;
use crate::jwt::SigningKey;
use crate::people::{PEOPLE, Person};
use crate::random;
use crate::reply::Reply;
use crate::request::Incoming;
use crate::scenario::Scenario;
use authorize::Asked;

/// The client that is registered for the product.
pub(crate) const CLIENT_ID: &str = "gatewright";
/// The API for which that client's access tokens are.
pub(crate) const AUDIENCE: &str = "gatewright-api";

const ACCESS_LIFETIME: Duration = Duration::hours(1);
const REFRESH_LIFETIME: Duration = Duration::days(30);
const SCOPES: [&str; 5] = ["openid", "profile", "email", "groups", "offline_access"];

struct Client {
    id: &'static str,
    name: &'static str,
    secret: String,
    audience: &'static str,
}

/// What was granted, by whom and to whom; all tokens of one login share its family.
#[derive(Clone)]
struct Grant {
    client: usize,
    /// Nobody for client credentials.
    person: Option<usize>,
    scopes: Vec<String>,
    authenticated: OffsetDateTime,
    family: String,
}

impl Grant {
    fn permits(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

struct Code {
    grant: Grant,
    redirect: String,
    challenge: String,
    nonce: Option<String>,
    expires: OffsetDateTime,
    used: bool,
}

struct AccessToken {
    grant: Grant,
    id: String,
    issued: OffsetDateTime,
    expires: OffsetDateTime,
}

struct RefreshToken {
    grant: Grant,
    issued: OffsetDateTime,
    expires: OffsetDateTime,
    used: bool,
}

/// The server and all that it remembers.
pub(crate) struct Oidc {
    issuer: String,
    /// The first one signs, all are published.
    keys: Vec<SigningKey>,
    clients: [Client; 2],
    interactions: Interactions<Asked>,
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, AccessToken>,
    refresh_tokens: HashMap<String, RefreshToken>,
    revoked_families: HashSet<String>,
    devices: Devices,
    scenario: Scenario,
}

impl Oidc {
    pub(crate) fn new(origin: &str, key: SigningKey) -> Self {
        Self {
            issuer: format!("{origin}/oidc"),
            keys: vec![key],
            clients: [
                Client {
                    id: CLIENT_ID,
                    name: "Gatewright",
                    secret: random::alphanumeric(40),
                    audience: AUDIENCE,
                },
                // Somebody else's application: its tokens are good, but not for us.
                Client {
                    id: "another-app",
                    name: "Another application",
                    secret: "another-app-secret".to_owned(),
                    audience: "another-api",
                },
            ],
            interactions: Interactions::new("Bedrock Identity", "/oidc/sign-in", "/oidc/consent"),
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            revoked_families: HashSet::new(),
            devices: Devices::default(),
            scenario: Scenario::default(),
        }
    }

    pub(crate) fn client_secret(&self) -> &str {
        &self.clients[0].secret
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
            ("PUT", ["sandbox", "rotate-keys"]) => self.rotate_keys(incoming),
            (method, path) => match self.scenario.instead() {
                Some(reply) => reply,
                None => self.route(method, path, incoming, now),
            },
        };
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
            ("GET", [".well-known", "openid-configuration"]) => Reply::ok(&self.discovery()),
            ("GET", ["jwks"]) => {
                let keys: Vec<Value> = self.keys.iter().map(SigningKey::public_jwk).collect();
                Reply::ok(&json!({ "keys": keys })).header("cache-control", "public, max-age=300")
            }
            ("GET", ["authorize"]) => self.authorize(&incoming.query, now),
            ("POST", ["authorize"]) => self.authorize(&incoming.form, now),
            ("POST", ["sign-in"]) => self.interactions.sign_in(incoming, now),
            ("POST", ["consent"]) => self.decide(incoming, now),
            ("POST", ["token"]) => self.token(incoming, now),
            ("GET" | "POST", ["userinfo"]) => self.userinfo(incoming, now),
            ("POST", ["introspect"]) => self.introspect(incoming, now),
            ("POST", ["revoke"]) => self.revoke(incoming),
            ("POST", ["device_authorization"]) => self.device_authorization(incoming, now),
            ("GET", ["device"]) => self.interactions.user_code_page(
                "/oidc/device",
                incoming.query("user_code").unwrap_or_default(),
                "",
            ),
            ("POST", ["device"]) => self.device_page(incoming, now),
            (_, ["token" | "introspect" | "revoke" | "device_authorization"]) => {
                Reply::empty(StatusCode::METHOD_NOT_ALLOWED).header("allow", "POST")
            }
            _ => self.interactions.note(
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is no such page.",
            ),
        }
    }

    fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        let authentication = ["client_secret_basic", "client_secret_post"];
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("jwks"),
            "introspection_endpoint": at("introspect"),
            "revocation_endpoint": at("revoke"),
            "device_authorization_endpoint": at("device_authorization"),
            "scopes_supported": SCOPES,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": authentication,
            "introspection_endpoint_auth_methods_supported": authentication,
            "revocation_endpoint_auth_methods_supported": authentication,
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "given_name", "family_name",
                "preferred_username", "email", "email_verified", "groups",
            ],
        })
    }

    /// A new key signs from now on; the old ones are published until `{"forget_old": true}`.
    fn rotate_keys(&mut self, incoming: &Incoming) -> Reply {
        let Ok(key) = SigningKey::generate() else {
            return Reply::empty(StatusCode::INTERNAL_SERVER_ERROR);
        };
        if incoming
            .json()
            .is_some_and(|body| body["forget_old"] == true)
        {
            self.keys.clear();
        }
        self.keys.insert(0, key);
        Reply::empty(StatusCode::NO_CONTENT)
    }

    /// What the granted scopes show of a person.
    fn claims(grant: &Grant, index: usize) -> Value {
        let person = &PEOPLE[index];
        let mut claims = json!({ "sub": Person::subject(index) });
        if grant.permits("profile") {
            let (given, family) = person
                .display_name
                .split_once(' ')
                .unwrap_or((person.display_name, ""));
            claims["name"] = json!(person.display_name);
            claims["given_name"] = json!(given);
            claims["family_name"] = json!(family);
            claims["preferred_username"] = json!(person.username);
        }
        if grant.permits("email") {
            claims["email"] = json!(person.email);
            claims["email_verified"] = json!(true);
        }
        if grant.permits("profile") || grant.permits("groups") {
            claims["groups"] = json!(person.groups);
        }
        claims
    }

    fn revoked(&self, grant: &Grant) -> bool {
        self.revoked_families.contains(&grant.family)
    }
}
