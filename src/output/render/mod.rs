//! What formats share: making scanned text harmless where it is shown, excerpts without personal values, counts, grouping.

pub mod counts;
pub mod escape;
pub mod excerpt;
pub mod grid;
pub mod groups;
pub mod json;

use crate::index::Symbol;
use crate::report::Location;

/// `file:line:column`.
#[must_use]
pub fn place(location: &Location) -> String {
    format!("{}:{}:{}", location.file, location.line, location.column)
}

/// Texts in a row, with `separator` between them.
#[must_use]
pub fn joined(symbols: &[Symbol], separator: &str) -> String {
    symbols.iter().map(|symbol| symbol.as_str()).collect::<Vec<_>>().join(separator)
}

/// `1 file`, `2 files`.
#[must_use]
pub fn counted(count: usize, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{count} {singular}s") }
}
