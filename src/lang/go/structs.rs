//! Types: structs with their tags and embedded types, interfaces, other names; and composite literals of them.

use crate::index::Symbol;
use crate::ir::{AggregateKind, Argument, Attribute, Field, Operand, Rvalue, Selector, TypeKind, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Value, member_name};
use crate::lang::syntax::Node;

/// `type Name …`: a struct, an interface, another name.
pub(super) fn type_spec(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let (Some(name), Some(ty)) = (lowerer.part(node, 0), lowerer.part(node, 1)) else { return };
    match ty.kind_name() {
        "struct_type" => {
            let bases = embedded(lowerer, ty);
            lowerer.class_with(node, TypeKind::Struct, Some(name), bases, ty.first(), None);
        }
        "interface_type" => {
            let elements = ty.children().into_iter().filter(|child| child.kind_name() == "type_elem").collect();
            let bases = lowerer.base_names(elements);
            lowerer.class_with(node, TypeKind::Interface, Some(name), bases, Some(ty), None);
        }
        _ => {
            let ty = lowerer.type_ref(ty);
            lowerer.alias_type(node, name, ty);
        }
    }
}

/// The types that a struct embeds: their fields and methods are its own.
fn embedded(lowerer: &Lowerer<'_>, structure: Node<'_>) -> Vec<Symbol> {
    let fields = structure.first().map(Node::children).unwrap_or_default();
    let types = fields.into_iter().filter(|field| lowerer.part(*field, 0).is_none());
    lowerer.base_names(types.filter_map(|field| lowerer.part(field, 1)).collect())
}

/// `Email, Phone string` with a tag and a comment.
pub(super) fn field(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let preamble = lowerer.take_preamble(node);
    let tags = row.part(node, 2).map(tags).unwrap_or_default();
    for name in row.all(node, 0) {
        let ty = row.part(node, 1).map(|ty| named_type(lowerer, ty, member_name(name))).unwrap_or_default();
        let mut field = Field::new(member_name(name), ty, name.span());
        field.required = !matches!(field.ty.shape, TypeShape::Wrapper(_));
        field.labels.extend(preamble.doc);
        field.labels.extend(trailing_comment(node));
        apply_tags(&mut field, &tags);
        lowerer.add_field(field);
    }
}

/// The comment after a declaration on its line.
fn trailing_comment(node: Node<'_>) -> Option<Symbol> {
    let rest = node.source().text.get(node.end()..)?;
    let line = rest.lines().next()?.trim();
    let text = line.strip_prefix("//").or_else(|| line.strip_prefix("/*")?.strip_suffix("*/"))?.trim();
    let words = !text.is_empty() && !text.starts_with("nolint");
    words.then(|| Symbol::new(text))
}

/// The entries of a tag: `json:"iin,omitempty" db:"iin"`.
fn tags(node: Node<'_>) -> Vec<Attribute> {
    let text = node.text();
    let inner = text.trim_matches('`');
    // In a string with quotes, the quotes of the entries are escaped.
    let inner = if text.starts_with('"') { inner.trim_matches('"').replace("\\\"", "\"") } else { inner.to_owned() };
    let mut found = Vec::new();
    let mut rest = inner.trim();
    while let Some((name, after)) = rest.split_once(":\"") {
        let Some((value, next)) = after.split_once('"') else { break };
        found.push(Attribute { name: Symbol::new(name.trim()), arguments: Symbol::new(value), span: node.span() });
        rest = next.trim_start();
    }
    found
}

/// What tags say of a field: its name outside, what it is called for people, that it is kept out.
fn apply_tags(field: &mut Field, tags: &[Attribute]) {
    for tag in tags {
        let value = tag.arguments.as_str();
        let first = value.split(',').next().unwrap_or_default();
        match tag.name.as_str() {
            "json" if value == "-" => field.skip_serialize = true,
            "json" | "yaml" | "xml" | "bson" | "form" | "db" | "query" | "mapstructure" | "toml" | "schema" => {
                let plain = !matches!(first, "" | "-") && field.name != first;
                if plain && (field.serialized_name.is_none() || tag.name == "json") {
                    field.serialized_name = Some(Symbol::new(first));
                }
            }
            "description" | "label" | "title" | "doc" | "comment" if !value.is_empty() => {
                field.labels.push(tag.arguments);
            }
            "gorm" | "xorm" => {
                for entry in value.split(';') {
                    if let Some((key, text)) = entry.split_once(':')
                        && key.trim().eq_ignore_ascii_case("comment")
                    {
                        field.labels.push(Symbol::new(text.trim().trim_matches('\'')));
                    }
                }
                field.primary_key |= value.to_ascii_lowercase().contains("primarykey");
            }
            _ => {}
        }
        field.attributes.push(tag.clone());
    }
}

