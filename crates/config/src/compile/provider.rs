//! The identity providers: endpoints, verification, username.

use std::time::Duration;

use url::{Host, Url};

use super::product::{cache, secret, web_url};
use crate::config::{IssuedFor, JwtRules, Provider, ProviderEndpoints, Username, Verification};
use crate::problem::Problems;
use crate::raw::{self, ClientAuth, Match, UsernameSource, Verify};
use crate::resolve::{Preset, PresetError, preset};

const DEFAULT_CACHE: Duration = Duration::from_mins(1);
/// Algorithms with a public key: what anybody can verify and nobody else can make.
const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

pub(super) fn all(document: &raw::Document, problems: &mut Problems) -> Vec<Provider> {
    let providers = document
        .providers
        .iter()
        .enumerate()
        .map(|(index, raw)| provider(&format!("providers[{index}]"), raw, problems))
        .collect::<Vec<_>>();
    one_owner_for_each_token(document, &providers, problems);
    providers
}

fn provider(path: &str, raw: &raw::Provider, problems: &mut Problems) -> Provider {
    let preset = match preset(&raw.preset, &raw.inputs) {
        Ok(preset) => preset,
        Err(PresetError::Unknown { known }) => {
            problems.add(
                format!("{path}.preset"),
                format!("no such provider in the catalogue: {}", raw.preset),
                format!("Write one of: {}.", known.join(", ")),
            );
            Preset::default()
        }
        Err(PresetError::UnknownInput { key, known }) => {
            let hint = if known.is_empty() {
                "This provider asks for nothing.".to_owned()
            } else {
                format!("Known here: {}.", known.join(", "))
            };
            problems.add(
                format!("{path}.inputs.{key}"),
                format!("unknown key: {key}"),
                hint,
            );
            Preset::default()
        }
        Err(PresetError::Input { key, message }) => {
            problems.add(
                format!("{path}.inputs.{key}"),
                format!("{message}: {key}"),
                "Fill in what the provider's form asks for.",
            );
            Preset::default()
        }
    };
    let (checks_tokens, client_auth) = (preset.checks_tokens, preset.client_auth);
    let endpoints = endpoints(path, raw, preset, problems);
    if let Some(client_secret) = &raw.client_secret {
        secret(&format!("{path}.client_secret"), client_secret, problems);
    }
    let verification = verification(path, raw, &endpoints, checks_tokens, problems);
    let username = username(path, raw, &endpoints, problems);
    for (index, prefix) in raw.prefixes.iter().enumerate() {
        if prefix.len() < 2 || !prefix.bytes().all(|byte| byte.is_ascii_graphic()) {
            problems.add(
                format!("{path}.prefixes[{index}]"),
                format!("not the beginning of a token: {prefix}"),
                "Write at least two characters, as gho_.",
            );
        }
        if prefix.starts_with("gw_") || "gw_".starts_with(prefix.as_str()) {
            problems.add(
                format!("{path}.prefixes[{index}]"),
                "gw_ begins the gateway's own keys",
                "Take this prefix out.",
            );
        }
    }
    for (client, user) in &raw.service_accounts {
        if user.trim().is_empty() {
            problems.add(
                format!("{path}.service_accounts.{client}"),
                "the user is empty",
                "Write the user name as whom this client acts.",
            );
        }
    }
    Provider {
        id: raw.id.clone(),
        preset: raw.preset.clone(),
        generation: generation(raw, &endpoints),
        endpoints,
        client_id: raw.client_id.clone(),
        client_secret: raw
            .client_secret
            .as_ref()
            .map(|secret| secret.secret.clone()),
        client_auth: raw.client_auth.or(client_auth).unwrap_or(ClientAuth::Basic),
        verification,
        username,
        prefixes: raw.prefixes.clone(),
        opaque: raw.opaque,
        service_accounts: raw.service_accounts.clone(),
    }
}

/// What answers about a token depend on. The username's pointer is not part of it: answers are
/// kept whole and read anew for each request.
fn generation(raw: &raw::Provider, endpoints: &ProviderEndpoints) -> String {
    format!(
        "{}\n{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}",
        raw.id,
        raw.preset,
        raw.client_id,
        endpoints,
        raw.verify,
        raw.username.from,
        raw.username.url
    )
}

fn endpoints(
    path: &str,
    raw: &raw::Provider,
    preset: Preset,
    problems: &mut Problems,
) -> ProviderEndpoints {
    let own = &raw.endpoints;
    let mut pick = |key: &str, own: Option<&String>, preset: Option<Url>| match own {
        Some(text) => endpoint(&format!("{path}.endpoints.{key}"), text, problems),
        None => preset,
    };
    let found = preset.endpoints;
    let userinfo = pick("userinfo", own.userinfo.as_ref(), found.userinfo);
    let introspection = pick(
        "introspection",
        own.introspection.as_ref(),
        found.introspection,
    );
    let jwks = pick("jwks", own.jwks.as_ref(), found.jwks);
    // The gateway calls neither, but the desktop does, from this document.
    pick("authorization", own.authorization.as_ref(), None);
    pick("token", own.token.as_ref(), None);
    let token_check = preset
        .checks_tokens
        .then(|| token_check(userinfo.as_ref(), &raw.client_id));
    ProviderEndpoints {
        issuer: found.issuer,
        issuer_is_exact: preset.issuer_is_exact,
        discovery: found.discovery,
        userinfo,
        introspection,
        jwks,
        token_check: token_check.flatten(),
    }
}

