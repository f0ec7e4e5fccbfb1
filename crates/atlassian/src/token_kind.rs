//! What a token is, from its looks alone.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use gatewright_keys::{ApiKey, KEY_PREFIX};
use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};

/// The maker of a token, as far as its form tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// An API key of the gateway; its checksum fits.
    GatewrightKey,
    /// It begins like an API key of the gateway, but characters are wrong or missing.
    MistypedGatewrightKey,
    /// An OAuth access token of GitHub or GitHub Enterprise (`gho_`).
    GithubOauth,
    /// A user's token of a GitHub App (`ghu_`).
    GithubAppUser,
    /// A personal access token of GitHub (`ghp_`, `github_pat_`).
    GithubPersonal,
    /// An installation or refresh token of a GitHub App (`ghs_`, `ghr_`).
    GithubApp,
    /// A token of GitLab (`glpat-`, `gloas-`, `gldt-` and their kin).
    Gitlab,
    /// A token of Slack (`xoxb-`, `xoxp-` and their kin).
    Slack,
    /// An API token of Atlassian Cloud (`ATATT`, `ATCTT`, `ATBB`).
    AtlassianCloud,
    /// A JSON Web Token.
    Jwt,
    /// Very likely an access token that Jira, Confluence or Bitbucket Data Center made.
    ProductToken,
    /// Nothing is known of it.
    Opaque,
}

impl TokenKind {
    /// A name with its article, as it stands in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::GatewrightKey => "an API key of the gateway",
            Self::MistypedGatewrightKey => "a mistyped API key of the gateway",
            Self::GithubOauth => "an access token of GitHub",
            Self::GithubAppUser => "a GitHub App's token for a user",
            Self::GithubPersonal => "a personal access token of GitHub",
            Self::GithubApp => "a GitHub App's own token",
            Self::Gitlab => "a token of GitLab",
            Self::Slack => "a token of Slack",
            Self::AtlassianCloud => "an API token of Atlassian Cloud",
            Self::Jwt => "a JSON Web Token",
            Self::ProductToken => "a product's access token",
            Self::Opaque => "a token of unknown make",
        }
    }

    /// Whose it certainly is, when that is neither the gateway nor a product behind it.
    ///
    /// Such a secret sent straight to a product reaches a host that it does not belong to.
    pub fn foreign_maker(self) -> Option<&'static str> {
        match self {
            Self::GithubOauth | Self::GithubAppUser | Self::GithubPersonal | Self::GithubApp => {
                Some("GitHub")
            }
            Self::Gitlab => Some("GitLab"),
            Self::Slack => Some("Slack"),
            Self::AtlassianCloud => Some("Atlassian Cloud"),
            Self::GatewrightKey
            | Self::MistypedGatewrightKey
            | Self::Jwt
            | Self::ProductToken
            | Self::Opaque => None,
        }
    }

    /// Whether a product of the Data Center line can know it.
    ///
    /// `false` is certain; `true` means only that nothing speaks against it.
    pub fn may_be_a_products(self) -> bool {
        matches!(self, Self::ProductToken | Self::Opaque)
    }
}

const PREFIXES: [(&str, TokenKind); 23] = [
    ("github_pat_", TokenKind::GithubPersonal),
    ("ghp_", TokenKind::GithubPersonal),
    ("gho_", TokenKind::GithubOauth),
    ("ghu_", TokenKind::GithubAppUser),
    ("ghs_", TokenKind::GithubApp),
    ("ghr_", TokenKind::GithubApp),
    ("glpat-", TokenKind::Gitlab),
    ("gloas-", TokenKind::Gitlab),
    ("gldt-", TokenKind::Gitlab),
    ("glrt-", TokenKind::Gitlab),
    ("glcbt-", TokenKind::Gitlab),
    ("glptt-", TokenKind::Gitlab),
    ("xoxb-", TokenKind::Slack),
    ("xoxp-", TokenKind::Slack),
    ("xoxa-", TokenKind::Slack),
    ("xoxr-", TokenKind::Slack),
    ("xoxe-", TokenKind::Slack),
    ("xoxe.", TokenKind::Slack),
    ("xapp-", TokenKind::Slack),
    ("ATATT", TokenKind::AtlassianCloud),
    ("ATCTT", TokenKind::AtlassianCloud),
    ("ATBB", TokenKind::AtlassianCloud),
    ("BBDC-", TokenKind::ProductToken),
];

