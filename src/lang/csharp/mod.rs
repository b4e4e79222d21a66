//! The C# front end: the table of its grammar, and what is peculiar to it.

mod hooks;
mod patterns;
mod types;

use std::sync::LazyLock;

use super::lowering::{self, BareName, Known, Language, Lowerer, Op, Table};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{FunctionRole, TypeDecl, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct CSharp;

impl Frontend for CSharp {
    fn name(&self) -> &'static str {
        "csharp"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "cs" | "csx")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        // What designers and tools write is not read by people, and says nothing that their sources do not.
        if [".Designer.cs", ".designer.cs", ".g.cs", ".generated.cs"].iter().any(|ending| input.path.ends_with(ending)) {
            return Lowered::default();
        }
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_c_sharp::LANGUAGE.into(),
        &[
            ("compilation_unit block declaration_list checked_statement unsafe_statement lock_statement", Op::Sequence, ""),
            ("preproc_if preproc_elif preproc_else parameter_list", Op::Sequence, ""),
            (
                "expression_statement global_statement parenthesized_expression await_expression checked_expression",
                Op::Inner,
                "0|:this",
            ),
            (
                "ref_expression arrow_expression_clause bracketed_argument_list when_clause catch_filter_clause",
                Op::Inner,
                "0|:this",
            ),
            ("parenthesized_pattern negated_pattern expression_element collection_element", Op::Inner, "0|:this"),
            ("labeled_statement", Op::Inner, "-1"),
            ("local_declaration_statement", Op::Inner, ":variable_declaration"),
            ("empty_statement goto_statement extern_alias_directive shebang_directive global_attribute modifier", Op::Skip, ""),
            ("preproc_region preproc_endregion preproc_pragma preproc_nullable preproc_define preproc_undef", Op::Skip, ""),
            ("preproc_error preproc_warning preproc_line destructor_declaration operator_declaration", Op::Skip, ""),
            ("conversion_operator_declaration indexer_declaration delegate_declaration event_declaration", Op::Skip, ""),
            ("event_field_declaration base_list type_parameter_list type_parameter_constraints_clause", Op::Skip, ""),
            ("explicit_interface_specifier range_expression attribute_target_specifier interpolation_brace", Op::Skip, ""),
            // Declarations.
            ("using_directive", Op::Statement(types::using), "name"),
            ("namespace_declaration", Op::Statement(types::namespace), "name body"),
            ("file_scoped_namespace_declaration", Op::Statement(types::file_namespace), "name"),
            ("class_declaration struct_declaration", Op::Class(TypeKind::Struct), "name :base_list body :parameter_list"),
            ("record_declaration", Op::Statement(types::record), "name :base_list body :parameter_list"),
            ("interface_declaration", Op::Class(TypeKind::Interface), "name :base_list body"),
            ("enum_declaration", Op::Class(TypeKind::Enum), "name - body"),
            ("enum_member_declaration", Op::Variant, "name"),
            ("field_declaration", Op::Value(types::field), ":variable_declaration"),
            ("property_declaration", Op::Value(types::property), "name type value accessors"),
            ("accessor_declaration", Op::Skip, "name body"),
            ("method_declaration", Op::Function, "name parameters body returns"),
            ("constructor_declaration", Op::Constructor, "name parameters body"),
            ("local_function_statement", Op::Function, "name parameters body type"),
            ("parameter", Op::Parameter, "name type"),
            ("variable_declaration", Op::Declaration, "type"),
            ("variable_declarator", Op::Declarator, "name|:tuple_pattern 1"),
            ("attribute_list", Op::Modifiers, ""),
            ("attribute", Op::Annotation, "name :attribute_argument_list"),
            // Values.
            ("identifier implicit_parameter", Op::Name, ""),
            ("'this'", Op::This, ""),
            ("'base'", Op::Super, ""),
            ("integer_literal real_literal boolean_literal null_literal character_literal discard", Op::Literal, ""),
            ("default_expression typeof_expression sizeof_expression", Op::Literal, ""),
            ("string_literal verbatim_string_literal raw_string_literal interpolated_string_expression", Op::Text, ""),
            ("string_literal_content raw_string_content string_content", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("interpolation", Op::Interpolation, "1|:this"),
            ("member_access_expression", Op::Member, "expression name"),
            ("conditional_access_expression", Op::Member, "condition :member_binding_expression"),
            ("element_access_expression", Op::Index, "expression subscript"),
            ("invocation_expression", Op::Call, "function arguments"),
            ("argument", Op::Argument, "-1|:this name"),
            ("object_creation_expression", Op::Value(hooks::construct), "type arguments initializer"),
            ("implicit_object_creation_expression", Op::Value(hooks::construct), "- :argument_list :initializer_expression"),
            ("anonymous_object_creation_expression", Op::Value(hooks::anonymous), ""),
            ("array_creation_expression implicit_array_creation_expression", Op::Inner, ":initializer_expression|-1"),
            ("stackalloc_expression implicit_stackalloc_expression", Op::Inner, ":initializer_expression|-1"),
            ("initializer_expression collection_expression", Op::List, ""),
            ("spread_element", Op::Spread, "0"),
            ("with_expression", Op::Value(hooks::with), "0"),
            ("with_initializer", Op::Pair, "0 1"),
            ("binary_expression", Op::Binary, "left operator right"),
            ("is_expression", Op::Test, ""),
            ("is_pattern_expression", Op::Value(patterns::is), "expression pattern"),
            ("as_expression", Op::Cast, "left right"),
            ("cast_expression", Op::Cast, "value type"),
            ("prefix_unary_expression", Op::Unary, "- 0"),
            ("postfix_unary_expression", Op::Value(hooks::postfix), "0|:this"),
            ("assignment_expression", Op::Value(hooks::assignment), "left right operator"),
            ("conditional_expression", Op::Ternary, "condition consequence alternative"),
            ("tuple_expression tuple_pattern parenthesized_variable_designation", Op::Tuple, ""),
            ("declaration_expression", Op::Value(hooks::declaration), "name type"),
            ("lambda_expression", Op::Lambda, "parameters body"),
            ("anonymous_method_expression", Op::Lambda, "parameters :block"),
            ("query_expression", Op::Value(hooks::query), ""),
            ("switch_expression", Op::Switch, "0"),
            ("switch_expression_arm", Op::Case, "0 :when_clause -1"),
            ("throw_expression throw_statement", Op::Throw, "0"),
            // Patterns.
            ("constant_pattern relational_pattern type_pattern", Op::Literal, ""),
            ("declaration_pattern", Op::Statement(patterns::declaration), "name type"),
            ("var_pattern", Op::Declarator, "name|0"),
            ("recursive_pattern", Op::Statement(patterns::recursive), "name type"),
            ("and_pattern or_pattern", Op::Statement(patterns::both), ""),
            ("list_pattern", Op::List, ""),
            ("catch_declaration", Op::Declarator, "name - type"),
            // Control flow.
            ("if_statement", Op::If, "condition consequence alternative"),
            ("while_statement do_statement", Op::While, "condition body"),
            ("for_statement", Op::For, "initializer condition update body"),
            ("foreach_statement", Op::Each, "left right body"),
            ("switch_statement", Op::Switch, "value body"),
            (
                "switch_section",
                Op::Case,
                ":declaration_pattern|:recursive_pattern|:constant_pattern|:var_pattern|:and_pattern|:or_pattern|:type_pattern :when_clause",
            ),
            ("try_statement", Op::Try, "body"),
            ("catch_clause", Op::Catch, ":catch_declaration body"),
            ("finally_clause", Op::Finally, ":block"),
            ("using_statement", Op::With, ":variable_declaration|0 body"),
            ("fixed_statement", Op::With, ":variable_declaration -1"),
            ("return_statement", Op::Return, "0|:this"),
            ("yield_statement", Op::Yield, "0|:this"),
            ("break_statement continue_statement", Op::Leave, ""),
            // Types.
            ("predefined_type qualified_name alias_qualified_name", Op::TypeName, ""),
            ("generic_name", Op::TypeGeneric, "0 :type_argument_list"),
            ("primary_constructor_base_type", Op::TypeGeneric, "0"),
            ("array_type", Op::TypeList, "type"),
            ("nullable_type pointer_type", Op::TypeOptional, "type"),
            ("ref_type scoped_type tuple_element", Op::Inner, "type"),
            ("tuple_type", Op::Tuple, ""),
            ("function_pointer_type", Op::TypeFunction, "returns"),
            ("implicit_type", Op::Type(types::implicit), ""),
        ],
    )
});

