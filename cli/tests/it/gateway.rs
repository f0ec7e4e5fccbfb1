//! Everything that is done with a gateway, with the real one.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::crooked::Crooked;
use crate::program::{Call, beside, gatewright};
use crate::sandbox::Sandbox;

/// A gateway that ends with the test, paired with us.
pub(crate) struct Gateway {
    folder: TempDir,
    child: Child,
    pub(crate) admin: String,
    pub(crate) listen: String,
}

impl Gateway {
    fn start() -> Self {
        Self::over(tempfile::tempdir().unwrap())
    }

    /// The same data under a new process; the one before had no time to say anything.
    pub(crate) fn kill_and_start(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        *self = Self::over(folder);
    }

    fn over(folder: TempDir) -> Self {
        let mut child = Command::new(beside("gatewright-gateway"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--admin-listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| format!("http://{}", line[name].as_str().unwrap());
        Self {
            admin: address("admin"),
            listen: address("listen"),
            folder,
            child,
        }
    }

    pub(crate) fn paired() -> Self {
        let gateway = Self::start();
        let code = gateway.code();
        gateway.pair(&code).done().json_with(0);
        gateway
    }

    fn code(&self) -> String {
        let output = Command::new(beside("gatewright-gateway"))
            .args(["pair-code", "--data"])
            .arg(self.folder.path().join("data"))
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }

    fn pair(&self, code: &str) -> Call {
        gatewright(&format!(
            "gateway pair --json {} --code-stdin --credential-file",
            self.admin
        ))
        .arg(self.credential())
        .input(code)
    }

    pub(crate) fn credential(&self) -> PathBuf {
        self.folder.path().join("credential")
    }

    /// A command with `--json` and the credential.
    pub(crate) fn call(&self, command: &str) -> Call {
        gatewright(command)
            .arg("--json")
            .arg("--credential-file")
            .arg(self.credential())
    }

    /// Writes a document to a file of this name.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Hands over all secrets that the sandbox's document names.
    pub(crate) fn set_secrets(&self, sandbox: &Sandbox) {
        for (name, value) in sandbox.description["secrets"].as_object().unwrap() {
            let value = value.as_str().unwrap();
            let done = self
                .call(&format!("secret set {name} --value-stdin"))
                .input(value)
                .done();
            assert_eq!(done.json_with(0)["name"], *name);
            assert!(!done.shows(value));
        }
    }

    pub(crate) fn push(&self, document: &Path) -> Call {
        self.call("config push").arg(document)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn pairing_keeps_a_credential_that_only_its_owner_reads() {
    let gateway = Gateway::start();
    let file = gateway.credential();
    let done = gateway.pair("00000-00000-00000-00000").done();
    done.failed_json(1, "pairing_refused");
    assert!(!file.exists(), "what was refused leaves no file");
    gateway
        .pair("no code")
        .done()
        .failed_json(2, "invalid_input");

    let code = gateway.code();
    let done = gateway.pair(&code).done();
    assert_eq!(done.json_with(0)["role"], "owner");
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!done.shows(code.trim()), "{done:?}");

    gateway.pair(&code).done().failed_json(1, "pairing_refused");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);

    let status = gateway.call("gateway status").done();
    assert_eq!(status.json_with(0)["version"], 0);
    let secret: Value = serde_json::from_str(&kept).unwrap();
    assert!(!status.shows(secret["credential"].as_str().unwrap()));
    let same = gateway
        .call("gateway status")
        .arg("--gateway")
        .arg(&gateway.admin)
        .done();
    same.json_with(0);
    let other = gateway
        .call("gateway status --gateway http://127.0.0.1:9")
        .done();
    other.failed_json(2, "invalid_input");
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_document_is_published_compared_and_brought_back() {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    let document = gateway.file("document.toml", sandbox.document());
    let denying = gateway.file(
        "denying.toml",
        &sandbox
            .document()
            .replace("anonymous = \"product\"", "anonymous = \"deny\""),
    );

    let error = gateway
        .push(&document)
        .done()
        .failed_json(1, "unknown_secrets");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("applink-oauth1")
    );
    gateway.set_secrets(&sandbox);
    let list = gateway.call("secret list").done().json_with(0);
    assert_eq!(list["secrets"].as_array().unwrap().len(), 4);

    gateway
        .push(&document)
        .arg("--expect-version")
        .arg("3")
        .done()
        .failed_json(1, "stale");
    let first = gateway
        .push(&document)
        .arg("--expect-version")
        .arg("0")
        .done();
    assert_eq!(first.json_with(0), serde_json::json!({ "version": 1 }));
    let shown = gateway.call("config show").done();
    assert_eq!(shown.json_with(0)["settings"]["anonymous"], "product");
    let toml = gatewright("config show --credential-file")
        .arg(gateway.credential())
        .done();
    assert!(toml.output.contains("[[products]]"), "{toml:?}");

    let diff = |file: &Path| gateway.call("config diff").arg(file).done();
    assert_eq!(diff(&document).json_with(0)["same"], true);
    let different = diff(&denying).json_with(1);
    assert_eq!(different["changes"][0]["path"], "settings.anonymous");

    assert_eq!(gateway.push(&denying).done().json_with(0)["version"], 2);
    let versions = gateway.call("config versions").done().json_with(0);
    assert_eq!(versions["versions"][0]["version"], 2);
    assert_eq!(versions["versions"][1]["version"], 1);
    let restored = gateway.call("config restore 1").done();
    assert_eq!(restored.json_with(0)["version"], 3);
    assert_eq!(diff(&document).json_with(0)["same"], true);
    gateway
        .call("config restore 99")
        .done()
        .failed_json(1, "not_found");

    let broken = gateway.file(
        "broken.toml",
        &sandbox
            .document()
            .replace("kind = \"jira\"", "kind = \"jiira\""),
    );
    gateway
        .push(&broken)
        .done()
        .failed_json(1, "invalid_document");
    diff(&broken).failed_json(2, "invalid_input");
    diff(Path::new("/nowhere.toml")).failed_json(2, "invalid_input");
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_token_is_tested_and_explained_through_the_gateway() {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    gateway.set_secrets(&sandbox);
    let document = gateway.file(
        "document.toml",
        &sandbox
            .document()
            .replace("anonymous = \"product\"", "anonymous = \"deny\""),
    );
    gateway.push(&document).done().json_with(0);

    let github = sandbox.github_token_of("fred");
    let tokens = sandbox.tokens_of("barney");
    let jwt = tokens["access_token"].as_str().unwrap();
    let test = |path: &str, token: &str, more: &str| {
        gatewright(&format!(
            "token test --json --base-url {}{path} --type bearer --token-stdin {more}",
            gateway.listen
        ))
        .input(token)
        .done()
    };
    for product in ["jira", "confluence", "bitbucket"] {
        for (token, user) in [(github.as_str(), "fred"), (jwt, "barney")] {
            let done = test(
                &format!("/{product}"),
                token,
                &format!("--product {product} --expect-user {user}"),
            );
            assert_eq!(done.json_with(0)["results"][0]["user"], user);
            assert!(!done.shows(token));
        }
    }
    let done = test("/jira", "canary-of-a-token", "--product jira");
    let result = &done.json_with(1)["results"][0];
    assert_eq!(result["verdict"], "gateway_refused");
    assert_eq!(result["gateway_reason"], "invalid_credentials");
    let done = test("/nothing", "canary-of-a-token", "--product jira");
    let result = &done.json_with(1)["results"][0];
    assert_eq!(result["gateway_reason"], "unknown_product");
    // Without a credential the gateway shows nothing of what is behind it.
    let error = test("/jira", jwt, "--product auto").failed_json(2, "invalid_input");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("missing_credentials")
    );
    assert!(error["hint"].as_str().unwrap().contains("--product"));

    let explain = |more: &str, token: &str| {
        gateway
            .call(&format!(
                "explain --method GET --path /jira/rest/api/2/myself --token-stdin {more}"
            ))
            .input(token)
            .done()
    };
    let permit = explain("--address 10.0.0.1", jwt);
    assert_eq!(permit.json_with(0)["outcome"], "permit");
    assert_eq!(permit.json()["user"], "barney");
    assert!(!permit.shows(jwt));
    let denial = explain("", "canary-of-a-token").json_with(1);
    assert_eq!(denial["outcome"], "invalid_credentials");
    assert!(denial["phases"][0]["phase"].is_string());

    let audit = gateway
        .call("audit --kind request --limit 1")
        .done()
        .json_with(0);
    let request = audit["lines"][0]["request_id"].as_str().unwrap();
    let again = gateway
        .call(&format!("explain --request-id {request}"))
        .done();
    assert!(again.json()["outcome"].is_string(), "{again:?}");
    let done = gateway.call("explain --request-id nobodys").done();
    done.failed_json(1, "not_found");
}

#[test]
fn a_gateway_that_was_never_paired_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credential");
    gatewright("gateway status --json")
        .done()
        .failed_json(2, "not_paired");
    let missing = || {
        gatewright("config show --json --credential-file")
            .arg(&file)
            .done()
    };
    missing().failed_json(2, "invalid_input");
    std::fs::write(&file, "{\"url\":\"x\",\"credential\":\"canary-canary\"}").unwrap();
    let done = missing();
    done.failed_json(2, "invalid_input");
    assert!(!done.shows("canary-canary"), "{done:?}");
}

#[test]
fn without_a_keychain_a_code_is_not_used_up() {
    let server = Crooked::page();
    let code = "00000-00000-00000-00000";
    let done = gatewright(&format!("gateway pair --json {} --code-stdin", server.url))
        .input(code)
        .done();
    let error = done.failed_json(3, "keychain");
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .contains("--credential-file")
    );
    assert_eq!(server.asked(), Vec::<String>::new());
    let done = gatewright("secret list --json --gateway")
        .arg(&server.url)
        .done();
    done.failed_json(3, "keychain");
}

