//! Tokens: kept, shown, given back.

mod renew;

use gatewright_atlassian::TokenKind;
use gatewright_atlassian::token_kind::recognise;
use gatewright_oauth::{TokenKind as Revoked, Tokens as Given, revoke, username_candidates};
use gatewright_secret::SecretString;
use gatewright_wire::{
    Copied, FetchClientCredentials, Leg, Nothing, PasteToken, RenameToken, ShownToken, SignedOut,
    Token, TokenId, Tokens, WireError,
};
use gatewright_workspace as kept;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::app::{App, count, random_id};
use crate::claims::{self, Held, end_of, explained};
use crate::convert::{self, rfc3339};
use crate::errors::{self, invalid, not_found};
use crate::flow::{self, Fetched};
use crate::names;

/// A token that came from a provider and is to be kept.
pub(crate) struct Arrived<'a> {
    /// At which provider.
    pub(crate) provider: &'a kept::Provider,
    /// What came.
    pub(crate) fetched: &'a Fetched,
    /// How.
    pub(crate) origin: kept::TokenOrigin,
    /// What to call it.
    pub(crate) name: String,
    /// The requests that brought it.
    pub(crate) legs: Vec<Leg>,
}

impl App {
    /// All tokens.
    pub async fn tokens(&self, _: Nothing) -> Result<Tokens, WireError> {
        let mut tokens = Vec::new();
        for token in self
            .workspace
            .tokens()
            .map_err(|error| errors::store(&error))?
        {
            tokens.push(self.token(token).await?);
        }
        Ok(Tokens { tokens })
    }

    /// Fetches a token without a person.
    pub async fn fetch_client_credentials(
        &self,
        request: FetchClientCredentials,
    ) -> Result<Token, WireError> {
        let provider = self.kept_provider(&request.provider_id)?;
        self.refuse_incomplete(&provider)?;
        self.refuse_locked().await?;
        let (client, recorder) = self.client_of(&provider).await?;
        let resolved = self
            .resolve(&client, &provider.preset, &provider.inputs)
            .await?;
        let credentials = self.credentials(&provider, &resolved).await?;
        let scopes = client_scopes(&provider.scopes);
        let params = &provider.settings.token_params;
        let fetched = flow::for_client(&client, resolved, &credentials, &scopes, params)
            .await
            .map_err(|failure| failure.error)?;
        let arrived = Arrived {
            name: format!("{}, client", provider.name),
            provider: &provider,
            fetched: &fetched,
            origin: kept::TokenOrigin::ClientCredentials,
            legs: convert::legs(&recorder),
        };
        self.keep(arrived).await
    }

    /// Keeps a token obtained elsewhere.
    pub async fn paste_token(&self, request: PasteToken) -> Result<Token, WireError> {
        let user = request
            .user
            .map(|user| user.trim().to_owned())
            .filter(|user| !user.is_empty());
        let provider = match &request.provider_id {
            Some(id) => Some(self.kept_provider(id)?),
            None => None,
        };
        let typed = SecretString::wrap(request.secret.into_text());
        let secret = pasted(&typed, user.is_some())?;
        let recognised = recognise(&secret);
        let now = self.host.now();
        let jwt = gatewright_jose::decode(secret.expose()).ok();
        let name = match request.name.trim() {
            "" => user
                .clone()
                .or_else(|| {
                    jwt.as_ref()
                        .and_then(|jwt| first_name(jwt.claims_for_display()))
                })
                .or_else(|| provider.as_ref().map(|provider| provider.name.clone()))
                .unwrap_or_else(|| "Pasted token".to_owned()),
            name => name.to_owned(),
        };
        let id = random_id()?;
        self.put_secret(&names::access_token(&id), &secret).await?;
        let token = kept::Token {
            name: self.free_name(
                &name,
                provider.as_ref().map(|provider| provider.id.as_str()),
            )?,
            provider_id: provider.map(|provider| provider.id),
            origin: kept::TokenOrigin::Pasted,
            masked: secret.masked(),
            characters: count(secret.length()),
            kind: if user.is_some() && recognised == TokenKind::Opaque {
                "Name and password".to_owned()
            } else {
                claims::kind(&secret, None)
            },
            kept_at: now,
            ends_at: jwt
                .as_ref()
                .and_then(|jwt| end_of(jwt.claims_for_display())),
            scopes_asked: Vec::new(),
            scopes_granted: None,
            id_token_check: None,
            id_token_kept: false,
            refresh_token_kept: false,
            password: user.is_some() && recognised == TokenKind::Opaque,
            legs: Value::Array(Vec::new()),
            refresh_by_itself: false,
            refresh_problem: None,
            last_used: None,
            user,
            id,
        };
        self.workspace
            .put_token(&token)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.token(token).await
    }

