//! The secrets that went out with a call, for taking them out of what comes back.

use std::fmt;

use gatewright_secret::SecretString;
use url::form_urlencoded;

use crate::mask::{MASK, is_secret_name};
use crate::request::Request;

/// A shorter value would mask ordinary words.
const SHORTEST: usize = 6;

/// The secrets that a call carries. A server may echo what it was sent, in its words about what was
/// wrong with it for example; an echo is as secret as what it repeats.
#[derive(Clone, Default)]
pub struct SentSecrets(Vec<SecretString>);

impl SentSecrets {
    pub(crate) fn of(request: &Request) -> Self {
        let mut secrets: Vec<String> = request
            .headers
            .values()
            .filter(|value| value.is_sensitive())
            .filter_map(|value| value.to_str().ok())
            .map(|value| {
                value
                    .split_once(' ')
                    .map_or(value, |(_, credential)| credential)
                    .to_owned()
            })
            .collect();
        let query = request.url.query().unwrap_or_default().as_bytes();
        let form: &[u8] = if request.is_form() {
            &request.body
        } else {
            &[]
        };
        for (name, value) in form_urlencoded::parse(query).chain(form_urlencoded::parse(form)) {
            if is_secret_name(&name) {
                secrets.push(value.into_owned());
            }
        }
        secrets.extend(
            request
                .also_secret
                .iter()
                .map(|secret| secret.expose().clone()),
        );
        secrets.retain(|secret| secret.len() >= SHORTEST);
        Self(secrets.into_iter().map(SecretString::from).collect())
    }

    /// A text without them.
    pub fn masked(&self, mut text: String) -> String {
        for secret in &self.0 {
            if text.contains(secret.expose().as_str()) {
                text = text.replace(secret.expose().as_str(), MASK);
            }
        }
        text
    }
}

impl fmt::Debug for SentSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SentSecrets({})", self.0.len())
    }
}
