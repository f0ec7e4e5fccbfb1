//! Jira, Confluence and Bitbucket Data Center, as far as their authentication goes.

mod account;
mod administration;
mod authentication;
mod bitbucket;
mod confluence;
mod git;
mod jira;
mod oauth1;
mod refusal;
mod session;
mod shared;
mod tokens;
mod xsrf;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;
use time::OffsetDateTime;

use crate::git::GitCall;
use crate::reply::Reply;
use crate::request::Incoming;
use crate::scenario::Scenario;
use account::Account;
use administration::{BasicBlock, HeaderAuthenticator};
use authentication::Caller;
use bitbucket::Scm;
use oauth1::ApplicationLink;
use tokens::AccessToken;

/// The consumer key of the application link that is there from the start.
pub(crate) const CONSUMER_KEY: &str = "gatewright";
/// How many lines of the access log are kept.
const LOG_LINES: usize = 10_000;
/// What stays as it is in a percent-encoded header value.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Jira,
    Confluence,
    Bitbucket,
}

impl Kind {
    fn path(self) -> &'static str {
        match self {
            Self::Jira => "/jira",
            Self::Confluence => "/confluence",
            Self::Bitbucket => "/bitbucket",
        }
    }
}

/// One line of the product's own log.
#[derive(Serialize)]
struct LogLine {
    /// The user's name; null for nobody.
    user: Option<String>,
    /// How the user was recognised.
    authentication: &'static str,
    method: String,
    /// The path as it came, context path included, without the query.
    path: String,
    status: u16,
    user_agent: Option<String>,
}

/// What is the same in all three.
struct Site {
    kind: Kind,
    /// The origin of the base URL.
    origin: String,
    base_url: String,
    accounts: Vec<Account>,
    tokens: Vec<AccessToken>,
    links: BTreeMap<String, ApplicationLink>,
    basic_block: BasicBlock,
    header_authenticator: HeaderAuthenticator,
    scenario: Scenario,
    /// The values of access tokens that were revoked.
    revoked: Vec<String>,
    /// What Git LFS keeps; only Bitbucket has any.
    objects: bitbucket::Objects,
    /// Whose sessions the cookies are.
    sessions: BTreeMap<String, String>,
    log: VecDeque<LogLine>,
    issued: u64,
}

/// What a request comes to.
pub(crate) enum Outcome {
    /// An answer.
    Reply(Reply),
    /// Git has to be run for it.
    Git(GitCall),
}

enum Content {
    Jira(jira::Projects),
    Confluence(confluence::Spaces),
    Bitbucket(bitbucket::Projects),
}

/// One product with its people, its settings and its content.
pub(crate) struct Product {
    site: Site,
    content: Content,
}

impl Product {
    pub(crate) fn new(kind: Kind, origin: &str, service_password: &str, public_pem: &str) -> Self {
        let mut links = BTreeMap::new();
        if let Some(link) = ApplicationLink::new(public_pem) {
            links.insert(CONSUMER_KEY.to_owned(), link);
        }
        let content = match kind {
            Kind::Jira => Content::Jira(jira::Projects::new()),
            Kind::Confluence => Content::Confluence(confluence::Spaces::new()),
            Kind::Bitbucket => Content::Bitbucket(bitbucket::Projects::new()),
        };
        let site = Site {
            kind,
            origin: origin.to_owned(),
            base_url: format!("{origin}{}", kind.path()),
            accounts: account::directory(kind, service_password),
            tokens: Vec::new(),
            links,
            basic_block: BasicBlock::default(),
            header_authenticator: HeaderAuthenticator::default(),
            scenario: Scenario::default(),
            revoked: Vec::new(),
            objects: bitbucket::Objects::default(),
            sessions: BTreeMap::new(),
            log: VecDeque::new(),
            issued: 0,
        };
        Self { site, content }
    }

    pub(crate) fn context_path(&self) -> &'static str {
        self.site.kind.path()
    }

    /// The answer, and how long it is held back.
    pub(crate) fn answer(
        &mut self,
        incoming: &Incoming,
        segments: &[String],
        now: OffsetDateTime,
    ) -> (Outcome, Duration) {
        let (reply, delay) = match self.git(incoming, segments, now) {
            Some(Scm::Git(call)) => return (Outcome::Git(call), self.site.scenario.delay()),
            Some(Scm::Reply(reply)) => (reply, self.site.scenario.delay()),
            None => self.reply(incoming, segments, now),
        };
        (Outcome::Reply(reply), delay)
    }

    fn reply(
        &mut self,
        incoming: &Incoming,
        segments: &[String],
        now: OffsetDateTime,
    ) -> (Reply, Duration) {
        let mut path: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let ["rest", "sandbox", "1.0", rest @ ..] = path.as_slice() {
            return (self.site.administer(rest, incoming, now), Duration::ZERO);
        }
        let delay = self.site.scenario.delay();
        let real = now;
        let now = self.site.scenario.time(real);
        if let Some(reply) = self.site.in_place(incoming, &path) {
            self.site.record(incoming, &Caller::nobody(), reply.status);
            return (self.site.scenario.spoilt(reply, real), delay);
        }
        // A format suffix is part of the resource's name for nobody but the router.
        if let ["rest", .., last] = path.as_mut_slice() {
            *last = last.strip_suffix(".json").unwrap_or(last);
        }
        let (caller, reply) = match self.site.authenticate(incoming, &path, now) {
            Ok(caller) => {
                let caller = self.site.mixed_up(caller);
                let reply = self.handle(&caller, incoming, &path, now);
                (caller, reply)
            }
            Err(refused) => *refused,
        };
        let reply = self.site.stamp(reply, &caller);
        self.site.record(incoming, &caller, reply.status);
        (self.site.scenario.spoilt(reply, real), delay)
    }

    fn handle(
        &mut self,
        caller: &Caller,
        incoming: &Incoming,
        path: &[&str],
        now: OffsetDateTime,
    ) -> Reply {
        if self.site.scenario.server_error && path.first() == Some(&"rest") {
            return self.site.internal_error();
        }
        if let Some(refusal) = self.site.cross_site(incoming, path) {
            return refusal;
        }
        if let Some(reply) = self.site.shared(caller, incoming, path, now) {
            return reply;
        }
        if path.first() == Some(&"rest")
            && let Some(refusal) = self.site.may_use(caller)
        {
            return refusal;
        }
        let answered = match &mut self.content {
            Content::Jira(projects) => {
                jira::answer(&mut self.site, projects, caller, incoming, path, now)
            }
            Content::Confluence(spaces) => {
                confluence::answer(&mut self.site, spaces, caller, incoming, path, now)
            }
            Content::Bitbucket(projects) => {
                bitbucket::answer(&mut self.site, projects, caller, incoming, path, now)
            }
        };
        answered.unwrap_or_else(|| self.site.not_found(incoming, path))
    }
}

