//! `INSERT`, `UPDATE`, `DELETE`: which placeholders are stored in which columns.

use super::scope::{Scope, Source};
use super::{Output, Reader};
use crate::index::Symbol;
use crate::ir::schema::{ColumnRef, QueryBind};
use crate::lang::sql::table::names;
use crate::lang::sql::token::Kind;

impl Reader<'_> {
    /// The table named at `at` with its alias, and the token after them.
    fn target(&mut self, at: usize, end: usize) -> Option<(Option<Symbol>, Vec<Source>, usize)> {
        let mut sources = Vec::new();
        let next = self.source(at, end, 0, &mut sources);
        let table = sources.first().map(|source| source.table)?;
        Some((table, sources, next))
    }

    pub(super) fn insert(&mut self, start: usize, end: usize, depth: u8) -> Vec<Output> {
        const BETWEEN: &[&str] = &[
            "IGNORE",
            "OR",
            "REPLACE",
            "ABORT",
            "FAIL",
            "ROLLBACK",
            "LOW_PRIORITY",
            "DELAYED",
            "HIGH_PRIORITY",
            "INTO",
            "OVERWRITE",
            "TABLE",
        ];
        let mut at = start + 1;
        while self.tokens.is_any(at, BETWEEN) {
            at += 1;
        }
        // `t (a, b)` must not be read as a function that gives rows.
        let (table, mut next) = if let Some(name) = self.tokens.qualified(at).filter(|_| self.tokens.is_name(at)) {
            self.table(name.name);
            (Some(name.name), name.next)
        } else if matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
            self.dynamic = true;
            (None, at + 1)
        } else {
            return Vec::new();
        };
        let mut alias = table.unwrap_or_default();
        if self.tokens.is(next, "AS") && self.tokens.is_name(next + 1) {
            alias = self.tokens.name(next + 1);
            next += 2;
        }
        let scope = Scope { sources: vec![Source { alias, table, derived: None }], outer: None };
        let mut columns = Vec::new();
        if self.tokens.sign(next, b'(') && !self.is_query(next + 1) {
            columns = names(&self.tokens, next);
            next = self.after(next);
        }
        let mut outputs = Vec::new();
        let mut rows = false;
        while next < end {
            if self.tokens.is_any(next, &["VALUES", "VALUE"]) {
                rows = self.tokens.sign(next + 1, b'(');
                next = self.rows(next + 1, end, table, &columns, depth);
            } else if self.is_query(next) && !self.tokens.is(next, "SET") {
                let mut stop = next;
                while stop < end
                    && !self.tokens.is(stop, "RETURNING")
                    && !(self.tokens.is(stop, "ON") && self.tokens.is_any(stop + 1, &["CONFLICT", "DUPLICATE"]))
                {
                    stop = self.after(stop);
                }
                let stop = stop.min(end);
                self.stored_select(next, stop, table, &columns);
                self.query(next, stop, None, depth + 1);
                rows = true;
                next = stop;
            } else if self.tokens.is(next, "SET") || self.tokens.are(next, &["KEY", "UPDATE"]) {
                next += if self.tokens.is(next, "SET") { 1 } else { 2 };
                rows = true;
                next = self.assignments(next, end, &scope, depth);
            } else if self.tokens.is_any(next, &["WHERE"]) {
                let stop = self.returning(next, end);
                self.conditions(next, stop, &scope, depth);
                next = stop;
            } else if self.tokens.is(next, "RETURNING") {
                outputs = self.items(next + 1, end, &scope, depth);
                break;
            } else {
                next = self.after(next);
            }
        }
        if !rows {
            self.rows_to_come(table, &columns);
        }
        outputs
    }

    /// `INSERT INTO t (a, b) VALUES {}`, or no more than the columns: the program adds as many rows as it has, whose values come
    /// in the order of the columns.
    fn rows_to_come(&mut self, table: Option<Symbol>, columns: &[Symbol]) {
        for (column, position) in columns.iter().zip(0u32..) {
            let column = ColumnRef { table, column: *column };
            self.binds.push(QueryBind { position, name: None, column, stored: true });
        }
    }

    /// `MERGE INTO t USING s ON ... WHEN MATCHED THEN UPDATE SET a = ? WHEN NOT MATCHED THEN INSERT (a) VALUES (?)`.
    pub(super) fn merge(&mut self, start: usize, end: usize, depth: u8) -> Vec<Output> {
        let at = start + 1 + usize::from(self.tokens.is(start + 1, "INTO"));
        let Some((table, mut sources, next)) = self.target(at, end) else { return Vec::new() };
        let mut when = next;
        while when < end && !self.tokens.is(when, "WHEN") {
            when = self.after(when);
        }
        let using = (next..when).find(|at| self.tokens.is(*at, "USING")).unwrap_or(when);
        let on = (using..when).find(|at| self.tokens.is(*at, "ON")).unwrap_or(when);
        let more = self.sources(using + 1, on, depth);
        sources.extend(more);
        let scope = Scope { sources, outer: None };
        self.conditions(on, when, &scope, depth);
        let mut columns = Vec::new();
        let mut at = when;
        while at < end {
            if self.tokens.are(at, &["UPDATE", "SET"]) {
                at = self.assignments(at + 2, end, &scope, depth).max(at + 2);
            } else if self.tokens.is(at, "INSERT") && self.tokens.sign(at + 1, b'(') {
                columns = names(&self.tokens, at + 1);
                at = self.after(at + 1);
            } else if self.tokens.is(at, "VALUES") {
                at = self.rows(at + 1, end, table, &columns, depth);
            } else {
                at = self.after(at);
            }
        }
        Vec::new()
    }

    /// `(?, ?), (?, ?)`: each value goes into the column at its position.
    fn rows(&mut self, mut at: usize, end: usize, table: Option<Symbol>, columns: &[Symbol], depth: u8) -> usize {
        while at < end && self.tokens.sign(at, b'(') {
            let after = self.after(at);
            self.values(at + 1, after.saturating_sub(1), table, columns, depth);
            at = after;
            if !self.tokens.sign(at, b',') {
                break;
            }
            at += 1;
        }
        at
    }

    fn values(&mut self, start: usize, end: usize, table: Option<Symbol>, columns: &[Symbol], depth: u8) {
        let (mut at, mut position) = (start, 0);
        while at < end {
            let mut stop = at;
            while stop < end && !self.tokens.sign(stop, b',') {
                stop = self.after(stop);
            }
            let stop = stop.min(end);
            if let Some(column) = columns.get(position) {
                self.store(at, stop, ColumnRef { table, column: *column });
            }
            self.nested(at, stop, depth);
            position += 1;
            at = stop + 1;
        }
    }

    /// Queries inside values.
    fn nested(&mut self, start: usize, end: usize, depth: u8) {
        let mut at = start;
        while at < end {
            if self.tokens.sign(at, b'(') && self.is_query(at + 1) {
                let after = self.after(at);
                self.query(at + 1, after.saturating_sub(1), None, depth + 1);
                at = after;
            } else {
                at += 1;
            }
        }
    }

    /// Placeholders in `start..end` are stored in a column; those of queries inside are compared there.
    fn store(&mut self, start: usize, end: usize, column: ColumnRef) {
        let mut waiting = Vec::new();
        let mut at = start;
        while at < end {
            if matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
                waiting.push(at);
            }
            at = if self.tokens.sign(at, b'(') && self.is_query(at + 1) { self.after(at) } else { at + 1 };
        }
        self.bind(&mut waiting, Some(column), true);
    }

    /// `INSERT INTO t (a, b) SELECT ?, x FROM ...`: placeholders among the items are stored.
    fn stored_select(&mut self, start: usize, end: usize, table: Option<Symbol>, columns: &[Symbol]) {
        if !self.tokens.is(start, "SELECT") {
            return;
        }
        let mut stop = start + 1;
        while stop < end && !self.tokens.is_any(stop, &["FROM", "WHERE"]) {
            stop = self.after(stop);
        }
        let (mut at, mut position) = (start + 1, 0);
        while at < stop {
            let mut item = at;
            while item < stop && !self.tokens.sign(item, b',') {
                item = self.after(item);
            }
            if let Some(column) = columns.get(position) {
                self.store(at, item.min(stop), ColumnRef { table, column: *column });
            }
            position += 1;
            at = item + 1;
        }
    }

    /// `a = ?, b = b + ?, (c, d) = (?, ?)` up to the next clause, whose position is given.
    fn assignments(&mut self, start: usize, end: usize, scope: &Scope<'_>, depth: u8) -> usize {
        const AFTER: &[&str] = &["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"];
        let mut at = start;
        loop {
            let mut stop = at;
            while stop < end
                && !self.tokens.sign(stop, b',')
                && !self.tokens.is_any(stop, AFTER)
                && !self.tokens.are(stop, &["WHEN", "MATCHED"])
                && !self.tokens.are(stop, &["WHEN", "NOT", "MATCHED"])
                && !self.tokens.sign(stop, b';')
            {
                stop = self.after(stop);
            }
            let stop = stop.min(end);
            if self.tokens.sign(at, b'(') {
                let after = self.after(at);
                let columns = names(&self.tokens, at);
                let open = (after..stop.min(after + 4)).find(|open| self.tokens.sign(*open, b'('));
                if let Some(open) = open {
                    let table = scope.sources.first().and_then(|source| source.table);
                    let close = self.after(open);
                    self.values(open + 1, close.saturating_sub(1), table, &columns, depth);
                }
            } else if let Some((qualifier, column, next)) = self.column(at) {
                let column = match qualifier {
                    None => ColumnRef { table: scope.sources.first().and_then(|source| source.table), column },
                    Some(_) => {
                        scope.resolve(qualifier, column).into_iter().next().unwrap_or(ColumnRef { table: qualifier, column })
                    }
                };
                self.store(next, stop, column);
                self.nested(next, stop, depth);
            }
            if !self.tokens.sign(stop, b',') {
                return stop;
            }
            at = stop + 1;
        }
    }

    fn returning(&self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end && !self.tokens.is(at, "RETURNING") {
            at = self.after(at);
        }
        at.min(end)
    }

    pub(super) fn update(&mut self, start: usize, end: usize, depth: u8) -> Vec<Output> {
        let mut at = start + 1;
        while self.tokens.is_any(at, &["ONLY", "IGNORE", "LOW_PRIORITY", "OR", "ROLLBACK", "ABORT", "REPLACE", "FAIL"]) {
            at += 1;
        }
        let mut set = at;
        while set < end && !self.tokens.is(set, "SET") {
            set = self.after(set);
        }
        let mut sources = self.sources(at, set.min(end), depth);
        let mut assigned = set + 1;
        // The tables after `FROM` are read first, as assignments may name them.
        let mut from = assigned;
        while from < end && !self.tokens.is_any(from, &["FROM", "WHERE", "RETURNING"]) {
            from = self.after(from);
        }
        if self.tokens.is(from, "FROM") {
            let stop = self.sources_end(from + 1, end);
            let more = self.sources(from + 1, stop, depth);
            sources.extend(more);
        }
        let scope = Scope { sources, outer: None };
        self.conditions(at, set.min(end), &scope, depth);
        assigned = self.assignments(assigned, end, &scope, depth);
        let stop = self.returning(assigned, end);
        self.conditions(assigned, stop, &scope, depth);
        if self.tokens.is(stop, "RETURNING") { self.items(stop + 1, end, &scope, depth) } else { Vec::new() }
    }

    pub(super) fn delete(&mut self, start: usize, end: usize, depth: u8) -> Vec<Output> {
        let mut from = start + 1;
        while from < end && !self.tokens.is(from, "FROM") {
            from = self.after(from);
        }
        let Some((_, mut sources, next)) = self.target(from + 1, end) else { return Vec::new() };
        let stop = self.sources_end(next, end);
        let mut more_from = next;
        while more_from < stop && !self.tokens.is(more_from, "USING") {
            more_from = self.after(more_from);
        }
        if more_from < stop {
            let more = self.sources(more_from + 1, stop, depth);
            sources.extend(more);
        }
        let scope = Scope { sources, outer: None };
        let returning = self.returning(next, end);
        self.conditions(next, returning, &scope, depth);
        if self.tokens.is(returning, "RETURNING") { self.items(returning + 1, end, &scope, depth) } else { Vec::new() }
    }
}
