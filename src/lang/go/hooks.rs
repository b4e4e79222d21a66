//! Functions, assignments and control flow that only Go has.

use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Base, Operand, Rvalue, Selector, Stmt, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Parts, Value, position};
use crate::lang::syntax::{Node, Nodes};

use super::structs;

/// The name under which the result at a position is found by a `return` without values; no name of a program.
fn result_name(at: usize) -> Symbol {
    Symbol::new(&format!("(result {at})"))
}

/// `func (u *User) Name() …`.
pub(super) fn method(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let receiver = row.part(node, 4).and_then(Node::first);
    let owner = receiver.and_then(|receiver| lowerer.part(receiver, 1)).and_then(|ty| type_name(lowerer, ty));
    let name = receiver.and_then(|receiver| lowerer.part(receiver, 0));
    let parts = Parts { owner, receiver: name, is_getter: false, ..lowerer.parts_of(node) };
    lowerer.function(parts);
}

fn type_name(lowerer: &Lowerer<'_>, ty: Node<'_>) -> Option<Symbol> {
    lowerer.base_names(std::iter::once(ty).collect()).first().copied()
}

/// The results of a function: one as it is, several as a tuple. Those with names are variables.
pub(super) fn results(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> TypeShape {
    let mut types: Vec<TypeRef> = Vec::new();
    for one in node.children() {
        let row = lowerer.row(one);
        let ty = lowerer.type_part(one, 1);
        let names = row.all(one, 0);
        if names.is_empty() {
            types.push(ty);
            continue;
        }
        for name in names {
            if lowerer.unit.in_function() {
                let local = lowerer.unit.function.declare(name.symbol(), ty.clone(), name.span());
                lowerer.unit.function.rename(result_name(types.len()), local);
            }
            types.push(ty.clone());
        }
    }
    if types.len() > 1 { TypeShape::Tuple(types) } else { types.pop().map_or(TypeShape::Unknown, |ty| ty.shape) }
}

/// `return`, `return a, b`. Without values, what the named results hold.
pub(super) fn returns(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let span = node.span();
    let value = match node.first() {
        Some(list) => Some(lowerer.expression(list)),
        None => {
            let named = |lowerer: &Lowerer<'_>, at| lowerer.unit.function.lookup(result_name(at));
            let locals: Vec<_> = (0..8).map_while(|at| named(lowerer, at)).collect();
            let mut operands: Vec<Operand> = locals.into_iter().map(|local| FunctionBuilder::read(local, span)).collect();
            if operands.len() > 1 {
                let value = tuple(operands);
                Some(lowerer.unit.function.temporary(value, span))
            } else {
                operands.pop()
            }
        }
    };
    lowerer.unit.function.returns(value, span);
}

fn tuple(operands: Vec<Operand>) -> Rvalue {
    let members = operands.into_iter().enumerate().map(|(at, value)| (position(at), value)).collect();
    Rvalue::Aggregate { kind: AggregateKind::Tuple, members, spread: Vec::new() }
}

/// Values in a row: one is itself.
pub(super) fn values(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let parts = node.children();
    if let [only] = parts.as_slice() {
        return lowerer.value(*only);
    }
    let operands = lowerer.expressions(parts);
    Value::Rvalue(tuple(operands))
}

/// `!x`, `-x`, `&x`, `*x`, `<-x`.
pub(super) fn unary(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let Some(inner) = row.part(node, 1) else { return Value::nothing(node.span()) };
    match row.part(node, 0).map_or("", Node::text) {
        "!" => {
            let operand = lowerer.expression(inner);
            Value::Rvalue(Rvalue::Test(vec![operand]))
        }
        "-" | "+" | "^" if matches!(lowerer.op(inner), Op::Literal) => {
            Value::Operand(Operand::Literal(node.symbol(), node.span()))
        }
        "-" | "+" | "^" => {
            let operand = lowerer.expression(inner);
            Value::Rvalue(Rvalue::Compute(vec![operand]))
        }
        "<-" => {
            let channel = lowerer.expression(inner);
            Value::Operand(lowerer.element(channel))
        }
        _ => lowerer.value(inner),
    }
}

// ------------------------------------------------------------------------------------------------------------ variables

/// The names that a file's `var` and `const` declare: other code sees them as globals.
pub(super) fn note_globals(lowerer: &mut Lowerer<'_>, root: Node<'_>) {
    for declaration in root.children() {
        if !matches!(declaration.kind_name(), "var_declaration" | "const_declaration") {
            continue;
        }
        let direct = declaration.children();
        let specs = direct.into_iter().flat_map(|spec| {
            let one: Nodes<'_> = std::iter::once(spec).collect();
            if spec.kind_name() == "var_spec_list" { spec.children() } else { one }
        });
        for spec in specs {
            for name in names(lowerer, spec) {
                lowerer.note_global(name.symbol());
            }
        }
    }
}

fn names<'t>(lowerer: &Lowerer<'_>, spec: Node<'t>) -> Nodes<'t> {
    lowerer.row(spec).all(spec, 0).into_iter().filter(|name| matches!(lowerer.op(*name), Op::Name)).collect()
}

/// `var a, b T = x, y`, `const C = 1`.
pub(super) fn variables(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let names = names(lowerer, node);
    let values = row.part(node, 1).map(Node::children).unwrap_or_default();
    let declared = match (row.part(node, 2), names.first()) {
        (Some(ty), Some(name)) => structs::named_type(lowerer, ty, name.symbol()),
        _ => TypeRef::default(),
    };
    if names.len() > 1 && values.len() == 1 && !lowerer.at_top() {
        take_apart(lowerer, &names, row.part(node, 1), true, node);
        return;
    }
    for (at, name) in names.into_iter().enumerate() {
        let value = values.get(at).or_else(|| values.first().filter(|_| values.len() == 1)).copied();
        lowerer.variable(node, name, declared.clone(), value);
    }
}

/// `a, b := f()`.
pub(super) fn short_variables(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let Some(left) = row.part(node, 0) else {
        if let Some(right) = row.part(node, 1) {
            lowerer.expression(right);
        }
        return;
    };
    take_apart(lowerer, &left.children(), row.part(node, 1), true, node);
}

/// `a, b = b, a`, `a += b`.
pub(super) fn assignment(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let (Some(left), Some(right)) = (row.part(node, 0), row.part(node, 1)) else { return };
    let sign = row.part(node, 2).map_or("=", Node::text);
    if sign == "=" {
        take_apart(lowerer, &left.children(), Some(right), false, node);
        return;
    }
    let Some(target) = left.first() else { return };
    let before = lowerer.expression(target);
    let operand = lowerer.expression(right);
    let operator = crate::lang::lowering::operators(sign.trim_end_matches('='));
    let value = lowerer.combine(operator, vec![before, operand]);
    lowerer.assign_to(target, value, TypeRef::default(), node.span());
}

/// Gives targets what stands to the right: one value each, or the parts of one.
fn take_apart(lowerer: &mut Lowerer<'_>, targets: &[Node<'_>], right: Option<Node<'_>>, declares: bool, node: Node<'_>) {
    let Some(right) = right else { return };
    let sources = if right.kind_name() == "expression_list" { right.children() } else { std::iter::once(right).collect() };
    let give = |lowerer: &mut Lowerer<'_>, target: Node<'_>, value: Rvalue| {
        if declares && matches!(lowerer.op(target), Op::Name) {
            if target.text() == "_" {
                return;
            }
            let local = lowerer.unit.function.declare(target.symbol(), TypeRef::default(), target.span());
            lowerer.unit.function.assign_local(local, value, node.span());
        } else if target.text() != "_" {
            lowerer.assign_to(target, value, TypeRef::default(), node.span());
        }
    };
    if let ([target], [source]) = (targets, sources.as_slice()) {
        lowerer.name_by(*target, *source);
        let mut value = lowerer.rvalue(*source);
        if is_error(*target) && asks_elsewhere(lowerer, *source) {
            lowerer.unit.function.temporary(value, source.span());
            value = Rvalue::Use(Operand::Literal(Symbol::new("nil"), target.span()));
        }
        if target.text() == "_" {
            lowerer.unit.function.temporary(value, node.span());
        } else {
            give(lowerer, *target, value);
        }
        return;
    }
    if targets.len() == sources.len() {
        let mut values = Vec::new();
        for (target, source) in targets.iter().zip(&sources) {
            lowerer.name_by(*target, *source);
            values.push(lowerer.expression(*source));
        }
        for (target, value) in targets.iter().zip(values) {
            give(lowerer, *target, Rvalue::Use(value));
        }
        return;
    }
    let Some(source) = sources.first().copied() else { return };
    let mut bare = source;
    while let (Op::Inner, Some(inner)) = (lowerer.op(bare), bare.first()) {
        bare = inner;
    }
    let is_call = matches!(lowerer.op(bare), Op::Call);
    let elsewhere = asks_elsewhere(lowerer, bare);
    let value = lowerer.expression(source);
    for (at, target) in targets.iter().enumerate() {
        if target.text() == "_" {
            continue;
        }
        let part = if at > 0 && elsewhere && is_error(*target) {
            Rvalue::Use(Operand::Literal(Symbol::new("nil"), target.span()))
        } else if at > 0 && matches!(target.text(), "ok" | "found" | "exists") {
            Rvalue::Test(vec![value.clone()])
        } else if is_call {
            Rvalue::Use(lowerer.unit.function.member(value.clone(), position(at), target.span()))
        } else if at == 0 {
            // `v, ok := m[k]`, `v, ok := x.(T)`, `v, ok := <-c`.
            Rvalue::Use(value.clone())
        } else {
            Rvalue::Test(vec![value.clone()])
        };
        give(lowerer, *target, part);
    }
}

