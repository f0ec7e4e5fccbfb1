//! The client.

use std::fmt;

use bytes::Bytes;
use gatewright_http::{Client as HttpClient, Network, Request, Response};
use gatewright_secret::SecretString;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::{Host, Url};

use crate::config::{
    Notation, Published, PublishedDocument, Validation, VersionDocument, VersionList,
};
use crate::credential::Credential;
use crate::error::CallError;
use crate::inspect::{AuditPage, AuditQuery, AuditSummary, Explain, Explanation, Status};
use crate::keys::{
    CreateKey, CreatedKey, KeyInfo, KeyList, KeyQuery, LeakedKeys, LeakedText, RevokeKeys,
    RevokedKeys, RotateKey,
};
use crate::pairing::{Fingerprint, PairingCode};
use crate::people::{
    AdminInfo, AdminList, ChangeAdmin, CreateAdmin, CreatedAdmin, Pair, Paired, PutSecret, Role,
    SecretList,
};
use crate::problem::Problem;
use crate::simulation::{DocumentDiff, SimulationReport};
use crate::vault::{VaultEntry, VaultPage};

/// A client of one gateway's admin API, with one credential.
#[derive(Clone)]
pub struct Client {
    http: HttpClient,
    credential: Credential,
}

impl Client {
    /// A client with the credential of an earlier pairing.
    pub fn new(network: &Network, credential: Credential) -> Result<Self, CallError> {
        let http = connect(network, &credential.url, credential.fingerprint)?;
        Ok(Self { http, credential })
    }

    /// Turns a pairing code into a credential, for an admin whom people call `name`. With TLS
    /// the code's fingerprint is the certificate that must answer, whoever issued it.
    pub async fn pair(
        network: &Network,
        url: &Url,
        code: &PairingCode,
        name: Option<&str>,
    ) -> Result<(Credential, Paired), CallError> {
        match (url.scheme(), code.fingerprint()) {
            ("https", None) => {
                let detail = "the address has TLS, the code has no fingerprint";
                return Err(CallError::PairingAddress { detail });
            }
            ("http", Some(_)) => {
                let detail = "the code has a fingerprint, the address is without TLS";
                return Err(CallError::PairingAddress { detail });
            }
            _ => {}
        }
        let http = connect(network, url, code.fingerprint())?;
        let body = Pair {
            code: code.canonical().clone(),
            name: name.map(str::to_owned),
        };
        let request = Request::json(Method::POST, endpoint(url, &["pair"])?, &body).named("pair");
        let paired: Paired = read(&send(&http, request, "the pairing").await?)?;
        let credential = Credential {
            url: url.clone(),
            token: paired.credential.clone(),
            fingerprint: code.fingerprint(),
        };
        Ok((credential, paired))
    }

    /// The credential that is used.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What the gateway does, and who we are there.
    pub async fn status(&self) -> Result<Status, CallError> {
        self.fetch(&["status"], "the status").await
    }

    /// The newest document, as TOML or JSON, with its version.
    pub async fn config(&self, notation: Notation) -> Result<PublishedDocument, CallError> {
        let request = Request::get(self.endpoint(&["config"])?)
            .named("config")
            .header(ACCEPT, HeaderValue::from_static(notation.media_type()));
        let response = self.send(request, "the document").await?;
        let version = response
            .header(ETAG.as_str())
            .and_then(|tag| tag.strip_prefix("\"v")?.strip_suffix('"')?.parse().ok())
            .ok_or_else(|| not_a_gateway("the document came without its version"))?;
        Ok(PublishedDocument {
            version,
            text: response.text().into_owned(),
            notation,
        })
    }

    /// Publishes a document in place of version `replaces` (0: the first).
    pub async fn put_config(
        &self,
        text: &str,
        notation: Notation,
        replaces: u64,
        comment: &str,
    ) -> Result<Published, CallError> {
        let mut url = self.endpoint(&["config"])?;
        if !comment.is_empty() {
            url.query_pairs_mut().append_pair("comment", comment);
        }
        let request = document(Method::PUT, url, text, notation).named("publish");
        let request = self.if_match(request, replaces)?;
        read(&self.send(request, "the document").await?)
    }

    /// What a publish would say.
    pub async fn validate(&self, text: &str, notation: Notation) -> Result<Validation, CallError> {
        let url = self.endpoint(&["config", "validate"])?;
        let request = document(Method::POST, url, text, notation).named("validate");
        read(&self.send(request, "the document").await?)
    }

