//! How a failure reaches the window and the last line of the command line.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A failure: the window switches on `code`, people read `message` and `hint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WireError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// What happened and where, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence; empty when there is nothing to be done.
    pub hint: String,
    /// The field of the form that is wrong, when one is: a name of the request type.
    pub field: Option<String>,
}

/// The kinds of failure, by what the caller can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// What was typed cannot be used; `field` says where.
    InvalidInput,
    /// What was named is not there.
    NotFound,
    /// Cancelled by the admin.
    Cancelled,
    /// It took longer than it may.
    TimedOut,
    /// The host name has no address.
    Dns,
    /// Nobody answers at that address.
    Connect,
    /// The certificate is not trusted or the handshake failed.
    Tls,
    /// The proxy asks for a password, or failed.
    Proxy,
    /// Something else than what was asked for answered there.
    UnexpectedAnswer,
    /// The provider refused, in its own words.
    ProviderRefused,
    /// The callback did not belong to this sign-in.
    ForeignCallback,
    /// The port for the way back from the browser is taken.
    PortTaken,
    /// No browser could be opened.
    NoBrowser,
    /// The credential was refused.
    CredentialRefused,
    /// The account is locked or asks for a CAPTCHA.
    AccountLocked,
    /// The credential is good but may not do this.
    Forbidden,
    /// No keychain answers, or it refused.
    Keychain,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The workspace file cannot be read or written.
    Workspace,
    /// The document is not valid; the problems are in the message.
    InvalidDocument,
    /// Somebody else published meanwhile.
    Stale,
    /// The gateway's document comes from a file and cannot be published.
    ConfigFromFile,
    /// The document names secrets that nobody has given.
    UnknownSecrets,
    /// No gateway is paired.
    NotPaired,
    /// The pairing code is wrong, used or too old.
    PairingRefused,
    /// A secret would travel in clear to a host that is not this computer.
    PlainHttp,
    /// A secret would reach a host that it does not belong to.
    ForeignSecret,
    /// What is asked may change something in a product.
    WouldWrite,
    /// A fault of ours.
    Internal,
}
