//! The app: what all commands share, and the commands of the frame.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatewright_atlassian::{ApiFamily, Directory};
use gatewright_catalogue::Endpoints;
use gatewright_http::{Client, Recorder};
use gatewright_oauth::Refresher;
use gatewright_secret::SecretString;
use gatewright_wire::{
    AppEvent, AppState, Copied, CopyText, ErrorCode, GatewayState, Nothing, OpenPage, OpenVault,
    SetTheme, Theme, WireError,
};
use gatewright_workspace::{Environment, EnvironmentKind, VaultError, VaultState, Workspace};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::convert;
use crate::environments::{Around, EnvironmentHost};
use crate::errors::{self, invalid};
use crate::flow;
use crate::host::Host;
use crate::keys::Fresh;
use crate::settings;
use crate::sign_in::Attempt;

/// How long the keychain may take before the app goes on without it.
pub(crate) const KEYCHAIN_LIMIT: Duration = Duration::from_secs(6);

/// A preset and what was typed for it.
type Entered = (String, BTreeMap<String, String>);

/// Everything that a person can do.
///
/// Commands run at the same time; each reads and writes the workspace in small steps. Behind an
/// `Arc`, because sign-ins and tests go on after the command that began them has answered.
pub struct App {
    pub(crate) host: Arc<dyn Host>,
    /// The program itself, which hears of every environment.
    pub(crate) outer: Arc<dyn Host>,
    pub(crate) workspace: Arc<Workspace>,
    /// The id of the environment that this is.
    pub(crate) id: String,
    /// The app of the first environment, which holds those of the others.
    pub(crate) first: std::sync::Weak<Self>,
    /// By environment, the apps that were opened; empty but in the first.
    pub(crate) others: Mutex<HashMap<String, Arc<Self>>>,
    /// The id of the environment that the window shows, for all of them.
    pub(crate) current: Arc<Mutex<String>>,
    /// The sandbox that this app started; none but in the first.
    pub(crate) sandbox: tokio::sync::Mutex<Option<crate::sandbox::Running>>,
    /// What failed last, for all of them.
    pub(crate) failures: crate::diagnostics::Failures,
    /// For what goes on after its command has answered.
    pub(crate) this: std::sync::Weak<Self>,
    pub(crate) sign_ins: Mutex<HashMap<String, Attempt>>,
    /// Ends the sign-in that has no id yet.
    pub(crate) beginning: Mutex<CancellationToken>,
    pub(crate) tests: Mutex<HashMap<String, CancellationToken>>,
    /// By base URL, the families of endpoints that a product was seen to lack.
    pub(crate) absent_apis: Mutex<HashMap<String, Vec<ApiFamily>>>,
    /// By token, whose it is by its provider's username rule.
    pub(crate) owners: Mutex<HashMap<String, String>>,
    /// By product; each remembers that its account was refused.
    pub(crate) directories: Mutex<HashMap<String, Directory>>,
    /// By preset and inputs, the endpoints that a provider told.
    pub(crate) discovered: Mutex<HashMap<Entered, Endpoints>>,
    /// What the gateway said last.
    pub(crate) gateway: Mutex<Option<GatewayState>>,
    /// New API keys that nobody said to have stored yet.
    pub(crate) fresh_keys: Mutex<Vec<Fresh>>,
    /// By token: one refresh at a time.
    pub(crate) refresher: Refresher<String>,
    keychain_asked: OnceCell<()>,
}

impl App {
    /// After how many seconds a copied secret leaves the clipboard.
    pub const CLIPBOARD_SECONDS: u32 = 60;

    /// Opens the workspace in a folder. The keychain is asked with the first command.
    pub fn open(host: Arc<dyn Host>, data_dir: impl AsRef<Path>) -> Result<Arc<Self>, WireError> {
        let workspace = Workspace::open(data_dir.as_ref()).map_err(|error| errors::open(&error))?;
        let store = |error| errors::store(&error);
        let ids = workspace.environment_ids().map_err(store)?;
        let first_is_there = ids.iter().any(|id| id == Workspace::FIRST);
        if first_is_there && workspace.environment().map_err(store)?.is_none() {
            let environment = Environment {
                name: "Staging".to_owned(),
                kind: EnvironmentKind::Staging,
            };
            workspace.set_environment(&environment).map_err(store)?;
        }
        let current = workspace.current_environment().map_err(store)?;
        let seconds = workspace
            .computer_preference::<u32>(settings::CLIPBOARD)
            .map_err(store)?;
        host.set_clipboard_seconds(seconds.unwrap_or(Self::CLIPBOARD_SECONDS));
        Ok(Self::make(
            host,
            Arc::new(workspace),
            Workspace::FIRST,
            &Around {
                first: None,
                current: Arc::new(Mutex::new(current)),
                failures: crate::diagnostics::Failures::default(),
            },
        ))
    }

