//! The Policy's text: which numbered clauses it has and what each says.

use super::{Clause, Policy};
use crate::index::Symbol;

/// The clauses of a Policy's text.
#[derive(Debug, Clone, Default)]
pub struct PolicyText {
    /// In the order of the text: number and wording.
    pub clauses: Vec<(Symbol, String)>,
}

impl PolicyText {
    /// The wording of a clause, e.g. `3.1(1)`.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&str> {
        self.clauses.iter().find(|(number, _)| *number == *id).map(|(_, words)| words.as_str())
    }
}

impl Policy {
    /// Every clause that the file refers to, in the order of its tables.
    pub fn cited_clauses(&self) -> impl Iterator<Item = &Clause> {
        let declared = self.subjects.iter().map(|one| &one.clause).chain(self.collects.iter().map(|one| &one.clause));
        let why = self.purposes.iter().map(|one| &one.clause).chain(self.retentions.iter().map(|one| &one.clause));
        let whom = self.transfers.iter().map(|one| &one.clause).chain(self.recipients.iter().map(|one| &one.clause));
        let rest = self.storages.iter().map(|one| &one.clause).chain(self.rights.iter().map(|one| &one.clause));
        declared.chain(why).chain(whom).chain(rest).chain(self.forbids.iter().map(|one| &one.clause))
    }

    /// The clauses that the file refers to and its text does not have. Empty where no text is given.
    #[must_use]
    pub fn unknown_clauses(&self) -> Vec<&Clause> {
        let Some(text) = &self.clauses else { return Vec::new() };
        self.cited_clauses().filter(|clause| text.clause(clause.id.as_str()).is_none()).collect()
    }

    /// The words of a clause, where the Policy's text is given and has it.
    #[must_use]
    pub fn words_of(&self, clause: Symbol) -> Option<&str> {
        self.clauses.as_ref()?.clause(clause.as_str())
    }
}
