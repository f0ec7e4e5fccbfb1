//! The sandbox and the gateway, each a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::files::built;
use crate::process::Process;
use crate::settle::{LONG, SHORT};

/// `gatewright sandbox`.
pub struct Sandbox {
    /// What it said about itself.
    pub description: Value,
    process: Process,
}

impl Sandbox {
    /// Starts it on a free port.
    pub async fn start(logs: &Path) -> Result<Self> {
        Self::start_as(Command::new(built("gatewright")?), logs).await
    }

    /// The same on a computer whose clock is that many seconds ahead.
    pub async fn start_ahead(seconds: i32, logs: &Path) -> Result<Self> {
        let mut command = Command::new("faketime");
        command.args(["--exclude-monotonic", "-f", &format!("{seconds:+}s")]);
        command.arg(built("gatewright")?);
        Self::start_as(command, logs).await
    }

    async fn start_as(mut command: Command, logs: &Path) -> Result<Self> {
        command.args(["sandbox", "--json", "--port", "0"]);
        let mut process = Process::start("sandbox", command, logs)?;
        let described = |line: &str| serde_json::from_str(line).ok();
        let description = process.line(LONG, described).await?;
        Ok(Self {
            description,
            process,
        })
    }

    /// A text of the description, by JSON Pointer.
    pub fn text(&self, pointer: &str) -> Result<String> {
        let text = self.description.pointer(pointer).and_then(Value::as_str);
        Ok(text
            .with_context(|| format!("the sandbox names no {pointer}"))?
            .to_owned())
    }

    /// The base URL of a product.
    pub fn product(&self, id: &str) -> Result<String> {
        self.text(&format!("/products/{id}"))
    }

    /// The password of somebody, by the name at the provider.
    pub fn password(&self, username: &str) -> Result<String> {
        let users = self.description["users"]
            .as_array()
            .context("the sandbox names no users")?;
        let user = users.iter().find(|user| user["username"] == username);
        let password = user.and_then(|user| user["password"].as_str());
        Ok(password
            .with_context(|| format!("the sandbox knows no {username}"))?
            .to_owned())
    }

    /// A secret of the sandbox's own document.
    pub fn secret(&self, name: &str) -> Result<String> {
        let secret = self.description["secrets"][name].as_str();
        Ok(secret
            .with_context(|| format!("the sandbox has no secret {name}"))?
            .to_owned())
    }

