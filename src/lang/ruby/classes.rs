//! Classes, modules, and the fields that their bodies declare by calls.

use super::hooks::symbols_of;
use crate::index::Symbol;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Parts, member_name};
use crate::lang::syntax::Node;

/// The name of the block that a method is given without naming it.
pub(super) const BLOCK: &str = "(block)";

/// `class Name < Base`.
pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let bases = lowerer.base_names(row.all(node, 1));
    nested(lowerer, node, bases);
}

/// `module Name`: a place for names, with methods of its own.
pub(super) fn module(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    nested(lowerer, node, Vec::new());
}

/// A class or module. What its body declares stands in the module of its name.
fn nested(lowerer: &mut Lowerer<'_>, node: Node<'_>, mut bases: Vec<Symbol>) {
    let row = lowerer.row(node);
    let Some(name) = row.part(node, 0) else { return };
    let path = lowerer.type_path(name);
    let Some((_, outer)) = path.split_last() else { return };
    // Classes that enclose this one are modules of its name.
    let enclosing = lowerer.owner();
    let depth = lowerer.unit.module.len();
    lowerer.unit.module.extend(enclosing.into_iter().chain(outer.iter().copied()));
    let body = row.part(node, 2);
    let members = body.map(Node::children).unwrap_or_default();
    for member in members {
        if is_call(lowerer, member, &["include", "extend", "prepend"]) {
            bases.extend(
                lowerer.part(member, 2).map(|list| lowerer.base_names(std::iter::once(list).collect())).unwrap_or_default(),
            );
        }
    }
    let simple = if name.kind_name() == "scope_resolution" { name.children().last().copied() } else { Some(name) };
    lowerer.class_with(node, TypeKind::Struct, simple, bases, body, None);
    lowerer.unit.module.truncate(depth);
}

/// `class << self`: methods of the class itself.
pub(super) fn singleton_class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let body = lowerer.part(node, 1).map(Node::children_and_comments).unwrap_or_default();
    for member in body {
        if matches!(lowerer.op(member), Op::Function) {
            let mut parts = lowerer.parts_of(member);
            parts.is_static = true;
            lowerer.function(parts);
        } else if !member.is_extra() {
            lowerer.statement(member);
        }
    }
}

/// `def self.name`.
pub(super) fn singleton_method(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let mut parts = lowerer.parts_of(node);
    parts.is_static = true;
    parts.owner = lowerer.owner();
    parts.is_constructor = false;
    lowerer.function(parts);
}

/// Whether a statement is a call without a receiver of one of these names.
fn is_call(lowerer: &Lowerer<'_>, node: Node<'_>, names: &[&str]) -> bool {
    matches!(lowerer.op(node), Op::MethodCall)
        && lowerer.part(node, 0).is_none()
        && lowerer.part(node, 1).is_some_and(|name| names.contains(&name.text()))
}

/// `attr_accessor :a, :b`, `attribute :email, :string`: fields of the class whose body it is.
pub(super) fn declared_by_calls(lowerer: &mut Lowerer<'_>, members: &[Node<'_>]) {
    const READERS: &[&str] =
        &["attr_accessor", "attr_reader", "attr_writer", "cattr_accessor", "mattr_accessor", "class_attribute"];
    const TYPED: &[&str] = &["attribute", "field", "property", "key"];
    let mut comment: Option<Node<'_>> = None;
    for member in members {
        if member.is_extra() {
            comment = Some(*member);
            continue;
        }
        let before = comment.take();
        let typed = is_call(lowerer, *member, TYPED);
        if !typed && !is_call(lowerer, *member, READERS) {
            continue;
        }
        let list = lowerer.part(*member, 2);
        let mut names = symbols_of(lowerer, list);
        let mut shape = TypeShape::Unknown;
        if typed {
            let kind = names.get(1).map(|(kind, _)| *kind).or_else(|| {
                let constant = list?.children().into_iter().find(|one| one.kind_name() == "constant")?;
                Some(constant.symbol())
            });
            shape = kind.map(|kind| column_shape(kind.as_str())).unwrap_or_default();
            names.truncate(1);
        }
        for (name, span) in names {
            let mut field = Field::new(name, TypeRef { text: Symbol::default(), shape: shape.clone() }, span);
            field.required = false;
            let text = before.and_then(|comment| lowerer.documentation(comment));
            field.labels.extend(text.map(|text| Symbol::new(&text)));
            lowerer.add_field(field);
        }
    }
}

/// What a declared type of a column or attribute holds.
fn column_shape(kind: &str) -> TypeShape {
    match kind {
        "string" | "text" | "citext" | "String" | "Text" | "immutable_string" => TypeShape::Text,
        "integer" | "bigint" | "big_integer" | "Integer" | "smallint" | "references" | "belongs_to" => TypeShape::Integer,
        "decimal" | "float" | "numeric" | "Float" | "BigDecimal" | "money" => TypeShape::Decimal,
        "boolean" | "Boolean" | "Bool" => TypeShape::Boolean,
        "date" | "datetime" | "time" | "timestamp" | "timestamptz" | "Date" | "DateTime" | "Time" => TypeShape::Time,
        "binary" | "blob" => TypeShape::Bytes,
        "uuid" => TypeShape::Identifier,
        "inet" | "cidr" => TypeShape::NetworkAddress,
        "json" | "jsonb" | "hstore" => TypeShape::Document,
        _ => TypeShape::Unknown,
    }
}

