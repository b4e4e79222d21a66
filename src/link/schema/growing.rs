//! Tables while they are folded.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::fold::Folded;
use super::{Column, History, Origin, Table, agree, key, lower, qualifier};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::ir::{Field, TypeDecl, TypeKind};
use crate::source::FileId;

/// A table while it is folded: columns that are gone leave a hole, so that positions stay.
#[derive(Debug)]
pub(super) struct Growing {
    pub(super) table: Table,
    pub(super) origin: Origin,
    /// Which change set of its file made it.
    pub(super) section: u32,
    /// The schema or database that its name belongs to.
    namespace: Option<Symbol>,
    columns: Vec<Option<(Column, Vec<ColumnRef>)>>,
    by_name: FxHashMap<Symbol, usize>,
    copies: Vec<Symbol>,
}

/// A column that is copied into over and over is said to come from this many at most.
const MOST_SOURCES: usize = 16;

impl Growing {
    /// Rows of other tables are copied in: the columns named, or all in their order, come from what the query gives too.
    pub(super) fn copied_into(&mut self, columns: &[Symbol], outputs: &[(Symbol, Vec<ColumnRef>)]) {
        let own = self.columns.iter().flatten().map(|(column, _)| column.field.name).collect::<Vec<_>>();
        let name = self.table.name;
        let targets = if columns.is_empty() { own.as_slice() } else { columns };
        for (target, (_, sources)) in targets.iter().zip(outputs.iter().take_while(|(name, _)| *name != "*")) {
            let slot = self.by_name.get(&lower(*target)).and_then(|at| self.columns.get_mut(*at)?.as_mut());
            let Some((_, lineage)) = slot else { continue };
            lineage.extend(sources.iter().filter(|source| source.table != Some(name)).cloned());
            lineage.truncate(MOST_SOURCES);
        }
    }

    pub(super) fn new(declared: &TypeDecl, origin: Origin, temporary: bool, copies: Vec<Symbol>) -> Self {
        let mut table = Self::unknown(declared.name, origin);
        table.table.kind = declared.kind;
        table.table.comment = declared.doc;
        table.table.temporary = temporary;
        table.copies = copies;
        table
    }

    /// A table of which nothing is known but its name.
    pub(super) fn unknown(name: Symbol, origin: Origin) -> Self {
        let table = Table {
            name,
            kind: TypeKind::Table,
            site: origin.site,
            comment: None,
            columns: Vec::new(),
            database: Symbol::default(),
            temporary: false,
            migration: origin.migration,
            former_names: Vec::new(),
            loads: Vec::new(),
            facts: Vec::new(),
        };
        let namespace = None;
        Self { table, origin, section: 0, namespace, columns: Vec::new(), by_name: FxHashMap::default(), copies: Vec::new() }
    }

    pub(super) fn add(&mut self, field: Field, file: FileId, lineage: Vec<ColumnRef>, history: History) {
        self.by_name.insert(lower(field.name), self.columns.len());
        self.columns.push(Some((Column { field, file, verdict: None, history }, lineage)));
    }

    pub(super) fn column(&mut self, name: Symbol) -> Option<&mut Column> {
        let at = *self.by_name.get(&lower(name))?;
        self.columns.get_mut(at)?.as_mut().map(|(column, _)| column)
    }

    pub(super) fn drop(&mut self, name: Symbol) {
        if let Some(position) = self.by_name.remove(&lower(name))
            && let Some(slot) = self.columns.get_mut(position)
        {
            *slot = None;
        }
    }

    /// Gives a column another name; the column, if there is one of the old name.
    pub(super) fn rename(&mut self, from: Symbol, to: Symbol) -> Option<&mut Column> {
        self.column(from)?;
        let position = self.by_name.remove(&lower(from))?;
        self.by_name.insert(lower(to), position);
        let column = self.column(to)?;
        column.field.name = to;
        Some(column)
    }

    pub(super) fn living(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().flatten().map(|(column, _)| column)
    }

    pub(super) fn histories(&self) -> FxHashMap<Symbol, History> {
        self.living().map(|column| (lower(column.field.name), column.history.clone())).collect()
    }

    /// Columns that this file made go on with the history of those that they stand in for.
    pub(super) fn go_on_with(&mut self, left: &FxHashMap<Symbol, History>, file: FileId) {
        for (column, _) in self.columns.iter_mut().flatten() {
            if column.history.introduced.site.file == file
                && let Some(history) = left.get(&lower(column.field.name))
            {
                column.history = history.clone();
            }
        }
    }

