//! `gatewright token test`.

use std::fmt::Write as _;

use gatewright_atlassian::{
    Credential, DetectError, Endpoint, Evidence, ProbeRequest, ProbeResult, ProductKind, Verdict,
    detect, probe,
};
use gatewright_http::{Client, SendError};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Value, json};
use url::Url;

use super::product::{Undetected, refuse_plain_http};
use super::{Answer, Surroundings};
use crate::errors::{self, failure, internal, invalid};

/// A token to be tested.
#[derive(Clone, Debug)]
pub struct TestToken {
    /// The product; found out where it is left out.
    pub product: Option<String>,
    /// Its base URL, or the gateway's address of it.
    pub base_url: String,
    /// Whether it is sent as Basic, and as whom.
    pub basic_user: Option<String>,
    /// The token or password.
    pub secret: SecretString,
    /// Paths below the product; who-am-I when empty.
    pub endpoints: Vec<String>,
    /// Who it must be.
    pub expected_user: Option<String>,
    /// Whether a secret may travel unencrypted to another computer.
    pub allow_plain_http: bool,
}

/// Tests a token and says whom the product takes the caller for. `warn` hears what a person should
/// know before the token is sent.
pub async fn test_token(
    around: &Surroundings,
    test: TestToken,
    warn: impl FnOnce(&str) + Send,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let mut endpoints = Vec::new();
    for path in &test.endpoints {
        let endpoint = Endpoint::get(path).map_err(|error| errors::endpoint(&error))?;
        endpoints.push(Some(endpoint));
    }
    if endpoints.is_empty() {
        endpoints.push(None);
    }
    let (kind, base_url) = match target(around, &client, &test).await? {
        Target::Product(kind, url) => (kind, url),
        Target::Nothing(nothing) => return answer(&[nothing.row()]),
    };
    if !test.allow_plain_http {
        refuse_plain_http(&base_url)?;
    }
    let credential = match test.basic_user {
        Some(user) => Credential::Basic {
            user,
            password: test.secret,
        },
        None => Credential::Bearer(test.secret),
    };
    sendable(&credential)?;
    let shape = credential.shape();
    if let Some(maker) = shape.token.foreign_maker() {
        warn(&format!(
            "Warning: this is {}. {} learns it: if that is not your gateway but the product itself, have {maker} revoke it.",
            shape.token.label(),
            base_url.host_str().unwrap_or_default(),
        ));
    }
    let mut results: Vec<ProbeResult> = Vec::new();
    for endpoint in endpoints {
        let request = ProbeRequest {
            kind,
            base_url: base_url.clone(),
            endpoint,
            credential: credential.clone(),
            expected_user: test.expected_user.clone(),
            through_gateway: false,
        };
        let stopped = results.iter().any(ProbeResult::stops_further_basic);
        results.push(if stopped {
            ProbeResult::not_tried(
                &request,
                "Not tried: another wrong password may lock the account.",
            )
        } else {
            probe(&client, &request, around.now()).await
        });
    }
    let rows: Vec<Row> = results.into_iter().map(Row::from).collect();
    answer(&rows)
}

/// What no header can carry is not tried at all.
fn sendable(credential: &Credential) -> Result<(), WireError> {
    match credential {
        Credential::Bearer(token) if token.expose().chars().any(char::is_control) => Err(invalid(
            "token",
            "The token has a line break or another character that no header can carry.",
            "Pass the token alone, followed by at most one newline.",
        )),
        Credential::Basic { user, .. } if user.contains(':') => Err(invalid(
            "user",
            "A user name with a colon cannot travel in Basic authentication.",
            "Give the name alone; the password comes from standard input.",
        )),
        Credential::Bearer(_) | Credential::Basic { .. } => Ok(()),
    }
}

/// What the test is about.
enum Target {
    Product(ProductKind, Url),
    /// What answered, or did not, in a product's place.
    Nothing(Box<NoProduct>),
}

async fn target(
    around: &Surroundings,
    client: &Client,
    test: &TestToken,
) -> Result<Target, WireError> {
    let Some(product) = &test.product else {
        return match detect(client, &test.base_url, around.now()).await {
            Ok(found) => Ok(Target::Product(found.kind, found.base_url)),
            Err(error) => {
                let found = Undetected::look(client, &test.base_url, &error).await;
                NoProduct::new(&error, found).map(|nothing| Target::Nothing(Box::new(nothing)))
            }
        };
    };
    let kind = ProductKind::ALL
        .into_iter()
        .find(|kind| kind.id() == product)
        .ok_or_else(|| {
            invalid(
                "product",
                format!("There is no product {product}."),
                "Use jira, confluence, bitbucket or auto.",
            )
        })?;
    let url = crate::app::web_address(&test.base_url, "base-url")?;
    Ok(Target::Product(kind, url))
}

/// No product was found, and the token was not sent.
struct NoProduct {
    verdict: Verdict,
    status: Option<u16>,
    shown: WireError,
}