    /// What a document would change for the requests that were recorded.
    pub async fn simulate(
        &self,
        text: &str,
        notation: Notation,
        since: Option<OffsetDateTime>,
    ) -> Result<SimulationReport, CallError> {
        let mut url = self.endpoint(&["config", "simulate"])?;
        if let Some(since) = since.and_then(|since| since.format(&Rfc3339).ok()) {
            url.query_pairs_mut().append_pair("since", &since);
        }
        let request = document(Method::POST, url, text, notation).named("simulate");
        read(&self.send(request, "the document").await?)
    }

    /// What a document would change in the one in force, or in version `against`.
    pub async fn diff(
        &self,
        text: &str,
        notation: Notation,
        against: Option<u64>,
    ) -> Result<DocumentDiff, CallError> {
        let mut url = self.endpoint(&["config", "diff"])?;
        if let Some(against) = against {
            url.query_pairs_mut()
                .append_pair("against", &against.to_string());
        }
        let request = document(Method::POST, url, text, notation).named("diff");
        read(&self.send(request, "the document").await?)
    }

    /// What changed between two versions; version 0 is the empty document.
    pub async fn diff_versions(&self, from: u64, to: u64) -> Result<DocumentDiff, CallError> {
        let mut url = self.endpoint(&["config", "diff"])?;
        url.query_pairs_mut()
            .append_pair("from", &from.to_string())
            .append_pair("to", &to.to_string());
        read(
            &self
                .send(Request::get(url).named("diff"), "the versions")
                .await?,
        )
    }

    /// The versions, newest first; `before` is the `next` of the page before.
    pub async fn versions(&self, before: Option<u64>) -> Result<VersionList, CallError> {
        let mut url = self.endpoint(&["config", "versions"])?;
        if let Some(before) = before {
            url.query_pairs_mut()
                .append_pair("before", &before.to_string());
        }
        read(
            &self
                .send(Request::get(url).named("versions"), "the versions")
                .await?,
        )
    }

    /// One version with its document.
    pub async fn version(&self, version: u64) -> Result<VersionDocument, CallError> {
        let number = version.to_string();
        self.fetch(
            &["config", "versions", &number],
            &format!("version {version}"),
        )
        .await
    }

    /// Makes a new version out of an old one; `replaces` is the version that runs, if that matters.
    pub async fn restore(
        &self,
        version: u64,
        replaces: Option<u64>,
    ) -> Result<Published, CallError> {
        let number = version.to_string();
        let url = self.endpoint(&["config", "versions", &number, "restore"])?;
        let mut request = Request::new(Method::POST, url).named("restore");
        if let Some(replaces) = replaces {
            request = self.if_match(request, replaces)?;
        }
        read(&self.send(request, &format!("version {version}")).await?)
    }

    /// Sets a secret.
    pub async fn put_secret(&self, name: &str, value: &SecretString) -> Result<(), CallError> {
        let url = self.endpoint(&["secrets", name])?;
        let body = PutSecret {
            value: value.clone(),
        };
        let request = Request::json(Method::PUT, url, &body).named("secret");
        self.send(request, "the secret").await.map(drop)
    }

    /// The names and dates of the secrets.
    pub async fn secrets(&self) -> Result<SecretList, CallError> {
        self.fetch(&["secrets"], "the secrets").await
    }

    /// What became, or would become, of a request. Nothing is sent to the product itself.
    pub async fn explain(&self, question: &Explain) -> Result<Explanation, CallError> {
        let request =
            Request::json(Method::POST, self.endpoint(&["explain"])?, question).named("explain");
        read(&self.send(request, "the request").await?)
    }

