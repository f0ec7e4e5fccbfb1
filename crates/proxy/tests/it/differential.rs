//! Random requests, and what a servlet container would make of what arrives behind the gateway.
//!
//! The oracle is written from the rules by which Tomcat reads a request, in all the ways in which
//! it can be set, and shares nothing with the gateway: it decides by the bytes at the product alone
//! whom and what they reach.

use std::collections::BTreeSet;

use crate::world::{Client, World, engine_from};

/// How many requests for each way of serving anonymous ones.
const CASES: u64 = 1500;

/// A generator of which the same seed gives the same run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const PASSWORD: &str = "Basic YWRtaW46YWRtaW4=";
const PATHS: [&str; 14] = [
    "/tracker/rest/public/info",
    "/tracker/rest/public/a/b",
    "/tracker/rest/api/2/user",
    "/tracker/rest/api/2/user/properties",
    "/tracker/rest/api/latest/user",
    "/tracker/rest/api/2/issue/A-1",
    "/tracker/rest/api/2/search",
    "/tracker/secure/admin/ViewUsers.jspa",
    "/tracker/secure/DeleteIssue.jspa",
    "/tracker/browse/A-1",
    "/tracker/s/x/_/download/batch.js",
    "/tracker",
    "/trackerx/rest/public/info",
    "/other/rest/public/info",
];
const INSERTED: [&str; 46] = [
    "/",
    "//",
    "/./",
    "/../",
    "/..",
    "/.",
    "..",
    ".",
    ";",
    ";a=b",
    "/..;/",
    "/..;a=b/",
    "/;/",
    "/.;/",
    "%2e",
    "%2E%2e",
    "/%2e%2e/",
    "%2f",
    "%2F..%2F",
    "/..%2f",
    "%5c",
    "\\",
    "\\..\\",
    "/..\\",
    "%252e%252e",
    "%252f",
    "%25",
    "%00",
    "%0d%0a",
    "%09",
    "%20",
    "%zz",
    "%",
    "%c3%a9",
    "%c0%ae",
    "%c0%af",
    "\u{e9}",
    "#",
    "%23",
    "?",
    "%3f",
    "%3b",
    "/_/",
    "/s/x/_/",
    ".json",
    ".xml",
];
const QUERIES: [&str; 13] = [
    "?x=/rest/public",
    "?os_username=admin&os_password=x",
    "?OS_USERNAME=admin",
    "?%6fs_username=admin",
    "?a=b&oauth_token=x",
    "?_method=DELETE",
    "?_METHOD=DELETE",
    "?x=%00",
    "?;os_username=admin",
    "?a=b;os_username=admin",
    "?os%5fauthType=basic",
    "??os_username=admin",
    "?jql=a%20b",
];
const LINES: [&str; 34] = [
    "X-Remote-User: admin",
    "X-Remote-User: alice, admin",
    "X_Remote_User: admin",
    "x.remote.user: admin",
    "X-Remote-User : admin",
    "X-Remote-User:admin",
    "X-Remote-User:\tadmin",
    " X-Remote-User: admin",
    "X-A: b\r\n X-Remote-User: admin",
    "X-A: b\rX-Remote-User: admin",
    "X-A: b\nX-Remote-User: admin",
    "X-Remote-User\0: admin",
    "X-Forwarded-User: admin",
    "Remote_User: admin",
    "Connection: X-Remote-User",
    "Connection: close, x-remote-user",
    "Connection: Authorization, X_Remote_User",
    "Connection: keep-alive",
    "Connection: Content-Length",
    "Cookie: JSESSIONID=admin",
    "cookie: seraph.rememberme.cookie=admin",
    "Authorization: Basic YWRtaW46YWRtaW4=",
    "authorization: Bearer gho_bob",
    "Proxy-Authorization: Basic YWRtaW46YWRtaW4=",
    "Authorization : Basic YWRtaW46YWRtaW4=",
    "X-HTTP-Method-Override: DELETE",
    "X_HTTP_Method: DELETE",
    "Host: other",
    "X-Original-URL: /jira/rest/api/2/user",
    "X-Rewrite-URL: /jira/rest/api/2/user",
    "Origin: https://evil.example",
    "Accept: */*",
    "X-Custom: yes",
    "Te: trailers",
];
const METHODS: [&str; 10] = [
    "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "get",
];

