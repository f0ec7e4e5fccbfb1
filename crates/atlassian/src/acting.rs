//! Acting as a user, tried out: once with a real name and once with one that nobody has.

mod problem;
mod trial;

use gatewright_http::{Client, Request, Response};
use gatewright_secret::SecretString;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Method};
use rand::RngCore;
use time::OffsetDateTime;
use url::Url;

use crate::answer::{Answer, Identity, USER_HEADER, same_user};
use crate::oauth1::{Oauth1Signer, SignError, append_requestor, nonce};
use crate::product::{ProductKind, below};
use crate::verdict::Evidence;

pub(crate) use problem::oauth_problem_words;
pub use trial::{Trap, Trial, TrialOutcome, TrialRow};

/// How the gateway acts as a user in a product, as far as it can be tried without the user.
#[derive(Debug, Clone)]
pub enum ActAs {
    /// An OAuth 1.0a application link with impersonation.
    OAuth1 {
        /// The key of the link.
        signer: Oauth1Signer,
    },
    /// A header that an authenticator in the product trusts.
    Header {
        /// Its name.
        name: HeaderName,
    },
    /// One account for all.
    Service {
        /// Its access token.
        token: SecretString,
    },
}

/// Tries to act as a user and as somebody who does not exist.
pub async fn try_as_user(
    client: &Client,
    kind: ProductKind,
    base_url: &Url,
    act_as: &ActAs,
    user: &str,
    now: OffsetDateTime,
) -> Trial {
    let attempt = Attempt {
        client,
        kind,
        base_url,
        act_as,
        now,
    };
    let real = attempt.row(user, "a real user").await;
    let mut unknown = attempt.row(&unlikely_name(), "does not exist").await;
    let trap = match &unknown.outcome {
        TrialOutcome::AnswersAsNobody => Trap::RunsAsNobody,
        TrialOutcome::AnswersAs { user } | TrialOutcome::AnswersAsAnother { user } => {
            Trap::RunsAs { user: user.clone() }
        }
        // A refusal of the signature itself says nothing about the name.
        TrialOutcome::Refused { .. } if matches!(real.outcome, TrialOutcome::Refused { .. }) => {
            Trap::NotShown
        }
        TrialOutcome::Refused { .. } => Trap::Refused,
        TrialOutcome::Unreachable | TrialOutcome::Unexpected => Trap::NotShown,
    };
    let impersonates = matches!(real.outcome, TrialOutcome::AnswersAs { .. })
        && matches!(trap, Trap::RunsAsNobody | Trap::Refused);
    let (message, hint) = summary(kind, act_as, &real, &trap);
    if impersonates && trap == Trap::RunsAsNobody {
        // Nothing is to be mended there: this is how the products are.
        unknown.message = format!("{kind} let the name that nobody has in, as nobody.");
        unknown.hint = String::new();
    }
    Trial {
        real,
        unknown,
        trap,
        impersonates,
        message,
        hint,
    }
}

fn summary(kind: ProductKind, act_as: &ActAs, real: &TrialRow, trap: &Trap) -> (String, String) {
    if !matches!(real.outcome, TrialOutcome::AnswersAs { .. }) {
        if let (ActAs::Service { .. }, TrialOutcome::AnswersAsAnother { user }) =
            (act_as, &real.outcome)
        {
            return (
                format!("{kind} sees one account for all: {user}."),
                format!(
                    "Every person has the rights of {user} there, and {kind}'s log names nobody else. The gateway alone decides who may."
                ),
            );
        }
        return (real.message.clone(), real.hint.clone());
    }
    match trap {
        Trap::RunsAsNobody => (
            format!("{kind} lets an unknown name in as nobody; the gateway refuses it before {kind} is asked."),
            String::new(),
        ),
        Trap::Refused => (format!("{kind} acts as the user, and refuses a name that it does not know."), String::new()),
        Trap::RunsAs { user } => (
            format!("{kind} runs a name that it does not know as {user}."),
            match act_as {
                ActAs::OAuth1 { .. } => format!("Untick Execute as {user} in the application link, or give it to an account without any right."),
                ActAs::Header { .. } => "The authenticator in the product creates or substitutes users: switch that off.".to_owned(),
                ActAs::Service { .. } => format!("This is what one account for all means: everybody is {user}."),
            },
        ),
        Trap::NotShown => (
            format!("{kind} acts as the user; what it does with an unknown name was not shown."),
            "Try again.".to_owned(),
        ),
    }
}

