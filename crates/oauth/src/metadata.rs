//! What a provider says of itself (OIDC Discovery 1.0, RFC 8414).

use gatewright_http::{Client, Limits, Request, Response, SendError};
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::client::ClientAuthentication;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::json::read_json;
use crate::provider_error::{harmless, titled};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// How the issuer in the document is compared with the configured one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssuerMatch {
    /// Character by character.
    #[default]
    Exact,
    /// The document may have `{tenantid}` where the configured one has a tenant.
    Templated,
    /// Whatever the document says is believed, and pinned from then on.
    FromDocument,
}

/// What a provider says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerMetadata {
    /// The issuer, exactly as it stands in the document.
    pub issuer: String,
    /// Where the browser goes.
    pub authorization_endpoint: Option<Url>,
    /// Where tokens are got.
    pub token_endpoint: Option<Url>,
    /// Where attributes are got.
    pub userinfo_endpoint: Option<Url>,
    /// Where the public keys are.
    pub jwks_uri: Option<Url>,
    /// Where tokens are asked about.
    pub introspection_endpoint: Option<Url>,
    /// Where tokens are taken back.
    pub revocation_endpoint: Option<Url>,
    /// Where a sign-in on another device starts.
    pub device_authorization_endpoint: Option<Url>,
    /// Where the browser signs out.
    pub end_session_endpoint: Option<Url>,
    /// Where requests are pushed to first (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Whether they must be.
    pub require_pushed_authorization_requests: bool,
    /// Whether every answer names the issuer (RFC 9207).
    pub announces_issuer_in_answers: bool,
    /// Scopes that it knows.
    pub scopes_supported: Vec<String>,
    /// Grants that it offers.
    pub grant_types_supported: Vec<String>,
    /// PKCE methods; empty proves nothing.
    pub code_challenge_methods_supported: Vec<String>,
    /// Ways of authenticating a client, by their registered names; empty means Basic.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms of its ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Claims that it knows.
    pub claims_supported: Vec<String>,
    /// Hosts of endpoints that are not the issuer's own: to be shown for confirmation.
    pub foreign_hosts: Vec<String>,
    /// Where the document was found.
    pub found_at: Option<Url>,
}

impl ServerMetadata {
    /// The way of authenticating a client that should be proposed.
    pub fn preferred_authentication(&self) -> ClientAuthentication {
        let offers = |name: &str| {
            self.token_endpoint_auth_methods_supported
                .iter()
                .any(|method| method == name)
        };
        if self.token_endpoint_auth_methods_supported.is_empty() || offers("client_secret_basic") {
            ClientAuthentication::Basic
        } else if offers("client_secret_post") {
            ClientAuthentication::Body
        } else if offers("none") {
            ClientAuthentication::None
        } else {
            ClientAuthentication::Basic
        }
    }
}

/// Why a provider's description cannot be had or believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiscoveryError {
    /// The issuer is no address.
    #[error("the issuer is not an address: {issuer}")]
    NotAnAddress {
        /// What was entered.
        issuer: String,
    },
    /// The issuer, or an endpoint in the document, is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the provider was not reached: {0}")]
    NotReached(#[from] SendError),
    /// There is no document.
    #[error("the provider does not describe itself at {tried}")]
    NotThere {
        /// Where it was looked for last.
        tried: String,
    },
    /// The answer is a failure.
    #[error("the provider answered with status {status} at {tried}")]
    Status {
        /// The status.
        status: u16,
        /// Where.
        tried: String,
    },
    /// A web page came.
    #[error("a web page came in place of the provider's description{}", titled(.title.as_deref()))]
    WebPage {
        /// The title of the page.
        title: Option<String>,
        /// Where.
        tried: String,
    },
    /// It points elsewhere, and is not followed.
    #[error("the provider's description points elsewhere: {to}")]
    Redirected {
        /// Where to, without its query.
        to: String,
    },
    /// What came is no JSON object.
    #[error("the provider's description is not JSON, at {tried}")]
    NotJson {
        /// Where.
        tried: String,
    },
    /// It describes another issuer.
    #[error("the description is of another issuer: {found}, not {expected}")]
    OtherIssuer {
        /// Who was asked for.
        expected: String,
        /// Who it describes.
        found: String,
    },
    /// It lacks what it must have, or has it in a wrong form.
    #[error("the provider's description lacks a usable {name}")]
    Lacks {
        /// What it lacks.
        name: &'static str,
    },
}

