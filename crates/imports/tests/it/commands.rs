//! curl commands.

use gatewright_imports::{Credential, CurlError, Imported, SecretName, WordError, curl};
use gatewright_oauth::{ClientAuthentication, GrantType};

use crate::{codes, corpus, secret, words};

fn command(name: &str) -> Imported {
    curl(&String::from_utf8(corpus(name)).unwrap()).unwrap()
}

#[test]
fn a_token_call_with_basic_gives_a_connection() {
    let imported = command("curl/token-basic.txt");
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(connection.preset.as_deref(), Some("keycloak"));
    assert_eq!(connection.inputs["realm"], "acme");
    assert_eq!(connection.grant, Some(GrantType::ClientCredentials));
    assert_eq!(connection.client_auth, Some(ClientAuthentication::Basic));
    assert_eq!(connection.client_id.as_deref(), Some("jira-cli"));
    assert_eq!(connection.scopes, ["read", "write"]);
    assert_eq!(
        connection.token_params,
        [("audience".to_owned(), "jira".to_owned())]
    );
    assert_eq!(
        secret(&imported, SecretName::ClientSecret),
        Some("canary-client-secret-0123")
    );
    assert!(words(&imported).contains("What follows the command"));
    assert!(imported.request.is_none());
}

#[test]
fn a_token_call_with_the_secret_in_the_form_gives_a_connection_without_what_is_good_once() {
    let imported = command("curl/token-body.txt");
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(connection.preset.as_deref(), Some("okta"));
    assert_eq!(connection.inputs["domain"], "dev-1.okta.com");
    assert_eq!(connection.inputs["auth_server"], "default");
    assert_eq!(connection.client_auth, Some(ClientAuthentication::Body));
    assert_eq!(
        connection.redirect_uri.as_deref(),
        Some("http://localhost:47653/callback")
    );
    let said = words(&imported);
    assert!(
        said.contains("code was not taken over") && said.contains("code_verifier"),
        "{said}"
    );
    let shown = format!("{imported:?}{said}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_json_body_and_a_refresh_token_are_understood() {
    let imported = command("curl/token-json.txt");
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(connection.grant, Some(GrantType::RefreshToken));
    assert_eq!(connection.client_auth, Some(ClientAuthentication::None));
    assert_eq!(
        secret(&imported, SecretName::RefreshToken),
        Some("canary-refresh-token-01")
    );
}

#[test]
fn a_token_call_by_address_is_understood_and_its_secret_leaves_the_address() {
    let imported = curl("curl 'https://graph.facebook.com/v24.0/oauth/access_token?client_id=1&client_secret=canary-client-secret-0123&grant_type=client_credentials'").unwrap();
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(connection.preset.as_deref(), Some("facebook"));
    assert_eq!(connection.token.as_ref().unwrap().query(), None);
    assert_eq!(
        secret(&imported, SecretName::ClientSecret),
        Some("canary-client-secret-0123")
    );
    assert!(words(&imported).contains("in logs"));
}

#[test]
fn the_password_grant_is_refused_and_leaves_no_secret() {
    let imported = command("curl/token-password.txt");
    assert!(imported.connection.is_none() && imported.secrets.is_empty());
    assert_eq!(codes(&imported), ["refused_grant"]);
}

#[test]
fn what_loosens_or_belongs_to_the_network_is_reported_and_not_taken_over() {
    let imported = command("curl/userinfo.txt");
    let said = words(&imported);
    for part in ["-k", "--cacert corp.pem", "--proxy", "The cookies"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let shown = format!("{imported:?}{said}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(
        imported.connection.as_ref().unwrap().preset.as_deref(),
        Some("google")
    );
    let request = imported.request.as_ref().unwrap();
    assert_eq!(request.credential, Credential::Bearer);
    assert_eq!(
        secret(&imported, SecretName::AccessToken),
        Some("canary-access-token-01")
    );
}

#[test]
fn calls_of_an_api_keep_their_credential_and_their_harmless_headers() {
    let imported = command("curl/api-github.txt");
    let request = imported.request.as_ref().unwrap();
    assert_eq!(request.method, "GET");
    assert_eq!(request.credential, Credential::Bearer);
    assert_eq!(
        request.headers,
        [(
            "accept".to_owned(),
            "application/vnd.github+json".to_owned()
        )]
    );
    assert!(words(&imported).contains("x-secret"));
    assert_eq!(
        imported.connection.unwrap().preset.as_deref(),
        Some("github")
    );

    let imported = command("curl/api-basic.txt");
    assert!(imported.connection.is_none());
    assert_eq!(
        imported.request.as_ref().unwrap().credential,
        Credential::Basic {
            username: "fred".to_owned()
        }
    );
    assert_eq!(
        secret(&imported, SecretName::Password),
        Some("canary-password-0123")
    );
}

#[test]
fn secrets_are_taken_out_of_addresses() {
    let imported = command("curl/basic-in-the-address.txt");
    let request = imported.request.as_ref().unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://jira.example.com/rest/api/2/myself?expand=x"
    );
    assert_eq!(
        secret(&imported, SecretName::AccessToken),
        Some("canary-access-token-01")
    );
    assert_eq!(
        secret(&imported, SecretName::Password),
        Some("canary-password-0123")
    );
    assert!(!format!("{imported:?}").contains("canary"));
}

#[test]
fn the_address_of_a_sign_in_gives_a_connection() {
    let connection = command("curl/sign-in.txt").connection.unwrap();
    assert_eq!(connection.preset.as_deref(), Some("github"));
    assert_eq!(connection.grant, Some(GrantType::AuthorizationCode));
    assert_eq!(
        connection.authorization.unwrap().as_str(),
        "https://github.com/login/oauth/authorize"
    );
    assert_eq!(
        connection.authorization_params,
        [("allow_signup".to_owned(), "false".to_owned())]
    );
}

#[test]
fn quotes_escapes_and_continued_lines_are_read_as_the_shells_do() {
    let imported = command("curl/ansi.txt");
    assert_eq!(
        imported.connection.as_ref().unwrap().client_id.as_deref(),
        Some("it's!")
    );
    assert_eq!(
        secret(&imported, SecretName::ClientSecret),
        Some("canary-client-secret-0123")
    );
    let imported = command("curl/windows.txt");
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(connection.client_id.as_deref(), Some("a"));
    assert_eq!(
        connection.token_params,
        [("note".to_owned(), "\"x\"".to_owned())]
    );
    for (text, id) in [
        (
            "curl https://a.example/t -d grant_type=client_credentials -d client_id='a'\"b\"\\c",
            "abc",
        ),
        (
            "curl -d \"grant_type=client_credentials&client_id=\\\"q\\\"\" https://a.example/t",
            "\"q\"",
        ),
        (
            "curl -sd grant_type=client_credentials -dclient_id=joined https://a.example/t",
            "joined",
        ),
        (
            "curl \\\r\n  https://a.example/t -d 'grant_type=client_credentials&client_id=$x'",
            "$x",
        ),
        (
            "curl https://a.example/t --data-urlencode grant_type=client_credentials --data-urlencode 'client_id=a&b c'",
            "a&b c",
        ),
        (
            "/usr/bin/curl --url https://a.example/t -d grant_type=client_credentials -d client_id=\u{fc}",
            "\u{fc}",
        ),
    ] {
        let connection = curl(text).unwrap().connection.unwrap();
        assert_eq!(connection.client_id.as_deref(), Some(id), "{text}");
    }
}

#[test]
fn what_only_a_shell_can_do_is_refused() {
    for (text, expected) in [
        (
            "curl https://a.example/$(id)",
            WordError::Shell { what: "$( )" },
        ),
        (
            "curl \"https://a.example/`id`\"",
            WordError::Shell { what: "`" },
        ),
        (
            "curl -H \"Authorization: Bearer ${TOKEN}\" https://a.example",
            WordError::Variable {
                name: "TOKEN".to_owned(),
            },
        ),
        (
            "curl \"https://a.example",
            WordError::Unclosed { quote: '"' },
        ),
        (
            "curl $'\\q' https://a.example",
            WordError::Escape {
                escape: "\\q".to_owned(),
            },
        ),
        ("curl $'\\xff' https://a.example", WordError::NotText),
        ("curl $'\\0' https://a.example", WordError::NotText),
    ] {
        assert_eq!(
            curl(text).unwrap_err(),
            CurlError::Words(expected),
            "{text}"
        );
    }
    let read = |name: &str| curl(&String::from_utf8(corpus(name)).unwrap()).unwrap_err();
    assert!(matches!(
        read("curl/variable.txt"),
        CurlError::Words(WordError::Variable { .. })
    ));
    assert_eq!(
        read("curl/unclosed.txt"),
        CurlError::Words(WordError::Unclosed { quote: '\'' })
    );
    assert_eq!(
        read("curl/unknown-option.txt"),
        CurlError::UnknownOption {
            option: "--frobnicate".to_owned()
        }
    );
}

#[test]
fn what_is_no_single_request_is_refused_with_a_hint() {
    for (text, expected) in [
        ("wget https://a.example", CurlError::NotCurl),
        ("", CurlError::NotCurl),
        ("curl -v", CurlError::NoAddress),
        ("curl -H", CurlError::NoValue { option: "header" }),
        (
            "curl https://a.example https://b.example",
            CurlError::SeveralRequests,
        ),
        (
            "curl https://a.example --next https://b.example",
            CurlError::SeveralRequests,
        ),
        ("curl http://a.example", CurlError::NotAnAddress),
        ("curl a.example", CurlError::NotAnAddress),
        ("curl file:///etc/passwd", CurlError::NotAnAddress),
        ("curl https://a.example -H nothing", CurlError::NotAHeader),
        (
            "curl https://a.example --json '{\"grant_type\":'",
            CurlError::NotAForm,
        ),
    ] {
        let error = curl(text).unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(error.hint().ends_with('.'));
    }
}

#[test]
fn files_that_a_command_names_are_not_opened() {
    let imported = command("curl/file-body.txt");
    assert!(imported.connection.is_none());
    let said = words(&imported);
    assert!(
        said.contains("A file with the body") && said.contains("A file with headers"),
        "{said}"
    );
}
