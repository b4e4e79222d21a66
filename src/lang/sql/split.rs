//! A file to statements, byte by byte, in one pass and without copying.
//!
//! Pieces tile the text: each begins where the one before ends. What ends a statement differs by client and dialect (`;`,
//! `DELIMITER`, `GO`, `/`); bodies of routines are kept whole; and a line that begins with `CREATE TABLE` begins a statement
//! whatever came before, so that one broken statement never swallows the tables after it.

use super::class::classify;
use super::dialect::Dialect;
use super::scan::{
    block_comment_end, byte, closes_value, dollar_end, dollar_tag, is_hash_template, is_name_byte, line_end, opens_bracket_name,
    quoted_name_end, skip_blanks, string_end, template_tag_end, word_end, word_is,
};
use super::work;
use crate::lang::Comment;
use crate::source::Span;

pub use super::class::Class;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A statement.
    Statement(Class),
    /// Rows of `COPY ... FROM stdin`.
    Data,
    /// A line for the client (`\connect`, `GO`, `DELIMITER //`, `PROMPT`), not for the server.
    Directive,
    /// Blanks and comments.
    Blank,
}

/// A piece of the text: `start..end`, its terminator included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// First byte.
    pub start: usize,
    /// First byte of the statement itself, after blanks and comments.
    pub head: usize,
    /// End of the statement without its terminator.
    pub body: usize,
    /// One past the last byte, terminator included.
    pub end: usize,
}

/// Splits a text.
#[derive(Debug)]
pub struct Splitter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    dialect: Dialect,
    at: usize,
    /// Set by `DELIMITER`; `;` otherwise.
    delimiter: &'t [u8],
    /// Rows of a `COPY` come next.
    copying: bool,
    /// Constructs that were found not to end; from there on they are ordinary characters, which keeps the pass linear.
    unclosed: Unclosed,
    comments: Vec<Comment>,
}

#[derive(Debug, Default)]
struct Unclosed {
    single: bool,
    double: bool,
    nested_comment: bool,
    dollar: bool,
    /// Rows of `COPY` without the line `\.` behind them.
    data: bool,
}

/// Where in the nesting of a routine's body the scan is.
#[derive(Debug, Default)]
struct Nesting {
    parentheses: u32,
    /// `BEGIN`, `CASE` without their `END`.
    blocks: u32,
}

impl<'t> Splitter<'t> {
    /// A splitter at the beginning of `text`.
    #[must_use]
    pub fn new(text: &'t str, dialect: Dialect) -> Self {
        let bytes = text.as_bytes();
        Self { text, bytes, dialect, at: 0, delimiter: b";", copying: false, unclosed: Unclosed::default(), comments: Vec::new() }
    }

    /// A splitter over `text[start..end]`; offsets are offsets in `text`.
    pub(super) fn within(text: &'t str, start: usize, end: usize, dialect: Dialect) -> Self {
        let text = text.get(..end.max(start)).unwrap_or(text);
        Self { at: start, ..Self::new(text, dialect) }
    }

    /// A splitter of another dialect at the beginning of a piece that this one gave, which sees the next `window` bytes.
    pub(super) fn again(&self, piece: &Piece, window: usize, dialect: Dialect) -> Self {
        let mut end = (piece.start + window).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        Self { delimiter: self.delimiter, ..Self::within(self.text, piece.start, end, dialect) }
    }

    /// Goes on where `other`, which [`Splitter::again`] gave for `piece`, has come to.
    pub(super) fn go_on_after(&mut self, other: Self, piece: &Piece) {
        self.comments.retain(|comment| (comment.span.start as usize) < piece.start);
        self.comments.extend(other.comments);
        self.at = other.at;
        self.unclosed = Unclosed::default();
    }

    /// The comments met so far, in order.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The comments, after the last piece.
    #[must_use]
    pub fn into_comments(self) -> Vec<Comment> {
        self.comments
    }

    fn comment(&mut self, start: usize, end: usize) {
        let end = if byte(self.bytes, end.saturating_sub(1)) == b'\r' { end - 1 } else { end };
        let after = self.bytes.get(end..).unwrap_or_default().iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        let alone = begins_line(self.bytes, start) && matches!(after, None | Some(b'\n'));
        self.comments.push(Comment { span: Span::new(start, end), alone });
    }

