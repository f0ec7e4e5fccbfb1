//! Every verdict of the closed list in one matrix of the real window, each caused and not faked.

use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_tests::{Desk, DeskOptions, Gateway, LONG, Process, Sandbox, Window, built};
use serde_json::{Value, json};

use crate::token_test::{Said, Tester, pictures, revoke, token_of_jira};
use crate::turn;

/// The closed list, with words of whose job each is in this matrix.
const WHOSE: [(&str, &str); 26] = [
    ("valid", ""),
    ("valid_other_user", "you"),
    ("anonymous", ""),
    ("invalid_credential", ""),
    ("expired", ""),
    ("revoked", ""),
    ("not_yet_valid", ""),
    ("captcha_required", ""),
    ("basic_disabled", "administrators of"),
    ("no_product_access", "administrators of"),
    ("permission_missing", "administrators of"),
    ("scope_missing", ""),
    ("wrong_audience", "you"),
    ("wrong_base_path", "you"),
    ("login_page", "administrators of"),
    ("proxy_error", "network"),
    ("tls_error", "administrators of"),
    ("dns_error", "you"),
    ("connect_error", "network"),
    ("timeout", "network"),
    ("rate_limited", "administrators of"),
    ("clock_skew", "administrators of"),
    ("product_unavailable", "administrators of"),
    ("gateway_refused", ""),
    ("not_tried", ""),
    ("unexpected_answer", "administrators of"),
];

const WRONG: &str = "canary-of-a-wrong-password";
const UNKNOWN: &str = "canary-of-a-token-nobody-knows";

fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(claims))
}

/// What was seen, cell by cell.
#[derive(Default)]
struct Seen(Vec<(String, Said)>);

impl Seen {
    fn take(&mut self, wanted: &str, said: Said) {
        self.0.push((wanted.to_owned(), said));
    }

