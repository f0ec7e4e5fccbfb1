//! The token test: every token against every product, directly and through the gateway.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use gatewright_atlassian::{
    Credential, Endpoint, ProbeRequest, ProbeResult, ProductKind, Severity, Verdict, Whose, probe,
    token_kind,
};
use gatewright_http::Client;
use gatewright_secret::SecretString;
use gatewright_wire as wire;
use gatewright_wire::{
    AppEvent, CredentialKind, ErrorCode, Nothing, StartTest, TestCell, TestRun, TestRunId, Way,
    WireError,
};
use gatewright_workspace as kept;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::{App, count, lock, random_id, web_address};
use crate::convert;
use crate::errors::{self, failure, invalid, not_found};
use crate::names;

/// How many requests are under way at once; products limit how fast they may come.
const AT_ONCE: usize = 6;

/// One credential against one endpoint of one product.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Which product.
    pub kind: ProductKind,
    /// Scheme, host, port and context path of the product, or of the gateway's way to it.
    pub base_url: Url,
    /// A path below it; none asks who the caller is.
    pub endpoint: Option<String>,
    /// What is sent.
    pub credential: Credential,
    /// Who it must be; none takes whoever it is.
    pub expected_user: Option<String>,
    /// Whether the gateway is between.
    pub through_gateway: bool,
}

impl Asked {
    fn request(&self) -> Result<ProbeRequest, WireError> {
        let endpoint = self
            .endpoint
            .as_deref()
            .map(str::trim)
            .filter(|path| !path.is_empty())
            .map(Endpoint::get)
            .transpose()
            .map_err(|error| errors::endpoint(&error))?;
        Ok(ProbeRequest {
            kind: self.kind,
            base_url: self.base_url.clone(),
            endpoint,
            credential: self.credential.clone(),
            expected_user: self.expected_user.clone(),
            through_gateway: self.through_gateway,
        })
    }
}

/// How a token is sent; a Basic credential needs a user.
pub(crate) fn credential(
    kind: CredentialKind,
    user: Option<&str>,
    secret: SecretString,
) -> Result<Credential, WireError> {
    match kind {
        CredentialKind::Bearer => Ok(Credential::Bearer(secret)),
        CredentialKind::Basic => {
            let user = user
                .map(str::trim)
                .filter(|user| !user.is_empty())
                .ok_or_else(|| {
                    invalid(
                        "user",
                        "Basic authentication needs a user name.",
                        "Enter the name of the user whose password, key or token it is.",
                    )
                })?;
            if user.contains(':') {
                return Err(invalid(
                    "user",
                    "A user name with a colon cannot be sent.",
                    "Leave out the colon and what follows it.",
                ));
            }
            Ok(Credential::Basic {
                user: user.to_owned(),
                password: secret,
            })
        }
    }
}

/// Why nothing more is sent.
fn after(result: &ProbeResult) -> String {
    format!(
        "Not sent: after the answer of {} one more try could lock the account.",
        result.product
    )
}

fn refuse_plain_http(request: &ProbeRequest, allow: bool) -> Result<(), WireError> {
    if allow || !request.sends_secret_in_clear() {
        return Ok(());
    }
    Err(failure(
        ErrorCode::PlainHttp,
        format!(
            "The credential would travel unencrypted to {}.",
            request.base_url.host_str().unwrap_or_default()
        ),
        "Use the https address, or allow it for this test if the network is yours. Nothing was sent.",
    ))
}

struct Cell {
    token_id: String,
    product_id: String,
    way: Way,
    request: ProbeRequest,
    /// Why it is not sent, where that is clear beforehand.
    unsent: Option<String>,
}

impl App {
    /// Begins a test; cells arrive as events.
    pub async fn start_test(&self, request: StartTest) -> Result<TestRun, WireError> {
        let cells = self.cells(&request).await?;
        if cells.is_empty() {
            return Err(invalid(
                "products",
                "There is nothing to test.",
                "Choose at least one token, one product and one way.",
            ));
        }
        for cell in &cells {
            refuse_plain_http(&cell.request, request.allow_plain_http)?;
        }
        let run = random_id()?;
        let number = count(cells.len());
        let cancel = CancellationToken::new();
        lock(&self.tests).insert(run.clone(), cancel.clone());
        let client = self.client()?;
        let app = self.shared()?;
        let id = run.clone();
        tokio::spawn(async move {
            let cancelled = tokio::select! {
                () = app.run_cells(&id, cells, &client) => false,
                () = cancel.cancelled() => true,
            };
            lock(&app.tests).remove(&id);
            app.host.emit(AppEvent::TestFinished { run: id, cancelled });
            // The frame's state is a convenience here; the cells were all told.
            let _ = app.changed().await;
        });
        Ok(TestRun { run, cells: number })
    }

