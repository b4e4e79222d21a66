//! Facts of the life and protection of rows, brought to the tables that they are about.
//!
//! A fact names a table as its own place writes it. It belongs to the table of that name in its own database; where that database
//! has none (a query in code, a script beside the schema), to every table of that name.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::sequence::{Kind, place};
use super::{Schema, Table, bare, key, lower};
use crate::catalog::Catalog;
use crate::catalog::storage::{FunctionEffect, name_words};
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::TypeKind;
use crate::ir::schema::{Runs, SchemaStep, StorageAct, StorageFact};
use crate::source::{FileId, Site, SourceFile};

/// What a fact says of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// The database removes rows, or a column's values, by itself.
    Expiry,
    /// The database removes whole partitions.
    PartitionExpiry,
    /// A job or event deletes rows.
    ScheduledDelete,
    /// A routine, a query or code deletes rows.
    Delete,
    /// Rows were deleted once.
    OneOffDelete,
    /// Columns are overwritten with what tells nothing of the person.
    Anonymise,
    /// Rows go with the row of [`TableFact::other`] that they refer to.
    Cascade,
    /// The reference to [`TableFact::other`] is emptied; the row stays.
    SetNull,
    /// Rows are marked as gone and stay.
    SoftDelete,
    /// The table is a copy of [`TableFact::other`].
    CopyOf,
    /// Rows are put into [`TableFact::other`].
    CopiedTo,
    /// Rows leave the database for a file.
    Export,
    /// The database keeps earlier versions of rows.
    Versions,
    /// Removed data can be read back for a while.
    TimeTravel,
    /// Someone may do something with the rows.
    Grant,
    /// The database shows each user some rows only.
    RowSecurity,
    /// A column is kept encrypted.
    Encrypted,
    /// A column is kept as a digest.
    Hashed,
    /// A column is shown masked to most users.
    Masked,
}

impl FactKind {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::PartitionExpiry => "partition-expiry",
            Self::ScheduledDelete => "scheduled-delete",
            Self::Delete => "delete",
            Self::OneOffDelete => "one-off-delete",
            Self::Anonymise => "anonymise",
            Self::Cascade => "cascade",
            Self::SetNull => "set-null",
            Self::SoftDelete => "soft-delete",
            Self::CopyOf => "copy-of",
            Self::CopiedTo => "copied-to",
            Self::Export => "export",
            Self::Versions => "versions",
            Self::TimeTravel => "time-travel",
            Self::Grant => "grant",
            Self::RowSecurity => "row-security",
            Self::Encrypted => "encrypted",
            Self::Hashed => "hashed",
            Self::Masked => "masked",
        }
    }

    /// Whether rows end by it, whatever else may be kept.
    #[must_use]
    pub fn deletes(self) -> bool {
        matches!(self, Self::Expiry | Self::PartitionExpiry | Self::ScheduledDelete | Self::Delete)
    }
}

/// What one place says of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFact {
    /// What it says.
    pub kind: FactKind,
    /// Where.
    pub site: Site,
    /// The column, where the place speaks of one.
    pub column: Option<Symbol>,
    /// All columns that it overwrites.
    pub columns: Vec<Symbol>,
    /// The other table, where there is one.
    pub other: Option<Symbol>,
    /// The period in days.
    pub days: Option<u32>,
    /// What makes it happen.
    pub runs: Runs,
    /// The words of the place, for people.
    pub detail: Symbol,
}

