use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use gatewright_secret::SecretString;
use gatewright_store::{OpenError, SealKey, SqliteStore, Store, StoreError};

use crate::contract::{self, NOON, document};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            let directory = tempfile::tempdir().unwrap();
            contract::$name(&open(directory.path()));
        })*
    };
}

contract!(
    versions_count_from_one_and_are_kept_as_written,
    of_two_writers_one_is_told_that_it_is_late,
    a_secret_is_replaced_and_listed_without_its_value,
    an_admin_is_found_by_the_whole_credential_until_removed,
    a_pair_code_admits_one_admin_once,
    a_pair_code_is_void_when_its_time_is_over,
    a_pair_code_is_void_after_too_many_wrong_ones,
    audit_lines_come_newest_first_and_leave_when_old,
    the_last_owner_stays,
    a_replaced_credential_is_good_no_more,
    facts_are_summed_over_hours_and_pruned_from_the_oldest,
    a_users_token_opens_for_that_user_and_product,
    the_audit_is_asked_by_what_it_says,
);

fn open(directory: &Path) -> SqliteStore {
    let key = SealKey::read_or_create(&directory.join("seal.key")).unwrap();
    SqliteStore::open(directory, Some(key)).unwrap()
}

#[test]
fn everything_is_there_after_a_restart_and_no_secret_lies_open() {
    let directory = tempfile::tempdir().unwrap();
    {
        let store = open(directory.path());
        store.append_config(0, &document("format = 1")).unwrap();
        store
            .put_secret("ghes", &SecretString::new("canary-7c1f"), NOON)
            .unwrap();
    }
    for file in fs::read_dir(directory.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(
            !bytes.windows(11).any(|window| window == b"canary-7c1f"),
            "{path:?}"
        );
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o077,
            0,
            "{path:?}"
        );
    }
    let store = open(directory.path());
    assert_eq!(store.latest_config().unwrap().unwrap().info.version, 1);
    assert!(
        store
            .secret("ghes")
            .unwrap()
            .unwrap()
            .matches("canary-7c1f")
    );
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let path = directory.path().join("gatewright.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    let refused = SqliteStore::open(directory.path(), None);
    assert!(matches!(refused, Err(OpenError::Newer { found: 99, .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn another_seal_key_is_noticed_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let refused = SqliteStore::open(directory.path(), Some(SealKey::random()));
    assert!(matches!(refused, Err(OpenError::OtherSealKey { .. })));
    drop(open(directory.path()));
}

#[test]
fn without_a_seal_key_all_but_secrets_works_beside_another_process() {
    let directory = tempfile::tempdir().unwrap();
    let serving = open(directory.path());
    let beside = SqliteStore::open(directory.path(), None).unwrap();
    contract::a_pair_code_admits_one_admin_once(&beside);
    assert_eq!(serving.admins().unwrap().len(), 1);
    assert!(matches!(beside.secret("ghes"), Err(StoreError::NoSealKey)));
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("gatewright.db"),
        "not a database, by its first bytes",
    )
    .unwrap();
    assert!(matches!(
        SqliteStore::open(directory.path(), None),
        Err(OpenError::Database { .. })
    ));
}
