#![doc = include_str!("../README.md")]
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod adapters;
mod clipboard;
mod first_start;
mod host;
mod instance;
mod place;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Parser;
use gatewright_commands::App;
use tauri::{Manager as _, WebviewUrl, WebviewWindowBuilder};

/// Company sign-ins for Jira, Confluence and Bitbucket.
#[derive(Parser)]
#[command(name = "gatewright-desktop", version)]
struct Arguments {
    /// Where the workspace is kept; the user's data folder when left out.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Sets an empty workspace up from a file that names products, a provider and a gateway, and
    /// deletes the file.
    #[arg(long, value_name = "FILE")]
    first_start: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(3)
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let data_dir = match arguments.data_dir {
        Some(folder) => folder,
        None => directories::ProjectDirs::from("org", "Gatewright", "gatewright")
            .context("this account has no home folder: give one with --data-dir")?
            .data_dir()
            .to_path_buf(),
    };
    instance::make_folder(&data_dir)
        .with_context(|| format!("the folder cannot be made: {}", data_dir.display()))?;
    let data_dir = data_dir
        .canonicalize()
        .context("the folder cannot be opened")?;
    let lock = instance::Lock::take(&data_dir)?;

    let mut builder = tauri::Builder::default();
    if instance::session_bus_answers() {
        builder = builder.plugin(instance::plugin(&data_dir));
    } else if lock.taken_by_another() {
        anyhow::bail!(
            "Gatewright is open already with this workspace: {}",
            data_dir.display()
        );
    }
    builder
        .invoke_handler(adapters::handler())
        .setup(move |application| {
            let host = Arc::new(host::DesktopHost::new(application.handle().clone()));
            let (announce, opened) = adapters::Opened::pending();
            application.manage(opened);
            application.manage(lock);
            let folder = data_dir.clone();
            tauri::async_runtime::spawn(open(host, data_dir, arguments.first_start, announce));
            let window = WebviewWindowBuilder::new(application, "main", WebviewUrl::default())
                .title("Gatewright")
                .inner_size(1280.0, 800.0)
                .min_inner_size(800.0, 600.0)
                .build()?;
            place::remember(&window, &folder);
            Ok(())
        })
        .run(tauri::generate_context!())
        .context("the window could not be opened")
}

async fn open(
    host: Arc<host::DesktopHost>,
    data_dir: PathBuf,
    first_start: Option<PathBuf>,
    announce: adapters::Announce,
) {
    let opened = App::open(host, data_dir);
    if let (Ok(app), Some(file)) = (&opened, first_start)
        && let Err(error) = first_start::set_up(app, &file).await
    {
        tracing::error!("the workspace could not be set up: {error:#}");
    }
    if let Ok(app) = &opened {
        tauri::async_runtime::spawn(App::keep_schedule(Arc::downgrade(app)));
    }
    announce.send_replace(Some(opened));
}
