//! The path of a request, judged on a canonical copy.
//!
//! Two servers may read one path differently: one decodes twice, one merges slashes, one cuts
//! parameters behind `;`. Where such readings could differ the path is refused, never repaired,
//! so that what is judged here and what the product does are the same. The bytes that came are
//! the bytes that go on.

use std::fmt;

use thiserror::Error;

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    NoSlash,
    /// It holds a character that must be percent-encoded.
    #[error("the path holds a character that must be percent-encoded")]
    BareCharacter,
    /// A percent sign is not followed by two hexadecimal digits.
    #[error("a percent sign is not followed by two hexadecimal digits")]
    BrokenEscape,
    /// A control character is encoded in it.
    #[error("a control character is encoded in the path")]
    ControlCharacter,
    /// A slash is encoded where no rule says that it is data.
    #[error("a slash is encoded in the path")]
    EncodedSlash,
    /// It holds a backslash, encoded or not.
    #[error("the path holds a backslash")]
    Backslash,
    /// It holds path parameters.
    #[error("the path holds parameters behind a semicolon")]
    Parameters,
    /// It holds `.` or `..` as a segment.
    #[error("the path holds a dot segment")]
    DotSegment,
    /// It holds two slashes in a row.
    #[error("the path holds two slashes in a row")]
    EmptySegment,
    /// What is decoded is an escape again.
    #[error("the path is encoded twice")]
    DoubleEncoding,
    /// What is decoded is not UTF-8.
    #[error("the path is not UTF-8")]
    NotUtf8,
    /// The product would rewrite it to a path that was not judged.
    #[error("the path is one that the product rewrites to another")]
    Rewritten,
}

/// A path that every reader understands alike, decoded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    raw: String,
    segments: Vec<Segment>,
    trailing_slash: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    text: String,
    /// Where the slash before the segment stands in `raw`.
    slash: usize,
}

impl Path {
    /// Reads the path of a request as it came, without the query.
    ///
    /// An encoded slash is read as data; whether it may be is asked with
    /// [`Path::has_encoded_slash`], and [`crate::decide`] refuses it where no rule allows it.
    pub fn parse(raw: &str) -> Result<Self, PathError> {
        let rest = raw.strip_prefix('/').ok_or(PathError::NoSlash)?;
        let mut segments = Vec::new();
        let mut slash = 0;
        let mut trailing_slash = false;
        let mut parts = rest.split('/').peekable();
        while let Some(part) = parts.next() {
            if part.is_empty() {
                // Only the last part may be empty: the path ends with its slash.
                if parts.peek().is_some() {
                    return Err(PathError::EmptySegment);
                }
                trailing_slash = true;
            } else {
                segments.push(Segment {
                    text: decode(part)?,
                    slash,
                });
            }
            slash += part.len() + 1;
        }
        Ok(Self {
            raw: raw.to_owned(),
            segments,
            trailing_slash,
        })
    }

    /// The decoded segments.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        self.segments.iter().map(|segment| segment.text.as_str())
    }

    /// Whether it ends with a slash.
    pub fn has_trailing_slash(&self) -> bool {
        self.trailing_slash
    }

    /// Whether a segment holds a slash that came encoded.
    pub fn has_encoded_slash(&self) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.text.contains('/'))
    }

    /// The bytes that came.
    pub fn as_received(&self) -> &str {
        &self.raw
    }

    /// What stands behind a prefix that ends at a segment boundary, if the path begins with it.
    pub fn strip_prefix<T: AsRef<str>>(&self, prefix: &[T]) -> Option<Self> {
        let fits = prefix.len() <= self.segments.len()
            && prefix
                .iter()
                .zip(self.segments())
                .all(|(want, have)| want.as_ref() == have);
        if !fits {
            return None;
        }
        let cut = match self.segments.get(prefix.len()) {
            Some(segment) => segment.slash,
            None => self.raw.len() - usize::from(self.trailing_slash),
        };
        Some(Self {
            raw: self.raw.get(cut..)?.to_owned(),
            segments: self.segments[prefix.len()..]
                .iter()
                .map(|segment| Segment {
                    text: segment.text.clone(),
                    slash: segment.slash - cut,
                })
                .collect(),
            trailing_slash: self.trailing_slash,
        })
    }

    /// Whether the product would serve another path than this one: `/s/…/_/…` is Atlassian's
    /// rewrite for static resources and reaches any path behind the underscore.
    pub fn is_rewritten(&self) -> bool {
        let mut segments = self.segments();
        if !segments
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case("s"))
        {
            return false;
        }
        let rest: Vec<&str> = segments.collect();
        rest.iter().enumerate().any(|(index, segment)| {
            *segment == "_"
                && !rest
                    .get(index + 1)
                    .is_some_and(|next| matches!(*next, "download" | "images" | "styles"))
        })
    }
}

impl fmt::Display for Path {
    /// The canonical copy.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.segments() {
            write!(formatter, "/{segment}")?;
        }
        if self.trailing_slash || self.segments.is_empty() {
            formatter.write_str("/")?;
        }
        Ok(())
    }
}

fn decode(part: &str) -> Result<String, PathError> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut left = part.bytes();
    while let Some(byte) = left.next() {
        let decoded = match byte {
            b'%' => {
                let high = left.next().and_then(hex).ok_or(PathError::BrokenEscape)?;
                let low = left.next().and_then(hex).ok_or(PathError::BrokenEscape)?;
                high * 16 + low
            }
            b';' => return Err(PathError::Parameters),
            b'\\' => return Err(PathError::Backslash),
            // What Tomcat refuses in a request target, and a bare byte beyond ASCII.
            0..=b' '
            | 0x7f..
            | b'"'
            | b'#'
            | b'<'
            | b'>'
            | b'?'
            | b'^'
            | b'`'
            | b'{'
            | b'|'
            | b'}' => return Err(PathError::BareCharacter),
            _ => byte,
        };
        if decoded == b'\\' {
            return Err(PathError::Backslash);
        }
        bytes.push(decoded);
    }
    check(String::from_utf8(bytes).map_err(|_| PathError::NotUtf8)?)
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn check(text: String) -> Result<String, PathError> {
    if text.chars().any(char::is_control) {
        return Err(PathError::ControlCharacter);
    }
    let escape_left = text
        .as_bytes()
        .windows(3)
        .any(|window| window[0] == b'%' && hex(window[1]).is_some() && hex(window[2]).is_some());
    if escape_left {
        return Err(PathError::DoubleEncoding);
    }
    // A slash that came encoded may be data, but not a way to an empty or a dot segment.
    for part in text.split('/') {
        let name = part.split(';').next().unwrap_or_default();
        if matches!(name, "." | "..") {
            return Err(PathError::DotSegment);
        }
        if part.is_empty() {
            return Err(PathError::EncodedSlash);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
