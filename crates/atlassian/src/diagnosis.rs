//! From an answer to a verdict: pure, so that every rule is a fixture.
//!
//! The rule for success: 2xx, JSON, a user named who is not anonymous, no failed login noted, and
//! the user whom one expected. Everything else is told apart as far as the answer allows.

mod answered;
mod evidence;
mod gateway;
mod refused;
mod said;
mod signs;
mod transport;
mod unknown;

use gatewright_http::{Response, SendError};
use time::OffsetDateTime;
use url::Url;

use crate::answer::{Answer, GATEWAY_REASON, Identity};
use crate::credential::{CredentialShape, Scheme};
use crate::product::ProductKind;
use crate::verdict::{Evidence, Verdict, Whose};

pub use gateway::{GatewayReason, gateway_reason};
pub(crate) use unknown::shown_time;

/// What was asked: all that a diagnosis may know besides the answer.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The product.
    pub kind: ProductKind,
    /// Its base URL, or the gateway's public URL for it.
    pub base_url: &'a Url,
    /// The path that was asked for; `None` is the product's who-am-I.
    pub endpoint: Option<&'a str>,
    /// The credential without its secret.
    pub credential: &'a CredentialShape,
    /// Whom one expects the product to name.
    pub expected_user: Option<&'a str>,
    /// Whether the gateway stands in between.
    pub through_gateway: bool,
    /// A second answer, to who-am-I, when the first named nobody.
    pub who_am_i: Option<&'a Response>,
    /// Whether Bitbucket let the same credential do what nobody may: it names nobody there.
    pub signed_in: Option<bool>,
}

/// A verdict with all that a person needs to act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// Whom the product named.
    pub user: Option<String>,
    /// Their name for people.
    pub display_name: Option<String>,
    /// What happened and why.
    pub message: String,
    /// Whose job it is.
    pub whose: Whose,
    /// The same in words: `fred`, `the administrators of Jira`; empty when there is nothing to do.
    pub up_to: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The code of the gateway's refusal.
    pub gateway_reason: Option<String>,
    /// Whether a further try with this password may lock the account.
    pub stops_further_basic: bool,
}

/// What one rule found.
struct Finding {
    verdict: Verdict,
    message: String,
    whose: Whose,
    hint: String,
    /// The names of the evidence that decided.
    decided_by: &'static [&'static str],
}

impl Finding {
    fn new(verdict: Verdict, whose: Whose, message: impl Into<String>) -> Self {
        Self {
            verdict,
            message: message.into(),
            whose,
            hint: String::new(),
            decided_by: &[],
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    fn by(mut self, names: &'static [&'static str]) -> Self {
        self.decided_by = names;
        self
    }
}

impl Asked<'_> {
    fn product(&self) -> &'static str {
        self.kind.name()
    }

    fn is_who_am_i(&self) -> bool {
        self.endpoint
            .is_none_or(|path| path == self.kind.who_am_i())
    }

    fn path(&self) -> &str {
        self.endpoint.unwrap_or(self.kind.who_am_i())
    }

    /// Who can bring another credential.
    fn owner(&self) -> String {
        self.expected_user
            .or(self.credential.user.as_deref())
            .map_or_else(
                || format!("the owner of {}", self.credential.noun()),
                str::to_owned,
            )
    }

    fn up_to(&self, whose: Whose) -> String {
        match whose {
            Whose::Nobody => String::new(),
            Whose::You => "you".to_owned(),
            Whose::TokenOwner => self.owner(),
            Whose::ProductAdministrator => format!("the administrators of {}", self.product()),
            Whose::GatewayAdministrator => "the administrators of the gateway".to_owned(),
            Whose::Network => "whoever runs the network".to_owned(),
            Whose::ProviderAdministrator => {
                "the administrators of the identity provider".to_owned()
            }
        }
    }
}

/// Whom a who-am-I answer of this product names.
pub(crate) fn identity(kind: ProductKind, answer: &Answer<'_>) -> Identity {
    match kind {
        ProductKind::Jira => crate::jira::reply::identity(answer),
        ProductKind::Confluence => crate::confluence::reply::identity(answer),
        ProductKind::Bitbucket => crate::bitbucket::reply::identity(answer),
    }
}

