//! The signature base string of RFC 5849 §3.4.1.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode;

use crate::product::{encoded, encoded_bytes};

/// One decoded parameter; bytes, because a caller may send what is no UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
}

/// The parameters of a raw query, decoded as a form: `+` is a space there.
pub(super) fn query_parameters(query: &str) -> Vec<Parameter> {
    form_parameters(query.as_bytes())
}

/// The parameters of a raw form body.
pub(super) fn form_parameters(form: &[u8]) -> Vec<Parameter> {
    form.split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let at = piece.iter().position(|byte| *byte == b'=');
            let (name, value) = match at {
                Some(at) => (&piece[..at], &piece[at + 1..]),
                None => (piece, &[][..]),
            };
            Parameter {
                name: decoded(name),
                value: decoded(value),
            }
        })
        .collect()
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    Cow::from(percent_decode(&spaced)).into_owned()
}

/// Method, base URI and sorted parameters, each encoded, parted by `&`.
pub(super) fn base_string(method: &Method, base_uri: &str, parameters: &[Parameter]) -> String {
    let mut pairs: Vec<(String, String)> = parameters
        .iter()
        .map(|parameter| {
            (
                encoded_bytes(&parameter.name),
                encoded_bytes(&parameter.value),
            )
        })
        .collect();
    pairs.sort();
    let normalised: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!(
        "{}&{}&{}",
        encoded(method.as_str()),
        encoded(base_uri),
        encoded(&normalised.join("&"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_base_string_of_the_rfc() {
        // RFC 5849 §3.4.1.1, with its query, its form body and its OAuth parameters.
        let mut parameters = query_parameters("b5=%3D%253D&a3=a&c%40=&a2=r%20b");
        parameters.extend(form_parameters(b"c2&a3=2+q"));
        for (name, value) in [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ] {
            parameters.push(Parameter {
                name: name.into(),
                value: value.into(),
            });
        }
        assert_eq!(
            base_string(&Method::POST, "http://example.com/request", &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D\
             %253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce\
             %3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26\
             oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn sorts_by_the_encoded_name_then_by_the_encoded_value() {
        let parameters = query_parameters("b=2&a=%C3%BC&a=z&a=+&&B=1");
        assert_eq!(
            base_string(&Method::GET, "https://h/", &parameters),
            "GET&https%3A%2F%2Fh%2F&B%3D1%26a%3D%2520%26a%3D%25C3%25BC%26a%3Dz%26b%3D2"
        );
    }

    #[test]
    fn bytes_that_are_no_text_keep_their_values() {
        let parameters = query_parameters("a=%FF%2");
        assert_eq!(parameters[0].value, b"\xFF%2");
        assert!(base_string(&Method::GET, "https://h/", &parameters).ends_with("a%3D%25FF%25252"));
    }
}
