//! The page of all verdicts, `docs/token-test.md`: its table is what the fixtures of this crate
//! give, so that it cannot go stale.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use gatewright_http::TlsProblem;

use super::tests::{NOW, asked, cases};
use super::*;

const BEGIN: &str =
    "<!-- verdicts: made by `UPDATE_PAGES=1 cargo test -p gatewright-atlassian` -->\n";
const END: &str = "<!-- end of verdicts -->";

fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "The product named a user, the expected one where one is expected.",
        Verdict::ValidOtherUser => "It works, but as somebody else.",
        Verdict::Anonymous => "An answer, often 200, but to nobody.",
        Verdict::InvalidCredential => "Wrong or unknown.",
        Verdict::Expired => "It has ended; when, if that can be known.",
        Verdict::Revoked => "It was withdrawn.",
        Verdict::NotYetValid => "It begins later.",
        Verdict::CaptchaRequired => {
            "The account is locked until its owner signs in with a browser."
        }
        Verdict::BasicDisabled => "Names and passwords are switched off.",
        Verdict::NoProductAccess => "A known user who may not use the product.",
        Verdict::PermissionMissing => "A known user who may not do this.",
        Verdict::ScopeMissing => "The token was not granted what this needs.",
        Verdict::WrongAudience => "The token was made for somebody else.",
        Verdict::WrongBasePath => "Nothing of the product is at this address.",
        Verdict::LoginPage => "A page for people answered in the product's place.",
        Verdict::ProxyError => "A proxy on the way refused or failed.",
        Verdict::TlsError => {
            "The certificate or the encryption was refused; nothing secret was sent."
        }
        Verdict::DnsError => "The name of the host is unknown.",
        Verdict::ConnectError => "Nothing listens there, or the connection broke off.",
        Verdict::Timeout => "No answer in time.",
        Verdict::RateLimited => "Too many requests.",
        Verdict::ClockSkew => "A clock is off, and by it the credential is not valid.",
        Verdict::ProductUnavailable => "The product is down, starting or in maintenance.",
        Verdict::GatewayRefused => {
            "The gateway refused before the product was asked, by the rule that is named."
        }
        Verdict::NotTried => "Not sent, on purpose.",
        Verdict::UnexpectedAnswer => {
            "An answer that fits nothing known; it stands beside the verdict."
        }
    }
}

fn job(whose: Whose) -> &'static str {
    match whose {
        Whose::Nobody => "nobody",
        Whose::You => "whoever tests",
        Whose::TokenOwner => "the token's owner",
        Whose::ProductAdministrator => "the product's admin",
        Whose::GatewayAdministrator => "the gateway's admin",
        Whose::Network => "the network",
        Whose::ProviderAdministrator => "the provider's admin",
    }
}

/// Every way in which no answer comes.
fn unanswered() -> Vec<SendError> {
    let text = || "x".to_owned();
    vec![
        SendError::Dns { host: text() },
        SendError::Connect {
            host: text(),
            port: 443,
            detail: text(),
        },
        SendError::Tls {
            host: text(),
            detail: text(),
            problem: TlsProblem::UnknownIssuer,
            chain: Vec::new(),
        },
        SendError::ProxyAuthentication,
        SendError::Timeout {
            after: std::time::Duration::from_secs(30),
        },
        SendError::NotSent { detail: text() },
        SendError::Broken { detail: text() },
    ]
}

fn table() -> String {
    let cases = cases();
    let mut found: Vec<Diagnosis> = cases
        .iter()
        .map(|case| diagnose(&asked(case), Ok(&case.answer), NOW))
        .collect();
    let any = asked(&cases[0]);
    found.extend(
        unanswered()
            .iter()
            .map(|error| diagnose(&any, Err(error), NOW)),
    );
    let mut table =
        "| verdict | in the window | what it means | whose job | evidence |\n| --- | --- | --- | --- | --- |\n"
            .to_owned();
    for verdict in Verdict::ALL {
        let mine = || found.iter().filter(|found| found.verdict == verdict);
        assert!(mine().next().is_some(), "no fixture gives {verdict}");
        let jobs: BTreeSet<&str> = mine().map(|found| job(found.whose)).collect();
        let signs: BTreeSet<String> = mine()
            .flat_map(|found| &found.evidence)
            .filter(|sign| sign.bad)
            .map(|sign| format!("`{}`", sign.name))
            .collect();
        let _ = writeln!(
            table,
            "| `{verdict}` | {} | {} | {} | {} |",
            verdict.label(),
            meaning(verdict),
            jobs.into_iter().collect::<Vec<_>>().join(", "),
            signs.into_iter().collect::<Vec<_>>().join(", "),
        );
    }
    table
}

#[test]
fn the_page_of_verdicts_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/token-test.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{BEGIN}\n{}\n{END}{after}", table());
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert_eq!(page, expected);
}
