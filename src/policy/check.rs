//! Entries of a Policy file held against each other: what is said twice, what refers to nothing.
//!
//! Only mistakes of the *file* are reported here, those that leave open what it means. What is wrong with the Policy it
//! describes (a catch-all, no limit of time) is a finding of `judge`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::Draft;
use super::{Clause, Policy};
use crate::catalog::{Catalog, CategorySet};
use crate::index::Symbol;
use crate::source::Span;
use crate::toml_reader::{Mistakes, one_of};

/// Adds what is wrong among the entries.
pub(super) fn entries(draft: &Draft, catalog: &Catalog, mistakes: &Mistakes) {
    let policy = &draft.policy;
    same_id("subject", policy.subjects.iter().map(|one| one.id).zip(draft.subject_ids.iter().copied()), mistakes);
    same_id("purpose", policy.purposes.iter().map(|one| one.id).zip(draft.purpose_ids.iter().copied()), mistakes);
    collections(policy, catalog, mistakes);
    retentions(policy, mistakes);
    transfers(policy, mistakes);
    recipients(draft, catalog, mistakes);
    pairs(
        &policy.storages,
        |one| &one.clause,
        |first, again| {
            if let Some(country) = first.countries.iter().find(|one| again.countries.contains(one)) {
                let message = format!("clause {} names the country `{country}` twice", again.clause.id);
                twice(&message, &first.clause, &again.clause, "merge the two entries", mistakes);
            }
        },
    );
    pairs(
        &policy.rights,
        |one| &one.clause,
        |first, again| {
            if first.right == again.right {
                let message = format!("clause {} grants the same right twice", again.clause.id);
                twice(&message, &first.clause, &again.clause, "remove one of the entries", mistakes);
            }
        },
    );
}

/// Shows `look` each entry with every one before it that has the same clause. A clause with thousands of entries is compared with
/// its first ones only, so that the cost stays linear.
fn pairs<'e, T>(entries: &'e [T], clause: impl Fn(&T) -> &Clause, mut look: impl FnMut(&'e T, &'e T)) {
    const MOST: usize = 1000;
    let mut by_clause: FxHashMap<Symbol, Vec<&T>> = FxHashMap::default();
    for entry in entries {
        let same = by_clause.entry(clause(entry).id).or_default();
        same.iter().for_each(|earlier| look(earlier, entry));
        if same.len() < MOST {
            same.push(entry);
        }
    }
}

fn twice(message: &str, first: &Clause, again: &Clause, help: &str, mistakes: &Mistakes) {
    let problem = mistakes.problem("clause_twice", message).label(again.span, "again here").label(first.span, "first here");
    mistakes.add(problem.advise(help));
}

fn same_id(what: &str, ids: impl Iterator<Item = (Symbol, Span)>, mistakes: &Mistakes) {
    let mut seen: FxHashMap<Symbol, Span> = FxHashMap::default();
    for (id, at) in ids {
        if let Some(first) = seen.get(&id) {
            let problem = mistakes.problem("id_twice", format!("two [[{what}]] have the id `{id}`"));
            mistakes.add(problem.label(at, "again here").label(*first, "first here").advise("rename or remove one of them"));
        } else {
            seen.insert(id, at);
        }
    }
}

/// The first category that both sets hold, by name.
fn shared(first: CategorySet, again: CategorySet, catalog: &Catalog) -> Option<&'static str> {
    first.iter().find(|category| again.contains(*category)).map(|category| catalog.categories.name(category))
}

fn collections(policy: &Policy, catalog: &Catalog, mistakes: &Mistakes) {
    pairs(
        &policy.collects,
        |one| &one.clause,
        |first, again| {
            let same_source = first.source.is_none() || again.source.is_none() || first.source == again.source;
            if !same_source {
                return;
            }
            if first.catch_all && again.catch_all {
                let message = format!("clause {} is written down as a catch-all twice", again.clause.id);
                twice(&message, &first.clause, &again.clause, "remove one of the entries", mistakes);
            } else if let Some(category) = shared(first.covered, again.covered, catalog) {
                let message = format!("clause {} declares the collection of `{category}` twice", again.clause.id);
                let help = "merge the two entries, or give them different sources";
                twice(&message, &first.clause, &again.clause, help, mistakes);
            }
        },
    );
}

