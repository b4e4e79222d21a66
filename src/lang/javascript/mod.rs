//! The JavaScript front end, with JSX, and what it shares with TypeScript's: one table over the grammar of TSX, of which
//! JavaScript is a part.

mod calls;
mod classes;
mod hooks;
mod jsx;
mod modules;
mod schemas;

use std::sync::LazyLock;

use super::lowering::{self, Known, Language, Lowerer, Op, Operator, Table};
use super::syntax::Node;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::{Attribute, FunctionRole, TypeDecl, TypeKind};

/// The front end.
#[derive(Debug)]
pub struct JavaScript;

impl Frontend for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        let interpreted = matches!(file.interpreter, "node" | "nodejs" | "bun" | "deno");
        matches!(file.extension, "js" | "jsx" | "mjs" | "cjs" | "es6") || file.extension.is_empty() && interpreted
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        if is_generated(input.text) {
            return Lowered::default();
        }
        lowering::lower(&Script { table: &TSX }, input)
    }
}

/// Lowers TypeScript; TSX is a grammar of its own, as `<T>x` is a cast in one and an element in the other.
pub(super) fn lower_typescript(input: &Input<'_>) -> Lowered {
    let table: &'static LazyLock<Table> = if input.path.ends_with('x') { &TSX } else { &TYPESCRIPT };
    lowering::lower(&Script { table }, input)
}

/// Bundles and minified files: what they hold is written elsewhere. One line in four bytes is no code that people read.
fn is_generated(text: &str) -> bool {
    const LONG_LINE: usize = 5_000;
    let head = text.get(..text.floor_char_boundary(64 << 10)).unwrap_or(text);
    head.len() > LONG_LINE && head.lines().any(|line| line.len() > LONG_LINE) && head.lines().count() * 500 < head.len()
}

/// JavaScript or TypeScript over one of the grammars.
struct Script {
    table: &'static LazyLock<Table>,
}

static TSX: LazyLock<Table> = LazyLock::new(|| Table::new(tree_sitter_typescript::LANGUAGE_TSX.into(), &rows(true)));
static TYPESCRIPT: LazyLock<Table> =
    LazyLock::new(|| Table::new(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), &rows(false)));

