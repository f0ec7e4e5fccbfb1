//! Phase 9, the way out: how a permitted request goes on.

use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use gatewright_atlassian::{Oauth1Signer, nonce};
use gatewright_config::Product;
use gatewright_policy::{AnonymousRule, Grant, Permit, ReasonCode, Surface, Way, speaks_git};
use http::header::{AUTHORIZATION, EXPECT, HOST};
use http::{HeaderMap, HeaderValue, Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use time::OffsetDateTime;
use url::Url;

use crate::attempts::Pending;
use crate::credentials::Presented;
use crate::denial::Denial;
use crate::request::RequestFacts;
use crate::response::{Expected, Return};
use crate::target::Target;
use crate::upstream::{Acting, Trust, Upstream};
use crate::vault::{ENROLMENT_PATH, Enrolment};
use crate::{headers, parameters};

/// The most of a form body that is held and looked at.
pub const FORM_LIMIT: usize = 256 * 1024;

/// The query parameter that names the user to a product's OAuth filter.
pub(crate) const REQUESTOR_PARAMETER: &str = gatewright_atlassian::REQUESTOR;

/// What the forwarder does with the request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyNeed {
    /// It streams.
    Stream,
    /// It is a form: it is read first, as far as this many bytes, and given to
    /// [`Plan::prepare`], because a parameter in it counts as much as one in the query.
    Form {
        /// The most that is read; a longer one is [`ReasonCode::TooLarge`].
        limit: usize,
    },
}

/// A permitted request, ready but for its body.
///
/// It carries the policy's `Permit` and cannot be made without one.
pub struct Plan {
    pub(crate) permit: Permit,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    /// The product's address.
    pub(crate) base: Url,
    /// Path and query at the product.
    pub(crate) target: String,
    pub(crate) signing: Option<Signing>,
    pub(crate) body: BodyNeed,
    pub(crate) trust: Option<Arc<Trust>>,
    pub(crate) way_back: Return,
    /// Set where the request is for the vault, and then it is not forwarded.
    pub(crate) enrolment: Option<Box<Enrolment>>,
}

/// What signs the request when its body is known.
pub(crate) struct Signing {
    pub(crate) signer: Oauth1Signer,
    pub(crate) now: OffsetDateTime,
}

/// Headers and query are not shown: both may hold what nobody should read.
impl fmt::Debug for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Plan")
            .field("permit", &self.permit)
            .field("method", &self.method)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A request as it goes to the product.
pub struct Prepared {
    /// Why it may.
    pub permit: Permit,
    /// Its method.
    pub method: Method,
    /// Where it goes: the product's address with the bytes that came.
    pub uri: Uri,
    /// All its headers but `Host` and what frames the body.
    pub headers: HeaderMap,
    /// Whom to trust at the product, if not the machine's authorities alone.
    pub trust: Option<Arc<Trust>>,
    /// What becomes of the answer.
    pub way_back: Return,
}

