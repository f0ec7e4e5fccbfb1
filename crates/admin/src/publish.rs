//! From a document to running rules, in one step or not at all.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use gatewright_admin_api::{Mode, Problem, ProblemCode};
use gatewright_config::{Config, Format, diff};
use gatewright_enforce::{Clock, Engine};
use gatewright_store::{AppendError, DocumentFormat, NewConfig, Store};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::MakeEngine;
use crate::document::{ApplyError, Candidate, examine, refusal, usable};
use crate::reply::{Refusal, Reply};
use crate::secrets::{SecretSource, Secrets};

/// The rules that run: read by every request, replaced by a publish.
pub type Running = Arc<ArcSwapOption<Engine>>;

/// What is in force.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Its version; with a file, how often it was read.
    pub version: u64,
    /// Since when.
    pub since: OffsetDateTime,
    /// The document, ready to use.
    pub config: Arc<Config>,
    /// The text from which it was made.
    pub(crate) text: String,
    /// How the text is written.
    pub(crate) format: DocumentFormat,
}

/// The newest document, whether or not it is in force.
pub(crate) struct Newest {
    pub(crate) version: u64,
    pub(crate) text: String,
    pub(crate) format: DocumentFormat,
}

/// A document on its way.
pub(crate) struct Publication {
    pub(crate) text: String,
    pub(crate) format: DocumentFormat,
    pub(crate) expected: u64,
    pub(crate) by: String,
    pub(crate) comment: String,
    pub(crate) at: OffsetDateTime,
}

/// A document that was published.
pub(crate) struct Done {
    pub(crate) version: u64,
    pub(crate) changes: Value,
}

/// Puts documents in force.
pub struct Publisher {
    store: Arc<dyn Store>,
    secrets: SecretSource,
    mode: Mode,
    engines: MakeEngine,
    running: Running,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// One publish at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    applied: Option<Arc<Applied>>,
    /// Why the newest document is not in force.
    problem: Option<String>,
}

impl Publisher {
    /// A publisher for documents that are published here, or read from a file.
    pub fn new(
        store: Arc<dyn Store>,
        secrets: SecretSource,
        mode: Mode,
        engines: MakeEngine,
        running: Running,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            secrets,
            mode,
            engines,
            running,
            clock,
            state: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// What is in force.
    pub fn applied(&self) -> Option<Arc<Applied>> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .applied
            .clone()
    }

    /// Puts the newest stored version in force: at the start.
    pub async fn apply_newest(&self) -> Result<(), ApplyError> {
        let _turn = self.turn.lock().await;
        let store = Arc::clone(&self.store);
        let newest = blocking(move || store.latest_config()).await?;
        let Some(newest) = newest? else { return Ok(()) };
        self.apply(
            newest.info.version,
            newest.text,
            newest.format,
            Some(newest.info.at),
        )
        .await
    }

    /// Puts the text of a file in force. The one before goes on if this one does not do.
    pub async fn apply_file(&self, text: String, format: Format) -> Result<(), ApplyError> {
        let _turn = self.turn.lock().await;
        let version = self.applied().map_or(1, |applied| applied.version + 1);
        let format = match format {
            Format::Toml => DocumentFormat::Toml,
            Format::Json => DocumentFormat::Json,
        };
        self.apply(version, text, format, None).await
    }

