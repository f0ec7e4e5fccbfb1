//! Which attribute may be the user name.

use gatewright_limits::count::{ATTRIBUTE_DEPTH, CANDIDATES};
use serde::Serialize;
use serde_json::Value;

/// An attribute that may be the user name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Where it stands: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// Its value, with every digit of a number.
    pub value: String,
    /// Why it is likely, in a few words.
    pub reason: String,
}

/// Names of attributes, the likeliest first, as they are without case and punctuation.
const LIKELY: &[(&str, &str)] = &[
    (
        "onpremisessamaccountname",
        "the account name in the company's directory",
    ),
    (
        "samaccountname",
        "the account name in the company's directory",
    ),
    ("preferredusername", "the name that the user signs in with"),
    ("login", "the name that the user signs in with"),
    ("username", "the name that the user signs in with"),
    ("cognitousername", "the name that the user signs in with"),
    (
        "userprincipalname",
        "the name in the company's directory, in the form of an e-mail address",
    ),
    (
        "upn",
        "the name in the company's directory, in the form of an e-mail address",
    ),
    ("uniquename", "the name in the company's directory"),
    ("uid", "the account name in a directory, or an internal id"),
    ("accountname", "the name of the account"),
    ("loginname", "the name that the user signs in with"),
    ("netid", "the account name at a university"),
    ("nickname", "often the name that the user signs in with"),
    ("screenname", "often the name that the user signs in with"),
    ("user", "often the name that the user signs in with"),
    ("email", "an e-mail address; match it as an e-mail address"),
    ("mail", "an e-mail address; match it as an e-mail address"),
    (
        "emailaddress",
        "an e-mail address; match it as an e-mail address",
    ),
    ("emails", "an e-mail address; match it as an e-mail address"),
    ("sub", "never changes, but is seldom the name in Jira"),
    ("name", "the full name, seldom the user name"),
    ("id", "never changes, but is seldom the name in Jira"),
];

/// The attributes that may be the user name, the likeliest first; of equals the one nearer to the
/// root, then the one that stands first.
pub fn username_candidates(value: &Value) -> Vec<Candidate> {
    let mut found = Vec::new();
    collect(value, "", "", 0, &mut found);
    found.sort_by_key(|(rank, depth, _)| (*rank, *depth));
    found
        .into_iter()
        .take(CANDIDATES)
        .map(|(_, _, candidate)| candidate)
        .collect()
}

fn collect(
    value: &Value,
    pointer: &str,
    name: &str,
    depth: usize,
    found: &mut Vec<(usize, usize, Candidate)>,
) {
    if depth > ATTRIBUTE_DEPTH {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                collect(value, &pointer, name, depth + 1, found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().take(CANDIDATES).enumerate() {
                collect(value, &format!("{pointer}/{index}"), name, depth + 1, found);
            }
        }
        Value::String(_) | Value::Number(_) => {
            let Some(text) = crate::json::pointer_string(value, "") else {
                return;
            };
            let plain: String = name
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|character| character.to_ascii_lowercase())
                .collect();
            let place = LIKELY.iter().position(|(likely, _)| *likely == plain);
            if let Some(place) = place
                && text.chars().count() <= 255
                && !text.contains("://")
            {
                found.push((
                    place,
                    depth,
                    Candidate {
                        pointer: pointer.to_owned(),
                        value: text,
                        reason: LIKELY[place].1.to_owned(),
                    },
                ));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(value: &Value) -> Vec<String> {
        username_candidates(value)
            .into_iter()
            .map(|candidate| candidate.pointer)
            .collect()
    }

    #[test]
    fn the_likeliest_attribute_of_a_github_user_is_login() {
        let value = json!({"login": "fred", "id": 12, "url": "https://x/users/fred", "name": "Fred F",
            "email": "fred@example.com", "plan": {"name": "pro"}});
        assert_eq!(
            pointers(&value),
            ["/login", "/email", "/name", "/plan/name", "/id"]
        );
        assert_eq!(username_candidates(&value)[4].value, "12");
    }

    #[test]
    fn claim_path_awkward_names_are_offered_with_an_exact_pointer() {
        let value = json!({"https://slack.com/user_name": "a", "cognito:username": "b",
            "custom": [{"preferred_username": "c"}], "emails": ["d@x"], "sub": "", "upn": null});
        assert_eq!(
            pointers(&value),
            [
                "/custom/0/preferred_username",
                "/https:~1~1slack.com~1user_name",
                "/cognito:username",
                "/emails/0"
            ]
        );
        for candidate in username_candidates(&value) {
            assert_eq!(
                crate::json::pointer_string(&value, &candidate.pointer).as_deref(),
                Some(candidate.value.as_str())
            );
        }
    }

    #[test]
    fn a_deep_answer_ends() {
        let mut value = json!({"login": "x"});
        for _ in 0..100 {
            value = json!([value]);
        }
        assert_eq!(pointers(&value), Vec::<String>::new());
    }
}
