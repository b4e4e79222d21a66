//! The Kotlin front end: the table of its grammar, and what is peculiar to it. Annotations, packages and the platform's types
//! are Java's.

mod declarations;
mod hooks;

use std::sync::LazyLock;

use super::java::{annotations, library};
use super::lowering::{self, BareName, Known, Language, Lowerer, Op, Operator, Table};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeDecl};

/// The front end.
#[derive(Debug)]
pub struct Kotlin;

impl Frontend for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "kt" | "kts")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_kotlin_ng::LANGUAGE.into(),
        &[
            ("source_file block class_body enum_class_body", Op::Sequence, ""),
            ("parenthesized_expression function_body parenthesized_type non_nullable_type", Op::Inner, ""),
            ("annotated_expression labeled_expression annotated_lambda type_projection property_delegate", Op::Inner, "-1"),
            ("delegation_specifier", Op::Inner, "-1"),
            ("package_header type_parameters type_constraints type_arguments type_modifiers label", Op::Skip, ""),
            ("file_annotation shebang getter setter constructor_delegation_call variance_modifier", Op::Skip, ""),
            // Declarations.
            ("class_declaration", Op::Statement(declarations::class), "name :delegation_specifiers"),
            ("object_declaration", Op::Statement(declarations::object), "name :delegation_specifiers :class_body"),
            ("companion_object", Op::Statement(declarations::companion), "name :delegation_specifiers :class_body"),
            ("property_declaration", Op::Value(declarations::property), ":variable_declaration|:multi_variable_declaration"),
            ("function_declaration", Op::Statement(declarations::function), "name :function_value_parameters :function_body"),
            ("secondary_constructor", Op::Constructor, "- :function_value_parameters :block"),
            ("anonymous_initializer", Op::Value(declarations::initializer), ":block"),
            ("enum_entry", Op::Variant, ":identifier :value_arguments"),
            ("type_alias", Op::Statement(declarations::alias), "type -1"),
            (
                "class_parameter variable_declaration parameter",
                Op::Parameter,
                ":identifier :user_type|:nullable_type|:function_type|:parenthesized_type|:non_nullable_type",
            ),
            ("annotation", Op::Annotation, ""),
            ("modifiers parameter_modifiers", Op::Modifiers, ""),
            ("import", Op::Statement(declarations::import), ":qualified_identifier :identifier"),
            ("constructor_invocation explicit_delegation", Op::Call, "0 :value_arguments"),
            // Values.
            ("identifier", Op::Name, ""),
            ("qualified_identifier", Op::Value(hooks::qualified), ""),
            ("this_expression", Op::This, ""),
            ("super_expression", Op::Super, ""),
            ("number_literal float_literal character_literal", Op::Literal, ""),
            ("string_literal multiline_string_literal", Op::Text, ""),
            ("string_content", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("interpolation", Op::Interpolation, ""),
            ("navigation_expression", Op::Member, "0 -1"),
            ("index_expression", Op::Index, "0 1"),
            ("call_expression", Op::Call, "0 :value_arguments :type_arguments :annotated_lambda"),
            ("value_argument", Op::Argument, "-1 0"),
            ("spread_expression", Op::Spread, "0"),
            ("binary_expression", Op::Binary, "left operator right"),
            ("unary_expression", Op::Unary, "operator argument"),
            ("in_expression is_expression range_test type_test", Op::Test, ""),
            ("range_expression", Op::Compute, ""),
            ("infix_expression", Op::Value(hooks::infix), ""),
            ("assignment", Op::Value(library::assignment), "left right"),
            ("as_expression", Op::Cast, "left right"),
            ("collection_literal", Op::List, ""),
            ("multi_variable_declaration", Op::Tuple, ""),
            ("lambda_literal", Op::Value(hooks::lambda), ":lambda_parameters"),
            ("anonymous_function", Op::Lambda, ":function_value_parameters :function_body"),
            ("callable_reference", Op::Value(hooks::reference), ""),
            ("object_literal", Op::Value(hooks::object), ":delegation_specifiers :class_body"),
            // Control flow.
            ("if_expression", Op::If, "condition 1 2"),
            ("when_expression", Op::Switch, ":when_subject"),
            ("when_subject", Op::Value(hooks::when_subject), ":variable_declaration -1"),
            ("when_entry", Op::Case, "condition"),
            ("for_statement", Op::Each, ":variable_declaration|:multi_variable_declaration 1 2"),
            ("while_statement", Op::While, "condition :block|-1"),
            ("do_while_statement", Op::While, "condition :block|0"),
            ("try_expression", Op::Try, ":block"),
            ("catch_block", Op::Catch, ":identifier :block :user_type"),
            ("finally_block", Op::Finally, ":block"),
            ("return_expression", Op::Return, "-1"),
            ("throw_expression", Op::Throw, "0"),
            // Types.
            ("user_type", Op::TypeGeneric, "0 :type_arguments"),
            ("nullable_type", Op::TypeOptional, "-1"),
            ("function_type", Op::TypeFunction, "-1"),
        ],
    )
});

impl Language for Kotlin {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    fn module(&self, path: &str) -> Vec<Symbol> {
        library::package_of_path(path)
    }

    fn operator(&self, operator: &str) -> Operator {
        // Types tell a sum from a text, and few operands have one that is written beside them.
        if operator == "+" { Operator::Join } else { lowering::operators(operator) }
    }

    fn path_goes_on(&self, path: &[Symbol]) -> bool {
        // A class's members may be values: `System.out`, `Config.URL`; what they are, linking tells.
        path.len() < 2 || !path.last().is_some_and(|last| last.as_str().starts_with(char::is_uppercase))
    }

    fn invokes(&self, method: &str) -> bool {
        library::invokes(method)
    }

    fn measures(&self, name: &str) -> bool {
        matches!(name, "length" | "size" | "indices" | "lastIndex")
    }

    fn copies(&self, method: &str) -> bool {
        method == "copy"
    }

    fn bare_name(&self) -> BareName {
        BareName::DeclaredMember
    }

    fn implicit_return(&self) -> bool {
        true
    }

    fn dollar_names(&self) -> bool {
        true
    }

    fn is_parameter(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind_name(),
            "parameter" | "class_parameter" | "variable_declaration" | "multi_variable_declaration" | "identifier"
        )
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        library::known_type(name)
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        if name == "toString" { FunctionRole::Display } else { FunctionRole::Plain }
    }

    fn is_test(&self, _name: &str, attributes: &[Attribute]) -> bool {
        library::is_test(attributes)
    }

    fn prepare(&self, lowerer: &mut Lowerer<'_>, root: Node<'_>) {
        let clause = root.children().into_iter().find(|child| child.kind_name() == "package_header");
        library::enter_package(lowerer, clause.and_then(Node::first));
    }

    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        annotations::apply(class);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
