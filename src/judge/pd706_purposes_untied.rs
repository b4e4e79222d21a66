//! PD706: the Policy states purposes and ties them to no data.

use super::wording::listed;
use super::{Case, Check, place};
use crate::policy::Collect;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD706", name: "purposes-untied", severity: Severity::Warning, needs_policy: true, run };

/// One finding for the whole Policy: it is one decision of its authors.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let declaring: Vec<&Collect> = policy.collects.iter().filter(|entry| !entry.catch_all).collect();
    let untied: Vec<&Collect> = declaring.iter().copied().filter(|entry| entry.purposes.is_none()).collect();
    let Some(first) = untied.first() else { return };
    let clauses: Vec<String> = untied.iter().map(|entry| entry.clause.id.as_str().to_owned()).collect();
    let all = untied.len() == declaring.len();
    let which = if all {
        "the Policy ties no purpose to any data it declares".to_owned()
    } else {
        format!("no purpose is tied to the data of {}", listed(&clauses))
    };
    let message = format!("{}: each may be used for everything", super::wording::sentence(&which));
    let mut finding = CHECK.finding(place::in_policy(policy, first.clause.span), &["collect"], message);
    finding.label = "no `purposes`".to_owned();
    finding.clauses =
        untied.iter().map(|entry| place::cite(policy, &entry.clause, "declares data for no purpose in particular")).collect();
    let purposes: Vec<String> =
        policy.purposes.iter().filter(|purpose| !purpose.catch_all).map(|purpose| format!("`{}`", purpose.id)).collect();
    if !purposes.is_empty() {
        finding.evidence.push(format!("the Policy's purposes are {}", listed(&purposes)));
    }
    finding.help.push(
        "change the Policy: say for each kind of data what it is used for, and list the ids under `purposes` of its entry"
            .to_owned(),
    );
    findings.push(finding);
}
