//! Declarations, assignments and types that only JavaScript and TypeScript have.

use super::{modules, schemas};
use crate::index::Symbol;
use crate::ir::TypeShape;
use crate::lang::lowering::{Lowerer, Op, Value};
use crate::lang::syntax::Node;

/// `const a = …, {b} = …`: a function under a name is a function, a required module is an import.
pub(super) fn declaration(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    for declarator in node.children() {
        if !matches!(lowerer.op(declarator), Op::Declarator) {
            continue;
        }
        let row = lowerer.row(declarator);
        let (Some(name), Some(value)) = (row.part(declarator, 0), row.part(declarator, 1)) else {
            lowerer.statement(declarator);
            continue;
        };
        let plain = name.kind_name() == "identifier";
        if modules::require(lowerer, name, value) {
            continue;
        }
        let at_top = lowerer.at_top();
        if plain && at_top {
            if matches!(lowerer.op(value), Op::Lambda) {
                modules::function_named(lowerer, value, name.symbol(), name.span(), None);
                continue;
            }
            if value.kind_name() == "class" {
                super::classes::named(lowerer, value, Some(name));
                continue;
            }
            let object = unwrapped(lowerer, value);
            if object.kind_name() == "object" && has_functions(lowerer, object) {
                modules::members(lowerer, object, Some(name.symbol()));
            }
        }
        if plain {
            schemas::declared(lowerer, Some(name), value);
        }
        lowerer.statement(declarator);
    }
}

/// Whether a declarator at the top of a file makes a value: functions, classes, modules and objects of functions are declared.
pub(super) fn declares_value(lowerer: &Lowerer<'_>, declarator: Node<'_>) -> bool {
    let Some(value) = lowerer.part(declarator, 1) else { return true };
    let object = unwrapped(lowerer, value);
    let whole = match lowerer.op(value) {
        Op::Member => lowerer.part(value, 0).unwrap_or(value),
        Op::Inner => value.first().unwrap_or(value),
        _ => value,
    };
    !(matches!(lowerer.op(value), Op::Lambda)
        || value.kind_name() == "class"
        || object.kind_name() == "object" && has_functions(lowerer, object)
        || modules::required(lowerer, whole).is_some())
}

/// `{…} as const`, `Object.freeze({…})`.
fn unwrapped<'t>(lowerer: &Lowerer<'_>, value: Node<'t>) -> Node<'t> {
    let inner = match lowerer.op(value) {
        Op::Cast | Op::Inner => value.first(),
        Op::Call => lowerer.part(value, 1).filter(|list| list.children().len() == 1).and_then(Node::first),
        _ => None,
    };
    inner.filter(|inner| inner.kind_name() == "object").unwrap_or(value)
}

fn has_functions(lowerer: &Lowerer<'_>, object: Node<'_>) -> bool {
    object.children().into_iter().any(|member| match lowerer.op(member) {
        Op::Function => true,
        Op::Pair => lowerer.part(member, 1).is_some_and(|value| matches!(lowerer.op(value), Op::Lambda)),
        _ => false,
    })
}

/// `exports.name = …`, `module.exports = …`, `Type.prototype.name = function …`: declarations in other words.
pub(super) fn assigned(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let (Some(left), Some(right)) = (row.part(node, 0), row.part(node, 1)) else { return Value::nothing(node.span()) };
    if lowerer.at_top() && left.kind_name() == "member_expression" {
        if modules::exported_whole(lowerer, node).is_some() {
            modules::exported_default(lowerer, right, node);
            return Value::nothing(node.span());
        }
        let is_function = matches!(lowerer.op(right), Op::Lambda);
        if let Some(name) = modules::exported_name(left.text()) {
            let name = Symbol::new(name);
            if is_function {
                modules::function_named(lowerer, right, name, left.span(), None);
            } else if right.kind_name() != "identifier" {
                let span = left.span();
                lowerer.global(name, crate::ir::TypeRef::default(), Some(right), span, node.span());
            }
            return Value::nothing(node.span());
        }
        if is_function && let Some((owner, name)) = left.text().split_once(".prototype.") {
            let parts = crate::lang::lowering::Parts {
                node: right,
                name: Symbol::new(name),
                name_span: left.span(),
                parameters: lowerer.part(right, 0),
                body: lowerer.part(right, 1),
                result: None,
                owner: Some(Symbol::new(owner)),
                receiver: None,
                is_static: false,
                is_constructor: false,
                is_getter: false,
                takes_type: false,
            };
            lowerer.function(parts);
            return Value::nothing(node.span());
        }
    }
    if let Some(value) = super::calls::kept(lowerer, left, right, node) {
        return value;
    }
    lowerer.assignment(node)
}

/// `"a"` as a type: one of a set of values.
pub(super) fn literal_type(_lowerer: &mut Lowerer<'_>, node: Node<'_>) -> TypeShape {
    match node.first().map(Node::kind_name) {
        Some("string" | "string_fragment" | "template_type") => TypeShape::Enumeration,
        Some("number" | "unary_expression") => TypeShape::Integer,
        Some("true" | "false") => TypeShape::Boolean,
        _ => TypeShape::Unknown,
    }
}