/// Whether a variable is called as errors are.
fn is_error(target: Node<'_>) -> bool {
    let name = target.text();
    name == "err" || name.ends_with("Err") || name.strip_prefix("err").is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// Whether a call asks what does not stand in this package: the error that it gives tells what went wrong there, not what it
/// was asked with. What makes errors out of texts is no such call.
fn asks_elsewhere(lowerer: &Lowerer<'_>, call: Node<'_>) -> bool {
    let Some(function) = lowerer.part(call, 0).filter(|_| matches!(lowerer.op(call), Op::Call)) else { return false };
    let package = lowerer.part(function, 0).filter(|_| matches!(lowerer.op(function), Op::Member));
    package.is_some_and(|package| !matches!(package.text(), "fmt" | "errors" | "xerrors" | "status"))
}

/// `ch <- v`: one of the elements that the channel gives.
pub(super) fn send(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let (Some(channel), Some(value)) = (row.part(node, 0), row.part(node, 1)) else { return };
    let channel = lowerer.expression(channel);
    let value = lowerer.expression(value);
    if let Operand::Place(mut place, _) = channel
        && matches!(place.base, Base::Local(_))
        && place.path.len() < crate::ir::Place::MAX_PATH
    {
        place.path.push(Selector::Element);
        lowerer.unit.function.assign(place, Rvalue::Use(value), node.span());
    }
}

/// What is written like a call and is none: `string(x)`, `new(T)`, `make(T, n)`.
pub(super) fn conversion(lowerer: &mut Lowerer<'_>, call: Node<'_>) -> Option<Value> {
    let row = lowerer.row(call);
    let function = row.part(call, 0)?;
    if !matches!(lowerer.op(function), Op::Name) || lowerer.unit.function.lookup(function.symbol()).is_some() {
        return None;
    }
    let arguments = row.part(call, 1).map(Node::children).unwrap_or_default();
    match (function.text(), arguments.as_slice()) {
        ("string" | "any", [only]) => {
            let operand = lowerer.expression(*only);
            let ty = lowerer.type_ref(function);
            Some(Value::Rvalue(Rvalue::Cast(operand, ty)))
        }
        (
            "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "float32"
            | "float64" | "rune" | "byte",
            [only],
        ) => {
            let operand = lowerer.expression(*only);
            let ty = lowerer.type_ref(function);
            Some(Value::Rvalue(Rvalue::Cast(operand, ty)))
        }
        ("len" | "cap", [only]) => {
            let operand = lowerer.expression(*only);
            Some(Value::Rvalue(Rvalue::Test(vec![operand])))
        }
        ("new" | "make", [ty, ..]) => {
            let kind = match lowerer.op(*ty) {
                Op::TypeMap => AggregateKind::Map,
                Op::TypeList => AggregateKind::List,
                _ => AggregateKind::Named(lowerer.type_path(*ty)),
            };
            Some(Value::Rvalue(Rvalue::Aggregate { kind, members: Vec::new(), spread: Vec::new() }))
        }
        ("append", [first, rest @ ..]) => {
            let list = lowerer.expression(*first);
            let mut spread = vec![list];
            let mut members = Vec::new();
            for one in rest {
                let value = lowerer.expression(*one);
                if matches!(lowerer.op(*one), Op::Spread) {
                    spread.push(value);
                } else {
                    members.push((Selector::Element, value));
                }
            }
            Some(Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::List, members, spread }))
        }
        _ => None,
    }
}

