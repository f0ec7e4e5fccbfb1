//! API keys from the command line to the product, with the real gateway.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::gateway::Gateway;
use crate::sandbox::Sandbox;

pub(crate) const MYSELF: &str = "GET /jira/rest/api/2/myself";

/// A gateway in front of the sandbox.
pub(crate) fn serving(change: impl Fn(&str) -> String) -> (Sandbox, Gateway) {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    gateway.set_secrets(&sandbox);
    let text = sandbox
        .document()
        .replace("anonymous = \"product\"", "anonymous = \"deny\"");
    let document = gateway.file("document.toml", &change(&text));
    gateway.push(&document).done().json_with(0);
    (sandbox, gateway)
}

impl Gateway {
    fn create(&self, more: &str) -> (String, String) {
        let created = self
            .call(&format!("key create --owner fred --name build {more}"))
            .done()
            .json_with(0);
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        (text("id"), text("key"))
    }

    /// The status, the gateway's reason and the answer.
    fn ask(&self, request: &str, authorization: &str) -> (u16, String, Value) {
        let address = self.listen.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: gateway\r\nAuthorization: {authorization}\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer[9..12].parse().unwrap();
        let reason = answer
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("x-gatewright-reason: ")
                    .map(str::to_owned)
            })
            .unwrap_or_default();
        let body = answer.find('{').map_or("", |start| &answer[start..]);
        let end = body.rfind('}').map_or(0, |end| end + 1);
        (
            status,
            reason,
            serde_json::from_str(&body[..end]).unwrap_or_default(),
        )
    }

    pub(crate) fn bearer(&self, request: &str, key: &str) -> (u16, String) {
        let (status, reason, _) = self.ask(request, &format!("Bearer {key}"));
        (status, reason)
    }

    fn basic(&self, user: &str, key: &str) -> (u16, String) {
        let pair = STANDARD.encode(format!("{user}:{key}"));
        let (status, reason, _) = self.ask(MYSELF, &format!("Basic {pair}"));
        (status, reason)
    }
}

pub(crate) fn refused(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}

