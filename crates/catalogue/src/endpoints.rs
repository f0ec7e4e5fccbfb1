//! From what the admin entered to where calls go.

use std::collections::BTreeMap;

use gatewright_oauth::{ServerMetadata, check_endpoint};
use serde::Serialize;
use thiserror::Error;
use url::Url;

use crate::provider::{EndpointTemplates, Input, InputKind, Provider};

/// Inputs in their clean form, by key.
pub type Inputs = BTreeMap<&'static str, String>;

/// Where calls go. What is absent is unknown until discovery, or does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Endpoints {
    /// The issuer, every character of which counts.
    pub issuer: Option<String>,
    /// Where the provider describes itself.
    pub discovery: Option<Url>,
    /// Where the browser goes.
    pub authorization: Option<Url>,
    /// Where tokens are got.
    pub token: Option<Url>,
    /// Where attributes are got.
    pub userinfo: Option<Url>,
    /// Where tokens are asked about.
    pub introspection: Option<Url>,
    /// Where tokens are taken back.
    pub revocation: Option<Url>,
    /// Where a sign-in on another device starts.
    pub device_authorization: Option<Url>,
    /// Where the public keys are.
    pub jwks: Option<Url>,
    /// Where the browser signs out.
    pub end_session: Option<Url>,
    /// Where requests are pushed to first.
    pub par: Option<Url>,
}

/// Why an input cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}: {key}")]
pub struct InputError {
    /// Which input.
    pub key: &'static str,
    /// What is wrong with it, in words for the form.
    pub message: &'static str,
}

impl Endpoints {
    /// The same with what the provider says of itself in its stead where it says anything.
    #[must_use]
    pub fn discovered(mut self, metadata: &ServerMetadata) -> Self {
        self.issuer = Some(metadata.issuer.clone());
        for (ours, theirs) in [
            (&mut self.authorization, &metadata.authorization_endpoint),
            (&mut self.token, &metadata.token_endpoint),
            (&mut self.userinfo, &metadata.userinfo_endpoint),
            (&mut self.introspection, &metadata.introspection_endpoint),
            (&mut self.revocation, &metadata.revocation_endpoint),
            (
                &mut self.device_authorization,
                &metadata.device_authorization_endpoint,
            ),
            (&mut self.jwks, &metadata.jwks_uri),
            (&mut self.end_session, &metadata.end_session_endpoint),
            (
                &mut self.par,
                &metadata.pushed_authorization_request_endpoint,
            ),
        ] {
            if theirs.is_some() {
                ours.clone_from(theirs);
            }
        }
        self
    }
}

