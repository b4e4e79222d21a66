//! Patterns of `case … in`.

use crate::ir::{Rvalue, Selector};
use crate::lang::lowering::{Lowerer, Op, Value, member_name, position};
use crate::lang::syntax::Node;

/// `value => pattern`, `value in pattern`.
pub(super) fn matched(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let (Some(value), Some(pattern)) = (lowerer.part(node, 0), lowerer.part(node, 1)) else { return Value::nothing(node.span()) };
    let subject = lowerer.expression(value);
    lowerer.bind(pattern, subject.clone());
    Value::Rvalue(Rvalue::Test(vec![subject]))
}

/// `[first, *rest]`, `Point(x, y)`.
pub(super) fn array(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    let class = lowerer.part(node, 0).map(Node::start);
    let mut after_rest = false;
    for (at, part) in node.children().into_iter().filter(|part| Some(part.start()) != class).enumerate() {
        if matches!(lowerer.op(part), Op::Rest) {
            after_rest = true;
            lowerer.bind(part, subject.clone());
            continue;
        }
        let selector = if after_rest { Selector::Element } else { position(at) };
        let member = lowerer.unit.function.member(subject.clone(), selector, part.span());
        lowerer.bind(part, member);
    }
}

/// `{email: String => email, name:}`, `User(email:)`.
pub(super) fn hash(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for part in node.children() {
        match lowerer.op(part) {
            Op::Pair => {
                let Some(key) = lowerer.part(part, 0) else { continue };
                let member = lowerer.unit.function.member(subject.clone(), Selector::Key(member_name(key)), part.span());
                match lowerer.part(part, 1) {
                    Some(pattern) => lowerer.bind(pattern, member),
                    None => lowerer.bind(key, member),
                }
            }
            Op::Rest => lowerer.bind(part, subject.clone()),
            _ => {}
        }
    }
}

/// `a | b`: each may bind.
pub(super) fn alternatives(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for one in node.children() {
        if !matches!(lowerer.op(one), Op::Name | Op::Literal) {
            lowerer.bind(one, subject.clone());
        }
    }
}

/// `pattern => name`.
pub(super) fn named(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    if let Some(inner) = lowerer.part(node, 0).filter(|inner| !matches!(lowerer.op(*inner), Op::Name)) {
        lowerer.bind(inner, subject.clone());
    }
    if let Some(name) = lowerer.part(node, 1) {
        lowerer.bind(name, subject);
    }
}