/// Brings the facts of all files to their tables.
pub(super) fn attach(schema: &mut Schema, catalog: &Catalog, sources: &[SourceFile], facts: &[std::sync::Arc<FileFacts>]) {
    if schema.tables.is_empty() {
        return;
    }
    let finder = Finder::new(schema, facts);
    let mut files: Vec<_> = (0..sources.len().min(facts.len()))
        .filter_map(|at| {
            let (source, file) = (sources.get(at)?, facts.get(at)?);
            let of_sql = file.is_schema;
            let place = place(source.path.as_str(), if of_sql { Kind::Sql } else { Kind::Code });
            // Tests delete what they made themselves; down migrations are not run.
            let unused = file.storage.is_empty() || source.is_test || of_sql && place.down;
            (!unused).then_some((place.database, place.version, at, of_sql))
        })
        .collect();
    files.sort();
    let mut found: Vec<(usize, TableFact)> = Vec::new();
    for (database, version, at, of_sql) in &files {
        let Some(file) = facts.get(*at) else { continue };
        let home = of_sql.then(|| Symbol::new(database));
        for fact in &file.storage {
            let mut fact = fact.clone();
            if fact.runs == Runs::Query {
                fact.runs = if *of_sql && !version.is_empty() { Runs::Once } else { Runs::OnDemand };
            }
            finder.resolve(schema, catalog, &fact, home, FileId::from_index(*at), &mut found);
        }
    }
    for (position, fact) in found {
        if let Some(table) = schema.tables.get_mut(position) {
            add(table, fact);
        }
    }
    of_names(schema, catalog, &finder);
    for table in &mut schema.tables {
        // Taken back: nothing is left to say.
        table.facts.retain(|fact| !(fact.kind == FactKind::Expiry && fact.runs == Runs::Once));
        table.facts.sort_by_key(|fact| (fact.kind, fact.site.file, fact.site.span.start, fact.other, fact.column));
        table.facts.dedup_by(|a, b| {
            a.kind == b.kind && a.site == b.site && a.other == b.other && a.column == b.column && a.detail == b.detail
        });
    }
}

/// A later expiry of the same table or column takes the place of an earlier one, and so does what becomes of a reference.
fn add(table: &mut Table, fact: TableFact) {
    let reference = |kind: FactKind| matches!(kind, FactKind::Cascade | FactKind::SetNull);
    let replaces = |one: &TableFact| {
        one.column == fact.column
            && (one.kind == FactKind::Expiry && fact.kind == FactKind::Expiry
                || reference(one.kind) && reference(fact.kind) && one.column.is_some())
    };
    table.facts.retain(|one| !replaces(one));
    table.facts.push(fact);
}

/// Tables by what facts call them.
struct Finder {
    /// By the last part of the name before renames.
    renamed: FxHashMap<String, String>,
    /// By the words of the name in the singular.
    spoken: BTreeMap<String, Vec<usize>>,
}

/// A table renamed more often is not followed.
const RENAMES: usize = 8;