    /// The app of one environment.
    pub(crate) fn make(
        host: Arc<dyn Host>,
        workspace: Arc<Workspace>,
        id: &str,
        around: &Around,
    ) -> Arc<Self> {
        let outer = Arc::clone(&host);
        let host = EnvironmentHost {
            host,
            workspace: Arc::clone(&workspace),
            id: id.to_owned(),
            current: Arc::clone(&around.current),
        };
        Arc::new_cyclic(|this| Self {
            host: Arc::new(host),
            outer,
            workspace,
            id: id.to_owned(),
            first: around.first.clone().unwrap_or_else(|| this.clone()),
            others: Mutex::default(),
            current: Arc::clone(&around.current),
            sandbox: tokio::sync::Mutex::default(),
            failures: around.failures.clone(),
            this: this.clone(),
            sign_ins: Mutex::default(),
            beginning: Mutex::default(),
            tests: Mutex::default(),
            absent_apis: Mutex::default(),
            owners: Mutex::default(),
            directories: Mutex::default(),
            discovered: Mutex::default(),
            gateway: Mutex::default(),
            fresh_keys: Mutex::default(),
            refresher: Refresher::default(),
            keychain_asked: OnceCell::new(),
        })
    }

    /// What the frame shows.
    pub async fn app_state(&self, _: Nothing) -> Result<AppState, WireError> {
        self.vault().await?;
        self.state()
    }

    /// Remembers the look.
    pub async fn set_theme(&self, request: SetTheme) -> Result<AppState, WireError> {
        self.workspace
            .set_computer_preference("theme", &request.theme)
            .map_err(|error| errors::store(&error))?;
        self.changed().await
    }

    /// Opens the vault with a passphrase, or makes one where there is none.
    pub async fn open_vault(&self, request: OpenVault) -> Result<AppState, WireError> {
        self.vault().await?;
        let passphrase = SecretString::wrap(request.passphrase.into_text());
        let app = self.shared()?;
        // Deriving the key takes most of a core for a good part of a second.
        tokio::task::spawn_blocking(move || app.workspace.open_with_passphrase(&passphrase))
            .await
            .map_err(|_| errors::internal("the passphrase was not tried"))?
            .map_err(errors::vault)?;
        self.changed().await
    }

    /// Asks the keychain again.
    pub async fn retry_keychain(&self, _: Nothing) -> Result<AppState, WireError> {
        self.ask_keychain().await.map_err(errors::vault)?;
        self.changed().await
    }

    /// Opens a page in the system browser.
    pub async fn open_page(&self, request: OpenPage) -> Result<Nothing, WireError> {
        let url = web_address(&request.url, "url")?;
        self.host
            .open_browser(&url)
            .await
            .map_err(|error| errors::host(&error))?;
        Ok(Nothing {})
    }

