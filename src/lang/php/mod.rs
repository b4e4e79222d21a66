//! The PHP front end: the table of its grammar, and what is peculiar to it. Files with HTML around the code are read too.

mod classes;
mod hooks;
mod phpdoc;

use std::sync::LazyLock;

use super::lowering::{self, Known, Language, Lowerer, Op, Operator, Table};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct Php;

impl Frontend for Php {
    fn name(&self) -> &'static str {
        "php"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "php" | "phtml" | "php3" | "php4" | "php5" | "php7" | "inc" | "module" | "install")
            || file.extension.is_empty() && file.interpreter.starts_with("php")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_php::LANGUAGE_PHP.into(),
        &[
            ("program compound_statement colon_block namespace_use_group", Op::Sequence, ""),
            ("expression_statement parenthesized_expression error_suppression_expression", Op::Inner, "0"),
            ("print_intrinsic by_ref clone_expression declare_statement", Op::Inner, "0"),
            ("php_tag php_end_tag text text_interpolation empty_statement unset_statement goto_statement", Op::Skip, ""),
            ("named_label_statement use_declaration declare_directive argument_placeholder variadic_placeholder", Op::Skip, ""),
            ("anonymous_function_use_clause heredoc_start heredoc_end property_hook_list type_list", Op::Skip, ""),
            ("namespace_definition", Op::Statement(hooks::namespace), "name body"),
            ("namespace_use_declaration", Op::Statement(hooks::import), ""),
            ("include_expression include_once_expression require_expression require_once_expression", Op::Test, ""),
            // Declarations.
            ("class_declaration trait_declaration", Op::Statement(classes::class), "name - body"),
            ("interface_declaration", Op::Statement(classes::class), "name - body"),
            ("enum_declaration", Op::Class(TypeKind::Enum), "name - body"),
            ("anonymous_class", Op::Value(classes::anonymous), "body"),
            ("enum_case", Op::Skip, ""),
            ("method_declaration", Op::Function, "name parameters body return_type"),
            ("function_definition", Op::Function, "name parameters body return_type"),
            ("property_declaration", Op::Statement(classes::property), "type"),
            ("const_declaration", Op::Statement(classes::constants), ""),
            ("simple_parameter property_promotion_parameter", Op::Parameter, "name type default_value"),
            ("variadic_parameter", Op::Rest, "name type"),
            ("attribute_list attribute_group", Op::Modifiers, ""),
            ("attribute", Op::Annotation, "0 parameters"),
            (
                "visibility_modifier static_modifier readonly_modifier abstract_modifier final_modifier var_modifier",
                Op::Modifiers,
                "",
            ),
            ("function_static_declaration", Op::Declaration, ""),
            ("static_variable_declaration", Op::Declarator, "name value"),
            ("global_declaration", Op::Statement(hooks::shares), ""),
            // Values.
            ("name variable_name", Op::Name, ""),
            ("qualified_name relative_name namespace_name", Op::TypeName, ""),
            ("relative_scope", Op::Value(hooks::relative_scope), ""),
            ("dynamic_variable_name", Op::Compute, ""),
            ("integer float boolean null", Op::Literal, ""),
            ("string encapsed_string heredoc_body nowdoc_body shell_command_expression", Op::Text, ""),
            ("heredoc nowdoc", Op::Inner, "value"),
            ("string_content nowdoc_string", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("array_creation_expression", Op::Value(hooks::array), ""),
            ("array_element_initializer", Op::Value(hooks::element), ""),
            ("list_literal", Op::Statement(hooks::destructured), ""),
            ("pair", Op::Pair, "0 1"),
            ("variadic_unpacking", Op::Spread, "0"),
            ("arguments", Op::Tuple, ""),
            ("argument", Op::Argument, "-1 name"),
            ("member_access_expression nullsafe_member_access_expression", Op::Member, "object name"),
            ("scoped_property_access_expression", Op::Value(hooks::scoped_property), "scope name"),
            ("class_constant_access_expression", Op::Value(hooks::class_constant), ""),
            ("subscript_expression", Op::Index, "0 1"),
            ("function_call_expression", Op::Call, "function arguments"),
            ("member_call_expression nullsafe_member_call_expression", Op::MethodCall, "object name arguments"),
            ("scoped_call_expression", Op::Value(hooks::scoped_call), "scope name arguments"),
            ("object_creation_expression", Op::Value(hooks::construct), "0 :arguments"),
            ("binary_expression", Op::Binary, "left operator right"),
            ("unary_op_expression update_expression", Op::Unary, "operator argument"),
            ("cast_expression", Op::Cast, "value type"),
            ("assignment_expression reference_assignment_expression", Op::Value(hooks::assignment), "left right"),
            ("augmented_assignment_expression", Op::Augment, "left operator right"),
            ("conditional_expression", Op::Ternary, "condition body alternative"),
            ("anonymous_function", Op::Lambda, "parameters body"),
            ("arrow_function", Op::Lambda, "parameters body"),
            ("yield_expression", Op::Yield, "0"),
            ("throw_expression", Op::Throw, "0"),
            ("sequence_expression", Op::Sequence, ""),
            ("match_expression", Op::Switch, "condition body"),
            ("match_conditional_expression", Op::Case, "conditional_expressions - return_expression"),
            ("match_default_expression", Op::Else, "return_expression"),
            ("match_condition_list", Op::Test, ""),
            // Control flow.
            ("echo_statement", Op::Value(hooks::echo), ""),
            ("exit_statement", Op::Throw, "0"),
            ("if_statement", Op::If, "condition body alternative"),
            ("else_if_clause", Op::Elif, "condition body"),
            ("else_clause", Op::Else, "body"),
            ("while_statement do_statement", Op::While, "condition body"),
            ("for_statement", Op::For, "initialize condition update body"),
            ("foreach_statement", Op::Statement(hooks::foreach), "body"),
            ("switch_statement", Op::Switch, "condition body"),
            ("case_statement", Op::Case, "value"),
            ("default_statement", Op::Else, ""),
            ("try_statement", Op::Try, "body"),
            ("catch_clause", Op::Catch, "name body"),
            ("finally_clause", Op::Finally, "body"),
            ("return_statement", Op::Return, "0"),
            ("break_statement continue_statement", Op::Leave, ""),
            // Types.
            ("named_type primitive_type bottom_type cast_type", Op::TypeName, ""),
            ("optional_type", Op::TypeOptional, "0"),
            ("union_type intersection_type disjunctive_normal_form_type", Op::TypeUnion, ""),
        ],
    )
});

