//! What a provider says of itself (OIDC Discovery 1.0, RFC 8414).

use gatewright_limits::count::LISTED;
use serde_json::{Map, Value};
use url::Url;

use crate::client::ClientAuthentication;
use crate::discovery::DiscoveryError;
use crate::endpoint::check_endpoint;
use crate::provider_error::harmless;

/// What a provider says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerMetadata {
    /// The issuer, exactly as it stands in the document.
    pub issuer: String,
    /// The issuer that its access tokens name, where that is another one (AD FS).
    pub access_token_issuer: Option<String>,
    /// Where the browser goes.
    pub authorization_endpoint: Option<Url>,
    /// Where tokens are got.
    pub token_endpoint: Option<Url>,
    /// Where attributes are got.
    pub userinfo_endpoint: Option<Url>,
    /// Where the public keys are.
    pub jwks_uri: Option<Url>,
    /// Where tokens are asked about.
    pub introspection_endpoint: Option<Url>,
    /// Where tokens are taken back.
    pub revocation_endpoint: Option<Url>,
    /// Where a sign-in on another device starts.
    pub device_authorization_endpoint: Option<Url>,
    /// Where the browser signs out.
    pub end_session_endpoint: Option<Url>,
    /// Where requests are pushed to first (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Whether they must be.
    pub require_pushed_authorization_requests: bool,
    /// Whether every answer names the issuer (RFC 9207).
    pub announces_issuer_in_answers: bool,
    /// Scopes that it knows.
    pub scopes_supported: Vec<String>,
    /// Grants that it offers.
    pub grant_types_supported: Vec<String>,
    /// PKCE methods; empty proves nothing.
    pub code_challenge_methods_supported: Vec<String>,
    /// Ways of authenticating a client, by their registered names; empty means Basic.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms of its ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Algorithms with which a client may sign its assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Algorithms of signed userinfo.
    pub userinfo_signing_alg_values_supported: Vec<String>,
    /// Claims that it knows.
    pub claims_supported: Vec<String>,
    /// Hosts of endpoints that are not the issuer's own: to be shown for confirmation.
    pub foreign_hosts: Vec<String>,
    /// Where the document was found.
    pub found_at: Option<Url>,
}

impl ServerMetadata {
    /// The issuer that access tokens name.
    pub fn issuer_of_access_tokens(&self) -> &str {
        self.access_token_issuer.as_deref().unwrap_or(&self.issuer)
    }

    /// Where requests must be pushed to before the browser opens, if they must be.
    pub fn must_push_to(&self) -> Option<&Url> {
        self.pushed_authorization_request_endpoint
            .as_ref()
            .filter(|_| self.require_pushed_authorization_requests)
    }

    /// The way of authenticating a client that should be proposed.
    pub fn preferred_authentication(&self) -> ClientAuthentication {
        let offers = |name: &str| {
            self.token_endpoint_auth_methods_supported
                .iter()
                .any(|method| method == name)
        };
        if self.token_endpoint_auth_methods_supported.is_empty() || offers("client_secret_basic") {
            ClientAuthentication::Basic
        } else if offers("client_secret_post") {
            ClientAuthentication::Body
        } else if offers("private_key_jwt") {
            ClientAuthentication::PrivateKeyJwt
        } else if offers("none") {
            ClientAuthentication::None
        } else {
            ClientAuthentication::Basic
        }
    }
}

pub(crate) fn read(
    members: &Map<String, Value>,
    issuer: &Url,
) -> Result<ServerMetadata, DiscoveryError> {
    let mut foreign_hosts: Vec<String> = Vec::new();
    let mut endpoint = |name: &'static str| -> Result<Option<Url>, DiscoveryError> {
        let Some(value) = members.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let url = value
            .as_str()
            .and_then(|text| Url::parse(text).ok())
            .ok_or(DiscoveryError::Lacks { name })?;
        check_endpoint(name, &url)?;
        if url.host() != issuer.host() {
            let host = url.host_str().unwrap_or_default().to_owned();
            if !foreign_hosts.contains(&host) {
                foreign_hosts.push(host);
            }
        }
        Ok(Some(url))
    };
    let list = |name: &str| -> Vec<String> {
        members
            .get(name)
            .and_then(Value::as_array)
            .map(|values| {
                values
                    .iter()
                    .filter_map(Value::as_str)
                    .take(LISTED)
                    .map(harmless)
                    .collect()
            })
            .unwrap_or_default()
    };
    let yes = |name: &str| members.get(name) == Some(&Value::Bool(true));
    Ok(ServerMetadata {
        issuer: members
            .get("issuer")
            .and_then(Value::as_str)
            .ok_or(DiscoveryError::Lacks { name: "issuer" })?
            .to_owned(),
        access_token_issuer: members
            .get("access_token_issuer")
            .and_then(Value::as_str)
            .filter(|issuer| !issuer.is_empty())
            .map(str::to_owned),
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?,
        userinfo_endpoint: endpoint("userinfo_endpoint")?,
        jwks_uri: endpoint("jwks_uri")?,
        introspection_endpoint: endpoint("introspection_endpoint")?,
        revocation_endpoint: endpoint("revocation_endpoint")?,
        device_authorization_endpoint: endpoint("device_authorization_endpoint")?,
        end_session_endpoint: endpoint("end_session_endpoint")?,
        pushed_authorization_request_endpoint: endpoint("pushed_authorization_request_endpoint")?,
        require_pushed_authorization_requests: yes("require_pushed_authorization_requests"),
        announces_issuer_in_answers: yes("authorization_response_iss_parameter_supported"),
        scopes_supported: list("scopes_supported"),
        grant_types_supported: list("grant_types_supported"),
        code_challenge_methods_supported: list("code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported: list("token_endpoint_auth_methods_supported"),
        id_token_signing_alg_values_supported: list("id_token_signing_alg_values_supported"),
        token_endpoint_auth_signing_alg_values_supported: list(
            "token_endpoint_auth_signing_alg_values_supported",
        ),
        userinfo_signing_alg_values_supported: list("userinfo_signing_alg_values_supported"),
        claims_supported: list("claims_supported"),
        foreign_hosts,
        found_at: None,
    })
}
