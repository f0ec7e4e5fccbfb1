//! Users and groups as a product's own directory has them.

mod groups;
mod look_up;
mod people;
mod refusal;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gatewright_http::{Client, Request, Response};
use gatewright_secret::SecretString;
use http::Method;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use url::Url;

use crate::acting::signed;
use crate::answer::Answer;
use crate::oauth1::{Oauth1Signer, append_requestor};
use crate::product::{ProductKind, below};

pub use groups::{Group, GroupList, MemberCount, MemberList};
pub use people::{Match, MatchedBy};
pub use refusal::DirectoryError;

/// How long nothing is sent after the product refused the account: every further failure of a
/// password brings its lock-out nearer.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_mins(15);

/// The account that looks users up.
#[derive(Clone)]
pub enum DirectoryAccount {
    /// Name and password.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// An access token of the product.
    Token(SecretString),
    /// The application link, as this user.
    OAuth1As {
        /// The key of the link.
        signer: Oauth1Signer,
        /// The user.
        user: String,
        /// The clock that signatures are made by.
        clock: Arc<dyn Fn() -> OffsetDateTime + Send + Sync>,
    },
}

impl fmt::Debug for DirectoryAccount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic { user, .. } => write!(formatter, "Basic({user})"),
            Self::Token(_) => formatter.write_str("Token"),
            Self::OAuth1As { user, .. } => write!(formatter, "OAuth1As({user})"),
        }
    }
}

/// A user as the product has them; the names are the product's own spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to sign in with.
    pub name: String,
    /// What stays when the name changes: Jira's key, Confluence's user key, Bitbucket's number.
    pub key: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The e-mail address, where the product tells it.
    pub email: Option<String>,
    /// Whether the user may sign in.
    pub active: bool,
    /// Whether the user was deleted and only left traces.
    pub deleted: bool,
    /// Bitbucket's name of the user in paths.
    pub slug: Option<String>,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "found")]
pub enum Lookup {
    /// One active user.
    Found(User),
    /// One user, who may not sign in.
    Inactive(User),
    /// One user, who was deleted.
    Deleted(User),
    /// No user.
    NotFound,
    /// Several users.
    Ambiguous {
        /// All of them.
        users: Vec<User>,
    },
}

/// A product's directory. Cloning is cheap; clones share the pause after a refusal.
#[derive(Clone)]
pub struct Directory {
    kind: ProductKind,
    base_url: Url,
    account: DirectoryAccount,
    client: Client,
    state: Arc<State>,
}

