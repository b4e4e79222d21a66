//! What a summary says.

use serde::Serialize;

use super::counted;
use crate::report::{Report, Severity};

/// Findings by severity; suppressed ones are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
    /// Suppressed, whatever their severity.
    pub suppressed: usize,
}

impl Counts {
    /// Counts the findings of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for finding in &report.findings {
            match (finding.suppressed.is_some(), finding.severity) {
                (true, _) => counts.suppressed += 1,
                (false, Severity::Error) => counts.error += 1,
                (false, Severity::Warning) => counts.warning += 1,
                (false, Severity::Note) => counts.note += 1,
            }
        }
        counts
    }

    /// All that are not suppressed.
    #[must_use]
    pub fn total(&self) -> usize {
        self.error + self.warning + self.note
    }

    /// `12 findings: 5 errors, 4 warnings, 3 notes (2 suppressed)`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = match self.total() {
            0 => "no findings".to_owned(),
            total => {
                let parts = [(self.error, "error"), (self.warning, "warning"), (self.note, "note")];
                let parts: Vec<_> =
                    parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
                format!("{}: {}", counted(total, "finding"), parts.join(", "))
            }
        };
        if self.suppressed > 0 {
            text.push_str(&format!(" ({} suppressed)", self.suppressed));
        }
        text
    }
}

/// The sentences of a summary that tell what was scanned and what was not.
#[must_use]
pub fn scanned(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let mut languages: Vec<_> = summary.languages.iter().map(|(name, count)| format!("{name} {count}")).collect();
    languages.sort();
    let languages = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
    let mut lines = vec![format!(
        "{}{languages}, {}; {} of personal data, {}",
        counted(summary.files, "file"),
        counted(summary.lines, "line"),
        counted(report.elements.len(), "element"),
        counted(report.transfers.len(), "transfer"),
    )];
    let mut left: Vec<String> = Vec::new();
    if summary.skipped_folders > 0 {
        left.push(format!("{} left out by default", counted(summary.skipped_folders, "hidden or vendored folder")));
    }
    if summary.other_files > 0 {
        left.push(format!("{} in no language known here", counted(summary.other_files, "file")));
    }
    if let Some(share) = opaque_share(report) {
        left.push(format!("{share} of the expressions not understood"));
    }
    if summary.limits_hit > 0 {
        left.push(format!("{} analysed only roughly", counted(summary.limits_hit, "function")));
    }
    if !left.is_empty() {
        lines.push(format!("not seen: {}", left.join(", ")));
    }
    lines
}

/// The share of expressions that could not be lowered, as text; `None` where there are none.
fn opaque_share(report: &Report) -> Option<String> {
    let summary = &report.summary;
    if summary.expressions == 0 || summary.opaque == 0 {
        return None;
    }
    // Whole numbers keep the text equal on every machine: tenths of a percent, rounded up so that it never reads as nothing.
    let tenths = (u128::from(summary.opaque) * 1000).div_ceil(u128::from(summary.expressions));
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}
