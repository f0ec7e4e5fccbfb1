//! What the sandbox says about itself.

use serde_json::{Value, json};

use crate::running::Running;

#[tokio::test]
async fn is_the_document_that_scripts_rely_on() {
    let sandbox = Running::start().await;
    let document = json!(sandbox.description);
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&document),
        [
            "providers",
            "products",
            "users",
            "gateway_config",
            "secrets"
        ]
    );
    assert_eq!(
        names(&document["providers"]["ghes"]),
        ["base_url", "client_id", "client_secret"]
    );
    assert_eq!(
        names(&document["providers"]["oidc"]),
        ["issuer", "client_id", "client_secret"]
    );
    assert_eq!(
        names(&document["products"]),
        ["jira", "confluence", "bitbucket"]
    );
    let users = document["users"].as_array().unwrap();
    assert!(users.len() >= 12);
    for user in users {
        assert_eq!(
            names(user),
            [
                "username",
                "password",
                "email",
                "groups",
                "directory_name",
                "note"
            ]
        );
        assert!(!user["note"].as_str().unwrap().is_empty(), "{user}");
    }
}

#[tokio::test]
async fn its_document_names_only_secrets_that_are_there_and_shows_none() {
    let sandbox = Running::start().await;
    let document: toml::Table = sandbox.description.gateway_config.parse().unwrap();
    let mut named = Vec::new();
    collect_secrets(&toml::Value::Table(document.clone()), &mut named);
    assert!(!named.is_empty());
    for name in named {
        let value = sandbox
            .description
            .secrets
            .get(&name)
            .unwrap_or_else(|| panic!("no secret {name}"));
        assert!(!sandbox.description.gateway_config.contains(value.expose()));
    }
    let providers = document["providers"].as_array().unwrap();
    assert_eq!(
        providers[0]["client_id"].as_str(),
        Some(sandbox.description.providers.ghes.client_id.as_str())
    );
    assert_eq!(
        providers[1]["client_id"].as_str(),
        Some(sandbox.description.providers.oidc.client_id.as_str())
    );
    assert!(!sandbox.description.gateway_config.contains("ORIGIN"));
}

fn collect_secrets(value: &toml::Value, named: &mut Vec<String>) {
    if let Some(table) = value.as_table() {
        for (key, member) in table {
            match member.as_str() {
                Some(name) if key == "secret" => named.push(name.to_owned()),
                _ => collect_secrets(member, named),
            }
        }
    }
    for member in value.as_array().into_iter().flatten() {
        collect_secrets(member, named);
    }
}

#[tokio::test]
async fn the_first_user_may_administer_all_three_products() {
    let sandbox = Running::start().await;
    let first = &sandbox.description.users[0].username;
    let jira = sandbox
        .jira("GET", "/rest/api/2/mypermissions")
        .user(first)
        .send()
        .await
        .json();
    assert_eq!(jira["permissions"]["ADMINISTER"]["havePermission"], true);
    let space = json!({ "key": "ADM", "name": "Made by an administrator" });
    assert_eq!(
        sandbox
            .confluence("POST", "/rest/api/space")
            .user(first)
            .json(&space)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/admin/groups")
            .user(first)
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_service_account_administers_but_is_nobody_at_the_provider() {
    let sandbox = Running::start().await;
    let password = sandbox.description.secrets["svc-gatewright"].expose();
    let members = "/rest/api/2/group/member?groupname=staff";
    let answer = sandbox
        .jira("GET", members)
        .basic("svc-gatewright", password)
        .send()
        .await;
    assert_eq!(answer.status, 200);
    assert!(
        sandbox
            .description
            .users
            .iter()
            .all(|user| user.username != "svc-gatewright")
    );
}

#[tokio::test]
async fn the_front_page_lists_the_people() {
    let sandbox = Running::start().await;
    let origin = sandbox
        .description
        .products
        .jira
        .trim_end_matches("/jira")
        .to_owned();
    let page = sandbox.call("GET", format!("{origin}/")).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("fred-password"));
    assert!(page.text.contains("Bitbucket&#39;s slug, anna_b"));
}
