//! The products' own access tokens: personal ones of Jira and Confluence, HTTP ones of Bitbucket.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::account::Account;
use super::authentication::{Caller, How};
use super::bitbucket;
use super::refusal::{bitbucket_error, jira_errors, not_permitted};
use super::{Kind, Site};
use crate::clock::{atlassian, milliseconds};
use crate::random;
use crate::reply::Reply;
use crate::request::Incoming;

const PERMISSIONS: [&str; 6] = [
    "PROJECT_READ",
    "PROJECT_WRITE",
    "PROJECT_ADMIN",
    "REPO_READ",
    "REPO_WRITE",
    "REPO_ADMIN",
];

/// A token with its owner.
pub(super) struct AccessToken {
    pub(super) id: u64,
    /// The owner's user name.
    pub(super) owner: String,
    name: String,
    pub(super) value: String,
    created: OffsetDateTime,
    pub(super) expires: Option<OffsetDateTime>,
    pub(super) used: Option<OffsetDateTime>,
    /// What the token may do; only Bitbucket knows this.
    permissions: Vec<String>,
}

impl AccessToken {
    /// Whether it may change anything.
    pub(super) fn may_write(&self) -> bool {
        self.permissions.is_empty()
            || self
                .permissions
                .iter()
                .any(|permission| !permission.ends_with("_READ"))
    }
}

impl Site {
    /// The token of that value, if it is good now.
    pub(super) fn token(&self, value: &str, now: OffsetDateTime) -> Option<&AccessToken> {
        self.tokens
            .iter()
            .find(|token| token.value == value && token.expires.is_none_or(|end| end > now))
    }

    fn new_token(
        &mut self,
        owner: &str,
        name: &str,
        days: Option<i64>,
        permissions: Vec<String>,
        now: OffsetDateTime,
    ) -> &AccessToken {
        let id = 478_000_000_000 + self.next_id();
        let value = STANDARD.encode(format!("{id}:{}", random::alphanumeric(20)));
        self.tokens.push(AccessToken {
            id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            value,
            created: now,
            expires: days.map(|days| now + Duration::days(days)),
            used: None,
            permissions,
        });
        &self.tokens[self.tokens.len() - 1]
    }

    fn remove_token(&mut self, owner: &str, id: &str) -> bool {
        let found = self
            .tokens
            .iter()
            .position(|token| token.owner == owner && token.id.to_string() == id);
        let Some(index) = found else {
            return false;
        };
        let token = self.tokens.remove(index);
        self.revoked.push(token.value);
        true
    }

