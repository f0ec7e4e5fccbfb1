//! The identity provider: one set of people, two faces.

mod device;
pub(crate) mod github;
pub(crate) mod oidc;
mod pages;
mod redirect;

pub(crate) use github::Github;
pub(crate) use oidc::Oidc;
