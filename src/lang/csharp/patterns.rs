//! Patterns: `is`, `case`, and the names they bind.

use crate::ir::{Operand, Rvalue, Selector};
use crate::lang::lowering::{Lowerer, Op, Value, position};
use crate::lang::syntax::Node;

/// `x is pattern`.
pub(super) fn is(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let Some(value) = row.part(node, 0) else { return Value::nothing(node.span()) };
    let operand = lowerer.expression(value);
    if let Some(pattern) = row.part(node, 1) {
        lowerer.bind(pattern, operand.clone());
    }
    Value::Rvalue(Rvalue::Test(vec![operand]))
}

/// `User user`.
pub(super) fn declaration(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    name_whole(lowerer, node, subject);
}

/// `User { Email: var e, Address.City: "x" } user`, `(var a, var b)`.
pub(super) fn recursive(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for clause in node.children() {
        let by_position = clause.kind_name() == "positional_pattern_clause";
        if !by_position && clause.kind_name() != "property_pattern_clause" {
            continue;
        }
        for (at, part) in clause.children().into_iter().enumerate() {
            let inner = part.children();
            let (name, pattern) = match inner.as_slice() {
                [name, pattern] => (Some(*name), *pattern),
                [pattern] => (None, *pattern),
                _ => continue,
            };
            let mut member = subject.clone();
            match name {
                Some(name) => {
                    for word in lowerer.type_path(name) {
                        member = lowerer.unit.function.member(member, Selector::Field(word), part.span());
                    }
                }
                None => member = lowerer.unit.function.member(member, position(at), part.span()),
            }
            lowerer.bind(pattern, member);
        }
    }
    name_whole(lowerer, node, subject);
}

/// Gives what a pattern matched its name, if it has one.
fn name_whole(lowerer: &mut Lowerer<'_>, node: Node<'_>, subject: Operand) {
    let Some(name) = lowerer.part(node, 0).filter(|name| matches!(lowerer.op(*name), Op::Name)) else { return };
    let ty = lowerer.type_part(node, 1);
    let local = lowerer.unit.function.declare(name.symbol(), ty, name.span());
    lowerer.unit.function.assign_local(local, Rvalue::Use(subject), node.span());
}

/// `a and b`, `a or b`.
pub(super) fn both(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for part in node.children() {
        lowerer.bind(part, subject.clone());
    }
}
