//! Elements of JSX: a component is a call with its properties, a plain element shows what is in it.

use crate::ir::{AggregateKind, Argument, Operand, Rvalue, Selector};
use crate::index::Symbol;
use crate::lang::lowering::{Lowerer, Op, Value};
use crate::lang::syntax::Node;

pub(super) fn element(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let tag = lowerer.part(node, 0).unwrap_or(node);
    let mut members: Vec<(Selector, Operand)> = Vec::new();
    let mut spread = Vec::new();
    let mut name = None;
    for part in tag.children() {
        match part.kind_name() {
            "jsx_attribute" => {
                let parts = part.children();
                let [key, value] = parts.as_slice() else { continue };
                lowerer.name_literal(*value, key.symbol());
                members.push((Selector::Key(key.symbol()), lowerer.expression(*value)));
            }
            "jsx_expression" => match part.first() {
                Some(inner) if matches!(lowerer.op(inner), Op::Spread) => spread.push(lowerer.expression(inner)),
                Some(inner) => members.push((Selector::Element, lowerer.expression(inner))),
                None => {}
            },
            "identifier" | "member_expression" if name.is_none() => name = Some(part),
            _ => {}
        }
    }
    if tag.start() != node.start() || tag.end() != node.end() {
        let children: Vec<Node<'_>> = node.children().into_iter().filter(|child| is_content(*child)).collect();
        for child in children {
            let value = match child.kind_name() {
                "jsx_expression" => match child.first() {
                    Some(inner) => lowerer.expression(inner),
                    None => continue,
                },
                _ => lowerer.expression(child),
            };
            members.push((Selector::Key(Symbol::new("children")), value));
        }
    }
    let whole = Rvalue::Aggregate { kind: AggregateKind::Map, members, spread };
    match name {
        Some(name) if name.text().starts_with(char::is_uppercase) => {
            let properties = lowerer.operand(Value::Rvalue(whole), span);
            let path = name.text().split('.').map(Symbol::new).collect();
            lowerer.call_value(path, vec![Argument::plain(properties)], node, name)
        }
        _ => Value::Rvalue(whole),
    }
}

fn is_content(child: Node<'_>) -> bool {
    matches!(child.kind_name(), "jsx_expression" | "jsx_element" | "jsx_self_closing_element")
}
