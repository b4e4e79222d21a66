//! `INSERT INTO t (a, b) SELECT x, y FROM s`: rows of some tables copied into another.

use super::{Output, outputs};
use crate::index::Symbol;
use crate::ir::schema::{ColumnRef, SchemaStep};
use crate::lang::sql::dialect::Dialect;
use crate::lang::sql::table::{extent, names};
use crate::lang::sql::token::Tokens;

/// What stands between `INSERT` and the table.
const BEFORE_TABLE: &[&str] = &[
    "INTO",
    "IGNORE",
    "OR",
    "REPLACE",
    "ABORT",
    "FAIL",
    "ROLLBACK",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "OVERWRITE",
    "TABLE",
];

/// Reads the statement in `tokens`; `None` if it copies nothing from a table.
pub(in crate::lang::sql) fn copied(tokens: &Tokens<'_>, dialect: Dialect) -> Option<SchemaStep> {
    let at = (1..tokens.len().min(8)).find(|at| !tokens.is_any(*at, BEFORE_TABLE))?;
    let table = tokens.qualified(at)?;
    let mut next = table.next;
    let mut columns = Vec::new();
    if tokens.sign(next, b'(') && !tokens.is_any(next + 1, &["SELECT", "WITH"]) {
        columns = names(tokens, next);
        next = tokens.after_group(next);
    }
    // `OVERRIDING SYSTEM VALUE`, `WITH (TABLOCK)`.
    while next < tokens.len() && !tokens.is_any(next, &["SELECT", "WITH", "VALUES", "VALUE"]) && !tokens.sign(next, b'(') {
        next += 1;
    }
    if tokens.is_any(next, &["VALUES", "VALUE"]) {
        return None;
    }
    let mut end = next;
    while end < tokens.len()
        && !tokens.is(end, "RETURNING")
        && !tokens.are(end, &["ON", "CONFLICT"])
        && !tokens.are(end, &["ON", "DUPLICATE"])
    {
        end = tokens.after_group(end);
    }
    let outputs = outputs(&tokens.slice(next, end), dialect);
    let mut from: Vec<Symbol> = Vec::new();
    for source in outputs.iter().flat_map(|output| &output.columns).filter_map(|column| column.table) {
        if !from.contains(&source) {
            from.push(source);
        }
    }
    if from.is_empty() {
        return None;
    }
    let sources = |output: Output| -> (Symbol, Vec<ColumnRef>) { (output.name, output.columns) };
    let outputs = outputs.into_iter().map(sources).collect();
    Some(SchemaStep::Copy { table: table.name, columns, outputs, from, span: extent(tokens) })
}
