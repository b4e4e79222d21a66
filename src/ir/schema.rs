//! What SQL and code migrations do to a database's schema, and what single queries read and write.
//!
//! A file yields [`SchemaStep`]s in order; `link` folds the steps of all files, in the order of their migrations, into the
//! schema as it stands. Names are kept as written, without quotes.

use serde::{Deserialize, Serialize};

use super::{Field, TypeDecl, TypeRef};
use crate::index::Symbol;
use crate::source::Span;

/// One change of the schema.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SchemaStep {
    /// A table, or a view with the columns it gives.
    Create {
        /// The table; [`TypeDecl::kind`] tells tables and views apart.
        table: TypeDecl,
        /// `IF NOT EXISTS`: does nothing to a table that is there.
        if_not_exists: bool,
        /// For a view or `CREATE TABLE AS`: where each column comes from, in the order of the columns.
        lineage: Vec<Vec<ColumnRef>>,
        /// Tables whose columns are taken over (`LIKE`, `INHERITS`, `SELECT *`).
        copies: Vec<Symbol>,
        /// It lives no longer than the session that makes it: `CREATE TEMPORARY TABLE`, `#rows`.
        temporary: bool,
    },
    /// The table is gone.
    DropTable {
        /// Its name.
        table: Symbol,
        /// Where.
        span: Span,
    },
    /// Another name.
    RenameTable {
        /// Old name.
        from: Symbol,
        /// New name.
        to: Symbol,
        /// Where.
        span: Span,
    },
    /// A new column.
    AddColumn {
        /// The table.
        table: Symbol,
        /// The column, with its own span.
        column: Field,
    },
    /// The column is gone.
    DropColumn {
        /// The table.
        table: Symbol,
        /// The column.
        column: Symbol,
        /// Where.
        span: Span,
    },
    /// Another name; the column stands where it is renamed from then on.
    RenameColumn {
        /// The table.
        table: Symbol,
        /// Old name.
        from: Symbol,
        /// New name.
        to: Symbol,
        /// Place of the new name.
        span: Span,
    },
    /// Another type.
    AlterType {
        /// The table.
        table: Symbol,
        /// The column.
        column: Symbol,
        /// The type.
        ty: TypeRef,
        /// Where.
        span: Span,
    },
    /// A named type: columns declared with it hold what it stands for.
    NameType {
        /// Its name.
        name: Symbol,
        /// What it stands for; an enumeration's text is its name.
        ty: TypeRef,
    },
    /// A key added to columns that are there: primary, or foreign if it refers to a table.
    Key {
        /// The table.
        table: Symbol,
        /// Its columns.
        columns: Vec<Symbol>,
        /// The table that a foreign key points at; `None` for the primary key.
        references: Option<Symbol>,
        /// Where.
        span: Span,
    },
    /// Rows of other tables copied in: `INSERT INTO archive (a, b) SELECT x, y FROM users`.
    Copy {
        /// The table that gets them.
        table: Symbol,
        /// Its columns that do, as named; empty for all, in their order.
        columns: Vec<Symbol>,
        /// What the query gives, in order: name and the columns it comes from; `*` for all of a table.
        outputs: Vec<(Symbol, Vec<ColumnRef>)>,
        /// The tables that the rows come from, in the order they are met.
        from: Vec<Symbol>,
        /// Where.
        span: Span,
    },
    /// A comment on a table (`column` is `None`) or column.
    Comment {
        /// The table.
        table: Symbol,
        /// The column.
        column: Option<Symbol>,
        /// The comment.
        text: Symbol,
        /// Where.
        span: Span,
    },
    /// A column must have a value from here on, or need not.
    Require {
        /// The table.
        table: Symbol,
        /// The column.
        column: Symbol,
        /// `NOT NULL`.
        required: bool,
        /// Where.
        span: Span,
    },
    /// Names without a qualifier belong to this schema or database from here on: `USE shop`, `SET search_path TO billing`.
    Use {
        /// `None` for the default one.
        namespace: Option<Symbol>,
    },
    /// What follows belongs to this change of a file that holds several: a change set of Liquibase.
    Section {
        /// Its name for people.
        name: Symbol,
    },
    /// Another file's steps take place here.
    Include {
        /// The file or folder, as written.
        path: Symbol,
        /// The path counts from the file that says it, not from a root that only the tool knows.
        relative: bool,
        /// All files of the folder, by name.
        folder: bool,
        /// Where.
        span: Span,
    },
    /// `${name}` stands for this in the names and types of all files of the database; the first definition counts.
    Property {
        /// Name, without `${}`.
        name: Symbol,
        /// What it stands for.
        value: Symbol,
    },
    /// Rows come out of a file.
    Load {
        /// The table.
        table: Symbol,
        /// The file, as written.
        path: Symbol,
        /// Where.
        span: Span,
    },
}

