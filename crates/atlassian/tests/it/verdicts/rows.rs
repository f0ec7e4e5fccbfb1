//! What is switched and sent, row by row.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_atlassian::ProductKind::{Bitbucket, Confluence, Jira};
use gatewright_atlassian::{Credential, ProductKind, Verdict};
use http::Method;
use serde_json::{Value, json};

use crate::running::{NOW, Running, basic, bearer, password};

/// What is switched, what is sent, and what must be found.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: ProductKind,
    pub(super) scenario: Value,
    pub(super) credential: Credential,
    pub(super) endpoint: Option<&'static str>,
    pub(super) context: &'static str,
    pub(super) verdict: Verdict,
}

fn row(
    name: &'static str,
    kind: ProductKind,
    scenario: Value,
    credential: Credential,
    verdict: Verdict,
) -> Row {
    Row {
        name,
        kind,
        scenario,
        credential,
        endpoint: None,
        context: "",
        verdict,
    }
}

fn jwt(from: i64, until: i64) -> Credential {
    let now = NOW.unix_timestamp();
    let claims = json!({ "nbf": now + from, "exp": now + until }).to_string();
    bearer(&format!(
        "{}.{}.c2ln",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#),
        URL_SAFE_NO_PAD.encode(claims)
    ))
}

/// The tokens that the rows need: good, ended and revoked ones of each product.
pub(super) struct Tokens {
    good: String,
    ended: String,
    revoked: String,
}

pub(super) async fn tokens(sandbox: &Running, kind: ProductKind) -> Tokens {
    let (_, good) = sandbox.token(kind).await;
    let (id, ended) = sandbox.token(kind).await;
    let path = format!("/rest/sandbox/1.0/tokens/{id}/expire");
    let answer = sandbox.call(kind, Method::POST, &path, None).await;
    assert_eq!(answer.status, 204);
    let (id, revoked) = sandbox.token(kind).await;
    let path = match kind {
        Jira | Confluence => format!("/rest/pat/latest/tokens/{id}"),
        Bitbucket => format!("/rest/access-tokens/latest/users/fred/{id}"),
    };
    let answer = sandbox.call(kind, Method::DELETE, &path, None).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    Tokens {
        good,
        ended,
        revoked,
    }
}

/// What goes wrong in the same way with all three.
pub(super) fn rows_of_each(kind: ProductKind, tokens: &Tokens) -> Vec<Row> {
    let good = || bearer(&tokens.good);
    let same = |name, scenario, verdict| row(name, kind, scenario, good(), verdict);
    let mut rows = vec![
        same("a token", json!({}), Verdict::Valid),
        row(
            "a password",
            kind,
            json!({}),
            password("fred"),
            Verdict::Valid,
        ),
        same(
            "somebody else",
            json!({ "answers_as": "barney" }),
            Verdict::ValidOtherUser,
        ),
        row(
            "wrong password",
            kind,
            json!({}),
            basic("jdoe", "no"),
            Verdict::InvalidCredential,
        ),
        row(
            "unknown token",
            kind,
            json!({}),
            bearer("nobody-knows-this"),
            Verdict::InvalidCredential,
        ),
        row(
            "token ended, and it says so",
            kind,
            json!({ "says_why_a_token_fails": true }),
            bearer(&tokens.ended),
            Verdict::Expired,
        ),
        row(
            "token revoked, and it says so",
            kind,
            json!({ "says_why_a_token_fails": true }),
            bearer(&tokens.revoked),
            Verdict::Revoked,
        ),
        row(
            "token ended, unsaid",
            kind,
            json!({}),
            bearer(&tokens.ended),
            Verdict::InvalidCredential,
        ),
        row(
            "token of yesterday",
            kind,
            json!({}),
            jwt(-7200, -3600),
            Verdict::Expired,
        ),
        row(
            "token of tomorrow",
            kind,
            json!({}),
            jwt(3600, 7200),
            Verdict::NotYetValid,
        ),
        row(
            "locked account",
            kind,
            json!({}),
            password("wilma"),
            Verdict::CaptchaRequired,
        ),
        row(
            "no use of the product",
            kind,
            json!({}),
            password("slate"),
            Verdict::NoProductAccess,
        ),
        same(
            "scope",
            json!({ "scope_missing": "WRITE" }),
            Verdict::ScopeMissing,
        ),
        same(
            "audience",
            json!({ "wrong_audience": true }),
            Verdict::WrongAudience,
        ),
        same(
            "login page",
            json!({ "login_page": true }),
            Verdict::LoginPage,
        ),
        same(
            "login redirect",
            json!({ "login_redirect": true }),
            Verdict::LoginPage,
        ),
        same(
            "proxy refuses",
            json!({ "proxy_status": 403 }),
            Verdict::ProxyError,
        ),
        same(
            "proxy wants a password",
            json!({ "proxy_status": 407 }),
            Verdict::ProxyError,
        ),
        same(
            "proxy finds nobody",
            json!({ "proxy_status": 502 }),
            Verdict::ProductUnavailable,
        ),
        same("down", json!({ "down": true }), Verdict::ProductUnavailable),
        same(
            "starting",
            json!({ "starting": true }),
            Verdict::ProductUnavailable,
        ),
        same(
            "too many",
            json!({ "rate_limited": true }),
            Verdict::RateLimited,
        ),
        same(
            "slow",
            json!({ "slow_milliseconds": 60_000 }),
            Verdict::Timeout,
        ),
        same(
            "dies",
            json!({ "dies_mid_body": true }),
            Verdict::ConnectError,
        ),
        same(
            "broken inside",
            json!({ "server_error": true }),
            Verdict::UnexpectedAnswer,
        ),
        same(
            "gateway",
            json!({ "gateway_reason": "user_unknown" }),
            Verdict::GatewayRefused,
        ),
        row(
            "clock",
            kind,
            json!({ "clock_skew_seconds": 7200 }),
            jwt(-60, 3600),
            Verdict::ClockSkew,
        ),
    ];
    rows.push(Row {
        context: "/elsewhere",
        ..same("wrong path", json!({}), Verdict::WrongBasePath)
    });
    rows
}

