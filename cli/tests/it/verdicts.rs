//! `gatewright token test`.

use serde_json::{Value, json};

use crate::program::{Done, gatewright};
use crate::sandbox::Sandbox;

fn test(base_url: &str, secret: &str, more: &str) -> Done {
    gatewright(&format!(
        "token test --json --base-url {base_url} --token-stdin {more}"
    ))
    .input(secret)
    .done()
}

/// The verdicts of a call that ended with this exit code.
#[track_caller]
fn verdicts(done: &Done, code: i32) -> Vec<String> {
    let answer = done.json_with(code);
    assert_eq!(answer["good"], code == 0, "{answer}");
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["verdict"].as_str().unwrap().to_owned())
        .collect()
}

fn first(done: &Done) -> Value {
    done.json()["results"][0].clone()
}

#[test]
fn each_product_names_its_user() {
    let sandbox = Sandbox::start();
    for product in ["jira", "confluence", "bitbucket"] {
        for named in [product, "auto"] {
            let done = test(
                sandbox.product(product),
                "fred-password\n",
                &format!("--type basic --user fred --product {named}"),
            );
            assert_eq!(verdicts(&done, 0), ["valid"]);
            let result = first(&done);
            assert_eq!(result["product"], product);
            assert_eq!(result["user"], "fred");
            assert_eq!(result["status"], 200);
            assert!(result["milliseconds"].is_u64());
            assert!(result["evidence"].is_array());
            assert!(!done.shows("fred-password"));
        }
    }
}

#[test]
fn somebody_else_than_was_expected_is_no_success() {
    let sandbox = Sandbox::start();
    let done = test(
        sandbox.product("jira"),
        "fred-password",
        "--type basic --user fred --expect-user barney",
    );
    assert_eq!(verdicts(&done, 1), ["valid_other_user"]);
    let done = test(
        sandbox.product("jira"),
        "fred-password",
        "--type basic --user fred --expect-user fred",
    );
    assert_eq!(verdicts(&done, 0), ["valid"]);
}

#[test]
fn a_wrong_token_is_refused_by_each_product() {
    let sandbox = Sandbox::start();
    for product in ["jira", "confluence", "bitbucket"] {
        let done = test(
            sandbox.product(product),
            "canary-of-a-token",
            "--type bearer",
        );
        assert_eq!(verdicts(&done, 1), ["invalid_credential"]);
        assert_eq!(first(&done)["status"], 401);
        assert!(!done.shows("canary-of-a-token"), "{done:?}");
    }
}

