//! A product and an identity provider, as far as this needs them, over plain sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers requests and remembers them.
pub(crate) struct Neighbour {
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Vec<String>>>,
}

type Answers = fn(&str) -> (u16, String, String);

impl Neighbour {
    /// Jira with the users `alice` and `bob`, a directory account, and an authenticator that
    /// believes `X-Remote-User`.
    pub(crate) fn jira() -> Self {
        Self::start(jira)
    }

    /// A GitHub Enterprise server that knows the tokens `gho_alice`, `gho_bob` and `gho_ghost`.
    pub(crate) fn github() -> Self {
        Self::start(github)
    }

    fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = Arc::<Mutex<Vec<String>>>::default();
        let record = Arc::clone(&arrived);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let record = Arc::clone(&record);
                thread::spawn(move || serve(stream, answers, &record));
            }
        });
        Self { address, arrived }
    }

    /// The requests whose line begins so.
    pub(crate) fn requests(&self, beginning: &str) -> Vec<String> {
        let arrived = self.arrived.lock().unwrap();
        arrived
            .iter()
            .filter(|request| request.starts_with(beginning))
            .cloned()
            .collect()
    }
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
}

fn serve(mut stream: TcpStream, answers: Answers, arrived: &Mutex<Vec<String>>) {
    let mut inbox = String::new();
    loop {
        let mut room = [0; 4096];
        match stream.read(&mut room) {
            Ok(0) | Err(_) => return,
            Ok(read) => inbox.push_str(&String::from_utf8_lossy(&room[..read])),
        }
        let Some(end) = inbox.find("\r\n\r\n") else {
            continue;
        };
        let length: usize =
            header(&inbox, "content-length").map_or(0, |length| length.parse().unwrap());
        if inbox.len() < end + 4 + length {
            continue;
        }
        let request: String = inbox.drain(..end + 4 + length).collect();
        let (status, headers, body) = answers(&request);
        arrived.lock().unwrap().push(request);
        let answer = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn jira(request: &str) -> (u16, String, String) {
    let target = request.split(' ').nth(1).unwrap_or_default();
    // svc:directory-password
    let is_directory =
        header(request, "authorization") == Some("Basic c3ZjOmRpcmVjdG9yeS1wYXNzd29yZA==");
    if let Some(query) = target.strip_prefix("/jira/rest/api/2/user?") {
        let name = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("username="));
        return match name {
            _ if !is_directory => (401, String::new(), String::new()),
            Some(name @ ("alice" | "bob")) => (
                200,
                "X-AUSERNAME: svc\r\n".to_owned(),
                format!(
                    "{{\"name\":\"{name}\",\"key\":\"{name}\",\"displayName\":\"{name}\",\"emailAddress\":\"{name}@example.com\",\"active\":true,\"groups\":{{\"size\":1,\"items\":[{{\"name\":\"jira-users\"}}]}}}}"
                ),
            ),
            _ => (
                404,
                "X-AUSERNAME: svc\r\n".to_owned(),
                "{\"errorMessages\":[\"no such user\"]}".to_owned(),
            ),
        };
    }
    if target.starts_with("/jira/slow") {
        thread::sleep(std::time::Duration::from_millis(600));
    }
    let user = header(request, "x-remote-user").unwrap_or("anonymous");
    (
        200,
        format!("X-AUSERNAME: {user}\r\n"),
        format!("{{\"name\":\"{user}\"}}"),
    )
}

fn github(request: &str) -> (u16, String, String) {
    if !request.starts_with("GET /api/v3/user ") {
        return (404, String::new(), "{}".to_owned());
    }
    let token = header(request, "authorization").and_then(|value| value.split(' ').nth(1));
    let login = match token {
        Some("gho_alice") => "Alice",
        Some("gho_bob") => "Bob",
        Some("gho_ghost") => "Ghost",
        _ => {
            return (
                401,
                String::new(),
                "{\"message\":\"Bad credentials\"}".to_owned(),
            );
        }
    };
    (
        200,
        String::new(),
        format!("{{\"login\":\"{login}\",\"id\":7,\"email\":null}}"),
    )
}

/// A document for both.
pub(crate) fn document(jira: SocketAddr, github: SocketAddr) -> String {
    format!(
        r#"format = 1

[[products]]
id = "jira"
kind = "jira"
base_url = "http://{jira}/jira"
public_url = "/jira"
act_as = {{ header = {{ name = "X-Remote-User" }} }}
directory = {{ basic = {{ user = "svc", password = {{ secret = "jira-svc" }} }} }}

[[providers]]
id = "ghes"
preset = "ghes"
inputs = {{ base_url = "http://{github}" }}
client_id = "Iv1.x"
verify = {{ userinfo = {{ accept_any_client = true, cache = "60s" }} }}
username = {{ from = "userinfo", pointer = "/login", transform = ["lowercase"], match = "username" }}
prefixes = ["gho_"]
"#
    )
}

pub(crate) const DIRECTORY_PASSWORD: &str = "directory-password";
