//! The Java front end: the table of its grammar, and what is peculiar to it. What annotations say of fields and classes is
//! shared with Kotlin.

pub(super) mod annotations;
mod hooks;
pub(super) mod library;
pub(super) mod members;

use std::sync::LazyLock;

use super::lowering::{self, BareName, Known, Language, Lowerer, Op, Operator, Table};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeDecl, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct Java;

impl Frontend for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        file.extension == "java"
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_java::LANGUAGE.into(),
        &[
            ("program block constructor_body static_initializer enum_body_declarations", Op::Sequence, ""),
            ("resource_specification", Op::Sequence, ""),
            ("expression_statement parenthesized_expression yield_statement dimensions_expr pattern", Op::Inner, ""),
            ("class_literal template_expression", Op::Inner, "template_argument|0"),
            ("labeled_statement wildcard annotated_type", Op::Inner, "-1"),
            ("synchronized_statement", Op::Inner, "body"),
            ("array_creation_expression", Op::Inner, "value|dimensions"),
            ("package_declaration module_declaration dimensions type_parameters throws", Op::Skip, ""),
            ("annotation_type_element_declaration receiver_parameter type_arguments asterisk", Op::Skip, ""),
            // Declarations.
            ("class_declaration enum_declaration", Op::Statement(hooks::class), "name superclass interfaces body"),
            ("record_declaration", Op::Statement(hooks::record), "name - interfaces body parameters"),
            ("interface_declaration", Op::Class(TypeKind::Interface), "name :extends_interfaces body"),
            ("annotation_type_declaration", Op::Class(TypeKind::Interface), "name - body"),
            ("enum_constant", Op::Variant, "name arguments"),
            ("local_variable_declaration", Op::Declaration, "type"),
            ("field_declaration constant_declaration", Op::Value(hooks::fields), "type"),
            ("variable_declarator", Op::Declarator, "name value"),
            ("method_declaration", Op::Function, "name parameters body type"),
            ("constructor_declaration", Op::Constructor, "name parameters body"),
            ("compact_constructor_declaration", Op::Constructor, "name - body"),
            ("formal_parameter catch_formal_parameter", Op::Parameter, "name type|:catch_type"),
            ("spread_parameter", Op::Rest, ":variable_declarator"),
            ("resource", Op::Field, "name|:identifier type value"),
            ("annotation marker_annotation", Op::Annotation, "name arguments"),
            ("modifiers", Op::Modifiers, ""),
            ("import_declaration", Op::Statement(hooks::import), ""),
            // Values.
            ("identifier", Op::Name, ""),
            ("scoped_identifier", Op::Member, "scope name"),
            ("this", Op::This, ""),
            ("super", Op::Super, ""),
            ("decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal", Op::Literal, ""),
            ("decimal_floating_point_literal hex_floating_point_literal character_literal", Op::Literal, ""),
            ("true false null_literal", Op::Literal, ""),
            ("string_literal", Op::Text, ""),
            ("string_fragment multiline_string_fragment", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("string_interpolation", Op::Interpolation, ""),
            ("field_access", Op::Member, "object field"),
            ("array_access", Op::Index, "array index"),
            ("method_invocation", Op::MethodCall, "object name arguments"),
            ("explicit_constructor_invocation", Op::Call, "constructor arguments"),
            ("object_creation_expression", Op::New, "type arguments :class_body"),
            ("method_reference", Op::Value(hooks::method_reference), ""),
            ("binary_expression", Op::Binary, "left operator right"),
            ("unary_expression", Op::Unary, "operator operand"),
            ("update_expression", Op::Compute, ""),
            ("assignment_expression", Op::Value(library::assignment), "left right"),
            ("ternary_expression", Op::Ternary, "condition consequence alternative"),
            ("array_initializer element_value_array_initializer", Op::List, ""),
            ("cast_expression", Op::Cast, "value type"),
            ("instanceof_expression", Op::Value(hooks::instance_of), "left right name pattern"),
            ("lambda_expression", Op::Lambda, "parameters body"),
            // Control flow.
            ("if_statement", Op::If, "condition consequence alternative"),
            ("while_statement do_statement", Op::While, "condition body"),
            ("for_statement", Op::For, "init condition update body"),
            ("enhanced_for_statement", Op::Statement(hooks::each), "name type value body"),
            ("switch_expression", Op::Switch, "condition body"),
            ("switch_rule switch_block_statement_group", Op::Case, ":switch_label"),
            ("switch_label", Op::Statement(hooks::switch_label), ""),
            ("type_pattern record_pattern_component", Op::Statement(hooks::type_pattern), ""),
            ("record_pattern", Op::Statement(hooks::record_pattern), ""),
            ("guard", Op::Inner, ""),
            ("try_statement", Op::Try, "body"),
            ("try_with_resources_statement", Op::Try, "-"),
            ("catch_clause", Op::Catch, ":catch_formal_parameter body"),
            ("finally_clause", Op::Finally, ":block"),
            ("return_statement", Op::Return, "0"),
            ("throw_statement", Op::Throw, "0"),
            ("break_statement continue_statement", Op::Leave, ""),
            ("assert_statement", Op::Test, ""),
            // Types.
            ("type_identifier scoped_type_identifier integral_type floating_point_type", Op::TypeName, ""),
            ("boolean_type void_type", Op::TypeName, ""),
            ("generic_type", Op::TypeGeneric, "0 :type_arguments"),
            ("array_type", Op::TypeList, "element"),
            ("catch_type", Op::TypeUnion, ""),
        ],
    )
});

impl Language for Java {
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
        matches!(name, "length")
    }

    fn bare_name(&self) -> BareName {
        BareName::DeclaredMember
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
        let clause = root.children().into_iter().find(|child| child.kind_name() == "package_declaration");
        library::enter_package(lowerer, clause.and_then(|clause| clause.children().into_iter().next_back()));
    }

    fn finish_class(&self, lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        annotations::apply(class);
        members::generate(lowerer, class);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
