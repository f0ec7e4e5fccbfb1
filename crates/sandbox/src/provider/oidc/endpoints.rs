//! Userinfo, introspection (RFC 7662), revocation (RFC 7009) and the start of the device grant (RFC 8628).

use http::StatusCode;
use serde_json::json;
use time::OffsetDateTime;

use super::authorize::{Asked, granted};
use super::token::{refusal, uncached};
use super::{AccessToken, Oidc};
use crate::people::{PEOPLE, Person};
use crate::provider::device::LIFETIME;
use crate::reply::Reply;
use crate::request::{Incoming, first};

/// How many seconds a device waits between two questions: short, so that nobody waits in a sandbox.
const DEVICE_INTERVAL: i64 = 1;

impl Oidc {
    pub(super) fn userinfo(&self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let presented = incoming
            .authorization("Bearer")
            .or_else(|| first(&incoming.form, "access_token"));
        let Some(value) = presented else {
            // RFC 6750 §3.1: without a token there is nothing to name an error for.
            return Reply::empty(StatusCode::UNAUTHORIZED)
                .header("www-authenticate", "Bearer realm=\"oidc\"");
        };
        let Some(token) = self.valid(value, now) else {
            return bearer_error(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the access token is not valid",
            );
        };
        let Some(person) = token.grant.person.filter(|_| token.grant.permits("openid")) else {
            return bearer_error(
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the scope openid is needed",
            );
        };
        if self.scenario.empty_userinfo {
            return Reply::ok(&json!({}));
        }
        uncached(Reply::ok(&Self::claims(&token.grant, person)))
    }

    fn valid(&self, value: &str, now: OffsetDateTime) -> Option<&AccessToken> {
        self.access_tokens
            .get(value)
            .filter(|token| token.expires > now && !self.revoked(&token.grant))
    }

    pub(super) fn introspect(&self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        if let Err(reply) = self.client_of(incoming) {
            return *reply;
        }
        let Some(value) = first(&incoming.form, "token") else {
            return refusal("invalid_request", "token is missing");
        };
        let access = self.valid(value, now).map(|token| {
            (
                &token.grant,
                token.issued,
                token.expires,
                Some(token.id.as_str()),
            )
        });
        let refresh = self
            .refresh_tokens
            .get(value)
            .filter(|token| !token.used && token.expires > now && !self.revoked(&token.grant))
            .map(|token| (&token.grant, token.issued, token.expires, None));
        let Some((grant, issued, expires, id)) = access.or(refresh) else {
            return uncached(Reply::ok(&json!({ "active": false })));
        };
        let client = &self.clients[grant.client];
        let mut answer = json!({
            "active": true,
            "iss": self.issuer,
            "sub": grant.person.map_or_else(|| client.id.to_owned(), Person::subject),
            "aud": client.audience,
            "client_id": client.id,
            "scope": grant.scopes.join(" "),
            "iat": issued.unix_timestamp(),
            "exp": expires.unix_timestamp(),
        });
        if let Some(person) = grant.person {
            answer["username"] = json!(PEOPLE[person].username);
        }
        if let Some(id) = id {
            answer["token_type"] = json!("Bearer");
            answer["jti"] = json!(id);
        }
        uncached(Reply::ok(&answer))
    }

    /// An unknown token is revoked already; a refresh token takes its whole login with it.
    pub(super) fn revoke(&mut self, incoming: &Incoming) -> Reply {
        let client = match self.client_of(incoming) {
            Ok(client) => client,
            Err(reply) => return *reply,
        };
        let Some(value) = first(&incoming.form, "token") else {
            return refusal("invalid_request", "token is missing");
        };
        let access = self
            .access_tokens
            .get(value)
            .map(|token| (token.grant.client, None));
        let refresh = self
            .refresh_tokens
            .get(value)
            .map(|token| (token.grant.client, Some(token.grant.family.clone())));
        match access.or(refresh) {
            Some((owner, _)) if owner != client => {
                return refusal("invalid_grant", "the token belongs to another client");
            }
            Some((_, Some(family))) => {
                self.revoked_families.insert(family);
            }
            Some((_, None)) => {
                self.access_tokens.remove(value);
            }
            None => {}
        }
        Reply::empty(StatusCode::OK)
    }

    pub(super) fn device_authorization(
        &mut self,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Reply {
        let client = match self.client_of(incoming) {
            Ok(client) => client,
            Err(reply) => return *reply,
        };
        let scopes = granted(first(&incoming.form, "scope").unwrap_or_default());
        let id = self.clients[client].id;
        let (device_code, user_code) = self.devices.begin(id, scopes, DEVICE_INTERVAL, now);
        let page = format!("{}/device", self.issuer);
        uncached(Reply::ok(&json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": LIFETIME.whole_seconds(),
            "interval": DEVICE_INTERVAL,
        })))
    }

    pub(super) fn device_page(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let typed = first(&incoming.form, "user_code").unwrap_or_default();
        let Some((user_code, client, scopes)) = self.devices.waiting(typed, now) else {
            let problem = "That code is not waiting for anybody.";
            return self
                .interactions
                .user_code_page("/oidc/device", typed, problem);
        };
        let name = self
            .clients
            .iter()
            .find(|known| known.id == client)
            .map_or("", |known| known.name);
        self.interactions
            .begin(Asked::Device { user_code }, name, &scopes, None, now)
    }
}

fn bearer_error(status: StatusCode, code: &str, description: &str) -> Reply {
    let header =
        format!("Bearer realm=\"oidc\", error=\"{code}\", error_description=\"{description}\"");
    Reply::json(
        status,
        &json!({ "error": code, "error_description": description }),
    )
    .header("www-authenticate", &header)
}