    fn judge(&self) -> Result<()> {
        let mut wrong = Vec::new();
        for (wanted, said) in &self.0 {
            let whose = WHOSE.iter().find(|(verdict, _)| verdict == wanted);
            let (_, whose) = whose.context("a verdict of the list")?;
            let nothing_to_mend = matches!(wanted.as_str(), "valid" | "not_tried");
            let helps = nothing_to_mend || !said.hint.is_empty();
            let its_job = said.whose.is_empty() == nothing_to_mend && said.whose.contains(whose);
            if said.verdict != *wanted || !helps || !its_job || said.message.is_empty() {
                wrong.push(format!("{wanted} by {whose:?}: {said:?}"));
            }
        }
        for (verdict, _) in WHOSE {
            if !self.0.iter().any(|(wanted, _)| wanted == verdict) {
                wrong.push(format!("{verdict} was not caused"));
            }
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn every_verdict_is_in_the_matrix_with_whose_job_it_is_and_what_to_do() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start_from_file(
        &desk.path("gateway"),
        &sandbox.text("/gateway_config")?,
        &sandbox.description["secrets"],
        &desk.logs(),
    )
    .await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let tester = Tester {
        window: &window,
        sandbox: &sandbox,
    };
    for product in ["jira", "confluence", "bitbucket"] {
        tester.add(product).await?;
    }
    let mut seen = Seen::default();

    // A password that is wrong is sent once.
    tester.first_token("barney", WRONG).await?;
    tester.run().await?;
    seen.take(
        "invalid_credential",
        tester.said("barney", "jira-direct").await?,
    );
    for product in ["confluence", "bitbucket"] {
        let place = format!("{product}-direct");
        seen.take("not_tried", tester.said("barney", &place).await?);
    }
    let log = sandbox.access_log("confluence").await?;
    ensure!(
        !log.iter().any(|line| line.to_string().contains("barney")),
        "the wrong password was sent twice"
    );

    let mut canaries = vec![WRONG.to_owned(), UNKNOWN.to_owned()];
    for user in ["fred", "slate", "wilma"] {
        let password = sandbox.password(user)?;
        tester.paste(user, user, &password).await?;
        canaries.push(password);
    }
    let mut made = Vec::new();
    for name in ["pat-scope", "pat-audience", "pat-revoked"] {
        made.push((name, token_of_jira(&sandbox, name).await?));
    }
    let mut pasted = vec![
        ("nobody", UNKNOWN.to_owned()),
        ("ended", jwt(&json!({ "exp": 1_700_000_000 }))),
        ("early", jwt(&json!({ "nbf": 4_000_000_000_u64 }))),
        ("skewed", jwt(&json!({ "exp": 4_102_444_800_u64 }))),
    ];
    pasted.extend(made.iter().map(|(name, (token, _))| (*name, token.clone())));
    for (name, token) in &pasted {
        tester.paste(name, "", token).await?;
        canaries.push(token.clone());
    }
    tester.choose_all().await?;

    tester.press("test-credential-basic").await?;
    with_passwords(&tester, &mut seen).await?;
    tester.press("test-credential-bearer").await?;
    with_tokens(&tester, &mut seen).await?;
    revoke(&sandbox, &made[2].1.1).await?;
    let why = json!({ "says_why_a_token_fails": true });
    tester.scenario("jira", why).await?;
    seen.take("revoked", tester.again("pat-revoked", "jira-direct").await?);

    without_an_answer(&tester, &desk, &mut seen).await?;
    through_the_gateway(&tester, &gateway, &mut seen).await?;
    pictures(&desk, &window, "verdicts").await?;

    tester.press("test-report").await?;
    tester.go("history").await?;
    let report = tester.pasted_into("history-search").await?;
    ensure!(report.contains("Token test"), "no report: {report}");
    let shown = window.all_text().await;
    for canary in &canaries {
        ensure!(!report.contains(canary), "a secret stands in the report");
        ensure!(!shown.contains(canary), "a secret stands in the window");
    }
    seen.judge()?;
    window.close().await
}

async fn with_passwords(tester: &Tester<'_>, seen: &mut Seen) -> Result<()> {
    seen.take("valid", tester.again("fred", "jira-direct").await?);
    tester
        .administer("jira", "captcha/barney", Value::Null)
        .await?;
    seen.take(
        "captcha_required",
        tester.again("barney", "jira-direct").await?,
    );
    seen.take(
        "no_product_access",
        tester.again("slate", "jira-direct").await?,
    );
    for (verdict, token, product, on, off) in [
        (
            "valid_other_user",
            "fred",
            "confluence",
            json!({ "answers_as": "barney" }),
            json!({ "answers_as": null }),
        ),
        (
            "product_unavailable",
            "fred",
            "bitbucket",
            json!({ "down": true }),
            json!({ "down": false }),
        ),
        (
            "login_page",
            "slate",
            "confluence",
            json!({ "login_page": true }),
            json!({ "login_page": false }),
        ),
        (
            "proxy_error",
            "slate",
            "bitbucket",
            json!({ "proxy_status": 403 }),
            json!({ "proxy_status": null }),
        ),
        (
            "unexpected_answer",
            "wilma",
            "confluence",
            json!({ "server_error": true }),
            json!({ "server_error": false }),
        ),
        (
            "basic_disabled",
            "wilma",
            "jira",
            json!({ "basic_off_silently": true }),
            json!({ "basic_off_silently": false }),
        ),
    ] {
        switched(tester, seen, (verdict, token, product), on, off).await?;
    }
    tester.press("test-endpoints").await?;
    tester.press("test-endpoint-administration").await?;
    tester.window.keys(thirtyfour::Key::Escape).await?;
    let place = "jira-direct/administration";
    seen.take("permission_missing", tester.again("wilma", place).await?);
    Ok(())
}

async fn with_tokens(tester: &Tester<'_>, seen: &mut Seen) -> Result<()> {
    for (verdict, token) in [
        ("invalid_credential", "nobody"),
        ("expired", "ended"),
        ("not_yet_valid", "early"),
    ] {
        seen.take(verdict, tester.again(token, "jira-direct").await?);
    }
    for (verdict, token, product, on, off) in [
        (
            "anonymous",
            "nobody",
            "confluence",
            json!({ "invalid_token_is_anonymous": true }),
            json!({ "invalid_token_is_anonymous": false }),
        ),
        (
            "rate_limited",
            "nobody",
            "bitbucket",
            json!({ "rate_limited": true }),
            json!({ "rate_limited": false }),
        ),
        (
            "clock_skew",
            "skewed",
            "jira",
            json!({ "clock_skew_seconds": 3_000_000_000_u64 }),
            json!({ "clock_skew_seconds": 0 }),
        ),
        (
            "scope_missing",
            "pat-scope",
            "jira",
            json!({ "scope_missing": "READ" }),
            json!({ "scope_missing": null }),
        ),
        (
            "wrong_audience",
            "pat-audience",
            "jira",
            json!({ "wrong_audience": true }),
            json!({ "wrong_audience": false }),
        ),
    ] {
        switched(tester, seen, (verdict, token, product), on, off).await?;
    }
    Ok(())
}

async fn switched(
    tester: &Tester<'_>,
    seen: &mut Seen,
    (verdict, token, product): (&str, &str, &str),
    on: Value,
    off: Value,
) -> Result<()> {
    tester.scenario(product, on).await?;
    let said = tester.again(token, &format!("{product}-direct")).await?;
    tester.scenario(product, off).await?;
    seen.take(verdict, said);
    Ok(())
}

/// Faults of the network, where Bitbucket is looked for.
async fn without_an_answer(tester: &Tester<'_>, desk: &Desk, seen: &mut Seen) -> Result<()> {
    let nowhere = format!("{}/nowhere", tester.sandbox.product("jira")?);
    let closed = TcpListener::bind("127.0.0.1:0").context("a port")?;
    let free = closed.local_addr()?.port();
    drop(closed);
    // Accepts and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").context("a port")?;
    let (_server, tls) = self_signed(desk).await?;
    for (verdict, token, base_url) in [
        ("wrong_base_path", "pat-audience", nowhere),
        ("dns_error", "ended", "https://bitbucket.invalid".to_owned()),
        ("connect_error", "early", format!("http://127.0.0.1:{free}")),
        ("tls_error", "skewed", tls),
        (
            "timeout",
            "pat-scope",
            format!("http://127.0.0.1:{}", silent.local_addr()?.port()),
        ),
    ] {
        tester.move_to("bitbucket", &base_url).await?;
        seen.take(verdict, tester.again(token, "bitbucket-direct").await?);
    }
    Ok(())
}

/// A TLS server whose certificate nobody trusts, and its address.
async fn self_signed(desk: &Desk) -> Result<(Process, String)> {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
    let (certificate, key) = (desk.path("self.pem"), desk.path("self.key"));
    std::fs::write(&certificate, made.cert.pem()).context("the certificate")?;
    std::fs::write(&key, made.signing_key.serialize_pem()).context("the key")?;
    let mut command = std::process::Command::new(built("gatewright-gateway")?);
    command.arg("serve").arg("--data").arg(desk.path("tls"));
    command.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.arg("--tls-cert").arg(&certificate);
    command.arg("--tls-key").arg(&key);
    std::fs::create_dir_all(desk.path("tls")).context("a folder")?;
    let mut process = Process::start("tls", command, &desk.logs())?;
    let ready = process
        .line(LONG, |line| serde_json::from_str::<Value>(line).ok())
        .await?;
    let address = ready["listen"].as_str().context("where it listens")?;
    let url = format!("https://{address}");
    Ok((process, url))
}

/// What the gateway refuses names its rule, because the gateway was asked.
async fn through_the_gateway(
    tester: &Tester<'_>,
    gateway: &Gateway,
    seen: &mut Seen,
) -> Result<()> {
    tester.go("publish").await?;
    tester.fill("pair-url", &gateway.admin_url).await?;
    tester.fill("pair-code", &gateway.pair_code()?).await?;
    tester.fill("pair-data-url", &gateway.data_url).await?;
    tester.press("pair-submit").await?;
    tester.window.shown("publish-version", LONG).await?;
    tester.go("test").await?;
    tester.press("test-way-both").await?;
    let said = tester.again("nobody", "jira-gateway").await?;
    let rule = tester.window.text("test-rule").await?;
    ensure!(!rule.trim().is_empty(), "no rule is named: {said:?}");
    ensure!(!said.whose.is_empty(), "nobody is responsible: {said:?}");
    seen.take("gateway_refused", said);
    Ok(())
}