/// What each kind of node is.
fn rows(jsx: bool) -> Vec<(&'static str, Op, &'static str)> {
    let mut rows = vec![
        ("program statement_block class_static_block sequence_expression", Op::Sequence, ""),
        ("expression_statement parenthesized_expression await_expression non_null_expression", Op::Inner, ""),
        ("computed_property_name instantiation_expression type_annotation readonly_type parenthesized_type", Op::Inner, "0"),
        ("adding_type_annotation opting_type_annotation omitting_type_annotation optional_type rest_type", Op::Inner, "0"),
        ("ambient_declaration labeled_statement", Op::Inner, "body|declaration|-1"),
        ("internal_module module", Op::Sequence, "body"),
        ("empty_statement debugger_statement hash_bang_line import_alias function_signature", Op::Skip, ""),
        ("index_signature call_signature construct_signature accessibility_modifier override_modifier", Op::Skip, ""),
        ("type_parameters type_arguments import_attribute optional_chain", Op::Skip, ""),
        // Declarations.
        ("class_declaration abstract_class_declaration class", Op::Statement(classes::class), "name :class_heritage body"),
        ("interface_declaration", Op::Statement(classes::interface), "name :extends_type_clause body"),
        ("type_alias_declaration", Op::Statement(classes::alias), "name value"),
        ("enum_declaration", Op::Class(TypeKind::Enum), "name - body"),
        ("enum_assignment", Op::Variant, "name"),
        ("public_field_definition property_signature", Op::Statement(classes::property), "name type value"),
        ("method_definition method_signature abstract_method_signature", Op::Function, "name parameters body return_type"),
        ("function_declaration generator_function_declaration", Op::Function, "name parameters body return_type"),
        ("lexical_declaration variable_declaration", Op::Statement(hooks::declaration), ""),
        ("variable_declarator", Op::Declarator, "name value type"),
        ("required_parameter optional_parameter", Op::Parameter, "pattern|name type value"),
        ("rest_pattern", Op::Rest, "0"),
        ("decorator", Op::Annotation, ""),
        ("import_statement", Op::Statement(modules::import), "source"),
        ("export_statement", Op::Statement(modules::export), "declaration value source"),
        // Values.
        ("identifier property_identifier private_property_identifier", Op::Name, ""),
        ("shorthand_property_identifier shorthand_property_identifier_pattern", Op::Name, ""),
        ("this", Op::This, ""),
        ("super", Op::Super, ""),
        ("number true false null undefined regex meta_property", Op::Literal, ""),
        ("string template_string", Op::Text, ""),
        ("string_fragment", Op::Content, ""),
        ("escape_sequence", Op::Escape, ""),
        ("template_substitution", Op::Interpolation, ""),
        ("member_expression", Op::Member, "object property"),
        ("subscript_expression", Op::Index, "object index"),
        ("call_expression", Op::Call, "function arguments type_arguments"),
        ("new_expression", Op::New, "constructor arguments"),
        ("spread_element", Op::Spread, "0"),
        ("binary_expression", Op::Binary, "left operator right"),
        ("unary_expression update_expression", Op::Unary, "operator argument"),
        ("assignment_expression", Op::Value(hooks::assigned), "left right"),
        ("augmented_assignment_expression", Op::Augment, "left operator right"),
        ("ternary_expression", Op::Ternary, "condition consequence alternative"),
        ("array array_pattern", Op::List, ""),
        ("object object_pattern", Op::Map, ""),
        ("pair pair_pattern", Op::Pair, "key value"),
        ("object_assignment_pattern assignment_pattern", Op::Default, "left right"),
        ("as_expression satisfies_expression", Op::Cast, "0 1"),
        ("arrow_function", Op::Lambda, "parameters|parameter body"),
        ("function_expression generator_function", Op::Lambda, "parameters body"),
        ("yield_expression", Op::Yield, "0"),
        // Control flow.
        ("if_statement", Op::If, "condition consequence alternative"),
        ("else_clause", Op::Else, "0"),
        ("while_statement do_statement", Op::While, "condition body"),
        ("for_statement", Op::For, "initializer condition increment body"),
        ("for_in_statement", Op::Each, "left right body"),
        ("switch_statement", Op::Switch, "value body"),
        ("switch_case", Op::Case, "value"),
        ("switch_default", Op::Else, ""),
        ("try_statement", Op::Try, "body"),
        ("catch_clause", Op::Catch, "parameter body"),
        ("finally_clause", Op::Finally, "body"),
        ("with_statement", Op::With, "object body"),
        ("return_statement", Op::Return, "0"),
        ("throw_statement", Op::Throw, "0"),
        ("break_statement continue_statement", Op::Leave, ""),
        // Types.
        ("type_identifier predefined_type nested_type_identifier this_type", Op::TypeName, ""),
        ("generic_type", Op::TypeGeneric, "name type_arguments"),
        ("array_type", Op::TypeList, "0"),
        ("tuple_type", Op::Tuple, ""),
        ("union_type intersection_type", Op::TypeUnion, ""),
        ("function_type", Op::TypeFunction, "return_type"),
        ("literal_type", Op::Type(hooks::literal_type), ""),
        ("template_literal_type", Op::Type(hooks::literal_type), ""),
    ];
    if jsx {
        rows.extend([
            ("jsx_element", Op::Value(jsx::element), "open_tag"),
            ("jsx_self_closing_element", Op::Value(jsx::element), ""),
            ("jsx_expression", Op::Inner, "0"),
            ("html_character_reference", Op::Content, ""),
            ("jsx_text jsx_closing_element", Op::Skip, ""),
        ]);
    } else {
        rows.push(("type_assertion", Op::Cast, "1 0"));
    }
    rows
}

