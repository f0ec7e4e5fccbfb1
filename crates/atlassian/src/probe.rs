//! One test: a credential against an endpoint, ending in a verdict.

mod endpoint;
mod result;

use std::fmt::Write as _;

use bytes::Bytes;
use gatewright_http::{Client, Limits, Request, Response, SendError, Timing};
use http::{HeaderName, HeaderValue, Method};
use time::OffsetDateTime;
use url::{Host, Url};

use crate::answer::{Answer, Identity};
use crate::bitbucket;
use crate::credential::Credential;
use crate::diagnosis::{Asked, Diagnosis, diagnose};
use crate::inspect::ForeignSecret;
use crate::product::{ProductKind, below};
use crate::verdict::Verdict;

pub use endpoint::{Endpoint, EndpointBody, EndpointError};
pub use result::{Explained, ProbeResponse, ProbeResult};

/// What to test.
#[derive(Debug, Clone)]
pub struct ProbeRequest {
    /// The product.
    pub kind: ProductKind,
    /// Its base URL; through the gateway, the product's public URL there.
    pub base_url: Url,
    /// What to ask for; `None` is the product's who-am-I.
    pub endpoint: Option<Endpoint>,
    /// What to send.
    pub credential: Credential,
    /// Whom the product should name.
    pub expected_user: Option<String>,
    /// Whether the gateway stands in between.
    pub through_gateway: bool,
}

impl ProbeRequest {
    /// The path that is asked for, below the base URL.
    pub fn path(&self) -> &str {
        self.endpoint
            .as_ref()
            .map_or(self.kind.who_am_i(), Endpoint::path)
    }

    /// The whole URL.
    pub fn url(&self) -> Url {
        below(&self.base_url, self.path())
    }

    fn method(&self) -> Method {
        self.endpoint
            .as_ref()
            .map_or(Method::GET, |endpoint| endpoint.method().clone())
    }

    /// Whether the secret would travel readably: http to a host that is not this computer.
    pub fn sends_secret_in_clear(&self) -> bool {
        let here = match self.base_url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.base_url.scheme() == "http" && !here
    }

    /// What is to be warned of before a secret goes to a host that it does not belong to.
    /// `own_hosts` are hosts that its maker has besides the public ones.
    pub fn foreign_secret(&self, own_hosts: &[&str]) -> Option<ForeignSecret> {
        if self.through_gateway {
            return None;
        }
        ForeignSecret::found(self.credential.shape().token, &self.base_url, own_hosts)
    }

    /// The same call as a command line; the secret stands in it as `$TOKEN`.
    pub fn as_curl(&self) -> String {
        let mut line = String::from("curl -i");
        let method = self.method();
        if method != Method::GET {
            let _ = write!(line, " -X {method}");
        }
        match &self.credential {
            Credential::Bearer(_) => line.push_str(" -H \"Authorization: Bearer $TOKEN\""),
            Credential::Basic { user, .. } => {
                let _ = write!(line, " -u {}\"$TOKEN\"", quoted(&format!("{user}:")));
            }
        }
        for (name, value) in self.headers() {
            let _ = write!(line, " -H {}", quoted(&format!("{name}: {value}")));
        }
        if let Some(body) = self.endpoint.as_ref().and_then(Endpoint::body) {
            let _ = write!(line, " --data-raw {}", quoted(&body.text()));
        }
        let _ = write!(line, " {}", quoted(self.url().as_str()));
        line
    }

    /// The headers besides the credential.
    fn headers(&self) -> Vec<(&str, &str)> {
        let mut headers = vec![("Accept", "application/json")];
        if let Some(endpoint) = &self.endpoint {
            if !endpoint.method().is_safe() {
                headers.push(("X-Atlassian-Token", "no-check"));
            }
            if let Some(body) = endpoint.body() {
                headers.push(("Content-Type", body.media_type()));
            }
            for (name, value) in endpoint.headers() {
                headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
                headers.push((name, value));
            }
        }
        headers
    }

    fn request(&self) -> Request {
        let mut request = Request::new(self.method(), self.url()).named("test");
        for (name, value) in self.headers() {
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                request.headers.insert(name, value);
            }
        }
        if let Some(body) = self.endpoint.as_ref().and_then(Endpoint::body) {
            request.body = Bytes::from(body.text());
        }
        self.authorised(request)
    }

    /// A further question of the same caller.
    fn question(&self, path: &str) -> Request {
        self.authorised(
            Request::get(below(&self.base_url, path))
                .named("test")
                .accept_json(),
        )
    }

    fn authorised(&self, request: Request) -> Request {
        match &self.credential {
            Credential::Bearer(token) => request.bearer(token),
            Credential::Basic { user, password } => request.basic(user, password),
        }
    }
}

