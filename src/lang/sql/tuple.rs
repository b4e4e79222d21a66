//! Lists of values, byte by byte: `(1, 'a', NULL, now())`. The whole of a dump passes here, so it is one pass without tokens.

use super::dialect::Dialect;
use super::scan::{byte, dollar_end, dollar_tag, is_name_byte, line_end, skip_blanks, string_end, word_end, word_is};
use crate::ir::rows::Escapes;

/// A value's content, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escapes: Escapes,
}

/// What ends a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// `)`, of `VALUES (...)`.
    Parenthesis,
    /// What follows the list of a `SELECT`: `UNION`, `FROM`, the end.
    Clause,
}

/// What stands behind a value.
enum Behind {
    Next,
    Closed,
    Ended,
}

/// A reader of lists of values.
#[derive(Debug)]
pub(super) struct Tuples<'t> {
    bytes: &'t [u8],
    dialect: Dialect,
    pub(super) at: usize,
    /// A dollar quote was found not to end: it is not looked for again.
    no_dollar: bool,
    /// Bytes looked at, some of them twice.
    #[cfg(test)]
    pub(super) work: usize,
}

impl<'t> Tuples<'t> {
    /// A reader of `text[at..end]`.
    pub(super) fn new(text: &'t str, at: usize, end: usize, dialect: Dialect) -> Self {
        let bytes = text.as_bytes().get(..end.min(text.len())).unwrap_or_default();
        Self {
            bytes,
            dialect,
            at,
            no_dollar: false,
            #[cfg(test)]
            work: 0,
        }
    }

    fn current(&self) -> u8 {
        byte(self.bytes, self.at)
    }

    /// Past blanks and comments.
    pub(super) fn trivia(&mut self) {
        loop {
            self.at = skip_blanks(self.bytes, self.at);
            match (self.current(), byte(self.bytes, self.at + 1)) {
                (b'-', b'-') => self.at = line_end(self.bytes, self.at),
                (b'#', _) if self.dialect.hash_comments() => self.at = line_end(self.bytes, self.at),
                (b'/', b'*') => {
                    let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
                    self.at = memchr::memmem::find(rest, b"*/").map_or(self.bytes.len(), |found| self.at + found + 4);
                }
                _ => return,
            }
        }
    }

    /// Whether `sign` comes next; moves behind it if so.
    pub(super) fn sign(&mut self, sign: u8) -> bool {
        self.trivia();
        let here = self.current() == sign;
        self.at += usize::from(here);
        here
    }

