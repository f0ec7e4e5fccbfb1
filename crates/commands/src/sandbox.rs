//! The sandbox, started from the window: a process of its own that ends with the app.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gatewright_wire::{
    ActAs, AppState, DetectProduct, ErrorCode, ImportKeyPair, Nothing, ProductId, SandboxPerson,
    SandboxState, SaveProduct, SaveProvider, TryUser, TypedSecret, WireError,
};
use gatewright_workspace::EnvironmentKind;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::App;
use crate::errors::{self, failure};

/// How long it may take until it says that it is ready.
const READY_LIMIT: Duration = Duration::from_secs(30);
/// What the environment is called that is made for it.
const NAME: &str = "Sandbox";
/// Marks an environment that was made for a sandbox and is made anew with the next.
const MARK: &str = "made-for-the-sandbox";
/// The account of its products that looks people up.
const DIRECTORY_ACCOUNT: &str = "svc-gatewright";

/// A sandbox that runs; it ends when this is dropped.
pub(crate) struct Running {
    child: Child,
    people: Vec<SandboxPerson>,
}

impl App {
    /// Whether a sandbox can be started, or runs.
    pub(crate) async fn sandbox_state(&self) -> Result<SandboxState, WireError> {
        let first = self.first_app()?;
        let mut sandbox = first.sandbox.lock().await;
        if let Some(running) = sandbox.as_mut() {
            // One that ended by itself is gone.
            if matches!(running.child.try_wait(), Ok(None)) {
                return Ok(SandboxState::Running {
                    people: running.people.clone(),
                });
            }
            *sandbox = None;
        }
        Ok(match self.sandbox_program() {
            Ok(_) => SandboxState::Ready,
            Err(looked_in) => SandboxState::Absent { looked_in },
        })
    }

    /// Starts the sandbox, makes an environment for it with everything filled in, and goes there.
    pub async fn start_sandbox(&self, _: Nothing) -> Result<AppState, WireError> {
        self.refuse_locked().await?;
        let program = self.sandbox_program().map_err(|looked_in| {
            failure(
                ErrorCode::NotFound,
                format!("The program gatewright is not beside the app, in {looked_in}."),
                "Install the command line, or start “gatewright sandbox” in a terminal and add its addresses by hand.",
            )
        })?;
        let first = self.first_app()?;
        let mut sandbox = first.sandbox.lock().await;
        *sandbox = None;
        let (child, description) = start(&program).await?;
        *sandbox = Some(Running {
            child,
            people: people(&description),
        });
        drop(sandbox);
        let old = self.every_environment()?.into_iter().find(|app| {
            app.workspace
                .preference::<bool>(MARK)
                .is_ok_and(|mark| mark == Some(true))
        });
        let taken = self.environments()?.iter().any(|one| {
            one.name.eq_ignore_ascii_case(NAME) && old.as_ref().is_none_or(|old| old.id != one.id)
        });
        let name = if taken { "Sandbox of the app" } else { NAME };
        let app = self.add_environment(name.to_owned(), EnvironmentKind::Sandbox)?;
        app.workspace
            .set_preference(MARK, &true)
            .map_err(|error| errors::store(&error))?;
        let filled = app.fill_in(&description).await;
        if let Some(old) = old {
            self.drop_environment(&old)?;
        }
        let state = self.go_to(&app.id).await?;
        filled.map(|()| state)
    }

    /// Ends the sandbox; the environment stays until it is removed or the next one starts.
    pub async fn stop_sandbox(&self, _: Nothing) -> Result<AppState, WireError> {
        let first = self.first_app()?;
        let stopped = first.sandbox.lock().await.take();
        if let Some(mut running) = stopped {
            // It may have ended by itself.
            let _ = running.child.kill().await;
        }
        self.current()?.changed().await
    }

    /// The command line beside the app, or where it was looked for.
    fn sandbox_program(&self) -> Result<PathBuf, String> {
        let Some(folder) = self.host.programs() else {
            return Err("no folder".to_owned());
        };
        let program = folder.join(format!("gatewright{}", std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            Ok(program)
        } else {
            Err(folder.display().to_string())
        }
    }

    async fn fill_in(&self, description: &Value) -> Result<(), WireError> {
        let consumer_key = description["gateway_config"]
            .as_str()
            .and_then(|document| document.split_once("consumer_key = \""))
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(key, _)| key.to_owned())
            .unwrap_or_default();
        let secret = |name: &str| TypedSecret::new(text(&description["secrets"][name]));
        let person = text(&description["users"][0]["directory_name"]);
        for (id, url) in description["products"].as_object().into_iter().flatten() {
            let found = self
                .detect_product(DetectProduct { url: text(url) })
                .await?;
            let product = self
                .save_product(SaveProduct {
                    id: found.suggested_id,
                    create: true,
                    kind: found.kind,
                    version: found.version,
                    title: found.title,
                    base_url: found.base_url,
                    public_url: format!("/{id}"),
                    directory_user: Some(DIRECTORY_ACCOUNT.to_owned()),
                    directory_password: Some(secret(DIRECTORY_ACCOUNT)),
                    act_as: ActAs::Oauth1 {
                        consumer_key: consumer_key.clone(),
                    },
                    service_token: None,
                })
                .await?;
            let id = product.id;
            self.import_key_pair(ImportKeyPair {
                id: id.clone(),
                private_pem: secret("applink-oauth1"),
            })
            .await?;
            self.check_directory(ProductId { id: id.clone() }).await?;
            self.try_user(TryUser {
                id,
                user: person.clone(),
            })
            .await?;
        }
        let github = &description["providers"]["ghes"];
        let provider: SaveProvider = serde_json::from_value(json!({
            "id": null,
            "preset": "ghes",
            "name": "",
            "inputs": { "base_url": github["base_url"] },
            "client_id": github["client_id"],
            "client_secret": github["client_secret"],
            "scopes": ["read:user", "user:email"],
            "client_auth": "body",
            "redirect": { "host": "127.0.0.1", "port": null, "path": "/callback" },
        }))
        .map_err(|_| errors::internal("the sandbox's provider has another form"))?;
        self.save_provider(provider).await?;
        Ok(())
    }
}

/// Starts the process and reads its first line, which says everything about it.
async fn start(program: &Path) -> Result<(Child, Value), WireError> {
    let refused = |detail: &str| {
        failure(
            ErrorCode::Internal,
            format!("The sandbox did not start: {detail}."),
            "Start “gatewright sandbox” in a terminal to see why.",
        )
    };
    let mut child = Command::new(program)
        .args(["sandbox", "--json", "--port", "0", "--until-input-ends"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| refused(&error.to_string()))?;
    let output = child
        .stdout
        .take()
        .ok_or_else(|| refused("it has no output"))?;
    let mut line = String::new();
    tokio::time::timeout(READY_LIMIT, BufReader::new(output).read_line(&mut line))
        .await
        .map_err(|_| refused("it says nothing"))?
        .map_err(|error| refused(&error.to_string()))?;
    let description =
        serde_json::from_str(&line).map_err(|_| refused("it ended, or is of another version"))?;
    Ok((child, description))
}

fn people(description: &Value) -> Vec<SandboxPerson> {
    description["users"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|user| SandboxPerson {
            user: text(&user["username"]),
            password: text(&user["password"]),
            note: text(&user["note"]),
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