impl Language for Php {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    /// Files say where their names are: a file without a namespace declares at the root.
    fn module(&self, _path: &str) -> Vec<Symbol> {
        Vec::new()
    }

    fn operator(&self, operator: &str) -> Operator {
        match operator {
            "." => Operator::Concat,
            other => lowering::operators(other),
        }
    }

    fn function_scope(&self) -> bool {
        true
    }

    fn receiver(&self) -> lowering::Receiver {
        lowering::Receiver::Named("$this")
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        Some(match name {
            "string" | "String" | "Stringable" => Known::Text,
            "int" | "integer" => Known::Integer,
            "float" | "double" => Known::Decimal,
            "bool" | "boolean" | "true" | "false" => Known::Boolean,
            "DateTime" | "DateTimeInterface" | "DateTimeImmutable" | "DateInterval" | "Carbon" | "CarbonImmutable"
            | "CarbonInterface" => Known::Time,
            "Uuid" | "UuidInterface" | "Ulid" => Known::Identifier,
            "array" | "iterable" | "mixed" | "object" | "null" | "void" | "never" | "self" | "static" | "stdClass"
            | "callable" | "Closure" => Known::Any,
            "list" | "Collection" | "EloquentCollection" | "ArrayCollection" | "ArrayObject" | "Generator" | "Traversable"
            | "Iterator" | "IteratorAggregate" | "ArrayIterator" => Known::List,
            _ => return None,
        })
    }

    fn doc_comment(&self, comment: &str) -> Option<String> {
        phpdoc::text(comment)
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        match name {
            "__toString" => FunctionRole::Display,
            "__debugInfo" => FunctionRole::Debug,
            "jsonSerialize" | "toArray" | "__serialize" => FunctionRole::Serialize,
            _ => FunctionRole::Plain,
        }
    }

    fn is_constructor(&self, name: &str) -> bool {
        name == "__construct"
    }

    fn is_parameter_property(&self, parameter: Node<'_>) -> bool {
        parameter.kind_name() == "property_promotion_parameter"
    }

    fn is_test(&self, name: &str, attributes: &[Attribute]) -> bool {
        name.starts_with("test") && name.len() > 4 || attributes.iter().any(|attribute| attribute.name == "Test")
    }

    fn finish_parameters(&self, lowerer: &mut Lowerer<'_>, parts: &lowering::Parts<'_>) {
        classes::documented_parameters(lowerer, parts.node);
    }

    fn bare_keys(&self) -> bool {
        false
    }

    fn class_members(&self, lowerer: &mut Lowerer<'_>, members: &[Node<'_>]) {
        classes::listed_fields(lowerer, members);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