fn target(random: &mut Seeded) -> String {
    let mut path = random.of(&PATHS).to_owned();
    let changes = [0, 0, 1, 1, 1, 2, 3][random.below(7)];
    for _ in 0..changes {
        let places: Vec<usize> = path
            .char_indices()
            .map(|(place, _)| place)
            .skip(1)
            .collect();
        let place = places[random.below(places.len())];
        match random.below(5) {
            0 | 1 => path.insert_str(place, random.of(&INSERTED)),
            2 => {
                // At a boundary, where it means something.
                let slashes: Vec<usize> = path.match_indices('/').map(|(place, _)| place).collect();
                let place = slashes[random.below(slashes.len())];
                path.insert_str(place, random.of(&INSERTED));
            }
            3 => {
                let letter = path[place..].chars().next().unwrap();
                if letter.is_ascii_alphanumeric() {
                    path.replace_range(place..=place, &format!("%{:02x}", u32::from(letter)));
                }
            }
            _ => {
                let letter = path[place..].chars().next().unwrap();
                if letter.is_ascii_lowercase() {
                    path.replace_range(place..=place, &letter.to_ascii_uppercase().to_string());
                }
            }
        }
    }
    if random.once_in(6) {
        path.push_str(random.of(&QUERIES));
    }
    if random.once_in(40) {
        path.insert_str(0, random.of(&["http://gw", "http://evil", "/", "x"]));
    }
    path
}

/// A request, and whose token it carries.
fn request(random: &mut Seeded) -> (String, String, Option<&'static str>) {
    let target = target(random);
    let method = random.of(&METHODS);
    let (user, token) = [
        (None, ""),
        (Some("alice"), "Authorization: Bearer gho_alice\r\n"),
        (Some("bob"), "authorization: bearer gho_bob\r\n"),
    ][random.below(3)];
    let mut lines = String::new();
    let count = [0, 0, 0, 1, 1, 2][random.below(6)];
    for _ in 0..count {
        lines.push_str(random.of(&LINES));
        lines.push_str("\r\n");
    }
    // One of the lines is somebody's token all the same.
    let user = match user {
        None if lines.contains("gho_bob") => Some("bob"),
        other => other,
    };
    let (length, body) = match method {
        "POST" | "PUT" | "PATCH" => (
            "Content-Length: 2\r\nContent-Type: application/json\r\n",
            "{}",
        ),
        _ => ("", ""),
    };
    let request =
        format!("{method} {target} HTTP/1.1\r\nHost: gw\r\n{token}{lines}{length}\r\n{body}");
    (request, target, user)
}

/// Which switches of Tomcat and of connectors before it decide what a path is.
#[derive(Clone, Copy)]
struct Reading {
    decodes_slash: bool,
    backslash_is_slash: bool,
    decodes_twice: bool,
    keeps_parameters: bool,
}

/// The path that a servlet sees; `None` if the container refuses the request.
fn servlet_path(target: &str, reading: Reading) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    // Parameters go before anything is decoded (`CoyoteAdapter.parsePathParameters`).
    let mut plain = String::new();
    for segment in path.split('/') {
        if !plain.is_empty() || !segment.is_empty() {
            plain.push('/');
        }
        let name = if reading.keeps_parameters {
            segment
        } else {
            segment.split(';').next().unwrap_or_default()
        };
        plain.push_str(name);
    }
    if !plain.starts_with('/') {
        plain.insert(0, '/');
    }
    let mut decoded = decode(&plain, reading.decodes_slash)?;
    if reading.decodes_twice {
        decoded = decode(&decoded, reading.decodes_slash)?;
        decoded = decoded
            .split('/')
            .map(|segment| segment.split(';').next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("/");
    }
    if decoded.contains('\\') {
        if !reading.backslash_is_slash {
            return None;
        }
        decoded = decoded.replace('\\', "/");
    }
    if decoded.contains('\0') {
        return None;
    }
    // `CoyoteAdapter.normalize`: slashes merge, then dots resolve, and none may leave the root.
    let mut kept: Vec<&str> = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop()?;
            }
            name => kept.push(name),
        }
    }
    Some(kept.join("/"))
}

