//! Settings: for this computer, whatever the environment.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::TypedSecret;

/// What the settings are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// The proxy for outgoing calls.
    pub proxy: ProxySetting,
    /// Certificates that are trusted beside those of the system, PEM; empty where there are none.
    pub ca_pem: String,
    /// How many certificates these are.
    pub ca_count: u32,
    /// After how many seconds a copied secret leaves the clipboard.
    pub clipboard_seconds: u32,
    /// Where everything is kept.
    pub data_dir: String,
    /// Whether a backup waits to be put in place with the next start.
    pub restore_waits: bool,
}

/// Which proxy outgoing calls go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "use", rename_all = "snake_case")]
pub enum ProxySetting {
    /// What the operating system says.
    System,
    /// None.
    None,
    /// This one.
    Set {
        /// Its address.
        url: String,
        /// The user name that it asks for; empty for none.
        user: String,
        /// Whether a password is sealed here.
        password_kept: bool,
        /// Hosts that are reached directly.
        bypass: Vec<String>,
    },
}

/// Changes how calls leave this computer.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveNetwork {
    /// Which proxy.
    pub proxy: ProxySetting,
    /// The password that it asks for; none leaves the sealed one alone.
    pub proxy_password: Option<TypedSecret>,
    /// Certificates that are trusted beside those of the system, PEM.
    pub ca_pem: String,
}

/// Sets after how many seconds a copied secret leaves the clipboard.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct ClipboardTime {
    /// From 10 to 600.
    pub seconds: u32,
}

/// Sets how large everything is drawn.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct SetZoom {
    /// From 50 to 200.
    pub percent: u32,
}

/// Chooses another passphrase, or one in the place of the keychain.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChangePassphrase {
    /// The one of now; none where the keychain holds the key.
    pub now: Option<TypedSecret>,
    /// The new one: at least twelve characters.
    pub then: TypedSecret,
}

/// Writes a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WriteFile {
    /// The whole path; empty takes a name of its own in the downloads.
    pub file: String,
}

/// A file was written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WrittenFile {
    /// Its whole path.
    pub file: String,
}

/// Looks at a backup, or restores it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RestoreBackup {
    /// The whole path.
    pub file: String,
    /// Whether it is laid ready for the next start; else only what it holds is told.
    pub take: bool,
}

/// What a backup holds.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BackupFound {
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The version of the program that made it.
    pub program: String,
    /// What its environments are called.
    pub environments: Vec<String>,
    /// Whether a passphrase opens its secrets; else the keychain of the computer that made it.
    pub passphrase: bool,
    /// Whether its secrets are sealed with the key of this workspace.
    pub same_workspace: bool,
    /// Whether it takes the place of what is here with the next start.
    pub taken: bool,
}

/// What helps to find out what is wrong; no secret is in it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Diagnostics {
    /// The whole bundle, as it would be written.
    pub text: String,
}

/// Something of another's making that is part of the program.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Licences {
    /// The licence of the program itself and of what it is made of, as text.
    pub text: String,
}
