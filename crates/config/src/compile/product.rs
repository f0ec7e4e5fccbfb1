//! The products: addresses, acting as a user, directory.

use std::time::Duration;

use gatewright_policy::{Path, ProductId, ProductRules};
use url::Url;

use super::{DURATION_HINT, access, network};
use crate::config::{ActAs, Directory, DirectoryAccount, Product, PublicUrl};
use crate::duration::duration;
use crate::problem::Problems;
use crate::raw;

const DEFAULT_CACHE: Duration = Duration::from_mins(5);

pub(super) fn all(document: &raw::Document, problems: &mut Problems) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    for (index, raw) in document.products.iter().enumerate() {
        let path = format!("products[{index}]");
        let base_url = base_url(&format!("{path}.base_url"), &raw.base_url, problems);
        let public_url = public_url(&format!("{path}.public_url"), &raw.public_url, problems);
        let act_as = raw
            .act_as
            .as_ref()
            .map(|act_as| act_as_of(&path, act_as, problems));
        let directory = directory(&path, raw, problems);
        group_rules_need_a_directory(&path, document, raw, problems);
        let (Some(base_url), Some(public_url)) = (base_url, public_url) else {
            continue;
        };
        if let Some(other) = products.iter().find(|other| {
            other.public_url.path == public_url.path && same_host(&other.public_url, &public_url)
        }) {
            problems.add(
                format!("{path}.public_url"),
                format!("the product {} has the same public URL", other.id),
                "Give each product a host or a path of its own.",
            );
        }
        let encrypted = base_url.scheme() == "https";
        let tls = network::tls(&path, raw, encrypted, problems);
        products.push(Product {
            id: ProductId::new(&raw.id),
            kind: raw.kind,
            base_url,
            public_url,
            act_as,
            directory,
            tls,
        });
    }
    products
}

pub(super) fn rules(index: usize, raw: &raw::Product, problems: &mut Problems) -> ProductRules {
    let path = format!("products[{index}]");
    let mut rules = ProductRules::new(raw.kind);
    rules.access = access::of_product(&format!("{path}.access"), &raw.access, problems);
    rules.allow_encoded_slash = raw
        .allow_encoded_slash
        .iter()
        .enumerate()
        .filter_map(|(index, text)| {
            access::pattern(
                &format!("{path}.allow_encoded_slash[{index}]"),
                text,
                problems,
            )
        })
        .collect();
    rules
}

fn same_host(one: &PublicUrl, other: &PublicUrl) -> bool {
    let host = |url: &PublicUrl| {
        url.origin
            .as_ref()
            .and_then(Url::host_str)
            .map(str::to_owned)
    };
    host(one) == host(other)
}

fn base_url(path: &str, text: &str, problems: &mut Problems) -> Option<Url> {
    let hint = "Write the address at which the gateway reaches the product, as https://jira.internal:8443/jira.";
    let url = web_url(path, text, hint, problems)?;
    let text = url.path().trim_end_matches('/');
    if Path::parse(if text.is_empty() { "/" } else { text }).is_err() {
        problems.add(
            path,
            "the path of this address is not one that a product has",
            hint,
        );
        return None;
    }
    Some(url)
}

/// A URL of a web server without user, query and fragment.
pub(super) fn web_url(path: &str, text: &str, hint: &str, problems: &mut Problems) -> Option<Url> {
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            problems.add(path, format!("not an address: {error}"), hint);
            return None;
        }
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        problems.add(path, "the address is neither http nor https", hint);
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        problems.add(
            path,
            "the address holds a user or a password",
            "Take it out; credentials have a place of their own.",
        );
        return None;
    }
    if url.query().is_some() || url.fragment().is_some() {
        problems.add(
            path,
            "the address has a query or a fragment",
            "Take it out.",
        );
        return None;
    }
    Some(url)
}

