//! What is special about the providers that most admins have.

use gatewright_catalogue::{IssuerRule, PkceMode, Source, Verification, provider};
use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::{examples, inputs};

fn refuses(id: &str, key: &str, values: &[&str]) {
    for value in values {
        let mut entered = examples(id);
        entered.insert(key.to_owned(), (*value).to_owned());
        let error = provider(id).unwrap().endpoints(&entered).unwrap_err();
        assert_eq!(error.key, key, "{id} {value}");
        assert!(!error.message.is_empty());
    }
}

fn accepts(id: &str, key: &str, values: &[&str]) {
    for value in values {
        let mut entered = examples(id);
        entered.insert(key.to_owned(), (*value).to_owned());
        provider(id)
            .unwrap()
            .endpoints(&entered)
            .unwrap_or_else(|error| panic!("{id} {value}: {error}"));
    }
}

#[test]
fn entra_takes_an_id_a_domain_or_a_word_and_says_what_the_gateway_needs() {
    accepts(
        "entra",
        "tenant",
        &[
            "11111111-2222-3333-4444-555555555555",
            "contoso.onmicrosoft.com",
            "common",
            "organizations",
            "consumers",
        ],
    );
    refuses("entra", "tenant", &["contoso", "1111-2222", "a/b", ".com"]);
    let entra = provider("entra").unwrap();
    assert_eq!(entra.issuer_rule, IssuerRule::Templated);
    assert_eq!(entra.username.source, Source::IdToken);
    let of = |source| {
        entra
            .username
            .candidates
            .iter()
            .filter(move |attribute| attribute.source == source)
            .map(|attribute| attribute.pointer)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Source::Token), ["/preferred_username", "/oid"]);
    assert_eq!(of(Source::Get), ["/userPrincipalName"]);
    let advice = entra.username.for_gateway.unwrap();
    assert!(advice.contains("Expose an API") && advice.contains("api://"));
    let me = entra.further_get_url(&examples("entra")).unwrap().unwrap();
    assert_eq!(me.as_str(), "https://graph.microsoft.com/v1.0/me");
    assert_eq!(entra.verify.recommended, Verification::Jwt);
    assert_eq!(
        entra.redirect_to_register("localhost", Some(50123), ""),
        "http://localhost"
    );
}

#[test]
fn keycloak_takes_the_server_alone_with_or_without_its_old_path() {
    accepts(
        "keycloak",
        "base_url",
        &["https://sso.example.com", "https://sso.example.com/auth/"],
    );
    refuses(
        "keycloak",
        "base_url",
        &[
            "https://sso.example.com/realms/master",
            "https://sso.example.com/admin",
            "http://sso.example.com",
        ],
    );
}

#[test]
fn okta_has_a_server_of_the_organisation_and_custom_ones() {
    let okta = provider("okta").unwrap();
    let ask = |server: &str| {
        okta.endpoints(&inputs(&[
            ("domain", "dev-1.okta.com"),
            ("auth_server", server),
        ]))
        .unwrap()
    };
    for (server, issuer, token) in [
        (
            "",
            "https://dev-1.okta.com/oauth2/default",
            "https://dev-1.okta.com/oauth2/default/v1/token",
        ),
        (
            "aus1",
            "https://dev-1.okta.com/oauth2/aus1",
            "https://dev-1.okta.com/oauth2/aus1/v1/token",
        ),
        (
            "org",
            "https://dev-1.okta.com",
            "https://dev-1.okta.com/oauth2/v1/token",
        ),
    ] {
        let endpoints = ask(server);
        assert_eq!(endpoints.issuer.as_deref(), Some(issuer));
        assert_eq!(endpoints.token.unwrap().as_str(), token);
        assert_eq!(
            endpoints.discovery.unwrap().as_str(),
            format!("{issuer}/.well-known/openid-configuration")
        );
    }
    refuses("okta", "domain", &["dev-1-admin.okta.com"]);
}

#[test]
fn cognito_has_its_issuer_on_another_host_and_checks_the_pool_against_the_region() {
    let endpoints = provider("cognito")
        .unwrap()
        .endpoints(&examples("cognito"))
        .unwrap();
    assert_eq!(
        endpoints.issuer.as_deref(),
        Some("https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_mQWqhJueg")
    );
    assert_eq!(
        endpoints.userinfo.unwrap().as_str(),
        "https://contoso.auth.eu-west-2.amazoncognito.com/oauth2/userInfo"
    );
    refuses(
        "cognito",
        "region",
        &["London", "eu", "eu-west-", "eu_west_2"],
    );
    refuses(
        "cognito",
        "user_pool_id",
        &["mQWqhJueg", "us-east-1_mQWqhJueg", "eu-west-2_"],
    );
    accepts("cognito", "domain_host", &["login.example.com"]);
}

#[test]
fn inputs_that_belong_into_the_request_are_sent_only_if_entered() {
    let google = provider("google").unwrap();
    assert_eq!(
        google
            .authorization_params(&inputs(&[("hosted_domain", "contoso.com")]))
            .unwrap(),
        [("hd".to_owned(), "contoso.com".to_owned())]
    );
    assert_eq!(google.authorization_params(&inputs(&[])).unwrap(), []);
    refuses("google", "hosted_domain", &["contoso", "a@contoso.com"]);
    let slack = provider("slack").unwrap();
    assert_eq!(
        slack
            .authorization_params(&inputs(&[("team", "T123ABC")]))
            .unwrap(),
        [("team".to_owned(), "T123ABC".to_owned())]
    );
    refuses("slack", "team", &["my-company", "U123"]);
}

#[test]
fn facebook_asks_for_attributes_by_name_and_separates_scopes_by_commas() {
    let facebook = provider("facebook").unwrap();
    let endpoints = facebook.endpoints(&inputs(&[])).unwrap();
    assert_eq!(
        endpoints.userinfo.unwrap().as_str(),
        "https://graph.facebook.com/v24.0/me?fields=id,name,email"
    );
    assert_eq!(facebook.scope_separator, ScopeSeparator::Comma);
    assert_eq!(facebook.client_auth, [ClientAuthentication::Body]);
    assert_eq!(endpoints.issuer, None);
    accepts("facebook", "graph_version", &["v25.0"]);
    refuses(
        "facebook",
        "graph_version",
        &["24.0", "v24", "latest", "v.0"],
    );
}

#[test]
fn gitlab_and_github_have_a_further_call_for_attributes() {
    for (id, entered, url) in [
        (
            "gitlab",
            inputs(&[("base_url", "https://example.com/git/")]),
            "https://example.com/git/api/v4/user",
        ),
        ("github", inputs(&[]), "https://api.github.com/user/emails"),
        (
            "ghes",
            inputs(&[("base_url", "ghe.example.com")]),
            "https://ghe.example.com/api/v3/user/emails",
        ),
    ] {
        let found = provider(id).unwrap().further_get_url(&entered).unwrap();
        assert_eq!(found.unwrap().as_str(), url, "{id}");
    }
    assert_eq!(
        provider("gitlab").unwrap().verify.recommended,
        Verification::Introspection
    );
}

#[test]
fn slack_needs_a_setting_for_loopback_and_warns_that_it_cannot_be_undone() {
    let slack = provider("slack").unwrap();
    assert_eq!(slack.pkce, PkceMode::OptIn);
    assert!(slack.pkce_note.unwrap().contains("cannot be undone"));
    assert!(slack.loopback_note.unwrap().contains("paste the address"));
    assert_eq!(slack.username.stable, Some("/https:~1~1slack.com~1user_id"));
}
