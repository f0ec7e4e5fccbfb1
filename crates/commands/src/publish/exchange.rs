//! The document as a file: written for others, read from others.

use std::io::Write;
use std::path::Path;

use gatewright_config::raw::Document;
use gatewright_config::{Format, to_toml};
use gatewright_wire::{
    ErrorCode, ExportDocument, ExportedDocument, ImportDocument, ImportedDocument, WireError,
};

use super::versions::version;
use super::{parse_document, words};
use crate::app::App;
use crate::errors::{failure, invalid};
use crate::rules::shape;

impl App {
    /// Writes a document to a file. It holds no secrets, only their names.
    pub async fn export_document(
        &self,
        request: ExportDocument,
    ) -> Result<ExportedDocument, WireError> {
        let path = Path::new(request.file.trim());
        if !path.is_absolute() {
            return Err(invalid(
                "file",
                "The path is not complete.",
                "Write it from its beginning, as /home/anna/gatewright.toml or C:\\Users\\anna\\gatewright.toml.",
            ));
        }
        let document = match request.version {
            None => self.document(&self.rules_kept()?)?,
            Some(number) => {
                let (client, _) = self.admin_client().await?;
                version(&client, number).await?
            }
        };
        write(path, &to_toml(&document), request.replace)?;
        Ok(ExportedDocument {
            file: path.display().to_string(),
        })
    }

    /// Looks at a document, or takes its rules over.
    pub async fn import_document(
        &self,
        request: ImportDocument,
    ) -> Result<ImportedDocument, WireError> {
        let document = parse_document(&request.text, Format::Toml).map_err(|error| WireError {
            field: Some("text".to_owned()),
            ..error
        })?;
        let mut kept = self.rules_kept()?;
        let now = self.document(&kept)?;
        let has = |ids: Vec<&String>, id: &String| ids.contains(&id);
        let mut stays = Vec::new();
        let mut added = Vec::new();
        let mut imported = Document::default();
        for product in &document.products {
            if has(
                now.products.iter().map(|one| &one.id).collect(),
                &product.id,
            ) {
                stays.push(product.id.clone());
            } else {
                added.push(product.id.clone());
                imported.products.push(product.clone());
            }
        }
        for provider in &document.providers {
            if has(
                now.providers.iter().map(|one| &one.id).collect(),
                &provider.id,
            ) {
                stays.push(provider.id.clone());
            } else {
                added.push(provider.id.clone());
                imported.providers.push(provider.clone());
            }
        }
        kept.rules = shape::rules_of(&document);
        kept.imported = imported;
        let after = self.document(&kept)?;
        if request.take {
            self.keep_rules(&kept)?;
            self.changed().await?;
        }
        Ok(ImportedDocument {
            changes: words::changes(&now, &after, &to_toml(&after), self.host.now()),
            kept: stays,
            added,
            taken: request.take,
        })
    }
}

fn write(path: &Path, text: &str, replace: bool) -> Result<(), WireError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| {
            let (message, hint) = if error.kind() == std::io::ErrorKind::AlreadyExists {
                (
                    "There is a file of this name.".to_owned(),
                    "Choose another name, or replace it.",
                )
            } else {
                (
                    format!("The file was not written: {error}."),
                    "Choose a folder that is there and that you may write to.",
                )
            };
            WireError {
                field: Some("file".to_owned()),
                ..failure(ErrorCode::InvalidInput, message, hint)
            }
        })
}