struct Attempt<'a> {
    client: &'a Client,
    kind: ProductKind,
    base_url: &'a Url,
    act_as: &'a ActAs,
    now: OffsetDateTime,
}

impl Attempt<'_> {
    async fn row(&self, user: &str, note: &str) -> TrialRow {
        let first = self.ask(user, note, self.kind.who_am_i()).await;
        let silent_refusal = first.outcome
            == (TrialOutcome::Refused {
                oauth_problem: None,
            });
        // Jira's who-am-I refuses nobody with the same 401 as a link that may not impersonate:
        // a public path tells whether the signature was accepted.
        if silent_refusal && self.kind == ProductKind::Jira {
            let second = self.ask(user, note, crate::jira::request::PROPERTIES).await;
            if second.outcome == TrialOutcome::AnswersAsNobody {
                return second;
            }
        }
        first
    }

    async fn ask(&self, user: &str, note: &str, path: &str) -> TrialRow {
        let started = std::time::Instant::now();
        let mut row = TrialRow {
            sent_as: user.to_owned(),
            note: note.to_owned(),
            outcome: TrialOutcome::Unreachable,
            status: None,
            user_header: None,
            endpoint: path.to_owned(),
            message: String::new(),
            hint: String::new(),
            evidence: Vec::new(),
            milliseconds: 0,
        };
        let request = match self.request(user, path).await {
            Ok(request) => request,
            Err(error) => {
                row.message = format!("Nothing was sent: {error}.");
                row.hint = "Check the user name and the key.".into();
                return row;
            }
        };
        let sent = self.client.send(request).await;
        row.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match sent {
            Ok(response) => self.read(&mut row, user, path, &response),
            Err(error) => {
                row.message = format!("{} was not reached: {error}.", self.kind);
                row.hint = error.hint();
            }
        }
        row
    }

    async fn request(&self, user: &str, path: &str) -> Result<Request, SignError> {
        let url = below(self.base_url, path);
        let request = |url| Request::get(url).named("try as user").accept_json();
        match self.act_as {
            ActAs::OAuth1 { signer } => {
                let url = append_requestor(&url, user);
                let header = signed(signer, &Method::GET, &url, self.now).await?;
                Ok(request(url).header(AUTHORIZATION, header))
            }
            ActAs::Header { name } => {
                let value = HeaderValue::from_bytes(user.as_bytes()).map_err(|_| {
                    SignError::ForeignParameter {
                        name: "a user name that no header carries".to_owned(),
                    }
                })?;
                Ok(request(url).header(name.clone(), value))
            }
            ActAs::Service { token } => Ok(request(url).bearer(token)),
        }
    }

    fn read(&self, row: &mut TrialRow, user: &str, path: &str, response: &Response) {
        let answer = Answer::new(response);
        let kind = self.kind;
        let status = answer.status();
        let identity = if path == kind.who_am_i() && answer.succeeded() {
            crate::diagnosis::identity(kind, &answer)
        } else {
            answer.header_identity()
        };
        let problem = answer.oauth_problem();
        row.status = Some(status);
        row.user_header = answer.user_header();
        row.evidence = evidence(&answer, problem.as_deref());
        if let Some(problem) = problem.filter(|_| !answer.succeeded()) {
            let words = oauth_problem_words(&problem, self.base_url, &answer, self.now);
            row.message = format!("{kind} refused the signature: {}", words.sentence);
            row.hint = words.hint;
            row.outcome = TrialOutcome::Refused {
                oauth_problem: Some(problem),
            };
            return;
        }
        if response.is_web_page() || response.status.is_redirection() || status >= 500 {
            row.message = format!(
                "{kind} answered {}, which tells nothing about the user.",
                answer.status_line()
            );
            row.hint = format!("Check the base URL, and that {kind} is up.");
            row.outcome = TrialOutcome::Unexpected;
            return;
        }
        match identity {
            Identity::Named(named) if same_user(&named.user, user) && answer.succeeded() => {
                row.message = match named.display_name {
                    Some(name) => format!("{kind} answered as {} ({name}).", named.user),
                    None => format!("{kind} answered as {}.", named.user),
                };
                row.outcome = TrialOutcome::AnswersAs { user: named.user };
            }
            Identity::Named(named) if answer.succeeded() => {
                row.message = format!("{kind} answered as {}, not as {user}.", named.user);
                row.hint = self.other_user_hint().into();
                row.outcome = TrialOutcome::AnswersAsAnother { user: named.user };
            }
            // Confluence refuses nobody with 403 where anonymous access is off.
            Identity::Nobody | Identity::Unsaid
                if answer.succeeded() || (status == 403 && kind == ProductKind::Confluence) =>
            {
                self.nobody(row, user, status);
            }
            Identity::Named(named) => {
                row.message = format!("{kind} knows {}, who may not use it.", named.user);
                row.hint = format!(
                    "The way to act as a user works. Give {} access to {kind}.",
                    named.user
                );
                row.outcome = TrialOutcome::Refused {
                    oauth_problem: None,
                };
            }
            Identity::Nobody | Identity::Unsaid => {
                let words = answer
                    .words()
                    .map(|words| format!(": “{words}”"))
                    .unwrap_or_default();
                row.message = format!("{kind} refused with {status}{words}.");
                row.hint = self.refusal_hint().into();
                row.outcome = TrialOutcome::Refused {
                    oauth_problem: None,
                };
            }
        }
    }

    fn nobody(&self, row: &mut TrialRow, user: &str, status: u16) {
        let kind = self.kind;
        row.message = format!(
            "{kind} let the request in with {status}, but as nobody: it knows no user {user}, or did not look at the name."
        );
        row.hint = match self.act_as {
            ActAs::OAuth1 { .. } => "Tick “Allow user impersonation through 2-Legged OAuth” in the application link, and check the name.",
            ActAs::Header { .. } => "Check that the authenticator is installed in the product and reads this header.",
            ActAs::Service { .. } => "The service account's token has ended or was revoked: make a new one.",
        }
        .into();
        row.outcome = TrialOutcome::AnswersAsNobody;
    }

    fn other_user_hint(&self) -> &'static str {
        match self.act_as {
            ActAs::OAuth1 { .. } => {
                "The link runs as its Execute-as user: tick “Allow user impersonation through 2-Legged OAuth”."
            }
            ActAs::Header { .. } => "Another authenticator or a session decided who the user is.",
            ActAs::Service { .. } => "One account for all acts as itself, whoever is named.",
        }
    }

    fn refusal_hint(&self) -> &'static str {
        match self.act_as {
            ActAs::OAuth1 { .. } => {
                "Check in the application link that both boxes are ticked, and that the user may sign in to the product."
            }
            ActAs::Header { .. } => {
                "Check that the authenticator is installed, and that it trusts the address that this came from."
            }
            ActAs::Service { .. } => "Make a new access token for the service account.",
        }
    }
}

