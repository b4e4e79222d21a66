//! YAML, event by event. Aliases are not followed: what they repeat has been read at its anchor.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::nesting::Nesting;
use super::{Values, Written};
use crate::source::Span;

pub(super) fn read(values: &mut Values<'_>) {
    let text = values.text;
    let offsets = Offsets::new(text);
    let mut nesting = Nesting::default();
    for event in Parser::new_from_str(text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = offsets.byte(error.marker().index());
                values.damage(Span::new(at, at), format!("not YAML: {}", error.info()));
                break;
            }
        };
        let span = Span::new(offsets.byte(place.start.index()), offsets.byte(place.end.index()));
        let mut too_deep = false;
        match event {
            Event::MappingStart(..) => too_deep = !nesting.open(true),
            Event::SequenceStart(..) => too_deep = !nesting.open(false),
            Event::MappingEnd | Event::SequenceEnd => {
                nesting.no_value();
                nesting.close();
            }
            Event::Scalar(content, style, ..) => {
                let inner = content_place(text, span, style);
                if nesting.wants_key() {
                    values.occupied.push(inner);
                    nesting.key(&content);
                } else if style == ScalarStyle::Plain && matches!(&*content, "" | "~" | "null") {
                    nesting.no_value();
                } else {
                    let number =
                        style == ScalarStyle::Plain && (content.parse::<f64>().is_ok() || matches!(&*content, "true" | "false"));
                    nesting.scalar(values, &content, inner, if number { Written::Bare } else { Written::Text });
                }
            }
            Event::Alias(_) => {
                if nesting.wants_key() {
                    nesting.key("");
                } else {
                    nesting.no_value();
                }
            }
            Event::DocumentStart(_) => nesting = Nesting::default(),
            _ => {}
        }
        if too_deep {
            values.damage(span, "nested too deeply: the rest was not read");
            break;
        }
    }
    values.hash_comments();
}

/// The place of a scalar's content, without quotes. The parser's own place of a quoted scalar goes on over blanks and a comment.
fn content_place(text: &str, span: Span, style: ScalarStyle) -> Span {
    let raw = span.text(text);
    let start = span.start as usize;
    let quote = match style {
        ScalarStyle::SingleQuoted => b'\'',
        ScalarStyle::DoubleQuoted => b'"',
        _ => return Span::new(start, start + raw.trim_end().len()),
    };
    let bytes = raw.as_bytes();
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            _ if byte == quote => return Span::new(start + 1, start + at),
            _ => at += 1,
        }
    }
    span
}

/// Character positions, in which the parser counts, to byte offsets.
pub(in crate::lang) struct Offsets {
    /// Byte offset of every character; empty where each is one byte.
    starts: Vec<u32>,
    length: usize,
}

impl Offsets {
    pub(in crate::lang) fn new(text: &str) -> Self {
        let starts = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect()
        };
        Self { starts, length: text.len() }
    }

    pub(in crate::lang) fn byte(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            return character.min(self.length);
        }
        self.starts.get(character).map_or(self.length, |start| *start as usize)
    }
}
