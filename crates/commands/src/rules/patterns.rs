//! What a pattern of paths matches, shown by requests; and patterns that are often wanted.

use gatewright_policy::{Method, Path, Pattern};
use gatewright_wire::{CheckPattern, CheckedPattern, PatternPreset, PatternUse, ProductKind};

/// How many requests are shown on each side.
const SHOWN: usize = 5;

/// Tries a pattern on requests that people know, and on some that are made from it.
pub(super) fn check(kind: ProductKind, request: &CheckPattern) -> CheckedPattern {
    let pattern = match Pattern::parse(request.path.trim()) {
        Ok(pattern) => pattern,
        Err(error) => {
            return CheckedPattern {
                problem: crate::errors::sentence(&error.to_string()),
                matches: Vec::new(),
                others: Vec::new(),
                request_matches: None,
            };
        }
    };
    let fits = |text: &str| -> Option<bool> {
        let (method, path) = text.trim().split_once(' ')?;
        let path = path.split('?').next().unwrap_or_default();
        let (method, path) = (Method::parse(method).ok()?, Path::parse(path.trim()).ok()?);
        Some(match request.used_as {
            PatternUse::Public => pattern.restricts(&method, &path),
            PatternUse::Bypass => pattern.permits(&method, &path),
        })
    };
    let mut matches = Vec::new();
    let mut others = Vec::new();
    let made = made_from(request.path.trim());
    for text in made
        .iter()
        .map(String::as_str)
        .chain(known(kind).iter().copied())
    {
        match fits(text) {
            Some(true) if !matches.iter().any(|one| one == text) => matches.push(text.to_owned()),
            Some(false) if !others.iter().any(|one| one == text) => others.push(text.to_owned()),
            Some(_) | None => {}
        }
    }
    matches.truncate(SHOWN);
    others.truncate(SHOWN);
    CheckedPattern {
        problem: String::new(),
        matches,
        others,
        request_matches: fits(&request.request),
    }
}

/// Requests near to a pattern: as it is read, and as somebody would try to get around it.
fn made_from(text: &str) -> Vec<String> {
    let (methods, path) = match text.split_once(' ') {
        Some((methods, path)) if !text.starts_with('/') => (methods, path.trim()),
        Some(_) | None => ("", text),
    };
    let method = methods.split(',').next().unwrap_or_default();
    let method = if method.is_empty() { "GET" } else { method };
    let filled = |any: &str| -> String {
        let parts: Vec<&str> = path
            .split('/')
            .map(|part| match part {
                "*" => "example",
                "**" => any,
                _ => part,
            })
            .filter(|part| *part != "-")
            .collect();
        parts.join("/")
    };
    let plain = filled("-");
    let deep = filled("1/example");
    let mut made = vec![format!("{method} {plain}")];
    if path.contains("**") {
        made.push(format!("{method} {deep}"));
    }
    made.push(format!("{method} {}", deep.replace("/2/", "/latest/")));
    made.push(format!("{method} {}.json", plain.trim_end_matches('/')));
    made.push(format!("{method} {}", plain.to_uppercase()));
    made.push(format!("{method} {}/", plain.trim_end_matches('/')));
    if !methods.is_empty() {
        let other = if methods.split(',').any(|one| one == "DELETE") {
            "PATCH"
        } else {
            "DELETE"
        };
        made.push(format!("{other} {plain}"));
    }
    made.push(format!("{method} {}s", plain.trim_end_matches('/')));
    made
}

/// Requests of each kind of product that people know.
fn known(kind: ProductKind) -> &'static [&'static str] {
    match kind {
        ProductKind::Jira => &[
            "GET /rest/api/2/serverInfo",
            "GET /rest/api/2/myself",
            "GET /rest/api/2/issue/ABC-1",
            "POST /rest/api/2/issue",
            "GET /rest/api/2/search",
            "GET /rest/api/2/project",
            "GET /rest/api/2/user/picker",
            "GET /rest/agile/1.0/board",
            "GET /status",
            "GET /browse/ABC-1",
        ],
        ProductKind::Confluence => &[
            "GET /rest/api/content",
            "GET /rest/api/content/88211",
            "POST /rest/api/content",
            "GET /rest/api/search",
            "GET /rest/api/space",
            "GET /rest/api/user/current",
            "GET /status",
            "GET /pages/viewpage.action",
        ],
        ProductKind::Bitbucket => &[
            "GET /rest/api/1.0/repos",
            "GET /rest/api/latest/repos",
            "GET /rest/api/1.0/projects",
            "GET /rest/api/1.0/projects/ABC/repos/app/branches",
            "POST /rest/api/1.0/projects/ABC/repos",
            "GET /rest/api/1.0/users",
            "GET /scm/abc/app.git/info/refs",
            "GET /status",
        ],
    }
}