    /// Adds what another definition of the same table has more.
    pub(super) fn complete(&mut self, declared: &TypeDecl, lineage: &[Vec<ColumnRef>], origin: Origin) {
        self.table.comment = self.table.comment.or(declared.doc);
        for (position, field) in declared.fields.iter().enumerate() {
            let mut at = origin;
            at.site.span = field.span;
            match self.column(field.name) {
                None => {
                    let lineage = lineage.get(position).cloned().unwrap_or_default();
                    self.add(field.clone(), origin.site.file, lineage, History::new(at));
                }
                Some(known) => {
                    known.history.repeated(at);
                    for label in &field.labels {
                        if !known.field.labels.contains(label) {
                            known.field.labels.push(*label);
                        }
                    }
                }
            }
        }
    }

    pub(super) fn finish(self) -> Folded {
        let (columns, lineage) = self.columns.into_iter().flatten().unzip();
        Folded { table: Table { columns, ..self.table }, lineage, copies: self.copies }
    }
}

/// The tables of one database by name.
#[derive(Debug, Default)]
pub(super) struct Tables {
    database: Symbol,
    /// The schema that unqualified names belong to.
    pub(super) namespace: Option<Symbol>,
    /// In order of creation; dropped ones leave a hole.
    tables: Vec<Option<Growing>>,
    /// Living tables by the last part of their name.
    by_name: FxHashMap<String, SmallVec<[usize; 1]>>,
}

impl Tables {
    pub(super) fn new(database: Symbol) -> Self {
        Self { database, ..Self::default() }
    }

    /// The schema that a name belongs to where it is written.
    fn home(&self, name: Symbol) -> Option<Symbol> {
        qualifier(name.as_str()).map(Symbol::new).or(self.namespace)
    }

    /// Living tables of this name. Where one is named without its schema and several schemas have it, the default schema's.
    pub(super) fn find(&self, name: Symbol) -> SmallVec<[usize; 1]> {
        let Some(found) = self.by_name.get(&key(name.as_str())) else { return SmallVec::new() };
        let home = self.home(name);
        let schema = |at: &usize| self.tables.get(*at).and_then(Option::as_ref).map(|table| table.namespace);
        let fits: SmallVec<[usize; 1]> = found
            .iter()
            .copied()
            .filter(|at| {
                schema(at).is_some_and(|schema| {
                    agree(schema.as_ref().map(|name| name.as_str()), home.as_ref().map(|name| name.as_str()))
                })
            })
            .collect();
        let exact = |at: &usize| schema(at).map(|schema| schema.is_some()) == Some(home.is_some());
        let exactly: SmallVec<[usize; 1]> = fits.iter().copied().filter(exact).collect();
        if exactly.is_empty() { fits } else { exactly }
    }

    pub(super) fn get(&mut self, at: usize) -> Option<&mut Growing> {
        self.tables.get_mut(at).and_then(Option::as_mut)
    }

    /// The file that made a table.
    pub(super) fn made_in(&self, at: usize) -> Option<FileId> {
        self.tables.get(at)?.as_ref().map(|table| table.origin.site.file)
    }

    pub(super) fn insert(&mut self, mut table: Growing) -> usize {
        let at = self.tables.len();
        table.namespace = self.home(table.table.name);
        table.table.database = self.database;
        self.by_name.entry(key(table.table.name.as_str())).or_default().push(at);
        self.tables.push(Some(table));
        at
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<Growing> {
        self.forget(at);
        self.tables.get_mut(at).and_then(Option::take)
    }

    /// No later step finds the table by its name.
    pub(super) fn forget(&mut self, at: usize) {
        if let Some(Some(table)) = self.tables.get(at)
            && let Some(found) = self.by_name.get_mut(&key(table.table.name.as_str()))
        {
            found.retain(|position| *position != at);
        }
    }

    pub(super) fn rename(&mut self, at: usize, to: Symbol) -> Option<&mut Growing> {
        self.forget(at);
        let home = self.home(to);
        self.by_name.entry(key(to.as_str())).or_default().push(at);
        let table = self.get(at)?;
        table.table.name = to;
        table.namespace = home;
        Some(table)
    }

    pub(super) fn into_living(self) -> impl Iterator<Item = Growing> {
        self.tables.into_iter().flatten()
    }
}
