//! A whole sign-in: a provider on a real socket, the engine, the listener, and a browser.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_http::{Client, Recorder};
use gatewright_jose::{SigningKey, VerifyError};
use gatewright_loopback::{Listener, RedirectChoice};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, ClientAuthentication, ClientCredentials, CodeGrant,
    DiscoveryError, ExchangeError, IdTokenExpectations, IssuerCheck, KeyedError, Pkce,
    ProviderKeys, ScopeSeparator, ServerMetadata, Tokens, UserinfoError, UserinfoRequest, discover,
    exchange, verify_id_token,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use url::Url;

use crate::provider::{Answer, Asked, Provider, client, json as said, with_type};
use crate::support::Login;

pub(crate) const NOW: i64 = 1_800_000_000;
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::read(&KEY.into(), None, Some(name.to_owned())).unwrap()
}

/// What the provider says that is not so; what is empty is honest.
#[derive(Clone, Default)]
pub(crate) struct Lies {
    pub(crate) description: Vec<(&'static str, Value)>,
    pub(crate) id_token: Vec<(&'static str, Value)>,
    /// A header for the ID token; its signature is then made up.
    pub(crate) header: Option<Value>,
    pub(crate) key: Option<&'static str>,
    pub(crate) userinfo: Option<Value>,
    pub(crate) ignores_pkce: bool,
    pub(crate) token: Option<Answer>,
}

/// What the provider knows of a code that it gave.
struct Given {
    challenge: String,
    nonce: String,
}

pub(crate) struct World {
    pub(crate) provider: Provider,
    pub(crate) client: Client,
    pub(crate) recorder: Recorder,
    keys: ProviderKeys,
    codes: Arc<Mutex<BTreeMap<String, Given>>>,
}

/// Why nobody is signed in.
#[derive(Debug)]
pub(crate) enum Failure {
    Exchange(ExchangeError),
    IdToken(KeyedError),
    Userinfo(UserinfoError),
}

impl Failure {
    pub(crate) fn words(&self) -> (String, String) {
        match self {
            Self::Exchange(error) => (error.to_string(), error.hint()),
            Self::IdToken(error) => (error.to_string(), error.hint()),
            Self::Userinfo(error) => (error.to_string(), error.hint()),
        }
    }

    pub(crate) fn id_token(&self) -> &VerifyError {
        let Self::IdToken(KeyedError::Refused(error)) = self else {
            panic!("{self:?}")
        };
        error
    }
}

/// Who signed in.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) tokens: Tokens,
    pub(crate) userinfo: Value,
}

/// A sign-in with the address that its browser opens.
pub(crate) struct Started {
    pub(crate) url: Url,
    pub(crate) login: Login,
}

impl Started {
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }
}

pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

pub(crate) fn credentials() -> ClientCredentials {
    ClientCredentials {
        client_id: "abc".to_owned(),
        secret: Some("canary-client-secret".into()),
        authentication: ClientAuthentication::Basic,
        assertion: None,
    }
}

impl World {
    pub(crate) async fn honest() -> Self {
        Self::telling(Lies::default()).await
    }

    pub(crate) async fn telling(lies: Lies) -> Self {
        let codes: Arc<Mutex<BTreeMap<String, Given>>> = Arc::default();
        let known = Arc::clone(&codes);
        let provider = Provider::saying(move |_, asked| {
            let issuer = format!("http://{}", asked.headers["host"]);
            match asked.target.split('?').next().unwrap() {
                "/.well-known/openid-configuration" => description(&issuer, &lies),
                "/keys" => said(&json!({"keys": [key("k").public_jwk()]}).to_string()),
                "/token" => token(&issuer, asked, &known.lock().unwrap(), &lies),
                "/userinfo" => userinfo(asked, &lies),
                _ => with_type(404, "text/plain", "not here"),
            }
        })
        .await;
        let recorder = Recorder::new();
        Self {
            client: client().recorded(recorder.clone()),
            keys: ProviderKeys::new(provider.url("/keys")),
            recorder,
            provider,
            codes,
        }
    }

    pub(crate) async fn described(&self) -> Result<ServerMetadata, DiscoveryError> {
        discover(&self.client, &self.provider.origin()).await
    }

    /// Discovers, binds, and makes the address for the browser.
    pub(crate) async fn begin(&self) -> Started {
        self.begin_at(RedirectChoice::default()).await
    }

    pub(crate) async fn begin_at(&self, choice: RedirectChoice) -> Started {
        let said = self.described().await.unwrap();
        let listener = Listener::bind(choice).await.unwrap();
        let authorization = Authorization::new(AuthorizationRequest {
            authorization_endpoint: said.authorization_endpoint.unwrap(),
            token_endpoint: said.token_endpoint.unwrap(),
            client_id: "abc".to_owned(),
            redirect_uri: listener.redirect_uri().to_owned(),
            scopes: vec!["openid".to_owned(), "email".to_owned()],
            scope_separator: ScopeSeparator::Space,
            issuer: IssuerCheck {
                expected: Some(said.issuer),
                announced: said.announces_issuer_in_answers,
            },
            pkce: Pkce::S256,
            authorization_params: Vec::new(),
            token_params: Vec::new(),
        })
        .unwrap();
        Started {
            url: authorization.url,
            login: Login::awaiting(listener, authorization.pending, Duration::from_mins(10)),
        }
    }

