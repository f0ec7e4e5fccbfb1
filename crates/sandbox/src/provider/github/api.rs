//! `/api/v3`: who the owner of a token is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{CLIENT_ID, CLIENT_NAME, Github, Token, VERSION};
use crate::clock::rfc3339;
use crate::jwt::{encode, sha256};
use crate::people::PEOPLE;
use crate::reply::Reply;
use crate::request::Incoming;

impl Github {
    pub(super) fn api(
        &mut self,
        method: &str,
        path: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        let reply = if incoming
            .header("user-agent")
            .is_none_or(|agent| agent.trim().is_empty())
        {
            let text = "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent \
                        header.\r\n";
            Reply::html(StatusCode::FORBIDDEN, text.to_owned())
        } else if let Some(reply) = self.without_token(method, path, incoming, now) {
            reply
        } else {
            self.with_token(method, path, incoming, now)
        };
        reply
            .header("x-github-enterprise-version", VERSION)
            .header("x-github-media-type", "github.v3; format=json")
            .header("x-content-type-options", "nosniff")
    }

    fn without_token(
        &mut self,
        method: &str,
        path: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Option<Reply> {
        match (method, path) {
            ("GET", ["meta"]) => Some(Reply::ok(&json!({
                "verifiable_password_authentication": true,
                "installed_version": VERSION,
            }))),
            ("POST" | "DELETE", ["applications", client, "token"]) => {
                Some(self.application_token(method, client, incoming, now))
            }
            _ => None,
        }
    }

    fn with_token(
        &self,
        method: &str,
        path: &[&str],
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        let presented = incoming
            .authorization("Bearer")
            .or_else(|| incoming.authorization("token"))
            .map(str::to_owned)
            .or_else(|| incoming.basic().map(|(_, password)| password));
        let Some(value) = presented else {
            return problem(StatusCode::UNAUTHORIZED, "Requires authentication");
        };
        let Some(token) = self.valid(&value, now) else {
            return problem(StatusCode::UNAUTHORIZED, "Bad credentials");
        };
        if self.scenario.empty_userinfo {
            return Reply::ok(&json!({}));
        }
        let (reply, accepted) = match (method, path) {
            ("GET", ["user"]) => (Reply::ok(&self.user(token, now)), ""),
            ("GET", ["user", "emails"]) => (emails(token), "user, user:email"),
            _ => (problem(StatusCode::NOT_FOUND, "Not Found"), ""),
        };
        reply
            .header("x-oauth-scopes", &token.scopes.join(", "))
            .header("x-accepted-oauth-scopes", accepted)
            .header("x-oauth-client-id", CLIENT_ID)
    }

    fn valid(&self, value: &str, now: OffsetDateTime) -> Option<&Token> {
        self.tokens
            .get(value)
            .filter(|token| token.expires.is_none_or(|end| end > now))
    }

    /// `POST` checks a token, `DELETE` revokes it; the application authenticates itself with Basic.
    fn application_token(
        &mut self,
        method: &str,
        client: &str,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        let authenticated = incoming
            .basic()
            .is_some_and(|(user, password)| user == CLIENT_ID && password == self.client_secret);
        if !authenticated || client != CLIENT_ID {
            return problem(StatusCode::UNAUTHORIZED, "Requires authentication");
        }
        let body = incoming.json().unwrap_or_default();
        let Some(value) = body["access_token"].as_str() else {
            return problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Invalid request.\n\n\"access_token\" wasn't supplied.",
            );
        };
        let Some(token) = self.valid(value, now) else {
            return problem(StatusCode::NOT_FOUND, "Not Found");
        };
        if method == "DELETE" {
            self.tokens.remove(value);
            return Reply::empty(StatusCode::NO_CONTENT);
        }
        let created = rfc3339(token.created);
        let hash = STANDARD.encode(sha256(value.as_bytes()));
        Reply::ok(&json!({
            "id": token.id,
            "url": format!("{}/api/v3/authorizations/{}", self.base_url, token.id),
            "app": { "name": CLIENT_NAME, "url": "https://example.com", "client_id": CLIENT_ID },
            "token": value,
            "hashed_token": hash,
            "token_last_eight": &value[value.len() - 8..],
            "note": null,
            "note_url": null,
            "created_at": created,
            "updated_at": created,
            "scopes": token.scopes,
            "fingerprint": null,
            "expires_at": token.expires.map(rfc3339),
            "user": self.simple_user(token.person),
        }))
    }

    /// The members that every user object has.
    fn simple_user(&self, index: usize) -> Value {
        let login = PEOPLE[index].username;
        let id = 1001 + index;
        let api = format!("{}/api/v3/users/{login}", self.base_url);
        json!({
            "login": login,
            "id": id,
            "node_id": encode(format!("04:User{id}")),
            "avatar_url": format!("{}/avatars/u/{id}?", self.base_url),
            "gravatar_id": "",
            "url": api,
            "html_url": format!("{}/{login}", self.base_url),
            "followers_url": format!("{api}/followers"),
            "following_url": format!("{api}/following{{/other_user}}"),
            "gists_url": format!("{api}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/subscriptions"),
            "organizations_url": format!("{api}/orgs"),
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events{{/privacy}}"),
            "received_events_url": format!("{api}/received_events"),
            "type": "User",
            "site_admin": PEOPLE[index].administrator,
        })
    }

    /// The private members come only with a scope for them.
    fn user(&self, token: &Token, now: OffsetDateTime) -> Value {
        let person = &PEOPLE[token.person];
        let mut user = self.simple_user(token.person);
        let public = json!({
            "name": person.display_name,
            "company": "Slate Rock and Gravel",
            "blog": "",
            "location": "Bedrock",
            "email": (!person.email_is_private).then_some(person.email),
            "hireable": null,
            "bio": null,
            "twitter_username": null,
            "notification_email": (!person.email_is_private).then_some(person.email),
            "public_repos": 2,
            "public_gists": 0,
            "followers": 3,
            "following": 1,
            "created_at": "2019-04-01T08:00:00Z",
            "updated_at": rfc3339(now - Duration::days(12)),
        });
        let private = json!({
            "private_gists": 1,
            "total_private_repos": 4,
            "owned_private_repos": 4,
            "disk_usage": 2048,
            "collaborators": 2,
            "two_factor_authentication": true,
            "plan": { "name": "enterprise", "space": 976_562_499, "collaborators": 0, "private_repos": 9999 },
        });
        let may_read = token
            .scopes
            .iter()
            .any(|scope| scope == "user" || scope == "read:user");
        let parts = if may_read {
            vec![public, private]
        } else {
            vec![public]
        };
        if let Some(members) = user.as_object_mut() {
            for part in parts {
                members.extend(part.as_object().cloned().unwrap_or_default());
            }
        }
        user
    }
}

fn emails(token: &Token) -> Reply {
    if !token
        .scopes
        .iter()
        .any(|scope| scope == "user" || scope == "user:email")
    {
        return problem(StatusCode::NOT_FOUND, "Not Found");
    }
    let person = &PEOPLE[token.person];
    let visibility = if person.email_is_private {
        "private"
    } else {
        "public"
    };
    Reply::ok(&json!([
        { "email": person.email, "primary": true, "verified": true, "visibility": visibility },
        {
            "email": format!("{}@users.noreply.example.com", person.username),
            "primary": false,
            "verified": true,
            "visibility": null,
        },
    ]))
}

fn problem(status: StatusCode, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({
            "message": message,
            "documentation_url": "https://docs.github.com/enterprise-server@3.14/rest",
            "status": status.as_str(),
        }),
    )
}
