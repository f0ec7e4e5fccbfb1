//! A refusal, as the client gets it and as the log does.

use std::time::Duration;

use bytes::Bytes;
use gatewright_policy::{ProductKind, ReasonCode};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};

use crate::public_text;

/// A refusal. The client gets a fixed text; the cause goes to the log, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub code: ReasonCode,
    /// The status that the client gets.
    pub status: u16,
    /// Which product's clients read the answer, if one was found.
    pub product: Option<ProductKind>,
    /// The ways to authenticate that a 401 offers.
    pub www_authenticate: Vec<HeaderValue>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// The cause in words, for the log; never a secret, never for the client.
    pub log_detail: String,
}

impl Denial {
    /// A refusal for this reason; a 401 asks for Bearer.
    pub fn new(
        code: ReasonCode,
        product: Option<ProductKind>,
        log_detail: impl Into<String>,
    ) -> Self {
        let status = code.status();
        let www_authenticate = if status == 401 {
            // RFC 6750 §3: who showed nothing is told no error.
            vec![if code == ReasonCode::MissingCredentials {
                HeaderValue::from_static("Bearer realm=\"Gatewright\"")
            } else {
                HeaderValue::from_static("Bearer realm=\"Gatewright\", error=\"invalid_token\"")
            }]
        } else {
            Vec::new()
        };
        let retry_after = matches!(
            code,
            ReasonCode::ProviderUnavailable | ReasonCode::DirectoryUnavailable
        )
        .then_some(Duration::from_secs(5));
        Self {
            code,
            status,
            product,
            www_authenticate,
            retry_after,
            log_detail: log_detail.into(),
        }
    }

    /// The same refusal for a client that only asks for a password when it is told to: Git.
    #[must_use]
    pub fn also_asking_for_basic(mut self) -> Self {
        if self.status == 401 {
            self.www_authenticate.push(HeaderValue::from_static(
                "Basic realm=\"Gatewright\", charset=\"UTF-8\"",
            ));
        }
        self
    }

    /// The same refusal for what is too large in the request's head.
    #[must_use]
    pub fn in_the_head(mut self) -> Self {
        if self.code == ReasonCode::TooLarge {
            self.status = 431;
        }
        self
    }

    /// The answer for the client.
    pub fn response(&self, request_id: &str) -> Response<Bytes> {
        let mut response = Response::new(public_text::body(self.code, self.product));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            "x-content-type-options",
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            "x-gatewright-reason",
            HeaderValue::from_static(self.code.as_str()),
        );
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert("x-request-id", id);
        }
        for challenge in &self.www_authenticate {
            headers.append(WWW_AUTHENTICATE, challenge.clone());
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_names_the_reason_and_never_the_cause() {
        let denial = Denial::new(
            ReasonCode::InvalidCredentials,
            Some(ProductKind::Jira),
            "canary cause",
        );
        let response = denial.also_asking_for_basic().response("r-1");
        assert_eq!(response.status(), 401);
        assert_eq!(
            response.headers()["x-gatewright-reason"],
            "invalid_credentials"
        );
        assert_eq!(response.headers()["x-request-id"], "r-1");
        let challenges: Vec<_> = response
            .headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .collect();
        assert_eq!(challenges.len(), 2);
        assert!(!String::from_utf8_lossy(response.body()).contains("canary"));
    }

    #[test]
    fn only_a_401_asks_for_a_credential() {
        let denial = Denial::new(ReasonCode::ReadOnly, None, "").also_asking_for_basic();
        assert!(denial.www_authenticate.is_empty());
        assert_eq!(
            Denial::new(ReasonCode::TooLarge, None, "")
                .in_the_head()
                .status,
            431
        );
        assert_eq!(
            Denial::new(ReasonCode::ReadOnly, None, "")
                .in_the_head()
                .status,
            403
        );
    }
}
