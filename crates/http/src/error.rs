//! Why a call could not be made.

use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use crate::certificate::ShownCertificate;

/// On whose side the cause lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// What was entered or configured here.
    Settings,
    /// The network between here and there, its proxies included.
    Network,
    /// The other server.
    Server,
    /// Nobody's: a person said no, or time ran out.
    Person,
    /// This program.
    Program,
}

/// What is wrong with a TLS connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsProblem {
    /// The certificate is its own issuer.
    SelfSigned,
    /// Nobody trusted here issued it.
    UnknownIssuer,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It is for another name.
    WrongHost,
    /// It was revoked.
    Revoked,
    /// It is not the pinned one.
    NotPinned,
    /// It cannot be read, or its signature is wrong, or it is for another purpose.
    BadCertificate,
    /// The server does not speak TLS there.
    NotTls,
    /// The server asks for a client certificate.
    ClientCertificateWanted,
    /// Both sides have no version or cipher suite in common, or the handshake broke off.
    Handshake,
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// The name is unknown.
    #[error("the name cannot be found: {host}")]
    Dns {
        /// The host that was looked for.
        host: String,
    },
    /// No connection.
    #[error("cannot connect to {host}:{port}: {detail}")]
    Connect {
        /// The host.
        host: String,
        /// The port.
        port: u16,
        /// What the operating system says.
        detail: String,
    },
    /// No trusted TLS connection.
    #[error("no trusted connection to {host}: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong, in a sentence that names it.
        detail: String,
        /// What is wrong, to switch on.
        problem: TlsProblem,
        /// What the server showed, its own certificate first; nothing was sent to it.
        chain: Vec<ShownCertificate>,
    },
    /// The proxy wants to know who we are, or does not accept it.
    #[error("the proxy asks for a user name and a password")]
    ProxyAuthentication,
    /// The proxy cannot be reached or refuses.
    #[error("the proxy did not let the call through: {detail}")]
    Proxy {
        /// What happened.
        detail: String,
    },
    /// It took too long.
    #[error("no answer within {} seconds", after.as_secs_f32())]
    Timeout {
        /// How long we waited.
        after: Duration,
    },
    /// The answer is larger than what may come.
    #[error("the answer is larger than {limit} bytes")]
    BodyTooLarge {
        /// How much may come.
        limit: usize,
    },
    /// The call was never sent.
    #[error("the call could not be sent: {detail}")]
    NotSent {
        /// Why.
        detail: String,
    },
    /// The connection broke, or what came is not HTTP.
    #[error("the connection broke off: {detail}")]
    Broken {
        /// What happened.
        detail: String,
    },
}

impl SendError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Dns { host } => format!(
                "Check the spelling of {host}; if it is right, this machine may need the company's VPN or proxy."
            ),
            Self::Connect { port, .. } => format!(
                "Check that the server is running, that port {port} is right, and that no firewall is in between."
            ),
            Self::Tls { problem, host, .. } => problem.hint(host),
            Self::ProxyAuthentication => {
                "Enter the proxy's user name and password in the network settings of this connection.".to_owned()
            }
            Self::Proxy { .. } => {
                "Check the proxy's address in the network settings, or add this host to those reached directly.".to_owned()
            }
            Self::Timeout { .. } => {
                "Try again; if it stays so, a firewall may be dropping the packets, or the server is overloaded.".to_owned()
            }
            Self::BodyTooLarge { .. } => {
                "Check that the address is that of an API and not of a download.".to_owned()
            }
            Self::NotSent { .. } => "Check what was entered for stray characters.".to_owned(),
            Self::Broken { .. } => {
                "Try again; check that the address has the right port and the right beginning, http or https.".to_owned()
            }
        }
    }

    /// The certificates that the server showed, where one of them is the reason.
    pub fn certificates(&self) -> &[ShownCertificate] {
        match self {
            Self::Tls { chain, .. } => chain,
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::ProxyAuthentication
            | Self::Proxy { .. }
            | Self::Timeout { .. }
            | Self::BodyTooLarge { .. }
            | Self::NotSent { .. }
            | Self::Broken { .. } => &[],
        }
    }

    /// On whose side the cause lies.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Dns { .. } | Self::NotSent { .. } => Fault::Settings,
            Self::Connect { .. }
            | Self::ProxyAuthentication
            | Self::Proxy { .. }
            | Self::Timeout { .. } => Fault::Network,
            Self::Tls { .. } | Self::BodyTooLarge { .. } | Self::Broken { .. } => Fault::Server,
        }
    }

    /// Whether the same call may succeed if it is made again soon.
    pub fn retry(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Timeout { .. } | Self::Broken { .. } => true,
            Self::Dns { .. }
            | Self::Tls { .. }
            | Self::ProxyAuthentication
            | Self::Proxy { .. }
            | Self::BodyTooLarge { .. }
            | Self::NotSent { .. } => false,
        }
    }

    /// Whether it is certain that the other server never saw the call.
    pub fn never_arrived(&self) -> bool {
        match self {
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::ProxyAuthentication
            | Self::Proxy { .. }
            | Self::NotSent { .. } => true,
            Self::Timeout { .. } | Self::BodyTooLarge { .. } | Self::Broken { .. } => false,
        }
    }
}

impl TlsProblem {
    /// Which check failed, as a heading over the certificates.
    pub fn check(self) -> &'static str {
        match self {
            Self::SelfSigned | Self::UnknownIssuer => "issued by somebody who is trusted here",
            Self::Expired | Self::NotYetValid => "good at this time",
            Self::WrongHost => "made for this name",
            Self::Revoked => "not revoked",
            Self::NotPinned => "the one that was agreed on",
            Self::BadCertificate => "readable, and made for servers",
            Self::NotTls | Self::Handshake => "a TLS connection at all",
            Self::ClientCertificateWanted => "a client certificate from here",
        }
    }

    fn hint(self, host: &str) -> String {
        match self {
            Self::SelfSigned => format!(
                "If {host} is yours, add this very certificate (PEM) in the network settings, after comparing its fingerprint with the one on the server."
            ),
            Self::UnknownIssuer => format!(
                "If {host} has a certificate of your company's own authority, add that authority's certificate (PEM) in the network settings."
            ),
            Self::Expired => format!(
                "The certificate of {host} has to be renewed; if it is current, the clock of this machine is wrong."
            ),
            Self::NotYetValid => "Check the clock of this machine.".to_owned(),
            Self::WrongHost => {
                "Use the name that the certificate is for, or have one issued for this name.".to_owned()
            }
            Self::Revoked => format!("{host} needs a new certificate."),
            Self::NotPinned => {
                "Pair again if the certificate was renewed; if nobody renewed it, somebody is in between.".to_owned()
            }
            Self::BadCertificate => format!("The certificate of {host} has to be replaced."),
            Self::NotTls => "The address probably begins with http:// and not https://.".to_owned(),
            Self::ClientCertificateWanted => {
                format!("{host} lets in only those who have a client certificate, which cannot be given here.")
            }
            Self::Handshake => {
                format!("{host} needs TLS 1.2 or later; a device in between may also be breaking the connection.")
            }
        }
    }
}
