//! Every library error as the window shows it: exhaustive, so that a new variant cannot be missed.

use std::fmt::Write as _;

use gatewright_admin_api::{CallError, CredentialFileError, ProblemCode};
use gatewright_atlassian::{DetectError, DirectoryError, EndpointError, KeyError};
use gatewright_http::{ClientError, SendError};
use gatewright_loopback::{BindError, WaitError};
use gatewright_oauth::{
    AuthorizationError, CallbackError, CallbackParseError, DeviceError, DiscoveryError,
    ExchangeError, KeysError, PushError, RefreshError, RevocationError, SigningKeyError,
    UserinfoError,
};
use gatewright_wire::{ErrorCode, WireError};
use gatewright_workspace::{
    BackupError, KeychainError, OpenError, SecretError, StoreError, VaultError,
};

use crate::host::HostError;

/// A failure from its parts; the message becomes a sentence.
pub(crate) fn failure(
    code: ErrorCode,
    message: impl AsRef<str>,
    hint: impl AsRef<str>,
) -> WireError {
    WireError {
        code,
        message: sentence(message.as_ref()),
        hint: sentence(hint.as_ref()),
        field: None,
    }
}

/// Something that was typed cannot be used.
pub fn invalid(field: &str, message: impl AsRef<str>, hint: impl AsRef<str>) -> WireError {
    WireError {
        field: Some(field.to_owned()),
        ..failure(ErrorCode::InvalidInput, message, hint)
    }
}

/// What was named is not there.
pub(crate) fn not_found(what: &str, id: &str) -> WireError {
    failure(
        ErrorCode::NotFound,
        format!("There is no {what} {id}."),
        "Look at the list again.",
    )
}

/// A fault of ours.
pub(crate) fn internal(message: &str) -> WireError {
    failure(
        ErrorCode::Internal,
        message,
        "Start the app again; if it stays so, report it.",
    )
}

/// A library's words as a sentence: a capital letter in front, a full stop behind.
pub fn sentence(words: &str) -> String {
    let mut characters = words.trim().chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?', ':', '\u{201d}', '\u{2026}']) {
        sentence.push('.');
    }
    sentence
}

pub(crate) fn open(error: &OpenError) -> WireError {
    let hint = match error {
        OpenError::Io { source, .. } => {
            return failure(
                ErrorCode::Workspace,
                format!("{error}: {source}"),
                "Check who may read and write this folder.",
            );
        }
        OpenError::Newer { .. } => "Start the newer program; nothing was changed.",
        OpenError::NotOurs { .. } => "Move that file away; nothing was changed.",
        OpenError::Store { source, .. } => {
            let mut shown = store(source);
            shown.message = sentence(&format!("{error}: {}", cause(source)));
            return shown;
        }
    };
    failure(ErrorCode::Workspace, error.to_string(), hint)
}

pub(crate) fn store(error: &StoreError) -> WireError {
    let hint = match error {
        StoreError::Database(_) => {
            "Check that the disk is not full and that no other copy of the app is open."
        }
        StoreError::Record { .. } => {
            "The file was changed by something else: restore it from a backup."
        }
    };
    failure(
        ErrorCode::Workspace,
        format!("{error}: {}", cause(error)),
        hint,
    )
}

fn cause(error: &StoreError) -> String {
    match error {
        StoreError::Database(cause) => cause.to_string(),
        // A parser's message may quote the record.
        StoreError::Record { table, source } => format!("{table}, column {}", source.column()),
    }
}

pub(crate) fn secret(error: SecretError) -> WireError {
    match error {
        SecretError::Locked => failure(
            ErrorCode::Keychain,
            "No secret can be kept or read: the vault is not open.",
            "Unlock the keychain or give the passphrase, then do it again.",
        ),
        SecretError::Damaged { .. } => failure(
            ErrorCode::Workspace,
            error.to_string(),
            "Enter that secret again, or fetch that token again.",
        ),
        SecretError::Store(error) => store(&error),
    }
}

