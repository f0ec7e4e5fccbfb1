//! What every form of the store must do. Each function gets an empty store.

use std::thread;

use gatewright_secret::SecretString;
use gatewright_store::{
    AdminChange, AdminId, AppendError, AuditFilter, AuditKind, AuditLine, Digest, DocumentFormat,
    FactRow, NewAdmin, NewConfig, PAIR_CODE_TRIES, PairCode, RedeemError, Role, Store,
};
use time::{Duration, OffsetDateTime};

pub(crate) const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

pub(crate) fn document(text: &str) -> NewConfig {
    NewConfig {
        text: text.to_owned(),
        format: DocumentFormat::Toml,
        by: "ann".to_owned(),
        comment: "first".to_owned(),
        at: NOON,
    }
}

pub(crate) fn admin(credential: &str, at: OffsetDateTime) -> NewAdmin {
    NewAdmin {
        id: AdminId::random(),
        name: "ann".to_owned(),
        credential: Digest::of(credential),
        at,
    }
}

pub(crate) fn versions_count_from_one_and_are_kept_as_written(store: &dyn Store) {
    assert!(store.latest_config().unwrap().is_none());
    assert_eq!(store.append_config(0, &document("a")).unwrap(), 1);
    assert_eq!(store.append_config(1, &document("b # why")).unwrap(), 2);
    let latest = store.latest_config().unwrap().unwrap();
    assert_eq!((latest.info.version, latest.text.as_str()), (2, "b # why"));
    assert_eq!(latest.format, DocumentFormat::Toml);
    assert_eq!((latest.info.at, latest.info.by.as_str()), (NOON, "ann"));
    assert_eq!(store.config(1).unwrap().unwrap().text, "a");
    assert!(store.config(3).unwrap().is_none());
    let listed: Vec<u64> = store
        .configs(None, 10)
        .unwrap()
        .iter()
        .map(|info| info.version)
        .collect();
    assert_eq!(listed, [2, 1]);
    assert_eq!(store.configs(Some(2), 10).unwrap().len(), 1);
    assert_eq!(store.configs(None, 1).unwrap().len(), 1);
}

pub(crate) fn of_two_writers_one_is_told_that_it_is_late(store: &dyn Store) {
    let won = thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| store.append_config(0, &document("x"))))
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .filter(|result| match result {
                Ok(version) => *version == 1,
                Err(AppendError::Stale { current }) => {
                    assert_eq!(*current, 1);
                    false
                }
                Err(AppendError::Store(error)) => panic!("{error}"),
            })
            .count()
    });
    assert_eq!(won, 1);
    assert!(matches!(
        store.append_config(7, &document("y")),
        Err(AppendError::Stale { current: 1 })
    ));
}

pub(crate) fn a_secret_is_replaced_and_listed_without_its_value(store: &dyn Store) {
    store
        .put_secret("ghes", &SecretString::new("old"), NOON)
        .unwrap();
    let later = NOON + Duration::hours(1);
    store
        .put_secret("ghes", &SecretString::new("new"), later)
        .unwrap();
    assert!(store.secret("ghes").unwrap().unwrap().matches("new"));
    assert!(store.secret("other").unwrap().is_none());
    let listed = store.secrets().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].created_at, listed[0].updated_at), (NOON, later));
}

pub(crate) fn an_admin_is_found_by_the_whole_credential_until_removed(store: &dyn Store) {
    let ann = admin("gwa_canary", NOON);
    store.add_admin(&ann, Role::Editor).unwrap();
    let later = NOON + Duration::hours(1);
    assert!(
        store
            .admin_by_credential(&Digest::of("gwa_canarx"), later)
            .unwrap()
            .is_none()
    );
    let found = store
        .admin_by_credential(&Digest::of("gwa_canary"), later)
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.role, found.id.clone(), found.last_used_at),
        (Role::Editor, ann.id, None)
    );
    assert_eq!(store.admins().unwrap()[0].last_used_at, Some(later));
    assert_eq!(store.remove_admin(&found.id).unwrap(), AdminChange::Done);
    assert_eq!(store.remove_admin(&found.id).unwrap(), AdminChange::Missing);
    assert!(
        store
            .admin_by_credential(&Digest::of("gwa_canary"), later)
            .unwrap()
            .is_none()
    );
}

fn code(store: &dyn Store, text: &str) {
    let code = PairCode {
        digest: Digest::of(text),
        role: Role::Owner,
        expires_at: NOON + Duration::minutes(10),
    };
    store.add_pair_code(&code).unwrap();
}

