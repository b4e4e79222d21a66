//! Names, types and calls across files.

use std::sync::Arc;

use super::schema::Schema;
use crate::facts::FileFacts;
use crate::source::SourceFile;

/// The linked program. `sources` and `facts` are parallel, by [`crate::source::FileId`].
#[derive(Debug)]
pub struct Program<'a> {
    /// The files.
    pub sources: &'a [SourceFile],
    /// Their facts.
    pub facts: &'a [Arc<FileFacts>],
    /// The schema as it stands.
    pub schema: &'a Schema,
}

impl<'a> Program<'a> {
    /// Links the facts of all files.
    #[must_use]
    pub fn new(
        _catalog: &crate::catalog::Catalog,
        sources: &'a [SourceFile],
        facts: &'a [Arc<FileFacts>],
        schema: &'a Schema,
    ) -> Self {
        Self { sources, facts, schema }
    }
}
