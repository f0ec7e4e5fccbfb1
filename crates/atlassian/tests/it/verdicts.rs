//! Every verdict that a product, or something in front of it, can cause is caused.

mod rows;

use std::collections::BTreeSet;
use std::time::Duration;

use gatewright_atlassian::{Endpoint, ProductKind, Verdict, probe_within};
use gatewright_http::Limits;
use http::Method;
use serde_json::{Value, json};

use crate::running::{NOW, Running};
use rows::{rows_of_each, rows_of_one, tokens};

#[tokio::test]
async fn every_verdict_that_a_product_can_cause_is_found() {
    let sandbox = Running::start().await;
    let mut rows = Vec::new();
    let mut made = Vec::new();
    for kind in ProductKind::ALL {
        let tokens = tokens(&sandbox, kind).await;
        rows.extend(rows_of_each(kind, &tokens));
        made.push(tokens);
        let locked = "/rest/sandbox/1.0/captcha/wilma";
        let answer = sandbox.call(kind, Method::PUT, locked, None).await;
        assert_eq!(answer.status, 204);
    }
    rows.extend(rows_of_one(&made[0], &made[1], &made[2]));
    let limits = Limits {
        total: Duration::from_secs(20),
        ..Limits::default()
    };
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut basic_is_off = BTreeSet::new();
    for row in rows {
        if row.name == "no passwords" && basic_is_off.insert(row.kind) {
            let everybody_else = json!({ "block-requests": true, "allowed-users": ["fred"] });
            let path = "/rest/basicauth/1.0/config";
            sandbox
                .call(row.kind, Method::PUT, path, Some(everybody_else))
                .await;
        }
        let before = sandbox
            .call(row.kind, Method::GET, "/rest/sandbox/1.0/scenario", None)
            .await;
        let before: Value = serde_json::from_slice(&before.body).unwrap();
        sandbox.scenario(row.kind, row.scenario).await;
        let mut request = sandbox.request(row.kind, row.credential);
        request.endpoint = row.endpoint.map(|path| Endpoint::get(path).unwrap());
        if row.endpoint.is_some() {
            request.expected_user = None;
        }
        let path = format!("{}{}", request.base_url.path(), row.context);
        request.base_url.set_path(&path);
        let mine = if row.verdict == Verdict::Timeout {
            Limits {
                total: Duration::from_millis(300),
                ..limits
            }
        } else {
            limits
        };
        let result = probe_within(&sandbox.client, &request, NOW, mine).await;
        sandbox.scenario(row.kind, before).await;
        found.insert(result.verdict);
        if result.verdict != row.verdict {
            wrong.push(format!(
                "{} {}: {} instead of {}: {}",
                row.kind, row.name, result.verdict, row.verdict, result.message
            ));
        }
        if result.verdict.is_good() {
            assert_eq!(result.user.as_deref(), Some("fred"), "{}", row.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A name that nobody has, a certificate that nobody trusts, and what is left out on purpose
    // need no product.
    let elsewhere = BTreeSet::from([Verdict::DnsError, Verdict::TlsError, Verdict::NotTried]);
    let all: BTreeSet<Verdict> = Verdict::ALL.into_iter().collect();
    let missing: Vec<&Verdict> = all
        .difference(&found)
        .filter(|v| !elsewhere.contains(v))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