#[test]
fn a_good_status_for_nobody_is_called_anonymous() {
    let sandbox = Sandbox::start();
    for product in ["jira", "confluence", "bitbucket"] {
        sandbox.scenario(product, r#"{"invalid_token_is_anonymous":true}"#);
    }
    for (product, more) in [
        ("jira", "--endpoint /rest/api/2/serverInfo"),
        ("confluence", ""),
        ("bitbucket", ""),
    ] {
        let done = test(
            sandbox.product(product),
            "nobodys-token",
            &format!("--type bearer {more}"),
        );
        assert_eq!(verdicts(&done, 1), ["anonymous"], "{product}");
        assert_eq!(first(&done)["status"], 200);
        assert_eq!(first(&done)["user"], Value::Null);
    }
}

#[test]
fn a_wrong_password_is_not_sent_twice_and_a_locked_account_is_told() {
    let sandbox = Sandbox::start();
    let wrong = || {
        test(
            sandbox.product("jira"),
            "a wrong password",
            "--product jira --type basic --user barney --endpoint /rest/api/2/myself --endpoint /rest/api/2/project",
        )
    };
    for _ in 0..3 {
        assert_eq!(verdicts(&wrong(), 1), ["invalid_credential", "not_tried"]);
    }
    let done = wrong();
    assert_eq!(verdicts(&done, 1), ["captcha_required", "not_tried"]);
    assert!(first(&done)["hint"].as_str().unwrap().contains("login.jsp"));
}

#[test]
fn several_endpoints_are_asked_in_their_order() {
    let sandbox = Sandbox::start();
    let done = test(
        sandbox.product("jira"),
        "fred-password",
        "--type basic --user fred --endpoint /rest/api/2/myself --endpoint /rest/api/2/nothing",
    );
    let answer = done.json_with(1);
    assert_eq!(answer["results"][0]["verdict"], "valid");
    assert_eq!(answer["results"][1]["endpoint"], "/rest/api/2/nothing");
    assert_eq!(answer["results"][1]["status"], 404);
}

#[test]
fn what_stands_in_a_products_place_is_named() {
    let sandbox = Sandbox::start();
    let jira = sandbox.product("jira").to_owned();
    for named in ["--product jira", "--product auto"] {
        sandbox.scenario("jira", r#"{"login_page":true}"#);
        let done = test(&jira, "token", &format!("--type bearer {named}"));
        assert_eq!(verdicts(&done, 1), ["login_page"], "{named}");
        sandbox.scenario("jira", r#"{"login_page":false,"down":true}"#);
        let done = test(&jira, "token", &format!("--type bearer {named}"));
        assert_eq!(verdicts(&done, 1), ["product_unavailable"], "{named}");
        sandbox.scenario("jira", r#"{"down":false}"#);
    }
    sandbox.scenario("jira", r#"{"rate_limited":true}"#);
    let done = test(&jira, "token", "--type bearer --product jira");
    assert_eq!(verdicts(&done, 1), ["rate_limited"]);
}

#[test]
fn a_place_without_a_product_is_said_to_be_one() {
    let sandbox = Sandbox::start();
    let nowhere = format!("{}/nowhere", sandbox.issuer());
    let done = test(&nowhere, "canary-of-a-token", "--type bearer");
    assert_eq!(verdicts(&done, 1), ["wrong_base_path"]);
    assert_eq!(first(&done)["product"], Value::Null);
    let done = test(
        &nowhere,
        "canary-of-a-token",
        "--type bearer --product jira",
    );
    assert_eq!(verdicts(&done, 1), ["wrong_base_path"]);
}

#[test]
fn a_foreign_secret_is_sent_with_a_warning() {
    let sandbox = Sandbox::start();
    let token = sandbox.github_token_of("fred");
    let done = test(sandbox.product("jira"), &token, "--type bearer");
    assert_eq!(verdicts(&done, 1), ["invalid_credential"]);
    assert!(
        done.errors
            .starts_with("Warning: this is an access token of GitHub."),
        "{done:?}"
    );
    assert!(!done.shows(&token));
    let done = test(
        sandbox.product("jira"),
        "fred-password",
        "--type basic --user fred",
    );
    assert_eq!(done.errors, "");
}

#[test]
fn nothing_secret_travels_readably_to_another_computer() {
    for named in ["jira", "bitbucket"] {
        let done = test(
            "http://jira.invalid/jira",
            "canary-of-a-token",
            &format!("--type bearer --product {named}"),
        );
        done.failed_json(2, "plain_http");
    }
    let done = test(
        "http://jira.invalid/jira",
        "canary-of-a-token",
        "--type bearer --product jira --allow-plain-http",
    );
    assert_eq!(verdicts(&done, 3), ["dns_error"]);
}

#[test]
fn what_cannot_be_sent_is_used_wrongly() {
    let sandbox = Sandbox::start();
    let jira = sandbox.product("jira");
    for (secret, more) in [
        ("two\nlines", "--type bearer --product jira"),
        ("", "--type bearer --product jira"),
        ("x", "--type basic --user a:b --product jira"),
        ("x", "--type bearer --product jira --endpoint rest/api"),
        (
            "x",
            "--type bearer --product jira --endpoint https://h/rest",
        ),
    ] {
        test(jira, secret, more).failed_json(2, "invalid_input");
    }
    test("jira.example.com", "x", "--type bearer").failed_json(2, "invalid_input");
    test("nonsense", "x", "--type bearer --product jira").failed_json(2, "invalid_input");
}

#[test]
fn people_read_the_same() {
    let sandbox = Sandbox::start();
    let done = gatewright(&format!(
        "token test --base-url {} --type basic --user fred --token-stdin",
        sandbox.product("jira")
    ))
    .input("fred-password")
    .done();
    assert_eq!(done.code, 0);
    assert!(
        done.output
            .contains("Jira answered as fred (Fred Flintstone)."),
        "{done:?}"
    );
    assert_eq!(json!(done.errors), "");
}
