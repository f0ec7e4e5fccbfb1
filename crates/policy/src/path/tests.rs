use proptest::prelude::*;

use super::*;

fn canonical(raw: &str) -> Result<String, PathError> {
    Path::parse(raw).map(|path| path.to_string())
}

#[test]
fn refuses_what_two_readers_could_understand_differently() {
    let table: &[(&str, &[&str], PathError)] = &[
        (
            "P1, P2, P3",
            &[
                "/rest/public/../api/2/user",
                "/rest/public/%2e%2e/api/2/user",
                "/rest/public/%2E./api",
                "/rest/public/.%2e/api",
                "/rest/api/2/user/.",
                "/rest/public/..%3b/api",
                "/rest/..%2fapi",
            ],
            PathError::DotSegment,
        ),
        (
            "P3, P4",
            &[
                "/rest/public/..;/api/2/user",
                "/rest;a=b/api/2/user",
                "/rest/api;jsessionid=1/2/user",
                "/rest/api/2/user;.css",
                "/rest/public/.;/..;/api",
            ],
            PathError::Parameters,
        ),
        (
            "P5",
            &[
                "//rest/api/2/user",
                "/rest//api/2/user",
                "///",
                "/rest/api//",
            ],
            PathError::EmptySegment,
        ),
        (
            "P6",
            &[
                "/rest%5capi",
                "/rest\\api",
                "/rest/public/..%5capi",
                "/a%5C",
            ],
            PathError::Backslash,
        ),
        (
            "P8",
            &[
                "/rest/public/%252e%252e/api/2/user",
                "/%25%32%65",
                "/a%2525b",
                "/50%25ab",
            ],
            PathError::DoubleEncoding,
        ),
        (
            "P10",
            &["/rest/api/2/user#/public", "/a b", "/a?b"],
            PathError::BareCharacter,
        ),
        (
            "P12 control",
            &[
                "/rest/api%00/2/user",
                "/rest/api/2/user%00.json",
                "/a%0d%0a",
                "/a%09",
                "/a%7f",
            ],
            PathError::ControlCharacter,
        ),
        (
            "P12 escape",
            &["/rest/%zz", "/a%", "/a%2", "/a%+1", "/%u002e"],
            PathError::BrokenEscape,
        ),
        (
            "P12 bytes",
            &["/rest/\u{e9}", "/a\u{0}"],
            PathError::BareCharacter,
        ),
        (
            "P12 overlong",
            &["/%c0%af", "/%ff", "/%e9"],
            PathError::NotUtf8,
        ),
        (
            "P18",
            &["rest/api", "*", "", "http://evil/rest"],
            PathError::NoSlash,
        ),
        (
            "encoded slash at an end",
            &["/a%2f", "/%2fa", "/a%2f%2fb"],
            PathError::EncodedSlash,
        ),
    ];
    for (row, targets, reason) in table {
        for target in *targets {
            assert_eq!(canonical(target), Err(*reason), "{row}: {target}");
        }
    }
}

#[test]
fn everyday_names_pass_and_are_decoded_once() {
    let table = [
        ("/%72est/%61pi/2/user", "/rest/api/2/user"),
        (
            "/secure/attachment/1/My%20file%20%C3%A4.pdf",
            "/secure/attachment/1/My file \u{e4}.pdf",
        ),
        ("/a%3Bb", "/a;b"),
        ("/a%2Etxt", "/a.txt"),
        ("/100%25", "/100%"),
        ("/rest/api/2/user%23/public", "/rest/api/2/user#/public"),
        ("/rest/api/2/user%3f/public", "/rest/api/2/user?/public"),
        ("/~fred/a+b@c:d!$&'()*,=[x]", "/~fred/a+b@c:d!$&'()*,=[x]"),
        ("/...", "/..."),
        ("/", "/"),
        ("/rest/", "/rest/"),
    ];
    for (raw, want) in table {
        assert_eq!(canonical(raw).as_deref(), Ok(want), "{raw}");
    }
}