fn public_url(path: &str, text: &str, problems: &mut Problems) -> Option<PublicUrl> {
    let hint = "Write what clients call, as https://jira.example.com or /jira.";
    let (origin, path_text) = if text.starts_with('/') {
        (None, text.to_owned())
    } else {
        let url = web_url(path, text, hint, problems)?;
        let path_text = url.path().to_owned();
        let mut origin = url;
        origin.set_path("");
        (Some(origin), path_text)
    };
    let path_text = path_text.trim_end_matches('/').to_owned();
    let whole = if path_text.is_empty() {
        "/"
    } else {
        path_text.as_str()
    };
    match Path::parse(whole) {
        Ok(parsed) if !parsed.has_encoded_slash() => Some(PublicUrl {
            origin,
            path: parsed.segments().map(str::to_owned).collect(),
            path_text,
        }),
        Ok(_) | Err(_) => {
            problems.add(
                path,
                "the path of this address is not one that can be called",
                hint,
            );
            None
        }
    }
}

fn act_as_of(path: &str, act_as: &raw::ActAs, problems: &mut Problems) -> ActAs {
    match act_as {
        raw::ActAs::Oauth1(link) => {
            let path = format!("{path}.act_as.oauth1");
            if link.consumer_key.is_empty() {
                problems.add(
                    format!("{path}.consumer_key"),
                    "the consumer key is empty",
                    "Write the one that the application link knows.",
                );
            }
            secret(&format!("{path}.private_key"), &link.private_key, problems);
            ActAs::Oauth1 {
                consumer_key: link.consumer_key.clone(),
                private_key: link.private_key.secret.clone(),
            }
        }
        raw::ActAs::AccessTokens(_) => ActAs::AccessTokens,
        raw::ActAs::Header(header) => {
            if !may_carry_a_name(&header.name) {
                problems.add(
                    format!("{path}.act_as.header.name"),
                    format!("this header cannot carry the user's name: {}", header.name),
                    "Write the header that the product's authenticator reads, as X-Remote-User.",
                );
            }
            ActAs::Header {
                name: header.name.to_ascii_lowercase(),
            }
        }
        raw::ActAs::Service(account) => service(path, account, problems),
    }
}

fn service(path: &str, account: &raw::ServiceAccount, problems: &mut Problems) -> ActAs {
    let path = format!("{path}.act_as.service");
    match (&account.token, &account.basic) {
        (Some(token), None) => {
            secret(&format!("{path}.token"), token, problems);
            ActAs::ServiceToken {
                token: token.secret.clone(),
            }
        }
        (None, Some(basic)) => {
            self::basic(&format!("{path}.basic"), basic, problems);
            ActAs::ServiceBasic {
                user: basic.user.clone(),
                password: basic.password.secret.clone(),
            }
        }
        (Some(_), Some(_)) | (None, None) => {
            problems.add(
                path,
                "a service account is either a token or a name with a password",
                "Write service = { token = { secret = \"NAME\" } }.",
            );
            ActAs::ServiceToken {
                token: String::new(),
            }
        }
    }
}

