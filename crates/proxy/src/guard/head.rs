//! The head of an HTTP/1 request, judged as bytes.
//!
//! hyper reads leniently where RFC 9112 lets it, and does not show what it dropped: a
//! `Content-Length` beside a `Transfer-Encoding`, a fragment, a bare line feed. Another reader
//! before or behind us could understand such a request differently, so it goes no further.

use std::str;

/// How the body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes follow; none if 0.
    Length(u64),
    /// Chunks follow.
    Chunked,
}

/// Why a head goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Two readers could understand it differently. The text is for the log.
    Malformed(&'static str),
    /// It is longer than the limit.
    TooLarge(&'static str),
}

/// Judges a whole head: from the method to the empty line, both included.
pub(super) fn inspect(head: &[u8], most_headers: usize) -> Result<Framing, Fault> {
    let mut lines = Lines { rest: head };
    let version = request_line(lines.next()?)?;
    let mut length = None;
    let mut chunked = false;
    let mut hosts = 0_usize;
    let mut count = 0_usize;
    loop {
        let line = lines.next()?;
        if line.is_empty() {
            break;
        }
        count += 1;
        if count > most_headers {
            return Err(Fault::TooLarge("too many headers"));
        }
        let (name, value) = header(line)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            if length.is_some() {
                return Err(Fault::Malformed("two Content-Length"));
            }
            length = Some(number(value)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if chunked {
                return Err(Fault::Malformed("two Transfer-Encoding"));
            }
            if !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Fault::Malformed("Transfer-Encoding is not chunked"));
            }
            chunked = true;
        } else if name.eq_ignore_ascii_case(b"host") {
            hosts += 1;
        }
    }
    if !lines.rest.is_empty() {
        return Err(Fault::Malformed("bytes behind the head"));
    }
    if hosts != 1 {
        return Err(Fault::Malformed("not exactly one Host"));
    }
    match (chunked, length) {
        (true, Some(_)) => Err(Fault::Malformed("Content-Length beside Transfer-Encoding")),
        (true, None) if version == Version::Http10 => {
            Err(Fault::Malformed("Transfer-Encoding in HTTP/1.0"))
        }
        (true, None) => Ok(Framing::Chunked),
        (false, length) => Ok(Framing::Length(length.unwrap_or(0))),
    }
}

#[derive(PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    /// The next line without its CRLF. A line feed or carriage return of its own is refused.
    fn next(&mut self) -> Result<&'a [u8], Fault> {
        let end = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or(Fault::Malformed("a line without an end"))?;
        let line = self.rest[..end]
            .strip_suffix(b"\r")
            .ok_or(Fault::Malformed("a line feed of its own"))?;
        if line.contains(&b'\r') {
            return Err(Fault::Malformed("a carriage return of its own"));
        }
        self.rest = &self.rest[end + 1..];
        Ok(line)
    }
}

fn request_line(line: &[u8]) -> Result<Version, Fault> {
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::Malformed("a request line of other than three parts"));
    };
    if method.is_empty() || !method.iter().copied().all(is_token) {
        return Err(Fault::Malformed("a method with other than letters"));
    }
    if target.is_empty() || !target.iter().all(u8::is_ascii_graphic) {
        return Err(Fault::Malformed("a target with bytes that must be encoded"));
    }
    if target.iter().any(|byte| matches!(byte, b'#' | b'\\')) {
        return Err(Fault::Malformed("a fragment or a backslash in the target"));
    }
    match version {
        b"HTTP/1.1" => Ok(Version::Http11),
        b"HTTP/1.0" => Ok(Version::Http10),
        _ => Err(Fault::Malformed("another version of HTTP")),
    }
}

fn header(line: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let colon = line
        .iter()
        .position(|byte| *byte == b':')
        .ok_or(Fault::Malformed("a header without a colon"))?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    // White space is no token: this also refuses folded lines and space before the colon.
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(Fault::Malformed("a header name that is none"));
    }
    if value
        .iter()
        .any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f)
    {
        return Err(Fault::Malformed("a control character in a header"));
    }
    Ok((name, value.trim_ascii()))
}

fn number(value: &[u8]) -> Result<u64, Fault> {
    let malformed = Fault::Malformed("a Content-Length that is no number");
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(malformed);
    }
    str::from_utf8(value)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or(malformed)
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(head: &str) -> Result<Framing, Fault> {
        inspect(head.as_bytes(), 10)
    }

    fn refused(head: &str) -> bool {
        matches!(framing(head), Err(Fault::Malformed(_)))
    }

    #[test]
    fn everyday_heads_pass() {
        let get = "GET /rest/a%20b?x=%C3%A4 HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n";
        assert_eq!(framing(get), Ok(Framing::Length(0)));
        let put = "PUT / HTTP/1.1\r\nHost: h\r\ncontent-length:  12 \r\n\r\n";
        assert_eq!(framing(put), Ok(Framing::Length(12)));
        let post = "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nHost: h\r\n\r\n";
        assert_eq!(framing(post), Ok(Framing::Chunked));
        assert_eq!(
            framing("GET / HTTP/1.0\r\nHost: h\r\n\r\n"),
            Ok(Framing::Length(0))
        );
    }

    #[test]
    fn a_body_that_two_readers_could_frame_differently_is_refused() {
        for headers in [
            "Content-Length: 6\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 6",
            "Content-Length: 3\r\nContent-Length: 3",
            "Content-Length: 3, 3",
            "Content-Length: +3",
            "Content-Length:",
            "Content-Length: -1",
            "Content-Length: 0x3",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: \x0bchunked",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked\0",
        ] {
            assert!(
                refused(&format!("POST / HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n")),
                "{headers}"
            );
        }
        assert!(refused(
            "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        ));
    }

    #[test]
    fn lines_and_names_are_read_strictly() {
        for head in [
            "GET / HTTP/1.1\nHost: h\n\n",
            "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-User\t: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /#f HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /\u{e9} HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
            "GET /\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        ] {
            assert!(refused(head), "{head:?}");
        }
    }

    #[test]
    fn too_many_headers_are_too_large() {
        let many = "X: y\r\n".repeat(11);
        let head = format!("GET / HTTP/1.1\r\nHost: h\r\n{many}\r\n");
        assert!(matches!(framing(&head), Err(Fault::TooLarge(_))));
    }
}
