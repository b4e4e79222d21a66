//! A column's type as written to the shape that later stages understand.

use crate::index::Symbol;
use crate::ir::{TypeRef, TypeShape};

/// The type with its text collapsed to single blanks.
pub(super) fn type_ref(written: &str) -> TypeRef {
    let text = collapse(written);
    let mut shape = shape(&text, 0);
    let text = Symbol::new(&text);
    if let TypeShape::Named(..) = shape {
        // Types of a vendor, and names of the schema's own.
        shape = super::parser::types::shape(text).unwrap_or(shape);
    }
    TypeRef { text, shape }
}

/// Types longer than this (enumerations with thousands of values) are cut in what people see.
const LONGEST: usize = 200;

fn collapse(written: &str) -> String {
    let mut text = String::with_capacity(written.len().min(LONGEST));
    for word in written.split_ascii_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > LONGEST {
            let mut end = LONGEST;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push('…');
            break;
        }
    }
    text
}

/// Whether a bare word is a type's name: tells `key varchar(10)` (a column) from `key name (column)` (an index).
pub(super) fn is_known(word: &str) -> bool {
    !matches!(shape(word, 0), TypeShape::Unknown | TypeShape::Named(..))
}

fn shape(text: &str, depth: u8) -> TypeShape {
    let lower = text.to_ascii_lowercase();
    let lower = lower.trim();
    if let Some(element) = lower.strip_suffix(']').and_then(|array| array.rfind('[').and_then(|at| array.get(..at))) {
        // `[nvarchar]` and `[dbo].[Phone]` are quoted names, `text[]` and `text[3]` arrays.
        let size = lower.get(element.len() + 1..lower.len() - 1).unwrap_or_default();
        if !element.is_empty() && depth < 4 && size.bytes().all(|byte| byte.is_ascii_digit()) {
            return list(element, depth);
        }
    }
    let head: String = lower
        .trim_start_matches(['[', '"', '`'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '`' | '[' | ']') || !c.is_ascii())
        .filter(|c| !matches!(c, '"' | '`' | '[' | ']'))
        .collect();
    let head = head.rsplit('.').next().unwrap_or_default();
    let rest = lower.find(['(', '<']).and_then(|at| lower.get(at..)).unwrap_or_default();
    let argument = || rest.get(1..).map(|inner| inner.trim_end_matches([')', '>'])).unwrap_or_default();
    match head {
        "nullable" | "lowcardinality" if depth < 4 => shape(argument(), depth + 1),
        "array" | "list" if depth < 4 && !rest.is_empty() => list(argument(), depth),
        "set" if depth < 4 && rest.starts_with('<') => list(argument(), depth),
        "frozen" if depth < 4 => shape(argument(), depth + 1),
        "map" | "tuple" | "nested" | "row" | "record" if !rest.is_empty() => TypeShape::Document,
        "map" => TypeShape::Document,
        "tinyint" if rest.starts_with("(1)") => TypeShape::Boolean,
        "bit" if rest.is_empty() || rest.starts_with("(1)") => TypeShape::Boolean,
        "bit" | "varbit" => TypeShape::Bytes,
        "number" | "numeric" | "decimal" | "dec" => {
            let scale = argument().split(')').next().unwrap_or_default().split(',').nth(1);
            let precision = !rest.is_empty();
            match scale.map(str::trim) {
                None if head == "number" && precision => TypeShape::Integer,
                Some("0") => TypeShape::Integer,
                _ => TypeShape::Decimal,
            }
        }
        "long" if lower.starts_with("long raw") => TypeShape::Bytes,
        "char" | "character" if lower.contains("for bit data") => TypeShape::Bytes,
        "binary" | "national" | "bit_varying" if lower.contains("char") => TypeShape::Text,
        _ => simple(head),
    }
}

fn list(element: &str, depth: u8) -> TypeShape {
    TypeShape::List(Box::new(TypeRef { text: Symbol::new(element), shape: shape(element, depth + 1) }))
}

fn simple(head: &str) -> TypeShape {
    match head {
        "" => TypeShape::Unknown,
        "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "char" | "nchar" | "bpchar" | "character" | "national" | "text"
        | "ntext" | "tinytext" | "mediumtext" | "longtext" | "clob" | "nclob" | "citext" | "string" | "fixedstring" | "long"
        | "sysname" | "lvarchar" | "name" | "dbclob" | "varcharacter" | "ci_text" => TypeShape::Text,
        "int" | "integer" | "smallint" | "bigint" | "mediumint" | "tinyint" | "serial" | "bigserial" | "smallserial" | "int2"
        | "int4" | "int8" | "int16" | "int32" | "int64" | "int128" | "int256" | "uint8" | "uint16" | "uint32" | "uint64"
        | "uint128" | "uint256" | "serial4" | "serial8" | "byteint" | "oid" | "year" | "pls_integer" | "identity"
        | "rowversion" | "unsigned" => TypeShape::Integer,
        "float" | "float4" | "float8" | "float32" | "float64" | "double" | "real" | "numeric" | "decimal" | "dec" | "money"
        | "smallmoney" | "number" | "bignumeric" | "decimal32" | "decimal64" | "decimal128" | "binary_float"
        | "binary_double" => TypeShape::Decimal,
        "bool" | "boolean" | "logical" => TypeShape::Boolean,
        "date" | "time" | "timetz" | "timestamp" | "timestamptz" | "timestamp_ntz" | "timestamp_ltz" | "timestamp_tz"
        | "datetime" | "datetime2" | "datetimeoffset" | "smalldatetime" | "interval" | "date32" | "datetime64" | "abstime" => {
            TypeShape::Time
        }
        "bytea" | "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" | "image" | "raw" | "bytes"
        | "bfile" | "byte" => TypeShape::Bytes,
        "uuid" | "uniqueidentifier" | "guid" | "ulid" => TypeShape::Identifier,
        "inet" | "cidr" | "macaddr" | "macaddr8" | "ipv4" | "ipv6" | "inet6" | "inet4" => TypeShape::NetworkAddress,
        "json" | "jsonb" | "xml" | "xmltype" | "hstore" | "variant" | "object" | "struct" | "super" | "bson" => {
            TypeShape::Document
        }
        "enum" | "set" | "enum8" | "enum16" => TypeShape::Enumeration,
        other => TypeShape::Named(vec![Symbol::new(other)], Vec::new()),
    }
}
