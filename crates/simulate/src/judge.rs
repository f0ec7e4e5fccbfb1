//! One recorded fact under one set of rules, by the policy that decides about requests.

use gatewright_policy::{
    Arrival, Caller, Effect, Exemptions, Facts, Groups, Method, Outcome, Path, ProductId,
    ProductKind, ReasonCode, RuleName, Rules, Step, Surface, Trace, UserName, Way, admit, decide,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::fact::Recorded;
use crate::setting::setting;

/// What must be written encoded in a path that was recorded decoded.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Rules, and what is only reported.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// What is only reported.
    pub exemptions: Exemptions,
}

/// What is known of a user's groups today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupsOf<'a> {
    /// These.
    Known(&'a [String]),
    /// The directory knows no such user any more.
    NoSuchUser,
    /// They were not looked up, or could not be.
    Unknown,
}

/// Why a fact could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// It was refused before its credential was read or verified, and these rules would go on to
    /// that credential.
    CredentialNotVerified,
    /// A rule asks for the user's groups, and they could not be looked up.
    GroupsNotKnown,
    /// The user is not in the directory any more.
    UserGone,
    /// It was refused by what no rule of a document decides: the credential, the provider, the
    /// directory, a rate.
    NotByTheRules,
    /// Its method or path cannot be read again.
    Unreadable,
}

impl WhyNot {
    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::CredentialNotVerified => {
                "refused before the credential was verified; whether it is good is not known"
            }
            Self::GroupsNotKnown => {
                "a rule asks for the user's groups, which could not be looked up"
            }
            Self::UserGone => "the user is not in the directory any more",
            Self::NotByTheRules => {
                "refused by what the rules do not decide: the credential, the provider, the directory or a rate"
            }
            Self::Unreadable => "its method or path cannot be read again",
        }
    }
}

/// What would become of requests like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They pass.
    Permit,
    /// They are refused.
    Refused(ReasonCode),
    /// It cannot be said.
    NotJudged(WhyNot),
}

/// A verdict, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What would become of it.
    pub verdict: Verdict,
    /// The rule that refused.
    pub rule: Option<RuleName>,
    /// What that rule said.
    pub detail: String,
    /// The setting to change.
    pub setting: Option<String>,
    /// Every rule that was looked at.
    pub steps: Vec<Step>,
}

impl Ruling {
    fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            rule: None,
            detail: String::new(),
            setting: None,
            steps: Vec::new(),
        }
    }
}

/// How far a recorded request was looked at.
enum Seen {
    /// The rules decided about it, whatever became of it at the product.
    ByTheRules,
    /// It ended before its credential was verified.
    BeforeTheCredential,
    /// Its credential was refused, or could not be verified.
    AtTheCredential,
}

fn seen(recorded: &Recorded) -> Option<Seen> {
    if recorded.fact.outcome == "permit" || recorded.fact.outcome == "abandoned" {
        return Some(Seen::ByTheRules);
    }
    Some(match ReasonCode::parse(&recorded.fact.outcome)? {
        ReasonCode::CrossSite
        | ReasonCode::MissingCredentials
        | ReasonCode::GroupNotAllowed
        | ReasonCode::ReadOnly
        | ReasonCode::KeyScope
        | ReasonCode::NotConfigured
        | ReasonCode::UpstreamUnavailable
        | ReasonCode::IdentityMismatch
        | ReasonCode::UpstreamTimeout => Seen::ByTheRules,
        ReasonCode::AddressNotAllowed
        | ReasonCode::KeysDisabled
        | ReasonCode::OauthDisabled
        | ReasonCode::BasicDisabled
        | ReasonCode::ProductTokensDisabled => Seen::BeforeTheCredential,
        ReasonCode::InvalidCredentials
        | ReasonCode::ExpiredCredentials
        | ReasonCode::WrongAudience
        | ReasonCode::UsesExhausted
        | ReasonCode::ProviderUnavailable
        | ReasonCode::UsernameInvalid
        | ReasonCode::DirectoryUnavailable
        | ReasonCode::UserUnknown
        | ReasonCode::RateLimited => Seen::AtTheCredential,
        ReasonCode::MalformedRequest
        | ReasonCode::TooLarge
        | ReasonCode::UpgradeRefused
        | ReasonCode::UnknownProduct => return None,
    })
}

