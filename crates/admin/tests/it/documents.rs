use gatewright_admin_api::{AuditQuery, CallError, Explain, Mode, Notation};
use gatewright_secret::SecretString;
use gatewright_store::Role;

use crate::world::World;

const EMPTY: &str = "# nothing yet\nformat = 1\n";
const JIRA: &str = r#"
format = 1

[[products]]
id = "jira"
kind = "jira"
base_url = "http://127.0.0.1:1/jira"
public_url = "https://jira.example.com/tracker"
act_as = { service = { token = { secret = "jira-token" } } }

[access]
addresses_allowed = ["10.0.0.0/8"]

[[expect]]
name = "from outside nobody"
address = "192.0.2.1"
product = "jira"
request = "GET /rest/api/2/myself"
outcome = "address_not_allowed"
"#;

#[tokio::test]
async fn of_two_publishers_one_wins_and_the_other_is_told() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    assert_eq!(editor.config(Notation::Json).await.unwrap().version, 0);
    let (one, other) = tokio::join!(
        editor.put_config(EMPTY, Notation::Toml, 0, "one"),
        editor.put_config("{\"format\": 1}", Notation::Json, 0, "other")
    );
    let won = [&one, &other]
        .iter()
        .filter(|result| result.is_ok())
        .count();
    assert_eq!(won, 1);
    let lost = one.err().or(other.err()).unwrap();
    assert!(matches!(lost, CallError::Stale { current: 1 }), "{lost}");
    assert_eq!(editor.status().await.unwrap().version, 1);
}

#[tokio::test]
async fn a_document_comes_back_as_it_was_written_and_in_the_other_notation() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    editor
        .put_config(EMPTY, Notation::Toml, 0, "")
        .await
        .unwrap();
    assert_eq!(editor.config(Notation::Toml).await.unwrap().text, EMPTY);
    let json = editor.config(Notation::Json).await.unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json.text).unwrap()["format"],
        1
    );
}

#[tokio::test]
async fn what_cannot_run_is_refused_whole_and_what_ran_goes_on() {
    let world = World::start().await;
    let owner = world.admin(Role::Owner).await;
    owner
        .put_config(EMPTY, Notation::Toml, 0, "")
        .await
        .unwrap();
    let invalid = owner
        .put_config("format = 1\nsecrets = 1\n", Notation::Toml, 1, "")
        .await;
    let Err(CallError::Invalid { problems }) = invalid else {
        panic!("{invalid:?}")
    };
    assert_eq!(problems[0].line, Some(2));
    let unknown = owner.put_config(JIRA, Notation::Toml, 1, "").await;
    assert!(matches!(unknown, Err(CallError::UnknownSecrets { names }) if names == ["jira-token"]));
    owner
        .put_secret("jira-token", &SecretString::new("canary"))
        .await
        .unwrap();
    let open = JIRA.replace("[\"10.0.0.0/8\"]", "[]");
    let failed = owner.put_config(&open, Notation::Toml, 1, "").await;
    let Err(CallError::FailedExpectations { expectations }) = failed else {
        panic!("{failed:?}")
    };
    assert_eq!(expectations[0].actual, "missing_credentials");
    assert_eq!(owner.status().await.unwrap().version, 1);
    assert_eq!(owner.versions(None).await.unwrap().versions.len(), 1);

    assert_eq!(
        owner
            .put_config(JIRA, Notation::Toml, 1, "behind it")
            .await
            .unwrap()
            .version,
        2
    );
    let status = owner.status().await.unwrap();
    assert_eq!(
        (status.version, status.mode, status.counts.refused),
        (2, Mode::Store, 1)
    );
    assert_eq!(
        status.products[0].public_url,
        "https://jira.example.com/tracker"
    );
    assert!(!status.products[0].reachable);
    let listed = owner.secrets().await.unwrap();
    assert_eq!(listed.secrets[0].name, "jira-token");
}

#[tokio::test]
async fn validate_says_what_a_publish_would_and_changes_nothing() {
    let world = World::start().await;
    let viewer = world.admin(Role::Viewer).await;
    let found = viewer.validate(JIRA, Notation::Toml).await.unwrap();
    assert!(!found.valid);
    assert_eq!(found.unknown_secrets, ["jira-token"]);
    assert!(found.expectations[0].met);
    let found = viewer.validate("format = 7", Notation::Toml).await.unwrap();
    assert_eq!(found.problems[0].path, "format");
    assert!(viewer.validate(EMPTY, Notation::Toml).await.unwrap().valid);
    assert_eq!(viewer.status().await.unwrap().version, 0);
}

