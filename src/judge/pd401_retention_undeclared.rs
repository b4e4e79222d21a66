//! PD401: data are kept, and nothing says for how long.

use std::collections::BTreeMap;

use super::wording::{counted, listed, sentence};
use super::{Case, Check, declaration, place};
use crate::index::Symbol;
use crate::report::{Element, Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD401", name: "retention-undeclared", severity: Severity::Warning, needs_policy: true, run };

/// Places that keep the category are named up to this many.
const NAMED: usize = 5;

/// One finding a category, at the first place that keeps it: one entry in the Policy settles all of them.
fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let mut kept: BTreeMap<Symbol, Vec<&Element>> = BTreeMap::new();
    for element in case.elements {
        let judged =
            keeps(element) && element.confidence >= case.min_confidence() && (case.config.include_tests || !element.in_test);
        let Some(id) = case.catalog.categories.find(element.category.as_str()).filter(|_| judged) else { continue };
        if case.is_judged(id) && policy.kept_for(case.catalog, id).is_none() {
            kept.entry(element.category).or_default().push(element);
        }
    }
    for (category, mut elements) in kept {
        elements.sort_by(|a, b| a.location.cmp(&b.location));
        let Some(first) = elements.first() else { continue };
        let what = sentence(&case.category(category));
        let held = format!("`{}.{}`", first.container, first.field);
        let mut finding = CHECK.finding(
            first.location.clone(),
            &[first.container.as_str(), first.field.as_str()],
            format!("{what} is kept in {held}, and the Policy does not say for how long"),
        );
        finding.label = format!("{} {held} keeps it", first.kind);
        finding.categories = vec![category];
        finding.confidence = elements.iter().map(|element| element.confidence).max().unwrap_or(first.confidence);
        finding.evidence = first.evidence.iter().map(|text| text.as_str().to_owned()).collect();
        let mut others: Vec<String> = elements.iter().skip(1).map(|one| format!("{}.{}", one.container, one.field)).collect();
        others.dedup();
        let more = others.len().saturating_sub(NAMED);
        others.truncate(NAMED);
        if more > 0 {
            others.push(counted(more, "further place"));
        }
        if !others.is_empty() {
            finding.evidence.push(format!("kept too in: {}", listed(&others)));
        }
        for entry in policy.retentions.iter().take(1) {
            finding.clauses.push(place::cite(policy, &entry.clause, format!("sets `{}`, and not for this category", entry.text)));
        }
        finding.help.push(format!("change the code: if {held} is not needed after its use, do not keep it"));
        if !policy.header.laws.is_empty() && !policy.header.law_defaults {
            finding.help.push(
                "or set `law-defaults = true` in [policy]: the law's own limit applies where the Policy sets none".to_owned(),
            );
        }
        declaration::offer(&mut finding, policy, Some(declaration::retention_entry(&[category])));
        findings.push(finding);
    }
}

/// A column keeps what it gets, a cookie until it expires; a field of a type lives as long as the call.
fn keeps(element: &Element) -> bool {
    matches!(element.kind, "column" | "cookie")
}
