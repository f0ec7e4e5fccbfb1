use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use gatewright_admin_api::{CallError, Client, Mode, Notation, Status};
use gatewright_secret::SecretString;
use tempfile::TempDir;

use crate::gateway::{Gateway, failure, program};
use crate::neighbours::{DIRECTORY_PASSWORD, Neighbour, document};

struct Files {
    directory: TempDir,
    config: PathBuf,
    secrets: PathBuf,
}

impl Files {
    fn new(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("gatewright.toml");
        let secrets = directory.path().join("secrets");
        fs::create_dir(&secrets).unwrap();
        fs::write(secrets.join("jira-svc"), format!("{DIRECTORY_PASSWORD}\n")).unwrap();
        fs::write(&config, text).unwrap();
        Self {
            directory,
            config,
            secrets,
        }
    }

    fn arguments(&self) -> [&str; 4] {
        [
            "--config",
            self.config.to_str().unwrap(),
            "--secrets",
            self.secrets.to_str().unwrap(),
        ]
    }
}

/// The status once it is as it should be.
async fn eventually(client: &Client, good: impl Fn(&Status) -> bool) -> Status {
    let started = Instant::now();
    loop {
        let status = client.status().await.unwrap();
        if good(&status) {
            return status;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{status:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_file_rules_alone_and_its_changes_take_effect() {
    let (jira, github) = (Neighbour::jira(), Neighbour::github());
    let text = document(jira.address, github.address);
    let files = Files::new(&text);
    let gateway = Gateway::start(&files.arguments());
    let myself = "GET /jira/rest/api/2/myself";
    assert_eq!(gateway.with_token(myself, "gho_alice").status(), 200);

    let owner = gateway.pair("owner").await;
    let refused = owner.put_config(&text, Notation::Toml, 1, "").await;
    assert!(matches!(refused, Err(CallError::FromFile)));
    let refused = owner.put_secret("jira-svc", &SecretString::new("x")).await;
    assert!(matches!(refused, Err(CallError::SecretsFromDirectory)));
    let status = owner.status().await.unwrap();
    assert_eq!((status.mode, status.version), (Mode::File, 1));

    fs::write(
        &files.config,
        format!("{text}\n[settings]\nread_only = true\n"),
    )
    .unwrap();
    eventually(&owner, |status| status.version == 2).await;
    let write = gateway.with_token("DELETE /jira/rest/api/2/issue/A-1", "gho_alice");
    assert_eq!((write.status(), write.reason()), (403, "read_only"));

    fs::write(&files.config, "format = 1\nnonsense = 2\n").unwrap();
    let status = eventually(&owner, |status| status.problem.is_some()).await;
    assert_eq!(status.version, 2);
    assert!(status.problem.unwrap().contains("nonsense"));
    assert_eq!(gateway.with_token(myself, "gho_alice").status(), 200);

    fs::write(&files.config, &text).unwrap();
    gateway.signal("HUP");
    let status = eventually(&owner, |status| status.version == 3).await;
    assert_eq!(status.problem, None);
    assert_eq!(
        gateway
            .with_token("DELETE /jira/rest/api/2/issue/A-1", "gho_alice")
            .status(),
        200
    );
}

#[test]
fn a_file_that_does_not_do_is_named_and_nothing_starts() {
    let files = Files::new("format = 1\nnonsense = 2\n");
    let start = || {
        let data = files.directory.path().join("data");
        program()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--admin-listen",
                "127.0.0.1:0",
            ])
            .arg("--data")
            .arg(data)
            .args(files.arguments())
            .output()
            .unwrap()
    };
    let invalid = start();
    assert_eq!(invalid.status.code(), Some(1));
    assert_eq!(failure(&invalid)["code"], "invalid_document");
    assert!(
        failure(&invalid)["message"]
            .as_str()
            .unwrap()
            .contains("line 2")
    );
    assert!(invalid.stdout.is_empty());

    let nowhere = "127.0.0.1:1".parse().unwrap();
    fs::write(&files.config, document(nowhere, nowhere)).unwrap();
    fs::remove_file(files.secrets.join("jira-svc")).unwrap();
    let missing = start();
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(failure(&missing)["code"], "unknown_secrets");
    assert!(
        failure(&missing)["message"]
            .as_str()
            .unwrap()
            .contains("jira-svc")
    );
}
