//! `gatewright token` at authorization servers that nobody here wrote.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use gatewright_tests::{AuthorizationServer, LONG, Process, built, visit};
use serde_json::Value;
use tempfile::TempDir;

use crate::turn;

const ID: &str = "gatewright-desktop";
const SECRET: &str = "a-secret-of-more-than-32-characters-for-tests";
const TYPED: [(&str, &str); 2] = [("login", "fred"), ("password", "any password")];

/// A client at a server, and what it keeps.
struct Client {
    server: AuthorizationServer,
    folder: TempDir,
    /// Provider and client, as options.
    options: Vec<String>,
}

impl Client {
    /// At the certified provider, set up in this way.
    async fn certified(variant: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let script = "oidc-provider.mjs";
        let arguments = [ID, SECRET, variant];
        let server = AuthorizationServer::node(script, &arguments, folder.path()).await?;
        let issuer = format!("issuer_url={}", server.said("issuer")?);
        let options = [
            "--provider",
            "custom-oidc",
            "--input",
            &issuer,
            "--client-id",
            ID,
        ];
        let mut client = Self {
            server,
            folder,
            options: options.map(str::to_owned).to_vec(),
        };
        if variant == "key" {
            let key = client.file("key.pem", client.server.said("private_key")?)?;
            client.option("--client-auth", "private-key-jwt");
            client.option("--client-key-file", &key);
        } else {
            client.secret(SECRET)?;
        }
        Ok(client)
    }

    /// At a server without discovery.
    fn told(server: AuthorizationServer, folder: TempDir, id: &str) -> Result<Self> {
        let at = server.said("issuer")?;
        let inputs = [
            format!("authorization_url={at}/authorize"),
            format!("token_url={at}/token"),
            format!("userinfo_url={at}/me"),
        ];
        let mut options = vec!["--provider", "custom-oauth2", "--client-id", id];
        for input in &inputs {
            options.extend(["--input", input]);
        }
        let options: Vec<String> = options.into_iter().map(str::to_owned).collect();
        Ok(Self {
            server,
            folder,
            options,
        })
    }

    fn option(&mut self, name: &str, value: &str) {
        self.options.extend([name.to_owned(), value.to_owned()]);
    }

    fn secret(&mut self, secret: &str) -> Result<()> {
        let file = self.file("secret", secret)?;
        self.option("--client-secret-file", &file);
        Ok(())
    }

    fn file(&self, name: &str, text: &str) -> Result<String> {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// Runs `gatewright token fetch`; where it waits for a person, fred signs in.
    async fn fetch(&self, more: &[&str], input: &str) -> Result<Value> {
        let mut command = Command::new(built("gatewright")?);
        command.args([
            "token",
            "fetch",
            "--json",
            "--no-browser",
            "--timeout",
            "60",
        ]);
        command.args(&self.options).args(more);
        let logs = self.folder.path();
        let mut fetch = Process::start_with_input("token-fetch", command, logs, input)?;
        if !more.contains(&"refresh-token") {
            let waiting = fetch
                .line(LONG, |line| serde_json::from_str::<Value>(line).ok())
                .await?;
            sign_in(&waiting).await?;
        }
        let status = fetch.end(LONG).await?;
        let (output, errors) = (fetch.output(), fetch.errors());
        if !status.success() {
            bail!("{status}: {output}{errors}");
        }
        let last = output.lines().last().context("it printed nothing")?;
        serde_json::from_str(last).with_context(|| output.clone())
    }

    /// New tokens for a refresh token.
    async fn refresh(&self, token: &str) -> Result<Value> {
        let grant = ["--grant", "refresh-token", "--refresh-token-stdin"];
        self.fetch(&grant, token).await
    }

    /// Refreshes, and finds the old refresh token good no more.
    async fn rotates(&self, tokens: &Value) -> Result<Value> {
        let old = text(tokens, "refresh_token")?;
        let new = self.refresh(old).await?;
        ensure!(text(&new, "refresh_token")? != old, "{new}");
        let refused = format!("{:#}", self.refresh(old).await.err().context("taken")?);
        ensure!(refused.contains("invalid_grant"), "{refused}");
        Ok(new)
    }
}

/// Whatever a fetch waits for: a browser at an address, or a code to be typed.
async fn sign_in(waiting: &Value) -> Result<()> {
    if let Some(address) = waiting["authorization_url"].as_str() {
        visit(address, &TYPED).await?;
        return Ok(());
    }
    let code = text(waiting, "user_code")?;
    let typed = [&TYPED[..], &[("user_code", code)]].concat();
    visit(text(waiting, "verification_uri")?, &typed).await?;
    Ok(())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    let text = value[name].as_str();
    text.with_context(|| format!("no {name} in {value}"))
}

/// The scopes that bring a refresh token of an `OpenID` provider.
const OFFLINE: [&str; 8] = [
    "--scope",
    "openid",
    "--scope",
    "profile",
    "--scope",
    "offline_access",
    "--authorization-param",
    "prompt=consent",
];

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn token_fetch_gets_and_rotates_tokens_of_a_certified_provider_in_every_set_up() -> Result<()>
{
    let _turn = turn().await;
    for variant in ["plain", "par", "key"] {
        let client = Client::certified(variant).await?;
        let tokens = client.fetch(&OFFLINE, "").await.context(variant)?;
        ensure!(tokens["id_token_claims"]["sub"] == "fred", "{tokens}");
        client.rotates(&tokens).await.context(variant)?;
    }
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn token_fetch_shows_a_code_for_another_device_and_gets_its_token() -> Result<()> {
    let _turn = turn().await;
    let client = Client::certified("device").await?;
    let grant = ["--grant", "device-code", "--scope", "openid"];
    let tokens = client.fetch(&grant, "").await?;
    ensure!(!text(&tokens, "access_token")?.is_empty(), "{tokens}");
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn token_fetch_does_not_believe_a_provider_that_names_itself_otherwise() -> Result<()> {
    let _turn = turn().await;
    let client = Client::certified("lies").await?;
    let grant = ["--grant", "refresh-token", "--refresh-token-stdin"];
    let refused = client.fetch(&grant, "any").await;
    let refused = format!("{:#}", refused.err().context("it was believed")?);
    ensure!(refused.contains("http://localhost:"), "{refused}");
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn token_fetch_works_at_two_more_servers_and_names_a_wrong_secret() -> Result<()> {
    let _turn = turn().await;
    for (name, authentication, scope) in [("authlib", "basic", "read"), ("node", "body", "all")] {
        for right in [true, false] {
            let folder = tempfile::tempdir()?;
            let server = match name {
                "authlib" => {
                    AuthorizationServer::python("authorization_server.py", folder.path()).await?
                }
                _ => AuthorizationServer::node("oauth2-server.mjs", &[], folder.path()).await?,
            };
            let secret = server.said("gatewright")?.to_owned();
            let mut client = Client::told(server, folder, "gatewright")?;
            client.option("--client-auth", authentication);
            client.secret(if right { &secret } else { "wrong" })?;
            let fetched = client.fetch(&["--scope", scope], "").await;
            if right {
                client
                    .rotates(&fetched.context(name)?)
                    .await
                    .context(name)?;
            } else {
                let refused = format!("{:#}", fetched.err().context("it was taken")?);
                ensure!(refused.contains("invalid_client"), "{name}: {refused}");
            }
        }
    }
    Ok(())
}
