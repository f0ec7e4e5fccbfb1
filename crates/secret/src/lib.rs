#![doc = include_str!("../README.md")]

mod redacted_url;
mod value;

pub use redacted_url::RedactedUrl;
pub use value::{Secret, SecretString};
