//! Which rule of the gateway refused: the gateway is asked.

use gatewright_admin_api::{Client, Explain, Explanation};
use gatewright_atlassian::{Credential, Explained, ProbeRequest, ProbeResult, Verdict};

use super::cells::Cell;
use crate::app::App;
use crate::errors::sentence;

/// Which phase refuses for which reason.
const PHASES: &[(&str, &str)] = &[
    ("unknown_product", "target"),
    ("address_not_allowed", "authorise"),
    ("rate_limited", "authorise"),
    ("missing_credentials", "credentials"),
    ("invalid_credentials", "verify"),
    ("expired_credentials", "verify"),
    ("wrong_audience", "verify"),
    ("uses_exhausted", "verify"),
    ("basic_disabled", "credentials"),
    ("keys_disabled", "credentials"),
    ("oauth_disabled", "credentials"),
    ("product_tokens_disabled", "credentials"),
    ("provider_unavailable", "verify"),
    ("username_invalid", "identify"),
    ("user_unknown", "identify"),
    ("directory_unavailable", "identify"),
    ("group_not_allowed", "authorise"),
    ("key_scope", "authorise"),
    ("read_only", "authorise"),
    ("identity_mismatch", "forward"),
    ("upstream_unavailable", "forward"),
    ("upstream_timeout", "forward"),
];

impl App {
    /// Attaches to a refusal of the gateway the rule that refused. Where the gateway does not tell,
    /// the refusal stays as it is.
    pub(super) async fn explain_refusal(&self, cell: &Cell, result: &mut ProbeResult) {
        if result.verdict != Verdict::GatewayRefused || !cell.request.through_gateway {
            return;
        }
        let Ok((client, _)) = self.admin_client().await else {
            return;
        };
        // What was recorded is what happened; it may not be written yet, or be kept elsewhere.
        let told = match by_id(&client, result).await {
            Some(told) => Some(told),
            None => described(&client, &cell.request).await,
        };
        let code = result.gateway_reason.clone().unwrap_or_default();
        if let Some(explained) = told.and_then(|told| explained(&code, &told)) {
            result.explain(explained);
        }
    }
}

async fn by_id(client: &Client, result: &ProbeResult) -> Option<Explanation> {
    let id = result
        .response
        .as_ref()?
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-request-id"))
        .map(|(_, value)| value.clone())?;
    let question = Explain {
        request_id: Some(id),
        ..Explain::default()
    };
    client.explain(&question).await.ok()
}

async fn described(client: &Client, request: &ProbeRequest) -> Option<Explanation> {
    let (token, user) = match &request.credential {
        Credential::Bearer(token) => (token.clone(), None),
        Credential::Basic { user, password } => (password.clone(), Some(user.clone())),
    };
    let url = request.url();
    let question = Explain {
        method: Some(
            request
                .endpoint
                .as_ref()
                .map_or("GET", |endpoint| endpoint.method().as_str())
                .to_owned(),
        ),
        path: Some(url.to_string()),
        token: Some(token),
        user,
        ..Explain::default()
    };
    client.explain(&question).await.ok()
}

/// The rule, if the explanation is of the same refusal.
fn explained(code: &str, told: &Explanation) -> Option<Explained> {
    if told.outcome != code {
        return None;
    }
    let refused = told
        .phases
        .iter()
        .find(|phase| phase.result == "refused")
        .or(told.phases.last());
    let words = refused.map_or("", |phase| phase.detail.as_str());
    let words = words
        .strip_prefix(code)
        .unwrap_or(words)
        .trim_start_matches(':')
        .trim();
    // What was recorded says where the request ended, which is not always where it was refused.
    let phase = PHASES
        .iter()
        .find(|(reason, _)| *reason == code)
        .map(|(_, phase)| (*phase).to_owned())
        .or_else(|| {
            refused
                .filter(|phase| phase.result == "refused")
                .map(|phase| phase.phase.clone())
        })?;
    Some(Explained {
        phase,
        setting: refused
            .and_then(|phase| phase.setting.clone())
            .or_else(|| told.setting.clone()),
        words: sentence(words),
    })
}

#[cfg(test)]
mod tests {
    use gatewright_admin_api::ExplanationPhase;

    use super::*;

    fn told(outcome: &str, phases: &[(&str, &str, &str)]) -> Explanation {
        Explanation {
            outcome: outcome.to_owned(),
            user: None,
            status: Some(403),
            version: Some(3),
            setting: Some("access.groups_allowed".to_owned()),
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

    #[test]
    fn the_phase_that_refused_and_its_setting_are_named() {
        let live = told(
            "group_not_allowed",
            &[
                ("verify", "passed", "good"),
                ("authorise", "refused", "fred is in no group that may"),
            ],
        );
        assert_eq!(
            explained("group_not_allowed", &live).unwrap(),
            Explained {
                phase: "authorise".to_owned(),
                setting: Some("access.groups_allowed".to_owned()),
                words: "Fred is in no group that may.".to_owned(),
            }
        );
        let recorded = told(
            "user_unknown",
            &[
                ("verify", "recorded", "ghes"),
                ("authorise", "recorded", "user_unknown: no user fred"),
            ],
        );
        let found = explained("user_unknown", &recorded).unwrap();
        assert_eq!(
            (found.phase.as_str(), found.words.as_str()),
            ("identify", "No user fred.")
        );
    }

    #[test]
    fn what_was_refused_by_a_phase_is_not_told_of_the_one_in_which_it_ended() {
        let recorded = told(
            "invalid_credentials",
            &[("forward", "refused", "the token is of no provider")],
        );
        let found = explained("invalid_credentials", &recorded).unwrap();
        assert_eq!(found.phase, "verify");
        let found = explained(
            "upstream_timeout",
            &told("upstream_timeout", &[("forward", "refused", "slow")]),
        );
        assert_eq!(found.unwrap().phase, "forward");
    }

    #[test]
    fn an_explanation_of_something_else_is_not_taken() {
        let other = told("permit", &[("authorise", "passed", "good")]);
        assert_eq!(explained("read_only", &other), None);
    }
}
