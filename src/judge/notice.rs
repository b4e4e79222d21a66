//! The notices: what a scan says of itself. Each code has its page in `rules/checks`, as checks have.

/// A file or folder could not be read.
pub const UNREADABLE: &str = "PD001";
/// Part of a file could not be parsed; the rest was read.
pub const PARTLY_PARSED: &str = "PD002";
/// A suppression covers no finding.
pub const UNUSED_SUPPRESSION: &str = "PD003";
/// A suppression says no reason.
pub const UNEXPLAINED_SUPPRESSION: &str = "PD004";
/// A file was left out because of its size or shape (binary, minified).
pub const NOT_SCANNED: &str = "PD005";
/// The analysis of a function hit a limit and fell back to "arguments reach the result".
pub const LIMIT_HIT: &str = "PD006";

/// All codes with their names, sorted.
pub static NOTICES: &[(&str, &str)] = &[
    (UNREADABLE, "unreadable-file"),
    (PARTLY_PARSED, "partly-parsed-file"),
    (UNUSED_SUPPRESSION, "unused-suppression"),
    (UNEXPLAINED_SUPPRESSION, "unexplained-suppression"),
    (NOT_SCANNED, "file-not-scanned"),
    (LIMIT_HIT, "analysis-limit"),
];
