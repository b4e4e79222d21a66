//! Rust tokens, as coarsely as comments and macro arguments need them: token trees are not parsed by the grammar.

use crate::lang::{Comment, LineEdges};
use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, keyword or lifetime.
    Word,
    /// A number.
    Number,
    /// A string of any kind, quotes included.
    Text,
    /// A character.
    Char,
    /// A comment.
    Comment,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// One byte of punctuation.
    Sign(u8),
}

/// A token: what it is and its offsets in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

/// The tokens of a text, from an offset on. Total: any text yields tokens that cover all but white space.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// Starts at the beginning.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn index_of(&self, from: usize, needle: &[u8]) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        memchr::memmem::find(rest, needle).map(|at| from + at)
    }

    fn word_end(&self, mut at: usize) -> usize {
        while is_word(self.byte(at)) {
            at += 1;
        }
        at
    }

    /// The end of a quoted text whose opening quote is before `at`.
    fn quoted_end(&self, mut at: usize, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) else { return bytes.len() };
            at += found;
            if self.byte(at) == quote {
                return at + 1;
            }
            at += 2;
        }
    }

    /// The end of a raw string that starts with `r` and hashes at `at`, if one does.
    fn raw_end(&self, at: usize) -> Option<usize> {
        let mut quote = at;
        while self.byte(quote) == b'#' {
            quote += 1;
        }
        if self.byte(quote) != b'"' {
            return None;
        }
        let hashes = quote - at;
        let mut from = quote + 1;
        while let Some(close) = self.index_of(from, b"\"") {
            if (1..=hashes).all(|hash| self.byte(close + hash) == b'#') {
                return Some(close + 1 + hashes);
            }
            from = close + 1;
        }
        Some(self.text.len())
    }

    fn block_comment_end(&self, mut at: usize) -> usize {
        let mut depth = 1_u32;
        let bytes = self.text.as_bytes();
        while depth > 0 {
            let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'*', b'/', rest)) else { return bytes.len() };
            at += found;
            match (self.byte(at), self.byte(at + 1)) {
                (b'*', b'/') => (depth, at) = (depth - 1, at + 2),
                (b'/', b'*') => (depth, at) = (depth + 1, at + 2),
                _ => at += 1,
            }
        }
        at
    }

    fn prefixed_string(&self, start: usize) -> Option<usize> {
        let next = self.byte(start + 1);
        match (self.byte(start), next) {
            (b'r', b'"' | b'#') => self.raw_end(start + 1),
            (b'b' | b'c', b'"') => Some(self.quoted_end(start + 2, b'"')),
            (b'b' | b'c', b'r') => self.raw_end(start + 2),
            (b'b', b'\'') => Some(self.quoted_end(start + 2, b'\'')),
            _ => None,
        }
    }

    fn char_or_lifetime(&self, start: usize) -> (TokenKind, usize) {
        let rest = self.text.get(start + 1..).unwrap_or_default();
        let mut chars = rest.chars();
        match chars.next() {
            Some('\\') => (TokenKind::Char, self.quoted_end(start + 1, b'\'')),
            Some(first) if chars.next() == Some('\'') => (TokenKind::Char, start + 2 + first.len_utf8()),
            _ => (TokenKind::Word, self.word_end(start + 1).max(start + 1)),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        let start = self.at;
        let (kind, end) = match self.byte(start) {
            b'/' if self.byte(start + 1) == b'/' => (TokenKind::Comment, self.index_of(start, b"\n").unwrap_or(bytes.len())),
            b'/' if self.byte(start + 1) == b'*' => (TokenKind::Comment, self.block_comment_end(start + 2)),
            b'"' => (TokenKind::Text, self.quoted_end(start + 1, b'"')),
            b'\'' => self.char_or_lifetime(start),
            b'(' | b'[' | b'{' => (TokenKind::Open, start + 1),
            b')' | b']' | b'}' => (TokenKind::Close, start + 1),
            byte if byte.is_ascii_digit() => (TokenKind::Number, self.word_end(start)),
            byte if is_word(byte) => match self.prefixed_string(start) {
                Some(end) => (TokenKind::Text, end),
                None => (TokenKind::Word, self.word_end(start)),
            },
            sign => (TokenKind::Sign(sign), start + 1),
        };
        // An escape as the last byte must not push the end past the text.
        self.at = end.clamp(start + 1, bytes.len());
        Some(Token { kind, start, end: self.at })
    }
}

