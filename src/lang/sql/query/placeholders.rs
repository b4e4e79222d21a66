//! Placeholders: their positions and names, and the columns that they meet.

use rustc_hash::FxHashMap;

use super::Reader;
use crate::index::Symbol;
use crate::ir::schema::{ColumnRef, QueryBind};
use crate::lang::sql::parser::{Bind, Reading};
use crate::lang::sql::token::Kind;

impl Reader<'_> {
    /// Numbers the placeholders.
    pub(super) fn placeholders(&mut self) {
        let mut next = 0u32;
        let mut named: FxHashMap<Symbol, u32> = FxHashMap::default();
        for at in 0..self.tokens.len() {
            if !matches!(self.tokens.get(at), Some(token) if token.kind == Kind::Placeholder) {
                continue;
            }
            let raw = self.tokens.raw(at);
            let inner = raw.trim_matches(|c: char| matches!(c, '$' | '?' | ':' | '@' | '%' | '{' | '}' | '(' | ')' | '#' | ' '));
            let inner = inner.strip_suffix(")s").unwrap_or(inner);
            // A template puts text there before the database sees the statement: the driver does not count it.
            let slot = raw.starts_with('{') && !inner.contains(':');
            let position = match inner.parse::<u32>() {
                _ if slot => (QueryBind::NO_POSITION, Some(Symbol::new(inner)).filter(|name| !name.is_empty())),
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
    pub(super) fn binds_of(&self, reading: &Reading) -> Vec<QueryBind> {
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

    pub(super) fn bind(&mut self, waiting: &mut Vec<usize>, column: Option<ColumnRef>, stored: bool) {
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
