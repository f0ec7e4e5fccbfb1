//! Sets an empty workspace up from a file, through the same commands as clicks.
//!
//! The file holds secrets, so it is deleted as soon as it was read, whatever comes of it.

use std::path::Path;

use anyhow::Context as _;
use gatewright_commands::App;
use gatewright_wire::{
    DetectProduct, ImportKeyPair, PairGateway, ProductId, SaveProduct, SaveProvider, TryUser,
    TypedSecret,
};
use serde::Deserialize;

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    #[serde(default)]
    products: Vec<PlannedProduct>,
    #[serde(default)]
    providers: Vec<SaveProvider>,
    gateway: Option<PairGateway>,
}

/// A product: what cannot be detected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlannedProduct {
    url: String,
    public_url: String,
    directory_user: String,
    directory_password: TypedSecret,
    act_as: gatewright_wire::ActAs,
    private_key_pem: Option<TypedSecret>,
    /// A user to prove acting as somebody with.
    try_as: Option<String>,
}

/// Reads the file, deletes it, and does what it says.
pub(crate) async fn set_up(app: &App, file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the file cannot be read: {}", file.display()))?;
    std::fs::remove_file(file)
        .with_context(|| format!("the file cannot be deleted: {}", file.display()))?;
    let plan: Plan = serde_json::from_str(&text)
        .map_err(|error| anyhow::anyhow!("line {} of the file is wrong", error.line()))?;
    for product in plan.products {
        add_product(app, product).await?;
    }
    for provider in plan.providers {
        app.save_provider(provider).await.map_err(spoken)?;
    }
    if let Some(gateway) = plan.gateway {
        app.pair_gateway(gateway).await.map_err(spoken)?;
    }
    Ok(())
}

async fn add_product(app: &App, planned: PlannedProduct) -> anyhow::Result<()> {
    let found = app
        .detect_product(DetectProduct { url: planned.url })
        .await
        .map_err(spoken)?;
    let product = app
        .save_product(SaveProduct {
            id: found.suggested_id,
            create: true,
            kind: found.kind,
            version: found.version,
            title: found.title,
            base_url: found.base_url,
            public_url: planned.public_url,
            directory_user: Some(planned.directory_user),
            directory_password: Some(planned.directory_password),
            act_as: planned.act_as,
            service_token: None,
        })
        .await
        .map_err(spoken)?;
    if let Some(private_pem) = planned.private_key_pem {
        let import = ImportKeyPair {
            id: product.id.clone(),
            private_pem,
        };
        app.import_key_pair(import).await.map_err(spoken)?;
    }
    if let Some(user) = planned.try_as {
        let id = product.id;
        app.check_directory(ProductId { id: id.clone() })
            .await
            .map_err(spoken)?;
        app.try_user(TryUser { id, user }).await.map_err(spoken)?;
    }
    Ok(())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn spoken(error: gatewright_wire::WireError) -> anyhow::Error {
    anyhow::anyhow!("{} {}", error.message, error.hint)
}
