//! What data are used for, as annotations and configuration state it.

use super::Case;
use crate::index::Symbol;
use crate::policy::Policy;
use crate::source::Site;

/// A purpose that somebody wrote down for a piece of code.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    /// The purpose's id, or the text as written where the Policy has no such purpose.
    pub purpose: Symbol,
    /// The Policy declares it, and not as a catch-all.
    pub declared: bool,
    /// Who says so, for evidence.
    pub by: String,
}

impl Stated {
    fn new(policy: &Policy, written: Symbol, by: String) -> Self {
        let found = policy.purpose(written.as_str());
        Self {
            purpose: found.map_or(written, |purpose| purpose.id),
            declared: found.is_some_and(|purpose| !purpose.catch_all),
            by,
        }
    }
}

impl Case<'_> {
    /// The purpose stated for a place: by an annotation on its line or on its function, else by the file's path.
    pub(crate) fn purpose_of_use(&self, policy: &Policy, site: Site) -> Option<Stated> {
        let source = self.sources.get(site.file.index())?;
        let notes = &self.facts.get(site.file.index())?.purposes;
        if !notes.is_empty() {
            let line = |offset| source.lines().line(offset);
            let here = line(site.span.start);
            let function = self.function_at(site).map(|function| line(function.extent.start)..=line(function.span.start));
            let on_line = notes.iter().find(|note| note.line == here);
            let note =
                on_line.or_else(|| notes.iter().find(|note| function.as_ref().is_some_and(|lines| lines.contains(&note.line))));
            if let Some(note) = note {
                let by = format!("{}:{} says `pdlint:purpose[{}]`", source.path, line(note.span.start), note.purpose);
                return Some(Stated::new(policy, note.purpose, by));
            }
        }
        let mapped = self.config.purpose_of(source.path.as_str())?;
        let by = format!("pdlint.toml maps `{}` to the purpose `{}`", mapped.glob, mapped.purpose);
        Some(Stated::new(policy, mapped.purpose, by))
    }
}
