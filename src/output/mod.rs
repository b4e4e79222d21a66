//! Formats: one report model rendered in many ways. They decide nothing, and nothing scanned can inject into them.
//!
//! Each format is one file here; what several share (excerpts, escaping, counts) is in [`render`].

mod csv;
mod github;
mod human;
mod json;
mod markdown;
pub mod render;
mod sarif;
mod table;

use std::io;

use crate::catalog::Catalog;
use crate::report::Report;

/// The registered formats. A new format is its module, its `mod` line, its line here and its snapshot.
pub static FORMATS: &[&dyn Format] =
    &[&human::Human, &table::Table, &json::Json, &sarif::Sarif, &github::Github, &csv::Csv, &markdown::Markdown];

/// What is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Findings.
    Check,
    /// Elements and transfers.
    Inventory,
}

/// How much of a finding is shown to people. Formats for machines always hold everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// Findings alone, no summary.
    Brief,
    /// Findings that differ only in their place share one excerpt and one help.
    #[default]
    Normal,
    /// Every finding in full, with its evidence.
    Full,
}

/// How to render.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Colours.
    pub color: bool,
    /// Columns of the terminal; `None` where there is none (a pipe, a file).
    pub width: Option<usize>,
    /// How much to show.
    pub detail: Detail,
}

/// A format.
pub trait Format: Sync {
    /// Its name for `--format`.
    fn name(&self) -> &'static str;

    /// Whether it can render the view.
    fn supports(&self, view: View) -> bool;

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever writing to `out` gives.
    fn write(&self, report: &Report, catalog: &Catalog, view: View, style: Style, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The format with this name, if it can render `view`.
#[must_use]
pub fn find(name: &str, view: View) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name && format.supports(view))
}

/// Names of the formats that can render `view`, in the order of registration.
pub fn names(view: View) -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(move |format| format.supports(view)).map(|format| format.name())
}