    /// Gives a token back to its provider, the refresh token first, and deletes it here.
    pub async fn sign_out(&self, request: TokenId) -> Result<SignedOut, WireError> {
        let token = self.kept_token(&request.id)?;
        let provider_id = token.provider_id.as_deref().ok_or_else(|| {
            invalid(
                "id",
                format!("It is not known which provider {} is from.", token.name),
                "Delete it here, and take it back in the provider's own settings.",
            )
        })?;
        let provider = self.kept_provider(provider_id)?;
        let (client, _) = self.client_of(&provider).await?;
        let resolved = self
            .resolve(&client, &provider.preset, &provider.inputs)
            .await?;
        let Some(endpoint) = resolved.endpoints.revocation.clone() else {
            return Err(invalid(
                "id",
                format!("{} takes no tokens back. Nothing was sent.", provider.name),
                "Take it back in the provider's own settings, then delete it here.",
            ));
        };
        let credentials = self.credentials(&provider, &resolved).await?;
        let refresh = self.secret(&names::refresh_token(&token.id)).await?;
        let access = self.secret(&names::access_token(&token.id)).await?;
        for (secret, kind) in [(&refresh, Revoked::Refresh), (&access, Revoked::Access)] {
            if let Some(secret) = secret {
                revoke(&client, &endpoint, &credentials, secret, kind)
                    .await
                    .map_err(|error| errors::revocation(&error))?;
            }
        }
        let left = self.remove_token(request).await?;
        let with = if refresh.is_some() {
            " and its refresh token are"
        } else {
            " is"
        };
        Ok(SignedOut {
            tokens: left.tokens,
            message: format!(
                "{}{with} void at {} and deleted here.",
                token.name, provider.name
            ),
        })
    }

    /// Renames a token.
    pub async fn rename_token(&self, request: RenameToken) -> Result<Token, WireError> {
        let mut token = self.kept_token(&request.id)?;
        let name = request.name.trim();
        if name.is_empty() {
            return Err(invalid(
                "name",
                "A token needs a name.",
                "Write whose it is.",
            ));
        }
        name.clone_into(&mut token.name);
        self.workspace
            .put_token(&token)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.token(token).await
    }

    /// Removes a token and what is sealed beside it.
    pub async fn remove_token(&self, request: TokenId) -> Result<Tokens, WireError> {
        let id = &request.id;
        if !self
            .workspace
            .remove_token(id)
            .map_err(|error| errors::store(&error))?
        {
            return Err(not_found("token", id));
        }
        for secret in [
            names::access_token(id),
            names::refresh_token(id),
            names::id_token(id),
        ] {
            self.workspace
                .remove_secret(&secret)
                .map_err(|error| errors::store(&error))?;
        }
        self.changed().await?;
        self.tokens(Nothing {}).await
    }

    /// Puts a token on the clipboard for a while.
    pub async fn copy_token(&self, request: TokenId) -> Result<Copied, WireError> {
        self.copy_secret(&self.access_token(&request.id).await?)
    }

    /// A token in clear.
    pub async fn show_token(&self, request: TokenId) -> Result<ShownToken, WireError> {
        let secret = self.access_token(&request.id).await?;
        Ok(ShownToken {
            secret: secret.expose().clone(),
        })
    }

    /// A token's metadata.
    pub(crate) fn kept_token(&self, id: &str) -> Result<kept::Token, WireError> {
        self.workspace
            .token(id)
            .map_err(|error| errors::store(&error))?
            .ok_or_else(|| not_found("token", id))
    }

    /// A token itself.
    pub(crate) async fn access_token(&self, id: &str) -> Result<SecretString, WireError> {
        self.secret(&names::access_token(id))
            .await?
            .ok_or_else(|| not_found("token", id))
    }

    /// Says at once that nothing could be kept, before anybody signs in.
    pub(crate) async fn refuse_locked(&self) -> Result<(), WireError> {
        self.vault().await?;
        match self
            .workspace
            .vault_state()
            .map_err(|error| errors::store(&error))?
        {
            kept::VaultState::Keychain | kept::VaultState::Passphrase => Ok(()),
            kept::VaultState::NoKeychain { .. } | kept::VaultState::Locked => {
                Err(errors::secret(kept::SecretError::Locked))
            }
        }
    }

