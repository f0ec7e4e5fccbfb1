//! The options of curl, as far as they say something about a request.

use super::CurlError;

/// Options with a value: the short letter, if there is one, and the long name.
const WITH_VALUE: &[(Option<char>, &str)] = &[
    (Some('H'), "header"),
    (Some('u'), "user"),
    (Some('d'), "data"),
    (None, "data-ascii"),
    (None, "data-raw"),
    (None, "data-binary"),
    (None, "data-urlencode"),
    (None, "json"),
    (Some('X'), "request"),
    (None, "url"),
    (None, "url-query"),
    (None, "cacert"),
    (None, "capath"),
    (Some('x'), "proxy"),
    (Some('U'), "proxy-user"),
    (None, "proxy-header"),
    (None, "noproxy"),
    (None, "socks5"),
    (None, "socks5-hostname"),
    (None, "socks4"),
    (None, "socks4a"),
    (Some('b'), "cookie"),
    (Some('c'), "cookie-jar"),
    (Some('A'), "user-agent"),
    (Some('e'), "referer"),
    (Some('o'), "output"),
    (None, "output-dir"),
    (Some('w'), "write-out"),
    (Some('m'), "max-time"),
    (None, "connect-timeout"),
    (Some('E'), "cert"),
    (None, "cert-type"),
    (None, "key"),
    (None, "key-type"),
    (None, "pass"),
    (None, "oauth2-bearer"),
    (None, "resolve"),
    (None, "connect-to"),
    (Some('F'), "form"),
    (None, "form-string"),
    (None, "retry"),
    (None, "retry-delay"),
    (None, "retry-max-time"),
    (None, "ciphers"),
    (None, "tls13-ciphers"),
    (None, "tls-max"),
    (Some('D'), "dump-header"),
    (Some('K'), "config"),
    (Some('T'), "upload-file"),
    (None, "aws-sigv4"),
    (None, "interface"),
    (None, "limit-rate"),
    (None, "max-redirs"),
    (None, "max-filesize"),
    (None, "unix-socket"),
    (None, "pinnedpubkey"),
    (None, "dns-servers"),
    (None, "doh-url"),
    (None, "stderr"),
    (None, "trace"),
    (None, "trace-ascii"),
    (Some('r'), "range"),
    (None, "request-target"),
    (None, "service-name"),
    (None, "netrc-file"),
];

/// Options without a value.
const ALONE: &[(Option<char>, &str)] = &[
    (Some('G'), "get"),
    (Some('k'), "insecure"),
    (Some('I'), "head"),
    (None, "next"),
    (Some('s'), "silent"),
    (Some('S'), "show-error"),
    (Some('i'), "include"),
    (None, "show-headers"),
    (Some('v'), "verbose"),
    (Some('L'), "location"),
    (None, "location-trusted"),
    (Some('f'), "fail"),
    (None, "fail-with-body"),
    (None, "fail-early"),
    (Some('g'), "globoff"),
    (None, "compressed"),
    (Some('0'), "http1.0"),
    (None, "http1.1"),
    (None, "http2"),
    (None, "http2-prior-knowledge"),
    (None, "http3"),
    (Some('N'), "no-buffer"),
    (Some('#'), "progress-bar"),
    (None, "no-progress-meter"),
    (Some('4'), "ipv4"),
    (Some('6'), "ipv6"),
    (Some('1'), "tlsv1"),
    (None, "tlsv1.0"),
    (None, "tlsv1.1"),
    (None, "tlsv1.2"),
    (None, "tlsv1.3"),
    (None, "ssl-no-revoke"),
    (None, "ssl-reqd"),
    (None, "basic"),
    (None, "digest"),
    (None, "ntlm"),
    (None, "negotiate"),
    (None, "anyauth"),
    (None, "proxy-basic"),
    (None, "proxy-insecure"),
    (None, "proxy-ntlm"),
    (None, "proxy-negotiate"),
    (None, "path-as-is"),
    (None, "no-keepalive"),
    (None, "tcp-nodelay"),
    (None, "raw"),
    (Some('n'), "netrc"),
    (Some('q'), "disable"),
    (Some('O'), "remote-name"),
    (Some('J'), "remote-header-name"),
    (Some('R'), "remote-time"),
    (Some('j'), "junk-session-cookies"),
    (None, "styled-output"),
    (None, "retry-connrefused"),
    (None, "retry-all-errors"),
    (None, "post301"),
    (None, "post302"),
    (None, "post303"),
];

/// An option by its long name, or an address.
#[derive(Debug)]
pub(super) enum Argument {
    /// An option with its value.
    With(&'static str, String),
    /// An option without a value.
    Alone(&'static str),
    /// An address.
    Address(String),
}

/// Reads the words behind `curl`.
pub(super) fn arguments(words: Vec<String>) -> Result<Vec<Argument>, CurlError> {
    let mut found = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            if let Some((_, name)) = WITH_VALUE.iter().find(|(_, known)| *known == name) {
                let value = words.next().ok_or(CurlError::NoValue { option: name })?;
                found.push(Argument::With(name, value));
            } else if let Some((_, name)) = ALONE.iter().find(|(_, known)| *known == name) {
                found.push(Argument::Alone(name));
            } else {
                // What stands behind an equals sign may be a secret.
                let option = name.split('=').next().unwrap_or_default();
                return Err(CurlError::unknown(&format!("--{option}")));
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                let of = |list: &'static [(Option<char>, &'static str)]| {
                    list.iter()
                        .find(|(short, _)| *short == Some(letter))
                        .map(|(_, name)| *name)
                };
                if let Some(name) = of(WITH_VALUE) {
                    let joined = rest.as_str().to_owned();
                    let value = if joined.is_empty() {
                        words.next().ok_or(CurlError::NoValue { option: name })?
                    } else {
                        joined
                    };
                    found.push(Argument::With(name, value));
                    break;
                }
                let name = of(ALONE).ok_or_else(|| CurlError::unknown(&format!("-{letter}")))?;
                found.push(Argument::Alone(name));
            }
        } else {
            found.push(Argument::Address(word));
        }
    }
    Ok(found)
}
