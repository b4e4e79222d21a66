//! Values in rows: `INSERT ... VALUES`, `INSERT ... SELECT 'a', 'b'`, `MERGE ... USING (VALUES ...)`, `COPY ... FROM stdin`.
//!
//! Every row is passed over once; what is kept of each column is bounded ([`crate::lang::values`]).

use rustc_hash::FxHashMap;

use super::dialect::Dialect;
use super::scan::{is_name_byte, word_is};
use super::token::{Kind, Lexer, Token, Tokens};
use super::tuple::{Closing, Found, Tuples};
use crate::index::Symbol;
use crate::ir::rows::{ColumnValues, Escapes};
use crate::lang::delimited;
use crate::lang::values::{Collector, Layout};

/// Longer heads (some four thousand columns) are no table's.
const HEAD: usize = 8192;

/// Collects values over the statements of a file.
#[derive(Debug, Default)]
pub(super) struct Rows {
    collector: Collector,
    /// Column lists that `CREATE TABLE` gave, by the last part of the table's name in lower case.
    columns: FxHashMap<String, Vec<Symbol>>,
    /// The `COPY` whose rows come next.
    copying: Option<Copying>,
    /// The head of the statement before: dumps repeat it for every row.
    last: Option<Head>,
    /// Bytes of rows looked at, some of them twice.
    #[cfg(test)]
    work: usize,
}

/// A read head: `INSERT INTO users (a, b) VALUES`.
#[derive(Debug)]
struct Head {
    start: usize,
    /// Where the rows begin.
    end: usize,
    layout: Layout,
    closing: Closing,
}

/// How the rows of a `COPY` are written.
#[derive(Debug)]
struct Copying {
    layout: Layout,
    delimiter: u8,
    /// Comma-separated values with quotes, rather than the text format with backslashes.
    csv: bool,
    header: bool,
}

/// The last part of a name, in lower case.
fn key(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_lowercase()
}

impl Rows {
    /// Remembers the columns of a table that the file creates.
    pub(super) fn table(&mut self, name: Symbol, columns: impl Iterator<Item = Symbol>) {
        self.columns.insert(key(name.as_str()), columns.collect());
        self.last = None;
    }

    /// What was collected.
    pub(super) fn finish(self) -> Vec<ColumnValues> {
        self.collector.finish()
    }

    fn layout(&mut self, table: Symbol, listed: &[Symbol]) -> Layout {
        if listed.is_empty() {
            let known = self.columns.get(&key(table.as_str())).map(Vec::as_slice).unwrap_or_default();
            return self.collector.layout(table, known);
        }
        self.collector.layout(table, listed)
    }

    /// Reads the rows of an `INSERT` or `MERGE` in `text[start..end]`.
    pub(super) fn insert(&mut self, text: &str, start: usize, end: usize, dialect: Dialect) {
        if word_is(text.as_bytes(), start, "MERGE") {
            self.merge(text, start, end, dialect);
            return;
        }
        let mut at = start;
        // Oracle's `INSERT ALL INTO a VALUES (...) INTO b VALUES (...) SELECT ...` has several heads.
        loop {
            let Some(mut head) = self.head(text, at, end, dialect) else { return };
            let mut tuples = Tuples::new(text, head.end, end, dialect);
            let more = match head.closing {
                Closing::Parenthesis => self.tuples(&mut tuples, &mut head.layout),
                Closing::Clause => self.selected(&mut tuples, &mut head.layout),
            };
            at = tuples.at;
            #[cfg(test)]
            {
                self.work += tuples.work;
            }
            self.last = Some(head);
            if !more || !tuples.word("INTO") {
                return;
            }
        }
    }

    /// `(...), (...)`; `false` if the text ends inside.
    fn tuples(&mut self, tuples: &mut Tuples<'_>, layout: &mut Layout) -> bool {
        while tuples.sign(b'(') {
            if !tuples.list(Closing::Parenthesis, |position, found| take(&mut self.collector, layout, position, found)) {
                return false;
            }
            let comma = tuples.sign(b',');
            // `VALUES ROW(1, 2), ROW(3, 4)`.
            let _ = comma && tuples.word("ROW");
        }
        true
    }

