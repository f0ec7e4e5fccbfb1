//! Several environments: each an app of its own, of which the window shows one.
//!
//! What goes on in one ends there, whichever the window shows meanwhile: a token that a sign-in
//! brings, the outcome of a test, a publish.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

use gatewright_http::Network;
use gatewright_wire as wire;
use gatewright_wire::{
    AppEvent, AppState, ChangeEnvironment, CreateEnvironment, EnvironmentId, Nothing,
    RemoveEnvironment, WireError,
};
use gatewright_workspace::{Environment, EnvironmentKind, Keychain, Workspace};
use time::OffsetDateTime;
use url::Url;

use crate::app::{App, lock};
use crate::errors::{self, invalid, not_found};
use crate::host::{Host, HostError};
use crate::{convert, settings};

/// The longest name of an environment.
const LONGEST_NAME: usize = 40;

/// What the apps of all environments share.
pub(crate) struct Around {
    /// None makes the first.
    pub(crate) first: Option<Weak<App>>,
    pub(crate) current: Arc<Mutex<String>>,
    pub(crate) failures: crate::diagnostics::Failures,
}

/// The program as one environment sees it: the window hears of it only while it shows it.
pub(crate) struct EnvironmentHost {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) id: String,
    pub(crate) current: Arc<Mutex<String>>,
}

#[async_trait::async_trait]
impl Host for EnvironmentHost {
    fn now(&self) -> OffsetDateTime {
        self.host.now()
    }

    fn emit(&self, event: AppEvent) {
        if *lock(&self.current) == self.id {
            self.host.emit(event);
        }
    }

    async fn open_browser(&self, url: &Url) -> Result<(), HostError> {
        self.host.open_browser(url).await
    }

    fn clipboard(&self, text: &str, secret: bool) -> Result<(), HostError> {
        self.host.clipboard(text, secret)
    }

    fn network(&self) -> Network {
        settings::network(&self.workspace, self.host.network())
    }

    fn person(&self) -> Option<String> {
        self.host.person()
    }

    fn version(&self) -> String {
        self.host.version()
    }

    fn downloads(&self) -> Option<PathBuf> {
        self.host.downloads()
    }

    fn set_clipboard_seconds(&self, seconds: u32) {
        self.host.set_clipboard_seconds(seconds);
    }

    fn zoom(&self, percent: u32) {
        self.host.zoom(percent);
    }

    fn programs(&self) -> Option<PathBuf> {
        self.host.programs()
    }

    fn quit(&self) {
        self.host.quit();
    }

    fn open_folder(&self, folder: &Path) -> Result<(), HostError> {
        self.host.open_folder(folder)
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        self.host.keychain()
    }
}

impl App {
    /// Makes an environment and goes there.
    pub async fn create_environment(
        &self,
        request: CreateEnvironment,
    ) -> Result<AppState, WireError> {
        let name = self.free_environment_name(&request.name, None)?;
        let app = self.add_environment(name, convert::kept_kind(request.kind))?;
        self.go_to(&app.id).await
    }

    /// Calls an environment something else, or gives it another colour.
    pub async fn change_environment(
        &self,
        request: ChangeEnvironment,
    ) -> Result<AppState, WireError> {
        let app = self.environment_app(&request.id)?;
        let environment = Environment {
            name: self.free_environment_name(&request.name, Some(&request.id))?,
            kind: convert::kept_kind(request.kind),
        };
        app.workspace
            .set_environment(&environment)
            .map_err(|error| errors::store(&error))?;
        self.current()?.changed().await
    }

    /// Goes to an environment.
    pub async fn switch_environment(&self, request: EnvironmentId) -> Result<AppState, WireError> {
        self.environment_app(&request.id)?;
        self.go_to(&request.id).await
    }

    /// Removes an environment with all that is kept in it; its name has to be typed.
    pub async fn remove_environment(
        &self,
        request: RemoveEnvironment,
    ) -> Result<AppState, WireError> {
        let app = self.environment_app(&request.id)?;
        let name = app.environment()?.name;
        if request.typed.trim().to_lowercase() != name.to_lowercase() {
            return Err(invalid(
                "typed",
                format!("That is not “{name}”."),
                "Type the name of the environment that is to be removed.",
            ));
        }
        self.drop_environment(&app)?;
        self.current()?.changed().await
    }

    /// Removes an environment; the window goes to the first that is left.
    pub(crate) fn drop_environment(&self, app: &Self) -> Result<(), WireError> {
        let first = self.first_app()?;
        let rest: Vec<String> = self
            .environment_ids()?
            .into_iter()
            .filter(|id| *id != app.id)
            .collect();
        let Some(next) = rest.first() else {
            return Err(invalid(
                "typed",
                "It is the only environment.",
                "Make another one first, or rename this one.",
            ));
        };
        for test in lock(&app.tests).values() {
            test.cancel();
        }
        app.cancel_all();
        if *lock(&self.current) == app.id {
            self.show(next)?;
        }
        first
            .workspace
            .remove_environment(&app.id, &app.workspace)
            .map_err(|error| errors::store(&error))?;
        lock(&first.others).remove(&app.id);
        Ok(())
    }

