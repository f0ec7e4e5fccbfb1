//! The product refused: what does its status mean this time?

use time::OffsetDateTime;

use super::unknown::why_not_known;
use super::{Asked, Finding};
use crate::answer::{Answer, Identity, LOGIN_REASON, USER_HEADER};
use crate::credential::Scheme;
use crate::preset::ApiFamily;
use crate::product::ProductKind;
use crate::token_kind::TokenKind;
use crate::verdict::{Verdict, Whose};

pub(super) fn finding(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
    now: OffsetDateTime,
) -> Finding {
    match answer.status() {
        401 => unauthorised(asked, answer, identity, now),
        403 => forbidden(asked, answer, identity, now),
        404 | 410 => not_found(asked, answer, identity),
        _ => other(asked, answer, identity),
    }
}

fn unauthorised(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
    now: OffsetDateTime,
) -> Finding {
    let product = asked.product();
    // Whom the product names, it knows; who-am-I needs no permission but to use it at all.
    if let Some(named) = identity.named() {
        return if asked.is_who_am_i() || answer.login_reason_is("AUTHORISATION_FAILED") {
            no_access(asked, answer, identity)
        } else {
            permission_missing(asked, answer, &named.user)
        };
    }
    // Bitbucket says 401 for a missing permission too.
    if asked.kind == ProductKind::Bitbucket && answer.exception() == Some("AuthorisationException")
    {
        let why = why_not_known(asked, now);
        let unexplained = why.verdict == Verdict::InvalidCredential;
        let verdict = if unexplained {
            Verdict::Anonymous
        } else {
            why.verdict
        };
        let message = format!(
            "{product} took the caller for nobody, and nobody may do this: {}.",
            why.reason
        );
        return Finding::new(verdict, why.whose, message)
            .hint(why.hint)
            .by(&["status", "exceptionName", USER_HEADER]);
    }
    if answer.login_reason_is("AUTHORISATION_FAILED") {
        return no_access(asked, answer, identity);
    }
    if let Some(skew) = clock_that_explains(asked, answer, now) {
        return skew;
    }
    let why = why_not_known(asked, now);
    let reason = capitalised(&why.reason);
    Finding::new(
        why.verdict,
        why.whose,
        format!("{product} answered 401. {reason}."),
    )
    .hint(why.hint)
    .by(&["status", LOGIN_REASON, "exceptionName", "message"])
}

/// A JSON Web Token that has ended or not begun by the product's clock, but not by ours.
fn clock_that_explains(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    now: OffsetDateTime,
) -> Option<Finding> {
    let claims = asked.credential.claims.as_ref()?;
    let there = answer.date()?;
    let valid_at = |time: OffsetDateTime| {
        claims.expires.is_none_or(|end| end > time)
            && claims.not_before.is_none_or(|start| start <= time)
    };
    if !valid_at(now) || valid_at(there) {
        return None;
    }
    let seconds = (there - now).whole_seconds();
    let way = if seconds < 0 { "behind" } else { "ahead of" };
    Some(
        Finding::new(
            Verdict::ClockSkew,
            Whose::ProductAdministrator,
            format!(
                "The clock of {} is {} seconds {way} the one here, and by it the token is not valid.",
                asked.product(),
                seconds.unsigned_abs()
            ),
        )
        .hint("Set both clocks by a time server (NTP).")
        .by(&["status", "Date"]),
    )
}

fn forbidden(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
    now: OffsetDateTime,
) -> Finding {
    let product = asked.product();
    if answer.login_reason_is("AUTHORISATION_FAILED") {
        return no_access(asked, answer, identity);
    }
    if answer.login_reason_is("AUTHENTICATED_FAILED") || *identity == Identity::Nobody {
        let why = why_not_known(asked, now);
        return Finding::new(
            why.verdict,
            why.whose,
            format!(
                "{product} answered 403 to nobody. {}.",
                capitalised(&why.reason)
            ),
        )
        .hint(why.hint)
        .by(&["status", LOGIN_REASON, USER_HEADER]);
    }
    let words = answer.words().unwrap_or_default().to_ascii_lowercase();
    let speaks_of_access = [
        "permitted to use",
        "cannot access",
        "not permitted to access",
    ]
    .iter()
    .any(|sign| words.contains(sign));
    if asked.is_who_am_i() || speaks_of_access {
        let is_silent = identity.named().is_none() && !speaks_of_access;
        if asked.kind == ProductKind::Jira
            && asked.credential.scheme == Scheme::Basic
            && is_silent
            && answer.login_reasons().is_empty()
        {
            return Finding::new(
                Verdict::BasicDisabled,
                Whose::ProductAdministrator,
                format!("{product} refused with 403 before it looked at the password: since version 11 it takes none unless an administrator allows it."),
            )
            .hint("Use an access token as Bearer, or switch Basic authentication on under System, Authentication methods.")
            .by(&["status"]);
        }
        return no_access(asked, answer, identity);
    }
    match identity.named() {
        Some(named) => permission_missing(asked, answer, &named.user),
        None => Finding::new(
            Verdict::PermissionMissing,
            Whose::ProductAdministrator,
            format!("{product} refused with 403{} and named nobody.", quoted(answer)),
        )
        .hint("Test who-am-I with the same credential: it tells a missing permission from an unknown credential.")
        .by(&["status", USER_HEADER, "message"]),
    }
}