    /// A page of audit lines.
    pub async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, CallError> {
        let mut url = self.endpoint(&["audit"])?;
        for (name, value) in [
            ("before", query.before.map(|before| before.to_string())),
            ("limit", query.limit.map(|limit| limit.to_string())),
            ("kind", query.kind.clone()),
            ("request_id", query.request_id.clone()),
            ("user", query.user.clone()),
            ("outcome", query.outcome.clone()),
            ("product", query.product.clone()),
            ("since", query.since.clone()),
            ("until", query.until.clone()),
        ] {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        read(
            &self
                .send(Request::get(url).named("audit"), "the audit")
                .await?,
        )
    }

    /// The admins.
    pub async fn admins(&self) -> Result<AdminList, CallError> {
        self.fetch(&["admins"], "the admins").await
    }

    /// Admits an admin; the answer has the credential, this once.
    pub async fn create_admin(&self, admin: &CreateAdmin) -> Result<CreatedAdmin, CallError> {
        let request =
            Request::json(Method::POST, self.endpoint(&["admins"])?, admin).named("admin");
        read(&self.send(request, "the admin").await?)
    }

    /// Gives an admin another role.
    pub async fn change_admin(&self, id: &str, role: Role) -> Result<AdminInfo, CallError> {
        let url = self.endpoint(&["admins", id])?;
        let body = ChangeAdmin { role };
        let request = Request::json(Method::PATCH, url, &body).named("admin");
        read(&self.send(request, &format!("admin {id}")).await?)
    }

    /// Gives an admin another credential; the one before is good no more. `self` as the id is the
    /// caller.
    pub async fn rotate_admin(&self, id: &str) -> Result<CreatedAdmin, CallError> {
        let url = self.endpoint(&["admins", id, "rotate"])?;
        let request = Request::new(Method::POST, url).named("admin");
        read(&self.send(request, &format!("admin {id}")).await?)
    }

    /// Whose product tokens lie in the vault, after an entry.
    pub async fn vault(&self, after: Option<&VaultEntry>) -> Result<VaultPage, CallError> {
        let mut url = self.endpoint(&["vault"])?;
        if let Some(after) = after {
            url.query_pairs_mut()
                .append_pair("after_product", &after.product)
                .append_pair("after_user", &after.user);
        }
        read(
            &self
                .send(Request::get(url).named("vault"), "the vault")
                .await?,
        )
    }

    /// Takes a user's token out of the vault.
    pub async fn remove_token(&self, product: &str, user: &str) -> Result<(), CallError> {
        let url = self.endpoint(&["vault", product, user])?;
        let request = Request::new(Method::DELETE, url).named("vault");
        self.send(request, "the token").await.map(drop)
    }

    /// Figures of a span of time; the last hour when left out.
    pub async fn audit_summary(
        &self,
        since: Option<&str>,
        until: Option<&str>,
    ) -> Result<AuditSummary, CallError> {
        let mut url = self.endpoint(&["audit", "summary"])?;
        for (name, value) in [("since", since), ("until", until)] {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        read(
            &self
                .send(Request::get(url).named("audit"), "the audit")
                .await?,
        )
    }

    /// Takes an admin's access away.
    pub async fn revoke_admin(&self, id: &str) -> Result<(), CallError> {
        let url = self.endpoint(&["admins", id])?;
        let request = Request::new(Method::DELETE, url).named("admin");
        self.send(request, &format!("admin {id}")).await.map(drop)
    }

    /// A page of keys.
    pub async fn keys(&self, query: &KeyQuery) -> Result<KeyList, CallError> {
        let mut url = self.endpoint(&["keys"])?;
        let members = serde_json::to_value(query).unwrap_or_default();
        for (name, value) in members.as_object().into_iter().flatten() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            url.query_pairs_mut().append_pair(name, &text);
        }
        read(
            &self
                .send(Request::get(url).named("keys"), "the keys")
                .await?,
        )
    }

    /// One key.
    pub async fn key(&self, id: &str) -> Result<KeyInfo, CallError> {
        self.fetch(&["keys", id], &format!("key {id}")).await
    }

    /// Makes a key; the answer has it, this once.
    pub async fn create_key(&self, key: &CreateKey) -> Result<CreatedKey, CallError> {
        self.post(&["keys"], key, "the key").await
    }

    /// Revokes a key; one that was revoked before stays so.
    pub async fn revoke_key(&self, id: &str) -> Result<(), CallError> {
        let url = self.endpoint(&["keys", id])?;
        let request = Request::new(Method::DELETE, url).named("key");
        self.send(request, &format!("key {id}")).await.map(drop)
    }

    /// Revokes several keys.
    pub async fn revoke_keys(&self, which: &RevokeKeys) -> Result<RevokedKeys, CallError> {
        self.post(&["keys", "revoke"], which, "the keys").await
    }

    /// Makes a key in place of another; the answer has it, this once.
    pub async fn rotate_key(&self, id: &str, how: &RotateKey) -> Result<CreatedKey, CallError> {
        self.post(&["keys", id, "rotate"], how, &format!("key {id}"))
            .await
    }

    /// Revokes every key that stands in a text.
    pub async fn leaked_keys(&self, text: &SecretString) -> Result<LeakedKeys, CallError> {
        let body = LeakedText { text: text.clone() };
        self.post(&["keys", "leaked"], &body, "the text").await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
        what: &str,
    ) -> Result<T, CallError> {
        let request =
            Request::json(Method::POST, self.endpoint(segments)?, body).named("admin api");
        read(&self.send(request, what).await?)
    }

    async fn fetch<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        what: &str,
    ) -> Result<T, CallError> {
        let request = Request::get(self.endpoint(segments)?)
            .named("admin api")
            .accept_json();
        read(&self.send(request, what).await?)
    }

