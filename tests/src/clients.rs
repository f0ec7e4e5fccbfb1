//! Programs that use what was published, and people who sign in without a window.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

use crate::files::{built, node, python, repository};
use crate::process::Process;
use crate::servers::Sandbox;
use crate::settle::{LONG, SHORT};

/// Runs a script of `tests/python` and reads the JSON that it prints last.
pub fn run_python(script: &str, arguments: &[&str]) -> Result<Value> {
    let file = repository().join("tests/python").join(script);
    answer(Command::new(python()?).arg(file).args(arguments))
}

/// Runs a script of `tests/node` and reads the JSON that it prints last.
pub fn run_node(script: &str, arguments: &[&str]) -> Result<Value> {
    answer(Command::new("node").arg(node(script)?).args(arguments))
}

fn answer(command: &mut Command) -> Result<Value> {
    let name = command
        .get_args()
        .next()
        .map(OsStr::to_owned)
        .unwrap_or_default();
    let name = name.to_string_lossy();
    // Nothing of the machine's proxies or netrc files may help or hinder.
    let command = command
        .env("NO_PROXY", "127.0.0.1")
        .env("NETRC", "/dev/null");
    let output = command
        .output()
        .with_context(|| name.clone().into_owned())?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!(
            "{name}: {printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let last = printed
        .lines()
        .last()
        .with_context(|| format!("{name} printed nothing"))?;
    serde_json::from_str(last).with_context(|| format!("{name} printed {last}"))
}

/// Sends the sandbox's two forms as a browser without script would, and follows it back.
///
/// Answers with the address that the browser ended up at and what stood there.
pub async fn sign_in(
    authorization_url: &str,
    username: &str,
    password: &str,
) -> Result<(Url, String)> {
    let client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()?;
    let page = client.get(authorization_url).send().await?;
    let at = page.url().clone();
    let page = page.text().await?;
    let typed = [("username", username), ("password", password)];
    let (at, page) = send_form(&client, &at, &page, &typed).await?;
    let (action, fields) = form(&at, &page, &[("decision", "allow")])?;
    let answer = client
        .post(action)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(fields)
        .send()
        .await?;
    let location = answer
        .headers()
        .get("location")
        .context("consent leads nowhere")?;
    let location = Url::parse(location.to_str()?)?;
    let Ok(back) = client.get(location.clone()).send().await else {
        return Ok((location, String::new()));
    };
    Ok((location, back.text().await?))
}

async fn send_form(
    client: &Client,
    at: &Url,
    page: &str,
    typed: &[(&str, &str)],
) -> Result<(Url, String)> {
    let (action, fields) = form(at, page, typed)?;
    let answer = client
        .post(action)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(fields)
        .send()
        .await?;
    Ok((answer.url().clone(), answer.text().await?))
}

/// Where the page's form goes, and its hidden fields with what was typed.
fn form(at: &Url, page: &str, typed: &[(&str, &str)]) -> Result<(Url, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, value) = tag.split_once(&format!("{name}=\""))?;
        value
            .split_once('"')
            .map(|(value, _)| value.replace("&amp;", "&"))
    };
    let action = page
        .split("<form")
        .nth(1)
        .and_then(|form| attribute(form, "action"));
    let action = at.join(&action.with_context(|| format!("no form at {at}: {page}"))?)?;
    let mut fields = url::form_urlencoded::Serializer::new(String::new());
    for tag in page
        .split("<input")
        .skip(1)
        .filter(|tag| tag.contains("type=\"hidden\""))
    {
        if let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) {
            fields.append_pair(&name, &value);
        }
    }
    fields.extend_pairs(typed);
    Ok((action, fields.finish()))
}

/// A token of the sandbox's GitHub Enterprise face, fetched by `gatewright token fetch`.
pub async fn fetched_token(sandbox: &Sandbox, username: &str, logs: &Path) -> Result<String> {
    let base = format!("base_url={}", sandbox.text("/providers/ghes/base_url")?);
    let mut command = Command::new(built("gatewright")?);
    command.args([
        "token",
        "fetch",
        "--provider",
        "ghes",
        "--input",
        &base,
        "--client-id",
    ]);
    command.arg(sandbox.text("/providers/ghes/client_id")?);
    command.args(["--client-secret-stdin", "--no-browser", "--json"]);
    let secret = sandbox.text("/providers/ghes/client_secret")?;
    let name = format!("token-fetch-{username}");
    let mut fetch = Process::start_with_input(&name, command, logs, &secret)?;
    let address = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        line["authorization_url"].as_str().map(str::to_owned)
    };
    let address = fetch.line(LONG, address).await?;
    sign_in(&address, username, &sandbox.password(username)?).await?;
    let status = fetch.end(SHORT).await?;
    let output = fetch.output();
    if !status.success() {
        bail!(
            "token fetch ended with {status}: {output}{}",
            fetch.errors()
        );
    }
    let last: Value = serde_json::from_str(output.lines().last().context("it printed nothing")?)?;
    let token = last["access_token"].as_str();
    Ok(token
        .with_context(|| format!("no access token in {output}"))?
        .to_owned())
}
