//! An explanation as people read it: every phase once, in its order, and what ended the request.

use gatewright_admin_api::{Explanation, ExplanationPhase};
use gatewright_policy::ReasonCode;
use gatewright_wire::{ExplainedDecision, ExplainedPhase, PhaseMark};

use super::tone;
use crate::errors::sentence;

/// The phases of a request's life and their names for people.
const PHASES: [(&str, &str); 9] = [
    ("accept", "Accept"),
    ("client_address", "Client address"),
    ("target", "Target"),
    ("surface", "Surface"),
    ("credentials", "Credential"),
    ("verify", "Verify"),
    ("identify", "Identify"),
    ("authorise", "Authorise"),
    ("forward", "Forward"),
];

/// The phase that finds a reason.
fn phase_of(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::MalformedRequest | ReasonCode::TooLarge | ReasonCode::UpgradeRefused => {
            "accept"
        }
        ReasonCode::AddressNotAllowed | ReasonCode::RateLimited => "client_address",
        ReasonCode::UnknownProduct => "target",
        ReasonCode::CrossSite => "surface",
        ReasonCode::MissingCredentials
        | ReasonCode::BasicDisabled
        | ReasonCode::KeysDisabled
        | ReasonCode::OauthDisabled
        | ReasonCode::ProductTokensDisabled => "credentials",
        ReasonCode::InvalidCredentials
        | ReasonCode::ExpiredCredentials
        | ReasonCode::WrongAudience
        | ReasonCode::UsesExhausted
        | ReasonCode::ProviderUnavailable => "verify",
        ReasonCode::UsernameInvalid
        | ReasonCode::DirectoryUnavailable
        | ReasonCode::UserUnknown => "identify",
        ReasonCode::GroupNotAllowed | ReasonCode::KeyScope | ReasonCode::ReadOnly => "authorise",
        ReasonCode::NotConfigured
        | ReasonCode::UpstreamUnavailable
        | ReasonCode::IdentityMismatch
        | ReasonCode::UpstreamTimeout => "forward",
    }
}

pub(super) fn explained(told: Explanation) -> ExplainedDecision {
    let reason = ReasonCode::parse(&told.outcome);
    // A recorded request ends with its outcome in the last phase, wherever it was refused.
    let ended_at = told
        .phases
        .iter()
        .find(|phase| phase.result == "refused" && phase.phase != "forward")
        .map(|phase| phase.phase.clone())
        .or_else(|| reason.map(|reason| phase_of(reason).to_owned()));
    let cause = cause(&told);
    let mut phases: Vec<ExplainedPhase> = Vec::new();
    let mut over = false;
    for (key, name) in PHASES {
        let found: Vec<&ExplanationPhase> = told
            .phases
            .iter()
            .filter(|phase| phase.phase == key)
            .collect();
        let ends_here = ended_at.as_deref() == Some(key);
        phases.push(if over {
            skipped(name, "Not reached.")
        } else if ends_here {
            refused(name, &found, &cause, told.setting.as_deref())
        } else {
            passed(name, &found, &told.outcome)
        });
        over = over || ends_here;
    }
    let user = told.user.unwrap_or_default();
    let words = match told.outcome.as_str() {
        "permit" if user.is_empty() => "Permitted: it went on as nobody.".to_owned(),
        "permit" => format!("Permitted: it went on as {user}."),
        "abandoned" => "The client went away before there was an answer.".to_owned(),
        _ if cause.is_empty() => format!("Refused: {}.", told.outcome),
        _ => sentence(&cause),
    };
    ExplainedDecision {
        tone: tone(&told.outcome),
        outcome: told.outcome,
        words,
        user,
        status: told.status,
        version: u32::try_from(told.version.unwrap_or_default()).unwrap_or(u32::MAX),
        setting: told.setting.unwrap_or_default(),
        now: told.now.map(|now| sentence(&now)).unwrap_or_default(),
        phases,
        expectation: None,
    }
}

/// Why it was refused: what was recorded then, else what the phase that refused says.
fn cause(told: &Explanation) -> String {
    let refused = |phase: &&ExplanationPhase| phase.result == "refused";
    let bare = |phase: &ExplanationPhase| {
        phase
            .detail
            .strip_prefix(&told.outcome)
            .unwrap_or(&phase.detail)
            .trim_start_matches(':')
            .trim()
            .to_owned()
    };
    let recorded = told.phases.iter().rfind(refused).map(bare);
    let found = told.phases.iter().find(refused).map(bare);
    recorded
        .filter(|text| !text.is_empty())
        .or(found)
        .unwrap_or_default()
}

fn details(found: &[&ExplanationPhase]) -> Vec<String> {
    let mut details: Vec<String> = Vec::new();
    for phase in found.iter().filter(|phase| phase.result != "skipped") {
        let text = sentence(&phase.detail);
        if !text.is_empty() && !details.contains(&text) {
            details.push(text);
        }
    }
    details
}

fn setting(found: &[&ExplanationPhase]) -> String {
    found
        .iter()
        .find_map(|phase| phase.setting.clone())
        .unwrap_or_default()
}