/// `Name = Struct.new(:a, :b)`, `Name = Data.define(:a)`: a class of these fields.
pub(super) fn record(lowerer: &mut Lowerer<'_>, node: Node<'_>, name: Node<'_>, value: Node<'_>) -> bool {
    if !matches!(lowerer.op(value), Op::MethodCall) {
        return false;
    }
    let (Some(receiver), Some(method)) = (lowerer.part(value, 0), lowerer.part(value, 1)) else { return false };
    if !matches!((receiver.text(), method.text()), ("Struct", "new") | ("Data", "define")) {
        return false;
    }
    let names = symbols_of(lowerer, lowerer.part(value, 2));
    let block = lowerer.part(value, 3);
    let body = block.and_then(|block| lowerer.part(block, 1));
    lowerer.class_with(node, TypeKind::Struct, Some(name), Vec::new(), body, None);
    let symbol = member_name(name);
    if let Some(declared) = lowerer.unit.types_mut().iter_mut().rev().find(|one| one.name == symbol) {
        let known: Vec<Symbol> = declared.fields.iter().map(|field| field.name).collect();
        let fields = names.into_iter().filter(|(name, _)| !known.contains(name));
        let mut fields: Vec<Field> = fields.map(|(name, span)| Field::new(name, TypeRef::default(), span)).collect();
        fields.append(&mut declared.fields);
        declared.fields = fields;
        // What such a value prints are its fields.
        declared.formatting.debug_shows_fields = true;
        declared.formatting.display_shows_fields = true;
    }
    true
}

/// Whether a method calls a block that it does not name.
pub(super) fn takes_block(lowerer: &Lowerer<'_>, parts: &Parts<'_>) -> bool {
    let named = |list: Node<'_>| list.children().iter().any(|one| one.kind_name() == "block_parameter");
    if parts.parameters.is_some_and(named) {
        return false;
    }
    let mut found = false;
    if let Some(body) = parts.body {
        body.walk(|node| {
            found |= node.is_named() && node.kind_name() == "yield";
            !found && !matches!(lowerer.op(node), Op::Function)
        });
    }
    found
}

/// The tables of a schema that ActiveRecord wrote.
pub(super) fn tables(lowerer: &mut Lowerer<'_>, root: Node<'_>) {
    let mut calls = Vec::new();
    root.walk(|node| {
        let declares = is_call(lowerer, node, &["create_table"]);
        if declares {
            calls.push(node);
        }
        !declares
    });
    for call in calls {
        table(lowerer, call);
    }
}

/// `create_table "users" do |t| t.string "email", comment: "…" end`: a table with its columns.
fn table(lowerer: &mut Lowerer<'_>, call: Node<'_>) -> Option<()> {
    let (name, span) = symbols_of(lowerer, lowerer.part(call, 2)).into_iter().next()?;
    let block = lowerer.part(call, 3)?;
    let body = lowerer.part(block, 1)?;
    let mut fields = Vec::new();
    for statement in body.children() {
        if !matches!(lowerer.op(statement), Op::MethodCall) {
            continue;
        }
        let (Some(kind), list) = (lowerer.part(statement, 1), lowerer.part(statement, 2)) else { continue };
        if matches!(kind.text(), "index" | "check_constraint" | "foreign_key" | "timestamps" | "unique_constraint" | "remove") {
            continue;
        }
        let comment = list.and_then(|list| option(lowerer, list, "comment"));
        let names = symbols_of(lowerer, list);
        let names = if kind.text() == "column" { names.into_iter().take(1).collect() } else { names };
        let written = if kind.text() == "column" {
            symbols_of(lowerer, list).get(1).map_or(Symbol::default(), |(kind, _)| *kind)
        } else {
            kind.symbol()
        };
        for (column, span) in names {
            let refers = matches!(kind.text(), "references" | "belongs_to");
            let column = if refers { Symbol::new(&format!("{column}_id")) } else { column };
            let mut field = Field::new(column, TypeRef { text: written, shape: column_shape(written.as_str()) }, span);
            field.labels.extend(comment);
            field.required = statement.text().contains("null: false");
            fields.push(field);
        }
    }
    if fields.is_empty() {
        return None;
    }
    let doc = lowerer.part(call, 2).and_then(|list| option(lowerer, list, "comment"));
    lowerer.unit.declare_type(TypeDecl {
        name,
        module: lowerer.unit.module.clone(),
        kind: TypeKind::Table,
        fields,
        bases: Vec::new(),
        attributes: Vec::new(),
        doc,
        formatting: Formatting::default(),
        span,
        extent: call.span(),
        in_test: lowerer.unit.in_test,
    });
    Some(())
}

/// The text that an option of a call has.
fn option(lowerer: &Lowerer<'_>, list: Node<'_>, name: &str) -> Option<Symbol> {
    let pairs = list.children().into_iter().filter(|one| matches!(lowerer.op(*one), Op::Pair));
    let found = pairs.into_iter().find(|pair| lowerer.part(*pair, 0).is_some_and(|key| member_name(key) == name))?;
    lowerer.part(found, 1).filter(|value| matches!(lowerer.op(*value), Op::Text)).map(member_name)
}
