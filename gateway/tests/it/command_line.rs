use std::fs;
use std::net::TcpListener;

use crate::gateway::{Gateway, failure, run};

#[test]
fn check_says_what_is_wrong_with_line_and_hint() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("gatewright.toml");
    let path = file.to_str().unwrap();
    fs::write(&file, "format = 1\n").unwrap();
    assert_eq!(run(&["check", path]).status.code(), Some(0));
    fs::write(&file, "format = 1\n[settings]\nread_onl = true\n").unwrap();
    let wrong = run(&["check", path]);
    assert_eq!(wrong.status.code(), Some(1));
    let text = String::from_utf8_lossy(&wrong.stdout).into_owned();
    assert!(
        text.contains(":3: settings.read_onl: unknown key"),
        "{text}"
    );
    assert!(text.contains("Known here:"), "{text}");
    assert_eq!(failure(&wrong)["code"], "invalid_document");
    let json = run(&["check", "--json", path]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["problems"][0]["line"], 3);
    let json_file = directory.path().join("gatewright.json");
    fs::write(&json_file, "{\"format\": 1}").unwrap();
    assert_eq!(
        run(&["check", json_file.to_str().unwrap()]).status.code(),
        Some(0)
    );
    assert_eq!(run(&["check", "/nonexistent/file"]).status.code(), Some(2));
}

#[test]
fn exit_codes_tell_wrong_use_from_what_cannot_be_done() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    let serve = |arguments: &[&str]| {
        let all = [
            &["serve", "--data", data, "--admin-listen", "127.0.0.1:0"],
            arguments,
        ]
        .concat();
        run(&all)
    };
    assert_eq!(serve(&["--nonsense"]).status.code(), Some(2));
    assert_eq!(serve(&["--tls-cert", "/x"]).status.code(), Some(2));
    assert_eq!(serve(&["--listen", "everywhere"]).status.code(), Some(2));
    assert_eq!(run(&["pair-code", "--role", "king"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));

    let open = run(&["serve", "--data", data, "--admin-listen", "0.0.0.0:0"]);
    assert_eq!(open.status.code(), Some(2));
    assert_eq!(failure(&open)["code"], "admin_needs_tls");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = serve(&["--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(taken.status.code(), Some(3));
    assert_eq!(failure(&taken)["code"], "bind");

    let not_a_directory = directory.path().join("file");
    fs::write(&not_a_directory, "x").unwrap();
    let closed = run(&["serve", "--data", not_a_directory.to_str().unwrap()]);
    assert_eq!(closed.status.code(), Some(3));
    assert_eq!(failure(&closed)["code"], "store");
}

#[test]
fn another_seal_key_is_refused_and_a_proxy_header_is_required_where_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let gateway = Gateway::start_at(&data, &["--proxy-protocol", "require"]);
    let bare = gateway.ask_raw("GET / HTTP/1.1\r\nHost: g\r\n\r\n");
    assert_eq!(bare, "");
    let named = gateway
        .ask_raw("PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\nGET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
    assert!(named.starts_with("HTTP/1.1 503 "), "{named}");
    drop(gateway);
    let key = directory.path().join("key");
    fs::write(&key, [7; 32]).unwrap();
    let other = run(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--seal-key-file",
        key.to_str().unwrap(),
    ]);
    assert_eq!(other.status.code(), Some(3));
    assert!(
        failure(&other)["message"]
            .as_str()
            .unwrap()
            .contains("seal key")
    );
}
