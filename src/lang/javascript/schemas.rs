//! Objects that describe objects: `z.object({ email: z.string() })`, `new Schema({ email: String })`,
//! `define("users", { email: { type: DataTypes.STRING } })`, `pgTable("users", { email: text() })`.
//!
//! They are told by their form, whatever library reads them: every member is a type, a call that makes one, or an object with
//! a `type`.

use crate::index::Symbol;
use crate::ir::{Attribute, Field, Formatting, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op};
use crate::lang::syntax::Node;
use crate::source::Span;

/// Chains of calls are followed this far towards their start.
const LONGEST_CHAIN: usize = 24;

/// Declares what a call describes, under the name of a constant or the text before the description.
pub(super) fn declared(lowerer: &mut Lowerer<'_>, name: Option<Node<'_>>, value: Node<'_>) {
    let Some((object, text)) = description(lowerer, value, None, 0) else { return };
    let named = text.or(name).map(|name| (Symbol::new(name.text().trim_matches(['"', '\'', '`'])), name.span()));
    let Some((name, span)) = named else { return };
    declare(lowerer, object, name, span);
}

/// The describing object of a call, and the text before it.
fn description<'t>(
    lowerer: &Lowerer<'_>,
    value: Node<'t>,
    text: Option<Node<'t>>,
    depth: usize,
) -> Option<(Node<'t>, Option<Node<'t>>)> {
    if depth > 6 {
        return None;
    }
    let mut value = value;
    for _ in 0..LONGEST_CHAIN {
        let row = lowerer.row(value);
        match row.op {
            Op::Inner | Op::Cast => value = row.part(value, 0).or_else(|| value.first())?,
            Op::Member => value = row.part(value, 0)?,
            Op::Call | Op::New => {
                let mut text = text;
                for argument in row.part(value, 1).into_iter().flat_map(Node::children) {
                    match lowerer.op(argument) {
                        Op::Text => text = text.or(Some(argument)),
                        Op::Map if describes(lowerer, argument) => return Some((argument, text)),
                        Op::Call | Op::New => {
                            if let Some(found) = description(lowerer, argument, text, depth + 1) {
                                return Some(found);
                            }
                        }
                        _ => {}
                    }
                }
                value = row.part(value, 0)?;
            }
            _ => return None,
        }
    }
    None
}

/// What one member of a description says.
struct Described<'t> {
    /// A word for its type.
    word: &'t str,
    /// The description of its own members.
    object: Option<Node<'t>>,
    optional: bool,
    labels: Vec<&'t str>,
}

/// Whether every member of an object is a type.
fn describes(lowerer: &Lowerer<'_>, object: Node<'_>) -> bool {
    let mut members = 0_usize;
    let mut roots: Vec<&str> = Vec::new();
    for member in object.children() {
        if matches!(lowerer.op(member), Op::Spread) {
            continue;
        }
        let Some(value) = lowerer.part(member, 1).filter(|_| matches!(lowerer.op(member), Op::Pair)) else { return false };
        if describe(lowerer, value).is_none() {
            return false;
        }
        if matches!(lowerer.op(value), Op::Call) {
            roots.extend(root(lowerer, value).filter(|root| shape(root).is_none()));
        }
        members += 1;
    }
    // Calls on one thing (`z.string()`, `z.number()`): what a library of types looks like. Others need names of types.
    roots.sort_unstable();
    roots.dedup();
    members > 0 && roots.len() <= 1 + members / 2
}

/// The name that a chain of calls starts with.
fn root<'t>(lowerer: &Lowerer<'_>, value: Node<'t>) -> Option<&'t str> {
    let mut value = value;
    for _ in 0..LONGEST_CHAIN {
        let row = lowerer.row(value);
        match row.op {
            Op::Call | Op::Member => value = row.part(value, 0)?,
            Op::Name => return Some(value.text()),
            _ => return None,
        }
    }
    None
}

