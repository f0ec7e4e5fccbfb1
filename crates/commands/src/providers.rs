//! Providers: the catalogue, and those that are set up.

pub(crate) mod exchange;
mod settings;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gatewright_atlassian::KeyPair as NewKeyPair;
use gatewright_catalogue as catalogue;
use gatewright_http::{Client, Request};
use gatewright_oauth::ClientCredentials;
use gatewright_secret::SecretString;
use gatewright_wire as wire;
use gatewright_wire::{
    Catalogue, CheckProvider, CheckedProvider, Nothing, Provider, ProviderId, Providers,
    SaveProvider, WireError,
};
use gatewright_workspace as kept;

use crate::app::App;
use crate::convert;
use crate::errors::{self, invalid, not_found};
use crate::flow::{self, Resolved};
use crate::names;
use crate::products::free_id;
use shown::{entries, redirect_note, refused, scopes, shown_endpoints};

/// Asks a provider, without any credential, whether it is what it is taken for.
async fn look(client: &Client, resolved: &Resolved) -> Result<Option<String>, WireError> {
    if resolved.endpoints.discovery.is_some() {
        // Discovery was the question, and was answered.
        return Ok(None);
    }
    let Some(url) = resolved
        .endpoints
        .userinfo
        .clone()
        .or_else(|| resolved.endpoints.token.clone())
    else {
        return Ok(None);
    };
    let answer = client
        .send(Request::get(url.clone()).named("look").accept_json())
        .await
        .map_err(|error| errors::not_reached(&error.to_string(), &error))?;
    let status = answer.status.as_u16();
    if answer.is_web_page() && (answer.status.is_success() || answer.status.is_redirection()) {
        let title = answer
            .page_title()
            .unwrap_or_else(|| "without a title".to_owned());
        return Err(errors::failure(
            wire::ErrorCode::UnexpectedAnswer,
            format!(
                "A web page answers at {}: \u{201c}{title}\u{201d}",
                url.path()
            ),
            "Check the address; a sign-in page in front of the provider also answers so.",
        ));
    }
    if matches!(status, 404 | 410 | 500..=599) && resolved.endpoints.userinfo.is_some() {
        return Err(errors::failure(
            wire::ErrorCode::UnexpectedAnswer,
            format!(
                "There is no userinfo at {}: the answer was {status}.",
                url.path()
            ),
            "Check the address: a path in front may be missing or too much.",
        ));
    }
    Ok(answer
        .header("x-github-enterprise-version")
        .map(|version| format!("version {version}")))
}

