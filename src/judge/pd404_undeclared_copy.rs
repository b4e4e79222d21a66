//! PD404: an archive, a history or another copy of personal data that the Policy says nothing of.

use super::stored::{Stored, tables};
use super::wording::{listed, subject};
use super::{Case, Check, declaration, place};
use crate::index::Symbol;
use crate::ir::schema::Runs;
use crate::link::{FactKind, TableFact};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD404", name: "undeclared-copy", severity: Severity::Warning, needs_policy: true, run };

/// One finding a copy: at the copy, or where rows are put into one that the scan does not know.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    for stored in tables(case) {
        let told = stored.facts().find(|fact| is_copy(case, &stored, fact));
        let Some(fact) = told else { continue };
        let Some(other) = fact.other else { continue };
        let here = fact.kind == FactKind::CopyOf;
        let (copy, original) = if here { (stored.table.name, other) } else { (other, stored.table.name) };
        if policy.copy_declared(copy.as_str()).is_some() {
            continue;
        }
        let Some(location) = case.place(if here { stored.table.site } else { fact.site }) else { continue };
        let categories = stored.categories(case, |_, _| true);
        let what = subject(case, &categories, "");
        let message = format!("{what} kept again in `{copy}`, a copy of `{original}` that the Policy does not declare");
        let mut finding = CHECK.finding(location, &[copy.as_str()], message);
        finding.label = format!("`{copy}` is a copy of `{original}`");
        finding.categories = categories;
        finding.confidence = stored.confidence;
        let place = case.file_and_line(fact.site).unwrap_or_default();
        finding.evidence.push(match fact.runs {
            Runs::Standing if here && fact.site == stored.table.site => {
                format!("its name and its columns are those of `{original}`")
            }
            _ => format!(
                "rows are copied by: {} ({place})",
                super::wording::without_values(&case.catalog.categories, fact.detail.as_str())
            ),
        });
        let columns: Vec<String> = stored.columns.iter().map(|(column, _)| column.as_str().to_owned()).collect();
        finding.evidence.push(format!("columns with personal data: {}", listed(&columns)));
        for entry in policy.storages.iter().filter(|entry| !entry.copies.is_empty()).take(2) {
            finding.clauses.push(place::cite(policy, &entry.clause, "declares other copies"));
        }
        finding.help.push(format!("change the code: drop `{copy}`, or keep it without personal data"));
        declaration::offer(&mut finding, policy, Some(declaration::copies_entry(policy, Symbol::new(copy.as_str()))));
        findings.push(finding);
    }
}

/// Whether a fact tells of a copy that lasts. What a migration moved once into another table is no archive unless it is named so;
/// what code moves again and again is one if it takes most of what the original holds.
fn is_copy(case: &Case<'_>, stored: &Stored<'_>, fact: &TableFact) -> bool {
    let Some(other) = fact.other else { return false };
    let named = |name: Symbol| case.catalog.storage.copy_of(name.as_str()).is_some();
    match fact.kind {
        FactKind::CopyOf => match fact.runs {
            Runs::Standing => true,
            Runs::Once => named(stored.table.name),
            Runs::Scheduled | Runs::OnDemand | Runs::Query => named(stored.table.name) || takes_most(case, stored, other),
        },
        // A copy that the scan knows is reported at the copy.
        FactKind::CopiedTo => case.schema.table(other.as_str()).is_none() && (fact.runs == Runs::Standing || named(other)),
        _ => false,
    }
}

/// Whether the copy has at least half, and at least two, of the original's columns with personal data.
fn takes_most(case: &Case<'_>, copy: &Stored<'_>, original: Symbol) -> bool {
    let Some(original) = case.schema.table(original.as_str()) else { return false };
    let personal: Vec<_> = original.columns.iter().filter(|column| column.verdict.is_some()).collect();
    let same = |name: Symbol| copy.columns.iter().any(|(column, _)| column.as_str().eq_ignore_ascii_case(name.as_str()));
    let taken = personal.iter().filter(|column| same(column.field.name)).count();
    taken >= 2 && taken * 2 >= personal.len()
}