    /// The person says yes at the provider: the code that it gives for this sign-in.
    pub(crate) fn consent(&self, started: &Started) -> String {
        let mut codes = self.codes.lock().unwrap();
        let code = format!("canary-code-{}", codes.len());
        codes.insert(
            code.clone(),
            Given {
                challenge: started.parameter("code_challenge").unwrap(),
                nonce: started.parameter("nonce").unwrap(),
            },
        );
        code
    }

    /// The whole way: the person says yes, the browser comes back, and all is checked.
    pub(crate) async fn signed_in(&self, at: OffsetDateTime) -> Result<Person, Failure> {
        let started = self.begin().await;
        let code = self.consent(&started);
        let answer = started.login.callback(&format!("code={code}"));
        assert_eq!(started.login.browse(&answer).await.status, 302);
        let grant = started.login.outcome().await.unwrap();
        self.finish(grant, at).await
    }

    /// From the code to the person.
    pub(crate) async fn finish(
        &self,
        grant: CodeGrant,
        at: OffsetDateTime,
    ) -> Result<Person, Failure> {
        let tokens = exchange(&self.client, grant, &credentials())
            .await
            .map_err(Failure::Exchange)?;
        let expected = IdTokenExpectations {
            issuer: self.provider.origin(),
            client_id: "abc".to_owned(),
            nonce: tokens.expected_nonce.clone(),
            access_token: Some(tokens.access_token.clone()),
            algorithms: Vec::new(),
            now: at,
        };
        let id_token = tokens.id_token.clone().unwrap();
        let claims: Map<String, Value> = self
            .keys
            .verify(&self.client, at, |keys| {
                verify_id_token(&id_token, keys, &expected)
            })
            .await
            .map_err(Failure::IdToken)?;
        let mut asking = UserinfoRequest::to(self.provider.url("/userinfo"));
        asking.id_token_claims = Some(&claims);
        let userinfo = asking
            .ask(&self.client, &tokens.access_token)
            .await
            .map_err(Failure::Userinfo)?;
        Ok(Person {
            tokens,
            userinfo: userinfo.json,
        })
    }

    /// How often this was asked for.
    pub(crate) fn asked_for(&self, path: &str) -> usize {
        let all = self.provider.asked();
        all.iter().filter(|asked| asked.target == path).count()
    }
}

fn description(issuer: &str, lies: &Lies) -> Answer {
    let mut said_of_itself = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
    });
    for (name, value) in &lies.description {
        said_of_itself[name] = value.clone();
    }
    said(&said_of_itself.to_string())
}

fn token(issuer: &str, asked: &Asked, codes: &BTreeMap<String, Given>, lies: &Lies) -> Answer {
    if let Some(answer) = &lies.token {
        return answer.clone();
    }
    let refused = |words: &str| {
        let body = json!({"error": "invalid_grant", "error_description": words});
        with_type(400, "application/json", body.to_string())
    };
    let Some(given) = asked.form.get("code").and_then(|code| codes.get(code)) else {
        return refused("the code is not known");
    };
    let verifier = asked.form.get("code_verifier").map_or("", String::as_str);
    let fits = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == given.challenge;
    if !fits && !lies.ignores_pkce {
        return refused("PKCE verification failed");
    }
    let access_token = "canary-access-token";
    let half = &Sha256::digest(access_token)[..16];
    let mut claims = json!({
        "iss": issuer, "aud": "abc", "sub": "248", "iat": NOW, "exp": NOW + 300,
        "nonce": given.nonce, "at_hash": URL_SAFE_NO_PAD.encode(half),
    });
    for (name, value) in &lies.id_token {
        claims[name] = value.clone();
    }
    if let Some(claims) = claims.as_object_mut() {
        claims.retain(|_, value| !value.is_null());
    }
    let id_token = match &lies.header {
        Some(header) => format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string()),
            if header["alg"] == "none" { "" } else { "AAAA" }
        ),
        None => key(lies.key.unwrap_or("k"))
            .sign(claims.as_object().unwrap())
            .unwrap()
            .expose()
            .clone(),
    };
    said(
        &json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 300,
            "refresh_token": "canary-refresh-token", "id_token": id_token,
        })
        .to_string(),
    )
}

fn userinfo(asked: &Asked, lies: &Lies) -> Answer {
    if asked.headers.get("authorization").map(String::as_str) != Some("Bearer canary-access-token")
    {
        return with_type(401, "application/json", r#"{"error":"invalid_token"}"#);
    }
    let honest = json!({"sub": "248", "preferred_username": "fred"});
    said(&lies.userinfo.clone().unwrap_or(honest).to_string())
}
