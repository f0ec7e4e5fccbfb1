//! Recorded shapes of answers, read by the engine as a sign-in would.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;

use gatewright_catalogue::{Provider, Source, provider};
use gatewright_http::{Client, Network, Proxy};
use gatewright_oauth::{
    ClientCredentials, ExchangeError, Tokens, Userinfo, UserinfoError, client_credentials,
    pointer_string, userinfo, username_candidates,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// The providers whose answers are recorded.
const DEEP: [&str; 12] = [
    "entra",
    "keycloak",
    "okta",
    "cognito",
    "google",
    "github",
    "ghes",
    "gitlab",
    "slack",
    "facebook",
    "custom-oidc",
    "custom-oauth2",
];

/// An answer with where it is from and what it means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    /// The documentation that shows it, or `synthetic`.
    source: String,
    #[serde(default)]
    #[expect(dead_code, reason = "for people")]
    note: String,
    of: Of,
    status: u16,
    content_type: String,
    body: Value,
    expect: Expected,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Token,
    Userinfo,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expected {
    Tokens {
        tokens: Given,
    },
    Refused {
        refused: Refusal,
    },
    Values {
        values: BTreeMap<String, Option<String>>,
        candidates: Vec<String>,
    },
    TokenRefused {
        token_refused: String,
    },
    WebPage {
        web_page: String,
    },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    scope: Option<Vec<String>>,
}

/// A refusal; `says` is how its description begins.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    code: String,
    says: Option<String>,
}

fn recorded(id: &str) -> Vec<(PathBuf, Recorded)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(id);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read(&path).unwrap();
            let recorded = serde_json::from_slice(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, recorded)
        })
        .collect()
}

/// Says the answer to one request and gives the head of the request.
fn says(recorded: &Recorded) -> (Url, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let body = match &recorded.body {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            recorded.body.to_string()
        }
    };
    let answer = format!(
        "HTTP/1.1 {} Said\r\nConnection: close\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{body}",
        recorded.status,
        recorded.content_type,
        body.len(),
    );
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        let whole = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
            let (head, body) = text.split_once("\r\n\r\n")?;
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            (body.len() >= length).then(|| head.to_owned())
        };
        loop {
            if let Some(head) = whole(&bytes) {
                stream.write_all(answer.as_bytes()).unwrap();
                return head;
            }
            let count = stream.read(&mut chunk).unwrap();
            assert!(count > 0, "the request ended early");
            bytes.extend_from_slice(&chunk[..count]);
        }
    });
    (url, server)
}

fn client() -> Client {
    Client::new(&Network {
        proxy: Proxy::None,
        ..Network::default()
    })
    .unwrap()
}

async fn token(provider: &Provider, url: &Url) -> Result<Tokens, ExchangeError> {
    let credentials = ClientCredentials {
        client_id: "client".to_owned(),
        secret: Some("canary".into()),
        authentication: provider.default_client_auth,
        assertion: None,
    };
    client_credentials(&client(), url, &credentials, &[], &[]).await
}

fn token_meaning(read: Result<Tokens, ExchangeError>) -> Expected {
    let text = |secret: gatewright_secret::SecretString| secret.expose().clone();
    match read {
        Ok(tokens) => Expected::Tokens {
            tokens: Given {
                access_token: text(tokens.access_token),
                token_type: tokens.token_type,
                expires_in: tokens.expires_in,
                refresh_token: tokens.refresh_token.map(text),
                id_token: tokens.id_token.map(text),
                scope: tokens.scope,
            },
        },
        Err(ExchangeError::Refused(error)) => Expected::Refused {
            refused: Refusal {
                code: error.code,
                says: error.description,
            },
        },
        Err(other) => panic!("{other}"),
    }
}

async fn asked(provider: &Provider, url: &Url) -> Result<Userinfo, UserinfoError> {
    let headers: HeaderMap = provider
        .quirks
        .userinfo_headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    userinfo(&client(), url, &"canary-token".into(), &headers).await
}

fn userinfo_meaning(read: Result<Userinfo, UserinfoError>, expected: &Expected) -> Expected {
    match read {
        Ok(read) => {
            let Expected::Values { values, .. } = expected else {
                panic!("attributes came in place of {expected:?}");
            };
            let pointers = values.keys();
            Expected::Values {
                values: pointers
                    .map(|pointer| (pointer.clone(), pointer_string(&read.json, pointer)))
                    .collect(),
                candidates: username_candidates(&read.json)
                    .into_iter()
                    .map(|candidate| candidate.pointer)
                    .collect(),
            }
        }
        Err(UserinfoError::TokenRefused(error)) => Expected::TokenRefused {
            token_refused: error.code,
        },
        Err(UserinfoError::Refused(error)) => Expected::Refused {
            refused: Refusal {
                code: error.code,
                says: error.description,
            },
        },
        Err(UserinfoError::WebPage { title, .. }) => Expected::WebPage {
            web_page: title.unwrap_or_default(),
        },
        Err(other) => panic!("{other}"),
    }
}

