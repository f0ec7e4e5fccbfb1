//! What is behind a URL, found without any credential.
//!
//! An administrator pastes whatever the browser shows: a deep link, a trailing slash, a base URL.
//! Every path that could be the context path is asked, the likeliest first.

mod candidates;
mod error;
mod signs;

use std::time::{Duration, Instant};

use gatewright_http::{Client, Limits, Request, Response, SendError};
use serde::Serialize;
use time::OffsetDateTime;
use url::Url;

use crate::answer::Answer;
use crate::product::{ProductKind, below};

use candidates::{USUAL_PATHS, contexts, read_url, redirected};
pub use error::DetectError;
use signs::{Found, MANIFEST};

/// What was found behind a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detection {
    /// The product.
    pub kind: ProductKind,
    /// Its version, where it tells it.
    pub version: Option<String>,
    /// The name that its administrators gave it.
    pub title: Option<String>,
    /// Where its REST API answers: scheme, host, port and context path, without a slash at the end.
    pub base_url: Url,
    /// The context path: `/jira`, or empty.
    pub context_path: String,
    /// The base URL that the product has in its own settings, when it tells it. OAuth 1.0
    /// signatures are checked against what the product believes.
    pub announced_url: Option<String>,
    /// Whether it announces that application links may impersonate users; `None` when it says
    /// nothing.
    pub impersonation_announced: Option<bool>,
    /// How many seconds its clock is ahead of the one here.
    pub clock_skew: Option<i64>,
    /// How long all of it took.
    pub elapsed: Duration,
}

impl Detection {
    /// Whether the product calls itself by another URL than the one at which it was found.
    pub fn is_announced_elsewhere(&self) -> bool {
        self.announced_url
            .as_deref()
            .and_then(|url| Url::parse(url).ok())
            .is_some_and(|own| {
                own.origin() != self.base_url.origin()
                    || own.path().trim_end_matches('/') != self.context_path
            })
    }
}

/// How long one question may take: somebody is waiting at a form.
const PATIENCE: Limits = Limits {
    total: Duration::from_secs(15),
    body: 1024 * 1024,
};

/// Finds out which product answers behind a URL. Sends `GET` requests without credentials only.
pub async fn detect(
    client: &Client,
    url: &str,
    now: OffsetDateTime,
) -> Result<Detection, DetectError> {
    let search = Search {
        client,
        now,
        started: Instant::now(),
    };
    let url = read_url(url)?;
    match search.below(&url).await {
        Err(DetectError::Redirected { to }) => match redirected(&url, &to) {
            Some(moved) => search.below(&moved).await,
            None => Err(DetectError::Redirected { to }),
        },
        found => found,
    }
}

struct Search<'a> {
    client: &'a Client,
    now: OffsetDateTime,
    started: Instant,
}

impl Search<'_> {
    async fn below(&self, url: &Url) -> Result<Detection, DetectError> {
        let mut reason = None;
        let contexts = contexts(url);
        for context in &contexts {
            match self.at(url, context).await {
                Ok(found) => return Ok(found),
                // What the likeliest path answered tells most.
                Err(error) if error.ends_the_search() => return Err(error),
                Err(error) => reason = reason.or(Some(error)),
            }
        }
        // A path that somebody wrote is meant; only a bare host invites guesses.
        if contexts.len() == 1 {
            for context in USUAL_PATHS {
                if let Ok(found) = self.at(url, context).await {
                    return Ok(found);
                }
            }
        }
        Err(reason.unwrap_or(DetectError::NotAtlassian {
            status: 404,
            what: "nothing".to_owned(),
        }))
    }

    /// Looks for a product with this context path.
    async fn at(&self, url: &Url, context: &str) -> Result<Detection, DetectError> {
        let mut base = url.clone();
        base.set_path(context);
        let first = self.get(&base, MANIFEST).await?;
        if let Some(found) = signs::manifest(&Answer::new(&first))? {
            return Ok(self.detection(&base, context, found, &first));
        }
        if let Some(error) = error::unavailable(&Answer::new(&first)) {
            return Err(error);
        }
        if let Some(to) = Answer::new(&first).header("Location")
            && first.status.is_redirection()
        {
            return Err(DetectError::Redirected { to: to.to_owned() });
        }
        for kind in ProductKind::ALL {
            for path in signs::questions(kind) {
                let response = self.get(&base, path).await?;
                if let Some(found) = signs::reply(kind, path, &Answer::new(&response))? {
                    return Ok(self.detection(&base, context, found, &response));
                }
            }
        }
        Err(error::not_atlassian(&Answer::new(&first)))
    }

    async fn get(&self, base: &Url, path: &str) -> Result<Response, DetectError> {
        let request = Request::get(below(base, path))
            .named("detect")
            .within(PATIENCE)
            .accept_json();
        self.client
            .send(request)
            .await
            .map_err(|error| match error {
                SendError::BodyTooLarge { .. } => DetectError::NotAtlassian {
                    status: 200,
                    what: "a very large answer".to_owned(),
                },
                error @ (SendError::Dns { .. }
                | SendError::Connect { .. }
                | SendError::Tls { .. }
                | SendError::ProxyAuthentication
                | SendError::Proxy { .. }
                | SendError::Timeout { .. }
                | SendError::NotSent { .. }
                | SendError::Broken { .. }) => DetectError::Unreachable(error),
            })
    }

    fn detection(&self, base: &Url, context: &str, found: Found, response: &Response) -> Detection {
        let mut base_url = base.clone();
        base_url.set_path(context);
        // The answer is as old as its way back.
        let since = self.started.elapsed().saturating_sub(response.timing.body);
        let here = self.now + since;
        let clock_skew = Answer::new(response)
            .date()
            .map(|there| (there - here).whole_seconds());
        Detection {
            kind: found.kind,
            version: found.version,
            title: found.title,
            base_url,
            context_path: context.to_owned(),
            announced_url: found.announced_url,
            impersonation_announced: found.impersonation_announced,
            clock_skew,
            elapsed: self.started.elapsed(),
        }
    }
}

#[cfg(test)]
mod tests;
