use gatewright_workspace::{OpenError, Workspace};

use crate::product;

#[test]
fn what_was_kept_is_there_after_opening_again_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let id = workspace.id().to_owned();
    workspace.put_product(&product("b")).unwrap();
    workspace.put_product(&product("a")).unwrap();
    let mut changed = product("b");
    changed.title = "Changed".to_owned();
    workspace.put_product(&changed).unwrap();
    drop(workspace);

    let workspace = Workspace::open(folder.path()).unwrap();
    assert_eq!(workspace.id(), id);
    assert_eq!(workspace.products().unwrap(), vec![changed, product("a")]);
    assert!(workspace.remove_product("b").unwrap());
    assert!(!workspace.remove_product("b").unwrap());
    assert_eq!(workspace.products().unwrap(), vec![product("a")]);
}

#[test]
fn a_newer_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = Workspace::open(folder.path()).unwrap().path().to_owned();
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        Workspace::open(folder.path()),
        Err(OpenError::Newer {
            found: 99,
            known: 2,
            ..
        })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_of_another_program_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.db");
    for content in [
        "this is a text that somebody wrote here, long enough to be read",
        "x",
    ] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(
            Workspace::open(folder.path()),
            Err(OpenError::NotOurs { .. })
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE x (y)")
        .unwrap();
    assert!(matches!(
        Workspace::open(folder.path()),
        Err(OpenError::NotOurs { .. })
    ));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("new");
    let workspace = Workspace::open(&inside).unwrap();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(workspace.path()), 0o600);
    assert_eq!(mode(&inside), 0o700);
}

#[test]
fn an_older_file_is_brought_to_this_layout_and_keeps_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let (id, path) = (workspace.id().to_owned(), workspace.path().to_owned());
    workspace.put_product(&product("a")).unwrap();
    drop(workspace);
    let connection = rusqlite::Connection::open(&path).unwrap();
    for table in ["history", "history_words", "checks", "own_endpoints"] {
        connection
            .execute_batch(&format!("DROP TABLE {table}"))
            .unwrap();
    }
    connection.pragma_update(None, "user_version", 1).unwrap();
    drop(connection);

    let workspace = Workspace::open(folder.path()).unwrap();
    assert_eq!(workspace.id(), id);
    assert_eq!(workspace.products().unwrap(), vec![product("a")]);
    assert!(workspace.checks().unwrap().is_empty());
}
