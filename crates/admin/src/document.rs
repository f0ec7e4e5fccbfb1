//! A document as a publish looks at it, before anything changes.

use std::sync::Arc;

use gatewright_admin_api::{DocumentProblem, ExpectationResult, Problem, ProblemCode};
use gatewright_config::{Config, Format, run_expectations};
use gatewright_store::DocumentFormat;

use crate::reply::Refusal;
use crate::secrets::{SecretSource, SecretSourceError, Secrets};

/// A document that was looked at.
pub(crate) enum Candidate {
    /// It is not consistent.
    Invalid(Vec<DocumentProblem>),
    /// It is consistent.
    Consistent {
        config: Arc<Config>,
        secrets: Secrets,
        unknown_secrets: Vec<String>,
        expectations: Vec<ExpectationResult>,
    },
}

/// Why a document is not in force.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It is not valid.
    #[error("the document is not valid")]
    Invalid {
        /// What is wrong with it.
        problems: Vec<DocumentProblem>,
    },
    /// It names secrets that have no value.
    #[error("the document names secrets that are not set: {}", names.join(", "))]
    UnknownSecrets {
        /// Their names.
        names: Vec<String>,
    },
    /// It does not meet its own expectations.
    #[error(
        "the document does not meet its own expectations: {}",
        names_of(expectations)
    )]
    FailedExpectations {
        /// Those that failed.
        expectations: Vec<ExpectationResult>,
    },
    /// The secrets could not be read.
    #[error(transparent)]
    Secrets(#[from] SecretSourceError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] gatewright_store::StoreError),
    /// The task that looked at it ended before it was done.
    #[error("the document could not be looked at")]
    Interrupted,
}

pub(crate) fn examine(
    text: &str,
    format: DocumentFormat,
    source: &SecretSource,
) -> Result<Candidate, ApplyError> {
    let format = match format {
        DocumentFormat::Toml => Format::Toml,
        DocumentFormat::Json => Format::Json,
    };
    let config = match Config::parse(text, format) {
        Ok(config) => config,
        Err(problems) => {
            return Ok(Candidate::Invalid(
                problems.into_iter().map(problem).collect(),
            ));
        }
    };
    let names = config.secret_names();
    let secrets = source.read(&names)?;
    let unknown_secrets = secrets.missing(&names);
    let expectations = run_expectations(&config)
        .into_iter()
        .map(|result| ExpectationResult {
            name: result.name,
            expected: result.expected,
            actual: result.found,
            met: result.holds,
        })
        .collect();
    Ok(Candidate::Consistent {
        config: Arc::new(config),
        secrets,
        unknown_secrets,
        expectations,
    })
}

/// Reads a document without secrets or expectations: what `check` says of a file.
pub fn check(text: &str, format: Format) -> Vec<DocumentProblem> {
    match Config::parse(text, format) {
        Err(problems) => problems.into_iter().map(problem).collect(),
        Ok(config) => run_expectations(&config)
            .into_iter()
            .filter(|result| !result.holds)
            .map(|result| DocumentProblem {
                path: "expect".to_owned(),
                line: None,
                message: format!(
                    "not met: {}: expected {}, found {}",
                    result.name, result.expected, result.found
                ),
                hint: "Change the rules, or the expectation.".to_owned(),
            })
            .collect(),
    }
}

pub(crate) fn problem(problem: gatewright_config::Problem) -> DocumentProblem {
    DocumentProblem {
        path: problem.path,
        line: problem.line,
        message: problem.message,
        hint: problem.hint,
    }
}

fn names_of(expectations: &[ExpectationResult]) -> String {
    let names: Vec<&str> = expectations.iter().map(|one| one.name.as_str()).collect();
    names.join(", ")
}

/// What it takes to run a document, if it can run.
pub(crate) fn usable(candidate: Candidate) -> Result<(Arc<Config>, Secrets), ApplyError> {
    match candidate {
        Candidate::Invalid(problems) => Err(ApplyError::Invalid { problems }),
        Candidate::Consistent {
            config,
            secrets,
            unknown_secrets,
            expectations,
        } => {
            if !unknown_secrets.is_empty() {
                return Err(ApplyError::UnknownSecrets {
                    names: unknown_secrets,
                });
            }
            let failed: Vec<ExpectationResult> =
                expectations.into_iter().filter(|one| !one.met).collect();
            if failed.is_empty() {
                Ok((config, secrets))
            } else {
                Err(ApplyError::FailedExpectations {
                    expectations: failed,
                })
            }
        }
    }
}

fn invalid(problems: Vec<DocumentProblem>) -> Refusal {
    let mut refusal = Problem::new(ProblemCode::InvalidDocument);
    if let Some(first) = problems.first() {
        refusal.detail = first.to_string();
        refusal.hint.clone_from(&first.hint);
    }
    refusal.problems = problems;
    refusal.into()
}

fn unknown(names: Vec<String>) -> Refusal {
    let mut problem = Problem::new(ProblemCode::UnknownSecrets)
        .detail(names.join(", "))
        .hint("Set them first, then publish again.");
    problem.secrets = names;
    problem.into()
}

pub(crate) fn refusal(error: &ApplyError) -> Refusal {
    match error {
        ApplyError::Invalid { problems } => invalid(problems.clone()),
        ApplyError::UnknownSecrets { names } => unknown(names.clone()),
        ApplyError::FailedExpectations { expectations } => {
            let mut problem = Problem::new(ProblemCode::FailedExpectations).hint(
                "Change the rules, or the [[expect]] entries that no longer say what is wanted.",
            );
            problem.expectations.clone_from(expectations);
            problem.into()
        }
        ApplyError::Store(error) | ApplyError::Secrets(SecretSourceError::Store(error)) => {
            Refusal::store(error)
        }
        ApplyError::Secrets(SecretSourceError::File { .. }) => {
            Refusal::internal("the directory of secrets")
        }
        ApplyError::Interrupted => Refusal::internal("a look at a document"),
    }
}
