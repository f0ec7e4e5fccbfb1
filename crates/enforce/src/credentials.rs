//! Phase 5: no credential, or exactly one, and whose it is.
//!
//! A token is never tried on several providers, and nothing that could be a password ever leaves
//! for one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use gatewright_keys::{ApiKey, KEY_PREFIX, find_keys};
use gatewright_policy::{ReasonCode, Way};
use gatewright_secret::SecretString;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::verify::{ProviderState, Refusal};

/// The longest credential that is looked at.
const LONGEST: usize = 16 * 1024;
/// User names by which a client says that the password is a token.
const TOKEN_USERS: [&str; 2] = ["oauth2", "OAUTH_USERNAME"];

/// The one credential of a request, before it is verified.
#[derive(Debug)]
pub(crate) enum Presented {
    /// There is none.
    Nothing,
    /// A key of this gateway, whose checksum is right; a user that was named must be its owner.
    Key { key: ApiKey, user: Option<String> },
    /// A token of one provider.
    Token {
        provider: usize,
        token: SecretString,
    },
    /// Whatever came, on a path where it is the product's business; what is the gateway's or a
    /// provider's is taken out.
    Unchecked { strip: bool },
    /// Something that only the product can verify.
    Passing {
        way: Way,
        user: Option<String>,
        header: HeaderValue,
    },
}

impl Presented {
    /// What kind of credential it is.
    pub(crate) fn way(&self) -> Option<Way> {
        match self {
            Self::Nothing | Self::Unchecked { .. } => None,
            Self::Key { .. } => Some(Way::ApiKey),
            Self::Token { .. } => Some(Way::Oauth),
            Self::Passing { way, .. } => Some(*way),
        }
    }

    /// The user name that a password came with.
    pub(crate) fn claimed_user(&self) -> Option<&str> {
        match self {
            Self::Passing { user, .. } => user.as_deref(),
            Self::Nothing | Self::Key { .. } | Self::Token { .. } | Self::Unchecked { .. } => None,
        }
    }

    /// Whether it is the gateway's or a provider's, which no product may see.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Token { .. })
    }
}

/// Reads the credential.
pub(crate) fn read(
    headers: &HeaderMap,
    providers: &[ProviderState],
    product_tokens: bool,
) -> Result<Presented, Refusal> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = match (lines.next(), lines.next()) {
        (None, _) => return Ok(Presented::Nothing),
        (Some(line), None) => line,
        (Some(_), Some(_)) => {
            return Err(Refusal::new(
                ReasonCode::MalformedRequest,
                "there are two credentials",
            ));
        }
    };
    if line.len() > LONGEST {
        return Err(Refusal::new(
            ReasonCode::TooLarge,
            "the credential is too long",
        ));
    }
    let text = line
        .to_str()
        .map_err(|_| Refusal::invalid("the credential is not readable"))?;
    let (scheme, rest) = text
        .split_once(' ')
        .ok_or_else(|| Refusal::invalid("the credential has no scheme"))?;
    let rest = rest.trim_matches(' ');
    let mut header = line.clone();
    header.set_sensitive(true);
    if scheme.eq_ignore_ascii_case("bearer") {
        bearer(rest, header, providers, product_tokens)
    } else if scheme.eq_ignore_ascii_case("basic") {
        basic(rest, header, providers, product_tokens)
    } else {
        Err(Refusal::invalid("the scheme is neither Bearer nor Basic"))
    }
}

fn bearer(
    token: &str,
    header: HeaderValue,
    providers: &[ProviderState],
    product_tokens: bool,
) -> Result<Presented, Refusal> {
    let well_formed = !token.is_empty()
        && token
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b'"');
    if !well_formed {
        return Err(Refusal::invalid(
            "the token has characters that no token has",
        ));
    }
    if let Some(key) = key(token, None)? {
        return Ok(key);
    }
    if let Some(provider) = by_issuer(token, providers).or_else(|| by_prefix(token, providers)) {
        return Ok(Presented::Token {
            provider,
            token: SecretString::new(token),
        });
    }
    if looks_like_a_products(token) {
        return Ok(passing_token(header));
    }
    if let Some(provider) = providers.iter().position(|provider| provider.config.opaque) {
        return Ok(Presented::Token {
            provider,
            token: SecretString::new(token),
        });
    }
    if product_tokens {
        return Ok(passing_token(header));
    }
    Err(Refusal::invalid(
        "the token is of no provider that is configured",
    ))
}

