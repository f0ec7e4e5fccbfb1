//! A person with a browser that has cookies and forms, and no script.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use reqwest::Client;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use url::Url;
use url::form_urlencoded::Serializer;

/// More steps than any sign-in has.
const STEPS: usize = 20;

/// Goes to this address, wherever it leads, and types this into the fields of these names, until a
/// page asks for nothing more. Answers with what stands there.
pub async fn visit(address: &str, typed: &[(&str, &str)]) -> Result<String> {
    let client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()?;
    let mut cookies = BTreeMap::new();
    let (mut at, mut form) = (Url::parse(address)?, None);
    for _ in 0..STEPS {
        let mut request = match form.take() {
            Some(fields) => client
                .post(at.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body::<String>(fields),
            None => client.get(at.clone()),
        };
        if !cookies.is_empty() {
            let pairs: Vec<String> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                Some((name, "")) => drop(cookies.remove(name)),
                Some((name, value)) => drop(cookies.insert(name.to_owned(), value.to_owned())),
                None => {}
            }
        }
        if answer.status().is_redirection() {
            let to = answer.headers().get(LOCATION).context("leads nowhere")?;
            at = at.join(to.to_str()?)?;
            continue;
        }
        let page = answer.text().await?;
        let Some((action, fields)) = filled(&page, typed) else {
            return Ok(page);
        };
        at = at.join(&action)?;
        form = Some(fields);
    }
    bail!("the visit does not end: {at}")
}

/// Where the first form goes and what it sends: what stands in it, and what was typed.
fn filled(page: &str, typed: &[(&str, &str)]) -> Option<(String, String)> {
    let form = page.split("<form").nth(1)?.split("</form>").next()?;
    let mut fields = Serializer::new(String::new());
    for tag in form.split("<input").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        let typed = typed.iter().find(|(field, _)| *field == name);
        let value = attribute(tag, "value").or_else(|| typed.map(|(_, value)| (*value).to_owned()));
        fields.append_pair(&name, &value.unwrap_or_default());
    }
    Some((attribute(form, "action")?, fields.finish()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("&amp;", "&"))
}
