//! Refresh: one request for all who ask, kept before it is used, and never lost by accident.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use gatewright_http::Client;
use gatewright_oauth::{
    ClientAuthentication, ExchangeError, RefreshError, RefreshRequest, Refresher, TokenStore,
    Tokens, refresh,
};
use gatewright_secret::SecretString;
use tokio::sync::Semaphore;

use crate::server::{Answer, Provider, client, json, with_type};
use crate::tokens::credentials;

/// A store in memory that notes what happens, and can be made to refuse.
#[derive(Clone, Default)]
struct Store {
    refresh_token: Arc<Mutex<Option<String>>>,
    kept: Arc<Mutex<Vec<String>>>,
    full: Arc<Mutex<bool>>,
}

impl Store {
    fn with(token: &str) -> Self {
        let store = Self::default();
        *store.refresh_token.lock().unwrap() = Some(token.to_owned());
        store
    }

    fn token(&self) -> Option<String> {
        self.refresh_token.lock().unwrap().clone()
    }
}

impl TokenStore for Store {
    type Error = io::Error;

    async fn refresh_token(&self) -> Result<Option<SecretString>, io::Error> {
        Ok(self.token().map(SecretString::from))
    }

    async fn keep(&self, tokens: &Tokens) -> Result<(), io::Error> {
        if *self.full.lock().unwrap() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        *self.refresh_token.lock().unwrap() = tokens
            .refresh_token
            .as_ref()
            .map(|token| token.expose().clone());
        let access = tokens.access_token.expose().clone();
        self.kept.lock().unwrap().push(access);
        Ok(())
    }

    async fn forget_refresh_token(&self) -> Result<(), io::Error> {
        *self.refresh_token.lock().unwrap() = None;
        Ok(())
    }
}

fn request(provider: &Provider) -> RefreshRequest {
    RefreshRequest {
        token_endpoint: provider.url("/token"),
        credentials: credentials(ClientAuthentication::Body),
        scopes: Vec::new(),
        params: Vec::new(),
    }
}

/// A server that rotates: each refresh token is good once.
async fn rotating() -> Provider {
    let next = Mutex::new(0_usize);
    Provider::saying(move |_, asked| {
        let mut next = next.lock().unwrap();
        if asked.form["refresh_token"] != format!("refresh-{next}") {
            return refused("invalid_grant");
        }
        *next += 1;
        json(&format!(
            r#"{{"access_token":"access-{next}","refresh_token":"refresh-{next}"}}"#
        ))
    })
    .await
}

