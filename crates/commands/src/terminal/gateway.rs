//! `gatewright gateway`, `secret`, `explain` and `audit`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gatewright_admin_api::{AuditQuery, Client, Credential, Explain, PairingCode};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use gatewright_workspace::{Keychain as _, KeychainError, SystemKeychain, with_time_limit};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use super::{Answer, Surroundings};
use crate::app::web_address;
use crate::errors::{self, failure, internal, invalid};

/// How long the keychain may take.
const KEYCHAIN_LIMIT: Duration = Duration::from_secs(10);

/// Which gateway, and where its credential is.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    /// The address of its admin API; the credential file's own when left out.
    pub url: Option<String>,
    /// A credential file; the keychain when left out.
    pub credential_file: Option<PathBuf>,
}

impl Gateway {
    pub(crate) async fn connect(&self, around: &Surroundings) -> Result<Client, WireError> {
        let credential = self.credential().await?;
        Client::new(&around.network, credential).map_err(|error| errors::call(&error))
    }

    async fn credential(&self) -> Result<Credential, WireError> {
        let url = self
            .url
            .as_deref()
            .map(|url| web_address(url, "gateway"))
            .transpose()?;
        let text = match (&self.credential_file, &url) {
            (Some(path), _) => fs::read_to_string(path).map_err(|error| {
                invalid(
                    "credential-file",
                    format!(
                        "The credential file cannot be read: {}: {error}",
                        path.display()
                    ),
                    "Make it with `gatewright gateway pair URL --code-stdin --credential-file F`.",
                )
            })?,
            (None, Some(url)) => from_keychain(url).await?,
            (None, None) => {
                return Err(failure(
                    ErrorCode::NotPaired,
                    "No gateway was named.",
                    "Give --gateway URL, or --credential-file F.",
                ));
            }
        };
        let credential = Credential::from_file_text(&text).map_err(errors::credential_file)?;
        let plain = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        match url {
            Some(url) if plain(&url) != plain(&credential.url) => Err(invalid(
                "gateway",
                format!("The credential is for {}, not for {url}.", credential.url),
                "Pair with that gateway, or name the one that the credential is for.",
            )),
            Some(_) | None => Ok(credential),
        }
    }
}

fn account(url: &Url) -> String {
    format!("gateway {url}")
}

async fn from_keychain(url: &Url) -> Result<String, WireError> {
    let account = account(url);
    let kept = with_time_limit(KEYCHAIN_LIMIT, move || SystemKeychain.read(&account))
        .await
        .map_err(|error| silent_keychain(&error))?;
    kept.and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            failure(
                ErrorCode::NotPaired,
                format!("The keychain has no credential for {url}."),
                "Pair first: `gatewright gateway pair URL --code-stdin`.",
            )
        })
}

/// Pairs with a gateway and keeps the credential in a file of its owner's, or in the keychain.
pub async fn pair(
    around: &Surroundings,
    url: &str,
    code: &SecretString,
    credential_file: Option<&Path>,
) -> Result<Answer, WireError> {
    let url = web_address(url, "url")?;
    let code: PairingCode = code
        .expose()
        .trim()
        .parse()
        .map_err(|error| errors::call(&gatewright_admin_api::CallError::PairingCode(error)))?;
    // A code is good once: what cannot be kept is not asked for.
    let place = if let Some(path) = credential_file {
        Place::File(PrivateFile::open(path)?)
    } else {
        let account = account(&url);
        with_time_limit(KEYCHAIN_LIMIT, move || SystemKeychain.read(&account))
            .await
            .map_err(|error| silent_keychain(&error))?;
        Place::Keychain
    };
    let paired = Client::pair(&around.network, &url, &code, None).await;
    let (credential, paired) = match paired {
        Ok(paired) => paired,
        Err(error) => {
            if let Place::File(file) = place {
                file.give_up();
            }
            return Err(errors::call(&error));
        }
    };
    let text = credential.to_file_text();
    let kept = match place {
        Place::File(file) => file.write(&text)?,
        Place::Keychain => {
            let account = account(&url);
            with_time_limit(KEYCHAIN_LIMIT, move || {
                SystemKeychain.write(&account, text.expose().as_bytes())
            })
            .await
            .map_err(|error| silent_keychain(&error))?;
            "keychain".to_owned()
        }
    };
    let role = paired.role.as_str();
    Ok(Answer::good(
        json!({
            "url": url,
            "id": paired.id,
            "name": paired.name,
            "role": role,
            "credential": kept,
        }),
        format!("Paired with {url} as {role}. The credential is kept: {kept}.\n"),
    ))
}

/// A terminal has a file where the window has a passphrase.
fn silent_keychain(error: &KeychainError) -> WireError {
    WireError {
        hint: "Start or unlock a keychain, or use a file: --credential-file F.".to_owned(),
        ..errors::keychain(error)
    }
}

/// Where a credential will be kept.
enum Place {
    File(PrivateFile),
    Keychain,
}

