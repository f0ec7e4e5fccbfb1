use gatewright_admin::{BindError, Server};
use gatewright_admin_api::{CallError, Client, CreateAdmin, Notation, PairingCode};
use gatewright_http::{Network, SendError, TlsProblem};
use gatewright_secret::SecretString;
use gatewright_store::Role;
use time::Duration;

use crate::world::World;

async fn pair(world: &World, code: &PairingCode) -> Result<(), CallError> {
    Client::pair(&Network::default(), &world.url, code, None)
        .await
        .map(drop)
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let world = World::start().await;
    let code = world.code(Role::Owner);
    pair(&world, &code).await.unwrap();
    assert!(matches!(
        pair(&world, &code).await,
        Err(CallError::PairingRefused)
    ));
    let old = world.code(Role::Owner);
    world.later(Duration::minutes(10));
    assert!(matches!(
        pair(&world, &old).await,
        Err(CallError::PairingRefused)
    ));
    let fresh = world.code(Role::Owner);
    world.later(Duration::minutes(9));
    pair(&world, &fresh).await.unwrap();
}

#[tokio::test]
async fn after_five_wrong_codes_the_right_one_is_void() {
    let world = World::start().await;
    let wrong = PairingCode::from_bits(7, None);
    let code = world.code(Role::Owner);
    for _ in 0..4 {
        assert!(pair(&world, &wrong).await.is_err());
    }
    pair(&world, &code).await.unwrap();
    let code = world.code(Role::Owner);
    for text in ["", "no code", "AAAAA-AAAAA-AAAAA-AAAAA", "x", "0"] {
        let body = format!("{{\"code\":\"{text}\"}}");
        let answer = world
            .raw(
                "POST /api/v1/pair HTTP/1.1\r\nContent-Type: application/json",
                &body,
            )
            .await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.contains("pairing_refused"), "{answer}");
    }
    assert!(matches!(
        pair(&world, &code).await,
        Err(CallError::PairingRefused)
    ));
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let world = World::start().await;
    let wrong = PairingCode::from_bits(7, None);
    for _ in 0..30 {
        assert!(matches!(
            pair(&world, &wrong).await,
            Err(CallError::PairingRefused)
        ));
    }
    assert!(matches!(
        pair(&world, &wrong).await,
        Err(CallError::TooManyTries)
    ));
}

#[tokio::test]
async fn each_role_may_do_its_own_and_no_more() {
    let world = World::start().await;
    let secret = SecretString::new("x");
    let viewer = world.admin(Role::Viewer).await;
    viewer.status().await.unwrap();
    viewer.secrets().await.unwrap();
    let publish = |client: Client, version| async move {
        client
            .put_config("format = 1", Notation::Toml, version, "")
            .await
    };
    assert!(matches!(
        publish(viewer.clone(), 0).await,
        Err(CallError::Forbidden)
    ));
    assert!(matches!(
        viewer.put_secret("x", &secret).await,
        Err(CallError::Forbidden)
    ));
    assert!(matches!(viewer.admins().await, Err(CallError::Forbidden)));
    let editor = world.admin(Role::Editor).await;
    publish(editor.clone(), 0).await.unwrap();
    assert!(matches!(
        editor.put_secret("x", &secret).await,
        Err(CallError::Forbidden)
    ));
    assert!(matches!(editor.admins().await, Err(CallError::Forbidden)));
    let owner = world.admin(Role::Owner).await;
    publish(owner.clone(), 1).await.unwrap();
    owner.put_secret("x", &secret).await.unwrap();
    assert_eq!(owner.admins().await.unwrap().admins.len(), 3);
}

#[tokio::test]
async fn an_admin_works_until_revoked_and_a_stranger_never() {
    let world = World::start().await;
    let owner = world.admin(Role::Owner).await;
    let made = owner
        .create_admin(&CreateAdmin {
            name: "pipeline".to_owned(),
            role: gatewright_admin_api::Role::Editor,
        })
        .await
        .unwrap();
    let pipeline = world.client(made.credential.expose());
    assert_eq!(pipeline.status().await.unwrap().admin, "pipeline");
    owner.revoke_admin(&made.admin.id).await.unwrap();
    assert!(matches!(
        pipeline.status().await,
        Err(CallError::Unauthorised)
    ));
    assert!(matches!(
        owner.revoke_admin(&made.admin.id).await,
        Err(CallError::NotFound { .. })
    ));
    for token in [
        "",
        "gwa_",
        "gwa_0000000000000000000000000000000000000000000",
        "x y",
    ] {
        assert!(matches!(
            world.client(token).status().await,
            Err(CallError::Unauthorised)
        ));
    }
    let twice = owner.credential().token.expose().clone();
    let twice = format!(
        "GET /api/v1/status HTTP/1.1\r\nAuthorization: Bearer {twice}\r\nAuthorization: Bearer {twice}"
    );
    assert!(world.raw(&twice, "").await.starts_with("HTTP/1.1 401 "));
}

