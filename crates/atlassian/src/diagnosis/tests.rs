//! Every row of the failure tables is a file in `fixtures/diagnosis`, with the verdict that it must
//! give; the words stand in the snapshot.

use std::fmt::Write as _;
use std::path::Path;

use gatewright_http::TlsProblem;
use gatewright_secret::SecretString;
use proptest::prelude::*;
use time::macros::datetime;

use super::*;
use crate::answer::tests::response;
use crate::credential::Credential;

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

/// One fixture: what was asked, what came, what must be found.
pub(super) struct Case {
    name: String,
    kind: ProductKind,
    base_url: Url,
    credential: CredentialShape,
    endpoint: Option<String>,
    expected_user: Option<String>,
    through_gateway: bool,
    signed_in: Option<bool>,
    who_am_i: Option<Response>,
    pub(super) answer: Response,
    verdict: String,
    user: Option<String>,
    stops: bool,
}

fn base_url(kind: ProductKind) -> Url {
    let text = match kind {
        ProductKind::Jira => "https://jira.example.com/jira",
        ProductKind::Confluence => "https://wiki.example.com",
        ProductKind::Bitbucket => "https://git.example.com",
    };
    Url::parse(text).unwrap()
}

fn credential(text: &str) -> Credential {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let jwt = |from: i64, until: i64| {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"nbf":{from},"exp":{until}}}"#));
        format!("{header}.{claims}.c2ln")
    };
    let now = NOW.unix_timestamp();
    let (scheme, make) = text.rsplit_once(' ').unwrap();
    let secret = SecretString::new(match make {
        "password" => "hunter2".to_owned(),
        "opaque" => "0123456789abcdef".to_owned(),
        "github" => "gho_16C7e42F292c6912E7710c838347Ae178B4a".to_owned(),
        "cloud" => "ATATT3xFfGF0".to_owned(),
        "key" => "gw_0000000000000000000000000000001lgxnX".to_owned(),
        "product" => STANDARD.encode([b"478123456789:".as_slice(), &[0xA7; 20]].concat()),
        "jwt" => jwt(now - 600, now + 3600),
        "jwt-ended" => jwt(now - 7200, now - 3600),
        "jwt-future" => jwt(now + 600, now + 3600),
        other => panic!("no such credential: {other}"),
    });
    match scheme.split_once(' ') {
        Some((_, user)) => Credential::Basic {
            user: user.to_owned(),
            password: secret,
        },
        None => Credential::Bearer(secret),
    }
}

fn case(path: &Path) -> Case {
    let text = std::fs::read_to_string(path).unwrap();
    let (meta, http) = text.split_once("\n\n").unwrap();
    let (head, body) = http.split_once("\n\n").unwrap();
    let get = |name: &str| {
        meta.lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))
            .map(str::to_owned)
    };
    let kind: ProductKind =
        serde_json::from_value(serde_json::Value::String(get("kind").unwrap())).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    Case {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        kind,
        base_url: get("base-url").map_or_else(|| base_url(kind), |url| Url::parse(&url).unwrap()),
        credential: credential(&get("credential").unwrap()).shape(),
        endpoint: get("endpoint"),
        expected_user: get("expect"),
        through_gateway: get("gateway").is_some(),
        signed_in: get("signed-in").map(|_| true),
        who_am_i: get("who-am-i").map(|user| response(200, &[("X-AUSERNAME", &user)], "{}")),
        answer: response(status, &headers, body),
        verdict: get("verdict").unwrap(),
        user: get("user"),
        stops: get("stops").is_some(),
    }
}

pub(super) fn asked(case: &Case) -> Asked<'_> {
    Asked {
        kind: case.kind,
        base_url: &case.base_url,
        endpoint: case.endpoint.as_deref(),
        credential: &case.credential,
        expected_user: case.expected_user.as_deref(),
        through_gateway: case.through_gateway,
        who_am_i: case.who_am_i.as_ref(),
        signed_in: case.signed_in,
    }
}

pub(super) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diagnosis");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| case(path)).collect()
}

