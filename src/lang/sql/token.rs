//! A statement to tokens: names, quoted names, strings, numbers, placeholders, punctuation. Comments are left out.
//!
//! Templated names are names (`{prefix}users`, `@schema@.t`, `{{ target }}`, `${db}`, `#__users`), as generators and installers
//! leave them in SQL files.

use super::dialect::Dialect;
use super::scan::{
    block_comment_end, byte, dollar_end, dollar_tag, is_hash_template, is_name_byte, line_end, opens_bracket_name,
    quoted_name_end, skip_blanks, string_end, template_tag_end, word_end,
};
use super::work;
use crate::index::Symbol;
use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word: keyword or name.
    Word,
    /// A name in quotes, backticks or brackets.
    Quoted,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A placeholder of a query: `$1`, `?`, `:name`, `{}`.
    Placeholder,
    /// One character.
    Sign(u8),
}

/// A token with its byte range in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Reads tokens one by one.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    dialect: Dialect,
    at: usize,
    end: usize,
    /// Placeholders are read as such; otherwise `:x`, `{x}` are templated names.
    placeholders: bool,
    /// A string that never ends was met: where.
    pub(super) unclosed: Option<usize>,
    /// Constructs that were found not to end are not looked for again, which keeps the pass linear.
    no_nested_comment: bool,
    no_dollar: bool,
}

impl<'t> Lexer<'t> {
    /// A lexer over `text[start..end]`; offsets of tokens are offsets in `text`.
    pub(super) fn new(text: &'t str, start: usize, end: usize, dialect: Dialect) -> Self {
        let end = end.min(text.len());
        let bytes = text.as_bytes().get(..end).unwrap_or_default();
        Self {
            text,
            bytes,
            dialect,
            at: start,
            end,
            placeholders: false,
            unclosed: None,
            no_nested_comment: false,
            no_dollar: false,
        }
    }

    /// A lexer over a query in code.
    pub(super) fn with_placeholders(text: &'t str, dialect: Dialect) -> Self {
        Self { placeholders: true, ..Self::new(text, 0, text.len(), dialect) }
    }

    fn trivia(&mut self) {
        loop {
            self.at = skip_blanks(self.bytes, self.at);
            match (byte(self.bytes, self.at), byte(self.bytes, self.at + 1)) {
                (b'-', b'-') => self.at = line_end(self.bytes, self.at),
                (b'/', b'*') if byte(self.bytes, self.at + 2) == b'!' => self.at = word_end(self.bytes, self.at + 3),
                (b'/', b'*') if byte(self.bytes, self.at + 2) == b'M' && byte(self.bytes, self.at + 3) == b'!' => {
                    self.at = word_end(self.bytes, self.at + 4);
                }
                (b'/', b'*') => {
                    let nested = self.dialect.nested_comments() && !self.no_nested_comment;
                    self.at = block_comment_end(self.bytes, self.at, nested).unwrap_or_else(|| {
                        self.no_nested_comment = true;
                        block_comment_end(self.bytes, self.at, false).unwrap_or(self.end)
                    });
                }
                (b'*', b'/') => self.at += 2,
                (b'#', next)
                    if (self.dialect.hash_comments()
                        || (self.line_start() && next != b'_' && self.dialect != Dialect::MsSql))
                        && !is_hash_template(self.bytes, self.at) =>
                {
                    self.at = line_end(self.bytes, self.at);
                }
                (b'/', b'/') if self.dialect.slash_comments() || self.line_start() => {
                    self.at = line_end(self.bytes, self.at);
                }
                (b'{', b'%' | b'#') => match template_tag_end(self.bytes, self.at) {
                    Some(end) => self.at = end,
                    None => return,
                },
                _ => return,
            }
        }
    }

    fn line_start(&self) -> bool {
        let before = self.bytes.get(self.at.saturating_sub(64)..self.at).unwrap_or_default();
        before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t')).is_some_and(|byte| *byte == b'\n')
    }