    /// `/rest/pat/latest/tokens`: always those of the caller.
    pub(super) fn personal_tokens(
        &mut self,
        caller: &Caller,
        method: &str,
        rest: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Option<Reply> {
        let Some(owner) = caller.account.as_ref().map(|account| account.name.clone()) else {
            return Some(self.not_authenticated(incoming));
        };
        match (method, rest) {
            ("GET", []) => {
                let mine = self.tokens.iter().filter(|token| token.owner == owner);
                Some(Reply::ok(&Value::Array(mine.map(personal_bean).collect())))
            }
            ("POST", []) => {
                let body = incoming.json().unwrap_or_default();
                let name = body["name"].as_str().unwrap_or_default();
                if name.is_empty() {
                    return Some(jira_errors(
                        StatusCode::BAD_REQUEST,
                        &["Token name must not be empty."],
                    ));
                }
                let token = self.new_token(
                    &owner,
                    name,
                    body["expirationDuration"].as_i64(),
                    Vec::new(),
                    now,
                );
                let mut bean = personal_bean(token);
                bean["rawToken"] = json!(token.value);
                Some(Reply::json(StatusCode::CREATED, &bean))
            }
            ("DELETE", [id]) => Some(if self.remove_token(&owner, id) {
                Reply::empty(StatusCode::NO_CONTENT)
            } else {
                jira_errors(StatusCode::NOT_FOUND, &["Token not found."])
            }),
            _ => None,
        }
    }

    /// `/rest/access-tokens/latest/users/{slug}`: made by the user alone, and never with a token.
    pub(super) fn bitbucket_tokens(
        &mut self,
        caller: &Caller,
        method: &str,
        slug: &str,
        rest: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Option<Reply> {
        let Some(me) = caller.account.clone().filter(|_| caller.how != How::Token) else {
            return Some(not_permitted());
        };
        let Some(owner) = self
            .accounts
            .iter()
            .find(|account| account.slug == slug && !account.deleted)
            .cloned()
        else {
            return Some(bitbucket::no_such_user(slug));
        };
        let own = me.name == owner.name;
        if !own && (!me.administrator || method == "PUT") {
            return Some(not_permitted());
        }
        let beans = |site: &Self| -> Vec<Value> {
            site.tokens
                .iter()
                .filter(|token| token.owner == owner.name)
                .map(bitbucket_bean)
                .collect()
        };
        let one = |id: &str| -> Option<Value> {
            beans(self)
                .into_iter()
                .find(|bean| bean["id"].as_str() == Some(id))
        };
        match (method, rest) {
            ("GET", []) => Some(bitbucket::page(&beans(self), incoming)),
            ("PUT", []) => {
                let body = incoming.json().unwrap_or_default();
                Some(self.create_bitbucket_token(&owner.name, &body, now))
            }
            ("GET", [id]) => one(id).map(|bean| Reply::ok(&bean)),
            ("POST", [id]) => {
                one(id)?;
                let name = incoming
                    .json()
                    .and_then(|body| body["name"].as_str().map(str::to_owned));
                let token = self
                    .tokens
                    .iter_mut()
                    .find(|token| token.id.to_string() == *id)?;
                if let Some(name) = name {
                    token.name = name;
                }
                Some(Reply::ok(&bitbucket_bean(token)))
            }
            ("DELETE", [id]) => self
                .remove_token(&owner.name, id)
                .then(|| Reply::empty(StatusCode::NO_CONTENT)),
            _ => None,
        }
    }

    fn create_bitbucket_token(&mut self, owner: &str, body: &Value, now: OffsetDateTime) -> Reply {
        let bad = |text: &str| {
            bitbucket_error(
                StatusCode::BAD_REQUEST,
                text,
                "com.atlassian.bitbucket.ArgumentValidationException",
            )
        };
        let name = body["name"].as_str().unwrap_or_default();
        if name.is_empty() {
            return bad("A token name is required.");
        }
        let permissions: Vec<String> = body["permissions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let known = permissions
            .iter()
            .all(|permission| PERMISSIONS.contains(&permission.as_str()));
        let of = |prefix: &str| {
            permissions
                .iter()
                .filter(|permission| permission.starts_with(prefix))
                .count()
        };
        if permissions.is_empty() || !known || of("PROJECT_") > 1 || of("REPO_") > 1 {
            return bad(
                "At most one project and one repository permission is needed, of those that exist.",
            );
        }
        let token = self.new_token(owner, name, body["expiryDays"].as_i64(), permissions, now);
        let mut bean = bitbucket_bean(token);
        bean["token"] = json!(token.value);
        Reply::ok(&bean)
    }

    /// `/rest/access-tokens/latest/projects/{key}[/repos/{slug}]`: made by administrators, used by
    /// machines, as nobody of flesh.
    pub(super) fn place_tokens(
        &mut self,
        caller: &Caller,
        method: &str,
        (key, slug): (&str, Option<&str>),
        rest: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Option<Reply> {
        if !caller.is_administrator() || caller.how == How::Token {
            return Some(not_permitted());
        }
        let key = key.to_uppercase();
        let place = slug.map_or_else(|| key.clone(), |slug| format!("{key}/{slug}"));
        let owners: Vec<String> = self
            .accounts
            .iter()
            .filter(|account| account.only.as_deref() == Some(place.as_str()))
            .map(|account| account.name.clone())
            .collect();
        match (method, rest) {
            ("GET", []) => {
                let beans: Vec<Value> = self
                    .tokens
                    .iter()
                    .filter(|token| owners.contains(&token.owner))
                    .map(bitbucket_bean)
                    .collect();
                Some(bitbucket::page(&beans, incoming))
            }
            ("PUT", []) => {
                let account = Account::of_token(9000 + self.next_id(), &place);
                let owner = account.name.clone();
                let body = incoming.json().unwrap_or_default();
                let reply = self.create_bitbucket_token(&owner, &body, now);
                if reply.status.is_success() {
                    self.accounts.push(account);
                }
                Some(reply)
            }
            ("DELETE", [id]) => owners
                .iter()
                .any(|owner| self.remove_token(owner, id))
                .then(|| Reply::empty(StatusCode::NO_CONTENT)),
            _ => None,
        }
    }

    /// Whether the token with which the caller came may change anything.
    pub(super) fn token_may_write(
        &self,
        caller: &Caller,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> bool {
        if caller.how != How::Token || self.kind != Kind::Bitbucket {
            return true;
        }
        let password = incoming.basic().map(|(_, password)| password);
        let value = incoming.authorization("Bearer").or(password.as_deref());
        value
            .and_then(|value| self.token(value, now))
            .is_some_and(AccessToken::may_write)
    }
}

fn personal_bean(token: &AccessToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "createdAt": atlassian(token.created),
        "expiringAt": token.expires.map(atlassian),
        "lastAccessedAt": token.used.map(atlassian),
    })
}

fn bitbucket_bean(token: &AccessToken) -> Value {
    let mut bean = json!({
        "id": token.id.to_string(),
        "createdDate": milliseconds(token.created),
        "name": token.name,
        "permissions": token.permissions,
    });
    if let Some(end) = token.expires {
        bean["expiryDays"] = json!((end - token.created).whole_days());
    }
    if let Some(used) = token.used {
        bean["lastAuthenticated"] = json!(milliseconds(used));
    }
    bean
}
