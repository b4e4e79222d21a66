//! PD203: declared on condition of consent, and nothing reads a consent before the call.

use super::{Case, Check, place};
use crate::policy::{Condition, Verdict};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD203", name: "transfer-without-consent", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for transfer in case.transfers() {
        let part = transfer.matching(|_, ruling| {
            ruling.ruling.verdict == Verdict::Clear && !ruling.condition_met && ruling.condition == Some(Condition::Consent)
        });
        let Some((_, ruling)) = part.first() else { continue };
        let finding = transfer.finding(case, &CHECK, &part, |what, whom| {
            format!("{what} is sent to {whom} on condition of consent, and no consent is read before the call")
        });
        let Some(mut finding) = finding else { continue };
        finding.clauses.extend(
            ruling.recipient.map(|entry| place::cite(transfer.policy, &entry.clause, "allows it with the person's consent only")),
        );
        finding.help.push(
            "change the code: call this only in a branch that reads the person's consent (`if user.marketing_consent { … }`)"
                .to_owned(),
        );
        finding.help.push(
            "or, if another basis holds, put the recipient under the clause that states it; the Policy's text must say so too"
                .to_owned(),
        );
        findings.push(finding);
    }
}
