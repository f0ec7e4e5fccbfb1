//! A person with a browser that has cookies and forms, and no script.

use std::collections::BTreeMap;

use gatewright_http::{Client, Network, Proxy, Request};
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;

/// More steps than any sign-in has.
const STEPS: usize = 20;

pub(crate) struct Visitor {
    client: Client,
    cookies: BTreeMap<String, String>,
}

/// Where a visit ended.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Visitor {
    pub(crate) fn new() -> Self {
        Self {
            client: client(),
            cookies: BTreeMap::new(),
        }
    }

    /// Goes to this address, wherever it leads, and types this into the fields of these names, until
    /// a page asks for nothing more.
    pub(crate) async fn visit(&mut self, address: Url, typed: &[(&str, &str)]) -> Page {
        let (mut at, mut fields) = (address, None::<Vec<(String, String)>>);
        for _ in 0..STEPS {
            let request = match fields.take() {
                Some(fields) => Request::post_form(at.clone(), &fields),
                None => Request::get(at.clone()),
            };
            let answer = self.client.send(self.with_cookies(request)).await.unwrap();
            for cookie in answer.headers.get_all(SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            if answer.status.is_redirection() {
                let to = answer.headers[LOCATION].to_str().unwrap();
                at = at.join(to).unwrap();
                continue;
            }
            let text = answer.text().into_owned();
            let Some((action, filled)) = form(&text, typed) else {
                let status = answer.status.as_u16();
                return Page { status, text };
            };
            at = at.join(&action).unwrap();
            fields = Some(filled);
        }
        panic!("the visit does not end: {at}");
    }

    fn with_cookies(&self, request: Request) -> Request {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if cookies.is_empty() {
            return request;
        }
        request.header(COOKIE, cookies.join("; ").parse().unwrap())
    }
}

/// A client that goes nowhere through a proxy.
pub(crate) fn client() -> Client {
    Client::new(&Network {
        proxy: Proxy::None,
        ..Network::default()
    })
    .unwrap()
}

/// Where the first form goes and what it sends: what is hidden in it, and what was typed.
fn form(page: &str, typed: &[(&str, &str)]) -> Option<(String, Vec<(String, String)>)> {
    let form = page.split("<form").nth(1)?.split("</form>").next()?;
    let fields = form.split("<input").skip(1).filter_map(|tag| {
        let tag = tag.split('>').next()?;
        let name = attribute(tag, "name")?;
        let typed = typed.iter().find(|(field, _)| *field == name);
        let value = attribute(tag, "value")
            .or_else(|| typed.map(|(_, value)| (*value).to_owned()))
            .unwrap_or_default();
        Some((name, value))
    });
    Some((attribute(form, "action")?, fields.collect()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("&amp;", "&"))
}
