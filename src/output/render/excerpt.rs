//! The labelled line of a finding, as miette's source: one line, cut to a window, harmless, and without personal values.
//!
//! Only the labelled line is shown. Its neighbours add little and could hold other people's data; what is known to be a personal
//! literal on the line itself is hidden, character for character, so that columns keep their places.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use rustc_hash::FxHashMap;

use super::escape::{excerpt_char, visible};
use crate::catalog::{Catalog, Categories};
use crate::classify::values::detect;
use crate::index::Symbol;
use crate::report::{Excerpt, Location, Report};
use crate::source::LineIndex;

/// The check whose findings are literals with personal values.
const LITERAL_CHECK: &str = "PD504";

/// Most characters shown of a line.
const WINDOW: usize = 160;

/// Characters kept before the label where a line is cut.
const LEAD: usize = 40;

/// Longest part of a line, in bytes, that is looked at around a label.
const REACH: usize = 4096;

/// The texts that findings point into.
#[derive(Debug)]
pub struct Excerpts<'r> {
    categories: &'r Categories,
    texts: &'r [Excerpt],
    lines: FxHashMap<Symbol, LineIndex>,
    /// Byte ranges of personal literals by file, sorted.
    literals: FxHashMap<Symbol, Vec<Range<usize>>>,
}

/// One line ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    name: String,
    text: String,
    /// From zero.
    line: usize,
    /// From zero.
    column: usize,
    /// Byte range of what is labelled, in `text`.
    pub label: Range<usize>,
}

impl<'r> Excerpts<'r> {
    /// Excerpts of a report.
    #[must_use]
    pub fn new(report: &'r Report, catalog: &'r Catalog) -> Self {
        let mut literals: FxHashMap<Symbol, Vec<Range<usize>>> = FxHashMap::default();
        let found = report.findings.iter().filter(|finding| finding.code == LITERAL_CHECK).map(|finding| &finding.location);
        let listed = report.elements.iter().filter(|element| element.kind == "literal").map(|element| &element.location);
        for location in found.chain(listed) {
            literals.entry(location.file).or_default().push(bytes(location));
        }
        for ranges in literals.values_mut() {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
        }
        Self { categories: &catalog.categories, texts: &report.excerpts, lines: FxHashMap::default(), literals }
    }

    /// The line of `location`; `None` where its file's text is not part of the report.
    pub fn snippet(&mut self, location: &Location) -> Option<Snippet> {
        let at = self.texts.binary_search_by(|excerpt| excerpt.file.cmp(&location.file)).ok()?;
        let text: &str = &self.texts.get(at)?.text;
        let index = self.lines.entry(location.file).or_insert_with(|| LineIndex::new(text));
        let wanted = bytes(location);
        let line_start = index.start(index.line(location.offset))? as usize;
        let line_end = line_start + index.line_text(text, index.line(location.offset)).len();
        let label = wanted.start.clamp(line_start, line_end)..wanted.end.clamp(line_start, line_end);
        let hidden = self.literals.get(&location.file).map_or(&[][..], Vec::as_slice);
        // A minified line may hold a whole program: only what is near the label is looked at.
        let from = floor(text, label.start.saturating_sub(REACH).max(line_start));
        let to = floor(text, label.end.min(label.start + REACH).saturating_add(REACH).min(line_end));
        let piece = text.get(from..to)?;
        // Findings may be switched off, in tests, or below the confidence asked for: their values are hidden all the same.
        let detected = detect(piece, None, self.categories).into_iter().map(|hit| from + hit.start..from + hit.end);
        let hidden: Vec<_> =
            hidden.iter().filter(|range| range.start < to && from < range.end).cloned().chain(detected).collect();
        let covered = covered(piece, from, &hidden, from > line_start || is_record(piece, location.file));
        let (shown, label) = window(piece, from, &label, &covered);
        Some(Snippet {
            name: visible(location.file.as_str()).into_owned(),
            text: shown,
            line: (location.line as usize).saturating_sub(1),
            column: (location.column as usize).saturating_sub(1),
            label,
        })
    }
}

fn bytes(location: &Location) -> Range<usize> {
    let start = location.offset as usize;
    start..start + location.length as usize
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Whether the line is a record of data whose fields stand without quotes: rows of `COPY`, tables of text.
fn is_record(piece: &str, file: Symbol) -> bool {
    let ending = file.as_str().rsplit_once('.').map_or("", |(_, ending)| ending);
    ["csv", "tsv"].iter().any(|table| ending.eq_ignore_ascii_case(table)) || piece.trim_start().matches('\t').take(2).count() == 2
}

/// Which characters of `piece` (which starts at byte `base` of its file) are covered.
///
/// Where one value on a line is personal, the others beside it are likely the same person's: a name, a street, that no format
/// gives away. So all that stands between quotation marks is covered then, and all digits. Where the line's
/// beginning is out of sight (`cut`), or the line is a record whose fields need no quotes, every word is covered.
fn covered(piece: &str, base: usize, hidden: &[Range<usize>], cut: bool) -> Vec<bool> {
    let mut quote = None;
    let mut covered: Vec<bool> = Vec::with_capacity(piece.len());
    for (at, c) in piece.char_indices() {
        let inside = quote.is_some();
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
        let known = hidden.iter().any(|range| range.contains(&(base + at)));
        let beside = !hidden.is_empty() && (cut && c.is_alphanumeric() || inside || c.is_ascii_digit());
        covered.push((known || beside) && !matches!(c, '"' | '\'' | '`') && !c.is_whitespace());
    }
    covered
}

/// Shows the part of `piece` (which starts at byte `base` of its file) around `label`, with covered characters as dots.
fn window(piece: &str, base: usize, label: &Range<usize>, covered: &[bool]) -> (String, Range<usize>) {
    let chars: Vec<(usize, char)> = piece.char_indices().map(|(at, c)| (base + at, c)).collect();
    let label_from = chars.partition_point(|(at, _)| *at < label.start);
    let label_to = chars.partition_point(|(at, _)| *at < label.end).max(label_from);
    let first = if chars.len() <= WINDOW { 0 } else { label_from.saturating_sub(LEAD) };
    let last = (first + WINDOW).min(chars.len());
    let mut shown = String::new();
    let (mut start, mut end) = (None, 0);
    if first > 0 {
        shown.push('…');
    }
    for (place, ((_, c), covered)) in chars.iter().zip(covered).enumerate().take(last).skip(first) {
        if place >= label_from {
            start.get_or_insert(shown.len());
        }
        shown.push(if *covered { '•' } else { excerpt_char(*c) });
        if place < label_to {
            end = shown.len();
        }
    }
    let start = start.unwrap_or(shown.len());
    let end = end.max(start);
    if last < chars.len() {
        shown.push('…');
    }
    (shown, start..end)
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), self.text.as_bytes(), whole, self.line, self.column, 1)))
    }
}