    /// If a comment stands at `self.at`, records it and moves behind it.
    fn skip_comment(&mut self, line_start: bool) -> bool {
        let at = self.at;
        let end = match (byte(self.bytes, at), byte(self.bytes, at + 1)) {
            (b'-', b'-') => line_end(self.bytes, at),
            (b'#', next)
                if (self.dialect.hash_comments() || (line_start && self.dialect != Dialect::MsSql && next != b'_'))
                    && !is_hash_template(self.bytes, at) =>
            {
                line_end(self.bytes, at)
            }
            (b'/', b'/') if (self.dialect.slash_comments() || line_start) && self.delimiter.first() != Some(&b'/') => {
                line_end(self.bytes, at)
            }
            (b'{', b'%' | b'#') => match template_tag_end(self.bytes, at) {
                Some(end) => {
                    self.at = end;
                    return true;
                }
                None => return false,
            },
            (b'/', b'*') => {
                let opened = match byte(self.bytes, at + 2) {
                    b'!' => Some(at + 3),
                    b'M' if byte(self.bytes, at + 3) == b'!' => Some(at + 4),
                    _ => None,
                };
                if let Some(inside) = opened {
                    // MySQL runs what stands in `/*!40101 ... */`: the signs are blanks, the content is SQL.
                    self.at = word_end(self.bytes, inside);
                    return true;
                }
                let nested = self.dialect.nested_comments() && !self.unclosed.nested_comment;
                block_comment_end(self.bytes, at, nested).unwrap_or_else(|| {
                    self.unclosed.nested_comment = true;
                    block_comment_end(self.bytes, at, false).unwrap_or(self.bytes.len())
                })
            }
            (b'*', b'/') => {
                self.at = at + 2;
                return true;
            }
            _ => return false,
        };
        self.comment(at, end);
        self.at = end;
        true
    }

    fn piece(&mut self, kind: PieceKind, start: usize, head: usize, body: usize, end: usize) -> Piece {
        self.at = end;
        Piece { kind, start, head: head.min(end), body: body.clamp(head.min(end), end), end }
    }

    /// Rows up to the line `\.`; where there is none (a dump that was cut), up to what cannot be a row.
    fn data(&mut self) -> Option<Piece> {
        self.copying = false;
        let start = self.at;
        let first = line_end(self.bytes, start);
        let rest = self.bytes.get(first..)?;
        let found = if self.unclosed.data { None } else { memchr::memmem::find(rest, b"\n\\.") };
        if let Some(found) = found {
            let found = first + found;
            let end = line_end(self.bytes, found + 1);
            return Some(self.piece(PieceKind::Data, start, (first + 1).min(found), found, end));
        }
        self.unclosed.data = true;
        let mut end = first;
        while end < self.bytes.len() {
            let line = self.bytes.get(end + 1..line_end(self.bytes, end + 1)).unwrap_or_default();
            let row = !(line.trim_ascii().is_empty() || line.starts_with(b"--") || classify(self.bytes, end + 1) != Class::Other);
            if !row && memchr::memchr(b'\t', line).is_none() {
                break;
            }
            end = line_end(self.bytes, end + 1);
        }
        (end > first).then(|| self.piece(PieceKind::Data, start, first + 1, end, end))
    }