    /// The end of a template (`{x}`, `{{ x }}`, `${x}`, `<%= x %>`) that opens at `at`.
    fn template_end(&self, at: usize) -> Option<usize> {
        let line = self.bytes.get(at..line_end(self.bytes, at).min(at + 200))?;
        let close: &[u8] = match (line.first()?, line.get(1)?) {
            (b'{', b'{') => b"}}",
            (b'{', _) => b"}",
            (b'<', b'%') => b"%>",
            (b'<', b'?') => b"?>",
            (b'[', b'[') => b"]]",
            (b'(', _) => b")",
            _ => return None,
        };
        memchr::memmem::find(line, close).map(|found| at + found + close.len())
    }

    /// The end of the name that begins at `at`, templates inside it included.
    fn name_end(&self, mut at: usize) -> usize {
        loop {
            let current = byte(self.bytes, at);
            if is_name_byte(current) || matches!(current, b'@' | b'#') {
                at += 1;
            } else if (current == b'{' || matches!((current, byte(self.bytes, at + 1)), (b'[', b'[') | (b'<', b'%' | b'?')))
                && let Some(end) = self.template_end(at)
            {
                at = end;
            } else {
                return at;
            }
        }
    }

    fn dollar_string(&mut self, at: usize) -> Option<usize> {
        if !self.dialect.dollar_quotes() || self.no_dollar {
            return None;
        }
        let tag = dollar_tag(self.bytes, at)?;
        let end = dollar_end(self.bytes, at, tag);
        self.no_dollar = end.is_none();
        end
    }

