use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

fn jwt(claims: &str) -> SecretString {
    SecretString::new(format!(
        "{}.{}.c2ln",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#),
        URL_SAFE_NO_PAD.encode(claims)
    ))
}

fn found(claims: &str, context: &InspectionContext<'_>) -> Vec<(Verdict, &'static str)> {
    inspect(&jwt(claims), NOW, context)
        .judgements
        .into_iter()
        .map(|judgement| (judgement.verdict, judgement.claim))
        .collect()
}

#[test]
fn a_jwt_is_judged_by_its_times_issuer_audience_and_scopes() {
    let context = InspectionContext {
        issuers: &["https://idp"],
        audiences: &["gatewright"],
        scopes: &["read", "write"],
        ..InspectionContext::default()
    };
    let now = NOW.unix_timestamp();
    let good = format!(
        r#"{{"iss":"https://idp","aud":["x","gatewright"],"scope":"read write","iat":{now},"nbf":{now},"exp":{},"sub":"u1"}}"#,
        now + 60
    );
    let inspection = inspect(&jwt(&good), NOW, &context);
    assert_eq!(inspection.judgements, []);
    assert_eq!(inspection.verdict(), None);
    let claims = inspection.claims.unwrap();
    assert_eq!(claims.scopes, ["read", "write"]);
    assert_eq!(claims.subject.as_deref(), Some("u1"));
    assert_eq!(claims.algorithm.as_deref(), Some("RS256"));
    assert_eq!(claims.issued, Some(NOW));

    let bad = format!(r#"{{"iss":"https://idp/","aud":"other","scp":["read"],"exp":{now}}}"#);
    assert_eq!(
        found(&bad, &context),
        [
            (Verdict::Expired, "exp"),
            (Verdict::InvalidCredential, "iss"),
            (Verdict::WrongAudience, "aud"),
            (Verdict::ScopeMissing, "scope"),
        ]
    );
    let early = format!(r#"{{"nbf":{}}}"#, now + 1);
    assert_eq!(
        found(&early, &InspectionContext::default()),
        [(Verdict::NotYetValid, "nbf")]
    );
}

#[test]
fn what_nobody_wants_is_not_judged() {
    assert_eq!(
        found(
            r#"{"iss":"x","aud":"y","scope":7}"#,
            &InspectionContext::default()
        ),
        []
    );
}

#[test]
fn a_mistyped_key_is_known_before_it_is_sent() {
    let inspection = inspect(
        &SecretString::new("gw_0000000000000000000000000000001lgxnY"),
        NOW,
        &InspectionContext::default(),
    );
    assert_eq!(inspection.kind, TokenKind::MistypedGatewrightKey);
    assert_eq!(inspection.verdict(), Some(Verdict::InvalidCredential));
}

#[test]
fn a_foreign_secret_is_warned_of_before_it_goes_to_a_host_that_is_not_its_makers() {
    let warned = |token: &str, target: &str, through_gateway: bool| {
        let target = Url::parse(target).unwrap();
        let context = InspectionContext {
            target: Some(&target),
            through_gateway,
            own_hosts: &["github.example.com"],
            ..InspectionContext::default()
        };
        inspect(&SecretString::new(token), NOW, &context).foreign
    };
    let jira = "https://jira.example.com/jira";
    for (token, maker) in [
        ("gho_x", "GitHub"),
        ("github_pat_x", "GitHub"),
        ("glpat-x", "GitLab"),
        ("xoxb-1", "Slack"),
        ("ATATT3x", "Atlassian Cloud"),
    ] {
        let warning = warned(token, jira, false).unwrap();
        assert_eq!(warning.belongs_to, maker);
        assert_eq!(warning.host, "jira.example.com");
        assert!(!warning.words().contains(token));
        assert_eq!(
            warned(token, jira, true),
            None,
            "the gateway is meant for it"
        );
    }
    assert_eq!(warned("gho_x", "https://api.github.com/user", false), None);
    assert_eq!(warned("gho_x", "https://github.example.com/", false), None);
    assert!(warned("gho_x", "https://notgithub.com/", false).is_some());
    assert!(warned("gho_x", "https://github.com.evil.example/", false).is_some());
    assert_eq!(warned("ATATT3x", "https://site.atlassian.net", false), None);
    assert_eq!(warned("unknown", jira, false), None);
}

#[test]
fn nothing_of_the_secret_is_in_an_inspection() {
    let target = Url::parse("https://h").unwrap();
    let context = InspectionContext {
        target: Some(&target),
        ..InspectionContext::default()
    };
    let inspection = inspect(&SecretString::new("gho_canary"), NOW, &context);
    assert!(!format!("{inspection:?}").contains("canary"));
    assert!(
        !serde_json::to_string(&inspection)
            .unwrap()
            .contains("canary")
    );
}

proptest! {
    #[test]
    fn any_text_and_any_claims_are_looked_at(
        text in "(gw_|gho_|ATATT|xoxb-|BBDC-|)[ -~]{0,80}",
        exp in prop::option::of(any::<i64>()),
        aud in prop::option::of("[a-z]{0,5}"),
    ) {
        let target = Url::parse("https://jira.example.com").unwrap();
        let context = InspectionContext {
            target: Some(&target),
            audiences: &["a"],
            scopes: &["s"],
            issuers: &["i"],
            ..InspectionContext::default()
        };
        let plain = inspect(&SecretString::new(text), NOW, &context);
        prop_assert_eq!(plain.foreign.is_some(), plain.kind.foreign_maker().is_some());
        let claims = serde_json::json!({ "exp": exp, "aud": aud, "iss": "i", "scope": "s" });
        let judged = inspect(&jwt(&claims.to_string()), NOW, &context);
        let wrong = judged.judgements.iter().any(|found| found.verdict == Verdict::WrongAudience);
        prop_assert_eq!(wrong, aud.as_deref() != Some("a"));
    }
}
