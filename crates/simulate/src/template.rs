//! What keeps an index of requests small: paths without their names of things, and programs
//! without their versions.

use std::net::{IpAddr, Ipv6Addr};

const LONGEST_CLIENT: usize = 40;
const LONGEST_TEMPLATE: usize = 300;

/// A path with a star for each segment that names one thing: a number, the key of an issue, a
/// long or random word. What remains is the kind of request.
pub fn path_template(path: &str) -> String {
    let mut template = String::with_capacity(path.len().min(LONGEST_TEMPLATE));
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            template.push('/');
        }
        if template.len() > LONGEST_TEMPLATE {
            template.push_str("**");
            break;
        }
        template.push_str(if names_one_thing(segment, index) {
            "*"
        } else {
            segment
        });
    }
    template
}

fn names_one_thing(segment: &str, index: usize) -> bool {
    if segment.is_empty() {
        return false;
    }
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    if digits == segment.len() {
        // The version of a REST API stands early and is short.
        return !(index <= 4 && segment.len() <= 2);
    }
    let is_version = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    if is_version(segment) {
        return segment.len() > 6;
    }
    let is_issue = segment.rsplit_once('-').is_some_and(|(project, number)| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && project
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    is_issue
        || segment.len() > 32
        || !segment.is_ascii()
        || segment.contains([' ', '%', '~', '@'])
        || (segment.len() >= 8 && digits * 4 >= segment.len())
}

/// The kind of program that calls: the first product of its `User-Agent`, without the version.
/// A browser is `browser`, whichever it is.
pub fn client_family(user_agent: Option<&str>) -> String {
    let Some(text) = user_agent.map(str::trim).filter(|text| !text.is_empty()) else {
        return "not named".to_owned();
    };
    if text.starts_with("Mozilla/") {
        return "browser".to_owned();
    }
    let end = text
        .find(|letter: char| letter == '/' || letter.is_whitespace() || letter == '(')
        .unwrap_or(text.len());
    let name: String = text[..end]
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-_.+".contains(*letter))
        .take(LONGEST_CLIENT)
        .collect();
    if name.is_empty() {
        return "not named".to_owned();
    }
    name.to_ascii_lowercase()
}

/// The address for which others of the same network stand: of IPv6, in which one machine has as
/// many as it likes, the first 64 bits; of IPv4 the address itself, because rules name single ones.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_keeps_the_kind_and_drops_the_thing() {
        for (path, template) in [
            (
                "/rest/api/2/issue/PROJ-123/comment/10001",
                "/rest/api/2/issue/*/comment/*",
            ),
            ("/rest/api/2.0/search", "/rest/api/2.0/search"),
            ("/rest/api/latest/myself", "/rest/api/latest/myself"),
            (
                "/secure/attachment/10100/year report.pdf",
                "/secure/attachment/*/*",
            ),
            (
                "/scm/proj/repo.git/info/refs",
                "/scm/proj/repo.git/info/refs",
            ),
            ("/rest/api/content/98304", "/rest/api/content/*"),
            ("/users/~mallory", "/users/*"),
            ("/x/3f8a9c21d0e14b77", "/x/*"),
            ("/", "/"),
        ] {
            assert_eq!(path_template(path), template);
        }
        assert!(path_template(&"/abcdefgh".repeat(1000)).len() < 400);
    }

    #[test]
    fn a_client_is_a_family_without_its_version() {
        for (agent, family) in [
            (None, "not named"),
            (Some(""), "not named"),
            (Some("curl/8.5.0"), "curl"),
            (Some("git/2.43.0 (linux)"), "git"),
            (Some("python-requests/2.31.0"), "python-requests"),
            (Some("Mozilla/5.0 (X11; Linux)"), "browser"),
            (Some("\u{1b}[2J"), "2j"),
            (Some("(weird)"), "not named"),
        ] {
            assert_eq!(client_family(agent), family);
        }
    }
}
