//! The token test: tokens against products and endpoints, directly and through the gateway.

mod cells;
mod checks;
mod consent;
mod endpoints;
mod explain;
mod export;
mod history;
mod inspect;
mod owner;
mod result;
mod round_trip;
mod run;

use gatewright_atlassian::Credential;
use gatewright_secret::SecretString;
use gatewright_wire::{
    AppEvent, CredentialKind, ErrorCode, Nothing, StartTest, TestRun, TestRunId, WireError,
};
use gatewright_workspace as kept;
use tokio_util::sync::CancellationToken;
use url::Url;

use self::consent::{refuse_foreign, refuse_plain_http, refuse_write};
use crate::app::{App, count, lock, random_id, web_address};
use crate::errors::{failure, invalid};

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

impl App {
    /// Begins a test; cells arrive as events.
    pub async fn start_test(&self, request: StartTest) -> Result<TestRun, WireError> {
        let cells = self.sendable_cells(&request).await?;
        let run = random_id()?;
        let number = count(cells.len());
        let cancel = CancellationToken::new();
        lock(&self.tests).insert(run.clone(), cancel.clone());
        let client = self.client()?;
        let app = self.shared()?;
        let id = run.clone();
        tokio::spawn(async move {
            let gathered = run::Gathered::default();
            let cancelled = tokio::select! {
                () = app.run_cells(Some(&id), cells, &client, &gathered) => false,
                () = cancel.cancelled() => true,
            };
            lock(&app.tests).remove(&id);
            let done = gathered.take();
            app.keep_outcomes(&done);
            app.remember(&done, None);
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

    /// All cells of a test, none of which sends anything that it must not.
    async fn sendable_cells(&self, request: &StartTest) -> Result<Vec<cells::Cell>, WireError> {
        let cells = self.cells(request).await?;
        if cells.is_empty() {
            return Err(invalid(
                "products",
                "There is nothing to test.",
                "Choose at least one token, one product, one way, and an endpoint that the product has.",
            ));
        }
        for cell in cells.iter().filter(|cell| cell.unsent.is_none()) {
            refuse_plain_http(&cell.request, request.allow_plain_http)?;
            refuse_foreign(&cell.request, &cell.own_hosts, request.allow_foreign)?;
            refuse_write(&cell.request, request.allow_writes)?;
        }
        Ok(cells)
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
