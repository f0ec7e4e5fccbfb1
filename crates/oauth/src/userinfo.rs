//! What the provider says of the user behind a token.

mod error;

use std::time::Duration;

use gatewright_http::{Client, Limits, Request, Response, SentSecrets};
use gatewright_jose::{Algorithm, Expectations, verify};
use gatewright_secret::SecretString;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value};
use thiserror::Error;
use time::OffsetDateTime;
use url::Url;

use crate::endpoint::check_endpoint;
use crate::json::read_json;
use crate::keys::ProviderKeys;
use crate::provider_error::{ProviderError, harmless};

pub use error::UserinfoError;

/// The answer of the userinfo endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Userinfo {
    /// The status.
    pub status: u16,
    /// The attributes.
    pub json: Value,
    /// How long it took.
    pub elapsed: Duration,
}

/// How userinfo is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserinfoMethod {
    /// By `GET`, with the token in the header (RFC 6750 §2.1).
    #[default]
    Get,
    /// By `POST`, with the token in the header.
    Post,
    /// By `POST`, with the token in the form (RFC 6750 §2.2). Never in the address.
    PostForm,
}

/// Who may have signed userinfo.
#[derive(Clone, Debug)]
pub struct UserinfoSigner<'a> {
    /// The provider's keys.
    pub keys: &'a ProviderKeys,
    /// The issuer, which it must name.
    pub issuer: String,
    /// Our client id, which it must be for.
    pub client_id: String,
    /// Algorithms that may have been used; empty means any with a public key.
    pub algorithms: Vec<Algorithm>,
    /// The time.
    pub now: OffsetDateTime,
    /// Whether an answer without a signature is refused.
    pub demanded: bool,
}

/// One question to a userinfo endpoint.
#[derive(Clone, Debug)]
pub struct UserinfoRequest<'a> {
    /// Where to ask.
    pub endpoint: Url,
    /// How.
    pub method: UserinfoMethod,
    /// What the address must have besides (`fields=id,name,email`).
    pub query: Vec<(String, String)>,
    /// Headers that the provider demands.
    pub headers: HeaderMap,
    /// Who may have signed the answer; without one a signed answer is refused.
    pub signer: Option<UserinfoSigner<'a>>,
    /// The claims of the ID token, whose `sub` the answer must name too (OIDC Core §5.3.2).
    pub id_token_claims: Option<&'a Map<String, Value>>,
}

impl UserinfoRequest<'_> {
    /// A plain question.
    pub fn to(endpoint: Url) -> Self {
        Self {
            endpoint,
            method: UserinfoMethod::default(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            signer: None,
            id_token_claims: None,
        }
    }

    /// Asks who is behind a token.
    pub async fn ask(
        &self,
        client: &Client,
        token: &SecretString,
    ) -> Result<Userinfo, UserinfoError> {
        check_endpoint("userinfo", &self.endpoint)?;
        let request = self.request(token);
        let sent = request.secrets();
        let answer = client.send(request).await?;
        let status = answer.status.as_u16();
        if answer.status.is_redirection() {
            let to = answer.location().unwrap_or("nowhere");
            return Err(UserinfoError::Redirected {
                to: harmless(to.split('?').next().unwrap_or_default()),
            });
        }
        let signed = answer.media_type().as_deref() == Some("application/jwt");
        let json = if signed && answer.status.is_success() {
            Value::Object(self.verified(client, &answer).await?)
        } else {
            let json = plain(&answer, &sent)?;
            if self.signer.as_ref().is_some_and(|signer| signer.demanded) {
                return Err(UserinfoError::NotSigned);
            }
            json
        };
        if let Some(claims) = self.id_token_claims {
            check_subject(claims, &json)?;
        }
        Ok(Userinfo {
            status,
            json,
            elapsed: answer.timing.total,
        })
    }

    fn request(&self, token: &SecretString) -> Request {
        let mut url = self.endpoint.clone();
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let request = match self.method {
            UserinfoMethod::Get => Request::get(url).bearer(token),
            UserinfoMethod::Post => Request::post_form::<&str, &str>(url, &[]).bearer(token),
            UserinfoMethod::PostForm => {
                Request::post_form(url, &[("access_token", token.expose().as_str())])
            }
        };
        let mut request = request
            .header(header::ACCEPT, HeaderValue::from_static(ACCEPTED))
            .named("userinfo")
            .within(Limits::default());
        for (name, value) in &self.headers {
            if name != header::AUTHORIZATION {
                request.headers.insert(name, value.clone());
            }
        }
        request
    }

    /// The claims of a signed answer: signature, issuer and audience are checked, and there is a
    /// subject.
    async fn verified(
        &self,
        client: &Client,
        answer: &Response,
    ) -> Result<Map<String, Value>, UserinfoError> {
        let signer = self.signer.as_ref().ok_or(UserinfoError::Signed)?;
        let mut expected = Expectations::of_userinfo(&signer.issuer, &signer.client_id, signer.now);
        if !signer.algorithms.is_empty() {
            expected.algorithms.clone_from(&signer.algorithms);
        }
        let token = answer.text();
        let claims = signer
            .keys
            .verify(client, signer.now, |keys| {
                verify(token.trim(), keys, &expected)
            })
            .await
            .map_err(UserinfoError::NotBelieved)?;
        if claims.get("sub").and_then(Value::as_str).is_none() {
            return Err(SubjectMismatch.into());
        }
        Ok(claims)
    }
}

