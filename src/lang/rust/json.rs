//! Macros with a syntax of their own that is close enough to Rust's to be rewritten in place: `json!` and `select!`.

use super::Lowerer;
use super::expressions::list;
use super::kinds::{Kind, kind};
use super::lexer::{Lexer, TokenKind};
use super::macros::Tokens;
use crate::ir::{AggregateKind, Operand, Rvalue, Selector};
use crate::lang::syntax::Node;
use crate::source::Span;

/// Where the reading of a JSON text stands, for each open bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// In an object, before the colon.
    Key,
    /// In an object, after the colon.
    Value,
    /// In an array.
    Array,
    /// In an expression.
    Expression,
}

/// Writes objects as tuples of keys and values: `{"a": x}` as `("a", x)`, byte for byte. Gives the places of the objects.
fn as_expression(text: &str) -> (String, Vec<usize>) {
    let mut bytes = text.as_bytes().to_vec();
    let mut objects = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut put = |at: usize, byte: u8| {
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
    };
    // Whether the next token begins a value, which decides what a bracket means.
    let mut at_value = true;
    for token in Lexer::new(text).filter(|token| token.kind != TokenKind::Comment) {
        let sign = text.as_bytes().get(token.start).copied().unwrap_or(0);
        let next = text.as_bytes().get(token.start + 1).copied();
        let before = token.start.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied();
        let level = levels.last().copied();
        match (token.kind, sign) {
            (TokenKind::Open, b'{') if at_value => {
                put(token.start, b'(');
                objects.push(token.start);
                levels.push(Level::Key);
                at_value = false;
                continue;
            }
            (TokenKind::Open, b'[') if at_value => {
                levels.push(Level::Array);
                continue;
            }
            (TokenKind::Open, _) => levels.push(Level::Expression),
            (TokenKind::Close, _) => {
                if matches!(levels.pop(), Some(Level::Key | Level::Value)) {
                    put(token.start, b')');
                }
            }
            (TokenKind::Sign(b':'), _) if level == Some(Level::Key) && next != Some(b':') && before != Some(b':') => {
                put(token.start, b',');
                if let Some(level) = levels.last_mut() {
                    *level = Level::Value;
                }
                at_value = true;
                continue;
            }
            (TokenKind::Sign(b','), _) => {
                if level == Some(Level::Value)
                    && let Some(level) = levels.last_mut()
                {
                    *level = Level::Key;
                }
                at_value = level == Some(Level::Array);
                continue;
            }
            _ => {}
        }
        at_value = false;
    }
    // Only ASCII bytes were exchanged for ASCII bytes.
    (String::from_utf8(bytes).unwrap_or_default(), objects)
}

impl Lowerer {
    /// `json!({"email": user.email})`.
    pub(super) fn json(&mut self, tokens: Tokens<'_>, node: Node<'_>) -> Rvalue {
        let (expression, objects) = as_expression(tokens.text);
        let prefix = "fn f(){g(";
        let text = format!("{prefix}{expression})}}");
        let objects: Vec<usize> = objects.into_iter().map(|at| at + prefix.len()).collect();
        let lowered = self.with_fragment(&text, tokens.span, |lowerer, arguments| {
            arguments.first().map(|value| lowerer.json_rvalue(value, &objects))
        });
        match lowered.flatten() {
            Some(value) => value,
            None if tokens.text.trim().is_empty() => Rvalue::Use(super::expressions::unit(node.span())),
            None => self.opaque_tokens(tokens),
        }
    }

    fn json_rvalue(&mut self, node: Node<'_>, objects: &[usize]) -> Rvalue {
        if self.depth >= super::MAX_DEPTH {
            return self.opaque(node, "too deep");
        }
        self.depth += 1;
        self.unit.count_expression();
        let value = match kind(node) {
            Kind::TupleExpression | Kind::UnitExpression if objects.binary_search(&node.start()).is_ok() => {
                let mut members = Vec::new();
                for pair in node.children().chunks(2) {
                    let [key, value] = pair else { continue };
                    let selector = match kind(*key) {
                        Kind::StringLiteral | Kind::RawStringLiteral => match self.string_literal(*key) {
                            Operand::Text(text, _) => {
                                self.name_literal(*value, text);
                                Selector::Key(text)
                            }
                            _ => Selector::Element,
                        },
                        _ => {
                            self.expression(*key);
                            Selector::Element
                        }
                    };
                    members.push((selector, self.json_operand(*value, objects)));
                }
                Rvalue::Aggregate { kind: AggregateKind::Map, members, spread: Vec::new() }
            }
            Kind::ArrayExpression => {
                let elements = node.children().iter().map(|element| self.json_operand(*element, objects)).collect();
                list(elements)
            }
            Kind::Identifier if node.text() == "null" => Rvalue::Use(Operand::Literal(node.symbol(), node.span())),
            _ => self.rvalue(node),
        };
        self.depth -= 1;
        value
    }

    fn json_operand(&mut self, node: Node<'_>, objects: &[usize]) -> Operand {
        match self.json_rvalue(node, objects) {
            Rvalue::Use(operand) => operand,
            value => self.unit.function.temporary(value, node.span()),
        }
    }
}

/// An arm of `select!`.
#[derive(Debug)]
pub(super) struct SelectArm<'t> {
    /// What the result is bound to.
    pub(super) pattern: Tokens<'t>,
    /// What is awaited.
    pub(super) future: Tokens<'t>,
    /// What runs then.
    pub(super) body: Tokens<'t>,
}

/// Takes `pattern = future [, if condition] => body` arms apart.
pub(super) fn select_arms(tokens: Tokens<'_>) -> Vec<SelectArm<'_>> {
    let mut arms = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let (mut equals, mut arrow) = (None, None);
    let part = |start: usize, end: usize| -> Tokens<'_> {
        let at = |offset: usize| tokens.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(tokens.span.end);
        Tokens { text: tokens.text.get(start..end).unwrap_or_default(), span: Span { start: at(start), end: at(end) } }
    };
    let mut finish = |start: usize, equals: Option<usize>, arrow: Option<usize>, end: usize| {
        if let (Some(equals), Some(arrow)) = (equals, arrow) {
            arms.push(SelectArm { pattern: part(start, equals), future: part(equals + 1, arrow), body: part(arrow + 2, end) });
        }
    };
    for token in Lexer::new(tokens.text) {
        let next = tokens.text.as_bytes().get(token.start + 1).copied();
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => {
                depth -= 1;
                let braced = tokens.text.as_bytes().get(token.start) == Some(&b'}');
                // A block as body needs no comma after it.
                let block = |arrow: usize| tokens.text.get(arrow + 2..).is_some_and(|body| body.trim_start().starts_with('{'));
                if depth == 0 && braced && arrow.is_some_and(block) {
                    finish(start, equals.take(), arrow.take(), token.end);
                    start = token.end;
                }
            }
            TokenKind::Sign(b'=') if depth == 0 && next == Some(b'>') && equals.is_some() => arrow = arrow.or(Some(token.start)),
            TokenKind::Sign(b'=') if depth == 0 && next != Some(b'=') => equals = equals.or(Some(token.start)),
            TokenKind::Sign(b',') if depth == 0 && (arrow.is_some() || equals.is_none()) => {
                finish(start, equals.take(), arrow.take(), token.start);
                start = token.end;
            }
            _ => {}
        }
    }
    finish(start, equals, arrow, tokens.text.len());
    arms
}
