//! The presets have true answers, and the test that writes leaves nothing.

use gatewright_atlassian::{
    Credential, Preset, ProductKind, StepName, Verdict, create_and_delete, detect_apis, place_of,
    presets, probe,
};
use serde_json::json;

use crate::running::{NOW, Running, bearer, password};

fn filled(preset: &Preset) -> gatewright_atlassian::Endpoint {
    let values: Vec<(&str, &str)> = preset
        .inputs
        .iter()
        .map(|input| (input.name, input.example))
        .collect();
    preset.endpoint(&values).unwrap()
}

#[tokio::test]
async fn every_preset_is_answered_as_the_user_by_password_and_by_token() {
    let sandbox = Running::start().await;
    for kind in ProductKind::ALL {
        let (_, token) = sandbox.token(kind).await;
        for preset in presets(kind) {
            for credential in [password("fred"), bearer(&token)] {
                let is_token = matches!(credential, Credential::Bearer(_));
                let mut request = sandbox.request(kind, credential);
                request.endpoint = Some(filled(preset));
                let result = probe(&sandbox.client, &request, NOW).await;
                // Bitbucket keeps access tokens away from administration.
                let wanted = if preset.id == "bitbucket.admin-groups" && is_token {
                    Verdict::PermissionMissing
                } else {
                    Verdict::Valid
                };
                assert_eq!(result.verdict, wanted, "{}: {}", preset.id, result.message);
                if wanted == Verdict::Valid {
                    assert_eq!(result.status, Some(200), "{}", preset.id);
                    let body = result.response.unwrap().body;
                    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                    let values = ["values", "results", "issues"];
                    let list = values.iter().find_map(|name| body[name].as_array());
                    assert!(
                        list.is_none_or(|list| !list.is_empty()),
                        "{}: an empty list shows nothing",
                        preset.id
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_created_is_deleted_in_all_three_products() {
    let sandbox = Running::start().await;
    for (kind, place) in [
        (ProductKind::Jira, ""),
        (ProductKind::Confluence, "TEAM"),
        (ProductKind::Bitbucket, "QUARRY/crane"),
    ] {
        assert_eq!(place_of(kind).is_none(), place.is_empty());
        let request = sandbox.request(kind, password("fred"));
        let trip = create_and_delete(&sandbox.client, &request, place, NOW)
            .await
            .unwrap();
        let steps: Vec<String> = trip
            .steps
            .iter()
            .map(|step| format!("{:?} {} {}", step.name, step.done, step.result.message))
            .collect();
        assert!(trip.good, "{kind}: {steps:?} {:?}", trip.left);
        assert_eq!(
            trip.steps.iter().any(|step| step.name == StepName::Purge),
            kind == ProductKind::Confluence
        );
        // The same name can be made again: nothing of the first is left.
        let again = create_and_delete(&sandbox.client, &request, place, NOW)
            .await
            .unwrap();
        assert!(again.good);

        sandbox
            .scenario(kind, json!({ "deletes_nothing": true }))
            .await;
        let trip = create_and_delete(&sandbox.client, &request, place, NOW)
            .await
            .unwrap();
        assert!(!trip.good);
        let left = trip.left.unwrap();
        assert!(left.certain);
        assert!(left.what.contains("gatewright-probe-"), "{}", left.what);
        assert!(left.url.unwrap().starts_with("http://127.0.0.1:"));
        let delete = trip.steps.iter().find(|step| step.name == StepName::Delete);
        let delete = delete.unwrap();
        assert!(!delete.done);
        assert_eq!(delete.result.verdict, Verdict::PermissionMissing);
    }
}

#[tokio::test]
async fn agile_and_service_management_are_found_where_they_are() {
    let sandbox = Running::start().await;
    let base_url = sandbox.base_url(ProductKind::Jira);
    let found = async || {
        let found = detect_apis(&sandbox.client, ProductKind::Jira, &base_url).await;
        let there: Vec<Option<bool>> = found.unwrap().iter().map(|api| api.there).collect();
        there
    };
    assert_eq!(found().await, [Some(true); 3]);
    sandbox
        .scenario(ProductKind::Jira, json!({ "platform_only": true }))
        .await;
    assert_eq!(found().await, [Some(true), Some(false), Some(false)]);
}
