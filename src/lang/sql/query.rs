//! Queries: which columns a `SELECT` gives and where they come from, which columns placeholders are stored in or compared with.
//!
//! A reader of our own comes first, as queries in code hold placeholders of every driver and template, views are of every
//! dialect, and both are read for names only. Where a grammar takes the query too ([`parser`]), its tree is the better reading of
//! results and placeholders; tables are this reader's. One pass over the tokens with bounded nesting; a chain of a million operators or
//! `UNION`s costs a million steps and no stack.

mod copied;
mod expressions;
mod placeholders;
mod recognise;
mod scope;
mod select;
mod sources;
mod words;
mod write;

use rustc_hash::FxHashMap;

pub(super) use self::copied::copied;
pub(super) use self::recognise::only_reads;
use self::recognise::{is_determiner, looks_like_query};
pub(super) use self::scope::{Scope, Source};
pub(super) use self::words::{AFTER_SOURCES, KEYWORDS};
use super::dialect::Dialect;
use super::parser::{self, Goal, Reading};
use super::token::{Kind, Lexer, Token, Tokens, inner};
use crate::index::Symbol;
use crate::ir::schema::{ColumnRef, Query, QueryBind, QueryKind};
use crate::source::Span;

/// A column that a query gives.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// Its name; `*` stands for all columns of a table.
    pub(super) name: Symbol,
    /// Where the name stands.
    pub(super) span: Span,
    /// The columns that it comes from.
    pub(super) columns: Vec<ColumnRef>,
}

/// Queries nested deeper than this are passed over.
const DEEPEST: u8 = 24;
/// Longer texts in code are data, not queries.
const LONGEST: usize = 256 * 1024;
/// A column is said to come from this many others at most.
const SOURCES: usize = 16;

/// Reads a query of code.
pub(super) fn read(text: &str) -> Option<Query> {
    if text.len() > LONGEST || !looks_like_query(text) {
        return None;
    }
    let tokens: Vec<Token> = Lexer::with_placeholders(text, Dialect::Generic).collect();
    let mut reader = Reader::new(Tokens { text, all: &tokens });
    reader.placeholders();
    let kind = reader.kind()?;
    let mut outputs = reader.query(0, tokens.len(), None, 0);
    if (reader.tables.is_empty() && !reader.dynamic) || reader.tables.iter().any(|table| is_determiner(table.as_str())) {
        return None;
    }
    if let Some(mut reading) = parser::read(&reader.tokens, Dialect::Generic, Goal::Statement) {
        let binds = reader.binds_of(&reading);
        outputs = better_outputs(outputs, &reader.tables, &mut reading);
        reader.binds = better_binds(reader.binds, binds, &reader.tables, &reading);
    }
    Some(Query {
        kind,
        tables: reader.tables,
        outputs: outputs.into_iter().map(|output| (output.name, output.columns)).collect(),
        binds: reader.binds,
    })
}

/// The columns that the query in `tokens` gives, for views and `CREATE TABLE ... AS`.
pub(super) fn outputs(tokens: &Tokens<'_>, dialect: Dialect) -> Vec<Output> {
    let mut reader = Reader::new(*tokens);
    let outputs = reader.query(0, tokens.len(), None, 0);
    match parser::read(tokens, dialect, Goal::Query) {
        Some(mut reading) => better_outputs(outputs, &reader.tables, &mut reading),
        None => outputs,
    }
}

/// Of two readings of the same query, whether the lenient one is to be preferred to the grammar's tree: only where they disagree
/// on the number of results and it says of more columns which table they are in; then the tree was misled by a dialect or a
/// template. An alias that nothing explains is no table.
fn lenient_is_better(lenient: &[&ColumnRef], tree: &[&ColumnRef], tables: &[Symbol], reading: &Reading) -> bool {
    let is_known =
        |column: &&&ColumnRef| column.table.is_some_and(|table| tables.contains(&table) || reading.tables.contains(&table));
    lenient.iter().filter(is_known).count() > tree.iter().filter(is_known).count()
}

fn better_outputs(lenient: Vec<Output>, tables: &[Symbol], reading: &mut Reading) -> Vec<Output> {
    let tree = std::mem::take(&mut reading.outputs);
    if lenient.len() == tree.len() {
        return tree;
    }
    fn columns(outputs: &[Output]) -> Vec<&ColumnRef> {
        outputs.iter().flat_map(|output| &output.columns).collect()
    }
    if lenient_is_better(&columns(&lenient), &columns(&tree), tables, reading) { lenient } else { tree }
}

fn better_binds(lenient: Vec<QueryBind>, tree: Vec<QueryBind>, tables: &[Symbol], reading: &Reading) -> Vec<QueryBind> {
    if lenient.len() == tree.len() {
        return tree;
    }
    fn columns(binds: &[QueryBind]) -> Vec<&ColumnRef> {
        binds.iter().map(|bind| &bind.column).collect()
    }
    if lenient_is_better(&columns(&lenient), &columns(&tree), tables, reading) { lenient } else { tree }
}

