//! The words of a command line, as a shell of Unix or the command prompt of Windows splits them.

use gatewright_limits::count;
use std::iter::Peekable;
use std::str::Chars;

use thiserror::Error;

/// Why a command cannot be split into words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WordError {
    /// A quotation mark has no partner.
    #[error("a quotation mark is not closed: {quote}")]
    Unclosed {
        /// Which one.
        quote: char,
    },
    /// A variable of the shell, whose value is not known here.
    #[error("the command uses a variable of the shell: {name}")]
    Variable {
        /// Its name.
        name: String,
    },
    /// Something that the shell would run or look up.
    #[error("the command uses something that only a shell can do: {what}")]
    Shell {
        /// What.
        what: &'static str,
    },
    /// An escape that is none.
    #[error("an escape is not understood: {escape}")]
    Escape {
        /// Which one.
        escape: String,
    },
    /// The bytes make no text.
    #[error("the command has bytes that make no text")]
    NotText,
    /// There are too many words.
    #[error("the command has too many words")]
    TooMany,
}

/// The words of the first command, and whether something follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) words: Vec<String>,
    pub(crate) more: bool,
}

/// Splits a command into words. Nothing is expanded, run or looked up.
pub(crate) fn words(text: &str) -> Result<Words, WordError> {
    let text = text.trim();
    if is_windows(text) {
        return windows_words(text);
    }
    Unix {
        rest: text.chars().peekable(),
        words: Vec::new(),
        word: None,
    }
    .split()
}

/// Whether a caret stands outside of quotation marks where only the command prompt has one: at the
/// end of a line, or before a quotation mark.
fn is_windows(text: &str) -> bool {
    let mut quote = None;
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        match (quote, one) {
            (None | Some('"'), '\\') => {
                rest.next();
            }
            (None, '^') if matches!(rest.peek(), Some('\n' | '\r' | '"')) => return true,
            (None, '\'' | '"') => quote = Some(one),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    false
}

struct Unix<'a> {
    rest: Peekable<Chars<'a>>,
    words: Vec<String>,
    /// The word that is being read; an empty one in quotes is a word too.
    word: Option<String>,
}