/// Judges one answer, or its absence.
pub fn diagnose(
    asked: &Asked<'_>,
    outcome: Result<&Response, &SendError>,
    now: OffsetDateTime,
) -> Diagnosis {
    match outcome {
        Err(error) => {
            let finding = transport::finding(asked, error);
            let evidence = vec![Evidence {
                name: "error".to_owned(),
                value: error.to_string(),
                bad: true,
            }];
            assemble(asked, finding, None, None, evidence)
        }
        Ok(response) => {
            let answer = Answer::new(response);
            let identity = whole_identity(asked, &answer);
            let finding = find(asked, &answer, &identity, now);
            let evidence = evidence::collect(asked, &answer, &finding);
            let reason = answer.header(GATEWAY_REASON).map(str::to_owned);
            assemble(asked, finding, Some((&answer, identity)), reason, evidence)
        }
    }
}

fn assemble(
    asked: &Asked<'_>,
    finding: Finding,
    answered: Option<(&Answer<'_>, Identity)>,
    gateway_reason: Option<String>,
    evidence: Vec<Evidence>,
) -> Diagnosis {
    let status = answered.as_ref().map(|(answer, _)| answer.status());
    let stops = asked.credential.scheme == Scheme::Basic
        && match finding.verdict {
            Verdict::InvalidCredential
            | Verdict::CaptchaRequired
            | Verdict::Anonymous
            | Verdict::Expired
            | Verdict::Revoked => true,
            Verdict::GatewayRefused => gateway_reason.as_deref() == Some("invalid_credentials"),
            Verdict::UnexpectedAnswer | Verdict::LoginPage => status == Some(401),
            Verdict::Valid
            | Verdict::ValidOtherUser
            | Verdict::NotYetValid
            | Verdict::BasicDisabled
            | Verdict::NoProductAccess
            | Verdict::PermissionMissing
            | Verdict::ScopeMissing
            | Verdict::WrongAudience
            | Verdict::WrongBasePath
            | Verdict::ProxyError
            | Verdict::TlsError
            | Verdict::DnsError
            | Verdict::ConnectError
            | Verdict::Timeout
            | Verdict::RateLimited
            | Verdict::ClockSkew
            | Verdict::ProductUnavailable
            | Verdict::NotTried => false,
        };
    let named = answered
        .filter(|_| finding.verdict != Verdict::Anonymous)
        .and_then(|(_, identity)| identity.named().cloned());
    let (user, display_name) = named.map_or((None, None), |n| (Some(n.user), n.display_name));
    Diagnosis {
        verdict: finding.verdict,
        user,
        display_name,
        message: finding.message,
        whose: finding.whose,
        up_to: asked.up_to(finding.whose),
        hint: finding.hint,
        evidence,
        gateway_reason,
        stops_further_basic: stops,
    }
}

/// Whom the answer names; where it does not say, whom the second answer names.
fn whole_identity(asked: &Asked<'_>, answer: &Answer<'_>) -> Identity {
    let own = if asked.is_who_am_i() && answer.succeeded() {
        identity(asked.kind, answer)
    } else {
        answer.header_identity()
    };
    match own {
        Identity::Unsaid => asked.who_am_i.map_or(Identity::Unsaid, |response| {
            let second = Answer::new(response);
            match second.status() {
                200..=299 if answered::login_was_accepted(&second) => identity(asked.kind, &second),
                200..=299 | 401 | 403 => Identity::Nobody,
                _ => Identity::Unsaid,
            }
        }),
        Identity::Named(_) | Identity::Nobody => own,
    }
}

/// The rules in their order: who answered at all, then what it said, then what its status means.
fn find(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
    now: OffsetDateTime,
) -> Finding {
    gateway::finding(asked, answer, now)
        .or_else(|| signs::redirect(asked, answer))
        .or_else(|| signs::proxy(asked, answer))
        .or_else(|| signs::rate_limit(asked, answer, now))
        .or_else(|| signs::lock_out(asked, answer, identity))
        .or_else(|| signs::basic_disabled(asked, answer))
        .or_else(|| said::oauth_problem(asked, answer, now))
        .or_else(|| said::said(asked, answer))
        .or_else(|| signs::web_page(asked, answer))
        .or_else(|| signs::unavailable(asked, answer))
        .unwrap_or_else(|| {
            if answer.succeeded() {
                answered::finding(asked, answer, identity, now)
            } else {
                refused::finding(asked, answer, identity, now)
            }
        })
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
