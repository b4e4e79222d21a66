//! PD101: the software holds a category that no clause declares.

use std::collections::{BTreeMap, BTreeSet};

use super::wording::{counted, listed, sentence};
use super::{Case, Check, declaration, place};
use crate::index::Symbol;
use crate::policy::{Policy, Verdict};
use crate::report::{Element, Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD101", name: "undeclared-collection", severity: Severity::Error, needs_policy: true, run };

/// Other places that hold the category are named up to this many.
const NAMED: usize = 5;

/// Elements of one category in one container. Tables come first, one wherever several dialects create the same.
type Groups<'a> = BTreeMap<(Symbol, Rank, String, Symbol), Vec<&'a Element>>;

/// What is declared where, from the most to the least telling place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Kept.
    Stored,
    /// Received or passed on.
    Declared,
    /// Named in passing.
    Passed,
}

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy else { return };
    let mut groups: Groups<'_> = BTreeMap::new();
    for element in case.elements.iter().filter(|element| is_judged(case, policy, element)) {
        let rank = rank(element);
        let (file, container) = match rank {
            Rank::Stored => (Symbol::default(), element.container.as_str().to_lowercase()),
            Rank::Declared => (element.location.file, element.container.as_str().to_owned()),
            Rank::Passed => (element.location.file, String::new()),
        };
        groups.entry((element.category, rank, container, file)).or_default().push(element);
    }
    // Where a table holds the category, the types that mirror it are the same collection: evidence, no findings of their own.
    let mut reported: BTreeSet<Symbol> = BTreeSet::new();
    let mut best: BTreeMap<Symbol, Rank> = BTreeMap::new();
    for (category, rank, _, _) in groups.keys() {
        best.entry(*category).and_modify(|least| *least = (*least).min(*rank)).or_insert(*rank);
    }
    for ((category, rank, _, _), elements) in &groups {
        if best.get(category) != Some(rank) {
            continue;
        }
        let others = if reported.insert(*category) { mirrored(&groups, *category, *rank) } else { Vec::new() };
        findings.extend(finding(case, policy, elements, others));
    }
}

fn is_judged(case: &Case<'_>, policy: &Policy, element: &Element) -> bool {
    let category = case.catalog.categories.find(element.category.as_str());
    element.confidence >= case.min_confidence()
        && element.kind != "literal"
        && (case.config.include_tests || !element.in_test)
        && category.is_some_and(|id| case.is_judged(id) && policy.collection(case.catalog, id, None).verdict != Verdict::Clear)
}

fn rank(element: &Element) -> Rank {
    match element.kind {
        "column" => Rank::Stored,
        "parameter" => Rank::Passed,
        _ => Rank::Declared,
    }
}

fn mirrored<'a>(groups: &Groups<'a>, category: Symbol, rank: Rank) -> Vec<&'a Element> {
    let others = groups.iter().filter(|((id, other, _, _), _)| *id == category && *other > rank);
    others.flat_map(|(_, elements)| elements.iter().copied()).collect()
}

fn finding(case: &Case<'_>, policy: &Policy, elements: &[&Element], others: Vec<&Element>) -> Option<Finding> {
    let element = elements.iter().min_by_key(|element| (std::cmp::Reverse(element.confidence), &element.location))?;
    let ruling = policy.collection(case.catalog, case.catalog.categories.find(element.category.as_str())?, None);
    let what = sentence(&case.category(element.category));
    let held = format!("`{}.{}`", element.container, element.field);
    let says = match ruling.verdict {
        Verdict::Vague => "only a catch-all of the Policy covers it",
        Verdict::Contradicted => "a clause of the Policy forbids it",
        _ => "no clause of the Policy declares it",
    };
    let names = [element.kind, element.container.as_str(), element.field.as_str()];
    let mut finding = CHECK.finding(element.location.clone(), &names, format!("{what} is held in {held}, and {says}"));
    finding.label = format!("{} {held} holds it", element.kind);
    finding.categories = vec![element.category];
    finding.verdict = Some(ruling.verdict);
    finding.confidence = element.confidence;
    finding.evidence = element.evidence.iter().map(|text| text.as_str().to_owned()).collect();
    finding
        .evidence
        .extend(also("in the same place too", elements.iter().copied().filter(|one| one.location != element.location)));
    finding.evidence.extend(also("carried by", others.into_iter()));
    match (ruling.verdict, ruling.nearest) {
        (Verdict::Contradicted, _) => {
            finding.clauses.extend(ruling.clauses.iter().map(|one| place::cite(policy, one, "forbids it")))
        }
        (Verdict::Vague, Some(one)) => {
            finding.clauses.push(place::cite(policy, one, "is a catch-all: it would cover anything, so it declares nothing"))
        }
        (_, Some(one)) => finding.clauses.push(place::cite(policy, one, "comes nearest, and does not name it")),
        (_, None) => {}
    }
    finding.help.push(format!("change the code: if {held} is not needed, stop collecting it and drop what is stored"));
    let declaration = (ruling.verdict != Verdict::Contradicted).then(|| declaration::annex_entry(&[element.category]));
    declaration::offer(&mut finding, policy, declaration);
    Some(finding)
}

/// One sentence that names further places.
fn also<'a>(lead: &str, elements: impl Iterator<Item = &'a Element>) -> Option<String> {
    let mut places: Vec<String> =
        elements.map(|one| format!("{}.{} ({}:{})", one.container, one.field, one.location.file, one.location.line)).collect();
    places.dedup();
    let more = places.len().saturating_sub(NAMED);
    places.truncate(NAMED);
    if more > 0 {
        places.push(counted(more, "further place"));
    }
    (!places.is_empty()).then(|| format!("{lead}: {}", listed(&places)))
}
