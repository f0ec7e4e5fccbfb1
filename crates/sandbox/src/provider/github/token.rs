//! `/login/oauth/access_token` and `/login/device/code`: form-encoded unless JSON is asked for, errors inside a 200.

use http::StatusCode;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{CALLBACK, CLIENT_ID, Github, callback, documentation, granted};
use crate::html::escape;
use crate::provider::device::{LIFETIME, Poll};
use crate::reply::Reply;
use crate::request::Incoming;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_INTERVAL: i64 = 5;

impl Github {
    pub(super) fn access_token(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        if incoming.parameter("grant_type") == Some(DEVICE_GRANT) {
            return self.device_token(incoming, now);
        }
        let basic = incoming.basic();
        let (client_id, secret) = match &basic {
            Some((user, password)) => (user.as_str(), password.as_str()),
            None => (
                incoming.parameter("client_id").unwrap_or_default(),
                incoming.parameter("client_secret").unwrap_or_default(),
            ),
        };
        if client_id != CLIENT_ID || secret != self.client_secret {
            let text = "The client_id and/or client_secret passed are incorrect.";
            return refusal(incoming, "incorrect_client_credentials", text);
        }
        let code = incoming.parameter("code").unwrap_or_default();
        let Some(grant) = self.codes.get(code).filter(|grant| grant.expires > now) else {
            let text = "The code passed is incorrect or expired.";
            return refusal(incoming, "bad_verification_code", text);
        };
        let sent = incoming
            .parameter("redirect_uri")
            .filter(|uri| !uri.is_empty());
        let same = sent.is_none_or(|uri| {
            let normal = callback(uri).map(String::from);
            normal.is_some() && (normal == grant.redirect || uri == CALLBACK)
        });
        if !same {
            let text =
                "The redirect_uri MUST match the registered callback URL for this application.";
            return refusal(incoming, "redirect_uri_mismatch", text);
        }
        let (person, scopes) = (grant.person, grant.scopes.clone());
        self.codes.remove(code);
        self.token_answer(incoming, person, scopes, now)
    }

    fn token_answer(
        &mut self,
        incoming: &Incoming,
        person: usize,
        scopes: Vec<String>,
        now: OffsetDateTime,
    ) -> Reply {
        let scope = scopes.join(",");
        let token = self.issue(person, scopes, now);
        respond(
            incoming,
            &json!({ "access_token": token, "scope": scope, "token_type": "bearer" }),
        )
    }

    pub(super) fn device_code(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        if incoming.parameter("client_id") != Some(CLIENT_ID) {
            return Reply::json(StatusCode::NOT_FOUND, &json!({ "error": "Not Found" }));
        }
        let scopes = granted(incoming.parameter("scope").unwrap_or_default());
        let (device_code, user_code) = self.devices.begin(CLIENT_ID, scopes, DEVICE_INTERVAL, now);
        respond(
            incoming,
            &json!({
                "device_code": device_code,
                "expires_in": LIFETIME.whole_seconds(),
                "interval": DEVICE_INTERVAL,
                "user_code": user_code,
                "verification_uri": format!("{}/login/device", self.base_url),
            }),
        )
    }

    /// The device flow needs no client secret.
    fn device_token(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        if incoming.parameter("client_id") != Some(CLIENT_ID) {
            let text = "The client_id and/or client_secret passed are incorrect.";
            return refusal(incoming, "incorrect_client_credentials", text);
        }
        let device_code = incoming.parameter("device_code").unwrap_or_default();
        match self.devices.poll(device_code, CLIENT_ID, now) {
            Poll::Allowed { person, scopes } => self.token_answer(incoming, person, scopes, now),
            Poll::Pending => refusal(
                incoming,
                "authorization_pending",
                "The authorization request is still pending.",
            ),
            Poll::SlowDown { interval } => {
                let mut answer = error(
                    "slow_down",
                    "Too many requests have been made in the same timeframe.",
                );
                answer.insert("interval".to_owned(), json!(interval));
                respond(incoming, &Value::Object(answer))
            }
            Poll::Denied => refusal(
                incoming,
                "access_denied",
                "The authorization request was denied.",
            ),
            Poll::Expired => refusal(incoming, "expired_token", "The device_code has expired."),
            Poll::Unknown => refusal(
                incoming,
                "incorrect_device_code",
                "The device_code provided is not valid.",
            ),
        }
    }
}

fn error(code: &str, description: &str) -> Map<String, Value> {
    let anchor = code.replace('_', "-");
    let page = documentation(
        "troubleshooting-oauth-app-access-token-request-errors",
        &anchor,
    );
    [
        ("error", code),
        ("error_description", description),
        ("error_uri", &page),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), json!(value)))
    .collect()
}

fn refusal(incoming: &Incoming, code: &str, description: &str) -> Reply {
    respond(incoming, &Value::Object(error(code, description)))
}

/// Always 200: JSON or XML where the request asks for it, else form-encoded.
fn respond(incoming: &Incoming, members: &Value) -> Reply {
    let accept = incoming
        .header("accept")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let texts: Vec<(&str, String)> = members
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            (
                name.as_str(),
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        })
        .collect();
    let reply = if accept.contains("json") {
        Reply::ok(members)
    } else if accept.contains("xml") {
        let element =
            |(name, value): &(&str, String)| format!("<{name}>{}</{name}>", escape(value));
        let elements: Vec<String> = texts.iter().map(element).collect();
        Reply::xml(
            StatusCode::OK,
            &format!("<OAuth>{}</OAuth>", elements.concat()),
        )
    } else {
        let pairs: Vec<(&str, &str)> = texts
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Reply::form(StatusCode::OK, &pairs)
    };
    reply.header("cache-control", "max-age=0, private, must-revalidate")
}
