//! How a column came to be what it is: who introduced it, under which names, with which types.

use crate::index::Symbol;
use crate::source::Site;

/// A place in a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Where.
    pub site: Site,
    /// The migration or change set; `None` for a file of no sequence.
    pub migration: Option<Symbol>,
}

/// An earlier name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Former {
    /// The name.
    pub name: Symbol,
    /// What gave the next one.
    pub until: Origin,
}

/// An earlier type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retyped {
    /// As written.
    pub from: Symbol,
    /// What gave the next one.
    pub at: Origin,
}

/// How a column came to be what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What made the column, whatever it was called then.
    pub introduced: Origin,
    /// Earlier names, the oldest first.
    pub former: Vec<Former>,
    /// Earlier types, the oldest first.
    pub retyped: Vec<Retyped>,
    /// Further places that show the same column: a snapshot beside the migrations.
    pub also: Vec<Site>,
}

impl History {
    /// A column that has just been made.
    #[must_use]
    pub fn new(introduced: Origin) -> Self {
        Self { introduced, former: Vec::new(), retyped: Vec::new(), also: Vec::new() }
    }

    /// Another place shows the column. A migration that adds what the file it starts from already shows is what introduced it.
    pub(super) fn repeated(&mut self, origin: Origin) {
        if origin.site.file == self.introduced.site.file {
            return;
        }
        if self.introduced.migration.is_none() && origin.migration.is_some() {
            self.introduced = origin;
        } else {
            self.also.push(origin.site);
        }
    }
}