fn refused(code: &str) -> Answer {
    with_type(400, "application/json", format!(r#"{{"error":"{code}"}}"#))
}

async fn refreshed(
    refresher: &Refresher<&'static str>,
    provider: &Provider,
    store: &Store,
) -> Result<String, RefreshError> {
    refresher
        .refresh("a session", &client(), request(provider), store.clone())
        .await
        .map(|tokens| tokens.access_token.expose().clone())
}

#[tokio::test]
async fn refresh_rotation_a_new_refresh_token_replaces_the_old_and_none_keeps_it() {
    let provider = Provider::saying(|before, asked| {
        assert_eq!(asked.form["grant_type"], "refresh_token");
        if before == 0 {
            assert_eq!(asked.form["refresh_token"], "first");
            json(r#"{"access_token":"x","refresh_token":"second"}"#)
        } else {
            json(r#"{"access_token":"y"}"#)
        }
    })
    .await;
    let (store, refresher) = (Store::with("first"), Refresher::default());
    assert_eq!(refreshed(&refresher, &provider, &store).await.unwrap(), "x");
    assert_eq!(store.token().as_deref(), Some("second"));
    assert_eq!(refreshed(&refresher, &provider, &store).await.unwrap(), "y");
    assert_eq!(store.token().as_deref(), Some("second"));
}

#[tokio::test]
async fn refresh_rotation_many_at_once_make_one_request() {
    let provider = rotating().await;
    let (store, refresher) = (Store::with("refresh-0"), Refresher::default());
    let many = (0..20).map(|_| refreshed(&refresher, &provider, &store));
    for outcome in join_all(many).await {
        assert_eq!(outcome.unwrap(), "access-1");
    }
    assert_eq!(provider.asked().len(), 1);
    assert_eq!(*store.kept.lock().unwrap(), ["access-1"]);
    // Who comes later sends what was stored meanwhile and not what it may have read before.
    assert_eq!(
        refreshed(&refresher, &provider, &store).await.unwrap(),
        "access-2"
    );
    assert_eq!(provider.asked()[1].form["refresh_token"], "refresh-1");
}

#[tokio::test]
async fn refresh_rotation_sessions_do_not_wait_for_each_other() {
    let gate = Arc::new(Semaphore::new(0));
    let slow = {
        let gate = Arc::clone(&gate);
        Provider::saying(move |_, _| {
            gate.add_permits(1);
            json(r#"{"access_token":"x"}"#)
        })
        .await
    };
    let refresher = Refresher::default();
    let (first, second) = (Store::with("a"), Store::with("b"));
    let client = client();
    let (one, other) = tokio::join!(
        refresher.refresh("one", &client, request(&slow), first),
        refresher.refresh("other", &client, request(&slow), second)
    );
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(gate.available_permits(), 2);
}

#[tokio::test]
async fn refresh_rotation_who_stops_waiting_does_not_lose_the_session() {
    let provider = rotating().await;
    let (store, refresher) = (Store::with("refresh-0"), Refresher::default());
    {
        let mut given_up = pin!(refreshed(&refresher, &provider, &store));
        let once = poll_fn(|context| Poll::Ready(given_up.as_mut().poll(context))).await;
        assert!(once.is_pending());
    }
    while store.kept.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.token().as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn refresh_rotation_an_answer_that_was_lost_leads_to_one_new_sign_in_and_no_loop() {
    // The server rotated and the answer never came, so the old token is worth nothing.
    let provider = Provider::always(refused("invalid_grant")).await;
    let (store, refresher) = (Store::with("rotated out"), Refresher::default());
    let both = join_all((0..2).map(|_| refreshed(&refresher, &provider, &store))).await;
    for outcome in both {
        let error = outcome.unwrap_err();
        assert!(matches!(error, RefreshError::SessionEnded(_)), "{error:?}");
        assert_eq!(error.hint(), "Sign in again.");
    }
    assert_eq!(store.token(), None);
    let again = refreshed(&refresher, &provider, &store).await;
    assert!(matches!(again, Err(RefreshError::NothingToRefresh)));
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn refresh_rotation_only_invalid_grant_costs_the_refresh_token() {
    for answer in [
        refused("invalid_client"),
        refused("temporarily_unavailable"),
        with_type(500, "text/html", "<html></html>"),
        with_type(200, "application/json", ""),
        with_type(200, "application/json", r#"{"ok":true}"#),
    ] {
        let provider = Provider::always(answer).await;
        let (store, refresher) = (Store::with("good"), Refresher::default());
        let failed = refreshed(&refresher, &provider, &store).await;
        assert!(
            matches!(failed, Err(RefreshError::NotRefreshed(_))),
            "{failed:?}"
        );
        assert_eq!(store.token().as_deref(), Some("good"));
    }
}

#[tokio::test]
async fn refresh_rotation_tokens_that_could_not_be_kept_are_not_used_and_not_lost() {
    let provider = rotating().await;
    let (store, refresher) = (Store::with("refresh-0"), Refresher::default());
    *store.full.lock().unwrap() = true;
    let error = refreshed(&refresher, &provider, &store).await.unwrap_err();
    assert!(matches!(error, RefreshError::NotKept(_)), "{error:?}");

    // By hand, the same tokens can be kept at the second try.
    let store = Store::with("refresh-1");
    *store.full.lock().unwrap() = true;
    let (client, form) = (client(), request(&provider));
    let new = refresh(
        &client,
        &form.token_endpoint,
        &form.credentials,
        &"refresh-1".into(),
        &[],
        &[],
    )
    .await
    .unwrap();
    let failed = new
        .keep(async |tokens| store.keep(tokens).await)
        .await
        .unwrap_err();
    assert_eq!(failed.to_string(), "the new tokens could not be kept");
    *store.full.lock().unwrap() = false;
    let kept = failed
        .refreshed
        .keep(async |tokens| store.keep(tokens).await)
        .await;
    assert_eq!(kept.unwrap().access_token.expose(), "access-2");
    assert_eq!(store.token().as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_refresh_takes_further_parameters_but_none_that_is_made_here() {
    let provider = Provider::always(json(r#"{"access_token":"x"}"#)).await;
    let ask = async |client: &Client, name: &str| {
        let form = request(&provider);
        let params = [(name.to_owned(), "y".to_owned())];
        let (endpoint, us) = (form.token_endpoint, form.credentials);
        refresh(
            client,
            &endpoint,
            &us,
            &"r".into(),
            &["a".to_owned()],
            &params,
        )
        .await
    };
    let error = ask(&client(), "Grant_Type").await.unwrap_err();
    assert!(matches!(error, ExchangeError::ReservedParameter(_)));
    assert!(provider.asked().is_empty());
    assert!(ask(&client(), "audience").await.is_ok());
    let asked = &provider.asked()[0].form;
    assert_eq!(
        (asked["audience"].as_str(), asked["scope"].as_str()),
        ("y", "a")
    );
}

/// Runs futures side by side on this task.
async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, done) in all.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
