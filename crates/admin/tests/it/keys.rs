use gatewright_admin_api::{
    AuditQuery, CallError, CreateKey, KeyQuery, KeyState, ProblemCode, RevokeKeys, RotateKey,
};
use gatewright_secret::SecretString;
use gatewright_store::Role;
use time::Duration;

use crate::world::World;

fn wanted(owner: &str) -> CreateKey {
    CreateKey {
        owner: owner.to_owned(),
        name: "build server".to_owned(),
        ..CreateKey::default()
    }
}

fn code<T: std::fmt::Debug>(answer: Result<T, CallError>) -> ProblemCode {
    let error = answer.unwrap_err();
    if matches!(error, CallError::Forbidden) {
        ProblemCode::Forbidden
    } else if matches!(error, CallError::NotFound { .. }) {
        ProblemCode::NotFound
    } else if let CallError::Refused(problem) = error {
        problem.code
    } else {
        panic!("{error:?}")
    }
}

#[tokio::test]
async fn a_viewer_reads_keys_and_an_editor_makes_and_revokes_them() {
    let world = World::start().await;
    let (viewer, editor) = (
        world.admin(Role::Viewer).await,
        world.admin(Role::Editor).await,
    );
    let made = editor.create_key(&wanted("fred")).await.unwrap();
    let id = made.info.id.as_str();
    assert_eq!(viewer.key(id).await.unwrap(), made.info);
    let list = viewer.keys(&KeyQuery::default()).await.unwrap();
    assert_eq!(list.keys.len(), 1);
    assert_eq!(list.keys[0], made.info);
    let text = SecretString::new("nothing");
    let forbidden = ProblemCode::Forbidden;
    assert_eq!(code(viewer.create_key(&wanted("fred")).await), forbidden);
    assert_eq!(code(viewer.revoke_key(id).await), forbidden);
    assert_eq!(
        code(viewer.revoke_keys(&RevokeKeys::default()).await),
        forbidden
    );
    assert_eq!(
        code(viewer.rotate_key(id, &RotateKey::default()).await),
        forbidden
    );
    assert_eq!(code(viewer.leaked_keys(&text).await), forbidden);
    editor.revoke_key(id).await.unwrap();
    let revoked = viewer.key(id).await.unwrap();
    assert_eq!(
        (revoked.state, revoked.revoked_by.as_deref()),
        (KeyState::Revoked, Some("ann"))
    );
    assert_eq!(
        code(viewer.key("key_0000000000000000").await),
        ProblemCode::NotFound
    );
    assert_eq!(code(viewer.key("nonsense").await), ProblemCode::NotFound);
}

#[tokio::test]
async fn each_change_leaves_a_line_that_does_not_hold_the_key() {
    let world = World::start().await;
    let owner = world.admin(Role::Owner).await;
    let made = owner.create_key(&wanted("fred")).await.unwrap();
    let rotated = owner
        .rotate_key(&made.info.id, &RotateKey::default())
        .await
        .unwrap();
    assert_eq!(
        rotated.info.replaces.as_deref(),
        Some(made.info.id.as_str())
    );
    let again = owner.rotate_key(&made.info.id, &RotateKey::default()).await;
    assert_eq!(code(again), ProblemCode::KeyRefused);
    let found = format!("x={} y={}", made.key.expose(), rotated.key.expose());
    let leaked = owner.leaked_keys(&SecretString::new(found)).await.unwrap();
    assert_eq!((leaked.keys.len(), leaked.unknown), (2, 0));
    assert!(leaked.keys.iter().all(|key| key.state == KeyState::Revoked));
    let audit = owner.audit(&AuditQuery::default()).await.unwrap();
    let text = serde_json::to_string(&audit).unwrap();
    for key in [&made.key, &rotated.key] {
        assert!(!text.contains(key.expose()));
    }
    let mut actions: Vec<&str> = audit
        .lines
        .iter()
        .filter_map(|entry| entry.line["action"].as_str())
        .filter(|action| action.starts_with("key_"))
        .collect();
    actions.reverse();
    assert_eq!(
        actions,
        ["key_created", "key_rotated", "key_leaked", "key_leaked"]
    );
}

#[tokio::test]
async fn what_no_key_could_be_is_refused() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    let with = |change: &dyn Fn(&mut CreateKey)| {
        let mut key = wanted("fred");
        change(&mut key);
        key
    };
    for wrong in [
        with(&|key| key.owner = "a:b".to_owned()),
        with(&|key| key.owner = "anonymous".to_owned()),
        with(&|key| key.owner = " fred".to_owned()),
        with(&|key| key.owner = "fr\u{e9}d".to_owned()),
        with(&|key| key.name = String::new()),
        with(&|key| key.max_uses = Some(0)),
        with(&|key| key.expires = Some("soon".to_owned())),
        with(&|key| key.expires = Some("0d".to_owned())),
        with(&|key| key.products = vec!["jira".to_owned()]),
        with(&|key| key.paths = vec!["rest".to_owned()]),
        with(&|key| key.paths = vec!["/x".to_owned(); 33]),
        with(&|key| key.addresses = vec!["10.0.0.1/8".to_owned()]),
    ] {
        let refused = editor.create_key(&wrong).await;
        assert_eq!(code(refused), ProblemCode::MalformedRequest, "{wrong:?}");
    }
    for wrong in ["never", "366d"] {
        let key = with(&|key| key.expires = Some(wrong.to_owned()));
        assert_eq!(code(editor.create_key(&key).await), ProblemCode::KeyRefused);
    }
    assert_eq!(editor.keys(&KeyQuery::default()).await.unwrap().keys, []);
    let good = with(&|key| key.expires = Some("365d".to_owned()));
    editor.create_key(&good).await.unwrap();
}

#[tokio::test]
async fn keys_are_found_paged_and_revoked_together() {
    let world = World::start().await;
    let editor = world.admin(Role::Editor).await;
    for owner in ["fred", "barney", "fred", "Fred"] {
        editor.create_key(&wanted(owner)).await.unwrap();
        world.later(Duration::seconds(1));
    }
    let mut query = KeyQuery {
        limit: Some(3),
        ..KeyQuery::default()
    };
    let first = editor.keys(&query).await.unwrap();
    assert_eq!(
        (first.keys.len(), first.keys[0].owner.as_str()),
        (3, "Fred")
    );
    query.after = first.next;
    let second = editor.keys(&query).await.unwrap();
    assert_eq!((second.keys.len(), second.next), (1, None));
    let of_fred = RevokeKeys {
        owner: Some("fred".to_owned()),
        ..RevokeKeys::default()
    };
    assert_eq!(editor.revoke_keys(&of_fred).await.unwrap().revoked.len(), 3);
    assert_eq!(editor.revoke_keys(&of_fred).await.unwrap().revoked.len(), 0);
    let active = KeyQuery {
        state: Some(KeyState::Active),
        q: Some("BARN".to_owned()),
        ends_before: Some(crate::world::NOON + Duration::days(91)),
        ..KeyQuery::default()
    };
    assert_eq!(editor.keys(&active).await.unwrap().keys.len(), 1);
    world.later(Duration::days(91));
    assert_eq!(editor.keys(&active).await.unwrap().keys.len(), 0);
}
