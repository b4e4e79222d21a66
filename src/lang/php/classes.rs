//! Classes, and the fields that their comments and lists declare.

use super::phpdoc;
use crate::index::Symbol;
use crate::ir::{Field, TypeKind, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Value, member_name};
use crate::lang::syntax::{Node, Nodes};

/// A class, trait or interface; traits that its body uses are bases too.
pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let body = row.part(node, 2);
    let bases = bases(lowerer, node, body);
    let kind = if node.kind_name() == "interface_declaration" { TypeKind::Interface } else { TypeKind::Struct };
    let comment = comment_before(node);
    lowerer.class_with(node, kind, row.part(node, 0), bases, body, None);
    let name = row.part(node, 0).map(member_name).unwrap_or_default();
    if let Some(comment) = comment {
        documented_fields(lowerer, name, comment);
    }
}

/// A class without a name.
pub(super) fn anonymous(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let body = lowerer.part(node, 0);
    let bases = bases(lowerer, node, body);
    lowerer.class_with(node, TypeKind::Struct, None, bases, body, None);
    Value::nothing(node.span())
}

fn bases(lowerer: &Lowerer<'_>, node: Node<'_>, body: Option<Node<'_>>) -> Vec<Symbol> {
    let clauses = node.children().into_iter().filter(|one| matches!(one.kind_name(), "base_clause" | "class_interface_clause"));
    let members = body.map(Node::children).unwrap_or_default();
    let traits = members.into_iter().filter(|one| one.kind_name() == "use_declaration");
    let names: Nodes<'_> = clauses.chain(traits).flat_map(Node::children).filter(|one| one.kind_name() != "use_list").collect();
    lowerer.base_names(names)
}

/// The documentation comment right before a node.
fn comment_before(node: Node<'_>) -> Option<Node<'_>> {
    let before = node.before()?;
    (before.is_extra() && before.text().starts_with("/**")).then_some(before)
}

/// `@property string $email Where we write`: fields that the class has without declaring them.
fn documented_fields(lowerer: &mut Lowerer<'_>, class: Symbol, comment: Node<'_>) {
    let mut fields = Vec::new();
    for tag in phpdoc::tags(comment.text()) {
        if !tag.name.starts_with("property") || tag.variable.is_empty() {
            continue;
        }
        let span = comment.span_within(tag.at, tag.at + tag.variable.len());
        let mut field = Field::new(Symbol::new(tag.variable), type_of(lowerer, tag.ty), span);
        if !tag.text.is_empty() {
            field.labels.push(Symbol::new(tag.text));
        }
        fields.push(field);
    }
    let Some(declared) = lowerer.unit.types_mut().iter_mut().rev().find(|one| one.name == class) else { return };
    for field in fields {
        if !declared.fields.iter().any(|known| known.name == field.name) {
            declared.fields.push(field);
        }
    }
}

/// `@param User $user`: the type of a parameter that is declared without one.
pub(super) fn documented_parameters(lowerer: &mut Lowerer<'_>, function: Node<'_>) {
    let Some(comment) = comment_before(function) else { return };
    for tag in phpdoc::tags(comment.text()).into_iter().filter(|tag| tag.name == "param" && !tag.variable.is_empty()) {
        let Some(local) = lowerer.unit.function.lookup(Symbol::new(&format!("${}", tag.variable))) else { continue };
        if lowerer.unit.function.type_of(local).is_none_or(|ty| ty.shape == TypeShape::Unknown) {
            let ty = type_of(lowerer, tag.ty);
            lowerer.unit.function.set_type(local, ty);
        }
    }
}

/// The type that a comment writes.
fn type_of(lowerer: &mut Lowerer<'_>, written: &str) -> TypeRef {
    let Some((name, list)) = phpdoc::named(written) else { return TypeRef::default() };
    let path = name.split('\\').filter(|part| !part.is_empty()).map(Symbol::new).collect();
    let shape = lowerer.named_type(path, Vec::new());
    let one = TypeRef { text: Symbol::new(written), shape };
    if list { TypeRef { text: Symbol::new(written), shape: TypeShape::List(Box::new(one)) } } else { one }
}

/// `private ?string $email = null, $phone;`.
pub(super) fn property(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let comment = comment_before(node);
    let declared = lowerer.part(node, 0).map(|ty| lowerer.type_ref(ty));
    let elements: Vec<Node<'_>> = node.children().into_iter().filter(|one| one.kind_name() == "property_element").collect();
    let mut preamble = Some(lowerer.take_preamble(node));
    for element in elements {
        let children = element.children();
        let Some(name) = children.first() else { continue };
        let ty = declared.clone().unwrap_or_else(|| {
            let tags = comment.map(|comment| phpdoc::tags(comment.text())).unwrap_or_default();
            let written = tags.into_iter().find(|tag| tag.name == "var");
            written.map(|tag| type_of(lowerer, tag.ty)).unwrap_or_default()
        });
        lowerer.field(element, *name, ty, children.get(1).copied(), preamble.take().unwrap_or_default());
    }
}

/// `const A = 1, B = 2;` of a file or class.
pub(super) fn constants(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    for element in node.children().into_iter().filter(|one| one.kind_name() == "const_element") {
        let children = element.children();
        let Some(name) = children.first() else { continue };
        lowerer.global(name.symbol(), TypeRef::default(), children.get(1).copied(), name.span(), element.span());
    }
}

/// `protected $fillable = ['email', 'phone']`, `$casts = ['birthday' => 'date']`: the columns that a model of Eloquent names.
pub(super) fn listed_fields(lowerer: &mut Lowerer<'_>, members: &[Node<'_>]) {
    const LISTS: &[&str] = &["$fillable", "$guarded", "$hidden", "$casts", "$dates", "$visible", "$encryptable"];
    for member in members.iter().filter(|one| one.kind_name() == "property_declaration") {
        for element in member.children().into_iter().filter(|one| one.kind_name() == "property_element") {
            let children = element.children();
            let [name, list] = children.as_slice() else { continue };
            if !LISTS.contains(&name.text()) || list.kind_name() != "array_creation_expression" {
                continue;
            }
            for one in list.children() {
                let Some(column) = one.first().filter(|column| matches!(lowerer.op(*column), Op::Text)) else { continue };
                let shape = one.children().get(1).map_or(TypeShape::Unknown, |cast| cast_shape(cast.text()));
                let simple = member_name(column);
                let plain = !simple.is_empty() && simple.as_str().chars().all(|c| c.is_alphanumeric() || c == '_');
                if plain {
                    let mut field = Field::new(simple, TypeRef { text: Symbol::default(), shape }, column.span());
                    field.required = false;
                    lowerer.add_field(field);
                }
            }
        }
    }
}

/// What a cast of a column makes it.
fn cast_shape(cast: &str) -> TypeShape {
    let cast = cast.trim_matches(['\'', '"']);
    match cast.split(':').next().unwrap_or_default() {
        "date" | "datetime" | "immutable_date" | "immutable_datetime" | "timestamp" => TypeShape::Time,
        "bool" | "boolean" => TypeShape::Boolean,
        "int" | "integer" => TypeShape::Integer,
        "float" | "double" | "decimal" | "real" => TypeShape::Decimal,
        "string" => TypeShape::Text,
        "array" | "json" | "object" | "collection" => TypeShape::Document,
        _ => TypeShape::Unknown,
    }
}
