//! What calls that declare fields say of them: `models.CharField(_("E-mail"), max_length=80)`, `Column(String)`,
//! `Field(alias="iin")`.

use crate::index::Symbol;
use crate::ir::{Attribute, Field, TypeRef, TypeShape};
use crate::lang::lowering::annotations::{Written, arguments, text_of};

/// Types, names and labels of a field from the call that declares it.
pub(super) fn complete(field: &mut Field) {
    let calls: Vec<Attribute> = field.attributes.clone();
    for call in &calls {
        let name = call.name.as_str().rsplit('.').next().unwrap_or_default();
        let written = arguments(call.arguments.as_str());
        if field.ty.shape == TypeShape::Unknown
            && let Some(shape) = shape_of(name, &written, field)
        {
            field.ty = TypeRef { text: Symbol::new(name), shape };
        }
        for argument in &written {
            let Some(text) = text_of(argument.value) else { continue };
            match argument.keyword {
                // The first text names the field for people; for a column it is the column's name.
                None if name.ends_with("Field") && !name.starts_with("Foreign") && Some(argument) == written.first() => {
                    field.labels.push(Symbol::new(text));
                }
                None if matches!(name, "Column" | "mapped_column") && Some(argument) == written.first() => {
                    field.serialized_name = Some(Symbol::new(text));
                }
                Some("alias" | "serialization_alias" | "data_key" | "db_column") => {
                    field.serialized_name = Some(Symbol::new(text))
                }
                _ => {}
            }
        }
    }
}

/// What a value of a field is that a call of this name declares.
fn shape_of(name: &str, arguments: &[Written<'_>], field: &mut Field) -> Option<TypeShape> {
    let plain = name.strip_suffix("Field").filter(|rest| !rest.is_empty()).unwrap_or(name);
    let related = |target: Option<&Written<'_>>| {
        let written = target?.value.trim_matches(['"', '\'']);
        let last = written.rsplit('.').next()?;
        let named = !last.is_empty() && last.chars().all(|c| c.is_alphanumeric() || c == '_') && last != "self";
        named.then(|| Symbol::new(last))
    };
    let first = arguments.iter().find(|argument| matches!(argument.keyword, None | Some("to" | "argument")));
    Some(match plain {
        "Column" | "mapped_column" | "Mapped" => {
            let mut types = arguments.iter().filter(|argument| argument.keyword.is_none()).take(2);
            return types.find_map(|argument| {
                let named = argument.value.split('(').next()?.rsplit('.').next()?;
                shape_of(named, &[], field)
            });
        }
        "Char" | "Text" | "Email" | "URL" | "Url" | "Slug" | "String" | "Unicode" | "UnicodeText" | "VARCHAR" | "TEXT"
        | "CITEXT" | "CIText" | "CICharField" | "Str" | "Password" | "PhoneNumber" | "TextArea" | "Regex" | "FilePath"
        | "SanitizedJSON" => TypeShape::Text,
        "Boolean" | "NullBoolean" | "Bool" | "BOOLEAN" => TypeShape::Boolean,
        "Integer"
        | "PositiveInteger"
        | "PositiveSmallInteger"
        | "SmallInteger"
        | "BigInteger"
        | "PositiveBigInteger"
        | "Auto"
        | "BigAuto"
        | "Int"
        | "INTEGER"
        | "BIGINT" => TypeShape::Integer,
        "Decimal" | "Float" | "Numeric" | "Double" | "Money" => TypeShape::Decimal,
        "Date" | "DateTime" | "Time" | "Duration" | "TIMESTAMP" | "Interval" | "DATETIME" | "DATE" => TypeShape::Time,
        "UUID" | "Uuid" => TypeShape::Identifier,
        "JSON" | "JSONB" | "Json" | "HStore" => TypeShape::Document,
        "Binary" | "LargeBinary" | "BYTEA" => TypeShape::Bytes,
        "GenericIPAddress" | "IPAddress" | "INET" | "IP" => TypeShape::NetworkAddress,
        "ForeignKey" | "OneToOne" | "relationship" | "ParentalKey" if name != "ForeignKey" || !arguments.is_empty() => {
            let target = related(first)?;
            if plain != "relationship" {
                field.references = Some(target);
            }
            TypeShape::Named(vec![target], Vec::new())
        }
        "ManyToMany" | "SortedManyToMany" => {
            let target = related(first)?;
            TypeShape::List(Box::new(TypeRef { text: target, shape: TypeShape::Named(vec![target], Vec::new()) }))
        }
        _ => return None,
    })
}
