//! Steps to tables: one database at a time, in the order of its migrations.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::changelog::{Includes, Properties};
use super::growing::{Growing, Tables};
use super::layout::{Member, layouts};
use super::sequence::{Kind, place};
use super::stray::{Change, Stray, apply, settle};
use super::{Former, History, Origin, Retyped, Table, key, lower};
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

/// Folds all files. Tables come sorted by database, then in the order of creation.
pub(super) fn fold(sources: &[SourceFile], facts: &[Arc<FileFacts>]) -> Vec<Folded> {
    let includes = Includes::new(sources, facts);
    let files = Files { sources, facts, includes: &includes };
    let mut all = Vec::new();
    // Comments on tables that their own file does not create: they describe the same tables of the same folder.
    let mut strays: Vec<(String, Stray)> = Vec::new();
    for layout in layouts(sources, facts, &includes) {
        let mut database = Database { tables: Tables::new(layout.name), ..Database::default() };
        for member in &layout.members {
            database.run(&files, *member);
        }
        let name = layout.name.as_str();
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        strays.extend(database.strays.drain(..).map(|stray| (folder.clone(), stray)));
        all.extend(database.finish());
    }
    settle(&mut all, &strays);
    all
}

/// What the files of a scan hold.
struct Files<'a> {
    sources: &'a [SourceFile],
    facts: &'a [Arc<FileFacts>],
    includes: &'a Includes,
}

impl Files<'_> {
    fn step(&self, file: FileId, position: usize) -> Option<&SchemaStep> {
        self.facts.get(file.index())?.schema.get(position)
    }

    /// What a file that a changelog includes is called.
    fn label(&self, file: FileId) -> Option<Symbol> {
        let path = self.sources.get(file.index())?.path.as_str();
        let name = place(path, Kind::Sql).migration;
        let name = name.or_else(|| path.rsplit('/').next()?.split('.').next().map(str::to_owned));
        name.as_deref().map(Symbol::new)
    }
}

/// A file that is being taken.
#[derive(Debug)]
struct Open {
    file: FileId,
    /// Position of the next step.
    next: usize,
    /// The file's own migration.
    migration: Option<Symbol>,
    /// The change set of the file.
    section: Option<Symbol>,
    /// How many change sets have begun: two for two systems may have one name.
    sections: u32,
}

/// Where the fold is.
#[derive(Debug, Clone, Copy)]
struct Here {
    file: FileId,
    /// The migration or change set.
    migration: Option<Symbol>,
    /// Which change set of the file.
    section: u32,
    /// See [`Member::repeats`].
    repeats: bool,
}

impl Here {
    fn origin(self, span: Span) -> Origin {
        Origin { site: Site { file: self.file, span }, migration: self.migration }
    }
}

#[derive(Debug, Default)]
struct Database {
    tables: Tables,
    strays: Vec<Stray>,
    /// What named types stand for.
    types: FxHashMap<String, TypeShape>,
    properties: Properties,
    /// Files that a changelog has included: each takes place once.
    done: FxHashSet<FileId>,
    /// Columns of tables that the file at hand has dropped or renamed, by the table's name: a table that is made anew under the
    /// name (as SQLite must to change one) goes on with their history.
    left: FxHashMap<String, FxHashMap<Symbol, History>>,
    /// Temporary tables of the file at hand.
    session: Vec<usize>,
    /// Columns taken over from other tables so far.
    taken: usize,
}

/// Columns that tables of one database take over from others, at most: what goes beyond is found by name only.
const MOST_TAKEN: usize = 100_000;

impl Database {
    /// Takes the steps of a file, and those of the files that it includes where it does.
    fn run(&mut self, files: &Files<'_>, member: Member) {
        self.done.insert(member.file);
        let mut open = vec![Open { file: member.file, next: 0, migration: member.migration, section: None, sections: 0 }];
        while let Some(Open { file, next, migration, section, sections }) = open.last_mut() {
            let (file, position) = (*file, *next);
            let Some(step) = files.step(file, position) else {
                open.pop();
                self.end_of_file();
                continue;
            };
            *next += 1;
            match step {
                SchemaStep::Section { name } => {
                    *section = (!name.is_empty()).then_some(*name);
                    *sections += 1;
                }
                SchemaStep::Include { .. } => {
                    // A change set that runs a file is what that file's steps belong to.
                    let section = *section;
                    for target in files.includes.targets(file, position).iter().rev() {
                        if self.done.insert(*target) {
                            let migration = section.or_else(|| files.label(*target));
                            open.push(Open { file: *target, next: 0, migration, section: None, sections: 0 });
                        }
                    }
                }
                _ => {
                    let here = Here { file, migration: section.or(*migration), section: *sections, repeats: member.repeats };
                    if self.properties.is_empty() {
                        self.step(step, here);
                    } else {
                        self.step(&self.properties.put_in(step), here);
                    }
                }
            }
        }
    }