    /// A line for the client at `at`, where no statement has begun: its end.
    fn directive(&mut self, at: usize) -> Option<usize> {
        let bytes = self.bytes;
        let end = line_end(bytes, at);
        let line = bytes.get(at..end)?.trim_ascii_end();
        if let Some(delimiter) = self.delimiter_line(at) {
            self.delimiter = delimiter;
            return Some(end);
        }
        if is_batch_end(line) || matches!(line.first(), Some(b'\\')) {
            return Some(end);
        }
        // sqlcmd's `:setvar`, SQL*Plus' `@script`.
        let second = line.get(1).copied().unwrap_or(0);
        if matches!(line.first(), Some(b':' | b'@')) && (second.is_ascii_alphabetic() || second == b'@') && !line.ends_with(b";")
        {
            return Some(end);
        }
        // A line that is all template: `{% if %}`, `{{if .sqlite}}`.
        if line.starts_with(b"{%") || line.starts_with(b"{{") && line.ends_with(b"}}") && occurrences(line, b"{{") == 1 {
            return Some(end);
        }
        let always = ["PROMPT", "REM", "REMARK", "SPOOL", "WHENEVER", "ACCEPT", "TTITLE", "BTITLE"];
        if always.iter().any(|word| word_is(bytes, at, word)) {
            return Some(end);
        }
        let client = self.dialect == Dialect::Oracle && !line.ends_with(b";");
        let oracle = ["SET", "EXIT", "CONNECT", "CONN", "DEFINE", "UNDEFINE", "SHOW", "COLUMN", "QUIT", "CLEAR"];
        (client && oracle.iter().any(|word| word_is(bytes, at, word))).then_some(end)
    }