    /// After a place of a format (`%s`, `%I`, `%1$s`) that stands where a name does.
    fn format_end(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1).map_or(b' ', |before| byte(self.bytes, before));
        if !(before.is_ascii_whitespace() || matches!(before, b'(' | b'.' | b',')) {
            return None;
        }
        let rest = self.bytes.get(at + 1..(at + 6).min(self.bytes.len()))?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'$').count();
        let end = at + 1 + digits + 1;
        let known = matches!(rest.get(digits)?, b's' | b'I' | b'L' | b'i' | b'd');
        (known && !is_name_byte(byte(self.bytes, end)) && byte(self.bytes, end) != b'%').then_some(end)
    }

    /// After a parameter of SQL Server's templates: `<table_name, sysname, people>`.
    fn parameter_end(&self, at: usize) -> Option<usize> {
        let line = self.bytes.get(at + 1..line_end(self.bytes, at).min(at + 200))?;
        let close = memchr::memchr(b'>', line)?;
        let mut parts = line.get(..close)?.split(|byte| *byte == b',');
        let name = parts.next()?;
        let three = parts.count() == 2;
        let named = !name.is_empty() && name.iter().all(|byte| is_name_byte(*byte));
        (three && named && !is_name_byte(byte(self.bytes, at.wrapping_sub(1)))).then_some(at + 1 + close + 1)
    }

    fn placeholder_end(&self, at: usize) -> Option<usize> {
        let next = byte(self.bytes, at + 1);
        let name = next.is_ascii_alphabetic() || next == b'_';
        if at > 0 && byte(self.bytes, at) == b':' && byte(self.bytes, at - 1) == b':' {
            // `x::uuid` casts.
            return None;
        }
        match byte(self.bytes, at) {
            b'?' if !matches!(next, b'|' | b'&') => Some(word_end(self.bytes, at + 1)),
            b'$' if next.is_ascii_digit() || name => Some(word_end(self.bytes, at + 1)),
            b'$' | b'#' if next == b'{' => self.template_end(at + 1).filter(|end| !is_name_byte(byte(self.bytes, *end))),
            b':' | b'@' if name => Some(word_end(self.bytes, at + 1)),
            b':' if next.is_ascii_digit() => Some(word_end(self.bytes, at + 1)),
            b'%' if next == b's' || next == b'd' => (!is_name_byte(byte(self.bytes, at + 2))).then_some(at + 2),
            b'%' if next == b'(' => {
                let close = memchr::memchr(b')', self.bytes.get(at..(at + 80).min(self.end))?)? + at;
                Some(close + 2).filter(|end| *end <= self.end)
            }
            b'{' => self.template_end(at).filter(|end| !is_name_byte(byte(self.bytes, *end))),
            _ => None,
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let from = self.at;
        self.trivia();
        work::count(self.at - from + 1);
        let start = self.at;
        if start >= self.end {
            return None;
        }
        let current = byte(self.bytes, start);
        let next = byte(self.bytes, start + 1);
        let (kind, end) = match current {
            b'\'' | b'"' if self.unclosed.is_some() => (Kind::Sign(current), start + 1),
            b'\'' => match string_end(self.bytes, start, self.dialect, false) {
                Some(end) => (Kind::Text, end),
                None => {
                    self.unclosed.get_or_insert(start);
                    (Kind::Sign(current), start + 1)
                }
            },
            b'"' => match string_end(self.bytes, start, self.dialect, false) {
                Some(end) => (Kind::Quoted, end),
                None => {
                    self.unclosed.get_or_insert(start);
                    (Kind::Sign(current), start + 1)
                }
            },
            b'[' if next == b'[' && self.template_end(start).is_some() => (Kind::Word, self.name_end(start)),
            b'`' => quoted_name_end(self.bytes, start).map_or((Kind::Sign(current), start + 1), |end| (Kind::Quoted, end)),
            b'[' if opens_bracket_name(self.bytes, start, self.dialect) => {
                quoted_name_end(self.bytes, start).map_or((Kind::Sign(current), start + 1), |end| (Kind::Quoted, end))
            }
            // E'..', N'..', B'..', X'..', R'..', Q'[..]': a prefix and its string are one token.
            b'E' | b'e' | b'N' | b'n' | b'B' | b'b' | b'X' | b'x' | b'R' | b'r' | b'Q' | b'q'
                if next == b'\'' && self.unclosed.is_none() =>
            {
                let escaped = matches!(current, b'E' | b'e');
                match string_end(self.bytes, start + 1, self.dialect, escaped) {
                    Some(end) => (Kind::Text, end),
                    None => {
                        self.unclosed.get_or_insert(start);
                        (Kind::Word, start + 1)
                    }
                }
            }
            b'$' if let Some(end) = self.dollar_string(start) => (Kind::Text, end),
            _ if self.placeholders
                && let Some(end) = self.placeholder_end(start) =>
            {
                (Kind::Placeholder, end)
            }
            b'0'..=b'9' => {
                let mut end = word_end(self.bytes, start);
                if byte(self.bytes, end) == b'.' && byte(self.bytes, end + 1).is_ascii_digit() {
                    end = word_end(self.bytes, end + 1);
                }
                let bytes = self.bytes.get(start..end).unwrap_or_default();
                // `2fa_secret` is a name where names may begin with digits (MySQL, templates).
                let name = bytes.contains(&b'_') && !bytes.contains(&b'.');
                (if name { Kind::Word } else { Kind::Number }, end)
            }
            // sqlcmd's `$(schema)`.
            b'$' if next == b'(' && is_name_byte(byte(self.bytes, start + 2)) && self.template_end(start + 1).is_some() => {
                let end = self.template_end(start + 1).unwrap_or(start + 1);
                (Kind::Word, self.name_end(end))
            }
            b'$' | b'&' if next == b'{' && self.template_end(start + 1).is_some() => (Kind::Word, self.name_end(start + 1)),
            b'&' if is_name_byte(next) || next == b'&' => {
                let end = self.name_end(start + if next == b'&' { 2 } else { 1 });
                (Kind::Word, end.max(start + 1))
            }
            b'{' if self.template_end(start).is_some() => (Kind::Word, self.name_end(start)),
            b'<' if matches!(next, b'%' | b'?') && self.template_end(start).is_some() => {
                let end = self.template_end(start).unwrap_or(start + 1);
                (Kind::Word, self.name_end(end))
            }
            b'<' if self.parameter_end(start).is_some() => (Kind::Word, self.parameter_end(start).unwrap_or(start + 1)),
            b'%' if self.format_end(start).is_some() => (Kind::Word, self.format_end(start).unwrap_or(start + 1)),
            b'?' if next == b':' && is_name_byte(byte(self.bytes, start + 2)) => (Kind::Word, self.name_end(start + 2)),
            b'%' if is_name_byte(next) => {
                let end = word_end(self.bytes, start + 1);
                if byte(self.bytes, end) == b'%' && end < start + 40 {
                    (Kind::Word, self.name_end(end + 1))
                } else {
                    (Kind::Sign(current), start + 1)
                }
            }
            // Behind a name it is Hive's `name:STRING`, behind a `:` a cast.
            b':' if next.is_ascii_alphabetic()
                && !(start > 0 && (byte(self.bytes, start - 1) == b':' || is_name_byte(byte(self.bytes, start - 1)))) =>
            {
                (Kind::Word, self.name_end(start + 1))
            }
            b'@' | b'#' => (Kind::Word, self.name_end(start)),
            _ if is_name_byte(current) => (Kind::Word, self.name_end(start)),
            _ => (Kind::Sign(current), start + 1),
        };
        let mut end = end.max(start + 1).min(self.end);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        work::count(end - start);
        Some(Token { kind, start, end })
    }
}

