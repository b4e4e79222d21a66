//! Calls, literals and assignments that only Ruby has.

use super::{classes, is_constant};
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Base, Call, Callee, Operand, Place, Rvalue, Selector, TypeRef};
use crate::lang::lowering::{Lowerer, MemberCall, Op, Value, concatenation, member_name};
use crate::lang::syntax::Node;

/// `Type.new(…)` makes a value, `value.call(…)` calls it, `valid?` asks, and what has no arguments may be a field.
pub(super) fn member_call(lowerer: &mut Lowerer<'_>, call: MemberCall<'_>) -> Value {
    let MemberCall { node, receiver, name, arguments, name_span, .. } = call;
    let span = node.span();
    let path = match &receiver {
        Operand::Place(Place { base: Base::Global(path), path: selectors }, _) if selectors.is_empty() => Some(path.clone()),
        _ => None,
    };
    let constant = path.filter(|path| is_constant(path));
    let made = |callee| Value::Rvalue(Call::new(callee, arguments.clone(), span, name_span).into_rvalue());
    match (name.as_str(), constant) {
        ("new", Some(path)) => made(Callee::Path(path)),
        ("call" | "()" | "yield", None) => made(Callee::Value(receiver)),
        (asks, constant) => {
            let asks = asks.ends_with('?');
            let value = match constant {
                Some(_) => lowerer.call_method(receiver, name, arguments, Vec::new(), span, name_span),
                // A name that nothing declares is a value, and no path.
                None if arguments.is_empty() && name_span.end == span.end && !asks => {
                    // What it gives is known by its name, as a field is.
                    let local = lowerer.unit.function.local(Some(name), TypeRef::default(), span);
                    let call = Call::new(Callee::Method { receiver, name }, arguments, span, name_span);
                    lowerer.unit.function.assign_local(local, call.into_rvalue(), span);
                    return Value::Operand(FunctionBuilder::read(local, span));
                }
                None if arguments.is_empty() => made(Callee::Method { receiver, name }),
                None => lowerer.call_method(receiver, name, arguments, Vec::new(), span, name_span),
            };
            if asks {
                let answer = lowerer.operand(value, span);
                return Value::Rvalue(Rvalue::Test(vec![answer]));
            }
            value
        }
    }
}

/// `:name`.
pub(super) fn symbol(_lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    Value::Operand(Operand::Text(member_name(node), node.span()))
}

/// `"a" "b"`: one text.
pub(super) fn chained(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let operands = lowerer.expressions(node.children());
    let mut text = String::new();
    for operand in &operands {
        match operand {
            Operand::Text(part, _) => text.push_str(part.as_str()),
            _ => return Value::Rvalue(concatenation(operands)),
        }
    }
    let text = Symbol::new(&text);
    lowerer.note_string(text, node.span(), node.span());
    Value::Operand(Operand::Text(text, node.span()))
}

/// `<<~TEXT`: the text stands after the line.
pub(super) fn heredoc(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let source = node.source().text;
    let line = source.get(..node.start()).unwrap_or_default();
    let line = line.get(memchr::memrchr(b'\n', line.as_bytes()).map_or(0, |at| at + 1)..).unwrap_or_default();
    let starts = |rest: &str| rest.trim_start_matches(['~', '-', '\'', '"']).starts_with(|c: char| c.is_uppercase() || c == '_');
    let before = line.match_indices("<<").filter(|(at, _)| line.get(at + 2..).is_some_and(starts)).count();
    match node.following("heredoc_body", before) {
        Some(body) => lowerer.text_of(body),
        None => Value::nothing(node.span()),
    }
}

/// `&:name`, `&method(:name)`, `&block`.
pub(super) fn block_argument(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let Some(inner) = node.first() else { return Value::nothing(span) };
    if inner.kind_name() == "simple_symbol" {
        lowerer.unit.function.open_block();
        let parameter = lowerer.unit.function.local(None, TypeRef::default(), span);
        let receiver = FunctionBuilder::read(parameter, span);
        let call = MemberCall {
            node: inner,
            receiver,
            name: member_name(inner),
            arguments: Vec::new(),
            types: Vec::new(),
            name_span: inner.span(),
        };
        let value = member_call(lowerer, call);
        let value = lowerer.operand(value, span);
        lowerer.unit.function.returns(Some(value), span);
        let block = lowerer.unit.function.close_block();
        return Value::Operand(lowerer.unit.function.closure(vec![parameter], block, span));
    }
    if matches!(lowerer.op(inner), Op::MethodCall)
        && lowerer.part(inner, 1).is_some_and(|name| name.text() == "method")
        && let Some(name) = lowerer.part(inner, 2).and_then(Node::first).filter(|name| name.kind_name() == "simple_symbol")
    {
        return Value::Operand(Operand::Place(Place::global(vec![member_name(name)]), span));
    }
    Value::Operand(lowerer.expression(inner))
}

