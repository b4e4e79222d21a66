//! The page of every check, `rules/checks/PDxxx.md`: manual, `explain` text and SARIF help at once.

use super::{CatalogError, RuleFile};

/// A check's page.
#[derive(Debug, Clone)]
pub struct CheckPage {
    /// Code, e.g. `PD201`.
    pub code: String,
    /// Kebab-case name, e.g. `undeclared-recipient`.
    pub name: String,
    /// One sentence: what it reports.
    pub summary: String,
    /// The whole page as Markdown, without front matter.
    pub text: String,
}

/// All pages, sorted by code.
#[derive(Debug, Default)]
pub struct CheckPages {
    all: Vec<CheckPage>,
}

impl CheckPages {
    /// Loads `rules/checks/*.md`.
    ///
    /// # Errors
    /// [`CatalogError`] when a page is invalid.
    pub fn load(_files: &[&RuleFile]) -> Result<Self, CatalogError> {
        Ok(Self::default())
    }

    /// The page of a code, e.g. `PD201`, or of a name, e.g. `undeclared-recipient`.
    #[must_use]
    pub fn find(&self, code_or_name: &str) -> Option<&CheckPage> {
        self.all.iter().find(|page| page.code.eq_ignore_ascii_case(code_or_name) || page.name == code_or_name)
    }

    /// All, sorted by code.
    pub fn iter(&self) -> impl Iterator<Item = &CheckPage> {
        self.all.iter()
    }
}