/// Patterns that are often wanted.
pub(super) fn presets() -> Vec<PatternPreset> {
    use PatternUse::{Bypass, Public};
    use ProductKind::{Bitbucket, Confluence, Jira};
    let presets = [
        (Jira, Public, "/rest/**", "The whole REST API"),
        (
            Jira,
            Public,
            "/rest/api/*/user/**",
            "People: look-up and pickers",
        ),
        (Jira, Public, "/rest/api/*/search", "Search of issues"),
        (Jira, Public, "/rest/api/*/project/**", "Projects"),
        (
            Jira,
            Bypass,
            "GET /status",
            "Health check for load balancers",
        ),
        (
            Jira,
            Bypass,
            "GET /rest/api/2/serverInfo",
            "Version and address of the server",
        ),
        (Confluence, Public, "/rest/**", "The whole REST API"),
        (
            Confluence,
            Public,
            "/rest/api/content/**",
            "Pages and attachments",
        ),
        (Confluence, Public, "/rest/api/search/**", "Search"),
        (Confluence, Public, "/rest/api/user/**", "People"),
        (
            Confluence,
            Bypass,
            "GET /status",
            "Health check for load balancers",
        ),
        (Bitbucket, Public, "/rest/**", "The whole REST API"),
        (
            Bitbucket,
            Public,
            "/rest/api/*/repos/**",
            "Repositories across projects",
        ),
        (Bitbucket, Public, "/rest/api/*/users/**", "People"),
        (Bitbucket, Public, "/scm/**", "Git over HTTP"),
        (
            Bitbucket,
            Bypass,
            "GET /status",
            "Health check for load balancers",
        ),
    ];
    presets
        .into_iter()
        .map(|(kind, used_as, path, says)| PatternPreset {
            kind,
            used_as,
            path: path.to_owned(),
            says: says.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(path: &str, used_as: PatternUse, request: &str) -> CheckedPattern {
        check(
            ProductKind::Jira,
            &CheckPattern {
                product: "jira".to_owned(),
                path: path.to_owned(),
                used_as,
                request: request.to_owned(),
            },
        )
    }

    #[test]
    fn what_restricts_is_shown_with_its_aliases_and_what_permits_without() {
        let latest = "GET /rest/api/latest/search";
        let public = checked("/rest/api/2/search", PatternUse::Public, latest);
        assert!(public.matches.iter().any(|one| one == latest), "{public:?}");
        assert_eq!(public.request_matches, Some(true));
        let bypass = checked("/rest/api/2/search", PatternUse::Bypass, latest);
        assert!(bypass.others.iter().any(|one| one == latest), "{bypass:?}");
        assert_eq!(bypass.request_matches, Some(false));
        assert_eq!(bypass.matches[0], "GET /rest/api/2/search");
    }

    #[test]
    fn a_method_that_is_left_out_is_shown_as_another() {
        let found = checked("GET /rest/api/2/project/**", PatternUse::Bypass, "nonsense");
        assert!(
            found
                .others
                .contains(&"DELETE /rest/api/2/project".to_owned()),
            "{found:?}"
        );
        assert_eq!(found.request_matches, None);
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        let found = checked("/rest/api*", PatternUse::Public, "");
        assert!(
            found
                .problem
                .starts_with("A star stands for a whole segment")
        );
    }

    #[test]
    fn every_preset_is_a_pattern_that_matches_something_known() {
        for preset in presets() {
            let found = check(
                preset.kind,
                &CheckPattern {
                    product: String::new(),
                    path: preset.path.clone(),
                    used_as: preset.used_as,
                    request: String::new(),
                },
            );
            assert_eq!(found.problem, "", "{}", preset.path);
            assert!(!found.matches.is_empty(), "{}", preset.path);
        }
    }
}
