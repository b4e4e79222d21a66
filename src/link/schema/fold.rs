//! Steps to tables: one database at a time, in the order of its migrations.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::sequence::{Part, place};
use super::{Column, Table, agree, key, lower, qualifier};
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::schema::{ColumnRef, SchemaStep};
use crate::ir::{Field, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::source::{FileId, Site, SourceFile, Span};

/// A table with what only the fold needs to know.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) table: Table,
    /// For each column the columns it selects; shorter if nothing more is known.
    pub(super) lineage: Vec<Vec<ColumnRef>>,
    /// Tables whose columns are taken over.
    pub(super) copies: Vec<Symbol>,
}

/// The files of one database in order.
type Databases = BTreeMap<String, Vec<(Vec<Part>, usize)>>;

/// Folds all files. Tables come sorted by database, then in the order of creation.
pub(super) fn fold(sources: &[SourceFile], facts: &[Arc<FileFacts>]) -> Vec<Folded> {
    let mut databases = Databases::new();
    for (position, (source, facts)) in sources.iter().zip(facts).enumerate() {
        if facts.schema.is_empty() {
            continue;
        }
        let path = source.path.as_str();
        if source.language == "sql" {
            let place = place(path);
            if !place.down {
                databases.entry(place.database).or_default().push((place.version, position));
            }
        } else {
            databases.entry(path.to_owned()).or_default().push((Vec::new(), position));
        }
    }
    let mut all = Vec::new();
    // Comments on tables that their own file does not create: they describe the same tables of the same folder.
    let mut strays: Vec<(String, Stray)> = Vec::new();
    for (name, mut files) in databases {
        files.sort_by(|a, b| {
            let path = |at: usize| sources.get(at).map(|source| source.path);
            a.0.cmp(&b.0).then_with(|| path(a.1).cmp(&path(b.1)))
        });
        let mut database = Database { name: Symbol::new(&name), ..Database::default() };
        for (_, position) in files {
            let Some(facts) = facts.get(position) else { continue };
            for step in &facts.schema {
                database.step(step, FileId::from_index(position));
            }
        }
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        strays.extend(database.strays.drain(..).map(|stray| (folder.clone(), stray)));
        all.extend(database.finish());
    }
    settle(&mut all, &strays);
    all
}

/// A comment or key whose table another file creates.
#[derive(Debug)]
struct Stray {
    table: Symbol,
    columns: Vec<Symbol>,
    change: Change,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Comment(Symbol),
    PrimaryKey,
    References(Symbol),
}

/// Applies what files say of tables that other files of the same folder create.
fn settle(all: &mut [Folded], strays: &[(String, Stray)]) {
    if strays.is_empty() {
        return;
    }
    let mut by_name: FxHashMap<(String, String), Vec<usize>> = FxHashMap::default();
    for (at, folded) in all.iter().enumerate() {
        let database = folded.table.database.as_str();
        let folder = database.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        by_name.entry((folder, key(folded.table.name.as_str()))).or_default().push(at);
    }
    for (folder, stray) in strays {
        for at in by_name.get(&(folder.clone(), key(stray.table.as_str()))).map(Vec::as_slice).unwrap_or_default() {
            let Some(folded) = all.get_mut(*at) else { continue };
            if !agree(folded.table.name.as_str(), stray.table.as_str()) {
                continue;
            }
            if stray.columns.is_empty()
                && let Change::Comment(text) = stray.change
            {
                folded.table.comment.get_or_insert(text);
            }
            for column in &mut folded.table.columns {
                if stray.columns.iter().any(|name| lower(*name) == lower(column.field.name)) {
                    apply(&mut column.field, stray.change);
                }
            }
        }
    }
}

fn apply(field: &mut Field, change: Change) {
    match change {
        Change::Comment(text) => {
            if !field.labels.contains(&text) {
                field.labels.push(text);
            }
        }
        Change::PrimaryKey => {
            field.primary_key = true;
            field.required = true;
        }
        Change::References(table) => {
            field.references.get_or_insert(table);
        }
    }
}

/// A table while it is folded: columns that are gone leave a hole, so that positions stay.
#[derive(Debug)]
struct Growing {
    table: Table,
    columns: Vec<Option<(Column, Vec<ColumnRef>)>>,
    by_name: FxHashMap<Symbol, usize>,
    copies: Vec<Symbol>,
}

