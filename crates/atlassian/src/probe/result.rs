//! What a test found, without the secret that it was made with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewright_http::{MASK, Response, Timing, is_secret_name};
use serde::{Deserialize, Serialize};

use super::ProbeRequest;
use crate::credential::Credential;
use crate::diagnosis::{Diagnosis, gateway_reason};
use crate::product::ProductKind;
use crate::verdict::{Evidence, Verdict, Whose};

/// How much of a body is kept for looking at.
const LONGEST_BODY: usize = 256 * 1024;

/// What a test found.
#[derive(Debug, Clone, Serialize)]
pub struct ProbeResult {
    /// The product.
    pub product: ProductKind,
    /// The path that was asked for.
    pub endpoint: String,
    /// The method.
    pub method: String,
    /// The whole URL; it holds no secret of ours.
    pub url: String,
    /// The status; `None` when nobody answered.
    pub status: Option<u16>,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in one or two words; for a refusal of the gateway, its reason.
    pub label: String,
    /// Whom the product named.
    pub user: Option<String>,
    /// Their name for people.
    pub display_name: Option<String>,
    /// What happened and why.
    pub message: String,
    /// Whose job it is.
    pub whose: Whose,
    /// The same in words; empty when there is nothing to do.
    pub up_to: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// The answer, without the credential in it.
    pub response: Option<ProbeResponse>,
    /// Where the time went.
    pub timing: Timing,
    /// All of the time.
    pub milliseconds: u64,
    /// The code of the gateway's refusal.
    pub gateway_reason: Option<String>,
    /// Which rule of the gateway refused; whoever may ask the gateway to explain fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<Explained>,
    #[serde(skip)]
    stops_further_basic: bool,
}

/// The rule of the gateway that refused, as its `explain` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The phase that refused: `address`, `authorise`, ...
    pub phase: String,
    /// Where the rule stands in the configuration document: `access.groups_allowed`.
    pub setting: Option<String>,
    /// What it says, in a sentence.
    pub words: String,
}

/// An answer as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeResponse {
    /// The status.
    pub status: u16,
    /// The headers in their order; session cookies and the credential are masked.
    pub headers: Vec<(String, String)>,
    /// The body as text; the credential is masked.
    pub body: String,
    /// Whether the body was longer than what is shown.
    pub truncated: bool,
}

impl ProbeResult {
    /// The result of a test that was left out on purpose, with the reason as a sentence.
    pub fn not_tried(request: &ProbeRequest, why: impl Into<String>) -> Self {
        let diagnosis = Diagnosis {
            verdict: Verdict::NotTried,
            user: None,
            display_name: None,
            message: why.into(),
            whose: Whose::Nobody,
            up_to: String::new(),
            hint: String::new(),
            evidence: Vec::new(),
            gateway_reason: None,
            stops_further_basic: false,
        };
        Self::assembled(request, diagnosis, None, Timing::default())
    }

    /// Whether the same password must not be sent again: one more failure may lock the account.
    pub fn stops_further_basic(&self) -> bool {
        self.stops_further_basic
    }

    /// Attaches the rule that refused; an answer that the gateway did not refuse has none.
    pub fn explain(&mut self, explained: Explained) {
        if self.verdict == Verdict::GatewayRefused {
            self.explained = Some(explained);
        }
    }

    /// Whether anybody answered.
    pub fn was_answered(&self) -> bool {
        self.status.is_some()
    }

    pub(super) fn assembled(
        request: &ProbeRequest,
        diagnosis: Diagnosis,
        response: Option<&Response>,
        timing: Timing,
    ) -> Self {
        let reason = diagnosis.gateway_reason.as_deref().and_then(gateway_reason);
        let label = match reason {
            Some(reason) if diagnosis.verdict == Verdict::GatewayRefused => reason.label,
            Some(_) | None => diagnosis.verdict.label(),
        };
        Self {
            product: request.kind,
            endpoint: request.path().to_owned(),
            method: request.method().to_string(),
            url: request.url().to_string(),
            status: response.map(|response| response.status.as_u16()),
            verdict: diagnosis.verdict,
            label: label.to_owned(),
            user: diagnosis.user,
            display_name: diagnosis.display_name,
            message: diagnosis.message,
            whose: diagnosis.whose,
            up_to: diagnosis.up_to,
            hint: diagnosis.hint,
            evidence: diagnosis.evidence,
            response: response.map(|response| shown(response, &request.credential)),
            milliseconds: u64::try_from(timing.total.as_millis()).unwrap_or(u64::MAX),
            timing,
            gateway_reason: diagnosis.gateway_reason,
            explained: None,
            stops_further_basic: diagnosis.stops_further_basic,
        }
    }
}

fn shown(response: &Response, credential: &Credential) -> ProbeResponse {
    let masked = |text: &str| without_credential(text, credential);
    let headers = response
        .headers
        .iter()
        .map(|(name, value)| {
            let secret = is_secret_name(name.as_str()) || name == http::header::SET_COOKIE;
            let text = String::from_utf8_lossy(value.as_bytes());
            (
                name.to_string(),
                if secret {
                    MASK.to_owned()
                } else {
                    masked(&text)
                },
            )
        })
        .collect();
    let text = response.text();
    let cut = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= LONGEST_BODY);
    ProbeResponse {
        status: response.status.as_u16(),
        headers,
        body: masked(cut.map_or(&text, |at| &text[..at])),
        truncated: cut.is_some(),
    }
}

/// Some endpoints echo what they were sent.
fn without_credential(text: &str, credential: &Credential) -> String {
    let secret = credential.secret().expose();
    // A very short password would tear every text apart, and would be betrayed by the gaps.
    let masked = if secret.len() < 4 {
        text.to_owned()
    } else {
        text.replace(secret, MASK)
    };
    match credential {
        Credential::Bearer(_) => masked,
        Credential::Basic { user, .. } => {
            masked.replace(&STANDARD.encode(format!("{user}:{secret}")), MASK)
        }
    }
}
