//! `gatewright product check`.

use std::path::Path;

use crate::program::{Call, gatewright};
use crate::sandbox::Sandbox;

fn check(sandbox: &Sandbox, product: &str, key: &Path, more: &str) -> Call {
    gatewright(&format!(
        "product check --json --base-url {} --user svc-gatewright --password-stdin --private-key-file {} {more}",
        sandbox.product(product),
        key.display()
    ))
    .input(sandbox.secret("svc-gatewright"))
}

#[test]
fn a_product_is_known_from_any_of_its_addresses() {
    let sandbox = Sandbox::start();
    for (product, page) in [
        ("jira", "/browse/ABC-1?x=1"),
        ("confluence", "/display/DOC"),
        ("bitbucket", "/projects"),
    ] {
        let url = format!("{}{page}", sandbox.product(product));
        let found = gatewright("product check --json --base-url")
            .arg(url)
            .done()
            .json_with(0);
        assert_eq!(found["kind"], product);
        assert_eq!(found["base_url"], sandbox.product(product));
        assert_eq!(found["context_path"], format!("/{product}"));
        assert!(found["version"].is_string());
        assert_eq!(found["good"], true);
    }
}

#[test]
fn account_and_impersonation_are_tried_in_all_three() {
    let sandbox = Sandbox::start();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, sandbox.secret("applink-oauth1")).unwrap();
    for product in ["jira", "confluence", "bitbucket"] {
        let done = check(
            &sandbox,
            product,
            &key,
            "--consumer-key gatewright --act-as-user barney",
        )
        .done();
        let found = done.json_with(0);
        assert_eq!(found["directory"]["good"], true, "{found}");
        assert_eq!(found["act_as"]["impersonates"], true, "{found}");
        assert_eq!(found["act_as"]["real"]["user_header"], "barney");
        assert!(!done.shows(sandbox.secret("svc-gatewright")));
        assert!(!done.shows("PRIVATE KEY"));
    }
    let done = check(
        &sandbox,
        "jira",
        &key,
        "--consumer-key another --act-as-user barney",
    )
    .done();
    let found = done.json_with(1);
    assert_eq!(found["directory"]["good"], true);
    assert_eq!(found["act_as"]["impersonates"], false);
    let done = check(
        &sandbox,
        "bitbucket",
        &key,
        "--consumer-key gatewright --act-as-user barney",
    )
    .input("a wrong password")
    .done();
    assert_eq!(done.json_with(1)["directory"]["good"], false);
    assert!(!done.shows("a wrong password"), "{done:?}");
}

#[test]
fn what_is_no_key_header_or_address_is_used_wrongly() {
    let sandbox = Sandbox::start();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, "no key").unwrap();
    let done = check(
        &sandbox,
        "jira",
        &key,
        "--consumer-key gatewright --act-as-user barney",
    )
    .done();
    done.failed_json(2, "invalid_input");
    for wrong in [
        format!(
            "{} --header x:y --act-as-user fred",
            sandbox.product("jira")
        ),
        "jira.example.com".to_owned(),
        "ftp://jira.example.com".to_owned(),
    ] {
        let done = gatewright(&format!("product check --json --base-url {wrong}")).done();
        done.failed_json(2, "invalid_input");
    }
    let done = gatewright("product check --json --base-url")
        .arg(sandbox.issuer())
        .done();
    done.failed_json(1, "unexpected_answer");
    let done = gatewright("product check --json --base-url http://127.0.0.1:9").done();
    done.failed_json(3, "connect");
}
