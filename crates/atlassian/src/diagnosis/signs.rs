//! Signs that decide whatever the status means otherwise.

use time::OffsetDateTime;
use url::Url;

use super::{Asked, Finding};
use crate::answer::{Answer, DENIED_REASON, Identity, LOGIN_REASON};
use crate::credential::Scheme;
use crate::verdict::{Verdict, Whose};

/// A redirect is never followed: where it points tells what is wrong.
pub(super) fn redirect(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    if !answer.response.status.is_redirection() {
        return None;
    }
    let product = asked.product();
    let by = &["status", "Location"];
    let Some(target) = answer
        .header("Location")
        .and_then(|location| asked.base_url.join(location).ok())
    else {
        let message = format!(
            "{product} answered {} and said not where to.",
            answer.status_line()
        );
        return Some(
            Finding::new(
                Verdict::UnexpectedAnswer,
                Whose::ProductAdministrator,
                message,
            )
            .hint(format!("Look at what stands in front of {product}."))
            .by(by),
        );
    };
    let shown = without_query(&target);
    let same_host = target.host() == asked.base_url.host();
    if asks_to_sign_in(&target) {
        let who = if same_host { product } else { "Single sign-on" };
        return Some(
            Finding::new(
                Verdict::LoginPage,
                Whose::ProductAdministrator,
                format!("{who} sent the call to a login page: {shown}."),
            )
            .hint(format!(
                "Whatever stands in front of {product} must let calls of its REST API through without a login page."
            ))
            .by(by),
        );
    }
    if same_host && asked.base_url.scheme() == "http" && target.scheme() == "https" {
        return Some(
            Finding::new(
                Verdict::WrongBasePath,
                Whose::You,
                format!("{product} wants https and sent to {shown}. What was sent went over http, readable on the way."),
            )
            .hint("Write the base URL with https://, and replace a credential that was sent without.")
            .by(by),
        );
    }
    if same_host
        || target
            .path()
            .ends_with(asked.path().split('?').next().unwrap_or_default())
    {
        return Some(
            Finding::new(
                Verdict::WrongBasePath,
                Whose::You,
                format!(
                    "{product} is not at {} and sent to {shown}.",
                    asked.base_url
                ),
            )
            .hint("Correct the base URL: host and path as in the address that was sent.")
            .by(by),
        );
    }
    Some(
        Finding::new(
            Verdict::LoginPage,
            Whose::ProductAdministrator,
            format!("Not {product} answered: the call was sent away to {shown}."),
        )
        .hint(format!(
            "Whatever stands in front of {product} must let calls of its REST API through. If {product} has moved, correct the base URL."
        ))
        .by(by),
    )
}

