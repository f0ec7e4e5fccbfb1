//! Which preset an address belongs to.

use std::collections::BTreeMap;

use gatewright_catalogue::{provider, providers};
use gatewright_imports::{Endpoint, guess};
use url::Url;

fn guessed(endpoint: Endpoint, url: &str) -> Option<(&'static str, BTreeMap<String, String>)> {
    guess(endpoint, &Url::parse(url).unwrap()).map(|guess| (guess.preset, guess.inputs))
}

#[test]
fn the_host_or_the_path_of_an_address_names_the_preset() {
    for (url, preset, inputs) in [
        (
            "https://github.com/login/oauth/access_token",
            "github",
            vec![],
        ),
        (
            "https://ghe.example.com/login/oauth/access_token",
            "ghes",
            vec![("base_url", "https://ghe.example.com")],
        ),
        (
            "https://gitlab.com/oauth/token",
            "gitlab",
            vec![("base_url", "https://gitlab.com")],
        ),
        (
            "https://sso.example.com/auth/realms/a%20b/protocol/openid-connect/token",
            "keycloak",
            vec![
                ("base_url", "https://sso.example.com/auth"),
                ("realm", "a%20b"),
            ],
        ),
        (
            "https://acme.okta.com/oauth2/v1/token",
            "okta",
            vec![("domain", "acme.okta.com"), ("auth_server", "org")],
        ),
        (
            "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token",
            "cognito",
            vec![("domain_host", "acme.auth.eu-west-1.amazoncognito.com")],
        ),
        ("https://oauth2.googleapis.com/token", "google", vec![]),
        (
            "https://slack.com/api/openid.connect.token",
            "slack",
            vec![],
        ),
        (
            "https://graph.facebook.com/v25.0/oauth/access_token",
            "facebook",
            vec![("graph_version", "v25.0")],
        ),
        (
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            "entra",
            vec![
                ("cloud_host", "login.microsoftonline.com"),
                ("tenant", "common"),
            ],
        ),
    ] {
        let expected = inputs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(
            guessed(Endpoint::Token, url),
            Some((preset, expected)),
            "{url}"
        );
    }
}

#[test]
fn an_address_that_could_be_anybodys_names_none() {
    for url in [
        "https://id.example.com/oauth/token",
        "https://id.example.com/token",
        "https://github.com.example.net/x",
        "https://okta.com.example.net/oauth2/token",
        "https://evilgitlab.com/oauth/token",
    ] {
        assert_eq!(guessed(Endpoint::Token, url), None, "{url}");
    }
}

#[test]
fn presets_with_the_same_addresses_are_all_named() {
    let url = Url::parse("https://git.example.com/login/oauth/access_token").unwrap();
    let found = guess(Endpoint::Token, &url).unwrap();
    assert_eq!((found.preset, found.others), ("ghes", vec!["gitea"]));
}

#[test]
fn a_guess_leads_back_to_the_address() {
    for known in providers() {
        let inputs: BTreeMap<String, String> = known
            .inputs
            .iter()
            .map(|input| (input.key.to_owned(), input.example.to_owned()))
            .collect();
        let Some(url) = known.endpoints(&inputs).unwrap().token else {
            continue;
        };
        let Some(found) = guess(Endpoint::Token, &url) else {
            continue;
        };
        let mut given = found.inputs.clone();
        for input in provider(found.preset).unwrap().inputs {
            given
                .entry(input.key.to_owned())
                .or_insert_with(|| input.example.to_owned());
        }
        let back = provider(found.preset).unwrap().endpoints(&given).unwrap();
        assert_eq!(back.token, Some(url), "{} as {}", known.id, found.preset);
    }
}
