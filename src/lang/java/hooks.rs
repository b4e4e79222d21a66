//! What only Java has.

use super::library::dotted;
use super::members;
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{Argument, Call, Callee, Operand, Rvalue, Stmt, TypeKind, TypeRef};
use crate::lang::lowering::{Lowerer, Op, Value, member_name, position};
use crate::lang::syntax::Node;

/// A class, enum or record: what it extends, then what it implements.
pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let mut bases = lowerer.base_names(row.all(node, 1));
    bases.extend(lowerer.base_names(row.all(node, 2)));
    let kind = if node.kind_name() == "enum_declaration" { TypeKind::Enum } else { TypeKind::Struct };
    lowerer.class_with(node, kind, row.part(node, 0), bases, row.part(node, 3), row.part(node, 4));
}

/// A record: its components are read by methods of their names, and printing it shows them.
pub(super) fn record(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    class(lowerer, node);
    let Some(record) = lowerer.unit.types_mut().last_mut() else { return };
    record.formatting.display_shows_fields = true;
    record.formatting.debug_shows_fields = true;
    let record = record.clone();
    for component in &record.fields {
        members::getter(lowerer, &record, component, component.name.as_str());
    }
}

/// Fields. What belongs to the class itself is a value of the program, as constants and loggers are.
pub(super) fn fields(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let is_static = node.kind_name() == "constant_declaration" || lowerer.has_modifier(node, "static");
    if !is_static {
        lowerer.declaration(node);
        return Value::nothing(node.span());
    }
    let ty = lowerer.type_part(node, 0);
    for declarator in node.children() {
        if let (Op::Declarator, Some(name)) = (lowerer.op(declarator), lowerer.part(declarator, 0)) {
            let value = lowerer.part(declarator, 1);
            lowerer.global(name.symbol(), ty.clone(), value, name.span(), declarator.span());
        }
    }
    Value::nothing(node.span())
}

/// `import a.b.C;`, `import static a.b.C.d;`, `import a.b.*;`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let Some(name) = node.first() else { return };
    let path = dotted(name.text());
    let all = node.children().iter().any(|child| child.kind_name() == "asterisk");
    let alias = if all { None } else { path.last().copied() };
    lowerer.import(path, alias, node.span());
}

/// `x instanceof User`, `x instanceof User user`, `x instanceof User(String email)`.
pub(super) fn instance_of(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let Some(value) = row.part(node, 0) else { return Value::nothing(node.span()) };
    let value = lowerer.expression(value);
    if let Some(name) = row.part(node, 2) {
        let ty = lowerer.type_part(node, 1);
        declare(lowerer, name, ty, value.clone());
    }
    if let Some(pattern) = row.part(node, 3) {
        lowerer.bind(pattern, value.clone());
    }
    Value::Rvalue(Rvalue::Test(vec![value]))
}

/// A local of a declared type.
fn declare(lowerer: &mut Lowerer<'_>, name: Node<'_>, ty: TypeRef, value: Operand) {
    let local = lowerer.unit.function.declare(member_name(name), ty, name.span());
    lowerer.unit.function.assign_local(local, Rvalue::Use(value), name.span());
}

/// `for (User user : users)`: the element has the type that is written.
pub(super) fn each(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let iterated = row.part(node, 2).map(|iterated| lowerer.expression(iterated));
    lowerer.unit.function.open_block();
    if let (Some(name), Some(iterated)) = (row.part(node, 0), iterated) {
        let ty = lowerer.type_part(node, 1);
        let element = lowerer.element(iterated);
        declare(lowerer, name, ty, element);
    }
    lowerer.block_into(row.part(node, 3), None);
    let body = lowerer.unit.function.close_block();
    lowerer.unit.function.emit(Stmt::Loop { body, span: node.span() });
}

/// `case A, B ->`, `case User user when … ->`: patterns bind, constants are read.
pub(super) fn switch_label(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for part in node.children() {
        if part.kind_name() == "pattern" {
            lowerer.bind(part, subject.clone());
        } else {
            lowerer.expression(part);
        }
    }
}

/// `User user` in a pattern.
pub(super) fn type_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    let parts = node.children();
    if let [.., ty, name] = parts.as_slice()
        && matches!(lowerer.op(*name), Op::Name)
    {
        let ty = lowerer.type_ref(*ty);
        declare(lowerer, *name, ty, subject);
    }
}

/// `User(String email, var phone)`: components by position.
pub(super) fn record_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    let Some(body) = node.children().into_iter().find(|part| part.kind_name() == "record_pattern_body") else { return };
    for (at, part) in body.children().into_iter().enumerate() {
        let member = lowerer.unit.function.member(subject.clone(), position(at), part.span());
        lowerer.bind(part, member);
    }
}

/// `User::getEmail`, `this::send`, `System.out::println`, `User::new`: a function of one parameter.
pub(super) fn method_reference(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let parts = node.children();
    let Some(object) = parts.first().copied() else { return Value::nothing(span) };
    let name = parts.iter().skip(1).rev().find(|part| part.kind_name() == "identifier").copied();
    let is_type =
        !matches!(lowerer.op(object), Op::Name | Op::Member | Op::This | Op::Super | Op::Call | Op::MethodCall | Op::Inner)
            || matches!(lowerer.op(object), Op::Name)
                && object.text().starts_with(char::is_uppercase)
                && lowerer.unit.function.lookup(object.symbol()).is_none();
    let Some(name) = name else {
        let path = lowerer.type_path(object);
        return Value::Operand(Operand::Place(crate::ir::Place::global(path), span));
    };
    let path = is_type.then(|| lowerer.type_path(object));
    let receiver = if is_type { None } else { Some(lowerer.expression(object)) };
    lowerer.unit.function.open_block();
    let parameter = lowerer.unit.function.local(None, TypeRef::default(), span);
    let argument = FunctionBuilder::read(parameter, span);
    let (simple, at) = (member_name(name), name.span());
    let value = match (path, receiver) {
        // A method of the type, on what is given; a static one gets it as its argument.
        (Some(path), _) => {
            let path: Vec<Symbol> = path.into_iter().chain([simple]).collect();
            let call = Call::new(Callee::Path(path), vec![Argument::plain(argument)], span, at);
            Value::Rvalue(call.into_rvalue())
        }
        (None, Some(receiver)) => lowerer.call_method(receiver, simple, vec![Argument::plain(argument)], Vec::new(), span, at),
        (None, None) => Value::nothing(span),
    };
    let value = lowerer.operand(value, span);
    lowerer.unit.function.returns(Some(value), span);
    let body = lowerer.unit.function.close_block();
    Value::Operand(lowerer.unit.function.closure(vec![parameter], body, span))
}
