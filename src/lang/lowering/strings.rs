//! Strings, interpolation and comments.

use std::fmt::Write as _;

use super::{Lowerer, Op, Value};
use crate::index::Symbol;
use crate::ir::{Operand, Rvalue, Style, TextPart};
use crate::lang::syntax::Node;
use crate::source::Span;

impl Lowerer<'_> {
    /// A string literal: constant, or built from parts.
    pub fn text_of(&mut self, node: Node<'_>) -> Value {
        self.text(node)
    }

    pub(super) fn text(&mut self, node: Node<'_>) -> Value {
        let mut parts: Vec<TextPart> = Vec::new();
        let mut constant = String::new();
        let (mut start, mut end) = (usize::MAX, 0_usize);
        let mut filled = false;
        let mut dollar = false;
        for child in node.tokens() {
            let after_dollar = std::mem::replace(&mut dollar, false);
            match self.op(child) {
                Op::Content if self.language.dollar_names() && child.text() == "$" => {
                    dollar = true;
                    start = start.min(child.start());
                    end = end.max(child.end());
                    constant.push('$');
                }
                Op::Content if after_dollar && child.text().starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    filled = true;
                    end = end.max(child.end());
                    let text = child.text();
                    let length = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
                    let (name, rest) = text.split_at(length);
                    constant.pop();
                    if !constant.is_empty() {
                        parts.push(TextPart::Text(Symbol::new(&std::mem::take(&mut constant))));
                    }
                    let value = match name {
                        "this" => self.this(child.span_within(0, length)),
                        _ => self.name(Symbol::new(name), child.span_within(0, length)),
                    };
                    parts.push(TextPart::Value(value, Style::Display));
                    constant.push_str(rest);
                }
                Op::Content | Op::Escape => {
                    start = start.min(child.start());
                    end = end.max(child.end());
                    constant.push_str(&self.language.unescape(child.text()));
                }
                Op::Interpolation
                | Op::Name
                | Op::Member
                | Op::Index
                | Op::Call
                | Op::MethodCall
                | Op::Compute
                | Op::Value(_) => {
                    filled = true;
                    start = start.min(child.start());
                    end = end.max(child.end());
                    if !constant.is_empty() {
                        parts.push(TextPart::Text(Symbol::new(&std::mem::take(&mut constant))));
                    }
                    // Some grammars wrap a value in a string, some do not.
                    let wrapped = matches!(self.op(child), Op::Interpolation);
                    let inner = if wrapped { self.part(child, 0).or_else(|| child.first()) } else { Some(child) };
                    if let Some(inner) = inner {
                        let value = self.expression(inner);
                        parts.push(TextPart::Value(value, Style::Display));
                    }
                }
                _ => {}
            }
        }
        if start == usize::MAX {
            let (from, to) = content(node.text());
            (start, end) = (node.start() + from, node.start() + to);
            if !filled {
                constant = self.language.unescape(node.text().get(from..to).unwrap_or_default());
            }
        }
        let base = node.start();
        let span = node.span_within(start.saturating_sub(base), end.saturating_sub(base));
        if !filled {
            let text = Symbol::new(&constant);
            self.note_string(text, node.span(), span);
            return Value::Operand(Operand::Text(text, span));
        }
        if !constant.is_empty() {
            parts.push(TextPart::Text(Symbol::new(&constant)));
        }
        // What the literal says, with `{}` for what is filled in: SQL and personal data may stand in it.
        let mut whole = String::new();
        for part in &parts {
            match part {
                TextPart::Text(text) => whole.push_str(text.as_str()),
                TextPart::Value(..) => whole.push_str("{}"),
            }
        }
        self.note_string(Symbol::new(&whole), node.span(), span);
        Value::Rvalue(Rvalue::Format(parts))
    }

    /// Notes a string, under the name that waits for it if one does.
    pub fn note_string(&mut self, text: Symbol, literal: Span, content: Span) {
        let name = match self.literal_name {
            Some((start, name)) if start == literal.start => Some(name),
            _ => None,
        };
        self.unit.string(text, content, name);
    }

    /// If `value` is a string literal, names it.
    pub fn name_literal(&mut self, value: Node<'_>, name: Symbol) {
        let mut value = value;
        // A wrapper holds one value; each step goes one deeper.
        while matches!(self.op(value), Op::Inner | Op::Argument) {
            let Some(inner) = self.part(value, 0).or_else(|| value.first()) else { return };
            value = inner;
        }
        if matches!(self.op(value), Op::Text) {
            self.literal_name = Some((value.span().start, name));
        }
    }
}

/// The range of a literal's text between its quotes.
fn content(text: &str) -> (usize, usize) {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    let Some(open) = text.find(is_quote) else { return (0, text.len()) };
    let rest = text.get(open..).unwrap_or_default();
    let quote = rest.chars().next().unwrap_or('"');
    let width = if rest.starts_with("\"\"\"") || rest.starts_with("'''") { 3 } else { 1 };
    let from = (open + width).min(text.len());
    let to = text.trim_end_matches(|c| c != quote).len().saturating_sub(width).max(from);
    (from, to)
}

/// Resolves the escapes that most languages share. What is no escape stays as it is.
#[must_use]
pub(super) fn unescape(content: &str) -> String {
    if !content.contains('\\') {
        return content.to_owned();
    }
    let mut done = String::with_capacity(content.len());
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            done.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => done.push('\n'),
            Some('t') => done.push('\t'),
            Some('r') => done.push('\r'),
            Some('0') => done.push('\0'),
            Some('\n') | None => {}
            Some(wide @ ('u' | 'x')) => {
                let rest = chars.as_str();
                let (digits, skip) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                    Some((digits, _)) => (digits, digits.len() + 2),
                    None => {
                        let width = if wide == 'u' { 4 } else { 2 };
                        (rest.get(..width).unwrap_or_default(), width)
                    }
                };
                match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
                    Some(one) => {
                        done.push(one);
                        chars = rest.get(skip..).unwrap_or_default().chars();
                    }
                    None => {
                        let _ = write!(done, "\\{wide}");
                    }
                }
            }
            Some(other @ ('\\' | '"' | '\'' | '`' | '$' | '/' | '{' | '}' | '#')) => done.push(other),
            Some(other) => {
                done.push('\\');
                done.push(other);
            }
        }
    }
    done
}

/// A comment's text without the stars before its lines.
#[must_use]
pub(super) fn plain_comment(inner: &str) -> String {
    let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether something stands before the node on its line.
pub(super) fn stands_behind_code(node: Node<'_>) -> bool {
    let text = node.source().text.as_bytes();
    let mut before = text.get(..node.start()).unwrap_or_default().iter().rev();
    before.find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).is_some_and(|byte| *byte != b'\n')
}

/// Whether nothing but the node stands on its lines.
pub(super) fn stands_alone(node: Node<'_>) -> bool {
    let text = node.source().text.as_bytes();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let before = text.get(..node.start()).unwrap_or_default().iter().rev().find(|byte| !blank(byte));
    let after = text.get(node.end()..).unwrap_or_default().iter().find(|byte| !blank(byte));
    before.is_none_or(|byte| *byte == b'\n') && (after.is_none_or(|byte| *byte == b'\n') || node.text().ends_with('\n'))
}
