//! PD601: people may ask for the destruction of their data, and nothing deletes or anonymises them.

use super::stored::{claim_absence, tables};
use super::{Case, Check, place};
use crate::policy::RightKind;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD601", name: "no-erasure", severity: Severity::Warning, needs_policy: true, run };

/// One finding a table: a way to delete its rows settles all categories.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let Some(right) = policy.rights.iter().find(|right| right.right == RightKind::Erasure) else { return };
    for stored in tables(case).into_iter().filter(|stored| stored.ends.is_empty()) {
        let Some(location) = case.place(stored.table.site) else { continue };
        let name = stored.table.name;
        let categories = stored.categories(case, |_, _| true);
        let message = format!(
            "clause {} grants erasure, and nothing deletes or anonymises the rows of `{name}`, which hold {}",
            right.clause.id,
            case.categories(&categories)
        );
        let mut finding = CHECK.finding(location, &[name.as_str()], message);
        finding.label = format!("no row of `{name}` is ever erased");
        finding.categories = categories;
        claim_absence(case, &stored, &mut finding);
        finding.clauses.push(place::cite(policy, &right.clause, "grants erasure"));
        finding.help.push(format!(
            "change the code: delete the rows of `{name}` when a person asks for it, or overwrite the columns that tell who it is"
        ));
        finding.help.push("if another program does it, suppress the finding with its name as the reason".to_owned());
        if finding.confidence >= case.min_confidence() {
            findings.push(finding);
        }
    }
}
