//! PD703: the Policy lets data be kept without limit.

use super::{Case, Check, place};
use crate::index::Symbol;
use crate::policy::Period;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD703", name: "unlimited-retention", severity: Severity::Warning, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    for entry in policy.retentions.iter().filter(|entry| entry.period == Period::Unlimited) {
        let names: Vec<&str> = entry.categories.iter().map(|id| id.as_str()).collect();
        let message = format!("clause {} keeps {} without a time limit", entry.clause.id, case.categories(&entry.categories));
        let mut key = vec![entry.clause.id.as_str()];
        key.extend(names);
        let mut finding = CHECK.finding(place::in_policy(policy, entry.clause.span), &key, message);
        finding.label = "kept without limit".to_owned();
        finding.categories = sorted(&entry.categories);
        finding.clauses.push(place::cite(policy, &entry.clause, "sets no limit"));
        for law in policy.header.laws.iter().filter_map(|id| case.catalog.laws.find(id.as_str())) {
            if let Some(period) = &law.retention_default {
                finding.evidence.push(format!("{} keeps data until {period}, unless a law says otherwise", law.title));
            }
        }
        finding.help.push(
            "change the Policy: state a period (`period = \"5y\"`) or the purpose's end (`period = \"purpose-end\"`)".to_owned(),
        );
        findings.push(finding);
    }
}

fn sorted(ids: &[Symbol]) -> Vec<Symbol> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}
