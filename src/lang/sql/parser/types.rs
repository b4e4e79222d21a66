//! Types that the lenient reader does not know, by the grammar: `HUGEINT`, `ENUM8(...)`, `STRUCT<...>` of a warehouse.
//!
//! Only the text of the type is parsed, each text once; it is short and barely nested, so that it cannot cost much.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};

use rustc_hash::FxHashMap;
use sqlparser::ast::{ArrayElemTypeDef, DataType};
use sqlparser::dialect as grammar;
use sqlparser::parser::Parser;

use crate::index::Symbol;
use crate::ir::{TypeRef, TypeShape};

/// Longer types are lists of values, which say nothing more of the shape.
const LONGEST: usize = 160;
/// Brackets in each other.
const DEEPEST: usize = 8;
/// As many texts are remembered; a program that writes more is generated.
const MOST: usize = 4096;

/// The shape of a type by its text; `None` if the grammar does not know it either.
pub(in crate::lang::sql) fn shape(text: Symbol) -> Option<TypeShape> {
    static KNOWN: OnceLock<Mutex<FxHashMap<Symbol, Option<TypeShape>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    if let Some(shape) = known.lock().ok()?.get(&text) {
        return shape.clone();
    }
    let shape = read(text.as_str());
    let mut known = known.lock().ok()?;
    if known.len() < MOST {
        known.insert(text, shape.clone());
    }
    shape
}

fn read(text: &str) -> Option<TypeShape> {
    let opens = text.bytes().filter(|byte| matches!(byte, b'(' | b'<' | b'[')).count();
    if text.len() > LONGEST || opens > DEEPEST {
        return None;
    }
    let dialects: [&dyn grammar::Dialect; 3] =
        [&grammar::GenericDialect {}, &grammar::ClickHouseDialect {}, &grammar::BigQueryDialect {}];
    dialects.into_iter().find_map(|dialect| {
        let parse = AssertUnwindSafe(|| Parser::new(dialect).try_with_sql(text).ok()?.parse_data_type().ok());
        catch_unwind(parse).ok().flatten().and_then(|ty| of(&ty, 0))
    })
}

/// The shape of a type of the grammar's, where it is one that the lenient reader may have missed.
fn of(ty: &DataType, depth: usize) -> Option<TypeShape> {
    use DataType as D;
    Some(match ty {
        D::Character(_)
        | D::Char(_)
        | D::CharacterVarying(_)
        | D::CharVarying(_)
        | D::Varchar(_)
        | D::Nvarchar(_)
        | D::CharacterLargeObject(_)
        | D::CharLargeObject(_)
        | D::Clob(_)
        | D::Text
        | D::TinyText
        | D::MediumText
        | D::LongText
        | D::String(_)
        | D::FixedString(_)
        | D::TsVector => TypeShape::Text,
        D::Binary(_)
        | D::Varbinary(_)
        | D::Blob(_)
        | D::TinyBlob
        | D::MediumBlob
        | D::LongBlob
        | D::Bytes(_)
        | D::Bytea
        | D::Bit(_)
        | D::BitVarying(_)
        | D::VarBit(_) => TypeShape::Bytes,
        D::TinyInt(_)
        | D::TinyIntUnsigned(_)
        | D::UTinyInt
        | D::SmallInt(_)
        | D::SmallIntUnsigned(_)
        | D::USmallInt
        | D::MediumInt(_)
        | D::MediumIntUnsigned(_)
        | D::Int(_)
        | D::IntUnsigned(_)
        | D::Integer(_)
        | D::IntegerUnsigned(_)
        | D::BigInt(_)
        | D::BigIntUnsigned(_)
        | D::UBigInt
        | D::HugeInt
        | D::UHugeInt
        | D::Signed
        | D::SignedInteger
        | D::Unsigned
        | D::UnsignedInteger => TypeShape::Integer,
        D::Numeric(_)
        | D::Decimal(_)
        | D::DecimalUnsigned(_)
        | D::Dec(_)
        | D::DecUnsigned(_)
        | D::BigNumeric(_)
        | D::BigDecimal(_)
        | D::Float(_)
        | D::FloatUnsigned(_)
        | D::Real
        | D::RealUnsigned
        | D::Double(_)
        | D::DoubleUnsigned(_)
        | D::DoublePrecision
        | D::DoublePrecisionUnsigned => TypeShape::Decimal,
        D::Bool | D::Boolean => TypeShape::Boolean,
        D::Date | D::Date32 | D::Time(..) | D::Datetime(_) | D::Datetime64(..) | D::Timestamp(..) | D::TimestampNtz(_) => {
            TypeShape::Time
        }
        D::Uuid => TypeShape::Identifier,
        D::JSON | D::JSONB | D::Struct(..) | D::Union(_) | D::Tuple(_) | D::Nested(_) | D::Map(..) => TypeShape::Document,
        D::Enum(..) | D::Set(_) => TypeShape::Enumeration,
        D::Nullable(inner) | D::LowCardinality(inner) if depth < DEEPEST => of(inner, depth + 1)?,
        D::Array(
            ArrayElemTypeDef::AngleBracket(inner)
            | ArrayElemTypeDef::SquareBracket(inner, _)
            | ArrayElemTypeDef::Parenthesis(inner)
            | ArrayElemTypeDef::Qualified(inner, _),
        ) if depth < DEEPEST => {
            let element = TypeRef { text: Symbol::new(&inner.to_string()), shape: of(inner, depth + 1)? };
            TypeShape::List(Box::new(element))
        }
        _ => return None,
    })
}