fn asks_to_sign_in(target: &Url) -> bool {
    let text =
        format!("{}?{}", target.path(), target.query().unwrap_or_default()).to_ascii_lowercase();
    [
        "login",
        "signin",
        "sign-in",
        "sso",
        "saml",
        "/oauth2/",
        "/authorize",
        "/auth/",
        "os_destination",
        "permissionviolation",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

fn without_query(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.to_string()
}

/// 407 is no product's.
pub(super) fn proxy(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    (answer.status() == 407).then(|| {
        Finding::new(
            Verdict::ProxyError,
            Whose::Network,
            format!(
                "A proxy answered 407 before {} was asked: it wants a user name and a password.",
                asked.product()
            ),
        )
        .hint("Enter the proxy's user name and password in the settings.")
        .by(&["status", "Proxy-Authenticate"])
    })
}

/// 429, and the 503 with which some limits answer.
pub(super) fn rate_limit(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    now: OffsetDateTime,
) -> Option<Finding> {
    let limited = answer.status() == 429
        || (answer.status() == 503 && answer.header("X-RateLimit-Remaining") == Some("0"));
    if !limited {
        return None;
    }
    let product = asked.product();
    let wait = answer
        .header("Retry-After")
        .and_then(|value| match value.trim().parse::<u64>() {
            Ok(0) => None,
            Ok(1) => Some("1 second".to_owned()),
            Ok(seconds) => Some(format!("{seconds} seconds")),
            Err(_) => Answer::http_date(value)
                .map(|date| (date - now).whole_seconds())
                .filter(|seconds| *seconds > 0)
                .map(|seconds| format!("{seconds} seconds")),
        });
    let rate = match (
        answer.header("X-RateLimit-FillRate"),
        answer.header("X-RateLimit-Interval-Seconds"),
    ) {
        (Some(rate), Some(interval)) => {
            format!(" It grants {rate} requests every {interval} seconds.")
        }
        (Some(_) | None, Some(_) | None) => String::new(),
    };
    let hint = match wait {
        Some(wait) => format!("Try again in {wait}."),
        None => "Try again in a minute.".to_owned(),
    };
    Some(
        Finding::new(
            Verdict::RateLimited,
            Whose::ProductAdministrator,
            format!(
                "{product} answered {}: too many requests of this user.{rate}",
                answer.status()
            ),
        )
        .hint(hint)
        .by(&["status", "Retry-After", "X-RateLimit-Remaining"]),
    )
}

/// A locked account: nothing that is sent is looked at until the CAPTCHA is solved.
pub(super) fn lock_out(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
) -> Option<Finding> {
    let captcha = answer
        .header(DENIED_REASON)
        .is_some_and(|value| value.contains("CAPTCHA"))
        || answer.exception() == Some("CaptchaRequiredAuthenticationException");
    let denied = answer.login_reason_is("AUTHENTICATION_DENIED");
    if !captcha && !denied {
        return None;
    }
    let product = asked.product();
    let owner = asked.owner();
    let by: &[&str] = &[
        "status",
        DENIED_REASON,
        LOGIN_REASON,
        "exceptionName",
        "message",
    ];
    let place = match answer.captcha_login_url() {
        Some(url) => format!("at {url}"),
        None => format!("at {}", without_query(asked.base_url)),
    };
    let message = match identity.named() {
        Some(named) if answer.succeeded() => format!(
            "{product} did not look at {}: the account is locked. The answer is for {}, whose session came along.",
            asked.credential.noun(),
            named.user
        ),
        Some(_) | None => format!(
            "{product} did not look at {}: after too many failed logins the account is locked until a CAPTCHA is solved.",
            asked.credential.noun()
        ),
    };
    Some(
        Finding::new(Verdict::CaptchaRequired, Whose::TokenOwner, message)
            .hint(format!(
                "{} signs in with a browser {place} and solves the CAPTCHA, or an administrator resets the failed logins. Until then do not try again.",
                capitalised(&owner)
            ))
            .by(by),
    )
}

/// Name and password switched off, by the product or by an app.
pub(super) fn basic_disabled(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    if answer.succeeded() || asked.credential.scheme != Scheme::Basic {
        return None;
    }
    let text = answer.response.text().to_ascii_lowercase();
    let off = [
        "has been disabled",
        "is disabled",
        "not allowed",
        "is not enabled",
    ];
    if !(text.contains("basic auth") && off.iter().any(|sign| text.contains(sign))) {
        return None;
    }
    let words = answer.words().unwrap_or_default();
    Some(
        Finding::new(
            Verdict::BasicDisabled,
            Whose::ProductAdministrator,
            format!("{} takes no names and passwords: “{words}”", asked.product()),
        )
        .hint("Use an access token as Bearer. An administrator can allow single users under System, Authentication methods.")
        .by(&["status", "message"]),
    )
}

/// A page for people in place of data.
pub(super) fn web_page(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    if !answer.response.is_web_page() {
        return None;
    }
    let product = asked.product();
    let title = answer.response.page_title().map_or_else(
        || "without a title".to_owned(),
        |title| format!("“{title}”"),
    );
    let by = &["status", "Content-Type", "title"];
    let login = |message: String| {
        Finding::new(Verdict::LoginPage, Whose::ProductAdministrator, message)
            .hint(format!(
                "Whatever stands in front of {product} must let calls of its REST API through; if there is nothing, the base URL is wrong."
            ))
            .by(by)
    };
    match answer.status() {
        200..=299 => Some(login(format!(
            "{} came back with a page for people, {title}, where {product} answers with data. The status says nothing about the credential.",
            answer.status()
        ))),
        401 | 403 if answer.asks_to_sign_in() => Some(login(format!(
            "{} came back with a login page, {title}.",
            answer.status()
        ))),
        401 | 403 if !answer.has_a_products_sign() => Some(
            Finding::new(
                Verdict::ProxyError,
                Whose::Network,
                format!(
                    "Something in front of {product} answered {} with a page, {title}. {product} itself was not asked.",
                    answer.status()
                ),
            )
            .hint("Ask who runs the proxy or firewall there to let these calls through.")
            .by(by),
        ),
        _ => None,
    }
}

/// The product is down, or what stands in front of it does not reach it.
pub(super) fn unavailable(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    let product = asked.product();
    let message = match answer.status() {
        503 => format!("{product} is not available: it is starting, in maintenance, or down."),
        502 | 504 => format!(
            "Something in front of {product} answered {}: it could not reach {product}.",
            answer.status()
        ),
        _ => return None,
    };
    Some(
        Finding::new(
            Verdict::ProductUnavailable,
            Whose::ProductAdministrator,
            message,
        )
        .hint("Try again in some minutes. The credential was not judged.")
        .by(&["status", "Retry-After"]),
    )
}

fn capitalised(text: &str) -> String {
    // A user name keeps its case; only our own words begin a sentence.
    text.strip_prefix("the ")
        .map_or_else(|| text.to_owned(), |rest| format!("The {rest}"))
}
