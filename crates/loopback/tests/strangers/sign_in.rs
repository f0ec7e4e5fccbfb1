//! A sign-in from the listener to the tokens.

use std::time::Duration;

use gatewright_http::Client;
use gatewright_loopback::{Listener, RedirectChoice, WaitError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, ClientAuthentication, ClientCredentials, CodeGrant,
    ExchangeError, IssuerCheck, Pkce, ScopeSeparator, ServerMetadata, Tokens, exchange, refresh,
};
use gatewright_secret::SecretString;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::visitor::{Page, Visitor, client};

/// What one must know of a server to sign in there.
pub(crate) struct At {
    pub(crate) client: Client,
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) push: Option<Url>,
    pub(crate) issuer: IssuerCheck,
    pub(crate) credentials: ClientCredentials,
    pub(crate) scopes: Vec<String>,
    pub(crate) params: Vec<(String, String)>,
}

impl At {
    /// At a server that describes itself.
    pub(crate) fn described(
        metadata: &ServerMetadata,
        credentials: ClientCredentials,
        scopes: &[&str],
    ) -> Self {
        Self {
            issuer: IssuerCheck {
                expected: Some(metadata.issuer.clone()),
                announced: metadata.announces_issuer_in_answers,
            },
            push: metadata.must_push_to().cloned(),
            ..Self::told(
                metadata.authorization_endpoint.clone().unwrap(),
                metadata.token_endpoint.clone().unwrap(),
                credentials,
                scopes,
            )
        }
    }

    /// At a server whose endpoints somebody told us.
    pub(crate) fn told(
        authorization: Url,
        token: Url,
        credentials: ClientCredentials,
        scopes: &[&str],
    ) -> Self {
        Self {
            client: client(),
            authorization,
            token,
            push: None,
            issuer: IssuerCheck::default(),
            credentials,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            params: Vec::new(),
        }
    }

    /// Signs fred in, as a person with a browser does.
    pub(crate) async fn grant(&self) -> CodeGrant {
        let (page, grant) = self.visit("/callback").await;
        assert!(page.text.contains("You are signed in"), "{page:?}");
        grant.unwrap()
    }

    /// The same with the tokens of the code.
    pub(crate) async fn tokens(&self) -> Tokens {
        let grant = self.grant().await;
        exchange(&self.client, grant, &self.credentials)
            .await
            .unwrap()
    }

    /// The page that the browser ends on and what the sign-in came to, with a way back by this path.
    pub(crate) async fn visit(&self, path: &str) -> (Page, Result<CodeGrant, WaitError>) {
        let choice = RedirectChoice {
            path: path.to_owned(),
            ..RedirectChoice::default()
        };
        let listener = Listener::bind(choice).await.unwrap();
        let started = Authorization::new(AuthorizationRequest {
            authorization_endpoint: self.authorization.clone(),
            token_endpoint: self.token.clone(),
            client_id: self.credentials.client_id.clone(),
            redirect_uri: listener.redirect_uri().to_owned(),
            scopes: self.scopes.clone(),
            scope_separator: ScopeSeparator::Space,
            issuer: self.issuer.clone(),
            pkce: Pkce::S256,
            authorization_params: self.params.clone(),
            token_params: Vec::new(),
        })
        .unwrap();
        let address = match &self.push {
            None => started.url.clone(),
            Some(endpoint) => {
                let pushing = started.to_push(endpoint.clone());
                let pushed = pushing.push(&self.client, &self.credentials).await.unwrap();
                pushed.url
            }
        };
        let cancel = CancellationToken::new();
        let waiting =
            tokio::spawn(listener.wait(started.pending, cancel.clone(), Duration::from_mins(1)));
        let typed = [("login", "fred"), ("password", "any password")];
        let page = Visitor::new().visit(address, &typed).await;
        // What the browser did not bring by now it will not bring any more.
        cancel.cancel();
        (page, waiting.await.unwrap())
    }

    /// New tokens for a refresh token.
    pub(crate) async fn refreshed(&self, token: &SecretString) -> Result<Tokens, ExchangeError> {
        refresh(
            &self.client,
            &self.token,
            &self.credentials,
            token,
            &[],
            &[],
        )
        .await
        .map(gatewright_oauth::Refreshed::without_keeping)
    }

    /// Refreshes twice: each time there is another refresh token, and the first is good no more.
    pub(crate) async fn rotates(&self, first: &Tokens) -> Tokens {
        let old = first.refresh_token.as_ref().unwrap();
        let new = self.refreshed(old).await.unwrap();
        assert_ne!(new.access_token.expose(), first.access_token.expose());
        let rotated = new.refresh_token.as_ref().unwrap();
        assert_ne!(rotated.expose(), old.expose());
        let newer = self.refreshed(rotated).await.unwrap();
        let refused = self.refreshed(old).await.unwrap_err();
        assert!(gatewright_oauth::ends_the_session(&refused), "{refused:?}");
        newer
    }

    /// A code that is redeemed with a wrong secret: the refusal in the server's words.
    pub(crate) async fn with_wrong_secret(&self) -> gatewright_oauth::ProviderError {
        let grant = self.grant().await;
        let mut credentials = self.credentials.clone();
        credentials.secret = Some("wrong".into());
        match exchange(&self.client, grant, &credentials).await {
            Err(ExchangeError::Refused(words)) => words,
            other => panic!("{other:?}"),
        }
    }
}

/// A client with a secret.
pub(crate) fn with_secret(
    id: &str,
    secret: &str,
    authentication: ClientAuthentication,
) -> ClientCredentials {
    ClientCredentials {
        client_id: id.to_owned(),
        secret: Some(secret.into()),
        authentication,
        assertion: None,
    }
}

/// The servers look at their own clock, so these tests have to look at the same.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers look at this machine's clock"
)]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
