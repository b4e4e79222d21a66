//! `pdlint.toml`: how a repository is scanned. Parsed with places; unknown keys are errors with a suggestion.

use std::path::PathBuf;

use crate::classify::Confidence;
use crate::index::Symbol;
use crate::report::Severity;

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
    /// Files over this size (bytes) are not read.
    pub max_file_size: Option<u64>,
}

/// When `check` exits with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// At a finding of this severity or above.
    Severity(Severity),
    /// Never.
    Never,
}
