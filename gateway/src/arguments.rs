//! The command line. Scripts rely on it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gatewright_store::Role;

/// The gateway in front of Jira, Confluence and Bitbucket.
#[derive(Debug, Parser)]
#[command(name = "gatewright-gateway", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the gateway until it is told to stop.
    Serve(Box<Serve>),
    /// Make a code with which an admin pairs: good once, for ten minutes.
    PairCode(PairCode),
    /// Read a document and say what is wrong with it.
    Check(Check),
    /// Ask the gateway on this machine whether it is ready: exit code 0 if it is, else 1.
    Ready(Ready),
}

#[derive(Debug, Args)]
pub(crate) struct Ready {
    /// Where its admin listener is; it must be one without TLS.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) admin_listen: SocketAddr,
}

/// Where the gateway keeps what it keeps.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// The data directory; without it that of systemd, else `/var/lib/gatewright`.
    #[arg(
        long = "data",
        value_name = "DIR",
        env = "STATE_DIRECTORY",
        hide_env = true,
        default_value = "/var/lib/gatewright"
    )]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) data: Data,
    /// Where clients connect; port 0 lets the operating system choose.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where admins connect; anything but loopback needs TLS.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) admin_listen: SocketAddr,
    /// Read the document from this file alone (TOML, or JSON if it ends so), and again when it changes or on SIGHUP.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read secrets from this directory, one file per name.
    #[arg(long, value_name = "DIR")]
    pub(crate) secrets: Option<PathBuf>,
    /// The file of the key that seals stored secrets. Without it `$CREDENTIALS_DIRECTORY/seal-key`,
    /// `$GATEWRIGHT_SEAL_KEY`, or DIR/seal.key, which is made.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key_file: Option<PathBuf>,
    /// The certificate chain for clients, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// The certificate chain for admins, PEM.
    #[arg(long, value_name = "FILE", requires = "admin_tls_key")]
    pub(crate) admin_tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "admin_tls_cert")]
    pub(crate) admin_tls_key: Option<PathBuf>,
    /// Also append each audit line as JSON to this file, or to standard output with `-`; the file
    /// is opened again on SIGHUP.
    #[arg(long, value_name = "FILE")]
    pub(crate) audit_file: Option<PathBuf>,
    /// Whether a load balancer puts a PROXY protocol header before each connection.
    #[arg(long, value_enum, default_value_t = ProxyProtocol::Off)]
    pub(crate) proxy_protocol: ProxyProtocol,
    /// A load balancer that may speak the PROXY protocol, as an address or range; others are
    /// closed. May be repeated; without it anybody may.
    #[arg(long, value_name = "RANGE", value_delimiter = ',')]
    pub(crate) proxy_protocol_from: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProxyProtocol {
    /// No header is expected; one is taken for a malformed request.
    Off,
    /// A connection without one is closed.
    Require,
}

#[derive(Debug, Args)]
pub(crate) struct PairCode {
    #[command(flatten)]
    pub(crate) data: Data,
    /// What the admin may do.
    #[arg(long, value_enum, default_value_t = RoleName::Owner)]
    pub(crate) role: RoleName,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Sets secrets and admits admins.
    Owner,
    /// Publishes.
    Editor,
    /// Reads.
    Viewer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Editor => Self::Editor,
            RoleName::Viewer => Self::Viewer,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The document: TOML, or JSON if its name ends so.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}