impl DiscoveryError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::NotAnAddress { .. } => {
                "Enter the issuer as the provider's documentation gives it, beginning with https://.".to_owned()
            }
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::NotThere { .. } | Self::Status { .. } | Self::WebPage { .. } | Self::NotJson { .. } => {
                "Check the issuer, path and realm or tenant included; if the provider has no discovery, choose Custom OAuth 2.0 and enter its endpoints.".to_owned()
            }
            Self::Redirected { to } => format!("If {to} belongs to the provider, enter the issuer as it is there."),
            Self::OtherIssuer { found, .. } => {
                format!("If {found} is who you mean, enter it exactly so, with or without the slash at its end.")
            }
            Self::Lacks { .. } => {
                "Choose Custom OAuth 2.0 and enter the endpoints by hand.".to_owned()
            }
        }
    }
}

/// Asks an issuer to describe itself, and believes it only if it names itself exactly so. The full
/// address of the document may be given in place of the issuer.
pub async fn discover(client: &Client, issuer: &str) -> Result<ServerMetadata, DiscoveryError> {
    discover_as(client, issuer, IssuerMatch::Exact).await
}

/// The same with another rule for the issuer.
pub async fn discover_as(
    client: &Client,
    issuer: &str,
    issuer_match: IssuerMatch,
) -> Result<ServerMetadata, DiscoveryError> {
    let entered = issuer.trim();
    let (issuer, given) = match entered.split_once("/.well-known/") {
        Some((before, after)) if after.starts_with("oauth-authorization-server") => {
            // RFC 8414 puts the well-known part between host and path.
            let path = after.trim_start_matches("oauth-authorization-server");
            (format!("{before}{path}"), Some(entered))
        }
        Some((before, _)) => (before.to_owned(), Some(entered)),
        None => (entered.to_owned(), None),
    };
    let not_an_address = || DiscoveryError::NotAnAddress {
        issuer: harmless(entered),
    };
    let base = Url::parse(&issuer).map_err(|_| not_an_address())?;
    if base.cannot_be_a_base() {
        return Err(not_an_address());
    }
    check_endpoint("issuer", &base)?;
    if base.query().is_some() {
        return Err(not_an_address());
    }
    let path = base.path().trim_end_matches('/');
    let origin = base.origin().ascii_serialization();
    let places = match given {
        Some(given) => vec![given.to_owned()],
        None => vec![
            format!("{origin}{path}{OPENID}"),
            format!("{origin}{OAUTH}{path}"),
        ],
    };
    let mut failure = DiscoveryError::NotThere {
        tried: harmless(entered),
    };
    for place in places {
        let url = Url::parse(&place).map_err(|_| not_an_address())?;
        let request = Request::get(url.clone())
            .accept_json()
            .named("discovery")
            .within(Limits::SMALL);
        let answer = client.send(request).await?;
        match document(&answer, &place) {
            Ok(members) => {
                let mut metadata = read(&members, &base)?;
                check_issuer(&metadata.issuer, &issuer, given.is_some(), issuer_match)?;
                metadata.found_at = Some(url);
                return Ok(metadata);
            }
            // The first place says most about what was entered.
            Err(error) if matches!(failure, DiscoveryError::NotThere { .. }) => failure = error,
            Err(_) => {}
        }
    }
    Err(failure)
}

