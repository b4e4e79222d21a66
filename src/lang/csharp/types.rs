//! Namespaces, types and their members: fields, properties, methods, what attributes and documentation say of them.

use crate::index::Symbol;
use crate::ir::{TypeDecl, TypeKind, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Parts, Value, member_name};
use crate::lang::syntax::Node;

// ----------------------------------------------------------------------------------------------------------- namespaces

fn segments(node: Node<'_>) -> Vec<Symbol> {
    let words = node.text().split(['.', ':']).map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| Symbol::new(word.split('<').next().unwrap_or(word))).collect()
}

/// A file belongs to the first namespace that it declares: `(module)` and what is global are named by it.
pub(super) fn prepare(lowerer: &mut Lowerer<'_>, root: Node<'_>) {
    let declares = |child: &Node<'_>| matches!(child.kind_name(), "namespace_declaration" | "file_scoped_namespace_declaration");
    if let Some(name) = root.children().into_iter().find(declares).and_then(|child| lowerer.part(child, 0)) {
        lowerer.unit.module = segments(name);
    }
}

/// `namespace A.B { … }`.
pub(super) fn namespace(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let (Some(name), Some(body)) = (lowerer.part(node, 0), lowerer.part(node, 1)) else { return };
    let outer = lowerer.unit.module.clone();
    let own = segments(name);
    // The file's first namespace is its module already.
    if outer != own {
        lowerer.unit.module = own;
    }
    lowerer.statements(body);
    lowerer.unit.module = outer;
}

/// `namespace A.B;`.
pub(super) fn file_namespace(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    if let Some(name) = lowerer.part(node, 0) {
        lowerer.unit.module = segments(name);
    }
}

/// `using A.B;`, `using static A.B;`, `using X = A.B;`.
pub(super) fn using(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let alias = lowerer.part(node, 0);
    let Some(path) = node.children().last().copied() else { return };
    lowerer.import(segments(path), alias.map(Node::symbol), node.span());
}

// ---------------------------------------------------------------------------------------------------------------- types

/// A record: its parameters are properties, and it prints its members.
pub(super) fn record(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    lowerer.class(node, TypeKind::Struct);
    if let Some(declared) = lowerer.unit.types_mut().last_mut() {
        declared.formatting.display_shows_fields = true;
        declared.formatting.debug_shows_fields = true;
    }
}

/// Attributes that give a member another name outside; the value is the first text in the arguments.
const NAMES: &[&str] = &[
    "JsonPropertyName",
    "JsonProperty",
    "DataMember",
    "BsonElement",
    "XmlElement",
    "XmlAttribute",
    "Column",
    "FromForm",
    "FromQuery",
    "ProtoMember",
];
/// Attributes that keep a member out of what is serialised.
const IGNORES: &[&str] = &["JsonIgnore", "IgnoreDataMember", "XmlIgnore", "BsonIgnore", "NonSerialized", "IgnoreMember"];
/// Attributes that say for people what a member is.
const LABELS: &[&str] = &["Display", "DisplayName", "Description", "Comment", "SwaggerSchema", "DisplayFormat"];

/// What attributes say of a type's fields.
pub(super) fn finish(class: &mut TypeDecl) {
    class.doc = class.doc.filter(|doc| !doc.is_empty());
    for field in &mut class.fields {
        field.labels.retain(|label| !label.is_empty());
        for attribute in &field.attributes {
            let last = attribute.name.as_str().rsplit('.').next().unwrap_or_default();
            let last = last.strip_suffix("Attribute").unwrap_or(last);
            let arguments = attribute.arguments.as_str();
            if NAMES.contains(&last) {
                let name = first_text(arguments).filter(|name| field.name != **name);
                // What a message calls it comes before what a column is called.
                if let Some(name) = name.filter(|_| last.starts_with("Json") || field.serialized_name.is_none()) {
                    field.serialized_name = Some(Symbol::new(name));
                }
            } else if IGNORES.contains(&last) {
                field.skip_serialize |= !arguments.contains("Never") && !arguments.contains("WhenWriting");
            } else if LABELS.contains(&last) {
                field.labels.extend(first_text(arguments).map(Symbol::new));
            }
            field.primary_key |= last == "Key" || last == "PrimaryKey";
            field.required |= last == "Required";
        }
    }
}

