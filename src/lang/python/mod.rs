//! The Python front end: the table of its grammar, and what is peculiar to it.

mod fields;
mod hooks;

use std::sync::LazyLock;

use super::lowering::{self, Known, Language, Lowerer, Op, Operator, Receiver, Table};
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeDecl, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct Python;

impl Frontend for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "py" | "pyw") || file.extension.is_empty() && file.interpreter.starts_with("python")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_python::LANGUAGE.into(),
        &[
            ("module block decorated_definition", Op::Sequence, ""),
            ("expression_statement parenthesized_expression await type with_item as_pattern_target", Op::Inner, ""),
            ("case_pattern keyword_pattern parenthesized_list_splat", Op::Inner, ""),
            ("pass_statement exec_statement type_alias_statement delete_statement", Op::Skip, ""),
            ("keyword_separator positional_separator slice", Op::Skip, ""),
            // Declarations.
            ("class_definition", Op::Statement(hooks::class), "name superclasses body"),
            ("function_definition", Op::Statement(hooks::function), "name parameters body return_type"),
            ("decorator", Op::Annotation, ""),
            ("import_statement", Op::Statement(hooks::import), ""),
            ("import_from_statement", Op::Statement(hooks::import_from), "module_name"),
            ("future_import_statement", Op::Skip, ""),
            ("global_statement nonlocal_statement", Op::Statement(hooks::shares), ""),
            ("default_parameter", Op::Parameter, "name - value"),
            ("typed_parameter", Op::Parameter, "0 type"),
            ("typed_default_parameter", Op::Parameter, "name type value"),
            ("list_splat_pattern dictionary_splat_pattern splat_pattern", Op::Rest, "0"),
            // Values.
            ("identifier", Op::Name, ""),
            ("integer float true false none ellipsis", Op::Literal, ""),
            ("string", Op::Text, ""),
            ("string_content", Op::Content, ""),
            ("interpolation", Op::Interpolation, "expression"),
            ("concatenated_string", Op::Value(hooks::concatenated), ""),
            ("attribute", Op::Member, "object attribute"),
            ("subscript", Op::Index, "value subscript"),
            ("call", Op::Call, "function arguments"),
            ("keyword_argument", Op::Keyword, "name value"),
            ("list_splat dictionary_splat", Op::Spread, "0"),
            ("binary_operator boolean_operator", Op::Binary, "left operator right"),
            ("comparison_operator", Op::Test, ""),
            ("not_operator", Op::Unary, "- argument"),
            ("unary_operator", Op::Unary, "operator argument"),
            ("assignment", Op::Assign, "left right type"),
            ("named_expression", Op::Assign, "name value"),
            ("augmented_assignment", Op::Augment, "left operator right"),
            ("conditional_expression", Op::Ternary, "1 0 2"),
            ("list set", Op::List, ""),
            ("tuple expression_list pattern_list tuple_pattern list_pattern", Op::Tuple, ""),
            ("dictionary", Op::Map, ""),
            ("pair", Op::Pair, "key value"),
            ("lambda", Op::Lambda, "parameters body"),
            ("list_comprehension set_comprehension generator_expression", Op::Value(hooks::comprehension), "body"),
            ("dictionary_comprehension", Op::Value(hooks::comprehension), "body"),
            ("yield", Op::Yield, "0"),
            ("as_pattern", Op::Value(hooks::as_pattern), "0 alias"),
            ("class_pattern", Op::Statement(hooks::class_pattern), ""),
            ("dict_pattern", Op::Statement(hooks::dict_pattern), ""),
            ("union_pattern", Op::Statement(hooks::union_pattern), ""),
            ("dotted_name", Op::Statement(hooks::dotted_pattern), ""),
            ("complex_pattern", Op::Literal, ""),
            // Control flow.
            ("if_statement", Op::If, "condition consequence alternative"),
            ("elif_clause", Op::Elif, "condition consequence"),
            ("else_clause", Op::Else, "body"),
            ("while_statement", Op::While, "condition body"),
            ("for_statement", Op::Each, "left right body"),
            ("match_statement", Op::Switch, "subject body"),
            ("case_clause", Op::Case, ":case_pattern guard consequence"),
            ("if_clause", Op::Inner, ""),
            ("try_statement", Op::Try, "body"),
            ("except_clause", Op::Catch, "alias|:as_pattern :block"),
            ("finally_clause", Op::Finally, ":block"),
            ("with_statement", Op::With, ":with_clause body"),
            ("with_clause", Op::Sequence, ""),
            ("return_statement", Op::Return, "0"),
            ("raise_statement", Op::Throw, "0"),
            ("break_statement continue_statement", Op::Leave, ""),
            ("assert_statement", Op::Test, ""),
            ("print_statement", Op::Value(hooks::print), ""),
            // Types.
            ("generic_type", Op::TypeGeneric, "0 :type_parameter"),
            ("union_type", Op::TypeUnion, ""),
            ("member_type", Op::TypeName, ""),
        ],
    )
});

