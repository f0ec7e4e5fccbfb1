//! What of a product can be used as it was typed.

use std::collections::BTreeSet;

use gatewright_wire::WireError;
use http::HeaderName;
use url::Url;

use crate::app::web_address;
use crate::errors::invalid;

pub(super) fn check_act_as(act_as: &gatewright_wire::ActAs) -> Result<(), WireError> {
    match act_as {
        gatewright_wire::ActAs::Oauth1 { consumer_key } => {
            if consumer_key.trim().is_empty() {
                return Err(invalid(
                    "act_as",
                    "The consumer key is missing.",
                    "Enter the key that the application link has; gatewright is usual.",
                ));
            }
            Ok(())
        }
        gatewright_wire::ActAs::Header { name } => header_name(name).map(drop),
        gatewright_wire::ActAs::Service => Ok(()),
        gatewright_wire::ActAs::AccessTokens => Err(access_tokens_are_later()),
    }
}

pub(super) fn access_tokens_are_later() -> WireError {
    invalid(
        "act_as",
        "Access tokens of each user are not available in this version.",
        "Choose the application link, a trusted header or one service account.",
    )
}

pub(super) fn header_name(name: &str) -> Result<HeaderName, WireError> {
    let refused = || {
        invalid(
            "act_as",
            format!("This cannot be the name of the header: {name}"),
            "Write it like X-Remote-User.",
        )
    };
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| refused())?;
    let taken = [
        "authorization",
        "cookie",
        "host",
        "connection",
        "content-length",
    ];
    if taken.contains(&name.as_str()) {
        return Err(refused());
    }
    Ok(name)
}

/// An id as documents and secret names can have it.
pub(crate) fn sound_id(id: &str) -> Result<String, WireError> {
    let id = id.trim();
    let sound = id.len() <= 40
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if sound {
        return Ok(id.to_owned());
    }
    Err(invalid(
        "id",
        format!("This cannot be a name in rules: {id}"),
        "Begin with a letter and use small letters, digits and hyphens, 40 at most.",
    ))
}

/// The first of `jira`, `jira-2`, … that is free.
pub(crate) fn free_id(wanted: &str, taken: &BTreeSet<String>) -> String {
    let mut id = wanted.to_owned();
    let mut number = 1_u32;
    while taken.contains(&id) {
        number += 1;
        id = format!("{wanted}-{number}");
    }
    id
}

pub(super) fn sound_public_url(text: &str) -> Result<String, WireError> {
    let text = text.trim();
    if text.starts_with('/') {
        let sound = !text.contains(['?', '#', ' ', '\\']) && !text.contains("//");
        if sound {
            let path = text.trim_end_matches('/');
            return Ok(if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            });
        }
        return Err(invalid(
            "public_url",
            format!("This is no path: {text}"),
            "Write it like /jira, or a whole address like https://jira.example.com.",
        ));
    }
    let url: Url = web_address(text, "public_url")?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