/// The first string in an attribute's arguments.
fn first_text(arguments: &str) -> Option<&str> {
    let (_, rest) = arguments.split_once('"')?;
    let (text, _) = rest.split_once('"')?;
    (!text.trim().is_empty()).then_some(text)
}

/// The text of an XML documentation line. What is not about the thing itself, such as `<param>`, is left out.
pub(super) fn documentation(comment: &str) -> Option<String> {
    let line = comment.strip_prefix("///").map(str::trim);
    let inner = match line {
        Some(line) => line,
        None => comment.strip_prefix("/**")?.strip_suffix("*/")?,
    };
    let other = ["<param", "<returns", "<exception", "<typeparam", "<example", "<code", "<seealso", "<inheritdoc"];
    // An empty line goes on with what stands above.
    if other.iter().any(|tag| inner.starts_with(tag)) {
        return Some(String::new());
    }
    let mut text = String::new();
    let mut rest = inner;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((_, after)) = tag.split_once('>') else { break };
        rest = after;
    }
    text.push_str(rest);
    let lines = text.lines().map(|line| line.trim().trim_start_matches('*').trim());
    Some(lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

// -------------------------------------------------------------------------------------------------------------- members

/// Fields. Constants of a class are values that other code reads, not what its instances hold.
pub(super) fn field(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let nothing = Value::nothing(node.span());
    let Some(declaration) = lowerer.part(node, 0) else { return nothing };
    let attributes = lowerer.annotations(node);
    lowerer.preamble.attributes.extend(attributes);
    if !(lowerer.has_modifier(node, "const") || lowerer.has_modifier(node, "static")) {
        lowerer.statement(declaration);
        return nothing;
    }
    let ty = lowerer.type_part(declaration, 0);
    for one in declaration.children() {
        let row = lowerer.row(one);
        if let (Op::Declarator, Some(name)) = (row.op, row.part(one, 0)) {
            lowerer.note_global(name.symbol());
            lowerer.global(name.symbol(), ty.clone(), row.part(one, 1), name.span(), one.span());
        }
    }
    nothing
}

/// Properties: what holds a value is a field, what only computes one is read like a field.
pub(super) fn property(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let nothing = Value::nothing(node.span());
    let row = lowerer.row(node);
    let Some(name) = row.part(node, 0) else { return nothing };
    let is_static = lowerer.has_modifier(node, "static");
    let value = row.part(node, 2);
    let accessors = row.part(node, 3).map(Node::children).unwrap_or_default();
    let getter = accessors.iter().find(|accessor| accessor.text().contains("get") && lowerer.part(**accessor, 1).is_some());
    let sets = accessors.iter().any(|one| lowerer.part(*one, 0).is_some_and(|word| matches!(word.text(), "set" | "init")));
    let computed = match value {
        Some(value) if value.kind_name() == "arrow_expression_clause" => Some(value),
        _ => getter.filter(|_| !sets).and_then(|getter| lowerer.part(*getter, 1)),
    };
    if let Some(body) = computed {
        lowerer.function(Parts {
            node,
            name: member_name(name),
            name_span: name.span(),
            parameters: None,
            body: Some(body),
            result: row.part(node, 1),
            owner: lowerer.owner(),
            receiver: None,
            is_static,
            is_constructor: false,
            is_getter: true,
            takes_type: false,
        });
        return nothing;
    }
    let ty = lowerer.type_part(node, 1);
    if is_static {
        lowerer.global(member_name(name), ty, value, name.span(), node.span());
        return nothing;
    }
    let preamble = lowerer.take_preamble(node);
    let required = !matches!(ty.shape, TypeShape::Wrapper(_)) && !ty.text.as_str().ends_with('?');
    // A constant that stands for `not yet` (`""`, `null!`) is an initial value like any other.
    lowerer.field(node, name, ty, value, preamble);
    if let Some(field) = lowerer.field_mut(member_name(name)) {
        field.required = required;
    }
    nothing
}

/// `this User user`: the value that an extension method is called on.
pub(super) fn is_extended(parameter: Node<'_>) -> bool {
    parameter.kind_name() == "parameter" && parameter.tokens().first().is_some_and(|first| first.text() == "this")
}

/// `var`: what stands to the right tells.
pub(super) fn implicit(_lowerer: &mut Lowerer<'_>, _node: Node<'_>) -> TypeShape {
    TypeShape::Unknown
}
