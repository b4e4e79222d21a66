//! `pdlint.toml`: how a repository is scanned. Parsed with places; unknown keys are errors with a suggestion.
//!
//! Paths in the file are relative to its folder, globs too: a scan of a part of the tree is told with [`Config::scan_of`] where that
//! part lies. What the command line says beats it; that is the front's business.

mod load;
mod template;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use globset::{GlobMatcher, GlobSet};

use crate::classify::Confidence;
use crate::index::Symbol;
use crate::report::Severity;

pub use load::{ConfigError, FILE_NAME, POLICY_FILE_NAME};
pub use template::template;

/// The configuration of a scan.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file it came from, if there is one.
    pub path: Option<PathBuf>,
    /// The Policy file, resolved.
    pub policy: Option<PathBuf>,
    /// Globs of files to scan; none = all.
    pub include: Globs,
    /// Globs of files to leave out.
    pub exclude: Globs,
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
    /// Which purpose the code in a file serves.
    pub purposes: Vec<PathPurpose>,
    /// The SQL dialect of the files somewhere.
    pub dialects: Vec<PathDialect>,
    /// Judge test code too.
    pub include_tests: bool,
    /// SQL in fenced blocks of Markdown is read.
    pub markdown_sql: bool,
    /// Files over this size (bytes) are not read.
    pub max_file_size: Option<u64>,
    /// Severities for parts of the tree, in the order of the file; later ones beat earlier ones.
    pub overrides: Vec<Override>,
    /// What precedes a path of the scan in a path of the file: nothing, or the scanned folder with a slash at its end.
    below: String,
}

/// Globs as the file means them: `*` stays within a folder, `**` crosses folders.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    /// As written.
    pub written: Vec<String>,
    matcher: GlobSet,
}

/// An entry of `[purposes]`.
#[derive(Debug, Clone)]
pub struct PathPurpose {
    /// The glob as written.
    pub glob: String,
    /// The purpose's id or clause.
    pub purpose: Symbol,
    matcher: GlobMatcher,
}

/// An entry of `[dialects]`.
#[derive(Debug, Clone)]
pub struct PathDialect {
    /// The glob as written.
    pub glob: String,
    /// The dialect's name.
    pub dialect: &'static str,
    matcher: GlobMatcher,
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
    /// Which paths.
    pub paths: Globs,
    /// Severity by check code; `None` = off.
    pub severities: Vec<(Symbol, Option<Severity>)>,
}

/// Paths of files are those of the scan: relative to its root, with `/`.
impl Config {
    /// Tells which folder is scanned, where it is not the file's own: globs hold from the file's folder on.
    pub fn scan_of(&mut self, root: &Path) {
        let folder = self.path.as_deref().and_then(|path| std::path::absolute(path).ok()?.parent()?.canonicalize().ok());
        let below = folder.and_then(|folder| Some(root.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/")));
        self.below = below.filter(|below| !below.is_empty()).map(|below| format!("{below}/")).unwrap_or_default();
    }

    fn in_the_file<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.below.is_empty() { Cow::Borrowed(path) } else { Cow::Owned(format!("{}{path}", self.below)) }
    }

    /// Whether a file is to be scanned, as far as `include` and `exclude` say.
    #[must_use]
    pub fn scans(&self, path: &str) -> bool {
        let path = self.in_the_file(path);
        (self.include.written.is_empty() || self.include.matcher.is_match(&*path)) && !self.exclude.matcher.is_match(&*path)
    }

    /// The severity set for a check at a file: `None` where none is set, `Some(None)` for off.
    #[must_use]
    pub fn severity(&self, code: &str, path: &str) -> Option<Option<Severity>> {
        let set =
            |list: &[(Symbol, Option<Severity>)]| list.iter().find(|(check, _)| *check == *code).map(|(_, severity)| *severity);
        let path = self.in_the_file(path);
        let concerned = self.overrides.iter().rev().filter(|one| one.paths.matcher.is_match(&*path));
        concerned.filter_map(|one| set(&one.severities)).next().or_else(|| set(&self.severities))
    }

    /// What `[purposes]` says of the code in a file: the longest glob that matches decides.
    #[must_use]
    pub fn purpose_of(&self, path: &str) -> Option<&PathPurpose> {
        let path = self.in_the_file(path);
        self.purposes.iter().filter(|one| one.matcher.is_match(&*path)).max_by_key(|one| one.glob.len())
    }

    /// What `[dialects]` says of a file: the longest glob that matches decides. A name that the SQL front end knows as a variant.
    #[must_use]
    pub fn dialect_of(&self, path: &str) -> Option<&'static str> {
        let path = self.in_the_file(path);
        let matching = self.dialects.iter().filter(|one| one.matcher.is_match(&*path));
        matching.max_by_key(|one| one.glob.len()).map(|one| one.dialect)
    }
}
