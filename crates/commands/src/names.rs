//! The names under which secrets are sealed here and travel to the gateway.

/// The password of a product's directory account.
pub(crate) fn directory_password(product: &str) -> String {
    format!("{product}-directory")
}

/// The private key of a product's application link.
pub(crate) fn private_key(product: &str) -> String {
    format!("{product}-oauth1")
}

/// The token of a product's one service account.
pub(crate) fn service_token(product: &str) -> String {
    format!("{product}-service")
}

/// The client secret of a provider.
pub(crate) fn client_secret(provider: &str) -> String {
    format!("{provider}-client")
}

/// The private key with which the client at a provider signs; it never travels.
pub(crate) fn client_key(provider: &str) -> String {
    format!("provider.{provider}.key")
}

/// The password of the proxy of a provider; it never travels.
pub(crate) fn proxy_password(provider: &str) -> String {
    format!("provider.{provider}.proxy")
}

/// An access token; a dot keeps it apart from every name in a document.
pub(crate) fn access_token(token: &str) -> String {
    format!("token.{token}.access")
}

/// The refresh token beside an access token.
pub(crate) fn refresh_token(token: &str) -> String {
    format!("token.{token}.refresh")
}

/// The ID token beside an access token.
pub(crate) fn id_token(token: &str) -> String {
    format!("token.{token}.id")
}

/// The credential for the paired gateway.
pub(crate) const GATEWAY_CREDENTIAL: &str = "gateway.credential";
