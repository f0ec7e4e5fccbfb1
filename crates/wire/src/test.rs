//! The token test: every token against every product, directly and through the gateway.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Header, ProductKind, Timing};

/// Begins a test; cells arrive as events.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StartTest {
    /// Which tokens.
    pub tokens: Vec<String>,
    /// Which products.
    pub products: Vec<String>,
    /// Which way.
    pub ways: Vec<Way>,
    /// How the token is sent.
    pub credential: CredentialKind,
    /// The user for Basic; none takes the one kept with the token.
    pub user: Option<String>,
    /// A path below the product; none asks who the caller is.
    pub endpoint: Option<String>,
    /// Who it must be; none takes whoever it is.
    pub expected_user: Option<String>,
    /// Whether a secret may travel unencrypted to a host that is not this computer.
    pub allow_plain_http: bool,
}

/// Directly, or through the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// To the product itself.
    Direct,
    /// To the gateway's address of that product.
    Gateway,
}

/// How a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`, the token in the password's place.
    Basic,
}

/// A test that runs, with its cells not yet tried.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestRun {
    /// Its id.
    pub run: String,
    /// How many cells it has.
    pub cells: u32,
}

/// Names a test.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestRunId {
    /// Its id.
    pub run: String,
}

/// One cell: one token, one product, one way.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestCell {
    /// Which token.
    pub token_id: String,
    /// Which product.
    pub product_id: String,
    /// Which way.
    pub way: Way,
    /// What came of it.
    pub result: TestResult,
}

/// What came of one request.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestResult {
    /// Which product.
    pub product: ProductKind,
    /// The path that was asked, below the product.
    pub endpoint: String,
    /// The status; none when there was no answer.
    pub status: Option<u16>,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in one or two words: "Wrong credential".
    pub verdict_text: String,
    /// Good, warning, bad or unknown.
    pub tone: Tone,
    /// Whom the product took the caller for; none for nobody.
    pub user: Option<String>,
    /// The gateway's reason code, where it refused.
    pub gateway_reason: Option<String>,
    /// What happened, in a sentence.
    pub message: String,
    /// Who can mend it: "The provider's admin", "You" …; empty when nothing has to be mended.
    pub whose: String,
    /// What to do.
    pub hint: String,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// How long it took.
    pub milliseconds: u32,
    /// Where the time went.
    pub timing: Timing,
    /// The answer; none when there was none.
    pub response: Option<TestResponse>,
    /// The same request for a terminal, with a placeholder for the secret.
    pub curl: String,
}

/// An answer as the viewer shows it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestResponse {
    /// "GET https://…".
    pub request_line: String,
    /// Headers, secrets masked.
    pub headers: Vec<Header>,
    /// The body as text, cut at 256 KiB.
    pub body: String,
    /// Whether it was cut.
    pub cut: bool,
}

/// One thing that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Evidence {
    /// "status", "X-AUSERNAME", "type" …
    pub name: String,
    /// Its value, or "not sent".
    pub value: String,
    /// Whether it speaks against the credential.
    pub bad: bool,
}

/// How a verdict is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it should be.
    Good,
    /// The credential is good, something else is missing.
    Warning,
    /// Not good.
    Bad,
    /// Not known.
    Unknown,
}

/// The closed list of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The product names the expected user.
    Valid,
    /// It works, but as somebody else.
    ValidOtherUser,
    /// An answer, but to nobody.
    Anonymous,
    /// The credential is wrong.
    InvalidCredential,
    /// It has ended.
    Expired,
    /// It was revoked.
    Revoked,
    /// It does not begin before a later time.
    NotYetValid,
    /// The account is locked until a CAPTCHA is solved.
    CaptchaRequired,
    /// Basic authentication is off.
    BasicDisabled,
    /// The right password, but no access to the product.
    NoProductAccess,
    /// The user may not do this.
    PermissionMissing,
    /// The token may not do this.
    ScopeMissing,
    /// The token is for somebody else.
    WrongAudience,
    /// There is no product at this path.
    WrongBasePath,
    /// A login page answered.
    LoginPage,
    /// A proxy between failed.
    ProxyError,
    /// The certificate is not trusted or the handshake failed.
    TlsError,
    /// The name has no address.
    DnsError,
    /// Nobody answers.
    ConnectError,
    /// No answer in time.
    Timeout,
    /// Too many requests.
    RateLimited,
    /// The clocks differ too much.
    ClockSkew,
    /// The product is down or starting.
    ProductUnavailable,
    /// The gateway refused.
    GatewayRefused,
    /// Not tried, so that nothing gets worse.
    NotTried,
    /// Something else.
    UnexpectedAnswer,
}
