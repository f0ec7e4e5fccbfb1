//! The gateway's process between bare sockets: clients that write bytes, a product that keeps them.

use anyhow::{Result, ensure};
use gatewright_tests::{Admin, Gateway, Http2, RawAnswer, Recorder, http1};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Everything in place.
pub(crate) struct Front {
    pub(crate) gateway: Gateway,
    pub(crate) product: Recorder,
    pub(crate) provider: Recorder,
    pub(crate) admin: Admin,
    pub(crate) folder: TempDir,
}

impl Front {
    /// With these settings (lines of `[settings]`) and more of a document behind them.
    pub(crate) async fn start(settings: &str, more: &str) -> Result<Self> {
        let product = Recorder::product().await?;
        Self::before(product, settings, more).await
    }

    /// The same before a product that answers as it likes.
    pub(crate) async fn before(product: Recorder, settings: &str, more: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let provider = Recorder::provider().await?;
        let text = document(&product, &provider, settings, more);
        let gateway =
            Gateway::start_from_file(folder.path(), &text, &json!({}), folder.path()).await?;
        let admin = Admin::pair(&gateway).await?;
        Ok(Self {
            gateway,
            product,
            provider,
            admin,
            folder,
        })
    }

    /// A request over HTTP/1.1 on a connection of its own; `lines` end with a line break each.
    pub(crate) async fn get(&self, method: &str, target: &str, lines: &str) -> Result<RawAnswer> {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: gw\r\n{lines}\r\n");
        http1(&self.gateway.data_url, request.as_bytes()).await
    }

    /// The same over HTTP/2; the lines are split at their colon and their names made small.
    pub(crate) async fn get2(&self, method: &str, target: &str, lines: &str) -> Result<RawAnswer> {
        let mut all = vec![
            (":method".to_owned(), method.to_owned()),
            (":scheme".to_owned(), "http".to_owned()),
            (":authority".to_owned(), "gw".to_owned()),
            (":path".to_owned(), target.to_owned()),
        ];
        for line in lines.split("\r\n").filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            all.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let lines: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut client = Http2::connect(&self.gateway.data_url).await?;
        client.ask(&lines, None, &[]).await
    }

    /// A key of alice, narrowed as it says.
    pub(crate) async fn key(&self, narrowed: Value) -> Result<(String, String)> {
        let mut order = json!({ "owner": "alice", "name": "test" });
        if let (Some(order), Some(more)) = (order.as_object_mut(), narrowed.as_object()) {
            order.extend(more.clone());
        }
        self.admin.key(&order).await
    }

    /// What the gateway wrote into its audit, newest first.
    pub(crate) async fn audit(&self) -> Result<Value> {
        let (status, page) = self
            .admin
            .call(Method::GET, "audit?limit=1000", &Value::Null)
            .await?;
        ensure!(status == 200, "audit: {status} {page}");
        Ok(page)
    }
}

pub(crate) fn document(
    product: &Recorder,
    provider: &Recorder,
    settings: &str,
    more: &str,
) -> String {
    format!(
        r#"
format = 1
{settings}

[[products]]
id = "jira"
kind = "jira"
base_url = "http://{}"
public_url = "/"
act_as = {{ header = {{ name = "X-Remote-User" }} }}

[[providers]]
id = "ghes"
preset = "ghes"
inputs = {{ base_url = "http://{}" }}
client_id = "Iv1.x"
verify = {{ userinfo = {{ accept_any_client = true }} }}
username = {{ from = "userinfo", pointer = "/login", transform = ["lowercase"] }}
prefixes = ["gho_"]

{more}
"#,
        product.address, provider.address
    )
}
