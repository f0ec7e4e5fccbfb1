//! Which request gets which answer.

use bytes::Bytes;
use gatewright_oauth::{Callback, CallbackParseError};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION,
    ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Method, Response, StatusCode, Uri};
use http_body_util::Full;
use tokio::sync::Notify;

use crate::attempt::{Attempt, OfferError};
use crate::page;
use crate::redirect::RedirectChoice;

/// No script, no frame, nothing from elsewhere; the page's own style only. There is deliberately no
/// `Access-Control-Allow-*` and no `Allow` anywhere: no other page has business here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The site of one sign-in: the way back, and the page after it.
pub(crate) struct Site {
    hosts: Vec<String>,
    callback_path: String,
    done_path: &'static str,
    attempt: Attempt,
    shown: Notify,
}

impl Site {
    pub(crate) fn new(choice: &RedirectChoice, port: u16, attempt: Attempt) -> Self {
        let mut hosts = vec![format!("{}:{port}", choice.host)];
        if port == 80 {
            hosts.push(choice.host.to_string());
        }
        let done_path = if choice.path == "/done" {
            "/signed-in"
        } else {
            "/done"
        };
        Self {
            hosts,
            callback_path: if choice.path.is_empty() {
                "/".to_owned()
            } else {
                choice.path.clone()
            },
            done_path,
            attempt,
            shown: Notify::new(),
        }
    }

    pub(crate) fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// Resolves when the last page was asked for.
    pub(crate) async fn last_page_shown(&self) {
        self.shown.notified().await;
    }

    /// The answer to one request. Only a top-level `GET` of the exact path, by the exact host, with
    /// the right state, ends the sign-in; all else passes by.
    pub(crate) fn answer(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Response<Full<Bytes>> {
        if !self.is_our_host(uri, headers) {
            return bare(StatusCode::MISDIRECTED_REQUEST);
        }
        if method == Method::HEAD {
            return bare(StatusCode::NOT_FOUND);
        }
        if method != Method::GET {
            return bare(StatusCode::METHOD_NOT_ALLOWED);
        }
        if uri.path() == self.done_path {
            let Some(how) = self.attempt.ending() else {
                return bare(StatusCode::NOT_FOUND);
            };
            self.shown.notify_one();
            return with_page(StatusCode::OK, &page::ending(&how));
        }
        if uri.path() != self.callback_path || is_prefetch(headers) {
            return bare(StatusCode::NOT_FOUND);
        }
        if !is_navigation(headers) {
            return bare(StatusCode::FORBIDDEN);
        }
        if let Some(how) = self.attempt.ending() {
            return with_page(StatusCode::GONE, &page::over(&how));
        }
        let callback = match Callback::from_query(uri.query().unwrap_or_default()) {
            Ok(callback) => callback,
            Err(CallbackParseError::NothingInIt) if uri.query().is_none() => {
                return bare(StatusCode::NOT_FOUND);
            }
            Err(error) => {
                return with_page(
                    StatusCode::BAD_REQUEST,
                    &page::passed_by(&error.to_string(), error.hint()),
                );
            }
        };
        match self.attempt.offer(callback) {
            // The code leaves the address bar at once.
            Ok(()) => {
                let mut response = bare(StatusCode::FOUND);
                response
                    .headers_mut()
                    .insert(LOCATION, HeaderValue::from_static(self.done_path));
                response
            }
            Err(OfferError::Over { how }) => with_page(StatusCode::GONE, &page::over(&how)),
            Err(error @ (OfferError::NotOurs | OfferError::NoState)) => with_page(
                StatusCode::BAD_REQUEST,
                &page::passed_by(
                    &error.to_string(),
                    "Use the browser tab that this sign-in opened, or start again in Gatewright.",
                ),
            ),
        }
    }

    /// One host, and it is ours: another name that was turned to this machine gets nothing.
    fn is_our_host(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let ours = |host: &str| {
            self.hosts
                .iter()
                .any(|known| known.eq_ignore_ascii_case(host))
        };
        let mut named = headers.get_all(HOST).iter();
        let one = named
            .next()
            .and_then(|value| value.to_str().ok())
            .is_some_and(ours)
            && named.next().is_none();
        one && uri
            .authority()
            .is_none_or(|authority| ours(authority.as_str()))
    }
}

/// Whether a browser only looks ahead.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        headers.get_all(*name).iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.contains("prefetch") || value.contains("preview"))
        })
    })
}

/// Whether the address bar itself goes here: no image, frame or script of another page.
fn is_navigation(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.as_bytes().to_vec());
    let mode = said("sec-fetch-mode");
    let whole_page = said("sec-fetch-dest").is_none_or(|value| value == b"document");
    match mode {
        Some(mode) => mode == b"navigate" && whole_page,
        None => whole_page && !headers.contains_key(ORIGIN),
    }
}

fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    guarded(status, Bytes::new(), "text/plain; charset=utf-8")
}

fn with_page(status: StatusCode, html: &str) -> Response<Full<Bytes>> {
    guarded(
        status,
        Bytes::copy_from_slice(html.as_bytes()),
        "text/html; charset=utf-8",
    )
}

fn guarded(status: StatusCode, body: Bytes, media_type: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    for (name, value) in [
        (CONTENT_TYPE, media_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