/// `->(x) { … }`.
pub(super) fn lambda(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let parameters = lowerer.part(node, 0);
    let body = lowerer.part(node, 1);
    let inner = body.map(|block| lowerer.part(block, 1));
    Value::Operand(lowerer.closure(node, parameters, inner.flatten(), true))
}

/// `yield x`: calls the block that the method was given.
pub(super) fn yields(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let arguments = lowerer.part(node, 0);
    let arguments = lowerer.arguments(arguments);
    match lowerer.unit.function.lookup(Symbol::new(classes::BLOCK)) {
        Some(block) => {
            let callee = Callee::Value(FunctionBuilder::read(block, node.span()));
            Value::Rvalue(Call::new(callee, arguments, node.span(), node.span()).into_rvalue())
        }
        None => lowerer.call_value(vec![Symbol::new("yield")], arguments, node, node),
    }
}

/// `return`, `return a`, `return a, b`.
pub(super) fn returns(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let value = lowerer.part(node, 0).map(|list| {
        let value = arguments_as_value(lowerer, list);
        lowerer.operand(value, list.span())
    });
    lowerer.unit.function.returns(value, node.span());
}

/// Arguments where a value stands: `return a`, `return a, b`, `return key: value`.
fn arguments_as_value(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let children = node.children();
    if let [only] = children.as_slice()
        && !matches!(lowerer.op(*only), Op::Pair | Op::Spread)
    {
        return lowerer.value(*only);
    }
    let (mut members, mut spread, mut keyed) = (Vec::new(), Vec::new(), false);
    for child in children {
        match lowerer.op(child) {
            Op::Pair => {
                keyed = true;
                members.extend(lowerer.pair(child));
            }
            Op::Spread => spread.push(lowerer.expression(child)),
            _ => members.push((Selector::Element, lowerer.expression(child))),
        }
    }
    let kind = if keyed { AggregateKind::Map } else { AggregateKind::List };
    Value::Rvalue(Rvalue::Aggregate { kind, members, spread })
}

/// `next value`: the result of the block at hand, or nothing more of the round.
pub(super) fn next(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    if let Some(value) = lowerer.part(node, 0) {
        let result = arguments_as_value(lowerer, value);
        let result = lowerer.operand(result, value.span());
        lowerer.unit.function.returns(Some(result), node.span());
    } else {
        lowerer.unit.function.emit(crate::ir::Stmt::Leave);
    }
    Value::nothing(node.span())
}

/// `a rescue b`: one of the two.
pub(super) fn rescued(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let operands = lowerer.expressions(node.children());
    Value::Rvalue(Rvalue::Choice(operands))
}

/// `Name = Struct.new(…)` declares a class, `NAME = value` a constant; everything else assigns.
pub(super) fn assignment(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let (Some(left), Some(right)) = (lowerer.part(node, 0), lowerer.part(node, 1)) else { return Value::nothing(node.span()) };
    if left.kind_name() == "constant" {
        if classes::record(lowerer, node, left, right) {
            return Value::nothing(node.span());
        }
        if lowerer.at_top() || lowerer.in_class_body() {
            lowerer.global(member_name(left), TypeRef::default(), Some(right), left.span(), node.span());
            return Value::nothing(node.span());
        }
    }
    if let Some(stored) = stored(lowerer, node, left, right) {
        return stored;
    }
    lowerer.assignment(node)
}

/// `jar[key] = value`, where nothing in the file declares the jar: what keeps it is told (`jar.store(key, value)`).
fn stored(lowerer: &mut Lowerer<'_>, node: Node<'_>, left: Node<'_>, right: Node<'_>) -> Option<Value> {
    if left.kind_name() != "element_reference" {
        return None;
    }
    let (object, key) = (lowerer.part(left, 0)?, lowerer.part(left, 1)?);
    let mut root = object;
    while matches!(lowerer.op(root), Op::MethodCall) {
        root = lowerer.part(root, 0)?;
    }
    if root.kind_name() != "identifier" || lowerer.unit.function.lookup(root.symbol()).is_some() {
        return None;
    }
    let arguments = [key, right].map(|part| crate::ir::Argument::plain(lowerer.expression(part)));
    Some(lowerer.call_value(vec![root.symbol(), Symbol::new("store")], arguments.into(), node, root))
}

/// A call's arguments without what is passed by name.
pub(super) fn symbols_of(lowerer: &Lowerer<'_>, list: Option<Node<'_>>) -> Vec<(Symbol, crate::source::Span)> {
    let arguments = list.map(Node::children).unwrap_or_default();
    let named = arguments.into_iter().filter(|one| one.kind_name() == "simple_symbol" || matches!(lowerer.op(*one), Op::Text));
    named.map(|one| (member_name(one), one.span())).collect()
}
