//! PD402: the Policy sets an end, and nothing in the database or the code brings it about.

use super::stored::{claim_absence, tables};
use super::{Case, Check, place};
use crate::catalog::CategoryId;
use crate::ir::schema::Runs;
use crate::link::FactKind;
use crate::policy::{KeptFor, Period, Policy};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD402", name: "retention-not-enforced", severity: Severity::Warning, needs_policy: true, run };

/// One finding a table: whatever deletes its rows settles all categories.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    for stored in tables(case).into_iter().filter(|stored| stored.ends.is_empty()) {
        let expires = |column: crate::index::Symbol| {
            stored.facts().any(|fact| fact.kind == FactKind::Expiry && fact.runs != Runs::Once && fact.column == Some(column))
        };
        let categories = stored.categories(case, |column, category| ends(case, policy, category).is_some() && !expires(column));
        // The entry that sets the shortest period speaks for all.
        let limits = categories.iter().filter_map(|id| ends(case, policy, case.catalog.categories.find(id.as_str())?));
        let Some(limit) = limits.min_by_key(|limit| strictness(limit)) else { continue };
        let Some(location) = case.place(stored.table.site) else { continue };
        let name = stored.table.name;
        let held = case.categories(&categories);
        let (set, until) = match &limit {
            KeptFor::Declared(entry) => (format!("clause {} keeps", entry.clause.id), format!("for {}", entry.text)),
            KeptFor::Law(law, _) => (format!("the law ({law}) lets"), "be kept until its purpose ends".to_owned()),
        };
        let message = format!("{set} {held} {until}, and nothing deletes the rows of `{name}`");
        let mut finding = CHECK.finding(location, &[name.as_str()], message);
        finding.label = format!("`{name}` keeps its rows without end");
        finding.categories = categories;
        claim_absence(case, &stored, &mut finding);
        if let KeptFor::Declared(entry) = limit {
            finding.clauses.push(place::cite(policy, &entry.clause, format!("sets `{}`", entry.text)));
        }
        finding.help.push(format!(
            "change the code: delete or anonymise rows of `{name}` when their time is over, by a TTL, a partition that expires or a job"
        ));
        finding
            .help
            .push("if a job outside this repository does it, suppress the finding with its name as the reason".to_owned());
        if finding.confidence >= case.min_confidence() {
            findings.push(finding);
        }
    }
}

/// The end that is set for a category; nothing where none is.
fn ends<'p>(case: &Case<'_>, policy: &'p Policy, category: CategoryId) -> Option<KeptFor<'p>> {
    policy.kept_for(case.catalog, category).filter(|kept| match kept {
        KeptFor::Declared(entry) => entry.period != Period::Unlimited,
        KeptFor::Law(_, period) => *period != Period::Unlimited,
    })
}

fn strictness(limit: &KeptFor<'_>) -> (u8, u32) {
    match limit {
        KeptFor::Declared(entry) => entry.period.strictness(),
        KeptFor::Law(_, period) => period.strictness(),
    }
}
