//! The Go front end: the table of its grammar, and what is peculiar to it.
//!
//! A package is a folder: the module of a file is its folder's path, so that the files of a package see each other's names.
//! Import paths lose their host and version (`packages`), and linking matches what is left by its end.

mod hooks;
mod packages;
mod structs;

use std::sync::LazyLock;

use super::lowering::{self, Known, Language, Lowerer, Op, Receiver, Table, Value};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{FunctionRole, TypeDecl, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct Go;

impl Frontend for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        file.extension == "go"
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lowering::lower(self, input)
    }
}

/// What each kind of node is.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        tree_sitter_go::LANGUAGE.into(),
        &[
            ("source_file block statement_list type_declaration", Op::Sequence, ""),
            ("var_declaration var_spec_list const_declaration import_spec_list import_declaration", Op::Sequence, ""),
            ("expression_statement parenthesized_expression parenthesized_type type_constraint", Op::Inner, ""),
            ("go_statement defer_statement literal_element negated_type", Op::Inner, "0"),
            ("labeled_statement", Op::Inner, "-1"),
            ("slice_expression", Op::Inner, "operand"),
            ("type_instantiation_expression", Op::Inner, "type"),
            ("package_clause empty_statement fallthrough_statement goto_statement", Op::Skip, ""),
            ("type_parameter_list type_arguments label_name", Op::Skip, ""),
            // Declarations.
            ("import_spec", Op::Statement(packages::import), "name path"),
            ("type_spec type_alias", Op::Statement(structs::type_spec), "name type"),
            ("field_declaration", Op::Statement(structs::field), "name type tag"),
            ("method_elem", Op::Function, "name parameters - result"),
            ("function_declaration", Op::Function, "name parameters body result"),
            ("method_declaration", Op::Statement(hooks::method), "name parameters body result receiver"),
            ("parameter_declaration", Op::Parameter, "name type"),
            ("variadic_parameter_declaration", Op::Rest, "name type"),
            ("var_spec const_spec", Op::Statement(hooks::variables), "name value type"),
            // Values.
            ("identifier field_identifier package_identifier blank_identifier", Op::Name, ""),
            ("int_literal float_literal imaginary_literal rune_literal true false nil iota", Op::Literal, ""),
            ("interpreted_string_literal raw_string_literal", Op::Text, ""),
            ("interpreted_string_literal_content raw_string_literal_content", Op::Content, ""),
            ("escape_sequence", Op::Escape, ""),
            ("selector_expression", Op::Member, "operand field"),
            ("index_expression", Op::Index, "operand index"),
            ("call_expression", Op::Call, "function arguments type_arguments"),
            ("variadic_argument", Op::Spread, "0"),
            ("binary_expression", Op::Binary, "left operator right"),
            ("unary_expression", Op::Value(hooks::unary), "operator operand"),
            ("inc_statement dec_statement", Op::Compute, ""),
            ("type_assertion_expression type_conversion_expression", Op::Cast, "operand type"),
            ("expression_list", Op::Value(hooks::values), ""),
            ("short_var_declaration", Op::Statement(hooks::short_variables), "left right"),
            ("assignment_statement", Op::Statement(hooks::assignment), "left right operator"),
            ("composite_literal", Op::Value(structs::literal), "type body"),
            ("literal_value", Op::Value(structs::bare_literal), ""),
            ("func_literal", Op::Lambda, "parameters body"),
            // Control flow.
            ("if_statement", Op::If, "condition consequence alternative initializer"),
            ("for_statement", Op::Statement(hooks::loops), "body :for_clause|:range_clause"),
            ("for_clause", Op::Skip, "initializer condition update"),
            ("range_clause", Op::Skip, "left right"),
            ("expression_switch_statement", Op::Switch, "value - initializer"),
            ("select_statement", Op::Switch, ""),
            ("type_switch_statement", Op::Statement(hooks::type_switch), "alias value initializer"),
            ("expression_case", Op::Case, "- value :statement_list"),
            ("communication_case", Op::Case, "- communication :statement_list"),
            ("type_case", Op::Case, "- - :statement_list type"),
            ("default_case", Op::Else, ""),
            ("send_statement", Op::Statement(hooks::send), "channel value"),
            ("receive_statement", Op::Statement(hooks::short_variables), "left right"),
            ("return_statement", Op::Statement(hooks::returns), "0"),
            ("break_statement continue_statement", Op::Leave, ""),
            // Types.
            ("type_identifier qualified_type", Op::TypeName, ""),
            ("generic_type", Op::TypeGeneric, "type type_arguments"),
            ("pointer_type", Op::TypeOptional, "0"),
            ("slice_type array_type implicit_length_array_type", Op::TypeList, "element"),
            ("channel_type", Op::TypeList, "value"),
            ("map_type", Op::TypeMap, "key value"),
            ("function_type", Op::TypeFunction, "result"),
            ("parameter_list", Op::Type(hooks::results), ""),
            ("type_elem", Op::TypeUnion, ""),
            ("struct_type interface_type", Op::Type(structs::anonymous), ""),
        ],
    )
});

