//! The token endpoint: four grants, client authentication, refresh tokens that are good once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use url::form_urlencoded;

use super::authorize::granted;
use super::{ACCESS_LIFETIME, AccessToken, Grant, Oidc, REFRESH_LIFETIME, RefreshToken};
use crate::jwt::{at_hash, encode, sha256};
use crate::provider::device::Poll;
use crate::random;
use crate::reply::Reply;
use crate::request::{Incoming, first, repeated};

impl Oidc {
    pub(super) fn token(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let client = match self.client_of(incoming) {
            Ok(client) => client,
            Err(reply) => return *reply,
        };
        let value = |name| first(&incoming.form, name).filter(|value| !value.is_empty());
        match value("grant_type") {
            None => refusal("invalid_request", "grant_type is missing"),
            Some("authorization_code") => self.redeem(client, incoming, now),
            Some("refresh_token") => self.refresh(client, incoming, now),
            Some("client_credentials") => {
                let scopes = granted(value("scope").unwrap_or_default());
                let scopes = scopes
                    .into_iter()
                    .filter(|scope| scope == "groups")
                    .collect();
                let grant = Grant {
                    client,
                    person: None,
                    scopes,
                    authenticated: now,
                    family: random::token(),
                };
                self.issue(&grant, None, false, now)
            }
            Some("urn:ietf:params:oauth:grant-type:device_code") => {
                self.device_token(client, incoming, now)
            }
            Some(_) => refusal("unsupported_grant_type", "this grant is not supported"),
        }
    }

