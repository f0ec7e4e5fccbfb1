//! Answers of authorization servers, however they are written.

use gatewright_http::{Response, SentSecrets};
use gatewright_limits::count;
use serde_json::{Map, Value};
use thiserror::Error;
use url::form_urlencoded;

use crate::json::read_json;
use crate::provider_error::{ProviderError, harmless};

/// An answer, and the secrets that it may repeat.
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) sent: SentSecrets,
}

impl Answer {
    /// The members of the answer; words of refusal are without what was sent.
    pub(crate) fn read(&self) -> Result<Map<String, Value>, AnswerError> {
        read(&self.response).map_err(|error| match error {
            AnswerError::Refused(refusal) => AnswerError::Refused(refusal.without(&self.sent)),
            AnswerError::WebPage { status, title } => AnswerError::WebPage {
                status,
                title: title.map(|title| self.sent.masked(title)),
            },
            AnswerError::Redirected { .. }
            | AnswerError::Empty { .. }
            | AnswerError::Unreadable { .. } => error,
        })
    }
}

/// Why an answer says nothing that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum AnswerError {
    #[error(transparent)]
    Refused(ProviderError),
    #[error("it answered with a web page")]
    WebPage { status: u16, title: Option<String> },
    #[error("it points elsewhere")]
    Redirected { status: u16, to: String },
    #[error("it answered with nothing")]
    Empty { status: u16 },
    #[error("it answered with something unreadable")]
    Unreadable { status: u16 },
}

/// The members of an answer. An error in it counts at any status; without one the status must be a
/// success.
pub(crate) fn read(response: &Response) -> Result<Map<String, Value>, AnswerError> {
    let status = response.status.as_u16();
    if response.status.is_redirection() {
        return Err(AnswerError::Redirected {
            status,
            to: harmless(
                response
                    .location()
                    .unwrap_or("nowhere")
                    .split('?')
                    .next()
                    .unwrap_or_default(),
            ),
        });
    }
    let text = text(response);
    let text = text.trim();
    if text.is_empty() {
        return Err(AnswerError::Empty { status });
    }
    if response.is_web_page() {
        return Err(AnswerError::WebPage {
            status,
            title: response.page_title(),
        });
    }
    let Some(members) = members(text) else {
        return Err(AnswerError::Unreadable { status });
    };
    if let Some(refusal) = ProviderError::in_answer(&members, status) {
        return Err(AnswerError::Refused(refusal));
    }
    if !response.status.is_success() {
        return Err(AnswerError::Refused(ProviderError::new(
            &format!("HTTP {status}"),
            members.get("message").and_then(Value::as_str),
            None,
            Some(status),
        )));
    }
    Ok(members)
}

/// JSON first, then a form; never the media type alone, for it is often wrong.
fn members(text: &str) -> Option<Map<String, Value>> {
    if let Some(value) = read_json(text.as_bytes()) {
        return match value {
            Value::Object(members) => Some(members),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => None,
        };
    }
    let form = text.contains('=')
        && !text
            .contains(|character: char| character.is_whitespace() || "<>{}\"".contains(character));
    form.then(|| {
        form_urlencoded::parse(text.as_bytes())
            .take(count::FIELDS)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect()
    })
}

/// The body as text; the one old character set that is still met is known.
fn text(response: &Response) -> String {
    let latin = response.header("content-type").is_some_and(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("charset=iso-8859-1") || value.contains("charset=latin1")
    });
    if latin && std::str::from_utf8(&response.body).is_err() {
        return response.body.iter().map(|byte| char::from(*byte)).collect();
    }
    response.text().into_owned()
}