fn describe<'t>(lowerer: &Lowerer<'_>, value: Node<'t>) -> Option<Described<'t>> {
    let row = lowerer.row(value);
    let plain = |word| Some(Described { word, object: None, optional: false, labels: Vec::new() });
    match row.op {
        Op::Name | Op::Member => {
            let word = value.text().rsplit('.').next().unwrap_or_default();
            let upper = word.starts_with(char::is_uppercase);
            if upper && shape(word).is_some() { plain(word) } else { None }
        }
        // `[String]`.
        Op::List => match value.children().as_slice() {
            [only] => describe(lowerer, *only),
            _ => None,
        },
        Op::Call => {
            let mut found = plain("")?;
            let mut value = value;
            for _ in 0..LONGEST_CHAIN {
                let row = lowerer.row(value);
                match row.op {
                    Op::Call => {
                        let function = row.part(value, 0)?;
                        let name = function.text().rsplit('.').next().unwrap_or_default().trim();
                        let arguments = row.part(value, 1);
                        let first = arguments.and_then(Node::first);
                        match name {
                            "optional" | "nullable" | "nullish" | "notRequired" => found.optional = true,
                            "describe" | "label" | "description" | "comment" | "title" => {
                                found.labels.extend(first.filter(|one| matches!(lowerer.op(*one), Op::Text)).map(Node::text));
                            }
                            _ => {}
                        }
                        if shape(name).is_some() || matches!(name, "object" | "array" | "enum") {
                            found.word = name;
                            found.object = first.filter(|one| matches!(lowerer.op(*one), Op::Map) && describes(lowerer, *one));
                        }
                        value = function;
                    }
                    Op::Member => value = row.part(value, 0)?,
                    Op::Name => return (!found.word.is_empty()).then_some(found),
                    _ => return None,
                }
            }
            None
        }
        Op::Map => {
            let mut found = plain("")?;
            for member in value.children() {
                let (Some(key), Some(inner)) = (lowerer.part(member, 0), lowerer.part(member, 1)) else { continue };
                match key.text().trim_matches(['"', '\'']) {
                    "type" => {
                        found.word = match describe(lowerer, inner) {
                            Some(ty) => ty.word,
                            None if matches!(lowerer.op(inner), Op::Text) => inner.text().trim_matches(['"', '\'', '`']),
                            None => "",
                        };
                        shape(found.word)?;
                    }
                    "required" | "notNull" if inner.text() == "false" => found.optional = true,
                    "allowNull" | "nullable" if inner.text() == "true" => found.optional = true,
                    "comment" | "description" | "label" | "title" => {
                        if matches!(lowerer.op(inner), Op::Text) {
                            found.labels.push(inner.text());
                        }
                    }
                    _ => {}
                }
            }
            if found.word.is_empty() {
                // `address: { street: String }`.
                if !describes(lowerer, value) {
                    return None;
                }
                found.object = Some(value);
            }
            Some(found)
        }
        _ => None,
    }
}

/// What words for types mean, as the usual libraries of schemas spell them.
fn shape(word: &str) -> Option<TypeShape> {
    Some(match word {
        "String" | "string" | "STRING" | "TEXT" | "text" | "varchar" | "char" | "CHAR" | "VARCHAR" | "CITEXT" | "citext"
        | "email" | "url" | "tinytext" | "mediumtext" | "longtext" | "Text" | "nvarchar" => TypeShape::Text,
        "Number" | "number" | "INTEGER" | "integer" | "int" | "BIGINT" | "bigint" | "serial" | "bigserial" | "smallint"
        | "SMALLINT" | "TINYINT" | "tinyint" | "Int32" | "bigInteger" | "increments" | "mediumint" => TypeShape::Integer,
        "FLOAT" | "float" | "DOUBLE" | "double" | "DECIMAL" | "decimal" | "numeric" | "real" | "REAL" | "Decimal128"
        | "doublePrecision" | "money" => TypeShape::Decimal,
        "Boolean" | "boolean" | "BOOLEAN" | "bool" => TypeShape::Boolean,
        "Date" | "date" | "DATE" | "DATEONLY" | "datetime" | "timestamp" | "timestamptz" | "time" | "TIME" | "datetime2" => {
            TypeShape::Time
        }
        "Buffer" | "BLOB" | "blob" | "binary" | "bytea" | "varbinary" => TypeShape::Bytes,
        "ObjectId" | "UUID" | "uuid" | "ulid" | "cuid" => TypeShape::Identifier,
        "inet" | "INET" | "cidr" | "ip" | "ipv4" | "ipv6" => TypeShape::NetworkAddress,
        "json" | "JSON" | "jsonb" | "JSONB" | "Mixed" | "Map" | "any" | "unknown" | "record" => TypeShape::Document,
        "ENUM" | "enum" | "nativeEnum" | "pgEnum" | "literal" | "mysqlEnum" => TypeShape::Enumeration,
        _ => return None,
    })
}

fn declare(lowerer: &mut Lowerer<'_>, object: Node<'_>, name: Symbol, span: Span) {
    let mut fields = Vec::new();
    for member in object.children() {
        let (Some(key), Some(value)) = (lowerer.part(member, 0), lowerer.part(member, 1)) else { continue };
        let Some(described) = describe(lowerer, value) else { continue };
        let key_name = Symbol::new(key.text().trim_matches(['"', '\'', '`']));
        if let Some(inner) = described.object {
            lowerer.deeper(|lowerer| declare(lowerer, inner, key_name, key.span()));
        }
        let ty = TypeRef { text: Symbol::new(described.word), shape: shape(described.word).unwrap_or_default() };
        let mut field = Field::new(key_name, ty, key.span());
        field.required = !described.optional;
        field.labels.extend(described.labels.iter().map(|label| Symbol::new(label.trim_matches(['"', '\'', '`']))));
        field.attributes.push(Attribute { name: Symbol::new(described.word), arguments: Symbol::default(), span: value.span() });
        fields.push(field);
    }
    let in_test = lowerer.unit.in_test;
    lowerer.unit.declare_type(TypeDecl {
        name,
        module: lowerer.unit.module.clone(),
        kind: TypeKind::Struct,
        fields,
        bases: Vec::new(),
        attributes: Vec::new(),
        doc: None,
        formatting: Formatting { serializes_fields: true, ..Formatting::default() },
        span,
        extent: object.span(),
        in_test,
    });
}
