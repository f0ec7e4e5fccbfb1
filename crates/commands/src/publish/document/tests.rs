use gatewright_config::Config;

use super::*;

fn jira() -> kept::Product {
    kept::Product {
        id: "jira".to_owned(),
        kind: kept::ProductKind::Jira,
        version: "10.3.2".to_owned(),
        title: "Jira".to_owned(),
        base_url: "https://jira.internal:8443/jira".to_owned(),
        public_url: "/jira".to_owned(),
        directory_user: Some("svc".to_owned()),
        act_as: kept::ActAs::Oauth1 {
            consumer_key: "gatewright".to_owned(),
        },
        key_pair: None,
        directory_check: None,
        act_as_check: None,
    }
}

fn ghes(id: &str) -> kept::Provider {
    kept::Provider {
        id: id.to_owned(),
        preset: "ghes".to_owned(),
        name: "GitHub Enterprise".to_owned(),
        inputs: BTreeMap::from([(
            "base_url".to_owned(),
            "https://github.example.com".to_owned(),
        )]),
        client_id: "Iv1.x".to_owned(),
        scopes: vec!["read:user".to_owned()],
        client_auth: kept::ClientAuth::Body,
        redirect: kept::Redirect {
            host: "127.0.0.1".to_owned(),
            port: None,
            path: "/callback".to_owned(),
        },
        username: Some(kept::UsernameRule {
            from: kept::UsernameSource::Userinfo,
            pointer: "/login".to_owned(),
            transform: vec![kept::Transform::Lowercase],
            match_by: kept::MatchBy::Username,
        }),
        audiences: Vec::new(),
        settings: kept::ConnectionSettings::default(),
        client_key: None,
    }
}

fn ours(products: &[kept::Product], providers: &[kept::Provider]) -> Ours {
    let all = providers
        .iter()
        .map(|provider| provider.id.clone())
        .collect();
    Ours::new(products, providers, &all)
}

fn nothing() -> BTreeSet<String> {
    BTreeSet::new()
}

#[test]
fn the_first_document_is_consistent_and_names_its_secrets() {
    let document =
        ours(&[jira()], &[ghes("ghes")]).merged_into(&Document::default(), &nothing(), &nothing());
    let config = Config::parse(&to_toml(&document), Format::Toml).unwrap();
    assert_eq!(
        config.secret_names(),
        ["ghes-client", "jira-directory", "jira-oauth1"]
    );
    assert_eq!(document.settings.anonymous, raw::Anonymous::Deny);
}

#[test]
fn parts_that_were_not_made_here_stay() {
    let mut before = ours(&[jira()], &[]).merged_into(&Document::default(), &nothing(), &nothing());
    before
        .access
        .groups_read_only
        .push("contractors".to_owned());
    before.products[0]
        .access
        .groups_allowed
        .push("jira-users".to_owned());
    before.settings.read_only = true;
    let mut foreign = before.products[0].clone();
    foreign.id = "other".to_owned();
    before.products.push(foreign);
    let mut changed = jira();
    changed.base_url = "https://new.internal/jira".to_owned();

    let ours = ours(&[changed], &[]);
    let after = ours.merged_into(&before, &nothing(), &nothing());
    assert_eq!(after.products[0].base_url, "https://new.internal/jira");
    assert_eq!(after.products[0].access.groups_allowed, ["jira-users"]);
    assert_eq!(after.products[1].id, "other");
    assert_eq!(after.access, before.access);
    assert!(after.settings.read_only);
    assert!(ours.has_foreign_parts(&before));
}

#[test]
fn what_was_published_from_here_and_is_gone_here_goes_there() {
    let before =
        ours(&[jira()], &[ghes("ghes")]).merged_into(&Document::default(), &nothing(), &nothing());
    let gone = BTreeSet::from(["ghes".to_owned()]);
    let after = ours(&[jira()], &[]).merged_into(&before, &nothing(), &gone);
    assert!(after.providers.is_empty());
    let kept = ours(&[jira()], &[]).merged_into(&before, &nothing(), &nothing());
    assert_eq!(kept.providers.len(), 1);
}

#[test]
fn a_username_from_the_token_needs_its_signature_verified() {
    let mut provider = ghes("oidc");
    provider.preset = "custom-oidc".to_owned();
    provider.inputs =
        BTreeMap::from([("issuer_url".to_owned(), "https://id.example.com".to_owned())]);
    if let Some(rule) = &mut provider.username {
        rule.from = kept::UsernameSource::Token;
    }
    provider.audiences = vec!["api".to_owned()];
    let ours = Ours::new(&[jira()], &[provider], &nothing());
    let after = ours.merged_into(&Document::default(), &nothing(), &nothing());
    assert!(
        matches!(&after.providers[0].verify, Verify::Jwt(jwt) if jwt.audience == ["api"]),
        "{:?}",
        after.providers[0].verify
    );
    assert!(Config::parse(&to_toml(&after), Format::Toml).is_ok());
}

#[test]
fn two_providers_of_one_make_do_not_share_prefixes() {
    let mut second = ghes("ghes-2");
    second.inputs.insert(
        "base_url".to_owned(),
        "https://other.example.com".to_owned(),
    );
    let after = ours(&[jira()], &[ghes("ghes"), second]).merged_into(
        &Document::default(),
        &nothing(),
        &nothing(),
    );
    assert!(!after.providers[0].prefixes.is_empty());
    assert!(after.providers[1].prefixes.is_empty() && after.providers[1].opaque);
    let problems = Config::parse(&to_toml(&after), Format::Toml).err();
    assert_eq!(problems, None);
}

#[test]
fn a_provider_without_a_username_is_a_problem() {
    let mut provider = ghes("ghes");
    provider.username = None;
    let ours = ours(&[jira()], &[provider]);
    assert_eq!(ours.problems()[0].path, "providers.ghes.username");
    assert!(!ours.is_empty());
}

#[test]
fn a_chosen_verification_is_written_and_what_else_was_set_for_it_stays() {
    let mut provider = ghes("ghes");
    let before = ours(&[], std::slice::from_ref(&provider)).merged_into(
        &Document::default(),
        &nothing(),
        &nothing(),
    );
    provider.settings.verification = Some(kept::Verification::GithubTokenCheck);
    let mut after =
        ours(&[], std::slice::from_ref(&provider)).merged_into(&before, &nothing(), &nothing());
    assert!(matches!(
        after.providers[0].verify,
        Verify::GithubTokenCheck(_)
    ));
    after.providers[0].verify = Verify::GithubTokenCheck(VerifyGithubTokenCheck {
        cache: Some("10s".to_owned()),
    });
    let again =
        ours(&[], std::slice::from_ref(&provider)).merged_into(&after, &nothing(), &nothing());
    assert_eq!(again.providers[0].verify, after.providers[0].verify);
    provider.settings.verification = Some(kept::Verification::Introspection);
    provider.settings.verification_audience = vec!["jira".to_owned()];
    let other = ours(&[], &[provider]).merged_into(&after, &nothing(), &nothing());
    let Verify::Introspection(introspection) = &other.providers[0].verify else {
        panic!("{:?}", other.providers[0].verify)
    };
    assert_eq!(introspection.audience, "jira");
}
