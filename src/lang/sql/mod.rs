//! Front end.

use super::{FileName, Frontend, Input, Lowered};

/// The front end.
#[derive(Debug)]
pub struct Sql;

impl Frontend for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn claims(&self, _file: &FileName<'_>) -> bool {
        false
    }

    fn lower(&self, _input: &Input<'_>) -> Lowered {
        Lowered::default()
    }
}

/// Reads a query in a string of code; `None` if the text is no query (`SELECT`, `INSERT`, `UPDATE`, `DELETE`, `WITH`).
#[must_use]
pub fn read_query(_text: &str) -> Option<crate::ir::schema::Query> {
    None
}

/// Reads DDL in a string of code; spans are byte offsets in `text`. Empty if the text is no DDL.
#[must_use]
pub fn read_ddl(_text: &str) -> Vec<crate::ir::schema::SchemaStep> {
    Vec::new()
}
