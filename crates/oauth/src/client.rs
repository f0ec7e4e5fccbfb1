//! The client as the authorization server knows it.

use std::fmt;
use std::str::FromStr;

use gatewright_http::{Client, Limits, Request, SendError};
use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::answer::Answer;
use crate::assertion::ClientAssertion;

/// How the client proves who it is at the token endpoint (RFC 6749 §2.3). Never two ways at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// In the `Authorization` header (`client_secret_basic`).
    #[default]
    Basic,
    /// In the form (`client_secret_post`).
    Body,
    /// Not at all: a public client.
    None,
    /// By an assertion that it signs anew for each request (RFC 7523, `private_key_jwt`).
    PrivateKeyJwt,
}

/// A name that is no way of authenticating a client.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a client authentication: {name}")]
pub struct UnknownAuthentication {
    /// The name as given.
    pub name: String,
}

impl ClientAuthentication {
    /// Its name in the configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Body => "body",
            Self::None => "none",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

impl FromStr for ClientAuthentication {
    type Err = UnknownAuthentication;

    /// Our own names and the registered ones.
    fn from_str(name: &str) -> Result<Self, UnknownAuthentication> {
        match name {
            "basic" | "client_secret_basic" => Ok(Self::Basic),
            "body" | "client_secret_post" => Ok(Self::Body),
            "none" => Ok(Self::None),
            "private_key_jwt" => Ok(Self::PrivateKeyJwt),
            _ => Err(UnknownAuthentication {
                name: name.to_owned(),
            }),
        }
    }
}

impl fmt::Display for ClientAuthentication {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What the client proves itself with.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret, unless it is a public client.
    pub secret: Option<SecretString>,
    /// How they are sent.
    pub authentication: ClientAuthentication,
    /// What signs in place of a secret, for [`ClientAuthentication::PrivateKeyJwt`].
    pub assertion: Option<ClientAssertion>,
}

impl ClientCredentials {
    /// Posts these fields to an endpoint of the authorization server, authenticated.
    pub(crate) async fn ask(
        &self,
        client: &Client,
        name: &'static str,
        url: Url,
        fields: Vec<(String, String)>,
    ) -> Result<Answer, SendError> {
        let request = self.post(url, fields).named(name);
        let sent = request.secrets();
        let response = client.send(request).await?;
        Ok(Answer { response, sent })
    }

    /// A `POST` of these fields, authenticated in one way and no other.
    fn post(&self, url: Url, mut fields: Vec<(String, String)>) -> Request {
        let secret = self.secret.as_ref().map_or("", |secret| secret.expose());
        let mut basic = false;
        let mut unsendable = None;
        match self.authentication {
            ClientAuthentication::Basic => basic = true,
            ClientAuthentication::Body => {
                fields.push(("client_id".to_owned(), self.client_id.clone()));
                if !secret.is_empty() {
                    fields.push(("client_secret".to_owned(), secret.to_owned()));
                }
            }
            ClientAuthentication::None => {
                fields.push(("client_id".to_owned(), self.client_id.clone()));
            }
            ClientAuthentication::PrivateKeyJwt => match &self.assertion {
                None => unsendable = Some("the client has no key to sign with"),
                Some(assertion) => match assertion.fields(&self.client_id) {
                    Ok(signed) => fields.extend(signed),
                    Err(_) => unsendable = Some("the client's key cannot sign"),
                },
            },
        }
        let request = Request::post_form(url, &fields)
            .accept_json()
            .within(Limits::SMALL);
        if let Some(reason) = unsendable {
            request.unsendable(reason)
        } else if basic {
            // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
            request.basic(&form_encoded(&self.client_id), &form_encoded(secret).into())
        } else {
            request
        }
    }
}

fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
