//! Places in files and in the Policy as people and tools read them.

use super::Case;
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

impl Case<'_> {
    /// A place in a file of the scan.
    pub(crate) fn place(&self, site: Site) -> Option<Location> {
        Some(Location::of(self.sources.get(site.file.index())?, site.span))
    }

    /// The path of a file of the scan.
    pub(crate) fn path(&self, site: Site) -> Symbol {
        self.sources.get(site.file.index()).map(|source| source.path).unwrap_or_default()
    }

    /// The innermost function around a place.
    pub(crate) fn function_at(&self, site: Site) -> Option<&Function> {
        let functions = &self.facts.get(site.file.index())?.unit.functions;
        functions
            .iter()
            .filter(|function| function.extent.contains(site.span))
            .min_by_key(|function| function.extent.end - function.extent.start)
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
