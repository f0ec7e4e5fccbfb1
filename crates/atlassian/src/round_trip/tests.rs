use gatewright_secret::SecretString;
use time::macros::datetime;

use super::*;
use crate::credential::Credential;
use crate::product::ProductKind;
use crate::testing::{Reply, Seen, Server, client, json};

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);
const NAME: &str = "gatewright-probe-1795366800";

fn request(kind: ProductKind, server: &Server) -> ProbeRequest {
    ProbeRequest {
        kind,
        base_url: server.at("/app"),
        endpoint: None,
        credential: Credential::Bearer(SecretString::new("canary-token")),
        expected_user: Some("fred".to_owned()),
        through_gateway: false,
    }
}

fn jira(seen: &Seen, deletes: u16, gone: bool) -> Reply {
    let reply = match (seen.method.as_str(), seen.target.as_str()) {
        ("GET", "/app/rest/api/2/myself") => json(200, r#"{"name":"fred"}"#),
        ("POST", "/app/rest/api/2/filter") => {
            assert!(seen.body.contains(NAME));
            json(200, r#"{"id":"10003","name":"x"}"#)
        }
        ("DELETE", "/app/rest/api/2/filter/10003") => json(deletes, "{}"),
        ("GET", "/app/rest/api/2/filter/10003") if gone => json(
            404,
            r#"{"errorMessages":["The selected filter is not available to you."]}"#,
        ),
        ("GET", "/app/rest/api/2/filter/10003") => json(200, r#"{"id":"10003"}"#),
        other => panic!("{other:?}"),
    };
    reply.with("X-AUSERNAME", "fred")
}

fn names(trip: &RoundTrip) -> Vec<(StepName, bool)> {
    trip.steps
        .iter()
        .map(|step| (step.name, step.done))
        .collect()
}

#[tokio::test]
async fn what_could_not_be_deleted_is_named_with_its_address() {
    let server = Server::start(|seen: &Seen| jira(seen, 403, false)).await;
    let trip = create_and_delete(&client(), &request(ProductKind::Jira, &server), "", NOW)
        .await
        .unwrap();
    assert_eq!(
        names(&trip),
        [
            (StepName::WhoAmI, true),
            (StepName::Create, true),
            (StepName::Check, true),
            (StepName::Delete, false),
            (StepName::CheckGone, false),
        ]
    );
    assert!(!trip.good);
    let left = trip.left.unwrap();
    assert_eq!(left.what, format!("the private filter {NAME} (10003)"));
    assert_eq!(
        left.url.unwrap(),
        server.at("/app/rest/api/2/filter/10003").to_string()
    );
    assert!(left.certain);
}

#[tokio::test]
async fn a_delete_that_says_yes_and_does_nothing_is_noticed() {
    let server = Server::start(|seen: &Seen| jira(seen, 200, false)).await;
    let trip = create_and_delete(&client(), &request(ProductKind::Jira, &server), "", NOW)
        .await
        .unwrap();
    assert!(trip.left.is_some_and(|left| left.certain));
}

#[tokio::test]
async fn nothing_is_written_as_nobody_or_as_somebody_else() {
    for (user, body) in [("anonymous", "{}"), ("barney", r#"{"name":"barney"}"#)] {
        let server = Server::start(move |_| json(200, body).with("X-AUSERNAME", user)).await;
        let trip = create_and_delete(&client(), &request(ProductKind::Jira, &server), "", NOW)
            .await
            .unwrap();
        assert_eq!(names(&trip), [(StepName::WhoAmI, false)]);
        assert_eq!(trip.left, None);
        assert!(server.seen().iter().all(|seen| seen.method == "GET"));
    }
}

#[tokio::test]
async fn a_creation_that_broke_off_may_have_left_something() {
    let server = Server::start(|seen: &Seen| match seen.method.as_str() {
        "POST" => json(502, "{}"),
        _ => json(200, r#"{"name":"fred"}"#).with("X-AUSERNAME", "fred"),
    })
    .await;
    let trip = create_and_delete(&client(), &request(ProductKind::Jira, &server), "", NOW)
        .await
        .unwrap();
    assert!(trip.left.is_some_and(|left| !left.certain));
}

#[tokio::test]
async fn a_place_that_is_none_is_refused_before_anything_is_sent() {
    let server = Server::start(|_| panic!("nothing is sent")).await;
    let confluence = request(ProductKind::Confluence, &server);
    let bitbucket = request(ProductKind::Bitbucket, &server);
    assert_eq!(
        create_and_delete(&client(), &confluence, " ", NOW)
            .await
            .unwrap_err(),
        PlaceError::Space
    );
    for place in ["", "crane", "QUARRY/", "../x", "a/b/c"] {
        assert!(
            create_and_delete(&client(), &bitbucket, place, NOW)
                .await
                .is_err()
        );
    }
}
