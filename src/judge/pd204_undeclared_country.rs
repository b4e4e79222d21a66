//! PD204: data go to, or are kept in, a country that the Policy does not declare.

use super::{Case, Check, declaration, place};
use crate::catalog::model::SinkKind;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD204", name: "undeclared-country", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for transfer in case.transfers() {
        let Some(country) = transfer.party.country else { continue };
        let policy = transfer.policy;
        let stores = transfer.flow.sink == SinkKind::Storage;
        // A recipient whom the Policy does not name at all is PD201, which says the country too. A store is the operator's own
        // choice of place, so that clauses on storage, `*` included, answer for it.
        let part = transfer.matching(|_, ruling| {
            if stores {
                !policy.country_declared(country) && !ruling.country_declared
            } else {
                ruling.recipient_named && !ruling.country_declared
            }
        });
        if part.is_empty() {
            continue;
        }
        let finding = transfer.finding(case, &CHECK, &part, |what, _| {
            let name = &transfer.party.name;
            let verb = if stores { "is stored with" } else { "is sent to" };
            format!("{what} {verb} {name} in {country}, a country that the Policy does not declare")
        });
        let Some(mut finding) = finding else { continue };
        for entry in policy.storages.iter().take(2) {
            let countries: Vec<String> = entry.countries.iter().map(|one| one.as_str().to_owned()).collect();
            let role = format!("declares storage in {}", super::wording::listed(&countries).replace('*', "any country"));
            finding.clauses.push(place::cite(policy, &entry.clause, role));
        }
        finding.help.push(format!("change the code: use a region or a provider outside {country} that the Policy declares"));
        let entry = part.first().and_then(|(_, ruling)| ruling.recipient);
        let toml = match entry {
            Some(entry) if !stores => Some(declaration::amended_entry(entry, &[], Some(country))),
            _ => Some(declaration::storage_entry(policy, country)),
        };
        declaration::offer(&mut finding, policy, toml);
        findings.push(finding);
    }
}
