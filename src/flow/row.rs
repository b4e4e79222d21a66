//! Rows that are written by their columns: assignments of single columns, and objects whose members are named for theirs.

use super::call::CallSite;
use super::domain::{Callable, Show, Value};
use super::eval::Evaluator;
use super::summary::Leaf;
use crate::catalog::model::{ModelPort, Root};
use crate::index::Symbol;
use crate::ir::Selector;
use crate::link::types::Ty;

/// The member of an assignment that names its column.
const COLUMN: &str = "#column";
/// The member of a statement that is the table it writes to.
const TABLE: &str = "#table";
/// Lists of tuples of assignments nest this deep.
const DEEPEST: u8 = 3;

/// The last part of a path that names a table or a column: `schema::users::table`, `users::dsl::email`.
fn path_name(value: &Value) -> Option<Symbol> {
    let Some(Callable::Library(path)) = &value.callable else { return None };
    path.as_str().rsplit("::").find(|part| !matches!(*part, "table" | "dsl" | "columns")).map(Symbol::new)
}

impl<'p> Evaluator<'_, 'p> {
    /// Remembers the column that a call assigns to.
    pub(super) fn name_column(&mut self, here: &CallSite<'p>, port: ModelPort, result: &mut Value) {
        let column = self.givens(here, port.root).first().and_then(|given| path_name(&given.value));
        if let Some(column) = column {
            result.set_member(Selector::Field(Symbol::new(COLUMN)), Value::literal(column), false);
        }
    }

    /// What a row holds goes into the columns of a table.
    pub(super) fn store_row(&mut self, here: &CallSite<'p>, port: ModelPort, leaf: &Leaf) {
        let holder = self.port_value(here, ModelPort { root: Root::Receiver, member: None, inner: None }, None);
        let table = holder.hidden(Symbol::new(TABLE)).and_then(path_name);
        let row = self.port_value(here, port, None);
        self.store_columns(here, &row, table, leaf, DEEPEST);
    }

    fn store_columns(&mut self, here: &CallSite<'p>, row: &Value, table: Option<Symbol>, leaf: &Leaf, depth: u8) {
        let qualified = |column: Symbol| match table {
            Some(table) => Symbol::new(&format!("{table}.{column}")),
            None => column,
        };
        if let Some(column) = row.hidden(Symbol::new(COLUMN)).and_then(|column| column.text.constant()) {
            let value = Value { members: None, ..row.clone() };
            self.store(here, vec![value], Some(qualified(column)), leaf);
            return;
        }
        let members: Vec<Value> = row
            .members
            .iter()
            .flat_map(|members| members.values())
            .filter(|member| member.hidden(Symbol::new(COLUMN)).is_some())
            .cloned()
            .collect();
        if !members.is_empty() && depth > 0 {
            for member in members {
                self.store_columns(here, &member, table, leaf, depth - 1);
            }
            return;
        }
        let Some(id) = row.ty.declared() else {
            self.store(here, vec![row.clone()], table, leaf);
            return;
        };
        let element = if matches!(row.ty, Ty::Program(_)) { row.clone() } else { row.element() };
        for name in self.visible_fields(id, element.variant, Show::Plain) {
            let known = element.member(Selector::Field(name)).cloned();
            let Some(member) = self.declared_member(&element, id, name, known, here.site) else { continue };
            self.store(here, vec![member], Some(qualified(name)), leaf);
        }
    }
}
