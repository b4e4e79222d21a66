//! Data categories: the taxonomy and, for [`crate::classify`], the words that name each category.
//!
//! Ids follow the Fides taxonomy (fideslang 3), extended where Kazakhstan or e-documents need it.

pub mod lexicon;
pub mod words;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::{CatalogError, RuleFile};
use crate::index::Symbol;
pub use lexicon::Lexicon;

/// A category, by its position in the catalog (ids sorted by text).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CategoryId(pub u8);

/// A set of categories.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Hash)]
pub struct CategorySet(u128);

impl CategorySet {
    /// How many categories a set can tell apart.
    pub const CAPACITY: usize = 128;

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `category` is in it.
    #[must_use]
    pub fn contains(self, category: CategoryId) -> bool {
        self.0 & (1u128 << (category.0 & 127)) != 0
    }

    /// Adds a category.
    pub fn insert(&mut self, category: CategoryId) {
        self.0 |= 1u128 << (category.0 & 127);
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The categories, in the order of their ids.
    pub fn iter(self) -> impl Iterator<Item = CategoryId> {
        (0..128u8).map(CategoryId).filter(move |category| self.contains(*category))
    }
}

impl FromIterator<CategoryId> for CategorySet {
    fn from_iter<T: IntoIterator<Item = CategoryId>>(categories: T) -> Self {
        let mut set = Self::default();
        categories.into_iter().for_each(|category| set.insert(category));
        set
    }
}

/// A category.
#[derive(Debug, Clone)]
pub struct Category {
    /// Dotted id, e.g. `user.contact.email`.
    pub id: Symbol,
    /// Its name for people.
    pub title: String,
    /// Special category (GDPR art. 9: health, biometric, religion, criminal, children ...).
    pub special: bool,
    /// Only identifies a record (`user.unique_id`): alone it raises no transfer or log finding.
    pub identifier_only: bool,
}

/// All categories and the words that name them.
#[derive(Debug, Default)]
pub struct Categories {
    all: Vec<Category>,
    lexicon: Lexicon,
    placeholders: FxHashSet<(PlaceholderKind, Box<str>)>,
}

/// What a placeholder stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceholderKind {
    /// A payment card's number.
    Card,
    /// What stands before the `@`.
    Mailbox,
    /// A domain, and all below it.
    Domain,
    /// A top-level domain, or a file ending that looks like one.
    TopLevel,
}

/// Values that look personal and are nobody's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceholderEntry {
    kind: PlaceholderKind,
    values: Vec<String>,
}

/// One file of `rules/categories/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    /// Where the knowledge comes from: a standard, a law, a vendor's page.
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    category: Vec<CategoryEntry>,
    #[serde(default)]
    words: Vec<lexicon::WordsEntry>,
    #[serde(default)]
    context: Vec<lexicon::ContextEntry>,
    #[serde(default)]
    affix: Vec<lexicon::AffixEntry>,
    #[serde(default)]
    placeholder: Vec<PlaceholderEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CategoryEntry {
    id: String,
    title: String,
    #[serde(default)]
    special: bool,
    #[serde(default)]
    identifier_only: bool,
}

impl Categories {
    /// Loads `rules/categories/**/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid, two files declare one category, or more are declared than a set holds.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut declared: Vec<(CategoryEntry, &str)> = Vec::new();
        let mut parts = Vec::new();
        let mut placeholders = FxHashSet::default();
        let files: Vec<&RuleFile> = files.iter().copied().filter(|file| file.path.ends_with(".toml")).collect();
        // Reading the files takes as long as compiling what they say; each can be read by itself.
        let read: Vec<Result<CategoryFile, CatalogError>> = files.par_iter().map(|file| file.parse()).collect();
        for (file, parsed) in files.into_iter().zip(read) {
            let parsed = parsed?;
            declared.extend(parsed.category.into_iter().map(|category| (category, file.path.as_str())));
            for entry in parsed.placeholder {
                placeholders.extend(entry.values.into_iter().map(|value| (entry.kind, value.into_boxed_str())));
            }
            parts.push((file, lexicon::Parts { words: parsed.words, contexts: parsed.context, affixes: parsed.affix }));
        }
        declared.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        for pair in declared.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a.id == b.id
            {
                return Err(CatalogError::Duplicate {
                    what: "categories",
                    id: a.id.clone(),
                    first: (*first).to_owned(),
                    second: (*second).to_owned(),
                });
            }
        }
        if declared.len() > CategorySet::CAPACITY {
            return Err(CatalogError::TooManyCategories { count: declared.len(), limit: CategorySet::CAPACITY });
        }
        let all = declared
            .into_iter()
            .map(|(entry, _)| Category {
                id: Symbol::new(&entry.id),
                title: entry.title,
                special: entry.special,
                identifier_only: entry.identifier_only,
            })
            .collect();
        let mut categories = Self { all, lexicon: Lexicon::default(), placeholders };
        categories.lexicon = lexicon::compile(&parts, &|id| categories.find(id), &|id| categories.below(id))?;
        Ok(categories)
    }

    /// Whether a value is one that documentation and tests use everywhere.
    #[must_use]
    pub fn is_placeholder(&self, kind: PlaceholderKind, value: &str) -> bool {
        // Sets of boxed text can only be asked with boxed text; literals with a candidate in them are rare.
        self.placeholders.contains(&(kind, Box::from(value)))
    }

    /// The words that name the categories.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The category with this dotted id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<CategoryId> {
        let at = self.all.binary_search_by(|category| category.id.as_str().cmp(id)).ok()?;
        u8::try_from(at).ok().map(CategoryId)
    }

    /// A category's description.
    #[must_use]
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.all.get(usize::from(id.0))
    }

    /// The dotted id, e.g. `user.contact.email`.
    #[must_use]
    pub fn name(&self, id: CategoryId) -> &'static str {
        self.get(id).map_or("", |category| category.id.as_str())
    }

    /// All, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (CategoryId, &Category)> {
        self.all.iter().enumerate().filter_map(|(at, category)| Some((CategoryId(u8::try_from(at).ok()?), category)))
    }

    /// `id` and every category below it. `id` need not be a leaf; an id that is only a prefix (`user`) works too.
    #[must_use]
    pub fn below(&self, id: &str) -> CategorySet {
        self.iter().filter(|(_, category)| covers(id, category.id.as_str())).map(|(id, _)| id).collect()
    }

    /// Whether `id` names a category or a parent of one.
    #[must_use]
    pub fn exists(&self, id: &str) -> bool {
        self.all.iter().any(|category| covers(id, category.id.as_str()))
    }
}

/// Whether the category `declared` covers `category`: it is the same or a parent.
#[must_use]
pub fn covers(declared: &str, category: &str) -> bool {
    category.strip_prefix(declared).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
