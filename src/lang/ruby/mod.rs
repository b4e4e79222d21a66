//! The Ruby front end: the table of its grammar, and what is peculiar to it.
//!
//! Ruby reads a field by calling a method, so `user.email` is lowered to a call without arguments: the flow engine reads the field
//! where no method and no model has the name.

mod classes;
mod hooks;
mod patterns;

use std::sync::LazyLock;

use super::lowering::{self, BareName, Language, Lowerer, MemberCall, Op, Operator, Table, Value};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeRef};

/// The front end.
#[derive(Debug)]
pub struct Ruby;

impl Frontend for Ruby {
    fn name(&self) -> &'static str {
        "ruby"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "rb" | "rake" | "gemspec" | "ru" | "jbuilder" | "rabl")
            || matches!(file.name, "Gemfile" | "Rakefile")
            || file.extension.is_empty() && file.interpreter.starts_with("ruby")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_ruby::LANGUAGE.into(),
        &[
            ("program block_body then do begin_block end_block parenthesized_statements", Op::Sequence, ""),
            ("begin body_statement", Op::Try, ""),
            ("empty_statement undef alias uninterpreted forward_argument forward_parameter hash_splat_nil", Op::Skip, ""),
            ("heredoc_body heredoc_end block_parameters method_parameters lambda_parameters", Op::Skip, ""),
            ("in if_guard unless_guard exception_variable parenthesized_pattern superclass pattern", Op::Inner, "0"),
            // Declarations.
            ("class", Op::Statement(classes::class), "name superclass body"),
            ("module", Op::Statement(classes::module), "name - body"),
            ("singleton_class", Op::Statement(classes::singleton_class), "value body"),
            ("method", Op::Function, "name parameters body"),
            ("singleton_method", Op::Statement(classes::singleton_method), "name parameters body object"),
            ("optional_parameter keyword_parameter", Op::Parameter, "name - value"),
            ("block_parameter", Op::Parameter, "name"),
            ("splat_parameter hash_splat_parameter", Op::Rest, "name"),
            // Values.
            ("identifier constant global_variable hash_key_symbol", Op::Name, ""),
            ("instance_variable class_variable", Op::Own, ""),
            ("self", Op::This, ""),
            ("super", Op::Super, ""),
            ("integer float rational complex character true false nil regex encoding file line", Op::Literal, ""),
            ("range operator", Op::Literal, ""),
            ("simple_symbol", Op::Value(hooks::symbol), ""),
            ("string bare_string delimited_symbol bare_symbol subshell", Op::Text, ""),
            ("string_content heredoc_content", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("interpolation", Op::Interpolation, "0"),
            ("heredoc_beginning", Op::Value(hooks::heredoc), ""),
            ("chained_string", Op::Value(hooks::chained), ""),
            ("array string_array symbol_array right_assignment_list", Op::List, ""),
            ("hash", Op::Map, ""),
            ("pair", Op::Pair, "key value"),
            ("splat_argument hash_splat_argument", Op::Spread, "0"),
            ("block_argument", Op::Value(hooks::block_argument), "0"),
            ("scope_resolution", Op::TypeName, ""),
            ("call", Op::MethodCall, "receiver method arguments block"),
            ("element_reference", Op::Index, "object 1"),
            ("binary", Op::Binary, "left operator right"),
            ("unary", Op::Unary, "operator operand"),
            ("assignment", Op::Value(hooks::assignment), "left right"),
            ("operator_assignment", Op::Augment, "left operator right"),
            ("left_assignment_list destructured_left_assignment destructured_parameter", Op::Tuple, ""),
            ("rest_assignment", Op::Rest, "0"),
            ("conditional", Op::Ternary, "condition consequence alternative"),
            ("block do_block", Op::Lambda, "parameters body"),
            ("lambda", Op::Value(hooks::lambda), "parameters body"),
            ("yield", Op::Value(hooks::yields), "0"),
            // Control flow.
            ("if unless elsif", Op::If, "condition consequence alternative"),
            ("if_modifier unless_modifier", Op::If, "condition body"),
            ("else", Op::Else, ""),
            ("while until while_modifier until_modifier", Op::While, "condition body"),
            ("for", Op::Each, "pattern value body"),
            ("case", Op::Switch, "value"),
            ("when", Op::Case, "pattern - body"),
            ("case_match", Op::Switch, "value"),
            ("in_clause", Op::Case, "pattern guard body"),
            ("match_pattern test_pattern", Op::Value(patterns::matched), "value pattern"),
            ("array_pattern find_pattern", Op::Statement(patterns::array), "class"),
            ("hash_pattern", Op::Statement(patterns::hash), "class"),
            ("keyword_pattern", Op::Pair, "key value"),
            ("alternative_pattern", Op::Statement(patterns::alternatives), ""),
            ("as_pattern", Op::Statement(patterns::named), "value name"),
            ("variable_reference_pattern expression_reference_pattern", Op::Literal, ""),
            ("rescue", Op::Catch, "variable body"),
            ("exceptions", Op::Skip, ""),
            ("ensure", Op::Finally, ""),
            ("rescue_modifier", Op::Value(hooks::rescued), "body handler"),
            ("return", Op::Statement(hooks::returns), ":argument_list"),
            ("argument_list", Op::Tuple, ""),
            ("next", Op::Value(hooks::next), ":argument_list"),
            ("break redo retry", Op::Leave, ""),
        ],
    )
});

