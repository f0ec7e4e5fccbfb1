//! `gatewright product check`.

use gatewright_atlassian::{ActAs, Directory, DirectoryAccount, Oauth1Signer, detect, try_as_user};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use http::HeaderName;
use serde_json::{Value, json};

use super::{Answer, Surroundings};
use crate::errors::{self, internal, invalid};

/// A product to be checked.
#[derive(Clone, Debug)]
pub struct CheckProduct {
    /// Its address, or one below it.
    pub url: String,
    /// The directory account.
    pub account: Option<(String, SecretString)>,
    /// How to act as whom.
    pub acting: Option<(ActingOptions, String)>,
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

/// What is there, and whether the directory account and acting as a user work.
pub async fn check_product(
    around: &Surroundings,
    check: CheckProduct,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let found = detect(&client, &check.url, around.now())
        .await
        .map_err(|error| errors::detect(&error))?;
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
                text.push_str(&format!(
                    "The directory account reads users and groups: {user} is in {} groups.\n",
                    groups.len()
                ));
                json!({ "good": true, "user": user, "groups": groups })
            }
            Err(error) => {
                good = false;
                let said = errors::directory(&error);
                text.push_str(&format!("{} {}\n", said.message, said.hint));
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
        text.push_str(&format!("{} {}\n", trial.message, trial.hint));
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