impl Unix<'_> {
    fn split(mut self) -> Result<Words, WordError> {
        while let Some(one) = self.rest.next() {
            match one {
                '\'' => self.single()?,
                '"' => self.double()?,
                '\\' => match self.rest.next() {
                    Some('\n') | None => {}
                    Some('\r') if self.rest.peek() == Some(&'\n') => {
                        self.rest.next();
                    }
                    Some(other) => self.push(other),
                },
                '$' => self.dollar()?,
                '`' => return Err(WordError::Shell { what: "`" }),
                '(' | ')' => return Err(WordError::Shell { what: "( )" }),
                '|' | ';' | '&' | '>' | '<' | '\n' => {
                    self.end()?;
                    let more = one != '\n' || self.rest.any(|one| !one.is_whitespace());
                    return Ok(Words {
                        words: self.words,
                        more,
                    });
                }
                one if one.is_whitespace() => self.end()?,
                '#' if self.word.is_none() => {
                    return Err(WordError::Shell { what: "#" });
                }
                other => self.push(other),
            }
        }
        self.end()?;
        Ok(Words {
            words: self.words,
            more: false,
        })
    }

    fn push(&mut self, one: char) {
        self.word.get_or_insert_default().push(one);
    }

    fn end(&mut self) -> Result<(), WordError> {
        if let Some(word) = self.word.take() {
            if self.words.len() == count::COMMAND_WORDS {
                return Err(WordError::TooMany);
            }
            self.words.push(word);
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), WordError> {
        self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(other) => self.push(other),
                None => return Err(WordError::Unclosed { quote: '\'' }),
            }
        }
    }

    fn double(&mut self) -> Result<(), WordError> {
        self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('\\') => match self.rest.next() {
                    Some('\n') => {}
                    Some(escaped @ ('"' | '\\' | '$' | '`')) => self.push(escaped),
                    Some(other) => {
                        self.push('\\');
                        self.push(other);
                    }
                    None => return Err(WordError::Unclosed { quote: '"' }),
                },
                Some('`') => return Err(WordError::Shell { what: "`" }),
                Some('$') => {
                    if self.rest.peek() == Some(&'\'') || self.rest.peek() == Some(&'"') {
                        self.push('$');
                    } else {
                        self.variable()?;
                    }
                }
                Some(other) => self.push(other),
                None => return Err(WordError::Unclosed { quote: '"' }),
            }
        }
    }

    fn dollar(&mut self) -> Result<(), WordError> {
        match self.rest.peek() {
            Some('\'') => {
                self.rest.next();
                self.ansi()
            }
            // A translated string, which is the same without a translation.
            Some('"') => {
                self.rest.next();
                self.double()
            }
            _ => self.variable(),
        }
    }

    /// What a dollar sign means: a variable has no value here, a bare sign is itself.
    fn variable(&mut self) -> Result<(), WordError> {
        match self.rest.peek() {
            Some('(') => Err(WordError::Shell { what: "$( )" }),
            Some('{') => {
                self.rest.next();
                let name: String = self
                    .rest
                    .by_ref()
                    .take_while(|one| *one != '}')
                    .take(60)
                    .collect();
                Err(WordError::Variable { name })
            }
            Some(one) if one.is_ascii_alphanumeric() || *one == '_' => {
                let mut name = String::new();
                while let Some(one) = self
                    .rest
                    .next_if(|one| one.is_ascii_alphanumeric() || *one == '_')
                {
                    if name.len() < 60 {
                        name.push(one);
                    }
                }
                Err(WordError::Variable { name })
            }
            Some(_) | None => {
                self.push('$');
                Ok(())
            }
        }
    }

    /// `$'…'` with the escapes of C.
    fn ansi(&mut self) -> Result<(), WordError> {
        let mut bytes = Vec::new();
        let put = |bytes: &mut Vec<u8>, one: char| {
            bytes.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
        };
        loop {
            match self.rest.next() {
                None => return Err(WordError::Unclosed { quote: '\'' }),
                Some('\'') => break,
                Some('\\') => match self.rest.next() {
                    None => return Err(WordError::Unclosed { quote: '\'' }),
                    Some('n') => bytes.push(b'\n'),
                    Some('t') => bytes.push(b'\t'),
                    Some('r') => bytes.push(b'\r'),
                    Some('a') => bytes.push(7),
                    Some('b') => bytes.push(8),
                    Some('f') => bytes.push(12),
                    Some('v') => bytes.push(11),
                    Some('e' | 'E') => bytes.push(27),
                    Some(same @ ('\\' | '\'' | '"' | '?')) => put(&mut bytes, same),
                    Some('x') => {
                        let value = self.number(16, 2, "\\x")?;
                        bytes.push(u8::try_from(value).map_err(|_| WordError::NotText)?);
                    }
                    Some(kind @ ('u' | 'U')) => {
                        let value = self.number(16, if kind == 'u' { 4 } else { 8 }, "\\u")?;
                        let one = char::from_u32(value).ok_or(WordError::NotText)?;
                        put(&mut bytes, one);
                    }
                    Some(first @ '0'..='7') => {
                        let mut value = first.to_digit(8).unwrap_or_default();
                        for _ in 0..2 {
                            let Some(digit) = self.rest.peek().and_then(|one| one.to_digit(8))
                            else {
                                break;
                            };
                            self.rest.next();
                            value = value * 8 + digit;
                        }
                        bytes.push(u8::try_from(value).map_err(|_| WordError::NotText)?);
                    }
                    Some(other) => {
                        return Err(WordError::Escape {
                            escape: format!("\\{other}"),
                        });
                    }
                },
                Some(other) => put(&mut bytes, other),
            }
        }
        if bytes.contains(&0) {
            return Err(WordError::NotText);
        }
        let text = String::from_utf8(bytes).map_err(|_| WordError::NotText)?;
        self.word.get_or_insert_default().push_str(&text);
        Ok(())
    }

    fn number(&mut self, radix: u32, most: usize, escape: &str) -> Result<u32, WordError> {
        let mut value = None;
        for _ in 0..most {
            let Some(digit) = self.rest.peek().and_then(|one| one.to_digit(radix)) else {
                break;
            };
            self.rest.next();
            value = Some(value.unwrap_or(0_u32).wrapping_mul(radix) | digit);
        }
        value.ok_or_else(|| WordError::Escape {
            escape: escape.to_owned(),
        })
    }
}

/// The command prompt takes its carets away first; what is left is split as a C program does.
fn windows_words(text: &str) -> Result<Words, WordError> {
    let mut line = String::new();
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    let mut more = false;
    while let Some(one) = rest.next() {
        match one {
            '^' if !quoted => match rest.next() {
                Some('\r') => {
                    rest.next_if_eq(&'\n');
                }
                Some('\n') | None => {}
                Some(other) => line.push(other),
            },
            '"' => {
                quoted = !quoted;
                line.push(one);
            }
            '|' | '&' | '>' | '<' if !quoted => {
                more = true;
                break;
            }
            '\n' => {
                more = rest.any(|one| !one.is_whitespace());
                break;
            }
            other => line.push(other),
        }
    }
    Ok(Words {
        words: c_words(&line)?,
        more,
    })
}

fn c_words(line: &str) -> Result<Vec<String>, WordError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(one) = rest.next() {
        match one {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = rest.peek() == Some(&'"');
                let kept = if before_quote { count / 2 } else { count };
                let word = word.get_or_insert_default();
                word.extend(std::iter::repeat_n('\\', kept));
                if before_quote && count % 2 == 1 {
                    rest.next();
                    word.push('"');
                }
            }
            '"' => {
                word.get_or_insert_default();
                if quoted && rest.next_if_eq(&'"').is_some() {
                    word.get_or_insert_default().push('"');
                } else {
                    quoted = !quoted;
                }
            }
            one if one.is_whitespace() && !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
        if words.len() > count::COMMAND_WORDS {
            return Err(WordError::TooMany);
        }
    }
    if quoted {
        return Err(WordError::Unclosed { quote: '"' });
    }
    words.extend(word);
    Ok(words)
}
