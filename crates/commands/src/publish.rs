//! Publishing: what is here against what runs there.

mod document;
mod draft;
mod exchange;
mod merge;
mod promote;
mod simulate;
mod versions;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use gatewright_admin_api::{CallError, Client as AdminClient, Notation};
use gatewright_config::raw::Document;
use gatewright_config::{Config, run_expectations, to_toml};
use gatewright_wire::{
    Difference, ErrorCode, ExpectationResult, Merge, Nothing, Problem, Publish, Published,
    ResolveMerge, SecretState, WireError,
};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::errors::{self, failure};
use crate::names;
use crate::rules::{by_id, spoken, typed_problems};

pub(crate) use document::{Ours, parse_document};
pub(crate) use draft::RulesKept;
use draft::over;
use words::{changes, purpose, shown_problem};

/// What was published from here last, so that what is removed here is removed there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastPublished {
    /// Ids of products.
    pub(crate) products: BTreeSet<String>,
    /// Ids of providers.
    pub(crate) providers: BTreeSet<String>,
    /// What was made here, as TOML: whether anything changed since.
    pub(crate) ours: String,
    /// The version that it became.
    pub(crate) version: u32,
    /// By name, a mark of the sealed secret that was sent.
    pub(crate) secrets: BTreeMap<String, String>,
}

const LAST: &str = "last-published";

/// What would be published, and what it is held against.
struct Draft {
    client: AdminClient,
    version: u32,
    before: Document,
    after: Document,
    kept: RulesKept,
    merge: Option<Merge>,
    ours: Ours,
    problems: Vec<Problem>,
    expectations: Vec<ExpectationResult>,
    text: String,
}

impl App {
    /// The difference between what the gateway runs and what is here.
    pub async fn difference(&self, _: Nothing) -> Result<Difference, WireError> {
        let draft = self.draft().await?;
        let there = secrets_there(&draft.client).await?;
        let runs_published = match draft.version {
            0 => String::new(),
            version => published_by(&draft.client, version).await.0,
        };
        Ok(Difference {
            runs_version: draft.version,
            runs_published,
            runs: if draft.version == 0 {
                String::new()
            } else {
                to_toml(&draft.before)
            },
            changes: changes(&draft.before, &draft.after, &draft.text, self.host.now()),
            secrets: self.secret_states(&draft.after, there.as_ref())?,
            foreign_parts: draft.ours.has_foreign_parts(&draft.before),
            problems: draft.problems,
            expectations: draft.expectations,
            merge: draft.merge,
            here: draft.text,
        })
    }

    /// Publishes what is here: first the secrets, then the document.
    pub async fn publish(&self, request: Publish) -> Result<Published, WireError> {
        let draft = self.draft().await?;
        let client = draft.client.clone();
        let open = draft.merge.as_ref().is_some_and(|merge| merge.open);
        if open || draft.version != request.expect_version {
            return Err(errors::call(&CallError::Stale {
                current: u64::from(draft.version),
            }));
        }
        if let Some(problem) = draft.problems.first() {
            return Err(failure(
                ErrorCode::InvalidDocument,
                format!("{}: {}", problem.path, problem.message),
                &problem.hint,
            ));
        }
        let there = secrets_there(&client).await?;
        let states = self.secret_states(&draft.after, there.as_ref())?;
        let missing: Vec<&str> = states
            .iter()
            .filter(|state| !state.here && !state.there)
            .map(|state| state.name.as_str())
            .collect();
        if !missing.is_empty() {
            return Err(failure(
                ErrorCode::UnknownSecrets,
                format!("Nobody has given these secrets: {}.", missing.join(", ")),
                "Enter them at the product or provider that they belong to.",
            ));
        }
        let mut last = self.last_published()?;
        self.send_secrets(&client, &states, &mut last).await?;
        let published = client
            .put_config(
                &draft.text,
                Notation::Toml,
                u64::from(request.expect_version),
                request.comment.trim(),
            )
            .await
            .map_err(|error| errors::call(&error))?;
        let version = u32::try_from(published.version).unwrap_or(u32::MAX);
        last.products = draft.ours.product_ids();
        last.providers = draft.ours.provider_ids();
        last.ours = draft.ours.as_text();
        last.version = version;
        self.keep_last_published(&last)?;
        let mut kept = draft.kept;
        kept.published(&draft.after, version);
        self.keep_rules(&kept)?;
        // The frame shows the new version as soon as the gateway serves it.
        if self.gateway_state(Nothing {}).await.is_err() {
            self.changed().await?;
        }
        Ok(Published { version })
    }

    /// Says what becomes of the places that somebody else changed as well.
    pub async fn resolve_merge(&self, request: ResolveMerge) -> Result<Difference, WireError> {
        self.take_in_with(request.their_version, |path| {
            request
                .choices
                .iter()
                .find(|choice| choice.path == path)
                .map(|choice| choice.take)
        })
        .await?;
        self.difference(Nothing {}).await
    }

    /// Forgets what was published: another gateway has seen none of it.
    pub(crate) fn forget_published(&self) -> Result<(), WireError> {
        self.keep_last_published(&LastPublished::default())
    }

    /// What was published last.
    pub(crate) fn last_published(&self) -> Result<LastPublished, WireError> {
        Ok(self
            .workspace
            .preference(LAST)
            .map_err(|error| errors::store(&error))?
            .unwrap_or_default())
    }

