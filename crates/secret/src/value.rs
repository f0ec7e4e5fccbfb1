//! A value that stays out of logs, errors and the window.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret of any kind that can be wiped.
///
/// There is deliberately no `Serialize`, `Deref`, `Display` or `==`: what needs the value says
/// [`Secret::expose`], and a comparison says [`SecretString::matches`].
pub struct Secret<T: Zeroize>(SecretBox<T>);

/// A secret text: a token, a password, a client secret.
pub type SecretString = Secret<String>;

impl<T: Zeroize> Secret<T> {
    /// Takes a value into custody; it is wiped when dropped.
    pub fn wrap(value: T) -> Self {
        Self(SecretBox::new(Box::new(value)))
    }

    /// The value itself: the only way to it.
    pub fn expose(&self) -> &T {
        self.0.expose_secret()
    }
}

impl SecretString {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self::wrap(text.into())
    }

    /// Whether both hold the same text, in a time that does not tell where they differ.
    pub fn matches(&self, other: &str) -> bool {
        self.expose().as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// What may be shown of it: the first four and the last four characters of a text of at least
    /// twenty, else dots alone.
    pub fn masked(&self) -> String {
        let characters: Vec<char> = self.expose().chars().collect();
        let Some((head, tail)) = (characters.len() >= 20)
            .then(|| (&characters[..4], &characters[characters.len() - 4..]))
        else {
            return "••••••••".to_owned();
        };
        head.iter()
            .chain("••••••••".chars().collect::<Vec<_>>().iter())
            .chain(tail)
            .collect()
    }

    /// How many characters it has.
    pub fn length(&self) -> usize {
        self.expose().chars().count()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self::wrap(self.expose().clone())
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[secret]")
    }
}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self::wrap(text)
    }
}

impl From<&str> for SecretString {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", SecretString::new("canary")), "[secret]");
    }

    #[test]
    fn a_short_secret_is_masked_whole_and_a_long_one_keeps_its_ends() {
        assert_eq!(SecretString::new("canary").masked(), "••••••••");
        assert_eq!(
            SecretString::new("gho_0123456789abcdefwxyz").masked(),
            "gho_••••••••wxyz"
        );
    }

    #[test]
    fn matches_only_the_same_text() {
        let secret = SecretString::new("canary");
        assert!(secret.matches("canary"));
        assert!(!secret.matches("canarx"));
        assert!(!secret.matches("canary "));
    }
}
