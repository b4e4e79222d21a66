//! Names, calls, arrays and statements that only PHP has.

use crate::index::Symbol;
use crate::ir::{AggregateKind, Argument, Call, Callee, Operand, Place, Rvalue, Selector, TypeRef};
use crate::lang::lowering::{Lowerer, Op, Value, member_name, position};
use crate::lang::syntax::Node;

/// `namespace A\B;`: what follows stands in it; with braces, what is in them.
pub(super) fn namespace(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let path = lowerer.part(node, 0).map(|name| lowerer.type_path(name)).unwrap_or_default();
    let outer = std::mem::replace(&mut lowerer.unit.module, path);
    if let Some(body) = lowerer.part(node, 1) {
        lowerer.statements(body);
        lowerer.unit.module = outer;
    }
}

/// `use A\B`, `use A\{B, C as D}`, `use function A\b`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let prefix = node.children().into_iter().find(|child| child.kind_name() == "namespace_name");
    let prefix = prefix.map(|name| lowerer.type_path(name)).unwrap_or_default();
    let mut clauses = Vec::new();
    for child in node.children() {
        match child.kind_name() {
            "namespace_use_clause" => clauses.push(child),
            "namespace_use_group" => clauses.extend(child.children()),
            _ => {}
        }
    }
    for clause in clauses {
        let children = clause.children();
        let Some(name) = children.iter().find(|one| matches!(one.kind_name(), "qualified_name" | "name")) else { continue };
        let path: Vec<Symbol> = prefix.iter().copied().chain(lowerer.type_path(*name)).collect();
        let alias = children.iter().rfind(|one| one.kind_name() == "name" && one.start() > name.start());
        let alias = alias.map(|alias| alias.symbol()).or_else(|| path.last().copied());
        lowerer.import(path, alias, clause.span());
    }
}

/// `global $a, $b`.
pub(super) fn shares(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    for name in node.children() {
        lowerer.shares(name.symbol());
    }
}

/// The class that a scope names: `self`, `static`, a name.
fn scope_path(lowerer: &Lowerer<'_>, scope: Node<'_>) -> Option<Vec<Symbol>> {
    match (scope.kind_name(), scope.text()) {
        ("relative_scope" | "name", "self" | "static") => lowerer.owner().map(|owner| vec![owner]),
        ("relative_scope" | "name", "parent") => lowerer.base_of_owner().map(|base| vec![base]),
        ("name" | "qualified_name" | "relative_name", _) => Some(lowerer.type_path(scope)),
        _ => None,
    }
}

/// `self`, `static`, `parent` as values.
pub(super) fn relative_scope(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let path = scope_path(lowerer, node).unwrap_or_else(|| vec![node.symbol()]);
    Value::Operand(Operand::Place(Place::global(path), node.span()))
}

/// `A::b(…)`, `parent::b(…)`, `$class::b(…)`.
pub(super) fn scoped_call(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let (Some(scope), Some(name)) = (row.part(node, 0), row.part(node, 1)) else { return Value::nothing(node.span()) };
    let mut arguments = lowerer.arguments(row.part(node, 2));
    let Some(mut path) = scope_path(lowerer, scope) else {
        let receiver = lowerer.expression(scope);
        return lowerer.call_method(receiver, member_name(name), arguments, Vec::new(), node.span(), name.span());
    };
    if scope.text() == "parent" {
        // The base's method, with the receiver as the first argument; its constructor runs on the receiver.
        if name.text() != "__construct" {
            let receiver = lowerer.this(scope.span());
            arguments.insert(0, Argument::plain(receiver));
            path.push(member_name(name));
        }
    } else {
        path.push(member_name(name));
    }
    lowerer.call_value(path, arguments, node, name)
}

/// `A::$b`.
pub(super) fn scoped_property(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let (Some(scope), Some(name)) = (row.part(node, 0), row.part(node, 1)) else { return Value::nothing(node.span()) };
    member_of_class(lowerer, node, scope, member_name(name))
}

/// `A::B`, `A::class`.
pub(super) fn class_constant(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let children = node.children();
    match children.as_slice() {
        [scope, name] => member_of_class(lowerer, node, *scope, member_name(*name)),
        // `A::class`: a name.
        [scope] => Value::Operand(Operand::Literal(scope.symbol(), node.span())),
        _ => Value::nothing(node.span()),
    }
}

fn member_of_class(lowerer: &mut Lowerer<'_>, node: Node<'_>, scope: Node<'_>, name: Symbol) -> Value {
    if name == "class" {
        return Value::Operand(Operand::Literal(scope.symbol(), node.span()));
    }
    match scope_path(lowerer, scope) {
        Some(mut path) => {
            path.push(name);
            Value::Operand(Operand::Place(Place::global(path), node.span()))
        }
        None => {
            let object = lowerer.expression(scope);
            Value::Operand(lowerer.member_named(object, name, node.span()))
        }
    }
}

