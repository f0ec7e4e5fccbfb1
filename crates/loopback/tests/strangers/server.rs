//! The servers, each in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use url::Url;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    /// Kept open, so that the server may go on printing.
    _output: BufReader<ChildStdout>,
    said: Value,
}

impl Server {
    /// A script of `tests/node`.
    pub(crate) fn node(script: &str, arguments: &[&str]) -> Self {
        let script = tests().join("node").join(script);
        Self::start(Command::new("node").arg(script).args(arguments))
    }

    /// A script of `tests/python`.
    pub(crate) fn python(script: &str) -> Self {
        let python = tests().join(".venv/bin/python");
        Self::start(Command::new(python).arg(tests().join("python").join(script)))
    }

    /// Its first line of output is a JSON object with what one must know of it.
    fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("what cargo xtask setup installs");
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).expect("what cargo xtask setup installs");
        Self {
            process,
            _output: output,
            said,
        }
    }

    /// One thing that it said of itself.
    pub(crate) fn said(&self, name: &str) -> &str {
        self.said[name].as_str().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(self.said("issuer")).unwrap().join(path).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}