fn refused(
    name: &str,
    found: &[&ExplanationPhase],
    cause: &str,
    change: Option<&str>,
) -> ExplainedPhase {
    let before: Vec<&ExplanationPhase> = found
        .iter()
        .filter(|phase| phase.result != "refused")
        .copied()
        .collect();
    let mut details = details(&before);
    let cause = sentence(cause);
    if !cause.is_empty() && !details.contains(&cause) {
        details.push(cause);
    }
    let mut behind = setting(found);
    if behind.is_empty() {
        change.unwrap_or_default().clone_into(&mut behind);
    }
    ExplainedPhase {
        name: name.to_owned(),
        mark: PhaseMark::Refused,
        detail: details.join(" "),
        setting: behind,
    }
}

fn passed(name: &str, found: &[&ExplanationPhase], outcome: &str) -> ExplainedPhase {
    let details = details(found);
    if details.is_empty() {
        let detail = found.first().map(|phase| sentence(&phase.detail));
        return skipped(
            name,
            &detail.unwrap_or_else(|| "Had nothing to do.".to_owned()),
        );
    }
    let has = |result: &str| found.iter().any(|phase| phase.result == result);
    let mark = if has("reported") {
        PhaseMark::Reported
    } else if found.iter().all(|phase| phase.result == "not_known")
        || outcome == "abandoned" && name == "Forward"
    {
        PhaseMark::Skipped
    } else {
        PhaseMark::Passed
    };
    let detail = if name == "Forward" && outcome == "permit" && details == ["Permit."] {
        "The product answered.".to_owned()
    } else {
        details.join(" ")
    };
    ExplainedPhase {
        name: name.to_owned(),
        mark,
        detail,
        setting: setting(found),
    }
}

fn skipped(name: &str, detail: &str) -> ExplainedPhase {
    ExplainedPhase {
        name: name.to_owned(),
        mark: PhaseMark::Skipped,
        detail: detail.to_owned(),
        setting: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(outcome: &str, phases: &[(&str, &str, &str)]) -> Explanation {
        Explanation {
            outcome: outcome.to_owned(),
            user: Some("mallory".to_owned()),
            status: Some(403),
            version: Some(42),
            setting: Some("access.groups_read_only".to_owned()),
            now: None,
            phases: phases
                .iter()
                .map(|(phase, result, detail)| ExplanationPhase {
                    phase: (*phase).to_owned(),
                    result: (*result).to_owned(),
                    detail: (*detail).to_owned(),
                    setting: None,
                })
                .collect(),
        }
    }

    fn marks(shown: &ExplainedDecision) -> Vec<(&str, PhaseMark)> {
        shown
            .phases
            .iter()
            .map(|phase| (phase.name.as_str(), phase.mark))
            .collect()
    }

    #[test]
    fn a_recorded_refusal_ends_at_the_rule_and_not_at_the_end() {
        let shown = explained(explanation(
            "read_only",
            &[
                ("accept", "recorded", "POST at noon"),
                ("target", "recorded", "/rest/api/2/issue of jira"),
                ("identify", "recorded", "mallory"),
                ("target", "passed", "jira is a product"),
                ("authorise", "refused", "contractors is a read-only group"),
                (
                    "forward",
                    "refused",
                    "read_only: contractors only reads, and POST writes",
                ),
            ],
        ));
        assert_eq!(shown.words, "Contractors only reads, and POST writes.");
        assert_eq!(shown.phases.len(), 9);
        let marks = marks(&shown);
        assert_eq!(marks[2], ("Target", PhaseMark::Passed));
        assert_eq!(marks[7], ("Authorise", PhaseMark::Refused));
        assert_eq!(marks[8], ("Forward", PhaseMark::Skipped));
        assert_eq!(shown.phases[7].setting, "access.groups_read_only");
        assert_eq!(
            shown.phases[2].detail,
            "/rest/api/2/issue of jira. Jira is a product."
        );
    }

    #[test]
    fn what_the_rules_did_not_decide_ends_where_it_was_found() {
        let shown = explained(explanation(
            "expired_credentials",
            &[
                ("accept", "recorded", "GET at noon"),
                ("authorise", "not_known", "the credential was not good"),
                (
                    "forward",
                    "refused",
                    "expired_credentials: the token ended at 11:00",
                ),
            ],
        ));
        assert_eq!(marks(&shown)[5], ("Verify", PhaseMark::Refused));
        assert_eq!(shown.phases[5].detail, "The token ended at 11:00.");
        assert_eq!(shown.phases[7].detail, "Not reached.");
    }

    #[test]
    fn a_permit_says_as_whom() {
        let shown = explained(explanation(
            "permit",
            &[
                ("authorise", "reported", "would be refused by group"),
                ("forward", "passed", "permit"),
            ],
        ));
        assert_eq!(shown.words, "Permitted: it went on as mallory.");
        assert_eq!(marks(&shown)[7], ("Authorise", PhaseMark::Reported));
        assert_eq!(shown.phases[8].detail, "The product answered.");
    }
}
