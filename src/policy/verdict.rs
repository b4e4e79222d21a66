//! What a Policy says of a collection, a transfer, a retention.

use super::{Clause, Condition};
use crate::index::Symbol;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A clause or annex declares it.
    Clear,
    /// Only a catch-all, or a transfer clause that names no recipient, covers it.
    Vague,
    /// Nothing does.
    Omitted,
    /// A clause forbids it.
    Contradicted,
}

/// What the Policy says of one thing.
#[derive(Debug, Clone)]
pub struct Ruling<'p> {
    /// The answer.
    pub verdict: Verdict,
    /// The clauses that declare or forbid it.
    pub clauses: Vec<&'p Clause>,
    /// The clause that comes nearest where none declares it.
    pub nearest: Option<&'p Clause>,
    /// Declared by an annex rather than the text: its reason.
    pub annex: Option<&'p str>,
    /// Purposes declared for it; `None` = not tied to any.
    pub purposes: Option<Vec<Symbol>>,
}

/// What the Policy says of a collection.
pub type CollectionRuling<'p> = Ruling<'p>;

/// What the Policy says of a transfer.
#[derive(Debug, Clone)]
pub struct TransferRuling<'p> {
    /// The recipient is named.
    pub recipient_named: bool,
    /// The answer for the category at this recipient.
    pub ruling: Ruling<'p>,
    /// The condition that must be met.
    pub condition: Option<Condition>,
}
