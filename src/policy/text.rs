//! The Policy's text: which numbered clauses it has and what each says.

use crate::index::Symbol;

/// The clauses of a Policy's text.
#[derive(Debug, Clone, Default)]
pub struct PolicyText {
    /// In the order of the text: number and wording.
    pub clauses: Vec<(Symbol, String)>,
}
