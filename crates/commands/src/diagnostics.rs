//! What helps to find out what is wrong, without a secret in it.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use gatewright_wire::{Diagnostics, Nothing, WireError, WriteFile, WrittenFile};
use time::OffsetDateTime;

use crate::app::{App, lock};
use crate::convert::rfc3339;
use crate::errors;
use crate::settings::{file_to_write, write_new};

/// So many failures are remembered.
const REMEMBERED: usize = 50;
/// A word from this length on that has digits may be a key or a token.
const LONG_WORD: usize = 20;
/// How such words begin.
const MARKED: [&str; 12] = [
    "gho_", "ghp_", "ghu_", "ghr_", "ghs_", "github_", "eyj", "gwk", "gw_", "bearer", "basic",
    "glpat",
];

/// A failure that was shown.
pub(crate) struct Failure {
    at: OffsetDateTime,
    command: String,
    code: String,
    message: String,
}

/// The failures that were shown last.
pub(crate) type Failures = Arc<Mutex<VecDeque<Failure>>>;

impl App {
    /// Remembers a failure for the diagnostics. What was typed is not kept with it.
    pub fn note_failure(&self, command: &str, error: &WireError) {
        let mut failures = lock(&self.failures);
        if failures.len() >= REMEMBERED {
            failures.pop_front();
        }
        failures.push_back(Failure {
            at: self.host.now(),
            command: command.to_owned(),
            code: serde_json::to_value(error.code)
                .ok()
                .and_then(|code| code.as_str().map(str::to_owned))
                .unwrap_or_default(),
            message: without_secrets(&error.message),
        });
    }

    /// The bundle as it would be written, to be looked at before it is given to anybody.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn diagnostics(&self, _: Nothing) -> Result<Diagnostics, WireError> {
        Ok(Diagnostics {
            text: self.bundle()?,
        })
    }

    /// Writes the bundle to a file.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn write_diagnostics(&self, request: WriteFile) -> Result<WrittenFile, WireError> {
        let file = file_to_write(self, &request.file, "diagnostics", "txt")?;
        write_new(&file, self.bundle()?.as_bytes())?;
        Ok(WrittenFile {
            file: file.display().to_string(),
        })
    }

    fn bundle(&self) -> Result<String, WireError> {
        let mut text = format!(
            "Gatewright {}\nwritten {}\nsystem {} {}\n",
            self.host.version(),
            rfc3339(self.host.now()),
            std::env::consts::OS,
            std::env::consts::ARCH,
        );
        let settings = self.settings_shown()?;
        let proxy = match settings.proxy {
            gatewright_wire::ProxySetting::System => "of the system",
            gatewright_wire::ProxySetting::None => "none",
            gatewright_wire::ProxySetting::Set { .. } => "set",
        };
        let state = self.state()?;
        let vault = serde_json::to_value(&state.vault)
            .ok()
            .and_then(|vault| vault["state"].as_str().map(str::to_owned))
            .unwrap_or_default();
        let _ = write!(
            text,
            "theme {:?}, zoom {} %\nproxy {proxy}, additional certificates {}\nvault {vault}\n\
             clipboard is cleared after {} s\n",
            state.theme, state.zoom, settings.ca_count, settings.clipboard_seconds,
        );
        for (number, app) in self.every_environment()?.iter().enumerate() {
            app.describe(number + 1, &mut text)?;
        }
        text.push_str("\nfailures, the oldest first:\n");
        let failures = lock(&self.failures);
        if failures.is_empty() {
            text.push_str("  none since the start\n");
        }
        for failure in failures.iter() {
            let _ = writeln!(
                text,
                "  {} {} {}: {}",
                rfc3339(failure.at),
                failure.command,
                failure.code,
                failure.message
            );
        }
        Ok(text)
    }

    /// One environment: how much there is, and no names of people or hosts.
    fn describe(&self, number: usize, text: &mut String) -> Result<(), WireError> {
        let store = |error| errors::store(&error);
        let kind = self.environment()?.kind;
        let state = self.state()?;
        let _ = writeln!(
            text,
            "\nenvironment {number} ({})\n  {} products, {} tokens, {} checks",
            format!("{kind:?}").to_lowercase(),
            state.products,
            state.tokens,
            self.workspace.checks().map_err(store)?.len(),
        );
        for product in self.workspace.products().map_err(store)? {
            let _ = writeln!(
                text,
                "  {:?} {}, directory {}, acts {}",
                product.kind,
                product.version,
                word(product.directory_check.as_ref()),
                word(product.act_as_check.as_ref()),
            );
        }
        for provider in self.workspace.providers().map_err(store)? {
            let _ = writeln!(
                text,
                "  provider {}, username rule {}",
                provider.preset,
                if provider.username.is_some() {
                    "chosen"
                } else {
                    "not chosen"
                },
            );
        }
        match &state.gateway {
            None => text.push_str("  no gateway\n"),
            Some(gateway) => {
                let _ = writeln!(
                    text,
                    "  gateway {}, {}, serves {:?}, clock ahead {:?} s",
                    gateway.version.as_deref().unwrap_or("of unknown version"),
                    if gateway.reachable {
                        "answers"
                    } else {
                        "silent"
                    },
                    gateway.serves,
                    gateway.clock_ahead_seconds,
                );
            }
        }
        Ok(())
    }
}

fn word(outcome: Option<&gatewright_workspace::Outcome>) -> &'static str {
    match outcome {
        None => "not tried",
        Some(outcome) if outcome.good => "good",
        Some(_) => "failed",
    }
}

/// A message without the queries of addresses and without words that may be secrets.
fn without_secrets(message: &str) -> String {
    message.split(' ').map(clean).collect::<Vec<_>>().join(" ")
}

fn clean(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://") {
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (place, more) = rest.split_at(end);
        let place = place.rsplit_once('@').map_or(place, |(_, host)| host);
        // What follows the host may name a secret as well: a path is kept word by word.
        let path: Vec<&str> = place
            .split('/')
            .map(|part| if suspicious(part) { "…" } else { part })
            .collect();
        let more = if more.is_empty() { "" } else { "?…" };
        return format!("{scheme}://{}{more}", path.join("/"));
    }
    if word
        .split(['=', ':', '"', '\'', '“', '”', ',', '(', ')'])
        .any(suspicious)
    {
        return "…".to_owned();
    }
    word.to_owned()
}

fn suspicious(word: &str) -> bool {
    let lower = word.to_lowercase();
    let marked = MARKED.iter().any(|mark| lower.starts_with(mark)) && word.len() > 8;
    marked
        || (word.len() >= LONG_WORD
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_passwords_and_long_words_are_left_out_and_the_rest_stays() {
        for (message, left) in [
            (
                "https://u:canary@host.example/a?code=canary#x does not answer.",
                "https://host.example/a?… does not answer.",
            ),
            (
                "The token gho_canary1234 was refused.",
                "The token … was refused.",
            ),
            (
                "“token=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5” is wrong",
                "… is wrong",
            ),
            (
                "Nobody answers at jira.example.com:8443.",
                "Nobody answers at jira.example.com:8443.",
            ),
        ] {
            assert_eq!(without_secrets(message), left);
        }
    }
}