    /// `SELECT 'a', 'b' UNION ALL SELECT 'c', 'd'`.
    fn selected(&mut self, tuples: &mut Tuples<'_>, layout: &mut Layout) -> bool {
        loop {
            if !tuples.list(Closing::Clause, |position, found| take(&mut self.collector, layout, position, found)) {
                return false;
            }
            // `FROM dual UNION ALL SELECT`.
            if tuples.word("FROM") {
                let _ = tuples.word("DUAL");
            }
            if !tuples.word("UNION") {
                return false;
            }
            let _ = tuples.word("ALL");
            if !tuples.word("SELECT") {
                return false;
            }
        }
    }

    /// The head at `start`.
    fn head(&mut self, text: &str, start: usize, end: usize, dialect: Dialect) -> Option<Head> {
        if let Some(last) = self.last.take() {
            let length = last.end - last.start;
            let same = start + length <= end && text.get(last.start..last.end) == text.get(start..start + length);
            if same && !text.as_bytes().get(start + length).is_some_and(|byte| is_name_byte(*byte)) {
                return Some(Head { start, end: start + length, ..last });
            }
        }
        let mut lexer = Lexer::new(text, start, end, dialect);
        let mut head: Vec<Token> = Vec::new();
        let mut closing = None;
        for token in lexer.by_ref() {
            if head.len() > HEAD {
                return None;
            }
            let word = matches!(token.kind, Kind::Word).then(|| text.get(token.start..token.end)).flatten().unwrap_or_default();
            head.push(token);
            if word.eq_ignore_ascii_case("SELECT") {
                closing = Some((Closing::Clause, token.end));
                break;
            }
            if (word.eq_ignore_ascii_case("VALUES") || word.eq_ignore_ascii_case("VALUE")) && head.len() > 2 {
                closing = Some((Closing::Parenthesis, token.end));
                break;
            }
        }
        let (closing, at) = closing?;
        let head = Tokens { text, all: &head };
        let name = (0..head.len().min(8)).find(|at| !head.is_any(*at, INSERT_WORDS))?;
        let table = head.qualified(name)?;
        let listed = if head.sign(table.next, b'(') { super::table::names(&head, table.next) } else { Vec::new() };
        let layout = self.layout(table.name, &listed);
        Some(Head { start, end: at, layout, closing })
    }

    /// `MERGE INTO t USING (VALUES (...), (...)) AS source (a, b) ON ...`: the names stand behind the rows.
    fn merge(&mut self, text: &str, start: usize, end: usize, dialect: Dialect) {
        let mut head: Vec<Token> = Vec::new();
        let mut rows = None;
        for token in Lexer::new(text, start, end, dialect).take(HEAD) {
            head.push(token);
            if text.get(token.start..token.end).is_some_and(|word| word.eq_ignore_ascii_case("VALUES")) {
                rows = Some(token.end);
                break;
            }
        }
        let Some(rows) = rows else { return };
        let head = Tokens { text, all: &head };
        let Some(table) = head.qualified(if head.is(1, "INTO") { 2 } else { 1 }) else { return };
        // `WHEN NOT MATCHED THEN INSERT (...) VALUES (source.a, ...)` names columns, not values.
        if !(head.len() >= 3 && head.sign(head.len() - 2, b'(') && head.is(head.len() - 3, "USING")) {
            return;
        }
        let mut behind = Tuples::new(text, rows, end, dialect);
        while behind.sign(b'(') && behind.list(Closing::Parenthesis, |_, _| ()) {
            behind.sign(b',');
        }
        if !behind.sign(b')') {
            return;
        }
        let names: Vec<Token> = Lexer::new(text, behind.at, end, dialect).take(HEAD).collect();
        let names = Tokens { text, all: &names };
        let open = (0..3).find(|at| names.sign(*at, b'('));
        let Some(open) = open else { return };
        let mut layout = self.layout(table.name, &super::table::names(&names, open));
        let mut tuples = Tuples::new(text, rows, end, dialect);
        self.tuples(&mut tuples, &mut layout);
        #[cfg(test)]
        {
            self.work += tuples.work + behind.work;
        }
    }

