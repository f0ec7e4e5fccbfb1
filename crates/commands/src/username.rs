//! The username: which attribute holds it, and whether the products know it.

use gatewright_atlassian::{DirectoryError, Lookup, User};
use gatewright_oauth::username_candidates;
use gatewright_wire::{
    Candidate, LookUpOutcome, LookUpUser, LookedUp, MatchBy, Provider, SaveUsernameRule, TokenId,
    Transform, Userinfo, UsernameSource, WireError,
};
use gatewright_workspace as kept;
use serde_json::{Map, Value};

use crate::app::App;
use crate::claims;
use crate::convert;
use crate::errors::{self, invalid};
use crate::flow;
use crate::names;

/// The longest username that is looked up, in characters.
const LONGEST: usize = 255;

/// The value of an attribute after its steps.
pub(crate) fn transformed(value: &str, steps: &[Transform]) -> String {
    steps
        .iter()
        .fold(value.to_owned(), |value, step| match step {
            Transform::Lowercase => value.to_lowercase(),
            Transform::Uppercase => value.to_uppercase(),
            Transform::Trim => value.trim().to_owned(),
            Transform::BeforeAt => value
                .split_once('@')
                .map_or(value.clone(), |(before, _)| before.to_owned()),
        })
}

/// Likely usernames in an answer.
fn candidates(value: &Value, from: UsernameSource) -> Vec<Candidate> {
    let gateway_sees_it = match from {
        UsernameSource::Userinfo | UsernameSource::Token => true,
        UsernameSource::IdToken => false,
    };
    username_candidates(value)
        .into_iter()
        .map(|candidate| Candidate {
            pointer: candidate.pointer,
            value: candidate.value,
            from,
            gateway_sees_it,
        })
        .collect()
}