impl App {
    /// The catalogue of known providers.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn catalogue(&self, _: Nothing) -> Result<Catalogue, WireError> {
        Ok(Catalogue {
            providers: entries(),
            refused: refused(),
        })
    }

    /// All providers that are set up.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn providers(&self, _: Nothing) -> Result<Providers, WireError> {
        let providers = self
            .workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        Ok(Providers {
            providers: providers
                .into_iter()
                .map(|provider| self.provider(provider))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Asks a provider what it offers.
    pub async fn check_provider(
        &self,
        request: CheckProvider,
    ) -> Result<CheckedProvider, WireError> {
        let typed = settings::typed(request.settings);
        let password = match (request.proxy_password, &request.id) {
            (Some(typed), _) if !typed.is_empty() => Some(SecretString::wrap(typed.into_text())),
            (_, Some(id)) => self.secret(&names::proxy_password(id)).await?,
            (_, None) => None,
        };
        let network = settings::network(self.host.network(), &typed, password)?;
        let (client, recorder) = settings::recorded(&network)?;
        let better_preset = catalogue::canonical(&request.preset, &request.inputs)
            .filter(|better| better.id != request.preset)
            .map(|better| better.id.to_owned());
        let entered = flow::entered_endpoints(&request.preset, &request.inputs)?;
        let found = match self
            .resolve(&client, &request.preset, &request.inputs)
            .await
        {
            Ok(resolved) => look(&client, &resolved)
                .await
                .map(|version| (resolved.endpoints, version)),
            Err(error) => Err(error),
        };
        let legs = convert::legs(&recorder);
        let total: f64 = legs.iter().map(|leg| leg.timing.total).sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time is positive, and a cast saturates"
        )]
        let milliseconds = total.round() as u32;
        Ok(match found {
            Ok((endpoints, version)) => {
                let secure = endpoints
                    .authorization
                    .as_ref()
                    .or(endpoints.token.as_ref())
                    .is_some_and(|url| url.scheme() == "https");
                let trust = if secure {
                    "certificate trusted"
                } else {
                    "unencrypted"
                };
                let version = version.map_or_else(String::new, |version| format!("{version}, "));
                CheckedProvider {
                    good: true,
                    message: format!("Answers in {milliseconds} ms: {version}{trust}."),
                    hint: String::new(),
                    endpoints: shown_endpoints(&endpoints),
                    better_preset,
                    milliseconds,
                    legs,
                }
            }
            Err(error) => CheckedProvider {
                good: false,
                message: error.message,
                hint: error.hint,
                endpoints: shown_endpoints(&entered),
                better_preset,
                milliseconds,
                legs,
            },
        })
    }

    /// Creates a provider or changes it.
    pub async fn save_provider(&self, request: SaveProvider) -> Result<Provider, WireError> {
        let known = flow::known(&request.preset)?;
        let old = match &request.id {
            Some(id) => Some(self.kept_provider(id)?),
            None => None,
        };
        let id = if let Some(old) = &old {
            old.id.clone()
        } else {
            let providers = self
                .workspace
                .providers()
                .map_err(|error| errors::store(&error))?;
            let taken: BTreeSet<String> =
                providers.into_iter().map(|provider| provider.id).collect();
            free_id(known.id, &taken)
        };
        let inputs: BTreeMap<String, String> = request
            .inputs
            .into_iter()
            .map(|(key, value)| (key, value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if let Err(error) = flow::entered_endpoints(known.id, &inputs) {
            // What is only missing may be filled in later; what is wrong may not be kept.
            let key = error
                .field
                .as_deref()
                .and_then(|field| field.strip_prefix("inputs."));
            if key.is_none_or(|key| inputs.contains_key(key)) {
                return Err(error);
            }
        }
        flow::redirect_choice(
            &request.redirect.host,
            request.redirect.port,
            &request.redirect.path,
        )?;
        if !request.redirect.path.starts_with('/') && !request.redirect.path.is_empty() {
            return Err(invalid(
                "redirect.path",
                format!("This is no path: {}", request.redirect.path),
                "Begin it with a slash, such as /callback.",
            ));
        }
        let settings = settings::typed(request.settings);
        let network = settings::network(self.host.network(), &settings, None)?;
        settings::refuse_unusable(&settings, &network)?;
        let given = |typed: Option<wire::TypedSecret>| {
            typed
                .filter(|typed| !typed.is_empty())
                .map(|typed| SecretString::new(typed.into_text().trim()))
        };
        let mut client_key = old.as_ref().and_then(|old| old.client_key.clone());
        if let Some(key) = given(request.client_key) {
            let read = flow::signing_key(&key, None)?;
            client_key = Some(read.public_jwk().to_string());
            self.put_secret(&names::client_key(&id), &key).await?;
        }
        if let Some(secret) = given(request.client_secret) {
            self.put_secret(&names::client_secret(&id), &secret).await?;
        }
        if let Some(password) = given(request.proxy_password) {
            self.put_secret(&names::proxy_password(&id), &password)
                .await?;
        }
        let name = request.name.trim();
        let provider = kept::Provider {
            id,
            preset: known.id.to_owned(),
            name: if name.is_empty() {
                known.name.to_owned()
            } else {
                name.to_owned()
            },
            inputs,
            client_id: request.client_id.trim().to_owned(),
            scopes: scopes(&request.scopes),
            client_auth: convert::kept_client_auth(request.client_auth),
            redirect: kept::Redirect {
                host: request.redirect.host,
                port: request.redirect.port.filter(|port| *port != 0),
                path: request.redirect.path,
            },
            audiences: old
                .as_ref()
                .map_or_else(Vec::new, |old| old.audiences.clone()),
            username: old.and_then(|old| old.username),
            settings,
            client_key,
        };
        self.workspace
            .put_provider(&provider)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.provider(provider)
    }

    /// Removes a provider and its client secret; tokens that it gave are kept.
    pub async fn remove_provider(&self, request: ProviderId) -> Result<Providers, WireError> {
        if !self
            .workspace
            .remove_provider(&request.id)
            .map_err(|error| errors::store(&error))?
        {
            return Err(not_found("provider", &request.id));
        }
        for secret in [
            names::client_secret(&request.id),
            names::client_key(&request.id),
            names::proxy_password(&request.id),
        ] {
            self.workspace
                .remove_secret(&secret)
                .map_err(|error| errors::store(&error))?;
        }
        self.changed().await?;
        self.providers(Nothing {}).await
    }

    /// Makes a key pair for a client that signs in place of showing a secret.
    pub async fn make_client_key(&self, request: ProviderId) -> Result<Provider, WireError> {
        let mut provider = self.kept_provider(&request.id)?;
        // Looking for primes keeps a core busy for a while.
        let pair = tokio::task::spawn_blocking(NewKeyPair::generate)
            .await
            .map_err(|_| errors::internal("no key pair was made"))?
            .map_err(|error| errors::key(&error))?;
        let id: String = pair
            .fingerprint_sha256
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect();
        let public = flow::signing_key(&pair.private_pem, Some(id))?.public_jwk();
        self.put_secret(&names::client_key(&provider.id), &pair.private_pem)
            .await?;
        provider.client_key = Some(public.to_string());
        provider.client_auth = kept::ClientAuth::PrivateKeyJwt;
        self.workspace
            .put_provider(&provider)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.provider(provider)
    }

    /// A provider as it is kept.
    pub(crate) fn kept_provider(&self, id: &str) -> Result<kept::Provider, WireError> {
        self.workspace
            .provider(id)
            .map_err(|error| errors::store(&error))?
            .ok_or_else(|| not_found("provider", id))
    }

    /// The client at a provider, with what it proves itself by.
    pub(crate) async fn credentials(
        &self,
        provider: &kept::Provider,
        resolved: &Resolved,
    ) -> Result<ClientCredentials, WireError> {
        let key_id = provider
            .client_key
            .as_deref()
            .and_then(|jwk| serde_json::from_str::<serde_json::Value>(jwk).ok())
            .and_then(|jwk| jwk["kid"].as_str().map(str::to_owned));
        let proof = match provider.client_auth {
            kept::ClientAuth::PrivateKeyJwt => flow::Proof {
                key: self.secret(&names::client_key(&provider.id)).await?,
                key_id,
                audience: provider.settings.assertion_audience.clone(),
                ..flow::Proof::default()
            },
            kept::ClientAuth::Basic | kept::ClientAuth::Body | kept::ClientAuth::None => {
                flow::Proof {
                    secret: self.secret(&names::client_secret(&provider.id)).await?,
                    ..flow::Proof::default()
                }
            }
        };
        let host = Arc::clone(&self.host);
        flow::credentials(
            resolved,
            &provider.client_id,
            Some(flow::authentication(convert::client_auth(
                provider.client_auth,
            ))),
            proof,
            Arc::new(move || host.now()),
        )
    }

    /// Refuses what cannot work yet.
    pub(crate) fn refuse_incomplete(&self, provider: &kept::Provider) -> Result<(), WireError> {
        let missing = self.missing(provider)?;
        if missing.is_empty() {
            return Ok(());
        }
        Err(invalid(
            "provider_id",
            format!(
                "{} is not complete: {} is missing.",
                provider.name,
                missing.join(", ")
            ),
            "Fill it in under Provider.",
        ))
    }

    /// What still has to be filled in.
    pub(crate) fn missing(&self, provider: &kept::Provider) -> Result<Vec<String>, WireError> {
        let known = flow::known(&provider.preset)?;
        let mut missing: Vec<String> = known
            .inputs
            .iter()
            .filter(|input| input.required && !provider.inputs.contains_key(input.key))
            .map(|input| input.label.to_owned())
            .collect();
        if provider.client_id.is_empty() {
            missing.push("Client ID".to_owned());
        }
        let proof = match provider.client_auth {
            kept::ClientAuth::Basic | kept::ClientAuth::Body => {
                Some(("Client secret", names::client_secret(&provider.id)))
            }
            kept::ClientAuth::PrivateKeyJwt => {
                Some(("Private key", names::client_key(&provider.id)))
            }
            kept::ClientAuth::None => None,
        };
        if let Some((words, name)) = proof
            && !self.has_secret(&name)?
        {
            missing.push(words.to_owned());
        }
        Ok(missing)
    }

    /// A provider as the window shows it.
    pub(crate) fn provider(&self, provider: kept::Provider) -> Result<Provider, WireError> {
        let known = flow::known(&provider.preset)?;
        let missing = self.missing(&provider)?;
        let endpoints = self.known_endpoints(&provider.preset, &provider.inputs);
        let redirect = &provider.redirect;
        Ok(Provider {
            client_secret_kept: self.has_secret(&names::client_secret(&provider.id))?,
            redirect_to_register: known.redirect_to_register(
                &redirect.host,
                redirect.port,
                &redirect.path,
            ),
            redirect_note: redirect_note(known, redirect),
            endpoints: shown_endpoints(&endpoints),
            missing,
            username: provider.username.map(convert::username_rule),
            settings: settings::shown(&provider.settings),
            client_key: provider.client_key,
            proxy_password_kept: self.has_secret(&names::proxy_password(&provider.id))?,
            redirect: wire::RedirectChoice {
                host: redirect.host.clone(),
                port: redirect.port,
                path: redirect.path.clone(),
            },
            client_auth: convert::client_auth(provider.client_auth),
            preset: provider.preset,
            name: provider.name,
            inputs: provider.inputs,
            client_id: provider.client_id,
            scopes: provider.scopes,
            id: provider.id,
        })
    }
}