impl Language for CSharp {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    /// Namespaces are declared; a file without one is its folder's.
    fn module(&self, path: &str) -> Vec<Symbol> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.split('/').filter(|segment| !matches!(*segment, "" | "." | "src")).map(Symbol::new).collect()
    }

    fn bare_name(&self) -> BareName {
        BareName::Member
    }

    fn path_goes_on(&self, path: &[Symbol]) -> bool {
        let first = path.first().map(|first| first.as_str());
        path.len() < 2 || matches!(first, Some("System" | "Microsoft" | "Azure" | "Amazon" | "Newtonsoft"))
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        Some(match name {
            "string" | "String" | "StringValues" | "Uri" | "StringBuilder" | "LocalizedString" | "char" => Known::Text,
            "int" | "uint" | "long" | "ulong" | "short" | "ushort" | "sbyte" | "byte" | "Int32" | "Int64" | "Int16"
            | "UInt32" | "UInt64" | "BigInteger" | "nint" | "Byte" => Known::Integer,
            "float" | "double" | "decimal" | "Double" | "Decimal" | "Single" => Known::Decimal,
            "bool" | "Boolean" => Known::Boolean,
            "DateTime" | "DateTimeOffset" | "DateOnly" | "TimeOnly" | "TimeSpan" | "Instant" | "LocalDate" | "LocalDateTime" => {
                Known::Time
            }
            "Guid" | "Ulid" | "ObjectId" => Known::Identifier,
            "IPAddress" | "IPEndPoint" | "PhysicalAddress" => Known::NetworkAddress,
            "JsonElement" | "JsonDocument" | "JObject" | "JToken" | "JsonNode" | "JsonObject" | "XDocument" | "XElement"
            | "BsonDocument" => Known::Document,
            "List"
            | "IList"
            | "IEnumerable"
            | "ICollection"
            | "IReadOnlyList"
            | "IReadOnlyCollection"
            | "HashSet"
            | "ISet"
            | "IQueryable"
            | "DbSet"
            | "Queue"
            | "Stack"
            | "ImmutableArray"
            | "ImmutableList"
            | "IAsyncEnumerable"
            | "ObservableCollection"
            | "Collection"
            | "ConcurrentBag"
            | "ConcurrentQueue"
            | "LinkedList"
            | "SortedSet"
            | "IOrderedQueryable"
            | "IOrderedEnumerable"
            | "Span"
            | "ReadOnlySpan"
            | "Memory"
            | "ReadOnlyMemory" => Known::List,
            "Dictionary"
            | "IDictionary"
            | "IReadOnlyDictionary"
            | "ConcurrentDictionary"
            | "SortedDictionary"
            | "ImmutableDictionary"
            | "ILookup"
            | "KeyValuePair" => Known::Map,
            "Task" | "ValueTask" | "Nullable" | "Lazy" | "ActionResult" | "IOptions" | "IOptionsMonitor" | "IOptionsSnapshot"
            | "WeakReference" | "AsyncLocal" | "ThreadLocal" => Known::WrapperOfFirst,
            "Tuple" | "ValueTuple" => Known::Tuple,
            "Func" => Known::Function,
            "object" | "Object" | "dynamic" | "void" | "var" | "Action" | "Type" => Known::Any,
            _ => return None,
        })
    }

    fn doc_comment(&self, comment: &str) -> Option<String> {
        types::documentation(comment)
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        if name == "ToString" { FunctionRole::Display } else { FunctionRole::Plain }
    }

    fn is_receiver_parameter(&self, parameter: Node<'_>) -> bool {
        types::is_extended(parameter)
    }

    fn prepare(&self, lowerer: &mut Lowerer<'_>, root: Node<'_>) {
        types::prepare(lowerer, root);
    }

    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        types::finish(class);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
