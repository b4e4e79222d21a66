//! Expressions that only Kotlin has.

use super::declarations;
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Argument, Callee, Operand, Place, Rvalue, Selector, TypeRef};
use crate::lang::java::library::dotted;
use crate::lang::lowering::{Lowerer, Op, Value, member_name, position};
use crate::lang::syntax::Node;

/// `a.b.C` where a name stands.
pub(super) fn qualified(_lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    Value::Operand(Operand::Place(Place::global(dotted(node.text())), node.span()))
}

/// `a to b` is a pair; any other word between two values is a method of the left one.
pub(super) fn infix(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let parts = node.children();
    let [left, word, right] = parts.as_slice() else { return Value::nothing(node.span()) };
    let (word, at) = (member_name(*word), word.span());
    let first = lowerer.expression(*left);
    if word == "to"
        && let Operand::Text(name, _) = &first
    {
        lowerer.name_literal(*right, *name);
    }
    let second = lowerer.expression(*right);
    if word == "to" {
        let members = vec![(position(0), first), (position(1), second)];
        return Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::Tuple, members, spread: Vec::new() });
    }
    lowerer.call_method(first, word, vec![Argument::plain(second)], Vec::new(), node.span(), at)
}

/// `{ a, b -> … }`, `{ it … }`; given to `apply`, `run` and `with`, bare names in it are members of what it is given.
pub(super) fn lambda(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let list = lowerer.part(node, 0);
    let after = list.map_or(node.start(), Node::end);
    let statements: Vec<Node<'_>> = node.children_and_comments().into_iter().filter(|one| one.start() >= after).collect();
    let of_receiver = list.is_none() && has_receiver(node);
    Value::Operand(lowerer.closure_with(node, list, "it", of_receiver, &statements))
}

/// Whether a lambda is given to a function that makes its value the lambda's receiver.
fn has_receiver(node: Node<'_>) -> bool {
    /// Arguments that stand between `with` and the lambda are no longer than this.
    const LONGEST: usize = 200;
    let text = node.source().text;
    let before = text.get(..node.start()).unwrap_or_default().trim_end();
    if before.ends_with(".apply") || before.ends_with(".run") {
        return true;
    }
    let Some(inner) = before.strip_suffix(')') else { return false };
    let floor = inner.floor_char_boundary(inner.len().saturating_sub(LONGEST));
    let mut open = 1_u32;
    for (at, byte) in inner.bytes().enumerate().skip(floor).rev() {
        match byte {
            b')' => open += 1,
            b'(' => open -= 1,
            _ => {}
        }
        if open == 0 {
            let head = inner.get(..at).unwrap_or_default();
            let word = head.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            return word == Some("with");
        }
    }
    false
}

/// `User::email`, `::send`, `User::class`.
pub(super) fn reference(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let parts = node.children();
    let name = parts.iter().rev().find(|part| matches!(lowerer.op(**part), Op::Name)).copied();
    let ty = parts.iter().find(|part| matches!(part.kind_name(), "user_type" | "nullable_type")).copied();
    let Some(name) = name else {
        let path = ty.map(|ty| lowerer.base_names(std::iter::once(ty).collect())).unwrap_or_default();
        return Value::Operand(Operand::Place(Place::global(path), span));
    };
    let Some(ty) = ty else {
        return Value::Operand(match lowerer.named_callee(name) {
            Callee::Path(path) | Callee::Macro(path) => Operand::Place(Place::global(path), span),
            Callee::Value(value) => value,
            Callee::Method { receiver, name } => {
                lowerer.unit.function.open_block();
                let parameter = lowerer.unit.function.local(None, TypeRef::default(), span);
                let given = Argument::plain(FunctionBuilder::read(parameter, span));
                let value = lowerer.call_method(receiver, name, vec![given], Vec::new(), span, span);
                close(lowerer, value, parameter, node)
            }
        });
    };
    lowerer.unit.function.open_block();
    let ty = lowerer.type_ref(ty);
    let parameter = lowerer.unit.function.local(None, ty, span);
    let given = FunctionBuilder::read(parameter, span);
    let value = lowerer.unit.function.member(given, Selector::Field(member_name(name)), span);
    Value::Operand(close(lowerer, Value::Operand(value), parameter, node))
}

/// Ends a closure of one parameter that gives a value.
fn close(lowerer: &mut Lowerer<'_>, value: Value, parameter: crate::ir::LocalId, node: Node<'_>) -> Operand {
    let span = node.span();
    let value = lowerer.operand(value, span);
    lowerer.unit.function.returns(Some(value), span);
    let body = lowerer.unit.function.close_block();
    lowerer.unit.function.closure(vec![parameter], body, span)
}

/// `object : Listener { override fun on(user: User) { … } }`: its functions are given to what it implements.
pub(super) fn object(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let bases = lowerer.base_names(row.all(node, 0));
    let members = row.part(node, 1).map(Node::children).unwrap_or_default();
    let mut arguments = Vec::new();
    for member in members {
        arguments.extend(declarations::member_function(lowerer, member).map(Argument::plain));
    }
    let path: Vec<Symbol> = bases.into_iter().take(1).collect();
    lowerer.call_value(path, arguments, node, node)
}

/// `(value)`, `(val name = value)`.
pub(super) fn when_subject(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let Some(value) = row.part(node, 1) else { return Value::nothing(node.span()) };
    let value = lowerer.expression(value);
    if let Some(name) = row.part(node, 0) {
        lowerer.bind(name, value.clone());
    }
    Value::Operand(value)
}
