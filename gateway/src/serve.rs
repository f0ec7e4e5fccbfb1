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
    AtlassianDirectories, Clock, Engine, KeyPort, Ports, SecretPort, Shared, VaultPort,
};
use gatewright_http::{Client, Network};
use gatewright_proxy::{Audit, Gateway, Limits};
use gatewright_register::Register;
use gatewright_store::{SqliteStore, Store};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::arguments::{ProxyProtocol, Serve};
use crate::environment::Environment;
use crate::failure::{Failure, with_causes};
use crate::file::File;
use crate::keys::{IssuedKeys, own_keys};
use crate::notify::Notify;
use crate::sockets::Sockets;
use crate::vault::StoredTokens;
use crate::watch::{Stops, Watched};
use crate::{audit_file, descriptors, network, seal, sockets, tls};

/// In the data directory, so that `pair-code` can name the certificate that an admin will meet.
pub(crate) const FINGERPRINT_FILE: &str = "admin.fingerprint";

/// How often old audit lines are dropped, and how many at a time.
const PRUNE: Duration = Duration::from_mins(10);
const PRUNE_AT_ONCE: usize = 5000;
/// Recorded kinds of requests that are kept, each for each hour in which it was seen.
const MOST_FACTS: usize = 300_000;
/// How long the last audit lines may take to be written when the gateway stops.
const LAST_LINES: Duration = Duration::from_secs(5);