#[derive(Debug, Default)]
struct Database {
    name: Symbol,
    /// In order of creation; dropped ones leave a hole.
    tables: Vec<Option<Growing>>,
    /// Living tables by the last part of their name.
    by_name: FxHashMap<String, SmallVec<[usize; 1]>>,
    strays: Vec<Stray>,
    /// What named types stand for.
    types: FxHashMap<String, TypeShape>,
}

impl Growing {
    fn add(&mut self, field: Field, file: FileId, lineage: Vec<ColumnRef>) {
        self.by_name.insert(lower(field.name), self.columns.len());
        self.columns.push(Some((Column { field, file, verdict: None }, lineage)));
    }

    fn column(&mut self, name: Symbol) -> Option<&mut Column> {
        let at = *self.by_name.get(&lower(name))?;
        self.columns.get_mut(at)?.as_mut().map(|(column, _)| column)
    }
}

impl Database {
    /// Living tables of this name. Where one is named without its schema and several schemas have it, the default schema's.
    fn find(&self, name: Symbol) -> SmallVec<[usize; 1]> {
        let Some(found) = self.by_name.get(&key(name.as_str())) else { return SmallVec::new() };
        let named = |at: &usize| self.tables.get(*at).and_then(Option::as_ref).map(|table| table.table.name.as_str());
        let fits: SmallVec<[usize; 1]> =
            found.iter().copied().filter(|at| named(at).is_some_and(|table| agree(table, name.as_str()))).collect();
        let exact = |at: &usize| named(at).map(|table| qualifier(table).is_some()) == Some(qualifier(name.as_str()).is_some());
        let exactly: SmallVec<[usize; 1]> = fits.iter().copied().filter(exact).collect();
        if exactly.is_empty() { fits } else { exactly }
    }

    fn get(&mut self, at: usize) -> Option<&mut Growing> {
        self.tables.get_mut(at).and_then(Option::as_mut)
    }

    fn step(&mut self, step: &SchemaStep, file: FileId) {
        match step {
            SchemaStep::Create { table, lineage, copies, .. } => self.create(table, lineage, copies, file),
            SchemaStep::DropTable { table, .. } => self.drop_table(*table),
            SchemaStep::RenameTable { from, to, .. } => self.rename_table(*from, *to),
            SchemaStep::AddColumn { table, column } => self.add_column(*table, column, file),
            SchemaStep::DropColumn { table, column, .. } => {
                for at in self.find(*table) {
                    if let Some(table) = self.get(at)
                        && let Some(position) = table.by_name.remove(&lower(*column))
                        && let Some(slot) = table.columns.get_mut(position)
                    {
                        *slot = None;
                    }
                }
            }
            SchemaStep::RenameColumn { table, from, to, span } => self.rename_column(*table, *from, *to, *span, file),
            SchemaStep::AlterType { table, column, ty, .. } => {
                for at in self.find(*table) {
                    if let Some(column) = self.get(at).and_then(|table| table.column(*column)) {
                        column.field.ty = ty.clone();
                    }
                }
            }
            SchemaStep::NameType { name, ty } => {
                self.types.insert(key(name.as_str()), ty.shape.clone());
            }
            SchemaStep::Key { table, columns, references, .. } => {
                let change = references.map_or(Change::PrimaryKey, Change::References);
                self.change(*table, columns.clone(), change);
            }
            SchemaStep::Comment { table, column, text, .. } => {
                self.change(*table, column.iter().copied().collect(), Change::Comment(*text));
            }
        }
    }

    fn create(&mut self, declared: &TypeDecl, lineage: &[Vec<ColumnRef>], copies: &[Symbol], file: FileId) {
        if declared.kind == TypeKind::View {
            // A view that is defined again replaces the old one.
            for at in self.find(declared.name) {
                if self.get(at).is_some_and(|table| table.table.kind == TypeKind::View) {
                    self.remove(at);
                }
            }
        }
        let site = Site { file, span: declared.span };
        let at = self.insert(declared.name, declared.kind, site, declared.doc);
        let Some(table) = self.get(at) else { return };
        table.copies = copies.to_vec();
        for (position, field) in declared.fields.iter().enumerate() {
            table.add(field.clone(), file, lineage.get(position).cloned().unwrap_or_default());
        }
    }

