//! `pdlint.toml`: how a repository is scanned. Parsed with places; unknown keys are errors with a suggestion.
//!
//! Paths in the file are relative to its folder. What the command line says beats it; that is the front's business.

mod load;
mod template;

use std::path::PathBuf;

use globset::GlobSet;

use crate::classify::Confidence;
use crate::index::Symbol;
use crate::report::Severity;

pub use load::{ConfigError, FILE_NAME, POLICY_FILE_NAME};
pub use template::{RootFacts, template};

/// The configuration of a scan.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file it came from, if there is one.
    pub path: Option<PathBuf>,
    /// The Policy file, resolved.
    pub policy: Option<PathBuf>,
    /// Globs of files to scan (relative to the root); empty = all.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Rule folders, resolved.
    pub rules: Vec<PathBuf>,
    /// Severity by check code; `None` = off.
    pub severities: Vec<(Symbol, Option<Severity>)>,
    /// Least severity at which `check` exits with 1; `None` = the default (`error`).
    pub fail_on: Option<FailOn>,
    /// Least confidence that is judged.
    pub min_confidence: Option<Confidence>,
    /// Hosts that are not third parties, besides the Policy's.
    pub internal_hosts: Vec<String>,
    /// Path globs to purposes.
    pub purposes: Vec<(String, Symbol)>,
    /// Judge test code too.
    pub include_tests: bool,
    /// SQL in fenced blocks of Markdown is read.
    pub markdown_sql: bool,
    /// Files over this size (bytes) are not read.
    pub max_file_size: Option<u64>,
    /// Severities for parts of the tree, in the order of the file; later ones beat earlier ones.
    pub overrides: Vec<Override>,
}

impl Config {
    /// Whether the setting that turns a front end on is set.
    #[must_use]
    pub fn is_on(&self, switch: &str) -> bool {
        switch == "markdown-sql" && self.markdown_sql
    }
}

/// When `check` exits with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// At a finding of this severity or above.
    Severity(Severity),
    /// Never.
    Never,
}

/// `[[override]]`: other severities for some paths.
#[derive(Debug, Clone)]
pub struct Override {
    /// Globs as written.
    pub paths: Vec<String>,
    /// Severity by check code; `None` = off.
    pub severities: Vec<(Symbol, Option<Severity>)>,
    matcher: GlobSet,
}

impl Override {
    /// Whether it is about a file (relative to the root, with `/`).
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

impl Config {
    /// The severity set for a check at a file (relative to the root, with `/`): `None` where none is set, `Some(None)` for off.
    #[must_use]
    pub fn severity(&self, code: &str, path: &str) -> Option<Option<Severity>> {
        let set =
            |list: &[(Symbol, Option<Severity>)]| list.iter().find(|(check, _)| *check == *code).map(|(_, severity)| *severity);
        let here = self.overrides.iter().rev().filter(|one| one.concerns(path)).find_map(|one| set(&one.severities));
        here.or_else(|| set(&self.severities))
    }

    /// The purpose of the code in a file (relative to the root, with `/`): that of the longest glob in `[purposes]` which matches.
    #[must_use]
    pub fn purpose_of(&self, path: &str) -> Option<Symbol> {
        let matches = |glob: &str| load::glob(glob).is_ok_and(|glob| glob.compile_matcher().is_match(path));
        self.purposes.iter().filter(|(glob, _)| matches(glob)).max_by_key(|(glob, _)| glob.len()).map(|(_, purpose)| *purpose)
    }
}
