//! PD705: a law asks for a base inside its country, and the Policy declares none there.

use super::{Case, Check, declaration, place};
use crate::index::Symbol;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD705", name: "localisation", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    for law in policy.header.laws.iter().filter_map(|id| case.catalog.laws.find(id.as_str())) {
        let Some(country) = law.localisation.as_deref().map(Symbol::new) else { continue };
        // `*` allows every country and so promises none.
        if policy.storages.iter().any(|entry| entry.countries.contains(&country)) {
            continue;
        }
        let message = format!("{} asks for a base in {country}, and the Policy declares no storage there", law.title);
        let span = policy.storages.first().map_or(policy.header.span, |entry| entry.clause.span);
        let mut finding = CHECK.finding(place::in_policy(policy, span), &[law.id.as_str(), country.as_str()], message);
        finding.label = if policy.storages.is_empty() { "no [[storage]]" } else { "declares other countries" }.to_owned();
        finding.country = Some(country);
        finding.clauses.extend(policy.storages.iter().map(|entry| place::cite(policy, &entry.clause, "speaks of storage")));
        finding.help.push(format!("change where the data are kept: a database in {country}, of which copies abroad may exist"));
        let entry = declaration::storage_entry(policy, country);
        declaration::offer(&mut finding, policy, Some(entry));
        findings.push(finding);
    }
}