#[tokio::test]
async fn an_old_version_comes_back_as_a_new_one() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    editor
        .put_config(EMPTY, Notation::Toml, 0, "first")
        .await
        .unwrap();
    let closed = "format = 1\n[settings]\nread_only = true\n";
    editor
        .put_config(closed, Notation::Toml, 1, "second")
        .await
        .unwrap();
    assert!(matches!(
        editor.restore(1, Some(1)).await,
        Err(CallError::Stale { current: 2 })
    ));
    assert_eq!(editor.restore(1, Some(2)).await.unwrap().version, 3);
    assert_eq!(editor.config(Notation::Toml).await.unwrap().text, EMPTY);
    let versions = editor.versions(None).await.unwrap().versions;
    let comments: Vec<&str> = versions
        .iter()
        .map(|version| version.comment.as_str())
        .collect();
    assert_eq!(comments, ["version 1 again", "second", "first"]);
    assert_eq!(
        editor.version(2).await.unwrap().document["settings"]["read_only"],
        true
    );
    assert!(matches!(
        editor.version(9).await,
        Err(CallError::NotFound { .. })
    ));
    assert!(matches!(
        editor.restore(9, None).await,
        Err(CallError::NotFound { .. })
    ));
}

#[tokio::test]
async fn after_a_restart_the_newest_version_runs() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    editor
        .put_config(EMPTY, Notation::Toml, 0, "")
        .await
        .unwrap();
    world.running.store(None);
    world.publisher.apply_newest().await.unwrap();
    assert!(world.running.load().is_some());
}

#[tokio::test]
async fn with_a_file_nothing_is_published_but_all_can_be_read() {
    let world = World::with_file(EMPTY).await;
    let owner = world.admin(Role::Owner).await;
    let read = owner.config(Notation::Toml).await.unwrap();
    assert_eq!((read.version, read.text.as_str()), (1, EMPTY));
    assert!(matches!(
        owner.put_config(EMPTY, Notation::Toml, 1, "").await,
        Err(CallError::FromFile)
    ));
    assert!(matches!(
        owner.restore(1, None).await,
        Err(CallError::FromFile)
    ));
    assert_eq!(owner.status().await.unwrap().mode, Mode::File);
}

#[tokio::test]
async fn conditions_and_media_types_are_looked_at() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    let token = editor.credential().token.expose().clone();
    let put = |lines: &str| {
        format!("PUT /api/v1/config HTTP/1.1\r\nAuthorization: Bearer {token}\r\n{lines}")
    };
    let toml = "Content-Type: application/toml";
    for (lines, status, code) in [
        (toml.to_owned(), 428, "precondition_required"),
        (format!("{toml}\r\nIf-Match: \"v7\""), 412, "stale"),
        (format!("{toml}\r\nIf-Match: W/\"v0\""), 412, "stale"),
        (
            "Content-Type: text/plain\r\nIf-Match: \"v0\"".to_owned(),
            415,
            "unsupported_media_type",
        ),
        (format!("{toml}\r\nIf-Match: \"v0\""), 200, "\"version\":1"),
        (format!("{toml}\r\nIf-Match: *"), 200, "\"version\":2"),
    ] {
        let answer = world.raw(&put(&lines), EMPTY).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{lines}: {answer}"
        );
        assert!(answer.contains(code), "{lines}: {answer}");
        assert!(answer.contains("cache-control: no-store"), "{answer}");
    }
    let large = "#".repeat(3 * 1024 * 1024);
    let answer = world
        .raw(&put(&format!("{toml}\r\nIf-Match: \"v2\"")), &large)
        .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn explain_tells_phase_by_phase_and_every_change_is_recorded() {
    let world = World::start().await;
    let owner = world.admin(Role::Owner).await;
    owner
        .put_secret("jira-token", &SecretString::new("canary-1"))
        .await
        .unwrap();
    owner
        .put_config(JIRA, Notation::Toml, 0, "why")
        .await
        .unwrap();
    let ask = |address: &str, path: &str| Explain {
        path: Some(path.to_owned()),
        address: Some(address.to_owned()),
        token: Some(SecretString::new("canary-2")),
        ..Explain::default()
    };
    let outside = owner
        .explain(&ask("192.0.2.1", "/tracker/rest/api/2/myself"))
        .await
        .unwrap();
    assert_eq!(outside.outcome, "address_not_allowed");
    assert_eq!(outside.phases.last().unwrap().result, "refused");
    let inside = owner
        .explain(&ask("10.1.2.3", "/tracker/rest/api/2/myself"))
        .await
        .unwrap();
    assert_eq!(
        (inside.outcome.as_str(), inside.status),
        ("invalid_credentials", Some(401))
    );
    let nowhere = owner.explain(&ask("10.1.2.3", "/elsewhere")).await.unwrap();
    assert_eq!(nowhere.outcome, "unknown_product");
    let unknown = Explain {
        request_id: Some("none".to_owned()),
        ..Explain::default()
    };
    assert!(matches!(
        owner.explain(&unknown).await,
        Err(CallError::NotFound { .. })
    ));

    let page = owner
        .audit(&AuditQuery {
            limit: Some(2),
            ..AuditQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(page.lines[0].line["action"], "config_published");
    assert_eq!(page.lines[0].line["by"]["name"], "ann");
    assert_eq!(page.lines[0].line["what"]["comment"], "why");
    assert_eq!(page.lines[1].line["what"]["name"], "jira-token");
    let next = AuditQuery {
        before: page.next,
        ..AuditQuery::default()
    };
    let rest = owner.audit(&next).await.unwrap();
    assert_eq!(rest.lines[0].line["action"], "paired");
    assert_eq!(rest.next, None);
    let everything = format!("{page:?}{rest:?}");
    assert!(!everything.contains("canary"));
}
