//! The entries as they are written in `rules/categories/**/*.toml`.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::catalog::category) struct WordsEntry {
    /// Declares the entry under a name that others extend.
    pub(super) id: Option<String>,
    /// Adds words, usually of another language, to the entry with this id.
    pub(super) extends: Option<String>,
    pub(super) category: Option<String>,
    pub(super) also: Option<String>,
    #[serde(default)]
    pub(super) strong: Vec<String>,
    #[serde(default)]
    pub(super) weak: Vec<String>,
    #[serde(default)]
    pub(super) labels: Vec<String>,
    #[serde(rename = "in")]
    pub(super) within: Option<Vec<String>>,
    #[serde(default)]
    pub(super) near: Vec<String>,
    #[serde(default)]
    pub(super) mutual: bool,
    #[serde(default)]
    pub(super) any_modifier: bool,
    pub(super) owned: Option<bool>,
    pub(super) unless: Option<Vec<String>>,
    #[serde(default)]
    pub(super) shift: Vec<ShiftEntry>,
    pub(super) types: Option<Vec<String>>,
    #[serde(default)]
    pub(super) person_points: u8,
    #[serde(default = "yes")]
    pub(super) bare: bool,
    #[serde(default)]
    pub(super) examples: Vec<String>,
    #[serde(default, rename = "counter_examples")]
    pub(super) counter_examples: Vec<String>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftEntry {
    #[serde(default, rename = "in")]
    pub(super) within: Vec<String>,
    #[serde(default)]
    pub(super) near: Vec<String>,
    #[serde(default, rename = "unless-owned")]
    pub(super) unless_owned: bool,
    pub(super) to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog::category) struct ContextEntry {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) paths: Vec<String>,
    /// Fields that only such containers have: two of them are enough.
    #[serde(default)]
    pub(super) fields: Vec<String>,
    /// What it holds wherever a field's name says nothing.
    pub(super) holds: Option<String>,
    /// Fields that only such containers have: one of them is enough.
    #[serde(default)]
    pub(super) telling: Vec<String>,
    /// What points at one of these (`patient_id`) is such a container, unless it is of a kind that `unless` names.
    #[serde(default)]
    pub(super) owners: Vec<String>,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    #[serde(default)]
    pub(super) glued: bool,
    /// Kinds that a container may be of as well, and `holds` still applies.
    #[serde(default)]
    pub(super) alongside: Vec<String>,
    /// No entry counts in it, whatever it says in `unless`.
    #[serde(default)]
    pub(super) always: bool,
    /// Nothing in it is personal unless an entry says so.
    #[serde(default)]
    pub(super) impersonal: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::catalog::category) struct AffixEntry {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) effect: Effect,
    #[serde(default)]
    pub(super) suffix: Vec<String>,
    #[serde(default)]
    pub(super) prefix: Vec<String>,
    #[serde(default)]
    pub(super) keeps: Vec<String>,
    #[serde(default)]
    pub(super) key: bool,
    #[serde(default)]
    pub(super) glued: bool,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Effect {
    /// Looked through.
    Transparent,
    /// Looked through in declarations; a value in code is no longer the datum.
    Transforms,
    /// What the name holds is not the datum.
    Excludes,
    /// Around container names: says nothing.
    Wrapper,
    /// Ends the noun phrase of a label.
    Stop,
}

/// The entries of one rule file that the lexicon is made of.
#[derive(Debug, Default)]
pub(in crate::catalog::category) struct Parts {
    pub(in crate::catalog::category) words: Vec<WordsEntry>,
    pub(in crate::catalog::category) contexts: Vec<ContextEntry>,
    pub(in crate::catalog::category) affixes: Vec<AffixEntry>,
}