pub(crate) fn vault(error: VaultError) -> WireError {
    match error {
        VaultError::WrongPassphrase => WireError {
            field: Some("passphrase".to_owned()),
            ..failure(
                ErrorCode::WrongPassphrase,
                error.to_string(),
                "It is the one chosen when this workspace was made; it cannot be recovered.",
            )
        },
        VaultError::ShortPassphrase => invalid(
            "passphrase",
            error.to_string(),
            "A few unrelated words are long enough and easy to keep in mind.",
        ),
        VaultError::KeyIsInKeychain => failure(
            ErrorCode::Keychain,
            error.to_string(),
            "Unlock that keychain and try it again; a passphrase cannot open them.",
        ),
        VaultError::Keychain(error) => keychain(&error),
        VaultError::NoKey => internal(&error.to_string()),
        VaultError::Store(error) => store(&error),
    }
}

/// A backup could not be made, read or put in place.
pub(crate) fn backup(error: &BackupError) -> WireError {
    let shown = match error {
        BackupError::Io { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
            failure(
                ErrorCode::InvalidInput,
                "There is a file of this name.",
                "Choose another name.",
            )
        }
        BackupError::Io { source, .. } => failure(
            ErrorCode::InvalidInput,
            format!("The file could not be used: {source}."),
            "Choose a file that is there, or a folder that you may write to.",
        ),
        BackupError::NotOurs { .. } => failure(
            ErrorCode::InvalidInput,
            "This is no backup of Gatewright, or it is damaged.",
            "Nothing was changed. Choose a file that Settings wrote as a backup.",
        ),
        BackupError::Newer => failure(
            ErrorCode::InvalidInput,
            "A newer Gatewright made this backup.",
            "Nothing was changed. Restore it with that version or a later one.",
        ),
        BackupError::Database(_) => failure(
            ErrorCode::Workspace,
            error.to_string(),
            "Try again; if it stays so, look whether the disk is full.",
        ),
    };
    WireError {
        field: Some("file".to_owned()),
        ..shown
    }
}

/// What the keychain said.
pub fn keychain(error: &KeychainError) -> WireError {
    let hint = match error {
        KeychainError::Absent { .. } => {
            "Start a keychain (a Secret Service on Linux) and try again, or choose a passphrase."
        }
        KeychainError::Refused { .. } => "Unlock the keychain and try again.",
        KeychainError::Silent { .. } => {
            "A window of the keychain may be waiting for an answer: look for it, then try again."
        }
    };
    failure(ErrorCode::Keychain, error.to_string(), hint)
}

pub(crate) fn host(error: &HostError) -> WireError {
    match error {
        HostError::NoBrowser { .. } => failure(
            ErrorCode::NoBrowser,
            error.to_string(),
            "Copy the address and open it yourself.",
        ),
        HostError::NoFileManager { .. } => failure(
            ErrorCode::Internal,
            error.to_string(),
            "Copy the path and open it yourself.",
        ),
        HostError::NoClipboard { .. } => failure(
            ErrorCode::Internal,
            error.to_string(),
            "Show the text and copy it by hand.",
        ),
    }
}

/// The network settings cannot be used.
pub fn client(error: &ClientError) -> WireError {
    let code = match error {
        ClientError::CaUnreadable
        | ClientError::IdentityUnreadable
        | ClientError::Proxy { .. }
        | ClientError::UserAgent => ErrorCode::InvalidInput,
        ClientError::Tls { .. } | ClientError::SetUp { .. } => ErrorCode::Internal,
    };
    failure(code, error.to_string(), error.hint())
}

