//! The app with everything around it, running on this computer alone.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::run::{command, root, shown, target};
use crate::setup;

/// The account of the sandbox's products that looks people up.
const DIRECTORY_ACCOUNT: &str = "svc-gatewright";

/// Opens the app, or walks through it in a virtual display.
pub(crate) fn run(headless: bool) -> Result<()> {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if !headless && !screen {
        bail!("no display here; `cargo xtask demo --headless` walks the steps in a virtual one");
    }
    setup::run(if headless {
        setup::For::Tests
    } else {
        setup::For::Showing
    })?;
    shown(command("ui", "npm", &["run", "build"]))?;
    shown(command(".", "cargo", &["build", "--workspace", "--bins"]))?;
    let bin = target()?.join("debug");
    let demo = target()?.join("demo");
    fs::create_dir_all(&demo).with_context(|| demo.display().to_string())?;
    if headless {
        let mut walk = Command::new(bin.join("gatewright-walk"));
        walk.arg(&demo).current_dir(root());
        shown(walk)?;
        println!("pictures of every step: {}", demo.display());
        return Ok(());
    }
    open(&bin, &demo)
}

fn open(bin: &Path, demo: &Path) -> Result<()> {
    let gateway_data = demo.join("gateway");
    let workspace = demo.join("workspace");
    for old in [&gateway_data, &workspace] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| old.display().to_string())?;
        }
        fs::create_dir_all(old).with_context(|| old.display().to_string())?;
    }

    let mut sandbox = Command::new(bin.join("gatewright"));
    sandbox.args(["sandbox", "--json", "--port", "0"]);
    let (_sandbox, sandbox) = Server::start(sandbox, &demo.join("sandbox.log"))?;
    let mut gateway = Command::new(bin.join("gatewright-gateway"));
    gateway.arg("serve").arg("--data").arg(&gateway_data);
    gateway.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    let (_gateway, gateway) = Server::start(gateway, &demo.join("gateway.log"))?;
    let code = Command::new(bin.join("gatewright-gateway"))
        .args(["pair-code", "--data"])
        .arg(&gateway_data)
        .output()
        .context("gatewright-gateway pair-code")?;
    let code = String::from_utf8(code.stdout).context("the pairing code")?;
    let code = code.lines().next().context("no pairing code came")?.trim();

    let first_start = demo.join("first-start.json");
    let written = plan(&sandbox, &gateway, code)?;
    write_private(&first_start, &written.to_string())?;

    println!(
        "sandbox: {}",
        sandbox["providers"]["oidc"]["issuer"]
            .as_str()
            .unwrap_or_default()
    );
    println!("gateway: {}", address(&gateway, "listen")?);
    println!("sign in as one of these, password in brackets:");
    for user in sandbox["users"].as_array().into_iter().flatten() {
        let text = |name: &str| user[name].as_str().unwrap_or_default();
        println!(
            "  {} ({})  {}",
            text("username"),
            text("password"),
            text("note")
        );
    }
    println!("close the window to end everything");
    let mut window = Command::new(bin.join("gatewright-desktop"));
    window
        .arg("--data-dir")
        .arg(&workspace)
        .arg("--first-start")
        .arg(&first_start);
    shown(window)
}

/// What the app is to set up, as its `--first-start` reads it.
fn plan(sandbox: &Value, gateway: &Value, code: &str) -> Result<Value> {
    let document = sandbox["gateway_config"]
        .as_str()
        .context("the sandbox names no document")?;
    let (_, rest) = document
        .split_once("consumer_key = \"")
        .context("no consumer key in it")?;
    let (consumer_key, _) = rest.split_once('"').context("no consumer key in it")?;
    let products = sandbox["products"]
        .as_object()
        .context("the sandbox names no products")?;
    let products: Vec<Value> = products
        .iter()
        .map(|(id, url)| {
            json!({
                "url": url,
                "public_url": format!("/{id}"),
                "directory_user": DIRECTORY_ACCOUNT,
                "directory_password": sandbox["secrets"][DIRECTORY_ACCOUNT],
                "act_as": { "strategy": "oauth1", "consumer_key": consumer_key },
                "private_key_pem": sandbox["secrets"]["applink-oauth1"],
                "try_as": sandbox["users"][0]["directory_name"],
            })
        })
        .collect();
    let github = &sandbox["providers"]["ghes"];
    Ok(json!({
        "products": products,
        "providers": [{
            "id": null,
            "preset": "ghes",
            "name": "",
            "inputs": { "base_url": github["base_url"] },
            "client_id": github["client_id"],
            "client_secret": github["client_secret"],
            "scopes": ["read:user", "user:email"],
            "client_auth": "body",
            "redirect": { "host": "127.0.0.1", "port": null, "path": "/callback" },
        }],
        "gateway": {
            "url": address(gateway, "admin")?,
            "code": code,
            "data_url": address(gateway, "listen")?,
        },
    }))
}

fn address(gateway: &Value, which: &str) -> Result<String> {
    let address = gateway[which]
        .as_str()
        .with_context(|| format!("the gateway named no {which}"))?;
    Ok(format!("http://{address}"))
}

/// Secrets stand in it until the app has read and deleted it.
fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = fs::OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| path.display().to_string())
}

/// A process that says in one line of JSON that it is ready, and ends with us.
struct Server(Child);

impl Server {
    /// Its log goes to a file, so that the terminal stays readable.
    fn start(mut command: Command, log: &Path) -> Result<(Self, Value)> {
        let name = command.get_program().to_string_lossy().into_owned();
        let log = fs::File::create(log).with_context(|| log.display().to_string())?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let output = child.stdout.take();
        let server = Self(child);
        let mut line = String::new();
        let output = output.with_context(|| format!("{name} has no output"))?;
        BufReader::new(output)
            .read_line(&mut line)
            .with_context(|| format!("reading {name}"))?;
        let ready = serde_json::from_str(&line).with_context(|| format!("{name} did not start"))?;
        Ok((server, ready))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
