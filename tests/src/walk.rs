//! The way from nothing to a gateway that enforces what was published, as a person goes it.

mod pictures;
mod steps;

use anyhow::Result;

pub use pictures::Pictures;

use crate::desk::Desk;
use crate::hand::Hand;
use crate::servers::{Gateway, Sandbox};
use crate::window::Window;

/// The three products, by the names that the app suggests.
pub const PRODUCTS: [&str; 3] = ["jira", "confluence", "bitbucket"];

/// Who walks, and where.
pub struct Journey<'a> {
    /// Where everything stands.
    pub desk: &'a mut Desk,
    /// The app.
    pub window: &'a Window,
    /// Mouse or keyboard.
    pub hand: Hand,
    /// The products, and mostly the provider.
    pub sandbox: &'a Sandbox,
    /// Where pictures of each step go, if they are wanted.
    pub pictures: Option<Pictures>,
    /// Codes of pairings so far: good once, and secret all the same.
    pub codes: Vec<String>,
}

/// Where somebody signs in.
pub enum SignInAt<'a> {
    /// The sandbox's GitHub Enterprise face.
    GithubEnterprise,
    /// An `OpenID` provider: issuer, client id, client secret.
    OpenId(&'a str, &'a str, &'a str),
}

impl<'a> Journey<'a> {
    /// Somebody who sits down at a desk with the app open.
    pub fn new(desk: &'a mut Desk, window: &'a Window, hand: Hand, sandbox: &'a Sandbox) -> Self {
        Self {
            desk,
            window,
            hand,
            sandbox,
            pictures: None,
            codes: Vec::new(),
        }
    }

    /// All steps at the sandbox's GitHub Enterprise face, as the first user of the sandbox.
    pub async fn all(&mut self, gateway: &Gateway) -> Result<()> {
        let user = self.sandbox.text("/users/0/username")?;
        self.first_start().await?;
        for product in PRODUCTS {
            self.add_product(product, &user).await?;
        }
        self.provider(&SignInAt::GithubEnterprise).await?;
        self.sign_in(&user).await?;
        self.username("/login", &user).await?;
        self.test_direct(&user).await?;
        self.pair(gateway).await?;
        self.publish(1).await?;
        self.test_through(&user).await
    }
}