pub(crate) fn a_pair_code_admits_one_admin_once(store: &dyn Store) {
    code(store, "right");
    let redeemed = store
        .redeem_pair_code(&Digest::of("right"), &admin("gwa_1", NOON))
        .unwrap();
    assert_eq!(redeemed, Role::Owner);
    assert!(
        store
            .admin_by_credential(&Digest::of("gwa_1"), NOON)
            .unwrap()
            .is_some()
    );
    let again = store.redeem_pair_code(&Digest::of("right"), &admin("gwa_2", NOON));
    assert!(matches!(again, Err(RedeemError::Unknown)));
    assert_eq!(store.admins().unwrap().len(), 1);
}

pub(crate) fn a_pair_code_is_void_when_its_time_is_over(store: &dyn Store) {
    code(store, "right");
    let end = NOON + Duration::minutes(10);
    let late = store.redeem_pair_code(&Digest::of("right"), &admin("gwa_1", end));
    assert!(matches!(late, Err(RedeemError::Unknown)));
}

pub(crate) fn a_pair_code_is_void_after_too_many_wrong_ones(store: &dyn Store) {
    code(store, "first");
    for _ in 1..PAIR_CODE_TRIES {
        assert!(
            store
                .redeem_pair_code(&Digest::of("wrong"), &admin("gwa_1", NOON))
                .is_err()
        );
    }
    assert!(
        store
            .redeem_pair_code(&Digest::of("first"), &admin("gwa_2", NOON))
            .is_ok()
    );
    code(store, "second");
    for _ in 0..PAIR_CODE_TRIES {
        assert!(
            store
                .redeem_pair_code(&Digest::of("wrong"), &admin("gwa_3", NOON))
                .is_err()
        );
    }
    assert!(
        store
            .redeem_pair_code(&Digest::of("second"), &admin("gwa_4", NOON))
            .is_err()
    );
}

pub(crate) fn audit_lines_come_newest_first_and_leave_when_old(store: &dyn Store) {
    let line = |minute: i64, kind: AuditKind| AuditLine {
        at: NOON + Duration::minutes(minute),
        kind,
        request_id: format!("r{minute}"),
        json: serde_json::json!({ "minute": minute }),
    };
    store
        .append_audit(&[
            line(1, AuditKind::Request),
            line(2, AuditKind::Change),
            line(3, AuditKind::Request),
        ])
        .unwrap();
    let all = store
        .audit(&AuditFilter {
            limit: 10,
            ..AuditFilter::default()
        })
        .unwrap();
    let minutes: Vec<_> = all
        .iter()
        .map(|entry| entry.line.json["minute"].as_i64())
        .collect();
    assert_eq!(minutes, [Some(3), Some(2), Some(1)]);
    let next = AuditFilter {
        before: Some(all[0].sequence),
        limit: 1,
        ..AuditFilter::default()
    };
    assert_eq!(store.audit(&next).unwrap()[0].line.request_id, "r2");
    let changes = AuditFilter {
        kind: Some(AuditKind::Change),
        limit: 10,
        ..AuditFilter::default()
    };
    assert_eq!(store.audit(&changes).unwrap().len(), 1);
    let one = AuditFilter {
        request_id: Some("r3".into()),
        limit: 10,
        ..AuditFilter::default()
    };
    assert_eq!(store.audit(&one).unwrap().len(), 1);
    assert_eq!(
        store.prune_audit(NOON + Duration::minutes(3), 1).unwrap(),
        1
    );
    assert_eq!(
        store.prune_audit(NOON + Duration::minutes(3), 9).unwrap(),
        1
    );
    assert_eq!(
        store.prune_audit(NOON + Duration::minutes(3), 9).unwrap(),
        0
    );
}

pub(crate) fn the_last_owner_stays(store: &dyn Store) {
    let (one, two) = (admin("gwa_1", NOON), admin("gwa_2", NOON));
    store.add_admin(&one, Role::Owner).unwrap();
    store.add_admin(&two, Role::Viewer).unwrap();
    assert_eq!(store.remove_admin(&one.id).unwrap(), AdminChange::LastOwner);
    assert_eq!(
        store.change_role(&one.id, Role::Editor).unwrap(),
        AdminChange::LastOwner
    );
    assert_eq!(
        store.change_role(&two.id, Role::Owner).unwrap(),
        AdminChange::Done
    );
    assert_eq!(store.remove_admin(&one.id).unwrap(), AdminChange::Done);
    assert_eq!(store.admins().unwrap().len(), 1);
}

