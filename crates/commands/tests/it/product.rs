use base64_like::basic;
use gatewright_wire::{
    DetectedProduct, DirectoryCheck, ErrorCode, KeyPair, LookUpOutcome, LookedUp, Product,
    ProductKind, Products, Readiness,
};
use serde_json::json;

use crate::desk::{Desk, jira};
use crate::server::{Answer, Asked, Server, json as answer};

/// What Basic authentication looks like, without a library.
pub(crate) mod base64_like {
    pub(crate) fn basic(user: &str, password: &str) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let text = format!("{user}:{password}");
        let mut encoded = String::from("Basic ");
        for chunk in text.as_bytes().chunks(3) {
            let bits = chunk
                .iter()
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for place in 0..4 {
                let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
                encoded.push(if place <= chunk.len() {
                    char::from(digit)
                } else {
                    '='
                });
            }
        }
        encoded
    }
}

/// Jira as far as these tests go.
pub(crate) fn jira_server(asked: &Asked) -> Answer {
    let user = match asked.header("authorization") {
        "Bearer gho_0123456789abcdefwxyz" => Some("fred"),
        basic_header if basic_header == basic("svc", "svc-password-canary") => Some("svc"),
        _ => None,
    };
    match asked.path() {
        "/jira/rest/applinks/1.0/manifest" => answer(
            200,
            &json!({"id": "1", "name": "Our Jira", "typeId": "jira", "version": "10.3.2",
                "inboundAuthenticationTypes": [], "url": "http://h/jira"}),
        ),
        _ if user.is_none() => Answer(
            401,
            vec![
                ("Content-Type", "application/json".to_owned()),
                ("WWW-Authenticate", "OAuth realm=\"http%3A%2F%2Fh\"".to_owned()),
            ],
            json!({"message": "Client must be authenticated to access this resource.", "status-code": 401}).to_string(),
        ),
        "/jira/rest/api/2/myself" => {
            let name = user.unwrap();
            let mut reply = answer(
                200,
                &json!({"name": name, "key": name, "displayName": "Fred Flintstone", "active": true}),
            );
            reply.1.push(("X-AUSERNAME", name.to_owned()));
            reply
        }
        "/jira/rest/api/2/user" => {
            let known = ["fred", "svc", "gone"]
                .iter()
                .find(|name| asked.target.contains(&format!("={name}")));
            match known {
                Some(name) => answer(
                    200,
                    &json!({"name": name, "key": name, "displayName": "Fred Flintstone",
                        "active": *name != "gone",
                        "groups": {"size": 2, "items": [{"name": "jira-users"}, {"name": "dev"}]}}),
                ),
                None => answer(404, &json!({"errorMessages": ["no such user"], "errors": {}})),
            }
        }
        _ => answer(404, &json!({"errorMessages": [], "errors": {}})),
    }
}

#[tokio::test]
async fn a_product_is_found_without_a_credential_and_kept() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    let pasted = format!("{}/jira/secure/Dashboard.jspa", server.url);
    let found: DetectedProduct = desk.run("detect_product", json!({"url": pasted})).await;
    assert_eq!(found.kind, ProductKind::Jira);
    assert_eq!(found.base_url, format!("{}/jira", server.url));
    assert_eq!(
        (
            found.suggested_id.as_str(),
            found.suggested_public_url.as_str()
        ),
        ("jira", "/jira")
    );
    assert!(
        server
            .asked()
            .iter()
            .all(|asked| asked.header("authorization").is_empty())
    );

    let kept = desk.jira(&server.url).await;
    assert_eq!(kept["directory_password_kept"], true);
    assert_eq!(kept["readiness"]["state"], "not_tried");
    let found: DetectedProduct = desk.run("detect_product", json!({"url": pasted})).await;
    assert_eq!(found.suggested_id, "jira-2");
}

#[tokio::test]
async fn the_directory_account_is_checked_and_a_refused_password_is_not_sent_again() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    let check: DirectoryCheck = desk.run("check_directory", json!({"id": "jira"})).await;
    assert!(check.good, "{check:?}");
    assert_eq!(check.message, "Reads users and groups: svc is in 2 groups.");

    let mut wrong = jira(&server.url);
    wrong["create"] = json!(false);
    wrong["directory_password"] = json!("wrong");
    let _: Product = desk.run("save_product", wrong).await;
    let check: DirectoryCheck = desk.run("check_directory", json!({"id": "jira"})).await;
    assert!(!check.good);
    let before = server.asked().len();
    for value in ["fred", "wilma", "barney"] {
        let request =
            json!({"product_id": "jira", "value": value, "transform": [], "match_by": "username"});
        let looked: LookedUp = desk.run("look_up_user", request).await;
        assert_eq!(looked.outcome, LookUpOutcome::NotAsked);
    }
    assert_eq!(server.asked().len(), before);
    let products: Products = desk.run("products", json!({})).await;
    assert!(matches!(
        products.products[0].readiness,
        Readiness::Problem { .. }
    ));
}

#[tokio::test]
async fn a_value_is_looked_up_after_its_steps() {
    let server = Server::start(jira_server).await;
    let desk = Desk::new();
    desk.jira(&server.url).await;
    for (value, transform, outcome, text) in [
        (
            "Fred",
            json!(["lowercase"]),
            LookUpOutcome::Found,
            "found as fred",
        ),
        (
            "fred@x.example",
            json!(["before_at"]),
            LookUpOutcome::Found,
            "found as fred",
        ),
        ("gone", json!([]), LookUpOutcome::Inactive, "inactive"),
        ("nobody", json!([]), LookUpOutcome::NotFound, "no such user"),
        (
            "@",
            json!(["before_at"]),
            LookUpOutcome::InvalidValue,
            "no username",
        ),
    ] {
        let request = json!({"product_id": "jira", "value": value, "transform": transform, "match_by": "username"});
        let looked: LookedUp = desk.run("look_up_user", request).await;
        assert_eq!(
            (looked.outcome, looked.text.as_str()),
            (outcome, text),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_key_pair_is_sealed_and_its_public_half_shown() {
    let desk = Desk::new();
    desk.jira("http://127.0.0.1:1").await;
    let pair: KeyPair = desk.run("make_key_pair", json!({"id": "jira"})).await;
    assert!(pair.public_pem.starts_with("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(pair.fingerprint.split(' ').count(), 16);
    assert_eq!(pair.link_fields[0].value, "gatewright");
    let error = desk
        .ask("import_key_pair", json!({"id": "jira", "private_pem": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("private_pem"));
}

#[tokio::test]
async fn what_was_typed_wrongly_names_its_field() {
    let desk = Desk::new();
    for (field, value) in [
        ("id", json!("Jira 1")),
        ("base_url", json!("jira.example.com")),
        ("public_url", json!("/a?b")),
        ("directory_user", json!("a:b")),
        ("act_as", json!({"strategy": "access_tokens"})),
        (
            "act_as",
            json!({"strategy": "header", "name": "Authorization"}),
        ),
    ] {
        let mut request = jira("http://127.0.0.1:1");
        request[field] = value;
        let error = desk.ask("save_product", request).await.unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (ErrorCode::InvalidInput, Some(field)),
            "{error:?}"
        );
    }
    desk.jira("http://127.0.0.1:1").await;
    let twice = desk
        .ask("save_product", jira("http://127.0.0.1:1"))
        .await
        .unwrap_err();
    assert_eq!(twice.field.as_deref(), Some("id"));
    let _: Products = desk.run("remove_product", json!({"id": "jira"})).await;
    let gone = desk
        .ask("remove_product", json!({"id": "jira"}))
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}