#[test]
fn what_is_no_gateway_is_told_apart() {
    let server = Crooked::page();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credential");
    std::fs::write(&file, "kept before").unwrap();
    let pair = |url: &str| {
        gatewright(&format!(
            "gateway pair --json {url} --code-stdin --credential-file"
        ))
        .arg(&file)
        .input("00000-00000-00000-00000\n")
        .done()
    };
    pair(&server.url).failed_json(1, "unexpected_answer");
    pair("http://127.0.0.1:9").failed_json(3, "connect");
    pair("http://gateway.example.com").failed_json(2, "plain_http");
    pair("https://gateway.invalid").failed_json(2, "invalid_input");
    pair("nonsense").failed_json(2, "invalid_input");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept before");
}

#[test]
fn a_document_is_judged_without_a_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let validate = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        gatewright("config validate --json").arg(&file).done()
    };
    let good = validate("good.toml", "format = 1\n").json_with(0);
    assert_eq!(good["valid"], true);
    assert_eq!(
        validate("good.json", "{\"format\":1}").json_with(0)["valid"],
        true
    );
    let bad = validate(
        "bad.toml",
        "format = 1\n[settings]\nanonymous = \"maybe\"\n",
    )
    .json_with(1);
    assert_eq!(bad["valid"], false);
    assert_eq!(bad["problems"][0]["line"], 3);
    assert_eq!(bad["problems"][0]["path"], "settings.anonymous");
    validate("broken.toml", "format = \n").json_with(1);
    gatewright("config validate --json /nowhere.toml")
        .done()
        .failed_json(2, "invalid_input");
}