/// Judges a recorded fact.
pub fn judge(recorded: &Recorded, side: Side<'_>, groups: GroupsOf<'_>) -> Ruling {
    let fact = &recorded.fact;
    let Some(seen) = seen(recorded) else {
        return Ruling::of(Verdict::NotJudged(WhyNot::NotByTheRules));
    };
    let encoded = utf8_percent_encode(&recorded.path, ENCODED).to_string();
    let (Ok(method), Ok(path)) = (Method::parse(&fact.method), Path::parse(&encoded)) else {
        return Ruling::of(Verdict::NotJudged(WhyNot::Unreadable));
    };
    let product = ProductId::new(&fact.product);
    let arrival = Arrival {
        product: &product,
        method: &method,
        path: &path,
        query: query(side.rules, &product, &path, fact.effect),
        address: fact.address,
        cross_site: fact.outcome == ReasonCode::CrossSite.as_str(),
    };
    let user = fact.user.as_ref().map(UserName::new);
    let known = match groups {
        GroupsOf::Known(groups) => Groups::Known(groups),
        GroupsOf::NoSuchUser | GroupsOf::Unknown => Groups::Unknown,
    };
    let caller = match (fact.way, &user) {
        (None, _) => Caller::Nobody,
        (Some(way @ (Way::Password | Way::ProductToken)), user) => Caller::Passing {
            way,
            user: user.as_ref().map(UserName::as_str),
            groups: known,
        },
        (Some(way @ (Way::ApiKey | Way::Oauth)), Some(user)) => Caller::Known {
            way,
            user,
            groups: known,
            key: None,
        },
        // The way in was closed, so nobody asked who it is.
        (Some(way @ (Way::ApiKey | Way::Oauth)), None) => {
            return before_the_credential(side, &arrival, Some(way));
        }
    };
    match seen {
        Seen::ByTheRules => {}
        Seen::BeforeTheCredential => {
            let the_product_verifies = matches!(fact.way, Some(Way::Password | Way::ProductToken));
            if !the_product_verifies {
                return before_the_credential(side, &arrival, fact.way);
            }
        }
        Seen::AtTheCredential => {
            return at_the_credential(recorded, side, &arrival);
        }
    }
    // A key that was not good for this request is no better under other rules.
    if fact.outcome == ReasonCode::KeyScope.as_str() {
        return at_the_credential(recorded, side, &arrival);
    }
    let facts = Facts {
        arrival,
        caller,
        exemptions: side.exemptions,
    };
    let decision = decide(side.rules, &facts);
    let Outcome::Denial(denial) = decision.outcome else {
        return Ruling {
            steps: decision.trace.steps().to_vec(),
            ..Ruling::of(Verdict::Permit)
        };
    };
    let step = decision.trace.steps().last();
    let asked_for_groups = step.is_some_and(|step| {
        matches!(
            step.rule,
            RuleName::GroupsAllowed | RuleName::GroupsReadOnly
        )
    });
    if asked_for_groups && matches!(caller, Caller::Known { .. }) {
        match groups {
            GroupsOf::Known(_) => {}
            GroupsOf::NoSuchUser => return Ruling::of(Verdict::NotJudged(WhyNot::UserGone)),
            GroupsOf::Unknown => return Ruling::of(Verdict::NotJudged(WhyNot::GroupsNotKnown)),
        }
    }
    let detail = step.map(|step| step.detail.to_string()).unwrap_or_default();
    Ruling {
        verdict: Verdict::Refused(denial.reason),
        rule: step.map(|step| step.rule),
        setting: setting(denial.reason, Some(&fact.product), fact.way, &detail),
        detail,
        steps: decision.trace.steps().to_vec(),
    }
}

/// The rules that are asked before a credential is verified still tell whether it ends there.
fn before_the_credential(side: Side<'_>, arrival: &Arrival<'_>, way: Option<Way>) -> Ruling {
    let refused =
        |reason: ReasonCode, rule: Option<RuleName>, detail: String, trace: &Trace| Ruling {
            verdict: Verdict::Refused(reason),
            rule,
            setting: setting(reason, Some(arrival.product.as_str()), way, &detail),
            detail,
            steps: trace.steps().to_vec(),
        };
    match admit(side.rules, arrival, side.exemptions) {
        Err((denial, trace)) => {
            let step = trace.steps().last();
            refused(
                denial.reason,
                step.map(|step| step.rule),
                step.map(|step| step.detail.to_string()).unwrap_or_default(),
                &trace,
            )
        }
        Ok(admitted) => {
            if matches!(admitted.surface, Surface::Off | Surface::Bypass) {
                return Ruling::of(Verdict::Permit);
            }
            let closed = way.map(|way| gatewright_policy::way_is_open(side.rules, way, None));
            match closed {
                Some(Err(denial)) => refused(
                    denial.reason,
                    Some(RuleName::WayIn),
                    "this way in is closed".to_owned(),
                    &admitted.trace,
                ),
                Some(Ok(())) | None => {
                    Ruling::of(Verdict::NotJudged(WhyNot::CredentialNotVerified))
                }
            }
        }
    }
}

/// A refused credential stays refused, except where nobody looks at it.
fn at_the_credential(recorded: &Recorded, side: Side<'_>, arrival: &Arrival<'_>) -> Ruling {
    match admit(side.rules, arrival, side.exemptions) {
        Err((denial, trace)) => {
            let step = trace.steps().last();
            let detail = step.map(|step| step.detail.to_string()).unwrap_or_default();
            Ruling {
                verdict: Verdict::Refused(denial.reason),
                rule: step.map(|step| step.rule),
                setting: setting(
                    denial.reason,
                    Some(&recorded.fact.product),
                    recorded.fact.way,
                    &detail,
                ),
                detail,
                steps: trace.steps().to_vec(),
            }
        }
        Ok(admitted) if matches!(admitted.surface, Surface::Off | Surface::Bypass) => {
            Ruling::of(Verdict::Permit)
        }
        Ok(admitted) => match ReasonCode::parse(&recorded.fact.outcome) {
            Some(ReasonCode::RateLimited) | None => {
                Ruling::of(Verdict::NotJudged(WhyNot::NotByTheRules))
            }
            Some(reason) => Ruling {
                verdict: Verdict::Refused(reason),
                rule: None,
                detail: "the credential was refused".to_owned(),
                setting: None,
                steps: admitted.trace.steps().to_vec(),
            },
        },
    }
}

/// Queries are not recorded; the only one that decides is that by which Git asks to push.
fn query(
    rules: &Rules,
    product: &ProductId,
    path: &Path,
    effect: Option<Effect>,
) -> Option<&'static str> {
    let is_bitbucket = rules
        .products
        .get(product)
        .is_some_and(|rules| rules.kind == ProductKind::Bitbucket);
    let asks_for_refs = path.segments().next_back() == Some("refs");
    (is_bitbucket && asks_for_refs && effect == Some(Effect::Write))
        .then_some("service=git-receive-pack")
}