fn decode(text: &str, decodes_slash: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let code = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
            let byte = u8::from_str_radix(code, 16).ok()?;
            if byte == b'/' && !decodes_slash {
                return None;
            }
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

/// Every path that the product could take the target for, without its own context; `None` for
/// one outside the context.
fn readings(target: &str) -> BTreeSet<Option<String>> {
    let mut found = BTreeSet::new();
    for bits in 0..16_u8 {
        let reading = Reading {
            decodes_slash: bits & 1 != 0,
            backslash_is_slash: bits & 2 != 0,
            decodes_twice: bits & 4 != 0,
            keeps_parameters: bits & 8 != 0,
        };
        if let Some(path) = servlet_path(target, reading) {
            let inside = path.strip_prefix("jira").and_then(|rest| match rest {
                "" => Some(""),
                _ => rest.strip_prefix('/'),
            });
            found.insert(inside.map(str::to_owned));
        }
    }
    found
}

/// Everybody whom some part of the request could make of the caller.
fn identities(head: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name: String = name
            .to_lowercase()
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() {
                    letter
                } else {
                    '-'
                }
            })
            .collect();
        if name.ends_with("remote-user") || name.ends_with("forwarded-user") {
            found.extend(value.split(',').map(|user| user.trim().to_owned()));
        }
        if name.contains("authorization") || name.starts_with("cookie") {
            found.insert(format!("{name} {}", value.trim()));
        }
    }
    let target = head.split(' ').nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split(['&', ';']) {
        let name = decode(pair.split('=').next().unwrap_or_default(), true);
        let name = name.unwrap_or_default().to_lowercase();
        if name.starts_with("os_") || name.starts_with("oauth_") || name == "xoauth_requestor_id" {
            found.insert(name);
        }
    }
    found
}

/// Whether a path is one that the rules keep from those who show no credential.
fn is_kept(path: &str) -> bool {
    let folded = path.to_lowercase();
    let segments: Vec<&str> = folded.split('/').collect();
    match segments.as_slice() {
        ["rest", "api", _, user, ..] => matches!(*user, "user" | "user.json" | "user.xml"),
        ["secure", "admin", ..] => true,
        _ => false,
    }
}

/// What is wrong with a request that arrived; `user` is whose token was sent.
fn objection(
    arrived: &str,
    sent: &str,
    user: Option<&str>,
    came_with_password: bool,
    anonymous: &str,
) -> Option<String> {
    let head = arrived.split("\r\n\r\n").next().unwrap_or_default();
    let mut words = head.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let came = sent.strip_prefix("http://gw").unwrap_or(sent);
    let rest = target.strip_prefix("/jira").unwrap_or(target);
    let public = came.strip_suffix(rest).unwrap_or_default();
    if decode(public, false).as_deref() != Some("/tracker") {
        return Some(format!("{sent} arrived as {target}"));
    }
    let paths: Vec<Option<String>> = readings(target).into_iter().collect();
    if paths.is_empty() || paths.contains(&None) {
        return Some(format!(
            "{target} can be read outside the product: {paths:?}"
        ));
    }
    let paths: Vec<String> = paths.into_iter().flatten().collect();
    let is_bypassed = paths
        .iter()
        .all(|path| path == "rest/public" || path.starts_with("rest/public/"));
    let who = identities(head);
    if is_bypassed {
        // The product judges for itself; what is a provider's never gets there.
        let ours = who.iter().any(|one| one.contains("gho_"));
        let named = head.to_lowercase().contains("remote");
        return (ours || named).then(|| format!("bypassed as {who:?}"));
    }
    // A password is the product's to judge, and arrives as it came.
    let passed = format!("authorization {PASSWORD}");
    let password = user.is_none() && came_with_password && who.contains(&passed);
    let expected: BTreeSet<String> = match user {
        Some(user) => BTreeSet::from([user.to_owned()]),
        None if password => BTreeSet::from([passed]),
        None => BTreeSet::new(),
    };
    if who != expected {
        return Some(format!("sent as {user:?}, arrived as {who:?}"));
    }
    if user.is_none() && !password {
        if anonymous == "deny" {
            return Some(format!("nobody came to {paths:?}"));
        }
        if let Some(kept) = paths.iter().find(|path| is_kept(path)) {
            return Some(format!("nobody came to {kept}"));
        }
    }
    let low = head.to_lowercase();
    if low.contains("method")
        && (low.contains("override") || low.contains("x-http") || low.contains("x_http"))
        || low.contains("_method")
    {
        return Some("the method is overridden".to_owned());
    }
    if low.contains("\r\nx-original") || low.contains("\r\nx-rewrite") {
        return Some("the address is overridden".to_owned());
    }
    let searches = method == "POST" && paths.iter().all(|path| path == "rest/api/2/search");
    let reads = matches!(method, "GET" | "HEAD" | "OPTIONS") || searches;
    let writes = !reads
        || paths.iter().any(|path| {
            path.split('/')
                .next_back()
                .is_some_and(|last| last.to_lowercase().contains(".jspa"))
        });
    if writes && user == Some("bob") {
        return Some(format!(
            "somebody who may only read does {method} {paths:?}"
        ));
    }
    None
}

