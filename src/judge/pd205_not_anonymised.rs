//! PD205: declared for anonymised data only, and data that tell of a person flow.

use super::{Case, Check, place};
use crate::policy::{Condition, Verdict};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD205", name: "not-anonymised", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for transfer in case.transfers() {
        let part = transfer.matching(|_, ruling| {
            ruling.ruling.verdict == Verdict::Clear && !ruling.condition_met && ruling.condition == Some(Condition::Anonymised)
        });
        let Some((_, ruling)) = part.first() else { continue };
        let finding = transfer
            .finding(case, &CHECK, &part, |what, whom| format!("{what} is sent to {whom}, who may get anonymised data only"));
        let Some(mut finding) = finding else { continue };
        finding
            .clauses
            .extend(ruling.recipient.map(|entry| place::cite(transfer.policy, &entry.clause, "allows anonymised data only")));
        finding.help.push("change the code: send counts or other aggregates; a hash or a stable id is not anonymous".to_owned());
        finding.help.push(
            "or, if another basis holds, put the recipient under the clause that states it; the Policy's text must say so too"
                .to_owned(),
        );
        findings.push(finding);
    }
}
