//! What only Python has.

use super::class_kind;
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Argument, Operand, Rvalue, Selector, Stmt, TextPart, TypeRef};
use crate::lang::lowering::{Lowerer, Op, Value, concatenation};
use crate::lang::syntax::Node;

/// The text of a body's first statement, if that is a string.
fn docstring(lowerer: &Lowerer<'_>, body: Option<Node<'_>>) -> Option<Symbol> {
    let first = body?.first()?;
    let string = if first.kind_name() == "expression_statement" { first.first()? } else { first };
    if !matches!(lowerer.op(string), Op::Text) {
        return None;
    }
    let content: String =
        string.children().into_iter().filter(|part| matches!(lowerer.op(*part), Op::Content)).map(Node::text).collect();
    let lines = content.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then(|| Symbol::new(&text))
}

pub(super) fn class(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let row = lowerer.row(node);
    let bases = lowerer.base_names(row.all(node, 1));
    let body = row.part(node, 2);
    lowerer.preamble.doc = docstring(lowerer, body).or(lowerer.preamble.doc);
    lowerer.class_with(node, class_kind(&bases), row.part(node, 0), bases, body, None);
}

pub(super) fn function(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let mut parts = lowerer.parts_of(node);
    lowerer.preamble.doc = docstring(lowerer, parts.body).or(lowerer.preamble.doc);
    let annotated = |name: &str| lowerer.preamble.attributes.iter().any(|attribute| attribute.name == name);
    parts.takes_type = annotated("classmethod") || parts.name == "__new__" || parts.name == "__init_subclass__";
    parts.is_static = annotated("staticmethod") || parts.takes_type;
    parts.is_constructor = parts.name == "__init__";
    lowerer.function(parts);
}

/// The segments of a dotted name.
fn dotted(node: Node<'_>) -> Vec<Symbol> {
    node.text().split('.').map(str::trim).filter(|segment| !segment.is_empty()).map(Symbol::new).collect()
}

/// `import a.b`, `import a.b as c`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    for name in node.children() {
        match name.kind_name() {
            "aliased_import" => {
                let parts = name.children();
                if let [path, alias] = parts.as_slice() {
                    lowerer.import(dotted(*path), Some(alias.symbol()), node.span());
                }
            }
            _ => {
                let path = dotted(name);
                let first = path.first().copied();
                lowerer.import(first.into_iter().collect(), first, node.span());
            }
        }
    }
}

/// `from a.b import c as d`, `from . import e`, `from a import *`.
pub(super) fn import_from(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let Some(module) = lowerer.part(node, 0) else { return };
    let base = if module.kind_name() == "relative_import" {
        let dots = module.text().trim_start().bytes().take_while(|byte| *byte == b'.').count();
        let mut base = lowerer.unit.module.clone();
        // In a package's own file, one dot is the package.
        let up = if lowerer.path.ends_with("/__init__.py") { dots.saturating_sub(1) } else { dots };
        base.truncate(base.len().saturating_sub(up));
        base.extend(dotted(module));
        base
    } else {
        dotted(module)
    };
    for name in node.children() {
        if name.start() == module.start() {
            continue;
        }
        let (path, alias) = match name.kind_name() {
            "wildcard_import" => {
                lowerer.import(base.clone(), None, node.span());
                continue;
            }
            "aliased_import" => match name.children().as_slice() {
                [path, alias] => (dotted(*path), alias.symbol()),
                _ => continue,
            },
            _ => (dotted(name), name.symbol()),
        };
        lowerer.import(base.iter().copied().chain(path).collect(), Some(alias), node.span());
    }
}

/// `global a, b`, `nonlocal c`.
pub(super) fn shares(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    for name in node.children() {
        lowerer.shares(name.symbol());
    }
}

/// `"a" "b"`: one text.
pub(super) fn concatenated(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let parts = node.children();
    let plain = parts.iter().all(|part| part.children().iter().all(|inner| !matches!(lowerer.op(*inner), Op::Interpolation)));
    if !plain {
        let operands = lowerer.expressions(parts);
        return Value::Rvalue(concatenation(operands));
    }
    let operands = lowerer.expressions(parts);
    let Rvalue::Format(parts) = concatenation(operands) else { return Value::nothing(node.span()) };
    let mut text = String::new();
    for part in &parts {
        if let TextPart::Text(part) = part {
            text.push_str(part.as_str());
        }
    }
    let text = Symbol::new(&text);
    lowerer.note_string(text, node.span(), node.span());
    Value::Operand(Operand::Text(text, node.span()))
}

