#![doc = include_str!("../README.md")]

mod acting;
mod answer;
mod bitbucket;
mod confluence;
mod credential;
mod detect;
mod diagnosis;
mod directory;
mod inspect;
mod jira;
mod key_pair;
mod oauth1;
mod preset;
mod probe;
mod product;
mod round_trip;
#[cfg(test)]
mod testing;
pub mod token_kind;
mod verdict;

pub use acting::{ActAs, Trap, Trial, TrialOutcome, TrialRow, try_as_user};
pub use credential::{Credential, CredentialShape, Scheme, TokenClaims};
pub use detect::{DetectError, Detection, detect};
pub use diagnosis::{Asked, Diagnosis, GatewayReason, diagnose, gateway_reason};
pub use directory::{
    Directory, DirectoryAccount, DirectoryError, Group, GroupList, Lookup, Match, MatchedBy,
    MemberCount, MemberList, User,
};
pub use inspect::{
    ForeignSecret, InspectedClaims, Inspection, InspectionContext, Judgement, inspect,
};
pub use key_pair::{KeyError, KeyPair};
pub use oauth1::{CLOCK_WINDOW, Oauth1Signer, REQUESTOR, SignError, append_requestor, nonce};
pub use preset::{
    ApiFamily, ApiPresence, Input, Preset, PresetError, Purpose, detect_apis, may_write, presets,
};
pub use probe::{
    Endpoint, EndpointBody, EndpointError, Explained, ProbeRequest, ProbeResponse, ProbeResult,
    probe, probe_within,
};
pub use product::ProductKind;
pub use round_trip::{
    Leftover, PlaceError, RoundTrip, RoundTripStep, StepName, create_and_delete, creates, place_of,
};
pub use token_kind::TokenKind;
pub use verdict::{Evidence, Severity, Verdict, Whose};
