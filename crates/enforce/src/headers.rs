//! Phase 9, header hygiene: what never passes on, in any spelling.
//!
//! Servers fold what is no letter or digit in a header's name to `-`, so `X_Forwarded_User` is
//! `X-Forwarded-User` to them. Names are compared folded.

use std::collections::HashSet;

use http::header::{CONNECTION, COOKIE, ORIGIN, REFERER, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers that say who somebody is, from where, or what was really asked: only we may say that.
const MANAGED: [&str; 59] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-originating-ip",
    "x-remote-ip",
    "x-remote-addr",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "fastly-client-ip",
    "client-ip",
    "x-host",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-remote-user",
    "x-remote-groups",
    "x-remote-group",
    "x-remote-name",
    "x-remote-email",
    "remote-user",
    "remote-groups",
    "remote-group",
    "remote-name",
    "remote-email",
    "remote-addr",
    "auth-user",
    "x-user",
    "x-username",
    "x-user-name",
    "x-groups",
    "x-authenticated-user",
    "x-authenticated-userid",
    "x-authenticated-groups",
    "x-auth-user",
    "x-webauth-user",
    "x-proxy-user",
    "x-auth-token",
    "private-token",
    "x-ausername",
    "x-seraph-loginreason",
    "x-api-key",
    "apikey",
    "sm-user",
    "iv-user",
    "iv-groups",
    "shib-user",
    "x-auth-name",
    "x-auth-email",
    "x-auth-groups",
    "x-email",
    "x-user-id",
    "x-consumer-username",
    "x-scheme",
    "front-end-https",
    "proxy",
];

const MANAGED_BEGINNINGS: [&str; 14] = [
    "x-forwarded-",
    "x-original-",
    "x-auth-request-",
    "x-gatewright-",
    "x-amzn-oidc-",
    "x-ms-client-principal",
    "x-ms-token-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-envoy-",
    "x-client-cert",
    "x-ssl-client-",
    "ssl-client-",
    "oidc-claim-",
];

/// Headers that are read under their own name; under any other spelling they are a second one.
const READ_BY_NAME: [&str; 9] = [
    "authorization",
    "host",
    "cookie",
    "content-length",
    "content-type",
    "expect",
    "origin",
    "referer",
    "x-atlassian-token",
];

/// Headers that are for this connection alone (RFC 9110 §7.6.1).
const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// The name as a careless server reads it.
pub(crate) fn folded(name: &str) -> String {
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_ascii_lowercase()
}

fn is_managed(folded: &str) -> bool {
    MANAGED.contains(&folded)
        || MANAGED_BEGINNINGS.iter().any(|beginning| {
            folded.starts_with(beginning) || folded == beginning.trim_end_matches('-')
        })
}

/// Names that a `Connection` header declares to be for this connection alone.
fn named_by_connection(headers: &HeaderMap) -> HashSet<String> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| folded(name.trim()))
        .collect()
}

/// Takes out what never passes: managed headers, hop-by-hop ones, and every header that a product
/// of ours believes (`identity_headers`, folded).
pub(crate) fn clean_request(headers: &mut HeaderMap, identity_headers: &HashSet<String>) {
    let named = named_by_connection(headers);
    let misspelt: Vec<HeaderName> = headers
        .keys()
        .filter(|name| {
            let folded = folded(name.as_str());
            name.as_str() != folded && READ_BY_NAME.contains(&folded.as_str())
        })
        .cloned()
        .collect();
    for name in misspelt {
        headers.remove(name);
    }
    retain(headers, |folded| {
        !is_managed(folded)
            && !HOP_BY_HOP.contains(&folded)
            && !identity_headers.contains(folded)
            // A length says how long the message is; that is never for one connection alone.
            && (!named.contains(folded) || folded == "content-length")
    });
}

/// Takes out what is for this connection alone.
pub(crate) fn clean_response(headers: &mut HeaderMap) {
    let named = named_by_connection(headers);
    retain(headers, |folded| {
        !HOP_BY_HOP.contains(&folded)
            && (!named.contains(folded) || folded == "content-length")
            // Only the gateway gives reasons of the gateway.
            && !folded.starts_with("x-gatewright-")
    });
}

/// Takes out what would be a second identity beside ours, or the browser's.
pub(crate) fn take_out_foreign_identity(headers: &mut HeaderMap) {
    take_out_cookies(headers);
    headers.remove(ORIGIN);
    headers.remove(REFERER);
    retain(headers, |folded| !folded.starts_with("sec-fetch-"));
    let browser = headers.get(USER_AGENT).is_some_and(is_browser);
    if browser {
        headers.insert(USER_AGENT, HeaderValue::from_static("Gatewright"));
    }
    // The XSRF check is ours: phase 4 refused what a foreign page caused.
    headers.insert("x-atlassian-token", HeaderValue::from_static("no-check"));
}

