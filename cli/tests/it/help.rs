//! How it is used, and what it says when it is used wrongly.

use crate::program::gatewright;

/// The commands of the contract.
const COMMANDS: [&str; 30] = [
    "provider list",
    "provider show",
    "provider discover",
    "provider import",
    "provider export",
    "token fetch",
    "token userinfo",
    "token inspect",
    "token revoke",
    "token test",
    "product check",
    "gateway pair",
    "gateway status",
    "config show",
    "config validate",
    "config diff",
    "config push",
    "config versions",
    "config restore",
    "secret set",
    "secret list",
    "key create",
    "key list",
    "key show",
    "key revoke",
    "key rotate",
    "key leaked",
    "explain",
    "audit",
    "sandbox",
];

#[test]
fn every_command_explains_itself() {
    for command in COMMANDS {
        let done = gatewright(command).arg("--help").done();
        assert_eq!(done.code, 0, "{command}: {done:?}");
        assert!(done.output.contains("Usage: gatewright"), "{done:?}");
        assert_eq!(done.errors, "");
    }
}

#[test]
fn the_version_is_told() {
    let done = gatewright("--version").done();
    let version = concat!("gatewright ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((done.code, done.output.as_str()), (0, version));
}

#[test]
fn a_wrong_command_line_is_2_and_ends_with_the_error() {
    for wrong in [
        "",
        "token",
        "nothing",
        "token fetch",
        "token fetch --provider ghes",
        "token test --base-url http://127.0.0.1 --type basic --token-stdin",
        "token test --base-url http://127.0.0.1 --type digest --token-stdin",
        "token test --base-url http://127.0.0.1 --type bearer",
        "token inspect",
        "token fetch --provider ghes --client-id x --timeout 0",
        "token fetch --provider ghes --client-id x --redirect-port 70000",
        "product check --base-url http://127.0.0.1 --user svc",
        "product check --base-url http://127.0.0.1 --act-as-user fred",
        "config restore x",
        "explain --method GET",
        "explain --request-id x --path /jira",
        "gateway pair http://127.0.0.1",
    ] {
        let json: Vec<&str> = wrong.split_whitespace().chain(["--json"]).collect();
        let done = gatewright(&json.join(" ")).done();
        done.failed_json(2, "invalid_input");
        let done = gatewright(wrong).done();
        done.failed(2, "invalid_input");
        assert_eq!(done.output, "", "{done:?}");
    }
}

#[test]
fn one_call_reads_one_secret_from_standard_input() {
    for two in [
        "token fetch --provider ghes --client-id x --grant refresh-token --client-secret-stdin --refresh-token-stdin",
        "token revoke --provider ghes --client-id x --client-secret-stdin --token-stdin",
        "token fetch --provider ghes --client-id x --client-secret-stdin --client-secret-env X",
    ] {
        gatewright(two).done().failed(2, "invalid_input");
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for wrong in [
        "token fetch --provider ghes --client-id x --client-secret-stdin canary-canary",
        "token fetch --provider ghes --client-id x --client-secret canary-canary",
        "token fetch --provider ghes --client-id x --client-secret=canary-canary",
        "token fetch --provider ghes --client-id x --token-param canary-canary",
        "token inspect --token canary-canary",
        "token inspect canary-canary",
        "token inspect --token-stdin=canary-canary",
        "secret set ghes canary-canary --value-stdin",
        "gateway pair http://127.0.0.1 canary-canary --code-stdin",
    ] {
        let done = gatewright(wrong).done();
        done.failed(2, "invalid_input");
        assert!(!done.shows("canary-canary"), "{done:?}");
    }
}
