//! Settings of this computer, whatever the environment.

use std::io::Write;
use std::path::{Path, PathBuf};

use gatewright_http::{Client, Network, Proxy};
use gatewright_secret::SecretString;
use gatewright_wire::{
    AppState, BackupFound, ChangePassphrase, ClipboardTime, ErrorCode, Licences, Nothing,
    ProxySetting, RestoreBackup, SaveNetwork, SetZoom, Settings, WireError, WriteFile, WrittenFile,
};
use gatewright_workspace::{BackupSummary, Workspace};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;

use crate::app::{App, count, web_address};
use crate::convert::rfc3339;
use crate::errors::{self, failure, invalid};

/// The name of the preference after how many seconds a secret leaves the clipboard.
pub(crate) const CLIPBOARD: &str = "clipboard-seconds";
const NETWORK: &str = "network";
const ZOOM: &str = "zoom";
/// The name under which the proxy's password is sealed, in the vault of the first environment.
const PROXY_PASSWORD: &str = "computer.proxy";
/// How long a copied secret may stay.
const CLIPBOARD_BOUNDS: std::ops::RangeInclusive<u32> = 10..=600;
/// How large everything may be drawn.
const ZOOM_BOUNDS: std::ops::RangeInclusive<u32> = 50..=200;
const BEGINS: &str = "-----BEGIN CERTIFICATE-----";

/// How calls leave this computer, as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct KeptNetwork {
    proxy: KeptProxy,
    ca_pem: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptProxy {
    #[default]
    System,
    None,
    Set {
        url: String,
        user: String,
        bypass: Vec<String>,
    },
}

/// The network of the program with what was set laid over it.
pub(crate) fn network(workspace: &Workspace, network: Network) -> Network {
    let Ok(Some(kept)) = workspace.computer_preference::<KeptNetwork>(NETWORK) else {
        return network;
    };
    let password = || workspace.computer_secret(PROXY_PASSWORD).ok().flatten();
    over(kept, network, password)
}

fn over(
    kept: KeptNetwork,
    network: Network,
    password: impl FnOnce() -> Option<SecretString>,
) -> Network {
    let proxy = match kept.proxy {
        KeptProxy::System => network.proxy,
        KeptProxy::None => Proxy::None,
        KeptProxy::Set { url, user, bypass } => match url.parse() {
            Ok(url) => Proxy::Set {
                url,
                password: if user.is_empty() { None } else { password() },
                user: (!user.is_empty()).then_some(user),
                bypass,
            },
            Err(_) => network.proxy,
        },
    };
    Network {
        proxy,
        ca_pem: if kept.ca_pem.is_empty() {
            network.ca_pem
        } else {
            Some(kept.ca_pem)
        },
        ..network
    }
}

impl App {
    /// What the settings are.
    pub async fn settings(&self, _: Nothing) -> Result<Settings, WireError> {
        self.vault().await?;
        self.settings_shown()
    }

    pub(crate) fn settings_shown(&self) -> Result<Settings, WireError> {
        let kept = self.kept_network()?;
        Ok(Settings {
            proxy: match kept.proxy {
                KeptProxy::System => ProxySetting::System,
                KeptProxy::None => ProxySetting::None,
                KeptProxy::Set { url, user, bypass } => ProxySetting::Set {
                    url,
                    user,
                    bypass,
                    password_kept: self.first_app()?.has_secret(PROXY_PASSWORD)?,
                },
            },
            ca_count: count(kept.ca_pem.matches(BEGINS).count()),
            ca_pem: kept.ca_pem,
            clipboard_seconds: self.clipboard_seconds()?,
            data_dir: self.workspace.folder().display().to_string(),
            restore_waits: self.workspace.restore_waits(),
        })
    }

