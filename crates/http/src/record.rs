//! The record of calls, for looking at a flow leg by leg.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatewright_limits::{count, size};
use serde::Serialize;

use crate::certificate::ShownCertificate;
use crate::error::SendError;
use crate::mask::{masked_body, masked_form, masked_headers, masked_url};
use crate::request::Request;
use crate::response::{Response, Timing};
use crate::sent::SentSecrets;

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
    /// The certificates that the server showed, where one of them is the reason.
    pub certificates: Vec<ShownCertificate>,
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
        if legs.len() == count::RECORDED_CALLS {
            legs.remove(0);
        }
        legs.push(leg);
    }
}

fn leg(request: &Request, outcome: &Result<Response, SendError>, elapsed: Duration) -> Leg {
    let is_form = request.is_form();
    // A server may echo what it was sent; an echo is as secret as what it repeats.
    let sent = SentSecrets::of(request);
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
            .then(|| masked_body(&request.body, None, size::RECORDED_BODY)),
        status: None,
        response_headers: Vec::new(),
        response_body_masked: None,
        timing: Timing {
            total: elapsed,
            ..Timing::default()
        },
        error: None,
        certificates: Vec::new(),
    };
    match outcome {
        Ok(answer) => {
            leg.status = Some(answer.status.as_u16());
            leg.timing = answer.timing;
            leg.response_headers = masked_headers(&answer.headers)
                .into_iter()
                .map(|(name, value)| (name, sent.masked(value)))
                .collect();
            let body = masked_body(
                &answer.body,
                answer.media_type().as_deref(),
                size::RECORDED_BODY,
            );
            leg.response_body_masked = (!body.is_empty()).then(|| sent.masked(body));
        }
        Err(error) => {
            leg.error = Some(sent.masked(error.to_string()));
            leg.certificates = error.certificates().to_vec();
        }
    }
    leg
}
