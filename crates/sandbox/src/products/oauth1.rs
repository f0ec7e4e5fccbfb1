//! OAuth 1.0a, two-legged with impersonation (RFC 5849; application links), RSA-SHA1 and nothing else.

use std::collections::HashMap;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use time::OffsetDateTime;

use super::account::Account;
use super::{Site, encoded};
use crate::reply::Reply;
use crate::request::{Incoming, Pairs, first};

/// How far a time stamp may be off.
const WINDOW_SECONDS: i64 = 300;
/// Only a request with all of these is taken for OAuth at all.
const PARAMETERS: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
];

/// The incoming half of an application link.
pub(super) struct ApplicationLink {
    public_key: Vec<u8>,
    /// Whether two-legged requests are let in.
    pub(super) two_legged: bool,
    /// Whether a request may name the user it runs as.
    pub(super) impersonation: bool,
    /// As whom a request runs that names nobody.
    pub(super) execute_as: Option<String>,
    /// Every nonce of the last minutes, with its time stamp.
    nonces: HashMap<String, i64>,
}

impl ApplicationLink {
    /// A link that lets everything in; `None` if the text is not an RSA public key of 2048 bits or more.
    pub(super) fn new(public_pem: &str) -> Option<Self> {
        let body: String = public_pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let compact: String = body
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let public_key = STANDARD
            .decode(compact)
            .ok()
            .filter(|der| !der.is_empty())?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, &public_key)
            .parse()
            .ok()?;
        Some(Self {
            public_key,
            two_legged: true,
            impersonation: true,
            execute_as: None,
            nonces: HashMap::new(),
        })
    }

    fn signed(&self, base_string: &str, signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            &self.public_key,
        )
        .verify(base_string.as_bytes(), &signature)
        .is_ok()
    }
}

/// What a valid signature leads to.
pub(super) enum Recognised {
    User(Box<Account>),
    Nobody,
}

/// Why a signed request is refused; the names are those of the OAuth problem reporting extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    ConsumerKeyUnknown,
    NonceUsed,
    ParameterAbsent,
    ParameterRejected,
    PermissionDenied,
    SignatureInvalid,
    SignatureMethodRejected,
    TimestampRefused,
    TokenRejected,
    VersionRejected,
}

impl Problem {
    fn name(self) -> &'static str {
        match self {
            Self::ConsumerKeyUnknown => "consumer_key_unknown",
            Self::NonceUsed => "nonce_used",
            Self::ParameterAbsent => "parameter_absent",
            Self::ParameterRejected => "parameter_rejected",
            Self::PermissionDenied => "permission_denied",
            Self::SignatureInvalid => "signature_invalid",
            Self::SignatureMethodRejected => "signature_method_rejected",
            Self::TimestampRefused => "timestamp_refused",
            Self::TokenRejected => "token_rejected",
            Self::VersionRejected => "version_rejected",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::ParameterAbsent
            | Self::ParameterRejected
            | Self::TimestampRefused
            | Self::SignatureMethodRejected
            | Self::VersionRejected => StatusCode::BAD_REQUEST,
            Self::ConsumerKeyUnknown
            | Self::NonceUsed
            | Self::PermissionDenied
            | Self::SignatureInvalid
            | Self::TokenRejected => StatusCode::UNAUTHORIZED,
        }
    }
}

