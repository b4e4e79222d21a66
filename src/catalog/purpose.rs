//! What kinds of recipients are used for: the bridge from a recipient's kind (`messaging-sms`) to the data uses that purposes
//! of a Policy state (`marketing.communications.sms`, Fides taxonomy).

use serde::Deserialize;

use super::category::covers;
use super::{CatalogError, RuleFile};
use crate::index::Symbol;

/// A kind of recipient.
#[derive(Debug, Clone)]
pub struct ServiceKind {
    /// As recipients name it in `purpose`, e.g. `messaging-sms`.
    pub kind: Symbol,
    /// Its name for people, e.g. `SMS gateway`.
    pub title: String,
    /// Fides data uses that such a service can serve.
    pub uses: Vec<Symbol>,
}

/// All kinds, sorted.
#[derive(Debug, Default)]
pub struct Purposes {
    all: Vec<ServiceKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    service: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: String,
    title: String,
    uses: Vec<String>,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

impl Purposes {
    /// Loads `rules/purposes/*.toml` and runs the examples of every entry.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid or an example does not hold.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut all: Vec<(ServiceKind, &RuleFile)> = Vec::new();
        for file in files {
            let parsed: File = file.parse()?;
            if parsed.source.trim().is_empty() {
                return Err(file.error(0..0, "`source` must not be empty".to_owned()));
            }
            for entry in parsed.service {
                if let Some((_, first)) = all.iter().find(|(one, _)| one.kind == *entry.kind) {
                    let (first, second) = (first.path.clone(), file.path.clone());
                    return Err(CatalogError::Duplicate { what: "kinds of service", id: entry.kind, first, second });
                }
                let uses = entry.uses.iter().map(|one| Symbol::new(one)).collect();
                let kind = ServiceKind { kind: Symbol::new(&entry.kind), title: entry.title, uses };
                let wrong = entry
                    .examples
                    .iter()
                    .find(|one| !kind.serves(one))
                    .or(entry.counter_examples.iter().find(|one| kind.serves(one)));
                if let Some(wrong) = wrong {
                    let at = file.text.find(wrong.as_str()).map_or(0..0, |at| at..at + wrong.len());
                    return Err(file.error(at, format!("the example `{wrong}` of `{}` does not hold", kind.kind)));
                }
                if entry.examples.is_empty() || entry.counter_examples.is_empty() {
                    return Err(file.error(0..0, format!("`{}` needs an example and a counter-example", kind.kind)));
                }
                all.push((kind, file));
            }
        }
        all.sort_by_key(|(one, _)| one.kind);
        Ok(Self { all: all.into_iter().map(|(one, _)| one).collect() })
    }

    /// The description of a kind.
    #[must_use]
    pub fn find(&self, kind: Symbol) -> Option<&ServiceKind> {
        let at = self.all.binary_search_by(|one| one.kind.cmp(&kind)).ok()?;
        self.all.get(at)
    }

    /// Whether a recipient of this kind can serve a purpose with the declared data use.
    #[must_use]
    pub fn serves(&self, kind: Symbol, declared: Symbol) -> bool {
        self.find(kind).is_some_and(|one| one.serves(declared.as_str()))
    }
}

impl ServiceKind {
    /// A declared use fits if it is one of the uses, a part of one, or a whole that one is part of.
    fn serves(&self, declared: &str) -> bool {
        self.uses.iter().any(|one| covers(one.as_str(), declared) || covers(declared, one.as_str()))
    }
}
