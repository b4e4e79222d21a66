//! Values that only C# has: object initialisers, anonymous objects, `with`, queries.

use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Argument, Operand, Rvalue, Selector, Stmt, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Operator, Value, member_name, operators, position};
use crate::lang::syntax::Node;

/// `new User(a) { Email = e }`, `new List<T> { a, b }`, `new() { … }`.
pub(super) fn construct(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let ty = row.part(node, 0);
    let mut arguments = lowerer.arguments(row.part(node, 1));
    let mut elements = Vec::new();
    for child in row.part(node, 2).map(Node::children).unwrap_or_default() {
        let target = (child.kind_name() == "assignment_expression").then(|| lowerer.part(child, 0)).flatten();
        let value = lowerer.part(child, 1).filter(|_| target.is_some());
        match (target, value) {
            (Some(target), Some(value)) if matches!(lowerer.op(target), Op::Name) => {
                lowerer.name_literal(value, target.symbol());
                arguments.push(Argument::named(target.symbol(), lowerer.expression(value)));
            }
            // `["key"] = value`.
            (Some(target), Some(value)) => {
                let key = target.first().map_or(target, |inner| inner.first().unwrap_or(inner));
                let selector = lowerer.key(key);
                if let Selector::Key(name) = selector {
                    lowerer.name_literal(value, name);
                }
                elements.push((selector, lowerer.expression(value)));
            }
            // `{ key, value }` of a dictionary.
            _ if child.kind_name() == "initializer_expression" => match child.children().as_slice() {
                [key, value] => {
                    let selector = lowerer.key(*key);
                    if let Selector::Key(name) = selector {
                        lowerer.name_literal(*value, name);
                    }
                    elements.push((selector, lowerer.expression(*value)));
                }
                _ => elements.push((Selector::Element, lowerer.expression(child))),
            },
            _ => elements.push((Selector::Element, lowerer.expression(child))),
        }
    }
    let shape = ty.map(|ty| lowerer.type_ref(ty).shape).unwrap_or_default();
    let kind = if elements.iter().any(|(selector, _)| matches!(selector, Selector::Key(_))) {
        AggregateKind::Map
    } else {
        AggregateKind::List
    };
    let collection = matches!(shape, TypeShape::List(_) | TypeShape::Map(..)) || !elements.is_empty();
    let Some(ty) = ty.filter(|_| !collection) else {
        let kind = if arguments.iter().any(|argument| argument.name.is_some()) { AggregateKind::Map } else { kind };
        for argument in arguments {
            elements.push((argument.name.map_or(Selector::Element, Selector::Key), argument.value));
        }
        return Value::Rvalue(Rvalue::Aggregate { kind, members: elements, spread: Vec::new() });
    };
    let named = if matches!(lowerer.op(ty), Op::TypeGeneric) { ty.first().unwrap_or(ty) } else { ty };
    let path = lowerer.type_path(named);
    lowerer.call_value(path, arguments, node, ty)
}

/// `new { user.Email, Name = n }`: an object without a type's name.
pub(super) fn anonymous(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let mut members = Vec::new();
    let mut name: Option<Node<'_>> = None;
    let mut last: Option<Node<'_>> = None;
    for token in node.tokens() {
        match token.text() {
            "=" if !token.is_named() => name = last.take(),
            "," | "}" if !token.is_named() => {
                if let Some(value) = last.take() {
                    let named = name.take().unwrap_or_else(|| own_name(lowerer, value));
                    let key = member_name(named);
                    lowerer.name_literal(value, key);
                    members.push((Selector::Key(key), lowerer.expression(value)));
                }
            }
            _ if token.is_named() || matches!(lowerer.op(token), Op::This) => last = Some(token),
            _ => {}
        }
    }
    Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::Map, members, spread: Vec::new() })
}

/// What a member without a name of its own is called: as the last name of its value.
fn own_name<'t>(lowerer: &Lowerer<'_>, value: Node<'t>) -> Node<'t> {
    if matches!(lowerer.op(value), Op::Member) { lowerer.part(value, 1).unwrap_or(value) } else { value }
}

/// `user with { Email = e }`.
pub(super) fn with(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let Some(whole) = lowerer.part(node, 0) else { return Value::nothing(node.span()) };
    let spread = vec![lowerer.expression(whole)];
    let mut members = Vec::new();
    for part in node.children().into_iter().skip(1) {
        if let [name, value] = part.children().as_slice() {
            lowerer.name_literal(*value, name.symbol());
            members.push((Selector::Field(name.symbol()), lowerer.expression(*value)));
        }
    }
    Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::Map, members, spread })
}

