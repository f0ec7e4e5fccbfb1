//! Versions: who published what and when, what differs between two, and going back.

use gatewright_admin_api::{Client as AdminClient, Notation};
use gatewright_config::raw::Document;
use gatewright_config::{Format, to_toml};
use gatewright_wire::{
    CompareVersions, ComparedVersions, Nothing, Published, RestoreVersion, VersionEntry, Versions,
    VersionsBefore, WireError,
};

use super::{parse_document, words};
use crate::app::App;
use crate::convert::rfc3339;
use crate::errors;

impl App {
    /// What was ever published, the newest first.
    pub async fn versions(&self, request: VersionsBefore) -> Result<Versions, WireError> {
        let (client, _) = self.admin_client().await?;
        let list = client
            .versions(request.before.map(u64::from))
            .await
            .map_err(|error| errors::call(&error))?;
        let runs = client
            .status()
            .await
            .map_err(|error| errors::call(&error))?
            .version;
        Ok(Versions {
            versions: list
                .versions
                .into_iter()
                .map(|info| VersionEntry {
                    version: number(info.version),
                    at: rfc3339(info.published_at),
                    by: info.by,
                    comment: info.comment,
                })
                .collect(),
            next: list.next.map(number),
            runs: number(runs),
        })
    }

    /// What differs between two versions.
    pub async fn compare_versions(
        &self,
        request: CompareVersions,
    ) -> Result<ComparedVersions, WireError> {
        let (client, _) = self.admin_client().await?;
        let from = version(&client, request.from).await?;
        let to = version(&client, request.to).await?;
        let (left, right) = (to_toml(&from), to_toml(&to));
        Ok(ComparedVersions {
            changes: words::changes(&from, &to, &right, self.host.now()),
            from: left,
            to: right,
        })
    }

    /// Publishes an old version anew; what is here stays, and is held against it.
    pub async fn restore_version(&self, request: RestoreVersion) -> Result<Published, WireError> {
        let (client, _) = self.admin_client().await?;
        let published = client
            .restore(
                u64::from(request.version),
                Some(u64::from(request.expect_version)),
            )
            .await
            .map_err(|error| errors::call(&error))?;
        if self.gateway_state(Nothing {}).await.is_err() {
            self.changed().await?;
        }
        Ok(Published {
            version: number(published.version),
        })
    }
}

/// The document of a version.
pub(super) async fn version(client: &AdminClient, version: u32) -> Result<Document, WireError> {
    let found = client
        .version(u64::from(version))
        .await
        .map_err(|error| errors::call(&error))?;
    parse_document(
        &found.text,
        match found.notation {
            Notation::Toml => Format::Toml,
            Notation::Json => Format::Json,
        },
    )
}

fn number(version: u64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