// --------------------------------------------------------------------------------------------------------- control flow

/// `for { }`, `for cond { }`, `for a; b; c { }`, `for k, v := range xs { }`.
pub(super) fn loops(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let span = node.span();
    let scope = lowerer.unit.function.open_scope();
    let clause = row.part(node, 1);
    let kind = clause.map_or("", Node::kind_name);
    let clause_row = clause.map(|clause| (clause, lowerer.row(clause)));
    let iterated = match clause_row {
        Some((clause, row)) if kind == "range_clause" => row.part(clause, 1).map(|of| lowerer.expression(of)),
        Some((clause, row)) => {
            if let Some(first) = row.part(clause, 0) {
                lowerer.statement(first);
            }
            None
        }
        None => None,
    };
    lowerer.unit.function.open_block();
    match clause_row {
        Some((clause, row)) if kind == "range_clause" => {
            let targets = row.part(clause, 0).map(Node::children).unwrap_or_default();
            if let (Some(value), Some(iterated)) = (targets.get(1), iterated) {
                let element = lowerer.element(iterated);
                lowerer.bind(*value, element);
            }
            if let Some(key) = targets.first() {
                let nothing = Operand::Literal(Symbol::default(), key.span());
                lowerer.bind(*key, nothing);
            }
        }
        Some((clause, row)) => {
            if let Some(condition) = row.part(clause, 1) {
                lowerer.expression(condition);
            }
        }
        None => {
            let condition = node.first().filter(|first| Some(first.start()) != row.part(node, 0).map(Node::start));
            if let Some(condition) = condition {
                lowerer.expression(condition);
            }
        }
    }
    if let Some(body) = row.part(node, 0) {
        lowerer.statement(body);
    }
    if let Some((clause, row)) = clause_row
        && let Some(update) = row.part(clause, 2)
    {
        lowerer.statement(update);
    }
    let body = lowerer.unit.function.close_block();
    lowerer.unit.function.emit(Stmt::Loop { body, span });
    lowerer.unit.function.close_scope(scope);
}

