//! The body of a test's request.

use http::HeaderValue;
use url::form_urlencoded;

use super::EndpointError;

/// What is sent in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointBody {
    /// A JSON document, as it was written.
    Json(String),
    /// The fields of a form, in their order.
    Form(Vec<(String, String)>),
    /// Any text.
    Raw {
        /// Its media type.
        media_type: String,
        /// The text.
        text: String,
    },
}

impl EndpointBody {
    /// A JSON document.
    pub fn json(text: String) -> Result<Self, EndpointError> {
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(_) => Ok(Self::Json(text)),
            Err(problem) => Err(EndpointError::NotJson {
                problem: problem.to_string(),
            }),
        }
    }

    /// A text of this media type.
    pub fn raw(media_type: &str, text: String) -> Result<Self, EndpointError> {
        let media_type = media_type.trim();
        let essence = media_type.split(';').next().unwrap_or_default();
        let halves = essence.split_once('/');
        let fits = HeaderValue::from_str(media_type).is_ok()
            && halves.is_some_and(|(main, sub)| !main.is_empty() && !sub.trim().is_empty());
        if !fits {
            return Err(EndpointError::MediaType {
                text: media_type.to_owned(),
            });
        }
        Ok(Self::Raw {
            media_type: media_type.to_owned(),
            text,
        })
    }

    /// What stands in `Content-Type`.
    pub fn media_type(&self) -> &str {
        match self {
            Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
            Self::Raw { media_type, .. } => media_type,
        }
    }

    /// The text that is sent.
    pub fn text(&self) -> String {
        match self {
            Self::Json(text) | Self::Raw { text, .. } => text.clone(),
            Self::Form(fields) => form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish(),
        }
    }
}
