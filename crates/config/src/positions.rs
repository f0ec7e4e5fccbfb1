//! Where in a text the parts of a document stand.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// The places of all parts of one text.
#[derive(Default)]
pub(crate) struct Positions {
    starts: HashMap<String, usize>,
    values: Vec<(Range<usize>, String)>,
    line_starts: Vec<usize>,
}

impl Positions {
    /// The places in a TOML text; of one that cannot be read, none.
    pub(crate) fn of_toml(text: &str) -> Self {
        let mut positions = Self::with_lines(text);
        if let Ok(table) = DeTable::parse(text) {
            positions.table("", table.get_ref());
        }
        positions
    }

    /// The places in a JSON text; of one that cannot be read, none.
    pub(crate) fn of_json(text: &str) -> Self {
        let mut positions = Self::with_lines(text);
        if serde_json::from_str::<Value>(text).is_ok() {
            Json {
                text: text.as_bytes(),
                at: 0,
                positions: &mut positions,
            }
            .value("");
        }
        positions
    }

    fn with_lines(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            line_starts: std::iter::once(0)
                .chain(newlines.map(|(index, _)| index + 1))
                .collect(),
            ..Self::default()
        }
    }

    /// The line of a part, or of the nearest part around it that is in the text.
    pub(crate) fn line_of(&self, path: &str) -> Option<u32> {
        let mut path = path;
        loop {
            if let Some(start) = self.starts.get(path) {
                return Some(self.line_at(*start));
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// The line of a byte.
    pub(crate) fn line_at(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|start| *start <= offset))
            .unwrap_or(u32::MAX)
    }

    /// The innermost part around a byte.
    pub(crate) fn path_at(&self, offset: usize) -> String {
        self.values
            .iter()
            .filter(|(span, _)| span.contains(&offset))
            .min_by_key(|(span, _)| span.len())
            .map(|(_, path)| path.clone())
            .unwrap_or_default()
    }

    fn note(&mut self, path: &str, start: usize, value: Range<usize>) {
        self.starts.insert(path.to_owned(), start);
        self.values.push((value, path.to_owned()));
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(path, key.get_ref());
            let start = key.span().start;
            self.note(&path, start, start..value.span().end.max(start));
            self.descend(&path, value);
        }
    }

    fn array(&mut self, path: &str, array: &DeArray<'_>) {
        for (index, value) in array.iter().enumerate() {
            let path = format!("{path}[{index}]");
            self.note(&path, value.span().start, value.span());
            self.descend(&path, value);
        }
    }

    fn descend(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(path, table),
            DeValue::Array(array) => self.array(path, array),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
}

/// The path of a key inside another.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Walks over a text that is known to be JSON.
struct Json<'a> {
    text: &'a [u8],
    at: usize,
    positions: &'a mut Positions,
}

impl Json<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn value(&mut self, path: &str) {
        match self.peek() {
            Some(b'{') => self.members(path),
            Some(b'[') => self.elements(path),
            Some(b'"') => {
                self.string();
            }
            _ => {
                while self
                    .text
                    .get(self.at)
                    .is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b'\n'))
                {
                    self.at += 1;
                }
            }
        }
    }

    fn members(&mut self, path: &str) {
        self.at += 1;
        while self.peek() == Some(b'"') {
            let start = self.at;
            let key = self.string();
            let path = join(path, &key);
            self.peek();
            self.at += 1;
            self.value(&path);
            self.positions.note(&path, start, start..self.at);
            if self.peek() == Some(b',') {
                self.at += 1;
            }
            self.peek();
        }
        self.at += 1;
    }

    fn elements(&mut self, path: &str) {
        self.at += 1;
        let mut index = 0;
        while self.peek().is_some_and(|byte| byte != b']') {
            let (start, path) = (self.at, format!("{path}[{index}]"));
            self.value(&path);
            self.positions.note(&path, start, start..self.at);
            if self.peek() == Some(b',') {
                self.at += 1;
            }
            index += 1;
        }
        self.at += 1;
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
        }
        serde_json::from_slice(self.text.get(start..self.at).unwrap_or_default())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_lines_of_toml() {
        let text =
            "format = 1\n\n[[products]]\nid = \"a\"\nact_as = { header = { name = \"x\" } }\n";
        let positions = Positions::of_toml(text);
        assert_eq!(positions.line_of("format"), Some(1));
        assert_eq!(positions.line_of("products[0].id"), Some(4));
        assert_eq!(positions.line_of("products[0].act_as.header.name"), Some(5));
        assert_eq!(positions.line_of("products[0].missing.deep"), Some(3));
        assert_eq!(positions.line_of("providers[0]"), None);
        assert_eq!(
            positions.path_at(text.find("\"x\"").unwrap()),
            "products[0].act_as.header.name"
        );
    }

    #[test]
    fn finds_the_lines_of_json() {
        let text = "{\n \"format\": 1,\n \"products\": [\n  {},\n  {\"id\": \"\\\"a\",\n   \"n\": [1, 2]}\n ]\n}";
        let positions = Positions::of_json(text);
        assert_eq!(positions.line_of("format"), Some(2));
        assert_eq!(positions.line_of("products[0]"), Some(4));
        assert_eq!(positions.line_of("products[1].id"), Some(5));
        assert_eq!(positions.line_of("products[1].n[1]"), Some(6));
    }
}
