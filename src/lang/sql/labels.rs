//! Comments beside columns: what people write at the end of a column's line, or on the line above it, says what it holds.

use crate::index::Symbol;
use crate::lang::Comment;
use crate::source::Span;

/// The comments of a text, in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels<'t> {
    text: &'t str,
    comments: &'t [Comment],
}

/// Longer comments are stories, not labels.
const LONGEST: usize = 300;

impl<'t> Labels<'t> {
    pub(super) fn new(text: &'t str, comments: &'t [Comment]) -> Self {
        Self { text, comments }
    }

    /// Labels of the item that stands at `item` in a list: comments inside it, after it on its last line, and alone on the
    /// line above.
    pub(super) fn of_item(&self, item: Span) -> Vec<Symbol> {
        let mut labels = Vec::new();
        let first = self.comments.partition_point(|comment| comment.span.end <= item.start);
        if let Some(above) = self.ends_above(first, item.start) {
            labels.extend(self.content(above));
        }
        for comment in self.comments.get(first..).unwrap_or_default() {
            let inside = comment.span.start < item.end;
            let gap = self.text.get(item.end as usize..comment.span.start as usize);
            let beside = !inside
                && gap.is_some_and(|gap| gap.len() < 200 && gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b',' | b')')));
            if !(inside || beside) {
                break;
            }
            labels.extend(self.content(comment));
            if labels.len() >= 8 {
                break;
            }
        }
        labels.dedup();
        labels
    }

    /// The comment that stands alone right above a statement.
    pub(super) fn above(&self, statement: Span) -> Option<Symbol> {
        let next = self.comments.partition_point(|comment| comment.span.end <= statement.start);
        self.ends_above(next, statement.start)
            .and_then(|comment| self.content(comment))
            .filter(|text| !is_generated(text.as_str()))
    }

    /// The comment before `next` if it stands alone on the line right above `start`, and nothing stands before `start`.
    fn ends_above(&self, next: usize, start: u32) -> Option<&'t Comment> {
        let comment = self.comments.get(next.checked_sub(1)?)?;
        let between = self.text.get(comment.span.end as usize..start as usize)?;
        let close = between.len() < 200 && between.bytes().all(|byte| byte.is_ascii_whitespace());
        let one_line = between.bytes().filter(|byte| *byte == b'\n').count() == 1;
        (comment.alone && close && one_line).then_some(comment)
    }

    /// What a comment says, without its signs; nothing for rulers, code that was commented out, and our own marks.
    fn content(&self, comment: &Comment) -> Option<Symbol> {
        let raw = comment.span.text(self.text);
        let inner = raw.strip_prefix("/*").map_or(raw, |rest| rest.strip_suffix("*/").unwrap_or(rest));
        let text = inner.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '#' | '=' | '*' | '/' | '+' | '~'));
        let code = text.ends_with([',', ';']) && !text.contains(". ");
        if text.is_empty() || text.len() > LONGEST || text.starts_with("pdlint:") || code {
            return None;
        }
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Symbol::new(&joined))
    }
}

/// Headings that dump and migration tools write above statements; they tell nothing or only repeat the name.
fn is_generated(text: &str) -> bool {
    let heads = [
        "goose",
        "migrate",
        "Table structure",
        "Name:",
        "TOC entry",
        "Dumping",
        "CreateTable",
        "Структура таблицы",
        "Object:",
        "Definition",
        "DDL",
        "Table:",
    ];
    heads.iter().any(|head| text.starts_with(head)) || (text.starts_with("Table `") || text.starts_with("Table \""))
}