    fn keep_last_published(&self, last: &LastPublished) -> Result<(), WireError> {
        self.workspace
            .set_preference(LAST, last)
            .map_err(|error| errors::store(&error))
    }

    async fn draft(&self) -> Result<Draft, WireError> {
        let taken = self.take_in().await?;
        let ours = self.ours()?;
        let last = self.last_published()?;
        let after = over(&taken.before, &taken.kept, &ours, &last);
        let text = to_toml(&after);
        let mut problems = ours.problems();
        problems.extend(
            typed_problems(&taken.kept)
                .into_iter()
                .map(|problem| Problem {
                    path: problem.path,
                    line: None,
                    message: problem.message,
                    hint: problem.hint,
                }),
        );
        let mut expectations = Vec::new();
        match Config::parse(&text, gatewright_config::Format::Toml) {
            Ok(config) => expectations = results(&config, &taken.before),
            Err(found) => problems.extend(
                found
                    .into_iter()
                    .map(|problem| shown_problem(by_id(problem, &after))),
            ),
        }
        problems.extend(
            expectations
                .iter()
                .filter(|result| !result.holds)
                .map(|result| Problem {
                    path: format!("expect: {}", result.name),
                    line: None,
                    message: format!(
                        "expected {}, but the rules say {}",
                        result.expected, result.found
                    ),
                    hint: "Change the rules, or the expectation.".to_owned(),
                }),
        );
        Ok(Draft {
            client: taken.client,
            version: taken.version,
            before: taken.before,
            after,
            kept: taken.kept,
            merge: taken.merge,
            ours,
            problems,
            expectations,
            text,
        })
    }

    /// What is made here.
    pub(crate) fn ours(&self) -> Result<Ours, WireError> {
        let products = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        let providers = self
            .workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        let mut with_secret = BTreeSet::new();
        for provider in &providers {
            if self.has_secret(&names::client_secret(&provider.id))? {
                with_secret.insert(provider.id.clone());
            }
        }
        Ok(Ours::new(&products, &providers, &with_secret))
    }

    fn secret_states(
        &self,
        document: &Document,
        there: Option<&BTreeSet<String>>,
    ) -> Result<Vec<SecretState>, WireError> {
        let titles = self.titles()?;
        gatewright_config::secret_names(document)
            .into_iter()
            .map(|name| {
                Ok(SecretState {
                    purpose: purpose(document, &name, &titles),
                    here: self.has_secret(&name)?,
                    there: there.is_some_and(|there| there.contains(&name)),
                    name,
                })
            })
            .collect()
    }

    /// What products and providers are called here, by id.
    fn titles(&self) -> Result<BTreeMap<String, String>, WireError> {
        let products = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        let providers = self
            .workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        let products = products
            .into_iter()
            .map(|product| (product.id, product.title));
        let providers = providers
            .into_iter()
            .map(|provider| (provider.id, provider.name));
        Ok(products.chain(providers).collect())
    }

    /// Sends secrets that are missing there or were changed here since they were sent.
    async fn send_secrets(
        &self,
        client: &AdminClient,
        states: &[SecretState],
        last: &mut LastPublished,
    ) -> Result<(), WireError> {
        for state in states.iter().filter(|state| state.here) {
            let mark = self
                .workspace
                .secret_mark(&state.name)
                .map_err(|error| errors::store(&error))?;
            let sent = mark.is_some() && last.secrets.get(&state.name) == mark.as_ref();
            if state.there && sent {
                continue;
            }
            let Some(secret) = self.secret(&state.name).await? else {
                continue;
            };
            client
                .put_secret(&state.name, &secret)
                .await
                .map_err(|error| errors::call(&error))?;
            if let Some(mark) = mark {
                last.secrets.insert(state.name.clone(), mark);
                // What was sent is not sent again, even where the document is refused.
                self.keep_last_published(last)?;
            }
        }
        Ok(())
    }
}

/// The names of the secrets there; none where this role may not see them.
async fn secrets_there(client: &AdminClient) -> Result<Option<BTreeSet<String>>, WireError> {
    match client.secrets().await {
        Ok(list) => Ok(Some(
            list.secrets.into_iter().map(|secret| secret.name).collect(),
        )),
        Err(CallError::Forbidden) => Ok(None),
        Err(error) => Err(errors::call(&error)),
    }
}

/// Runs the tests of the rules.
fn results(config: &Config, before: &Document) -> Vec<ExpectationResult> {
    run_expectations(config)
        .into_iter()
        .zip(&config.document().expect)
        .map(|(result, raw)| ExpectationResult {
            request: format!("{} {}", raw.product, raw.request),
            user: result.user.unwrap_or_default(),
            name: result.name,
            expected: result.expected,
            found: result.found,
            holds: result.holds,
            new: !before.expect.contains(raw),
            decided: spoken(&result.trace).pop().unwrap_or_default(),
        })
        .collect()
}

/// Who published a version, and when: "anna, 17 Nov 2026"; and what they said of it.
async fn published_by(client: &AdminClient, version: u32) -> (String, String) {
    let Ok(found) = client.version(u64::from(version)).await else {
        return (String::new(), String::new());
    };
    let at = found.info.published_at;
    let month = at.month().to_string();
    (
        format!(
            "{}, {} {} {}",
            found.info.by,
            at.day(),
            &month[..3],
            at.year()
        ),
        found.info.comment,
    )
}
