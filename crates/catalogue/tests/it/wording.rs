//! Every text is for an admin: plain, whole, and about the provider alone.

use gatewright_catalogue::{Provider, providers};

/// Libraries, clients and places where things were read: an admin has no use for them.
const FOREIGN: [&str; 36] = [
    "arctic",
    "better-auth",
    "auth.js",
    "next-auth",
    "nextauth",
    "social-core",
    "python-social",
    "passport",
    "allauth",
    "logto",
    "goth",
    "pomerium",
    "oauth2-proxy",
    "doorkeeper",
    "supabase",
    "msal",
    "git-credential",
    "git credential manager",
    "langfuse",
    "fosite",
    "authlib",
    "sst source",
    "lucia",
    "mcp-atlassian",
    "spring security",
    "omniauth",
    "oidc-client",
    "openid-client",
    "golang",
    "third-party",
    "source:",
    "docs:",
    "docs show",
    "library",
    "libraries",
    "unverified",
];

/// Every text that is shown, with where it stands.
fn texts(provider: &Provider) -> Vec<(&'static str, &str)> {
    let mut all = vec![
        ("access_token", provider.access_token),
        ("verify", provider.verify.note),
        ("name", provider.name),
    ];
    for (place, text) in [
        ("issuer_note", provider.issuer_note),
        ("pkce_note", provider.pkce_note),
        ("client_auth_note", provider.client_auth_note),
        ("client_credentials_note", provider.client_credentials_note),
        ("loopback_note", provider.loopback_note),
        ("warn", provider.username.warn),
        ("for_gateway", provider.username.for_gateway),
        (
            "further",
            provider
                .username
                .further
                .as_ref()
                .map(|further| further.note),
        ),
    ] {
        all.extend(text.map(|text| (place, text)));
    }
    for input in provider.inputs {
        all.push(("label", input.label));
        all.extend(input.hint.map(|hint| ("hint", hint)));
    }
    let lists = [
        ("register", provider.register),
        ("token_answer", provider.quirks.token_answer),
        ("userinfo", provider.quirks.userinfo),
        ("unverified", provider.unverified),
    ];
    for (place, list) in lists {
        all.extend(list.iter().map(|text| (place, *text)));
    }
    all.extend(
        provider
            .further_endpoints
            .iter()
            .map(|link| ("how", link.how)),
    );
    all.extend(
        provider
            .quirks
            .optional_params
            .iter()
            .map(|(_, text)| ("optional_params", *text)),
    );
    all
}

#[test]
fn no_text_names_a_library_or_where_something_was_read() {
    let mut wrong = Vec::new();
    for provider in providers() {
        for (place, text) in texts(provider) {
            let lower = text.to_lowercase();
            for name in FOREIGN {
                let found = lower.match_indices(name).any(|(at, _)| {
                    let before = lower[..at].chars().next_back();
                    let after = lower[at + name.len()..].chars().next();
                    let joins = |one: char| one.is_alphanumeric() || one == '_';
                    !before.is_some_and(joins) && !after.is_some_and(joins)
                });
                if found {
                    wrong.push(format!("{} {place} names {name}: {text}", provider.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn notes_and_steps_are_sentences() {
    let mut wrong = Vec::new();
    for provider in providers() {
        for (place, text) in texts(provider) {
            let sentence = !matches!(
                place,
                "access_token" | "name" | "label" | "warn" | "how" | "optional_params"
            );
            if text != text.trim() || (sentence && !text.ends_with('.')) {
                wrong.push(format!("{} {place}: {text}", provider.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_guide_of_every_provider_is_short_and_says_the_redirect_uri_once() {
    for provider in providers() {
        let steps = provider.registration_steps("http://127.0.0.1:4711/callback");
        let said = steps
            .iter()
            .filter(|step| step.contains("http://127.0.0.1:4711/callback"))
            .count();
        assert_eq!(said, 1, "{}", provider.id);
        assert!((3..=5).contains(&steps.len()), "{}", provider.id);
        assert!(
            !steps.concat().contains("{redirect_uri}"),
            "{}",
            provider.id
        );
    }
}
