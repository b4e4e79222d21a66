//! `SELECT`: common tables, chains of `UNION`, the items and what each is called.

use super::words::AFTER_SOURCES;
use super::{Output, Reader, Scope, add_columns, cleaned, name_list};
use crate::index::Symbol;
use crate::lang::sql::token::{Kind, inner};

impl Reader<'_> {
    /// `WITH a AS (...), b (x, y) AS (...)`: gives the token after them.
    pub(super) fn common_tables(&mut self, mut at: usize, end: usize, depth: u8) -> usize {
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
    pub(super) fn selects(&mut self, start: usize, end: usize, outer: Option<&Scope<'_>>, depth: u8) -> Vec<Output> {
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

    pub(super) fn select(&mut self, start: usize, end: usize, outer: Option<&Scope<'_>>, depth: u8) -> Vec<Output> {
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

    pub(super) fn sources_end(&self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end && !self.tokens.is_any(at, AFTER_SOURCES) {
            at = self.after(at);
        }
        at.min(end)
    }

    /// The items of a `SELECT` or `RETURNING`.
    pub(super) fn items(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) -> Vec<Output> {
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

    pub(super) fn item(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8, outputs: &mut Vec<Output>) {
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
    pub(super) fn is_bare_alias(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        let ends_value = match self.tokens.get(before).map(|token| token.kind) {
            Some(Kind::Sign(b')' | b']')) | Some(Kind::Quoted | Kind::Text | Kind::Number | Kind::Placeholder) => true,
            Some(Kind::Word) => !self.is_keyword(before) || self.tokens.is_any(before, &["END", "NULL", "TRUE", "FALSE"]),
            _ => false,
        };
        ends_value && self.tokens.is_name(at) && !self.is_keyword(at)
    }

    /// The token that names an expression without an alias: a column's last part, a function.
    pub(super) fn own_name(&self, start: usize, end: usize) -> Option<usize> {
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
}
