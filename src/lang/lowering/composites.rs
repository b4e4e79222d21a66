//! Lists, tuples, maps and their keys.

use super::{Lowerer, Op, Value, position};
use crate::index::Symbol;
use crate::ir::{AggregateKind, Operand, Rvalue, Selector};
use crate::lang::syntax::Node;

impl Lowerer<'_> {
    pub(super) fn elements(&mut self, node: Node<'_>, kind: AggregateKind) -> Rvalue {
        let mut members = Vec::new();
        let mut spread = Vec::new();
        let mut pairs = false;
        for child in node.children() {
            match self.op(child) {
                Op::Spread => spread.push(self.expression(child)),
                Op::Pair => {
                    pairs = true;
                    members.extend(self.pair(child));
                }
                Op::TypeName | Op::TypeList | Op::TypeGeneric if kind == AggregateKind::List && members.is_empty() => {}
                _ => {
                    let at = members.len();
                    let value = self.expression(child);
                    let selector = if kind == AggregateKind::Tuple { position(at) } else { Selector::Element };
                    members.push((selector, value));
                }
            }
        }
        let kind = if pairs { AggregateKind::Map } else { kind };
        Rvalue::Aggregate { kind, members, spread }
    }

    pub(super) fn map(&mut self, node: Node<'_>) -> Rvalue {
        let mut members = Vec::new();
        let mut spread = Vec::new();
        for child in node.children() {
            match self.op(child) {
                Op::Spread => spread.push(self.expression(child)),
                Op::Pair | Op::Keyword => members.extend(self.pair(child)),
                // `{ name }`.
                Op::Name => {
                    let value = self.expression(child);
                    members.push((Selector::Key(child.symbol()), value));
                }
                // A method in an object.
                Op::Function | Op::Lambda => {
                    let name = self.part(child, 0).map(Node::symbol).unwrap_or_default();
                    let value = self.closure_of(child);
                    members.push((Selector::Key(name), value));
                }
                _ => {
                    let value = self.expression(child);
                    members.push((Selector::Element, value));
                }
            }
        }
        Rvalue::Aggregate { kind: AggregateKind::Map, members, spread }
    }

    /// `key: value`, with the key where it is constant.
    pub fn pair(&mut self, node: Node<'_>) -> Option<(Selector, Operand)> {
        let row = self.row(node);
        let (key, value) = (row.part(node, 0)?, row.part(node, 1)?);
        let selector = self.key(key);
        if let Selector::Key(name) = selector {
            self.name_literal(value, name);
        }
        Some((selector, self.expression(value)))
    }

    /// The key that an expression, or a bare name, is in a literal.
    pub fn key(&mut self, key: Node<'_>) -> Selector {
        match self.op(key) {
            Op::Literal => Selector::Key(key.symbol()),
            Op::Text => match self.text(key) {
                Value::Operand(Operand::Text(text, _)) => Selector::Key(text),
                _ => Selector::Element,
            },
            Op::Name if self.language.bare_keys() => Selector::Key(key.symbol()),
            Op::Name => Selector::Element,
            _ => {
                let text = key.text().trim_matches(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
                let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
                if plain && key.children().is_empty() {
                    return Selector::Key(Symbol::new(text));
                }
                match self.expression(key) {
                    Operand::Text(text, _) => Selector::Key(text),
                    _ => Selector::Element,
                }
            }
        }
    }
}
