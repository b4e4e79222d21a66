//! PD202: the Policy names the recipient, but not for these data.

use super::transfers::Transfer;
use super::{Case, Check, declaration, place};
use crate::policy::Verdict;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD202", name: "undeclared-transfer-category", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for transfer in case.transfers() {
        let part = transfer.matching(|_, ruling| ruling.recipient_named && ruling.ruling.verdict != Verdict::Clear);
        let Some((_, ruling)) = part.first() else { continue };
        let forbidden = part.iter().any(|(_, ruling)| ruling.ruling.verdict == Verdict::Contradicted);
        let finding = transfer.finding(case, &CHECK, &part, |what, whom| {
            let says =
                if forbidden { "and a clause of the Policy forbids that" } else { "whom the Policy names for other data only" };
            format!("{what} is sent to {whom}, {says}")
        });
        let Some(mut finding) = finding else { continue };
        let policy = transfer.policy;
        for (_, ruling) in &part {
            if ruling.ruling.verdict == Verdict::Contradicted {
                finding.clauses.extend(ruling.ruling.clauses.iter().map(|clause| place::cite(policy, clause, "forbids it")));
            }
        }
        finding.clauses.dedup();
        let ids = Transfer::ids(case, &part);
        if let Some(entry) = ruling.recipient {
            let named: Vec<String> = entry.categories.iter().map(|id| id.as_str().to_owned()).collect();
            let role = format!("comes nearest: names {} for {}", transfer.party.name, super::wording::listed(&named));
            let mut citation = place::cite(policy, &entry.clause, role);
            citation.location = Some(place::in_policy(policy, entry.span));
            finding.clauses.push(citation);
        }
        finding.help.push("change the code: drop these data from the call, the recipient's declared ones may stay".to_owned());
        let entry = ruling.recipient.filter(|_| !forbidden).map(|entry| declaration::amended_entry(entry, &ids, None));
        declaration::offer(&mut finding, policy, entry);
        findings.push(finding);
    }
}
