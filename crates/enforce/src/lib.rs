#![doc = include_str!("../README.md")]

mod attempts;
mod authorise;
mod client;
mod credentials;
mod denial;
mod engine;
mod fetched;
mod headers;
mod identify;
mod parameters;
mod plan;
mod ports;

mod public_text;
mod rate;
mod record;
mod request;
mod response;
mod shared;
mod surface;
mod target;
mod upstream;
mod vault;
mod verify;

pub use denial::Denial;
pub use engine::{Engine, Judgement, Outcome, OwnCaller, UserGroups};
pub use plan::{BodyNeed, FORM_LIMIT, Plan, Prepared};
pub use ports::{
    AtlassianDirectories, ClientSecret, Clock, DirectoryAnswer, DirectoryPort,
    DirectoryUnavailable, HttpProviders, KeyAnswer, KeyPort, KeyRecord, KeyStoreUnavailable,
    Member, NoKeys, Ports, ProviderAnswer, ProviderPort, ProviderUnreachable, SecretPort,
};
pub use record::{AuditRecord, Phase, PhaseResult, PhaseTrace};
pub use request::RequestFacts;
pub use response::{Return, ReturnNotes};
pub use shared::Shared;
pub use upstream::Trust;
pub use vault::{
    ENROLMENT_PATH, EnrolError, Enrolment, LONGEST_TOKEN, VaultPort, VaultUnavailable, Wish,
};
