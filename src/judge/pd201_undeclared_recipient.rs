//! PD201: personal data go to somebody whom the Policy does not name.

use super::transfers::Transfer;
use super::{Case, Check, declaration, place};
use crate::policy::{Condition, Verdict};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD201", name: "undeclared-recipient", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for transfer in case.transfers() {
        let part = transfer.matching(|_, ruling| !ruling.recipient_named);
        let Some((_, ruling)) = part.first() else { continue };
        let verdict = part.iter().map(|(_, ruling)| ruling.verdict()).max();
        let says = match verdict {
            Some(Verdict::Contradicted) => "and a clause of the Policy forbids that",
            _ if transfer.party.anonymous => "and the Policy names nobody for that",
            _ => "whom the Policy does not name",
        };
        let finding = transfer.finding(case, &CHECK, &part, |what, whom| format!("{what} is sent to {whom}, {says}"));
        let Some(mut finding) = finding else { continue };
        let policy = transfer.policy;
        if verdict == Some(Verdict::Contradicted) {
            let forbids = part
                .iter()
                .filter(|(_, ruling)| ruling.ruling.verdict == Verdict::Contradicted)
                .flat_map(|(_, ruling)| &ruling.ruling.clauses);
            finding.clauses.extend(forbids.map(|clause| place::cite(policy, clause, "forbids it")));
            finding.clauses.dedup();
        } else if let Some(nearest) = ruling.ruling.nearest {
            finding.clauses.push(place::cite(policy, nearest, nearest_role(ruling.ruling.verdict, ruling.condition)));
        }
        finding.help.push(format!(
            "change the code: keep {} out of this call, or send only what tells nothing of the person",
            if finding.categories.len() == 1 { "it" } else { "these data" }
        ));
        let ids = Transfer::ids(case, &part);
        let entry =
            (verdict != Some(Verdict::Contradicted)).then(|| case.recipient_entry(policy, &transfer.party, &ids)).flatten();
        if entry.is_none() && transfer.party.id.is_none() {
            finding.help.push(
                "or make the host known: a constant or a setting that the scan can read, so that the Policy can name who it is"
                    .to_owned(),
            );
        }
        declaration::offer(&mut finding, policy, entry);
        findings.push(finding);
    }
}

fn nearest_role(verdict: Verdict, condition: Option<Condition>) -> String {
    let condition = match condition {
        Some(Condition::Consent) => " with the person's consent",
        Some(Condition::Service) => " where the service needs it",
        Some(Condition::Anonymised) => " for anonymised data",
        Some(Condition::Law) => " where the law asks for it",
        Some(Condition::Contract) => " under a contract",
        None => "",
    };
    match verdict {
        Verdict::Vague => format!("comes nearest: it allows transfers{condition}, and names nobody for this one"),
        _ => "comes nearest: it declares such data, and says nothing of passing them on".to_owned(),
    }
}
