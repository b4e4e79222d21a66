//! Findings that say the same of different places, gathered: three hundred findings are rarely three hundred stories.

use std::cmp::Reverse;

use indexmap::IndexMap;

use crate::index::Symbol;
use crate::policy::Verdict;
use crate::report::{Finding, Report, Severity};

/// What must be equal for findings to share one excerpt, one clause and one help.
#[derive(PartialEq, Eq, Hash)]
struct Key<'r> {
    severity: Severity,
    code: &'static str,
    categories: &'r [Symbol],
    recipient: Option<Symbol>,
    verdict: Option<Verdict>,
    clause: Option<Symbol>,
    declaration: Option<&'r str>,
}

/// The findings that are not suppressed in groups of the same meaning: worst first, then by code, then by place.
#[must_use]
pub fn groups(report: &Report) -> Vec<Vec<&Finding>> {
    let mut groups: IndexMap<Key<'_>, Vec<&Finding>> = IndexMap::new();
    for finding in report.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let key = Key {
            severity: finding.severity,
            code: finding.code,
            categories: &finding.categories,
            recipient: finding.recipient,
            verdict: finding.verdict,
            clause: finding.clauses.first().map(|clause| clause.id),
            declaration: finding.declaration.as_deref(),
        };
        groups.entry(key).or_default().push(finding);
    }
    // Stable: within a code, groups keep the order of their first places.
    groups.sort_by(|a, _, b, _| (Reverse(a.severity), a.code).cmp(&(Reverse(b.severity), b.code)));
    groups.into_values().collect()
}
