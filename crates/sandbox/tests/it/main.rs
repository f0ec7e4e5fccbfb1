//! The sandbox as its clients see it: over a real socket.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod bitbucket;
mod confluence;
mod description;
mod desks;
mod git;
mod github;
mod jira;
mod jira_authentication;
mod oauth1;
mod oidc;
mod oidc_token;
mod python;
mod running;
mod scenarios;
mod switches;