impl Language for Python {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    fn module(&self, path: &str) -> Vec<Symbol> {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
        let segments = stem.split('/').filter(|segment| !matches!(*segment, "" | "." | "__init__"));
        segments.map(Symbol::new).collect()
    }

    fn operator(&self, operator: &str) -> Operator {
        match operator {
            "or" => Operator::Either,
            "and" => Operator::Right,
            "%" => Operator::Fill,
            other => lowering::operators(other),
        }
    }

    fn function_scope(&self) -> bool {
        true
    }

    fn closures_assign_outer(&self) -> bool {
        false
    }

    fn receiver(&self) -> Receiver {
        Receiver::FirstParameter
    }

    fn bare_keys(&self) -> bool {
        false
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        Some(match name {
            "str" | "AnyStr" | "LiteralString" | "EmailStr" | "HttpUrl" | "AnyUrl" | "SecretStr" | "Path" | "constr" => {
                Known::Text
            }
            "int" | "PositiveInt" | "conint" => Known::Integer,
            "float" | "Decimal" | "complex" | "condecimal" | "confloat" => Known::Decimal,
            "bool" | "StrictBool" => Known::Boolean,
            "date" | "datetime" | "time" | "timedelta" | "tzinfo" | "PastDate" | "FutureDate" | "AwareDatetime" => Known::Time,
            "bytes" | "bytearray" | "memoryview" => Known::Bytes,
            "UUID" | "UUID4" | "UUID1" => Known::Identifier,
            "IPv4Address" | "IPv6Address" | "IPvAnyAddress" => Known::NetworkAddress,
            "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "Sequence" | "Iterable" | "Iterator" | "Collection"
            | "AsyncIterator" | "AsyncIterable" | "MutableSequence" | "deque" | "Deque" | "conlist" | "QuerySet" => Known::List,
            "Generator" | "AsyncGenerator" => Known::WrapperOfFirst,
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict" | "DefaultDict" => Known::Map,
            "tuple" | "Tuple" => Known::Tuple,
            "Optional" | "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "Mapped"
            | "Awaitable" | "InitVar" | "Union" => Known::WrapperOfFirst,
            "Coroutine" => Known::Wrapper,
            "Callable" => Known::Function,
            "Any" | "object" | "None" | "Type" | "type" => Known::Any,
            _ => return None,
        })
    }

    fn doc_comment(&self, comment: &str) -> Option<String> {
        comment.strip_prefix("#:").map(|text| text.trim().to_owned())
    }

    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        let generated = class.attributes.iter().any(|attribute| {
            let name = attribute.name.as_str();
            name.rsplit('.')
                .next()
                .is_some_and(|last| matches!(last, "dataclass" | "define" | "frozen" | "mutable" | "attrs" | "s"))
                && !attribute.arguments.as_str().contains("repr=False")
        });
        let inherited = class.bases.iter().any(|base| {
            matches!(base.as_str(), "BaseModel" | "SQLModel" | "NamedTuple" | "TypedDict" | "Struct" | "BaseSettings" | "Schema")
        });
        class.formatting.debug_shows_fields |= generated || inherited;
        class.formatting.display_shows_fields |= generated || inherited;
        class.fields.iter_mut().for_each(fields::complete);
    }

    fn is_getter(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| {
            let last = attribute.name.as_str().rsplit('.').next().unwrap_or_default();
            matches!(last, "property" | "cached_property" | "hybrid_property" | "computed_field" | "classproperty")
        })
    }

    fn base_call(&self, name: &str) -> bool {
        name == "super"
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        match name {
            "__str__" | "__format__" | "__unicode__" => FunctionRole::Display,
            "__repr__" => FunctionRole::Debug,
            _ => FunctionRole::Plain,
        }
    }

    fn is_test(&self, name: &str, attributes: &[Attribute]) -> bool {
        name.starts_with("test_") || attributes.iter().any(|attribute| attribute.name.as_str().starts_with("pytest."))
    }
}

/// What a class is, by the names of its bases.
fn class_kind(bases: &[Symbol]) -> TypeKind {
    match bases.last().map(|base| base.as_str()) {
        Some("Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag" | "TextChoices" | "IntegerChoices") => TypeKind::Enum,
        Some("Protocol") => TypeKind::Interface,
        _ => TypeKind::Struct,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