/// Signs off the reactor: a signature keeps a core busy for milliseconds.
pub(crate) async fn signed(
    signer: &Oauth1Signer,
    method: &Method,
    url: &Url,
    now: OffsetDateTime,
) -> Result<HeaderValue, SignError> {
    let (signer, method, url) = (signer.clone(), method.clone(), url.clone());
    tokio::task::spawn_blocking(move || signer.sign(&method, &url, None, now, &nonce()))
        .await
        .map_err(|_| SignError::Key)?
}

fn evidence(answer: &Answer<'_>, problem: Option<&str>) -> Vec<Evidence> {
    let row = |name: &str, value: String, bad| Evidence {
        name: name.to_owned(),
        value,
        bad,
    };
    let mut rows = vec![row("status", answer.status_line(), !answer.succeeded())];
    let user = answer.user_header();
    let bad = answer.header_identity() == Identity::Nobody;
    rows.push(row(
        USER_HEADER,
        user.unwrap_or_else(|| "not sent".to_owned()),
        bad,
    ));
    if let Some(problem) = problem {
        rows.push(row("oauth_problem", problem.to_owned(), true));
    }
    if let Some(realm) = answer.realm() {
        rows.push(row("realm", realm, false));
    }
    rows
}

/// A name that no directory has.
fn unlikely_name() -> String {
    let mut bytes = [0_u8; 4];
    rand::rng().fill_bytes(&mut bytes);
    format!("nobody-{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests;
