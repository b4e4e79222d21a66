//! What names mean inside one query.

use super::{Output, same};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::source::Span;

/// A table or query that a query reads from.
#[derive(Debug, Clone)]
pub(in crate::lang::sql) struct Source {
    /// The name that columns are qualified with.
    pub(in crate::lang::sql) alias: Symbol,
    /// The table.
    pub(in crate::lang::sql) table: Option<Symbol>,
    /// What a query in its place gives.
    pub(in crate::lang::sql) derived: Option<Vec<Output>>,
}

/// The sources of a query and, for a query inside an expression, those around it.
#[derive(Debug)]
pub(in crate::lang::sql) struct Scope<'o> {
    pub(in crate::lang::sql) sources: Vec<Source>,
    pub(in crate::lang::sql) outer: Option<&'o Scope<'o>>,
}

/// A name is looked for in this many sources: a chain of joins must not cost its square.
const MOST: usize = 256;

impl Source {
    fn answers_to(&self, qualifier: &str) -> bool {
        let alias = self.alias.as_str();
        let last = |name: &str| name.rsplit('.').next().is_some_and(|last| same(last, qualifier));
        same(alias, qualifier) || last(alias)
    }

    fn column(&self, column: Symbol) -> Vec<ColumnRef> {
        let Some(outputs) = &self.derived else { return vec![ColumnRef { table: self.table, column }] };
        if let Some(output) = outputs.iter().find(|output| same(output.name.as_str(), column.as_str())) {
            return output.columns.clone();
        }
        // `SELECT * FROM (SELECT * FROM t)`: the column is the table's.
        outputs
            .iter()
            .filter(|output| output.name == "*")
            .flat_map(|output| output.columns.iter())
            .map(|star| ColumnRef { table: star.table, column })
            .collect()
    }

    /// Whether it may have columns that are not known here: a table, a function, a query with a `*`.
    fn is_open(&self) -> bool {
        self.derived.as_ref().is_none_or(|outputs| outputs.is_empty() || outputs.iter().any(|output| output.name == "*"))
    }

    fn has(&self, column: Symbol) -> bool {
        self.derived.as_ref().is_some_and(|outputs| outputs.iter().any(|output| same(output.name.as_str(), column.as_str())))
    }
}

impl Scope<'_> {
    /// The columns that a name stands for; empty if it is the result of something that carries none.
    pub(in crate::lang::sql) fn resolve(&self, qualifier: Option<Symbol>, column: Symbol) -> Vec<ColumnRef> {
        if let Some(qualifier) = qualifier {
            let mut scope = Some(self);
            // As many steps as queries are nested, which is bounded.
            while let Some(here) = scope {
                if let Some(source) = here.sources.iter().take(MOST).find(|source| source.answers_to(qualifier.as_str())) {
                    return source.column(column);
                }
                scope = here.outer;
            }
            return vec![ColumnRef { table: Some(qualifier), column }];
        }
        if let Some(source) = self.sources.iter().take(MOST).find(|source| source.has(column)) {
            return source.column(column);
        }
        // Where all others tell their columns and this is none of them, it is the last one's.
        let mut open = self.sources.iter().take(MOST).filter(|source| source.is_open());
        match (open.next(), open.next(), self.outer) {
            (Some(only), None, _) => only.column(column),
            (None, _, Some(outer)) => outer.resolve(None, column),
            (None, _, None) if !self.sources.is_empty() => Vec::new(),
            _ => vec![ColumnRef { table: None, column }],
        }
    }

    /// `*` or `qualifier.*`.
    pub(in crate::lang::sql) fn star(&self, qualifier: Option<Symbol>, span: Span, outputs: &mut Vec<Output>) {
        let all = Symbol::new("*");
        for source in &self.sources {
            if qualifier.is_some_and(|qualifier| !source.answers_to(qualifier.as_str())) {
                continue;
            }
            match &source.derived {
                Some(derived) => outputs.extend(derived.iter().map(|output| Output { span, ..output.clone() })),
                None => outputs.push(Output { name: all, span, columns: vec![ColumnRef { table: source.table, column: all }] }),
            }
        }
    }
}