impl Language for Script {
    fn table(&self) -> &'static Table {
        self.table
    }

    fn module(&self, path: &str) -> Vec<Symbol> {
        modules::of_path(path)
    }

    fn operator(&self, operator: &str) -> Operator {
        match operator {
            "||" | "??" => Operator::Either,
            "&&" => Operator::Right,
            other => lowering::operators(other),
        }
    }

    fn path_goes_on(&self, path: &[Symbol]) -> bool {
        // What a module exports by default or under a name in small letters may be a value; what its members are, linking tells.
        path.len() < 2 || !path.last().is_some_and(|last| last.as_str().starts_with(char::is_uppercase))
    }

    fn known_type(&self, name: &str) -> Option<Known> {
        Some(match name {
            "string" | "String" | "URL" => Known::Text,
            "number" | "Number" | "bigint" | "BigInt" => Known::Integer,
            "boolean" | "Boolean" => Known::Boolean,
            "Date" | "Dayjs" | "Moment" | "DateTime" | "Timestamp" => Known::Time,
            "Buffer" | "ArrayBuffer" | "Uint8Array" | "Blob" | "File" => Known::Bytes,
            "UUID" | "ObjectId" => Known::Identifier,
            "JSON" | "JsonValue" | "JsonObject" => Known::Document,
            "Array" | "ReadonlyArray" | "Set" | "ReadonlySet" | "Iterable" | "AsyncIterable" | "IterableIterator"
            | "AsyncGenerator" | "Generator" | "QueryList" => Known::List,
            "Record" | "Map" | "ReadonlyMap" | "WeakMap" => Known::Map,
            "Promise" | "PromiseLike" | "Partial" | "Readonly" | "Required" | "NonNullable" | "Awaited" | "Pick" | "Omit"
            | "Observable" | "BehaviorSubject" | "Subject" | "Ref" | "ComputedRef" | "Signal" | "WritableSignal"
            | "FormControl" | "Maybe" | "InputMaybe" | "Nullable" | "Optional" | "Relation" => Known::WrapperOfFirst,
            "any" | "unknown" | "object" | "Object" | "never" | "void" | "symbol" | "null" | "undefined" | "Function" => {
                Known::Any
            }
            _ => return None,
        })
    }

    fn role(&self, name: &str, _owner: Symbol) -> FunctionRole {
        match name {
            "toString" | "[Symbol.toPrimitive]" => FunctionRole::Display,
            "inspect" | "[util.inspect.custom]" => FunctionRole::Debug,
            "toJSON" => FunctionRole::Serialize,
            _ => FunctionRole::Plain,
        }
    }

    fn is_test(&self, _name: &str, _attributes: &[Attribute]) -> bool {
        false
    }

    fn declares_value(&self, lowerer: &Lowerer<'_>, declarator: Node<'_>) -> bool {
        hooks::declares_value(lowerer, declarator)
    }

    fn prepare(&self, lowerer: &mut Lowerer<'_>, root: Node<'_>) {
        modules::prepare(lowerer, root);
    }

    fn is_constructor(&self, name: &str) -> bool {
        name == "constructor"
    }

    fn is_parameter_property(&self, parameter: Node<'_>) -> bool {
        let mut words = parameter.tokens().into_iter();
        words.any(|word| word.kind_name() == "accessibility_modifier" || word.text() == "readonly")
    }

    fn method_name(&self, lowerer: &Lowerer<'_>, name: Node<'_>, arguments: Option<Node<'_>>) -> Symbol {
        calls::method_name(lowerer, name, arguments)
    }

    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, class: &mut TypeDecl) {
        // `console.log(object)` shows every field, and so do loggers.
        class.formatting.display_shows_fields = true;
        class.formatting.debug_shows_fields = true;
    }

    fn imported_module(&self, lowerer: &Lowerer<'_>, call: Node<'_>) -> Option<Vec<Symbol>> {
        modules::required(lowerer, call)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammars_have_all_kinds_and_fields_of_the_table() {
        assert_eq!(super::TSX.unknown, Vec::<String>::new());
        assert_eq!(super::TYPESCRIPT.unknown, Vec::<String>::new());
    }

    #[test]
    fn minified_files_are_told_by_their_lines() {
        assert!(super::is_generated(&"a=1;".repeat(4000)));
        assert!(!super::is_generated(&"const a = 1;\n".repeat(4000)));
    }
}