/// `switch v := x.(type) { case T: … }`: in a way for one type, the name has that type.
pub(super) fn type_switch(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let span = node.span();
    let scope = lowerer.unit.function.open_scope();
    if let Some(first) = row.part(node, 2) {
        lowerer.statement(first);
    }
    let subject = row.part(node, 1).map(|value| lowerer.expression(value));
    let alias = row.part(node, 0).and_then(Node::first);
    let mut arms = Vec::new();
    let mut exhaustive = false;
    for case in node.children() {
        let case_row = lowerer.row(case);
        if !matches!(case_row.op, Op::Case | Op::Else) {
            continue;
        }
        exhaustive |= matches!(case_row.op, Op::Else);
        let types = case_row.all(case, 3);
        lowerer.unit.function.open_block();
        if let (Some(alias), Some(subject)) = (alias, &subject) {
            let ty = match types.as_slice() {
                [only] => lowerer.type_ref(*only),
                _ => TypeRef::default(),
            };
            let local = lowerer.unit.function.declare(alias.symbol(), ty, alias.span());
            lowerer.unit.function.assign_local(local, Rvalue::Use(subject.clone()), alias.span());
        }
        for body in case.children().into_iter().filter(|child| child.kind_name() == "statement_list") {
            lowerer.statement(body);
        }
        arms.push(lowerer.unit.function.close_block());
    }
    lowerer.unit.function.emit(Stmt::Branch { condition: subject, arms, exhaustive, span });
    lowerer.unit.function.close_scope(scope);
}