impl SchemaStep {
    /// Moves every place of the step: from offsets in a string to offsets in the file that holds it.
    pub fn relocate(&mut self, mut place: impl FnMut(Span) -> Span) {
        let mut shift = |span: &mut Span| *span = place(*span);
        match self {
            Self::Create { table, .. } => {
                shift(&mut table.span);
                shift(&mut table.extent);
                table.fields.iter_mut().for_each(|field| shift(&mut field.span));
            }
            Self::AddColumn { column, .. } => shift(&mut column.span),
            Self::DropTable { span, .. }
            | Self::RenameTable { span, .. }
            | Self::DropColumn { span, .. }
            | Self::RenameColumn { span, .. }
            | Self::AlterType { span, .. }
            | Self::Key { span, .. }
            | Self::Copy { span, .. }
            | Self::Comment { span, .. }
            | Self::Require { span, .. }
            | Self::Include { span, .. }
            | Self::Load { span, .. } => shift(span),
            Self::NameType { .. } | Self::Use { .. } | Self::Section { .. } | Self::Property { .. } => {}
        }
    }
}

/// A column as a query names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ColumnRef {
    /// The table, if the query tells (aliases resolved).
    pub table: Option<Symbol>,
    /// The column; `*` for all.
    pub column: Symbol,
}

/// What a query does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueryKind {
    /// Reads.
    Select,
    /// Adds rows.
    Insert,
    /// Changes rows.
    Update,
    /// Removes rows.
    Delete,
}

/// What one query of the code reads and writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Query {
    /// What it does.
    pub kind: QueryKind,
    /// Tables named, in order.
    pub tables: Vec<Symbol>,
    /// Result columns (of a `SELECT` or `RETURNING`): the name in the row and the columns it comes from.
    pub outputs: Vec<(Symbol, Vec<ColumnRef>)>,
    /// Columns that placeholders are written into or compared with, by position from zero.
    pub binds: Vec<QueryBind>,
}

/// Where a placeholder of a query goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryBind {
    /// Position of the placeholder, from zero (`$1` is 0, the first `?` is 0); [`QueryBind::NO_POSITION`] for a slot of a
    /// template, which is filled before the driver sees the statement.
    pub position: u32,
    /// Name of a named placeholder (`:email`).
    pub name: Option<Symbol>,
    /// The column.
    pub column: ColumnRef,
    /// The value is stored; otherwise it is only compared.
    pub stored: bool,
}

impl QueryBind {
    /// The position of what is not bound by the driver.
    pub const NO_POSITION: u32 = u32::MAX;
}

/// What one place says of how a table's rows come to an end, who copies them, who may read them and what protects them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageFact {
    /// The table as written there; `*` is every table of the database.
    pub table: Symbol,
    /// The column, where the place speaks of one.
    pub column: Option<Symbol>,
    /// What it says.
    pub act: StorageAct,
    /// The period it names, in days, rounded up.
    pub days: Option<u32>,
    /// What makes it happen.
    pub runs: Runs,
    /// The words of the place that tell, for people.
    pub detail: Symbol,
    /// Where.
    pub span: Span,
}

impl StorageFact {
    /// The name of a table that the program puts in at run time.
    pub const ANY_TABLE: &'static str = "?";
}

/// What a place says of a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageAct {
    /// The database removes rows (or a column's values) by itself: TTL, a retention of history.
    Expiry,
    /// The database removes whole partitions.
    PartitionExpiry,
    /// An expiry set before is taken back.
    ExpiryRemoved,
    /// Rows are removed.
    Delete,
    /// Code calls something that removes rows through a model: `table` is a name that the call mentions.
    DeleteCall {
        /// The name stands in the arguments: it counts where no other name of the call is a table's.
        argument: bool,
    },
    /// These columns are overwritten with what tells nothing of the person.
    Erase(Vec<Symbol>),
    /// Rows go with the row of another table that they refer to.
    Cascade(Symbol),
    /// The reference is emptied when the other table's row goes; the row stays.
    SetNull(Symbol),
    /// Rows of this table are put into `table`; empty where the place does not tell.
    Copy(Symbol),
    /// Rows leave the database for a file.
    Export,
    /// The database keeps earlier versions of rows.
    Versions,
    /// Removed data can be read back for a while.
    TimeTravel,
    /// Someone may do something with the rows.
    Grant {
        /// Who.
        to: Symbol,
        /// What, upper case, separated by commas.
        privileges: Symbol,
    },
    /// The database shows each user some rows only.
    RowSecurity,
    /// The column is kept encrypted.
    Encrypted,
    /// The column is shown masked to most users.
    Masked,
    /// The column is written through this function.
    Through(Symbol),
    /// A function of the database is called about the table.
    Call(Symbol),
}

/// What makes something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Runs {
    /// It holds as long as it stands.
    Standing,
    /// A job or event runs it over and over.
    Scheduled,
    /// A routine, trigger or the program's code runs it.
    OnDemand,
    /// It stands alone in a file and waits for values or looks at the time: a query kept for whoever runs it, unless the file is
    /// a migration.
    Query,
    /// It ran once, when the file was applied.
    Once,
}
