//! A secret on its way to a host that it does not belong to.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::token_kind::TokenKind;

/// Somebody else's secret, about to be shown to a host that is not theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignSecret {
    /// Whose it is: `GitHub`.
    pub belongs_to: String,
    /// Who would receive it.
    pub host: String,
}

impl ForeignSecret {
    /// The warning, if there is reason for one. `own_hosts` are hosts that the makers have besides
    /// their public ones.
    pub(crate) fn found(kind: TokenKind, target: &Url, own_hosts: &[&str]) -> Option<Self> {
        let maker = kind.foreign_maker()?;
        let host = target.host_str()?;
        let is = |known: &str| {
            host.eq_ignore_ascii_case(known)
                || host
                    .to_ascii_lowercase()
                    .strip_suffix(&known.to_ascii_lowercase())
                    .is_some_and(|before| before.ends_with('.'))
        };
        let at_home = public_hosts(kind).iter().any(|known| is(known))
            || own_hosts
                .iter()
                .any(|known| host.eq_ignore_ascii_case(known));
        (!at_home).then(|| Self {
            belongs_to: maker.to_owned(),
            host: host.to_owned(),
        })
    }

    /// The warning as a sentence.
    pub fn words(&self) -> String {
        format!(
            "This is a secret of {}. {} would receive it, and whoever has it can use it there.",
            self.belongs_to, self.host
        )
    }
}

/// Where a maker's secrets belong; subdomains too.
fn public_hosts(kind: TokenKind) -> &'static [&'static str] {
    match kind {
        TokenKind::GithubOauth
        | TokenKind::GithubAppUser
        | TokenKind::GithubPersonal
        | TokenKind::GithubApp => &["github.com", "ghe.com", "githubcopilot.com"],
        TokenKind::Gitlab => &["gitlab.com"],
        TokenKind::Slack => &["slack.com"],
        TokenKind::AtlassianCloud => &["atlassian.net", "atlassian.com", "bitbucket.org"],
        TokenKind::GatewrightKey
        | TokenKind::MistypedGatewrightKey
        | TokenKind::Jwt
        | TokenKind::ProductToken
        | TokenKind::Opaque => &[],
    }
}