#[tokio::test]
async fn secrets_have_plain_names_and_are_never_repeated() {
    let world = World::start().await;
    let owner = world.admin(Role::Owner).await;
    let canary = SecretString::new("canary-value");
    for name in ["../admins", ".hidden", "a b", "ä"] {
        let refused = owner.put_secret(name, &canary).await;
        assert!(
            matches!(refused, Err(CallError::Refused(_))),
            "{name}: {refused:?}"
        );
    }
    owner.put_secret("ghes", &canary).await.unwrap();
    let token = owner.credential().token.expose();
    let broken = format!(
        "PUT /api/v1/secrets/ghes HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}"
    );
    let answer = world
        .raw(&broken, "{\"value\":7,\"canary-member\":\"canary-value\"}")
        .await;
    assert!(
        answer.starts_with("HTTP/1.1 400 ") && !answer.contains("canary"),
        "{answer}"
    );
}

#[tokio::test]
async fn with_tls_only_the_certificate_of_the_code_is_met() {
    let world = World::with_tls().await;
    world.admin(Role::Viewer).await.status().await.unwrap();
    let other = World::with_tls().await;
    let code = world.code(Role::Owner);
    let elsewhere = pair(&other, &code).await;
    let Err(CallError::Unreachable(SendError::Tls { problem, .. })) = elsewhere else {
        panic!("{elsewhere:?}")
    };
    assert_eq!(problem, TlsProblem::NotPinned);
    let bare = PairingCode::from_bits(1, None);
    assert!(matches!(
        pair(&world, &bare).await,
        Err(CallError::PairingAddress { .. })
    ));
}

#[tokio::test]
async fn off_loopback_there_is_no_admin_api_without_tls() {
    let refused = Server::bind("0.0.0.0:0".parse().unwrap(), None).await;
    assert!(matches!(refused, Err(BindError::NeedsTls { .. })));
    assert!(
        Server::bind("[::1]:0".parse().unwrap(), None)
            .await
            .is_ok_and(|_| true)
    );
}

#[tokio::test]
async fn health_needs_no_credential_and_everything_else_does() {
    let world = World::start().await;
    assert!(
        world
            .raw("GET /healthz HTTP/1.1", "")
            .await
            .starts_with("HTTP/1.1 200 ")
    );
    assert!(
        world
            .raw("GET /readyz HTTP/1.1", "")
            .await
            .starts_with("HTTP/1.1 503 ")
    );
    let editor = world.admin(Role::Editor).await;
    editor
        .put_config("format = 1", Notation::Toml, 0, "")
        .await
        .unwrap();
    assert!(
        world
            .raw("GET /readyz HTTP/1.1", "")
            .await
            .starts_with("HTTP/1.1 200 ")
    );
    let metrics = world.raw("GET /metrics HTTP/1.1", "").await;
    assert!(
        metrics.contains("gatewright_requests_total{outcome=\"read_only\"} 1"),
        "{metrics}"
    );
    for call in [
        "GET /api/v1/config",
        "GET /api/v1/status",
        "GET /api/v1/audit",
        "GET /api/v1/secrets",
    ] {
        let answer = world.raw(&format!("{call} HTTP/1.1"), "").await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{call}: {answer}");
        assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
    }
    assert!(
        world
            .raw("GET /api/v1/nothing HTTP/1.1", "")
            .await
            .contains("\"not_found\"")
    );
    assert!(
        world
            .raw("DELETE /api/v1/config HTTP/1.1", "")
            .await
            .contains("\"method_not_allowed\"")
    );
    let described = world.raw("GET /api/v1/openapi.json HTTP/1.1", "").await;
    assert!(described.contains("\"openapi\":\"3.1.0\""));
}