    /// Keeps a token that came from a provider.
    pub(crate) async fn keep(&self, arrived: Arrived<'_>) -> Result<Token, WireError> {
        let id = random_id()?;
        self.seal(&id, &arrived.fetched.tokens).await?;
        let now = self.host.now();
        let mut token = kept::Token {
            name: self.free_name(&arrived.name, Some(&arrived.provider.id))?,
            provider_id: Some(arrived.provider.id.clone()),
            user: None,
            origin: arrived.origin,
            masked: String::new(),
            characters: 0,
            kind: String::new(),
            kept_at: now,
            ends_at: None,
            scopes_asked: Vec::new(),
            scopes_granted: None,
            id_token_check: None,
            id_token_kept: false,
            refresh_token_kept: false,
            password: false,
            legs: Value::Null,
            refresh_by_itself: false,
            refresh_problem: None,
            last_used: None,
            id,
        };
        describe(
            &mut token,
            arrived.fetched,
            arrived.provider.scopes.clone(),
            arrived.legs,
            now,
        );
        self.workspace
            .put_token(&token)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.token(token).await
    }

    /// Seals what a provider gave, all of it or nothing.
    async fn seal(&self, id: &str, given: &Given) -> Result<(), WireError> {
        self.vault().await?;
        let mut secrets = vec![(names::access_token(id), &given.access_token)];
        if let Some(refresh) = &given.refresh_token {
            secrets.push((names::refresh_token(id), refresh));
        }
        if let Some(id_token) = &given.id_token {
            secrets.push((names::id_token(id), id_token));
        }
        self.workspace.put_secrets(&secrets).map_err(errors::secret)
    }

    /// "fred", "fred 2" …; at another provider it may be "fred" again.
    fn free_name(&self, wanted: &str, provider: Option<&str>) -> Result<String, WireError> {
        let tokens = self
            .workspace
            .tokens()
            .map_err(|error| errors::store(&error))?;
        let mut name = wanted.to_owned();
        let mut number = 1_u32;
        while tokens
            .iter()
            .any(|token| token.name == name && token.provider_id.as_deref() == provider)
        {
            number += 1;
            name = format!("{wanted} {number}");
        }
        Ok(name)
    }

    /// A token as the window shows it; its claims only while the vault is open.
    pub(crate) async fn token(&self, token: kept::Token) -> Result<Token, WireError> {
        let provider = match &token.provider_id {
            Some(id) => self
                .workspace
                .provider(id)
                .map_err(|error| errors::store(&error))?,
            None => None,
        };
        let endpoints = provider
            .as_ref()
            .map(|provider| self.known_endpoints(&provider.preset, &provider.inputs));
        let held = Held {
            issuer: endpoints
                .as_ref()
                .and_then(|endpoints| endpoints.issuer.as_deref()),
            client_id: provider
                .as_ref()
                .map(|provider| provider.client_id.as_str()),
        };
        let now = self.host.now();
        let access_claims = self
            .claims(&names::access_token(&token.id), held, now)
            .await;
        let id_claims = if token.id_token_kept {
            self.claims(&names::id_token(&token.id), held, now).await
        } else {
            Vec::new()
        };
        let tested = self
            .workspace
            .test_outcomes()
            .map_err(|error| errors::store(&error))?;
        let last_used = tested
            .into_iter()
            .filter(|outcome| outcome.token_id == token.id)
            .map(|outcome| outcome.at)
            .chain(token.last_used)
            .max();
        let can_sign_out = endpoints
            .as_ref()
            .is_some_and(|endpoints| endpoints.revocation.is_some());
        let named = access_claims
            .iter()
            .chain(&id_claims)
            .find(|claim| claim.name == "iss")
            .map(|claim| claim.value.trim_matches('"').to_owned());
        let issuer = named.or_else(|| endpoints.and_then(|endpoints| endpoints.issuer));
        Ok(Token {
            issuer,
            can_sign_out,
            last_used: last_used.map(rfc3339),
            refresh_by_itself: token.refresh_by_itself,
            refresh_problem: token.refresh_problem,
            provider_name: provider.map(|provider| provider.name),
            origin: convert::token_origin(token.origin),
            kept_at: rfc3339(token.kept_at),
            ends_at: token.ends_at.map(rfc3339),
            access_claims,
            id_claims,
            // Legs of an older layout are not worth a failure.
            legs: serde_json::from_value(token.legs).unwrap_or_default(),
            id: token.id,
            name: token.name,
            provider_id: token.provider_id,
            user: token.user,
            masked: token.masked,
            characters: token.characters,
            kind: token.kind,
            scopes_asked: token.scopes_asked,
            scopes_granted: token.scopes_granted,
            refresh_token_kept: token.refresh_token_kept,
            id_token_check: token.id_token_check,
        })
    }

