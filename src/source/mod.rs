//! Files and places in them: reading, decoding, spans, line numbers, discovery. Knows nothing of languages beyond their names.

pub mod decode;
pub mod discover;
mod line_index;

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

pub use line_index::{LineColumn, LineIndex};

use crate::index::Symbol;

crate::typed_id! {
    /// A file of the scan. Ids follow the order of the sorted relative paths.
    FileId
}

/// A half-open range of byte offsets, counted from zero, in a file's decoded UTF-8 text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`; offsets past 4 GiB saturate (such files are never read, see [`discover`]).
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Whether `other` lies inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text at this span, or nothing where the span does not lie in `text`.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A span in a file of the scan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// One file that has been read and decoded.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the scanned root, with `/`.
    pub path: Symbol,
    /// The text as UTF-8, without a byte-order mark; malformed bytes are replacement characters.
    pub text: Arc<str>,
    /// Name of the language's front end, e.g. `rust`.
    pub language: Symbol,
    /// The file belongs to tests, examples or fixtures by its path.
    pub is_test: bool,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file with its decoded text.
    #[must_use]
    pub fn new(path: &str, text: impl Into<Arc<str>>, language: Symbol, is_test: bool) -> Self {
        Self { path: Symbol::new(path), text: text.into(), language, is_test, lines: OnceLock::new() }
    }

    /// The line index, made at first use.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column (both from one; columns count characters) of a byte offset.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }
}