/// The names in the parentheses `open..end`, with their places.
pub(super) fn name_list(tokens: &Tokens<'_>, open: usize, end: usize) -> Vec<(Symbol, Span)> {
    let mut names = Vec::new();
    let mut first = true;
    for at in open + 1..end.saturating_sub(1) {
        if first
            && let Some(token) = tokens.get(at)
            && tokens.is_name(at)
        {
            names.push((tokens.name(at), inner(token.span(), tokens.raw(at))));
        }
        first = tokens.sign(at, b',');
    }
    names
}

pub(super) struct Reader<'t> {
    tokens: Tokens<'t>,
    /// For each `(` the position of its `)`, or the number of tokens.
    close: Vec<usize>,
    /// Whether a query begins at the token, after any number of `(`.
    queries: Vec<bool>,
    /// Position and name of each placeholder, by token.
    placeholders: FxHashMap<usize, (u32, Option<Symbol>)>,
    ctes: Vec<(Symbol, Vec<Output>)>,
    tables: Vec<Symbol>,
    binds: Vec<QueryBind>,
    /// A table is named by a placeholder.
    dynamic: bool,
}

impl<'t> Reader<'t> {
    fn new(tokens: Tokens<'t>) -> Self {
        let mut close = vec![tokens.len(); tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.all.iter().enumerate() {
            match token.kind {
                Kind::Sign(b'(') => open.push(at),
                Kind::Sign(b')') => {
                    if let Some(slot) = open.pop().and_then(|open| close.get_mut(open)) {
                        *slot = at;
                    }
                }
                _ => {}
            }
        }
        let mut queries = vec![false; tokens.len()];
        let mut begins = false;
        for (at, slot) in queries.iter_mut().enumerate().rev() {
            begins = if tokens.sign(at, b'(') { begins } else { tokens.is_any(at, &["SELECT", "WITH"]) };
            *slot = begins;
        }
        Self {
            tokens,
            close,
            queries,
            placeholders: FxHashMap::default(),
            ctes: Vec::new(),
            tables: Vec::new(),
            binds: Vec::new(),
            dynamic: false,
        }
    }

    /// The token after the one at `at`, or after its group.
    fn after(&self, at: usize) -> usize {
        if self.tokens.sign(at, b'(') {
            self.close.get(at).map_or(at + 1, |close| (close + 1).min(self.tokens.len()))
        } else {
            at + 1
        }
    }

    /// What the main statement does.
    fn kind(&self) -> Option<QueryKind> {
        let mut at = 0;
        while self.tokens.sign(at, b'(') {
            at += 1;
        }
        let with = self.tokens.is(at, "WITH");
        while at < self.tokens.len() {
            match self.tokens.raw(at).to_ascii_uppercase().as_str() {
                "SELECT" => return Some(QueryKind::Select),
                "INSERT" | "REPLACE" | "MERGE" => return Some(QueryKind::Insert),
                "UPDATE" => return Some(QueryKind::Update),
                "DELETE" => return Some(QueryKind::Delete),
                _ if with => at = self.after(at),
                _ => return None,
            }
        }
        None
    }

    /// Reads the statement in `start..end`: what it gives.
    fn query(&mut self, mut start: usize, mut end: usize, outer: Option<&Scope<'_>>, depth: u8) -> Vec<Output> {
        if depth > DEEPEST {
            return Vec::new();
        }
        while self.tokens.sign(start, b'(') && self.close.get(start).is_some_and(|close| close + 1 == end) {
            start += 1;
            end -= 1;
        }
        let before = self.ctes.len();
        if self.tokens.is(start, "WITH") {
            start = self.common_tables(start + 1, end, depth);
        }
        let outputs = match self.tokens.raw(start).to_ascii_uppercase().as_str() {
            "SELECT" => self.selects(start, end, outer, depth),
            "INSERT" | "REPLACE" => self.insert(start, end, depth),
            "UPDATE" => self.update(start, end, depth),
            "DELETE" => self.delete(start, end, depth),
            "MERGE" => self.merge(start, end, depth),
            // `(SELECT ...) UNION (SELECT ...)`.
            _ if self.tokens.sign(start, b'(') => self.selects(start, end, outer, depth),
            _ => Vec::new(),
        };
        self.ctes.truncate(before);
        outputs
    }
}

/// Whether two names are the same to a database.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!a.is_ascii() && a.to_lowercase() == b.to_lowercase())
}

pub(super) fn add_columns(columns: &mut Vec<ColumnRef>, more: Vec<ColumnRef>) {
    for column in more {
        if columns.len() < SOURCES && !columns.contains(&column) {
            columns.push(column);
        }
    }
}

/// A result name without the marks of typed queries: `email!`, `id: Uuid`, `name?`.
pub(super) fn cleaned(name: Symbol) -> Symbol {
    let text = name.as_str();
    let cut = text.split(':').next().unwrap_or(text).trim_end_matches(['!', '?']).trim();
    if cut.len() == text.len() || cut.is_empty() { name } else { Symbol::new(cut) }
}
