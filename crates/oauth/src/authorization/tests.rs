use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::callback::CallbackParseError;
use crate::parameters::ReservedParameter;

fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        authorization_endpoint: Url::parse("https://id.example/authorize").unwrap(),
        token_endpoint: Url::parse("https://id.example/token").unwrap(),
        client_id: "abc".to_owned(),
        redirect_uri: "http://127.0.0.1:4711/callback".to_owned(),
        scopes: vec!["read:user".to_owned(), "user:email".to_owned()],
        scope_separator: ScopeSeparator::Space,
        issuer: IssuerCheck::default(),
        pkce: Pkce::S256,
        authorization_params: Vec::new(),
        token_params: Vec::new(),
    }
}

fn begin(request: AuthorizationRequest) -> Authorization {
    Authorization::new(request).unwrap()
}

fn parameters(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

fn answer(pending: &Pending, more: &str) -> Callback {
    Callback::from_query(&format!("state={}&{more}", pending.state_for_display())).unwrap()
}

#[test]
fn the_address_carries_what_the_standard_asks_for() {
    let mut asked = request();
    asked.authorization_endpoint =
        Url::parse("https://id.example/authorize?tenant=a+b&x=%20").unwrap();
    asked.authorization_params = vec![("audience".to_owned(), "a b+c".to_owned())];
    let started = begin(asked);
    let query = started.url.query().unwrap();
    assert!(query.starts_with("tenant=a+b&x=%20&"), "{query}");
    assert!(
        query.contains("&scope=read%3Auser%20user%3Aemail"),
        "{query}"
    );
    assert!(query.contains("&audience=a%20b%2Bc"), "{query}");
    let parameters = parameters(&started.url);
    assert_eq!(parameters["response_type"], "code");
    assert_eq!(parameters["client_id"], "abc");
    assert_eq!(parameters["redirect_uri"], "http://127.0.0.1:4711/callback");
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(parameters["code_challenge"].len(), 43);
    assert_eq!(parameters["state"], started.pending.state_for_display());
    assert!(!parameters.contains_key("nonce"));
}

#[test]
fn a_sign_in_with_openid_has_a_nonce_and_commas_stand_where_they_are_wanted() {
    let mut asked = request();
    asked.scopes = vec!["openid".to_owned(), "email".to_owned()];
    asked.scope_separator = ScopeSeparator::Comma;
    let parameters = parameters(&begin(asked).url);
    assert_eq!(parameters["scope"], "openid,email");
    assert_eq!(parameters["nonce"].len(), 43);
}

#[test]
fn state_entropy_a_thousand_sign_ins_share_nothing() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let started = begin(AuthorizationRequest {
            scopes: vec!["openid".to_owned()],
            ..request()
        });
        let parameters = parameters(&started.url);
        for name in ["state", "nonce", "code_challenge"] {
            // 32 random bytes in base64url: 256 bits.
            assert_eq!(parameters[name].len(), 43, "{name}");
            assert!(seen.insert(parameters[name].clone()), "{name} stands twice");
        }
        let verifier = started.pending.verifier.as_ref().unwrap().expose().clone();
        assert!((43..=128).contains(&verifier.len()));
        assert!(seen.insert(verifier));
    }
}

#[test]
fn pkce_downgrade_there_is_s256_or_nothing() {
    let with = begin(request());
    assert_eq!(parameters(&with.url)["code_challenge_method"], "S256");
    let without = begin(AuthorizationRequest {
        pkce: Pkce::Off,
        ..request()
    });
    assert!(!without.url.as_str().contains("code_challenge"));
    for name in [
        "code_challenge_method",
        "Code_Challenge",
        "state",
        "response_mode",
        "request_uri",
    ] {
        let mut asked = request();
        asked.authorization_params = vec![(name.to_owned(), "plain".to_owned())];
        assert_eq!(
            Authorization::new(asked).unwrap_err(),
            AuthorizationError::ReservedParameter(ReservedParameter {
                name: name.to_owned()
            })
        );
    }
}

#[test]
fn redirect_mismatch_the_uri_sent_is_the_one_given_byte_for_byte() {
    for redirect_uri in [
        "http://127.0.0.1:4711/callback",
        "http://localhost:1",
        "http://localhost:1/",
        "https://Example.COM/cb?x=1",
    ] {
        let started = begin(AuthorizationRequest {
            redirect_uri: redirect_uri.to_owned(),
            ..request()
        });
        assert_eq!(parameters(&started.url)["redirect_uri"], redirect_uri);
        let callback = answer(&started.pending, "code=x");
        assert_eq!(
            started.pending.complete(callback).unwrap().redirect_uri,
            redirect_uri
        );
    }
    for redirect_uri in ["", "/callback", "http://127.0.0.1/#f", "mailto:a@b"] {
        let asked = AuthorizationRequest {
            redirect_uri: redirect_uri.to_owned(),
            ..request()
        };
        assert!(matches!(
            Authorization::new(asked),
            Err(AuthorizationError::RedirectUri { .. })
        ));
    }
}