    /// Changes how calls leave this computer; what cannot work is refused.
    pub async fn save_network(&self, request: SaveNetwork) -> Result<Settings, WireError> {
        let ca_pem = request.ca_pem.trim().to_owned();
        let proxy = match request.proxy {
            ProxySetting::System => KeptProxy::System,
            ProxySetting::None => KeptProxy::None,
            ProxySetting::Set {
                url, user, bypass, ..
            } => KeptProxy::Set {
                url: web_address(&url, "proxy")?.to_string(),
                user: user.trim().to_owned(),
                bypass: bypass
                    .iter()
                    .map(|entry| entry.trim().to_owned())
                    .filter(|entry| !entry.is_empty())
                    .collect(),
            },
        };
        let kept = KeptNetwork { proxy, ca_pem };
        // A client is made as a trial: it reads the certificates and the proxy.
        let trial = over(kept.clone(), self.outer.network(), || None);
        Client::new(&trial).map_err(|error| WireError {
            field: Some(
                match error {
                    gatewright_http::ClientError::Proxy { .. } => "proxy",
                    gatewright_http::ClientError::CaUnreadable
                    | gatewright_http::ClientError::IdentityUnreadable
                    | gatewright_http::ClientError::UserAgent
                    | gatewright_http::ClientError::Tls { .. }
                    | gatewright_http::ClientError::SetUp { .. } => "ca_pem",
                }
                .to_owned(),
            ),
            ..errors::client(&error)
        })?;
        let first = self.first_app()?;
        if let Some(password) = request.proxy_password.filter(|text| !text.is_empty()) {
            let password = SecretString::wrap(password.into_text());
            first.put_secret(PROXY_PASSWORD, &password).await?;
        }
        if !matches!(&kept.proxy, KeptProxy::Set { user, .. } if !user.is_empty()) {
            first
                .workspace
                .remove_secret(PROXY_PASSWORD)
                .map_err(|error| errors::store(&error))?;
        }
        self.workspace
            .set_computer_preference(NETWORK, &kept)
            .map_err(|error| errors::store(&error))?;
        self.settings_shown()
    }

    fn kept_network(&self) -> Result<KeptNetwork, WireError> {
        Ok(self
            .workspace
            .computer_preference(NETWORK)
            .map_err(|error| errors::store(&error))?
            .unwrap_or_default())
    }

    /// Sets after how many seconds a copied secret leaves the clipboard.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn set_clipboard_time(&self, request: ClipboardTime) -> Result<Settings, WireError> {
        if !CLIPBOARD_BOUNDS.contains(&request.seconds) {
            return Err(invalid(
                "seconds",
                "A copied secret stays for 10 to 600 seconds.",
                "Write a number between them.",
            ));
        }
        self.workspace
            .set_computer_preference(CLIPBOARD, &request.seconds)
            .map_err(|error| errors::store(&error))?;
        self.host.set_clipboard_seconds(request.seconds);
        self.settings_shown()
    }

    pub(crate) fn clipboard_seconds(&self) -> Result<u32, WireError> {
        let kept = self
            .workspace
            .computer_preference(CLIPBOARD)
            .map_err(|error| errors::store(&error))?;
        Ok(kept.unwrap_or(Self::CLIPBOARD_SECONDS))
    }

    /// Sets how large everything is drawn.
    pub async fn set_zoom(&self, request: SetZoom) -> Result<AppState, WireError> {
        let percent = request
            .percent
            .clamp(*ZOOM_BOUNDS.start(), *ZOOM_BOUNDS.end());
        self.workspace
            .set_computer_preference(ZOOM, &percent)
            .map_err(|error| errors::store(&error))?;
        self.host.zoom(percent);
        self.changed().await
    }

    pub(crate) fn zoom(&self) -> Result<u32, WireError> {
        let kept = self
            .workspace
            .computer_preference(ZOOM)
            .map_err(|error| errors::store(&error))?;
        Ok(kept.unwrap_or(100))
    }

    /// Puts another passphrase before the vault, or one in the place of the keychain.
    pub async fn change_passphrase(
        &self,
        request: ChangePassphrase,
    ) -> Result<AppState, WireError> {
        self.vault().await?;
        let now = request.now.map(|text| SecretString::wrap(text.into_text()));
        let then = SecretString::wrap(request.then.into_text());
        let app = self.shared()?;
        // Deriving the keys takes most of a core for a second or two.
        tokio::task::spawn_blocking(move || app.workspace.change_passphrase(now.as_ref(), &then))
            .await
            .map_err(|_| errors::internal("the passphrase was not changed"))?
            .map_err(errors::vault)
            .map_err(|error| {
                if error.code == ErrorCode::WrongPassphrase {
                    WireError {
                        field: Some("now".to_owned()),
                        hint: "Type the one that opens this workspace.".to_owned(),
                        ..error
                    }
                } else if error.code == ErrorCode::InvalidInput {
                    WireError {
                        field: Some("then".to_owned()),
                        ..error
                    }
                } else {
                    error
                }
            })?;
        self.changed().await
    }

    /// Moves the key from its passphrase into the keychain.
    pub async fn use_keychain(&self, _: Nothing) -> Result<AppState, WireError> {
        self.workspace
            .move_into_keychain(self.host.keychain(), crate::app::KEYCHAIN_LIMIT)
            .await
            .map_err(errors::vault)?;
        self.changed().await
    }

    /// Shows the folder of the workspace in the file manager.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn open_data_folder(&self, _: Nothing) -> Result<Nothing, WireError> {
        self.host
            .open_folder(self.workspace.folder())
            .map_err(|error| errors::host(&error))?;
        Ok(Nothing {})
    }

    /// Writes a backup of all environments; secrets stay sealed.
    pub async fn back_up(&self, request: WriteFile) -> Result<WrittenFile, WireError> {
        let file = file_to_write(self, &request.file, "backup", "gwbackup")?;
        let app = self.first_app()?;
        let (now, version, to) = (self.host.now(), self.host.version(), file.clone());
        tokio::task::spawn_blocking(move || app.workspace.back_up(&to, now, &version))
            .await
            .map_err(|_| errors::internal("the backup was not made"))?
            .map_err(|error| errors::backup(&error))?;
        Ok(WrittenFile {
            file: file.display().to_string(),
        })
    }

    /// Looks at a backup, or lays it ready for the next start.
    pub async fn restore_backup(&self, request: RestoreBackup) -> Result<BackupFound, WireError> {
        let file = whole_path(&request.file)?;
        let app = self.first_app()?;
        let taken = request.take;
        let summary = tokio::task::spawn_blocking(move || {
            if taken {
                app.workspace.restore_at_next_start(&file)
            } else {
                app.workspace.look_at_backup(&file)
            }
        })
        .await
        .map_err(|_| errors::internal("the backup was not read"))?
        .map_err(|error| errors::backup(&error))?;
        Ok(found(summary, taken))
    }

    /// Takes a backup back that waits for the next start.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn forget_restore(&self, _: Nothing) -> Result<Settings, WireError> {
        self.workspace
            .forget_restore()
            .map_err(|error| errors::backup(&error))?;
        self.settings_shown()
    }

    /// The licences of the program.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn licences(&self, _: Nothing) -> Result<Licences, WireError> {
        Ok(Licences {
            text: concat!(
                include_str!("../../../LICENSE-MIT"),
                "\n\n",
                include_str!("../../../LICENSE-APACHE")
            )
            .to_owned(),
        })
    }
}