    /// Puts a text that is no secret on the clipboard.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn copy_text(&self, request: CopyText) -> Result<Nothing, WireError> {
        self.host
            .clipboard(&request.text, false)
            .map_err(|error| errors::host(&error))?;
        Ok(Nothing {})
    }

    /// Puts a secret on the clipboard for a while.
    pub(crate) fn copy_secret(&self, secret: &SecretString) -> Result<Copied, WireError> {
        self.host
            .clipboard(secret.expose(), true)
            .map_err(|error| errors::host(&error))?;
        Ok(Copied {
            leaves_after_seconds: self.clipboard_seconds()?,
        })
    }

    /// This app, for what outlives the command.
    pub(crate) fn shared(&self) -> Result<Arc<Self>, WireError> {
        self.this
            .upgrade()
            .ok_or_else(|| errors::internal("the app is closing"))
    }

    /// A client for outgoing calls.
    pub(crate) fn client(&self) -> Result<Client, WireError> {
        Client::new(&self.host.network()).map_err(|error| errors::client(&error))
    }

    /// Finds out where calls to a provider go, and remembers it for the form.
    pub(crate) async fn resolve(
        &self,
        client: &Client,
        preset: &str,
        inputs: &BTreeMap<String, String>,
    ) -> Result<flow::Resolved, WireError> {
        let resolved = flow::resolve(client, preset, inputs).await?;
        let key = (preset.to_owned(), inputs.clone());
        lock(&self.discovered).insert(key, resolved.endpoints.clone());
        Ok(resolved)
    }

    /// The endpoints of a provider as far as they are known without asking.
    pub(crate) fn known_endpoints(
        &self,
        preset: &str,
        inputs: &BTreeMap<String, String>,
    ) -> Endpoints {
        let key = (preset.to_owned(), inputs.clone());
        let told = lock(&self.discovered).get(&key).cloned();
        // What is not filled in yet has no endpoints.
        told.unwrap_or_else(|| flow::entered_endpoints(preset, inputs).unwrap_or_default())
    }

    /// A client whose calls are recorded, and the record.
    pub(crate) fn recorded_client(&self) -> Result<(Client, Recorder), WireError> {
        let recorder = Recorder::new();
        Ok((self.client()?.recorded(recorder.clone()), recorder))
    }

    /// Waits until the keychain was asked once.
    pub(crate) async fn vault(&self) -> Result<(), WireError> {
        self.keychain_asked
            .get_or_try_init(|| async { self.ask_keychain().await.map(drop) })
            .await
            .map_err(errors::vault)
            .copied()
    }

    pub(crate) async fn ask_keychain(&self) -> Result<VaultState, VaultError> {
        self.workspace
            .open_with_keychain(self.host.keychain(), KEYCHAIN_LIMIT)
            .await
    }

    /// A sealed secret.
    pub(crate) async fn secret(&self, name: &str) -> Result<Option<SecretString>, WireError> {
        self.vault().await?;
        self.workspace.secret(name).map_err(errors::secret)
    }

    /// Seals a secret.
    pub(crate) async fn put_secret(
        &self,
        name: &str,
        secret: &SecretString,
    ) -> Result<(), WireError> {
        self.vault().await?;
        self.workspace
            .put_secret(name, secret)
            .map_err(errors::secret)
    }

    /// Whether a secret is sealed here.
    pub(crate) fn has_secret(&self, name: &str) -> Result<bool, WireError> {
        self.workspace
            .has_secret(name)
            .map_err(|error| errors::store(&error))
    }

    /// Puts a new state together and tells the window.
    pub(crate) async fn changed(&self) -> Result<AppState, WireError> {
        let state = self.app_state(Nothing {}).await?;
        self.host.emit(AppEvent::StateChanged {
            state: state.clone(),
        });
        Ok(state)
    }

    pub(crate) fn state(&self) -> Result<AppState, WireError> {
        let workspace = &self.workspace;
        let environment = self.environment()?;
        let products = workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        let tokens = workspace.tokens().map_err(|error| errors::store(&error))?;
        let providers = workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        let pairing = workspace.gateway().map_err(|error| errors::store(&error))?;
        let first_start =
            products.is_empty() && tokens.is_empty() && providers.is_empty() && pairing.is_none();
        Ok(AppState {
            version: self.host.version(),
            environment,
            environments: self.environments()?,
            zoom: self.zoom()?,
            vault: convert::vault(
                workspace
                    .vault_state()
                    .map_err(|error| errors::store(&error))?,
            ),
            gateway: pairing.map(|pairing| self.known_gateway(&pairing)),
            products: count(products.len()),
            tokens: count(tokens.len()),
            theme: workspace
                .computer_preference::<Theme>("theme")
                .map_err(|error| errors::store(&error))?
                .unwrap_or_default(),
            steps: self.steps(&products, &providers, &tokens)?,
            first_start,
        })
    }
}

/// Locks without regard to a panic elsewhere: every change under these locks is one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number for the window.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// An http or https address with a host.
pub(crate) fn web_address(text: &str, field: &str) -> Result<Url, WireError> {
    let text = text.trim();
    let refused = || {
        invalid(
            field,
            format!("This is no web address: {text}"),
            "Write it with http:// or https:// in front, such as https://jira.example.com/jira.",
        )
    };
    let url = Url::parse(text).map_err(|_| refused())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(refused());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            field,
            "The address holds a user name or password.",
            "Leave out what stands before the @; credentials have fields of their own.",
        ));
    }
    Ok(url)
}

/// A random id.
pub(crate) fn random_id() -> Result<String, WireError> {
    gatewright_workspace::random_id().ok_or_else(|| WireError {
        code: ErrorCode::Internal,
        message: "This computer gave no random numbers.".to_owned(),
        hint: "Try again.".to_owned(),
        field: None,
    })
}