/// `[f(x) for x in xs if p(x)]`: a loop that fills a list or map.
pub(super) fn comprehension(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let result = lowerer.unit.function.local(None, TypeRef::default(), span);
    let clauses: Vec<Node<'_>> = node.children().into_iter().skip(1).collect();
    let mut opened = 0_u32;
    for clause in &clauses {
        if clause.kind_name() == "for_in_clause" {
            let parts = clause.children();
            let (Some(pattern), Some(iterated)) = (parts.first(), parts.last()) else { continue };
            let iterated = lowerer.expression(*iterated);
            lowerer.unit.function.open_block();
            opened += 1;
            let element = lowerer.element(iterated);
            lowerer.bind(*pattern, element);
        } else {
            lowerer.expression(*clause);
        }
    }
    if let Some(body) = lowerer.part(node, 0) {
        let is_map = matches!(lowerer.op(body), Op::Pair);
        let (selector, value) = if is_map {
            lowerer.pair(body).unwrap_or_else(|| (Selector::Element, Operand::Literal(Symbol::default(), span)))
        } else {
            (Selector::Element, lowerer.expression(body))
        };
        let kind = if is_map { AggregateKind::Map } else { AggregateKind::List };
        let value = Rvalue::Aggregate { kind, members: vec![(selector, value)], spread: Vec::new() };
        lowerer.unit.function.assign_local(result, value, span);
    }
    for _ in 0..opened {
        let body = lowerer.unit.function.close_block();
        lowerer.unit.function.emit(Stmt::Loop { body, span });
    }
    Value::Operand(FunctionBuilder::read(result, span))
}

/// `open(path) as file`; in a pattern, `pattern as name`.
pub(super) fn as_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let Some(inner) = lowerer.part(node, 0) else { return Value::nothing(span) };
    let value = if inner.kind_name() == "case_pattern" {
        let subject = lowerer.subject(span);
        lowerer.bind(inner, subject.clone());
        subject
    } else {
        lowerer.expression(inner)
    };
    if let Some(alias) = lowerer.part(node, 1).or_else(|| node.children().get(1).copied()) {
        lowerer.bind(alias, value.clone());
    }
    Value::Operand(value)
}

/// `User(email=e, name)`: parts by name, and by position.
pub(super) fn class_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for (at, part) in node.children().into_iter().skip(1).enumerate() {
        let inner = part.first().filter(|inner| inner.kind_name() == "keyword_pattern");
        match inner.map(Node::children).as_deref() {
            Some([name, pattern]) => {
                let member = lowerer.unit.function.member(subject.clone(), Selector::Field(name.symbol()), part.span());
                lowerer.bind(*pattern, member);
            }
            _ => {
                let selector = crate::lang::lowering::position(at);
                let member = lowerer.unit.function.member(subject.clone(), selector, part.span());
                lowerer.bind(part, member);
            }
        }
    }
}

/// `{"email": e, **rest}`.
pub(super) fn dict_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    let parts = node.children();
    let mut parts = parts.iter();
    while let Some(key) = parts.next() {
        if matches!(lowerer.op(*key), Op::Rest) {
            lowerer.bind(*key, subject.clone());
            continue;
        }
        let Some(pattern) = parts.next() else { return };
        let mut name = *key;
        while let (Op::Inner, Some(inner)) = (lowerer.op(name), name.first()) {
            name = inner;
        }
        let selector = lowerer.key(name);
        let member = lowerer.unit.function.member(subject.clone(), selector, pattern.span());
        lowerer.bind(*pattern, member);
    }
}

/// `a | b`: each may bind.
pub(super) fn union_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let subject = lowerer.subject(node.span());
    for one in node.children() {
        lowerer.bind(one, subject.clone());
    }
}

/// A name in a pattern binds; a dotted name is a constant.
pub(super) fn dotted_pattern(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let names = node.children();
    if let [only] = names.as_slice() {
        let subject = lowerer.subject(node.span());
        lowerer.bind(*only, subject);
    }
}

/// `print x, y` of Python 2.
pub(super) fn print(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let arguments = lowerer.expressions(node.children()).into_iter().map(Argument::plain).collect();
    lowerer.call_value(vec![Symbol::new("print")], arguments, node, node)
}