    /// Reads the head of a `COPY`.
    pub(super) fn copy(&mut self, tokens: &Tokens<'_>) {
        let Some(table) = tokens.qualified(1) else { return };
        let listed = if tokens.sign(table.next, b'(') { super::table::names(tokens, table.next) } else { Vec::new() };
        let layout = self.layout(table.name, &listed);
        // Options stand behind `FROM stdin`: a handful of words.
        let options = (table.next..tokens.len()).rev().take(40);
        let csv = options.clone().any(|at| tokens.is(at, "CSV"));
        let header = options.clone().any(|at| tokens.is(at, "HEADER") && !tokens.is(at + 1, "FALSE"));
        let given = options.clone().find(|at| tokens.is(*at, "DELIMITER") || tokens.is(*at, "DELIMITERS"));
        let sign = given.and_then(|at| super::column::text_at(tokens, if tokens.is(at + 1, "AS") { at + 2 } else { at + 1 }));
        let usual = if csv { b',' } else { b'\t' };
        let delimiter = sign.and_then(|sign| sign.as_str().bytes().next()).unwrap_or(usual);
        self.copying = Some(Copying { layout, delimiter, csv, header });
    }

    /// Reads the rows of the `COPY` that came last, in `text[start..end]`.
    pub(super) fn data(&mut self, text: &str, start: usize, end: usize) {
        let Some(mut copying) = self.copying.take() else { return };
        let collector = &mut self.collector;
        let layout = &mut copying.layout;
        if copying.csv {
            let mut skipped = !copying.header;
            for record in delimited::Records::new(text, start, end, copying.delimiter) {
                if std::mem::replace(&mut skipped, true) {
                    for (position, field) in record.iter().enumerate() {
                        let found = Found { start: field.start, end: field.end, escapes: field.escapes };
                        take(collector, layout, position, Some(found).filter(|found| found.start < found.end));
                    }
                }
            }
            return;
        }
        let bytes = text.as_bytes().get(..end).unwrap_or_default();
        let mut at = start;
        while at < end {
            let rest = bytes.get(at..).unwrap_or_default();
            let line_end = memchr::memchr(b'\n', rest).map_or(end, |found| at + found);
            let line = bytes.get(at..line_end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let mut from = at;
            for (position, value) in line.split(|byte| *byte == copying.delimiter).enumerate() {
                let hexadecimal = value.starts_with(b"\\\\x");
                let found = (value != b"\\N" && !hexadecimal).then(|| {
                    let escapes = if memchr::memchr(b'\\', value).is_some() { Escapes::C } else { Escapes::None };
                    Found { start: from, end: from + value.len(), escapes }
                });
                take(collector, layout, position, found);
                from += value.len() + 1;
            }
            at = line_end + 1;
        }
    }
}

fn take(collector: &mut Collector, layout: &mut Layout, position: usize, found: Option<Found>) {
    match found {
        Some(found) => collector.value(layout, position, found.start, found.end, found.escapes),
        None => collector.nothing(layout, position),
    }
}

/// Words between `INSERT` and the table.
const INSERT_WORDS: &[&str] = &[
    "INSERT",
    "UPSERT",
    "ALL",
    "FIRST",
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::sql::split::{Class, PieceKind, Splitter};

    /// The bytes of rows looked at when all statements of a text are read.
    fn work(text: &str, dialect: Dialect) -> usize {
        let mut rows = Rows::default();
        for piece in Splitter::new(text, dialect) {
            if piece.kind == PieceKind::Statement(Class::Insert) {
                rows.insert(text, piece.head, piece.body, dialect);
            }
        }
        rows.work
    }

    fn part() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "INSERT INTO t (a, b) VALUES ",
            "INSERT ALL INTO t VALUES (1) INTO u VALUES (2) SELECT 1 FROM dual",
            "MERGE INTO t USING (VALUES (1, 'a'), (2, 'b')) AS s (a, b) ON s.a = t.a",
            "INSERT INTO t SELECT 'a', 'b' UNION ALL SELECT ",
            "(1, 'a')",
            "(",
            "'",
            "\"",
            ", ",
            ";\n",
            "\n",
            "$$",
            "/*",
            "0x00ff",
            "INTO ",
            "GO\n",
        ])
    }

    proptest! {
        /// A text that is many times as long costs that many times the work, whatever is broken in it.
        #[test]
        fn rows_of_any_statements_cost_their_length(parts in prop::collection::vec(part(), 1..30), times in 1usize..50, dialect in 0usize..4) {
            let dialect = [Dialect::Generic, Dialect::MySql, Dialect::Postgres, Dialect::MsSql][dialect];
            let text = parts.concat().repeat(times);
            prop_assert!(work(&text, dialect) <= 6 * text.len(), "{} bytes read of {}", work(&text, dialect), text.len());
        }
    }
}
