//! `gatewright token test`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::Url;

use crate::browser;
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

/// A JSON Web Token that nobody signed.
fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(claims))
}

/// A token that fred makes in Jira, and its id.
fn token_of_jira(sandbox: &Sandbox) -> (String, String) {
    let url = format!("{}/rest/pat/latest/tokens", sandbox.product("jira"));
    let body = json!({ "name": "test", "expirationDuration": 90 }).to_string();
    let (status, _, text) = browser::request("POST", &Url::parse(&url).unwrap(), &as_fred(), &body);
    assert_eq!(status, 201, "{text}");
    let made: Value = serde_json::from_str(&text).unwrap();
    let token = made["rawToken"].as_str().unwrap().to_owned();
    (token, made["id"].to_string())
}

fn as_fred() -> [(&'static str, &'static str); 2] {
    [
        ("Authorization", "Basic ZnJlZDpmcmVkLXBhc3N3b3Jk"),
        ("Content-Type", "application/json"),
    ]
}

#[test]
fn each_verdict_has_the_exit_code_of_its_kind() {
    let sandbox = Sandbox::start();
    let basic = |user: &str| format!("--type basic --user {user}");
    let own = "fred-password";
    // Verdict, exit code, product, the switch that causes it, the secret, how it is sent.
    let table = [
        ("valid", 0, "jira", "{}", own.to_owned(), basic("fred")),
        (
            "valid_other_user",
            1,
            "confluence",
            r#"{"answers_as":"barney"}"#,
            own.to_owned(),
            format!("{} --expect-user fred", basic("fred")),
        ),
        (
            "anonymous",
            1,
            "confluence",
            r#"{"invalid_token_is_anonymous":true}"#,
            "nobodys-token".to_owned(),
            "--type bearer".to_owned(),
        ),
        (
            "expired",
            1,
            "jira",
            "{}",
            jwt(&json!({ "exp": 1_700_000_000 })),
            "--type bearer".to_owned(),
        ),
        (
            "not_yet_valid",
            1,
            "jira",
            "{}",
            jwt(&json!({ "nbf": 4_000_000_000_u64 })),
            "--type bearer".to_owned(),
        ),
        (
            "clock_skew",
            1,
            "jira",
            r#"{"clock_skew_seconds":3000000000}"#,
            jwt(&json!({ "exp": 4_102_444_800_u64 })),
            "--type bearer".to_owned(),
        ),
        (
            "no_product_access",
            1,
            "jira",
            "{}",
            "slate-password".to_owned(),
            basic("slate"),
        ),
        (
            "permission_missing",
            1,
            "jira",
            "{}",
            "wilma-password".to_owned(),
            format!("{} --endpoint /rest/basicauth/1.0/config", basic("wilma")),
        ),
        (
            "scope_missing",
            1,
            "jira",
            r#"{"scope_missing":"READ"}"#,
            token_of_jira(&sandbox).0,
            "--type bearer".to_owned(),
        ),
        (
            "wrong_audience",
            1,
            "jira",
            r#"{"wrong_audience":true}"#,
            token_of_jira(&sandbox).0,
            "--type bearer".to_owned(),
        ),
        (
            "login_page",
            1,
            "jira",
            r#"{"login_redirect":true}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "proxy_error",
            1,
            "jira",
            r#"{"proxy_status":403}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "product_unavailable",
            1,
            "jira",
            r#"{"proxy_status":502}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "rate_limited",
            1,
            "jira",
            r#"{"rate_limited":true}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "gateway_refused",
            1,
            "jira",
            r#"{"gateway_reason":"read_only"}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "unexpected_answer",
            1,
            "jira",
            r#"{"server_error":true}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "basic_disabled",
            1,
            "jira",
            r#"{"basic_off_silently":true}"#,
            own.to_owned(),
            basic("fred"),
        ),
        (
            "connect_error",
            3,
            "jira",
            r#"{"dies_mid_body":true}"#,
            own.to_owned(),
            basic("fred"),
        ),
    ];
    for (verdict, code, product, switch, secret, more) in table {
        sandbox.scenario(product, switch);
        let more = format!("--product {product} {more}");
        let done = test(sandbox.product(product), &secret, &more);
        assert_eq!(verdicts(&done, code), [verdict], "{done:?}");
        assert!(!done.shows(&secret), "{verdict}");
        if code == 1 {
            assert_ne!(first(&done)["hint"], "", "{verdict}");
        }
        sandbox.scenario(product, EVERYTHING_OFF);
    }
    let (token, id) = token_of_jira(&sandbox);
    let id = id.trim_matches('"');
    let url = format!("{}/rest/pat/latest/tokens/{id}", sandbox.product("jira"));
    browser::request("DELETE", &Url::parse(&url).unwrap(), &as_fred(), "");
    sandbox.scenario("jira", r#"{"says_why_a_token_fails":true}"#);
    let done = test(
        sandbox.product("jira"),
        &token,
        "--type bearer --product jira",
    );
    assert_eq!(verdicts(&done, 1), ["revoked"]);
}

/// What `each_verdict_has_the_exit_code_of_its_kind` switches on.
const EVERYTHING_OFF: &str = r#"{"answers_as":null,"invalid_token_is_anonymous":false,
    "clock_skew_seconds":0,"scope_missing":null,"wrong_audience":false,"login_redirect":false,
    "proxy_status":null,"rate_limited":false,"gateway_reason":null,"server_error":false,
    "basic_off_silently":false,"dies_mid_body":false}"#;

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
