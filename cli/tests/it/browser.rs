//! A browser without script: it follows redirects and sends forms.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use url::Url;
use url::form_urlencoded::Serializer;

/// What a browser shows.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// Opens a page.
pub(crate) fn open(url: &str) -> Page {
    follow("GET", Url::parse(url).unwrap(), "")
}

/// Signs somebody in and presses the button with this id on the next page: `allow` or `deny`.
pub(crate) fn sign_in(authorization_url: &str, user: &str, button: &str) -> Page {
    let form = open(authorization_url);
    form.fill(user).press(button)
}

impl Page {
    /// Fills in the form in which one signs in.
    pub(crate) fn fill(&self, user: &str) -> Self {
        assert!(self.text.contains("id=\"sign-in\""), "{self:?}");
        let password = format!("{}-password", user.to_lowercase());
        self.send(&[("username", user), ("password", &password)])
    }

    /// Presses a button of the form.
    pub(crate) fn press(&self, id: &str) -> Self {
        let button = format!("id=\"{id}\"");
        let tag = self
            .tag("<button", &button)
            .unwrap_or_else(|| panic!("{self:?}"));
        match (attribute(&tag, "name"), attribute(&tag, "value")) {
            (Some(name), Some(value)) => self.send(&[(&name, &value)]),
            _ => self.send(&[]),
        }
    }

    /// Sends the form with what it holds itself and what is filled in.
    pub(crate) fn send(&self, filled: &[(&str, &str)]) -> Self {
        let form = self
            .tag("<form", "action=")
            .unwrap_or_else(|| panic!("{self:?}"));
        let action = attribute(&form, "action").unwrap();
        let mut body = Serializer::new(String::new());
        if let Some(hidden) = self.tag("<input", "type=\"hidden\"") {
            body.append_pair(
                &attribute(&hidden, "name").unwrap(),
                &attribute(&hidden, "value").unwrap(),
            );
        }
        body.extend_pairs(filled);
        follow("POST", self.url.join(&action).unwrap(), &body.finish())
    }

    fn tag(&self, begins: &str, holds: &str) -> Option<String> {
        self.text
            .match_indices(begins)
            .filter_map(|(at, _)| self.text[at..].split('>').next())
            .find(|tag| tag.contains(holds))
            .map(str::to_owned)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&amp;", "&"))
}

fn follow(method: &str, url: Url, form: &str) -> Page {
    let (status, headers, text) = request(
        method,
        &url,
        &[("Content-Type", "application/x-www-form-urlencoded")],
        form,
    );
    let location = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location").then_some(value)
    });
    match location {
        Some(location) if (300..400).contains(&status) => {
            follow("GET", url.join(location).unwrap(), "")
        }
        _ => Page { url, status, text },
    }
}

/// One request on one connection: status, headers, body.
pub(crate) fn request(
    method: &str,
    url: &Url,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String, String) {
    let host = format!(
        "{}:{}",
        url.host_str().unwrap(),
        url.port_or_known_default().unwrap()
    );
    let mut stream = TcpStream::connect(&host).unwrap_or_else(|error| panic!("{url}: {error}"));
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    stream
        .write_all(format!("{head}\r\n{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{url}: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), body.to_owned())
}
