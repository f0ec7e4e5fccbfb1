//! Who a request is from: the filters in front of every resource, in the order of the real products.

use http::StatusCode;
use time::OffsetDateTime;

use super::account::Account;
use super::oauth1::Recognised;
use super::refusal::{bitbucket_error, incorrect_password};
use super::{Kind, Site, encoded};
use crate::html;
use crate::reply::Reply;
use crate::request::Incoming;

/// How a caller was recognised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Nothing,
    Password,
    Token,
    Oauth1,
    Header,
    Session,
}

impl How {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Password => "basic",
            Self::Token => "token",
            Self::Oauth1 => "oauth1",
            Self::Header => "header",
            Self::Session => "session",
        }
    }
}

/// Who a request runs as; no account is nobody, whom the products call anonymous.
pub(super) struct Caller {
    pub(super) account: Option<Account>,
    pub(super) how: How,
    pub(super) login_reason: Option<&'static str>,
    /// Whether the answer says nothing about the caller.
    pub(super) unnamed: bool,
}

impl Caller {
    pub(super) fn nobody() -> Self {
        Self {
            account: None,
            how: How::Nothing,
            login_reason: None,
            unnamed: false,
        }
    }

    /// Nobody, of whom the product says nothing: the token was known and its user is not named.
    fn nobody_silently() -> Self {
        Self {
            unnamed: true,
            ..Self::nobody()
        }
    }

    fn nobody_because(reason: &'static str) -> Self {
        Self {
            login_reason: Some(reason),
            ..Self::nobody()
        }
    }

    fn somebody(account: &Account, how: How) -> Self {
        Self {
            account: Some(account.clone()),
            how,
            login_reason: Some("OK"),
            unnamed: false,
        }
    }

    pub(super) fn is_administrator(&self) -> bool {
        self.account
            .as_ref()
            .is_some_and(|account| account.administrator)
    }

    /// The user's name; empty for nobody.
    pub(super) fn name(&self) -> &str {
        self.account
            .as_ref()
            .map_or("", |account| account.name.as_str())
    }
}

/// A refusal before any resource was looked at.
type Refused = Box<(Caller, Reply)>;

/// How many wrong passwords bring the CAPTCHA.
const FAILURES: u32 = 3;

const DENIED: &str = "AUTHENTICATION_DENIED";
const FAILED: &str = "AUTHENTICATED_FAILED";
const NOT_AUTHORISED: &str = "AUTHORISATION_FAILED";

impl Site {
    /// Recognises the caller, or refuses.
    pub(super) fn authenticate(
        &mut self,
        incoming: &Incoming,
        path: &[&str],
        now: OffsetDateTime,
    ) -> Result<Caller, Refused> {
        if self.scenario.rate_limited && path.first() == Some(&"rest") {
            let reply = Reply::empty(StatusCode::TOO_MANY_REQUESTS);
            return Err(Box::new((
                Caller::nobody(),
                super::rate_headers(reply, "0", "5"),
            )));
        }
        if let Some(caller) = self.by_header(incoming) {
            return Ok(caller);
        }
        match self.oauth1(incoming, now) {
            Ok(None) => {}
            Ok(Some(Recognised::User(account))) => {
                return Ok(Caller::somebody(&account, How::Oauth1));
            }
            // The signature was right and the name is nobody's: the request goes on as anonymous.
            Ok(Some(Recognised::Nobody)) => {
                return Ok(Caller {
                    how: How::Oauth1,
                    ..Caller::nobody()
                });
            }
            Err(problem) => {
                return Err(Box::new((
                    Caller::nobody(),
                    self.oauth_problem(problem, now),
                )));
            }
        }
        if let Some(caller) = self.by_session(incoming) {
            return Ok(caller);
        }
        if let Some(token) = incoming.authorization("Bearer") {
            if let Some(reply) = self.bearer_refused() {
                return Err(Box::new((Caller::nobody_silently(), reply)));
            }
            return self.by_token(token, None, incoming, now);
        }
        if incoming.authorization("Basic").is_some() {
            let Some((user, password)) = incoming.basic() else {
                return self.failed();
            };
            if self.token(&password, now).is_some() {
                return self.by_token(&password, Some(&user), incoming, now);
            }
            return self.by_password(&user, &password, path);
        }
        let parameters = incoming
            .parameter("os_username")
            .zip(incoming.parameter("os_password"));
        if self.kind != Kind::Bitbucket
            && let Some((user, password)) = parameters
        {
            return self.by_password(user, password, path);
        }
        self.nobody(incoming, path)
    }

    fn by_header(&self, incoming: &Incoming) -> Option<Caller> {
        let option = &self.header_authenticator;
        let name = option
            .enabled
            .then(|| incoming.header(&option.header))
            .flatten()?;
        let account = self.account(name).filter(|account| account.may_sign_in());
        Some(account.map_or_else(Caller::nobody, |account| {
            Caller::somebody(account, How::Header)
        }))
    }