/// What kind of failure a call that got no answer is.
pub fn send_code(error: &SendError) -> ErrorCode {
    match error {
        SendError::Dns { .. } => ErrorCode::Dns,
        SendError::Connect { .. } | SendError::Broken { .. } => ErrorCode::Connect,
        SendError::Tls { .. } => ErrorCode::Tls,
        SendError::ProxyAuthentication | SendError::Proxy { .. } => ErrorCode::Proxy,
        SendError::Timeout { .. } => ErrorCode::TimedOut,
        SendError::BodyTooLarge { .. } => ErrorCode::UnexpectedAnswer,
        SendError::NotSent { .. } => ErrorCode::InvalidInput,
    }
}

/// A hint with the certificates that the server showed, where one of them is the reason.
fn with_chain(hint: &str, error: &SendError) -> String {
    let mut text = sentence(hint);
    let chain = error.certificates();
    if !chain.is_empty() {
        text.push_str("\nWhat the server showed, its own certificate first:");
    }
    for (number, certificate) in (1..).zip(chain) {
        let _ = write!(
            text,
            "\n{number}. {certificate}\n   SHA-256 {}",
            certificate.sha256
        );
    }
    text
}

/// A call that got no answer: what it was for, and why.
pub(crate) fn not_reached(message: &str, error: &SendError) -> WireError {
    WireError {
        hint: with_chain(&error.hint(), error),
        ..failure(send_code(error), message, "")
    }
}

/// A private key that cannot sign.
pub(crate) fn signing_key(error: &SigningKeyError) -> WireError {
    invalid("client_key", error.to_string(), error.hint())
}

/// A request that could not be pushed.
pub(crate) fn push(error: &PushError) -> WireError {
    let code = match error {
        PushError::Insecure(_) => ErrorCode::PlainHttp,
        PushError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        PushError::Failed(cause) => exchange(cause).code,
        PushError::NoReference => ErrorCode::UnexpectedAnswer,
        PushError::OtherClient => ErrorCode::Internal,
    };
    failure(code, error.to_string(), error.hint())
}

/// Why a token was not refreshed.
pub(crate) fn refresh(error: &RefreshError) -> WireError {
    let code = match error {
        RefreshError::NotRefreshed(cause) => return exchange(cause),
        RefreshError::NothingToRefresh => ErrorCode::InvalidInput,
        RefreshError::SessionEnded(_) => ErrorCode::ProviderRefused,
        RefreshError::NotKept(_) | RefreshError::NotReachable(_) => ErrorCode::Workspace,
        RefreshError::BrokenOff => ErrorCode::Cancelled,
    };
    failure(code, error.to_string(), error.hint())
}

/// The provider's own words in a refusal on another device.
pub(crate) fn device_words(error: &DeviceError) -> Option<String> {
    match error {
        DeviceError::Failed(error) => exchange_words(error),
        DeviceError::Insecure(_)
        | DeviceError::NotReached(_)
        | DeviceError::Denied
        | DeviceError::Expired
        | DeviceError::Missing { .. } => None,
    }
}