/// A view of a statement's tokens with the text that they stand in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    pub(super) all: &'t [Token],
}

impl<'t> Tokens<'t> {
    pub(super) fn get(&self, at: usize) -> Option<Token> {
        work::count(1);
        self.all.get(at).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The text of the token at `at`, as written.
    pub(super) fn raw(&self, at: usize) -> &'t str {
        self.all.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// Whether the token at `at` is the bare word `word`.
    pub(super) fn is(&self, at: usize, word: &str) -> bool {
        matches!(self.all.get(at), Some(token) if token.kind == Kind::Word && token.end - token.start == word.len())
            && self.raw(at).eq_ignore_ascii_case(word)
    }

    /// Whether the bare words at `at` are `words`.
    pub(super) fn are(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(offset, word)| self.is(at + offset, word))
    }

    /// Whether the token at `at` is one of the bare words.
    pub(super) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        matches!(self.all.get(at), Some(token) if token.kind == Kind::Word)
            && words.iter().any(|word| self.raw(at).eq_ignore_ascii_case(word))
    }

    pub(super) fn sign(&self, at: usize, sign: u8) -> bool {
        matches!(self.all.get(at), Some(token) if token.kind == Kind::Sign(sign))
    }

    /// Whether the token at `at` can be a name.
    pub(super) fn is_name(&self, at: usize) -> bool {
        matches!(self.all.get(at), Some(token) if matches!(token.kind, Kind::Word | Kind::Quoted))
    }

    /// After the group that opens with `(` at `at`; the end of the tokens if it never closes. Other signs are one token.
    pub(super) fn after_group(&self, at: usize) -> usize {
        if !self.sign(at, b'(') {
            return at + 1;
        }
        let mut depth = 0usize;
        for (index, token) in self.all.iter().enumerate().skip(at) {
            match token.kind {
                Kind::Sign(b'(') => depth += 1,
                Kind::Sign(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        work::count(index + 1 - at);
                        return index + 1;
                    }
                }
                _ => {}
            }
        }
        work::count(self.all.len() - at);
        self.all.len()
    }

    /// Whether the group that opens with `(` at `at` closes.
    pub(super) fn closes(&self, at: usize) -> bool {
        let group = self.all.get(at..self.after_group(at)).unwrap_or_default();
        let count = |sign: u8| group.iter().filter(|token| token.kind == Kind::Sign(sign)).count();
        count(b'(') == count(b')')
    }

    /// The range `start..end` as tokens of their own.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let end = end.min(self.all.len());
        Self { text: self.text, all: self.all.get(start.min(end)..end).unwrap_or_default() }
    }

    /// The name of the token at `at` without quotes.
    pub(super) fn name(&self, at: usize) -> Symbol {
        Symbol::new(&unquote(self.raw(at)))
    }

    /// A possibly qualified name at `at`: its text without quotes, the span of its last part, and what follows it.
    pub(super) fn qualified(&self, at: usize) -> Option<Qualified> {
        let nameable = |at: usize| self.is_name(at) || matches!(self.get(at), Some(token) if token.kind == Kind::Text);
        if !nameable(at) {
            return None;
        }
        let mut text = unquote(self.raw(at)).into_owned();
        let mut last = at;
        let mut next = at + 1;
        loop {
            // `db..table`: the default schema.
            let dots = if self.sign(next, b'.') { if self.sign(next + 1, b'.') { 2 } else { 1 } } else { 0 };
            if dots == 0 || !nameable(next + dots) {
                break;
            }
            last = next + dots;
            text.push('.');
            text.push_str(&unquote(self.raw(last)));
            next = last + 1;
        }
        let span = self.get(last).map(|token| token.span()).unwrap_or_default();
        Some(Qualified { name: Symbol::new(&text), span: inner(span, self.raw(last)), next })
    }
}

