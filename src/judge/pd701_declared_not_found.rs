//! PD701: the Policy declares a category or names a recipient, and the code has nothing of it.

use super::party::Party;
use super::{Case, Check, place};
use crate::catalog::CategorySet;
use crate::index::Symbol;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD701", name: "declared-not-found", severity: Severity::Note, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let found = found(case);
    for entry in policy.collects.iter().filter(|entry| !entry.catch_all) {
        let is_missing =
            |id: &&Symbol| case.catalog.categories.below(id.as_str()).iter().all(|category| !found.contains(category));
        let missing: Vec<Symbol> = entry.categories.iter().filter(is_missing).copied().collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("clause {} declares {}, which the code does not hold", entry.clause.id, case.categories(&missing));
        let mut finding =
            CHECK.finding(place::in_policy(policy, entry.clause.span), &["collect", entry.clause.id.as_str()], message);
        let number = if missing.len() == 1 { "1 category".to_owned() } else { format!("{} categories", missing.len()) };
        finding.label = format!("declares {number} not found");
        finding.categories = missing;
        finding.categories.sort_unstable();
        finding.clauses.push(place::cite(policy, &entry.clause, "declares it"));
        finding.help.push(
            "if the data are not collected any more, take them out of the Policy: it should ask for no more than is used"
                .to_owned(),
        );
        finding.help.push("if another repository holds them, scan that one against the same Policy".to_owned());
        findings.push(finding);
    }
    let mut reached: Vec<Symbol> = case.flows.flows.iter().filter_map(|flow| Party::of(case, flow)?.id).collect();
    reached.sort_unstable();
    for entry in policy.recipients.iter().filter(|entry| reached.binary_search(&entry.id).is_err()) {
        let known = case.catalog.recipients.find(entry.id.as_str()).and_then(|id| case.catalog.recipients.get(id));
        let name = entry.name.clone().or(known.map(|one| one.name.clone())).unwrap_or_else(|| entry.id.as_str().to_owned());
        let message = format!("clause {} names {name} as a recipient, and the code sends nothing there", entry.clause.id);
        let mut finding = CHECK.finding(place::in_policy(policy, entry.clause.span), &["recipient", entry.id.as_str()], message);
        finding.label = format!("names {name}");
        finding.recipient = Some(entry.id);
        finding.recipient_name = Some(name);
        finding.country = entry.country.or(known.and_then(|one| one.country));
        finding.clauses.push(place::cite(policy, &entry.clause, "names it"));
        finding.help.push("if nothing is sent there any more, take the entry out of the Policy file".to_owned());
        findings.push(finding);
    }
}

/// All categories that the code holds or moves, however sure that is.
fn found(case: &Case<'_>) -> CategorySet {
    let held = case.elements.iter().filter_map(|element| case.catalog.categories.find(element.category.as_str()));
    let moved = case.flows.flows.iter().flat_map(|flow| flow.carried.iter().map(|one| one.category));
    held.chain(moved).collect()
}