impl Site {
    /// The answer that something else gives in this product's place, if there is one.
    fn in_place(&self, incoming: &Incoming, path: &[&str]) -> Option<Reply> {
        if self.scenario.starting && path == ["status"] {
            let state = json!({ "state": "STARTING" });
            return Some(Reply::json(StatusCode::SERVICE_UNAVAILABLE, &state));
        }
        if self.scenario.basic_off_silently && incoming.authorization("Basic").is_some() {
            return Some(Reply::empty(StatusCode::FORBIDDEN));
        }
        self.scenario.instead()
    }

    /// Somebody else, where the sandbox is told to mix people up.
    fn mixed_up(&self, caller: Caller) -> Caller {
        let other = self
            .scenario
            .answers_as
            .as_deref()
            .filter(|_| caller.account.is_some())
            .and_then(|name| self.account(name));
        match other {
            Some(account) => Caller {
                account: Some(account.clone()),
                ..caller
            },
            None => caller,
        }
    }

    /// The headers that every answer of the product carries.
    fn stamp(&self, reply: Reply, caller: &Caller) -> Reply {
        let mut reply = reply.header("x-content-type-options", "nosniff");
        if reply.status == StatusCode::UNAUTHORIZED
            && !reply.headers.contains_key("www-authenticate")
        {
            let challenge = match self.kind {
                Kind::Jira | Kind::Confluence => format!("OAuth realm=\"{}\"", self.realm()),
                Kind::Bitbucket => "Basic realm=\"Atlassian Bitbucket\"".to_owned(),
            };
            reply = reply.header("www-authenticate", &challenge);
        }
        match (self.kind, &caller.account) {
            (_, Some(account)) => reply = reply.header("x-ausername", &encoded(&account.name)),
            // Bitbucket names nobody by silence.
            (Kind::Bitbucket, None) => {}
            (Kind::Jira | Kind::Confluence, None) => {
                reply = reply.header("x-ausername", "anonymous");
            }
        }
        match self.kind {
            Kind::Bitbucket => {
                if let Some(account) = &caller.account {
                    reply = reply.header("x-auserid", &account.id.to_string());
                }
                reply = reply.header("x-arequestid", "@SANDBOX1x1x1x0");
            }
            Kind::Jira | Kind::Confluence => {
                if let Some(reason) = caller.login_reason {
                    reply = reply.header("x-seraph-loginreason", reason);
                }
                reply = reply.header("x-arequestid", "1x1x1");
            }
        }
        if caller.account.is_some() && reply.status != StatusCode::TOO_MANY_REQUESTS {
            reply = rate_headers(reply, "99", "0");
        }
        if self.scenario.hides_user || caller.unnamed {
            reply.headers.remove("x-ausername");
        }
        reply
    }

    /// The base URL as it stands in a challenge.
    fn realm(&self) -> String {
        encoded(&self.base_url)
    }

    fn record(&mut self, incoming: &Incoming, caller: &Caller, status: StatusCode) {
        if self.log.len() == LOG_LINES {
            self.log.pop_front();
        }
        self.log.push_back(LogLine {
            user: caller.account.as_ref().map(|account| account.name.clone()),
            authentication: caller.how.name(),
            method: incoming.method.to_string(),
            path: incoming.raw_path.clone(),
            status: status.as_u16(),
            user_agent: incoming.header("user-agent").map(str::to_owned),
        });
    }

    /// The account of that name; directories do not look at the case.
    fn account(&self, name: &str) -> Option<&Account> {
        let name = name.to_lowercase();
        self.accounts
            .iter()
            .find(|account| account.name.to_lowercase() == name && !account.deleted)
    }

    fn next_id(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn rate_headers(reply: Reply, remaining: &str, retry_after: &str) -> Reply {
    reply
        .header("x-ratelimit-limit", "100")
        .header("x-ratelimit-remaining", remaining)
        .header("x-ratelimit-interval-seconds", "1")
        .header("x-ratelimit-fillrate", "100")
        .header("retry-after", retry_after)
}
