//! Phase 6: whether the credential is good.

mod jwt;
mod metadata;
mod opaque;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use gatewright_config::{Config, KeyLimits, Provider, Verification};
use gatewright_jose::{Algorithm, KeySet};
use gatewright_keys::{ApiKey, KeyKind};
use gatewright_policy::{ReasonCode, UserName};
use gatewright_secret::SecretString;
use serde_json::Value;
use time::OffsetDateTime;
use url::Url;

use crate::fetched::Fetched;
use crate::ports::{ClientSecret, KeyAnswer, KeyRecord, KeyStoreUnavailable, Ports, SecretPort};
use crate::shared::{Shared, cache_key};

pub(crate) use metadata::Discovered;

/// Why a credential is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ReasonCode,
    pub(crate) detail: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(code: ReasonCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ReasonCode::InvalidCredentials, detail)
    }

    pub(crate) fn expired(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ReasonCode::ExpiredCredentials, detail)
    }

    pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ReasonCode::ProviderUnavailable, detail)
    }

    pub(crate) fn not_configured(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ReasonCode::NotConfigured, detail)
    }

    /// Whether it is a fact about the token, and not about the moment.
    pub(crate) fn may_be_remembered(&self) -> bool {
        matches!(
            self.code,
            ReasonCode::InvalidCredentials
                | ReasonCode::ExpiredCredentials
                | ReasonCode::WrongAudience
        )
    }
}

/// What a provider's answers and a token's own words come to. Who that is, is read from it anew
/// for each request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// What the verified token says, or introspection says of it.
    pub(crate) claims: Option<Value>,
    /// Where the username is looked for.
    pub(crate) attributes: Value,
    /// When the token ends, if that is known.
    pub(crate) expires: Option<OffsetDateTime>,
    /// Until when this is believed.
    pub(crate) good_until: OffsetDateTime,
}

/// One provider with what asking it needs.
pub(crate) struct ProviderState {
    pub(crate) config: Provider,
    client: Option<ClientSecret>,
    algorithms: Vec<Algorithm>,
    pasted_keys: Option<Result<Arc<KeySet>, String>>,
    fetched_keys: Arc<Fetched<KeySet>>,
    discovery: Arc<Fetched<Discovered>>,
}

impl ProviderState {
    /// All providers of a configuration.
    pub(crate) fn all(config: &Config, secrets: &dyn SecretPort, shared: &Shared) -> Vec<Self> {
        let providers = config.providers.iter();
        providers
            .map(|provider| Self::new(provider, secrets, shared))
            .collect()
    }

    fn new(provider: &Provider, secrets: &dyn SecretPort, shared: &Shared) -> Self {
        let client = provider.client_secret.as_deref().and_then(|name| {
            Some(ClientSecret {
                id: provider.client_id.clone(),
                secret: secrets.secret(name)?,
                in_body: provider.client_auth == gatewright_config::raw::ClientAuth::Body,
            })
        });
        let (algorithms, pasted_keys) = match &provider.verification {
            Verification::Jwt(rules) => {
                let algorithms = rules
                    .algorithms
                    .iter()
                    .filter_map(|name| name.parse().ok())
                    .collect();
                let pasted = (!rules.public_keys.is_empty()).then(|| {
                    KeySet::from_pems(rules.public_keys.iter().map(String::as_str))
                        .map(Arc::new)
                        .map_err(|error| error.to_string())
                });
                (algorithms, pasted)
            }
            Verification::Userinfo { .. }
            | Verification::GithubTokenCheck { .. }
            | Verification::Introspection { .. } => (Vec::new(), None),
        };
        Self {
            client,
            algorithms,
            pasted_keys,
            fetched_keys: shared.keys(&provider.generation),
            discovery: shared.discovery(&provider.generation),
            config: provider.clone(),
        }
    }

    fn client(&self) -> Result<&ClientSecret, Refusal> {
        self.client.as_ref().ok_or_else(|| {
            Refusal::not_configured(format!(
                "the client secret of the provider {} is not stored",
                self.config.id
            ))
        })
    }
}

/// Verifies a provider's token, or remembers that it was.
pub(crate) async fn token(
    provider: &ProviderState,
    token: &SecretString,
    ports: &Ports,
    shared: &Shared,
    now: OffsetDateTime,
) -> Result<Arc<Answer>, Refusal> {
    let key = cache_key(&[&provider.config.generation, token.expose()]);
    let answer = shared
        .answer(key, now, ask(provider, token, ports, now))
        .await?;
    // A request that waited for another's question still has its own time.
    if answer.expires.is_some_and(|expires| expires <= now) {
        return Err(Refusal::expired("the token's time is over"));
    }
    Ok(answer)
}

