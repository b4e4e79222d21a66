//! The whole program: names, types and calls across files; the schema after all migrations. Knows no policy and no language.

mod members;
pub(crate) mod paths;
pub mod program;
pub mod schema;
pub mod types;

pub use program::Program;
pub use schema::{Column, FactKind, Former, History, Origin, Retyped, Schema, Table, TableFact};