pub(crate) fn passed() -> (u16, String) {
    (200, String::new())
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_key_is_made_used_listed_and_revoked() {
    let (_sandbox, gateway) = serving(str::to_owned);
    let (id, key) = gateway.create("--expires 90d");
    let (status, _, myself) = gateway.ask(MYSELF, &format!("Bearer {key}"));
    assert_eq!((status, myself["name"].as_str()), (200, Some("fred")));

    let list = gateway.call("key list --owner FRED").done();
    let kept = &list.json_with(0)["keys"][0];
    assert_eq!(
        (kept["id"].as_str(), kept["state"].as_str()),
        (Some(id.as_str()), Some("active"))
    );
    assert_eq!(kept["uses"], 1);
    assert!(!list.shows(&key), "{list:?}");
    let shown = gateway.call(&format!("key show {id}")).done();
    assert!(shown.json_with(0)["last_used_at"].is_string());

    assert_eq!(
        gateway.basic("fred", &key),
        refused(401, "invalid_credentials")
    );
    gateway
        .call(&format!("key revoke {id}"))
        .done()
        .json_with(0);
    assert_eq!(
        gateway.bearer(MYSELF, &key),
        refused(401, "invalid_credentials")
    );
    gateway
        .call(&format!("key revoke {id}"))
        .done()
        .json_with(0);
    gateway
        .call("key revoke key_0000000000000000")
        .done()
        .failed_json(1, "not_found");

    let audit = gateway.call("audit").done();
    assert!(!audit.shows(&key), "{audit:?}");
    let actions: Vec<String> = audit.json_with(0)["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["line"]["action"].as_str().map(str::to_owned))
        .filter(|action| action.starts_with("key_"))
        .collect();
    assert_eq!(actions, ["key_revoked", "key_created"]);
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn every_limit_of_a_key_refuses_and_its_sibling_passes() {
    let (_sandbox, gateway) = serving(str::to_owned);
    let (_, basic) = gateway.create("--kind basic");
    assert_eq!(gateway.basic("Fred", &basic), passed());
    assert_eq!(
        gateway.basic("barney", &basic),
        refused(401, "invalid_credentials")
    );
    assert_eq!(
        gateway.bearer(MYSELF, &basic),
        refused(401, "invalid_credentials")
    );

    let (_, reader) = gateway.create("--read-only");
    assert_eq!(gateway.bearer(MYSELF, &reader), passed());
    let write = "POST /jira/rest/api/2/issue";
    assert_eq!(gateway.bearer(write, &reader), refused(403, "read_only"));

    let (_, jira) = gateway.create("--product jira");
    assert_eq!(gateway.bearer(MYSELF, &jira), passed());
    let confluence = "GET /confluence/rest/api/user/current";
    assert_eq!(gateway.bearer(confluence, &jira), refused(403, "key_scope"));

    let narrowed = gateway
        .call("key create --owner fred --name build")
        .arg("--path")
        .arg("GET /rest/api/2/myself")
        .done()
        .json_with(0);
    let path = narrowed["key"].as_str().unwrap();
    assert_eq!(gateway.bearer(MYSELF, path), passed());
    let other = "GET /jira/rest/api/2/serverInfo";
    assert_eq!(gateway.bearer(other, path), refused(403, "key_scope"));

    let (_, near) = gateway.create("--address 127.0.0.0/8");
    let (_, far) = gateway.create("--address 10.0.0.0/8");
    assert_eq!(gateway.bearer(MYSELF, &near), passed());
    assert_eq!(gateway.bearer(MYSELF, &far), refused(403, "key_scope"));

    let (id, few) = gateway.create("--max-uses 2");
    let explained = gateway
        .call("explain --method GET --path /jira/rest/api/2/myself --token-stdin")
        .input(&few)
        .done();
    assert_eq!(explained.json_with(0)["outcome"], "permit");
    assert_eq!(gateway.bearer(MYSELF, &few), passed());
    assert_eq!(gateway.bearer(MYSELF, &few), passed());
    assert_eq!(gateway.bearer(MYSELF, &few), refused(401, "uses_exhausted"));
    let shown = gateway.call(&format!("key show {id}")).done().json_with(0);
    assert_eq!(
        (shown["uses_left"].as_u64(), shown["state"].as_str()),
        (Some(0), Some("exhausted"))
    );
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn the_settings_limit_keys_that_are_made_and_that_exist() {
    let with = |settings: &str| {
        let settings = format!("[settings]\n{settings}");
        move |text: &str| text.replace("[settings]", &settings)
    };
    let (sandbox, gateway) = serving(with("keys = { max_lifetime = \"30d\", max_per_user = 2 }"));
    gateway
        .call("key create --owner fred --name build --expires never")
        .done()
        .failed_json(1, "forbidden");
    gateway
        .call("key create --owner fred --name build --expires 31d")
        .done()
        .failed_json(1, "forbidden");
    gateway
        .call("key create --owner fred --name build --product nothing")
        .done()
        .failed_json(2, "invalid_input");
    let (id, key) = gateway.create("--expires 30d");
    gateway.create("");
    gateway
        .call("key create --owner FRED --name build")
        .done()
        .failed_json(1, "forbidden");
    let rotated = gateway
        .call(&format!("key rotate {id} --overlap 0s"))
        .done()
        .json_with(0);
    let new = rotated["key"].as_str().unwrap();
    assert_eq!(
        gateway.bearer(MYSELF, &key),
        refused(401, "expired_credentials")
    );
    assert_eq!(gateway.bearer(MYSELF, new), passed());

    let closed = sandbox
        .document()
        .replace("[settings]", "[settings]\napi_keys = \"deny\"");
    let document = gateway.file("closed.toml", &closed);
    gateway.push(&document).done().json_with(0);
    assert_eq!(gateway.bearer(MYSELF, new), refused(403, "keys_disabled"));
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_leaked_key_is_revoked_by_the_text_in_which_it_stands() {
    let (_sandbox, gateway) = serving(str::to_owned);
    let (id, key) = gateway.create("");
    let (_, other) = gateway.create("");
    let done = gateway
        .call("key leaked --stdin")
        .input(&format!(
            "+ curl -H 'Authorization: Bearer {key}' https://jira\n"
        ))
        .done();
    let leaked = done.json_with(0);
    assert_eq!(leaked["revoked"], serde_json::json!([id]));
    assert_eq!(leaked["keys"][0]["owner"], "fred");
    assert!(!done.shows(&key), "{done:?}");
    assert_eq!(
        gateway.bearer(MYSELF, &key),
        refused(401, "invalid_credentials")
    );
    assert_eq!(gateway.bearer(MYSELF, &other), passed());
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_killed_gateway_knows_every_key_that_was_acknowledged_and_no_revoked_one() {
    let (_sandbox, mut gateway) = serving(str::to_owned);
    let (gone, revoked) = gateway.create("");
    let (_, kept) = gateway.create("");
    let (_, few) = gateway.create("--max-uses 3");
    assert_eq!(gateway.bearer(MYSELF, &few), passed());
    gateway
        .call(&format!("key revoke {gone}"))
        .done()
        .json_with(0);
    gateway.kill_and_start();
    assert_eq!(gateway.bearer(MYSELF, &kept), passed());
    assert_eq!(
        gateway.bearer(MYSELF, &revoked),
        refused(401, "invalid_credentials")
    );
    let mut more = 0;
    while gateway.bearer(MYSELF, &few) == passed() {
        more += 1;
    }
    assert!(more <= 2, "{more}");
}

impl Gateway {
    /// A call to the gateway itself: the status and the answer.
    fn own(&self, request: &str, headers: &str, body: &str) -> (u16, Value) {
        let address = self.listen.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: gateway\r\n{headers}Content-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer[9..12].parse().unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn people_look_after_their_own_keys_with_a_token_and_nobody_elses() {
    const KEYS: &str = "/.gatewright/api/v1/keys";
    let (sandbox, gateway) = serving(str::to_owned);
    let token = |user: &str| {
        let token = sandbox.github_token_of(user);
        format!("Authorization: Bearer {token}\r\n")
    };
    let (fred, barney) = (token("fred"), token("barney"));
    let create = |headers: &str, body: &str| gateway.own(&format!("POST {KEYS}"), headers, body);
    let name = "{\"name\":\"laptop\"}";
    let (status, made) = create(&fred, name);
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["owner"], "fred");
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert_eq!(gateway.bearer(MYSELF, key), passed());

    for (headers, body, status) in [
        ("", name, 401),
        (
            format!("Authorization: Bearer {key}\r\n").as_str(),
            name,
            401,
        ),
        (
            format!("{fred}Origin: http://gateway\r\n").as_str(),
            name,
            403,
        ),
        (format!("{fred}Cookie: a=b\r\n").as_str(), name, 403),
        (fred.as_str(), "{\"name\":\"x\",\"owner\":\"barney\"}", 400),
        (fred.as_str(), "nonsense", 400),
    ] {
        assert_eq!(create(headers, body).0, status, "{headers} {body}");
    }
    let list = |headers: &str| gateway.own(&format!("GET {KEYS}"), headers, "").1["keys"].clone();
    assert_eq!(list(&fred).as_array().unwrap().len(), 1);
    assert_eq!(list(&barney).as_array().unwrap().len(), 0);
    let revoke = |headers: &str| gateway.own(&format!("DELETE {KEYS}/{id}"), headers, "").0;
    assert_eq!(revoke(&barney), 404);
    assert_eq!(gateway.bearer(MYSELF, key), passed());
    assert_eq!(revoke(&fred), 204);
    assert_eq!(
        gateway.bearer(MYSELF, key),
        refused(401, "invalid_credentials")
    );
    assert_eq!(gateway.own("GET /.gatewright/other", &fred, "").0, 404);

    let closed = sandbox
        .document()
        .replace("[settings]", "[settings]\nusers_may_create_keys = false");
    let document = gateway.file("closed.toml", &closed);
    gateway.push(&document).done().json_with(0);
    assert_eq!(create(&fred, name).0, 403);
    assert_eq!(list(&fred).as_array().unwrap().len(), 1);
    let audit = gateway.call("audit --kind change").done();
    let by = |line: &Value| line["line"]["by"]["user"] == "fred";
    let lines = audit.json_with(0)["lines"].as_array().unwrap().clone();
    assert_eq!(lines.iter().filter(|line| by(line)).count(), 2);
    assert!(!audit.shows(key));
}
