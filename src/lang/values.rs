//! Collects the values of columns: what every reader of data does with the fields it meets.

use rustc_hash::FxHashMap;

use crate::index::Symbol;
use crate::ir::rows::{ColumnValues, Escapes, Value};
use crate::source::Span;

/// Values kept of each column: enough to tell what it holds.
const SAMPLE: u32 = 1000;
/// Values kept of one file.
const KEPT: usize = 400_000;
/// Columns kept of one file.
const COLUMNS: usize = 50_000;
/// Shorter texts are no identifiers of anybody; longer ones are documents.
const LENGTH: std::ops::RangeInclusive<usize> = 5..=500;

/// Where the values of a statement's columns go, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    table: Symbol,
    slots: Vec<Option<usize>>,
    /// The file names no columns: they are numbered as they come.
    numbered: bool,
}

/// Columns of one file with the values met so far.
#[derive(Debug, Default)]
pub(super) struct Collector {
    columns: Vec<ColumnValues>,
    slots: FxHashMap<(Symbol, Option<Symbol>, u32), usize>,
    kept: usize,
}

impl Collector {
    /// The layout of rows with these columns; without any, columns are numbered.
    pub(super) fn layout(&mut self, table: Symbol, names: &[Symbol]) -> Layout {
        let mut layout = Layout { table, slots: Vec::new(), numbered: names.is_empty() };
        for (position, name) in names.iter().enumerate() {
            let slot = self.slot(table, Some(*name), position);
            layout.slots.push(slot);
        }
        layout
    }

    fn slot(&mut self, table: Symbol, column: Option<Symbol>, position: usize) -> Option<usize> {
        let position = u32::try_from(position).ok()?;
        // A column that has a name is found by it, wherever it stands.
        let key = (table, column, if column.is_some() { 0 } else { position });
        if let Some(slot) = self.slots.get(&key) {
            return Some(*slot);
        }
        if self.columns.len() >= COLUMNS {
            return None;
        }
        let slot = self.columns.len();
        self.columns.push(ColumnValues { table, column, position, values: Vec::new(), other: 0, total: 0 });
        self.slots.insert(key, slot);
        Some(slot)
    }

    /// Takes the value `start..end` of the column at `position`.
    pub(super) fn value(&mut self, layout: &mut Layout, position: usize, start: usize, end: usize, escapes: Escapes) {
        if layout.numbered && position == layout.slots.len() {
            let slot = self.slot(layout.table, None, position);
            layout.slots.push(slot);
        }
        let slot = layout.slots.get(position).copied().flatten();
        let Some(column) = slot.and_then(|slot| self.columns.get_mut(slot)).filter(|_| start < end) else { return };
        column.total += 1;
        if column.sampled() >= SAMPLE || self.kept >= KEPT {
            return;
        }
        if LENGTH.contains(&(end - start)) {
            column.values.push(Value { span: Span::new(start, end), escapes });
            self.kept += 1;
        } else {
            column.other += 1;
        }
    }

    /// Numbers a column of which this row has no value, so that those after it keep their position.
    pub(super) fn nothing(&mut self, layout: &mut Layout, position: usize) {
        if layout.numbered && position == layout.slots.len() {
            layout.slots.push(self.slot(layout.table, None, position));
        }
    }

    /// The columns that have values, in the order in which the file names them. Numbered ones are kept without as well: how many
    /// there are tells whose they are.
    pub(super) fn finish(self) -> Vec<ColumnValues> {
        self.columns.into_iter().filter(|column| column.total > 0 || column.column.is_none()).collect()
    }
}
