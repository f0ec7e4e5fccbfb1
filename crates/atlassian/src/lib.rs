#![doc = include_str!("../README.md")]

mod acting;
mod answer;
mod bitbucket;
mod confluence;
mod credential;
mod detect;
mod diagnosis;
mod directory;
mod jira;
mod key_pair;
mod oauth1;
mod probe;
mod product;
#[cfg(test)]
mod testing;
pub mod token_kind;
mod verdict;

pub use acting::{ActAs, Trap, Trial, TrialOutcome, TrialRow, try_as_user};
pub use credential::{Credential, CredentialShape, Scheme, TokenClaims};
pub use detect::{DetectError, Detection, detect};
pub use diagnosis::{Asked, Diagnosis, GatewayReason, diagnose, gateway_reason};
pub use directory::{Directory, DirectoryAccount, DirectoryError, Lookup, User};
pub use key_pair::{KeyError, KeyPair};
pub use oauth1::{CLOCK_WINDOW, Oauth1Signer, REQUESTOR, SignError, append_requestor, nonce};
pub use probe::{Endpoint, EndpointError, ProbeRequest, ProbeResponse, ProbeResult, probe};
pub use product::ProductKind;
pub use token_kind::TokenKind;
pub use verdict::{Evidence, Severity, Verdict, Whose};
