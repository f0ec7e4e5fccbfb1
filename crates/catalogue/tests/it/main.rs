//! Every provider, and the four that the first sign-in needs in depth.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod answers;
mod contract;
mod deep;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use gatewright_catalogue::{
    Confidence, InputKind, LoopbackRule, Source, Support, Verification, canonical, provider,
    providers, search,
};
use gatewright_oauth::{ClientAuthentication, IssuerCheck, ServerMetadata};
use proptest::prelude::*;
use url::Url;

fn inputs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn examples(id: &str) -> BTreeMap<String, String> {
    let provider = provider(id).unwrap();
    provider
        .inputs
        .iter()
        .map(|input| (input.key.to_owned(), input.example.to_owned()))
        .collect()
}

#[test]
fn every_provider_is_whole() {
    let mut ids = BTreeSet::new();
    for provider in providers() {
        let id = provider.id;
        assert!(ids.insert(id), "{id} stands twice");
        assert!(
            !provider.register.is_empty() && !provider.client_auth.is_empty(),
            "{id}"
        );
        assert!(
            provider.client_auth.contains(&provider.default_client_auth),
            "{id}"
        );
        assert!(
            provider.register.join(" ").contains("{redirect_uri}"),
            "{id}"
        );
        assert_eq!(provider.confidence.len(), 10, "{id}");
        let pointers = provider
            .username
            .candidates
            .iter()
            .map(|attribute| attribute.pointer);
        for pointer in pointers.chain(provider.username.stable) {
            assert!(pointer.starts_with('/'), "{id} {pointer}");
        }
        let known: BTreeSet<&str> = provider.inputs.iter().map(|input| input.key).collect();
        let templates = [
            provider.issuer,
            provider.discovery,
            provider.endpoints.authorization,
            provider.endpoints.token,
            provider.endpoints.userinfo,
            provider.endpoints.introspection,
            provider.endpoints.revocation,
            provider.endpoints.device_authorization,
            provider.endpoints.jwks,
            provider.endpoints.end_session,
            provider.endpoints.par,
            provider.console,
        ];
        for template in templates.into_iter().flatten() {
            for part in template.split('{').skip(1) {
                let name = part.split('}').next().unwrap();
                assert!(known.contains(name), "{id}: {template}");
            }
        }
        let redirect = provider.redirect_parts();
        assert!(matches!(redirect.host, "127.0.0.1" | "localhost"), "{id}");
        assert!(
            redirect.path.is_empty() || redirect.path.starts_with('/'),
            "{id}"
        );
        if redirect.port_is_registered {
            assert!(
                redirect.proposed_port.is_some_and(|port| port > 1023),
                "{id}"
            );
        }
    }
    assert_eq!(ids.len(), 32);
}

#[test]
fn every_provider_has_endpoints_for_its_examples() {
    for provider in providers() {
        let endpoints = provider.endpoints(&examples(provider.id)).unwrap();
        assert!(
            endpoints.discovery.is_some() || endpoints.token.is_some(),
            "{}",
            provider.id
        );
        if let Some(issuer) = endpoints.issuer {
            Url::parse(&issuer).unwrap();
        }
        for input in provider
            .inputs
            .iter()
            .filter(|input| input.required && input.default.is_none())
        {
            let mut without = examples(provider.id);
            without.insert(input.key.to_owned(), "  ".to_owned());
            assert_eq!(
                provider.endpoints(&without).unwrap_err().key,
                input.key,
                "{}",
                provider.id
            );
        }
    }
}

#[test]
fn what_only_the_id_token_has_and_what_nobody_confirmed_is_marked() {
    let entra = provider("entra").unwrap();
    assert_eq!(entra.username.source, Source::IdToken);
    assert!(
        entra
            .username
            .candidates
            .iter()
            .any(|attribute| attribute.source == Source::Get)
    );
    assert_eq!(entra.unconfirmed_endpoints, ["end_session"]);
    let ping = provider("pingfederate").unwrap();
    assert!(
        ping.confidence
            .contains(&("loopback", Confidence::Unconfirmed))
    );
}