fn directory(path: &str, raw: &raw::Product, problems: &mut Problems) -> Option<Directory> {
    let link = match &raw.act_as {
        Some(raw::ActAs::Oauth1(link)) => Some(link),
        Some(raw::ActAs::AccessTokens(_) | raw::ActAs::Header(_) | raw::ActAs::Service(_))
        | None => None,
    };
    let Some(directory) = &raw.directory else {
        if link.is_some() {
            problems.add(
                format!("{path}.directory"),
                "oauth1 needs a directory: a user whom the product does not know would run as anonymous",
                "Add directory = { basic = { user = \"…\", password = { secret = \"…\" } } }.",
            );
        }
        return None;
    };
    let path = format!("{path}.directory");
    let cache = cache(
        &format!("{path}.cache"),
        directory.cache.as_deref(),
        DEFAULT_CACHE,
        problems,
    );
    let account = match (&directory.basic, &directory.token, &directory.oauth1_as) {
        (Some(basic), None, None) => {
            self::basic(&format!("{path}.basic"), basic, problems);
            DirectoryAccount::Basic {
                user: basic.user.clone(),
                password: basic.password.secret.clone(),
            }
        }
        (None, Some(token), None) => {
            secret(&format!("{path}.token"), token, problems);
            DirectoryAccount::Token {
                token: token.secret.clone(),
            }
        }
        (None, None, Some(user)) => {
            let Some(link) = link else {
                problems.add(
                    format!("{path}.oauth1_as"),
                    "the product has no application link to ask by",
                    "Set act_as = { oauth1 = … } as well, or use basic or token here.",
                );
                return None;
            };
            if user.is_empty() {
                problems.add(
                    format!("{path}.oauth1_as"),
                    "the user is empty",
                    "Name a user.",
                );
            }
            DirectoryAccount::Oauth1As {
                user: user.clone(),
                consumer_key: link.consumer_key.clone(),
                private_key: link.private_key.secret.clone(),
            }
        }
        _ => {
            problems.add(
                path,
                "a directory has exactly one account: basic, token or oauth1_as",
                "Keep one of them.",
            );
            return None;
        }
    };
    Some(Directory { account, cache })
}

fn group_rules_need_a_directory(
    path: &str,
    document: &raw::Document,
    raw: &raw::Product,
    problems: &mut Problems,
) {
    if raw.directory.is_some() {
        return;
    }
    let hint = "Add a directory to the product, or take the group rule out.";
    for (key, groups) in [
        ("groups_allowed", &raw.access.groups_allowed),
        ("groups_read_only", &raw.access.groups_read_only),
    ] {
        if !groups.is_empty() {
            problems.add(
                format!("{path}.access.{key}"),
                "a rule about groups needs a directory to look them up",
                hint,
            );
        }
    }
    for (key, groups) in [
        ("groups_allowed", &document.access.groups_allowed),
        ("groups_read_only", &document.access.groups_read_only),
    ] {
        if !groups.is_empty() {
            problems.add(
                format!("{path}.directory"),
                format!("access.{key} holds for this product too, which has no directory to look groups up"),
                hint,
            );
        }
    }
}

pub(super) fn cache(
    path: &str,
    text: Option<&str>,
    default: Duration,
    problems: &mut Problems,
) -> Duration {
    let Some(text) = text else { return default };
    match duration(text) {
        Ok(cache) if cache <= Duration::from_hours(24) => cache,
        Ok(_) => {
            problems.add(
                path,
                format!("too long to go without asking: {text}"),
                "Write 1d at most.",
            );
            default
        }
        Err(error) => {
            problems.add(path, error.to_string(), DURATION_HINT);
            default
        }
    }
}

pub(super) fn secret(path: &str, secret: &raw::SecretRef, problems: &mut Problems) {
    let name = &secret.secret;
    let well_formed = (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !well_formed {
        problems.add(
            format!("{path}.secret"),
            "not the name of a secret",
            "Use letters, digits, hyphen, underscore and dot, 64 at most; the secret itself is stored apart.",
        );
    }
}

pub(super) fn basic(path: &str, account: &raw::BasicAccount, problems: &mut Problems) {
    if account.user.is_empty() || account.user.contains(':') {
        problems.add(
            format!("{path}.user"),
            "a user name is not empty and has no colon",
            "Write the account's user name.",
        );
    }
    secret(&format!("{path}.password"), &account.password, problems);
}

/// Whether a header can be the one that a product believes: a token that means nothing else.
fn may_carry_a_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let taken = [
        "authorization",
        "proxy-authorization",
        "host",
        "cookie",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "accept",
        "origin",
        "referer",
        "user-agent",
        "x-atlassian-token",
        "x-forwarded-for",
        "forwarded",
    ];
    // An underscore is folded to a hyphen by servers, so it would be two headers.
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !taken.contains(&lower.as_str())
}
