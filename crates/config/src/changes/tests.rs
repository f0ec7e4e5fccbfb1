use super::*;
use crate::{Format, parse};

fn example() -> Document {
    parse(include_str!("../../fixtures/example.toml"), Format::Toml).unwrap()
}

fn told(change: impl Fn(&mut Document)) -> Vec<String> {
    let (before, mut after) = (example(), example());
    change(&mut after);
    diff(&before, &after)
        .into_iter()
        .map(|change| {
            format!(
                "{}: {} -> {} ({:?}) [{}]",
                change.title,
                change.before.as_deref().unwrap_or("-"),
                change.after.as_deref().unwrap_or("-"),
                change.effect,
                change.path,
            )
        })
        .collect()
}

#[test]
fn the_same_document_has_no_changes() {
    assert_eq!(diff(&example(), &example()), []);
}

#[test]
fn settings_open_or_close() {
    assert_eq!(
        told(|document| {
            document.settings.read_only = true;
            document.settings.anonymous = Anonymous::Product;
            document.settings.basic_auth = Switch::Deny;
            document.settings.basic_exceptions.push("svc".to_owned());
            document.settings.keys.max_lifetime = "180d".to_owned();
        }),
        [
            "Settings, read only: off -> on (Narrower) [settings.read_only]",
            "Settings, requests without a credential: deny -> product (Wider) [settings.anonymous]",
            "Settings, user name and password: allow -> deny (Narrower) [settings.basic_auth]",
            "Settings, longest life of a key: 365d -> 180d (Narrower) [settings.keys.max_lifetime]",
            "Password exceptions: - -> svc (Wider) [settings.basic_exceptions]",
        ]
    );
    assert_eq!(
        told(|document| document.settings.keys.max_lifetime = "never".to_owned()),
        ["Settings, longest life of a key: 365d -> never (Wider) [settings.keys.max_lifetime]"]
    );
}

#[test]
fn lists_know_what_their_entries_mean() {
    assert_eq!(
        told(|document| {
            let access = &mut document.access;
            access.groups_allowed.push("staff".to_owned());
            access.groups_read_only.clear();
            access.addresses_allowed = vec!["172.16.0.0/12".to_owned()];
            access.bypass.clear();
            access.public[0].path = "/rest/**".to_owned();
            access.rate.per_caller = Some("300/m".to_owned());
            access.rate.per_address = None;
        }),
        [
            "Groups allowed: - -> staff (Narrower) [access.groups_allowed]",
            "Read-only groups: contractors -> - (Wider) [access.groups_read_only]",
            "Addresses allowed: - -> 172.16.0.0/12 (Wider) [access.addresses_allowed]",
            "Addresses allowed: 10.0.0.0/8 -> - (Narrower) [access.addresses_allowed]",
            "Rate limits, a caller: 600/m -> 300/m (Narrower) [access.rate.per_caller]",
            "Rate limits, an address: 1200/m -> - (Wider) [access.rate.per_address]",
            "Public-API restriction: - -> confluence /rest/** (Narrower) [access.public]",
            "Public-API restriction: confluence /rest/api/content/** -> - (Wider) [access.public]",
            "Bypass: jira GET /rest/api/2/serverInfo -> - (Narrower) [access.bypass]",
        ]
    );
}

#[test]
fn products_and_providers_come_go_and_change() {
    assert_eq!(
        told(|document| {
            let mut wiki = document.products[0].clone();
            wiki.id = "wiki".to_owned();
            document.products.push(wiki);
            document.products[0].base_url = "https://new.internal".to_owned();
            document.products[0].access.groups_allowed.clear();
            document.providers[0].username.pointer = "/email".to_owned();
        }),
        [
            "Product jira, address: https://jira.internal:8443/jira -> https://new.internal (Wider) [products.jira.base_url]",
            "Product jira, groups allowed: jira-users -> - (Wider) [products.jira.access.groups_allowed]",
            "Product wiki: - -> jira at https://jira.example.com (Wider) [products.wiki]",
            "Provider ghes, username: from userinfo, pointer /login, transform lowercase, match username -> from userinfo, pointer /email, transform lowercase, match username (Wider) [providers.ghes.username]",
        ]
    );
    assert_eq!(
        told(|document| document.providers.clear()),
        ["Provider ghes: ghes -> - (Narrower) [providers.ghes]"]
    );
}

#[test]
fn expectations_change_nothing_that_passes() {
    assert_eq!(
        told(|document| document.expect.clear()),
        [
            "Expectation contractors cannot write: POST /rest/api/2/issue as mallory -> - (NoEffect) [expect.contractors cannot write]"
        ]
    );
}
