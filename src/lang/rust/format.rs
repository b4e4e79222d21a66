//! Format strings: `"{} {name} {0:?} {user:#?}"` to text parts.

use super::Lowerer;
use super::lexer::{Quoted, escape};
use crate::index::Symbol;
use crate::ir::{Operand, Rvalue, Style, TextPart};
use crate::source::Span;

/// An argument that a placeholder may mean.
#[derive(Debug)]
pub(super) struct FormatArgument {
    /// Its name, if it has one.
    pub(super) name: Option<Symbol>,
    /// Its value.
    pub(super) value: Operand,
    /// A placeholder has meant it.
    pub(super) used: bool,
}

/// A piece of a format string.
enum Piece<'t> {
    Text(String),
    /// What stands between the braces, with its offset in the content.
    Placeholder(&'t str, usize),
}

/// Takes a format string apart. A brace that opens nothing is text.
fn pieces(quoted: Quoted<'_>) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let content = quoted.content;
    let mut at = 0;
    while let Some(rest) = content.get(at..) {
        let Some(found) = rest.find(['{', '}', '\\']) else {
            text.push_str(rest);
            break;
        };
        text.push_str(rest.get(..found).unwrap_or_default());
        at += found;
        let rest = content.get(at..).unwrap_or_default();
        if rest.starts_with('\\') {
            if quoted.raw {
                text.push('\\');
                at += 1;
            } else {
                let (character, length) = escape(rest);
                text.extend(character);
                at += length;
            }
        } else if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push_str(rest.get(..1).unwrap_or_default());
            at += 2;
        } else if let Some(end) =
            rest.strip_prefix('{').and_then(|inner| inner.find(['}', '{'])).filter(|end| rest.get(end + 1..end + 2) == Some("}"))
        {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Placeholder(rest.get(1..=end).unwrap_or_default(), at + 1));
            at += end + 2;
        } else {
            text.push_str(rest.get(..1).unwrap_or_default());
            at += 1;
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// `name:spec` to the name (empty, a number or a word) and the spec; `None` if it is no placeholder.
fn placeholder(inner: &str) -> Option<(&str, &str)> {
    let (name, spec) = inner.split_once(':').unwrap_or((inner, ""));
    let name = name.trim();
    let valid = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '#');
    let short = spec.len() <= 24 && !spec.contains(['"', '\'', ',', '\n']);
    (valid && short).then_some((name, spec.trim()))
}

/// Whether a string has placeholders, so that an unknown macro that takes it can be taken for a formatting one.
pub(super) fn is_format(quoted: Quoted<'_>) -> bool {
    let pieces = pieces(quoted);
    let mut placeholders = pieces.iter().filter_map(|piece| match piece {
        Piece::Placeholder(inner, _) => Some(placeholder(inner).is_some()),
        Piece::Text(_) => None,
    });
    placeholders.next() == Some(true) && placeholders.all(|valid| valid)
}

impl Lowerer {
    /// Lowers a format string whose content begins at `content` of the file.
    pub(super) fn format(&mut self, quoted: Quoted<'_>, content: Span, arguments: &mut [FormatArgument]) -> Rvalue {
        let mut parts = Vec::new();
        let mut next = 0;
        for piece in pieces(quoted) {
            let (inner, offset) = match piece {
                Piece::Text(text) => {
                    parts.push(TextPart::Text(Symbol::new(&text)));
                    continue;
                }
                Piece::Placeholder(inner, offset) => (inner, offset),
            };
            let Some((name, spec)) = placeholder(inner) else {
                parts.push(TextPart::Text(Symbol::new(inner)));
                continue;
            };
            // A precision of `.*` takes an argument before the value.
            if spec.contains(".*") {
                take_position(arguments, next);
                next += 1;
            }
            let style = if spec.ends_with('?') { Style::Debug } else { Style::Display };
            let value = if name.is_empty() {
                next += 1;
                take_position(arguments, next - 1)
            } else if let Ok(index) = name.parse() {
                take_position(arguments, index)
            } else {
                let symbol = Symbol::new(name);
                take_name(arguments, symbol).or_else(|| {
                    let start = content.start.saturating_add(u32::try_from(offset).unwrap_or(0));
                    let end = start.saturating_add(u32::try_from(name.len()).unwrap_or(0));
                    let span = Span { start: start.min(content.end), end: end.min(content.end) };
                    Some(self.name(symbol, span))
                })
            };
            if let Some(value) = value {
                parts.push(TextPart::Value(value, style));
            }
        }
        // Too many arguments do not compile in Rust's own macros, but the project's may print them.
        for argument in arguments.iter_mut().filter(|argument| argument.name.is_none() && !argument.used) {
            argument.used = true;
            parts.push(TextPart::Value(argument.value.clone(), Style::Display));
        }
        Rvalue::Format(parts)
    }
}

fn take_position(arguments: &mut [FormatArgument], index: usize) -> Option<Operand> {
    let argument = arguments.get_mut(index)?;
    argument.used = true;
    Some(argument.value.clone())
}

fn take_name(arguments: &mut [FormatArgument], name: Symbol) -> Option<Operand> {
    let argument = arguments.iter_mut().find(|argument| argument.name == Some(name))?;
    argument.used = true;
    Some(argument.value.clone())
}
