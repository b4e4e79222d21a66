//! Expressions: the columns that a value carries, and those that placeholders are compared with.

use super::words::{KEYWORDS, SOFT_KEYWORDS};
use super::{Reader, Scope, add_columns};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::lang::sql::token::Kind;

impl Reader<'_> {
    pub(super) fn is_query(&self, at: usize) -> bool {
        self.queries.get(at).copied().unwrap_or_default()
    }

    pub(super) fn is_keyword(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        if self.tokens.sign(before, b'.') {
            return false;
        }
        let soft = |(word, after): &(&str, &[&str])| self.tokens.is(at, word) && self.tokens.is_any(before, after);
        self.tokens.is_any(at, KEYWORDS)
            || (self.tokens.is(at, "AT") && self.tokens.is_any(at + 1, &["TIME", "LOCAL"]))
            || SOFT_KEYWORDS.iter().any(soft)
    }

    /// The columns whose values the expression in `start..end` carries.
    pub(super) fn sources_of(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) -> Vec<ColumnRef> {
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
    pub(super) fn after_cast(&self, at: usize) -> usize {
        if self.tokens.sign(at, b':') && self.tokens.sign(at + 1, b':') { at + 3 } else { at + 1 }
    }

    /// The column named at `at`: qualifier, name, the token after it.
    pub(super) fn column(&self, at: usize) -> Option<(Option<Symbol>, Symbol, usize)> {
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
    pub(super) fn conditions(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) {
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
    pub(super) fn is_source(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        self.tokens.is_any(before, &["FROM", "JOIN", "LATERAL", "USING", "APPLY"]) || self.tokens.sign(before, b',')
    }
}