/// A name that may have a schema before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Qualified {
    /// With its qualifiers, without quotes.
    pub(super) name: Symbol,
    /// Its last part, without quotes.
    pub(super) span: Span,
    /// The token after it.
    pub(super) next: usize,
}

/// The span of a name without its quotes.
pub(super) fn inner(span: Span, raw: &str) -> Span {
    let quoted = raw.len() >= 2 && matches!(raw.as_bytes().first(), Some(b'"' | b'`' | b'[' | b'\''));
    if quoted { Span { start: span.start + 1, end: span.end - 1 } } else { span }
}

/// A name or string without its quotes, escapes resolved.
pub(super) fn unquote(raw: &str) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    let bytes = raw.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Cow::Borrowed(raw) };
    if raw.len() < 2 {
        return Cow::Borrowed(raw);
    }
    let inside = |start: usize| raw.get(start..raw.len() - 1).unwrap_or_default();
    match (first, last) {
        (b'"', b'"') | (b'`', b'`') | (b'\'', b'\'') => {
            let quote = char::from(*first);
            let inside = inside(1);
            if inside.contains(quote) {
                let double: String = [quote, quote].iter().collect();
                Cow::Owned(
                    inside.replace(&double, quote.encode_utf8(&mut [0; 4])).replace(&format!("\\{quote}"), &quote.to_string()),
                )
            } else {
                Cow::Borrowed(inside)
            }
        }
        (b'[', b']') if inside(1).contains("]]") => Cow::Owned(inside(1).replace("]]", "]")),
        (b'[', b']') => Cow::Borrowed(inside(1)),
        (b'Q' | b'q', b'\'') if raw.len() > 5 && raw.get(2..3).is_some_and(|quote| !quote.starts_with(char::is_alphanumeric)) => {
            Cow::Borrowed(raw.get(3..raw.len() - 2).unwrap_or_default())
        }
        (b'E' | b'e' | b'N' | b'n' | b'B' | b'b' | b'X' | b'x' | b'R' | b'r' | b'Q' | b'q', b'\'')
            if bytes.get(1) == Some(&b'\'') && raw.len() > 2 =>
        {
            Cow::Owned(inside(2).replace("''", "'").replace("\\'", "'"))
        }
        (b'$', b'$') => {
            let tag = raw.get(1..).and_then(|rest| rest.find('$')).map_or(0, |found| found + 2);
            Cow::Borrowed(raw.get(tag..raw.len().saturating_sub(tag)).unwrap_or_default())
        }
        _ => Cow::Borrowed(raw),
    }
}

/// All tokens of `text[start..end]`.
pub(super) fn tokenize(text: &str, start: usize, end: usize, dialect: Dialect, tokens: &mut Vec<Token>) -> Option<usize> {
    tokens.clear();
    let mut lexer = Lexer::new(text, start, end, dialect);
    tokens.extend(lexer.by_ref());
    lexer.unclosed
}