fn no_access(asked: &Asked<'_>, answer: &Answer<'_>, identity: &Identity) -> Finding {
    let product = asked.product();
    let by: &[&str] = &["status", LOGIN_REASON, "message"];
    let (message, who) = match identity.named() {
        Some(named) => (
            format!(
                "{product} knows {}, who may not use it{}.",
                named.user,
                quoted(answer)
            ),
            named.user.clone(),
        ),
        None if answer.login_reason_is("AUTHORISATION_FAILED") => (
            format!(
                "{product} accepted the credential, but its user may not use {product}{}.",
                quoted(answer)
            ),
            asked.owner(),
        ),
        None => (
            format!(
                "{product} refused with {}{}. It named nobody, so it may also not know the credential.",
                answer.status(),
                quoted(answer)
            ),
            asked.owner(),
        ),
    };
    let group = match asked.kind {
        ProductKind::Jira => "a group with application access",
        ProductKind::Confluence => "a group with the global permission “Can use”",
        ProductKind::Bitbucket => "a group with the global permission “Bitbucket user”",
    };
    Finding::new(
        Verdict::NoProductAccess,
        Whose::ProductAdministrator,
        message,
    )
    .hint(format!("Put {who} into {group}."))
    .by(by)
}

fn permission_missing(asked: &Asked<'_>, answer: &Answer<'_>, user: &str) -> Finding {
    let product = asked.product();
    let token = if asked.kind == ProductKind::Bitbucket
        && asked.credential.token != TokenKind::GatewrightKey
        && (asked.credential.scheme == Scheme::Bearer || !asked.credential.may_be_a_password())
    {
        " Bitbucket also refuses access tokens whose own permissions are too low, and all of them under /admin."
    } else {
        ""
    };
    Finding::new(
        Verdict::PermissionMissing,
        Whose::ProductAdministrator,
        format!(
            "{product} knows {user}, who may not do this{}.",
            quoted(answer)
        ),
    )
    .hint(format!(
        "Give {user} the permission that {} needs.{token}",
        asked.path()
    ))
    .by(&["status", "exceptionName", "message"])
}

fn not_found(asked: &Asked<'_>, answer: &Answer<'_>, identity: &Identity) -> Finding {
    let product = asked.product();
    let words = answer.words().unwrap_or_default();
    let lower = words.to_ascii_lowercase();
    let of_the_router = lower.contains("http 404") || lower.contains("null for uri");
    let is_the_products = answer.json().is_some() && !words.is_empty() && !of_the_router;
    if is_the_products && !asked.is_who_am_i() {
        let who = identity
            .named()
            .map_or("the caller", |named| named.user.as_str());
        return Finding::new(
            Verdict::PermissionMissing,
            Whose::ProductAdministrator,
            format!("{product} says “{words}”: it is not there, or {who} may not see it."),
        )
        .hint("Check the name in the path; if it is right, give the permission to see it.")
        .by(&["status", "message"]);
    }
    let doubled = asked
        .path()
        .starts_with(&format!("{}/", asked.base_url.path().trim_end_matches('/')))
        && asked.base_url.path().len() > 1;
    let hint = if doubled {
        format!(
            "The path already has {} in it: leave that out, it is part of the base URL.",
            asked.base_url.path()
        )
    } else if asked.is_who_am_i() {
        format!(
            "Check the base URL: {product} often lives under a path such as /{}.",
            asked.kind.id()
        )
    } else if let Some(application) = application_of(asked) {
        format!(
            "This path comes with {application}: ask the administrators of {product} whether it is installed there."
        )
    } else {
        "Check the path of the endpoint; it begins after the base URL.".to_owned()
    };
    Finding::new(
        Verdict::WrongBasePath,
        Whose::You,
        format!(
            "There is nothing of {product} at {}.",
            crate::product::below(asked.base_url, asked.path())
        ),
    )
    .hint(hint)
    .by(&["status"])
}

/// The application without which Jira does not have this path.
fn application_of(asked: &Asked<'_>) -> Option<&'static str> {
    if asked.kind != ProductKind::Jira {
        return None;
    }
    [
        ("/rest/agile/", ApiFamily::Agile),
        ("/rest/servicedeskapi/", ApiFamily::ServiceManagement),
    ]
    .into_iter()
    .find(|(path, _)| asked.path().starts_with(path))
    .map(|(_, family)| family.name())
}

fn other(asked: &Asked<'_>, answer: &Answer<'_>, identity: &Identity) -> Finding {
    let product = asked.product();
    let who = identity
        .named()
        .map(|named| format!(" It took the caller for {}.", named.user))
        .unwrap_or_default();
    let (whose, hint) = match answer.status() {
        500..=599 => (
            Whose::ProductAdministrator,
            format!("Look into the log of {product}; the credential was not the cause."),
        ),
        405 => (
            Whose::You,
            "Choose another method for this path.".to_owned(),
        ),
        _ => (
            Whose::You,
            "Correct the request: path, parameters, or body.".to_owned(),
        ),
    };
    Finding::new(
        Verdict::UnexpectedAnswer,
        whose,
        format!(
            "{product} answered {}{}.{who}",
            answer.status_line(),
            quoted(answer)
        ),
    )
    .hint(hint)
    .by(&["status", "message"])
}

/// `: “words”`, or nothing; the text of a failed login says less than its reason.
fn quoted(answer: &Answer<'_>) -> String {
    answer
        .words()
        .filter(|words| !words.starts_with("Basic Authentication Failure"))
        .map(|words| format!(": “{}”", words.trim_end_matches('.')))
        .unwrap_or_default()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let head = characters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{head}{}", characters.as_str())
}
