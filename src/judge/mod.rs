//! Facts and flows against the Policy: one file a check. Knows no syntax and no language.
//!
//! [`judge`] runs the checks, then does what is common to all findings: configured severities, suppressions, fingerprints,
//! order. A check asks the Policy (`policy::verdict`), words what it answers, and decides nothing about how it is shown.

mod carried;
mod declaration;
mod finding;
mod fingerprint;
pub mod notice;
mod party;
mod pd101_undeclared_collection;
mod pd201_undeclared_recipient;
mod pd202_undeclared_transfer_category;
mod pd203_transfer_without_consent;
mod pd204_undeclared_country;
mod pd205_not_anonymised;
mod pd301_undeclared_purpose;
mod pd401_retention_undeclared;
mod pd402_retention_not_enforced;
mod pd403_retention_exceeded;
mod pd404_undeclared_copy;
mod pd501_personal_data_in_log;
mod pd502_cleartext_storage;
mod pd503_personal_data_in_url;
mod pd504_personal_data_literal;
mod pd505_cleartext_transport;
mod pd601_no_erasure;
mod pd701_declared_not_found;
mod pd702_catch_all_declaration;
mod pd703_unlimited_retention;
mod pd705_localisation;
mod pd706_purposes_untied;
mod pd707_recipients_unnamed;
mod place;
mod purposes;
mod stored;
mod suppress;
mod transfers;
mod wording;

use crate::catalog::Catalog;
use crate::config::Config;
use crate::facts::FileFacts;
use crate::flow::Flows;
use crate::link::Schema;
use crate::policy::Policy;
use crate::report::{Finding, Notice, Severity};
use crate::source::SourceFile;

pub use place::{FunctionIndex, policy_file};
pub use wording::without_values;

/// The registered checks. A new check is its module, its `mod` line, its line here and its page in `rules/checks`.
pub static CHECKS: &[&Check] = &[
    &pd101_undeclared_collection::CHECK,
    &pd201_undeclared_recipient::CHECK,
    &pd202_undeclared_transfer_category::CHECK,
    &pd203_transfer_without_consent::CHECK,
    &pd204_undeclared_country::CHECK,
    &pd205_not_anonymised::CHECK,
    &pd301_undeclared_purpose::CHECK,
    &pd401_retention_undeclared::CHECK,
    &pd402_retention_not_enforced::CHECK,
    &pd403_retention_exceeded::CHECK,
    &pd404_undeclared_copy::CHECK,
    &pd501_personal_data_in_log::CHECK,
    &pd502_cleartext_storage::CHECK,
    &pd503_personal_data_in_url::CHECK,
    &pd504_personal_data_literal::CHECK,
    &pd505_cleartext_transport::CHECK,
    &pd601_no_erasure::CHECK,
    &pd701_declared_not_found::CHECK,
    &pd702_catch_all_declaration::CHECK,
    &pd703_unlimited_retention::CHECK,
    &pd705_localisation::CHECK,
    &pd706_purposes_untied::CHECK,
    &pd707_recipients_unnamed::CHECK,
];

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
    /// Their functions, by place.
    pub functions: &'a FunctionIndex,
    /// The database schema.
    pub schema: &'a Schema,
    /// The flows.
    pub flows: &'a Flows,
    /// The inventory, with the Policy's answers filled in.
    pub elements: &'a [crate::report::Element],
}

/// Runs every check that is on. Findings come sorted by file, place and code, the suppressed ones marked; the notices are about
/// suppressions that suppress nothing or say no reason.
#[must_use]
pub fn judge(case: &Case<'_>) -> (Vec<Finding>, Vec<Notice>) {
    let mut findings = Vec::new();
    for check in CHECKS.iter().filter(|check| case.policy.is_some() || !check.needs_policy) {
        if is_off(case.config, check) {
            continue;
        }
        let mut found = Vec::new();
        (check.run)(case, &mut found);
        findings.extend(found.into_iter().filter_map(|mut finding| {
            if let Some(severity) = case.config.severity(check.code, finding.location.file.as_str()) {
                finding.severity = severity?;
            }
            Some(finding)
        }));
    }
    // The names a check gave stand in `fingerprint` until the order is settled: they order what shares a place and a code.
    findings.sort_by(|a, b| {
        (&a.location, a.code, &a.categories, a.recipient, &a.fingerprint, &a.message).cmp(&(
            &b.location,
            b.code,
            &b.categories,
            b.recipient,
            &b.fingerprint,
            &b.message,
        ))
    });
    fingerprint::assign(&mut findings);
    let mut notices = suppress::apply(case, &mut findings);
    notices.retain(|notice| is_said(case.config, notice));
    notices.sort();
    (findings, notices)
}

/// Whether a notice is said: `pdlint.toml` has not turned it off at its file.
#[must_use]
pub fn is_said(config: &Config, notice: &Notice) -> bool {
    config.severity(notice.code, notice.file.as_str()) != Some(None)
}

/// Whether a check is off everywhere, so that it need not run: an `[[override]]` may turn it on again for some files.
fn is_off(config: &Config, check: &Check) -> bool {
    config.overrides.is_empty() && config.severity(check.code, "") == Some(None)
}
