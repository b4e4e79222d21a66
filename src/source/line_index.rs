//! Byte offsets to lines and columns.

use serde::{Deserialize, Serialize};

/// A place as people count: both from one, columns in Unicode code points.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// Where each line begins. A line ends with `\n`; a `\r` before it belongs to the line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The last start is where the text ends, and no line of its own.
    ends_with_newline: bool,
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { starts, ends_with_newline: text.is_empty() || text.ends_with('\n') }
    }

    /// Number of lines; text without a final newline counts its last line too.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len() - usize::from(self.ends_with_newline)
    }

    /// Line (from 1) that holds the byte `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(after.max(1)).unwrap_or(u32::MAX)
    }

    /// Byte offset at which `line` (from 1) begins.
    #[must_use]
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// Line and column of the byte `offset` in `text`, the text that was indexed.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let start = self.start(line).unwrap_or(0) as usize;
        let before = text.as_bytes().get(start..(offset as usize).min(text.len())).unwrap_or_default();
        // Continuation bytes are not characters of their own.
        let column = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() + 1;
        LineColumn { line, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// The text of `line` (from 1), without its line ending.
    #[must_use]
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let Some(start) = self.start(line) else { return "" };
        let end = self.start(line + 1).map_or(text.len(), |next| next as usize);
        text.get(start as usize..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "ИИН: 1\nабв = г";
        let index = LineIndex::new(text);
        let at = u32::try_from(text.find('г').unwrap_or_default()).unwrap_or_default();
        assert_eq!(index.line_column(text, at), LineColumn { line: 2, column: 7 });
        assert_eq!(index.line_text(text, 1), "ИИН: 1");
    }

    #[test]
    fn a_final_newline_begins_no_line() {
        let counts = ["", "a", "a\n", "a\nb", "a\nb\n", "\n"].map(|text| LineIndex::new(text).line_count());
        assert_eq!(counts, [0, 1, 1, 2, 2, 1]);
    }
}
