//! Servers that misbehave, and what is said of them.

use crate::crooked::{Crooked, say};
use crate::program::{Call, Done, gatewright};

const NOTHING: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn fetch(server: &Crooked) -> Call {
    let url = &server.url;
    gatewright(&format!(
        "token fetch --json --provider custom-oauth2 --input authorization_url={url}/a --input token_url={url}/t --client-id x --client-secret-stdin --grant client-credentials"
    ))
    .input("canary-of-a-secret")
}

fn test(server: &Crooked, product: &str) -> Done {
    gatewright(&format!(
        "token test --json --base-url {} --product {product} --type bearer --token-stdin",
        server.url
    ))
    .input("canary-of-a-token")
    .done()
}

fn verdict(done: &Done) -> String {
    done.json()["results"][0]["verdict"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn endless() -> Crooked {
    Crooked::answering(|_, stream| {
        say(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
        );
        let piece = " ".repeat(64 * 1024);
        for _ in 0..1024 {
            say(stream, &piece);
        }
    })
}

#[test]
fn a_page_in_place_of_an_answer_is_called_one() {
    let server = Crooked::page();
    let error = fetch(&server).done().failed_json(1, "unexpected_answer");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Company sign-on")
    );
    let done = gatewright("provider discover --json")
        .arg(&server.url)
        .done();
    done.failed_json(1, "unexpected_answer");
    for product in ["jira", "auto"] {
        let done = test(&server, product);
        assert_eq!((done.code, verdict(&done).as_str()), (1, "login_page"));
    }
}

#[test]
fn nothing_in_place_of_an_answer_is_called_nothing() {
    let server = Crooked::saying(NOTHING);
    fetch(&server).done().failed_json(1, "unexpected_answer");
    let done = test(&server, "jira");
    assert_eq!(
        (done.code, verdict(&done).as_str()),
        (1, "unexpected_answer")
    );
}

#[test]
fn a_connection_that_breaks_off_is_no_answer() {
    let server = Crooked::answering(|_, _| {});
    for product in ["jira", "auto"] {
        let done = test(&server, product);
        assert_eq!((done.code, verdict(&done).as_str()), (3, "connect_error"));
        done.failed(3, "connect");
    }
    let server = Crooked::saying("SSH-2.0-OpenSSH_9.6\r\n");
    let done = test(&server, "jira");
    assert_eq!((done.code, verdict(&done).as_str()), (3, "connect_error"));
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let server = endless();
    fetch(&server).done().failed_json(1, "unexpected_answer");
    let done = test(&server, "jira");
    assert_eq!(
        (done.code, verdict(&done).as_str()),
        (1, "unexpected_answer")
    );
}

#[test]
fn a_silent_server_is_not_waited_for_longer_than_was_said() {
    let server = Crooked::silent();
    let done = fetch(&server).arg("--timeout").arg("1").done();
    done.failed_json(3, "timed_out");
    assert!(!done.shows("canary-of-a-secret"), "{done:?}");
}

#[test]
fn a_secret_is_not_sent_on_to_where_a_server_points() {
    let other = Crooked::saying(NOTHING);
    let to = other.url.clone();
    let server = Crooked::answering(move |_, stream| {
        say(
            stream,
            &format!(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: {to}/t\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ),
        );
    });
    fetch(&server).done().failed_json(1, "unexpected_answer");
    let done = test(&server, "jira");
    assert_eq!(done.code, 1, "{done:?}");
    assert_eq!(other.asked(), Vec::<String>::new());
    assert!(
        server
            .asked()
            .iter()
            .any(|head| head.contains("canary-of-a-token"))
    );
}

#[test]
fn a_server_without_tls_is_told_nothing() {
    let server = Crooked::saying(NOTHING);
    let url = server.url.replace("http:", "https:");
    let done = gatewright(&format!(
        "token test --json --base-url {url} --product jira --type bearer --token-stdin"
    ))
    .input("canary-of-a-token")
    .done();
    assert_eq!((done.code, verdict(&done).as_str()), (3, "tls_error"));
    done.failed(3, "tls");
    assert!(!server.asked().concat().contains("canary"));
}

#[test]
fn a_proxy_that_asks_for_a_password_is_told_apart() {
    let proxy = Crooked::answering(|head, stream| {
        let answer = if head.to_lowercase().contains("proxy-authorization: basic ") {
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30\r\nConnection: close\r\n\r\n{\"access_token\":\"gho_1234567\"}"
        } else {
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        };
        say(stream, answer);
    });
    let nobody = Crooked::saying(NOTHING);
    let done = fetch(&nobody).arg("--proxy").arg(&proxy.url).done();
    done.failed_json(3, "proxy");
    let with_password = proxy.url.replace("//", "//fred:canary-of-a-proxy@");
    let done = fetch(&nobody).arg("--proxy").arg(with_password).done();
    assert_eq!(done.json_with(0)["access_token"], "gho_1234567");
    assert!(!done.shows("canary-of-a-proxy"), "{done:?}");
    let done = fetch(&nobody)
        .arg("--proxy")
        .arg(&proxy.url)
        .arg("--proxy-login-env")
        .arg("PROXY_LOGIN")
        .env("PROXY_LOGIN", "fred:canary-of-a-proxy")
        .done();
    assert_eq!(done.json_with(0)["access_token"], "gho_1234567");
    assert!(
        !done.shows("canary-of-a-proxy") && !done.shows("Warning"),
        "{done:?}"
    );
    assert_eq!(nobody.asked(), Vec::<String>::new());
    for wrong in ["nonsense", "socks5://127.0.0.1:1"] {
        fetch(&nobody)
            .arg("--proxy")
            .arg(wrong)
            .done()
            .failed_json(2, "invalid_input");
    }
}

#[test]
fn a_ca_file_that_is_none_is_used_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let server = Crooked::saying(NOTHING);
    for path in [file.as_path(), folder.path()] {
        let done = fetch(&server).arg("--ca-file").arg(path).done();
        done.failed_json(2, "invalid_input");
    }
    assert_eq!(server.asked(), Vec::<String>::new());
}