fn passing_token(header: HeaderValue) -> Presented {
    Presented::Passing {
        way: Way::ProductToken,
        user: None,
        header,
    }
}

fn basic(
    pair: &str,
    header: HeaderValue,
    providers: &[ProviderState],
    product_tokens: bool,
) -> Result<Presented, Refusal> {
    let bytes = STANDARD
        .decode(pair)
        .map_err(|_| Refusal::invalid("the pair is not base64"))?;
    // Old clients write Latin-1; the product reads the bytes, here only the name is looked at.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    let (user, password) = text
        .split_once(':')
        .ok_or_else(|| Refusal::invalid("the pair has no colon"))?;
    if user.is_empty() || password.is_empty() || text.chars().any(char::is_control) {
        return Err(Refusal::invalid(
            "the user name or the password is empty or has controls",
        ));
    }
    // Clients write tokens there too; a name goes to the product and into the log.
    if is_ours(user.trim(), providers) {
        return Err(Refusal::invalid("a token stands where the user name does"));
    }
    if let Some(key) = key(password, Some(user))? {
        return Ok(key);
    }
    if let Some(provider) =
        by_issuer(password, providers).or_else(|| by_prefix(password, providers))
    {
        return Ok(Presented::Token {
            provider,
            token: SecretString::new(password),
        });
    }
    if TOKEN_USERS.contains(&user) {
        return bearer(password, header, providers, product_tokens);
    }
    Ok(Presented::Passing {
        way: Way::Password,
        user: Some(user.to_owned()),
        header,
    })
}

fn is_ours(text: &str, providers: &[ProviderState]) -> bool {
    text.starts_with(KEY_PREFIX)
        || by_issuer(text, providers)
            .or_else(|| by_prefix(text, providers))
            .is_some()
}

/// Whether something of ours or of a provider's stands in a credential that is not well formed.
pub(crate) fn hold_ours(headers: &HeaderMap, providers: &[ProviderState]) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|line| {
        let line = String::from_utf8_lossy(line.as_bytes());
        !find_keys(&line).is_empty()
            || line
                .split(|character: char| character.is_whitespace() || ",;\"=".contains(character))
                .any(|word| {
                    let pair = STANDARD_NO_PAD.decode(word).unwrap_or_default();
                    let pair = String::from_utf8_lossy(&pair);
                    !find_keys(&pair).is_empty()
                        || is_ours(word, providers)
                        || pair.split(':').any(|part| is_ours(part.trim(), providers))
                })
    })
}

/// What begins like a key is one, or nothing: a mistyped key is not tried as anything else.
fn key(text: &str, user: Option<&str>) -> Result<Option<Presented>, Refusal> {
    if !text.starts_with(KEY_PREFIX) {
        return Ok(None);
    }
    match ApiKey::parse(text) {
        Ok(key) => Ok(Some(Presented::Key {
            key,
            user: user.map(str::to_owned),
        })),
        Err(error) => Err(Refusal::invalid(error.to_string())),
    }
}

fn by_issuer(token: &str, providers: &[ProviderState]) -> Option<usize> {
    if !token.starts_with("ey") || token.matches('.').count() != 2 {
        return None;
    }
    let unverified = gatewright_jose::decode(token).ok()?;
    let issuer = unverified.claimed_issuer()?;
    providers
        .iter()
        .position(|provider| provider.config.issuer() == Some(issuer))
}

/// The provider with the longest prefix that fits.
fn by_prefix(token: &str, providers: &[ProviderState]) -> Option<usize> {
    providers
        .iter()
        .enumerate()
        .flat_map(|(index, provider)| {
            provider
                .config
                .prefixes
                .iter()
                .map(move |prefix| (index, prefix))
        })
        .filter(|(_, prefix)| token.starts_with(prefix.as_str()))
        .max_by_key(|(_, prefix)| prefix.len())
        .map(|(index, _)| index)
}

/// Whether a product of the Data Center line made it: Bitbucket's prefix, or base64 of digits, a
/// colon and random bytes.
fn looks_like_a_products(token: &str) -> bool {
    if token.starts_with("BBDC-") {
        return true;
    }
    if !(32..=64).contains(&token.len()) {
        return false;
    }
    let decoded = STANDARD
        .decode(token)
        .or_else(|_| STANDARD_NO_PAD.decode(token));
    decoded.is_ok_and(|bytes| {
        let digits = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        digits >= 6 && bytes.get(digits) == Some(&b':')
    })
}
