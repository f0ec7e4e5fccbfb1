//! Phase 7: which user of the product.

use std::time::Duration;

use gatewright_config::Username;
use gatewright_config::raw::{Match, Transform};
use gatewright_policy::{ReasonCode, UserName};
use serde_json::Value;
use time::OffsetDateTime;

use crate::ports::{DirectoryAnswer, Member, Ports};
use crate::shared::{Shared, cache_key};
use crate::upstream::Upstream;
use crate::verify::Refusal;

const LONGEST_NAME: usize = 255;

/// How a user is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// By name.
    Name(String),
    /// By e-mail address.
    Email(String),
}

/// The name or the address that the provider's answer gives.
pub(crate) fn sought(username: &Username, attributes: &Value) -> Result<Sought, Refusal> {
    let pointer = username.pointer.as_str();
    let value = match attributes.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
        Some(_) => return Err(invalid(format!("what stands at {pointer} is no text"))),
        None => return Err(invalid(format!("nothing stands at {pointer}"))),
    };
    email_is_verified(username, attributes)?;
    let name = transformed(&value, &username.transform)?;
    match username.matches {
        Match::Username => Ok(Sought::Name(name)),
        Match::Email if is_email(&name) => Ok(Sought::Email(name)),
        Match::Email => Err(invalid("it is not an e-mail address")),
    }
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(ReasonCode::UsernameInvalid, detail)
}

/// Does to the value what the admin chose. What could be read as another name than it looks like
/// is refused first: letters that are not ASCII fold onto ASCII ones.
fn transformed(value: &str, steps: &[Transform]) -> Result<String, Refusal> {
    if !value.is_ascii() || value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(invalid("the name has characters beyond printable ASCII"));
    }
    let mut name = value.to_owned();
    for step in steps {
        name = match step {
            Transform::Lowercase => name.to_ascii_lowercase(),
            Transform::Uppercase => name.to_ascii_uppercase(),
            Transform::Trim => name.trim().to_owned(),
            Transform::BeforeAt => match name.split_once('@') {
                Some((before, after)) if !after.contains('@') => before.to_owned(),
                _ => return Err(invalid("there is not exactly one @ in it")),
            },
            Transform::AfterBackslash => match name.rsplit_once('\\') {
                Some((_, behind)) => behind.to_owned(),
                None => name,
            },
            Transform::StripPrefix(prefix) => name
                .strip_prefix(prefix.as_str())
                .unwrap_or(&name)
                .to_owned(),
            Transform::StripSuffix(suffix) => name
                .strip_suffix(suffix.as_str())
                .unwrap_or(&name)
                .to_owned(),
        };
    }
    let well_formed = !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.trim() == name
        && !name.contains([',', '\\'])
        && !name.eq_ignore_ascii_case("anonymous");
    if well_formed {
        Ok(name)
    } else {
        Err(invalid("it could not be a user's name"))
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    })
}

/// An address that the provider says it did not verify is anybody's.
fn email_is_verified(username: &Username, attributes: &Value) -> Result<(), Refusal> {
    let Some((parent, name)) = username.pointer.rsplit_once('/') else {
        return Ok(());
    };
    let is_address = username.matches == Match::Email
        || matches!(
            name.to_ascii_lowercase().as_str(),
            "email" | "mail" | "emailaddress"
        );
    if !is_address {
        return Ok(());
    }
    let beside = attributes.pointer(parent);
    let says = |name: &str| beside.and_then(|beside| beside.get(name));
    match says("email_verified").or_else(|| says("verified")) {
        None if username.matches == Match::Email && !username.email_trusted => Err(invalid(
            "the provider does not say whether it verified the e-mail address, and email_trusted is not set",
        )),
        None | Some(Value::Bool(true)) => Ok(()),
        Some(Value::String(text)) if text == "true" => Ok(()),
        Some(_) => Err(invalid("the provider did not verify the e-mail address")),
    }
}

/// The user in the product's directory. A product without one has no check of names.
pub(crate) async fn member(
    upstream: &Upstream,
    sought: &Sought,
    with_groups: bool,
    ports: &Ports,
    shared: &Shared,
    now: OffsetDateTime,
) -> Result<Member, Refusal> {
    let Some(directory) = &upstream.product.directory else {
        return match sought {
            Sought::Name(name) => Ok(Member {
                name: UserName::new(name),
                groups: None,
            }),
            Sought::Email(_) => Err(Refusal::not_configured(
                "a user is found by e-mail address only in a directory",
            )),
        };
    };
    match look_up(
        upstream,
        sought,
        with_groups,
        directory.cache,
        ports,
        shared,
        now,
    )
    .await?
    {
        DirectoryAnswer::Found(member) => match sought {
            // Some look-ups are searches: what they find must be what was asked for.
            Sought::Name(name) if !member.name.is(name) => Err(unknown(format!(
                "the directory gave another user for {name}"
            ))),
            Sought::Name(_) | Sought::Email(_) => Ok(member),
        },
        DirectoryAnswer::Inactive => Err(unknown("the user is not active")),
        DirectoryAnswer::NotFound => Err(unknown("the directory knows no such user")),
        DirectoryAnswer::Ambiguous => Err(unknown("the directory knows several such users")),
    }
}

fn unknown(detail: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(ReasonCode::UserUnknown, detail)
}

async fn look_up(
    upstream: &Upstream,
    sought: &Sought,
    with_groups: bool,
    cache: Duration,
    ports: &Ports,
    shared: &Shared,
    now: OffsetDateTime,
) -> Result<DirectoryAnswer, Refusal> {
    let product = &upstream.product.id;
    let (by, text) = match sought {
        Sought::Name(name) => ("name", name),
        Sought::Email(email) => ("email", email),
    };
    let groups = if with_groups { "groups" } else { "" };
    let key = cache_key(&[
        &upstream.directory_generation,
        by,
        &text.to_ascii_lowercase(),
        groups,
    ]);
    let ask = async {
        match sought {
            Sought::Name(name) => ports.directories.by_name(product, name, with_groups).await,
            Sought::Email(email) => {
                ports
                    .directories
                    .by_email(product, email, with_groups)
                    .await
            }
        }
    };
    shared
        .member(key, now, cache, ask)
        .await
        .map_err(|error| Refusal::new(ReasonCode::DirectoryUnavailable, error.to_string()))
}