    /// A product access token, alone or as the password of its owner.
    fn by_token(
        &mut self,
        token: &str,
        user: Option<&str>,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Result<Caller, Refused> {
        let owner = self.token(token, now).map(|token| token.owner.clone());
        let account = owner
            .as_deref()
            .and_then(|owner| self.account(owner))
            .filter(|account| account.may_sign_in())
            // A token of a project or a repository goes without a name.
            .filter(|account| {
                user.is_none_or(|user| {
                    user.eq_ignore_ascii_case(&account.name) && account.only.is_none()
                })
            })
            .cloned();
        if let Some(account) = account {
            for known in self.tokens.iter_mut().filter(|known| known.value == token) {
                known.used = Some(now);
            }
            return Ok(Caller::somebody(&account, How::Token));
        }
        if self.scenario.invalid_token_is_anonymous {
            return Ok(Caller::nobody_because(FAILED));
        }
        let reply = self.token_refused(token, incoming);
        Err(Box::new((Caller::nobody_because(FAILED), reply)))
    }

    /// A live session, which goes before whatever the `Authorization` header has.
    fn by_session(&mut self, incoming: &Incoming) -> Option<Caller> {
        let owner = self.session_owner(incoming)?.to_owned();
        let account = self
            .account(&owner)
            .filter(|account| account.may_sign_in())?
            .clone();
        let mut caller = Caller::somebody(&account, How::Session);
        if let Some((user, password)) = incoming.basic() {
            let wrong = self
                .account(&user)
                .is_none_or(|account| account.password != password);
            caller.login_reason = Some(if wrong { DENIED } else { "OK" });
        }
        Some(caller)
    }

    pub(super) fn by_password(
        &mut self,
        user: &str,
        password: &str,
        path: &[&str],
    ) -> Result<Caller, Refused> {
        if self.basic_block.refuses(user, path) {
            let reply = self.basic_disabled();
            return Err(Box::new((Caller::nobody(), reply)));
        }
        let name = user.to_lowercase();
        let found = self
            .accounts
            .iter_mut()
            .find(|account| account.name.to_lowercase() == name && !account.deleted);
        let Some(account) = found else {
            return self.failed();
        };
        // From the third failure on a password is not even tried: a person has to sign in by the browser.
        if account.failures >= FAILURES {
            return Err(Box::new((Caller::nobody_because(DENIED), self.captcha())));
        }
        if account.password != password || !account.active {
            account.failures += 1;
            return self.failed();
        }
        account.failures = 0;
        let account = account.clone();
        if !account.may_use && self.kind == Kind::Jira {
            let reply = basic_failure(StatusCode::FORBIDDEN, NOT_AUTHORISED);
            return Err(Box::new((Caller::nobody_because(NOT_AUTHORISED), reply)));
        }
        Ok(Caller::somebody(&account, How::Password))
    }

    fn failed(&self) -> Result<Caller, Refused> {
        if self.scenario.bad_basic_is_empty {
            let reply = Reply::empty(StatusCode::OK);
            return Err(Box::new((Caller::nobody_because(FAILED), reply)));
        }
        if self.scenario.bad_basic_is_anonymous {
            return Ok(Caller::nobody_because(FAILED));
        }
        let reply = match self.kind {
            Kind::Bitbucket => incorrect_password(),
            Kind::Jira | Kind::Confluence => basic_failure(StatusCode::UNAUTHORIZED, FAILED),
        };
        Err(Box::new((Caller::nobody_because(FAILED), reply)))
    }

    /// No credential at all: still two ways of being refused on `/rest`.
    fn nobody(&self, incoming: &Incoming, path: &[&str]) -> Result<Caller, Refused> {
        if self.kind == Kind::Bitbucket || path.first() != Some(&"rest") {
            return Ok(Caller::nobody());
        }
        if incoming.query("os_authType") == Some("basic") {
            let reply = basic_failure(StatusCode::UNAUTHORIZED, FAILED)
                .header("www-authenticate", "Basic realm=\"protected-area\"");
            return Err(Box::new((Caller::nobody(), reply)));
        }
        let cookies = incoming.header("cookie").unwrap_or_default();
        if cookies
            .split(';')
            .any(|cookie| cookie.trim().starts_with("JSESSIONID="))
        {
            let text = "os_authType was 'any' and an invalid cookie was sent.";
            let reply = html::page(
                StatusCode::UNAUTHORIZED,
                "Server",
                "Unauthorized (401)",
                &format!("<p>{text}</p>"),
            );
            return Err(Box::new((Caller::nobody(), reply)));
        }
        Ok(Caller::nobody())
    }

    pub(super) fn captcha(&self) -> Reply {
        match self.kind {
            Kind::Bitbucket => bitbucket_error(
                StatusCode::UNAUTHORIZED,
                "CAPTCHA required. Your Bitbucket account has been locked. To unlock it and log in again you must \
                 solve a CAPTCHA. This is typically caused by too many attempts to login with an incorrect password. \
                 The account lock prevents your SCM client from accessing Bitbucket and its mirrors until it is \
                 solved, even if you enter your password correctly.",
                "com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException",
            ),
            Kind::Jira | Kind::Confluence => {
                let page = if self.kind == Kind::Jira {
                    "login.jsp"
                } else {
                    "login.action"
                };
                let reason = format!("CAPTCHA_CHALLENGE; login-url={}/{page}", self.base_url);
                basic_failure(StatusCode::FORBIDDEN, DENIED)
                    .header("x-authentication-denied-reason", &reason)
                    .header(
                        "www-authenticate",
                        &format!("OAuth realm=\"{}\"", encoded(&self.base_url)),
                    )
            }
        }
    }
}

fn basic_failure(status: StatusCode, reason: &str) -> Reply {
    let text = format!("<p>Basic Authentication Failure - Reason : {reason}</p>");
    let title = if status == StatusCode::FORBIDDEN {
        "Forbidden (403)"
    } else {
        "Unauthorized (401)"
    };
    html::page(status, "Server", title, &text)
}
