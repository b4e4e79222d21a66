//! Values of columns as files of data hold them: `INSERT`, `COPY`, tables of text.
//!
//! A front end keeps the places of the first values of each column, not the values: a dump may be large, and most of what it
//! holds is never looked at.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::index::Symbol;
use crate::source::Span;

/// What one file holds of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnValues {
    /// The table, as written; for a table of text the file's name.
    pub table: Symbol,
    /// The column, where the file names it.
    pub column: Option<Symbol>,
    /// Its position among the columns that the statement writes, from zero.
    pub position: u32,
    /// The first values, in order; those that are too short or too long to be anybody's are left out.
    pub values: Vec<Value>,
    /// Further values among the first ones: too short or too long.
    pub other: u32,
    /// All values that the file holds of the column; `NULL`, empty and binary ones are not counted.
    pub total: u64,
}

impl ColumnValues {
    /// How many values were looked at.
    #[must_use]
    pub fn sampled(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX).saturating_add(self.other)
    }
}

/// A value's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The content, without quotes.
    pub span: Span,
    /// How to read it.
    pub escapes: Escapes,
}

/// How characters of a value are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Escapes {
    /// As they are.
    None,
    /// Quotes are doubled.
    Doubled,
    /// MySQL: `\'`, `\n`, and quotes may be doubled.
    Backslash,
    /// PostgreSQL's `E'...'` and `COPY`: as in C, `\x41`, `\101`, `\u0041`.
    C,
    /// `U&'\0441'`: code points in hexadecimal.
    Unicode,
}

impl Value {
    /// The value, escapes resolved.
    #[must_use]
    pub fn text<'t>(&self, source: &'t str) -> Cow<'t, str> {
        let raw = self.span.text(source);
        match self.escapes {
            Escapes::None => Cow::Borrowed(raw),
            Escapes::Doubled => Cow::Owned(raw.replace("''", "'").replace("\"\"", "\"")),
            Escapes::Backslash => Cow::Owned(backslashes(raw, mysql)),
            Escapes::C => Cow::Owned(backslashes(raw, c)),
            Escapes::Unicode => Cow::Owned(backslashes(raw, unicode)),
        }
    }
}

/// What follows a backslash to what it stands for and how many bytes of it that took.
type Escape = fn(&str) -> Option<(char, usize)>;

fn backslashes(raw: &str, escape: Escape) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'\\', b'\'', rest.as_bytes()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        if from.starts_with('\'') {
            out.push('\'');
            rest = after.strip_prefix('\'').unwrap_or(after);
        } else if let Some((c, taken)) = escape(after) {
            out.push(c);
            rest = after.get(taken..).unwrap_or_default();
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn control(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'Z' => '\u{1a}',
        other => other,
    }
}

fn mysql(rest: &str) -> Option<(char, usize)> {
    let c = rest.chars().next()?;
    // These two are characters everywhere else.
    Some((if matches!(c, 'f' | 'v') { c } else { control(c) }, c.len_utf8()))
}

fn c(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let coded = match first {
        'x' => number(rest, 1, 2, 16),
        'u' => number(rest, 1, 4, 16),
        'U' => number(rest, 1, 8, 16),
        '0'..='7' => number(rest, 0, 3, 8),
        _ => None,
    };
    Some(coded.unwrap_or((control(first), first.len_utf8())))
}

fn unicode(rest: &str) -> Option<(char, usize)> {
    if rest.starts_with('\\') {
        return Some(('\\', 1));
    }
    let from = usize::from(rest.starts_with('+'));
    number(rest, from, if from == 1 { 6 } else { 4 }, 16)
}

/// The character whose code stands in `rest` from `from` on, in at most `most` digits.
fn number(rest: &str, from: usize, most: usize, radix: u32) -> Option<(char, usize)> {
    let digits = rest.get(from..)?.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let code = u32::from_str_radix(rest.get(from..from + digits)?, radix).ok()?;
    Some((char::from_u32(code)?, from + digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, escapes: Escapes) -> String {
        Value { span: Span::new(0, raw.len()), escapes }.text(raw).into_owned()
    }

    #[test]
    fn escapes_are_resolved_as_their_dialect_does() {
        for (raw, escapes, expected) in [
            ("O''Brien", Escapes::Doubled, "O'Brien"),
            (r"O\'Brien\n", Escapes::Backslash, "O'Brien\n"),
            (r"O''Brien \\ \x41", Escapes::Backslash, r"O'Brien \ x41"),
            (r"a\x40b\056kz \u0430\101", Escapes::C, "a@b.kz аA"),
            (r"\0441\043b\+01F600 \\", Escapes::Unicode, "сл😀 \\"),
            (r"cut\", Escapes::C, "cut\\"),
            (r"C:\dir", Escapes::None, r"C:\dir"),
            (r"\uD800\x", Escapes::C, "uD800x"),
        ] {
            assert_eq!(read(raw, escapes), expected, "{raw}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_reads(raw in "\\PC*[\\\\'uxU0-9+]{0,8}\\PC*") {
            for escapes in [Escapes::None, Escapes::Doubled, Escapes::Backslash, Escapes::C, Escapes::Unicode] {
                let _ = read(&raw, escapes);
            }
        }
    }
}