#[test]
fn a_github_enterprise_server_is_known_by_its_address() {
    let ghes = provider("ghes").unwrap();
    for base_url in [
        "https://github.example.com",
        " https://github.example.com/ ",
        "github.example.com",
    ] {
        let endpoints = ghes.endpoints(&inputs(&[("base_url", base_url)])).unwrap();
        let text = |url: &Option<Url>| url.as_ref().unwrap().to_string();
        assert_eq!(
            text(&endpoints.authorization),
            "https://github.example.com/login/oauth/authorize"
        );
        assert_eq!(
            text(&endpoints.token),
            "https://github.example.com/login/oauth/access_token"
        );
        assert_eq!(
            text(&endpoints.userinfo),
            "https://github.example.com/api/v3/user"
        );
        assert_eq!(
            endpoints.issuer.as_deref(),
            Some("https://github.example.com/login/oauth")
        );
        assert_eq!(
            ghes.issuer_check(&endpoints, false),
            IssuerCheck::optional("https://github.example.com/login/oauth")
        );
    }
    let local = ghes
        .endpoints(&inputs(&[("base_url", "http://127.0.0.1:4000/ghes")]))
        .unwrap();
    assert_eq!(
        local.token.unwrap().as_str(),
        "http://127.0.0.1:4000/ghes/login/oauth/access_token"
    );
    assert_eq!(ghes.default_client_auth, ClientAuthentication::Body);
    assert_eq!(ghes.username.pointer, "/login");
    assert!(ghes.quirks.form_encoded_answers && ghes.quirks.errors_in_success);
    assert_eq!(
        ghes.quirks.userinfo_headers,
        [("accept", "application/vnd.github+json")]
    );
    assert_eq!(ghes.token_prefixes, ["gho_", "ghu_"]);
    assert_eq!(ghes.client_credentials, Support::No);
    assert_eq!(ghes.verify.recommended, Verification::Userinfo);
    assert!(
        ghes.verify
            .alternatives
            .contains(&Verification::GithubTokenCheck)
    );
    let console = ghes
        .console_url(&inputs(&[("base_url", "github.example.com")]))
        .unwrap();
    assert_eq!(
        console.as_str(),
        "https://github.example.com/settings/developers"
    );
}

#[test]
fn an_enterprise_server_at_github_com_is_github() {
    for base_url in [
        "https://github.com",
        "https://github.com/",
        "github.com",
        "https://www.GitHub.com/login",
        "https://api.github.com",
    ] {
        assert_eq!(
            canonical("ghes", &inputs(&[("base_url", base_url)]))
                .unwrap()
                .id,
            "github",
            "{base_url}"
        );
    }
    for base_url in [
        "https://github.example.com",
        "https://github.com.evil.test",
        "https://notgithub.com",
        "",
    ] {
        assert_eq!(
            canonical("ghes", &inputs(&[("base_url", base_url)]))
                .unwrap()
                .id,
            "ghes",
            "{base_url}"
        );
    }
    let github = provider("github")
        .unwrap()
        .endpoints(&BTreeMap::new())
        .unwrap();
    assert_eq!(
        github.userinfo.unwrap().as_str(),
        "https://api.github.com/user"
    );
    assert!(canonical("nothing", &BTreeMap::new()).is_none());
}

#[test]
fn redirect_mismatch_the_text_to_register_has_the_port_where_it_counts() {
    let ghes = provider("ghes").unwrap();
    assert_eq!(
        ghes.redirect_to_register("127.0.0.1", Some(51234), "/callback"),
        "http://127.0.0.1/callback"
    );
    assert_eq!(ghes.loopback, LoopbackRule::AnyPortBoth);
    assert_eq!(ghes.redirect_parts().proposed_port, None);
    let custom = provider("custom-oauth2").unwrap();
    let port = custom.redirect_parts().proposed_port;
    assert_eq!(
        custom.redirect_to_register("localhost", port, "/cb"),
        format!("http://localhost:{}/cb", port.unwrap())
    );
    let steps = ghes.registration_steps("http://127.0.0.1/callback");
    assert!(
        steps[1].contains("http://127.0.0.1/callback as Authorization callback URL"),
        "{steps:?}"
    );
}

#[test]
fn a_custom_provider_takes_addresses_as_they_are() {
    let custom = provider("custom-oauth2").unwrap();
    let entered = [
        ("authorization_url", "https://id.example/authorize?tenant=1"),
        ("token_url", "https://id.example/token"),
    ];
    let endpoints = custom.endpoints(&inputs(&entered)).unwrap();
    assert_eq!(
        endpoints.authorization.as_ref().unwrap().as_str(),
        "https://id.example/authorize?tenant=1"
    );
    assert_eq!((&endpoints.userinfo, &endpoints.issuer), (&None, &None));
    assert_eq!(
        custom.issuer_check(&endpoints, false),
        IssuerCheck::default()
    );
    for (key, value) in [
        ("token_url", "http://id.example/token"),
        ("token_url", "id.example/token"),
        ("token_url", "file:///etc/passwd"),
        ("userinfo_url", "http://169.254.169.254/"),
        ("expected_iss", "nobody"),
    ] {
        let mut wrong = inputs(&entered);
        wrong.insert(key.to_owned(), value.to_owned());
        assert_eq!(custom.endpoints(&wrong).unwrap_err().key, key, "{value}");
    }

    let oidc = provider("custom-oidc").unwrap();
    for (entered, issuer) in [
        ("https://id.example.com", "https://id.example.com"),
        ("https://id.example.com/", "https://id.example.com/"),
        (
            "https://id.example.com/a/.well-known/openid-configuration",
            "https://id.example.com/a",
        ),
    ] {
        let endpoints = oidc.endpoints(&inputs(&[("issuer_url", entered)])).unwrap();
        assert_eq!(endpoints.issuer.as_deref(), Some(issuer));
        let discovery = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        assert_eq!(endpoints.discovery.unwrap().as_str(), discovery);
    }
}