/// What is known of the account.
#[derive(Default)]
struct State {
    refused: Mutex<Option<(Instant, DirectoryError)>>,
    /// Whether the product accepted the account since it was last refused.
    accepted: AtomicBool,
    /// Held by the one who tries a password that was not accepted yet: ten at once would be ten
    /// failures.
    first: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Directory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Directory")
            .field("kind", &self.kind)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl Directory {
    /// The directory of a product, asked with an account.
    pub fn new(
        kind: ProductKind,
        base_url: Url,
        account: DirectoryAccount,
        client: Client,
    ) -> Self {
        Self {
            kind,
            base_url,
            account,
            client,
            state: Arc::default(),
        }
    }

    /// Forgets a refusal, because the account was mended.
    pub fn try_again(&self) {
        *self
            .state
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whom the product takes the account itself for: the check of the account.
    pub async fn account(&self) -> Result<User, DirectoryError> {
        look_up::account(self).await
    }

    /// One user by their name, in any case.
    pub async fn user_by_name(&self, name: &str) -> Result<Lookup, DirectoryError> {
        if name.trim().is_empty() {
            return Ok(Lookup::NotFound);
        }
        look_up::by_name(self, name).await
    }

    /// The users with exactly this e-mail address, in any case; an active one goes before others.
    pub async fn users_by_email(&self, email: &str) -> Result<Lookup, DirectoryError> {
        if !email.contains('@') {
            return Ok(Lookup::NotFound);
        }
        look_up::by_email(self, email).await
    }

    /// The names of all groups of a user.
    pub async fn groups_of(&self, user: &User) -> Result<Vec<String>, DirectoryError> {
        look_up::groups(self, user).await
    }

    /// Everybody whom a text could mean: by name, key, slug or e-mail address exactly, else by a
    /// part of the name for people. At most `limit`, the surest first.
    pub async fn find(&self, text: &str, limit: usize) -> Result<Vec<Match>, DirectoryError> {
        people::find(self, text.trim(), limit).await
    }

    /// The groups whose name has this text, in any case, with how many members each has.
    ///
    /// An empty text is every group. At most `limit`, and never more than a hundred.
    pub async fn groups(&self, search: &str, limit: usize) -> Result<GroupList, DirectoryError> {
        groups::groups(self, search.trim(), limit).await
    }

    /// The members of a group; `None` when there is no such group. At most `limit`.
    pub async fn members(
        &self,
        group: &str,
        limit: usize,
    ) -> Result<Option<MemberList>, DirectoryError> {
        groups::members(self, group, limit).await
    }

    /// Asks for a path; 404 is an answer, any other refusal is an error.
    async fn ask(&self, path: &str) -> Result<Option<Value>, DirectoryError> {
        read(&self.send(path).await?)
    }

    /// Whom the header of an answer names.
    async fn named_by(&self, path: &str) -> Result<Option<String>, DirectoryError> {
        let response = self.send(path).await?;
        read(&response)?;
        Ok(Answer::new(&response)
            .header_identity()
            .named()
            .map(|named| named.user.clone()))
    }

    async fn send(&self, path: &str) -> Result<Response, DirectoryError> {
        let may_lock = matches!(self.account, DirectoryAccount::Basic { .. })
            && !self.state.accepted.load(Ordering::Acquire);
        let _turn = if may_lock {
            Some(self.state.first.lock().await)
        } else {
            None
        };
        if let Some(error) = self.paused() {
            return Err(error);
        }
        let request = self
            .authorised(Request::get(below(&self.base_url, path)))
            .await?;
        let sent = self
            .client
            .send(request.named("directory").accept_json())
            .await;
        let response = sent.map_err(DirectoryError::Unreachable)?;
        let Some(error) = refusal::refusal(self.kind, &Answer::new(&response)) else {
            self.state.accepted.store(true, Ordering::Release);
            return Ok(response);
        };
        if error.stops() {
            self.pause(&error);
        }
        Err(error)
    }

    async fn authorised(&self, request: Request) -> Result<Request, DirectoryError> {
        match &self.account {
            DirectoryAccount::Basic { user, password } => Ok(request.basic(user, password)),
            DirectoryAccount::Token(token) => Ok(request.bearer(token)),
            DirectoryAccount::OAuth1As {
                signer,
                user,
                clock,
            } => {
                let url = append_requestor(&request.url, user);
                let header = signed(signer, &Method::GET, &url, clock())
                    .await
                    .map_err(DirectoryError::NotSigned)?;
                Ok(Request::get(url).header(AUTHORIZATION, header))
            }
        }
    }

    fn paused(&self) -> Option<DirectoryError> {
        let refused = self
            .state
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (since, error) = refused.as_ref()?;
        (since.elapsed() < PAUSE_AFTER_REFUSAL).then(|| error.clone())
    }

    /// Only a password can lock an account; tokens and signatures may be tried at any time.
    fn pause(&self, error: &DirectoryError) {
        self.state.accepted.store(false, Ordering::Release);
        if matches!(self.account, DirectoryAccount::Basic { .. }) {
            let mut refused = self
                .state
                .refused
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *refused = Some((Instant::now(), error.clone()));
        }
    }
}

fn read(response: &Response) -> Result<Option<Value>, DirectoryError> {
    let answer = Answer::new(response);
    match (answer.status(), answer.json()) {
        (404, Some(_)) => Ok(None),
        // A page is not "no such user": the base URL is wrong.
        (404, None) => Err(DirectoryError::UnexpectedAnswer {
            status: 404,
            detail: "there is no REST API at this URL".to_owned(),
        }),
        (_, Some(body)) => Ok(Some(body.clone())),
        (_, None) => Err(refusal::unexpected(&answer)),
    }
}

#[cfg(test)]
mod tests;
