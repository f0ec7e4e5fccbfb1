//! Asking for a code: the address for the browser, and what must come back.

use std::fmt;

use gatewright_secret::SecretString;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope};
use serde::Serialize;
use thiserror::Error;
use url::Url;

use crate::callback::{Callback, CallbackError};
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::parameters::{self, ReservedParameter};

/// Random bytes in `state`, `nonce` and the PKCE verifier.
const RANDOM_BYTES: u32 = 32;

/// Whether the code is bound to this sign-in by a proof key (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// Always with S256, whatever the server announces: one that does not know it ignores it.
    #[default]
    S256,
    /// Not at all, for servers that refuse parameters they do not know. There is no `plain`.
    Off,
}

/// What stands between scopes in the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScopeSeparator {
    /// A space, as the standard has it.
    #[default]
    Space,
    /// A comma.
    Comma,
}

/// How the issuer in the answer is judged (RFC 9207).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuerCheck {
    /// The issuer that an answer may name. Without one, an answer that names any is stopped.
    pub expected: Option<String>,
    /// Whether every answer must name it, because the provider announces that it does.
    pub announced: bool,
}

impl IssuerCheck {
    /// Accepts this issuer or none.
    pub fn optional(issuer: impl Into<String>) -> Self {
        Self {
            expected: Some(issuer.into()),
            announced: false,
        }
    }

    /// Accepts this issuer only.
    pub fn required(issuer: impl Into<String>) -> Self {
        Self {
            expected: Some(issuer.into()),
            announced: true,
        }
    }
}

/// One sign-in to be started.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Where the browser goes; its own query is kept.
    pub authorization_endpoint: Url,
    /// Where the code is redeemed.
    pub token_endpoint: Url,
    /// The client id.
    pub client_id: String,
    /// Where the browser comes back to: sent twice, and byte for byte as it stands here.
    pub redirect_uri: String,
    /// What is asked for. With `openid` in it a nonce is sent.
    pub scopes: Vec<String>,
    /// What stands between scopes.
    pub scope_separator: ScopeSeparator,
    /// How the issuer in the answer is judged.
    pub issuer: IssuerCheck,
    /// The proof key.
    pub pkce: Pkce,
    /// Further parameters of the address.
    pub authorization_params: Vec<(String, String)>,
    /// Further parameters of the token request.
    pub token_params: Vec<(String, String)>,
}

/// Why a sign-in cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AuthorizationError {
    /// An endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// The redirect URI is not an absolute URI without fragment.
    #[error("the redirect URI cannot be used: {redirect_uri}")]
    RedirectUri {
        /// The redirect URI.
        redirect_uri: String,
    },
    /// There is no client id.
    #[error("the client id is missing")]
    NoClientId,
    /// A further parameter is one that is made here.
    #[error(transparent)]
    ReservedParameter(#[from] ReservedParameter),
}

impl AuthorizationError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Insecure(insecure) => insecure.hint(),
            Self::RedirectUri { .. } => "Use an absolute address without a # in it.",
            Self::NoClientId => "Copy the client id from the provider's registration.",
            Self::ReservedParameter(reserved) => reserved.hint(),
        }
    }
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Authorization {
    /// Where to send the browser.
    pub url: Url,
    /// What the answer is held against.
    pub pending: Pending,
    /// The endpoint as it was given, for pushing what was added to it.
    pub(crate) endpoint: Url,
}

/// A sign-in that waits for its answer. It is used up by the answer, so that no state is good
/// twice; it is not `Clone` for the same reason.
///
/// ```compile_fail
/// # use gatewright_oauth::{Callback, Pending};
/// # fn never(pending: Pending, first: Callback, second: Callback) {
/// let _ = pending.complete(first);
/// let _ = pending.complete(second);
/// # }
/// ```
pub struct Pending {
    state: SecretString,
    nonce: Option<SecretString>,
    verifier: Option<SecretString>,
    client_id: String,
    redirect_uri: String,
    token_endpoint: Url,
    issuer: IssuerCheck,
    token_params: Vec<(String, String)>,
}

/// A code with everything that its redemption needs. Not `Clone`: a code is good once.
pub struct CodeGrant {
    pub(crate) code: SecretString,
    pub(crate) verifier: Option<SecretString>,
    pub(crate) nonce: Option<SecretString>,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) token_endpoint: Url,
    pub(crate) token_params: Vec<(String, String)>,
}

