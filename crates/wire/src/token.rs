//! Tokens: fetched through the browser, by client credentials, or pasted.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Leg, TypedSecret};

/// Begins a sign-in in the system browser; one that waits for this provider is cancelled.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StartSignIn {
    /// At which provider.
    pub provider_id: String,
    /// Whether to open the browser; else the address is only shown.
    pub open_browser: bool,
}

/// Names a sign-in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SignInId {
    /// Its id; to cancel, empty means the one that is only beginning and has none.
    pub attempt: String,
}

/// Completes a sign-in with the address at which the browser ended up.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PasteCallback {
    /// Its id.
    pub attempt: String,
    /// The address, with code and state.
    pub url: TypedSecret,
}

/// A sign-in and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SignIn {
    /// Its id.
    pub attempt: String,
    /// At which provider.
    pub provider_id: String,
    /// Where the browser is sent; it carries no secret but `state`, which lives as long as this.
    pub authorization_url: String,
    /// Where it comes back to.
    pub redirect_uri: String,
    /// The value that must come back unchanged.
    pub state: String,
    /// The scopes that are asked for.
    pub scopes: Vec<String>,
    /// When it gives up, RFC 3339.
    pub gives_up_at: String,
    /// For how many seconds it waits in all.
    pub patience_seconds: u32,
    /// What to enter on another device, where the sign-in happens there.
    pub device: Option<DeviceCode>,
    /// Where it stands.
    pub phase: SignInPhase,
    /// The requests so far.
    pub legs: Vec<Leg>,
}

/// What to enter on another device, and where.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeviceCode {
    /// What to enter.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it, where the provider gives that.
    pub complete_uri: Option<String>,
}

/// Where a sign-in stands.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "phase", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one at a time")]
pub enum SignInPhase {
    /// The listener is open and the browser was asked to open the page.
    Waiting {
        /// Why the browser did not open, where it did not.
        browser_problem: Option<String>,
    },
    /// The answer came; the code is being exchanged.
    Exchanging,
    /// A token came and is kept.
    Done {
        /// The token.
        token: Token,
    },
    /// It failed; what was typed is still there.
    Failed {
        /// Why.
        error: crate::WireError,
        /// The provider's own words, where it said any.
        provider_words: Option<String>,
    },
}

/// Fetches a token without a person: grant `client_credentials`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FetchClientCredentials {
    /// At which provider.
    pub provider_id: String,
}

/// Keeps a token obtained elsewhere.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PasteToken {
    /// What to call it.
    pub name: String,
    /// Whose it is, where it is a provider's.
    pub provider_id: Option<String>,
    /// The user name for Basic, where it is a password, an API key or a product's own token.
    pub user: Option<String>,
    /// The token or password.
    pub secret: TypedSecret,
}

/// Names a token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TokenId {
    /// Its id.
    pub id: String,
}

/// Renames a token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RenameToken {
    /// Its id.
    pub id: String,
    /// Its new name.
    pub name: String,
}

/// All tokens.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Tokens {
    /// The newest first.
    pub tokens: Vec<Token>,
}

/// A kept token: everything but the token itself.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// Whose it is.
    pub provider_id: Option<String>,
    /// That provider's name.
    pub provider_name: Option<String>,
    /// The user name for Basic, where there is one.
    pub user: Option<String>,
    /// How it came here.
    pub origin: TokenOrigin,
    /// Its ends, with dots between.
    pub masked: String,
    /// How many characters it has.
    pub characters: u32,
    /// What it is: "Bearer, JWT, RS256", "GitHub OAuth token, opaque" …
    pub kind: String,
    /// When it was kept, RFC 3339.
    pub kept_at: String,
    /// When it ends, RFC 3339, where that is known.
    pub ends_at: Option<String>,
    /// What was asked for.
    pub scopes_asked: Vec<String>,
    /// What was granted, where the provider said.
    pub scopes_granted: Option<Vec<String>>,
    /// Whether a refresh token is sealed beside it.
    pub refresh_token_kept: bool,
    /// What is inside the access token, where it is a JWT; information only.
    pub access_claims: Vec<Claim>,
    /// What is inside the ID token, where there is one.
    pub id_claims: Vec<Claim>,
    /// Whether the ID token was verified, and against which key.
    pub id_token_check: Option<String>,
    /// The requests that brought it.
    pub legs: Vec<Leg>,
    /// Who issued it, where that is known.
    pub issuer: Option<String>,
    /// When it was last sent anywhere from here, RFC 3339.
    pub last_used: Option<String>,
    /// Whether it is refreshed by itself before it ends.
    pub refresh_by_itself: bool,
    /// Why it was not refreshed by itself, when that failed last.
    pub refresh_problem: Option<String>,
    /// Whether its provider takes tokens back.
    pub can_sign_out: bool,
}

/// Whether a token is refreshed by itself before it ends.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RefreshByItself {
    /// Its id.
    pub id: String,
    /// Whether it is.
    pub on: bool,
}

/// A token was given back and deleted.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SignedOut {
    /// The tokens that are left.
    pub tokens: Vec<Token>,
    /// What was done, in a sentence.
    pub message: String,
}

/// How a token came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenOrigin {
    /// Signed in through the browser.
    AuthorizationCode,
    /// Fetched without a person.
    ClientCredentials,
    /// Signed in on another device.
    DeviceCode,
    /// Pasted.
    Pasted,
}

/// One claim of a JWT.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its value as JSON text.
    pub value: String,
    /// What it says: "Is this provider", "In 14 min 32 s"; may be empty.
    pub says: String,
    /// Whether that is as it should be; none where nothing is judged.
    pub good: Option<bool>,
}

/// A token in clear, because the admin asked to see it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ShownToken {
    /// The token.
    pub secret: String,
}