/// A type that is written where something is named: a struct without a name of its own gets that of what it is the type of.
pub(super) fn named_type(lowerer: &mut Lowerer<'_>, ty: Node<'_>, name: Symbol) -> TypeRef {
    let mut inner = ty;
    let mut listed = false;
    while let Op::TypeList | Op::TypeOptional = lowerer.op(inner) {
        listed |= matches!(lowerer.op(inner), Op::TypeList);
        let Some(next) = lowerer.part(inner, 0) else { break };
        inner = next;
    }
    if inner.kind_name() != "struct_type" {
        return lowerer.type_ref(ty);
    }
    let name = match lowerer.owner() {
        Some(owner) => Symbol::new(&format!("{owner}.{name}")),
        None => name,
    };
    let bases = embedded(lowerer, inner);
    let declared = lowerer.deeper(|lowerer| {
        lowerer.class_with(inner, TypeKind::Struct, None, bases, inner.first(), None);
        if let Some(declaration) = lowerer.unit.types_mut().last_mut() {
            declaration.name = name;
        }
    });
    if declared.is_none() {
        return TypeRef::default();
    }
    let named = TypeRef::named(name);
    if listed { TypeRef { text: Symbol::new("struct"), shape: TypeShape::List(Box::new(named)) } } else { named }
}

/// A struct or interface where nothing is named.
pub(super) fn anonymous(_lowerer: &mut Lowerer<'_>, _node: Node<'_>) -> TypeShape {
    TypeShape::Unknown
}

/// `User{Email: e}`, `[]User{{Email: e}}`, `map[string]string{"email": e}`.
pub(super) fn literal(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let Some(body) = lowerer.part(node, 1) else { return Value::nothing(node.span()) };
    let ty = lowerer.part(node, 0);
    composite(lowerer, node, ty, body)
}

/// `{Email: e}` where its type is not written.
pub(super) fn bare_literal(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    composite(lowerer, node, None, node)
}

/// The type without pointers: `[]*User{{…}}` elides `&User`.
fn behind_pointers<'t>(lowerer: &Lowerer<'_>, ty: Node<'t>) -> Node<'t> {
    let mut ty = ty;
    while let Op::TypeOptional | Op::Inner = lowerer.op(ty) {
        let Some(inner) = lowerer.part(ty, 0).or_else(|| ty.first()) else { break };
        ty = inner;
    }
    ty
}

fn composite(lowerer: &mut Lowerer<'_>, node: Node<'_>, ty: Option<Node<'_>>, body: Node<'_>) -> Value {
    let ty = ty.map(|ty| behind_pointers(lowerer, ty));
    let row = ty.map(|ty| (ty, lowerer.row(ty)));
    let (kind, element) = match row {
        Some((ty, row)) => match row.op {
            Op::TypeList => (AggregateKind::List, row.part(ty, 0)),
            Op::TypeMap => (AggregateKind::Map, row.part(ty, 1)),
            Op::TypeGeneric => (named(lowerer, row.part(ty, 0)), None),
            Op::TypeName => (named(lowerer, Some(ty)), None),
            _ => (AggregateKind::Map, None),
        },
        None => (AggregateKind::Map, None),
    };
    let mut members = Vec::new();
    let mut positional = Vec::new();
    for child in body.children() {
        if child.kind_name() == "keyed_element" {
            let parts = child.children();
            let [key, value] = parts.as_slice() else { continue };
            let selector = selector(lowerer, &kind, *key);
            if let Selector::Field(name) | Selector::Key(name) = selector
                && let Some(value) = value.first()
            {
                lowerer.name_literal(value, name);
            }
            let value = element_value(lowerer, *value, element);
            members.push((selector, value));
        } else {
            let value = element_value(lowerer, child, element);
            positional.push(value);
        }
    }
    match (&kind, row) {
        (AggregateKind::Named(path), Some((ty, _))) if !positional.is_empty() => {
            let arguments = positional.into_iter().map(Argument::plain).collect();
            let path = path.clone();
            lowerer.call_value(path, arguments, node, ty)
        }
        _ => {
            let element = |value| (Selector::Element, value);
            let kind = if positional.is_empty() || row.is_some() { kind } else { AggregateKind::List };
            members.extend(positional.into_iter().map(element));
            Value::Rvalue(Rvalue::Aggregate { kind, members, spread: Vec::new() })
        }
    }
}

fn named(lowerer: &Lowerer<'_>, ty: Option<Node<'_>>) -> AggregateKind {
    AggregateKind::Named(ty.map(|ty| lowerer.type_path(ty)).unwrap_or_default())
}

/// The member that a key stands for: a field in a struct, a constant key in a map.
fn selector(lowerer: &mut Lowerer<'_>, kind: &AggregateKind, key: Node<'_>) -> Selector {
    let inner = key.first().unwrap_or(key);
    match (kind, lowerer.op(inner)) {
        (AggregateKind::Named(_), Op::Name) => Selector::Field(inner.symbol()),
        (AggregateKind::List, _) => Selector::Element,
        (_, Op::Text | Op::Literal) => lowerer.key(inner),
        (_, Op::Name) if lowerer.unit.function.lookup(inner.symbol()).is_none() => Selector::Key(inner.symbol()),
        _ => {
            lowerer.expression(inner);
            Selector::Element
        }
    }
}

fn element_value(lowerer: &mut Lowerer<'_>, element: Node<'_>, ty: Option<Node<'_>>) -> Operand {
    let inner = if element.kind_name() == "literal_element" { element.first().unwrap_or(element) } else { element };
    if inner.kind_name() != "literal_value" {
        return lowerer.expression(inner);
    }
    lowerer.unit.count_expression();
    let value = lowerer.deeper(|lowerer| composite(lowerer, inner, ty, inner));
    let value = value.unwrap_or_else(|| Value::nothing(inner.span()));
    lowerer.operand(value, inner.span())
}