    /// Makes an environment without going there.
    pub(crate) fn add_environment(
        &self,
        name: String,
        kind: EnvironmentKind,
    ) -> Result<Arc<Self>, WireError> {
        let first = self.first_app()?;
        let (id, _) = Workspace::add_environment(&first.workspace, &Environment { name, kind })
            .map_err(|error| errors::open(&error))?;
        self.environment_app(&id)
    }

    /// Goes to an environment and tells what the frame shows there.
    pub(crate) async fn go_to(&self, id: &str) -> Result<AppState, WireError> {
        self.show(id)?;
        self.current()?.changed().await
    }

    fn show(&self, id: &str) -> Result<(), WireError> {
        self.workspace
            .set_current_environment(id)
            .map_err(|error| errors::store(&error))?;
        id.clone_into(&mut lock(&self.current));
        Ok(())
    }

    /// The app of the environment that the window shows.
    pub fn current(&self) -> Result<Arc<Self>, WireError> {
        let id = lock(&self.current).clone();
        self.environment_app(&id)
    }

    /// The app of an environment; opened when it was not yet.
    pub(crate) fn environment_app(&self, id: &str) -> Result<Arc<Self>, WireError> {
        if !self.environment_ids()?.iter().any(|one| one == id) {
            return Err(not_found("environment", id));
        }
        let first = self.first_app()?;
        if id == Workspace::FIRST {
            return Ok(first);
        }
        let mut others = lock(&first.others);
        if let Some(app) = others.get(id) {
            return Ok(Arc::clone(app));
        }
        let workspace = Workspace::open_environment(&first.workspace, id)
            .map_err(|error| errors::open(&error))?;
        let around = Around {
            first: Some(Arc::downgrade(&first)),
            current: Arc::clone(&self.current),
            failures: self.failures.clone(),
        };
        let app = Self::make(Arc::clone(&first.outer), workspace, id, &around);
        others.insert(id.to_owned(), Arc::clone(&app));
        Ok(app)
    }

    /// The app of every environment in their order.
    pub(crate) fn every_environment(&self) -> Result<Vec<Arc<Self>>, WireError> {
        self.environment_ids()?
            .iter()
            .map(|id| self.environment_app(id))
            .collect()
    }

    /// The app that holds the others.
    pub(crate) fn first_app(&self) -> Result<Arc<Self>, WireError> {
        self.first
            .upgrade()
            .ok_or_else(|| errors::internal("the app is closing"))
    }

    fn environment_ids(&self) -> Result<Vec<String>, WireError> {
        self.workspace
            .environment_ids()
            .map_err(|error| errors::store(&error))
    }

    /// What this environment is called.
    pub(crate) fn environment(&self) -> Result<wire::Environment, WireError> {
        let kept = self
            .workspace
            .environment()
            .map_err(|error| errors::store(&error))?;
        Ok(kept.map_or_else(
            || wire::Environment {
                id: self.id.clone(),
                name: "Staging".to_owned(),
                kind: wire::EnvironmentKind::Staging,
            },
            |kept| convert::environment(&self.id, kept),
        ))
    }

    /// All environments in their order.
    pub(crate) fn environments(&self) -> Result<Vec<wire::Environment>, WireError> {
        self.every_environment()?
            .iter()
            .map(|app| app.environment())
            .collect()
    }

    /// A name that no other environment has.
    fn free_environment_name(&self, name: &str, except: Option<&str>) -> Result<String, WireError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control)
        {
            return Err(invalid(
                "name",
                "This is no name for an environment.",
                format!("Write one to {LONGEST_NAME} letters, such as Production."),
            ));
        }
        let taken = self.environments()?.into_iter().any(|one| {
            Some(one.id.as_str()) != except && one.name.to_lowercase() == name.to_lowercase()
        });
        if taken {
            return Err(invalid(
                "name",
                format!("There is an environment {name} already."),
                "Give this one another name.",
            ));
        }
        Ok(name.to_owned())
    }

    /// Runs what is due in every environment.
    pub(crate) async fn run_due_everywhere(&self) -> Result<(), WireError> {
        for app in self.every_environment()? {
            app.run_due_checks().await?;
        }
        Ok(())
    }

    /// Ends the program.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn quit(&self, _: Nothing) -> Result<Nothing, WireError> {
        self.host.quit();
        Ok(Nothing {})
    }
}
