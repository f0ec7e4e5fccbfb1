//! What is not sent unless the admin said so.

use gatewright_atlassian::{ProbeRequest, TokenKind, may_write, token_kind};
use gatewright_wire::{ErrorCode, WireError};
use gatewright_workspace as kept;
use url::Url;

use crate::app::App;
use crate::errors::{self, failure};

/// Refuses a secret that would travel readably.
pub(super) fn refuse_plain_http(request: &ProbeRequest, allow: bool) -> Result<(), WireError> {
    if allow || !request.sends_secret_in_clear() {
        return Ok(());
    }
    Err(failure(
        ErrorCode::PlainHttp,
        format!(
            "The credential would travel unencrypted to {}.",
            request.base_url.host_str().unwrap_or_default()
        ),
        "Use the https address, or allow it for this test if the network is yours. Nothing was sent.",
    ))
}

/// Refuses somebody else's secret that would reach a host that is not theirs.
pub(super) fn refuse_foreign(
    request: &ProbeRequest,
    own_hosts: &[String],
    allow: bool,
) -> Result<(), WireError> {
    if allow {
        return Ok(());
    }
    let own: Vec<&str> = own_hosts.iter().map(String::as_str).collect();
    match request.foreign_secret(&own) {
        None => Ok(()),
        Some(foreign) => Err(failure(
            ErrorCode::ForeignSecret,
            foreign.words(),
            "Send it through the gateway alone, or allow it if this host is yours. Nothing was sent.",
        )),
    }
}

/// Refuses a request that may change something.
pub(super) fn refuse_write(request: &ProbeRequest, allow: bool) -> Result<(), WireError> {
    let Some(endpoint) = request.endpoint.as_ref().filter(|_| !allow) else {
        return Ok(());
    };
    if !may_write(request.kind, endpoint) {
        return Ok(());
    }
    Err(failure(
        ErrorCode::WouldWrite,
        format!(
            "{} {} may change something in {}.",
            endpoint.method(),
            endpoint.path(),
            request.kind
        ),
        "Allow it for this test if that is what you want. Nothing was sent.",
    ))
}

/// Whether an entry of the catalogue issues tokens of this kind.
fn issues(preset: &str, kind: TokenKind) -> bool {
    match kind.foreign_maker() {
        Some("GitHub") => matches!(preset, "ghes" | "github"),
        Some("GitLab") => preset.starts_with("gitlab"),
        Some("Slack") => preset.starts_with("slack"),
        Some(_) | None => false,
    }
}

/// The hosts that were typed for a provider.
fn hosts(provider: &kept::Provider) -> impl Iterator<Item = String> + '_ {
    provider
        .inputs
        .values()
        .filter_map(|typed| Url::parse(typed).ok()?.host_str().map(str::to_owned))
}

impl App {
    /// Hosts to which a token may go besides its maker's public ones: its own provider's, and those
    /// of every provider that issues such tokens.
    pub(super) fn own_hosts(
        &self,
        secret: &gatewright_secret::SecretString,
        provider_id: Option<&str>,
    ) -> Result<Vec<String>, WireError> {
        let kind = token_kind::recognise(secret);
        let providers = self
            .workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        Ok(providers
            .iter()
            .filter(|provider| {
                Some(provider.id.as_str()) == provider_id || issues(&provider.preset, kind)
            })
            .flat_map(hosts)
            .collect())
    }
}