    fn delimiter_line(&self, at: usize) -> Option<&'t [u8]> {
        if !word_is(self.bytes, at, "DELIMITER") {
            return None;
        }
        let end = line_end(self.bytes, at);
        let delimiter = self.bytes.get(at + "DELIMITER".len()..end)?.trim_ascii();
        (!delimiter.is_empty() && delimiter.len() <= 16).then_some(delimiter)
    }

    /// Whether the line at `at` begins a new statement inside one that has not ended.
    fn begins_statement(&self, at: usize, first_column: bool, class: Class, nesting: &Nesting) -> bool {
        let bytes = self.bytes;
        if !matches!(byte(bytes, at) | 0x20, b'c' | b'a' | b'd' | b'i' | b'e' | b'u' | b'p' | b'r') {
            return false;
        }
        let routine = class == Class::Routine;
        let fresh = classify(bytes, at);
        if fresh == Class::CreateTable {
            return first_column || !routine;
        }
        if nesting.parentheses > 0 {
            return false;
        }
        let batches = self.dialect == Dialect::MsSql;
        match fresh {
            Class::CreateView | Class::Routine | Class::CreateType => first_column || (batches && !routine),
            Class::AlterTable | Class::Comment | Class::Rename => !routine && (first_column || batches),
            Class::Drop => !routine && (first_column || batches) && class != Class::AlterTable,
            Class::Insert | Class::Execute => !routine && batches,
            Class::Other => {
                !routine
                    && (first_column || batches)
                    && word_is(bytes, at, "CREATE")
                    && (["INDEX", "UNIQUE", "SEQUENCE", "SCHEMA", "NONCLUSTERED", "CLUSTERED"])
                        .iter()
                        .any(|word| word_is(bytes, skip_blanks(bytes, at + 6), word))
            }
            _ => false,
        }
    }

    /// A quote at `self.at`: moves behind the string. Returns `true` if the statement must end here because the string runs
    /// over a line that begins with `CREATE TABLE`, which no string of such a statement holds.
    fn skip_string(&mut self, class: Class) -> bool {
        let open = self.at;
        let quote = byte(self.bytes, open);
        let dead = if quote == b'\'' { self.unclosed.single } else { self.unclosed.double };
        if dead {
            self.at = open + 1;
            return false;
        }
        let escaped = open > 0
            && matches!(byte(self.bytes, open - 1), b'E' | b'e')
            && !(open > 1 && is_name_byte(byte(self.bytes, open - 2)));
        let end = string_end(self.bytes, open, self.dialect, escaped);
        let holds_code = matches!(class, Class::Routine | Class::Block | Class::Insert | Class::Execute | Class::Comment);
        if !holds_code
            && let Some(inside) = self.bytes.get(open..end.unwrap_or(self.bytes.len()))
            && let Some(line) = line_with_create_table(inside)
        {
            self.at = open + line;
            return true;
        }
        // A row's string may well hold a script. One whose end no value has, and which runs over the end of a statement and the
        // beginning of another, was never closed.
        if class == Class::Insert
            && let Some(end) = end
            && !closes_value(self.bytes, end)
            && let Some(line) = self.bytes.get(open..end).and_then(line_after_statement)
        {
            self.at = open + line;
            return true;
        }
        match end {
            Some(end) => self.at = end,
            None => {
                if quote == b'\'' {
                    self.unclosed.single = true;
                } else {
                    self.unclosed.double = true;
                }
                self.at = open + 1;
            }
        }
        false
    }

    fn statement(&mut self, start: usize) -> Piece {
        let bytes = self.bytes;
        let head = self.at;
        let class = classify(bytes, head);
        let kind = PieceKind::Statement(class);
        let code = matches!(class, Class::Routine | Class::Block);
        // A T-SQL routine is a batch of its own; a PL/SQL one ends with a line `/`.
        let whole_batch = class == Class::Routine && matches!(self.dialect, Dialect::MsSql | Dialect::Oracle)
            || class == Class::Block && self.dialect == Dialect::Oracle && word_is(bytes, head, "DECLARE");
        let plain = self.delimiter == b";";
        let mut nesting = Nesting::default();
        while self.at < bytes.len() {
            if plain && !code {
                let rest = bytes.get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(|byte| is_telling(*byte)).unwrap_or(rest.len());
            }
            let at = self.at;
            work::count(1);
            let current = byte(bytes, at);
            if !plain && bytes.get(at..).is_some_and(|rest| rest.starts_with(self.delimiter)) {
                return self.piece(kind, start, head, at, at + self.delimiter.len());
            }
            match current {
                b'\n' => {
                    self.at = at + 1;
                    let first = skip_spaces(bytes, at + 1);
                    let line = line_end(bytes, first);
                    if line - first <= 24
                        && (bytes.get(first..line).is_some_and(is_batch_end) || self.delimiter_line(first).is_some())
                    {
                        return self.piece(kind, start, head, at, at + 1);
                    }
                    if self.begins_statement(first, first == at + 1, class, &nesting) {
                        return self.piece(kind, start, head, at, at + 1);
                    }
                    if matches!(byte(bytes, first), b'#' | b'/' | b'{') {
                        self.at = first;
                        if !self.skip_comment(true) {
                            self.at = first + 1;
                        }
                    }
                }
                b'\'' | b'"' => {
                    if self.skip_string(class) {
                        let end = self.at;
                        return self.piece(kind, start, head, end, end);
                    }
                }
                b'`' => self.at = quoted_name_end(bytes, at).unwrap_or(at + 1),
                b'[' if opens_bracket_name(bytes, at, self.dialect) => self.at = quoted_name_end(bytes, at).unwrap_or(at + 1),
                b'$' if self.dialect.dollar_quotes() && !self.unclosed.dollar => {
                    self.at = at + 1;
                    if let Some(tag) = dollar_tag(bytes, at) {
                        match dollar_end(bytes, at, tag) {
                            Some(end) => self.at = end,
                            None => self.unclosed.dollar = true,
                        }
                    }
                }
                b'-' | b'/' | b'*' | b'#' | b'{' => {
                    if !self.skip_comment(false) {
                        self.at = at + 1;
                    }
                }
                b'(' => {
                    nesting.parentheses += 1;
                    self.at = at + 1;
                }
                b')' => {
                    nesting.parentheses = nesting.parentheses.saturating_sub(1);
                    self.at = at + 1;
                }
                b';' if plain => {
                    if !(whole_batch || code && nesting.blocks > 0) {
                        return self.piece(kind, start, head, at, at + 1);
                    }
                    self.at = at + 1;
                }
                _ if code && is_name_byte(current) => self.body_word(&mut nesting),
                _ => self.at = at + 1,
            }
        }
        let end = bytes.len();
        self.piece(kind, start, head, end, end)
    }

    /// A word in a routine's body: counts `BEGIN`, `CASE` and their `END`.
    fn body_word(&mut self, nesting: &mut Nesting) {
        let bytes = self.bytes;
        let at = self.at;
        let rest = bytes.get(at..).unwrap_or_default();
        let end = at + rest.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(rest.len());
        self.at = end.max(at + 1);
        if word_is(bytes, at, "BEGIN") {
            let next = skip_trivia_short(bytes, end);
            if byte(bytes, next) != b';' && !["TRANSACTION", "TRAN", "WORK"].iter().any(|word| word_is(bytes, next, word)) {
                nesting.blocks += 1;
            }
        } else if word_is(bytes, at, "CASE") {
            nesting.blocks += 1;
        } else if word_is(bytes, at, "END") {
            let next = skip_trivia_short(bytes, end);
            if ["IF", "LOOP", "WHILE", "REPEAT", "FOR"].iter().any(|word| word_is(bytes, next, word)) {
                return;
            }
            nesting.blocks = nesting.blocks.saturating_sub(1);
            if word_is(bytes, next, "CASE") {
                self.at = next + 4;
            }
        }
    }
}

