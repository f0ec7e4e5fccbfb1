//! `serve`: everything wired together, from the first look at the data directory to the drain.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use gatewright_admin::{
    Api, ApplyError, BindError, MakeEngine, Publisher, Running, SecretSource, Traffic,
};
use gatewright_admin_api::Mode;
use gatewright_config::Config;
use gatewright_enforce::{
    AtlassianDirectories, Clock, Engine, HttpProviders, NoKeys, Ports, SecretPort, Shared,
};
use gatewright_http::{Client, Network};
use gatewright_proxy::{Audit, Gateway, Limits};
use gatewright_store::{SealKey, SqliteStore, Store};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::arguments::{ProxyProtocol, Serve};
use crate::failure::{Failure, with_causes};
use crate::file::File;
use crate::tls;

/// In the data directory, so that `pair-code` can name the certificate that an admin will meet.
pub(crate) const FINGERPRINT_FILE: &str = "admin.fingerprint";

/// How often the file of the document is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often old audit lines are dropped, and how many at a time.
const PRUNE: Duration = Duration::from_mins(10);
const PRUNE_AT_ONCE: usize = 5000;
/// How long the last audit lines may take to be written when the gateway stops.
const LAST_LINES: Duration = Duration::from_secs(5);

pub(crate) fn serve(arguments: Serve) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unable("runtime", error))?;
    let served = runtime.block_on(run(arguments));
    // Whatever still blocks a thread does not hold the end up.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn run(arguments: Serve) -> Result<(), Failure> {
    let mut stops = Stops::listen()?;
    let data_tls = tls::load(arguments.tls_cert.as_ref(), arguments.tls_key.as_ref())?;
    let admin_tls = tls::load(
        arguments.admin_tls_cert.as_ref(),
        arguments.admin_tls_key.as_ref(),
    )?;
    let store: Arc<dyn Store> = open_store(&arguments)?;
    let clock: Arc<dyn Clock> = Arc::new(crate::now);
    let running: Running = Arc::new(ArcSwapOption::empty());
    let secrets = match &arguments.secrets {
        Some(directory) => SecretSource::Directory(directory.clone()),
        None => SecretSource::Store(Arc::clone(&store)),
    };
    let mode = if arguments.config.is_some() {
        Mode::File
    } else {
        Mode::Store
    };
    let publisher = Arc::new(Publisher::new(
        Arc::clone(&store),
        secrets,
        mode,
        engines(Arc::clone(&clock))?,
        Arc::clone(&running),
        Arc::clone(&clock),
    ));
    let file = if let Some(path) = arguments.config.clone() {
        Some(first_reading(&publisher, path).await?)
    } else {
        publisher.apply_newest_or_note().await;
        None
    };

    let (audit, writer) = Audit::channel();
    let gateway = Gateway::new(running, Limits::default(), audit, Arc::clone(&clock))
        .map_err(|error| Failure::unable("tls", with_causes(&error)))?;
    let gateway = Arc::new(gateway);
    let counted = Arc::clone(&gateway);
    let traffic = move || {
        let counts = counted.counts();
        Traffic {
            outcomes: counts.outcomes,
            audit_lost: counts.audit_lost,
            connections: counts.connections,
        }
    };
    let api = Arc::new(Api::new(
        Arc::clone(&store),
        Arc::clone(&publisher),
        Arc::new(traffic),
        Arc::clone(&clock),
    ));

    let fingerprint = admin_tls.as_ref().map(|tls| tls.fingerprint.to_string());
    let admin =
        gatewright_admin::Server::bind(arguments.admin_listen, admin_tls.map(|tls| tls.config))
            .await
            .map_err(|error| admin_bind(&error))?;
    let mut data = gatewright_proxy::Server::bind(arguments.listen)
        .await
        .map_err(|error| {
            Failure::unable(
                "bind",
                format!("cannot listen on {}: {error}", arguments.listen),
            )
            .hint("stop what listens there, or choose another with --listen")
        })?;
    if let Some(tls) = data_tls {
        data = data.with_tls(tls.config);
    }
    if arguments.proxy_protocol == ProxyProtocol::Require {
        data = data.requiring_proxy_protocol();
    }
    keep_fingerprint(&arguments.data.directory, fingerprint.as_deref())?;
    let listen = data
        .address()
        .map_err(|error| Failure::unable("bind", error))?;
    let admin_listen = admin
        .address()
        .map_err(|error| Failure::unable("bind", error))?;

    let stop = CancellationToken::new();
    let last = CancellationToken::new();
    let writing = tokio::spawn(writer.run(Arc::clone(&store)));
    let pruning = tokio::spawn(prune(
        Arc::clone(&store),
        Arc::clone(&publisher),
        Arc::clone(&clock),
        stop.clone(),
    ));
    let serving = tokio::spawn(data.run(Arc::clone(&gateway), stop.clone()));
    let administering = tokio::spawn(admin.run(Arc::clone(&api), last.clone()));
    announce(&json!({ "listen": listen.to_string(), "admin": admin_listen.to_string() }));
    tracing::info!(%listen, admin = %admin_listen, "the gateway accepts connections");

    stops.wait(&publisher, file).await;
    tracing::info!("stopping: no more connections, requests in flight are finished");
    stop.cancel();
    ended(serving).await;
    // The admin API goes last, so that whoever watches sees the drain.
    last.cancel();
    ended(administering).await;
    ended(pruning).await;
    drop((gateway, api));
    if timeout(LAST_LINES, writing).await.is_err() {
        tracing::error!("the last audit lines were not written in time");
    }
    tracing::info!("stopped");
    Ok(())
}

