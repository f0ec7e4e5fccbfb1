//! The unit, the socket and the container file say what keeps the gateway in its place.

use std::path::PathBuf;
use std::process::Command;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../packaging")
        .join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

fn settings(name: &str) -> Vec<(String, String)> {
    text(name)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn the_unit_keeps_the_process_in_its_place() {
    let settings = settings("systemd/gatewright-gateway.service");
    for (key, value) in [
        ("Type", "notify"),
        ("DynamicUser", "yes"),
        ("StateDirectory", "gatewright"),
        ("LoadCredential", "seal-key:/etc/gatewright/seal.key"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("SystemCallFilter", "@system-service"),
        ("SystemCallFilter", "~@privileged @resources"),
    ] {
        let found = settings
            .iter()
            .any(|(name, set)| name == key && set == value);
        assert!(found, "{key}={value}");
    }
    let all = text("systemd/gatewright-gateway.service");
    assert!(!all.contains("User=root") && !all.contains("seal-key-file"));
}

#[test]
fn the_socket_names_what_the_gateway_looks_for() {
    let settings = settings("systemd/gatewright-gateway.socket");
    let named = ("FileDescriptorName".to_owned(), "clients".to_owned());
    assert!(settings.contains(&named));
}

#[test]
fn systemd_itself_finds_nothing_wrong_with_the_unit() {
    let analyze = |arguments: &[&str]| Command::new("systemd-analyze").args(arguments).output();
    if analyze(&["--version"]).is_err() {
        // The settings were read above.
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let unit = directory.path().join("gatewright-gateway.service");
    let program = env!("CARGO_BIN_EXE_gatewright-gateway");
    let service = text("systemd/gatewright-gateway.service")
        .replace("/usr/local/bin/gatewright-gateway", program);
    std::fs::write(&unit, service).unwrap();
    let socket = directory.path().join("gatewright-gateway.socket");
    std::fs::copy(file("systemd/gatewright-gateway.socket"), &socket).unwrap();
    let verified = analyze(&["verify", "--man=no", unit.to_str().unwrap()]).unwrap();
    let told = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(!told.contains("gatewright-gateway"), "{told}");
    let judged = analyze(&[
        "security",
        "--offline=true",
        "--threshold=20",
        unit.to_str().unwrap(),
    ])
    .unwrap();
    let told = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.status.success(), "{told}");
}

#[test]
fn the_container_runs_as_nobody_in_particular_and_says_how_it_is() {
    let container = text("container/Containerfile");
    let last = container.rsplit("\nFROM ").next().unwrap();
    assert!(last.contains("\nUSER 65532:65532\n"), "{last}");
    assert!(last.contains("HEALTHCHECK") && last.contains("\"ready\""));
    assert!(last.contains("VOLUME [\"/var/lib/gatewright\"]"));
    assert_eq!(container.matches("\nFROM ").count(), 2);
    assert!(!container.contains(":latest"));
}
