use std::collections::BTreeSet;

use super::*;
use crate::testing::{Seen, Server, client, json, page};

fn filled(preset: &Preset) -> Endpoint {
    let values: Vec<(&str, &str)> = preset
        .inputs
        .iter()
        .map(|input| (input.name, input.example))
        .collect();
    preset.endpoint(&values).unwrap()
}

#[test]
fn every_preset_is_an_endpoint_that_reads() {
    let mut ids = BTreeSet::new();
    for kind in ProductKind::ALL {
        assert_eq!(presets(kind)[0].path, kind.who_am_i());
        assert_eq!(presets(kind)[0].purpose, Purpose::WhoAmI);
        for preset in presets(kind) {
            assert!(ids.insert(preset.id), "{} twice", preset.id);
            assert!(preset.id.starts_with(kind.id()));
            assert!(ApiFamily::of(kind).contains(&preset.family));
            let endpoint = filled(preset);
            assert!(!endpoint.path().contains('{'), "{}", endpoint.path());
            let reads = *endpoint.method() == Method::GET
                || (preset.purpose == Purpose::Search && preset.body.is_some());
            assert!(reads, "{}", preset.id);
            for input in preset.inputs {
                assert!(preset.path.contains(&format!("{{{}}}", input.name)));
            }
        }
    }
}

#[test]
fn what_is_filled_in_is_encoded_whole_and_must_be_there() {
    let search = presets(ProductKind::Confluence)
        .iter()
        .find(|preset| preset.id == "confluence.search")
        .unwrap();
    let endpoint = search.endpoint(&[("text", "a&b\" or x=\"")]).unwrap();
    assert_eq!(
        endpoint.path(),
        "/rest/api/content/search?cql=text%20~%20%22a%26b%22%20or%20x%3D%22%22&limit=10"
    );
    assert!(matches!(
        search.endpoint(&[("text", " ")]).unwrap_err(),
        PresetError::Missing { name: "text", .. }
    ));
    assert!(search.endpoint(&[]).is_err());
    let board = presets(ProductKind::Jira)
        .iter()
        .find(|preset| preset.id == "jira.board-issues")
        .unwrap();
    assert!(board.endpoint(&[("board", "..")]).is_err());
    assert_eq!(
        board.endpoint(&[("board", "1/../2")]).unwrap().path(),
        "/rest/agile/1.0/board/1%2F..%2F2/issue?maxResults=10&fields=summary"
    );
}

#[tokio::test]
async fn the_apis_that_are_there_are_found_without_a_credential() {
    let server = Server::start(|seen: &Seen| {
        assert_eq!(seen.header("authorization"), None);
        if seen.target.contains("/agile/") {
            json(
                401,
                r#"{"message":"Client must be authenticated to access this resource.","status-code":401}"#,
            )
        } else {
            json(404, r#"{"message":"null for uri: http://h/rest/servicedeskapi/info","status-code":404}"#)
        }
    })
    .await;
    let found = detect_apis(&client(), ProductKind::Jira, &server.at("/app"))
        .await
        .unwrap();
    let there: Vec<Option<bool>> = found.iter().map(|api| api.there).collect();
    assert_eq!(there, [Some(true), Some(true), Some(false)]);

    let behind_a_login = Server::start(|_| page(200, "Sign in")).await;
    let found = detect_apis(&client(), ProductKind::Jira, &behind_a_login.url)
        .await
        .unwrap();
    assert_eq!(found[1].there, None);
    let found = detect_apis(&client(), ProductKind::Bitbucket, &behind_a_login.url)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}
