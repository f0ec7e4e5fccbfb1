//! The record of calls, for looking at a flow leg by leg.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde::Serialize;
use url::form_urlencoded;

use crate::error::SendError;
use crate::mask::{MASK, is_secret_name, masked_body, masked_form, masked_headers, masked_url};
use crate::request::Request;
use crate::response::{Response, Timing};

/// How much of a body is kept for show.
const SHOWN: usize = 64 * 1024;
/// How many calls a record keeps; the oldest go first.
const KEPT: usize = 200;

/// One call as it may be shown: request, answer and time, without its secrets.
#[derive(Clone, Debug, Serialize)]
pub struct Leg {
    /// What the call was for.
    pub name: String,
    /// The method.
    pub method: String,
    /// Where it went, with secret parameters masked.
    pub url: String,
    /// The headers that were sent, secrets masked.
    pub request_headers: Vec<(String, String)>,
    /// The form fields that were sent, secrets masked.
    pub request_form: Vec<(String, String)>,
    /// A body that is no form, secrets masked.
    pub request_body: Option<String>,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// The headers that came, secrets masked.
    pub response_headers: Vec<(String, String)>,
    /// The body that came, secrets masked.
    pub response_body_masked: Option<String>,
    /// Where the time went.
    pub timing: Timing,
    /// Why no answer came.
    pub error: Option<String>,
}

/// A record that several clients may write to. Cheap to clone; clones share the record.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    legs: Arc<Mutex<Vec<Leg>>>,
}

impl Recorder {
    /// An empty record.
    pub fn new() -> Self {
        Self::default()
    }

    /// All calls so far, in order.
    pub fn legs(&self) -> Vec<Leg> {
        self.legs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Forgets all calls.
    pub fn clear(&self) {
        self.legs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub(crate) fn add(
        &self,
        request: &Request,
        outcome: &Result<Response, SendError>,
        elapsed: Duration,
    ) {
        let leg = leg(request, outcome, elapsed);
        let mut legs = self.legs.lock().unwrap_or_else(PoisonError::into_inner);
        if legs.len() == KEPT {
            legs.remove(0);
        }
        legs.push(leg);
    }
}

fn leg(request: &Request, outcome: &Result<Response, SendError>, elapsed: Duration) -> Leg {
    let is_form = request
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/x-www-form-urlencoded");
    // A server may echo what it was sent; an echo is as secret as what it repeats.
    let sent = sent_secrets(request, is_form);
    let mut leg = Leg {
        name: request.name.to_owned(),
        method: request.method.to_string(),
        url: masked_url(&request.url),
        request_headers: masked_headers(&request.headers),
        request_form: if is_form {
            masked_form(&request.body)
        } else {
            Vec::new()
        },
        request_body: (!is_form && !request.body.is_empty())
            .then(|| masked_body(&request.body, None, SHOWN)),
        status: None,
        response_headers: Vec::new(),
        response_body_masked: None,
        timing: Timing {
            total: elapsed,
            ..Timing::default()
        },
        error: None,
    };
    match outcome {
        Ok(answer) => {
            leg.status = Some(answer.status.as_u16());
            leg.timing = answer.timing;
            leg.response_headers = masked_headers(&answer.headers)
                .into_iter()
                .map(|(name, value)| (name, without(&sent, value)))
                .collect();
            let body = masked_body(&answer.body, answer.media_type().as_deref(), SHOWN);
            leg.response_body_masked = (!body.is_empty()).then(|| without(&sent, body));
        }
        Err(error) => leg.error = Some(error.to_string()),
    }
    leg
}

/// The secrets that a request carries, as they might be echoed.
fn sent_secrets(request: &Request, is_form: bool) -> Vec<String> {
    let mut secrets: Vec<String> = request
        .headers
        .values()
        .filter(|value| value.is_sensitive())
        .filter_map(|value| value.to_str().ok())
        .map(|value| {
            value
                .split_once(' ')
                .map_or(value, |(_, credential)| credential)
                .to_owned()
        })
        .collect();
    let query = request.url.query().unwrap_or_default().as_bytes();
    let form: &[u8] = if is_form { &request.body } else { &[] };
    for (name, value) in form_urlencoded::parse(query).chain(form_urlencoded::parse(form)) {
        if is_secret_name(&name) {
            secrets.push(value.into_owned());
        }
    }
    // A very short value would mask ordinary words.
    secrets.retain(|secret| secret.len() >= 6);
    secrets
}

fn without(secrets: &[String], mut text: String) -> String {
    for secret in secrets {
        if text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), MASK);
        }
    }
    text
}
