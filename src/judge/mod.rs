//! Facts and flows against the Policy: one file a check. Knows no syntax and no language.

use crate::catalog::Catalog;
use crate::config::Config;
use crate::facts::FileFacts;
use crate::flow::Flows;
use crate::link::Schema;
use crate::policy::Policy;
use crate::report::{Finding, Severity};
use crate::source::SourceFile;

/// The registered checks. A new check is its module, its `mod` line, its line here and its page in `rules/checks`.
pub static CHECKS: &[&Check] = &[];

/// A check.
#[derive(Debug)]
pub struct Check {
    /// e.g. `PD201`.
    pub code: &'static str,
    /// e.g. `undeclared-recipient`.
    pub name: &'static str,
    /// Severity unless configured otherwise.
    pub severity: Severity,
    /// Whether it needs a Policy.
    pub needs_policy: bool,
    /// Adds its findings.
    pub run: fn(&Case<'_>, &mut Vec<Finding>),
}

/// What checks judge.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// Settings.
    pub config: &'a Config,
    /// The Policy, if there is one.
    pub policy: Option<&'a Policy>,
    /// Files, by [`crate::source::FileId`].
    pub sources: &'a [SourceFile],
    /// Their facts.
    pub facts: &'a [std::sync::Arc<FileFacts>],
    /// The database schema.
    pub schema: &'a Schema,
    /// The flows.
    pub flows: &'a Flows,
    /// The inventory, with the Policy's answers filled in.
    pub elements: &'a [crate::report::Element],
}