async fn run(anonymous: &str, seed: u64, cases: u64) -> (u64, u64) {
    let world = World::start().await;
    let text = format!(
        r#"
format = 1
[settings]
anonymous = "{anonymous}"

[[products]]
id = "jira"
kind = "jira"
base_url = "http://{}/jira"
public_url = "/tracker"
act_as = {{ header = {{ name = "X-Remote-User" }} }}
directory = {{ basic = {{ user = "svc", password = {{ secret = "jira-svc" }} }} }}
[[providers]]
id = "ghes"
preset = "ghes"
inputs = {{ base_url = "https://github.example.com" }}
client_id = "Iv1.x"
verify = {{ userinfo = {{ accept_any_client = true }} }}
username = {{ from = "userinfo", pointer = "/login", transform = ["lowercase"] }}
prefixes = ["gho_"]
[access]
groups_read_only = ["readers"]
[[access.public]]
product = "jira"
path = "/rest/api/2/user/**"
[[access.public]]
product = "jira"
path = "/secure/admin/**"
[[access.bypass]]
product = "jira"
path = "/rest/public/**"
"#,
        world.product.address
    );
    world
        .running
        .store(Some(std::sync::Arc::new(engine_from(&text, &[]))));
    let mut random = Seeded(seed);
    let mut client: Option<Client> = None;
    let (mut arrived_all, mut refused) = (0, 0);
    for case in 0..cases {
        let (request, target, user) = request(&mut random);
        let mut open = match client.take() {
            Some(open) => open,
            None => world.connect().await,
        };
        // A connection of an earlier request may just be closing.
        if open.write(&request).await.is_err() {
            open = world.connect().await;
            open.send(&request).await;
        }
        let is_head = request.starts_with("HEAD ");
        let answered = if is_head {
            open.read_head().await.ok()
        } else {
            open.read_answer().await.ok().map(|answer| answer.head)
        };
        let arrived = std::mem::take(&mut *world.product.arrived.lock().unwrap());
        if arrived.is_empty() {
            refused += 1;
        }
        for one in &arrived {
            arrived_all += 1;
            let password = request.contains(&format!("\r\nAuthorization: {PASSWORD}\r\n"));
            if let Some(objection) = objection(one, &target, user, password, anonymous) {
                panic!(
                    "case {case} of seed {seed:#x}, anonymous {anonymous}: {objection}\n--- sent\n{request}\n--- arrived\n{one}"
                );
            }
        }
        assert!(arrived.len() < 2, "one request became {arrived:?}");
        let keeps = answered.is_some_and(|head| !head.to_lowercase().contains("connection: close"));
        client = keeps.then_some(open);
    }
    (arrived_all, refused)
}

#[tokio::test]
async fn no_random_request_reaches_the_product_as_another_or_where_it_was_not_judged() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a longer run is asked for by hand, with GATEWRIGHT_DIFFERENTIAL=100000"
    )]
    let longer = std::env::var("GATEWRIGHT_DIFFERENTIAL").ok();
    let cases = longer.and_then(|text| text.parse().ok()).unwrap_or(CASES);
    for (anonymous, seed) in [("product", 0x5EED), ("deny", 0xACE5)] {
        let (arrived, refused) = run(anonymous, seed, cases).await;
        // Both happen often, or nothing is shown.
        assert!(
            arrived > cases / 10 && refused > cases / 10,
            "{anonymous}: {arrived} arrived, {refused} refused"
        );
    }
}

#[test]
fn the_oracle_reads_paths_as_a_container_does() {
    let all = Reading {
        decodes_slash: true,
        backslash_is_slash: true,
        decodes_twice: true,
        keeps_parameters: false,
    };
    for (target, seen) in [
        (
            "/jira/rest/public/..;x=y/api/2/user",
            "jira/rest/api/2/user",
        ),
        ("/jira//rest/./api", "jira/rest/api"),
        ("/jira/a%2f..%2fb?x=/c", "jira/b"),
        ("/jira/a\\..\\b", "jira/b"),
        ("/jira/%252e%252e/b", "b"),
        ("/jira/rest;a=b/api", "jira/rest/api"),
    ] {
        assert_eq!(servlet_path(target, all).as_deref(), Some(seen), "{target}");
    }
    assert_eq!(servlet_path("/../x", all), None);
    assert_eq!(servlet_path("/%zz", all), None);
}
