//! Parameters that only the gateway or nobody may send to a product.
//!
//! A product reads the first of two parameters of one name, from the query and from a form body
//! alike. One that says who somebody is, sent beside ours, would win.

use percent_encoding::percent_decode_str;

/// The first parameter that may not be passed on, in a query or in a form body.
pub(crate) fn forbidden(parameters: &str) -> Option<String> {
    parameters
        // Some servers take a semicolon for an ampersand.
        .split(['&', ';'])
        .map(|pair| pair.split('=').next().unwrap_or_default())
        .map(decoded)
        .find(|name| is_forbidden(name))
}

/// Whether an API key stands in the query, where logs and proxies would keep it.
pub(crate) fn holds_a_key(query: &str) -> bool {
    query
        .split(['&', '=', ';'])
        .any(|part| gatewright_keys::ApiKey::parse(&decoded(part)).is_ok())
}

/// Whether an API key stands anywhere in a decoded segment of the path.
pub(crate) fn segment_holds_a_key(segment: &str) -> bool {
    segment
        .match_indices(gatewright_keys::KEY_PREFIX)
        .filter_map(|(start, _)| segment.get(start..start + gatewright_keys::KEY_LENGTH))
        .any(|text| gatewright_keys::ApiKey::parse(text).is_ok())
}

fn is_forbidden(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    name.starts_with("oauth_")
        || name.starts_with("os_")
        || name == "xoauth_requestor_id"
        || name == "_method"
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h13_every_spelling_of_an_identity_parameter_is_found() {
        for wrong in [
            "os_username=admin&os_password=admin",
            "a=1&os_authType=basic",
            "OS_USERNAME=admin",
            "%6fs_username=admin",
            "o%73%5Fusername=admin",
            "+os_username=admin",
            "os_username",
            "oauth_token=",
            "xoauth_requestor_id=admin",
            "XOAUTH_REQUESTOR_ID=admin",
            "oauth_consumer_key=x",
            "_method=DELETE",
            ";os_username=admin",
            "a=b;os_username=admin",
            "a=b;%6fauth_token=x",
        ] {
            assert!(forbidden(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn everyday_parameters_pass() {
        for right in [
            "",
            "jql=project=A&maxResults=50",
            "user_id=4",
            "host_os=linux",
            "q=os_username",
            "os=linux",
            "jql=text ~ \"50%\"",
            "oauth=1",
        ] {
            assert_eq!(forbidden(right), None, "{right}");
        }
    }

    #[test]
    fn a_key_in_the_query_is_noticed() {
        let mut rng = rand::rng();
        let key = gatewright_keys::ApiKey::generate(&mut rng)
            .secret()
            .expose()
            .clone();
        assert!(holds_a_key(&format!("a=b&token={key}")));
        assert!(holds_a_key(&format!("a={}", key.replace('_', "%5f"))));
        assert!(holds_a_key(&format!("a=b;{key}")));
        assert!(!holds_a_key("a=gw_notakey"));
    }
}