impl Provider {
    /// Checks what was entered and fills the templates with it. A template that names an input
    /// which was left empty yields nothing.
    pub fn endpoints(&self, inputs: &BTreeMap<String, String>) -> Result<Endpoints, InputError> {
        let values = self.values(inputs)?;
        let url = |template: Option<&'static str>| -> Result<Option<Url>, InputError> {
            let Some(text) = template.and_then(|template| filled(template, &values)) else {
                return Ok(None);
            };
            let unusable = || InputError {
                key: template.and_then(first_input).unwrap_or("base_url"),
                message: "not a usable address: https is needed, or http on this machine",
            };
            let url = Url::parse(&text).map_err(|_| unusable())?;
            check_endpoint("provider", &url).map_err(|_| unusable())?;
            Ok(Some(url))
        };
        let (issuer, discovery, templates) = self.templates(&values);
        Ok(Endpoints {
            issuer: issuer.and_then(|template| filled(template, &values)),
            discovery: url(discovery)?,
            authorization: url(templates.authorization)?,
            token: url(templates.token)?,
            userinfo: url(templates.userinfo)?,
            introspection: url(templates.introspection)?,
            revocation: url(templates.revocation)?,
            device_authorization: url(templates.device_authorization)?,
            jwks: url(templates.jwks)?,
            end_session: url(templates.end_session)?,
            par: url(templates.par)?,
        })
    }

    /// The issuer, the place of discovery and the endpoints that these inputs lead to.
    fn templates(
        &self,
        values: &Inputs,
    ) -> (
        Option<&'static str>,
        Option<&'static str>,
        &EndpointTemplates,
    ) {
        let variant = self.variants.iter().find(|variant| {
            values
                .get(variant.input)
                .is_some_and(|value| value == variant.value)
        });
        variant.map_or((self.issuer, self.discovery, &self.endpoints), |variant| {
            (variant.issuer, variant.discovery, &variant.endpoints)
        })
    }

    /// What the authorization endpoint is given besides the standard parameters: what it demands,
    /// and inputs that belong there.
    pub fn authorization_params(
        &self,
        inputs: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, String)>, InputError> {
        let values = self.values(inputs)?;
        let demanded = self.quirks.authorization_params.iter();
        let entered = self
            .quirks
            .input_params
            .iter()
            .filter_map(|(name, key)| Some((*name, values.get(key)?.as_str())));
        Ok(demanded
            .copied()
            .chain(entered)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    /// Where the further call for attributes goes, if there is one.
    pub fn further_get_url(
        &self,
        inputs: &BTreeMap<String, String>,
    ) -> Result<Option<Url>, InputError> {
        let values = self.values(inputs)?;
        let further = self.username.further.as_ref();
        Ok(further
            .and_then(|further| filled(further.url, &values))
            .and_then(|text| Url::parse(&text).ok()))
    }

    /// The console in which clients are registered, if its address follows from the inputs.
    pub fn console_url(&self, inputs: &BTreeMap<String, String>) -> Option<Url> {
        let values = self.values(inputs).ok()?;
        let text = filled(self.console?, &values)?;
        Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http"))
    }

    /// Every input in its clean form; those left empty have their default, or are absent.
    fn values(&self, inputs: &BTreeMap<String, String>) -> Result<Inputs, InputError> {
        let mut values = BTreeMap::new();
        for input in self.inputs {
            let entered = inputs.get(input.key).map_or("", |text| text.trim());
            let value = if entered.is_empty() {
                input.default.and_then(|default| filled(default, &values))
            } else {
                Some(clean(input, entered)?)
            };
            match value {
                Some(value) => {
                    values.insert(input.key, value);
                }
                None if input.required => {
                    return Err(InputError {
                        key: input.key,
                        message: "this is needed",
                    });
                }
                None => {}
            }
        }
        if let Some(check) = self.check {
            check(&values)?;
        }
        Ok(values)
    }
}

fn clean(input: &Input, entered: &str) -> Result<String, InputError> {
    let wrong = |message| InputError {
        key: input.key,
        message,
    };
    if entered.chars().any(char::is_control) || entered.len() > 2048 {
        return Err(wrong("it has characters that no address has"));
    }
    match input.kind {
        InputKind::BaseUrl => {
            let text = if entered.contains("://") {
                entered.to_owned()
            } else {
                format!("https://{entered}")
            };
            let url = Url::parse(&text).map_err(|_| wrong("not an address"))?;
            check_endpoint("provider", &url)
                .map_err(|_| wrong("https is needed, or http on this machine"))?;
            if url.query().is_some() {
                return Err(wrong(
                    "only the server's address, without anything behind a ?",
                ));
            }
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        InputKind::Url => {
            let url = Url::parse(entered)
                .map_err(|_| wrong("not a complete address, beginning with https://"))?;
            check_endpoint("provider", &url)
                .map_err(|_| wrong("https is needed, or http on this machine"))?;
            Ok(entered.to_owned())
        }
        InputKind::Issuer => {
            let issuer = entered
                .split_once("/.well-known/")
                .map_or(entered, |(issuer, _)| issuer);
            let url = Url::parse(issuer)
                .map_err(|_| wrong("not a complete address, beginning with https://"))?;
            check_endpoint("issuer", &url)
                .map_err(|_| wrong("https is needed, or http on this machine"))?;
            Ok(issuer.to_owned())
        }
        InputKind::Host => {
            let host = entered
                .trim_start_matches("https://")
                .trim_end_matches('/')
                .to_ascii_lowercase();
            let sound = Url::parse(&format!("https://{host}/")).is_ok_and(|url| {
                url.path() == "/" && url.query().is_none() && url.username().is_empty()
            });
            if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) || !sound {
                return Err(wrong("only the host name"));
            }
            Ok(host)
        }
        InputKind::Text => {
            let text = entered.trim_matches('/');
            if text.is_empty() || text.split('/').any(|part| part == "." || part == "..") {
                return Err(wrong("not a name"));
            }
            Ok(text
                .chars()
                .map(|character| match character {
                    ' ' => "%20".to_owned(),
                    '?' => "%3F".to_owned(),
                    '#' => "%23".to_owned(),
                    '%' => "%25".to_owned(),
                    '\\' => "%5C".to_owned(),
                    '@' => "%40".to_owned(),
                    other => other.to_string(),
                })
                .collect())
        }
    }
}

/// Whether a text is a domain with at least two parts.
pub(crate) fn is_domain(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() >= 2
        && parts.iter().all(|part| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part
                    .chars()
                    .all(|one| one.is_ascii_alphanumeric() || one == '-')
        })
}

/// A template with its inputs filled in; nothing if one of them is absent.
fn filled(template: &str, values: &Inputs) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        let value = values.get(name)?;
        // An issuer may end in a slash, which is part of it but not of a path that follows.
        out.push_str(if after.starts_with('/') {
            value.trim_end_matches('/')
        } else {
            value
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn first_input(template: &'static str) -> Option<&'static str> {
    template
        .split_once('{')?
        .1
        .split_once('}')
        .map(|(name, _)| name)
}