    fn insert(&mut self, name: Symbol, kind: TypeKind, site: Site, comment: Option<Symbol>) -> usize {
        let at = self.tables.len();
        let table = Table { name, kind, site, comment, columns: Vec::new(), database: self.name, facts: Vec::new() };
        self.tables.push(Some(Growing { table, columns: Vec::new(), by_name: FxHashMap::default(), copies: Vec::new() }));
        self.by_name.entry(key(name.as_str())).or_default().push(at);
        at
    }

    fn remove(&mut self, at: usize) {
        if let Some(table) = self.tables.get_mut(at).and_then(Option::take)
            && let Some(found) = self.by_name.get_mut(&key(table.table.name.as_str()))
        {
            found.retain(|position| *position != at);
        }
    }

    fn drop_table(&mut self, name: Symbol) {
        for at in self.find(name) {
            self.remove(at);
        }
    }

    fn rename_table(&mut self, from: Symbol, to: Symbol) {
        // `ALTER TABLE a.users RENAME TO people` stays in its schema.
        let to = match (from.as_str().rsplit_once('.'), to.as_str().contains('.')) {
            (Some((schema, _)), false) => Symbol::new(&format!("{schema}.{to}")),
            _ => to,
        };
        for at in self.find(from) {
            let Some(table) = self.get(at) else { continue };
            table.table.name = to;
            if let Some(found) = self.by_name.get_mut(&key(from.as_str())) {
                found.retain(|position| *position != at);
            }
            self.by_name.entry(key(to.as_str())).or_default().push(at);
        }
    }

    fn add_column(&mut self, name: Symbol, column: &Field, file: FileId) {
        let found = self.find(name);
        // A table that no file creates (an update script, part of a history) still has the column.
        let at = found.last().copied();
        let at = at.unwrap_or_else(|| self.insert(name, TypeKind::Table, Site { file, span: column.span }, None));
        if let Some(table) = self.get(at)
            && table.column(column.name).is_none()
        {
            table.add(column.clone(), file, Vec::new());
        }
    }

    fn rename_column(&mut self, table: Symbol, from: Symbol, to: Symbol, span: Span, file: FileId) {
        for at in self.find(table) {
            let Some(table) = self.get(at) else { continue };
            if let Some(column) = table.column(from) {
                column.field.name = to;
                column.field.span = span;
                column.file = file;
                if let Some(position) = table.by_name.remove(&lower(from)) {
                    table.by_name.insert(lower(to), position);
                }
            }
        }
    }

    fn change(&mut self, name: Symbol, columns: Vec<Symbol>, change: Change) {
        let found = self.find(name);
        let known = !found.is_empty();
        for at in found {
            let Some(table) = self.get(at) else { continue };
            if columns.is_empty()
                && let Change::Comment(text) = change
            {
                table.table.comment = Some(text);
            }
            for column in &columns {
                if let Some(column) = table.column(*column) {
                    apply(&mut column.field, change);
                }
            }
        }
        if !known {
            self.strays.push(Stray { table: name, columns, change });
        }
    }

    fn finish(self) -> impl Iterator<Item = Folded> {
        let types = self.types;
        self.tables.into_iter().flatten().map(move |growing| {
            let (mut columns, lineage): (Vec<Column>, Vec<_>) = growing.columns.into_iter().flatten().unzip();
            for column in &mut columns {
                name_type(&types, &mut column.field.ty);
            }
            Folded { table: Table { columns, ..growing.table }, lineage, copies: growing.copies }
        })
    }
}

/// Gives a column of a named type what the type stands for; the text stays as written.
fn name_type(types: &FxHashMap<String, TypeShape>, ty: &mut TypeRef) {
    let shape = match &mut ty.shape {
        TypeShape::Named(path, _) => path.last().and_then(|name| types.get(&key(name.as_str()))),
        TypeShape::List(element) => return name_element(types, element),
        _ => None,
    };
    if let Some(shape) = shape {
        ty.shape = shape.clone();
    }
}

fn name_element(types: &FxHashMap<String, TypeShape>, element: &mut TypeRef) {
    if let TypeShape::Named(path, _) = &element.shape
        && let Some(shape) = path.last().and_then(|name| types.get(&key(name.as_str())))
    {
        element.shape = shape.clone();
    }
}
