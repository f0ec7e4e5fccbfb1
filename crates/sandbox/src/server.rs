//! The one port: what belongs to whom, and the lock around all that changes.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::error::Unspecified;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, StatusCode};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::description::{self, Description, Plain};
use crate::git::Repositories;
use crate::html;
use crate::jwt::SigningKey;
use crate::people::{PEOPLE, SERVICE_ACCOUNT};
use crate::products::{Kind, Outcome, Product};
use crate::provider::{Github, Oidc, github, oidc};
use crate::random;
use crate::reply::Reply;
use crate::request::Incoming;

/// The largest request body that is read.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// The largest push that is read.
const GIT_LIMIT: usize = 256 * 1024 * 1024;

/// Everything that remembers something.
pub(crate) struct World {
    github: Github,
    oidc: Oidc,
    products: [Product; 3],
}

/// What every connection has in hand.
#[derive(Clone)]
pub(crate) struct Shared {
    world: Arc<Mutex<World>>,
    repositories: Arc<Repositories>,
    now: Clock,
}

impl Shared {
    pub(crate) fn new(world: World, now: Clock) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
            repositories: Arc::new(Repositories::new()),
            now,
        }
    }
}

/// Makes the keys, the people and the contents, and says what there is.
pub(crate) fn world(origin: &str) -> Result<(World, Description), Unspecified> {
    let signing_key = SigningKey::generate()?;
    let link_key = SigningKey::generate()?;
    let public_pem = link_key.public_pem()?;
    let service_password = random::alphanumeric(24);
    let github = Github::new(origin);
    let oidc = Oidc::new(origin, signing_key);
    let product = |kind| Product::new(kind, origin, &service_password, &public_pem);
    let products = [
        product(Kind::Jira),
        product(Kind::Confluence),
        product(Kind::Bitbucket),
    ];
    let secrets = [
        (GHES_SECRET, github.client_secret().to_owned()),
        (OIDC_SECRET, oidc.client_secret().to_owned()),
        (LINK_SECRET, link_key.private_pem()?),
        (SERVICE_ACCOUNT, service_password),
    ];
    let description = Description {
        providers: description::Providers {
            ghes: description::GithubEnterprise {
                base_url: format!("{origin}/ghes"),
                client_id: github::CLIENT_ID.to_owned(),
                client_secret: Plain::new(github.client_secret()),
            },
            oidc: description::OpenIdConnect {
                issuer: format!("{origin}/oidc"),
                client_id: oidc::CLIENT_ID.to_owned(),
                client_secret: Plain::new(oidc.client_secret()),
            },
        },
        products: description::Products {
            jira: format!("{origin}/jira"),
            confluence: format!("{origin}/confluence"),
            bitbucket: format!("{origin}/bitbucket"),
        },
        users: users(),
        gateway_config: gateway_config(origin),
        secrets: secrets
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Plain::new(value)))
            .collect(),
    };
    Ok((
        World {
            github,
            oidc,
            products,
        },
        description,
    ))
}

const GHES_SECRET: &str = "ghes";
const OIDC_SECRET: &str = "oidc";
const LINK_SECRET: &str = "applink-oauth1";

fn users() -> Vec<description::User> {
    PEOPLE
        .iter()
        .map(|person| description::User {
            username: person.username.to_owned(),
            password: Plain::new(person.password()),
            email: person.email.to_owned(),
            groups: person
                .groups
                .iter()
                .map(|group| (*group).to_owned())
                .collect(),
            directory_name: person.directory_name.map(str::to_owned),
            note: person.note.to_owned(),
        })
        .collect()
}

/// The document for a gateway in front of the three products; it has the names of this file and of its siblings in it.
fn gateway_config(origin: &str) -> String {
    include_str!("gateway.toml").replace("ORIGIN", origin)
}

/// Accepts connections until `shutdown` is ready.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Shared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let application = Router::new().fallback(handle).with_state(shared);
    let served = axum::serve(listener, application)
        .with_graceful_shutdown(shutdown)
        .await;
    debug_assert!(served.is_ok(), "axum's accept loop does not fail");
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let limit = if parts.uri.path().starts_with("/bitbucket/scm/")
        || parts.uri.path().starts_with("/bitbucket/rest/git-lfs/")
    {
        GIT_LIMIT
    } else {
        BODY_LIMIT
    };
    let Ok(body) = to_bytes(body, limit).await else {
        return into_response(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let incoming = Incoming::new(
        parts.method,
        parts.uri.path(),
        &query,
        parts.headers,
        body.to_vec(),
    );
    let now = (shared.now)();
    let (outcome, delay) = {
        let mut world = shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.answer(&incoming, now)
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let reply = match outcome {
        Outcome::Reply(reply) => reply,
        Outcome::Git(call) => shared.repositories.serve(&call, &incoming, &query).await,
    };
    into_response(reply)
}

impl World {
    /// The answer, and how long it is held back.
    fn answer(&mut self, incoming: &Incoming, now: OffsetDateTime) -> (Outcome, Duration) {
        let replied = |(reply, delay)| (Outcome::Reply(reply), delay);
        if let Some(segments) = incoming.segments_below("/ghes") {
            return replied(self.github.answer(incoming, &segments, now));
        }
        if let Some(segments) = incoming.segments_below("/oidc") {
            return replied(self.oidc.answer(incoming, &segments, now));
        }
        for product in &mut self.products {
            if let Some(segments) = incoming.segments_below(product.context_path()) {
                return product.answer(incoming, &segments, now);
            }
        }
        let reply = if incoming.raw_path == "/" {
            front_page()
        } else {
            Reply::empty(StatusCode::NOT_FOUND)
        };
        replied((reply, Duration::ZERO))
    }
}

/// What is here, for somebody who opens the address in a browser.
fn front_page() -> Reply {
    let mut rows = String::new();
    for person in &PEOPLE {
        let cells = [
            person.username.to_owned(),
            person.password(),
            person.display_name.to_owned(),
            person.directory_name.unwrap_or("—").to_owned(),
            person.groups.join(", "),
            person.note.to_owned(),
        ];
        rows.push_str("<tr>");
        for (column, cell) in cells.iter().enumerate() {
            let cell = html::escape(cell);
            let code = if column < 2 {
                ("<code>", "</code>")
            } else {
                ("", "")
            };
            for text in ["<td>", code.0, cell.as_str(), code.1, "</td>"] {
                rows.push_str(text);
            }
        }
        rows.push_str("</tr>");
    }
    html::wide_page(
        StatusCode::OK,
        "Gatewright",
        "People of the sandbox",
        &format!(
            "<p class=\"muted\">Identity providers at <code>/ghes</code> and <code>/oidc</code>, products at \
             <code>/jira</code>, <code>/confluence</code> and <code>/bitbucket</code>. Everybody below can sign in.</p>\
             <table><thead><tr><th>Name</th><th>Password</th><th>Shown as</th><th>Directory name</th><th>Groups</th>\
             <th>What to look out for</th></tr></thead><tbody>{rows}</tbody></table>"
        ),
    )
}

fn into_response(reply: Reply) -> Response {
    let length = reply.body.len();
    let body = if reply.cut_short {
        let half = Bytes::from(reply.body).slice(..length / 2);
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        Body::from_stream(stream::iter([Ok(half), Err(broken)]))
    } else {
        Body::from(reply.body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    if reply.cut_short {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
