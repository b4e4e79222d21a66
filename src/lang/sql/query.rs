//! Queries: which columns a `SELECT` gives and where they come from, which columns placeholders are stored in or compared with.
//!
//! A reader of our own comes first, as queries in code hold placeholders of every driver and template, views are of every
//! dialect, and both are read for names only. Where a grammar takes the query too ([`parser`]), its tree is the better reading of
//! results and placeholders; tables are this reader's. One pass over the tokens with bounded nesting; a chain of a million operators or
//! `UNION`s costs a million steps and no stack.

mod scope;
mod words;
mod write;

use rustc_hash::FxHashMap;

pub(super) use self::scope::{Scope, Source};
use self::words::SOFT_KEYWORDS;
pub(super) use self::words::{AFTER_SOURCES, KEYWORDS};
use super::dialect::Dialect;
use super::parser::{self, Bind, Goal, Reading};
use super::scan;
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
    if reader.tables.is_empty() && !reader.dynamic {
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

/// A cheap look before any work: every string of a program passes here. Both keywords must be there, in the same style:
/// `Select a file from the list` is no query.
fn looks_like_query(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = scan::skip_trivia(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), 0);
    while scan::byte(bytes, at) == b'(' {
        at = scan::skip_blanks(bytes, at + 1);
    }
    let seconds: &[&str] = match scan::byte(bytes, at) | 0x20 {
        b's' if scan::word_is(bytes, at, "SELECT") => &["FROM"],
        b'i' if scan::word_is(bytes, at, "INSERT") => &["VALUES", "VALUE", "SELECT", "SET", "DEFAULT"],
        b'r' if scan::word_is(bytes, at, "REPLACE") => &["VALUES", "VALUE", "SELECT", "SET"],
        b'u' if scan::word_is(bytes, at, "UPDATE") => &["SET"],
        b'd' if scan::word_is(bytes, at, "DELETE") => &["FROM"],
        b'w' if scan::word_is(bytes, at, "WITH") => &["SELECT"],
        _ => return false,
    };
    let first = bytes.get(at..scan::word_end(bytes, at)).unwrap_or_default();
    let upper = first.iter().all(u8::is_ascii_uppercase);
    let lower = first.iter().all(u8::is_ascii_lowercase);
    let mut from = scan::word_end(bytes, at);
    while from < bytes.len() {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(start) = rest.iter().position(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80) else {
            return false;
        };
        let start = from + start;
        let end = scan::word_end(bytes, start).max(start + 1);
        let word = bytes.get(start..end).unwrap_or_default();
        if seconds.iter().any(|second| word.eq_ignore_ascii_case(second.as_bytes())) {
            let same = upper || lower || word.first().is_some_and(u8::is_ascii_uppercase);
            return same && scan::byte(bytes, scan::skip_blanks(bytes, end)) != 0;
        }
        from = end;
    }
    false
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

    /// Numbers the placeholders.
    fn placeholders(&mut self) {
        let mut next = 0u32;
        let mut named: FxHashMap<Symbol, u32> = FxHashMap::default();
        for at in 0..self.tokens.len() {
            if !matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
                continue;
            }
            let raw = self.tokens.raw(at);
            let inner = raw.trim_matches(|c: char| matches!(c, '$' | '?' | ':' | '@' | '%' | '{' | '}' | '(' | ')' | '#' | ' '));
            let inner = inner.strip_suffix(")s").unwrap_or(inner);
            let position = match inner.parse::<u32>() {
                Ok(number) if number > 0 && !raw.starts_with('{') => (number - 1, None),
                _ if inner.is_empty() || raw == "%s" || raw == "%d" => {
                    next += 1;
                    (next - 1, None)
                }
                _ => {
                    let name = Symbol::new(inner);
                    let position = *named.entry(name).or_insert_with(|| {
                        next += 1;
                        next - 1
                    });
                    (position, Some(name))
                }
            };
            self.placeholders.insert(at, position);
        }
    }

    /// What a tree says of the placeholders, in the order of the text.
    fn binds_of(&self, reading: &Reading) -> Vec<QueryBind> {
        let by_start: FxHashMap<usize, (u32, Option<Symbol>)> =
            self.placeholders.iter().filter_map(|(at, placeholder)| Some((self.tokens.get(*at)?.start, *placeholder))).collect();
        let mut read: Vec<&Bind> = reading.binds.iter().collect();
        read.sort_by_key(|bind| bind.hole);
        let mut binds: Vec<QueryBind> = Vec::new();
        for bind in read {
            if let Some((position, name)) = by_start.get(&bind.hole) {
                let bind = QueryBind { position: *position, name: *name, column: bind.column.clone(), stored: bind.stored };
                if !binds.contains(&bind) {
                    binds.push(bind);
                }
            }
        }
        binds
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
                "INSERT" | "REPLACE" => return Some(QueryKind::Insert),
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
            // `(SELECT ...) UNION (SELECT ...)`.
            _ if self.tokens.sign(start, b'(') => self.selects(start, end, outer, depth),
            _ => Vec::new(),
        };
        self.ctes.truncate(before);
        outputs
    }

    /// `WITH a AS (...), b (x, y) AS (...)`: gives the token after them.
    fn common_tables(&mut self, mut at: usize, end: usize, depth: u8) -> usize {
        at += usize::from(self.tokens.is(at, "RECURSIVE"));
        while at < end && self.tokens.is_name(at) {
            let name = self.tokens.name(at);
            at += 1;
            let mut names = Vec::new();
            if self.tokens.sign(at, b'(') {
                names = name_list(&self.tokens, at, self.after(at));
                at = self.after(at);
            }
            if !self.tokens.is(at, "AS") {
                break;
            }
            at += 1;
            while self.tokens.is_any(at, &["NOT", "MATERIALIZED"]) {
                at += 1;
            }
            if !self.tokens.sign(at, b'(') {
                break;
            }
            let after = self.after(at);
            // A recursive query names itself: known by name before its columns are.
            self.ctes.push((name, Vec::new()));
            let slot = self.ctes.len() - 1;
            let mut outputs = self.query(at + 1, after.saturating_sub(1), None, depth + 1);
            for (output, (name, span)) in outputs.iter_mut().zip(names) {
                (output.name, output.span) = (name, span);
            }
            if let Some(entry) = self.ctes.get_mut(slot) {
                entry.1 = outputs;
            }
            at = after;
            if !self.tokens.sign(at, b',') {
                break;
            }
            at += 1;
        }
        at
    }

    /// A chain of `SELECT`s: the first gives the names, all give sources.
    fn selects(&mut self, start: usize, end: usize, outer: Option<&Scope<'_>>, depth: u8) -> Vec<Output> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut from = start;
        while from < end {
            let mut to = from;
            while to < end && !self.tokens.is_any(to, &["UNION", "INTERSECT", "EXCEPT", "MINUS"]) && !self.tokens.sign(to, b';') {
                to = self.after(to);
            }
            let to = to.min(end);
            let part = if self.tokens.sign(from, b'(') {
                self.query(from + 1, self.after(from).saturating_sub(1), outer, depth + 1)
            } else if self.tokens.is(from, "SELECT") {
                self.select(from, to, outer, depth)
            } else {
                Vec::new()
            };
            if outputs.is_empty() {
                outputs = part;
            } else {
                for (output, more) in outputs.iter_mut().zip(part) {
                    add_columns(&mut output.columns, more.columns);
                }
            }
            if self.tokens.sign(to, b';') {
                break;
            }
            from = to + 1;
            from += usize::from(self.tokens.is_any(from, &["ALL", "DISTINCT"]));
        }
        outputs
    }

    fn select(&mut self, start: usize, end: usize, outer: Option<&Scope<'_>>, depth: u8) -> Vec<Output> {
        let mut at = start + 1;
        loop {
            if self.tokens.is_any(at, &["DISTINCT", "ALL", "SQL_CALC_FOUND_ROWS", "STRAIGHT_JOIN", "PERCENT", "HIGH_PRIORITY"]) {
                at += 1;
            } else if (self.tokens.is(at, "ON") && self.tokens.sign(at + 1, b'('))
                || (self.tokens.is(at, "TOP") && !self.tokens.sign(at + 1, b','))
            {
                at = self.after(at + 1);
            } else {
                break;
            }
        }
        let mut from = at;
        while from < end
            && (!self.tokens.is(from, "FROM") || self.tokens.is(from.wrapping_sub(1), "DISTINCT"))
            && !self.tokens.is_any(from, &["INTO", "WHERE", "LIMIT", "ORDER", "GROUP"])
        {
            from = self.after(from);
        }
        let items_end = from.min(end);
        if self.tokens.is(from, "INTO") {
            while from < end && !self.tokens.is(from, "FROM") {
                from = self.after(from);
            }
        }
        let sources_start = if self.tokens.is(from, "FROM") { from + 1 } else { from };
        let sources_end = self.sources_end(sources_start, end);
        let sources = if self.tokens.is(from, "FROM") { self.sources(sources_start, sources_end, depth) } else { Vec::new() };
        let scope = Scope { sources, outer };
        let outputs = self.items(at, items_end, &scope, depth);
        self.conditions(sources_start, end, &scope, depth);
        outputs
    }

    fn sources_end(&self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end && !self.tokens.is_any(at, AFTER_SOURCES) {
            at = self.after(at);
        }
        at.min(end)
    }

    /// Reads `a JOIN b AS c ON ..., (SELECT ...) d`.
    fn sources(&mut self, start: usize, end: usize, depth: u8) -> Vec<Source> {
        let mut sources = Vec::new();
        let mut at = start;
        let mut expected = true;
        while at < end {
            if expected {
                expected = false;
                at = self.source(at, end, depth, &mut sources);
                continue;
            }
            if self.tokens.sign(at, b',') || self.tokens.is_any(at, &["JOIN", "STRAIGHT_JOIN", "APPLY"]) {
                expected = true;
            }
            at = self.after(at);
        }
        sources
    }

    fn source(&mut self, mut at: usize, end: usize, depth: u8, sources: &mut Vec<Source>) -> usize {
        while self.tokens.is_any(at, &["ONLY", "LATERAL", "TABLE"]) {
            at += 1;
        }
        let (table, derived) = if self.tokens.sign(at, b'(') {
            let after = self.after(at);
            if self.is_query(at + 1) {
                let outputs = self.query(at + 1, after.saturating_sub(1), None, depth + 1);
                at = after;
                (None, Some(outputs))
            } else {
                // `(a JOIN b ON ...)`.
                if depth < DEEPEST {
                    let inside = self.sources(at + 1, after.saturating_sub(1), depth + 1);
                    sources.extend(inside);
                }
                return after;
            }
        } else if matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
            self.dynamic = true;
            at += 1;
            (None, None)
        } else if let Some(name) = self.tokens.qualified(at).filter(|_| self.tokens.is_name(at)) {
            at = name.next.min(end);
            let known = self
                .ctes
                .iter()
                .rev()
                .find(|(cte, _)| same(cte.as_str(), name.name.as_str()))
                .map(|(_, outputs)| outputs.clone());
            if self.tokens.sign(at, b'(') {
                // A function that gives rows.
                at = self.after(at);
                (None, None)
            } else if known.is_some() {
                sources.push(Source { alias: name.name, table: None, derived: known });
                return self.alias(at, end, sources);
            } else {
                self.table(name.name);
                (Some(name.name), None)
            }
        } else {
            return at + 1;
        };
        sources.push(Source { alias: table.unwrap_or_default(), table, derived });
        self.alias(at, end, sources)
    }

    /// The alias of the last source, if one stands at `at`.
    fn alias(&self, mut at: usize, end: usize, sources: &mut [Source]) -> usize {
        at += usize::from(self.tokens.is(at, "AS"));
        let named = at < end && self.tokens.is_name(at) && !self.is_keyword(at);
        if named && let Some(source) = sources.last_mut() {
            source.alias = self.tokens.name(at);
            return at + 1;
        }
        at
    }

    fn table(&mut self, name: Symbol) {
        if !self.tables.contains(&name) {
            self.tables.push(name);
        }
    }

    fn is_query(&self, at: usize) -> bool {
        self.queries.get(at).copied().unwrap_or_default()
    }

    fn is_keyword(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        if self.tokens.sign(before, b'.') {
            return false;
        }
        let soft = |(word, after): &(&str, &[&str])| self.tokens.is(at, word) && self.tokens.is_any(before, after);
        self.tokens.is_any(at, KEYWORDS)
            || (self.tokens.is(at, "AT") && self.tokens.is_any(at + 1, &["TIME", "LOCAL"]))
            || SOFT_KEYWORDS.iter().any(soft)
    }

    /// The items of a `SELECT` or `RETURNING`.
    fn items(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut at = start;
        while at < end {
            let mut stop = at;
            while stop < end && !self.tokens.sign(stop, b',') && !self.tokens.sign(stop, b';') {
                stop = self.after(stop);
            }
            let stop = stop.min(end);
            self.item(at, stop, scope, depth, &mut outputs);
            if self.tokens.sign(stop, b';') {
                break;
            }
            at = stop + 1;
        }
        outputs
    }

    fn item(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8, outputs: &mut Vec<Output>) {
        let star = end > start && self.tokens.sign(end - 1, b'*');
        if star && (end == start + 1 || self.tokens.sign(end - 2, b'.')) {
            let qualifier = (end - start >= 3).then(|| self.tokens.name(end - 3));
            scope.star(qualifier, self.tokens.get(end - 1).map(|token| token.span()).unwrap_or_default(), outputs);
            return;
        }
        let (mut from, mut to) = (start, end);
        let mut named = None;
        if end >= start + 3 && self.tokens.is(end - 2, "AS") {
            named = Some(end - 1);
            to = end - 2;
        } else if end >= start + 3 && self.tokens.is_name(start) && self.tokens.sign(start + 1, b'=') {
            named = Some(start);
            from = start + 2;
        } else if end >= start + 2 && self.is_bare_alias(end - 1) {
            named = Some(end - 1);
            to = end - 1;
        }
        let at = named.or_else(|| self.own_name(from, to));
        let (name, span) = match at.and_then(|at| Some((at, self.tokens.get(at)?))) {
            Some((at, token)) => (cleaned(self.tokens.name(at)), inner(token.span(), self.tokens.raw(at))),
            None => (Symbol::new("?column?"), self.tokens.get(start).map(|token| token.span()).unwrap_or_default()),
        };
        let columns = self.sources_of(from, to, scope, depth);
        outputs.push(Output { name, span, columns });
    }

    /// `expression alias` without `AS`.
    fn is_bare_alias(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        let ends_value = match self.tokens.get(before).map(|token| token.kind) {
            Some(Kind::Sign(b')' | b']')) | Some(Kind::Quoted | Kind::Text | Kind::Number | Kind::Placeholder) => true,
            Some(Kind::Word) => !self.is_keyword(before) || self.tokens.is_any(before, &["END", "NULL", "TRUE", "FALSE"]),
            _ => false,
        };
        ends_value && self.tokens.is_name(at) && !self.is_keyword(at)
    }

    /// The token that names an expression without an alias: a column's last part, a function.
    fn own_name(&self, start: usize, end: usize) -> Option<usize> {
        let mut at = start;
        let mut last = None;
        while at < end && (self.tokens.is_name(at) || self.tokens.sign(at, b'.')) {
            if self.tokens.is_name(at) {
                last = Some(at);
            }
            at += 1;
        }
        last
    }

    /// The columns whose values the expression in `start..end` carries.
    fn sources_of(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) -> Vec<ColumnRef> {
        let mut columns = Vec::new();
        let mut at = start;
        let mut testing = false;
        while at < end {
            if self.tokens.sign(at, b'(') && self.is_query(at + 1) {
                let close = self.after(at);
                for output in self.query(at + 1, close.saturating_sub(1), Some(scope), depth + 1) {
                    add_columns(&mut columns, output.columns);
                }
                at = close;
                continue;
            }
            if self.tokens.is_any(at, &["COUNT", "EXISTS", "ROW_NUMBER", "RANK"]) && self.tokens.sign(at + 1, b'(') {
                // How many, or whether: tells nothing of the values.
                let close = self.after(at + 1);
                if self.is_query(at + 2) {
                    self.query(at + 2, close.saturating_sub(1), Some(scope), depth + 1);
                }
                at = close;
                continue;
            }
            if self.tokens.is(at, "WHEN") {
                testing = true;
            } else if self.tokens.is(at, "THEN") {
                testing = false;
            }
            match self.column(at) {
                Some((qualifier, column, next)) => {
                    if !testing {
                        add_columns(&mut columns, scope.resolve(qualifier, column));
                    }
                    at = next;
                }
                None => at = self.after_cast(at),
            }
        }
        columns
    }

    /// Past the token at `at`, and past the type after `::`.
    fn after_cast(&self, at: usize) -> usize {
        if self.tokens.sign(at, b':') && self.tokens.sign(at + 1, b':') { at + 3 } else { at + 1 }
    }

    /// The column named at `at`: qualifier, name, the token after it.
    fn column(&self, at: usize) -> Option<(Option<Symbol>, Symbol, usize)> {
        if !self.tokens.is_name(at) || self.is_keyword(at) {
            return None;
        }
        if self.tokens.is(at.wrapping_sub(1), "AS") {
            return None;
        }
        let (mut last, mut qualifier) = (at, None);
        while self.tokens.sign(last + 1, b'.') && self.tokens.is_name(last + 2) {
            qualifier = Some(self.tokens.name(last));
            last += 2;
        }
        let next = self.tokens.get(last + 1).map(|token| token.kind);
        // A function, or the type before a literal: `date '2020-01-01'`.
        if matches!(next, Some(Kind::Sign(b'('))) || matches!(next, Some(Kind::Text)) {
            return None;
        }
        Some((qualifier, self.tokens.name(last), last + 1))
    }

    /// Placeholders that are compared: each is bound to the first column of its comparison.
    fn conditions(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) {
        const BOUNDARIES: &[&str] =
            &["OR", "WHERE", "ON", "HAVING", "JOIN", "GROUP", "ORDER", "LIMIT", "OFFSET", "WHEN", "THEN", "ELSE", "FROM", "SET"];
        let mut column: Option<ColumnRef> = None;
        let mut waiting: Vec<usize> = Vec::new();
        let mut between = false;
        let mut at = start;
        while at < end {
            if self.tokens.sign(at, b'(') && self.is_query(at + 1) {
                let close = self.after(at);
                // Sources were read before, with their outputs; reading them again here would bind their placeholders twice.
                if !self.is_source(at) {
                    self.query(at + 1, close.saturating_sub(1), Some(scope), depth + 1);
                }
                at = close;
                continue;
            }
            let and = self.tokens.is(at, "AND");
            if self.tokens.is(at, "BETWEEN") {
                between = true;
            }
            if (and && !between) || self.tokens.is_any(at, BOUNDARIES) {
                self.bind(&mut waiting, column.take(), false);
            }
            if and {
                between = false;
            }
            if matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
                waiting.push(at);
                at += 1;
            } else if let Some((qualifier, name, next)) = self.column(at) {
                if column.is_none() {
                    column = scope.resolve(qualifier, name).into_iter().next();
                }
                at = next;
            } else {
                at = self.after_cast(at);
            }
        }
        self.bind(&mut waiting, column, false);
    }

    /// Whether the group at `at` is a source: it stands after `FROM`, `JOIN`, `LATERAL` or a comma between sources.
    fn is_source(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        self.tokens.is_any(before, &["FROM", "JOIN", "LATERAL", "USING", "APPLY"]) || self.tokens.sign(before, b',')
    }

    fn bind(&mut self, waiting: &mut Vec<usize>, column: Option<ColumnRef>, stored: bool) {
        if let Some(column) = column {
            for at in waiting.iter() {
                if let Some((position, name)) = self.placeholders.get(at) {
                    let bind = QueryBind { position: *position, name: *name, column: column.clone(), stored };
                    if !self.binds.contains(&bind) {
                        self.binds.push(bind);
                    }
                }
            }
        }
        waiting.clear();
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