async fn ended(task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, "a part of the gateway broke off");
    }
}

/// One line, once both listeners accept.
#[expect(clippy::print_stdout, reason = "scripts wait for this line")]
fn announce(line: &serde_json::Value) {
    println!("{line}");
    // Nobody may be reading; the gateway runs all the same.
    let _ = std::io::stdout().flush();
}

fn open_store(arguments: &Serve) -> Result<Arc<dyn Store>, Failure> {
    let directory = &arguments.data.directory;
    let unable = |error: &dyn std::error::Error| Failure::unable("store", with_causes(error));
    let key = if let Some(path) = &arguments.seal_key_file {
        SealKey::read(path)
    } else {
        // The directory comes first: the key is made in it.
        drop(
            SqliteStore::open(directory, None)
                .map_err(|error| unable(&error).hint(error.hint()))?,
        );
        SealKey::read_or_create(&directory.join("seal.key"))
    };
    let key = key.map_err(|error| {
        unable(&error).hint("give a file of 32 bytes that the gateway may read")
    })?;
    let store = SqliteStore::open(directory, Some(key))
        .map_err(|error| unable(&error).hint(error.hint()))?;
    Ok(Arc::new(store))
}

/// How an engine is made: what it remembers and how it calls out stay the same over all of them.
fn engines(clock: Arc<dyn Clock>) -> Result<MakeEngine, Failure> {
    let client = Client::new(&Network::default())
        .map_err(|error| Failure::unable("tls", with_causes(&error)).hint(error.hint()))?;
    let shared = Shared::new();
    Ok(Arc::new(
        move |config: Arc<Config>, secrets: Arc<dyn SecretPort>| {
            let directories = AtlassianDirectories::new(&config, secrets.as_ref(), &clock, &client);
            let ports = Ports {
                clock: Arc::clone(&clock),
                secrets,
                keys: Arc::new(NoKeys),
                providers: Arc::new(HttpProviders::new(client.clone())),
                directories: Arc::new(directories),
            };
            Engine::new(config, ports, Arc::clone(&shared))
        },
    ))
}

fn admin_bind(error: &BindError) -> Failure {
    match error {
        BindError::NeedsTls { .. } => Failure::usage("admin_needs_tls", error),
        BindError::Taken { .. } => Failure::unable("bind", with_causes(error)),
    }
    .hint(error.hint())
}

/// With a file, the gateway does not start on a document that does not do.
async fn first_reading(publisher: &Publisher, path: PathBuf) -> Result<File, Failure> {
    let mut file = File::new(path);
    let text = file.read().map_err(|error| {
        let message = format!("cannot read {}: {error}", file.path.display());
        Failure::answered("unreadable_file", message)
    })?;
    publisher
        .apply_file(text, file.format)
        .await
        .map_err(|error| bad_document(&file, &error))?;
    Ok(file)
}

