//! Classes, objects, properties and functions: Kotlin's grammar names few of their parts.

use crate::index::Symbol;
use crate::ir::{Call, Callee, TypeKind};
use crate::lang::java::library::dotted;
use crate::lang::lowering::{Lowerer, Parts, Value, member_name};
use crate::lang::syntax::Node;

const TYPES: &[&str] = &["user_type", "nullable_type", "function_type", "parenthesized_type", "non_nullable_type"];

fn child<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    node.children().into_iter().find(|child| kinds.contains(&child.kind_name()))
}

/// `import a.b.C`, `import a.b.C as D`, `import a.b.*`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let Some(name) = row.part(node, 0) else { return };
    let path = dotted(name.text());
    let all = node.tokens().iter().any(|token| token.text() == "*");
    let alias = if all { None } else { row.part(node, 1).map(member_name).or_else(|| path.last().copied()) };
    lowerer.import(path, alias, node.span());
}

/// A class, interface or enum. Parameters of its primary constructor are its fields: what is no property yet is what
/// initial values are made of.
pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let bases = lowerer.base_names(row.all(node, 1));
    let is_interface = node.tokens().iter().any(|token| token.text() == "interface");
    let kind = match () {
        () if is_interface => TypeKind::Interface,
        () if lowerer.has_modifier(node, "enum") => TypeKind::Enum,
        () => TypeKind::Struct,
    };
    let body = child(node, &["class_body", "enum_class_body"]);
    let parameters = child(node, &["primary_constructor"]).and_then(|constructor| child(constructor, &["class_parameters"]));
    let outer = std::mem::take(&mut lowerer.static_members);
    lowerer.class_with(node, kind, row.part(node, 0), bases, body, parameters);
    lowerer.static_members = outer;
    if lowerer.has_modifier(node, "data")
        && let Some(class) = lowerer.unit.types_mut().last_mut()
    {
        class.formatting.display_shows_fields = true;
        class.formatting.debug_shows_fields = true;
    }
}

/// `object Name { … }`: a class with nothing but members of its own.
pub(super) fn object(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let bases = lowerer.base_names(row.all(node, 1));
    let outer = std::mem::replace(&mut lowerer.static_members, true);
    lowerer.class_with(node, TypeKind::Struct, row.part(node, 0), bases, row.part(node, 2), None);
    lowerer.static_members = outer;
}

/// `companion object { … }`: members of the class around it.
pub(super) fn companion(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let Some(body) = lowerer.part(node, 2) else { return };
    let outer = std::mem::replace(&mut lowerer.static_members, true);
    lowerer.preamble.clear();
    lowerer.statements(body);
    lowerer.static_members = outer;
}

/// `val name: Type = value`, with a delegate or a getter; `val (a, b) = value`.
pub(super) fn property(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let nothing = || Value::nothing(node.span());
    let Some(declared) = lowerer.part(node, 0) else { return nothing() };
    let mut after = node.children().into_iter().filter(|child| child.start() >= declared.end());
    let value = after.rfind(|child| !matches!(child.kind_name(), "type_constraints" | "getter" | "setter"));
    if declared.kind_name() == "multi_variable_declaration" {
        if let Some(value) = value {
            let subject = lowerer.expression(value);
            lowerer.bind(declared, subject);
        }
        return nothing();
    }
    let row = lowerer.row(declared);
    let Some(name) = row.part(declared, 0) else { return nothing() };
    let ty = row.part(declared, 1);
    let receiver = node.children().into_iter().find(|one| one.end() <= declared.start() && TYPES.contains(&one.kind_name()));
    let getter = child(node, &["getter"]).and_then(|getter| child(getter, &["function_body"]));
    if let Some(body) = getter {
        let owner = receiver.map_or_else(|| lowerer.owner(), |ty| lowerer.base_names(std::iter::once(ty).collect()).pop());
        lowerer.function(Parts {
            node,
            name: name.symbol(),
            name_span: name.span(),
            parameters: None,
            body: Some(body),
            result: ty,
            owner,
            receiver: None,
            is_static: lowerer.static_members,
            is_constructor: false,
            is_getter: true,
            takes_type: false,
        });
        if receiver.is_some() && lowerer.at_top() {
            // An extension (`val Any.logger`) is imported and read by its bare name, whatever it extends.
            let ty = ty.map(|ty| lowerer.type_ref(ty)).unwrap_or_default();
            lowerer.global(name.symbol(), ty, Some(body), name.span(), node.span());
        }
        return nothing();
    }
    if lowerer.at_top() || lowerer.static_members {
        let ty = ty.map(|ty| lowerer.type_ref(ty)).unwrap_or_default();
        lowerer.global(name.symbol(), ty, value, name.span(), node.span());
        return nothing();
    }
    lowerer.field_node_of(node, Some(name), ty, value);
    nothing()
}

/// A function; of an extension, the extended type owns it.
pub(super) fn function(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let mut parts = lowerer.parts_of(node);
    let name_start = lowerer.part(node, 0).map_or_else(|| node.start(), Node::start);
    let types = node.children().into_iter().filter(|one| TYPES.contains(&one.kind_name()));
    for ty in types {
        if ty.end() <= name_start {
            parts.owner = lowerer.base_names(std::iter::once(ty).collect()).pop();
            parts.is_static = false;
        } else {
            parts.result = Some(ty);
        }
    }
    lowerer.function(parts);
}

/// `init { … }`: runs with the initial values of fields.
pub(super) fn initializer(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let body = lowerer.part(node, 0);
    let closure = lowerer.closure(node, None, body, false);
    let call = Call::new(Callee::Value(closure), Vec::new(), node.span(), node.span_within(0, 0));
    Value::Rvalue(call.into_rvalue())
}

/// `typealias Name = Type`.
pub(super) fn alias(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let (Some(name), Some(ty)) = (row.part(node, 0), row.part(node, 1)) else { return };
    let ty = lowerer.type_ref(ty);
    lowerer.alias_type(node, name, ty);
}

/// The function that a member of an object expression is, as a value; nothing for its properties.
pub(super) fn member_function(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Option<crate::ir::Operand> {
    lowerer.statement(node);
    let name: Symbol = lowerer.part(node, 0).map(member_name)?;
    (node.kind_name() == "function_declaration").then(|| lowerer.name(name, node.span()))
}