pub(crate) fn serve(arguments: Serve, environment: Environment) -> Result<(), Failure> {
    // Before there is a second thread: the sockets are taken out of the environment.
    let sockets = sockets::take(environment.sockets.as_deref())?;
    let limits = descriptors::limits(descriptors::raise());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unable("runtime", error))?;
    let served = runtime.block_on(run(arguments, environment, sockets, limits));
    // Whatever still blocks a thread does not hold the end up.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn run(
    arguments: Serve,
    environment: Environment,
    sockets: Sockets,
    limits: Limits,
) -> Result<(), Failure> {
    let notify = Notify::new(environment.notify.as_deref());
    let mut stops = Stops::listen()?;
    let data_tls = tls::load(arguments.tls_cert.as_ref(), arguments.tls_key.as_ref())?;
    let admin_tls = tls::load(
        arguments.admin_tls_cert.as_ref(),
        arguments.admin_tls_key.as_ref(),
    )?;
    let store: Arc<dyn Store> = open_store(&arguments, &environment)?;
    let clock: Arc<dyn Clock> = Arc::new(crate::now);
    let register = Register::open(Arc::clone(&store), clock.now())
        .map_err(|error| Failure::unable("store", with_causes(&error)).hint(error.hint()))?;
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
        engines(
            Arc::clone(&clock),
            Arc::clone(&register),
            Arc::clone(&store),
        )?,
        Arc::clone(&running),
        Arc::clone(&clock),
    ));
    let file = if let Some(path) = arguments.config.clone() {
        Some(first_reading(&publisher, path).await?)
    } else {
        publisher.apply_newest_or_note().await;
        None
    };

    let (audit, mut writer) = Audit::channel();
    let audit_file = arguments
        .audit_file
        .as_deref()
        .map(audit_file::open)
        .transpose()?;
    if let Some(file) = &audit_file {
        writer = writer.with_file(file.clone());
    }
    let gateway = Gateway::new(running, limits, audit, Arc::clone(&clock))
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
    let api = Api::new(
        Arc::clone(&store),
        Arc::clone(&publisher),
        Arc::clone(&register),
        Arc::new(traffic),
        Arc::clone(&clock),
    );
    let mut api = api.with_tail(writer.tail());
    if let Some(file) = audit_file {
        api = api.telling_changes(audit_file::changes(file));
    }
    let api = Arc::new(api);
    gateway.answer_own_calls(own_keys(&api));

    let watched = Watched {
        file,
        clients: data_tls.as_ref().map(|tls| Arc::clone(&tls.certificates)),
        admins: admin_tls.as_ref().map(|tls| Arc::clone(&tls.certificates)),
        directory: arguments.data.directory.clone(),
        notify: notify.clone(),
        is_stale: false,
    };
    let fingerprint = watched
        .admins
        .as_ref()
        .and_then(|certificates| certificates.fingerprint())
        .map(|fingerprint| fingerprint.to_string());
    let admin_tls = admin_tls.map(|tls| tls.config);
    let admin = match sockets.admin {
        Some(socket) => gatewright_admin::Server::from_std(socket, admin_tls),
        None => gatewright_admin::Server::bind(arguments.admin_listen, admin_tls).await,
    }
    .map_err(|error| admin_bind(&error))?;
    let data = match sockets.clients {
        Some(socket) => gatewright_proxy::Server::from_std(socket),
        None => gatewright_proxy::Server::bind(arguments.listen).await,
    };
    let mut data = data.map_err(|error| {
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
        data = data
            .requiring_proxy_protocol(&arguments.proxy_protocol_from)
            .map_err(|error| {
                Failure::usage("proxy_protocol", with_causes(&error))
                    .hint("write addresses or ranges, as 10.0.0.5 or 10.0.0.0/24")
            })?;
        if arguments.proxy_protocol_from.is_empty() {
            tracing::warn!(
                "anybody may speak the PROXY protocol and so name any address; \
                 name the load balancers with --proxy-protocol-from"
            );
        }
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
    let keys_clock = Arc::clone(&clock);
    let counting = tokio::spawn(Arc::clone(&register).run(move || keys_clock.now(), stop.clone()));
    let serving = tokio::spawn(data.run(Arc::clone(&gateway), stop.clone()));
    let administering = tokio::spawn(admin.run(Arc::clone(&api), last.clone()));
    announce(&json!({ "listen": listen.to_string(), "admin": admin_listen.to_string() }));
    tracing::info!(%listen, admin = %admin_listen, "the gateway accepts connections");

    notify.ready();
    let living = environment
        .watchdog
        .map(|every| tokio::spawn(notify.clone().live(every, last.clone())));
    stops.wait(&publisher, watched).await;
    notify.stopping();
    tracing::info!("stopping: no more connections, requests in flight are finished");
    stop.cancel();
    ended(serving).await;
    // The admin API goes last, so that whoever watches sees the drain.
    last.cancel();
    ended(administering).await;
    ended(pruning).await;
    ended(counting).await;
    if let Err(error) = register.close().await {
        tracing::error!(
            error = with_causes(&error),
            "uses of keys that were set aside stay spent"
        );
    }
    if let Some(living) = living {
        ended(living).await;
    }
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

fn open_store(arguments: &Serve, environment: &Environment) -> Result<Arc<dyn Store>, Failure> {
    let directory = &arguments.data.directory;
    let key = seal::key(arguments.seal_key_file.as_ref(), environment, directory)?;
    let store = SqliteStore::open(directory, Some(key))
        .map_err(|error| Failure::unable("store", with_causes(&error)).hint(error.hint()))?;
    Ok(Arc::new(store))
}

/// How an engine is made: what it remembers and how it calls out stay the same over all of them.
fn engines(
    clock: Arc<dyn Clock>,
    register: Arc<Register>,
    store: Arc<dyn Store>,
) -> Result<MakeEngine, Failure> {
    let client = Client::new(&Network::default())
        .map_err(|error| Failure::unable("tls", with_causes(&error)).hint(error.hint()))?;
    let shared = Shared::new();
    let keys = Arc::new(IssuedKeys(register));
    let vault = Arc::new(StoredTokens {
        store,
        clock: Arc::clone(&clock),
    });
    Ok(Arc::new(
        move |config: Arc<Config>, secrets: Arc<dyn SecretPort>| {
            let directories = AtlassianDirectories::new(&config, secrets.as_ref(), &clock, &client);
            let providers = network::providers(&config.network, secrets.as_ref(), &client);
            let ports = Ports {
                clock: Arc::clone(&clock),
                secrets,
                keys: Arc::clone(&keys) as Arc<dyn KeyPort>,
                providers: Arc::new(providers),
                directories: Arc::new(directories),
            };
            let vault = Arc::clone(&vault) as Arc<dyn VaultPort>;
            Engine::new(config, ports, Arc::clone(&shared)).with_vault(vault, client.clone())
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

pub(crate) fn keep_fingerprint(directory: &Path, fingerprint: Option<&str>) -> Result<(), Failure> {
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
        let facts_store = Arc::clone(&store);
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
        let (store_of_facts, facts_before) = (
            Arc::clone(&facts_store),
            clock.now() - applied.config.facts_keep,
        );
        let facts = tokio::task::spawn_blocking(move || {
            store_of_facts.prune_facts(facts_before, MOST_FACTS)
        });
        if let Ok(Err(error)) = facts.await {
            tracing::warn!(%error, "old kinds of requests stay for now");
        }
        match dropped.await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(lines)) => tracing::info!(lines, "old audit lines were dropped"),
            Ok(Err(error)) => tracing::warn!(%error, "old audit lines stay for now"),
        }
    }
}
