//! PD403: what deletes the data lets them live longer than the Policy says.

use super::stored::{Stored, tables};
use super::wording::counted;
use super::{Case, Check, place};
use crate::index::Symbol;
use crate::link::{FactKind, TableFact};
use crate::policy::{KeptFor, Period, Policy, Retention};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD403", name: "retention-exceeded", severity: Severity::Error, needs_policy: true, run };

/// Months and years are counted in days of different calendars: a period is longer only if it is so by more than this share.
const TOLERANCE: u64 = 3;

/// One finding a mechanism, where it stands.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    for stored in tables(case) {
        // The shortest way that the whole row ends decides; a column with an end of its own is judged by that.
        let row = stored.ends.iter().copied().filter(|fact| fact.days.is_some()).min_by_key(|fact| fact.days);
        let of_column = |column: Symbol| {
            let own =
                stored.facts().filter(|fact| fact.kind == FactKind::Expiry && fact.column == Some(column) && fact.days.is_some());
            own.chain(row).min_by_key(|fact| fact.days)
        };
        let mut mechanisms: Vec<&TableFact> = stored.columns.iter().filter_map(|(column, _)| of_column(*column)).collect();
        mechanisms.sort_by_key(|fact| (fact.site.file, fact.site.span.start, fact.column));
        mechanisms.dedup();
        for fact in mechanisms {
            findings.extend(exceeded(case, policy, &stored, fact, &|column| of_column(column) == Some(fact)));
        }
    }
}

fn exceeded(
    case: &Case<'_>,
    policy: &Policy,
    stored: &Stored<'_>,
    fact: &TableFact,
    is_ended: &dyn Fn(Symbol) -> bool,
) -> Option<Finding> {
    let days = fact.days?;
    let limit = |category| match policy.kept_for(case.catalog, category) {
        Some(KeptFor::Declared(entry)) => declared_days(entry).filter(|allowed| is_longer(days, *allowed)).map(|_| entry),
        _ => None,
    };
    let categories = stored.categories(case, |column, category| is_ended(column) && limit(category).is_some());
    let limits = categories.iter().filter_map(|id| limit(case.catalog.categories.find(id.as_str())?));
    let entry = limits.min_by_key(|entry| entry.period.strictness())?;
    let name = stored.table.name;
    let kept = counted(usize::try_from(days).ok()?, "day");
    let message = format!(
        "{} in `{name}` {} kept for {kept}, and clause {} allows {}",
        super::wording::sentence(&case.categories(&categories)),
        if categories.len() == 1 { "is" } else { "are" },
        entry.clause.id,
        entry.text
    );
    let column = fact.column.map_or("", Symbol::as_str);
    let mut finding = CHECK.finding(case.place(fact.site)?, &[name.as_str(), column, fact.kind.as_str()], message);
    finding.label = format!("deletes after {kept}");
    finding.categories = categories;
    finding.confidence = stored.confidence;
    finding.evidence.push(super::wording::without_values(&case.catalog.categories, fact.detail.as_str()));
    finding.clauses.push(place::cite(policy, &entry.clause, format!("sets `{}`", entry.text)));
    finding.help.push(format!("change the code: delete after {} at the latest", entry.text));
    finding.help.push("or declare it: give the clause the longer period, once the Policy's text says so".to_owned());
    Some(finding)
}

/// The period of an entry in days from the beginning; one that counts from the end of the purpose cannot be compared.
fn declared_days(entry: &Retention) -> Option<u32> {
    match entry.period {
        Period::Days(days) => Some(days),
        Period::Unlimited | Period::PurposeEnd(_) => None,
    }
}

fn is_longer(days: u32, allowed: u32) -> bool {
    u64::from(days) * 100 > u64::from(allowed) * (100 + TOLERANCE)
}
