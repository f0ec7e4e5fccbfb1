use gatewright_config::Format;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2027-01-01 00:00 UTC);

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

fn effect(before: &str, after: &str) -> Vec<(String, MeasuredEffect)> {
    effects(&config(before), &config(after), NOW)
        .into_iter()
        .map(|one| (one.path, one.effect))
        .collect()
}

fn only(before: &str, after: &str) -> MeasuredEffect {
    let all = effect(before, after);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].1
}

#[test]
fn rules_that_narrow_are_seen_to_narrow_and_their_undoing_to_widen() {
    let narrower = [
        "[settings]\nread_only = true",
        "[settings]\napi_keys = \"deny\"",
        "[settings]\noauth = \"deny\"",
        "[settings]\nbasic_auth = \"deny\"",
        "[settings]\nusers_may_create_keys = false",
        "[access]\ngroups_allowed = [\"staff\"]",
        "[access]\ngroups_read_only = [\"contractors\"]",
        "[access]\naddresses_allowed = [\"10.0.0.0/8\"]",
        "[access]\ngroups_may_create_keys = [\"staff\"]",
        "[access.rate]\nper_caller = \"10/m\"",
    ];
    for text in narrower {
        assert_eq!(only("", text), MeasuredEffect::Narrower, "{text}");
        assert_eq!(only(text, ""), MeasuredEffect::Wider, "{text}");
    }
    let wider = [
        "[settings]\nauthentication = false",
        "[settings]\nanonymous = \"product\"",
        "[settings]\nproduct_tokens = \"allow\"",
        "[[access.bypass]]\nproduct = \"jira\"\npath = \"GET /rest/api/2/serverInfo\"",
    ];
    for text in wider {
        assert_eq!(only("", text), MeasuredEffect::Wider, "{text}");
        assert_eq!(only(text, ""), MeasuredEffect::Narrower, "{text}");
    }
}

#[test]
fn a_group_more_is_wider_and_an_equal_rule_has_no_effect() {
    let one = "[access]\ngroups_allowed = [\"staff\"]";
    let two = "[access]\ngroups_allowed = [\"staff\", \"guests\"]";
    assert_eq!(only(one, two), MeasuredEffect::Wider);
    // A restriction that nobody can meet, because everybody needs a credential anyway.
    let public = "[[access.public]]\nproduct = \"jira\"\npath = \"/rest/api/2/issue/**\"";
    assert_eq!(only("", public), MeasuredEffect::None);
    let open = "[settings]\nanonymous = \"product\"\n";
    assert_eq!(
        only(open, &format!("{open}{public}")),
        MeasuredEffect::Narrower
    );
    // A range inside another one adds nothing.
    let range = "[access]\naddresses_allowed = [\"10.0.0.0/8\"]";
    let inside = "[access]\naddresses_allowed = [\"10.0.0.0/8\", \"10.1.0.0/16\"]";
    assert_eq!(only(range, inside), MeasuredEffect::None);
}

#[test]
fn an_example_shows_the_effect() {
    let found = effects(
        &config(""),
        &config("[access]\ngroups_read_only = [\"contractors\"]"),
        NOW,
    );
    let example = found[0].narrower_example.as_ref().unwrap();
    assert_eq!(example.before, "permit");
    assert_eq!(example.after, "read_only");
    assert!(example.caller.contains("contractors"), "{example:?}");
}

#[test]
fn what_the_policy_does_not_know_is_not_guessed() {
    let moved = PRODUCTS.replace("jira.internal", "other.internal");
    let after = Config::parse(&moved, Format::Toml).unwrap();
    let found = effects(&config(""), &after, NOW);
    assert_eq!(found[0].effect, MeasuredEffect::Unknown);
    assert_eq!(overall(&config(""), &after, NOW), MeasuredEffect::None);
}

#[test]
fn a_product_that_comes_is_wider_and_one_that_goes_narrower() {
    let second = "[[products]]\nid = \"wiki\"\nkind = \"confluence\"\n\
        base_url = \"https://wiki.internal\"\npublic_url = \"/wiki\"\n\
        act_as = { header = { name = \"X-Remote-User\" } }\n\
        access = { groups_allowed = [] }\n\
        [[access.bypass]]\nproduct = \"wiki\"\npath = \"GET /status\"";
    let come = effect("", second);
    assert_eq!(come[0], ("products.wiki".to_owned(), MeasuredEffect::Wider));
    let gone = effect(second, "");
    let product = gone.iter().find(|one| one.0 == "products.wiki").unwrap();
    assert_eq!(product.1, MeasuredEffect::Narrower);
}

#[test]
fn a_rule_that_is_only_reported_has_no_effect_yet() {
    let reported =
        "[access]\nreport_only = [{ rule = \"groups\", until = \"2028-01-01T00:00:00Z\" }]\n";
    let with = format!("{reported}groups_allowed = [\"staff\"]");
    assert_eq!(only(reported, &with), MeasuredEffect::None);
}
