//! A running gateway.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use gatewright_admin_api::{Client, PairingCode};
use gatewright_http::Network;
use tempfile::TempDir;
use url::Url;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(30);

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright-gateway"));
    command
        .env_remove("STATE_DIRECTORY")
        .env_remove("GATEWRIGHT_LOG")
        .env_remove("GATEWRIGHT_SEAL_KEY")
        .env_remove("CREDENTIALS_DIRECTORY")
        .env_remove("NOTIFY_SOCKET");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// The last line on standard error, which is the failure.
pub(crate) fn failure(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().last().unwrap_or_default();
    let line: serde_json::Value = serde_json::from_str(last).unwrap();
    line["error"].clone()
}

pub(crate) struct Gateway {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) admin: SocketAddr,
    scheme: &'static str,
    process: Child,
    _directory: Option<TempDir>,
}

impl Gateway {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        Self::launch(&data, arguments, Some(directory))
    }

    pub(crate) fn start_at(data: &Path, arguments: &[&str]) -> Self {
        Self::launch(data, arguments, None)
    }

    fn launch(data: &Path, arguments: &[&str], directory: Option<TempDir>) -> Self {
        let mut command = program();
        command.stderr(Stdio::null());
        Self::by(command, data, arguments, directory)
    }

    /// Started by a command that is prepared already.
    pub(crate) fn by(
        mut command: Command,
        data: &Path,
        arguments: &[&str],
        directory: Option<TempDir>,
    ) -> Self {
        let mut process = command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(data)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| line[name].as_str().unwrap().parse().unwrap();
        let tls = arguments.contains(&"--admin-tls-cert");
        Self {
            data: data.to_owned(),
            listen: address("listen"),
            admin: address("admin"),
            scheme: if tls { "https" } else { "http" },
            process,
            _directory: directory,
        }
    }

    pub(crate) fn admin_url(&self) -> Url {
        format!("{}://{}", self.scheme, self.admin).parse().unwrap()
    }

    pub(crate) fn pair_code(&self, role: &str) -> PairingCode {
        let data = self.data.to_str().unwrap();
        let output = run(&["pair-code", "--data", data, "--role", role]);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), 1);
        text.trim().parse().unwrap()
    }

    /// A client of an admin who paired.
    pub(crate) async fn pair(&self, role: &str) -> Client {
        let network = Network::default();
        let code = self.pair_code(role);
        let (credential, _) = Client::pair(&network, &self.admin_url(), &code, Some("ann"))
            .await
            .unwrap();
        Client::new(&network, credential).unwrap()
    }

    /// A request and its whole answer.
    pub(crate) fn ask(&self, line: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{line} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n");
        for (name, value) in headers {
            request = format!("{request}{name}: {value}\r\n");
        }
        request.push_str("\r\n");
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        read_answer(stream)
    }

    pub(crate) fn with_token(&self, line: &str, token: &str) -> Answer {
        self.ask(line, &[("Authorization", &format!("Bearer {token}"))])
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.listen).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    /// Bytes, and all that comes back until the gateway closes.
    pub(crate) fn ask_raw(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut text = String::new();
        // A connection that is reset has nothing to say either.
        let _ = stream.read_to_string(&mut text);
        text
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn read_answer(mut stream: TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    Answer(text)
}

#[derive(Debug)]
pub(crate) struct Answer(pub(crate) String);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.0
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .parse()
            .unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        crate::neighbours::header(&self.0, name)
    }

    pub(crate) fn reason(&self) -> &str {
        self.header("x-gatewright-reason").unwrap_or_default()
    }
}
