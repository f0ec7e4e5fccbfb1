//! The product answered with 2xx: to whom?

use time::OffsetDateTime;

use super::unknown::why_not_known;
use super::{Asked, Finding};
use crate::answer::{Answer, Identity, LOGIN_REASON, Named, USER_HEADER, same_user};
use crate::verdict::{Verdict, Whose};

/// Whether no failed login is noted.
pub(super) fn login_was_accepted(answer: &Answer<'_>) -> bool {
    answer.login_reasons().iter().all(|reason| reason == "OK")
}

pub(super) fn finding(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    identity: &Identity,
    now: OffsetDateTime,
) -> Finding {
    let product = asked.product();
    match identity {
        Identity::Nobody => nobody(asked, answer, now),
        Identity::Unsaid => {
            if answer.login_reason_is("AUTHENTICATED_FAILED") || answer.login_reason_is("OUT") {
                return nobody(asked, answer, now);
            }
            if !asked.is_who_am_i() && answer.json().is_some() {
                return Finding::new(
                    Verdict::UnexpectedAnswer,
                    Whose::You,
                    format!(
                        "{product} answered {} without saying to whom.",
                        answer.status()
                    ),
                )
                .hint("Test who-am-I with the same credential: it tells who the caller is.")
                .by(&[USER_HEADER]);
            }
            let empty = answer.response.body.is_empty();
            let what = if empty {
                "with nothing in it"
            } else {
                "without saying to whom"
            };
            Finding::new(
                Verdict::UnexpectedAnswer,
                Whose::You,
                format!(
                    "{} came back {what}: this is not how {product} answers {}.",
                    answer.status(),
                    asked.path()
                ),
            )
            .hint(format!(
                "Check that {} is the base URL of {product}.",
                asked.base_url
            ))
            .by(&["status", "Content-Type", USER_HEADER])
        }
        Identity::Named(named) => somebody(asked, answer, named, now),
    }
}

fn somebody(asked: &Asked<'_>, answer: &Answer<'_>, named: &Named, now: OffsetDateTime) -> Finding {
    let product = asked.product();
    let user = &named.user;
    if !login_was_accepted(answer) {
        let reason = answer.login_reasons().join(", ");
        return Finding::new(
            Verdict::InvalidCredential,
            Whose::TokenOwner,
            format!(
                "{product} answered as {user}, but not because of {}: it noted {reason}. A session that came along answered.",
                asked.credential.noun()
            ),
        )
        .hint(format!("Ask {} for a new one, and look for what adds a session cookie on the way.", asked.owner()))
        .by(&[LOGIN_REASON, USER_HEADER]);
    }
    if asked.is_who_am_i() {
        match answer.header_identity() {
            Identity::Nobody => return nobody(asked, answer, now),
            Identity::Named(header) if !same_user(&header.user, user) => {
                return Finding::new(
                    Verdict::UnexpectedAnswer,
                    Whose::ProductAdministrator,
                    format!("{product} names two users: {user} in the body and {} in the header.", header.user),
                )
                .hint("Look for a cache or a proxy that mixes up answers: this one may be another user's.")
                .by(&[USER_HEADER, "name"]);
            }
            Identity::Named(_) | Identity::Unsaid => {}
        }
    }
    if !is_data(asked, answer) {
        return Finding::new(
            Verdict::UnexpectedAnswer,
            Whose::You,
            format!(
                "{product} answered as {user}, but {} came back without JSON.",
                answer.status()
            ),
        )
        .hint("Try another endpoint: only JSON shows that the REST API itself answered.")
        .by(&["Content-Type"]);
    }
    let shown = match &named.display_name {
        Some(name) if name != user => format!("{user} ({name})"),
        Some(_) | None => user.clone(),
    };
    match asked.expected_user {
        Some(expected) if !same_user(expected, user) => {
            let hint = if asked.through_gateway {
                format!(
                    "Look at the step Username: the token's attribute leads to {user}. If that is right, expect {user}."
                )
            } else {
                format!("Choose the token of {expected}, or expect {user}.")
            };
            Finding::new(
                Verdict::ValidOtherUser,
                Whose::You,
                format!("{product} answered as {shown}, not as {expected}."),
            )
            .hint(hint)
            .by(&[USER_HEADER, "name", "username"])
        }
        Some(_) | None => Finding::new(
            Verdict::Valid,
            Whose::Nobody,
            format!("{product} answered as {shown}."),
        ),
    }
}

/// JSON; or, where another answer named the user, an empty success or a file.
fn is_data(asked: &Asked<'_>, answer: &Answer<'_>) -> bool {
    answer.json().is_some()
        || (!asked.is_who_am_i()
            && (asked.who_am_i.is_some() || answer.status() == 204)
            && !answer.response.is_web_page())
}

fn nobody(asked: &Asked<'_>, answer: &Answer<'_>, now: OffsetDateTime) -> Finding {
    let product = asked.product();
    let by: &[&str] = &["type", USER_HEADER, LOGIN_REASON];
    if asked.signed_in == Some(true) {
        return Finding::new(
            Verdict::UnexpectedAnswer,
            Whose::Network,
            format!(
                "{product} takes {}, but its answer names nobody: {USER_HEADER} is missing.",
                asked.credential.noun()
            ),
        )
        .hint(format!(
            "Look for a proxy that removes {USER_HEADER} from answers."
        ))
        .by(by);
    }
    let why = why_not_known(asked, now);
    if why.verdict != Verdict::InvalidCredential {
        let message = format!(
            "{product} answered {}, but to nobody: {}.",
            answer.status(),
            why.reason
        );
        return Finding::new(why.verdict, why.whose, message)
            .hint(why.hint)
            .by(by);
    }
    Finding::new(
        Verdict::Anonymous,
        why.whose,
        format!(
            "{product} answered {}, but to nobody: {}. A script that looks only at the status will not notice.",
            answer.status(),
            why.reason
        ),
    )
    .hint(why.hint)
    .by(by)
}