/// `new A(…)`, `new class(…) { … }`, `new $class`.
pub(super) fn construct(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let Some(class) = row.part(node, 0) else { return Value::nothing(node.span()) };
    if let Some(path) = scope_path(lowerer, class) {
        let arguments = lowerer.arguments(row.part(node, 1));
        return lowerer.call_value(path, arguments, node, class);
    }
    if class.kind_name() == "anonymous_class" {
        return lowerer.value(class);
    }
    let callee = lowerer.expression(class);
    let arguments = lowerer.arguments(row.part(node, 1));
    Value::Rvalue(Call::new(Callee::Value(callee), arguments, node.span(), class.span()).into_rvalue())
}

/// `[a, 'key' => b, ...c]`, `array(…)`.
pub(super) fn array(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let (mut members, mut spread, mut keyed) = (Vec::new(), Vec::new(), false);
    for element in node.children() {
        match element.children().as_slice() {
            [key, value] => {
                keyed = true;
                let selector = lowerer.key(*key);
                if let Selector::Key(name) = selector {
                    lowerer.name_literal(*value, name);
                }
                members.push((selector, lowerer.expression(*value)));
            }
            [value] if matches!(lowerer.op(*value), Op::Spread) => spread.push(lowerer.expression(*value)),
            [value] => members.push((Selector::Element, lowerer.expression(*value))),
            _ => {}
        }
    }
    let kind = if keyed { AggregateKind::Map } else { AggregateKind::List };
    Value::Rvalue(Rvalue::Aggregate { kind, members, spread })
}

/// An element that stands alone: what `yield` gives.
pub(super) fn element(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    match node.children().last() {
        Some(value) => lowerer.value(*value),
        None => Value::nothing(node.span()),
    }
}

/// `[$a, , 'key' => $b] = …`, `list($a, $b) = …`.
pub(super) fn destructured(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    take_apart(lowerer, node, &subject);
}

fn take_apart(lowerer: &mut Lowerer<'_>, pattern: Node<'_>, subject: &Operand) {
    let mut at = 0_usize;
    let mut key: Option<Node<'_>> = None;
    let mut before: Option<Node<'_>> = None;
    let assign = |lowerer: &mut Lowerer<'_>, target: Node<'_>, key: Option<Node<'_>>, at: usize| {
        let selector = key.map_or_else(|| position(at), |key| lowerer.key(key));
        let member = lowerer.unit.function.member(subject.clone(), selector, target.span());
        lowerer.assign_to(target, Rvalue::Use(member), TypeRef::default(), target.span());
    };
    for token in pattern.tokens() {
        match token.kind_name() {
            "," => {
                if let Some(target) = before.take() {
                    assign(lowerer, target, key.take(), at);
                }
                at = at.saturating_add(1);
            }
            "=>" => key = before.take(),
            "array_element_initializer" => match token.children().as_slice() {
                [name, target] => assign(lowerer, *target, Some(*name), at),
                [target] => assign(lowerer, *target, None, at),
                _ => {}
            },
            _ if token.is_named() => before = Some(token),
            _ => {}
        }
    }
    if let Some(target) = before {
        assign(lowerer, target, key, at);
    }
}

/// `$a = b`. An array on the left takes the value apart.
pub(super) fn assignment(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let (Some(left), Some(right)) = (lowerer.part(node, 0), lowerer.part(node, 1)) else { return Value::nothing(node.span()) };
    if matches!(left.kind_name(), "array_creation_expression" | "list_literal") {
        let subject = lowerer.expression(right);
        take_apart(lowerer, left, &subject);
        return Value::Operand(subject);
    }
    lowerer.assignment(node)
}

/// `foreach ($all as $key => $one)`.
pub(super) fn foreach(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let body = lowerer.part(node, 0);
    let parts: Vec<Node<'_>> =
        node.children().into_iter().filter(|part| body.is_none_or(|body| part.start() != body.start())).collect();
    let Some((iterated, rest)) = parts.split_first() else { return };
    let iterated = lowerer.expression(*iterated);
    lowerer.unit.function.open_block();
    let target = match rest.first() {
        Some(pair) if pair.kind_name() == "pair" => pair.children().last().copied(),
        other => other.copied(),
    };
    if let Some(target) = target {
        let element = lowerer.element(iterated);
        if matches!(target.kind_name(), "array_creation_expression" | "list_literal") {
            take_apart(lowerer, target, &element);
        } else {
            lowerer.assign_to(target, Rvalue::Use(element), TypeRef::default(), target.span());
        }
    }
    lowerer.block_into(body, None);
    let body = lowerer.unit.function.close_block();
    lowerer.unit.function.emit(crate::ir::Stmt::Loop { body, span: node.span() });
}

/// `echo a, b`: what the client gets.
pub(super) fn echo(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let arguments = lowerer.expressions(node.children()).into_iter().map(Argument::plain).collect();
    lowerer.call_value(vec![Symbol::new("echo")], arguments, node, node)
}