#[test]
fn what_discovery_says_takes_the_place_of_templates() {
    let metadata = ServerMetadata {
        issuer: "https://id.example.com/".to_owned(),
        token_endpoint: Some(Url::parse("https://id.example.com/t").unwrap()),
        ..ServerMetadata::default()
    };
    let oidc = provider("custom-oidc").unwrap();
    let endpoints = oidc
        .endpoints(&inputs(&[("issuer_url", "https://id.example.com")]))
        .unwrap();
    let endpoints = endpoints.discovered(&metadata);
    assert_eq!(endpoints.issuer.as_deref(), Some("https://id.example.com/"));
    assert_eq!(endpoints.token, metadata.token_endpoint);
    assert_eq!(
        oidc.issuer_check(&endpoints, true),
        IssuerCheck::required("https://id.example.com/")
    );
}

#[test]
fn names_with_blanks_stay_one_part_of_an_address_and_tricks_do_not_pass() {
    let keycloak = provider("keycloak").unwrap();
    let ask = |base_url: &str, realm: &str| {
        keycloak.endpoints(&inputs(&[("base_url", base_url), ("realm", realm)]))
    };
    let issuer = ask("https://sso.example.com/auth/", "my realm")
        .unwrap()
        .issuer;
    assert_eq!(
        issuer.as_deref(),
        Some("https://sso.example.com/auth/realms/my%20realm")
    );
    assert_eq!(
        ask("https://sso.example.com", "..").unwrap_err().key,
        "realm"
    );
    assert_eq!(
        ask("https://sso.example.com?x=1", "a").unwrap_err().key,
        "base_url"
    );
    assert_eq!(
        ask("https://u:p@sso.example.com", "a").unwrap_err().key,
        "base_url"
    );
    let okta = provider("okta").unwrap();
    assert_eq!(okta.inputs[0].kind, InputKind::Host);
    for domain in ["evil.test/x", "a@evil.test", "a b", "x?y"] {
        assert_eq!(
            okta.endpoints(&inputs(&[("domain", domain)]))
                .unwrap_err()
                .key,
            "domain",
            "{domain}"
        );
    }
    let endpoints = okta
        .endpoints(&inputs(&[("domain", "https://Dev.okta.com/")]))
        .unwrap();
    assert_eq!(
        endpoints.issuer.as_deref(),
        Some("https://dev.okta.com/oauth2/default")
    );
}

#[test]
fn providers_are_found_by_what_one_calls_them() {
    let ids = |query: &str| {
        search(query)
            .iter()
            .map(|provider| provider.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("").len(), 32);
    assert_eq!(ids("")[30..], ["custom-oidc", "custom-oauth2"]);
    assert_eq!(
        ids("azure"),
        ["entra-b2c", "entra"],
        "the one that begins with it comes first"
    );
    assert_eq!(ids("GitHub"), ["github", "ghes"]);
    assert_eq!(ids("github enterprise server"), ["ghes"]);
    assert!(ids("aws").contains(&"cognito"));
    assert_eq!(ids("no such thing"), Vec::<&str>::new());
    assert_eq!(ids("openid").last(), Some(&"custom-oidc"));
}

proptest! {
    #[test]
    fn whatever_is_entered_leads_to_sound_endpoints_or_names_an_input(
        index in 0_usize..32,
        texts in proptest::collection::vec("[ -~]{0,30}|https://[a-z.]{1,12}(/[a-z]{0,5})?", 4),
    ) {
        let provider = providers()[index];
        let entered = provider
            .inputs
            .iter()
            .zip(texts)
            .map(|(input, text)| (input.key.to_owned(), text))
            .collect();
        match provider.endpoints(&entered) {
            Ok(endpoints) => {
                for url in [endpoints.token, endpoints.authorization, endpoints.userinfo].into_iter().flatten() {
                    prop_assert!(gatewright_oauth::check_endpoint("any", &url).is_ok(), "{url}");
                }
            }
            Err(error) => prop_assert!(provider.inputs.iter().any(|input| input.key == error.key), "{error}"),
        }
    }
}
