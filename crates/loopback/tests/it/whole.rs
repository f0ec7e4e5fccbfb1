//! Whole sign-ins, and strangers that meddle with the way back.

use gatewright_jose::VerifyError;
use gatewright_loopback::{RedirectChoice, RedirectHost, WaitError};
use gatewright_oauth::{Callback, CallbackError, GrantRefused, GrantType};
use serde_json::json;

use crate::support::Login;
use crate::world::{Lies, World, now};

#[tokio::test]
async fn an_honest_sign_in_goes_all_the_way() {
    let world = World::honest().await;
    let person = world.signed_in(now()).await.unwrap();
    assert_eq!(person.userinfo["preferred_username"], "fred");
    assert!(person.tokens.refresh_token.is_some());
    let asked = world.provider.asked();
    let token: Vec<_> = asked
        .iter()
        .filter(|asked| asked.target == "/token")
        .collect();
    assert_eq!((token.len(), token[0].method.as_str()), (1, "POST"));
}

#[tokio::test]
async fn mixup_iss_the_code_of_one_provider_never_reaches_another() {
    let announcing = || Lies {
        description: vec![(
            "authorization_response_iss_parameter_supported",
            json!(true),
        )],
        ..Lies::default()
    };
    let (ours, theirs) = (World::telling(announcing()).await, World::honest().await);
    let from_theirs = format!("&iss={}", theirs.provider.origin());
    for (iss, said) in [
        (from_theirs.as_str(), "another provider"),
        ("", "does not say"),
    ] {
        let login = ours.begin().await.login;
        let answer = login.callback(&format!("code=canary-code{iss}"));
        login.browse(&answer).await;
        let page = login.browse("/done").await.body;
        assert!(page.contains(said), "{page}");
        let Err(WaitError::NotBelieved(error)) = login.outcome().await else {
            panic!("{iss}")
        };
        assert!(error.to_string().contains(said) && !error.hint().is_empty());
    }
    assert_eq!(ours.asked_for("/token") + theirs.asked_for("/token"), 0);
    // The sibling that passes: the right issuer.
    let login = ours.begin().await.login;
    let answer = format!("code=x&iss={}", ours.provider.origin());
    login.browse(&login.callback(&answer)).await;
    assert!(login.outcome().await.is_ok());
}

#[tokio::test]
async fn mixup_shared_redirect_each_provider_and_each_attempt_has_its_own_address() {
    let world = World::honest().await;
    let at = |path: &str| RedirectChoice {
        path: path.to_owned(),
        ..RedirectChoice::default()
    };
    let (one, other) = (
        world.begin_at(at("/callback/one")).await,
        world.begin_at(at("/callback/other")).await,
    );
    assert_ne!(one.login.port, other.login.port);
    let crossed = format!("/callback/other?code=x&state={}", one.login.state);
    assert_eq!(one.login.browse(&crossed).await.status, 404);
    assert_eq!(other.login.browse(&crossed).await.status, 400);
    assert!(one.login.is_waiting() && other.login.is_waiting());
    assert_eq!(world.asked_for("/token"), 0);
}

#[tokio::test]
async fn iss_error_a_refusal_of_another_issuer_is_not_the_providers() {
    let world = World::honest().await;
    let login = world.begin().await.login;
    let answer = login.callback("error=access_denied&iss=https%3A%2F%2Fevil.test");
    login.browse(&answer).await;
    let failed = login.outcome().await.unwrap_err();
    assert!(
        matches!(&failed, WaitError::NotBelieved(CallbackError::WrongIssuer { found, .. }) if found == "https://evil.test"),
        "{failed:?}"
    );
}

#[tokio::test]
async fn iss_missing_where_it_is_announced_ends_the_login_without_a_token_request() {
    let world = World::telling(Lies {
        description: vec![(
            "authorization_response_iss_parameter_supported",
            json!(true),
        )],
        ..Lies::default()
    })
    .await;
    for answer in ["code=x", "error=access_denied"] {
        let login = world.begin().await.login;
        login.browse(&login.callback(answer)).await;
        let failed = login.outcome().await.unwrap_err();
        assert!(
            matches!(
                failed,
                WaitError::NotBelieved(CallbackError::MissingIssuer { .. })
            ),
            "{answer}"
        );
    }
    assert_eq!(world.asked_for("/token"), 0);
}

#[tokio::test]
async fn state_fixation_the_answer_to_an_attackers_own_sign_in_is_not_taken() {
    let world = World::honest().await;
    let (attacker, victim) = (world.begin().await, world.begin().await);
    let code = world.consent(&attacker);
    let sent = format!("/callback?code={code}&state={}", attacker.login.state);
    assert_eq!(victim.login.browse(&sent).await.status, 400);
    assert!(victim.login.is_waiting());
    assert_eq!(world.asked_for("/token"), 0);
    victim.login.ends_well().await;
}

