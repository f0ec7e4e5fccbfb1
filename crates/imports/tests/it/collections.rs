//! Postman collections.

use gatewright_imports::{LARGEST, Note, PostmanError, SecretName, postman};
use gatewright_oauth::{ClientAuthentication, GrantType};

use crate::{codes, corpus, secret, words};

#[test]
fn a_collection_gives_its_connection_with_the_variables_filled_in() {
    let imports = postman(&corpus("postman/keycloak-with-variables.json")).unwrap();
    assert_eq!(imports.len(), 1);
    let imported = &imports[0];
    let connection = imported.connection.as_ref().unwrap();
    assert_eq!(imported.place, "Contoso API");
    assert_eq!(connection.name, "Jira");
    assert_eq!(connection.preset.as_deref(), Some("keycloak"));
    assert_eq!(connection.inputs["base_url"], "https://sso.example.com");
    assert_eq!(connection.inputs["realm"], "acme");
    assert_eq!(connection.grant, Some(GrantType::AuthorizationCode));
    assert_eq!(
        connection.token.as_ref().unwrap().as_str(),
        "https://sso.example.com/realms/acme/protocol/openid-connect/token"
    );
    assert_eq!(connection.client_id.as_deref(), Some("jira-cli"));
    assert_eq!(connection.client_auth, Some(ClientAuthentication::Body));
    assert_eq!(connection.scopes, ["openid", "profile"]);
    assert_eq!(
        connection.authorization_params,
        [("kc_idp_hint".to_owned(), "corp".to_owned())]
    );
    assert_eq!(
        connection.token_params,
        [("audience".to_owned(), "jira".to_owned())]
    );
    assert_eq!(
        secret(imported, SecretName::ClientSecret),
        Some("canary-client-secret-0123")
    );
    let shown = format!("{imported:?} {}", words(imported));
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("X-Trace") && shown.contains("api_key"));
    assert!(imported.notes.contains(&Note::OtherAuthentication {
        place: "Contoso API / Users / Old".to_owned(),
        kind: "basic".to_owned(),
    }));
}

#[test]
fn folders_and_requests_have_connections_of_their_own() {
    let imports = postman(&corpus("postman/folder-and-request.json")).unwrap();
    let places: Vec<&str> = imports.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "Contoso API / Cloud",
            "Contoso API / Cloud / Legacy",
            "Contoso API / Cloud / Browser",
            "Contoso API / Cloud / GitHub"
        ]
    );
    let cloud = imports[0].connection.as_ref().unwrap();
    assert_eq!(cloud.preset.as_deref(), Some("entra"));
    assert_eq!(
        cloud.inputs["tenant"],
        "11111111-2222-3333-4444-555555555555"
    );
    assert_eq!(cloud.grant, Some(GrantType::ClientCredentials));
    assert_eq!(cloud.client_auth, Some(ClientAuthentication::Basic));
    let github = imports[3].connection.as_ref().unwrap();
    assert_eq!(github.preset.as_deref(), Some("github"));
    assert!(github.inputs.is_empty());
    assert_eq!(github.scopes, ["read:user", "user:email"]);
}

#[test]
fn implicit_and_password_are_refused_with_the_reason_and_leave_no_secret() {
    let imports = postman(&corpus("postman/folder-and-request.json")).unwrap();
    for (index, word) in [(1, "password grant"), (2, "implicit")] {
        assert_eq!(codes(&imports[index]), ["refused_grant"]);
        assert!(imports[index].connection.is_none());
        assert!(imports[index].secrets.is_empty());
        assert!(words(&imports[index]).contains(word));
    }
}

#[test]
fn variables_without_a_value_are_reported_by_name() {
    let imports = postman(&corpus("postman/unresolved-and-circular.json")).unwrap();
    let imported = &imports[0];
    let unresolved: Vec<(&str, &str)> = imported
        .notes
        .iter()
        .filter_map(|note| {
            let Note::UnresolvedVariable { name, setting } = note else {
                return None;
            };
            Some((name.as_str(), *setting))
        })
        .collect();
    assert_eq!(
        unresolved,
        [("nowhere", "token endpoint"), ("vault", "client secret")]
    );
    assert!(imported.notes.contains(&Note::EndlessVariable {
        setting: "client id"
    }));
    assert!(imported.notes.contains(&Note::NotAnEndpoint {
        setting: "authorization endpoint"
    }));
    let said = words(imported);
    assert!(said.contains("mtls") && said.contains("newThing"), "{said}");
    assert_eq!(imported.connection.as_ref().unwrap().client_id, None);
    let github = &postman(&corpus("postman/folder-and-request.json")).unwrap()[3];
    assert_eq!(
        github.notes,
        [Note::UnresolvedVariable {
            name: "gh_secret".to_owned(),
            setting: "client secret"
        }]
    );
    assert_eq!(
        github.connection.as_ref().unwrap().client_auth,
        Some(ClientAuthentication::Basic)
    );
}

#[test]
fn variables_that_grow_without_end_stop_early() {
    let imports = postman(&corpus("postman/bomb.json")).unwrap();
    assert!(codes(&imports[0]).contains(&"endless_variable"));
}

#[test]
fn an_object_in_place_of_a_list_is_read_too() {
    let imports = postman(&corpus("postman/object-form.json")).unwrap();
    let connection = imports[0].connection.as_ref().unwrap();
    assert_eq!(connection.preset.as_deref(), Some("custom-oauth2"));
    assert_eq!(
        connection.inputs["token_url"],
        "https://id.example.com/token"
    );
    assert_eq!(connection.client_auth, Some(ClientAuthentication::None));
}

#[test]
fn what_is_no_collection_with_oauth_is_refused_with_a_hint() {
    for (name, expected) in [
        ("postman/nothing.json", PostmanError::NoOauth),
        ("postman/environment.json", PostmanError::NotACollection),
        ("postman/too-deep.json", PostmanError::TooDeep),
        ("postman/not-json.txt", PostmanError::NotJson { line: 1 }),
        (
            "postman/other-format.json",
            PostmanError::OtherFormat {
                schema: "https://schema.getpostman.com/json/collection/v1.0.0/collection.json"
                    .to_owned(),
            },
        ),
    ] {
        let error = postman(&corpus(name)).unwrap_err();
        assert_eq!(error, expected, "{name}");
        assert!(error.hint().ends_with('.'));
    }
    assert_eq!(
        postman(&vec![b' '; LARGEST + 1]).unwrap_err(),
        PostmanError::TooLarge
    );
    let brackets = "[".repeat(100_000);
    assert!(matches!(
        postman(brackets.as_bytes()),
        Err(PostmanError::NotJson { .. })
    ));
}