impl Site {
    /// Looks for an OAuth request and checks it; `Ok(None)` is a request that is not one.
    pub(super) fn oauth1(
        &mut self,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Result<Option<Recognised>, Problem> {
        let header = header_parameters(incoming);
        let value = |name| first(&header, name).or_else(|| incoming.parameter(name));
        if !PARAMETERS.iter().all(|name| value(name).is_some()) {
            return Ok(None);
        }
        // A token that is not empty belongs to the three-legged dance, of which nobody has a token here.
        if value("oauth_token") != Some("") {
            return Err(Problem::TokenRejected);
        }
        let all = || header.iter().chain(&incoming.query).chain(&incoming.form);
        if PARAMETERS
            .iter()
            .any(|name| all().filter(|(known, _)| known == name).count() > 1)
        {
            return Err(Problem::ParameterRejected);
        }
        let text = |name| {
            value(name)
                .filter(|text| !text.is_empty())
                .ok_or(Problem::ParameterAbsent)
        };
        let (consumer, method) = (text("oauth_consumer_key")?, text("oauth_signature_method")?);
        let (signature, nonce) = (text("oauth_signature")?, text("oauth_nonce")?);
        let stamp: i64 = text("oauth_timestamp")?
            .parse()
            .map_err(|_| Problem::TimestampRefused)?;
        let link = self
            .links
            .get_mut(consumer)
            .ok_or(Problem::ConsumerKeyUnknown)?;
        if value("oauth_version").is_some_and(|version| version != "1.0") {
            return Err(Problem::VersionRejected);
        }
        let seconds = now.unix_timestamp();
        if (stamp - seconds).abs() > WINDOW_SECONDS {
            return Err(Problem::TimestampRefused);
        }
        link.nonces
            .retain(|_, seen| (*seen - seconds).abs() <= WINDOW_SECONDS);
        if link.nonces.insert(nonce.to_owned(), stamp).is_some() {
            return Err(Problem::NonceUsed);
        }
        if method != "RSA-SHA1" {
            return Err(Problem::SignatureMethodRejected);
        }
        let base = base_string(&self.origin, incoming, &header);
        if !link.signed(&base, signature) {
            return Err(Problem::SignatureInvalid);
        }
        if !link.two_legged {
            return Err(Problem::PermissionDenied);
        }
        let requestor = incoming
            .parameter("xoauth_requestor_id")
            .or_else(|| incoming.parameter("user_id"));
        let name = match requestor.filter(|name| !name.is_empty()) {
            Some(_) if !link.impersonation => return Err(Problem::PermissionDenied),
            Some(name) => name.to_owned(),
            None => link.execute_as.clone().unwrap_or_default(),
        };
        match self.account(&name) {
            None => Ok(Some(Recognised::Nobody)),
            Some(account) if account.may_sign_in() && account.may_use => {
                Ok(Some(Recognised::User(Box::new(account.clone()))))
            }
            Some(_) => Err(Problem::PermissionDenied),
        }
    }

    pub(super) fn oauth_problem(&self, problem: Problem, now: OffsetDateTime) -> Reply {
        let mut challenge = format!(
            "OAuth realm=\"{}\", oauth_problem=\"{}\"",
            self.realm(),
            problem.name()
        );
        if problem == Problem::TimestampRefused {
            let seconds = now.unix_timestamp();
            let (low, high) = (seconds - WINDOW_SECONDS, seconds + WINDOW_SECONDS);
            challenge = format!("{challenge}, oauth_acceptable_timestamps=\"{low}-{high}\"");
        }
        let body = [("oauth_problem", problem.name())];
        Reply::form(problem.status(), &body).header("www-authenticate", &challenge)
    }
}

/// The parameters of an `Authorization: OAuth` header, without the realm (RFC 5849 §3.5.1).
fn header_parameters(incoming: &Incoming) -> Pairs {
    let Some(text) = incoming.authorization("OAuth") else {
        return Pairs::new();
    };
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.split(',')
        .filter_map(|part| part.trim().split_once('='))
        .map(|(name, value)| (plain(name), plain(value.trim_matches('"'))))
        .filter(|(name, _)| !name.eq_ignore_ascii_case("realm"))
        .collect()
}

/// What is signed (RFC 5849 §3.4.1): the method, the product's own URL, and all parameters in order.
fn base_string(origin: &str, incoming: &Incoming, header: &Pairs) -> String {
    let mut parameters: Vec<(String, String)> = incoming
        .query
        .iter()
        .chain(&incoming.form)
        .chain(header)
        .filter(|(name, _)| name != "oauth_signature")
        .map(|(name, value)| (encoded(name), encoded(value)))
        .collect();
    parameters.sort();
    let normal: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let url = format!("{origin}{}", incoming.raw_path);
    format!(
        "{}&{}&{}",
        incoming.method.as_str().to_ascii_uppercase(),
        encoded(&url),
        encoded(&normal.join("&"))
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;

    /// The example of RFC 5849 §3.4.1.1.
    #[test]
    fn the_base_string_is_that_of_the_rfc() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "authorization",
            HeaderValue::from_static(
                "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
                 oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                 oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"",
            ),
        );
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let body = b"c2&a3=2+q".to_vec();
        let incoming = Incoming::new(
            Method::POST,
            "/request",
            "b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            headers,
            body,
        );
        let header = header_parameters(&incoming);
        assert_eq!(
            base_string("http://example.com", &incoming, &header),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26\
             c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26\
             oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }
}