#[tokio::test]
async fn code_injection_a_code_of_another_session_meets_proof_key_and_nonce() {
    let inject = async |world: &World| {
        let (other, ours) = (world.begin().await, world.begin().await);
        let stolen = world.consent(&other);
        let login = ours.login;
        login
            .browse(&login.callback(&format!("code={stolen}")))
            .await;
        world
            .finish(login.outcome().await.unwrap(), now())
            .await
            .unwrap_err()
    };
    let world = World::honest().await;
    let failed = inject(&world).await;
    let (words, hint) = failed.words();
    assert!(
        words.contains("invalid_grant: PKCE verification failed"),
        "{words}"
    );
    assert!(hint.contains("Sign in again"), "{hint}");
    assert_eq!(world.asked_for("/token"), 1, "a code is never sent twice");
    // A server that ignores PKCE is caught by the nonce.
    let ignoring = World::telling(Lies {
        ignores_pkce: true,
        ..Lies::default()
    })
    .await;
    assert_eq!(inject(&ignoring).await.id_token(), &VerifyError::WrongNonce);
    assert_eq!(ignoring.asked_for("/userinfo"), 0);
}

#[tokio::test]
async fn code_reuse_a_replayed_callback_makes_no_second_token_request() {
    let world = World::honest().await;
    let started = world.begin().await;
    let code = world.consent(&started);
    let login = started.login;
    let answer = login.callback(&format!("code={code}"));
    assert_eq!(login.browse(&answer).await.status, 302);
    assert_eq!(login.browse(&answer).await.status, 410);
    let grant = login.outcome().await.unwrap();
    world.finish(grant, now()).await.unwrap();
    assert_eq!(world.asked_for("/token"), 1);
}

#[tokio::test]
async fn redirect_mismatch_the_uri_shown_is_the_one_sent_to_both_endpoints() {
    for (host, path) in [
        (RedirectHost::Ip127, "/callback"),
        (RedirectHost::Ip127, "/callback/"),
        (RedirectHost::Localhost, ""),
    ] {
        let world = World::honest().await;
        let choice = RedirectChoice {
            host,
            port: None,
            path: path.to_owned(),
        };
        let started = world.begin_at(choice).await;
        let shown = started.login.redirect_uri.clone();
        assert_eq!(
            started.parameter("redirect_uri").as_deref(),
            Some(shown.as_str())
        );
        let code = world.consent(&started);
        let pasted = format!("{shown}?code={code}&state={}", started.login.state);
        let callback = Callback::from_url(&pasted).unwrap();
        started.login.attempt.offer(callback).unwrap();
        let grant = started.login.outcome().await.unwrap();
        world.finish(grant, now()).await.unwrap();
        let asked = world.provider.asked();
        let token = asked.iter().find(|asked| asked.target == "/token").unwrap();
        assert_eq!(token.form["redirect_uri"], shown);
    }
}

#[tokio::test]
async fn fragment_response_and_form_post_are_refused_by_design() {
    let login = Login::begin().await;
    // A browser never sends a fragment; what arrives is the bare address.
    assert_eq!(login.browse("/callback").await.status, 404);
    let implicit = login
        .browse(&login.callback("access_token=canary&token_type=bearer"))
        .await;
    assert_eq!(implicit.status, 400);
    assert!(implicit.body.contains("authorization code flow") && !implicit.body.contains("canary"));
    let body = format!("code=canary&state={}", login.state);
    let headers = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nOrigin: https://id.example\r\n",
        body.len()
    );
    let posted = login
        .ask("POST", "/callback", &format!("{headers}\r\n{body}"))
        .await;
    assert_eq!(posted.status, 405);
    assert!(login.is_waiting());
    let pasted = format!(
        "{}#access_token=x&state={}",
        login.redirect_uri, login.state
    );
    let error = Callback::from_url(&pasted).unwrap_err();
    assert!(error.hint().contains("authorization code flow"));
    assert_eq!(
        "form_post".parse::<GrantType>(),
        Err(GrantRefused::FormPost)
    );
    assert_eq!("implicit".parse::<GrantType>(), Err(GrantRefused::Implicit));
    login.ends_well().await;
}

#[tokio::test]
async fn second_click_only_one_of_two_attempts_can_end() {
    let world = World::honest().await;
    let first = world.begin().await;
    first.login.cancel.cancel();
    let second = world.begin().await;
    assert_ne!(first.login.state, second.login.state);
    assert_ne!(
        first.parameter("code_challenge"),
        second.parameter("code_challenge")
    );
    let code = world.consent(&first);
    let of_the_first = format!("/callback?code={code}&state={}", first.login.state);
    assert_eq!(second.login.browse(&of_the_first).await.status, 400);
    assert_eq!(
        first.login.outcome().await.unwrap_err(),
        WaitError::Cancelled
    );
    assert!(second.login.is_waiting());
    assert_eq!(world.asked_for("/token"), 0);
}
