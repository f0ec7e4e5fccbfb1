//! `gatewright product check`.

use std::fmt::Write as _;

use gatewright_atlassian::{
    ActAs, DetectError, Directory, DirectoryAccount, Oauth1Signer, detect, try_as_user,
};
use gatewright_http::{Client, Request, is_loopback};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use http::HeaderName;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, Surroundings};
use crate::errors::{self, failure, internal, invalid};

/// A product to be checked.
#[derive(Clone, Debug)]
pub struct CheckProduct {
    /// Its address, or one below it.
    pub url: String,
    /// The directory account.
    pub account: Option<(String, SecretString)>,
    /// How to act as whom.
    pub acting: Option<(ActingOptions, String)>,
    /// Whether a secret may travel unencrypted to another computer.
    pub allow_plain_http: bool,
}

/// How the gateway would act as a user.
#[derive(Clone, Debug)]
pub enum ActingOptions {
    /// By an application link.
    Oauth1 {
        /// Its consumer key.
        consumer_key: String,
        /// The private key, PEM.
        private_key: SecretString,
    },
    /// By a header.
    Header {
        /// Its name.
        name: String,
    },
}

/// How the gateway names the reason of a refusal.
const GATEWAY_REASON: &str = "X-Gatewright-Reason";

/// What is there, and whether the directory account and acting as a user work.
pub async fn check_product(
    around: &Surroundings,
    check: CheckProduct,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let found = match detect(&client, &check.url, around.now()).await {
        Ok(found) => found,
        Err(error) => {
            return Err(Undetected::look(&client, &check.url, &error).await.shown);
        }
    };
    let sends_secret = check.account.is_some() || check.acting.is_some();
    if sends_secret && !check.allow_plain_http {
        refuse_plain_http(&found.base_url)?;
    }
    let version = found.version.clone().unwrap_or_default();
    let mut text = format!("{} {} at {}\n", found.kind.name(), version, found.base_url);
    let mut json = json!({
        "kind": found.kind.id(),
        "version": found.version,
        "title": found.title,
        "base_url": found.base_url,
        "context_path": found.context_path,
        "impersonation_announced": found.impersonation_announced,
        "clock_ahead_seconds": found.clock_skew,
    });
    let mut good = true;
    if let Some((user, password)) = check.account {
        let account = DirectoryAccount::Basic {
            user: user.clone(),
            password,
        };
        let directory = Directory::new(found.kind, found.base_url.clone(), account, client.clone());
        let checked = match directory.account().await {
            Ok(account) => directory.groups_of(&account).await,
            Err(error) => Err(error),
        };
        json["directory"] = match checked {
            Ok(groups) => {
                let _ = writeln!(
                    text,
                    "The directory account reads users and groups: {user} is in {} groups.",
                    groups.len()
                );
                json!({ "good": true, "user": user, "groups": groups })
            }
            Err(error) => {
                good = false;
                let said = errors::directory(&error);
                let _ = writeln!(text, "{} {}", said.message, said.hint);
                json!({ "good": false, "user": user, "message": said.message, "hint": said.hint })
            }
        };
    }
    if let Some((acting, user)) = check.acting {
        let act_as = act_as(acting)?;
        let trial = try_as_user(
            &client,
            found.kind,
            &found.base_url,
            &act_as,
            &user,
            around.now(),
        )
        .await;
        good &= trial.impersonates;
        if trial.real.message != trial.message {
            let _ = writeln!(text, "{}", trial.real.message);
        }
        let _ = writeln!(
            text,
            "{}",
            format!("{} {}", trial.message, trial.hint).trim()
        );
        json["act_as"] = serde_json::to_value(&trial)
            .map_err(|_| internal("what was tried cannot be written"))?;
    }
    json["good"] = Value::Bool(good);
    Ok(Answer::judged(json, text, good))
}

fn act_as(options: ActingOptions) -> Result<ActAs, WireError> {
    match options {
        ActingOptions::Oauth1 {
            consumer_key,
            private_key,
        } => {
            let signer = Oauth1Signer::new(&consumer_key, &private_key)
                .map_err(|error| errors::key(&error))?;
            Ok(ActAs::OAuth1 { signer })
        }
        ActingOptions::Header { name } => {
            let name = HeaderName::try_from(name.as_str()).map_err(|_| {
                invalid(
                    "header",
                    format!("This is no header name: {name}."),
                    "Such as X-Remote-User.",
                )
            })?;
            Ok(ActAs::Header { name })
        }
    }
}

/// Nothing secret travels readably to another computer unless that was said to be right.
pub(super) fn refuse_plain_http(url: &Url) -> Result<(), WireError> {
    if url.scheme() != "http" || is_loopback(url) {
        return Ok(());
    }
    Err(failure(
        ErrorCode::PlainHttp,
        format!("The secret would travel readably to {url}."),
        "Use https, or say --allow-plain-http if that network may see it.",
    ))
}

/// Why no product was found.
pub(super) struct Undetected {
    /// The same as a failure. A gateway that lets nobody in without a credential is told apart.
    pub(super) shown: WireError,
    /// Whether a page for people stands in its place.
    pub(super) page: bool,
}

impl Undetected {
    pub(super) async fn look(client: &Client, url: &str, error: &DetectError) -> Self {
        let undetected = |shown, page| Self { shown, page };
        let shown = errors::detect(error);
        let (DetectError::NotAtlassian { .. }, Ok(url)) = (error, Url::parse(url.trim())) else {
            return undetected(shown, false);
        };
        let request = Request::get(url).named("detect").accept_json();
        let Ok(answer) = client.send(request).await else {
            return undetected(shown, false);
        };
        let page = answer.status.is_success() && answer.is_web_page();
        match answer.header(GATEWAY_REASON) {
            Some("unknown_product") => undetected(
                failure(
                    ErrorCode::UnexpectedAnswer,
                    "A gateway answers there, and it has no product at this address.",
                    "Check the address against the products' public URLs: `gatewright config show`.",
                ),
                false,
            ),
            Some(reason) => undetected(
                invalid(
                    "product",
                    format!(
                        "A gateway answers there, and without a credential it does not show which product is behind it: {reason}."
                    ),
                    "Say which one: --product jira, confluence or bitbucket. `product check` needs the product's own address.",
                ),
                false,
            ),
            None => undetected(shown, page),
        }
    }
}
