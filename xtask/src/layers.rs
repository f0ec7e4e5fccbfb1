//! Which crate may use which: the architecture as a rule that fails.

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::run::root;

/// Rings 0 to 4 in order; imports only point down.
const RINGS: [&[&str]; 5] = [
    &["secret", "limits", "policy", "wire"],
    &["http", "keys", "jose"],
    &["oauth", "atlassian"],
    &["catalogue", "loopback"],
    &["config", "imports"],
];

/// Crates of somebody else that only the named packages may use directly.
const GUARDED: [(&str, &[&str]); 8] = [
    ("tauri", &["desktop", "empty"]),
    ("tauri-build", &["desktop", "empty"]),
    ("tauri-plugin-single-instance", &["desktop"]),
    ("reqwest", &["http", "tests"]),
    ("rsa", &["atlassian", "bench", "sandbox"]),
    ("rustls", &["http", "proxy", "admin", "gateway"]),
    ("rustls-platform-verifier", &["http", "proxy"]),
    ("tokio-rustls", &["proxy", "admin"]),
];

/// Whose tests speak to what they must not import: the sandbox, over a socket.
const TESTED_AGAINST: [(&str, &str); 5] = [
    ("atlassian", "sandbox"),
    ("commands", "admin"),
    ("commands", "enforce"),
    ("commands", "register"),
    ("commands", "store"),
];

/// Prints a line for every arrow that points the wrong way.
pub(crate) fn run() -> Result<()> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata")?;
    let broken = broken_arrows(&metadata);
    for arrow in &broken {
        println!("{arrow}");
    }
    if broken.is_empty() {
        println!(
            "{} packages, every arrow points down",
            metadata.packages.len()
        );
        return Ok(());
    }
    bail!("{} arrows point the wrong way", broken.len());
}

fn broken_arrows(metadata: &Metadata) -> Vec<String> {
    let mut broken = Vec::new();
    for package in &metadata.packages {
        let user = short(&package.name);
        for dependency in &package.dependencies {
            let test_only = dependency.kind == DependencyKind::Development;
            if let Some(used) = dependency.name.strip_prefix("gatewright-") {
                let in_tests = test_only && TESTED_AGAINST.contains(&(user, used));
                if !in_tests && !may_use(user, used) {
                    broken.push(format!("{user} -> {used}: {}", reason(package)));
                }
            } else if let Some((_, users)) = GUARDED
                .iter()
                .find(|(guarded, _)| *guarded == dependency.name)
                && !test_only
                && !users.contains(&user)
            {
                broken.push(format!(
                    "{user} -> {}: only {} may",
                    dependency.name,
                    users.join(", ")
                ));
            }
        }
    }
    broken
}

fn may_use(user: &str, used: &str) -> bool {
    allowed(user).contains(&used)
}

/// What a package may use of ours.
fn allowed(user: &str) -> Vec<&'static str> {
    if let Some(ring) = RINGS.iter().position(|ring| ring.contains(&user)) {
        return match (ring, user) {
            (1, _) => vec!["secret", "limits"],
            (4, "imports") => vec!["secret", "limits", "oauth", "catalogue"],
            (4, _) => vec!["secret", "policy", "catalogue"],
            // The window's vocabulary is for the desktop and the command line.
            _ => below(ring)
                .into_iter()
                .filter(|used| *used != "wire")
                .collect(),
        };
    }
    let vocabulary = || below(5).into_iter().filter(|used| *used != "wire");
    match user {
        "workspace" | "store" | "simulate" => vocabulary().collect(),
        "admin-api" => vocabulary().chain(["simulate"]).collect(),
        "commands" => below(5)
            .into_iter()
            .chain(["admin-api", "workspace", "simulate"])
            .collect(),
        "enforce" | "register" => vocabulary().chain(["store"]).collect(),
        // It must be able to disagree with the product, so it shares no protocol code with it.
        "sandbox" | "tests" => vec!["secret"],
        "proxy" | "admin" => vocabulary()
            .chain(["register", "enforce", "store", "admin-api", "simulate"])
            .collect(),
        "desktop" => vec!["secret", "wire", "commands"],
        "cli" => vec!["secret", "wire", "commands", "sandbox"],
        "gateway" => vec![
            "http",
            "policy",
            "register",
            "admin-api",
            "secret",
            "config",
            "enforce",
            "proxy",
            "admin",
            "store",
        ],

        // It fills the store with more keys than the admin API makes in reasonable time, and drives
        // the window as the tests do.
        "bench" => vec!["secret", "http", "keys", "store", "admin-api", "tests"],
        _ => Vec::new(),
    }
}

fn below(ring: usize) -> Vec<&'static str> {
    RINGS
        .iter()
        .take(ring)
        .flat_map(|ring| ring.iter().copied())
        .collect()
}

fn reason(package: &Package) -> String {
    let allowed = allowed(short(&package.name));
    if allowed.is_empty() {
        return "it may use none of ours".to_owned();
    }
    format!("it may use {}", allowed.join(", "))
}

fn short(package: &str) -> &str {
    package.strip_prefix("gatewright-").unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down_only() {
        assert!(may_use("oauth", "http"));
        assert!(!may_use("http", "oauth"));
        assert!(!may_use("oauth", "atlassian"));
        assert!(!may_use("enforce", "wire"));
        assert!(may_use("commands", "wire"));
        assert!(may_use("gateway", "proxy"));
        assert!(!may_use("desktop", "workspace"));
    }

    #[test]
    fn the_sandbox_shares_secret_alone() {
        assert_eq!(allowed("sandbox"), ["secret"]);
    }
}