/// GitHub's check-a-token endpoint stands beside its userinfo: `…/user`,
/// `…/applications/CLIENT/token`.
fn token_check(userinfo: Option<&Url>, client_id: &str) -> Option<Url> {
    let mut url = userinfo?.clone();
    url.path_segments_mut()
        .ok()?
        .pop()
        .extend(["applications", client_id, "token"]);
    Some(url)
}

fn endpoint(path: &str, text: &str, problems: &mut Problems) -> Option<Url> {
    let hint = "Write an https address; http is for this machine alone.";
    let url = match Url::parse(text) {
        Ok(url) if url.query().is_some() => url,
        _ => web_url(path, text, hint, problems)?,
    };
    if !is_usable(&url) {
        problems.add(path, "a provider is asked over https only", hint);
        return None;
    }
    Some(url)
}

/// Whether a provider may be asked at this address: tokens travel to it.
fn is_usable(url: &Url) -> bool {
    let this_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && this_machine)
}

fn verification(
    path: &str,
    raw: &raw::Provider,
    endpoints: &ProviderEndpoints,
    checks_tokens: bool,
    problems: &mut Problems,
) -> Verification {
    let asked = |found: &Option<Url>| found.is_some() || endpoints.discovery.is_some();
    match &raw.verify {
        Verify::Userinfo(verify) => {
            let path = format!("{path}.verify.userinfo");
            if !verify.accept_any_client {
                problems.add(
                    format!("{path}.accept_any_client"),
                    "userinfo cannot tell for which client a token was issued",
                    "Write accept_any_client = true if tokens of every client of this provider may come in, or verify by introspection or jwt.",
                );
            }
            if !asked(&endpoints.userinfo) {
                needs(&path, "userinfo", problems);
            }
            Verification::Userinfo {
                cache: how_long(&path, verify.cache.as_deref(), problems),
            }
        }
        Verify::GithubTokenCheck(verify) => {
            let path = format!("{path}.verify.github_token_check");
            if !checks_tokens {
                problems.add(
                    path.clone(),
                    "only GitHub has this check",
                    "Verify by userinfo, introspection or jwt.",
                );
            }
            needs_client(&path, raw, problems);
            Verification::GithubTokenCheck {
                cache: how_long(&path, verify.cache.as_deref(), problems),
            }
        }
        Verify::Introspection(verify) => {
            let path = format!("{path}.verify.introspection");
            if verify.audience.is_empty() {
                problems.add(
                    format!("{path}.audience"),
                    "no audience: tokens of everybody would be accepted",
                    "Write the audience or the client id for which tokens must have been issued.",
                );
            }
            if !asked(&endpoints.introspection) {
                needs(&path, "introspection", problems);
            }
            needs_client(&path, raw, problems);
            Verification::Introspection {
                issued_for: IssuedFor {
                    audience: verify.audience.clone(),
                },
                cache: how_long(&path, verify.cache.as_deref(), problems),
            }
        }
        Verify::Jwt(verify) => {
            let path = format!("{path}.verify.jwt");
            Verification::Jwt(jwt(&path, verify, endpoints, problems))
        }
    }
}

fn jwt(
    path: &str,
    verify: &raw::VerifyJwt,
    endpoints: &ProviderEndpoints,
    problems: &mut Problems,
) -> JwtRules {
    if verify.audience.is_empty() || verify.audience.iter().any(String::is_empty) {
        problems.add(
            format!("{path}.audience"),
            "no audience: tokens of everybody would be accepted",
            "Write the audience that the provider puts into tokens for this API.",
        );
    }
    let issuer = verify
        .issuer
        .clone()
        .or_else(|| endpoints.issuer.clone())
        .unwrap_or_default();
    if issuer.is_empty() {
        problems.add(
            format!("{path}.issuer"),
            "the issuer is not known",
            "Write it exactly as it stands in the tokens, the slash at its end included.",
        );
    }
    for (index, name) in verify.algorithms.iter().enumerate() {
        if !ALGORITHMS.contains(&name.as_str()) {
            problems.add(
                format!("{path}.algorithms[{index}]"),
                format!("not an algorithm with a public key: {name}"),
                format!("Write some of: {}.", ALGORITHMS.join(", ")),
            );
        }
    }
    for (index, key) in verify.public_keys.iter().enumerate() {
        if !key.contains("-----BEGIN PUBLIC KEY-----")
            && !key.contains("-----BEGIN CERTIFICATE-----")
            && !key.contains("-----BEGIN RSA PUBLIC KEY-----")
        {
            problems.add(
                format!("{path}.public_keys[{index}]"),
                "not a public key in PEM",
                "Paste the block that begins with -----BEGIN PUBLIC KEY-----; never a private key.",
            );
        }
    }
    if verify.public_keys.is_empty() && endpoints.jwks.is_none() && endpoints.discovery.is_none() {
        needs(path, "jwks", problems);
    }
    JwtRules {
        issuer,
        audiences: verify.audience.clone(),
        algorithms: if verify.algorithms.is_empty() {
            vec!["RS256".to_owned(), "ES256".to_owned()]
        } else {
            verify.algorithms.clone()
        },
        public_keys: verify.public_keys.clone(),
        cache: how_long(path, verify.cache.as_deref(), problems),
    }
}