impl Language for Go {
    fn table(&self) -> &'static Table {
        &TABLE
    }

    fn module(&self, path: &str) -> Vec<Symbol> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.split('/').filter(|segment| !matches!(*segment, "" | ".")).map(Symbol::new).collect()
    }

    fn receiver(&self) -> Receiver {
        Receiver::Named("(receiver)")
    }

    fn bare_keys(&self) -> bool {
        false
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        Some(match name {
            "string" | "NullString" | "HTML" | "URL" | "LazyString" => Known::Text,
            "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "uintptr"
            | "byte" | "rune" | "NullInt64" | "NullInt32" | "NullInt16" | "NullByte" => Known::Integer,
            "float32" | "float64" | "complex64" | "complex128" | "NullFloat64" | "Decimal" | "NullDecimal" => Known::Decimal,
            "bool" | "NullBool" => Known::Boolean,
            "Time" | "NullTime" | "Duration" | "Timestamp" | "Timestamptz" => Known::Time,
            "UUID" | "NullUUID" | "ObjectID" => Known::Identifier,
            "IP" | "IPNet" | "IPAddr" | "Addr" | "AddrPort" | "TCPAddr" => Known::NetworkAddress,
            "RawMessage" | "JSONMap" | "JSONText" | "JSON" => Known::Document,
            "StringArray" | "StringSlice" => Known::List,
            "any" | "error" | "comparable" => Known::Any,
            _ => return None,
        })
    }

    fn doc_comment(&self, comment: &str) -> Option<String> {
        let text = match comment.strip_prefix("//") {
            // `//go:build`, `//nolint`: words for tools.
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) && !rest.contains(' ') => return None,
            Some(rest) => rest.trim().to_owned(),
            None => {
                let inner = comment.strip_prefix("/*")?.strip_suffix("*/")?;
                let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
                lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
            }
        };
        (!text.is_empty()).then_some(text)
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        match name {
            "String" | "Error" | "Format" => FunctionRole::Display,
            "GoString" => FunctionRole::Debug,
            "MarshalJSON" | "MarshalText" | "MarshalYAML" | "MarshalBSON" | "MarshalXML" => FunctionRole::Serialize,
            _ => FunctionRole::Plain,
        }
    }

    fn prepare(&self, lowerer: &mut Lowerer<'_>, root: Node<'_>) {
        lowerer.unit.in_test |= lowerer.path.ends_with("_test.go");
        hooks::note_globals(lowerer, root);
    }

    fn conversion(&self, lowerer: &mut Lowerer<'_>, call: Node<'_>) -> Option<Value> {
        hooks::conversion(lowerer, call)
    }

    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        if class.kind != TypeKind::Struct {
            return;
        }
        // `%v` writes all fields, those too that encoders do not see.
        class.formatting.debug_shows_fields = true;
        class.formatting.display_shows_fields = true;
        for field in &mut class.fields {
            field.skip_serialize |= field.name.as_str().starts_with(|c: char| c.is_lowercase() || c == '_');
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_has_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TABLE.unknown, Vec::<String>::new());
    }
}