fn found(summary: BackupSummary, taken: bool) -> BackupFound {
    BackupFound {
        made_at: rfc3339(summary.made_at),
        program: summary.program,
        environments: summary.environments,
        passphrase: summary.passphrase,
        same_workspace: summary.same_workspace,
        taken,
    }
}

/// Where a file goes: the typed path, or a name with the time in the downloads.
pub(crate) fn file_to_write(
    app: &App,
    typed: &str,
    what: &str,
    ending: &str,
) -> Result<PathBuf, WireError> {
    if !typed.trim().is_empty() {
        return whole_path(typed);
    }
    let folder = app
        .host
        .downloads()
        .unwrap_or_else(|| app.workspace.folder().to_owned());
    let time = app
        .host
        .now()
        .replace_nanosecond(0)
        .ok()
        .and_then(|now| now.format(&Rfc3339).ok())
        .unwrap_or_default()
        .replace([':', 'Z'], "");
    Ok(folder.join(format!("gatewright-{what}-{time}.{ending}")))
}

fn whole_path(typed: &str) -> Result<PathBuf, WireError> {
    let path = PathBuf::from(typed.trim());
    if path.is_absolute() {
        return Ok(path);
    }
    Err(invalid(
        "file",
        "The path is not complete.",
        "Write it from its beginning, as /home/anna/gatewright.gwbackup or C:\\Users\\anna\\gatewright.gwbackup.",
    ))
}

/// Writes a file that must not be there yet.
pub(crate) fn write_new(file: &Path, content: &[u8]) -> Result<(), WireError> {
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .and_then(|mut file| file.write_all(content))
        .map_err(|error| WireError {
            field: Some("file".to_owned()),
            ..failure(
                ErrorCode::InvalidInput,
                format!("The file was not written: {error}."),
                "Choose another name, in a folder that you may write to.",
            )
        })
}