/// Takes out cookies: a session among them would win over every other credential.
pub(crate) fn take_out_cookies(headers: &mut HeaderMap) {
    headers.remove(COOKIE);
    retain(headers, |folded| folded != "cookie" && folded != "cookie2");
}

fn is_browser(value: &HeaderValue) -> bool {
    let agent = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    [
        "mozilla", "gecko", "webkit", "chrome", "safari", "opera", "msie", "trident", "edg",
    ]
    .iter()
    .any(|word| agent.contains(word))
}

fn retain(headers: &mut HeaderMap, keep: impl Fn(&str) -> bool) {
    let gone: Vec<HeaderName> = headers
        .keys()
        .filter(|name| !keep(&folded(name.as_str())))
        .cloned()
        .collect();
    for name in gone {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::try_from(*value).unwrap(),
            );
        }
        headers
    }

    fn left(mut headers: HeaderMap) -> Vec<String> {
        let identity = HashSet::from(["x-sso-login".to_owned()]);
        clean_request(&mut headers, &identity);
        let mut names: Vec<String> = headers.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn h1_h2_h7_no_spelling_of_a_managed_header_passes() {
        for name in [
            "X_Forwarded_User",
            "X-Forwarded_User",
            "x.forwarded.user",
            "X-FORWARDED-USER",
            "x-forwarded-user.",
            "X-Forwarded-Groups",
            "X-Forwarded",
            "X-Remote-User",
            "remote_user",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-Forwarded-Uri",
            "X-Forwarded-Prefix",
            "X-Original-Method",
            "X-HTTP-Method-Override",
            "x_http_method",
            "Forwarded",
            "X-Real-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-SSO-Login",
            "x_sso_login",
            "X-Auth-Token",
            "Private-Token",
            "X-AUSERNAME",
            "SM_USER",
            "iv-user",
            "iv-groups",
            "Shib-User",
            "OIDC_CLAIM_sub",
            "X-Auth-Name",
            "X-Auth-Email",
            "X-Auth-Groups",
            "X-Email",
            "X-User-Id",
            "X-Consumer-Username",
            "X-Scheme",
            "Front-End-Https",
            "Proxy",
            "Authorization_",
            "Host_",
            "content_length",
            "X--Remote-User",
            "X~Remote~User",
            "X_-.Remote__User",
        ] {
            let names = left(headers(&[(name, "admin"), ("x-custom", "1")]));
            assert_eq!(names, ["x-custom"], "{name}");
        }
    }

    #[test]
    fn headers_that_only_begin_alike_pass() {
        for name in [
            "X-Emails",
            "Proxy-Hint",
            "Iv-Users",
            "Authorization",
            "Host",
        ] {
            let names = left(headers(&[(name, "1")]));
            assert_eq!(names, [name.to_ascii_lowercase()]);
        }
    }

    proptest! {
        #[test]
        fn no_way_of_writing_a_managed_header_passes(
            name in prop::sample::select(MANAGED.to_vec()),
            noise in prop::collection::vec(0_usize..4, 32),
            tail in "[._]{0,2}",
        ) {
            let written: String = name
                .chars()
                .zip(noise)
                .map(|(character, noise)| match (character, noise) {
                    ('-', 1) => '_',
                    ('-', 2) => '.',
                    (other, 3) => other.to_ascii_uppercase(),
                    (other, _) => other,
                })
                .collect();
            let written = format!("{written}{tail}");
            prop_assert!(left(headers(&[(&written, "admin")])).is_empty());
        }
    }

    #[test]
    fn h3_what_connection_names_is_for_this_hop_alone() {
        let names = left(headers(&[
            (
                "connection",
                "keep-alive, X-Custom, authorization, content-length",
            ),
            ("x-custom", "1"),
            ("authorization", "Bearer x"),
            ("accept", "*/*"),
            ("content-length", "3"),
            ("te", "trailers"),
            ("trailer", "x-forwarded-user"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "Basic x"),
        ]));
        assert_eq!(names, ["accept", "content-length"]);
    }

    #[test]
    fn h12_our_identity_stands_alone() {
        let mut both = headers(&[
            ("cookie", "JSESSIONID=bob"),
            ("cookie", "crowd.token_key=1"),
            ("origin", "https://x"),
            ("referer", "https://x/y"),
            ("sec-fetch-site", "same-origin"),
            ("user-agent", "Mozilla/5.0 (X11)"),
        ]);
        take_out_foreign_identity(&mut both);
        assert_eq!(both.len(), 2);
        assert_eq!(both["user-agent"], "Gatewright");
        assert_eq!(both["x-atlassian-token"], "no-check");
        let mut tool = headers(&[("user-agent", "git/2.47")]);
        take_out_foreign_identity(&mut tool);
        assert_eq!(tool["user-agent"], "git/2.47");
    }
}
