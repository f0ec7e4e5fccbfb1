//! What every form of the store must do. Each function gets an empty store.

use std::thread;

use gatewright_secret::SecretString;
use gatewright_store::{
    AdminId, AppendError, AuditFilter, AuditKind, AuditLine, Digest, DocumentFormat, NewAdmin,
    NewConfig, PAIR_CODE_TRIES, PairCode, RedeemError, Role, Store,
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
    assert!(store.remove_admin(&found.id).unwrap());
    assert!(!store.remove_admin(&found.id).unwrap());
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
