//! How providers and products are reached.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::product::{basic, secret, web_url};
use crate::config::{ClientCertificate, Network, ProductTls, Proxy};
use crate::problem::Problems;
use crate::raw;

const CERTIFICATE: &str = "CERTIFICATE";

pub(super) fn network(raw: &raw::Network, problems: &mut Problems) -> Network {
    let ca = certificates("network.ca", raw.ca.as_deref(), problems);
    if let Some(account) = &raw.proxy_account {
        basic("network.proxy_account", account, problems);
    }
    let proxy = match raw.proxy.as_deref() {
        None => Proxy::System,
        Some("none") => Proxy::None,
        Some(text) => {
            let hint = "Write http://HOST:PORT, or none; user and password stand in proxy_account.";
            match web_url("network.proxy", text, hint, problems) {
                Some(url) if url.path() != "/" => {
                    problems.add("network.proxy", "a proxy's address has no path", hint);
                    Proxy::System
                }
                Some(url) => Proxy::Set {
                    url,
                    account: raw
                        .proxy_account
                        .as_ref()
                        .map(|account| (account.user.clone(), account.password.secret.clone())),
                    bypass: raw.proxy_bypass.clone(),
                },
                None => Proxy::System,
            }
        }
    };
    let is_set = matches!(proxy, Proxy::Set { .. });
    for (key, written) in [
        ("proxy_account", raw.proxy_account.is_some()),
        ("proxy_bypass", !raw.proxy_bypass.is_empty()),
    ] {
        if written && !is_set && raw.proxy.as_deref().is_none_or(|proxy| proxy == "none") {
            problems.add(
                format!("network.{key}"),
                "there is no proxy that it could be for",
                "Write proxy = \"http://HOST:PORT\", or take it out.",
            );
        }
    }
    Network { ca, proxy }
}

pub(super) fn tls(
    path: &str,
    product: &raw::Product,
    encrypted: bool,
    problems: &mut Problems,
) -> ProductTls {
    let Some(raw) = &product.tls else {
        return ProductTls::default();
    };
    let path = format!("{path}.tls");
    if !encrypted {
        problems.add(
            path.clone(),
            "the product is not reached over https",
            "Write base_url with https, or take tls out.",
        );
    }
    let ca = certificates(&format!("{path}.ca"), raw.ca.as_deref(), problems);
    let chain = certificates(
        &format!("{path}.client_certificate"),
        raw.client_certificate.as_deref(),
        problems,
    );
    if let Some(key) = &raw.client_key {
        secret(&format!("{path}.client_key"), key, problems);
    }
    let client = match (&raw.client_certificate, &raw.client_key) {
        (Some(_), Some(key)) => chain.map(|chain| ClientCertificate {
            chain,
            key: key.secret.clone(),
        }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            problems.add(
                path,
                "a client's certificate and its key belong together",
                "Write both client_certificate and client_key, or neither.",
            );
            None
        }
    };
    ProductTls { ca, client }
}

/// A text of one or more PEM certificates and nothing that must stay secret.
fn certificates(path: &str, text: Option<&str>, problems: &mut Problems) -> Option<String> {
    let text = text?;
    if are_certificates(text) {
        return Some(text.to_owned());
    }
    problems.add(
        path,
        "not certificates in PEM",
        "Paste the block that begins with -----BEGIN CERTIFICATE-----; never a private key.",
    );
    None
}

fn are_certificates(text: &str) -> bool {
    let mut blocks = 0;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, after)) = after.split_once("-----") else {
            return false;
        };
        let Some((body, after)) = after.split_once(&format!("-----END {CERTIFICATE}-----")) else {
            return false;
        };
        let body: String = body.split_whitespace().collect();
        if label != CERTIFICATE || body.is_empty() || STANDARD.decode(body).is_err() {
            return false;
        }
        blocks += 1;
        rest = after;
    }
    blocks > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_of_certificates_are_taken() {
        let one = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n";
        assert!(are_certificates(one));
        assert!(are_certificates(&format!("# root\n{one}\n{one}")));
        for wrong in [
            "",
            "TUlJ",
            "-----BEGIN PRIVATE KEY-----\nTUlJ\n-----END PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----\nTU*J\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nTUlJ",
        ] {
            assert!(!are_certificates(wrong), "{wrong}");
        }
        let with_key =
            format!("{one}-----BEGIN PRIVATE KEY-----\nTUlJ\n-----END PRIVATE KEY-----\n");
        assert!(!are_certificates(&with_key));
    }
}