#[test]
fn every_row_of_the_failure_tables_gives_its_verdict() {
    let mut words = String::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let found = diagnose(&asked(&case), Ok(&case.answer), NOW);
        let facts = (
            found.verdict.id(),
            found.user.clone(),
            found.stops_further_basic,
        );
        let wanted = (case.verdict.as_str(), case.user.clone(), case.stops);
        if facts != wanted {
            wrong.push(format!("{}: {facts:?}, wanted {wanted:?}", case.name));
        }
        let bad: Vec<String> = found
            .evidence
            .iter()
            .filter(|row| row.bad)
            .map(|row| format!("{}={}", row.name, row.value))
            .collect();
        let _ = writeln!(
            words,
            "{}\n  {}: {}\n  up to {}: {}\n  because {}\n",
            case.name,
            found.verdict,
            found.message,
            if found.up_to.is_empty() {
                "nobody"
            } else {
                &found.up_to
            },
            if found.hint.is_empty() {
                "-"
            } else {
                &found.hint
            },
            bad.join(" | "),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!("words", words);
}

#[test]
fn every_sentence_ends_and_none_begs() {
    for case in cases() {
        let found = diagnose(&asked(&case), Ok(&case.answer), NOW);
        for text in [&found.message, &found.hint] {
            let end = text.chars().last();
            assert!(
                matches!(end, None | Some('.' | '”')),
                "{}: {text}",
                case.name
            );
            for word in ["please", "oops", "successfully", "Please", "!"] {
                assert!(!text.contains(word), "{}: {text}", case.name);
            }
        }
        assert_eq!(
            found.hint.is_empty(),
            found.verdict == Verdict::Valid,
            "{}",
            case.name
        );
        assert_eq!(
            found.up_to.is_empty(),
            found.whose == Whose::Nobody,
            "{}",
            case.name
        );
    }
}

#[test]
fn no_answer_at_all_has_a_verdict_of_its_own() {
    let shape = credential("bearer product").shape();
    let base_url = base_url(ProductKind::Jira);
    let host = || "jira.example.com".to_owned();
    let detail = || "refused".to_owned();
    let errors = [
        (SendError::Dns { host: host() }, Verdict::DnsError),
        (
            SendError::Connect {
                host: host(),
                port: 443,
                detail: detail(),
            },
            Verdict::ConnectError,
        ),
        (
            SendError::Tls {
                host: host(),
                detail: "nobody trusted here issued the certificate".to_owned(),
                problem: TlsProblem::UnknownIssuer,
                chain: Vec::new(),
            },
            Verdict::TlsError,
        ),
        (SendError::ProxyAuthentication, Verdict::ProxyError),
        (SendError::Proxy { detail: detail() }, Verdict::ProxyError),
        (
            SendError::Timeout {
                after: std::time::Duration::from_secs(30),
            },
            Verdict::Timeout,
        ),
        (
            SendError::BodyTooLarge { limit: 10 },
            Verdict::UnexpectedAnswer,
        ),
        (SendError::NotSent { detail: detail() }, Verdict::NotTried),
        (
            SendError::Broken { detail: detail() },
            Verdict::ConnectError,
        ),
    ];
    let mut words = String::new();
    for (error, verdict) in errors {
        let asked = Asked {
            kind: ProductKind::Jira,
            base_url: &base_url,
            endpoint: None,
            credential: &shape,
            expected_user: None,
            through_gateway: false,
            who_am_i: None,
            signed_in: None,
        };
        let found = diagnose(&asked, Err(&error), NOW);
        assert_eq!(found.verdict, verdict, "{error}");
        assert!(!found.stops_further_basic);
        let _ = writeln!(
            words,
            "{}: {} [{}] {}",
            found.verdict, found.message, found.up_to, found.hint
        );
    }
    insta::assert_snapshot!("silence", words);
}

/// Headers and bodies that mean something somewhere, in any combination.
fn any_answer() -> impl Strategy<Value = Response> {
    let status = prop::sample::select(vec![
        200_u16, 201, 204, 301, 302, 400, 401, 403, 404, 405, 407, 429, 500, 502, 503,
    ]);
    let header = prop::sample::select(vec![
        ("X-AUSERNAME", "fred"),
        ("X-AUSERNAME", "anonymous"),
        ("X-AUSERNAME", " "),
        ("X-AUSERNAME", "%61nonymous"),
        ("X-Seraph-LoginReason", "OK"),
        ("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),
        ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED"),
        ("X-Seraph-LoginReason", "OUT"),
        ("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE"),
        ("Location", "/login"),
        ("Content-Type", "text/html"),
        ("Content-Type", "application/json"),
        ("X-Gatewright-Reason", "user_unknown"),
        (
            "WWW-Authenticate",
            "OAuth realm=\"x\", oauth_problem=\"nonce_used\"",
        ),
        ("Retry-After", "0"),
    ]);
    let body = prop_oneof![
        Just(String::new()),
        Just(r#"{"name":"fred","displayName":"F"}"#.to_owned()),
        Just(r#"{"name":"anonymous"}"#.to_owned()),
        Just(r#"{"name":""}"#.to_owned()),
        Just(r#"{"name":7}"#.to_owned()),
        Just(r#"{"type":"known","username":"fred"}"#.to_owned()),
        Just(r#"{"type":"anonymous","username":"fred"}"#.to_owned()),
        Just("[]".to_owned()),
        Just("<html><title>x</title></html>".to_owned()),
        Just("fred".to_owned()),
        ".{0,40}",
    ];
    (status, prop::collection::vec(header, 0..4), body)
        .prop_map(|(status, headers, body)| response(status, &headers, &body))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_is_valid_unless_the_product_named_a_user(
        answer in any_answer(),
        second in prop::option::of(any_answer()),
        kind in prop::sample::select(ProductKind::ALL.to_vec()),
        endpoint in prop::option::of(Just("/rest/api/2/field")),
        expected in prop::option::of(Just("fred")),
        signed_in in prop::option::of(any::<bool>()),
        through_gateway: bool,
        basic: bool,
    ) {
        let shape = credential(if basic { "basic fred password" } else { "bearer product" }).shape();
        let base_url = base_url(kind);
        let asked = Asked {
            kind,
            base_url: &base_url,
            endpoint,
            credential: &shape,
            expected_user: expected,
            through_gateway,
            who_am_i: second.as_ref(),
            signed_in,
        };
        let found = diagnose(&asked, Ok(&answer), NOW);
        if found.verdict == Verdict::Valid {
            prop_assert!(answer.status.is_success());
            let user = found.user.clone().unwrap_or_default();
            prop_assert!(!user.trim().is_empty());
            prop_assert!(!user.eq_ignore_ascii_case("anonymous"));
            // The name stands in an answer of the product, be it in a header or in a body.
            let named = |answer: &Response| {
                answer.header("X-AUSERNAME") == Some(user.as_str()) || answer.text().contains(&user)
            };
            prop_assert!(named(&answer) || second.as_ref().is_some_and(named));
            prop_assert!(Answer::new(&answer).login_reasons().iter().all(|reason| reason == "OK"));
            prop_assert!(expected.is_none_or(|expected| expected == user));
        }
    }

    #[test]
    fn no_answer_makes_the_diagnosis_panic(
        status in 100_u16..600,
        name in "[A-Za-z-]{1,20}",
        value in "[ -~]{0,60}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut answer = response(status, &[(&name, &value)], "");
        answer.body = body.into();
        let shape = credential("bearer jwt").shape();
        for kind in ProductKind::ALL {
            let base_url = base_url(kind);
            let asked = Asked {
                kind,
                base_url: &base_url,
                endpoint: None,
                credential: &shape,
                expected_user: None,
                through_gateway: false,
                who_am_i: None,
                signed_in: None,
            };
            let found = diagnose(&asked, Ok(&answer), NOW);
            prop_assert!(!found.message.is_empty());
        }
    }
}