impl Finder {
    fn new(schema: &Schema, facts: &[std::sync::Arc<FileFacts>]) -> Self {
        let mut renamed = FxHashMap::default();
        for step in facts.iter().flat_map(|file| &file.schema) {
            if let SchemaStep::RenameTable { from, to, .. } = step {
                renamed.insert(key(from.as_str()), key(to.as_str()));
            }
        }
        let mut spoken: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, table) in schema.tables.iter().enumerate() {
            if table.kind == TypeKind::Table {
                spoken.entry(singular(table.name.as_str())).or_default().push(position);
            }
        }
        Self { renamed, spoken }
    }

    /// The tables that a name stands for.
    fn tables(&self, schema: &Schema, name: Symbol, home: Option<Symbol>) -> Vec<usize> {
        if name == "*" {
            let of_home = |table: &Table| home.is_some_and(|home| table.database == home) && table.kind == TypeKind::Table;
            return (0..schema.tables.len()).filter(|at| schema.tables.get(*at).is_some_and(of_home)).collect();
        }
        let mut wanted = name.as_str().to_owned();
        for _ in 0..RENAMES {
            let all: Vec<usize> = schema.positions(&wanted).filter(|at| is_table(schema, *at)).collect();
            if !all.is_empty() {
                let near: Vec<usize> =
                    all.iter().copied().filter(|at| schema.tables.get(*at).map(|table| table.database) == home).collect();
                return if near.is_empty() { all } else { near };
            }
            match self.renamed.get(&key(&wanted)) {
                Some(to) => wanted.clone_from(to),
                None => break,
            }
        }
        Vec::new()
    }

    fn resolve(
        &self,
        schema: &Schema,
        catalog: &Catalog,
        fact: &StorageFact,
        home: Option<Symbol>,
        file: FileId,
        found: &mut Vec<(usize, TableFact)>,
    ) {
        let site = Site { file, span: fact.span };
        let of_kind = |kind: FactKind| TableFact {
            kind,
            site,
            column: fact.column,
            columns: Vec::new(),
            other: None,
            days: fact.days,
            runs: fact.runs,
            detail: fact.detail,
        };
        let one = match &fact.act {
            StorageAct::Expiry => of_kind(FactKind::Expiry),
            // Takes the place of the expiry, and is dropped in the end.
            StorageAct::ExpiryRemoved => TableFact { runs: Runs::Once, ..of_kind(FactKind::Expiry) },
            StorageAct::PartitionExpiry => of_kind(FactKind::PartitionExpiry),
            StorageAct::Delete => of_kind(deletion(fact.runs)),
            StorageAct::DeleteCall { argument } => {
                // Arguments come after the other names of their call.
                let settled = *argument && found.last().is_some_and(|(_, last)| last.site == site);
                let spoken = self.spoken.get(&singular(fact.table.as_str())).filter(|_| !settled);
                found.extend(spoken.into_iter().flatten().map(|at| (*at, of_kind(FactKind::Delete))));
                return;
            }
            // What a migration corrected once erases nobody.
            StorageAct::Erase(_) if fact.runs == Runs::Once => return,
            StorageAct::Erase(columns) => TableFact { columns: columns.clone(), ..of_kind(FactKind::Anonymise) },
            StorageAct::Cascade(parent) => TableFact { other: Some(*parent), ..of_kind(FactKind::Cascade) },
            StorageAct::SetNull(parent) => TableFact { other: Some(*parent), ..of_kind(FactKind::SetNull) },
            StorageAct::Copy(source) => return self.copy(schema, catalog, (*source, fact.table), &of_kind, home, found),
            StorageAct::Export => of_kind(FactKind::Export),
            StorageAct::Versions => of_kind(FactKind::Versions),
            StorageAct::TimeTravel => of_kind(FactKind::TimeTravel),
            StorageAct::Grant { to, privileges } => {
                let detail = Symbol::new(&format!("{privileges} to {to}"));
                TableFact { other: Some(*to), detail, ..of_kind(FactKind::Grant) }
            }
            StorageAct::RowSecurity => of_kind(FactKind::RowSecurity),
            StorageAct::Encrypted => of_kind(FactKind::Encrypted),
            StorageAct::Masked => of_kind(FactKind::Masked),
            StorageAct::Through(function) | StorageAct::Call(function) => {
                let called = matches!(fact.act, StorageAct::Call(_));
                match catalog.storage.function(function.as_str()) {
                    Some(FunctionEffect::Expires) if called => of_kind(FactKind::Expiry),
                    Some(FunctionEffect::Encrypts) if !called => of_kind(FactKind::Encrypted),
                    Some(FunctionEffect::Hashes) if !called => of_kind(FactKind::Hashed),
                    _ => return,
                }
            }
        };
        for at in self.tables(schema, fact.table, home) {
            let erases = |table: &Table| {
                let personal = table.columns.iter().filter(|column| column.verdict.is_some());
                personal.into_iter().any(|column| one.columns.iter().any(|erased| lower(*erased) == lower(column.field.name)))
            };
            if one.kind != FactKind::Anonymise || schema.tables.get(at).is_some_and(erases) {
                found.push((at, one.clone()));
            }
        }
    }

    /// Rows of one table are put into another.
    fn copy(
        &self,
        schema: &Schema,
        catalog: &Catalog,
        (source, target): (Symbol, Symbol),
        of_kind: &dyn Fn(FactKind) -> TableFact,
        home: Option<Symbol>,
        found: &mut Vec<(usize, TableFact)>,
    ) {
        // Rows that were moved once are no copy, unless they went into what is called one.
        if of_kind(FactKind::CopyOf).runs == Runs::Once && catalog.storage.copy_of(target.as_str()).is_none() {
            return;
        }
        let targets = self.tables(schema, target, home);
        let sources = if source.as_str().is_empty() {
            let base = catalog.storage.copy_of(target.as_str().rsplit('.').next().unwrap_or_default());
            base.and_then(|base| self.spoken.get(&singular(&base))).cloned().unwrap_or_default()
        } else {
            self.tables(schema, source, home)
        };
        let name = |at: &usize| schema.tables.get(*at).map(|table| table.name);
        for at in &sources {
            if targets.contains(at) {
                continue;
            }
            found
                .push((*at, TableFact { other: targets.first().and_then(name).or(Some(target)), ..of_kind(FactKind::CopiedTo) }));
        }
        for at in targets.iter().filter(|at| !sources.contains(at)) {
            if let Some(source) = sources.first().and_then(name) {
                found.push((*at, TableFact { other: Some(source), ..of_kind(FactKind::CopyOf) }));
            }
        }
    }
}