    /// Nothing of a session outlives the file that it runs.
    fn end_of_file(&mut self) {
        self.tables.namespace = None;
        self.left.clear();
        for at in std::mem::take(&mut self.session) {
            self.tables.forget(at);
        }
    }

    fn step(&mut self, step: &SchemaStep, here: Here) {
        match step {
            SchemaStep::Create { .. } => self.create(step, here),
            SchemaStep::DropTable { table, .. } => self.drop_table(*table, here),
            SchemaStep::RenameTable { from, to, .. } => self.rename_table(*from, *to, here),
            SchemaStep::AddColumn { table, column } => self.add_column(*table, column, here),
            SchemaStep::DropColumn { table, column, .. } => {
                for at in self.changeable(*table, here) {
                    if let Some(table) = self.tables.get(at) {
                        table.drop(*column);
                    }
                }
            }
            SchemaStep::RenameColumn { table, from, to, span } => {
                self.rename_column(*table, *from, *to, here.origin(*span), here)
            }
            SchemaStep::AlterType { table, column, ty, span } => self.alter_type(*table, *column, ty, here.origin(*span), here),
            SchemaStep::NameType { name, ty } => {
                self.types.insert(key(name.as_str()), ty.shape.clone());
            }
            SchemaStep::Key { table, columns, references, .. } => {
                let change = references.map_or(Change::PrimaryKey, Change::References);
                self.change(*table, columns.clone(), change);
            }
            SchemaStep::Copy { table, columns, outputs, .. } => self.copy(*table, columns, outputs),
            SchemaStep::Comment { table, column, text, .. } => {
                self.change(*table, column.iter().copied().collect(), Change::Comment(*text));
            }
            SchemaStep::Require { table, column, required, .. } => {
                self.change(*table, vec![*column], Change::Required(*required));
            }
            SchemaStep::Use { namespace } => self.tables.namespace = *namespace,
            SchemaStep::Property { name, value } => self.properties.define(*name, *value),
            SchemaStep::Load { table, path, span } => {
                for at in self.tables.find(*table) {
                    if let Some(table) = self.tables.get(at) {
                        table.table.loads.push((*path, here.origin(*span)));
                    }
                }
            }
            SchemaStep::Section { .. } | SchemaStep::Include { .. } => {}
        }
    }

    /// Tables of this name that a step of this file may change: what only shows others' work takes nothing of it away.
    fn changeable(&self, name: Symbol, here: Here) -> impl Iterator<Item = usize> + use<> {
        let mut found = self.tables.find(name);
        if here.repeats {
            found.retain(|at| self.tables.made_in(*at) == Some(here.file));
        }
        found.into_iter()
    }

    fn create(&mut self, step: &SchemaStep, here: Here) {
        let SchemaStep::Create { table: declared, if_not_exists, lineage, copies, temporary } = step else { return };
        let found = self.tables.find(declared.name);
        let origin = here.origin(declared.span);
        if let Some(at) = found.last()
            && let Some(table) = self.tables.get(*at)
            && !temporary
        {
            // Two definitions in one place are two databases' (a dump of each); in two migrations the second one does nothing.
            let elsewhere = table.origin.site.file != here.file || table.section != here.section;
            if elsewhere && (here.repeats || *if_not_exists) && table.table.kind == declared.kind {
                table.complete(declared, lineage, origin);
                return;
            }
        }
        if declared.kind == TypeKind::View {
            // A view that is defined again replaces the old one.
            for at in found {
                if self.tables.get(at).is_some_and(|table| table.table.kind == TypeKind::View) {
                    self.tables.remove(at);
                }
            }
        }
        let taken = self.taken_over(declared, copies);
        let left = self.left.get(&key(declared.name.as_str()));
        let history = |field: &Field| match left.and_then(|left| left.get(&lower(field.name))) {
            Some(history) => history.clone(),
            None => History::new(here.origin(field.span)),
        };
        let mut table = Growing::new(declared, origin, *temporary, copies.clone());
        table.section = here.section;
        for (position, field) in declared.fields.iter().enumerate() {
            table.add(field.clone(), here.file, lineage.get(position).cloned().unwrap_or_default(), history(field));
        }
        for (field, from) in taken {
            if table.column(field.name).is_none() {
                let history = history(&field);
                table.add(field, here.file, vec![from], history);
            }
        }
        let at = self.tables.insert(table);
        if *temporary {
            self.session.push(at);
        }
    }

