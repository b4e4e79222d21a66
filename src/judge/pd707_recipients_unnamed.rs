//! PD707: a clause allows transfers, and no recipient is named under it.

use rustc_hash::FxHashSet;

use super::{Case, Check, place};
use crate::index::Symbol;
use crate::policy::TransferTo;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD707", name: "recipients-unnamed", severity: Severity::Warning, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let named: FxHashSet<Symbol> = policy.recipients.iter().map(|entry| entry.clause.id).collect();
    for transfer in &policy.transfers {
        let whom = match transfer.to {
            TransferTo::ThirdParty => "third parties",
            TransferTo::Processor => "processors",
            TransferTo::Authority => "authorities",
            TransferTo::Group => "companies of the group",
            // The public has no name.
            TransferTo::Publication => continue,
        };
        if named.contains(&transfer.clause.id) {
            continue;
        }
        let message = format!("clause {} allows transfers to {whom}, and nobody is named under it", transfer.clause.id);
        let mut finding = CHECK.finding(place::in_policy(policy, transfer.clause.span), &[transfer.clause.id.as_str()], message);
        finding.label = "names no recipient".to_owned();
        finding.clauses.push(place::cite(policy, &transfer.clause, "allows the transfer"));
        finding.help.push(format!(
            "name each recipient in a [[recipient]] entry with `clause = \"{}\"`, or drop the clause if there is none",
            transfer.clause.id
        ));
        findings.push(finding);
    }
}
