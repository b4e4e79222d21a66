//! `FROM a JOIN b AS c ON ..., (SELECT ...) d`: the tables and queries that a query reads from.

use super::{DEEPEST, Reader, Source, same};
use crate::index::Symbol;
use crate::lang::sql::token::Kind;

impl Reader<'_> {
    /// Reads `a JOIN b AS c ON ..., (SELECT ...) d`.
    pub(super) fn sources(&mut self, start: usize, end: usize, depth: u8) -> Vec<Source> {
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

    pub(super) fn source(&mut self, mut at: usize, end: usize, depth: u8, sources: &mut Vec<Source>) -> usize {
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
    pub(super) fn alias(&self, mut at: usize, end: usize, sources: &mut [Source]) -> usize {
        at += usize::from(self.tokens.is(at, "AS"));
        let named = at < end && self.tokens.is_name(at) && !self.is_keyword(at);
        if named && let Some(source) = sources.last_mut() {
            source.alias = self.tokens.name(at);
            return at + 1;
        }
        at
    }

    pub(super) fn table(&mut self, name: Symbol) {
        if !self.tables.contains(&name) {
            self.tables.push(name);
        }
    }
}