#[test]
fn ssrf_endpoints_that_are_not_https_start_nothing() {
    for endpoint in [
        "http://id.example/a",
        "http://169.254.169.254/a",
        "file:///a",
    ] {
        let url = Url::parse(endpoint).unwrap();
        let asked = AuthorizationRequest {
            token_endpoint: url.clone(),
            ..request()
        };
        assert!(matches!(
            Authorization::new(asked),
            Err(AuthorizationError::Insecure(_))
        ));
        let asked = AuthorizationRequest {
            authorization_endpoint: url,
            ..request()
        };
        assert!(matches!(
            Authorization::new(asked),
            Err(AuthorizationError::Insecure(_))
        ));
    }
}

#[test]
fn state_wrong_in_any_way_is_not_recognised() {
    let pending = begin(request()).pending;
    let state = pending.state_for_display().to_owned();
    let other_case: String = state
        .chars()
        .map(|character| {
            if character.is_ascii_lowercase() {
                character.to_ascii_uppercase()
            } else {
                character.to_ascii_lowercase()
            }
        })
        .collect();
    let earlier = begin(request()).pending;
    for wrong in [
        &other_case,
        &state[..42],
        &format!("{state}A"),
        earlier.state_for_display(),
        "random",
    ] {
        let callback = Callback::from_query(&format!("code=x&state={wrong}")).unwrap();
        assert!(!pending.recognises(&callback), "{wrong}");
    }
    let callback = Callback::from_query(&format!("code=x&state={state}")).unwrap();
    assert!(pending.recognises(&callback));
    let foreign = Callback::from_query("code=x&state=random").unwrap();
    assert_eq!(
        pending.complete(foreign).unwrap_err(),
        CallbackError::WrongState
    );
}

#[test]
fn state_missing_is_not_recognised() {
    let pending = begin(request()).pending;
    for query in ["code=x", "code=x&state=", "error=access_denied"] {
        let callback = Callback::from_query(query).unwrap();
        assert!(!callback.has_state() && !pending.recognises(&callback));
    }
}

#[test]
fn state_fixation_a_state_that_somebody_else_knows_is_not_ours() {
    let attacker = begin(request()).pending;
    let victim = begin(request()).pending;
    let planted = answer(&attacker, "code=attackers");
    assert_eq!(
        victim.complete(planted).unwrap_err(),
        CallbackError::WrongState
    );
}

#[test]
fn mixup_iss_an_answer_of_another_provider_is_stopped() {
    let expecting = |issuer: IssuerCheck| {
        begin(AuthorizationRequest {
            issuer,
            ..request()
        })
        .pending
    };
    let ours = "https://id.example";

    let pending = expecting(IssuerCheck::optional(ours));
    let callback = answer(&pending, "code=x&iss=https://evil.example");
    assert_eq!(
        pending.complete(callback).unwrap_err(),
        CallbackError::WrongIssuer {
            expected: ours.to_owned(),
            found: "https://evil.example".to_owned()
        }
    );
    let pending = expecting(IssuerCheck::optional(ours));
    let callback = answer(&pending, "code=x&iss=https://id.example/");
    assert!(matches!(
        pending.complete(callback),
        Err(CallbackError::WrongIssuer { .. })
    ));

    for query in ["code=x&iss=https://id.example", "code=x"] {
        let pending = expecting(IssuerCheck::optional(ours));
        let callback = answer(&pending, query);
        assert!(pending.complete(callback).is_ok(), "{query}");
    }

    let pending = expecting(IssuerCheck::default());
    let callback = answer(&pending, "code=x&iss=https://github.com/login/oauth");
    let error = pending.complete(callback).unwrap_err();
    assert_eq!(
        error,
        CallbackError::UnexpectedIssuer {
            found: "https://github.com/login/oauth".to_owned()
        }
    );
    assert!(error.hint().contains("save it as the expected issuer"));
}

#[test]
fn iss_missing_where_it_is_announced_is_refused() {
    let begin = || {
        begin(AuthorizationRequest {
            issuer: IssuerCheck::required("https://id.example"),
            ..request()
        })
        .pending
    };
    let pending = begin();
    let callback = answer(&pending, "code=x");
    assert!(matches!(
        pending.complete(callback),
        Err(CallbackError::MissingIssuer { .. })
    ));
    let pending = begin();
    let callback = answer(&pending, "code=x&iss=https://id.example");
    assert!(pending.complete(callback).is_ok());
}