    async fn claims(
        &self,
        secret: &str,
        held: Held<'_>,
        now: OffsetDateTime,
    ) -> Vec<gatewright_wire::Claim> {
        // A locked vault shows no claims; the metadata is shown all the same.
        let Ok(Some(token)) = self.secret(secret).await else {
            return Vec::new();
        };
        gatewright_jose::decode(token.expose())
            .map(|jwt| explained(jwt.claims_for_display(), held, now))
            .unwrap_or_default()
    }
}

/// Scopes that make sense without a person: `openid` and its kin ask about somebody.
fn client_scopes(scopes: &[String]) -> Vec<String> {
    let about_people = [
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
    ];
    scopes
        .iter()
        .filter(|scope| !about_people.contains(&scope.as_str()))
        .cloned()
        .collect()
}

fn describe(
    token: &mut kept::Token,
    fetched: &Fetched,
    scopes_asked: Vec<String>,
    legs: Vec<Leg>,
    now: OffsetDateTime,
) {
    let tokens = &fetched.tokens;
    token.masked = tokens.access_token.masked();
    token.characters = count(tokens.access_token.length());
    token.kind = claims::kind(&tokens.access_token, Some(&tokens.token_type));
    let told = tokens
        .expires_in
        .and_then(|seconds| i64::try_from(seconds).ok());
    token.ends_at = match told {
        Some(seconds) => now.checked_add(Duration::seconds(seconds)),
        None => gatewright_jose::decode(tokens.access_token.expose())
            .ok()
            .and_then(|jwt| end_of(jwt.claims_for_display())),
    };
    token.scopes_asked = scopes_asked;
    if tokens.scope.is_some() || token.scopes_granted.is_none() {
        token.scopes_granted.clone_from(&tokens.scope);
    }
    token.refresh_token_kept = tokens.refresh_token.is_some();
    if tokens.id_token.is_some() {
        token.id_token_kept = true;
        token.id_token_check.clone_from(&fetched.id_token_check);
    }
    token.legs = serde_json::to_value(legs).unwrap_or_default();
}

/// The likeliest username among attributes.
pub(crate) fn first_name(attributes: &serde_json::Map<String, Value>) -> Option<String> {
    username_candidates(&Value::Object(attributes.clone()))
        .into_iter()
        .next()
        .map(|candidate| candidate.value)
}

/// What was pasted, without what clings to it: line breaks, and the scheme of a header. A password
/// keeps every character but the line break at its end.
fn pasted(typed: &SecretString, may_be_password: bool) -> Result<SecretString, WireError> {
    let text = typed.expose().trim_end_matches(['\r', '\n']);
    let trimmed = text.trim();
    let bare = [
        "Authorization: Bearer ",
        "authorization: bearer ",
        "Bearer ",
        "bearer ",
    ]
    .iter()
    .find_map(|scheme| trimmed.strip_prefix(scheme))
    .map_or(trimmed, str::trim);
    let token = SecretString::new(bare);
    let is_token = recognise(&token) != TokenKind::Opaque;
    let secret = if may_be_password && !is_token {
        SecretString::new(text)
    } else {
        token
    };
    if secret.is_empty() {
        return Err(invalid(
            "secret",
            "There is no token.",
            "Paste the access token, the API key or the password.",
        ));
    }
    if secret.expose().chars().any(char::is_control) {
        return Err(invalid(
            "secret",
            "What was pasted has line breaks or control characters inside.",
            "Paste one token alone, on one line.",
        ));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_token_loses_what_clings_to_it_and_a_password_does_not() {
        let token = |text: &str, password| {
            pasted(&SecretString::new(text), password).map(|secret| secret.expose().clone())
        };
        assert_eq!(token("  Bearer gho_abc \r\n", false).unwrap(), "gho_abc");
        assert_eq!(token(" gho_abc\n", true).unwrap(), "gho_abc");
        assert_eq!(token(" pass word \n", true).unwrap(), " pass word ");
        assert!(token(" \n", false).is_err());
        assert!(token("a\nb", false).is_err());
    }
}