/// The comments of a file, in order.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    let mut found = Vec::new();
    if memchr::memchr(b'/', text.as_bytes()).is_none() {
        return found;
    }
    let mut edges = LineEdges::new(text);
    // The end of the line on which the last comment ended; blanks and other comments may stand before it.
    let mut line_end = 0;
    for token in Lexer::new(text).filter(|token| token.kind == TokenKind::Comment) {
        let comment = text.get(token.start..token.end).unwrap_or_default().trim_end();
        let end = token.start + comment.len();
        if end > line_end {
            let rest = text.as_bytes().get(end..).unwrap_or_default();
            line_end = end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        let after = text.get(end..line_end).unwrap_or_default();
        let alone = edges.begins_line(token.start) && after.trim().is_empty();
        found.push(Comment { span: Span::new(token.start, end), alone });
    }
    found
}

/// A string token taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted<'t> {
    /// What stands between the quotes.
    pub(super) content: &'t str,
    /// Offset of the content in the token.
    pub(super) offset: usize,
    /// Escapes mean themselves.
    pub(super) raw: bool,
}

/// Takes a string token apart: prefix, hashes and quotes off.
pub(super) fn unquote(token: &str) -> Quoted<'_> {
    let open = token.find('"').map_or(token.len(), |at| at + 1);
    let raw = token.get(..open).unwrap_or_default().contains('r');
    let hashes = token.get(..open).unwrap_or_default().bytes().filter(|byte| *byte == b'#').count();
    let body = token.get(open..).unwrap_or_default();
    let close = body.len().saturating_sub(1 + hashes);
    // An unterminated string has no closing quote to take off.
    let content = match body.get(close..) {
        Some(end) if end.starts_with('"') => body.get(..close).unwrap_or_default(),
        _ => body,
    };
    Quoted { content, offset: open, raw }
}

/// Resolves one escape at the start of `text`, which begins with a backslash: the character, if it gives one, and the length.
pub(super) fn escape(text: &str) -> (Option<char>, usize) {
    let mut chars = text.chars();
    chars.next();
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    match chars.next() {
        Some('n') => (Some('\n'), 2),
        Some('r') => (Some('\r'), 2),
        Some('t') => (Some('\t'), 2),
        Some('0') => (Some('\0'), 2),
        Some('x') => (text.get(2..4).and_then(code), 4),
        Some('u') => match text.find('}') {
            Some(end) => (text.get(3..end).and_then(|digits| code(&digits.replace('_', ""))), end + 1),
            None => (Some('u'), 2),
        },
        // A line continuation swallows the line break and the white space after it.
        Some('\n' | '\r') => {
            let rest = text.get(1..).unwrap_or_default();
            (None, 1 + rest.len() - rest.trim_start().len())
        }
        Some(other) => (Some(other), 1 + other.len_utf8()),
        None => (None, 1),
    }
}

/// Resolves the escapes of a string's content.
pub(super) fn unescape(quoted: Quoted<'_>) -> std::borrow::Cow<'_, str> {
    if quoted.raw || memchr::memchr(b'\\', quoted.content.as_bytes()).is_none() {
        return quoted.content.into();
    }
    let mut resolved = String::with_capacity(quoted.content.len());
    let mut rest = quoted.content;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        resolved.push_str(rest.get(..at).unwrap_or_default());
        let (character, length) = escape(rest.get(at..).unwrap_or_default());
        resolved.extend(character);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    resolved.push_str(rest);
    resolved.into()
}