/// What is asked for: plain attributes or signed ones.
const ACCEPTED: &str = "application/json, application/jwt;q=0.9";

/// Asks who is behind a token. `headers` are what the provider demands besides.
pub async fn userinfo(
    client: &Client,
    url: &Url,
    token: &SecretString,
    headers: &HeaderMap,
) -> Result<Userinfo, UserinfoError> {
    let mut request = UserinfoRequest::to(url.clone());
    request.headers.clone_from(headers);
    request.ask(client, token).await
}

/// The attributes of an answer without a signature, or what is wrong with it.
fn plain(answer: &Response, sent: &SentSecrets) -> Result<Value, UserinfoError> {
    let status = answer.status.as_u16();
    let members = read_json(&answer.body);
    let refusal = members
        .as_ref()
        .and_then(Value::as_object)
        .and_then(|members| ProviderError::in_answer(members, status));
    let challenged = || answer.header(WWW_AUTHENTICATE.as_str()).and_then(challenge);
    let in_words = |code: &str| {
        let message = message(members.as_ref());
        ProviderError::new(code, message.as_deref(), None, Some(status))
    };
    if status == 401 {
        let words = challenged()
            .or(refusal)
            .unwrap_or_else(|| in_words("invalid_token"));
        return Err(UserinfoError::TokenRefused(words.without(sent)));
    }
    if let Some(refusal) = refusal {
        return Err(UserinfoError::Refused(refusal.without(sent)));
    }
    if answer.is_web_page() {
        return Err(UserinfoError::WebPage {
            status,
            title: answer.page_title().map(|title| sent.masked(title)),
        });
    }
    if matches!(status, 404 | 405 | 410) {
        return Err(UserinfoError::NotThere { status });
    }
    if !answer.status.is_success() {
        let words = challenged().unwrap_or_else(|| in_words(&format!("HTTP {status}")));
        return Err(UserinfoError::Refused(words.without(sent)));
    }
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return Err(UserinfoError::Empty);
    }
    match members {
        Some(Value::Object(members)) if members.is_empty() => Err(UserinfoError::Empty),
        Some(json @ Value::Object(_)) => Ok(json),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_),
        )
        | None => Err(UserinfoError::NotJson { status }),
    }
}

/// What a body without an `error` says of its failure.
fn message(members: Option<&Value>) -> Option<String> {
    let members = members?;
    ["message", "error_description", "detail", "title"]
        .iter()
        .find_map(|name| members.get(name).and_then(Value::as_str))
        .map(str::to_owned)
}

/// The error in a `WWW-Authenticate` header (RFC 6750 §3).
fn challenge(header: &str) -> Option<ProviderError> {
    let part = |name: &str| {
        let start = header.find(&format!("{name}=\""))? + name.len() + 2;
        let end = header[start..].find('"')? + start;
        Some(&header[start..end])
    };
    part("error").map(|code| {
        ProviderError::new(
            code,
            part("error_description"),
            part("error_uri"),
            Some(401),
        )
    })
}

/// Userinfo speaks of somebody else than the ID token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("userinfo speaks of another user than the ID token")]
pub struct SubjectMismatch;

/// Holds userinfo against the ID token (OIDC Core §5.3.2): both must name the same `sub`,
/// or userinfo must not be used.
pub fn check_subject(
    id_token_claims: &Map<String, Value>,
    userinfo: &Value,
) -> Result<(), SubjectMismatch> {
    match (id_token_claims.get("sub"), userinfo.get("sub")) {
        (Some(Value::String(ours)), Some(Value::String(theirs))) if ours == theirs => Ok(()),
        _ => Err(SubjectMismatch),
    }
}
