//! The program around the commands, as far as a test needs one, and a desk to work at.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use gatewright_commands::{App, Host, HostError};
use gatewright_http::{Network, Proxy};
use gatewright_wire::{AppEvent, SignIn, SignInPhase, WireError};
use gatewright_workspace::{Keychain, KeychainError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::sync::broadcast;
use url::Url;

/// Stands still unless a test lets it pass.
pub(crate) const NOW: i64 = 1_795_000_000;

pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) host: Arc<Remembering>,
    pub(crate) folder: TempDir,
}

pub(crate) struct Remembering {
    events: broadcast::Sender<AppEvent>,
    pub(crate) opened: Mutex<Vec<Url>>,
    pub(crate) clipboard: Mutex<Vec<(String, bool)>>,
    no_browser: bool,
    keychain: Arc<Memory>,
    /// How many seconds later it is.
    later: AtomicI64,
}

impl Remembering {
    /// Lets time pass.
    pub(crate) fn advance(&self, seconds: i64) {
        self.later.fetch_add(seconds, Ordering::SeqCst);
    }
}

#[derive(Default)]
struct Memory {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    absent: bool,
}

impl Keychain for Memory {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        if self.absent {
            return Err(KeychainError::Absent {
                detail: "no service is running".to_owned(),
            });
        }
        Ok(self.entries.lock().unwrap().get(account).cloned())
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.entries
            .lock()
            .unwrap()
            .insert(account.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        self.entries.lock().unwrap().remove(account);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Host for Remembering {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(NOW + self.later.load(Ordering::SeqCst)).unwrap()
    }

    fn emit(&self, event: AppEvent) {
        let _ = self.events.send(event);
    }

    async fn open_browser(&self, url: &Url) -> Result<(), HostError> {
        if self.no_browser {
            return Err(HostError::NoBrowser {
                detail: "xdg-open is missing".to_owned(),
            });
        }
        self.opened.lock().unwrap().push(url.clone());
        Ok(())
    }

    fn clipboard(&self, text: &str, secret: bool) -> Result<(), HostError> {
        self.clipboard
            .lock()
            .unwrap()
            .push((text.to_owned(), secret));
        Ok(())
    }

    fn network(&self) -> Network {
        Network {
            proxy: Proxy::None,
            ..Network::default()
        }
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        Arc::<Memory>::clone(&self.keychain)
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(false, false)
    }

    pub(crate) fn without_browser() -> Self {
        Self::with(true, false)
    }

    pub(crate) fn without_keychain() -> Self {
        Self::with(false, true)
    }

    fn with(no_browser: bool, absent: bool) -> Self {
        let host = Arc::new(Remembering {
            events: broadcast::channel(1000).0,
            opened: Mutex::default(),
            clipboard: Mutex::default(),
            no_browser,
            later: AtomicI64::new(0),
            keychain: Arc::new(Memory {
                absent,
                ..Memory::default()
            }),
        });
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Arc::<Remembering>::clone(&host), folder.path()).unwrap();
        Self { app, host, folder }
    }

    /// The same folder and keychain after a restart.
    pub(crate) fn restarted(self) -> Self {
        let app = App::open(Arc::<Remembering>::clone(&self.host), self.folder.path()).unwrap();
        Self { app, ..self }
    }

    /// Runs a command as the window would.
    pub(crate) async fn ask(&self, name: &str, request: Value) -> Result<Value, WireError> {
        self.app.dispatch(name, request).await
    }

    /// Runs a command that has to work.
    pub(crate) async fn run<T: DeserializeOwned>(&self, name: &str, request: Value) -> T {
        let reply = self.ask(name, request).await.unwrap();
        serde_json::from_value(reply).unwrap()
    }

    pub(crate) fn listen(&self) -> Events {
        Events(self.host.events.subscribe())
    }

    /// Sets a provider up at a server that behaves like GitHub Enterprise.
    pub(crate) async fn github(&self, url: &str) -> String {
        let provider: Value = self
            .run(
                "save_provider",
                github(
                    url,
                    &json!({"host": "127.0.0.1", "port": null, "path": "/callback"}),
                ),
            )
            .await;
        provider["id"].as_str().unwrap().to_owned()
    }

    /// Sets Jira up at a server.
    pub(crate) async fn jira(&self, url: &str) -> Value {
        self.run("save_product", jira(url)).await
    }
}

pub(crate) fn github(url: &str, redirect: &Value) -> Value {
    json!({
        "id": null, "preset": "ghes", "name": "", "inputs": {"base_url": url},
        "client_id": "Iv1.x", "client_secret": "client-secret-canary",
        "scopes": ["read:user"], "client_auth": "body", "redirect": redirect,
    })
}

pub(crate) fn jira(url: &str) -> Value {
    json!({
        "id": "jira", "create": true, "kind": "jira", "version": "10.3.2", "title": "Jira",
        "base_url": format!("{url}/jira"), "public_url": "/jira",
        "directory_user": "svc", "directory_password": "svc-password-canary",
        "act_as": {"strategy": "oauth1", "consumer_key": "gatewright"}, "service_token": null,
    })
}

pub(crate) struct Events(broadcast::Receiver<AppEvent>);

impl Events {
    /// The next event that is wanted; others pass.
    pub(crate) async fn wait<T>(&mut self, wanted: impl Fn(AppEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.0.recv().await.unwrap()) {
                return found;
            }
        }
    }

    /// The end of a sign-in.
    pub(crate) async fn end_of(&mut self, attempt: &str) -> SignIn {
        self.wait(|event| match event {
            AppEvent::SignIn { sign_in }
                if sign_in.attempt == attempt
                    && matches!(
                        sign_in.phase,
                        SignInPhase::Done { .. } | SignInPhase::Failed { .. }
                    ) =>
            {
                Some(sign_in)
            }
            AppEvent::SignIn { .. }
            | AppEvent::StateChanged { .. }
            | AppEvent::TokenChanged { .. }
            | AppEvent::TestCell { .. }
            | AppEvent::TestFinished { .. }
            | AppEvent::CheckFinished { .. } => None,
        })
        .await
    }
}
