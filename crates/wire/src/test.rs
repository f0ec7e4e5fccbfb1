//! The token test: every token against every product, directly and through the gateway.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Header, ProductKind, RoundTripOffer, Timing};

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
    /// What is asked: `who_am_i` or another purpose, a preset's id, `own:` and the id of an own
    /// endpoint, or a path below the product. None asks who the caller is.
    pub endpoints: Vec<String>,
    /// Who it must be; none takes whoever it is.
    pub expected_user: Option<String>,
    /// Whether each token must work as its owner, where nobody else is expected and the owner is
    /// known: the user of Basic, or what the provider's username rule reads.
    #[serde(default)]
    pub expect_owner: bool,
    /// Whether a secret may travel unencrypted to a host that is not this computer.
    pub allow_plain_http: bool,
    /// Whether somebody else's secret may reach a host that it does not belong to.
    #[serde(default)]
    pub allow_foreign: bool,
    /// Whether requests may be sent that can change something.
    #[serde(default)]
    pub allow_writes: bool,
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

/// One cell: one token, one product, one way, one endpoint.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestCell {
    /// Which token.
    pub token_id: String,
    /// Which product.
    pub product_id: String,
    /// Which way.
    pub way: Way,
    /// Which endpoint, as it was chosen.
    pub endpoint: String,
    /// What came of it.
    pub result: TestResult,
}

/// What came of one request.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestResult {
    /// Which product.
    pub product: ProductKind,
    /// The method.
    pub method: String,
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
    /// Whom it should have named; none where anybody would do.
    #[serde(default)]
    pub expected_user: Option<String>,
    /// The gateway's reason code, where it refused.
    pub gateway_reason: Option<String>,
    /// The rule that refused, where the gateway told it.
    pub explained: Option<ExplainedRefusal>,
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

/// The rule of the gateway that refused a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExplainedRefusal {
    /// The phase that refused: `verify`, `authorise` …
    pub phase: String,
    /// Where the rule stands in the document: `access.groups_allowed`.
    pub setting: Option<String>,
    /// What it says, in a sentence.
    pub words: String,
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

/// What a test may ask for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestEndpoints {
    /// The purposes, each of which stands for the first preset of its kind in each product.
    pub purposes: Vec<TestPurpose>,
    /// The presets.
    pub presets: Vec<TestPreset>,
    /// What the admin made.
    pub own: Vec<OwnEndpoint>,
    /// What may be created and deleted again.
    pub round_trips: Vec<RoundTripOffer>,
}

/// What a preset is good for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestPurpose {
    /// `who_am_i`, `content` …
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// The kinds of product that have it.
    pub products: Vec<ProductKind>,
    /// The family of endpoints that it belongs to, in words.
    pub family: String,
}

/// A question, ready to ask but for its inputs.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TestPreset {
    /// A name that stays: `jira.my-issues`.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Whose it is.
    pub product: ProductKind,
    /// The family of endpoints that it belongs to, in words.
    pub family: String,
    /// The method.
    pub method: String,
    /// The path; what has to be filled in stands in braces.
    pub path: String,
    /// Headers that it needs.
    pub headers: Vec<Header>,
    /// A JSON body.
    pub body: Option<String>,
    /// Whether something has to be filled in first.
    pub has_inputs: bool,
}

/// An endpoint that the admin made.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OwnEndpoint {
    /// Its id; none makes a new one.
    pub id: Option<String>,
    /// What the admin calls it.
    pub name: String,
    /// Whose it is; none is for all.
    pub product: Option<ProductKind>,
    /// The method.
    pub method: String,
    /// The path below the product, with its query.
    pub path: String,
    /// Headers besides the credential.
    pub headers: Vec<Header>,
    /// The body; none sends none.
    pub body: Option<String>,
}

/// Names an own endpoint.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OwnEndpointId {
    /// Its id.
    pub id: String,
}