    /// Says why the newest document is not in force.
    pub fn note_problem(&self, problem: impl Into<String>) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .problem = Some(problem.into());
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .problem
            .clone()
    }

    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn running(&self) -> Option<Arc<Engine>> {
        self.running.load_full()
    }

    pub(crate) fn secrets_are_stored(&self) -> bool {
        matches!(self.secrets, SecretSource::Store(_))
    }

    pub(crate) fn refuse_in_file_mode(&self) -> Reply<()> {
        match self.mode {
            Mode::Store => Ok(()),
            Mode::File => Err(Problem::new(ProblemCode::ConfigFromFile)
                .hint("Change the file that --config names; it is read again when it changes.")
                .into()),
        }
    }

    /// The newest document; an empty one of version 0 before the first.
    pub(crate) async fn newest(&self) -> Reply<Newest> {
        if self.mode == Mode::File {
            return Ok(self.applied().map_or_else(empty, |applied| Newest {
                version: applied.version,
                text: applied.text.clone(),
                format: applied.format,
            }));
        }
        let store = Arc::clone(&self.store);
        let newest = blocking(move || store.latest_config())
            .await
            .map_err(|_| Refusal::internal("a look into the store"))?
            .map_err(|error| Refusal::store(&error))?;
        Ok(newest.map_or_else(empty, |newest| Newest {
            version: newest.info.version,
            text: newest.text,
            format: newest.format,
        }))
    }

    /// Looks at a document as a publish would.
    pub(crate) async fn candidate(&self, text: String, format: DocumentFormat) -> Reply<Candidate> {
        self.examine(text, format)
            .await
            .map_err(|error| refusal(&error))
    }

    /// Publishes a document: everything or nothing.
    pub(crate) async fn publish(&self, publication: Publication) -> Reply<Done> {
        let _turn = self.turn.lock().await;
        let (text, format) = (publication.text.clone(), publication.format);
        let examined = self.examine(text, format).await.and_then(usable);
        let (config, secrets) = examined.map_err(|error| refusal(&error))?;
        let version = publication.expected + 1;
        let engine = self
            .engine(version, Arc::clone(&config), secrets)
            .await
            .map_err(|error| refusal(&error))?;
        let store = Arc::clone(&self.store);
        let new = NewConfig {
            text: publication.text.clone(),
            format,
            by: publication.by,
            comment: publication.comment,
            at: publication.at,
        };
        let expected = publication.expected;
        let appended = blocking(move || store.append_config(expected, &new))
            .await
            .map_err(|_| Refusal::internal("a publish"))?;
        match appended {
            Ok(_) => {}
            Err(AppendError::Stale { current }) => {
                let mut problem = Problem::new(ProblemCode::Stale)
                    .detail(format!("the newest version is {current}"));
                problem.current_version = Some(current);
                return Err(problem.into());
            }
            Err(AppendError::Store(error)) => return Err(Refusal::store(&error)),
        }
        let before = self.applied();
        self.install(
            engine,
            Applied {
                version,
                since: self.clock.now(),
                config: Arc::clone(&config),
                text: publication.text,
                format,
            },
        );
        let nothing = gatewright_config::raw::Document::default();
        let before = before
            .as_ref()
            .map_or(&nothing, |applied| applied.config.document());
        Ok(Done {
            version,
            changes: json!(diff(before, config.document())),
        })
    }

    /// Puts a secret's new value in force, if the running document uses it.
    pub(crate) async fn secret_changed(&self, name: &str) {
        let turn = self.turn.lock().await;
        let Some(applied) = self.applied() else {
            // The secret may be what the stored document was waiting for.
            drop(turn);
            if self.mode == Mode::Store {
                self.apply_newest_or_note().await;
            }
            return;
        };
        if !applied
            .config
            .secret_names()
            .iter()
            .any(|used| used == name)
        {
            return;
        }
        let renewed = self
            .apply(
                applied.version,
                applied.text.clone(),
                applied.format,
                Some(applied.since),
            )
            .await;
        if let Err(error) = renewed {
            tracing::error!(%error, "the new value of a secret is not in force");
            self.note_problem(format!("the new value of {name} is not in force: {error}"));
        }
    }

    /// Puts the newest stored version in force, or says why it is not.
    pub async fn apply_newest_or_note(&self) {
        if let Err(error) = self.apply_newest().await {
            tracing::error!(%error, "the newest document is not in force");
            self.note_problem(error.to_string());
        }
    }

    async fn apply(
        &self,
        version: u64,
        text: String,
        format: DocumentFormat,
        since: Option<OffsetDateTime>,
    ) -> Result<(), ApplyError> {
        let (config, secrets) = usable(self.examine(text.clone(), format).await?)?;
        let engine = self.engine(version, Arc::clone(&config), secrets).await?;
        let since = since.unwrap_or_else(|| self.clock.now());
        self.install(
            engine,
            Applied {
                version,
                since,
                config,
                text,
                format,
            },
        );
        Ok(())
    }

    fn install(&self, engine: Engine, applied: Applied) {
        self.running.store(Some(Arc::new(engine)));
        let version = applied.version;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.applied = Some(Arc::new(applied));
        state.problem = None;
        drop(state);
        tracing::info!(version, "a document is in force");
    }

    async fn engine(
        &self,
        version: u64,
        config: Arc<Config>,
        secrets: Secrets,
    ) -> Result<Engine, ApplyError> {
        let make = Arc::clone(&self.engines);
        // Private keys are read and checked, which takes a while.
        let engine = blocking(move || make(config, Arc::new(secrets)))
            .await?
            .at_version(version);
        for problem in engine.problems() {
            tracing::warn!(version, problem, "requests that need this will be refused");
        }
        Ok(engine)
    }

    async fn examine(&self, text: String, format: DocumentFormat) -> Result<Candidate, ApplyError> {
        let secrets = self.secrets.clone();
        blocking(move || examine(&text, format, &secrets)).await?
    }
}

fn empty() -> Newest {
    Newest {
        version: 0,
        text: "{\n  \"format\": 1\n}".to_owned(),
        format: DocumentFormat::Json,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApplyError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ApplyError::Interrupted)
}