impl NoProduct {
    /// What was typed wrongly is no result.
    fn new(error: &DetectError, found: Undetected) -> Result<Self, WireError> {
        let Undetected { shown, page } = found;
        let (verdict, status) = match error {
            DetectError::Empty
            | DetectError::MissingScheme { .. }
            | DetectError::NotAUrl { .. }
            | DetectError::Cloud
            | DetectError::OtherProduct { .. } => return Err(shown),
            DetectError::Unreachable(cause) => (unreached(cause), None),
            DetectError::Unavailable { status, .. } => (Verdict::ProductUnavailable, Some(*status)),
            DetectError::LoginPage { .. } => (Verdict::LoginPage, Some(200)),
            DetectError::Redirected { .. } => (Verdict::UnexpectedAnswer, Some(302)),
            DetectError::NotAtlassian { .. } if shown.code == ErrorCode::InvalidInput => {
                return Err(shown);
            }
            DetectError::NotAtlassian { status, .. } if page => (Verdict::LoginPage, Some(*status)),
            DetectError::NotAtlassian { status: 404, .. } => (Verdict::WrongBasePath, Some(404)),
            DetectError::NotAtlassian { status, .. } => (Verdict::UnexpectedAnswer, Some(*status)),
        };
        Ok(Self {
            verdict,
            status,
            shown,
        })
    }

    fn row(self) -> Row {
        Row {
            product: None,
            endpoint: "/rest/applinks/1.0/manifest".to_owned(),
            status: self.status,
            verdict: self.verdict,
            user: None,
            message: self.shown.message,
            hint: self.shown.hint,
            evidence: Vec::new(),
            gateway_reason: None,
            milliseconds: 0,
        }
    }
}

fn unreached(cause: &SendError) -> Verdict {
    match cause {
        SendError::Dns { .. } => Verdict::DnsError,
        SendError::Connect { .. } | SendError::Broken { .. } => Verdict::ConnectError,
        SendError::Tls { .. } => Verdict::TlsError,
        SendError::ProxyAuthentication | SendError::Proxy { .. } => Verdict::ProxyError,
        SendError::Timeout { .. } => Verdict::Timeout,
        SendError::BodyTooLarge { .. } => Verdict::UnexpectedAnswer,
        SendError::NotSent { .. } => Verdict::NotTried,
    }
}

/// One line of the answer.
struct Row {
    product: Option<ProductKind>,
    endpoint: String,
    status: Option<u16>,
    verdict: Verdict,
    user: Option<String>,
    message: String,
    hint: String,
    evidence: Vec<Evidence>,
    gateway_reason: Option<String>,
    milliseconds: u64,
}

impl From<ProbeResult> for Row {
    fn from(result: ProbeResult) -> Self {
        Self {
            product: Some(result.product),
            endpoint: result.endpoint,
            status: result.status,
            verdict: result.verdict,
            user: result.user,
            message: result.message,
            hint: result.hint,
            evidence: result.evidence,
            gateway_reason: result.gateway_reason,
            milliseconds: result.milliseconds,
        }
    }
}

impl Row {
    fn to_json(&self) -> Result<Value, WireError> {
        let evidence = serde_json::to_value(&self.evidence)
            .map_err(|_| internal("the evidence cannot be written"))?;
        Ok(json!({
            "product": self.product.map(ProductKind::id),
            "endpoint": self.endpoint,
            "status": self.status,
            "verdict": self.verdict.id(),
            "user": self.user,
            "message": self.message,
            "hint": self.hint,
            "evidence": evidence,
            "gateway_reason": self.gateway_reason,
            "milliseconds": self.milliseconds,
        }))
    }

    fn write(&self, text: &mut String) {
        let status = self
            .status
            .map_or_else(|| "no answer".to_owned(), |code| code.to_string());
        let _ = writeln!(
            text,
            "{}  {}  {status}, {} ms\n  {}",
            self.verdict.id(),
            self.endpoint,
            self.milliseconds,
            self.message
        );
        if !self.hint.is_empty() {
            let _ = writeln!(text, "  {}", self.hint);
        }
    }

    /// An answer that is no answer of a product's may have no status.
    fn was_answered(&self) -> bool {
        self.status.is_some() || self.verdict == Verdict::UnexpectedAnswer
    }

    /// The same as a failure, where nobody answered.
    fn failure(&self) -> WireError {
        let code = match self.verdict {
            Verdict::DnsError => ErrorCode::Dns,
            Verdict::TlsError => ErrorCode::Tls,
            Verdict::ProxyError => ErrorCode::Proxy,
            Verdict::Timeout => ErrorCode::TimedOut,
            Verdict::NotTried => ErrorCode::InvalidInput,
            Verdict::ConnectError => ErrorCode::Connect,
            Verdict::Valid
            | Verdict::ValidOtherUser
            | Verdict::Anonymous
            | Verdict::InvalidCredential
            | Verdict::Expired
            | Verdict::Revoked
            | Verdict::NotYetValid
            | Verdict::CaptchaRequired
            | Verdict::BasicDisabled
            | Verdict::NoProductAccess
            | Verdict::PermissionMissing
            | Verdict::ScopeMissing
            | Verdict::WrongAudience
            | Verdict::WrongBasePath
            | Verdict::LoginPage
            | Verdict::RateLimited
            | Verdict::ClockSkew
            | Verdict::ProductUnavailable
            | Verdict::GatewayRefused
            | Verdict::UnexpectedAnswer => ErrorCode::UnexpectedAnswer,
        };
        failure(code, &self.message, &self.hint)
    }
}

fn answer(rows: &[Row]) -> Result<Answer, WireError> {
    let good = rows.iter().all(|row| row.verdict.is_good());
    let mut text = String::new();
    for row in rows {
        row.write(&mut text);
    }
    let results: Vec<Value> = rows.iter().map(Row::to_json).collect::<Result<_, _>>()?;
    let mut answer = Answer::judged(json!({ "results": results, "good": good }), text, good);
    if let Some(first) = rows.first()
        && !rows.iter().any(Row::was_answered)
    {
        answer.exit = 3;
        answer.failure = Some(first.failure());
    }
    Ok(answer)
}
