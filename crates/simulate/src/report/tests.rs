use gatewright_config::{Config, Format};
use gatewright_policy::{Surface, Way};
use time::macros::datetime;

use super::*;
use crate::fact::Fact;

const PRODUCTS: &str = r#"
format = 1
[[products]]
id = "jira"
kind = "jira"
base_url = "https://jira.internal/jira"
public_url = "/jira"
act_as = { header = { name = "X-Remote-User" } }
directory = { token = { secret = "jira-svc" } }
"#;

fn config(text: &str) -> Config {
    Config::parse(&format!("{PRODUCTS}\n{text}"), Format::Toml).unwrap()
}

fn recorded(user: Option<&str>, request: &str, outcome: &str) -> Recorded {
    let (method, path) = request.split_once(' ').unwrap();
    Recorded {
        fact: Fact {
            product: "jira".into(),
            method: method.into(),
            template: crate::path_template(path),
            address: "10.1.2.3".parse().unwrap(),
            surface: Some(Surface::Protected),
            effect: None,
            way: user.map(|_| Way::Oauth),
            user: user.map(str::to_owned),
            client: "curl".into(),
            outcome: outcome.into(),
        },
        path: path.into(),
        request_id: "r1".into(),
        requests: 7,
        last: datetime!(2027-01-01 10:00 UTC),
    }
}

fn run(candidate: &str, facts: &[Recorded], groups: GroupsOf<'_>) -> Report {
    let (running, candidate) = (config(""), config(candidate));
    let side = |config: &'static Config| Side {
        rules: &config.rules,
        exemptions: gatewright_policy::Exemptions::default(),
    };
    let (running, candidate) = (Box::leak(Box::new(running)), Box::leak(Box::new(candidate)));
    let mut simulation = Simulation::default();
    for fact in facts {
        simulation.push(fact, side(running), side(candidate), groups);
    }
    simulation.finish()
}

#[test]
fn a_read_only_group_is_newly_refused_where_it_wrote() {
    let groups = ["contractors".to_owned()];
    let facts = [
        recorded(Some("mallory"), "POST /rest/api/2/issue", "permit"),
        recorded(Some("mallory"), "GET /rest/api/2/issue/A-1", "permit"),
        recorded(None, "GET /rest/api/2/issue/A-1", "missing_credentials"),
    ];
    let report = run(
        "[access]\ngroups_read_only = [\"contractors\"]",
        &facts,
        GroupsOf::Known(&groups),
    );
    assert_eq!(report.requests, 21);
    assert_eq!(report.same, 14);
    assert_eq!(report.newly_allowed, []);
    let [only] = report.newly_refused.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(only.user.as_deref(), Some("mallory"));
    assert_eq!(only.reason, "read_only");
    assert_eq!(only.setting.as_deref(), Some("access.groups_read_only"));
    assert_eq!(only.requests, 7);
    assert_eq!(only.examples[0].path, "/rest/api/2/issue");
}

#[test]
fn anonymous_requests_are_newly_allowed_and_name_the_setting() {
    let facts = [recorded(None, "GET /x y", "missing_credentials")];
    let report = run(
        "[settings]\nanonymous = \"product\"",
        &facts,
        GroupsOf::Unknown,
    );
    assert_eq!(report.newly_allowed.len(), 1);
    assert_eq!(
        report.newly_allowed[0].setting.as_deref(),
        Some("settings.anonymous")
    );
}

#[test]
fn what_cannot_be_judged_is_said_and_not_guessed() {
    let facts = [
        recorded(Some("mallory"), "POST /rest/api/2/issue", "permit"),
        recorded(None, "GET /x", "malformed_request"),
    ];
    let report = run(
        "[access]\ngroups_allowed = [\"staff\"]",
        &facts,
        GroupsOf::Unknown,
    );
    assert_eq!(report.newly_refused, []);
    let why: Vec<WhyNot> = report.not_judged.iter().map(|one| one.why).collect();
    assert_eq!(why, [WhyNot::GroupsNotKnown, WhyNot::NotByTheRules]);
}

#[test]
fn a_refused_credential_passes_only_where_nobody_looks_at_it() {
    let facts = [recorded(Some("eve"), "GET /status", "invalid_credentials")];
    let bypass = "[[access.bypass]]\nproduct = \"jira\"\npath = \"GET /status\"";
    let report = run(bypass, &facts, GroupsOf::Unknown);
    assert_eq!(report.newly_allowed.len(), 1);
    let report = run(
        "[settings]\nanonymous = \"product\"",
        &facts,
        GroupsOf::Unknown,
    );
    assert_eq!(report.same, 7);
}

#[test]
fn a_product_that_is_gone_refuses_what_it_served() {
    let other = "format = 1";
    let (running, candidate) = (config(""), Config::parse(other, Format::Toml).unwrap());
    let mut simulation = Simulation::default();
    let side = |config: &'static Config| Side {
        rules: &config.rules,
        exemptions: gatewright_policy::Exemptions::default(),
    };
    simulation.push(
        &recorded(Some("ada"), "GET /x", "permit"),
        side(Box::leak(Box::new(running))),
        side(Box::leak(Box::new(candidate))),
        GroupsOf::Unknown,
    );
    let report = simulation.finish();
    assert_eq!(report.newly_refused[0].reason, "unknown_product");
}
