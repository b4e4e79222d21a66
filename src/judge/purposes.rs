//! What data are used for, as annotations and configuration state it.

use globset::{GlobBuilder, GlobMatcher};

use super::Case;
use crate::config::Config;
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

/// The path-to-purpose map of `pdlint.toml`, compiled.
#[derive(Debug, Default)]
pub(crate) struct PathPurposes {
    globs: Vec<(GlobMatcher, String, Symbol)>,
}

impl PathPurposes {
    /// Compiles the map; globs that cannot be compiled were refused when the configuration was read.
    pub(crate) fn new(config: &Config) -> Self {
        let compiled = config.purposes.iter().filter_map(|(glob, purpose)| {
            let matcher = GlobBuilder::new(glob).literal_separator(true).build().ok()?.compile_matcher();
            Some((matcher, glob.clone(), *purpose))
        });
        Self { globs: compiled.collect() }
    }

    /// The purpose of a file's code; the first glob that matches decides.
    pub(crate) fn of(&self, policy: &Policy, path: Symbol) -> Option<Stated> {
        let (_, glob, purpose) = self.globs.iter().find(|(matcher, _, _)| matcher.is_match(path.as_str()))?;
        Some(Stated::new(policy, *purpose, format!("pdlint.toml maps `{glob}` to the purpose `{purpose}`")))
    }
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
    pub(crate) fn purpose_of_use(&self, policy: &Policy, paths: &PathPurposes, site: Site) -> Option<Stated> {
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
        paths.of(policy, source.path)
    }
}