/// Whether somebody outside would be asked about this token.
pub(crate) async fn would_ask(
    provider: &ProviderState,
    token: &SecretString,
    shared: &Shared,
    now: OffsetDateTime,
) -> bool {
    use gatewright_config::raw::UsernameSource;
    let by_signature = matches!(provider.config.verification, Verification::Jwt(_));
    if by_signature && provider.config.username.from == UsernameSource::Token {
        return false;
    }
    let key = cache_key(&[&provider.config.generation, token.expose()]);
    !shared.knows(&key, now).await
}

async fn ask(
    provider: &ProviderState,
    token: &SecretString,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<Answer, Refusal> {
    use gatewright_config::raw::UsernameSource;
    let (claims, userinfo, expires) = match &provider.config.verification {
        Verification::Userinfo { .. } => {
            let userinfo = opaque::userinfo(provider, token, ports, now).await?;
            (None, Some(userinfo), opaque::claimed_end(token))
        }
        Verification::GithubTokenCheck { .. } => {
            let (claims, expires) = opaque::github_token_check(provider, token, ports).await?;
            (Some(claims), None, expires)
        }
        Verification::Introspection { issued_for, .. } => {
            let (claims, expires) =
                opaque::introspection(provider, &issued_for.audience, token, ports, now).await?;
            (Some(claims), None, expires)
        }
        Verification::Jwt(rules) => {
            let (claims, expires) = jwt::verify(provider, rules, token, ports, now).await?;
            (Some(claims), None, expires)
        }
    };
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Refusal::expired("the token's time is over"));
    }
    let attributes = match (provider.config.username.from, userinfo) {
        (UsernameSource::Token, _) => claims.clone().unwrap_or_default(),
        (UsernameSource::Userinfo, Some(userinfo)) => userinfo,
        (UsernameSource::Userinfo, None) => {
            let userinfo = opaque::userinfo(provider, token, ports, now).await?;
            same_subject(claims.as_ref(), &userinfo)?;
            userinfo
        }
        (UsernameSource::Get, _) => opaque::get(provider, token, ports).await?,
    };
    let cache = provider.config.verification.cache();
    let good_until = expires.map_or(now + cache, |expires| expires.min(now + cache));
    Ok(Answer {
        claims,
        attributes,
        expires,
        good_until,
    })
}

/// `OpenID` Connect Core §5.3.2: what userinfo says belongs to the token only if both name the
/// same subject.
fn same_subject(claims: Option<&Value>, userinfo: &Value) -> Result<(), Refusal> {
    let subject = |value: &Value| value.get("sub").and_then(Value::as_str).map(str::to_owned);
    match (claims.and_then(subject), subject(userinfo)) {
        (Some(one), Some(other)) if one != other => Err(Refusal::invalid(
            "userinfo names another subject than the token",
        )),
        _ => Ok(()),
    }
}

