//! Literals in rows: `INSERT ... VALUES` and `COPY ... FROM stdin`. Only the first rows of each table are read, however large
//! the dump: they show what the table holds.

use rustc_hash::FxHashMap;

use super::dialect::Dialect;
use super::token::{Kind, Lexer, Token, Tokens, inner, unquote};
use crate::index::Symbol;
use crate::ir::StringLiteral;
use crate::source::Span;

/// Rows read of each table.
const ROWS: usize = 200;
/// Literals kept of one file.
const LITERALS: usize = 20_000;
/// Shorter texts are no identifiers of anybody; longer ones are documents.
const LENGTH: std::ops::RangeInclusive<usize> = 5..=200;

/// Collects literals over the statements of a file.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) literals: Vec<StringLiteral>,
    /// Rows seen of each table.
    seen: FxHashMap<String, usize>,
    /// Column lists that `CREATE TABLE` gave.
    columns: FxHashMap<String, Vec<Symbol>>,
    /// The table and columns of the `COPY` whose rows come next.
    copying: Option<(String, Vec<Symbol>)>,
}

impl Rows {
    /// Remembers the columns of a table that the file creates.
    pub(super) fn table(&mut self, name: Symbol, columns: impl Iterator<Item = Symbol>) {
        self.columns.insert(name.as_str().to_lowercase(), columns.collect());
    }

    fn literal(&mut self, raw: &str, span: Span, name: Option<Symbol>) {
        if self.literals.len() < LITERALS && LENGTH.contains(&raw.len()) {
            self.literals.push(StringLiteral { text: Symbol::new(raw), span, name, in_test: false });
        }
    }

    /// Reads the rows of an `INSERT` in `text[start..end]`; whether a query gives them instead.
    pub(super) fn insert(&mut self, text: &str, start: usize, end: usize, dialect: Dialect) -> bool {
        let mut lexer = Lexer::new(text, start, end, dialect);
        let mut head: Vec<Token> = Vec::new();
        // `INSERT IGNORE INTO db.table (a, b, ...) VALUES`: bounded, as an `INSERT ... SELECT` has no `VALUES`.
        for token in lexer.by_ref() {
            let word = matches!(token.kind, Kind::Word).then(|| text.get(token.start..token.end)).flatten().unwrap_or_default();
            let values = word.eq_ignore_ascii_case("VALUES") || word.eq_ignore_ascii_case("VALUE");
            if word.eq_ignore_ascii_case("SELECT") {
                return true;
            }
            if head.len() > 4096 {
                return false;
            }
            head.push(token);
            if values && head.len() > 2 {
                break;
            }
        }
        let head = Tokens { text, all: &head };
        let Some(at) = (1..head.len().min(8)).find(|at| !head.is_any(*at, INSERT_WORDS)) else { return false };
        let Some(table) = head.qualified(at) else { return false };
        let key = table.name.as_str().to_lowercase();
        let mut columns = if head.sign(table.next, b'(') { super::table::names(&head, table.next) } else { Vec::new() };
        if columns.is_empty() {
            columns = self.columns.get(&key).cloned().unwrap_or_default();
        }
        let mut rows = self.seen.get(&key).copied().unwrap_or(0);
        let (mut depth, mut position) = (0usize, 0usize);
        for token in lexer {
            if rows >= ROWS {
                break;
            }
            match token.kind {
                Kind::Sign(b'(') => {
                    depth += 1;
                    if depth == 1 {
                        position = 0;
                    }
                }
                Kind::Sign(b')') => {
                    depth = depth.saturating_sub(1);
                    rows += usize::from(depth == 0);
                }
                Kind::Sign(b',') if depth == 1 => position += 1,
                Kind::Sign(b';') if depth == 0 => break,
                Kind::Text | Kind::Quoted if depth == 1 => {
                    let raw = text.get(token.start..token.end).unwrap_or_default();
                    let span = string_span(token.span(), raw);
                    self.literal(&unquote(raw), span, columns.get(position).copied());
                }
                _ => {}
            }
        }
        self.seen.insert(key, rows);
        false
    }

    /// Reads the head of a `COPY`.
    pub(super) fn copy(&mut self, tokens: &Tokens<'_>) {
        let Some(table) = tokens.qualified(1) else { return };
        let key = table.name.as_str().to_lowercase();
        let listed = if tokens.sign(table.next, b'(') { super::table::names(tokens, table.next) } else { Vec::new() };
        let columns = if listed.is_empty() { self.columns.get(&key).cloned().unwrap_or_default() } else { listed };
        self.copying = Some((key, columns));
    }

    /// Reads the rows of the `COPY` that came last, in `text[start..end]`.
    pub(super) fn data(&mut self, text: &str, start: usize, end: usize) {
        let Some((key, columns)) = self.copying.take() else { return };
        let mut rows = self.seen.get(&key).copied().unwrap_or(0);
        let mut at = start;
        for line in text.get(start..end).unwrap_or_default().split_inclusive('\n') {
            if rows >= ROWS {
                break;
            }
            rows += 1;
            let mut from = at;
            for (position, value) in line.trim_end_matches(['\n', '\r']).split('\t').enumerate() {
                if value != "\\N" {
                    self.literal(value, Span::new(from, from + value.len()), columns.get(position).copied());
                }
                from += value.len() + 1;
            }
            at += line.len();
        }
        self.seen.insert(key, rows);
    }
}

/// Words between `INSERT` and the table.
const INSERT_WORDS: &[&str] = &[
    "INTO",
    "IGNORE",
    "OR",
    "REPLACE",
    "OVERWRITE",
    "TABLE",
    "LOW_PRIORITY",
    "DELAYED",
    "HIGH_PRIORITY",
    "ABORT",
    "FAIL",
    "ROLLBACK",
];

/// The span of a string's content, its prefix (`E`, `N`) and quotes left out.
fn string_span(span: Span, raw: &str) -> Span {
    let prefixed = raw.len() > 2 && raw.as_bytes().get(1) == Some(&b'\'') && raw.as_bytes().first() != Some(&b'\'');
    if prefixed { Span { start: span.start + 2, end: span.end - 1 } } else { inner(span, raw) }
}
