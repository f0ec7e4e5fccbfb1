//! The only test that writes, made when somebody asks for it: create something harmless, look at
//! it, delete it again, and say what was left.

mod recipe;

use gatewright_http::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::probe::{Endpoint, EndpointError, ProbeRequest, ProbeResult, probe};
use crate::verdict::Verdict;

pub use recipe::{PlaceError, creates, place_of};
use recipe::{Recipe, Thing};

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// Whom the product takes the caller for: nothing is written as somebody else.
    WhoAmI,
    /// Making it.
    Create,
    /// Reading it back.
    Check,
    /// Deleting it.
    Delete,
    /// Deleting it from the trash, where the product has one.
    Purge,
    /// Seeing that it is gone.
    CheckGone,
}

impl StepName {
    /// What it does, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::WhoAmI => "Ask who the caller is",
            Self::Create => "Create it",
            Self::Check => "Read it back",
            Self::Delete => "Delete it",
            Self::Purge => "Delete it from the trash",
            Self::CheckGone => "See that it is gone",
        }
    }
}

/// What one step found.
#[derive(Debug, Clone, Serialize)]
pub struct RoundTripStep {
    /// Which one.
    pub name: StepName,
    /// What was asked.
    #[serde(skip)]
    pub request: ProbeRequest,
    /// Whether it did what it should.
    pub done: bool,
    /// The request and its answer, as for any test.
    pub result: ProbeResult,
}

/// Something that may still be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// What it is: `the filter gatewright-probe-1 (10003)`.
    pub what: String,
    /// Where to find it, when that is known.
    pub url: Option<String>,
    /// Whether it is certainly there; otherwise nobody knows.
    pub certain: bool,
}

/// What the whole of it found.
#[derive(Debug, Clone, Serialize)]
pub struct RoundTrip {
    /// The steps that were taken, in their order.
    pub steps: Vec<RoundTripStep>,
    /// What may still be there.
    pub left: Option<Leftover>,
    /// Whether everything went well and nothing was left.
    pub good: bool,
}

/// Creates something harmless, reads it, deletes it, and reports each step.
///
/// It is a private filter in Jira, a page in the space `place` in Confluence, a label on the
/// repository `place` (`KEY/slug`) in Bitbucket. `request` says where and with which credential;
/// its endpoint is not used.
pub async fn create_and_delete(
    client: &Client,
    request: &ProbeRequest,
    place: &str,
    now: OffsetDateTime,
) -> Result<RoundTrip, PlaceError> {
    let name = format!("gatewright-probe-{}", now.unix_timestamp());
    let recipe = Recipe::new(request.kind, place, &name)?;
    let mut trip = Trip {
        client,
        request,
        now,
        steps: Vec::new(),
    };
    let left = trip.run(&recipe).await?;
    let good = left.is_none() && trip.steps.iter().all(|step| step.done);
    Ok(RoundTrip {
        steps: trip.steps,
        left,
        good,
    })
}

struct Trip<'a> {
    client: &'a Client,
    request: &'a ProbeRequest,
    now: OffsetDateTime,
    steps: Vec<RoundTripStep>,
}

impl Trip<'_> {
    async fn run(&mut self, recipe: &Recipe) -> Result<Option<Leftover>, PlaceError> {
        let known = self.step(StepName::WhoAmI, None, |result| {
            result.verdict == Verdict::Valid
        });
        if !known.await {
            return Ok(None);
        }
        let created = self.step(StepName::Create, Some(recipe.create()?), succeeded);
        if !created.await {
            return Ok(self.doubtful(recipe));
        }
        let Some(thing) = self.last_body().and_then(|body| recipe.thing(&body)) else {
            return Ok(Some(Leftover {
                what: recipe.words(),
                url: None,
                certain: true,
            }));
        };
        // Whatever the look at it finds, it is deleted.
        let path = thing.path.clone();
        self.step(
            StepName::Check,
            Some(endpoint(Endpoint::get(path))?),
            succeeded,
        )
        .await;
        let delete = endpoint(Endpoint::parse(&format!("DELETE {}", thing.path)))?;
        let mut deleted = self.step(StepName::Delete, Some(delete), succeeded).await;
        if let Some(trash) = thing.trash.as_deref().filter(|_| deleted) {
            let purge = endpoint(Endpoint::parse(&format!("DELETE {trash}")))?;
            deleted = self.step(StepName::Purge, Some(purge), succeeded).await;
        }
        let gone = endpoint(Endpoint::get(thing.path.clone()))?;
        let gone = self
            .step(StepName::CheckGone, Some(gone), |result| {
                recipe.is_gone(result.status)
            })
            .await;
        Ok((!deleted || !gone).then(|| self.leftover(recipe, &thing)))
    }

    async fn step(
        &mut self,
        name: StepName,
        endpoint: Option<Endpoint>,
        done: impl Fn(&ProbeResult) -> bool,
    ) -> bool {
        let request = ProbeRequest {
            endpoint,
            ..self.request.clone()
        };
        let result = probe(self.client, &request, self.now).await;
        let done = done(&result);
        self.steps.push(RoundTripStep {
            name,
            request,
            done,
            result,
        });
        done
    }

    fn last_body(&self) -> Option<Value> {
        let response = self.steps.last()?.result.response.as_ref()?;
        serde_json::from_str(&response.body).ok()
    }

    /// A creation that was not answered may have happened all the same.
    fn doubtful(&self, recipe: &Recipe) -> Option<Leftover> {
        let result = &self.steps.last()?.result;
        let unknown = match result.status {
            None => !matches!(
                result.verdict,
                Verdict::DnsError | Verdict::ConnectError | Verdict::TlsError
            ),
            Some(status) => status >= 500 || (200..300).contains(&status),
        };
        unknown.then(|| Leftover {
            what: recipe.words(),
            url: None,
            certain: false,
        })
    }

    fn leftover(&self, recipe: &Recipe, thing: &Thing) -> Leftover {
        let url = crate::product::below(&self.request.base_url, &thing.path);
        Leftover {
            what: format!("{} ({})", recipe.words(), thing.id),
            url: Some(url.to_string()),
            certain: true,
        }
    }
}

/// 2xx, whoever the product says that it took the caller for: who-am-I has told it before.
fn succeeded(result: &ProbeResult) -> bool {
    result
        .status
        .is_some_and(|status| (200..300).contains(&status))
        && result.verdict == Verdict::Valid
}

fn endpoint(endpoint: Result<Endpoint, EndpointError>) -> Result<Endpoint, PlaceError> {
    endpoint.map_err(PlaceError::Endpoint)
}

#[cfg(test)]
mod tests;
