//! Who signed in, by a token that the provider made for this client.

use gatewright_jose::{
    Algorithm, Claims, Expectations, KeySet, Unverified, VerifyError, decode, verify,
};
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// What a provider for all tenants writes in the place of the tenant.
const TENANT: &str = "{tenantid}";
/// An issuer whose older tokens lack the scheme, and how they write it.
const WITHOUT_SCHEME: (&str, &str) = ("https://accounts.google.com", "accounts.google.com");

/// What an ID token is held against.
#[derive(Clone, Debug)]
pub struct IdTokenExpectations {
    /// The issuer, character by character. Where it has `{tenantid}`, the token's own `tid` stands
    /// there, if it has the form of one.
    pub issuer: String,
    /// Our client id.
    pub client_id: String,
    /// The nonce that was sent.
    pub nonce: Option<SecretString>,
    /// The access token that came with it.
    pub access_token: Option<SecretString>,
    /// Algorithms that may have been used; empty means any with a public key.
    pub algorithms: Vec<Algorithm>,
    /// The time.
    pub now: OffsetDateTime,
}

/// Verifies an ID token (OIDC Core §3.1.3.7).
pub fn verify_id_token(
    id_token: &SecretString,
    keys: &KeySet,
    expected: &IdTokenExpectations,
) -> Result<Map<String, Value>, VerifyError> {
    let decoded = decode(id_token.expose())?;
    let issuer = expected_issuer(&expected.issuer, &decoded);
    let mut expectations = Expectations::of_id_token(issuer, &expected.client_id, expected.now);
    expectations.nonce = expected.nonce.as_ref().map(|nonce| nonce.expose().clone());
    expectations
        .access_token_for_at_hash
        .clone_from(&expected.access_token);
    if !expected.algorithms.is_empty() {
        expectations.algorithms.clone_from(&expected.algorithms);
    }
    verify(id_token.expose(), keys, &expectations)
}

/// The issuer that a token must name, given the configured one and what it says of itself. A token
/// gains nothing by what it says: its signature is by the same keys for every tenant, and the tenant
/// that it names is the one in the issuer.
pub fn expected_issuer(configured: &str, token: &Unverified<Claims>) -> String {
    if configured.contains(TENANT) {
        let tenant = token
            .claims_for_display()
            .get("tid")
            .and_then(Value::as_str);
        let sound = |tenant: &&str| {
            tenant.len() == 36
                && tenant
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        };
        return configured.replace(TENANT, tenant.filter(sound).unwrap_or("{no tenant}"));
    }
    if configured == WITHOUT_SCHEME.0 && token.claimed_issuer() == Some(WITHOUT_SCHEME.1) {
        return WITHOUT_SCHEME.1.to_owned();
    }
    configured.to_owned()
}
