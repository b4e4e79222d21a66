//! Formats: one report model rendered in many ways. They decide nothing, and nothing scanned can inject into them.

use std::io;

use crate::catalog::Catalog;
use crate::report::Report;

/// The registered formats. A new format is its module, its `mod` line, its line here and its snapshot.
pub static FORMATS: &[&dyn Format] = &[];

/// What is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Findings.
    Check,
    /// Elements and transfers.
    Inventory,
}

/// How to render.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Colours and box drawing.
    pub color: bool,
    /// Columns available.
    pub width: usize,
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