fn retentions(policy: &Policy, mistakes: &Mistakes) {
    pairs(
        &policy.retentions,
        |one| &one.clause,
        |first, again| {
            // `user` and `user.device` under one clause are a rule and its exception; the same id twice is a contradiction.
            if let Some(category) = first.categories.iter().find(|id| again.categories.contains(id)) {
                let message = format!("clause {} sets how long `{category}` is kept twice", again.clause.id);
                twice(&message, &first.clause, &again.clause, "merge the two entries", mistakes);
            }
        },
    );
}

fn transfers(policy: &Policy, mistakes: &Mistakes) {
    pairs(
        &policy.transfers,
        |one| &one.clause,
        |first, again| {
            if first.to == again.to {
                let message =
                    format!("clause {} is named by two [[transfer]] entries for the same kind of recipient", again.clause.id);
                let help = "give each item of the clause its own number, e.g. 5.9(1) and 5.9(2), or remove one entry";
                twice(&message, &first.clause, &again.clause, help, mistakes);
            } else if first.condition != again.condition {
                let message = format!("clause {} sets two different conditions", again.clause.id);
                let help = "it would be open which condition holds for the recipients named under it: give each its own number";
                twice(&message, &first.clause, &again.clause, help, mistakes);
            }
        },
    );
}

fn recipients(draft: &Draft, catalog: &Catalog, mistakes: &Mistakes) {
    let policy = &draft.policy;
    let mut seen: FxHashMap<(Symbol, Symbol), Span> = FxHashMap::default();
    let mut described = FxHashSet::default();
    described.extend(policy.recipients.iter().filter(|one| one.name.is_some() && one.country.is_some()).map(|one| one.id));
    let transfer_clauses: FxHashSet<Symbol> = policy.transfers.iter().map(|one| one.clause.id).collect();
    let known_clauses = one_of(policy.transfers.iter().map(|one| one.clause.id.as_str()));
    for (entry, at) in policy.recipients.iter().zip(draft.recipient_ids.iter().copied()) {
        // The same company may stand under two clauses (needed for the service; with consent), but once under each.
        if let Some(first) = seen.insert((entry.id, entry.clause.id), at) {
            let message = format!("two [[recipient]] under clause {} have the id `{}`", entry.clause.id, entry.id);
            let problem = mistakes.problem("id_twice", message).label(at, "again here").label(first, "first here");
            mistakes.add(problem.advise("merge the two entries"));
        }
        let in_catalog = catalog.recipients.find(entry.id.as_str()).is_some();
        if !in_catalog && !described.contains(&entry.id) {
            described.insert(entry.id);
            let known = catalog.recipients.iter().map(|(_, known)| known.id.as_str());
            let near = mistakes.suggest(entry.id.as_str(), known);
            let own = "a recipient of your own needs `name` and `country` (and `hosts`, so that it is recognised)";
            let help = near.map_or_else(|| own.to_owned(), |near| format!("{near} {own}"));
            let problem = mistakes.problem("unknown_recipient", format!("no recipient has the id `{}`", entry.id));
            mistakes.add(problem.label(at, "unknown recipient").advise(help));
        }
        if !transfer_clauses.contains(&entry.clause.id) {
            let message =
                format!("recipient `{}` stands under clause {}, which no [[transfer]] names", entry.id, entry.clause.id);
            let help = if transfer_clauses.is_empty() {
                "add a [[transfer]] with this clause: what the text allows, to whom, on what condition".to_owned()
            } else {
                format!("{known_clauses}; add a [[transfer]] for {}, or correct the number", entry.clause.id)
            };
            let problem = mistakes.problem("recipient_without_transfer", message);
            mistakes.add(problem.label(entry.clause.span, "no [[transfer]] has this clause").advise(help));
        }
    }
}
