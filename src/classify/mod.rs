//! Names, types and context to data categories, with confidence and evidence. Knows words, not files or policies.

pub mod values;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::catalog::{Catalog, CategoryId};
use crate::index::Symbol;
use crate::ir::{TypeDecl, TypeRef};

/// How sure a classification is. Orders from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Listed, not judged unless asked.
    Low,
    /// Judged.
    Medium,
    /// Judged.
    High,
}

impl Confidence {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Why a classification was made: a sentence for people.
pub type Evidence = String;

/// What a name holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The categories; more than one only where a field holds either (`iin_bin`), the person's first.
    pub categories: SmallVec<[CategoryId; 2]>,
    /// How sure.
    pub confidence: Confidence,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A name met in code that no declaration explains: a local, a parameter, a field access, a map key, a getter.
#[derive(Debug, Clone, Copy)]
pub struct NamedValue<'a> {
    /// The name.
    pub name: &'a str,
    /// What holds it: the receiver's type or, failing that, the receiver's name; the function for a parameter.
    pub container: Option<&'a str>,
    /// The type, where it is known.
    pub ty: Option<&'a TypeRef>,
    /// Is it a bare local or parameter rather than a member of something?
    pub bare: bool,
}

/// What a classification looked at and decided, for `explain`, for hits and misses alike.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The result.
    pub verdict: Option<Verdict>,
    /// Each consideration in order: words, context, type, labels, exclusions.
    pub considered: Vec<String>,
}

/// The classifier over a catalog.
#[derive(Debug, Clone, Copy)]
pub struct Classifier<'c> {
    catalog: &'c Catalog,
}

impl<'c> Classifier<'c> {
    /// A classifier.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog }
    }

    /// Classifies every field of a declared type, in the order of the fields. `path` is the file's path, for context.
    #[must_use]
    pub fn declaration(&self, declaration: &TypeDecl, _path: &str) -> Vec<Option<Verdict>> {
        let _ = self.catalog;
        declaration.fields.iter().map(|_| None).collect()
    }

    /// Classifies a name in code.
    #[must_use]
    pub fn named_value(&self, _value: &NamedValue<'_>) -> Option<Verdict> {
        None
    }

    /// Says how the field at `index` of a declaration was judged.
    #[must_use]
    pub fn explain_field(&self, declaration: &TypeDecl, index: usize, path: &str) -> Explanation {
        let verdict = self.declaration(declaration, path).into_iter().nth(index).flatten();
        Explanation { verdict, considered: Vec::new() }
    }

    /// Says how a name in code was judged.
    #[must_use]
    pub fn explain_name(&self, value: &NamedValue<'_>) -> Explanation {
        Explanation { verdict: self.named_value(value), considered: Vec::new() }
    }
}

/// Interns the text of a list of evidence, for storage beside facts.
#[must_use]
pub fn intern_evidence(evidence: &[Evidence]) -> Vec<Symbol> {
    evidence.iter().map(|text| Symbol::new(text)).collect()
}
