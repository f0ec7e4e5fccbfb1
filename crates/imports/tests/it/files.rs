//! The format `gatewright-connection/1`.

use gatewright_imports::{Connection, FormatError, connection, export, postman};
use gatewright_oauth::{ClientAuthentication, GrantType};

use crate::corpus;

#[test]
fn an_exported_connection_comes_back_as_it_was() {
    let written = corpus("connection/whole.json");
    let read = connection(&written).unwrap().connection.unwrap();
    assert_eq!(read.grant, Some(GrantType::AuthorizationCode));
    assert_eq!(read.client_auth, Some(ClientAuthentication::Body));
    assert_eq!(read.inputs["realm"], "acme");
    assert_eq!(export(&read).as_bytes(), written);
    let least = connection(&corpus("connection/least.json")).unwrap();
    assert_eq!(least.connection, Some(Connection::default()));
}

#[test]
fn what_was_imported_is_exported_without_its_secrets() {
    let imported = &postman(&corpus("postman/keycloak-with-variables.json")).unwrap()[0];
    let mut read = imported.connection.clone().unwrap();
    let written = export(&read);
    assert!(!written.contains("canary"), "{written}");
    assert_eq!(
        connection(written.as_bytes()).unwrap().connection.as_ref(),
        Some(&read)
    );
    read.token_params
        .push(("client_assertion".to_owned(), "canary-assertion".to_owned()));
    assert!(!export(&read).contains("canary"));
}

#[test]
fn a_file_with_a_secret_another_version_or_a_wrong_value_is_refused() {
    for (name, expected) in [
        (
            "secret.json",
            FormatError::Secret {
                name: "client_secret".to_owned(),
            },
        ),
        (
            "other-version.json",
            FormatError::OtherFormat {
                format: "gatewright-connection/2".to_owned(),
            },
        ),
        (
            "plain-http.json",
            FormatError::Value {
                member: "token_endpoint",
            },
        ),
        (
            "foreign-input.json",
            FormatError::Value { member: "inputs" },
        ),
    ] {
        let error = connection(&corpus(&format!("connection/{name}"))).unwrap_err();
        assert_eq!(error, expected, "{name}");
        assert!(error.hint().ends_with('.'));
    }
    for name in ["unknown-member.json", "twice.json"] {
        let error = connection(&corpus(&format!("connection/{name}"))).unwrap_err();
        assert!(matches!(error, FormatError::Unreadable { .. }), "{name}");
        assert!(!error.to_string().contains("canary"));
    }
}