/// Says what a token is, without asking anybody.
pub fn recognise(token: &SecretString) -> TokenKind {
    let text = token.expose().as_str();
    if text.starts_with(KEY_PREFIX) {
        return if ApiKey::parse(text).is_ok() {
            TokenKind::GatewrightKey
        } else {
            TokenKind::MistypedGatewrightKey
        };
    }
    if let Some((_, kind)) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)) {
        return *kind;
    }
    if is_jwt(text) {
        return TokenKind::Jwt;
    }
    if is_product_token(text) {
        return TokenKind::ProductToken;
    }
    TokenKind::Opaque
}

/// Three parts (five when encrypted), of which the first is a JSON object with an algorithm.
fn is_jwt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 3 && parts.len() != 5 {
        return false;
    }
    URL_SAFE_NO_PAD
        .decode(parts[0])
        .ok()
        .and_then(|header| serde_json::from_slice::<serde_json::Value>(&header).ok())
        .is_some_and(|header| header.get("alg").is_some())
}

/// Products write base64 of a number, a colon and random bytes: 44 characters in all.
fn is_product_token(text: &str) -> bool {
    if text.len() != 44 {
        return false;
    }
    let Ok(bytes) = STANDARD_NO_PAD.decode(text.trim_end_matches('=')) else {
        return false;
    };
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    digits >= 6 && bytes.get(digits) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use rand::SeedableRng;

    use super::*;

    fn kind(text: &str) -> TokenKind {
        recognise(&SecretString::new(text))
    }

    #[test]
    fn a_key_of_ours_is_known_by_its_checksum() {
        let key = ApiKey::generate(&mut rand::rngs::StdRng::seed_from_u64(7));
        let text = key.secret().expose();
        assert_eq!(kind(text), TokenKind::GatewrightKey);
        assert_eq!(kind(&text[..38]), TokenKind::MistypedGatewrightKey);
    }

    #[test]
    fn the_prefixes_of_others_are_known() {
        assert_eq!(
            kind("gho_16C7e42F292c6912E7710c838347Ae178B4a"),
            TokenKind::GithubOauth
        );
        assert_eq!(kind("ghu_x"), TokenKind::GithubAppUser);
        assert_eq!(kind("github_pat_11A"), TokenKind::GithubPersonal);
        assert_eq!(kind("glpat-abc"), TokenKind::Gitlab);
        assert_eq!(kind("xoxp-1-2"), TokenKind::Slack);
        assert_eq!(kind("ATATT3xFfGF0"), TokenKind::AtlassianCloud);
        assert_eq!(kind("gho_x").foreign_maker(), Some("GitHub"));
    }

    #[test]
    fn a_jwt_is_known_by_its_header_and_not_by_its_dots() {
        assert_eq!(
            kind("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJmcmVkIn0.c2ln"),
            TokenKind::Jwt
        );
        assert_eq!(kind("one.two.three"), TokenKind::Opaque);
    }

    #[test]
    fn a_products_token_is_a_number_and_random_bytes_in_base64() {
        let token = STANDARD.encode([b"478123456789:".as_slice(), &[0xA7; 20]].concat());
        assert_eq!(token.len(), 44);
        assert_eq!(kind(&token), TokenKind::ProductToken);
        assert_eq!(kind("BBDC-MDM0MjM5NDc2MDxxxx"), TokenKind::ProductToken);
        assert_eq!(kind(&"A".repeat(44)), TokenKind::Opaque);
        assert_eq!(kind(""), TokenKind::Opaque);
    }
}