/// Descriptions go on with trace ids and times; how they begin is what counts.
fn begin_alike(expected: &Expected, found: &mut Expected) {
    if let (Expected::Refused { refused: ours }, Expected::Refused { refused: theirs }) =
        (expected, found)
        && let (Some(begins), Some(says)) = (&ours.says, &theirs.says)
        && says.starts_with(begins)
    {
        theirs.says = Some(begins.clone());
    }
}

#[tokio::test]
async fn recorded_answers_of_every_deep_provider_mean_what_they_say() {
    for id in DEEP {
        let provider = provider(id).unwrap();
        for (path, recorded) in recorded(id) {
            let (url, server) = says(&recorded);
            let mut found = match recorded.of {
                Of::Token => token_meaning(token(provider, &url).await),
                Of::Userinfo => userinfo_meaning(asked(provider, &url).await, &recorded.expect),
            };
            begin_alike(&recorded.expect, &mut found);
            assert_eq!(found, recorded.expect, "{}", path.display());
            let head = server.join().unwrap();
            if recorded.of == Of::Userinfo {
                for (name, value) in provider.quirks.userinfo_headers {
                    assert!(head.contains(&format!("{name}: {value}")), "{head}");
                }
                assert!(head.contains("user-agent: "), "{head}");
            }
        }
    }
}

#[test]
fn recorded_answers_name_where_they_are_from() {
    for id in DEEP {
        for (path, recorded) in recorded(id) {
            let public = Url::parse(&recorded.source).is_ok_and(|url| url.scheme() == "https");
            assert!(
                public || recorded.source == "synthetic",
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn every_deep_provider_has_a_token_a_refusal_and_the_attributes_of_a_user() {
    for id in DEEP {
        let all = recorded(id);
        let has = |what: &dyn Fn(&Recorded) -> bool| all.iter().any(|(_, one)| what(one));
        assert!(
            has(&|one| matches!(one.expect, Expected::Tokens { .. })),
            "{id}"
        );
        assert!(
            has(&|one| one.of == Of::Token && matches!(one.expect, Expected::Refused { .. })),
            "{id}"
        );
        assert!(
            has(&|one| matches!(one.expect, Expected::Values { .. })),
            "{id}"
        );
    }
}

#[test]
fn recorded_answers_agree_with_the_quirks_of_the_preset() {
    for id in DEEP {
        let provider = provider(id).unwrap();
        let all = recorded(id);
        let in_success =
            |one: &Recorded| one.status == 200 && matches!(one.expect, Expected::Refused { .. });
        let form = |one: &Recorded| one.content_type.contains("form-urlencoded");
        assert_eq!(
            all.iter().any(|(_, one)| in_success(one)),
            provider.quirks.errors_in_success,
            "{id}"
        );
        assert_eq!(
            all.iter().any(|(_, one)| form(one)),
            provider.quirks.form_encoded_answers,
            "{id}"
        );
    }
}

#[test]
fn the_recommended_attribute_stands_in_a_recorded_answer_unless_only_a_token_has_it() {
    for id in DEEP {
        let username = &provider(id).unwrap().username;
        let stands = |pointer: &str| {
            recorded(id).iter().any(|(_, one)| {
                matches!(&one.expect, Expected::Values { values, .. }
                    if values.get(pointer).is_some_and(Option::is_some))
            })
        };
        if username.pointer.is_empty() {
            continue;
        }
        assert_eq!(
            stands(username.pointer),
            username.source == Source::Userinfo,
            "{id}"
        );
        let further = username
            .candidates
            .iter()
            .filter(|attribute| attribute.source == Source::Get);
        for attribute in further {
            assert!(stands(attribute.pointer), "{id} {}", attribute.pointer);
        }
    }
}

#[test]
fn the_example_of_the_guide_can_be_read() {
    let guide = include_str!("../../../../docs/adding-a-provider.md");
    let (_, rest) = guide.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let example: Recorded = serde_json::from_str(example).unwrap();
    assert_eq!(
        example.expect,
        Expected::Refused {
            refused: Refusal {
                code: "invalid_code".to_owned(),
                says: None
            }
        }
    );
    for file in ["keycloak.rs", "google.rs", "github.rs"] {
        assert!(guide.contains(file), "{file}");
    }
}
