//! PD702: a clause that would declare anything, and so declares nothing.

use super::{Case, Check, place};
use crate::policy::Clause;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD702", name: "catch-all-declaration", severity: Severity::Warning, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let mut add = |clause: &Clause, kind: &str, what: &str, instead: &str| {
        let message = format!("clause {} would allow any {what}: it declares none", clause.id);
        let mut finding = CHECK.finding(place::in_policy(policy, clause.span), &[kind, clause.id.as_str()], message);
        finding.label = "catch-all".to_owned();
        finding.clauses.push(place::cite(policy, clause, "is a catch-all"));
        finding.help.push(format!("change the Policy: {instead}, and drop the open end"));
        findings.push(finding);
    };
    for entry in policy.collects.iter().filter(|entry| entry.catch_all) {
        add(&entry.clause, "collect", "personal data", "list the categories that are meant");
    }
    for purpose in policy.purposes.iter().filter(|purpose| purpose.catch_all) {
        add(&purpose.clause, "purpose", "purpose", "list the purposes that are meant");
    }
}
