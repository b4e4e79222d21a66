//! Places in files and in the Policy as people and tools read them.

use std::cmp::Reverse;
use std::sync::Arc;

use super::Case;
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::Function;
use crate::policy::{Clause, Policy};
use crate::report::{ClauseCitation, Location};
use crate::source::{Site, Span};

/// A clause's wording is cut at this many characters: enough to recognise it.
const CITED_CHARACTERS: usize = 160;

/// The path under which findings name the Policy file.
#[must_use]
pub fn policy_file(policy: &Policy) -> Symbol {
    let path = policy.path.to_string_lossy().replace('\\', "/");
    Symbol::new(path.strip_prefix("./").unwrap_or(&path))
}

/// A place in the Policy file.
pub(crate) fn in_policy(policy: &Policy, span: Span) -> Location {
    Location::in_text(policy_file(policy), &policy.source, &policy.lines, span)
}

/// A clause as a finding cites it. `role` says what it has to do with the finding.
pub(crate) fn cite(policy: &Policy, clause: &Clause, role: impl Into<String>) -> ClauseCitation {
    ClauseCitation {
        id: clause.id,
        location: Some(in_policy(policy, clause.span)),
        text: policy.words_of(clause.id).map(shortened),
        role: role.into(),
    }
}

/// The functions of every file by where they begin.
#[derive(Debug, Default)]
pub struct FunctionIndex {
    files: Vec<Vec<Indexed>>,
}

#[derive(Debug)]
struct Indexed {
    extent: Span,
    /// How far this one and those that begin before it reach.
    reach: u32,
    position: usize,
}

impl FunctionIndex {
    /// Indexes the functions of files, by [`crate::source::FileId`].
    #[must_use]
    pub fn new(facts: &[Arc<FileFacts>]) -> Self {
        let of = |facts: &Arc<FileFacts>| {
            let all = facts.unit.functions.iter().enumerate();
            let mut sorted: Vec<Indexed> =
                all.map(|(position, function)| Indexed { extent: function.extent, reach: 0, position }).collect();
            // Of those that begin together the inner one comes last.
            sorted.sort_by_key(|one| (one.extent.start, Reverse(one.extent.end)));
            let mut reach = 0;
            for one in &mut sorted {
                reach = reach.max(one.extent.end);
                one.reach = reach;
            }
            sorted
        };
        Self { files: facts.iter().map(of).collect() }
    }

    /// The position of the innermost function around a place: the last that begins before it and ends after it.
    fn around(&self, site: Site) -> Option<usize> {
        let all = self.files.get(site.file.index())?;
        let upto = all.partition_point(|one| one.extent.start <= site.span.start);
        let before = all.get(..upto)?.iter().rev().take_while(|one| one.reach >= site.span.end);
        before.filter(|one| one.extent.contains(site.span)).map(|one| one.position).next()
    }
}

impl<'a> Case<'a> {
    /// A place in a file of the scan.
    pub(crate) fn place(&self, site: Site) -> Option<Location> {
        Some(Location::of(self.sources.get(site.file.index())?, site.span))
    }

    /// The path of a file of the scan.
    pub(crate) fn path(&self, site: Site) -> Symbol {
        self.sources.get(site.file.index()).map(|source| source.path).unwrap_or_default()
    }

    /// The innermost function around a place.
    pub(crate) fn function_at(&self, site: Site) -> Option<&'a Function> {
        let position = self.functions.around(site)?;
        self.facts.get(site.file.index())?.unit.functions.get(position)
    }

    /// The name of the innermost function around a place, with its owner; empty outside functions.
    pub(crate) fn function_name(&self, site: Site) -> String {
        self.function_at(site).map_or_else(String::new, |function| match function.owner {
            Some(owner) => format!("{owner}::{}", function.name),
            None => function.name.as_str().to_owned(),
        })
    }
}

/// The text on one line, cut at a word.
fn shortened(text: &str) -> String {
    let mut short = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        count += word.chars().count() + 1;
        if count > CITED_CHARACTERS && !short.is_empty() {
            short.push_str(" …");
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_clause_is_cut_at_a_word() {
        let short = shortened(&"personal data\n".repeat(40));
        assert!(short.ends_with("data …") || short.ends_with("personal …"));
        assert!(short.chars().count() <= CITED_CHARACTERS + 2);
    }
}