    /// Whether the word (upper case) comes next; moves behind it if so.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.trivia();
        let here = word_is(self.bytes, self.at, word);
        self.at += if here { word.len() } else { 0 };
        here
    }

    /// Reads a list whose opening is behind; gives each position and the value there, if it is one. `false` if it never closes.
    pub(super) fn list(&mut self, closing: Closing, mut each: impl FnMut(usize, Option<Found>)) -> bool {
        let mut position = 0;
        loop {
            #[cfg(test)]
            let before = self.at;
            let value = self.value();
            each(position, value);
            let behind = self.behind(closing);
            #[cfg(test)]
            {
                self.work += self.at - before;
            }
            match behind {
                Behind::Next => position += 1,
                Behind::Closed => return true,
                Behind::Ended => return closing == Closing::Clause,
            }
        }
    }

    /// A literal, if one comes next; the reader moves behind it.
    fn value(&mut self) -> Option<Found> {
        self.at = skip_blanks(self.bytes, self.at);
        if matches!(self.current(), b'-' | b'/' | b'#') {
            self.trivia();
        }
        match self.current() {
            b'\'' | b'"' => self.quoted(false, None),
            b'0'..=b'9' => {
                let start = self.at;
                self.at = word_end(self.bytes, start);
                let whole = byte(self.bytes, self.at) != b'.' && self.bytes.get(start..self.at)?.iter().all(u8::is_ascii_digit);
                whole.then_some(Found { start, end: self.at, escapes: Escapes::None })
            }
            b'$' if self.dialect.dollar_quotes() && !self.no_dollar => {
                let start = self.at;
                let tag = dollar_tag(self.bytes, start)?;
                let Some(end) = dollar_end(self.bytes, start, tag) else {
                    self.no_dollar = true;
                    #[cfg(test)]
                    {
                        self.work += self.bytes.len() - start;
                    }
                    return None;
                };
                self.at = end;
                Some(Found { start: start + tag, end: end.saturating_sub(tag), escapes: Escapes::None })
            }
            first if first.is_ascii_alphabetic() || first == b'_' => self.prefixed(),
            _ => None,
        }
    }

    /// A string that a word stands before: `N'...'`, `_utf8mb4 '...'`, `X'00'`. Other words are passed over.
    fn prefixed(&mut self) -> Option<Found> {
        let start = self.at;
        let end = word_end(self.bytes, start);
        self.at = end;
        let prefix = self.bytes.get(start..end)?;
        match (prefix, byte(self.bytes, end)) {
            (b"E" | b"e", b'\'') => self.quoted(true, Some(Escapes::C)),
            (b"N" | b"n", b'\'') => self.quoted(false, None),
            (b"U" | b"u", b'&') if byte(self.bytes, end + 1) == b'\'' => {
                self.at = end + 1;
                self.quoted(false, Some(Escapes::Unicode))
            }
            (b"Q" | b"q" | b"NQ" | b"nq", b'\'') => self.oracle_quoted(),
            ([b'_', charset @ ..], _) => {
                self.at = skip_blanks(self.bytes, end);
                let value = if self.current() == b'\'' { self.quoted(false, None) } else { None };
                value.filter(|_| !charset.eq_ignore_ascii_case(b"binary"))
            }
            // Bits and bytes.
            (b"B" | b"b" | b"X" | b"x", b'\'') => {
                let _ = self.quoted(false, None);
                None
            }
            _ => None,
        }
    }

    /// `q'[it's]'`.
    fn oracle_quoted(&mut self) -> Option<Found> {
        let start = self.at + 2;
        let close = match byte(self.bytes, self.at + 1) {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        let line = self.bytes.get(start..line_end(self.bytes, start))?;
        let end = start + memchr::memmem::find(line, &[close, b'\''])?;
        self.at = end + 2;
        Some(Found { start, end, escapes: Escapes::None })
    }

    /// The string whose opening quote comes next.
    fn quoted(&mut self, escaped: bool, escapes: Option<Escapes>) -> Option<Found> {
        let open = self.at;
        let quote = self.current();
        let Some(end) = string_end(self.bytes, open, self.dialect, escaped) else {
            #[cfg(test)]
            {
                self.work += self.bytes.len() - open;
            }
            self.at = self.bytes.len();
            return None;
        };
        self.at = end;
        let content = self.bytes.get(open + 1..end - 1)?;
        let written = match memchr::memchr2(quote, b'\\', content) {
            None => Escapes::None,
            Some(at) => {
                let sign = byte(content, at);
                let slashes =
                    self.dialect.backslash_escapes() || self.dialect == Dialect::Generic && byte(content, at + 1) == quote;
                match escapes {
                    Some(escapes) => escapes,
                    None if slashes && (sign == b'\\' || memchr::memchr(b'\\', content).is_some()) => Escapes::Backslash,
                    None if sign == quote => Escapes::Doubled,
                    None if memchr::memchr(quote, content).is_some() => Escapes::Doubled,
                    None => Escapes::None,
                }
            }
        };
        Some(Found { start: open + 1, end: end - 1, escapes: written })
    }

    /// Moves behind what separates the next value from this one: `,`, with whatever expression stands before it.
    fn behind(&mut self, closing: Closing) -> Behind {
        let mut depth = 0u32;
        while let Some(current) = self.bytes.get(self.at) {
            match current {
                b',' if depth == 0 => {
                    self.at += 1;
                    return Behind::Next;
                }
                b')' if depth == 0 => {
                    self.at += usize::from(closing == Closing::Parenthesis);
                    return if closing == Closing::Parenthesis { Behind::Closed } else { Behind::Ended };
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                b';' if depth == 0 && closing == Closing::Clause => return Behind::Ended,
                b'\'' | b'"' => {
                    let _ = self.quoted(false, None);
                    continue;
                }
                b'-' if byte(self.bytes, self.at + 1) == b'-' => {
                    self.at = line_end(self.bytes, self.at);
                    continue;
                }
                b'/' if byte(self.bytes, self.at + 1) == b'*' => {
                    self.trivia();
                    continue;
                }
                letter if closing == Closing::Clause && depth == 0 && is_name_byte(*letter) => {
                    if ["UNION", "FROM", "WHERE"].iter().any(|word| word_is(self.bytes, self.at, word)) {
                        return Behind::Closed;
                    }
                    self.at = word_end(self.bytes, self.at).max(self.at + 1);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        Behind::Ended
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, dialect: Dialect) -> Vec<Option<&str>> {
        let mut reader = Tuples::new(text, 0, text.len(), dialect);
        assert!(reader.sign(b'('), "{text}");
        let mut values = Vec::new();
        reader.list(Closing::Parenthesis, |_, found| values.push(found.map(|found| &text[found.start..found.end])));
        values
    }

    #[test]
    fn values_of_every_dialect_are_read() {
        for (text, dialect, expected) in [
            ("(1, 'a''b', NULL, x'00ff', 0xAB)", Dialect::Generic, vec![Some("1"), Some("a''b"), None, None, None]),
            ("(N'Жан', CAST(N'2008-01-01' AS Date), 1.5)", Dialect::MsSql, vec![Some("Жан"), None, None]),
            (r"('it\'s', _binary '\0\'(', _utf8mb4 'x')", Dialect::MySql, vec![Some(r"it\'s"), None, Some("x")]),
            (
                r"(E'a\'b', $$it's, (here$$, U&'\0441', 'x'::text)",
                Dialect::Postgres,
                vec![Some(r"a\'b"), Some("it's, (here"), Some(r"\0441"), Some("x")],
            ),
            ("(q'[it's]', to_date('2001', 'YYYY'), 7)", Dialect::Oracle, vec![Some("it's"), None, Some("7")]),
            ("(/* a, b */ 'x', -- no, 'y'\n 'z')", Dialect::Generic, vec![Some("x"), Some("z")]),
            ("()", Dialect::Generic, vec![None]),
        ] {
            assert_eq!(read(text, dialect), expected, "{text}");
        }
    }

    fn part() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "'",
            "''",
            "'a'",
            "\"",
            "(",
            ")",
            ",",
            "\\",
            "\\'",
            "$$",
            "$t$",
            "E'",
            "N'x'",
            "_binary '",
            "0x12",
            "--",
            "\n",
            "/*",
            "*/",
            "q'[",
            "]'",
            " ",
            "1",
            "NULL",
            "U&'",
            ";",
            "f(",
            "ж",
        ])
    }

    proptest! {
        /// However broken a statement is, reading its rows looks at each byte a bounded number of times.
        #[test]
        fn reading_rows_is_linear(parts in prop::collection::vec(part(), 1..60), times in 1usize..40, dialect in 0usize..4) {
            let dialect = [Dialect::Generic, Dialect::MySql, Dialect::Postgres, Dialect::MsSql][dialect];
            let text = parts.concat().repeat(times);
            let mut reader = Tuples::new(&text, 0, text.len(), dialect);
            while reader.at < text.len() {
                let before = reader.at;
                if reader.sign(b'(') {
                    reader.list(Closing::Parenthesis, |_, found| {
                        if let Some(found) = found {
                            assert!(text.get(found.start..found.end).is_some());
                        }
                    });
                }
                reader.at = reader.at.max(before + 1);
            }
            prop_assert!(reader.work <= 4 * text.len(), "{} bytes read of {}", reader.work, text.len());
        }
    }
}
