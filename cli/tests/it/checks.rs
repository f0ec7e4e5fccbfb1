//! `gatewright check`, with a workspace that an app would have made.

use crate::program::gatewright;

#[test]
fn without_a_workspace_it_was_used_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    for verb in ["list", "run"] {
        let done = gatewright("--json check")
            .arg(verb)
            .arg("--data-dir")
            .arg(folder.path())
            .done();
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.errors.contains("There is no workspace in"), "{done:?}");
    }
}