#[test]
fn an_encoded_slash_is_noticed() {
    assert!(Path::parse("/projects/a%2Fb").unwrap().has_encoded_slash());
    assert!(!Path::parse("/projects/a/b").unwrap().has_encoded_slash());
}

#[test]
fn a_prefix_ends_at_a_segment_boundary_and_the_rest_keeps_its_bytes() {
    let rest = |raw: &str, prefix: &[&str]| {
        Path::parse(raw)
            .unwrap()
            .strip_prefix(prefix)
            .map(|path| path.as_received().to_owned())
    };
    assert_eq!(
        rest("/jira/rest/My%20a", &["jira"]).as_deref(),
        Some("/rest/My%20a")
    );
    assert_eq!(rest("/%6aira/rest", &["jira"]).as_deref(), Some("/rest"));
    assert_eq!(rest("/jira", &["jira"]).as_deref(), Some(""));
    assert_eq!(rest("/jira/", &["jira"]).as_deref(), Some("/"));
    assert_eq!(rest("/", &[]).as_deref(), Some("/"));
    assert_eq!(rest("/jirax/rest", &["jira"]), None);
    assert_eq!(rest("/JIRA/rest", &["jira"]), None);
    assert_eq!(rest("/", &["jira"]), None);
    let twice = Path::parse("/a/b/c/d")
        .unwrap()
        .strip_prefix(&["a"])
        .unwrap();
    assert_eq!(twice.strip_prefix(&["b"]).unwrap().as_received(), "/c/d");
}

#[test]
fn the_static_resource_rewrite_reaches_assets_only() {
    for rewritten in [
        "/s/x/_/rest/api/2/user",
        "/s/x/y/_/WEB-INF/web.xml",
        "/S/x/_/rest",
        "/s/_",
    ] {
        assert!(
            Path::parse(rewritten).unwrap().is_rewritten(),
            "{rewritten}"
        );
    }
    for plain in [
        "/s/x/_/download/batch/a.css",
        "/s/x/_/images/a.png",
        "/rest/_/x",
        "/s/x",
    ] {
        assert!(!Path::parse(plain).unwrap().is_rewritten(), "{plain}");
    }
}

/// How Tomcat reads a path, written from its documentation and in its own order: parameters are
/// cut, escapes are decoded, slashes merged, dot segments resolved.
fn as_tomcat_reads_it(raw: &str) -> Option<String> {
    let without_parameters: Vec<&str> = raw
        .split('/')
        .map(|segment| segment.split(';').next().unwrap())
        .collect();
    let decoded = percent_encoding::percent_decode_str(&without_parameters.join("/"))
        .decode_utf8()
        .ok()?
        .replace('\\', "/");
    let mut kept: Vec<&str> = Vec::new();
    let mut last_is_directory = false;
    for segment in decoded.split('/').skip(1) {
        last_is_directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop()?;
            }
            name => kept.push(name),
        }
    }
    let slash = if last_is_directory && !kept.is_empty() {
        "/"
    } else {
        ""
    };
    Some(format!("/{}{slash}", kept.join("/")))
}

proptest! {
    #[test]
    fn what_is_not_refused_is_read_as_tomcat_reads_it(
        raw in "/([a-c./;\\\\]|%2[eEfF5]|%5[cC]|%3[bB]|%6[1-3]|%c3%a9|%20){0,12}"
    ) {
        if let Ok(path) = Path::parse(&raw) {
            if !path.has_encoded_slash() {
                prop_assert_eq!(Some(path.to_string()), as_tomcat_reads_it(&raw));
            }
            prop_assert_eq!(path.as_received(), raw.as_str());
        }
    }

    #[test]
    fn no_text_makes_it_panic(raw in any::<String>(), tail in "\\PC*") {
        let _ = Path::parse(&raw);
        let _ = Path::parse(&format!("/{tail}"));
    }
}