/// What a plan is made from, besides the permit and the credential.
#[derive(Clone)]
pub(crate) struct Circumstances<'a> {
    pub(crate) facts: &'a RequestFacts<'a>,
    pub(crate) target: &'a Target<'a>,
    pub(crate) upstream: &'a Upstream,
    /// Every header that any product believes, folded.
    pub(crate) identity_headers: &'a HashSet<String>,
    /// The client's address.
    pub(crate) address: IpAddr,
    /// Whether the client's own connection is encrypted.
    pub(crate) secure: bool,
    pub(crate) now: OffsetDateTime,
    pub(crate) anonymous: AnonymousRule,
    /// The user's own token, where the product is acted towards with it.
    pub(crate) own_token: Option<HeaderValue>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("permit", &self.permit)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// The plan for a permitted request: headers cleaned, the credential that it goes on with set.
    pub(crate) fn new(
        permit: Permit,
        presented: Presented,
        around: &Circumstances<'_>,
    ) -> Result<Self, Denial> {
        let Circumstances {
            facts,
            target,
            upstream,
            ..
        } = around;
        let product = &upstream.product;
        let credentials: Vec<HeaderValue> = facts
            .headers
            .get_all(AUTHORIZATION)
            .iter()
            .cloned()
            .collect();
        let mut headers = facts.headers.clone();
        headers::clean_request(&mut headers, around.identity_headers);
        for name in [AUTHORIZATION, HOST, EXPECT] {
            headers.remove(name);
        }
        if let Ok(address) = HeaderValue::try_from(around.address.to_string()) {
            headers.insert("x-forwarded-for", address);
        }
        let mut path_and_query = target_at_product(product.base_path(), target);
        let mut signing = None;
        let mut expected = Expected::Anybody;
        match (permit.grant(), presented) {
            (Grant::ActAs(user), _) => {
                headers::take_out_foreign_identity(&mut headers);
                match acting(upstream, target)? {
                    Acting::Oauth1(signer) => {
                        append_requestor(&mut path_and_query, user.as_str());
                        signing = Some(Signing {
                            signer: signer.clone(),
                            now: around.now,
                        });
                        expected = Expected::User(user.as_str().to_owned());
                    }
                    Acting::Vault => {
                        let token = around.own_token.clone().ok_or_else(|| {
                            Denial::new(
                                ReasonCode::NotConfigured,
                                Some(product.kind),
                                format!(
                                    "{user} has no token of {} in the vault; it is brought with \
                                     PUT {}{ENROLMENT_PATH}",
                                    product.id, product.public_url.path_text
                                ),
                            )
                        })?;
                        headers.insert(AUTHORIZATION, token);
                        expected = Expected::User(user.as_str().to_owned());
                    }
                    Acting::Header(name) => {
                        let value = HeaderValue::try_from(user.as_str()).map_err(|error| {
                            Denial::new(
                                ReasonCode::UsernameInvalid,
                                Some(product.kind),
                                error.to_string(),
                            )
                        })?;
                        headers.insert(name.clone(), value);
                        expected = Expected::User(user.as_str().to_owned());
                    }
                    Acting::Service {
                        authorization,
                        user,
                    } => {
                        headers.insert(AUTHORIZATION, authorization.clone());
                        expected = user.clone().map_or(Expected::Somebody, Expected::User);
                    }
                }
            }
            (Grant::AsItCame, Presented::Passing { way, header, .. }) => {
                if way == Way::Password && around.anonymous == AnonymousRule::Deny {
                    expected = Expected::Caller;
                }
                headers::take_out_cookies(&mut headers);
                headers.insert(AUTHORIZATION, header);
            }
            (Grant::Unchecked, Presented::Unchecked { strip }) => {
                for credential in credentials.into_iter().filter(|_| !strip) {
                    headers.append(AUTHORIZATION, credential);
                }
            }
            (Grant::AsItCame | Grant::Anonymous | Grant::Unchecked, _) => {
                headers::take_out_cookies(&mut headers);
            }
        }
        let way_back = Return {
            product: product.kind,
            expected,
            keep_cookies: permit.surface() == Surface::Off,
            base: product.base_url.clone(),
            public: public_address(product, target.host, around.secure),
            pending: None,
        };
        Ok(Self {
            permit,
            method: facts.method.clone(),
            headers,
            base: product.base_url.clone(),
            target: path_and_query,
            signing,
            body: if target.is_form {
                BodyNeed::Form { limit: FORM_LIMIT }
            } else {
                BodyNeed::Stream
            },
            trust: upstream.trust.clone(),
            way_back,
            enrolment: None,
        })
    }

    /// The same, whose answer tells the worth of a password.
    pub(crate) fn awaiting(mut self, pending: Option<Box<Pending>>) -> Self {
        self.way_back.pending = pending;
        self
    }

    /// The same for the vault instead of the product.
    pub(crate) fn for_the_vault(mut self, enrolment: Option<Box<Enrolment>>) -> Self {
        self.enrolment = enrolment;
        self
    }

    /// What is wanted of the vault; if anything, the request must not be forwarded.
    pub fn enrolment(&self) -> Option<&Enrolment> {
        self.enrolment.as_deref()
    }

    /// As whom it goes on, in words.
    pub(crate) fn described(&self) -> String {
        match self.permit.grant() {
            Grant::ActAs(user) => format!("as {user}"),
            Grant::AsItCame => "with the credential that came".to_owned(),
            Grant::Anonymous => "as nobody".to_owned(),
            Grant::Unchecked => "unchecked".to_owned(),
        }
    }

    /// Why the request may go on.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What is done with the body before [`Plan::prepare`].
    pub fn body(&self) -> BodyNeed {
        self.body
    }

    /// What becomes of the answer, and of a request that fails on the way.
    pub fn way_back(&self) -> &Return {
        &self.way_back
    }

    /// Looks at the form, if the body is one, and signs what is to be signed, off the reactor.
    pub async fn prepare(mut self, form: Option<Bytes>) -> Result<Prepared, Denial> {
        let form = self.checked_form(form)?;
        if let Some(signing) = self.signing.take() {
            let (method, base, target) =
                (self.method.clone(), self.base.clone(), self.target.clone());
            let signed = tokio::task::spawn_blocking(move || {
                signing.signer.sign_raw(
                    &method,
                    &base,
                    &target,
                    form.as_deref(),
                    signing.now,
                    &nonce(),
                )
            })
            .await;
            let value = match signed {
                Ok(Ok(value)) => value,
                Ok(Err(error)) => {
                    return Err(self
                        .way_back
                        .denial(ReasonCode::NotConfigured, error.to_string()));
                }
                Err(_) => {
                    return Err(self
                        .way_back
                        .denial(ReasonCode::NotConfigured, "the signature was not made"));
                }
            };
            self.headers.insert(AUTHORIZATION, value);
        }
        let address = format!(
            "{}{}",
            self.base.origin().ascii_serialization(),
            self.target
        );
        let uri = address.parse::<Uri>().map_err(|error| {
            self.way_back
                .denial(ReasonCode::MalformedRequest, error.to_string())
        })?;
        Ok(Prepared {
            permit: self.permit,
            method: self.method,
            uri,
            headers: self.headers,
            trust: self.trust,
            way_back: self.way_back,
        })
    }

    fn checked_form(&self, form: Option<Bytes>) -> Result<Option<Bytes>, Denial> {
        let BodyNeed::Form { limit } = self.body else {
            return Ok(None);
        };
        let refused = |code, detail: &str| Err(self.way_back.denial(code, detail));
        let Some(form) = form else {
            return refused(ReasonCode::MalformedRequest, "the form was not read");
        };
        if form.len() > limit {
            return refused(ReasonCode::TooLarge, "the form is longer than is held");
        }
        if parameters::forbidden(&String::from_utf8_lossy(&form)).is_some() {
            return refused(
                ReasonCode::MalformedRequest,
                "the form holds a parameter that only the gateway may send",
            );
        }
        Ok(Some(form))
    }
}