pub(crate) fn a_replaced_credential_is_good_no_more(store: &dyn Store) {
    let ann = admin("gwa_old", NOON);
    store.add_admin(&ann, Role::Owner).unwrap();
    let later = NOON + Duration::hours(1);
    assert_eq!(
        store
            .replace_credential(&ann.id, &Digest::of("gwa_new"), later)
            .unwrap(),
        AdminChange::Done
    );
    let by = |credential: &str| {
        store
            .admin_by_credential(&Digest::of(credential), later)
            .unwrap()
            .is_some()
    };
    assert!(!by("gwa_old"));
    assert!(by("gwa_new"));
}

pub(crate) fn facts_are_summed_over_hours_and_pruned_from_the_oldest(store: &dyn Store) {
    let row = |hours: i64, key: u8, requests: u64| FactRow {
        hour: NOON + Duration::hours(hours),
        key: [key; 32],
        json: serde_json::json!({ "key": key }),
        requests,
    };
    store
        .add_facts(&[row(0, 1, 2), row(0, 2, 1)], Some((NOON, 4)))
        .unwrap();
    store
        .add_facts(&[row(0, 1, 3), row(1, 1, 1)], None)
        .unwrap();
    let all = store.facts(NOON, None, 10).unwrap();
    let sums: Vec<u64> = all.iter().map(|fact| fact.requests).collect();
    assert_eq!(sums, [6, 1]);
    assert_eq!(all[0].hour, NOON + Duration::hours(1));
    assert_eq!(store.facts(NOON, Some([1; 32]), 10).unwrap().len(), 1);
    assert_eq!(store.facts_left_out(NOON).unwrap(), 4);
    assert_eq!(store.first_fact().unwrap(), Some(NOON));
    assert_eq!(store.prune_facts(NOON, 1).unwrap(), 2);
    assert_eq!(store.facts(NOON, None, 10).unwrap()[0].requests, 1);
    let later = NOON + Duration::hours(2);
    assert_eq!(store.prune_facts(later, 10).unwrap(), 1);
}

pub(crate) fn a_users_token_opens_for_that_user_and_product(store: &dyn Store) {
    let put = |product: &str, user: &str, token: &str| {
        store
            .put_token(product, user, &SecretString::new(token), NOON)
            .unwrap();
    };
    put("jira", "Ann", "one");
    put("jira", "ann", "two");
    put("wiki", "ann", "three");
    let token = |product: &str, user: &str| store.token(product, user).unwrap();
    assert!(token("jira", "ANN").unwrap().matches("two"));
    assert!(token("wiki", "ann").unwrap().matches("three"));
    assert!(token("jira", "bob").is_none());
    let all = store.tokens(None, 10).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].user, "ann");
    assert_eq!(store.tokens(Some(("jira", "ann")), 10).unwrap().len(), 1);
    assert!(store.remove_token("jira", "aNN").unwrap());
    assert!(!store.remove_token("jira", "ann").unwrap());
}

pub(crate) fn the_audit_is_asked_by_what_it_says(store: &dyn Store) {
    let line = |minutes: i64, user: &str, outcome: &str| AuditLine {
        at: NOON + Duration::minutes(minutes),
        kind: AuditKind::Request,
        request_id: format!("r{minutes}"),
        json: serde_json::json!({ "user": user, "outcome": outcome, "product": "jira" }),
    };
    store
        .append_audit(&[
            line(0, "ann", "permit"),
            line(1, "bob", "read_only"),
            line(2, "ann", "read_only"),
        ])
        .unwrap();
    let ids = |filter: AuditFilter| -> Vec<String> {
        store
            .audit(&AuditFilter {
                limit: 10,
                ..filter
            })
            .unwrap()
            .into_iter()
            .map(|entry| entry.line.request_id)
            .collect()
    };
    let user = |name: &str| AuditFilter {
        user: Some(name.to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(ids(user("ann")), ["r2", "r0"]);
    assert_eq!(
        ids(AuditFilter {
            refused: true,
            ..user("ann")
        }),
        ["r2"]
    );
    assert_eq!(
        ids(AuditFilter {
            since: Some(NOON + Duration::minutes(1)),
            until: Some(NOON + Duration::minutes(2)),
            ..AuditFilter::default()
        }),
        ["r1"]
    );
    assert_eq!(
        ids(AuditFilter {
            after: Some(1),
            outcome: Some("read_only".to_owned()),
            product: Some("jira".to_owned()),
            ..AuditFilter::default()
        }),
        ["r2", "r1"]
    );
}
