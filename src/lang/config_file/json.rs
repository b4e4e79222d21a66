//! JSON with comments and trailing commas, read token by token without recursion: after a mistake the rest is still read.

use std::borrow::Cow;

use super::nesting::Nesting;
use super::{Values, Written};
use crate::source::Span;

pub(super) fn read(values: &mut Values<'_>) {
    let text = values.text;
    let bytes = text.as_bytes();
    let mut nesting = Nesting::default();
    // A key has been read and its colon not yet, or has been.
    let mut after_colon = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'{' | b'[' => {
                if !nesting.open(byte == b'{') {
                    values.damage(Span::new(at, at + 1), "nested too deeply: the rest was not read");
                    return;
                }
                after_colon = false;
                at += 1;
            }
            b'}' | b']' => {
                if nesting.depth() == 0 || nesting.in_map() != (byte == b'}') {
                    values.damage(Span::new(at, at + 1), "not JSON: a bracket closes what none opened");
                }
                nesting.no_value();
                nesting.close();
                after_colon = false;
                at += 1;
            }
            b',' => {
                nesting.no_value();
                after_colon = false;
                at += 1;
            }
            b':' => {
                after_colon = true;
                at += 1;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let end = comment_end(bytes, at);
                values.comment(at, end);
                at = end;
            }
            b'"' | b'\'' => {
                let (content, end) = string(text, at);
                let span = Span::new(at + 1, content);
                if end == content {
                    values.damage(Span::new(at, content), "not JSON: a string that does not end on its line");
                }
                let decoded = unescape(span.text(text));
                if nesting.in_map() && !after_colon {
                    values.occupied.push(span);
                    nesting.key(&decoded);
                } else {
                    nesting.scalar(values, &decoded, span, Written::Text);
                }
                at = end;
            }
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| b" \t\r\n,:{}[]\"'/".contains(byte)).unwrap_or(rest.len()).max(1);
                let span = Span::new(at, at + length);
                let word = span.text(text);
                if nesting.in_map() && !after_colon {
                    // JSON5 writes keys without quotes.
                    if !word.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '$')) {
                        values.damage(span, "not JSON: a key was expected");
                    }
                    nesting.key(word);
                } else if word == "null" {
                    nesting.no_value();
                } else if word.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '-' | '+' | '.')) {
                    nesting.scalar(values, word, span, Written::Bare);
                } else {
                    values.damage(span, "not JSON: a value was expected");
                }
                at += length;
            }
        }
    }
    if nesting.depth() > 0 {
        values.damage(Span::new(at, at), "not JSON: the file ends inside a bracket");
    }
}

fn comment_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at + 2..).unwrap_or_default();
    let length = if bytes.get(at + 1) == Some(&b'*') {
        memchr::memmem::find(rest, b"*/").map(|end| end + 2)
    } else {
        memchr::memchr(b'\n', rest)
    };
    length.map_or(bytes.len(), |length| at + 2 + length)
}

/// End of a string's content, and of the string; both the same where it does not end on its line.
fn string(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return (at, at),
            _ if byte == quote => return (at, at + 1),
            _ => at += 1,
        }
    }
    (bytes.len(), bytes.len())
}

fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let quoted = format!("\"{raw}\"");
    serde_json::from_str::<String>(&quoted).map_or(Cow::Borrowed(raw), Cow::Owned)
}
