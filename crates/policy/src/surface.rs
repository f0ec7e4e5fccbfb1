//! What a request would do: read or write; and which door it came to.

use serde::{Deserialize, Serialize};

use crate::{Method, Path, ProductKind};

/// Whether a request reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// It may change something.
    Write,
}

/// Which door a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// Authentication is switched off for everything.
    Off,
    /// Authentication is skipped on this path.
    Bypass,
    /// A request without a credential passes as nobody.
    Public,
    /// A valid credential is needed.
    Protected,
}

/// Whether a request reads or writes, by its method and the table of exceptions below.
///
/// `query` is the query as it came: Git tells in it for what it asks. A method that is not known
/// to be safe writes, unless the table names the request exactly.
pub fn effect(kind: ProductKind, method: &Method, path: &Path, query: Option<&str>) -> Effect {
    let segments: Vec<&str> = path.segments().collect();
    if method.is_safe() {
        let folded: Vec<String> = segments.iter().map(|one| one.to_lowercase()).collect();
        let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
        return if writes_by_reading(kind, &folded, query) {
            Effect::Write
        } else {
            Effect::Read
        };
    }
    if method.as_str() == "POST" && !path.has_trailing_slash() && reads_by_posting(kind, &segments)
    {
        return Effect::Read;
    }
    Effect::Write
}

/// Whether the path is one that Git and its large-file storage use.
pub fn speaks_git(kind: ProductKind, path: &Path) -> bool {
    kind == ProductKind::Bitbucket && path.segments().next() == Some("scm")
}

/// `POST` requests that only ask.
fn reads_by_posting(kind: ProductKind, segments: &[&str]) -> bool {
    match kind {
        ProductKind::Jira => matches!(
            segments,
            ["rest", "api", "2" | "latest", "search"]
                | [
                    "rest",
                    "api",
                    "2" | "latest",
                    "expression" | "permissions",
                    _
                ]
        ),
        ProductKind::Confluence => {
            matches!(segments, ["rest", "api", "contentbody", "convert", ..])
        }
        ProductKind::Bitbucket => matches!(
            segments,
            ["rest", "search", "1.0" | "latest", "search"]
                | ["scm", .., "git-upload-pack"]
                | ["scm", .., "info", "lfs", "objects", "batch"]
                | ["scm", .., "info", "lfs", "locks", "verify"]
        ),
    }
}

/// `GET` requests that change something; compared without case.
fn writes_by_reading(kind: ProductKind, segments: &[&str], query: Option<&str>) -> bool {
    let last = segments.last().copied().unwrap_or_default();
    match kind {
        // Actions of the web pages: those that only show something are named.
        ProductKind::Jira => {
            let action = last.split('!').next().unwrap_or_default();
            let action = action.strip_suffix(".jspa").unwrap_or(action);
            (last.contains(".jspa") || (segments.first() == Some(&"secure") && last.contains('!')))
                && !matches!(
                    action,
                    "dashboard" | "browseprojects" | "rapidboard" | "viewprofile"
                )
                || last.contains("logout")
        }
        ProductKind::Confluence => {
            let shows = ["view", "show", "search", "list", "diff"];
            last.contains("logout")
                || (last.contains(".action") && !shows.iter().any(|word| last.starts_with(word)))
        }
        ProductKind::Bitbucket => {
            let pushes = query.is_some_and(|query| {
                // The name may come encoded; what stands for it is the service.
                decoded(query).contains("receive-pack")
            });
            last.contains("logout")
                || last.contains("git-receive-pack")
                || (segments.ends_with(&["info", "refs"]) && pushes)
        }
    }
}

fn decoded(query: &str) -> String {
    percent_encoding::percent_decode_str(query)
        .decode_utf8_lossy()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(kind: ProductKind, request: &str) -> Effect {
        let (method, target) = request.split_once(' ').unwrap();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        effect(
            kind,
            &Method::parse(method).unwrap(),
            &Path::parse(path).unwrap(),
            query,
        )
    }

    #[test]
    fn both_sides_of_the_table() {
        use ProductKind::{Bitbucket, Confluence, Jira};
        let reads = [
            (Jira, "GET /rest/api/2/issue/A-1"),
            (Jira, "HEAD /rest/api/2/myself"),
            (Jira, "OPTIONS /rest/api/2/issue"),
            (Jira, "POST /rest/api/2/search"),
            (Jira, "POST /rest/api/latest/search"),
            (Confluence, "GET /rest/api/content"),
            (Confluence, "GET /pages/viewpage.action?pageId=1"),
            (Confluence, "POST /rest/api/contentbody/convert/view"),
            (
                Bitbucket,
                "GET /scm/p/r.git/info/refs?service=git-upload-pack",
            ),
            (Bitbucket, "POST /scm/p/r.git/git-upload-pack"),
            (Bitbucket, "POST /scm/p/r.git/info/lfs/objects/batch"),
        ];
        for (kind, request) in reads {
            assert_eq!(is(kind, request), Effect::Read, "{request}");
        }
        let writes = [
            (Jira, "POST /rest/api/2/issue"),
            (Jira, "PUT /rest/api/2/issue/A-1"),
            (Jira, "DELETE /rest/api/2/issue/A-1"),
            (Jira, "PATCH /rest/api/2/search"),
            (Jira, "POST /rest/api/2/search/"),
            (Jira, "POST /REST/api/2/search"),
            (Jira, "PROPFIND /rest/api/2/issue"),
            (Jira, "GET /secure/Logout!default.jspa"),
            (Jira, "GET /secure/DeleteIssue.jspa"),
            (Confluence, "POST /rest/api/content"),
            (Confluence, "GET /pages/doremovepage.action"),
            (Confluence, "POST /rest/api/2/search"),
            (
                Bitbucket,
                "GET /scm/p/r.git/info/refs?service=git-receive-pack",
            ),
            (
                Bitbucket,
                "GET /scm/p/r.git/info/refs?service=git%2Dreceive-pack",
            ),
            (Bitbucket, "POST /scm/p/r.git/git-receive-pack"),
            (Bitbucket, "PUT /scm/p/r.git/info/lfs/objects/1"),
            (Bitbucket, "POST /rest/api/1.0/projects"),
        ];
        for (kind, request) in writes {
            assert_eq!(is(kind, request), Effect::Write, "{request}");
        }
    }
}