impl App {
    /// What the provider says of the owner of a token.
    pub async fn userinfo(&self, request: TokenId) -> Result<Userinfo, WireError> {
        let mut token = self.kept_token(&request.id)?;
        let secret = self.access_token(&token.id).await?;
        let token_claims = gatewright_jose::decode(secret.expose())
            .ok()
            .map(|jwt| jwt.claims_for_display().clone());
        let id_token_claims = self.id_token_claims(&token).await?;
        let provider = match &token.provider_id {
            Some(id) => self
                .workspace
                .provider(id)
                .map_err(|error| errors::store(&error))?,
            None => None,
        };
        let (client, recorder) = match &provider {
            Some(provider) => self.client_of(provider).await?,
            None => self.recorded_client()?,
        };
        let asked = match &provider {
            Some(provider) => {
                match self
                    .resolve(&client, &provider.preset, &provider.inputs)
                    .await
                {
                    Ok(resolved) => {
                        let now = self.host.now();
                        token.last_used = Some(now);
                        self.workspace
                            .put_token(&token)
                            .map_err(|error| errors::store(&error))?;
                        let asker = flow::Asker {
                            client_id: Some(&provider.client_id),
                            now,
                        };
                        flow::ask_userinfo(
                            &client,
                            &resolved,
                            asker,
                            &secret,
                            id_token_claims.as_ref(),
                        )
                        .await
                        .map_err(WireError::from)
                    }
                    Err(error) => Err(error),
                }
            }
            None => Err(invalid(
                "id",
                format!("It is not known which provider {} is from.", token.name),
                "Paste it again and choose its provider.",
            )),
        };
        // A token for another API is refused by userinfo and can be read all the same.
        let (answer, refused) = match asked {
            Ok(answer) => (Some(answer), None),
            Err(error) if token_claims.is_some() => (None, Some(error)),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        if let Some(answer) = &answer {
            found.extend(candidates(&answer.json, UsernameSource::Userinfo));
        }
        for (claims, from) in [
            (&token_claims, UsernameSource::Token),
            (&id_token_claims, UsernameSource::IdToken),
        ] {
            if let Some(claims) = claims {
                found.extend(candidates(&Value::Object(claims.clone()), from));
            }
        }
        let known_warning = provider
            .as_ref()
            .and_then(|provider| gatewright_catalogue::provider(&provider.preset))
            .and_then(|known| known.username.warn)
            .map(errors::sentence)
            .unwrap_or_default();
        Ok(Userinfo {
            token_id: token.id,
            status: answer.as_ref().map_or(0, |answer| answer.status),
            milliseconds: answer
                .as_ref()
                .map_or(0, |answer| convert::milliseconds(answer.elapsed)),
            userinfo: answer.map_or(Value::Null, |answer| answer.json),
            candidates: found,
            token_claims: token_claims.map(Value::Object),
            id_token_claims: id_token_claims.map(Value::Object),
            rule: provider
                .and_then(|provider| provider.username)
                .map(convert::username_rule),
            warning: refused.map_or(known_warning, |error| {
                format!("{} {}", error.message, error.hint)
                    .trim()
                    .to_owned()
            }),
            legs: convert::legs(&recorder),
        })
    }

    async fn id_token_claims(
        &self,
        token: &kept::Token,
    ) -> Result<Option<Map<String, Value>>, WireError> {
        if !token.id_token_kept {
            return Ok(None);
        }
        let id_token = self.secret(&names::id_token(&token.id)).await?;
        Ok(id_token
            .and_then(|id_token| gatewright_jose::decode(id_token.expose()).ok())
            .map(|jwt| jwt.claims_for_display().clone()))
    }

    /// For whom the newest JWT of a provider was made: the gateway accepts no other.
    async fn seen_audiences(&self, provider: &kept::Provider) -> Result<Vec<String>, WireError> {
        let tokens = self
            .workspace
            .tokens()
            .map_err(|error| errors::store(&error))?;
        for token in tokens
            .iter()
            .filter(|token| token.provider_id.as_ref() == Some(&provider.id))
        {
            let Some(secret) = self.secret(&names::access_token(&token.id)).await? else {
                continue;
            };
            let Ok(jwt) = gatewright_jose::decode(secret.expose()) else {
                continue;
            };
            let audiences = claims::audiences(jwt.claims_for_display());
            // What is made for this client is not to be accepted when it is made for others.
            if audiences.contains(&provider.client_id) {
                return Ok(vec![provider.client_id.clone()]);
            }
            if !audiences.is_empty() {
                return Ok(audiences);
            }
        }
        Ok(Vec::new())
    }

    /// Looks a value up in one product.
    pub async fn look_up_user(&self, request: LookUpUser) -> Result<LookedUp, WireError> {
        let product = self.kept_product(&request.product_id)?;
        let username = transformed(&request.value, &request.transform);
        let unusable = username.is_empty()
            || username.trim() != username
            || username.chars().count() > LONGEST
            || username.chars().any(char::is_control);
        if unusable {
            return Ok(LookedUp {
                outcome: LookUpOutcome::InvalidValue,
                text: "no username".to_owned(),
                detail: if username.is_empty() {
                    "Nothing is left of the value".to_owned()
                } else {
                    "It has blanks at its ends, control characters, or is too long".to_owned()
                },
                username,
                groups: None,
            });
        }
        let directory = match self.directory(&product).await {
            Ok(directory) => directory,
            Err(error) => return Ok(not_asked(username, &error)),
        };
        let lookup = match request.match_by {
            MatchBy::Username => directory.user_by_name(&username).await,
            MatchBy::Email => directory.users_by_email(&username).await,
        };
        let by_email = request.match_by == MatchBy::Email;
        Ok(match lookup {
            Ok(Lookup::Found(user)) => {
                let groups = directory.groups_of(&user).await.ok();
                LookedUp {
                    outcome: LookUpOutcome::Found,
                    text: format!("found as {}", user.name),
                    detail: if by_email {
                        "By e-mail".to_owned()
                    } else {
                        shown_name(&user)
                    },
                    username,
                    groups,
                }
            }
            Ok(Lookup::Inactive(user)) => LookedUp {
                outcome: LookUpOutcome::Inactive,
                text: "inactive".to_owned(),
                detail: shown_name(&user),
                username,
                groups: None,
            },
            Ok(Lookup::Deleted(user)) => LookedUp {
                outcome: LookUpOutcome::Inactive,
                text: "deleted".to_owned(),
                detail: shown_name(&user),
                username,
                groups: None,
            },
            Ok(Lookup::NotFound) => LookedUp {
                outcome: LookUpOutcome::NotFound,
                text: "no such user".to_owned(),
                detail: String::new(),
                username,
                groups: None,
            },
            Ok(Lookup::Ambiguous { users }) => {
                let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
                LookedUp {
                    outcome: LookUpOutcome::Ambiguous,
                    text: format!("{} people match", users.len()),
                    detail: names.join(", "),
                    username,
                    groups: None,
                }
            }
            Err(DirectoryError::NoEmail) => LookedUp {
                outcome: LookUpOutcome::NotFound,
                text: "no such user".to_owned(),
                detail: "E-mail is hidden there".to_owned(),
                username,
                groups: None,
            },
            Err(error) => not_asked(username, &errors::directory(&error)),
        })
    }

    /// Keeps the rule of a provider.
    pub async fn save_username_rule(
        &self,
        request: SaveUsernameRule,
    ) -> Result<Provider, WireError> {
        let mut provider = self.kept_provider(&request.provider_id)?;
        let rule = request.rule;
        let from = match rule.from {
            UsernameSource::Userinfo => kept::UsernameSource::Userinfo,
            UsernameSource::Token => kept::UsernameSource::Token,
            UsernameSource::IdToken => {
                return Err(invalid(
                    "rule",
                    "The gateway never sees the ID token.",
                    "Choose an attribute of userinfo or of the access token.",
                ));
            }
        };
        // A JSON Pointer is empty or begins with a slash (RFC 6901); the whole answer is no name.
        if !rule.pointer.starts_with('/') {
            return Err(invalid(
                "rule",
                format!("This is no attribute: {}", rule.pointer),
                "Write a JSON Pointer, such as /login.",
            ));
        }
        if from == kept::UsernameSource::Token {
            provider.audiences = self.seen_audiences(&provider).await?;
        }
        provider.username = Some(kept::UsernameRule {
            from,
            pointer: rule.pointer,
            transform: rule
                .transform
                .into_iter()
                .map(convert::kept_transform)
                .collect(),
            match_by: convert::kept_match_by(rule.match_by),
        });
        self.workspace
            .put_provider(&provider)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.provider(provider)
    }
}

fn shown_name(user: &User) -> String {
    user.display_name.clone().unwrap_or_default()
}

fn not_asked(username: String, error: &WireError) -> LookedUp {
    LookedUp {
        outcome: LookUpOutcome::NotAsked,
        text: "not asked".to_owned(),
        detail: format!("{} {}", error.message, error.hint)
            .trim()
            .to_owned(),
        username,
        groups: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_are_taken_in_order() {
        let steps = [Transform::Trim, Transform::BeforeAt, Transform::Lowercase];
        assert_eq!(transformed(" Fred@Example.com ", &steps), "fred");
        assert_eq!(transformed("Fred", &[Transform::Uppercase]), "FRED");
    }

    #[test]
    fn what_stands_in_an_id_token_alone_is_marked() {
        let claims = json!({"preferred_username": "jdoe"});
        assert!(candidates(&claims, UsernameSource::Token)[0].gateway_sees_it);
        assert!(!candidates(&claims, UsernameSource::IdToken)[0].gateway_sees_it);
    }
}