    /// Cancels a test; one that is over is no failure.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn cancel_test(&self, request: TestRunId) -> Result<Nothing, WireError> {
        if let Some(cancel) = lock(&self.tests).get(&request.run) {
            cancel.cancel();
        }
        Ok(Nothing {})
    }

    async fn cells(&self, request: &StartTest) -> Result<Vec<Cell>, WireError> {
        let pairing = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?;
        let mut cells = Vec::new();
        for token_id in &request.tokens {
            let token = self
                .workspace
                .token(token_id)
                .map_err(|error| errors::store(&error))?
                .ok_or_else(|| not_found("token", token_id))?;
            let secret = self
                .secret(&names::access_token(token_id))
                .await?
                .ok_or_else(|| not_found("token", token_id))?;
            let user = request.user.as_deref().or(token.user.as_deref());
            let credential = credential(request.credential, user, secret.clone())?;
            let own_key = token_kind::recognise(&secret) == token_kind::TokenKind::GatewrightKey;
            for product_id in &request.products {
                let product = self.kept_product(product_id)?;
                for way in &request.ways {
                    let through_gateway = *way == Way::Gateway;
                    let base_url = if through_gateway {
                        public_address(&product, pairing.as_ref())?
                    } else {
                        web_address(&product.base_url, "products")?
                    };
                    let asked = Asked {
                        kind: convert::product(product.kind),
                        base_url,
                        endpoint: request.endpoint.clone(),
                        credential: credential.clone(),
                        expected_user: request
                            .expected_user
                            .clone()
                            .filter(|user| !user.trim().is_empty()),
                        through_gateway,
                    };
                    cells.push(Cell {
                        token_id: token_id.clone(),
                        product_id: product_id.clone(),
                        way: *way,
                        request: asked.request()?,
                        unsent: (own_key && !through_gateway).then(|| {
                            "Not sent: this is an API key of the gateway, and only the gateway knows it.".to_owned()
                        }),
                    });
                }
            }
        }
        Ok(cells)
    }

    /// Passwords go one after the other, all else at once within reason.
    async fn run_cells(&self, run: &str, cells: Vec<Cell>, client: &Client) {
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        let (passwords, rest): (Vec<Cell>, Vec<Cell>) = cells
            .into_iter()
            .partition(|cell| cell.request.credential.shape().may_be_a_password());
        let in_turn = async {
            let mut stopped: Option<(String, String)> = None;
            for cell in passwords {
                let why = stopped
                    .as_ref()
                    .filter(|(token, _)| *token == cell.token_id)
                    .map(|(_, why)| why.clone());
                let result = match why {
                    Some(why) => ProbeResult::not_tried(&cell.request, why),
                    None => probe(client, &cell.request, self.host.now()).await,
                };
                if result.stops_further_basic() {
                    stopped = Some((cell.token_id.clone(), after(&result)));
                }
                self.tell(run, &cell, &result);
            }
        };
        let at_once = async {
            let mut running: FuturesUnordered<_> = rest
                .into_iter()
                .map(|cell| {
                    let permits = Arc::clone(&permits);
                    async move {
                        let result = if let Some(why) = cell.unsent.clone() {
                            ProbeResult::not_tried(&cell.request, why)
                        } else {
                            // The semaphore is never closed.
                            let _permit = permits.acquire().await;
                            probe(client, &cell.request, self.host.now()).await
                        };
                        (cell, result)
                    }
                })
                .collect();
            while let Some((cell, result)) = running.next().await {
                self.tell(run, &cell, &result);
            }
        };
        futures_util::join!(in_turn, at_once);
    }

    fn tell(&self, run: &str, cell: &Cell, result: &ProbeResult) {
        let outcome = kept::TestOutcome {
            token_id: cell.token_id.clone(),
            product_id: cell.product_id.clone(),
            way: match cell.way {
                Way::Direct => "direct".to_owned(),
                Way::Gateway => "gateway".to_owned(),
            },
            verdict: result.verdict.id().to_owned(),
            good: result.verdict.is_good(),
            at: self.host.now(),
        };
        if let Err(error) = self.workspace.put_test_outcome(&outcome) {
            tracing::warn!(%error, "the outcome of a test was not kept");
        }
        self.host.emit(AppEvent::TestCell {
            run: run.to_owned(),
            cell: TestCell {
                token_id: cell.token_id.clone(),
                product_id: cell.product_id.clone(),
                way: cell.way,
                result: result_of(&cell.request, result),
            },
        });
    }
}

/// Where clients call a product.
pub(crate) fn public_address(
    product: &kept::Product,
    pairing: Option<&kept::GatewayPairing>,
) -> Result<Url, WireError> {
    if !product.public_url.starts_with('/') {
        return web_address(&product.public_url, "public_url");
    }
    let data_url = pairing
        .map(|pairing| pairing.data_url.as_str())
        .unwrap_or_default();
    if data_url.is_empty() {
        return Err(failure(
            ErrorCode::NotPaired,
            format!(
                "It is not known at which address clients call the gateway: {} is a path alone.",
                product.public_url
            ),
            "Pair with a gateway and give its address for clients.",
        ));
    }
    web_address(
        &format!("{}{}", data_url.trim_end_matches('/'), product.public_url),
        "data_url",
    )
}

fn result_of(request: &ProbeRequest, result: &ProbeResult) -> wire::TestResult {
    wire::TestResult {
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
        gateway_reason: result.gateway_reason.clone(),
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
            request_line: format!("{} {}", result.method, result.url),
            headers: convert::headers(response.headers.clone()),
            body: response.body.clone(),
            cut: response.truncated,
        }),
        curl: request.as_curl(),
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
        fn verdict(verdict: Verdict) -> wire::Verdict {
            match verdict { $(Verdict::$variant => wire::Verdict::$variant),* }
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