pub(crate) fn discovery(error: &DiscoveryError) -> WireError {
    let code = match error {
        DiscoveryError::NotAnAddress { .. } => ErrorCode::InvalidInput,
        DiscoveryError::Insecure(_) => ErrorCode::PlainHttp,
        DiscoveryError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        DiscoveryError::NotThere { .. }
        | DiscoveryError::Status { .. }
        | DiscoveryError::WebPage { .. }
        | DiscoveryError::Redirected { .. }
        | DiscoveryError::NotJson { .. }
        | DiscoveryError::OtherIssuer { .. }
        | DiscoveryError::Lacks { .. } => ErrorCode::UnexpectedAnswer,
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn authorization(error: &AuthorizationError) -> WireError {
    let (code, field) = match error {
        AuthorizationError::Insecure(_) => (ErrorCode::PlainHttp, None),
        AuthorizationError::RedirectUri { .. } => (ErrorCode::InvalidInput, Some("redirect")),
        AuthorizationError::NoClientId => (ErrorCode::InvalidInput, Some("client_id")),
        AuthorizationError::ReservedParameter { .. } => {
            (ErrorCode::InvalidInput, Some("authorization_param"))
        }
    };
    WireError {
        field: field.map(str::to_owned),
        ..failure(code, error.to_string(), error.hint())
    }
}

pub(crate) fn callback(error: &CallbackError) -> WireError {
    let code = match error {
        CallbackError::WrongState
        | CallbackError::WrongAddress { .. }
        | CallbackError::WrongIssuer { .. }
        | CallbackError::MissingIssuer { .. }
        | CallbackError::UnexpectedIssuer { .. } => ErrorCode::ForeignCallback,
        CallbackError::Refused(_) => ErrorCode::ProviderRefused,
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn callback_parse(error: &CallbackParseError) -> WireError {
    let code = match error {
        CallbackParseError::NotAnAddress
        | CallbackParseError::NothingInIt
        | CallbackParseError::TooLong => ErrorCode::InvalidInput,
        CallbackParseError::Duplicate { .. }
        | CallbackParseError::Contradictory
        | CallbackParseError::Fragment => ErrorCode::ForeignCallback,
    };
    WireError {
        field: Some("url".to_owned()),
        ..failure(code, error.to_string(), error.hint())
    }
}

/// No listener for the way back from the browser.
pub fn bind(error: &BindError) -> WireError {
    let code = match error {
        BindError::PortTaken { .. } => ErrorCode::PortTaken,
        BindError::NotAllowed { .. } | BindError::Path { .. } => ErrorCode::InvalidInput,
        BindError::NoLoopback { .. } => ErrorCode::Connect,
    };
    let field = match error {
        BindError::PortTaken { .. } | BindError::NotAllowed { .. } => Some("redirect.port"),
        BindError::Path { .. } => Some("redirect.path"),
        BindError::NoLoopback { .. } => None,
    };
    WireError {
        field: field.map(str::to_owned),
        ..failure(
            code,
            format!(
                "{}. Nothing was sent",
                sentence(&error.to_string()).trim_end_matches('.')
            ),
            error.hint(),
        )
    }
}

/// The browser did not come back with a code.
pub fn wait(error: &WaitError) -> WireError {
    let code = match error {
        WaitError::Cancelled => ErrorCode::Cancelled,
        WaitError::TimedOut { .. } => ErrorCode::TimedOut,
        WaitError::Refused(_) => ErrorCode::ProviderRefused,
        WaitError::NotBelieved(error) => return callback(error),
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn keys(error: &KeysError) -> WireError {
    let code = match error {
        KeysError::Insecure(_) => ErrorCode::PlainHttp,
        KeysError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        KeysError::Status { .. } | KeysError::Unusable(_) => ErrorCode::UnexpectedAnswer,
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn exchange(error: &ExchangeError) -> WireError {
    let code = match error {
        ExchangeError::Insecure(_) => ErrorCode::PlainHttp,
        ExchangeError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        ExchangeError::Refused(_) => ErrorCode::ProviderRefused,
        ExchangeError::WebPage { .. }
        | ExchangeError::Redirected { .. }
        | ExchangeError::Empty { .. }
        | ExchangeError::Unreadable { .. }
        | ExchangeError::NoAccessToken => ErrorCode::UnexpectedAnswer,
        ExchangeError::OtherClient { .. } => ErrorCode::Internal,
        ExchangeError::ReservedParameter(_) => ErrorCode::InvalidInput,
    };
    failure(code, error.to_string(), error.hint())
}

/// The provider's own words in a refusal of the token endpoint.
pub(crate) fn exchange_words(error: &ExchangeError) -> Option<String> {
    match error {
        ExchangeError::Refused(words) => Some(words.to_string()),
        ExchangeError::WebPage { title, .. } => title.clone(),
        ExchangeError::Insecure(_)
        | ExchangeError::NotReached(_)
        | ExchangeError::Redirected { .. }
        | ExchangeError::Empty { .. }
        | ExchangeError::Unreadable { .. }
        | ExchangeError::NoAccessToken
        | ExchangeError::OtherClient { .. }
        | ExchangeError::ReservedParameter(_) => None,
    }
}

pub(crate) fn device(error: &DeviceError) -> WireError {
    let code = match error {
        DeviceError::Insecure(_) => ErrorCode::PlainHttp,
        DeviceError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        DeviceError::Denied => ErrorCode::ProviderRefused,
        DeviceError::Expired => ErrorCode::TimedOut,
        DeviceError::Missing { .. } => ErrorCode::UnexpectedAnswer,
        DeviceError::Failed(error) => return exchange(error),
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn userinfo(error: &UserinfoError) -> WireError {
    let code = match error {
        UserinfoError::Insecure(_) => ErrorCode::PlainHttp,
        UserinfoError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        UserinfoError::TokenRefused(_) => ErrorCode::CredentialRefused,
        UserinfoError::Refused(_) => ErrorCode::ProviderRefused,
        UserinfoError::NotThere { .. }
        | UserinfoError::WebPage { .. }
        | UserinfoError::Redirected { .. }
        | UserinfoError::Empty
        | UserinfoError::Signed
        | UserinfoError::NotSigned
        | UserinfoError::NotBelieved(_)
        | UserinfoError::AnotherUser(_)
        | UserinfoError::NotJson { .. } => ErrorCode::UnexpectedAnswer,
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn revocation(error: &RevocationError) -> WireError {
    let code = match error {
        RevocationError::Insecure(_) => ErrorCode::PlainHttp,
        RevocationError::NotReached(cause) => return not_reached(&error.to_string(), cause),
        RevocationError::Refused(_) => ErrorCode::ProviderRefused,
        RevocationError::Status { .. } => ErrorCode::UnexpectedAnswer,
    };
    failure(code, error.to_string(), error.hint())
}

pub(crate) fn detect(error: &DetectError) -> WireError {
    let (code, field) = match error {
        DetectError::Empty
        | DetectError::MissingScheme { .. }
        | DetectError::NotAUrl { .. }
        | DetectError::Cloud
        | DetectError::OtherProduct { .. } => (ErrorCode::InvalidInput, Some("url")),
        DetectError::Unreachable(cause) => {
            return not_reached(&format!("{error}: {cause}"), cause);
        }
        DetectError::Unavailable { .. }
        | DetectError::Redirected { .. }
        | DetectError::LoginPage { .. }
        | DetectError::NotAtlassian { .. } => (ErrorCode::UnexpectedAnswer, None),
    };
    WireError {
        field: field.map(str::to_owned),
        ..failure(code, error.to_string(), error.hint())
    }
}

pub(crate) fn directory(error: &DirectoryError) -> WireError {
    let (code, message) = match error {
        DirectoryError::Unreachable(cause) => {
            return failure(send_code(cause), format!("{error}: {cause}"), cause.hint());
        }
        DirectoryError::NotSigned(cause) => (ErrorCode::InvalidInput, format!("{error}: {cause}")),
        DirectoryError::CredentialRefused { words } => (
            ErrorCode::CredentialRefused,
            with_words(error, words.as_deref()),
        ),
        DirectoryError::SignatureRefused { .. } => {
            (ErrorCode::CredentialRefused, error.to_string())
        }
        DirectoryError::CaptchaRequired { .. } => (ErrorCode::AccountLocked, error.to_string()),
        DirectoryError::PermissionMissing { words } => {
            (ErrorCode::Forbidden, with_words(error, words.as_deref()))
        }
        DirectoryError::RateLimited { .. }
        | DirectoryError::Unavailable { .. }
        | DirectoryError::NoEmail
        | DirectoryError::TooMany { .. }
        | DirectoryError::UnexpectedAnswer { .. } => {
            (ErrorCode::UnexpectedAnswer, error.to_string())
        }
    };
    failure(code, message, error.hint())
}

fn with_words(error: &DirectoryError, words: Option<&str>) -> String {
    words.map_or_else(
        || error.to_string(),
        |words| format!("{error}: \u{201c}{words}\u{201d}"),
    )
}

pub(crate) fn key(error: &KeyError) -> WireError {
    match error {
        KeyError::NotPem
        | KeyError::PublicHalf
        | KeyError::Encrypted
        | KeyError::NotRsa
        | KeyError::TooShort { .. } => {
            failure(ErrorCode::InvalidInput, error.to_string(), error.hint())
        }
        KeyError::Generation => failure(ErrorCode::Internal, error.to_string(), error.hint()),
    }
}

/// What was typed is no path below a product.
pub fn endpoint(error: &EndpointError) -> WireError {
    invalid("endpoint", error.to_string(), error.hint())
}

/// What the gateway's admin API said.
pub fn call(error: &CallError) -> WireError {
    let code = match error {
        CallError::Unreachable(error) => send_code(error),
        CallError::Network { .. }
        | CallError::Address { .. }
        | CallError::PairingAddress { .. }
        | CallError::PairingCode(_) => ErrorCode::InvalidInput,
        CallError::PlainHttp { .. } => ErrorCode::PlainHttp,
        CallError::PairingRefused | CallError::TooManyTries => ErrorCode::PairingRefused,
        CallError::Unauthorised => ErrorCode::CredentialRefused,
        CallError::Forbidden => ErrorCode::Forbidden,
        CallError::NotFound { .. } => ErrorCode::NotFound,
        CallError::Stale { .. } => ErrorCode::Stale,
        CallError::Invalid { .. } | CallError::FailedExpectations { .. } => {
            ErrorCode::InvalidDocument
        }
        CallError::UnknownSecrets { .. } => ErrorCode::UnknownSecrets,
        CallError::FromFile | CallError::SecretsFromDirectory => ErrorCode::ConfigFromFile,
        CallError::Refused(problem) if problem.code == ProblemCode::KeyRefused => {
            ErrorCode::Forbidden
        }
        CallError::Refused(problem) if problem.code == ProblemCode::MalformedRequest => {
            ErrorCode::InvalidInput
        }
        CallError::Refused(_) | CallError::NotAGateway { .. } => ErrorCode::UnexpectedAnswer,
    };
    let field = match error {
        CallError::PairingCode(_) | CallError::PairingRefused => Some("code"),
        CallError::Address { .. } | CallError::PairingAddress { .. } => Some("url"),
        CallError::Unreachable(_)
        | CallError::Network { .. }
        | CallError::PlainHttp { .. }
        | CallError::TooManyTries
        | CallError::Unauthorised
        | CallError::Forbidden
        | CallError::NotFound { .. }
        | CallError::Stale { .. }
        | CallError::Invalid { .. }
        | CallError::UnknownSecrets { .. }
        | CallError::FailedExpectations { .. }
        | CallError::FromFile
        | CallError::SecretsFromDirectory
        | CallError::Refused(_)
        | CallError::NotAGateway { .. } => None,
    };
    WireError {
        field: field.map(str::to_owned),
        ..failure(code, error.to_string(), error.hint())
    }
}

/// What should be a credential file is none.
pub fn credential_file(error: CredentialFileError) -> WireError {
    match error {
        CredentialFileError::Format => failure(
            ErrorCode::InvalidInput,
            error.to_string(),
            "Pair again: `gatewright gateway pair URL --code-stdin --credential-file F`.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_librarys_words_become_a_sentence() {
        assert_eq!(
            sentence("the proxy asks for a password"),
            "The proxy asks for a password."
        );
        assert_eq!(sentence("Already one."), "Already one.");
        assert_eq!(
            sentence("it said: \u{201c}no\u{201d}"),
            "It said: \u{201c}no\u{201d}"
        );
        assert_eq!(sentence("  "), "");
    }
}
