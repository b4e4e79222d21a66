//! Records of delimited text: fields between commas, tabs or semicolons, in quotes where they hold one (RFC 4180).

use crate::ir::rows::Escapes;

/// A field's content, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DelimitedField {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escapes: Escapes,
}

/// Reads records one by one.
#[derive(Debug)]
pub(super) struct Records<'t> {
    bytes: &'t [u8],
    at: usize,
    delimiter: u8,
    /// A quote was found not to end: from there on quotes are ordinary characters, which keeps the pass linear.
    unclosed: bool,
}

impl<'t> Records<'t> {
    /// Records of `text[start..end]`.
    pub(super) fn new(text: &'t str, start: usize, end: usize, delimiter: u8) -> Self {
        let bytes = text.as_bytes().get(..end.min(text.len())).unwrap_or_default();
        Self { bytes, at: start, delimiter, unclosed: false }
    }

    /// After the quoted field that opens at `open`.
    fn quoted_end(&mut self, open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            let Some(found) = self.bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) else {
                self.unclosed = true;
                return None;
            };
            at += found + 1;
            if self.bytes.get(at) != Some(&b'"') {
                return Some(at);
            }
            at += 1;
        }
    }

    /// The field at the reader's place; the reader moves to the sign behind it.
    fn field(&mut self) -> DelimitedField {
        let start = self.at;
        if !self.unclosed
            && self.bytes.get(start) == Some(&b'"')
            && let Some(end) = self.quoted_end(start)
        {
            let content = self.bytes.get(start + 1..end - 1).unwrap_or_default();
            let escapes = if memchr::memchr(b'"', content).is_some() { Escapes::Doubled } else { Escapes::None };
            // What stands between the closing quote and the delimiter belongs to nothing.
            self.at = self.plain_end(end);
            return DelimitedField { start: start + 1, end: end - 1, escapes };
        }
        self.at = self.plain_end(start);
        let content = self.bytes.get(start..self.at).unwrap_or_default();
        let end = start + content.strip_suffix(b"\r").unwrap_or(content).len();
        DelimitedField { start, end, escapes: Escapes::None }
    }

    fn plain_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        memchr::memchr2(self.delimiter, b'\n', rest).map_or(self.bytes.len(), |found| at + found)
    }
}

impl Iterator for Records<'_> {
    type Item = Vec<DelimitedField>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            let field = self.field();
            fields.push(field);
            let sign = self.bytes.get(self.at).copied();
            self.at += 1;
            if sign != Some(self.delimiter) {
                return Some(fields);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, delimiter: u8) -> Vec<Vec<&str>> {
        let record =
            |record: Vec<DelimitedField>| record.iter().map(|field| text.get(field.start..field.end).unwrap_or("?")).collect();
        Records::new(text, 0, text.len(), delimiter).map(record).collect()
    }

    #[test]
    fn records_are_read() {
        assert_eq!(read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n", b','), [vec!["a", "b"], vec!["1", "x, \"\"y\"\"\nz"]]);
        assert_eq!(read("a\tb\n\t\n", b'\t'), [["a", "b"], ["", ""]]);
        assert_eq!(read("a,\"never\nclosed,b\n", b','), [vec!["a", "\"never"], vec!["closed", "b"]]);
    }

    proptest::proptest! {
        #[test]
        fn fields_lie_in_the_text_in_order(text in "([a-zж@]{0,3}[,\"\n\r;]?){0,30}") {
            let mut last = 0;
            for field in Records::new(&text, 0, text.len(), b',').flatten() {
                proptest::prop_assert!(text.get(field.start..field.end).is_some() && field.start >= last);
                last = field.end;
            }
        }
    }
}
