//! The credential of a paired admin, and its file.

use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::pairing::Fingerprint;

/// What it takes to use a gateway's admin API.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The address of the admin API.
    pub url: Url,
    /// The bearer token.
    pub token: SecretString,
    /// The certificate that will be met; absent without TLS.
    pub fingerprint: Option<Fingerprint>,
}

/// Why a credential file is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialFileError {
    /// It is something else; what stands in it is deliberately not repeated.
    #[error("this is no credential file: url, credential and fingerprint are expected")]
    Format,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    url: Url,
    #[serde(with = "crate::secret_text")]
    credential: SecretString,
    #[serde(default)]
    fingerprint: Option<String>,
}

impl Credential {
    /// Reads a credential file: JSON with `url`, `credential` and `fingerprint`.
    pub fn from_file_text(text: &str) -> Result<Self, CredentialFileError> {
        let file: File = serde_json::from_str(text).map_err(|_| CredentialFileError::Format)?;
        let fingerprint = file
            .fingerprint
            .map(|text| text.parse().map_err(|_| CredentialFileError::Format))
            .transpose()?;
        Ok(Self {
            url: file.url,
            token: file.credential,
            fingerprint,
        })
    }

    /// The text of a credential file, to be written where only its owner can read it.
    pub fn to_file_text(&self) -> SecretString {
        let file = serde_json::json!({
            "url": self.url,
            "credential": self.token.expose(),
            "fingerprint": self.fingerprint.map(|fingerprint| fingerprint.to_string()),
        });
        SecretString::new(format!("{file:#}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_back_and_shows_no_secret_in_debug() {
        let credential = Credential {
            url: "https://gateway.example:9443/".parse().unwrap(),
            token: SecretString::new("gwa_canary"),
            fingerprint: Some(Fingerprint::new([7; 32])),
        };
        let text = credential.to_file_text();
        let read = Credential::from_file_text(text.expose()).unwrap();
        assert!(read.token.matches("gwa_canary"));
        assert_eq!(
            (read.url.clone(), read.fingerprint),
            (credential.url, credential.fingerprint)
        );
        assert!(!format!("{read:?}").contains("canary"));
        assert!(Credential::from_file_text("{}").is_err());
    }
}
