//! Switches that make a server misbehave in the ways that servers do.

use serde::{Deserialize, Serialize};

/// What is wrong with one server at the moment; everything is off at the start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Every request is answered 503.
    pub(crate) down: bool,
    /// Every answer is held back this long.
    pub(crate) slow_milliseconds: u64,
    /// Every REST request is answered 429.
    pub(crate) rate_limited: bool,
    /// Every REST request is answered by the login page of a sign-on proxy, with 200.
    pub(crate) login_page: bool,
    /// A wrong password is not refused: the request runs as nobody.
    pub(crate) bad_basic_is_anonymous: bool,
    /// An unknown, expired or revoked access token is not refused: the request runs as nobody.
    pub(crate) invalid_token_is_anonymous: bool,
    /// Nobody may look at anything without signing in.
    pub(crate) anonymous_access_off: bool,
    /// Providers: how many seconds an access token lives that is issued from now on.
    pub(crate) access_token_seconds: Option<i64>,
}
