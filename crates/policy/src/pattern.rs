//! Patterns of paths: anchored, `*` is one segment, `**` any number of them.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use crate::{Method, Path};

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// It does not begin with a slash behind the methods.
    #[error("the path of a pattern begins with a slash")]
    NoSlash,
    /// A star is part of a segment.
    #[error("a star stands for a whole segment: {0}")]
    PartOfSegment(String),
    /// A segment could not be one of a path.
    #[error("no path has such a segment: {0}")]
    Segment(String),
    /// A method is not one that is passed on.
    #[error("not a method: {0}")]
    Method(String),
    /// The query is never compared.
    #[error("a pattern has no query")]
    Query,
}

/// A compiled pattern, as `GET,POST /rest/api/2/issue/**`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    methods: Vec<Method>,
    parts: Vec<Part>,
    /// `parts` without a segment that only names a version, in small letters.
    unversioned: Vec<Part>,
    trailing_slash: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal { exact: String, folded: String },
    One,
    Any,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let (methods, path) = match text.split_once(' ') {
            Some((methods, path)) if !text.starts_with('/') => {
                (parse_methods(methods)?, path.trim_start())
            }
            Some(_) | None => (Vec::new(), text),
        };
        let rest = path.strip_prefix('/').ok_or(PatternError::NoSlash)?;
        if rest.contains(['?', '#']) {
            return Err(PatternError::Query);
        }
        let (rest, trailing_slash) = match rest.strip_suffix('/') {
            Some(cut) => (cut, true),
            None => (rest, rest.is_empty()),
        };
        let mut parts = Vec::new();
        for segment in rest.split('/').filter(|_| !rest.is_empty()) {
            parts.push(parse_part(segment)?);
        }
        let unversioned = without_version(&parts, |part| match part {
            Part::Literal { folded, .. } => Some(folded.as_str()),
            Part::One | Part::Any => None,
        });
        Ok(Self {
            text: text.to_owned(),
            methods,
            parts,
            unversioned,
            trailing_slash,
        })
    }

    /// Whether a request matches exactly: for what permits.
    pub fn permits(&self, method: &Method, path: &Path) -> bool {
        let slash_fits = self.trailing_slash == path.has_trailing_slash()
            || matches!(self.parts.last(), Some(Part::Any));
        self.has_method(method)
            && slash_fits
            && matches(
                &self.parts,
                &path.segments().collect::<Vec<_>>(),
                |part, segment| match part {
                    Part::Literal { exact, .. } => exact == segment,
                    Part::One | Part::Any => true,
                },
            )
    }

    /// Whether a request could reach what the pattern means: for what restricts. Case, a version's
    /// alias, a suffix that names a format, a trailing slash and an encoded slash make no
    /// difference.
    pub fn restricts(&self, method: &Method, path: &Path) -> bool {
        if !self.has_method(method) {
            return false;
        }
        let folded: Vec<String> = path
            .segments()
            .flat_map(|segment| segment.split('/'))
            .map(str::to_lowercase)
            .collect();
        let mut plain: Vec<&str> = folded.iter().map(String::as_str).collect();
        if self.reaches(&plain) {
            return true;
        }
        let Some(stem) = plain.last().copied().and_then(without_suffix) else {
            return false;
        };
        plain.pop();
        plain.push(stem);
        self.reaches(&plain)
    }

    /// Whether the pattern names methods that lack this one.
    fn has_method(&self, method: &Method) -> bool {
        self.methods.is_empty()
            || self.methods.contains(method)
            // A product answers HEAD by doing GET.
            || (method.as_str() == "HEAD" && self.methods.iter().any(|one| one.as_str() == "GET"))
    }

    fn reaches(&self, segments: &[&str]) -> bool {
        let fits = |part: &Part, segment: &str| match part {
            Part::Literal { folded, .. } => folded == segment,
            Part::One | Part::Any => true,
        };
        matches(&self.parts, segments, fits)
            || matches(
                &self.unversioned,
                &without_version(segments, |segment| Some(*segment)),
                fits,
            )
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn parse_methods(text: &str) -> Result<Vec<Method>, PatternError> {
    text.split(',')
        .map(|method| Method::parse(method).map_err(|_| PatternError::Method(method.to_owned())))
        .collect()
}

fn parse_part(segment: &str) -> Result<Part, PatternError> {
    match segment {
        "*" => Ok(Part::One),
        "**" => Ok(Part::Any),
        _ if segment.contains('*') => Err(PatternError::PartOfSegment(segment.to_owned())),
        _ => {
            // People write names as they read them; escapes are taken as well.
            let as_it_is = |character: char| {
                character.is_ascii_alphanumeric()
                    || (character.is_ascii_punctuation() && !"\"#<>?^`{|}".contains(character))
            };
            let mut encoded = String::with_capacity(segment.len());
            for character in segment.chars() {
                if as_it_is(character) {
                    encoded.push(character);
                } else {
                    encoded.extend(utf8_percent_encode(
                        character.encode_utf8(&mut [0; 4]),
                        NON_ALPHANUMERIC,
                    ));
                }
            }
            let path = Path::parse(&format!("/{encoded}"))
                .map_err(|_| PatternError::Segment(segment.to_owned()))?;
            let exact = path
                .segments()
                .next()
                .ok_or_else(|| PatternError::Segment(segment.to_owned()))?
                .to_owned();
            Ok(Part::Literal {
                folded: exact.to_lowercase(),
                exact,
            })
        }
    }
}

/// Compares with one row of the table of all splits, so that no pattern is slow.
fn matches<S: AsRef<str>>(
    parts: &[Part],
    segments: &[S],
    fits: impl Fn(&Part, &str) -> bool,
) -> bool {
    let mut row = vec![false; segments.len() + 1];
    row[0] = true;
    for part in parts {
        match part {
            Part::Any => {
                let mut reached = false;
                for cell in &mut row {
                    reached |= *cell;
                    *cell = reached;
                }
            }
            Part::Literal { .. } | Part::One => {
                for index in (1..row.len()).rev() {
                    row[index] = row[index - 1] && fits(part, segments[index - 1].as_ref());
                }
                row[0] = false;
            }
        }
    }
    row.last().copied().unwrap_or(false)
}

/// `/rest/api/2/issue` without the version: products serve it under several names.
fn without_version<T: Clone>(segments: &[T], text: impl Fn(&T) -> Option<&str>) -> Vec<T> {
    let versioned = segments.first().and_then(&text) == Some("rest")
        && segments.get(2).and_then(&text).is_some_and(is_version);
    segments
        .iter()
        .enumerate()
        .filter(|(index, _)| !(versioned && *index == 2))
        .map(|(_, segment)| segment.clone())
        .collect()
}

fn is_version(segment: &str) -> bool {
    segment == "latest"
        || segment
            .split('.')
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn without_suffix(segment: &str) -> Option<&str> {
    let (stem, suffix) = segment.rsplit_once('.')?;
    let is_suffix =
        (1..=5).contains(&suffix.len()) && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_suffix && !stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(text: &str) -> (Method, Path) {
        let (method, path) = text.split_once(' ').unwrap();
        (Method::parse(method).unwrap(), Path::parse(path).unwrap())
    }

    fn permits(pattern: &str, text: &str) -> bool {
        let (method, path) = request(text);
        Pattern::parse(pattern).unwrap().permits(&method, &path)
    }

    fn restricts(pattern: &str, text: &str) -> bool {
        let (method, path) = request(text);
        Pattern::parse(pattern).unwrap().restricts(&method, &path)
    }

    #[test]
    fn stars_are_one_segment_or_any_number() {
        assert!(permits("/rest/api/content/**", "GET /rest/api/content"));
        assert!(permits(
            "/rest/api/content/**",
            "GET /rest/api/content/1/child/page"
        ));
        assert!(permits("/**/repos", "GET /rest/api/1.0/repos"));
        assert!(permits("/rest/*/1.0/repos", "GET /rest/api/1.0/repos"));
        assert!(!permits("/rest/*/repos", "GET /rest/api/1.0/repos"));
        assert!(!permits("/rest/api", "GET /rest/api/2"));
        assert!(!permits("/rest/api/*", "GET /rest/api"));
        assert!(permits("/**", "DELETE /"));
        assert!(permits("/", "GET /"));
    }

    #[test]
    fn methods_may_lead_and_head_is_get() {
        assert!(permits(
            "GET /rest/api/2/serverInfo",
            "HEAD /rest/api/2/serverInfo"
        ));
        assert!(!permits(
            "GET /rest/api/2/serverInfo",
            "POST /rest/api/2/serverInfo"
        ));
        assert!(permits("GET,POST /x", "POST /x"));
        assert!(permits("/x", "PURGE /x"));
    }

    #[test]
    fn what_permits_is_exact() {
        for other in [
            "GET /REST/api/2/serverInfo",
            "GET /rest/api/latest/serverInfo",
            "GET /rest/api/2/serverInfo/",
            "GET /rest/api/2/serverInfo.json",
            "GET /rest/api/2/serverInfo%23/public",
            "GET /rest/api/2/serverinfo",
        ] {
            assert!(!permits("/rest/api/2/serverInfo", other), "{other}");
        }
        assert!(permits(
            "/rest/api/2/serverInfo",
            "GET /%72est/api/2/serverInfo"
        ));
    }

    #[test]
    fn what_restricts_is_not_talked_around() {
        for other in [
            "GET /rest/api/2/user",
            "GET /REST/Api/2/USER",
            "GET /rest/api/latest/user",
            "GET /rest/api/2.0/user",
            "GET /rest/api/02/user",
            "GET /rest/api/3/user",
            "GET /rest/api/user",
            "GET /rest/api/2/user/",
            "GET /rest/api/2/user.json",
            "GET /rest/api/latest/user.xml",
            "GET /rest%2Fapi/2/user",
            "HEAD /rest/api/2/user",
        ] {
            assert!(restricts("GET /rest/api/2/user", other), "{other}");
        }
        for other in [
            "GET /rest/api/2/users",
            "GET /rest/api/2/user/search",
            "POST /rest/api/2/user",
        ] {
            assert!(!restricts("GET /rest/api/2/user", other), "{other}");
        }
        assert!(restricts(
            "/rest/api/content/**",
            "GET /rest/api/latest/content/1"
        ));
        assert!(restricts("/rest/api/*/repos", "GET /rest/api/latest/repos"));
        assert!(restricts(
            "/rest/api/content/*",
            "GET /rest/api/content/1.json"
        ));
    }

    #[test]
    fn refuses_what_is_no_pattern() {
        for wrong in [
            "rest/api",
            "/rest/api*",
            "/rest/***",
            "get /x",
            "/x?y=1",
            "/a/../b",
            "//a",
            "",
            "GET",
            "/a;b",
            "/a%2",
            "CONNECT /x",
        ] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
        assert!(permits("/a b/\u{e4}", "GET /a%20b/%C3%A4"));
        assert!(permits("/a%20b", "GET /a%20b"));
    }

    proptest! {
        #[test]
        fn what_permits_also_restricts(
            pattern in "(/(rest|api|2|a\\.json|\\*|\\*\\*)){1,5}",
            path in "(/(rest|api|2|latest|a\\.json|A)){1,6}/?",
        ) {
            let pattern = Pattern::parse(&pattern).unwrap();
            let (method, path) = (Method::parse("GET").unwrap(), Path::parse(&path).unwrap());
            if pattern.permits(&method, &path) {
                prop_assert!(pattern.restricts(&method, &path));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), tail in "\\PC*") {
            let _ = Pattern::parse(&text);
            let _ = Pattern::parse(&format!("GET /{tail}"));
        }
    }
}