/// What is known of one of our keys; nothing is taken.
pub(crate) async fn look_up(
    key: &ApiKey,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<KeyAnswer, Refusal> {
    ports
        .keys
        .look(&key.digest(), now)
        .await
        .map_err(|error| keys_unavailable(&error))
}

/// Takes one use of a key, for a request that may go on.
pub(crate) async fn redeem(
    key: &ApiKey,
    address: IpAddr,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    let answer = ports
        .keys
        .redeem(&key.digest(), address, now)
        .await
        .map_err(|error| keys_unavailable(&error))?;
    issued(answer).map(drop)
}

fn keys_unavailable(error: &KeyStoreUnavailable) -> Refusal {
    Refusal::new(ReasonCode::NotConfigured, error.to_string())
}

/// The record of a key that is good by itself.
fn issued(answer: KeyAnswer) -> Result<KeyRecord, Refusal> {
    match answer {
        KeyAnswer::Good(record) => Ok(record),
        KeyAnswer::Unknown => Err(Refusal::invalid(
            "nobody issued this key, or it was revoked",
        )),
        KeyAnswer::Expired(_) => Err(Refusal::expired("the key's time is over")),
        KeyAnswer::Exhausted(_) => Err(Refusal::new(
            ReasonCode::UsesExhausted,
            "the key was used as often as it may be",
        )),
    }
}

/// Whether a key is good in the form in which it came, with the user that was named, and under
/// today's limits.
pub(crate) fn key(
    answer: KeyAnswer,
    user: Option<&str>,
    limits: &KeyLimits,
    now: OffsetDateTime,
) -> Result<KeyRecord, Refusal> {
    let record = issued(answer)?;
    match (record.kind, user) {
        (KeyKind::Bearer, None) => {}
        (KeyKind::Basic, Some(user)) if record.owner.is(user) => {}
        (KeyKind::Basic, Some(_)) => {
            return Err(Refusal::invalid("the key belongs to another user"));
        }
        (KeyKind::Basic, None) => {
            return Err(Refusal::invalid(
                "the key is of kind basic and came as a bearer token: it is sent as its owner's password",
            ));
        }
        (KeyKind::Bearer, Some(_)) => {
            return Err(Refusal::invalid(
                "the key is of kind bearer and came as a password: it is sent as a bearer token",
            ));
        }
    }
    let outlived = limits
        .max_lifetime
        .is_some_and(|longest| record.made_at + longest <= now);
    if outlived {
        return Err(Refusal::expired(
            "the key is older than settings.keys.max_lifetime lets a key live",
        ));
    }
    Ok(record)
}

/// The user as whom a robot acts, if the token is one of a robot that is configured: a token that
/// its client got for itself and not for a person.
pub(crate) fn service_account(provider: &Provider, answer: &Answer) -> Option<UserName> {
    let claims = answer.claims.as_ref()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client = text("client_id")
        .or_else(|| text("azp"))
        .or_else(|| text("appid"))?;
    let user = provider.service_accounts.get(client)?;
    if is_named_as_service_account(claims, answer, provider, client) {
        return Some(UserName::new(user));
    }
    let for_itself = match claims.get("sub") {
        None | Some(Value::Null) => true,
        Some(subject) => {
            subject == client
                || text("idtyp") == Some("app")
                || text("gty") == Some("client-credentials")
        }
    };
    (for_itself && !names_a_user(provider, answer)).then(|| UserName::new(user))
}

/// What Keycloak puts before a client's id to name the client's own account.
const SERVICE_ACCOUNT: &str = "service-account-";

/// Whether the token names the account that Keycloak keeps for a client itself. The name alone
/// proves nothing, since a person may have chosen it: every name must be that one, two claims must
/// name the client, and nothing may tell of a person who signed in.
fn is_named_as_service_account(
    claims: &Value,
    answer: &Answer,
    provider: &Provider,
    client: &str,
) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let stands = |name: &str| claims.get(name).is_some_and(|value| !value.is_null());
    let is_the_account = |value: &Value| {
        value.as_str().is_some_and(|name| {
            name.strip_prefix(SERVICE_ACCOUNT)
                .is_some_and(|id| id.eq_ignore_ascii_case(client))
        })
    };
    let names_the_client = |name: &str| {
        claims
            .get(name)
            .is_none_or(|value| value.as_str() == Some(client))
    };
    let named_twice = text("azp") == Some(client)
        && (text("client_id") == Some(client) || text("clientId") == Some(client))
        && ["client_id", "clientId", "azp"]
            .into_iter()
            .all(names_the_client);
    let signed_in = ["sid", "session_state", "auth_time", "nonce", "email", "act"]
        .into_iter()
        .any(stands);
    let attribute = answer.attributes.pointer(&provider.username.pointer);
    let by_its_subject = matches!(
        provider.username.pointer.as_str(),
        "/sub" | "/client_id" | "/azp" | "/appid"
    );
    named_twice
        && !signed_in
        && claims.get("preferred_username").is_some_and(is_the_account)
        && claims.get("username").is_none_or(is_the_account)
        && (by_its_subject || attribute.is_none_or(is_the_account))
}

/// Whether a user's name stands in it. Where the username is read from what names the client or
/// the subject, that is no sign of a person.
fn names_a_user(provider: &Provider, answer: &Answer) -> bool {
    let stands = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    let claim = |name: &str| answer.claims.as_ref().and_then(|claims| claims.get(name));
    let pointer = provider.username.pointer.as_str();
    stands(claim("username"))
        || stands(claim("preferred_username"))
        || !matches!(pointer, "/sub" | "/client_id" | "/azp" | "/appid")
            && stands(answer.attributes.pointer(pointer))
}

/// The place of an endpoint: configured, or in the discovery document.
async fn endpoint(
    provider: &ProviderState,
    configured: Option<&Url>,
    pick: impl Fn(&Discovered) -> Option<Url>,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<Url, Refusal> {
    if let Some(url) = configured {
        return Ok(url.clone());
    }
    let discovered = metadata::discover(provider, ports, now).await?;
    pick(&discovered).ok_or_else(|| {
        Refusal::not_configured(format!(
            "the provider {} announces no such endpoint",
            provider.config.id
        ))
    })
}

/// Seconds since 1970 as a time, if they are a sane number.
fn time_of(seconds: &Value) -> Option<OffsetDateTime> {
    let seconds = match seconds {
        Value::Number(number) => number.as_i64()?,
        // Some providers write numbers as texts.
        Value::String(text) => text.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

/// How far clocks may differ.
pub(crate) const LEEWAY: Duration = Duration::from_mins(1);
