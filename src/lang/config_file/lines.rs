//! Syntaxes of one `key = value` a line: dotenv, properties, INI.

use super::{Values, Written};
use crate::index::Symbol;
use crate::source::Span;

/// Byte offset and text of every line, without its ending.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

/// `part`'s place in the file; it must be a piece of `line`, which begins at `start`.
fn place(start: usize, line: &str, part: &str) -> Span {
    let offset = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len());
    Span::new(start + offset, start + offset + part.len())
}

/// `NAME=value`, `export NAME="value"`; a quoted value may go over several lines.
pub(super) fn read_dotenv(values: &mut Values<'_>) {
    let text = values.text;
    let mut resume = 0;
    for (start, line) in lines(text) {
        if start < resume {
            continue;
        }
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with('#') {
            let span = place(start, line, trimmed);
            values.comment(span.start as usize, span.end as usize);
            continue;
        }
        let assignment = trimmed.strip_prefix("export ").unwrap_or(trimmed);
        let Some((name, value)) = assignment.split_once('=') else {
            values.damage(place(start, line, trimmed), "a line of an environment file that assigns nothing");
            continue;
        };
        let key = [Symbol::new(name.trim())];
        let value = value.trim_start();
        match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
            Some(quote) => {
                let content = place(start, line, value).start as usize + 1;
                let rest = text.get(content..).unwrap_or_default();
                let Some(length) = closing(rest, quote) else {
                    values.damage(place(start, line, value), "a quoted value that does not end");
                    continue;
                };
                let span = Span::new(content, content + length);
                values.value(&key, span.text(text), span, Written::Text);
                resume = content + length + 1;
                let tail = text.get(resume..).and_then(|tail| tail.lines().next()).unwrap_or_default();
                if tail.trim_start().starts_with('#') {
                    values.comment(resume + tail.len() - tail.trim_start().len(), resume + tail.len());
                }
            }
            None => {
                let (content, note) = value.find(" #").map_or((value, ""), |at| value.split_at(at));
                let content = content.trim_end();
                values.value(&key, content, place(start, line, content), Written::Text);
                let note = place(start, line, note.trim_start());
                if note.end > note.start {
                    values.comment(note.start as usize, note.end as usize);
                }
            }
        }
    }
}

/// Length up to the closing quote; `\` escapes in double quotes.
fn closing(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().find_map(|(at, character)| {
        if escaped {
            escaped = false;
        } else if character == '\\' && quote == '"' {
            escaped = true;
        } else if character == quote {
            return Some(at);
        }
        None
    })
}

/// Java properties: `a.b.c = value`, `a.b.c: value`; `#` and `!` begin comments. Dots in keys nest.
pub(super) fn read_properties(values: &mut Values<'_>) {
    for (start, line) in lines(values.text) {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', '!']) {
            let span = place(start, line, trimmed);
            values.comment(span.start as usize, span.end as usize);
            continue;
        }
        let Some((name, value)) = trimmed.split_once(['=', ':']) else { continue };
        let key: Vec<Symbol> = name.trim().split('.').map(Symbol::new).collect();
        let value = value.trim().trim_end_matches('\\');
        values.value(&key, value, place(start, line, value), Written::Text);
    }
}

/// INI: `[section]`, `key = value`; `;` and `#` begin comments.
pub(super) fn read_ini(values: &mut Values<'_>) {
    let mut section: Option<Symbol> = None;
    for (start, line) in lines(values.text) {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            let span = place(start, line, trimmed);
            values.comment(span.start as usize, span.end as usize);
        } else if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = Some(Symbol::new(name.trim()));
        } else if let Some((name, value)) = trimmed.split_once('=') {
            let key: Vec<Symbol> = section.into_iter().chain([Symbol::new(name.trim())]).collect();
            let value = value.trim();
            let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
            values.value(&key, bare, place(start, line, bare), Written::Text);
        }
    }
}