/// What RFC 3986 §2.3 leaves as it is, and nothing else.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn acting<'u>(upstream: &'u Upstream, target: &Target<'_>) -> Result<&'u Acting, Denial> {
    let not_configured = |detail: &str| {
        Denial::new(
            ReasonCode::NotConfigured,
            Some(upstream.product.kind),
            detail,
        )
    };
    match &upstream.acting {
        Err(why) => Err(not_configured(why)),
        Ok(Acting::Oauth1(_)) if speaks_git(upstream.product.kind, &target.path) => Err(
            not_configured("impersonation does not hold for Git; use header or service"),
        ),
        Ok(acting) => Ok(acting),
    }
}

/// Path and query at the product: its own prefix, and the bytes that came.
fn target_at_product(base_path: &str, target: &Target<'_>) -> String {
    let mut text = format!("{base_path}{}", target.path.as_received());
    if text.is_empty() {
        text.push('/');
    }
    if let Some(query) = target.query {
        text.push('?');
        text.push_str(query);
    }
    text
}

fn append_requestor(target: &mut String, user: &str) {
    match target.split_once('?') {
        Some((_, "")) => {}
        Some(_) => target.push('&'),
        None => target.push('?'),
    }
    target.push_str(REQUESTOR_PARAMETER);
    target.push('=');
    target.extend(utf8_percent_encode(user, UNRESERVED));
}

/// What this client calls the product: a public path alone stands on the host that was called.
fn public_address(product: &Product, host: Option<&str>, secure: bool) -> Url {
    let public = &product.public_url;
    let scheme = if secure { "https" } else { "http" };
    let address = match (&public.origin, host) {
        (Some(origin), _) => {
            format!(
                "{}{}",
                origin.origin().ascii_serialization(),
                public.path_text
            )
        }
        (None, Some(host)) => format!("{scheme}://{host}{}", public.path_text),
        (None, None) => return product.base_url.clone(),
    };
    Url::parse(&address).unwrap_or_else(|_| product.base_url.clone())
}
