//! The database schema as it stands after all migrations.

use crate::catalog::Catalog;
use crate::classify::Verdict;
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::{Field, TypeKind};
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
    /// Which of several databases or dialect variants it belongs to: the migration folder.
    pub database: Symbol,
}

impl Table {
    /// The table as a declaration with its columns as they stand.
    #[must_use]
    pub fn declaration(&self) -> crate::ir::TypeDecl {
        crate::ir::TypeDecl {
            name: self.name,
            module: Vec::new(),
            kind: self.kind,
            fields: self.columns.iter().map(|column| column.field.clone()).collect(),
            bases: Vec::new(),
            attributes: Vec::new(),
            doc: self.comment,
            formatting: crate::ir::Formatting::default(),
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
}

/// All tables and views, sorted by database, then in the order of creation.
#[derive(Debug, Default)]
pub struct Schema {
    /// The tables.
    pub tables: Vec<Table>,
}

impl Schema {
    /// Folds the steps of all files and classifies what stands in the end. `sources` and `facts` are parallel, by [`FileId`].
    #[must_use]
    pub fn fold(_catalog: &Catalog, _sources: &[SourceFile], _facts: &[std::sync::Arc<FileFacts>]) -> Self {
        Self::default()
    }

    /// The column of a table by names as a query writes them (case and quotes do not matter); the first database that has it.
    #[must_use]
    pub fn column(&self, _table: &str, _column: &str) -> Option<&Column> {
        None
    }
}
