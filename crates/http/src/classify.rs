//! From what the client library reports to what a person can act on.

use std::error::Error;
use std::io;

use gatewright_limits::time::CONNECT;
use rustls::{AlertDescription, CertificateError};
use url::Url;

use crate::certificate::ShownCertificate;
use crate::error::{SendError, TlsProblem};
use crate::timing::NameUnknown;
use crate::trust::Refused;

/// What went wrong with a call to `url`; `proxied` says that it was to go through a proxy.
pub(crate) fn classify(error: &reqwest::Error, url: &Url, proxied: bool) -> SendError {
    let chain = chain(error);
    let host = url.host_str().unwrap_or_default().to_owned();
    if let Some(tls) = find::<rustls::Error>(&chain) {
        let (problem, detail) = tls_problem(tls);
        return SendError::Tls {
            host,
            detail,
            problem,
            chain: refused(tls).map_or_else(Vec::new, |refused| refused.chain.clone()),
        };
    }
    if let Some(unknown) = find::<NameUnknown>(&chain) {
        return if proxied && unknown.host != host {
            SendError::Proxy {
                detail: format!("its name cannot be found: {}", unknown.host),
            }
        } else {
            SendError::Dns {
                host: unknown.host.clone(),
            }
        };
    }
    let texts: Vec<String> = chain.iter().skip(1).map(ToString::to_string).collect();
    if texts.iter().any(|text| text.starts_with("tunnel error")) {
        return if texts
            .iter()
            .any(|text| text.contains("proxy authorization required"))
        {
            SendError::ProxyAuthentication
        } else {
            SendError::Proxy {
                detail: cause(&chain),
            }
        };
    }
    if error.is_timeout() {
        return SendError::Timeout { after: CONNECT };
    }
    if error.is_builder() {
        return SendError::NotSent {
            detail: cause(&chain),
        };
    }
    if error.is_connect() {
        if proxied {
            return SendError::Proxy {
                detail: cause(&chain),
            };
        }
        let reached = !texts.iter().any(|text| text.starts_with("tcp "));
        if url.scheme() == "https" && reached {
            return SendError::Tls {
                host,
                detail: "the connection was closed during the TLS handshake".to_owned(),
                problem: TlsProblem::Handshake,
                chain: Vec::new(),
            };
        }
        let port = url.port_or_known_default().unwrap_or_default();
        return SendError::Connect {
            host,
            port,
            detail: cause(&chain),
        };
    }
    if find::<hyper::Error>(&chain).is_some_and(hyper::Error::is_parse) {
        return SendError::Broken {
            detail: "what answered does not speak HTTP".to_owned(),
        };
    }
    SendError::Broken {
        detail: cause(&chain),
    }
}

/// The error and all that it stems from. An `io::Error` hides the error that it wraps from
/// `source`, so it is asked for it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        found.push(error);
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    found
}

fn find<'a, E: Error + 'static>(chain: &[&'a (dyn Error + 'static)]) -> Option<&'a E> {
    chain.iter().find_map(|error| error.downcast_ref::<E>())
}

