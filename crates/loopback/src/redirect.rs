//! Which address the browser comes back to.

use std::fmt;
use std::str::FromStr;

/// The host in the redirect URI. Providers treat the two differently, so it is never a detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RedirectHost {
    /// `127.0.0.1`: no name, so nothing can turn it elsewhere. RFC 8252 prefers it.
    #[default]
    Ip127,
    /// `localhost`: where a provider accepts nothing else. Both address families are bound.
    Localhost,
}

impl RedirectHost {
    /// As it stands in the redirect URI.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip127 => "127.0.0.1",
            Self::Localhost => "localhost",
        }
    }
}

impl fmt::Display for RedirectHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for RedirectHost {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "127.0.0.1" => Ok(Self::Ip127),
            "localhost" => Ok(Self::Localhost),
            _ => Err(()),
        }
    }
}

/// Where the browser shall come back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectChoice {
    /// The host.
    pub host: RedirectHost,
    /// The port; none lets the system choose a free one.
    pub port: Option<u16>,
    /// The path; one of its own per provider keeps their answers apart. It may be empty, for
    /// providers that register the bare host.
    pub path: String,
}

impl Default for RedirectChoice {
    fn default() -> Self {
        Self {
            host: RedirectHost::Ip127,
            port: None,
            path: "/callback".to_owned(),
        }
    }
}

impl RedirectChoice {
    /// The redirect URI with this port.
    pub fn uri(&self, port: u16) -> String {
        format!("http://{}:{port}{}", self.host, self.path)
    }

    /// Whether the path can stand in an address as it is.
    pub(crate) fn path_is_sound(&self) -> bool {
        (self.path.is_empty() || self.path.starts_with('/'))
            && !self.path.contains("//")
            && self
                .path
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "/-._~%".contains(character))
            && !self
                .path
                .split('/')
                .any(|segment| segment == "." || segment == "..")
    }
}
