#![doc = include_str!("../README.md")]

mod clock;
mod description;
mod git;
mod html;
mod jwt;
mod people;
mod products;
mod provider;
mod random;
mod reply;
mod request;
mod scenario;
mod server;

use std::future::Future;

use thiserror::Error;
use tokio::net::TcpListener;

pub use clock::{Clock, system_clock};
pub use description::{
    Description, GithubEnterprise, OpenIdConnect, Plain, Products, Providers, User,
};

use server::Shared;

/// What a sandbox is started with.
pub struct Options {
    /// The port on 127.0.0.1; 0 lets the kernel choose.
    pub port: u16,
    /// What time it is, for every expiry and every OAuth 1.0a time stamp.
    pub now: Clock,
}

/// Why a sandbox did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port cannot be had.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// No RSA key pair could be made.
    #[error("cannot make a key pair")]
    KeyPair,
}

impl StartError {
    /// What the person can try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Bind { .. } => "choose another port, or 0 to let the system choose one",
            Self::KeyPair => "the system's random source did not answer: try again",
        }
    }
}

/// A sandbox that listens already; it answers once [`Sandbox::run_until`] is awaited.
pub struct Sandbox {
    listener: TcpListener,
    shared: Shared,
    description: Description,
}

/// Binds the port, makes the key pairs and fills the products.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let bind = |source| StartError::Bind {
        port: options.port,
        source,
    };
    let listener = TcpListener::bind(("127.0.0.1", options.port))
        .await
        .map_err(bind)?;
    let port = listener.local_addr().map_err(bind)?.port();
    let origin = format!("http://127.0.0.1:{port}");
    let (world, description) = server::world(&origin).map_err(|_| StartError::KeyPair)?;
    Ok(Sandbox {
        listener,
        shared: Shared::new(world, options.now),
        description,
    })
}

impl Sandbox {
    /// Everything that one needs to use it: addresses, people, secrets, a gateway document.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Answers requests until `shutdown` is ready, then lets the running ones end.
    pub async fn run_until<F>(self, shutdown: F)
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        server::serve(self.listener, self.shared, async move {
            shutdown.await;
        })
        .await;
    }
}
