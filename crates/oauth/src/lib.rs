#![doc = include_str!("../README.md")]

mod answer;
mod assertion;
mod authorization;
mod callback;
mod client;
mod device;
mod discovery;
mod endpoint;
mod grant;
mod id_token;
mod introspection;
mod json;
mod keys;
mod metadata;
mod parameters;
mod provider_error;
mod push;
mod refresh;
mod revocation;
mod tokens;
mod userinfo;
mod username;

pub use assertion::{ClientAssertion, Clock};
pub use authorization::{
    Authorization, AuthorizationError, AuthorizationRequest, CodeGrant, IssuerCheck, Pending, Pkce,
    ScopeSeparator,
};
pub use callback::{Callback, CallbackError, CallbackParseError};
pub use client::{ClientAuthentication, ClientCredentials, UnknownAuthentication};
pub use device::{
    DeviceAuthorization, DeviceError, DevicePoll, DeviceRequest, device_poll, device_start,
    device_tokens,
};
pub use discovery::{DiscoveryError, IssuerMatch, discover, discover_as, read_description};
pub use endpoint::{InsecureEndpoint, check_endpoint};
pub use gatewright_http::is_loopback;
pub use gatewright_jose::{Algorithm, KeySet, SigningKey, SigningKeyError, VerifyError};
pub use grant::{GrantRefused, GrantType};
pub use id_token::{IdTokenExpectations, expected_issuer, verify_id_token};
pub use introspection::{Introspection, IntrospectionError, introspect};
pub use json::{pointer_string, read_json};
pub use keys::{KeyedError, KeysError, ProviderKeys, fetch_keys};
pub use metadata::ServerMetadata;
pub use parameters::ReservedParameter;
pub use provider_error::ProviderError;
pub use push::{PushError, PushRequest, Pushed};
pub use refresh::{
    NotKept, RefreshError, RefreshRequest, Refreshed, Refresher, StoreFailure, TokenStore,
    ends_the_session, refresh,
};
pub use revocation::{RevocationError, TokenKind, revoke};
pub use tokens::{ExchangeError, Tokens, client_credentials, exchange};
pub use userinfo::{
    SubjectMismatch, Userinfo, UserinfoError, UserinfoMethod, UserinfoRequest, UserinfoSigner,
    check_subject, userinfo,
};
pub use username::{Candidate, username_candidates};
