//! What the products say in words that leave no doubt.

use time::OffsetDateTime;

use super::{Asked, Finding};
use crate::acting::oauth_problem_words;
use crate::answer::Answer;
use crate::verdict::{Verdict, Whose};

/// A refusal of an OAuth 1.0 signature, which only an application link can cause.
pub(super) fn oauth_problem(
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    now: OffsetDateTime,
) -> Option<Finding> {
    if answer.succeeded() {
        return None;
    }
    let problem = answer.oauth_problem()?;
    let words = oauth_problem_words(&problem, asked.base_url, answer, now);
    let verdict = if problem == "timestamp_refused" {
        Verdict::ClockSkew
    } else {
        Verdict::InvalidCredential
    };
    Some(
        Finding::new(
            verdict,
            words.whose,
            format!(
                "{} refused the signature: {}",
                asked.product(),
                words.sentence
            ),
        )
        .hint(words.hint)
        .by(&["status", "oauth_problem"]),
    )
}

/// What the products, their clouds and RFC 6750 say in words.
pub(super) fn said(asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Finding> {
    if answer.succeeded() {
        return None;
    }
    let product = asked.product();
    let words = answer.words().unwrap_or_default();
    let challenge = answer.challenges().join(" ");
    let lower = format!("{words} {challenge}").to_ascii_lowercase();
    let says = |text: &str| lower.contains(text);
    let by = &["status", "message", "WWW-Authenticate"];
    let finding = |verdict, whose, message: String, hint: String| {
        Some(Finding::new(verdict, whose, message).hint(hint).by(by))
    };
    if says("connect session auth token") {
        return finding(
            Verdict::WrongBasePath,
            Whose::You,
            format!(
                "A site of Atlassian Cloud takes no Bearer tokens under this address: “{words}”"
            ),
            "Cloud tokens of this kind work at https://api.atlassian.com/ex/ alone.".to_owned(),
        );
    }
    if says("scope does not match") {
        return finding(
            Verdict::ScopeMissing,
            Whose::TokenOwner,
            format!("Atlassian Cloud answered {}: “{words}” It says so for a missing scope and for a wrong path alike.", answer.status()),
            "Check the path first: no double slash, none at the end. Then compare the token's scopes with what the call needs.".to_owned(),
        );
    }
    if says("insufficient_scope") {
        return finding(
            Verdict::ScopeMissing,
            Whose::TokenOwner,
            format!("{product} knows the token, but it lacks a scope."),
            "Fetch a token with the scope that the challenge names.".to_owned(),
        );
    }
    if says("xsrf check failed") {
        return finding(
            Verdict::UnexpectedAnswer,
            Whose::Network,
            format!("{product} took the call for one from a web page: “XSRF check failed”. The credential was not judged."),
            "Something on the way adds an Origin, a Referer or a browser's User-Agent. For a write, send X-Atlassian-Token: no-check.".to_owned(),
        );
    }
    if says("an invalid cookie was sent") {
        return finding(
            Verdict::UnexpectedAnswer,
            Whose::Network,
            format!(
                "{product} refused a session cookie that came with the call, and did not look at {}.",
                asked.credential.noun()
            ),
            format!("No cookie is sent from here: something between here and {product} adds one."),
        );
    }
    let certain = !says("invalid,") && !says("invalid or");
    if certain && says("revoked") {
        return finding(
            Verdict::Revoked,
            Whose::TokenOwner,
            format!(
                "{product} says that {} was revoked: “{words}”",
                asked.credential.noun()
            ),
            format!("Ask {} for a new one.", asked.owner()),
        );
    }
    if certain && says("expired") {
        return finding(
            Verdict::Expired,
            Whose::TokenOwner,
            format!(
                "{product} says that {} has ended: “{words}”",
                asked.credential.noun()
            ),
            format!("Ask {} for a new one.", asked.owner()),
        );
    }
    if says("audience") && (says("token") || says("invalid_token")) {
        return finding(
            Verdict::WrongAudience,
            Whose::You,
            format!("{product} says that the token was made for somebody else: “{words}”"),
            "Fetch a token for this audience.".to_owned(),
        );
    }
    None
}