    /// Who asks: by Basic or by the body, never by both. A request in the wrong form is refused first.
    pub(super) fn client_of(&self, incoming: &Incoming) -> Result<usize, Box<Reply>> {
        if incoming.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(Box::new(refusal(
                "invalid_request",
                "the body has to be application/x-www-form-urlencoded",
            )));
        }
        if let Some(name) = repeated(&incoming.form) {
            return Err(Box::new(refusal(
                "invalid_request",
                &format!("{name} stands there twice"),
            )));
        }
        let value = |name| first(&incoming.form, name).filter(|value| !value.is_empty());
        if incoming.header("authorization").is_some() {
            if value("client_secret").is_some() {
                return Err(Box::new(refusal(
                    "invalid_request",
                    "the client authenticates itself in two ways",
                )));
            }
            let named =
                basic_credentials(incoming).and_then(|(id, secret)| self.client(&id, &secret));
            let same =
                |index: &usize| value("client_id").is_none_or(|id| id == self.clients[*index].id);
            return named.filter(same).ok_or_else(|| {
                Box::new(
                    error(
                        StatusCode::UNAUTHORIZED,
                        "invalid_client",
                        "client authentication failed",
                    )
                    .header("www-authenticate", "Basic realm=\"oidc\""),
                )
            });
        }
        let named = value("client_id").zip(value("client_secret"));
        named
            .and_then(|(id, secret)| self.client(id, secret))
            .ok_or_else(|| {
                Box::new(error(
                    StatusCode::UNAUTHORIZED,
                    "invalid_client",
                    "client authentication failed",
                ))
            })
    }

    fn client(&self, id: &str, secret: &str) -> Option<usize> {
        self.clients
            .iter()
            .position(|client| client.id == id && client.secret == secret)
    }

    fn redeem(&mut self, client: usize, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let value = |name| first(&incoming.form, name).filter(|value| !value.is_empty());
        let Some(code) = value("code") else {
            return refusal("invalid_request", "code is missing");
        };
        let known = self
            .codes
            .get_mut(code)
            .filter(|known| known.grant.client == client);
        let Some(known) = known else {
            return refusal("invalid_grant", "the code is not known");
        };
        if known.used {
            self.revoked_families.insert(known.grant.family.clone());
            return refusal(
                "invalid_grant",
                "the code was used before: its tokens are revoked",
            );
        }
        // Whatever comes of it, a code is tried once.
        known.used = true;
        if known.expires <= now {
            return refusal("invalid_grant", "the code has expired");
        }
        if value("redirect_uri") != Some(known.redirect.as_str()) {
            return refusal(
                "invalid_grant",
                "redirect_uri is not the one of the authorization request",
            );
        }
        let verifier = value("code_verifier").unwrap_or_default();
        let well_formed = (43..=128).contains(&verifier.len())
            && verifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        if !well_formed || encode(sha256(verifier.as_bytes())) != known.challenge {
            return refusal(
                "invalid_grant",
                "code_verifier does not fit the code_challenge",
            );
        }
        let (grant, nonce) = (known.grant.clone(), known.nonce.clone());
        self.issue(&grant, nonce.as_deref(), true, now)
    }

    fn refresh(&mut self, client: usize, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let value = |name| first(&incoming.form, name).filter(|value| !value.is_empty());
        let Some(token) = value("refresh_token") else {
            return refusal("invalid_request", "refresh_token is missing");
        };
        let known = self
            .refresh_tokens
            .get_mut(token)
            .filter(|known| known.grant.client == client);
        let Some(known) = known else {
            return refusal("invalid_grant", "the refresh token is not known");
        };
        if known.used {
            self.revoked_families.insert(known.grant.family.clone());
            return refusal(
                "invalid_grant",
                "the refresh token was used before: all tokens of its login are revoked",
            );
        }
        if known.expires <= now || self.revoked_families.contains(&known.grant.family) {
            return refusal(
                "invalid_grant",
                "the refresh token has expired or was revoked",
            );
        }
        let mut grant = known.grant.clone();
        if let Some(asked) = value("scope") {
            let narrower: Vec<String> = asked.split(' ').map(str::to_owned).collect();
            if !narrower.iter().all(|scope| grant.permits(scope)) {
                return refusal("invalid_scope", "the scope goes beyond what was granted");
            }
            grant.scopes = narrower;
        }
        known.used = true;
        self.issue(&grant, None, true, now)
    }

    fn device_token(&mut self, client: usize, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let code = first(&incoming.form, "device_code").unwrap_or_default();
        match self.devices.poll(code, self.clients[client].id, now) {
            Poll::Allowed { person, scopes } => {
                let person = Some(person);
                let grant = Grant {
                    client,
                    person,
                    scopes,
                    authenticated: now,
                    family: random::token(),
                };
                self.issue(&grant, None, true, now)
            }
            Poll::Pending => refusal("authorization_pending", "nobody has decided yet"),
            Poll::SlowDown { .. } => {
                refusal("slow_down", "wait five seconds longer between two requests")
            }
            Poll::Denied => refusal("access_denied", "the user refused"),
            Poll::Expired => refusal("expired_token", "the device code has expired"),
            Poll::Unknown => refusal("invalid_grant", "the device code is not known"),
        }
    }

    /// The answer with everything that a grant brings.
    fn issue(
        &mut self,
        grant: &Grant,
        nonce: Option<&str>,
        refreshable: bool,
        now: OffsetDateTime,
    ) -> Reply {
        let lifetime = self
            .scenario
            .access_token_seconds
            .map_or(ACCESS_LIFETIME, Duration::seconds);
        let client = &self.clients[grant.client];
        let id = random::alphanumeric(22);
        let mut claims = grant.person.map_or_else(
            || json!({ "sub": client.id }),
            |index| Self::claims(grant, index),
        );
        let members = json!({
            "iss": self.issuer,
            "aud": client.audience,
            "client_id": client.id,
            "azp": client.id,
            "iat": now.unix_timestamp(),
            "exp": (now + lifetime).unix_timestamp(),
            "jti": id,
        });
        extend(&mut claims, &members);
        let scope = if grant.scopes.is_empty() {
            Value::Null
        } else {
            json!({ "scope": grant.scopes.join(" ") })
        };
        extend(&mut claims, &scope);
        let access_token = self.keys[0].sign("at+jwt", &claims);
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": lifetime.whole_seconds(),
        });
        extend(&mut answer, &scope);
        if let Some(person) = grant.person.filter(|_| grant.permits("openid")) {
            answer["id_token"] = json!(self.id_token(grant, person, nonce, &access_token, now));
        }
        self.access_tokens.insert(
            access_token,
            AccessToken {
                grant: grant.clone(),
                id,
                issued: now,
                expires: now + lifetime,
            },
        );
        if refreshable {
            let refresh_token = random::token();
            answer["refresh_token"] = json!(refresh_token);
            let entry = RefreshToken {
                grant: grant.clone(),
                issued: now,
                expires: now + REFRESH_LIFETIME,
                used: false,
            };
            self.refresh_tokens.insert(refresh_token, entry);
        }
        uncached(Reply::ok(&answer))
    }

    fn id_token(
        &self,
        grant: &Grant,
        person: usize,
        nonce: Option<&str>,
        access_token: &str,
        now: OffsetDateTime,
    ) -> String {
        let mut claims = Self::claims(grant, person);
        let members = json!({
            "iss": self.issuer,
            "aud": self.clients[grant.client].id,
            "iat": now.unix_timestamp(),
            "exp": (now + Duration::minutes(10)).unix_timestamp(),
            "auth_time": grant.authenticated.unix_timestamp(),
            "at_hash": at_hash(access_token),
        });
        extend(&mut claims, &members);
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        self.keys[0].sign("JWT", &claims)
    }
}

fn extend(claims: &mut Value, members: &Value) {
    if let (Some(claims), Some(members)) = (claims.as_object_mut(), members.as_object()) {
        claims.extend(members.clone());
    }
}

/// Both halves of a Basic header are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic_credentials(incoming: &Incoming) -> Option<(String, String)> {
    let decoded = STANDARD.decode(incoming.authorization("Basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |encoded: &str| {
        let pair = format!("v={encoded}");
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

pub(super) fn refusal(code: &str, description: &str) -> Reply {
    error(StatusCode::BAD_REQUEST, code, description)
}

fn error(status: StatusCode, code: &str, description: &str) -> Reply {
    uncached(Reply::json(
        status,
        &json!({ "error": code, "error_description": description }),
    ))
}

pub(super) fn uncached(reply: Reply) -> Reply {
    reply
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
}
