//! The database schema as it stands after all migrations.
//!
//! Files that form one sequence of migrations are folded in order into one database; every other file is a database of its
//! own ([`sequence`], [`layout`]). A column keeps the place that introduced it under its present name, and its [`History`].
//! Tables created twice in one file without a drop between (dumps side by side) are kept side by side: each is declared at its
//! own place. Temporary tables are tables that queries name; they hold nothing longer than a session and are marked as such.

mod changelog;
mod fold;
mod growing;
mod history;
mod layout;
mod sequence;
mod storage;
mod stray;
mod values;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use self::history::{Former, History, Origin, Retyped};
pub use self::storage::{FactKind, TableFact};
use crate::catalog::Catalog;
use crate::classify::{Classifier, Verdict};
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind};
use crate::source::{FileId, Site, SourceFile};

/// A table or view as it stands.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name as last written.
    pub name: Symbol,
    /// Table or view.
    pub kind: TypeKind,
    /// Where it was created.
    pub site: Site,
    /// Its comment.
    pub comment: Option<Symbol>,
    /// Columns as they stand.
    pub columns: Vec<Column>,
    /// Which of several databases or dialect variants it belongs to: the migration folder, or the file.
    pub database: Symbol,
    /// It lives no longer than the session that makes it: a copy in passing, no place where data are kept.
    pub temporary: bool,
    /// The migration or change set that created it; `None` if a file of no sequence did.
    pub migration: Option<Symbol>,
    /// Earlier names, the oldest first.
    pub former_names: Vec<Symbol>,
    /// Files that rows come out of, as written, and where that is said.
    pub loads: Vec<(Symbol, Origin)>,
    /// What SQL and code say of the life and protection of its rows.
    pub facts: Vec<TableFact>,
}

impl Table {
    /// The table as a declaration with its columns as they stand.
    #[must_use]
    pub fn declaration(&self) -> TypeDecl {
        TypeDecl {
            name: self.name,
            module: Vec::new(),
            kind: self.kind,
            fields: self.columns.iter().map(|column| column.field.clone()).collect(),
            bases: Vec::new(),
            attributes: Vec::new(),
            doc: self.comment,
            formatting: Formatting::default(),
            span: self.site.span,
            extent: self.site.span,
            in_test: false,
        }
    }
}

/// A column as it stands.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name, type, labels, constraints. `field.span` lies in `file`.
    pub field: Field,
    /// The file (migration) that introduced it under its present name.
    pub file: FileId,
    /// What it holds.
    pub verdict: Option<Verdict>,
    /// How it came to be what it is.
    pub history: History,
}

/// All tables and views, sorted by database, then in the order of creation.
#[derive(Debug, Default)]
pub struct Schema {
    /// The tables.
    pub tables: Vec<Table>,
    /// Where names lead; see [`Schema::new`].
    #[doc(hidden)]
    pub index: Index,
}

/// Names to positions in [`Schema::tables`].
#[derive(Debug, Default)]
pub struct Index {
    /// Tables by the last part of their name, lower case, in the order of the tables.
    tables: FxHashMap<String, Vec<usize>>,
    /// Columns by table position and lower-case name.
    columns: FxHashMap<(usize, Symbol), usize>,
    /// Tables whose columns a table takes over (`LIKE`, `INHERITS`, `SELECT *`), by position.
    copies: FxHashMap<usize, Vec<Symbol>>,
}

/// A table that takes over another's columns that does so in turn, ...: at most so many steps.
const LONGEST_CHAIN: u8 = 8;

impl Schema {
    /// A schema of these tables, indexed by name.
    #[must_use]
    pub fn new(tables: Vec<Table>) -> Self {
        let mut index = Index::default();
        for (position, table) in tables.iter().enumerate() {
            index.tables.entry(key(table.name.as_str())).or_default().push(position);
            for (at, column) in table.columns.iter().enumerate() {
                index.columns.insert((position, lower(column.field.name)), at);
            }
        }
        Self { tables, index }
    }

    /// Folds the steps of all files and classifies what stands in the end. `sources` and `facts` are parallel, by [`FileId`].
    #[must_use]
    pub fn fold(catalog: &Catalog, sources: &[SourceFile], facts: &[std::sync::Arc<FileFacts>]) -> Self {
        let folded = fold::fold(sources, facts);
        let mut lineages = Vec::with_capacity(folded.len());
        let mut copies = FxHashMap::default();
        let mut tables = Vec::with_capacity(folded.len());
        for (position, table) in folded.into_iter().enumerate() {
            if !table.copies.is_empty() {
                copies.insert(position, table.copies);
            }
            lineages.push(table.lineage);
            tables.push(table.table);
        }
        tables.par_iter_mut().for_each(|table| classify(catalog, sources, table));
        values::classify(catalog, sources, facts, &mut tables);
        let mut schema = Self::new(tables);
        schema.index.copies = copies;
        schema.follow_lineage(&lineages);
        storage::attach(&mut schema, catalog, sources, facts);
        schema
    }

    /// The column of a table by names as a query writes them (case and quotes do not matter); the first database that has it.
    #[must_use]
    pub fn column(&self, table: &str, column: &str) -> Option<&Column> {
        self.column_near(None, table, column, 0)
    }