    /// Does what a product's administrator does, below the sandbox's own `/rest/sandbox/1.0`.
    pub async fn administer(
        &self,
        product: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Value> {
        let administrator = self.text("/users/0/username")?;
        let url = format!("{}/rest/sandbox/1.0/{path}", self.product(product)?);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut request = client
            .request(method, &url)
            .basic_auth(&administrator, Some(self.password(&administrator)?))
            .header("accept", "application/json");
        if !body.is_null() {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{url} answered {status}: {text}");
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Makes a face of the provider misbehave: `ghes` or `oidc`.
    pub async fn provider_scenario(&self, face: &str, scenario: Value) -> Result<()> {
        let base = match face {
            "oidc" => self.text("/providers/oidc/issuer")?,
            _ => self.text("/providers/ghes/base_url")?,
        };
        let client = reqwest::Client::builder().no_proxy().build()?;
        let request = client.put(format!("{base}/sandbox/scenario"));
        let request = request
            .header("content-type", "application/json")
            .body(scenario.to_string());
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Enters the public half of a key pair as an application link.
    pub async fn link(&self, product: &str, consumer_key: &str, public_pem: &str) -> Result<()> {
        let link = json!({ "consumer_key": consumer_key, "public_key_pem": public_pem });
        self.administer(product, Method::PUT, "applink", link)
            .await
            .map(|_| ())
    }

    /// Who asked for what, as the product itself noted it.
    pub async fn access_log(&self, product: &str) -> Result<Vec<Value>> {
        let log = self
            .administer(product, Method::GET, "access-log", Value::Null)
            .await?;
        log.as_array().cloned().context("an access log is a list")
    }

    /// Everything that it printed and said.
    pub fn log(&self) -> String {
        self.process.errors()
    }
}

/// `gatewright-gateway serve`.
pub struct Gateway {
    /// Where clients call it.
    pub data_url: String,
    /// Where it is administered.
    pub admin_url: String,
    /// What it keeps.
    pub data: PathBuf,
    process: Process,
}

impl Gateway {
    /// Starts one without a document, on free ports.
    pub async fn start(data: &Path, logs: &Path) -> Result<Self> {
        Self::start_with(data, logs, &[]).await
    }

    /// Starts one that serves a document from a file, with its secrets beside it.
    pub async fn start_from_file(
        folder: &Path,
        document: &str,
        secrets: &Value,
        logs: &Path,
    ) -> Result<Self> {
        let (config, files) = (folder.join("gateway.toml"), folder.join("secrets"));
        std::fs::create_dir_all(&files).context("the folder of secrets")?;
        std::fs::write(&config, document).context("gateway.toml")?;
        for (name, value) in secrets.as_object().context("secrets are an object")? {
            let value = value.as_str().context("a secret is a text")?;
            std::fs::write(files.join(name), value).with_context(|| format!("secret {name}"))?;
        }
        let (config, files) = (config.display().to_string(), files.display().to_string());
        let arguments = ["--config", config.as_str(), "--secrets", files.as_str()];
        Self::start_with(&folder.join("data"), logs, &arguments).await
    }

    async fn start_with(data: &Path, logs: &Path, arguments: &[&str]) -> Result<Self> {
        let command = Command::new(built("gatewright-gateway")?);
        Self::start_as(command, data, logs, arguments).await
    }

    /// One that is started by a command of which its program is the last argument.
    pub async fn start_as(
        mut command: Command,
        data: &Path,
        logs: &Path,
        arguments: &[&str],
    ) -> Result<Self> {
        std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
        command.arg("serve").arg("--data").arg(data).args(arguments);
        command.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        let mut process = Process::start("gateway", command, logs)?;
        let ready = |line: &str| serde_json::from_str::<Value>(line).ok();
        let ready = process.line(LONG, ready).await?;
        let address = |which: &str| {
            let address = ready[which]
                .as_str()
                .with_context(|| format!("it named no {which}"))?;
            anyhow::Ok(format!("http://{address}"))
        };
        Ok(Self {
            data_url: address("listen")?,
            admin_url: address("admin")?,
            data: data.to_path_buf(),
            process,
        })
    }

    /// A code that is good for one pairing.
    pub fn pair_code(&self) -> Result<String> {
        let output = Command::new(built("gatewright-gateway")?)
            .args(["pair-code", "--data"])
            .arg(&self.data)
            .output()
            .context("gatewright-gateway pair-code")?;
        if !output.status.success() {
            bail!("pair-code: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout).context("the pairing code")?;
        let code = text
            .split_whitespace()
            .next()
            .context("no pairing code came")?;
        Ok(code.to_owned())
    }

    /// Asks a path as a client would; the status and who the product took the caller for.
    pub async fn get(
        &self,
        path: &str,
        token: Option<&str>,
    ) -> Result<(StatusCode, Option<String>, String)> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut request = client.get(format!("{}{path}", self.data_url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.header("accept", "application/json").send().await?;
        let user = answer
            .headers()
            .get("x-ausername")
            .and_then(|name| name.to_str().ok());
        let user = user.map(str::to_owned);
        Ok((answer.status(), user, answer.text().await?))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it said on both outputs.
    pub fn log(&self) -> String {
        format!("{}{}", self.process.output(), self.process.errors())
    }

    /// Ends it as a service manager would, and waits for its exit code.
    pub async fn stop(mut self) -> Result<Option<i32>> {
        self.process.terminate();
        Ok(self.process.end(SHORT).await?.code())
    }
}