/// The last cause in words. Never the library's own first line, which names the URL.
fn cause(chain: &[&(dyn Error + 'static)]) -> String {
    if let Some(system) = find::<io::Error>(chain)
        && let Some(words) = in_words(system.kind())
    {
        return words.to_owned();
    }
    chain
        .iter()
        .skip(1)
        .next_back()
        .map_or_else(|| "no reason given".to_owned(), ToString::to_string)
}

fn in_words(kind: io::ErrorKind) -> Option<&'static str> {
    if kind == io::ErrorKind::ConnectionRefused {
        Some("the connection was refused, so nothing listens there")
    } else if kind == io::ErrorKind::ConnectionReset || kind == io::ErrorKind::ConnectionAborted {
        Some("the other side closed the connection")
    } else if kind == io::ErrorKind::HostUnreachable || kind == io::ErrorKind::NetworkUnreachable {
        Some("there is no way to that network from here")
    } else if kind == io::ErrorKind::UnexpectedEof {
        Some("the other side closed the connection before it had answered")
    } else {
        None
    }
}

fn refused(error: &rustls::Error) -> Option<&Refused> {
    if let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error {
        other.0.downcast_ref::<Refused>()
    } else {
        None
    }
}

fn tls_problem(error: &rustls::Error) -> (TlsProblem, String) {
    if let Some(refused) = refused(error) {
        return certificate_problem(refused);
    }
    if matches!(error, rustls::Error::InvalidMessage(_)) {
        return (
            TlsProblem::NotTls,
            "the server does not speak TLS on this port".to_owned(),
        );
    }
    if let rustls::Error::AlertReceived(alert) = error {
        if *alert == AlertDescription::CertificateRequired
            || *alert == AlertDescription::BadCertificate
            || *alert == AlertDescription::UnknownCA
        {
            return (
                TlsProblem::ClientCertificateWanted,
                "the server asks for a client certificate".to_owned(),
            );
        }
        return (
            TlsProblem::Handshake,
            format!("the server refused the handshake: {alert:?}"),
        );
    }
    (TlsProblem::Handshake, error.to_string())
}

fn certificate_problem(refused: &Refused) -> (TlsProblem, String) {
    let leaf = refused.chain.first();
    let subject = leaf.and_then(|leaf| ShownCertificate::short(&leaf.subject));
    let of = subject.map_or_else(
        || "the certificate".to_owned(),
        |name| format!("the certificate of \u{201c}{name}\u{201d}"),
    );
    if refused.pinned {
        return (
            TlsProblem::NotPinned,
            format!("{of} is not the one that was agreed on when pairing"),
        );
    }
    let rustls::Error::InvalidCertificate(cause) = &refused.cause else {
        return (
            TlsProblem::BadCertificate,
            format!("{of} was refused: {}", refused.cause),
        );
    };
    if matches!(
        cause,
        CertificateError::Expired | CertificateError::ExpiredContext { .. }
    ) {
        return (TlsProblem::Expired, format!("{of} has expired"));
    }
    if matches!(
        cause,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
    ) {
        return (TlsProblem::NotYetValid, format!("{of} is not valid yet"));
    }
    if let CertificateError::NotValidForNameContext { presented, .. } = cause {
        let names: Vec<String> = presented
            .iter()
            .take(5)
            .map(|name| plain_name(name))
            .collect();
        let names = if names.is_empty() {
            "no name at all".to_owned()
        } else {
            names.join(", ")
        };
        return (
            TlsProblem::WrongHost,
            format!("{of} is for another name: {names}"),
        );
    }
    if matches!(cause, CertificateError::NotValidForName) {
        return (TlsProblem::WrongHost, format!("{of} is for another name"));
    }
    if matches!(cause, CertificateError::Revoked) {
        return (TlsProblem::Revoked, format!("{of} was revoked"));
    }
    // A self-signed certificate that is marked as an authority fails as such before its issuer is
    // looked for.
    if leaf.is_some_and(|leaf| leaf.self_signed) {
        return (
            TlsProblem::SelfSigned,
            format!("{of} is self-signed, so nobody vouches for it"),
        );
    }
    if matches!(cause, CertificateError::UnknownIssuer) {
        let last = refused.chain.last();
        let issuer = last.and_then(|last| ShownCertificate::short(&last.issuer));
        let issuer = issuer.map_or_else(
            || "an unknown issuer".to_owned(),
            |name| format!("\u{201c}{name}\u{201d}"),
        );
        return (
            TlsProblem::UnknownIssuer,
            format!("{of} was issued by {issuer}, whom this machine does not trust"),
        );
    }
    (
        TlsProblem::BadCertificate,
        format!("{of} was refused: {cause}"),
    )
}

/// `DnsName("a.example")` as `a.example`.
fn plain_name(presented: &str) -> String {
    presented
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or(presented)
        .trim_matches('"')
        .to_owned()
}
