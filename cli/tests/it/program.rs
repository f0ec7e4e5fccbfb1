//! The binary under test.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_gatewright");

/// One call of the program that is being put together.
pub(crate) struct Call {
    command: Command,
    input: String,
}

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// `gatewright` with these arguments, separated by spaces.
pub(crate) fn gatewright(arguments: &str) -> Call {
    let mut command = Command::new(BINARY);
    // Nothing of the machine's own proxy or keychain plays a part.
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ] {
        command.env_remove(name);
    }
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    command.args(arguments.split_whitespace());
    Call {
        command,
        input: String::new(),
    }
}

/// The gateway's binary, which is built beside ours.
pub(crate) fn beside(name: &str) -> PathBuf {
    PathBuf::from(BINARY).with_file_name(name)
}

impl Call {
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Starts it and leaves it running.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(self.input.as_bytes());
        let output = BufReader::new(child.stdout.take().unwrap());
        Running { child, output }
    }

    /// Runs it to its end.
    pub(crate) fn done(self) -> Done {
        self.start().done()
    }
}

/// The program while it runs. It ends with the test.
pub(crate) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    /// The next line of its standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// The next line of its standard output, which is JSON.
    pub(crate) fn json_line(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|_| {
            let done = self.rest();
            panic!("not JSON: {line:?}, then {done:?}")
        })
    }

    /// Asks it to stop.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn done(mut self) -> Done {
        self.rest()
    }

    fn rest(&mut self) -> Done {
        let mut errors = self.child.stderr.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).map(|_| text)
        });
        let mut output = String::new();
        self.output.read_to_string(&mut output).unwrap();
        Done {
            code: self.child.wait().unwrap().code().unwrap_or(-1),
            output,
            errors: reader.join().unwrap().unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Done {
    /// What it printed, when that is one document of JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|_| panic!("not one document: {self:?}"))
    }

    /// The same of a call that ended with this exit code.
    #[track_caller]
    pub(crate) fn json_with(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:?}");
        self.json()
    }

    /// A failure: its exit code and the code in its last line, which has three members.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, error: &str) -> Value {
        assert_eq!(self.code, code, "{self:?}");
        let last = self.errors.lines().last().unwrap_or_default();
        let line: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{self:?}"));
        let members: Vec<&String> = line["error"].as_object().unwrap().keys().collect();
        assert_eq!(members, ["code", "message", "hint"], "{self:?}");
        assert_eq!(line["error"]["code"], error, "{self:?}");
        assert!(!line["error"]["message"].as_str().unwrap().is_empty());
        line["error"].clone()
    }

    /// The same of a call with `--json`, whose standard output ends with the same line.
    #[track_caller]
    pub(crate) fn failed_json(&self, code: i32, error: &str) -> Value {
        let found = self.failed(code, error);
        assert_eq!(
            self.output.lines().last(),
            self.errors.lines().last(),
            "{self:?}"
        );
        found
    }

    /// Whether a text is anywhere in what it printed.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.output.contains(text) || self.errors.contains(text)
    }
}