    /// The first table or view of this name (case, quotes and schema prefix do not matter).
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.positions(name).next().and_then(|position| self.tables.get(position))
    }

    /// The column at `position` of the first table of this name that has `width` columns: for rows of data that name none.
    #[must_use]
    pub fn column_at(&self, table: &str, position: usize, width: usize) -> Option<&Column> {
        let tables = self.positions(table).filter_map(|at| self.tables.get(at));
        tables.filter(|table| table.columns.len() == width).find_map(|table| table.columns.get(position))
    }

    /// The tables of this name that its qualifier does not rule out.
    fn positions<'s>(&'s self, name: &'s str) -> impl Iterator<Item = usize> + 's {
        let found = self.index.tables.get(&key(name)).map(Vec::as_slice).unwrap_or_default();
        found.iter().copied().filter(move |position| {
            self.tables.get(*position).is_some_and(|table| agree(qualifier(table.name.as_str()), qualifier(name)))
        })
    }

    /// The column, in `database` if that has it.
    fn column_near(&self, database: Option<Symbol>, table: &str, column: &str, depth: u8) -> Option<&Column> {
        if depth > LONGEST_CHAIN {
            return None;
        }
        let wanted = Symbol::new(&bare(column).to_lowercase());
        let find = |position: usize| {
            let own = self.index.columns.get(&(position, wanted)).and_then(|at| self.tables.get(position)?.columns.get(*at));
            own.or_else(|| {
                let parents = self.index.copies.get(&position)?;
                let home = self.tables.get(position).map(|table| table.database);
                parents.iter().find_map(|parent| self.column_near(home, parent.as_str(), column, depth + 1))
            })
        };
        let home = |position: &usize| database.is_some() && self.tables.get(*position).map(|table| table.database) == database;
        self.positions(table).filter(home).find_map(find).or_else(|| self.positions(table).filter(|at| !home(at)).find_map(find))
    }

    /// Columns of views whose own name tells nothing hold what they select; views over views take a round for each.
    fn follow_lineage(&mut self, lineages: &[Vec<Vec<ColumnRef>>]) {
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (position, (lineage, table)) in lineages.iter().zip(&self.tables).enumerate() {
            for (at, (sources, column)) in lineage.iter().zip(&table.columns).enumerate() {
                if !sources.is_empty() && column.verdict.is_none() {
                    open.push((position, at));
                }
            }
        }
        for _ in 0..LONGEST_CHAIN {
            let found: Vec<_> =
                open.iter().map(|(position, at)| self.selected(*position, lineages.get(*position)?.get(*at)?)).collect();
            let before = open.len();
            let mut verdicts = found.into_iter();
            open.retain(|(position, at)| {
                let Some(verdict) = verdicts.next().flatten() else { return true };
                if let Some(column) = self.tables.get_mut(*position).and_then(|table| table.columns.get_mut(*at)) {
                    column.verdict = Some(verdict);
                }
                false
            });
            if open.len() == before {
                break;
            }
        }
    }

    /// What a column holds that selects these: all that they hold together.
    fn selected(&self, position: usize, sources: &[ColumnRef]) -> Option<Verdict> {
        let home = self.tables.get(position)?.database;
        let mut whole: Option<Verdict> = None;
        for source in sources {
            let Some(table) = source.table else { continue };
            let column = self.column_near(Some(home), table.as_str(), source.column.as_str(), 0);
            let Some(verdict) = column.and_then(|column| column.verdict.as_ref()) else { continue };
            let evidence = format!("selected from `{table}.{}`", source.column);
            match &mut whole {
                None => {
                    let mut verdict = verdict.clone();
                    verdict.evidence.insert(0, evidence);
                    whole = Some(verdict);
                }
                Some(whole) => {
                    let more = verdict.categories.iter().filter(|category| !whole.categories.contains(category));
                    let more: Vec<_> = more.copied().collect();
                    if !more.is_empty() {
                        whole.categories.extend(more);
                        whole.evidence.push(evidence);
                    }
                }
            }
        }
        whole
    }
}

/// The table as one declaration, so that every column has all its siblings as context.
fn classify(catalog: &Catalog, sources: &[SourceFile], table: &mut Table) {
    let declaration = table.declaration();
    let path = sources.get(table.site.file.index()).map(|source| source.path.as_str()).unwrap_or_default();
    let verdicts = Classifier::new(catalog).declaration(&declaration, path);
    for (column, verdict) in table.columns.iter_mut().zip(verdicts) {
        column.verdict = verdict;
    }
}

/// A name without quotes.
fn bare(name: &str) -> &str {
    name.trim_matches(['"', '`', '[', ']', '\''])
}

/// What a table is found by: the last part of its name, lower case, without quotes.
fn key(name: &str) -> String {
    bare(name.rsplit('.').next().unwrap_or(name)).to_lowercase()
}

fn lower(name: Symbol) -> Symbol {
    let text = name.as_str();
    if text.chars().any(char::is_uppercase) { Symbol::new(&text.to_lowercase()) } else { name }
}

/// The schema before a table's name; default schemas count as none.
fn qualifier(name: &str) -> Option<&str> {
    let (before, _) = name.rsplit_once('.')?;
    let schema = bare(before.rsplit('.').next().unwrap_or(before));
    let default = ["", "public", "dbo", "main"].iter().any(|default| schema.eq_ignore_ascii_case(default));
    // `{schema}.users`, `@db@.users`: filled in later, unknown here.
    let template = schema.contains(['{', '@', '%', '$', '&', '<']);
    (!default && !template).then_some(schema)
}

/// Whether two tables whose names' last parts are equal may be the same: no schema contradicts.
fn agree(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => true,
    }
}