fn document(answer: &Response, place: &str) -> Result<Map<String, Value>, DiscoveryError> {
    let tried = harmless(place);
    let status = answer.status.as_u16();
    if answer.status.is_redirection() {
        let to = answer
            .location()
            .unwrap_or("nowhere")
            .split('?')
            .next()
            .unwrap_or_default();
        return Err(DiscoveryError::Redirected { to: harmless(to) });
    }
    if matches!(status, 404 | 410) {
        return Err(DiscoveryError::NotThere { tried });
    }
    if !answer.status.is_success() {
        return Err(DiscoveryError::Status { status, tried });
    }
    if answer.is_web_page() {
        return Err(DiscoveryError::WebPage {
            title: answer.page_title(),
            tried,
        });
    }
    match read_json(&answer.body) {
        Some(Value::Object(members)) => Ok(members),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_),
        )
        | None => Err(DiscoveryError::NotJson { tried }),
    }
}

fn read(members: &Map<String, Value>, issuer: &Url) -> Result<ServerMetadata, DiscoveryError> {
    let mut foreign_hosts: Vec<String> = Vec::new();
    let mut endpoint = |name: &'static str| -> Result<Option<Url>, DiscoveryError> {
        let Some(value) = members.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let url = value
            .as_str()
            .and_then(|text| Url::parse(text).ok())
            .ok_or(DiscoveryError::Lacks { name })?;
        check_endpoint(name, &url)?;
        if url.host() != issuer.host() {
            let host = url.host_str().unwrap_or_default().to_owned();
            if !foreign_hosts.contains(&host) {
                foreign_hosts.push(host);
            }
        }
        Ok(Some(url))
    };
    let list = |name: &str| -> Vec<String> {
        members
            .get(name)
            .and_then(Value::as_array)
            .map(|values| {
                values
                    .iter()
                    .filter_map(Value::as_str)
                    .take(500)
                    .map(harmless)
                    .collect()
            })
            .unwrap_or_default()
    };
    let yes = |name: &str| members.get(name) == Some(&Value::Bool(true));
    Ok(ServerMetadata {
        issuer: members
            .get("issuer")
            .and_then(Value::as_str)
            .ok_or(DiscoveryError::Lacks { name: "issuer" })?
            .to_owned(),
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?,
        userinfo_endpoint: endpoint("userinfo_endpoint")?,
        jwks_uri: endpoint("jwks_uri")?,
        introspection_endpoint: endpoint("introspection_endpoint")?,
        revocation_endpoint: endpoint("revocation_endpoint")?,
        device_authorization_endpoint: endpoint("device_authorization_endpoint")?,
        end_session_endpoint: endpoint("end_session_endpoint")?,
        pushed_authorization_request_endpoint: endpoint("pushed_authorization_request_endpoint")?,
        require_pushed_authorization_requests: yes("require_pushed_authorization_requests"),
        announces_issuer_in_answers: yes("authorization_response_iss_parameter_supported"),
        scopes_supported: list("scopes_supported"),
        grant_types_supported: list("grant_types_supported"),
        code_challenge_methods_supported: list("code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported: list("token_endpoint_auth_methods_supported"),
        id_token_signing_alg_values_supported: list("id_token_signing_alg_values_supported"),
        claims_supported: list("claims_supported"),
        foreign_hosts,
        found_at: None,
    })
}

fn check_issuer(
    found: &str,
    expected: &str,
    from_document_address: bool,
    rule: IssuerMatch,
) -> Result<(), DiscoveryError> {
    // The address of the document cannot tell whether the issuer ends in a slash.
    let same =
        found == expected || (from_document_address && found.strip_suffix('/') == Some(expected));
    let matches = match rule {
        IssuerMatch::Exact => same,
        IssuerMatch::FromDocument => true,
        IssuerMatch::Templated => same || fits_template(found, expected),
    };
    if matches {
        return Ok(());
    }
    Err(DiscoveryError::OtherIssuer {
        expected: harmless(expected),
        found: harmless(found),
    })
}

/// Whether one issuer is the other with a tenant, of letters, digits, dots and hyphens, in place of
/// `{tenantid}`.
fn fits_template(template: &str, issuer: &str) -> bool {
    template
        .split_once("{tenantid}")
        .is_some_and(|(before, after)| {
            issuer
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|tenant| {
                    !tenant.is_empty()
                        && tenant.chars().all(|character| {
                            character.is_ascii_alphanumeric() || "-.".contains(character)
                        })
                })
        })
}
