//! The providers, one file each.

use std::collections::BTreeMap;

use crate::provider::Provider;

mod adfs;
mod atlassian;
mod auth0;
mod authelia;
mod authentik;
mod bitbucket;
mod cognito;
mod custom_oauth2;
mod custom_oidc;
mod dex;
mod discord;
mod entra;
mod entra_b2c;
mod facebook;
mod forgerock;
mod ghes;
mod gitea;
mod github;
mod gitlab;
mod google;
mod jetbrains_hub;
mod keycloak;
mod linkedin;
mod miniorange;
mod okta;
mod onelogin;
mod pingfederate;
mod pingone;
mod salesforce;
mod shibboleth;
mod slack;
mod zitadel;

/// All providers, in the order in which they are offered; the custom ones stand at the end.
static PROVIDERS: &[&Provider] = &[
    &entra::PROVIDER,
    &entra_b2c::PROVIDER,
    &adfs::PROVIDER,
    &keycloak::PROVIDER,
    &okta::PROVIDER,
    &auth0::PROVIDER,
    &onelogin::PROVIDER,
    &pingone::PROVIDER,
    &pingfederate::PROVIDER,
    &cognito::PROVIDER,
    &google::PROVIDER,
    &github::PROVIDER,
    &ghes::PROVIDER,
    &gitlab::PROVIDER,
    &slack::PROVIDER,
    &facebook::PROVIDER,
    &bitbucket::PROVIDER,
    &atlassian::PROVIDER,
    &gitea::PROVIDER,
    &discord::PROVIDER,
    &linkedin::PROVIDER,
    &salesforce::PROVIDER,
    &forgerock::PROVIDER,
    &shibboleth::PROVIDER,
    &authentik::PROVIDER,
    &authelia::PROVIDER,
    &zitadel::PROVIDER,
    &dex::PROVIDER,
    &miniorange::PROVIDER,
    &jetbrains_hub::PROVIDER,
    &custom_oidc::PROVIDER,
    &custom_oauth2::PROVIDER,
];

/// All providers, in the order in which they are offered; the custom ones stand at the end.
pub fn providers() -> &'static [&'static Provider] {
    PROVIDERS
}

/// The provider with this id.
pub fn provider(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().copied().find(|provider| provider.id == id)
}

/// The provider that is really meant: a GitHub Enterprise Server at github.com is GitHub.com, whose
/// API has another address.
pub fn canonical(id: &str, inputs: &BTreeMap<String, String>) -> Option<&'static Provider> {
    let provider = provider(id)?;
    if provider.id == "ghes" {
        let entered = inputs
            .get("base_url")
            .map(|text| text.trim().to_ascii_lowercase());
        let host = entered.as_deref().map(|text| {
            let text = text.split_once("://").map_or(text, |(_, rest)| rest);
            text.split(['/', ':'])
                .next()
                .unwrap_or_default()
                .trim_start_matches("www.")
        });
        if matches!(host, Some("github.com" | "api.github.com")) {
            return self::provider("github");
        }
    }
    Some(provider)
}