/// `x++`, `x--`; `x!` is the value.
pub(super) fn postfix(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let Some(inner) = lowerer.part(node, 0) else { return Value::nothing(node.span()) };
    if node.text().ends_with('!') {
        return lowerer.value(inner);
    }
    let operand = lowerer.expression(inner);
    Value::Rvalue(Rvalue::Compute(vec![operand]))
}

/// `a = b`, `a += b`, `a ??= b`.
pub(super) fn assignment(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let (Some(left), Some(right)) = (row.part(node, 0), row.part(node, 1)) else { return Value::nothing(node.span()) };
    let sign = row.part(node, 2).map_or("=", Node::text);
    if matches!(lowerer.op(left), Op::Tuple) {
        let value = lowerer.expression(right);
        take_apart(lowerer, left, &value);
        return Value::Operand(value);
    }
    lowerer.name_by(left, right);
    let value = if sign == "=" {
        lowerer.rvalue(right)
    } else {
        let before = lowerer.expression(left);
        let operand = lowerer.expression(right);
        let operator = operators(sign.trim_end_matches('='));
        // A handler that is added to an event is no sum.
        let operator = if matches!(operand, Operand::Closure(..)) { Operator::Either } else { operator };
        lowerer.combine(operator, vec![before, operand])
    };
    lowerer.assign_to(left, value, TypeRef::default(), node.span());
    match lowerer.op(left) {
        Op::Name => Value::Operand(lowerer.name(left.symbol(), node.span())),
        _ => Value::nothing(node.span()),
    }
}

/// `(var a, string b, c) = value`: each by its position.
fn take_apart(lowerer: &mut Lowerer<'_>, targets: Node<'_>, value: &Operand) {
    for (at, argument) in targets.children().into_iter().enumerate() {
        let target = lowerer.part(argument, 0).unwrap_or(argument);
        let part = lowerer.unit.function.member(value.clone(), position(at), argument.span());
        if target.kind_name() != "declaration_expression" {
            lowerer.assign_to(target, Rvalue::Use(part), TypeRef::default(), argument.span());
        } else if let Value::Operand(Operand::Place(place, _)) = declaration(lowerer, target) {
            lowerer.unit.function.assign(place, Rvalue::Use(part), argument.span());
        }
    }
}

/// `out var name`, `var name` in a deconstruction.
pub(super) fn declaration(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let Some(name) = lowerer.part(node, 0).filter(|name| matches!(lowerer.op(*name), Op::Name)) else {
        return Value::nothing(node.span());
    };
    let ty = lowerer.type_part(node, 1);
    let local = lowerer.unit.function.declare(name.symbol(), ty, name.span());
    Value::Operand(FunctionBuilder::read(local, name.span()))
}

/// `from u in users where … select u.Email`: a loop that fills a list.
pub(super) fn query(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let result = lowerer.unit.function.local(None, TypeRef::default(), span);
    let mut opened = 0_u32;
    for clause in node.children() {
        let parts = clause.children();
        match clause.kind_name() {
            "from_clause" | "join_clause" => {
                let names = |part: &&Node<'_>| matches!(lowerer.op(**part), Op::Name);
                let at = parts.iter().position(|part| names(&part)).unwrap_or(0);
                // A type may stand before the name.
                let typed = clause.kind_name() == "from_clause" && parts.len() > 2;
                let at = if typed { 1 } else { at };
                let (Some(name), Some(source)) = (parts.get(at), parts.get(at + 1)) else { continue };
                let source = lowerer.expression(*source);
                lowerer.unit.function.open_block();
                opened += 1;
                let element = lowerer.element(source);
                lowerer.bind(*name, element);
            }
            "let_clause" => {
                if let [name, value] = parts.as_slice() {
                    let value = lowerer.expression(*value);
                    lowerer.bind(*name, value);
                }
            }
            "select_clause" | "group_clause" => {
                let Some(value) = parts.first() else { continue };
                let value = lowerer.expression(*value);
                let members = vec![(Selector::Element, value)];
                let list = Rvalue::Aggregate { kind: AggregateKind::List, members, spread: Vec::new() };
                lowerer.unit.function.assign_local(result, list, span);
            }
            _ => {
                for part in parts {
                    lowerer.expression(part);
                }
            }
        }
    }
    for _ in 0..opened {
        let body = lowerer.unit.function.close_block();
        lowerer.unit.function.emit(Stmt::Loop { body, span });
    }
    Value::Operand(FunctionBuilder::read(result, span))
}
