//! Answers, all of them: what never may be kept by a cache, and problem documents.

use axum::Json;
use axum::response::{IntoResponse, Response};
use gatewright_admin_api::{PROBLEM_JSON, Problem, ProblemCode};
use gatewright_store::StoreError;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

/// Why a call is refused, ready to be sent.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) Box<Problem>);

pub(crate) type Reply<T> = Result<T, Refusal>;

impl Refusal {
    pub(crate) fn new(code: ProblemCode) -> Self {
        Self(Box::new(Problem::new(code)))
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Problem::new(ProblemCode::MalformedRequest)
            .detail(detail)
            .into()
    }

    /// The store's own words go to the log; the caller learns whose fault it is.
    pub(crate) fn store(error: &StoreError) -> Self {
        let cause = std::error::Error::source(error)
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%error, cause, "the store failed");
        Problem::new(ProblemCode::StoreUnavailable)
            .detail(error.to_string())
            .hint(error.hint())
            .into()
    }

    pub(crate) fn internal(what: &'static str) -> Self {
        tracing::error!(what, "the admin API failed");
        Self::new(ProblemCode::Internal)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = *self.0;
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = problem.code;
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        match code {
            ProblemCode::InvalidCredentials => {
                let challenge = HeaderValue::from_static("Bearer realm=\"Gatewright admin\"");
                headers.insert(WWW_AUTHENTICATE, challenge);
            }
            ProblemCode::TooManyTries => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
            }
            ProblemCode::StoreUnavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            ProblemCode::MalformedRequest
            | ProblemCode::Forbidden
            | ProblemCode::PairingRefused
            | ProblemCode::NotFound
            | ProblemCode::MethodNotAllowed
            | ProblemCode::ConfigFromFile
            | ProblemCode::SecretsFromDirectory
            | ProblemCode::Stale
            | ProblemCode::LastOwner
            | ProblemCode::PreconditionRequired
            | ProblemCode::TooLarge
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::InvalidDocument
            | ProblemCode::UnknownSecrets
            | ProblemCode::FailedExpectations
            | ProblemCode::KeyRefused
            | ProblemCode::Internal
            | ProblemCode::Unknown => {}
        }
        response
    }
}