impl Language for Ruby {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    /// Files say where their constants are: what a file declares outside of modules is at the root.
    fn module(&self, _path: &str) -> Vec<Symbol> {
        Vec::new()
    }

    fn operator(&self, operator: &str) -> Operator {
        match operator {
            "||" | "or" => Operator::Either,
            "&&" | "and" => Operator::Right,
            "%" => Operator::Fill,
            "<<" => Operator::Method,
            other => lowering::operators(other),
        }
    }

    fn function_scope(&self) -> bool {
        true
    }

    fn bare_name(&self) -> BareName {
        BareName::DeclaredMember
    }

    fn reads_call(&self) -> bool {
        true
    }

    fn implicit_return(&self) -> bool {
        true
    }

    fn path_goes_on(&self, path: &[Symbol]) -> bool {
        is_constant(path)
    }

    fn doc_comment(&self, comment: &str) -> Option<String> {
        let text = comment.strip_prefix('#')?.trim();
        let told = ["frozen_string_literal:", "rubocop:", "encoding:", "-*-", "typed:", "!", "TODO", "FIXME", ":nodoc:"];
        (!text.is_empty() && !told.iter().any(|start| text.starts_with(start))).then(|| text.to_owned())
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        match name {
            "to_s" | "to_str" => FunctionRole::Display,
            "inspect" => FunctionRole::Debug,
            "as_json" | "to_json" | "serializable_hash" | "to_h" => FunctionRole::Serialize,
            _ => FunctionRole::Plain,
        }
    }

    fn is_constructor(&self, name: &str) -> bool {
        name == "initialize"
    }

    fn is_test(&self, name: &str, _attributes: &[Attribute]) -> bool {
        name.starts_with("test_")
    }

    fn class_members(&self, lowerer: &mut Lowerer<'_>, members: &[Node<'_>]) {
        classes::declared_by_calls(lowerer, members);
    }

    fn finish_parameters(&self, lowerer: &mut Lowerer<'_>, parts: &lowering::Parts<'_>) {
        if classes::takes_block(lowerer, parts) {
            let block = lowerer.unit.function.declare(Symbol::new(classes::BLOCK), TypeRef::default(), parts.name_span);
            lowerer.unit.function.parameter(block, false, Vec::new());
        }
    }

    fn prepare(&self, lowerer: &mut Lowerer<'_>, root: Node<'_>) {
        if lowerer.path.ends_with("schema.rb") {
            classes::tables(lowerer, root);
        }
    }

    fn member_call(&self, lowerer: &mut Lowerer<'_>, call: MemberCall<'_>) -> Value {
        hooks::member_call(lowerer, call)
    }
}

/// Whether a path is one of constants: classes, modules, values that never change.
fn is_constant(path: &[Symbol]) -> bool {
    path.iter().all(|part| part.as_str().starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
