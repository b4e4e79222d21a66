//! Recipients: who receives data, where they sit, and how code names them (hosts, packages).

use super::{Categories, CatalogError, RuleFile};
use crate::index::Symbol;

/// A recipient, by its position in the catalog (sorted by id).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecipientId(pub u32);

/// What kind of party a recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientKind {
    /// A company.
    Company,
    /// A state body.
    Authority,
    /// Software that the operator may host itself: a third party only at the vendor's own hosts.
    SelfHosted,
}

/// A recipient.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Stable id, e.g. `kz-smsc`.
    pub id: Symbol,
    /// Name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2 code of the seat; `None` if unknown.
    pub country: Option<Symbol>,
    /// Kind of party.
    pub kind: RecipientKind,
    /// What it is for, e.g. `messaging-sms`, `payment`, `analytics`: the purpose hint.
    pub purpose: Symbol,
    /// Host suffixes, matched on label boundaries; with a path where the host alone does not tell.
    pub hosts: Vec<String>,
    /// Packages as `ecosystem:name`.
    pub packages: Vec<String>,
}

/// All recipients.
#[derive(Debug, Default)]
pub struct Recipients {
    all: Vec<Recipient>,
}

impl Recipients {
    /// Loads `rules/recipients/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(_files: &[&RuleFile], _categories: &Categories) -> Result<Self, CatalogError> {
        Ok(Self::default())
    }

    /// The recipient with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RecipientId> {
        let at = self.all.binary_search_by(|recipient| recipient.id.as_str().cmp(id)).ok()?;
        u32::try_from(at).ok().map(RecipientId)
    }

    /// A recipient's description.
    #[must_use]
    pub fn get(&self, id: RecipientId) -> Option<&Recipient> {
        self.all.get(id.0 as usize)
    }

    /// All, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (RecipientId, &Recipient)> {
        self.all.iter().enumerate().filter_map(|(at, one)| Some((RecipientId(u32::try_from(at).ok()?), one)))
    }

    /// The recipient that owns the host (the longest suffix wins), `path` included where entries ask for it.
    #[must_use]
    pub fn by_host(&self, _host: &str, _path: &str) -> Option<RecipientId> {
        None
    }
}
