//! Everything later stages need from one file: a pure function of its bytes, its path and the catalog.

pub mod columns;
mod deletions;
pub mod extract;
mod labels;
mod undo;

use rustc_hash::FxHashMap;

use crate::classify::Verdict;
use crate::index::Symbol;
use crate::ir::Unit;
use crate::ir::schema::{Query, SchemaStep, StorageFact};
use crate::lang::{Damage, Setting, Statements};
use crate::source::Span;

/// One file's facts.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Lowered code.
    pub unit: Unit,
    /// For each of `unit.types`, the classification of each field.
    pub classified: Vec<Vec<Option<Verdict>>>,
    /// The file is statements on a database as a whole, see [`crate::lang::Frontend::is_schema`].
    pub is_schema: bool,
    /// Schema changes of SQL files and of SQL in code, in order.
    pub schema: Vec<SchemaStep>,
    /// What SQL and code say of the life and protection of tables' rows.
    pub storage: Vec<StorageFact>,
    /// SQL queries in the code's literals, by the literal's text.
    pub queries: FxHashMap<Symbol, Query>,
    /// Literals that are plainly personal data.
    pub literals: Vec<LiteralFact>,
    /// What the file's data show of columns.
    pub columns: Vec<columns::ColumnFact>,
    /// Values of configuration files.
    pub settings: Vec<Setting>,
    /// Suppression comments.
    pub suppressions: Vec<Suppression>,
    /// Purpose annotations: `pdlint:purpose[4.1(5)]`.
    pub purposes: Vec<PurposeNote>,
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// How the statements of a file of SQL fared.
    pub statements: Statements,
}

/// A literal that is plainly personal data.
#[derive(Debug, Clone)]
pub struct LiteralFact {
    /// What it is.
    pub hit: crate::classify::values::ValueHit,
    /// The value in the file.
    pub span: Span,
    /// The name it is assigned to.
    pub name: Option<Symbol>,
    /// In test code.
    pub in_test: bool,
    /// The column of data that it is the first such value of.
    pub column: Option<columns::DataColumn>,
}

/// A comment `pdlint:ignore[PD501] reason`.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// Codes; empty = all.
    pub codes: Vec<Symbol>,
    /// The reason, which may be missing.
    pub reason: Option<String>,
    /// The comment.
    pub span: Span,
    /// The line (from 1) whose findings it covers: its own, or the next one with code if the comment stands alone.
    pub line: u32,
}

/// A comment `pdlint:purpose[id-or-clause]`.
#[derive(Debug, Clone)]
pub struct PurposeNote {
    /// Purpose id or clause.
    pub purpose: Symbol,
    /// The line (from 1) it is about: its own, or the next if it stands alone; a function's first line = the whole function.
    pub line: u32,
    /// The comment.
    pub span: Span,
}
