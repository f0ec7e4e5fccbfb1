#![doc = include_str!("../README.md")]

mod answer;
mod authorization;
mod callback;
mod client;
mod device;
mod endpoint;
mod id_token;
mod introspection;
mod json;
mod metadata;
mod provider_error;
mod revocation;
mod tokens;
mod userinfo;
mod username;

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
pub use endpoint::{InsecureEndpoint, check_endpoint};
pub use gatewright_http::is_loopback;
pub use gatewright_jose::{Algorithm, KeySet, VerifyError};
pub use id_token::{IdTokenExpectations, KeysError, fetch_keys, verify_id_token};
pub use introspection::{Introspection, IntrospectionError, introspect};
pub use json::{pointer_string, read_json};
pub use metadata::{DiscoveryError, IssuerMatch, ServerMetadata, discover, discover_as};
pub use provider_error::ProviderError;
pub use revocation::{RevocationError, TokenKind, revoke};
pub use tokens::{ExchangeError, Tokens, client_credentials, exchange, refresh};
pub use userinfo::{SubjectMismatch, Userinfo, UserinfoError, check_subject, userinfo};
pub use username::{Candidate, username_candidates};