    /// Columns that a table has of others as they stand now: `LIKE users`, `AS SELECT * FROM users`. What inherits or is a
    /// partition has its parent's columns only in name: they are the parent's.
    fn taken_over(&mut self, declared: &TypeDecl, copies: &[Symbol]) -> Vec<(Field, ColumnRef)> {
        let mut taken = Vec::new();
        for copied in copies.iter().filter(|copied| !declared.bases.contains(copied)) {
            let Some(at) = self.tables.find(*copied).last().copied() else { continue };
            let Some(table) = self.tables.get(at) else { continue };
            for column in table.living().take(MOST_TAKEN.saturating_sub(self.taken)) {
                self.taken += 1;
                let from = ColumnRef { table: Some(*copied), column: column.field.name };
                taken.push((Field { span: declared.span, ..column.field.clone() }, from));
            }
        }
        taken
    }

    /// Columns that rows were copied into come from those that they were copied from.
    fn copy(&mut self, name: Symbol, columns: &[Symbol], outputs: &[(Symbol, Vec<ColumnRef>)]) {
        for at in self.tables.find(name) {
            if let Some(table) = self.tables.get(at) {
                table.copied_into(columns, outputs);
            }
        }
    }

    fn drop_table(&mut self, name: Symbol, here: Here) {
        for at in self.changeable(name, here) {
            if let Some(table) = self.tables.remove(at) {
                self.left.insert(key(name.as_str()), table.histories());
            }
        }
    }

    fn rename_table(&mut self, from: Symbol, to: Symbol, here: Here) {
        // `ALTER TABLE a.users RENAME TO people` stays in its schema.
        let to = match (from.as_str().rsplit_once('.'), to.as_str().contains('.')) {
            (Some((schema, _)), false) => Symbol::new(&format!("{schema}.{to}")),
            _ => to,
        };
        for at in self.changeable(from, here) {
            let left = self.left.get(&key(to.as_str())).cloned();
            let Some(table) = self.tables.rename(at, to) else { continue };
            match left {
                // It takes the place of one that is gone.
                Some(left) => table.go_on_with(&left, here.file),
                None => table.table.former_names.push(from),
            }
            let histories = table.histories();
            self.left.insert(key(from.as_str()), histories);
        }
    }

    fn add_column(&mut self, name: Symbol, column: &Field, here: Here) {
        let found = self.tables.find(name);
        let origin = here.origin(column.span);
        // A table that no file creates (an update script, part of a history) still has the column.
        let at = found.last().copied().unwrap_or_else(|| self.tables.insert(Growing::unknown(name, origin)));
        let Some(table) = self.tables.get(at) else { return };
        match table.column(column.name) {
            None => table.add(column.clone(), here.file, Vec::new(), History::new(origin)),
            Some(known) => known.history.repeated(origin),
        }
    }

    fn rename_column(&mut self, table: Symbol, from: Symbol, to: Symbol, origin: Origin, here: Here) {
        for at in self.changeable(table, here) {
            let Some(table) = self.tables.get(at) else { continue };
            if let Some(column) = table.rename(from, to) {
                column.field.span = origin.site.span;
                column.file = origin.site.file;
                column.history.former.push(Former { name: from, until: origin });
            }
        }
    }

    fn alter_type(&mut self, table: Symbol, column: Symbol, ty: &TypeRef, origin: Origin, here: Here) {
        for at in self.changeable(table, here) {
            let Some(column) = self.tables.get(at).and_then(|table| table.column(column)) else { continue };
            let old = std::mem::replace(&mut column.field.ty, ty.clone());
            if !old.text.as_str().eq_ignore_ascii_case(ty.text.as_str()) {
                column.history.retyped.push(Retyped { from: old.text, at: origin });
            }
        }
    }

    fn change(&mut self, name: Symbol, columns: Vec<Symbol>, change: Change) {
        let found = self.tables.find(name);
        let known = !found.is_empty();
        for at in found {
            let Some(table) = self.tables.get(at) else { continue };
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
        self.tables.into_living().map(move |growing| {
            let mut folded = growing.finish();
            for column in &mut folded.table.columns {
                name_type(&types, &mut column.field.ty);
            }
            folded
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
