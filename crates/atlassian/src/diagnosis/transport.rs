//! No answer at all.

use gatewright_http::{Fault, SendError};

use super::{Asked, Finding};
use crate::verdict::{Verdict, Whose};

pub(super) fn finding(asked: &Asked<'_>, error: &SendError) -> Finding {
    let product = asked.product();
    let (verdict, message) = match error {
        SendError::Dns { host } => (
            Verdict::DnsError,
            format!("{product} was not asked: no such host as {host}."),
        ),
        SendError::Connect { host, port, detail } => (
            Verdict::ConnectError,
            format!("{product} was not asked: no connection to {host}, port {port}: {detail}."),
        ),
        SendError::Tls { host, detail, .. } => (
            Verdict::TlsError,
            format!(
                "{product} was not asked, and nothing secret was sent: {host} is not trusted: {detail}."
            ),
        ),
        SendError::ProxyAuthentication => (
            Verdict::ProxyError,
            format!("{product} was not asked: the proxy wants a user name and a password."),
        ),
        SendError::Proxy { detail } => (
            Verdict::ProxyError,
            format!("{product} was not asked: the proxy did not let the call through: {detail}."),
        ),
        SendError::Timeout { after } => (
            Verdict::Timeout,
            format!(
                "{product} did not answer within {} seconds.",
                after.as_secs_f32()
            ),
        ),
        SendError::BodyTooLarge { limit } => (
            Verdict::UnexpectedAnswer,
            format!(
                "The answer to {} is larger than {limit} bytes.",
                asked.path()
            ),
        ),
        SendError::NotSent { detail } => {
            (Verdict::NotTried, format!("Nothing was sent: {detail}."))
        }
        SendError::Broken { detail } => (
            Verdict::ConnectError,
            format!("The connection to {product} broke off: {detail}."),
        ),
    };
    let whose = match error.fault() {
        Fault::Settings | Fault::Person | Fault::Program => Whose::You,
        Fault::Network => Whose::Network,
        Fault::Server => Whose::ProductAdministrator,
    };
    Finding::new(verdict, whose, tidy(message))
        .hint(error.hint())
        .by(&["error"])
}

/// A detail may end in a full stop of its own.
fn tidy(mut message: String) -> String {
    while message.ends_with("..") {
        message.pop();
    }
    message
}
