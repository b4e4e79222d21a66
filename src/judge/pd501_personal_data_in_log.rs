//! PD501: personal data are written to a log.

use super::carried::{HIDDEN, categories};
use super::wording::sentence;
use super::{Case, Check, place};
use crate::catalog::model::{Effects, SinkKind};
use crate::policy::{Forbid, Verdict};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD501", name: "personal-data-in-log", severity: Severity::Error, needs_policy: false, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for flow in case.flows.flows.iter().filter(|flow| flow.sink == SinkKind::Log) {
        // Readers of a log do not hold the value that a hash could be compared with: here a hash is enough.
        let carried = case.judged(flow, |one| !one.effects.intersects(HIDDEN.union(Effects::PSEUDONYMISED)));
        if carried.is_empty() {
            continue;
        }
        let what = sentence(&case.categories(&categories(case, &carried)));
        let Some(mut finding) = case.flow_finding(&CHECK, flow, &carried, format!("{what} is written to a log")) else {
            continue;
        };
        finding.label = "written to a log here".to_owned();
        if let Some(policy) = case.policy {
            let forbids = |one: &&Forbid| {
                one.sinks.iter().any(|sink| *sink == *SinkKind::Log.as_str())
                    && carried.iter().any(|carried| one.concerns(carried.category))
            };
            if let Some(forbid) = policy.forbids.iter().find(forbids) {
                finding.verdict = Some(Verdict::Contradicted);
                finding.clauses.push(place::cite(policy, &forbid.clause, "forbids it"));
            }
        }
        finding.help.push("change the code: log the record's id instead, or mask the value before it is formatted".to_owned());
        finding.help.push(format!(
            "or say why it must be logged: `pdlint:ignore[{}] reason` in a comment on or above the line",
            CHECK.code
        ));
        findings.push(finding);
    }
}
