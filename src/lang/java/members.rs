//! Methods that annotations or the language itself generate: getters, setters, accessors, texts that leave fields out.

use super::annotations::simple_name;
use crate::index::Symbol;
use crate::ir::builder::{FunctionBuilder, FunctionHeader};
use crate::ir::{
    Attribute, Field, FunctionRole, Operand, Place, Rvalue, Selector, Style, TextPart, TypeDecl, TypeKind, TypeRef, TypeShape,
};
use crate::lang::lowering::Lowerer;

fn has(attributes: &[Attribute], names: &[&str]) -> bool {
    attributes.iter().any(|attribute| names.contains(&simple_name(attribute)))
}

/// Adds the methods of a Java class that no one wrote.
pub(in crate::lang) fn generate(lowerer: &mut Lowerer<'_>, class: &TypeDecl) {
    if !matches!(class.kind, TypeKind::Struct | TypeKind::Enum) {
        return;
    }
    let reads = has(&class.attributes, &["Data", "Getter", "Value"]);
    let writes = has(&class.attributes, &["Data", "Setter"]);
    for field in &class.fields {
        if reads || has(&field.attributes, &["Getter"]) {
            getter(lowerer, class, field, &property("get", field));
            if field.ty.shape == TypeShape::Boolean {
                getter(lowerer, class, field, &property("is", field));
            }
        }
        if writes || has(&field.attributes, &["Setter"]) {
            setter(lowerer, class, field);
        }
    }
    without_excluded(lowerer, class);
}

/// `getEmail` for `email`.
#[must_use]
pub(in crate::lang) fn property(prefix: &str, field: &Field) -> String {
    let name = field.name.as_str();
    let mut rest = name.chars();
    match rest.next() {
        Some(first) => format!("{prefix}{}{}", first.to_uppercase(), rest.as_str()),
        None => prefix.to_owned(),
    }
}

/// A method of a class that is about one of its fields, made by `body` of the receiver's field.
fn method(
    lowerer: &mut Lowerer<'_>,
    class: &TypeDecl,
    name: Symbol,
    role: FunctionRole,
    result: TypeRef,
    body: impl FnOnce(&mut FunctionBuilder, &dyn Fn(&Field) -> Place),
) {
    lowerer.unit.begin_function();
    let function = &mut lowerer.unit.function;
    let receiver = function.declare(Symbol::new("this"), TypeRef::named(class.name), class.span);
    function.receiver(receiver);
    let place = |field: &Field| {
        let mut place = Place::local(receiver);
        place.path.push(Selector::Field(field.name));
        place
    };
    body(function, &place);
    lowerer.unit.end_function(FunctionHeader {
        name,
        owner: Some(class.name),
        role,
        result,
        span: class.span,
        extent: class.span,
        ..FunctionHeader::default()
    });
}

/// A method that gives a field.
pub(in crate::lang) fn getter(lowerer: &mut Lowerer<'_>, class: &TypeDecl, field: &Field, name: &str) {
    method(lowerer, class, Symbol::new(name), FunctionRole::Plain, field.ty.clone(), |function, place| {
        let value = Operand::Place(place(field), field.span);
        function.returns(Some(value), field.span);
    });
}

fn setter(lowerer: &mut Lowerer<'_>, class: &TypeDecl, field: &Field) {
    let name = Symbol::new(&property("set", field));
    method(lowerer, class, name, FunctionRole::Plain, TypeRef::default(), |function, place| {
        let given = function.declare(field.name, field.ty.clone(), field.span);
        function.parameter(given, false, Vec::new());
        function.assign(place(field), Rvalue::Use(FunctionBuilder::read(given, field.span)), field.span);
    });
}

/// `@ToString.Exclude`, `@ToString(exclude = "iin")`: the text has the fields that are left.
fn without_excluded(lowerer: &mut Lowerer<'_>, class: &TypeDecl) {
    if !class.formatting.display_shows_fields {
        return;
    }
    let listed: String = class
        .attributes
        .iter()
        .filter(|attribute| simple_name(attribute) == "ToString")
        .map(|attribute| attribute.arguments.as_str())
        .filter(|arguments| arguments.contains("exclude"))
        .collect();
    let only: String = class
        .attributes
        .iter()
        .filter(|attribute| simple_name(attribute) == "ToString")
        .map(|attribute| attribute.arguments.as_str())
        .filter(|arguments| arguments.contains("of") && !arguments.contains("exclude"))
        .filter(|arguments| arguments.contains('"'))
        .collect();
    let named = |list: &str, field: &Field| list.contains(&format!("\"{}\"", field.name));
    let shown = |field: &Field| {
        let own = field.attributes.iter().any(|attribute| attribute.name.as_str().ends_with("ToString.Exclude"));
        !own && !named(&listed, field) && (only.is_empty() || named(&only, field))
    };
    if class.fields.iter().all(shown) {
        return;
    }
    method(lowerer, class, Symbol::new("toString"), FunctionRole::Display, TypeRef::default(), |function, place| {
        let fields = class.fields.iter().filter(|field| shown(field));
        let parts = fields.map(|field| TextPart::Value(Operand::Place(place(field), field.span), Style::Display)).collect();
        let text = function.temporary(Rvalue::Format(parts), class.span);
        function.returns(Some(text), class.span);
    });
}
