//! A desk of its own for each test: a screen, a session bus, a keychain, a home and a browser.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::process::Process;
use crate::settle::{SHORT, until};

/// How a desk is laid out.
#[derive(Clone, Copy, Debug)]
pub struct DeskOptions {
    /// Whether a Secret Service answers on the bus.
    pub keychain: bool,
    /// Width and height of the screen.
    pub screen: (u32, u32),
}

impl Default for DeskOptions {
    fn default() -> Self {
        Self {
            keychain: true,
            screen: (1280, 800),
        }
    }
}

/// A screen, a session bus with a Secret Service, a home, and a browser that opens pages.
pub struct Desk {
    folder: TempDir,
    environment: Vec<(OsString, OsString)>,
    display: String,
    processes: Vec<Process>,
    browsers_seen: usize,
}

impl Desk {
    /// Starts all of it.
    pub async fn start(options: DeskOptions) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("gatewright-")
            .tempdir()
            .context("a folder")?;
        let mut desk = Self {
            environment: Vec::new(),
            display: String::new(),
            processes: Vec::new(),
            browsers_seen: 0,
            folder,
        };
        for name in [
            "home", "config", "data", "cache", "state", "run", "logs", "bin", "browsers", "screen",
        ] {
            fs::create_dir(desk.path(name)).with_context(|| format!("folder {name}"))?;
        }
        fs::set_permissions(desk.path("run"), fs::Permissions::from_mode(0o700)).context("run")?;
        Browser::install(&desk.path("bin"), &desk.path("browsers"))?;
        desk.set("HOME", desk.path("home"));
        desk.set("XDG_CONFIG_HOME", desk.path("config"));
        desk.set("XDG_DATA_HOME", desk.path("data"));
        desk.set("XDG_CACHE_HOME", desk.path("cache"));
        desk.set("XDG_STATE_HOME", desk.path("state"));
        desk.set("XDG_RUNTIME_DIR", desk.path("run"));
        desk.set("LANG", "C.UTF-8");
        desk.set("GDK_BACKEND", "x11");
        desk.set("GTK_THEME", "Adwaita");
        desk.set("NO_AT_BRIDGE", "1");
        desk.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        desk.fonts()?;
        let mut path = desk.path("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        desk.set("PATH", path);

        desk.screen(options.screen).await?;
        desk.bus().await?;
        if options.keychain {
            desk.keychain().await?;
        }
        Ok(desk)
    }

    /// A folder or file of this desk.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where programs leave their output.
    pub fn logs(&self) -> PathBuf {
        self.path("logs")
    }

    /// A program that sits at this desk: it sees this screen, bus and home, and nothing of ours.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.path("home"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Changes what programs started from now on see.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), value.into()));
    }

    /// A picture of the screen: the driver's own picture call does not answer on `WebKitGTK`.
    pub fn picture(&self, file: &Path, (width, height): (u32, u32)) -> Result<()> {
        let output = self
            .command("import")
            .args(["-window", "root", "-display", &self.display])
            .args(["-crop", &format!("{width}x{height}+0+0"), "+repage"])
            .arg(file)
            .output()
            .context("import of ImageMagick")?;
        if !output.status.success() {
            bail!("no picture: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// The file in which the screen's pixels are, as they are at any moment.
    pub fn pixels(&self) -> PathBuf {
        self.path("screen").join("Xvfb_screen0")
    }

    /// The browser that a program opened next, ready to be driven.
    pub async fn opened_browser(&mut self) -> Result<Browser> {
        let folder = self
            .path("browsers")
            .join((self.browsers_seen + 1).to_string());
        let browser = Browser::attach(&folder, &self.logs(), self.browsers_seen + 1).await?;
        self.browsers_seen += 1;
        Ok(browser)
    }

    /// How many pages were opened in a browser so far.
    pub fn opened(&self) -> usize {
        fs::read_dir(self.path("browsers"))
            .map(Iterator::count)
            .unwrap_or_default()
    }

    async fn screen(&mut self, (width, height): (u32, u32)) -> Result<()> {
        let mut command = self.command("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &format!("{width}x{height}x24"),
        ]);
        command.args(["-nolisten", "tcp", "-noreset"]);
        command.arg("-fbdir").arg(self.path("screen"));
        let mut screen = Process::start("xvfb", command, &self.logs())?;
        let number = screen
            .line(SHORT, |line| line.trim().parse::<u32>().ok())
            .await?;
        self.display = format!(":{number}");
        self.set("DISPLAY", self.display.clone());
        self.processes.push(screen);
        Ok(())
    }

    /// A system font that is the same everywhere.
    fn fonts(&self) -> Result<()> {
        let folder = self.path("config").join("fontconfig");
        fs::create_dir(&folder).context("fontconfig")?;
        let alias = |family: &str, font: &str| {
            format!(
                "<match target=\"pattern\"><test name=\"family\"><string>{family}</string></test>\
                 <edit name=\"family\" mode=\"prepend\" binding=\"strong\">\
                 <string>{font}</string></edit></match>"
            )
        };
        let fonts: String = [
            ("system-ui", "Inter"),
            ("sans-serif", "Inter"),
            ("monospace", "DejaVu Sans Mono"),
            ("ui-monospace", "DejaVu Sans Mono"),
        ]
        .map(|(family, font)| alias(family, font))
        .concat();
        let document = format!("<?xml version=\"1.0\"?><fontconfig>{fonts}</fontconfig>\n");
        fs::write(folder.join("fonts.conf"), document).context("fonts.conf")
    }

    /// A bus without services that start by themselves: what answers is what was started here.
    async fn bus(&mut self) -> Result<()> {
        let socket = self.path("run").join("bus");
        let file = self.path("bus.conf");
        let document = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\n\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n",
            socket.display()
        );
        fs::write(&file, document).context("bus.conf")?;
        let mut command = self.command("dbus-daemon");
        command.arg(format!("--config-file={}", file.display()));
        command.args(["--nofork", "--nopidfile", "--print-address=1"]);
        let mut bus = Process::start("dbus", command, &self.logs())?;
        let address = |line: &str| line.starts_with("unix:").then(|| line.to_owned());
        let address = bus.line(SHORT, address).await?;
        self.set("DBUS_SESSION_BUS_ADDRESS", address);
        self.processes.push(bus);
        Ok(())
    }

    async fn keychain(&mut self) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let keychain =
            Process::start_with_input("keychain", command, &self.logs(), "a passphrase")?;
        self.processes.push(keychain);
        until("the keychain", SHORT, async || {
            let asked = self
                .command("dbus-send")
                .args([
                    "--session",
                    "--dest=org.freedesktop.DBus",
                    "--print-reply",
                    "/",
                ])
                .args([
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.secrets",
                ])
                .output()
                .context("dbus-send")?;
            Ok(String::from_utf8_lossy(&asked.stdout)
                .contains("boolean true")
                .then_some(()))
        })
        .await
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // They were started by the app, in sessions of their own.
        Browser::end_all(&self.path("browsers"));
        self.processes.clear();
        // A browser's helpers write for a moment after it has ended.
        for _ in 0..40 {
            if fs::remove_dir_all(self.folder.path()).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
