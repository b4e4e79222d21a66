//! Classes, interfaces and types of objects.

use crate::index::Symbol;
use crate::ir::{Field, TypeKind, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Parts};
use crate::lang::syntax::{Node, Nodes};

/// The names of base classes and interfaces, type arguments left out.
fn bases(lowerer: &Lowerer<'_>, heritage: Option<Node<'_>>) -> Vec<Symbol> {
    let Some(heritage) = heritage else { return Vec::new() };
    let clauses =
        if heritage.kind_name() == "class_heritage" { heritage.children() } else { std::iter::once(heritage).collect() };
    let names: Nodes<'_> =
        clauses
            .into_iter()
            .flat_map(|clause| {
                if matches!(clause.kind_name(), "identifier") { std::iter::once(clause).collect() } else { clause.children() }
            })
            .filter(|part| part.kind_name() != "type_arguments")
            .collect();
    lowerer.base_names(names)
}

/// A class: its decorators may stand within it.
pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let name = lowerer.part(node, 0);
    named(lowerer, node, name);
}

/// A class under a name that it may not bear itself.
pub(super) fn named(lowerer: &mut Lowerer<'_>, node: Node<'_>, name: Option<Node<'_>>) {
    let row = lowerer.row(node);
    let bases = bases(lowerer, row.part(node, 1));
    let kind = if bases.iter().any(|base| base.as_str().ends_with("Enum")) { TypeKind::Enum } else { TypeKind::Struct };
    lowerer.class_with(node, kind, row.part(node, 0).or(name), bases, row.part(node, 2), None);
}

pub(super) fn interface(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let bases = bases(lowerer, row.part(node, 1));
    // What has fields describes values, not behaviour.
    let has_fields =
        row.part(node, 2).is_some_and(|body| body.children().iter().any(|one| one.kind_name() == "property_signature"));
    let kind = if has_fields { TypeKind::Struct } else { TypeKind::Interface };
    lowerer.class_with(node, kind, row.part(node, 0), bases, row.part(node, 2), None);
}

/// `type Name = { … }`, alone or joined with others.
pub(super) fn alias(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let (Some(name), Some(value)) = (row.part(node, 0), row.part(node, 1)) else { return };
    let mut objects: Vec<Node<'_>> = Vec::new();
    let mut bases = Vec::new();
    let mut pending = vec![value];
    while let Some(part) = pending.pop() {
        match part.kind_name() {
            "object_type" => objects.push(part),
            "intersection_type" | "parenthesized_type" | "union_type" => pending.extend(part.children().into_iter().rev()),
            // `Partial<{ … }>`, `Omit<User, "x">`.
            "generic_type" => pending.extend(part.children().into_iter().skip(1).flat_map(|list| list.children()).take(1)),
            "type_identifier" => bases.push(part.symbol()),
            _ => {}
        }
    }
    match objects.split_first() {
        Some((first, rest)) => {
            lowerer.class_with(node, TypeKind::Struct, Some(name), bases, Some(*first), None);
            for object in rest {
                lowerer.class_with(node, TypeKind::Struct, Some(name), Vec::new(), Some(*object), None);
            }
        }
        None if matches!(value.kind_name(), "type_identifier" | "generic_type" | "predefined_type" | "array_type") => {
            let ty = lowerer.type_ref(value);
            lowerer.alias_type(node, name, ty);
        }
        None => {}
    }
}

/// A field of a class or a type of objects. One whose value is a function is a method.
pub(super) fn property(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let Some(name) = row.part(node, 0) else { return };
    let value = row.part(node, 2);
    if let Some(function) = value.filter(|value| matches!(lowerer.op(*value), Op::Lambda)) {
        let owner = lowerer.owner();
        let is_static = lowerer.has_modifier(node, "static");
        let inner = lowerer.row(function);
        lowerer.function(Parts {
            node: function,
            name: name.symbol(),
            name_span: name.span(),
            parameters: inner.part(function, 0),
            body: inner.part(function, 1),
            result: None,
            owner,
            receiver: None,
            is_static,
            is_constructor: false,
            is_getter: false,
            takes_type: false,
        });
        return;
    }
    let mut ty = row.part(node, 1).map(|ty| lowerer.type_ref(ty)).unwrap_or_default();
    let simple = Symbol::new(name.text().trim_matches(['#', '"', '\'']));
    let preamble = lowerer.take_preamble(node);
    let inline = row.part(node, 1).map(inline_objects).unwrap_or_default();
    if !inline.is_empty() && ty.shape == TypeShape::Unknown {
        ty.shape = TypeShape::Named(vec![simple], Vec::new());
    }
    if matches!(name.kind_name(), "string" | "number" | "computed_property_name") {
        let mut field = Field::new(simple, ty, name.span());
        field.labels.extend(preamble.doc);
        lowerer.add_field(field);
    } else {
        lowerer.field(node, name, ty, value, preamble);
    }
    let optional = node.tokens().iter().any(|token| token.kind_name() == "?");
    if optional && let Some(field) = lowerer.field_mut(simple) {
        field.required = false;
    }
    // `address: { street: string }`: the members are a container of their own, under the field's name.
    for object in inline {
        lowerer.class_with(object, TypeKind::Struct, Some(name), Vec::new(), Some(object), None);
    }
}

/// The types of objects that a type is made of, outermost only: in lists, in parameters of functions, in unions.
fn inline_objects(ty: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    ty.walk(|part| {
        let is_object = part.kind_name() == "object_type";
        if is_object {
            found.push(part);
        }
        !is_object
    });
    found
}