#[test]
fn iss_error_a_refusal_by_somebody_else_is_not_taken_for_the_providers() {
    let begin = || {
        begin(AuthorizationRequest {
            issuer: IssuerCheck::optional("https://id.example"),
            ..request()
        })
        .pending
    };
    let pending = begin();
    let callback = answer(&pending, "error=access_denied&iss=https://evil.example");
    assert!(matches!(
        pending.complete(callback),
        Err(CallbackError::WrongIssuer { .. })
    ));
    let pending = begin();
    let callback = answer(&pending, "error=access_denied&error_description=No+way");
    let CallbackError::Refused(error) = pending.complete(callback).unwrap_err() else {
        panic!()
    };
    assert_eq!(error.to_string(), "access_denied: No way");
}

#[test]
fn duplicate_params_and_contradictions_are_refused() {
    for (query, name) in [
        ("code=a&code=b&state=s", "code"),
        ("code=a&state=s&state=s", "state"),
        ("code=a&iss=x&iss=x", "iss"),
        ("error=a&error=b", "error"),
    ] {
        assert_eq!(
            Callback::from_query(query).unwrap_err(),
            CallbackParseError::Duplicate { name }
        );
    }
    assert_eq!(
        Callback::from_query("code=a&error=b&state=s").unwrap_err(),
        CallbackParseError::Contradictory
    );
    assert_eq!(
        Callback::from_query("state=s").unwrap_err(),
        CallbackParseError::NothingInIt
    );
    assert_eq!(
        Callback::from_query("code=&state=s").unwrap_err(),
        CallbackParseError::NothingInIt
    );
    assert!(Callback::from_query("code=a&state=s&scope=x&scope=y&session_state=z").is_ok());
}

#[test]
fn fragment_response_is_never_read() {
    for address in [
        "http://127.0.0.1:1/callback#access_token=canary&state=s",
        "http://127.0.0.1:1/callback?state=s#id_token=canary",
        "http://127.0.0.1:1/callback?access_token=canary&state=s",
    ] {
        let error = Callback::from_url(address).unwrap_err();
        assert_eq!(error, CallbackParseError::Fragment, "{address}");
        assert!(error.hint().contains("authorization code flow"));
    }
    assert!(Callback::from_url("http://127.0.0.1:1/callback?code=a&state=s#_=_").is_ok());
}

#[test]
fn a_pasted_address_must_be_the_redirect_uri() {
    let pasted = |pending: &Pending, address: &str| {
        Callback::from_url(&format!(
            " {address}?code=x&state={}\n",
            pending.state_for_display()
        ))
        .unwrap()
    };
    let pending = begin(request()).pending;
    let callback = pasted(&pending, "http://127.0.0.1:4711/callback");
    assert!(pending.complete(callback).is_ok());
    for address in [
        "http://127.0.0.1:4712/callback",
        "http://localhost:4711/callback",
        "http://127.0.0.1:4711/other",
        "https://127.0.0.1:4711/callback",
    ] {
        let pending = begin(request()).pending;
        let callback = pasted(&pending, address);
        assert!(
            matches!(
                pending.complete(callback),
                Err(CallbackError::WrongAddress { .. })
            ),
            "{address}"
        );
    }
    assert_eq!(
        Callback::from_url("code=x").unwrap_err(),
        CallbackParseError::NotAnAddress
    );
}

#[test]
fn secret_leak_nothing_of_a_sign_in_is_shown_by_debug() {
    let started = begin(AuthorizationRequest {
        scopes: vec!["openid".to_owned()],
        ..request()
    });
    let state = started.pending.state_for_display().to_owned();
    let callback = answer(&started.pending, "code=canary-code");
    let shown = format!("{callback:?} {:?}", started.pending);
    assert!(
        !shown.contains(&state) && !shown.contains("canary"),
        "{shown}"
    );
    let grant = started.pending.complete(callback).unwrap();
    let shown = format!("{grant:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains(grant.verifier.as_ref().unwrap().expose().as_str()));
}

proptest! {
    #[test]
    fn any_query_and_any_address_is_read_or_refused(text in any::<String>()) {
        let _ = Callback::from_query(&text);
        let _ = Callback::from_url(&text);
        let _ = Callback::from_url(&format!("http://127.0.0.1:1/callback?{text}"));
    }

    #[test]
    fn a_code_arrives_as_it_was_sent(code in "[ -~]{1,60}") {
        let pending = begin(request()).pending;
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", pending.state_for_display())
            .finish();
        let grant = pending.complete(Callback::from_query(&query).unwrap()).unwrap();
        prop_assert_eq!(grant.code.expose(), &code);
    }
}
