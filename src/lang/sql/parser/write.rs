//! Reads the trees of `INSERT`, `UPDATE`, `DELETE`: which placeholders are stored in which columns.

use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, ObjectName, OnConflictAction, OnInsert, OutputClause,
    SelectItem, Statement, TableObject, Update, UpdateTableFromKind,
};

use super::convert::DYNAMIC;
use super::tree::{Reader, last_part, object_name, symbol};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::lang::sql::query::{Output, Scope, Source, same};

impl Reader {
    pub(super) fn statement(&mut self, statement: &Statement) -> Option<Vec<Output>> {
        match statement {
            Statement::Query(query) => Some(self.query(query, None)),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => Some(self.update(update)),
            Statement::Delete(delete) => Some(self.delete(delete)),
            _ => None,
        }
    }

    fn insert(&mut self, insert: &Insert) -> Option<Vec<Output>> {
        let TableObject::TableName(name) = &insert.table else { return None };
        let table = last_part(name).filter(|last| *last != DYNAMIC).map(|_| object_name(name));
        self.tables.extend(table);
        let alias = insert.table_alias.as_ref().map(|alias| symbol(&alias.alias)).or(table).unwrap_or_default();
        let scope = Scope { sources: vec![Source { alias, table, derived: None }], outer: None };
        if let Some(source) = &insert.source {
            self.query(source, None);
            let holes = std::mem::take(&mut self.item_holes);
            for (column, holes) in insert.columns.iter().zip(holes) {
                let column = last_part(column).map(|column| ColumnRef { table, column: Symbol::new(column) });
                self.bind(holes, column.as_ref(), true);
            }
        }
        self.assignments(&insert.assignments, table, &scope);
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => self.assignments(assignments, table, &scope),
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assignments(&update.assignments, table, &scope);
                    self.tests(&update.selection.iter().collect::<Vec<_>>(), &scope);
                }
            }
            _ => {}
        }
        Some(self.given(insert.returning.as_deref(), insert.output.as_ref(), &scope))
    }

    fn update(&mut self, update: &Update) -> Vec<Output> {
        let (mut sources, mut tests) = self.sources(std::slice::from_ref(&update.table), None);
        let mut table = sources.first().and_then(|source| source.table);
        let from = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => from.as_slice(),
            None => &[],
        };
        let (more, more_tests) = self.sources(from, None);
        tests.extend(more_tests);
        if let [target] = sources.as_slice()
            && let Some(known) = more.iter().find(|source| same(source.alias.as_str(), target.alias.as_str()))
        {
            // `UPDATE u SET ... FROM users u`: the target is an alias.
            table = known.table;
            sources = more;
        } else {
            sources.extend(more);
        }
        let scope = Scope { sources, outer: None };
        self.tests(&tests, &scope);
        self.assignments(&update.assignments, table, &scope);
        self.tests(&update.selection.iter().collect::<Vec<_>>(), &scope);
        self.given(update.returning.as_deref(), update.output.as_ref(), &scope)
    }

    fn delete(&mut self, delete: &Delete) -> Vec<Output> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let (mut sources, mut tests) = self.sources(from, None);
        let (more, more_tests) = self.sources(delete.using.as_deref().unwrap_or_default(), None);
        sources.extend(more);
        tests.extend(more_tests);
        let scope = Scope { sources, outer: None };
        tests.extend(&delete.selection);
        self.tests(&tests, &scope);
        self.given(delete.returning.as_deref(), delete.output.as_ref(), &scope)
    }

    /// `RETURNING` or `OUTPUT`.
    fn given(&mut self, returning: Option<&[SelectItem]>, output: Option<&OutputClause>, scope: &Scope<'_>) -> Vec<Output> {
        let of_clause = match output {
            Some(OutputClause::Output { select_items, .. } | OutputClause::Returning { select_items, .. }) => select_items,
            None => &Vec::new(),
        };
        self.items(returning.unwrap_or(of_clause), scope).0
    }

    fn assignments(&mut self, assignments: &[Assignment], table: Option<Symbol>, scope: &Scope<'_>) {
        for Assignment { target, value } in assignments {
            match (target, value) {
                (AssignmentTarget::ColumnName(name), value) => self.store(name, value, table, scope),
                (AssignmentTarget::Tuple(names), Expr::Tuple(values)) => {
                    for (name, value) in names.iter().zip(values) {
                        self.store(name, value, table, scope);
                    }
                }
                (AssignmentTarget::Tuple(names), value) => {
                    let carried = self.expr(value, scope);
                    if let [name] = names.as_slice() {
                        let column = target_column(name, table, scope);
                        self.bind(carried.holes, column.as_ref(), true);
                    }
                }
            }
        }
    }

    fn store(&mut self, name: &ObjectName, value: &Expr, table: Option<Symbol>, scope: &Scope<'_>) {
        let carried = self.expr(value, scope);
        self.bind(carried.holes, target_column(name, table, scope).as_ref(), true);
    }
}

/// The column that is assigned: of the target, unless it names its table.
fn target_column(name: &ObjectName, table: Option<Symbol>, scope: &Scope<'_>) -> Option<ColumnRef> {
    let column = last_part(name).filter(|column| *column != DYNAMIC).map(Symbol::new)?;
    let qualifier = name.0.len().checked_sub(2).and_then(|at| name.0.get(at)).and_then(|part| part.as_ident());
    match qualifier {
        Some(qualifier) => scope.resolve(Some(symbol(qualifier)), column).into_iter().next(),
        None => Some(ColumnRef { table, column }),
    }
}