/// A file that only its owner reads; what is in it stays there until something new is written.
struct PrivateFile {
    path: PathBuf,
    file: fs::File,
    made: bool,
}

impl PrivateFile {
    fn open(path: &Path) -> Result<Self, WireError> {
        let made = !path.exists();
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .map_err(|error| unwritable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            made,
        })
    }

    fn write(mut self, text: &SecretString) -> Result<String, WireError> {
        #[cfg(unix)]
        let private = self
            .file
            .set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        #[cfg(not(unix))]
        let private = Ok(());
        private
            .and_then(|()| self.file.set_len(0))
            .and_then(|()| self.file.write_all(text.expose().as_bytes()))
            .map_err(|error| unwritable(&self.path, &error))?;
        Ok(self.path.display().to_string())
    }

    fn give_up(self) {
        if self.made {
            // An empty file that stays behind is no harm.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> WireError {
    invalid(
        "credential-file",
        format!(
            "The credential file cannot be written: {}: {error}",
            path.display()
        ),
        "Give a path that you may write to.",
    )
}

/// What the gateway does.
pub async fn status(around: &Surroundings, gateway: &Gateway) -> Result<Answer, WireError> {
    let status = gateway
        .connect(around)
        .await?
        .status()
        .await
        .map_err(|error| errors::call(&error))?;
    let mut text = format!(
        "Gateway {}, serves v{}. {} requests, {} refused. You are {}, {}.\n",
        status.program,
        status.version,
        status.counts.requests,
        status.counts.refused,
        status.admin,
        status.role
    );
    for product in &status.products {
        let state = match (&product.detail, product.reachable) {
            (Some(detail), false) => format!("not reachable: {detail}"),
            (None, false) => "not reachable".to_owned(),
            (_, true) => "reachable".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {:<16}{:<12}{:<24}{state}",
            product.id, product.kind, product.public_url
        );
    }
    if let Some(problem) = &status.problem {
        let _ = writeln!(text, "A newer document is not in force: {problem}");
    }
    Ok(Answer::good(to_json(&status)?, text))
}

/// The names of the secrets that the gateway has.
pub async fn secrets(around: &Surroundings, gateway: &Gateway) -> Result<Answer, WireError> {
    let secrets = gateway
        .connect(around)
        .await?
        .secrets()
        .await
        .map_err(|error| errors::call(&error))?;
    let text = secrets
        .secrets
        .iter()
        .fold(String::new(), |text, one| text + &one.name + "\n");
    Ok(Answer::good(to_json(&secrets)?, text))
}

/// Hands a secret to the gateway.
pub async fn set_secret(
    around: &Surroundings,
    gateway: &Gateway,
    name: &str,
    value: &SecretString,
) -> Result<Answer, WireError> {
    gateway
        .connect(around)
        .await?
        .put_secret(name, value)
        .await
        .map_err(|error| errors::call(&error))?;
    Ok(Answer::good(
        json!({ "name": name }),
        format!("The gateway has {name} now.\n"),
    ))
}

/// What the gateway would do with a request, or did.
pub async fn explain(
    around: &Surroundings,
    gateway: &Gateway,
    question: &Explain,
) -> Result<Answer, WireError> {
    let explanation = gateway
        .connect(around)
        .await?
        .explain(question)
        .await
        .map_err(|error| errors::call(&error))?;
    let mut text = explanation.outcome.clone();
    if let Some(user) = &explanation.user {
        let _ = write!(text, " as {user}");
    }
    text.push('\n');
    for phase in &explanation.phases {
        let _ = writeln!(
            text,
            "  {:<16}{:<10}{}",
            phase.phase, phase.result, phase.detail
        );
        if let Some(setting) = &phase.setting {
            let _ = writeln!(text, "  {:<26}to change it: {setting}", "");
        }
    }
    if let Some(now) = &explanation.now {
        let _ = writeln!(text, "Now: {now}.");
    }
    let good = explanation.outcome == "permit";
    Ok(Answer::judged(to_json(&explanation)?, text, good))
}

/// What was recorded.
pub async fn audit(
    around: &Surroundings,
    gateway: &Gateway,
    query: &AuditQuery,
) -> Result<Answer, WireError> {
    for (option, text) in [("since", &query.since), ("until", &query.until)] {
        if let Some(text) = text
            && OffsetDateTime::parse(text, &Rfc3339).is_err()
        {
            return Err(invalid(
                option,
                "The time cannot be read.",
                "Write it as 2027-01-31T00:00:00Z.",
            ));
        }
    }
    let page = gateway
        .connect(around)
        .await?
        .audit(query)
        .await
        .map_err(|error| errors::call(&error))?;
    let text = page.lines.iter().fold(String::new(), |text, entry| {
        text + &entry.line.to_string() + "\n"
    });
    Ok(Answer::good(to_json(&page)?, text))
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<Value, WireError> {
    serde_json::to_value(value).map_err(|_| internal("the gateway's answer cannot be written"))
}
