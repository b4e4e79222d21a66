//! Which part of a flow a check judges, and what every finding about a flow says.

use super::{Case, Check};
use crate::catalog::CategoryId;
use crate::catalog::model::{Effects, SinkKind};
use crate::classify::Confidence;
use crate::flow::{Carried, Flow};
use crate::index::Symbol;
use crate::report::{Finding, Step};
use crate::source::Site;

/// Effects after which a value tells its reader nothing of the person any more. A hash is not among them: whoever knows the
/// value, or can try all values, recognises it.
pub(crate) const HIDDEN: Effects = Effects::MASKED.union(Effects::ENCRYPTED);

impl Case<'_> {
    /// The least confidence that is judged.
    pub(crate) fn min_confidence(&self) -> Confidence {
        self.config.min_confidence.unwrap_or(Confidence::Medium)
    }

    /// Whether a category is judged at all where data move. A bare id is not. What concerns organisations only is no personal
    /// data: it is judged where the operator's own Policy speaks of it.
    pub(crate) fn is_judged(&self, category: CategoryId) -> bool {
        let Some(category) = self.catalog.categories.get(category) else { return false };
        !category.identifier_only && (is_about_persons(category.id) || self.policy_speaks_of_organisations())
    }

    fn policy_speaks_of_organisations(&self) -> bool {
        self.policy.is_some_and(|policy| {
            let collected = policy.collects.iter().flat_map(|entry| &entry.categories);
            collected.chain(policy.annexes.iter().flat_map(|entry| &entry.categories)).any(|id| !is_about_persons(*id))
        })
    }

    /// What of a flow is judged by a check that `keep`s some of it, most certain first within a category; nothing for flows
    /// that are not judged.
    pub(crate) fn judged<'f>(&self, flow: &'f Flow, keep: impl Fn(&Carried) -> bool) -> Vec<&'f Carried> {
        if flow.in_test && !self.config.include_tests {
            return Vec::new();
        }
        let least = self.min_confidence();
        let kept = flow.carried.iter().filter(|one| one.confidence >= least && self.is_judged(one.category) && keep(one));
        let mut kept: Vec<&Carried> = kept.collect();
        kept.sort_by_key(|one| (one.category, std::cmp::Reverse(one.confidence), one.witness.len()));
        kept
    }

    /// A finding at the sink of a flow, with its categories, path and evidence. Nothing where the place does not exist.
    pub(crate) fn flow_finding(&self, check: &Check, flow: &Flow, carried: &[&Carried], message: String) -> Option<Finding> {
        let location = self.place(flow.site)?;
        let function = self.function_name(flow.site);
        let column = flow.column.map_or("", Symbol::as_str);
        let mut finding = check.finding(location, &[&function, &flow.call, column], message);
        finding.categories = categories(self, carried);
        finding.sink = Some(flow.sink.as_str());
        finding.confidence = carried.iter().map(|one| one.confidence).max().unwrap_or(Confidence::Medium);
        let shown = carried.iter().min_by_key(|one| (std::cmp::Reverse(one.confidence), one.witness.len(), one.category));
        finding.path = shown.map(|one| self.steps(one)).unwrap_or_default();
        finding.evidence = carried.iter().filter_map(|one| self.origin(one)).collect();
        finding.evidence.dedup();
        Some(finding)
    }

    fn steps(&self, carried: &Carried) -> Vec<Step> {
        carried
            .witness
            .iter()
            .filter_map(|step| Some(Step { location: self.place(step.site)?, what: step.what.clone() }))
            .collect()
    }

    /// Where a value comes from, in words: `user.contact.email: read from users.email (src/a.rs:4)`.
    fn origin(&self, carried: &Carried) -> Option<String> {
        let first = carried.witness.first()?;
        let name = self.catalog.categories.name(carried.category);
        Some(format!("{name}: {} ({})", first.what, self.file_and_line(first.site)?))
    }

    /// `src/a.rs:4`.
    pub(crate) fn file_and_line(&self, site: Site) -> Option<String> {
        let place = self.place(site)?;
        Some(format!("{}:{}", place.file, place.line))
    }
}

/// The ids of what is carried, sorted, each once.
pub(crate) fn categories(case: &Case<'_>, carried: &[&Carried]) -> Vec<Symbol> {
    let mut ids: Vec<Symbol> = carried.iter().map(|one| Symbol::new(case.catalog.categories.name(one.category))).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether a category is about natural persons rather than organisations.
pub(crate) fn is_about_persons(id: Symbol) -> bool {
    id.as_str() == "user" || id.as_str().starts_with("user.")
}

/// Whether data that reach such a sink leave the operator's hands when somebody else stands at the other end.
pub(crate) fn can_transfer(sink: SinkKind) -> bool {
    !matches!(sink, SinkKind::Log | SinkKind::File)
}
