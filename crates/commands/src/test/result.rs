//! What came of a test, as the window shows it.

use gatewright_atlassian::{ProbeRequest, ProbeResult, Severity, Verdict, Whose};
use gatewright_http::masked_url;
use gatewright_wire as wire;
use url::Url;

use crate::convert;

/// A result without anything secret.
pub(super) fn result_of(request: &ProbeRequest, result: &ProbeResult) -> wire::TestResult {
    let shown_url =
        Url::parse(&result.url).map_or_else(|_| result.url.clone(), |url| masked_url(&url));
    wire::TestResult {
        method: result.method.clone(),
        product: convert::detected(result.product),
        endpoint: result.endpoint.clone(),
        status: result.status,
        verdict: verdict(result.verdict),
        verdict_text: result.label.clone(),
        tone: match result.verdict.severity() {
            Severity::Good => wire::Tone::Good,
            Severity::Warning => wire::Tone::Warning,
            Severity::Bad => wire::Tone::Bad,
            Severity::Unknown => wire::Tone::Unknown,
        },
        user: result.user.clone(),
        expected_user: request.expected_user.clone(),
        gateway_reason: result.gateway_reason.clone(),
        explained: result
            .explained
            .as_ref()
            .map(|explained| wire::ExplainedRefusal {
                phase: explained.phase.clone(),
                setting: explained.setting.clone(),
                words: explained.words.clone(),
            }),
        message: result.message.clone(),
        whose: if result.up_to.is_empty() {
            whose(result.whose).to_owned()
        } else {
            result.up_to.clone()
        },
        hint: result.hint.clone(),
        evidence: result
            .evidence
            .iter()
            .map(|one| wire::Evidence {
                name: one.name.clone(),
                value: one.value.clone(),
                bad: one.bad,
            })
            .collect(),
        milliseconds: u32::try_from(result.milliseconds).unwrap_or(u32::MAX),
        timing: convert::timing(result.timing),
        response: result.response.as_ref().map(|response| wire::TestResponse {
            request_line: format!("{} {shown_url}", result.method),
            headers: convert::headers(response.headers.clone()),
            body: response.body.clone(),
            cut: response.truncated,
        }),
        curl: request.as_curl().replace(&result.url, &shown_url),
    }
}

/// Who can mend it.
fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::Nobody => "",
        Whose::You => "You",
        Whose::TokenOwner => "The token's owner",
        Whose::ProductAdministrator => "The product's admin",
        Whose::GatewayAdministrator => "The gateway's admin",
        Whose::Network => "Whoever runs the network",
        Whose::ProviderAdministrator => "The provider's admin",
    }
}

macro_rules! verdicts {
    ($($variant:ident),*) => {
        /// A verdict as the window has it.
        pub(super) fn verdict(verdict: Verdict) -> wire::Verdict {
            match verdict { $(Verdict::$variant => wire::Verdict::$variant),* }
        }

        /// The code of a verdict.
        pub(super) fn verdict_id(verdict: wire::Verdict) -> &'static str {
            match verdict { $(wire::Verdict::$variant => Verdict::$variant.id()),* }
        }

        /// A verdict by its code.
        pub(super) fn verdict_of(id: &str) -> Option<wire::Verdict> {
            [$(Verdict::$variant),*].into_iter().find(|one| one.id() == id).map(verdict)
        }
    };
}

verdicts!(
    Valid,
    ValidOtherUser,
    Anonymous,
    InvalidCredential,
    Expired,
    Revoked,
    NotYetValid,
    CaptchaRequired,
    BasicDisabled,
    NoProductAccess,
    PermissionMissing,
    ScopeMissing,
    WrongAudience,
    WrongBasePath,
    LoginPage,
    ProxyError,
    TlsError,
    DnsError,
    ConnectError,
    Timeout,
    RateLimited,
    ClockSkew,
    ProductUnavailable,
    GatewayRefused,
    NotTried,
    UnexpectedAnswer
);