    async fn send(&self, request: Request, what: &str) -> Result<Response, CallError> {
        send(&self.http, request.bearer(&self.credential.token), what).await
    }

    fn endpoint(&self, segments: &[&str]) -> Result<Url, CallError> {
        endpoint(&self.credential.url, segments)
    }

    fn if_match(&self, request: Request, version: u64) -> Result<Request, CallError> {
        let tag =
            HeaderValue::try_from(format!("\"v{version}\"")).map_err(|_| CallError::Address {
                url: self.credential.url.to_string(),
            })?;
        Ok(request.header(IF_MATCH, tag))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

fn connect(
    network: &Network,
    url: &Url,
    fingerprint: Option<Fingerprint>,
) -> Result<HttpClient, CallError> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" => {
            return Err(CallError::PlainHttp {
                url: url.to_string(),
            });
        }
        _ => {
            return Err(CallError::Address {
                url: url.to_string(),
            });
        }
    }
    let mut network = network.clone();
    network.pinned_sha256 = fingerprint.map(|fingerprint| *fingerprint.as_bytes());
    Ok(HttpClient::new(&network)?)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The address of one resource; each segment is encoded, so that no name can leave its place.
fn endpoint(base: &Url, segments: &[&str]) -> Result<Url, CallError> {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    match url.path_segments_mut() {
        Ok(mut path) => {
            path.pop_if_empty().extend(["api", "v1"]).extend(segments);
        }
        Err(()) => {
            return Err(CallError::Address {
                url: base.to_string(),
            });
        }
    }
    Ok(url)
}

fn document(method: Method, url: Url, text: &str, notation: Notation) -> Request {
    let mut request = Request::new(method, url).header(
        CONTENT_TYPE,
        HeaderValue::from_static(notation.media_type()),
    );
    request.body = Bytes::copy_from_slice(text.as_bytes());
    request
}

async fn send(http: &HttpClient, request: Request, what: &str) -> Result<Response, CallError> {
    let response = http.send(request).await.map_err(CallError::Unreachable)?;
    if response.status.is_success() {
        return Ok(response);
    }
    match serde_json::from_slice::<Problem>(&response.body) {
        Ok(problem) => Err(CallError::from_problem(problem, what)),
        Err(_) if response.status == StatusCode::UNAUTHORIZED => Err(CallError::Unauthorised),
        Err(_) => Err(not_a_gateway(&format!(
            "status {}",
            response.status.as_u16()
        ))),
    }
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<T, CallError> {
    serde_json::from_slice(&response.body).map_err(|_| not_a_gateway("an answer in another form"))
}

fn not_a_gateway(detail: &str) -> CallError {
    CallError::NotAGateway {
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_path() {
        let base: Url = "http://127.0.0.1:9/gw/".parse().unwrap();
        let url = endpoint(&base, &["secrets", "../admins"]).unwrap();
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/gw/api/v1/secrets/..%2Fadmins"
        );
    }

    #[test]
    fn a_credential_never_travels_in_clear_to_another_computer() {
        let network = Network::default();
        for (url, allowed) in [
            ("http://10.0.0.5:1/", false),
            ("http://127.0.0.1:1/", true),
            ("ftp://h/", false),
        ] {
            let credential = Credential {
                url: url.parse().unwrap(),
                token: SecretString::new("gwa_x"),
                fingerprint: None,
            };
            assert_eq!(Client::new(&network, credential).is_ok(), allowed, "{url}");
        }
    }
}
