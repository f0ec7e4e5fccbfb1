//! The end of a chunked body, found by the narrowest reading of RFC 9112 §7.1.

/// The longest line of a chunk's size with its extensions, and of a trailer.
const LONGEST_LINE: usize = 4096;
/// All lines of the trailers together.
const LONGEST_TRAILERS: usize = 16 * 1024;
/// Sixty-four bits would be sixteen digits; nobody sends a chunk of more than thirty-two.
const MOST_DIGITS: usize = 8;

/// Follows a chunked body byte by byte.
#[derive(Debug)]
pub(super) struct Chunks {
    state: State,
    line: usize,
    trailers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size { digits: usize, size: u64 },
    Extension { size: u64 },
    SizeEnd { size: u64 },
    Data { left: u64 },
    DataReturn,
    DataEnd,
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
    Done,
}

/// The body is framed in a way that two readers could understand differently.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadChunk;

impl Chunks {
    pub(super) fn new() -> Self {
        Self {
            state: State::Size { digits: 0, size: 0 },
            line: 0,
            trailers: 0,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// How many of the bytes belong to the body; fewer than all only at its end.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Result<usize, BadChunk> {
        let mut at = 0;
        while at < bytes.len() && !self.is_done() {
            if let State::Data { left } = self.state {
                let here = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len() - at);
                at += here;
                let left = left - here as u64;
                self.state = if left == 0 {
                    State::DataReturn
                } else {
                    State::Data { left }
                };
                continue;
            }
            self.state = self.step(bytes[at])?;
            at += 1;
        }
        Ok(at)
    }

    fn step(&mut self, byte: u8) -> Result<State, BadChunk> {
        match (self.state, byte) {
            (State::Size { digits, size }, _) if byte.is_ascii_hexdigit() => {
                if digits == MOST_DIGITS {
                    return Err(BadChunk);
                }
                let digit = char::from(byte).to_digit(16).ok_or(BadChunk)?;
                Ok(State::Size {
                    digits: digits + 1,
                    size: size * 16 + u64::from(digit),
                })
            }
            (State::Size { digits, size }, b';') if digits > 0 => {
                self.line = 0;
                Ok(State::Extension { size })
            }
            (State::Size { digits, size }, b'\r') if digits > 0 => Ok(State::SizeEnd { size }),
            (State::Extension { size }, b'\r') => Ok(State::SizeEnd { size }),
            (State::Extension { size }, _) => {
                self.printable(byte)?;
                Ok(State::Extension { size })
            }
            (State::SizeEnd { size: 0 }, b'\n') => Ok(State::TrailerStart),
            (State::SizeEnd { size }, b'\n') => Ok(State::Data { left: size }),
            (State::DataReturn, b'\r') => Ok(State::DataEnd),
            (State::DataEnd, b'\n') => Ok(State::Size { digits: 0, size: 0 }),
            (State::TrailerStart, b'\r') => Ok(State::LastEnd),
            (State::TrailerStart, b' ' | b'\t' | b':') => Err(BadChunk),
            (State::TrailerStart, _) => {
                self.line = 0;
                self.printable(byte)?;
                Ok(State::Trailer)
            }
            (State::Trailer, b'\r') => Ok(State::TrailerEnd),
            (State::Trailer, _) => {
                self.printable(byte)?;
                Ok(State::Trailer)
            }
            (State::TrailerEnd, b'\n') => {
                self.trailers += self.line;
                if self.trailers > LONGEST_TRAILERS {
                    Err(BadChunk)
                } else {
                    Ok(State::TrailerStart)
                }
            }
            (State::LastEnd, b'\n') => Ok(State::Done),
            (
                State::Size { .. }
                | State::SizeEnd { .. }
                | State::Data { .. }
                | State::DataReturn
                | State::DataEnd
                | State::TrailerEnd
                | State::LastEnd
                | State::Done,
                _,
            ) => Err(BadChunk),
        }
    }

    fn printable(&mut self, byte: u8) -> Result<(), BadChunk> {
        self.line += 1;
        let control = (byte < b' ' && byte != b'\t') || byte == 0x7f;
        if control || self.line > LONGEST_LINE {
            Err(BadChunk)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_however_the_bytes_are_cut() {
        let body = b"5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nX-Checksum: 1\r\n\r\nGET ";
        for cut in 0..body.len() {
            let mut chunks = Chunks::new();
            let first = chunks.follow(&body[..cut]).unwrap();
            let rest = chunks.follow(&body[first..]).unwrap();
            assert!(chunks.is_done());
            assert_eq!(first + rest, body.len() - 4);
        }
    }

    #[test]
    fn what_two_readers_could_frame_differently_is_refused() {
        for body in [
            "1;a=\nb\r\na\r\n0\r\n\r\n",
            "0x1\r\na\r\n",
            "00000000000000001\r\na",
            "1\na\n0\n\n",
            " 1\r\na\r\n",
            "1 \r\na\r\n",
            "\r\n",
            "1\r\nab\r\n",
            "+1\r\na\r\n",
            "0\r\n folded: x\r\n\r\n",
            "0\r\nx: \0\r\n\r\n",
        ] {
            assert_eq!(
                Chunks::new().follow(body.as_bytes()),
                Err(BadChunk),
                "{body:?}"
            );
        }
        let long = format!("1;{}", "a".repeat(LONGEST_LINE + 1));
        assert_eq!(Chunks::new().follow(long.as_bytes()), Err(BadChunk));
    }
}