pub(super) fn rows_of_one(jira: &Tokens, confluence: &Tokens, bitbucket: &Tokens) -> Vec<Row> {
    let config = Some("/rest/basicauth/1.0/config");
    let as_nobody = || json!({ "invalid_token_is_anonymous": true });
    vec![
        Row {
            endpoint: config,
            ..row(
                "not an administrator",
                Jira,
                json!({}),
                password("barney"),
                Verdict::PermissionMissing,
            )
        },
        Row {
            endpoint: config,
            ..row(
                "not an administrator",
                Confluence,
                json!({}),
                password("barney"),
                Verdict::PermissionMissing,
            )
        },
        Row {
            endpoint: Some("/rest/api/latest/admin/groups"),
            ..row(
                "401 for a permission",
                Bitbucket,
                json!({}),
                bearer(&bitbucket.good),
                Verdict::PermissionMissing,
            )
        },
        row(
            "200 to nobody",
            Confluence,
            as_nobody(),
            bearer(&confluence.revoked),
            Verdict::Anonymous,
        ),
        row(
            "200 to nobody",
            Bitbucket,
            as_nobody(),
            bearer(&bitbucket.revoked),
            Verdict::Anonymous,
        ),
        Row {
            endpoint: Some("/rest/api/2/mypermissions"),
            ..row(
                "200 to nobody",
                Jira,
                as_nobody(),
                bearer(&jira.revoked),
                Verdict::Anonymous,
            )
        },
        Row {
            endpoint: Some("/rest/api/2/mypermissions"),
            ..row(
                "200 to a wrong password",
                Jira,
                json!({ "bad_basic_is_anonymous": true }),
                basic("jdoe", "no"),
                Verdict::Anonymous,
            )
        },
        row(
            "empty 200 to a wrong password",
            Jira,
            json!({ "bad_basic_is_empty": true }),
            basic("jdoe", "no"),
            Verdict::Anonymous,
        ),
        row(
            "a page for a refused token",
            Jira,
            json!({ "invalid_token_is_a_page": true }),
            bearer(&jira.revoked),
            Verdict::InvalidCredential,
        ),
        row(
            "no passwords, no words",
            Jira,
            json!({ "basic_off_silently": true }),
            password("barney"),
            Verdict::BasicDisabled,
        ),
        row(
            "no passwords",
            Confluence,
            json!({}),
            password("dino"),
            Verdict::BasicDisabled,
        ),
        row(
            "no passwords",
            Bitbucket,
            json!({}),
            password("bambam"),
            Verdict::BasicDisabled,
        ),
        row(
            "the name is removed on the way",
            Bitbucket,
            json!({ "hides_user": true }),
            bearer(&bitbucket.good),
            Verdict::UnexpectedAnswer,
        ),
        row(
            "the name is removed on the way, the body has it",
            Jira,
            json!({ "hides_user": true }),
            bearer(&jira.good),
            Verdict::Valid,
        ),
    ]
}