/// Sends one test and judges the answer.
///
/// Nothing is followed and nothing is repeated. Where the answer does not name the caller, who-am-I
/// is asked once more with the same credential, except after a sign of a wrong password.
pub async fn probe(client: &Client, request: &ProbeRequest, now: OffsetDateTime) -> ProbeResult {
    probe_within(client, request, now, Limits::default()).await
}

/// The same with other limits of time and size for each question.
pub async fn probe_within(
    client: &Client,
    request: &ProbeRequest,
    now: OffsetDateTime,
    limits: Limits,
) -> ProbeResult {
    let shape = request.credential.shape();
    let path = request.endpoint.as_ref().map(Endpoint::path);
    let asked = Asked {
        kind: request.kind,
        base_url: &request.base_url,
        endpoint: path,
        credential: &shape,
        expected_user: request.expected_user.as_deref(),
        through_gateway: request.through_gateway,
        who_am_i: None,
        signed_in: None,
    };
    let started = std::time::Instant::now();
    let response = match client.send(request.request().within(limits)).await {
        Ok(response) => response,
        Err(error) => {
            let timing = Timing {
                total: started.elapsed(),
                ..Timing::default()
            };
            return unanswered(request, &asked, &error, now, timing);
        }
    };
    let first = diagnose(&asked, Ok(&response), now);
    let second = if wants_who_am_i(&asked, &response, &first) {
        client
            .send(request.question(request.kind.who_am_i()).within(limits))
            .await
            .ok()
    } else {
        None
    };
    let asked = Asked {
        who_am_i: second.as_ref(),
        ..asked
    };
    let mut diagnosis = if second.is_some() {
        diagnose(&asked, Ok(&response), now)
    } else {
        first
    };
    if request.kind == ProductKind::Bitbucket
        && diagnosis.verdict == Verdict::Anonymous
        && response.status.is_success()
    {
        let signed_in = client
            .send(
                request
                    .question(bitbucket::request::SIGNED_IN)
                    .within(limits),
            )
            .await
            .is_ok_and(|answer| answer.status.is_success() && !answer.is_web_page());
        if signed_in {
            let asked = Asked {
                signed_in: Some(true),
                ..asked
            };
            diagnosis = diagnose(&asked, Ok(&response), now);
        }
    }
    if request.kind == ProductKind::Bitbucket
        && matches!(diagnosis.verdict, Verdict::Valid | Verdict::ValidOtherUser)
        && request.endpoint.is_none()
        && let Some(user) = diagnosis.user.clone()
    {
        diagnosis.display_name = bitbucket_display_name(client, request, &user).await;
        if let Some(name) = diagnosis
            .display_name
            .as_ref()
            .filter(|name| **name != user)
        {
            let as_user = format!("answered as {user}");
            diagnosis.message =
                diagnosis
                    .message
                    .replacen(&as_user, &format!("{as_user} ({name})"), 1);
        }
    }
    let timing = response.timing;
    ProbeResult::assembled(request, diagnosis, Some(&response), timing)
}

fn unanswered(
    request: &ProbeRequest,
    asked: &Asked<'_>,
    error: &SendError,
    now: OffsetDateTime,
    timing: Timing,
) -> ProbeResult {
    let diagnosis = diagnose(asked, Err(error), now);
    ProbeResult::assembled(request, diagnosis, None, timing)
}

/// Whether only who-am-I can tell what this answer means.
fn wants_who_am_i(asked: &Asked<'_>, response: &Response, first: &Diagnosis) -> bool {
    let unsaid = Answer::new(response).header_identity() == Identity::Unsaid;
    asked
        .endpoint
        .is_some_and(|path| path != asked.kind.who_am_i())
        && unsaid
        && !first.stops_further_basic
        && matches!(
            first.verdict,
            Verdict::UnexpectedAnswer
                | Verdict::PermissionMissing
                | Verdict::NoProductAccess
                | Verdict::WrongBasePath
                | Verdict::InvalidCredential
                | Verdict::Anonymous
        )
        && !response.status.is_redirection()
}

/// Bitbucket's who-am-I has a name only; the user itself has the name for people.
async fn bitbucket_display_name(
    client: &Client,
    request: &ProbeRequest,
    user: &str,
) -> Option<String> {
    let path = bitbucket::request::user(&user.to_lowercase());
    let response = client.send(request.question(&path)).await.ok()?;
    let answer = Answer::new(&response);
    let found = answer.json().and_then(bitbucket::reply::user)?;
    crate::answer::same_user(&found.name, user)
        .then_some(found.display_name)
        .flatten()
}

/// A word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