fn is_table(schema: &Schema, at: usize) -> bool {
    schema.tables.get(at).is_some_and(|table| table.kind == TypeKind::Table)
}

fn deletion(runs: Runs) -> FactKind {
    match runs {
        Runs::Scheduled => FactKind::ScheduledDelete,
        Runs::Once => FactKind::OneOffDelete,
        Runs::Standing | Runs::OnDemand | Runs::Query => FactKind::Delete,
    }
}

/// What names alone tell: copies by the table's name and its columns, encrypted and soft-deleting columns.
fn of_names(schema: &mut Schema, catalog: &Catalog, finder: &Finder) {
    let mut found: Vec<(usize, TableFact)> = Vec::new();
    for (position, table) in schema.tables.iter().enumerate().filter(|(_, table)| table.kind == TypeKind::Table) {
        let bare_name = table.name.as_str();
        let of_name = |kind: FactKind, site: Site, column: Option<Symbol>, other: Option<Symbol>, detail: &str| TableFact {
            kind,
            site,
            column,
            columns: Vec::new(),
            other,
            days: None,
            runs: Runs::Standing,
            detail: Symbol::new(detail),
        };
        for column in &table.columns {
            let site = Site { file: column.file, span: column.field.span };
            let name = column.field.name.as_str();
            if catalog.storage.is_soft_delete(name) {
                found.push((
                    position,
                    of_name(FactKind::SoftDelete, site, Some(column.field.name), None, "marks rows as gone that stay"),
                ));
            }
            let known = table.facts.iter().any(|fact| {
                matches!(fact.kind, FactKind::Encrypted | FactKind::Hashed)
                    && fact.column.map(lower) == Some(lower(column.field.name))
            });
            if catalog.storage.is_encrypted(name) && column.verdict.is_some() && !known {
                found.push((position, of_name(FactKind::Encrypted, site, Some(column.field.name), None, "its name says so")));
            }
        }
        if table.facts.iter().any(|fact| fact.kind == FactKind::CopyOf) {
            continue;
        }
        let Some(base) = catalog.storage.copy_of(bare_name) else { continue };
        let base = base.rsplit('.').next().unwrap_or_default().to_owned();
        let near = finder.spoken.get(&singular(&base)).into_iter().flatten().filter(|at| **at != position);
        let original = near
            .filter_map(|at| schema.tables.get(*at))
            .filter(|original| shared(original, table))
            .min_by_key(|original| original.database != table.database);
        if let Some(original) = original {
            let detail = "by its name and columns";
            found.push((position, of_name(FactKind::CopyOf, table.site, None, Some(original.name), detail)));
        }
    }
    for (position, fact) in found {
        if let Some(table) = schema.tables.get_mut(position) {
            table.facts.push(fact);
        }
    }
}

/// Whether a table has at least half of another's columns that hold personal data, so that it may be its copy.
fn shared(original: &Table, copy: &Table) -> bool {
    let own: FxHashSet<Symbol> = copy.columns.iter().map(|column| lower(column.field.name)).collect();
    let personal: Vec<_> = original.columns.iter().filter(|column| column.verdict.is_some()).collect();
    let taken = personal.iter().filter(|column| own.contains(&lower(column.field.name))).count();
    taken > 0 && taken * 2 >= personal.len()
}

/// The words of a name in the singular, so that `User`, `users` and `public.users` are one.
fn singular(name: &str) -> String {
    let last = bare(name.rsplit('.').next().unwrap_or(name));
    let words: Vec<String> = name_words(last)
        .into_iter()
        .map(|word| match word.as_str() {
            word if word.ends_with("ies") && word.len() > 4 => format!("{}y", word.trim_end_matches("ies")),
            word if word.ends_with("sses") || word.ends_with("xes") => word.trim_end_matches("es").to_owned(),
            word if word.ends_with('s') && !word.ends_with("ss") && word.len() > 3 => word.trim_end_matches('s').to_owned(),
            word => word.to_owned(),
        })
        .collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_names_meet() {
        for (a, b) in
            [("User", "users"), ("public.clients", "Client"), ("UserCompany", "user_companies"), ("Address", "addresses")]
        {
            assert_eq!(singular(a), singular(b));
        }
        assert_ne!(singular("user_sessions"), singular("users"));
    }
}