impl Iterator for Splitter<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        if self.copying
            && let Some(piece) = self.data()
        {
            return Some(piece);
        }
        loop {
            self.at = skip_blanks(self.bytes, self.at);
            let at = self.at;
            if at >= self.bytes.len() {
                return Some(self.piece(PieceKind::Blank, start, at, at, at));
            }
            let line_start = begins_line(self.bytes, at);
            if line_start && let Some(end) = self.directive(at) {
                return Some(self.piece(PieceKind::Directive, start, at, end, end));
            }
            if self.skip_comment(line_start) {
                continue;
            }
            let stray = self.delimiter;
            if self.bytes.get(at..).is_some_and(|rest| rest.starts_with(stray)) {
                return Some(self.piece(PieceKind::Blank, start, at, at, at + stray.len()));
            }
            break;
        }
        let piece = self.statement(start);
        if piece.kind == PieceKind::Statement(Class::Copy) {
            let text = self.bytes.get(piece.head..piece.body).unwrap_or_default();
            let tail = text.get(text.len().saturating_sub(200)..).unwrap_or_default().to_ascii_lowercase();
            self.copying = memchr::memmem::find(&tail, b"stdin").is_some();
        }
        Some(piece)
    }
}

/// How often `needle` stands in a line.
fn occurrences(line: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find_iter(line, needle).count()
}

/// Whether nothing but blanks stands before `at` on its line.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    matches!(last, None | Some(b'\n'))
}

/// Whether a byte can begin or end anything in a statement; all others are passed over in one go.
fn is_telling(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\'' | b'"' | b'`' | b'[' | b'$' | b'-' | b'/' | b'*' | b'#' | b'{' | b'(' | b')' | b';')
}

fn skip_spaces(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len())
}

/// Past blanks, but never far: looking ahead for each word must not make the pass quadratic.
fn skip_trivia_short(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..(at + 32).min(bytes.len())).unwrap_or_default();
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

/// A line that is nothing but `GO` (with a count) or `/`.
fn is_batch_end(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if line == b"/" {
        return true;
    }
    let Some((go, rest)) = line.split_at_checked(2) else { return false };
    go.eq_ignore_ascii_case(b"GO")
        && (rest.is_empty() || rest == b";" || rest.trim_ascii().iter().all(u8::is_ascii_digit))
        && (rest.is_empty() || rest == b";" || rest.first() == Some(&b' '))
}

/// Offset of the first line in `text` that begins with `CREATE TABLE` in its first column.
fn line_with_create_table(text: &[u8]) -> Option<usize> {
    work::count(text.len());
    memchr::memchr_iter(b'\n', text).map(|newline| newline + 1).find(|line| {
        byte(text, *line) | 0x20 == b'c' && word_is(text, *line, "CREATE") && {
            // The whole of `CREATE OR REPLACE TABLE` stands on the line.
            let end = line_end(text, *line);
            text.get(..end).is_some_and(|upto| classify(upto, *line) == Class::CreateTable)
        }
    })
}

/// Offset of the first line in `text` that begins with `INSERT` or `CREATE TABLE` where the line before ends with `;`.
fn line_after_statement(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', text).find_map(|newline| {
        let ended = text.get(newline.saturating_sub(8)..newline).is_some_and(|before| before.trim_ascii_end().ends_with(b";"));
        let line = newline + 1;
        let begins = || word_is(text, line, "CREATE") && word_is(text, skip_spaces(text, line + 6), "TABLE");
        (ended && (word_is(text, line, "INSERT") || begins())).then_some(line)
    })
}