fn bad_document(file: &File, error: &ApplyError) -> Failure {
    let path = file.path.display();
    match error {
        ApplyError::Invalid { problems } => {
            for problem in problems {
                eprintln!("{path}: {problem}");
            }
            let first = problems.first();
            let detail = first.map(ToString::to_string).unwrap_or_default();
            Failure::answered("invalid_document", format!("{path}: {detail}")).hint(
                first
                    .map(|problem| problem.hint.clone())
                    .unwrap_or_default(),
            )
        }
        ApplyError::UnknownSecrets { .. } => {
            Failure::answered("unknown_secrets", format!("{path}: {error}"))
                .hint("put each into the directory of --secrets as a file of its name")
        }
        ApplyError::FailedExpectations { .. } => {
            Failure::answered("failed_expectations", format!("{path}: {error}"))
        }
        ApplyError::Secrets(_) | ApplyError::Store(_) | ApplyError::Interrupted => {
            Failure::unable("store", with_causes(error))
        }
    }
}

fn keep_fingerprint(directory: &Path, fingerprint: Option<&str>) -> Result<(), Failure> {
    let path = directory.join(FINGERPRINT_FILE);
    let kept = match fingerprint {
        Some(fingerprint) => fs::write(&path, format!("{fingerprint}\n")),
        None => match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        },
    };
    kept.map_err(|error| {
        Failure::unable("store", format!("cannot write {}: {error}", path.display()))
    })
}

/// Drops audit lines that are older than the document in force says.
async fn prune(
    store: Arc<dyn Store>,
    publisher: Arc<Publisher>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut turns = interval(PRUNE);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        let Some(applied) = publisher.applied() else {
            continue;
        };
        let before = clock.now() - applied.config.audit_keep;
        let store = Arc::clone(&store);
        let dropped = tokio::task::spawn_blocking(move || {
            let mut all = 0;
            loop {
                match store.prune_audit(before, PRUNE_AT_ONCE)? {
                    0 => return Ok::<_, gatewright_store::StoreError>(all),
                    some => all += some,
                }
            }
        });
        match dropped.await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(lines)) => tracing::info!(lines, "old audit lines were dropped"),
            Ok(Err(error)) => tracing::warn!(%error, "old audit lines stay for now"),
        }
    }
}

/// The signals, caught from the first moment on.
struct Stops {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    reload: tokio::signal::unix::Signal,
}

impl Stops {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::unable("signals", error));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            reload: listen(SignalKind::hangup())?,
        })
    }

    /// Waits until the gateway is told to stop; meanwhile reads the document again when it changes.
    async fn wait(&mut self, publisher: &Publisher, mut file: Option<File>) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.reload.recv() => read_again(publisher, file.as_mut()).await,
                _ = looks.tick(), if file.is_some() => {
                    if file.as_ref().is_some_and(File::changed) {
                        read_again(publisher, file.as_mut()).await;
                    }
                }
            }
        }
    }
}

/// A document that does not do is told, and the last good one goes on.
async fn read_again(publisher: &Publisher, file: Option<&mut File>) {
    let Some(file) = file else {
        publisher.apply_newest_or_note().await;
        return;
    };
    let text = match file.read() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(file = %file.path.display(), %error, "the document cannot be read");
            publisher.note_problem(format!("{} cannot be read: {error}", file.path.display()));
            return;
        }
    };
    if let Err(error) = publisher.apply_file(text, file.format).await {
        let detail = match &error {
            ApplyError::Invalid { problems } => problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
            ApplyError::UnknownSecrets { .. }
            | ApplyError::FailedExpectations { .. }
            | ApplyError::Secrets(_)
            | ApplyError::Store(_)
            | ApplyError::Interrupted => with_causes(&error),
        };
        tracing::error!(file = %file.path.display(), detail, "the last good document goes on");
        publisher.note_problem(format!("{}: {detail}", file.path.display()));
    }
}
