//! What a file of data holds of each column: forms of its values, and the values that look like somebody's.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::LiteralFact;
use crate::catalog::Catalog;
use crate::classify::values::column::{Tallies, read_column};
use crate::index::Symbol;
use crate::ir::rows::ColumnValues;
use crate::source::Span;

/// What one file shows of one column.
#[derive(Debug, Clone)]
pub struct ColumnFact {
    /// The table, as the data name it.
    pub table: Symbol,
    /// The column, where the data name it.
    pub column: Option<Symbol>,
    /// Its position among those written, from zero.
    pub position: u32,
    /// What its values are.
    pub tallies: Tallies,
    /// For each of the forms, the first value that has it.
    pub first: SmallVec<[Span; 1]>,
}

/// The column that a literal is a value of; the literal stands for all like it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataColumn {
    /// The table.
    pub table: Symbol,
    /// The column, where the data name it.
    pub column: Option<Symbol>,
    /// Its position among those written, from zero.
    pub position: u32,
    /// How many columns the data have, where they name none.
    pub width: u32,
    /// Values of the kind among those looked at.
    pub count: u32,
    /// Values looked at: the first ones.
    pub sampled: u32,
    /// Values that the file holds of the column.
    pub total: u64,
}

/// Reads the columns of a file.
pub(super) fn read(catalog: &Catalog, rows: &[ColumnValues], text: &str) -> (Vec<ColumnFact>, Vec<LiteralFact>) {
    let (mut columns, mut literals) = (Vec::with_capacity(rows.len()), Vec::new());
    // Rows that name no columns: as wide as the last of their columns.
    let mut widths: FxHashMap<Symbol, u32> = FxHashMap::default();
    for row in rows.iter().filter(|row| row.column.is_none()) {
        let width = widths.entry(row.table).or_default();
        *width = (*width).max(row.position + 1);
    }
    for row in rows {
        let values = row.values.iter().map(|value| value.text(text));
        let reading = read_column(row.column.map(Symbol::as_str), values, row.other, &catalog.categories);
        let place = |at: usize| row.values.get(at).map(|value| value.span).unwrap_or_default();
        for real in reading.real {
            let whole = place(real.at);
            // Where escapes make the value and its source differ, the value as a whole is the place.
            let raw = row.values.get(real.at).is_some_and(|value| value.text(text) == whole.text(text));
            let start = whole.start as usize;
            let span = if raw { Span::new(start + real.first.start, start + real.first.end) } else { whole };
            let column = DataColumn {
                table: row.table,
                column: row.column,
                position: row.position,
                width: widths.get(&row.table).copied().unwrap_or(0),
                count: real.count,
                sampled: row.sampled(),
                total: row.total,
            };
            literals.push(LiteralFact { hit: real.first, span, name: row.column, in_test: false, column: Some(column) });
        }
        let first = reading.tallies.forms.iter().map(|tally| place(tally.first)).collect();
        columns.push(ColumnFact {
            table: row.table,
            column: row.column,
            position: row.position,
            tallies: reading.tallies,
            first,
        });
    }
    (columns, literals)
}
