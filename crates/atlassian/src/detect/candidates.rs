//! Which paths of a pasted address may be the context path.

use url::Url;

use super::DetectError;

/// Context paths that are usual; asked when only a host was entered.
pub(super) const USUAL_PATHS: [&str; 5] = ["/jira", "/confluence", "/wiki", "/bitbucket", "/stash"];

/// How many paths are asked at most: a form is waiting.
const MOST: usize = 5;

/// First segments of pages and APIs of the products: the context path ends before them.
const PAGES: [&str; 38] = [
    "rest",
    "plugins",
    "secure",
    "browse",
    "projects",
    "issues",
    "login.jsp",
    "login.action",
    "login",
    "default.jsp",
    "servicedesk",
    "display",
    "pages",
    "spaces",
    "dashboard.action",
    "dashboard",
    "dashboards",
    "index.action",
    "admin",
    "users",
    "scm",
    "repos",
    "account",
    "profile",
    "download",
    "dosearchsite.action",
    "x",
    "status",
    "s",
    "images",
    "attachments",
    "people",
    "labels",
    "homepage.action",
    "welcome",
    "getting-started",
    "viewpage.action",
    "mvc",
];

/// Reads what was pasted; nothing of a user name, a query or a fragment is kept.
pub(super) fn read_url(text: &str) -> Result<Url, DetectError> {
    let text = text.trim().trim_matches(['<', '>', '"']);
    if text.is_empty() {
        return Err(DetectError::Empty);
    }
    let not_a_url = || DetectError::NotAUrl {
        text: text.to_owned(),
    };
    let Some((scheme, rest)) = text.split_once("://") else {
        let rest = text.trim_start_matches('/');
        let suggestion = format!("https://{rest}");
        let fits = Url::parse(&suggestion)
            .ok()
            .and_then(|url| url.host_str().map(looks_like_a_host));
        return Err(match fits {
            Some(true) => DetectError::MissingScheme {
                text: text.to_owned(),
                suggestion,
            },
            Some(false) | None => not_a_url(),
        });
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || rest.is_empty() {
        return Err(not_a_url());
    }
    let mut url = Url::parse(text).map_err(|_| not_a_url())?;
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url)
}

fn looks_like_a_host(host: &str) -> bool {
    !host.contains(['@', ' ', '%'])
}

/// The context paths that an address may have, the likeliest first; the last one is empty.
pub(super) fn contexts(url: &Url) -> Vec<String> {
    let segments: Vec<&str> = url
        .path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let page = segments
        .iter()
        .position(|segment| PAGES.contains(&segment.to_ascii_lowercase().as_str()))
        .unwrap_or(segments.len());
    let mut depths: Vec<usize> = (0..=page).rev().collect();
    // A context path may be named like a page: `/projects/browse/ABC-1`.
    depths.extend(page + 1..=segments.len().min(page + 1));
    let mut contexts: Vec<String> = Vec::new();
    for depth in depths {
        let mut context = String::new();
        for segment in &segments[..depth] {
            context.push('/');
            context.push_str(segment);
        }
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
    if contexts.len() > MOST {
        // The shortest are the likeliest of what is deep.
        let rest = contexts.split_off(1);
        let keep = rest.len() - (MOST - 1);
        contexts.extend(rest.into_iter().skip(keep));
    }
    contexts
}

/// Where to look instead, when a server sends to another place of its own host.
pub(super) fn redirected(from: &Url, location: &str) -> Option<Url> {
    let mut to = from.join(location).ok()?;
    let same_place = to.host() == from.host() && matches!(to.scheme(), "http" | "https");
    let text = to.path().to_ascii_lowercase();
    let signs_in = ["sso", "saml", "oauth2", "authorize", "signin"]
        .iter()
        .any(|s| text.contains(s));
    if !same_place || signs_in || (from.scheme() == "https" && to.scheme() == "http") {
        return None;
    }
    to.set_query(None);
    to.set_fragment(None);
    let moved = to.origin() != from.origin() || contexts(&to)[0] != contexts(from)[0];
    moved.then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        contexts(&read_url(text).unwrap())
    }

    #[test]
    fn a_deep_link_is_cut_before_the_page() {
        assert_eq!(paths("https://h/jira/browse/ABC-1")[..2], ["/jira", ""]);
        assert_eq!(
            paths("https://h/wiki/pages/viewpage.action?pageId=1")[..2],
            ["/wiki", ""]
        );
        assert_eq!(paths("https://h/projects/ABC/repos/x/browse")[0], "");
        assert_eq!(paths("https://h/rest/api/2/myself")[0], "");
        assert_eq!(paths("https://h/a/b/"), ["/a/b", "/a", ""]);
        assert_eq!(paths("https://h/"), [""]);
        assert_eq!(paths("https://h/projects/browse/ABC-1"), ["", "/projects"]);
    }

    #[test]
    fn a_very_deep_path_asks_only_a_few() {
        assert_eq!(
            paths("https://h/1/2/3/4/5/6/7"),
            ["/1/2/3/4/5/6/7", "/1/2/3", "/1/2", "/1", ""]
        );
    }

    #[test]
    fn what_is_no_url_is_told_apart() {
        assert_eq!(read_url("  ").unwrap_err(), DetectError::Empty);
        assert_eq!(
            read_url("jira.example.com:8443/jira").unwrap_err(),
            DetectError::MissingScheme {
                text: "jira.example.com:8443/jira".to_owned(),
                suggestion: "https://jira.example.com:8443/jira".to_owned(),
            }
        );
        assert!(matches!(
            read_url("ftp://h/x").unwrap_err(),
            DetectError::NotAUrl { .. }
        ));
        assert!(matches!(
            read_url("https://").unwrap_err(),
            DetectError::NotAUrl { .. }
        ));
        assert!(matches!(
            read_url("hello world").unwrap_err(),
            DetectError::NotAUrl { .. }
        ));
        assert!(matches!(
            read_url("fred@example.com x").unwrap_err(),
            DetectError::NotAUrl { .. }
        ));
    }

    #[test]
    fn a_password_in_the_address_is_dropped() {
        let url = read_url("https://fred:canary@h/jira?os_password=canary#canary").unwrap();
        assert_eq!(url.as_str(), "https://h/jira");
    }

    #[test]
    fn only_a_move_on_the_same_host_is_followed() {
        let from = read_url("http://h/").unwrap();
        let to = |location| redirected(&from, location).map(|url| url.to_string());
        assert_eq!(to("https://h/").as_deref(), Some("https://h/"));
        assert_eq!(
            to("/jira/secure/Dashboard.jspa?x=1").as_deref(),
            Some("http://h/jira/secure/Dashboard.jspa")
        );
        assert_eq!(to("https://sso.example/login"), None);
        assert_eq!(to("/saml/login"), None);
        assert_eq!(to("/login.jsp"), None);
        let from = read_url("https://h/").unwrap();
        assert_eq!(redirected(&from, "http://h/jira"), None);
    }
}
