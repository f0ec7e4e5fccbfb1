//! What administrators set, and the sandbox's own switches below `/rest/sandbox/1.0`.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Site;
use super::authentication::Caller;
use super::oauth1::ApplicationLink;
use crate::reply::Reply;
use crate::request::Incoming;

/// Whether passwords are taken at all.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct BasicBlock {
    block_requests: bool,
    allowed_paths: Vec<String>,
    allowed_users: Vec<String>,
}

impl BasicBlock {
    /// Whether this user's password is refused on this path.
    pub(super) fn refuses(&self, user: &str, path: &[&str]) -> bool {
        let path = format!("/{}", path.join("/"));
        let allowed_path =
            self.allowed_paths
                .iter()
                .any(|allowed| match allowed.strip_suffix('*') {
                    Some(beginning) => path.starts_with(beginning),
                    None => path == *allowed,
                });
        let allowed_user = self
            .allowed_users
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(user));
        self.block_requests && !allowed_path && !allowed_user
    }
}

/// An authenticator that believes a header, as plug-ins for single sign-on do.
#[derive(Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HeaderAuthenticator {
    pub(super) enabled: bool,
    pub(super) header: String,
}

impl Default for HeaderAuthenticator {
    fn default() -> Self {
        Self {
            enabled: false,
            header: "X-Remote-User".to_owned(),
        }
    }
}

/// An application link as an administrator enters it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkForm {
    consumer_key: String,
    public_key_pem: String,
    #[serde(default = "yes")]
    two_legged: bool,
    #[serde(default = "yes")]
    impersonation: bool,
    #[serde(default)]
    execute_as: Option<String>,
}

fn yes() -> bool {
    true
}

impl Site {
    /// The sandbox's own switches, for administrators by password, whatever scenario is on.
    pub(super) fn administer(
        &mut self,
        path: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        let administrator = incoming.basic().is_some_and(|(user, password)| {
            self.account(&user)
                .is_some_and(|account| account.administrator && account.password == password)
        });
        if !administrator {
            return message(
                StatusCode::UNAUTHORIZED,
                "an administrator's user name and password are needed",
            )
            .header("www-authenticate", "Basic realm=\"sandbox\"");
        }
        match (incoming.verb(), path) {
            ("GET", ["access-log"]) => Reply::ok(&json!(self.log)),
            ("DELETE", ["access-log"]) => {
                self.log.clear();
                Reply::empty(StatusCode::NO_CONTENT)
            }
            ("GET", ["applink"]) => Reply::ok(&json!(self.links.keys().collect::<Vec<_>>())),
            ("PUT", ["applink"]) => self.put_link(incoming),
            ("DELETE", ["applink", consumer_key]) => match self.links.remove(*consumer_key) {
                Some(_) => Reply::empty(StatusCode::NO_CONTENT),
                None => message(StatusCode::NOT_FOUND, "there is no such link"),
            },
            ("GET", ["header-authenticator"]) => Reply::ok(&json!(self.header_authenticator)),
            ("PUT", ["header-authenticator"]) => match serde_json::from_slice(&incoming.body) {
                Ok(option) => {
                    self.header_authenticator = option;
                    Reply::empty(StatusCode::NO_CONTENT)
                }
                Err(problem) => message(StatusCode::BAD_REQUEST, &problem.to_string()),
            },
            ("GET", ["scenario"]) => self.scenario.patch(None),
            ("PUT", ["scenario"]) => self.scenario.patch(incoming.json()),
            ("POST", ["tokens", id, "expire"]) => {
                let found = self
                    .tokens
                    .iter_mut()
                    .find(|token| token.id.to_string() == *id);
                found.map_or_else(
                    || message(StatusCode::NOT_FOUND, "there is no such token"),
                    |token| {
                        token.expires = Some(now);
                        Reply::empty(StatusCode::NO_CONTENT)
                    },
                )
            }
            ("PUT", ["users", name]) => self.put_user(name, incoming),
            ("PUT", ["captcha", name]) => self.change(name, |account| account.failures = u32::MAX),
            ("DELETE", ["captcha", name]) => self.change(name, |account| account.failures = 0),
            _ => message(StatusCode::NOT_FOUND, "there is no such switch"),
        }
    }

    fn put_link(&mut self, incoming: &Incoming) -> Reply {
        let form: LinkForm = match serde_json::from_slice(&incoming.body) {
            Ok(form) => form,
            Err(problem) => return message(StatusCode::BAD_REQUEST, &problem.to_string()),
        };
        let Some(mut link) = ApplicationLink::new(&form.public_key_pem) else {
            let text = "public_key_pem is not an RSA public key of at least 2048 bits";
            return message(StatusCode::BAD_REQUEST, text);
        };
        link.two_legged = form.two_legged;
        link.impersonation = form.impersonation;
        link.execute_as = form.execute_as;
        self.links.insert(form.consumer_key, link);
        Reply::empty(StatusCode::NO_CONTENT)
    }

    /// Switches somebody off or on: `{"active": …, "may_use": …, "deleted": …}`.
    fn put_user(&mut self, name: &str, incoming: &Incoming) -> Reply {
        let body = incoming.json().unwrap_or_default();
        let flag = |name: &str| body[name].as_bool();
        let (active, may_use, deleted) = (flag("active"), flag("may_use"), flag("deleted"));
        self.change(name, |account| {
            account.active = active.unwrap_or(account.active);
            account.may_use = may_use.unwrap_or(account.may_use);
            account.deleted = deleted.unwrap_or(account.deleted);
        })
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut super::Account)) -> Reply {
        let found = self
            .accounts
            .iter_mut()
            .find(|account| account.name.eq_ignore_ascii_case(name));
        found.map_or_else(
            || message(StatusCode::NOT_FOUND, "there is no such user"),
            |account| {
                change(account);
                Reply::empty(StatusCode::NO_CONTENT)
            },
        )
    }

    /// The product's own setting of that name.
    pub(super) fn basic_auth_config(&mut self, caller: &Caller, incoming: &Incoming) -> Reply {
        if !caller.is_administrator() {
            return self.not_administrator(caller, incoming);
        }
        if incoming.method == http::Method::PUT {
            match serde_json::from_slice(&incoming.body) {
                Ok(block) => self.basic_block = block,
                Err(problem) => return message(StatusCode::BAD_REQUEST, &problem.to_string()),
            }
        }
        Reply::ok(&json!(self.basic_block))
    }
}

fn message(status: StatusCode, text: &str) -> Reply {
    let body: Value = json!({ "message": text, "status-code": status.as_u16() });
    Reply::json(status, &body)
}