fn how_long(path: &str, text: Option<&str>, problems: &mut Problems) -> Duration {
    cache(&format!("{path}.cache"), text, DEFAULT_CACHE, problems)
}

fn needs(path: &str, endpoint: &str, problems: &mut Problems) {
    problems.add(
        path,
        format!("the provider's {endpoint} endpoint is not known"),
        format!("Write it as endpoints = {{ {endpoint} = \"https://…\" }}."),
    );
}

fn needs_client(path: &str, raw: &raw::Provider, problems: &mut Problems) {
    if raw.client_id.is_empty() || raw.client_secret.is_none() {
        problems.add(
            path,
            "the provider answers this only to a client with a secret",
            "Add client_id and client_secret.",
        );
    }
}

fn username(
    path: &str,
    raw: &raw::Provider,
    endpoints: &ProviderEndpoints,
    problems: &mut Problems,
) -> Username {
    let username = &raw.username;
    let path = format!("{path}.username");
    if !username.pointer.starts_with('/') {
        problems.add(
            format!("{path}.pointer"),
            format!("not a JSON Pointer: {}", username.pointer),
            "Write it with a slash before each name, as /login or /user/name.",
        );
    }
    let url = match (username.from, &username.url) {
        (UsernameSource::Get, Some(text)) => endpoint(&format!("{path}.url"), text, problems),
        (UsernameSource::Get, None) => {
            problems.add(
                format!("{path}.url"),
                "from = \"get\" needs the address to ask",
                "Add url = \"https://…\".",
            );
            None
        }
        (UsernameSource::Token | UsernameSource::Userinfo, Some(_)) => {
            problems.add(
                format!("{path}.url"),
                "url is for from = \"get\" alone",
                "Take it out.",
            );
            None
        }
        (UsernameSource::Token | UsernameSource::Userinfo, None) => None,
    };
    let token_is_read = matches!(raw.verify, Verify::Jwt(_) | Verify::Introspection(_));
    if username.from == UsernameSource::Token && !token_is_read {
        problems.add(
            format!("{path}.from"),
            "what stands in the token is believed only when the token itself is verified",
            "Write from = \"userinfo\", or verify by jwt or introspection.",
        );
    }
    if username.from == UsernameSource::Userinfo
        && endpoints.userinfo.is_none()
        && endpoints.discovery.is_none()
    {
        needs(&path, "userinfo", problems);
    }
    if username.matches == Match::Email && username.transform.contains(&raw::Transform::BeforeAt) {
        problems.add(
            format!("{path}.transform"),
            "before_at leaves no e-mail address to match",
            "Take it out, or write match = \"username\".",
        );
    }
    Username {
        from: username.from,
        url,
        pointer: username.pointer.clone(),
        transform: username.transform.clone(),
        matches: username.matches,
        email_trusted: username.email_trusted,
    }
}

/// A token belongs to one provider: it is never tried on several.
fn one_owner_for_each_token(
    document: &raw::Document,
    providers: &[Provider],
    problems: &mut Problems,
) {
    let mut opaque = None;
    for (index, provider) in providers.iter().enumerate() {
        let path = format!("providers[{index}]");
        if provider.opaque {
            if let Some(first) = opaque {
                problems.add(
                    format!("{path}.opaque"),
                    format!("unknown tokens are already those of {first}"),
                    "Mark one provider only.",
                );
            }
            opaque = Some(provider.id.as_str());
        }
        for other in &providers[..index] {
            for (at, prefix) in document.providers[index].prefixes.iter().enumerate() {
                if other.prefixes.contains(prefix) {
                    problems.add(
                        format!("{path}.prefixes[{at}]"),
                        format!("{prefix} is already a prefix of {}", other.id),
                        "Give each prefix to one provider.",
                    );
                }
            }
            if let (Some(one), Some(two)) = (issuer(other), issuer(provider))
                && one == two
            {
                problems.add(
                    path.clone(),
                    format!("the provider {} has the same issuer: {one}", other.id),
                    "Give each issuer to one provider.",
                );
            }
        }
    }
}

impl Provider {
    /// The issuer whose JWTs are this provider's.
    pub fn issuer(&self) -> Option<&str> {
        issuer(self)
    }
}

fn issuer(provider: &Provider) -> Option<&str> {
    match &provider.verification {
        Verification::Jwt(rules) => Some(rules.issuer.as_str()),
        Verification::Userinfo { .. }
        | Verification::GithubTokenCheck { .. }
        | Verification::Introspection { .. } => provider.endpoints.issuer.as_deref(),
    }
}
