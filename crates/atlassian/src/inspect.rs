//! A token looked at without sending it to anybody.

mod claims;
mod foreign;

use serde::Serialize;
use time::OffsetDateTime;
use url::Url;

use gatewright_secret::SecretString;

use crate::diagnosis::shown_time;
use crate::token_kind::{TokenKind, recognise};
use crate::verdict::Verdict;

pub use claims::InspectedClaims;
pub use foreign::ForeignSecret;

/// What a token is meant for; all that is left empty is not judged.
#[derive(Debug, Clone, Default)]
pub struct InspectionContext<'a> {
    /// Where it would be sent.
    pub target: Option<&'a Url>,
    /// Whether the gateway receives it there, which is made for others' tokens.
    pub through_gateway: bool,
    /// Hosts that the makers of tokens have besides their public ones: one's own GitHub
    /// Enterprise, GitLab or identity provider.
    pub own_hosts: &'a [&'a str],
    /// The issuers of which a token may be.
    pub issuers: &'a [&'a str],
    /// The audiences of which one must be in the token.
    pub audiences: &'a [&'a str],
    /// The scopes that must all be in the token.
    pub scopes: &'a [&'a str],
}

/// What can be said of a token from its looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// What it is.
    pub kind: TokenKind,
    /// The same in words: `a JSON Web Token`.
    pub label: &'static str,
    /// What a JSON Web Token says of itself; nobody has verified it.
    pub claims: Option<InspectedClaims>,
    /// What speaks against it, the worst first.
    pub judgements: Vec<Judgement>,
    /// What is to be warned of before it is sent.
    pub foreign: Option<ForeignSecret>,
}

impl Inspection {
    /// The verdict that it would get if whoever receives it looks at what was judged; `None` when
    /// nothing speaks against it, which does not make it good.
    pub fn verdict(&self) -> Option<Verdict> {
        self.judgements.first().map(|judgement| judgement.verdict)
    }
}

/// One thing that speaks against a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// What it would lead to.
    pub verdict: Verdict,
    /// The claim that says so; empty where it is the token's form.
    pub claim: &'static str,
    /// What is wrong.
    pub words: String,
    /// What to do.
    pub hint: String,
}

/// Looks at a token; nothing is sent and nothing of the secret is in what comes back.
pub fn inspect(
    token: &SecretString,
    now: OffsetDateTime,
    context: &InspectionContext<'_>,
) -> Inspection {
    let kind = recognise(token);
    let claims = (kind == TokenKind::Jwt)
        .then(|| InspectedClaims::read(token))
        .flatten();
    let mut judgements = Vec::new();
    if kind == TokenKind::MistypedGatewrightKey {
        judgements.push(Judgement {
            verdict: Verdict::InvalidCredential,
            claim: "",
            words: "It begins like an API key of the gateway, but its checksum does not fit."
                .to_owned(),
            hint: "Characters are wrong or missing: copy it again, whole.".to_owned(),
        });
    }
    if let Some(claims) = &claims {
        judgements.extend(times(claims, now));
        judgements.extend(issuer(claims, context));
        judgements.extend(audience(claims, context));
        judgements.extend(scopes(claims, context));
    }
    let foreign = match context.target {
        Some(target) if !context.through_gateway => {
            ForeignSecret::found(kind, target, context.own_hosts)
        }
        Some(_) | None => None,
    };
    Inspection {
        kind,
        label: kind.label(),
        claims,
        judgements,
        foreign,
    }
}

fn times(claims: &InspectedClaims, now: OffsetDateTime) -> Option<Judgement> {
    if let Some(end) = claims.expires.filter(|end| *end <= now) {
        return Some(Judgement {
            verdict: Verdict::Expired,
            claim: "exp",
            words: format!("It ended at {}.", shown_time(end)),
            hint: "Fetch a new token.".to_owned(),
        });
    }
    let start = claims.not_before.filter(|start| *start > now)?;
    Some(Judgement {
        verdict: Verdict::NotYetValid,
        claim: "nbf",
        words: format!("It begins at {} only.", shown_time(start)),
        hint: "Wait until then. If it was made just now, a clock is off.".to_owned(),
    })
}

fn issuer(claims: &InspectedClaims, context: &InspectionContext<'_>) -> Option<Judgement> {
    let fits = |issuer: &str| context.issuers.contains(&issuer);
    if context.issuers.is_empty() || claims.issuer.as_deref().is_some_and(fits) {
        return None;
    }
    let words = match &claims.issuer {
        Some(issuer) => format!("Its issuer is {issuer}, not {}.", one_of(context.issuers)),
        None => format!(
            "It names no issuer; {} is expected.",
            one_of(context.issuers)
        ),
    };
    Some(Judgement {
        verdict: Verdict::InvalidCredential,
        claim: "iss",
        words,
        hint: "Issuers are compared letter by letter, a slash at the end included. Fetch the token from the right provider, or correct the issuer in its settings.".to_owned(),
    })
}

fn audience(claims: &InspectedClaims, context: &InspectionContext<'_>) -> Option<Judgement> {
    let fits = |audience: &String| context.audiences.contains(&audience.as_str());
    if context.audiences.is_empty() || claims.audiences.iter().any(fits) {
        return None;
    }
    let words = if claims.audiences.is_empty() {
        format!(
            "It names no audience; {} is expected.",
            one_of(context.audiences)
        )
    } else {
        format!(
            "It was made for {}, not for {}.",
            claims.audiences.join(" and "),
            one_of(context.audiences)
        )
    };
    Some(Judgement {
        verdict: Verdict::WrongAudience,
        claim: "aud",
        words,
        hint:
            "Fetch a token for this audience, or correct the audience in the provider's settings."
                .to_owned(),
    })
}

fn scopes(claims: &InspectedClaims, context: &InspectionContext<'_>) -> Option<Judgement> {
    let missing: Vec<&str> = context
        .scopes
        .iter()
        .copied()
        .filter(|wanted| !claims.scopes.iter().any(|scope| scope == wanted))
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(Judgement {
        verdict: Verdict::ScopeMissing,
        claim: "scope",
        words: format!("It lacks {}.", missing.join(" and ")),
        hint: "Ask the provider for these scopes when the token is fetched.".to_owned(),
    })
}

fn one_of(values: &[&str]) -> String {
    values.join(" or ")
}

#[cfg(test)]
mod tests;