impl Authorization {
    /// Starts a sign-in: makes state, nonce and proof key, and the address that carries them.
    pub fn new(request: AuthorizationRequest) -> Result<Self, AuthorizationError> {
        check_endpoint("authorization", &request.authorization_endpoint)?;
        check_endpoint("token", &request.token_endpoint)?;
        if request.client_id.is_empty() {
            return Err(AuthorizationError::NoClientId);
        }
        let unusable = || AuthorizationError::RedirectUri {
            redirect_uri: request.redirect_uri.clone(),
        };
        let redirect_uri =
            RedirectUrl::new(request.redirect_uri.clone()).map_err(|_| unusable())?;
        if redirect_uri.url().fragment().is_some() || redirect_uri.url().cannot_be_a_base() {
            return Err(unusable());
        }
        parameters::of_authorization(&request.authorization_params)?;
        parameters::of_token(&request.token_params)?;

        let client = BasicClient::new(ClientId::new(request.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(request.authorization_endpoint.clone()))
            .set_redirect_uri(redirect_uri);
        let mut asking = client.authorize_url(|| CsrfToken::new_random_len(RANDOM_BYTES));
        if !request.scopes.is_empty() {
            asking = match request.scope_separator {
                ScopeSeparator::Space => {
                    asking.add_scopes(request.scopes.iter().cloned().map(Scope::new))
                }
                ScopeSeparator::Comma => asking.add_scope(Scope::new(request.scopes.join(","))),
            };
        }
        let mut verifier = None;
        if request.pkce == Pkce::S256 {
            let (challenge, secret) = PkceCodeChallenge::new_random_sha256_len(RANDOM_BYTES);
            asking = asking.set_pkce_challenge(challenge);
            verifier = Some(SecretString::new(secret.into_secret()));
        }
        let mut nonce = None;
        if request.scopes.iter().any(|scope| scope == "openid") {
            let random = CsrfToken::new_random_len(RANDOM_BYTES).into_secret();
            asking = asking.add_extra_param("nonce", random.clone());
            nonce = Some(SecretString::new(random));
        }
        for (name, value) in &request.authorization_params {
            asking = asking.add_extra_param(name.clone(), value.clone());
        }
        let (url, state) = asking.url();
        Ok(Self {
            url: with_spaces_encoded(url, &request.authorization_endpoint),
            endpoint: request.authorization_endpoint,
            pending: Pending {
                state: SecretString::new(state.into_secret()),
                nonce,
                verifier,
                client_id: request.client_id,
                redirect_uri: request.redirect_uri,
                token_endpoint: request.token_endpoint,
                issuer: request.issuer,
                token_params: request.token_params,
            },
        })
    }
}

/// Writes spaces as `%20` in what was appended to the endpoint: some servers take `+` literally.
fn with_spaces_encoded(mut url: Url, endpoint: &Url) -> Url {
    let kept = endpoint.query().map_or(0, str::len);
    let query = url.query().unwrap_or_default();
    let query = format!("{}{}", &query[..kept], query[kept..].replace('+', "%20"));
    url.set_query(Some(&query));
    url
}

impl Pending {
    /// The state of this sign-in, to be shown to the person who started it.
    pub fn state_for_display(&self) -> &str {
        self.state.expose()
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Whether an answer is for this sign-in, in a time that does not tell where states differ.
    pub fn recognises(&self, callback: &Callback) -> bool {
        callback
            .state
            .as_ref()
            .is_some_and(|state| self.state.matches(state.expose()))
    }

    /// Takes the answer: state first, then who it comes from, and only then what it says.
    pub fn complete(self, callback: Callback) -> Result<CodeGrant, CallbackError> {
        if !self.recognises(&callback) {
            return Err(CallbackError::WrongState);
        }
        if let Some(address) = &callback.address
            && !self.is_our_address(address)
        {
            return Err(CallbackError::WrongAddress {
                found: address.to_string(),
            });
        }
        match (&self.issuer.expected, callback.issuer) {
            (Some(expected), Some(found)) if *expected != found => {
                return Err(CallbackError::WrongIssuer {
                    expected: expected.clone(),
                    found,
                });
            }
            (Some(expected), None) if self.issuer.announced => {
                return Err(CallbackError::MissingIssuer {
                    expected: expected.clone(),
                });
            }
            (None, Some(found)) => return Err(CallbackError::UnexpectedIssuer { found }),
            (Some(_), Some(_) | None) | (None, None) => {}
        }
        let code = callback.answer.map_err(CallbackError::Refused)?;
        Ok(CodeGrant {
            code,
            verifier: self.verifier,
            nonce: self.nonce,
            client_id: self.client_id,
            redirect_uri: self.redirect_uri,
            token_endpoint: self.token_endpoint,
            token_params: self.token_params,
        })
    }

    fn is_our_address(&self, address: &Url) -> bool {
        Url::parse(&self.redirect_uri).is_ok_and(|ours| {
            ours.origin() == address.origin()
                && ours.scheme() == address.scheme()
                && ours.path() == address.path()
        })
    }
}

impl CodeGrant {
    /// Where the code is redeemed.
    pub fn token_endpoint(&self) -> &Url {
        &self.token_endpoint
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pending")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CodeGrant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CodeGrant")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
