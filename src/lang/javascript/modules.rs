//! Modules: their paths, what they import, require and export.
//!
//! A module's path is its file's, without ending and `index`. What a file exports by default is named `default` there: an
//! import under that name leads to the declaration, or to the module itself where it exports its members together.

use crate::index::Symbol;
use crate::lang::lowering::{Lowerer, Op, Parts};
use crate::lang::syntax::Node;

/// The module of a path relative to the root.
pub(super) fn of_path(path: &str) -> Vec<Symbol> {
    let stem = without_ending(path);
    stem.split('/').filter(|segment| !matches!(*segment, "" | ".")).map(Symbol::new).collect()
}

fn without_ending(path: &str) -> &str {
    let endings = [".d.ts", ".tsx", ".ts", ".mts", ".cts", ".jsx", ".js", ".mjs", ".cjs", ".json", ".vue", ".svelte"];
    let stem = endings.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
    stem.strip_suffix("/index").unwrap_or(stem)
}

/// Where an import's source leads, seen from a file: a module of the program, or a package by its name.
fn resolve(file: &str, source: &str) -> (Vec<Symbol>, bool) {
    let relative = source.starts_with('.');
    if relative {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
        for segment in without_ending(source).split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop();
                }
                name => segments.push(name),
            }
        }
        if segments.last() == Some(&"index") {
            segments.pop();
        }
        return (segments.into_iter().map(Symbol::new).collect(), true);
    }
    // Aliases of the project's own folders: `@/x`, `~/x`, `src/x`, `#x`.
    for prefix in ["@/", "~/", "~~/", "#/"] {
        if let Some(rest) = source.strip_prefix(prefix) {
            return (of_path(rest), true);
        }
    }
    if source.starts_with("src/") || source.starts_with("app/") {
        return (of_path(source), true);
    }
    let source = source.strip_prefix("node:").unwrap_or(source);
    // A scope belongs to the package's name.
    let name_end = match source.strip_prefix('@') {
        Some(rest) => rest.match_indices('/').nth(1).map_or(source.len(), |(at, _)| at + 1),
        None => source.find('/').unwrap_or(source.len()),
    };
    let (name, rest) = source.split_at(name_end.min(source.len()));
    let rest = rest.split('/').filter(|segment| !segment.is_empty());
    (std::iter::once(name).chain(rest).map(Symbol::new).collect(), false)
}

fn text_of(node: Node<'_>) -> &str {
    node.text().trim_matches(['"', '\'', '`'])
}

fn default_name() -> Symbol {
    Symbol::new("default")
}

/// `import a, {b as c}, * as d from "source"`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    if let Some(clause) = node.children().into_iter().find(|child| child.kind_name() == "import_require_clause") {
        let parts = clause.children();
        if let [name, source] = parts.as_slice() {
            let (path, own) = resolve(lowerer.path, text_of(*source));
            let path = if own { path.into_iter().chain([default_name()]).collect() } else { path };
            lowerer.import(path, Some(name.symbol()), node.span());
        }
        return;
    }
    let Some(source) = lowerer.part(node, 0) else { return };
    let (path, own) = resolve(lowerer.path, text_of(source));
    let Some(clause) = node.children().into_iter().find(|child| child.kind_name() == "import_clause") else { return };
    for part in clause.children() {
        match part.kind_name() {
            "identifier" => {
                let path = if own { path.iter().copied().chain([default_name()]).collect() } else { path.clone() };
                lowerer.import(path, Some(part.symbol()), node.span());
            }
            "namespace_import" => {
                lowerer.import(path.clone(), part.first().map(Node::symbol), node.span());
            }
            _ => named(lowerer, part, &path, own, node),
        }
    }
}

/// The names in braces of an import or export.
fn named(lowerer: &mut Lowerer<'_>, list: Node<'_>, path: &[Symbol], own: bool, statement: Node<'_>) {
    for one in list.children() {
        let names = one.children();
        let (Some(name), Some(alias)) = (names.first(), names.last()) else { continue };
        let name = Symbol::new(text_of(*name));
        // A package's default export is the package.
        let path = if name == "default" && !own { path.to_vec() } else { path.iter().copied().chain([name]).collect() };
        lowerer.import(path, Some(Symbol::new(text_of(*alias))), statement.span());
    }
}

/// `export …`: declarations, names, other modules' names.
pub(super) fn export(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let source = lowerer.part(node, 2);
    if let Some(source) = source {
        let (path, own) = resolve(lowerer.path, text_of(source));
        let mut names = false;
        for part in node.children() {
            match part.kind_name() {
                "export_clause" => {
                    names = true;
                    named(lowerer, part, &path, own, node);
                }
                "namespace_export" => {
                    names = true;
                    lowerer.import(path.clone(), part.first().map(Node::symbol), node.span());
                }
                _ => {}
            }
        }
        if !names {
            lowerer.import(path, None, node.span());
        }
        return;
    }
    let is_default = node.tokens().iter().any(|token| token.kind_name() == "default");
    if let Some(declaration) = lowerer.part(node, 0) {
        let decorators = lowerer.annotations(node);
        lowerer.preamble.attributes.extend(decorators);
        lowerer.statement(declaration);
        return;
    }
    if let Some(clause) = node.children().into_iter().find(|child| child.kind_name() == "export_clause") {
        // `export { a as b }`: another name of what the file declares.
        let module = lowerer.unit.module.clone();
        for one in clause.children() {
            let names = one.children();
            if let [name, alias] = names.as_slice() {
                let path = module.iter().copied().chain([name.symbol()]).collect();
                lowerer.import(path, Some(Symbol::new(text_of(*alias))), node.span());
            }
        }
        return;
    }
    let value =
        lowerer.part(node, 1).or_else(|| node.children().into_iter().find(|child| !matches!(lowerer.op(*child), Op::Annotation)));
    if let Some(value) = value {
        if is_default {
            exported_default(lowerer, value, node);
        } else {
            lowerer.expression(value);
        }
    }
}

/// Lowers what a module exports as a whole, under the name `default` where it has none.
pub(super) fn exported_default(lowerer: &mut Lowerer<'_>, value: Node<'_>, statement: Node<'_>) {
    match value.kind_name() {
        // What `prepare` has given the name `default`.
        "identifier" => {}
        "object" => members(lowerer, value, None),
        "arrow_function" | "function_expression" | "generator_function" => {
            function_named(lowerer, value, default_name(), value.span_within(0, 0), None);
        }
        "class" => lowerer.statement(value),
        _ if lowerer.at_top() => {
            let span = value.span_within(0, 0);
            lowerer.global(default_name(), crate::ir::TypeRef::default(), Some(value), span, statement.span());
        }
        _ => {
            lowerer.expression(value);
        }
    }
}

/// A function that is the value of a name.
pub(super) fn function_named(
    lowerer: &mut Lowerer<'_>,
    value: Node<'_>,
    name: Symbol,
    name_span: crate::source::Span,
    owner: Option<Symbol>,
) {
    let row = lowerer.row(value);
    let result = value.tokens().into_iter().find(|part| part.kind_name() == "type_annotation");
    lowerer.function(Parts {
        node: value,
        name,
        name_span,
        parameters: row.part(value, 0),
        body: row.part(value, 1),
        result,
        owner,
        receiver: None,
        is_static: owner.is_some(),
        is_constructor: false,
        is_getter: false,
        takes_type: false,
    });
}

/// The members of an object at the top of a file that is known by a name, or is the module itself: functions are functions.
pub(super) fn members(lowerer: &mut Lowerer<'_>, object: Node<'_>, owner: Option<Symbol>) {
    for member in object.children() {
        match lowerer.op(member) {
            Op::Function => {
                let mut parts = lowerer.parts_of(member);
                parts.owner = owner;
                parts.is_static = owner.is_some();
                lowerer.function(parts);
            }
            Op::Pair => {
                let row = lowerer.row(member);
                let (Some(key), Some(value)) = (row.part(member, 0), row.part(member, 1)) else { continue };
                let name = Symbol::new(text_of(key));
                if matches!(lowerer.op(value), Op::Lambda) {
                    function_named(lowerer, value, name, key.span(), owner);
                } else if value.kind_name() == "object" && owner.is_none() {
                    // `methods: { … }` of a component.
                    members(lowerer, value, Some(name));
                } else {
                    lowerer.name_literal(value, name);
                    lowerer.expression(value);
                }
            }
            Op::Name => {}
            _ => {
                lowerer.expression(member);
            }
        }
    }
}

/// The module that `require("source")` or `import("source")` gives.
pub(super) fn required(lowerer: &Lowerer<'_>, call: Node<'_>) -> Option<Vec<Symbol>> {
    let row = lowerer.row(call);
    if !matches!(row.op, Op::Call) || !matches!(row.part(call, 0)?.text(), "require" | "import") {
        return None;
    }
    let source = row.part(call, 1)?.first().filter(|source| source.kind_name() == "string")?;
    let (path, own) = resolve(lowerer.path, text_of(source));
    Some(if own { path.into_iter().chain([default_name()]).collect() } else { path })
}

/// `const a = require("source")`, `const {b, c: d} = require("source")`, `const e = require("source").f`.
pub(super) fn require(lowerer: &mut Lowerer<'_>, name: Node<'_>, value: Node<'_>) -> bool {
    let (call, member) = match lowerer.op(value) {
        Op::Inner => (value.first().unwrap_or(value), None),
        Op::Member => match lowerer.part(value, 0) {
            Some(object) => (object, lowerer.part(value, 1)),
            None => return false,
        },
        _ => (value, None),
    };
    let Some(mut path) = required(lowerer, call) else { return false };
    path.extend(member.map(Node::symbol));
    match name.kind_name() {
        "identifier" => lowerer.import(path, Some(name.symbol()), name.span()),
        "object_pattern" => {
            // Members are the module's own, also where it exports them together.
            if path.last() == Some(&default_name()) {
                path.pop();
            }
            for one in name.children() {
                let (key, alias) = match lowerer.op(one) {
                    Op::Pair => (lowerer.part(one, 0), lowerer.part(one, 1)),
                    Op::Default => (lowerer.part(one, 0), lowerer.part(one, 0)),
                    _ => (Some(one), Some(one)),
                };
                if let (Some(key), Some(alias)) = (key, alias) {
                    let path = path.iter().copied().chain([key.symbol()]).collect();
                    lowerer.import(path, Some(alias.symbol()), one.span());
                }
            }
        }
        _ => return false,
    }
    true
}

/// Says what the name `default` of the module means.
pub(super) fn prepare(lowerer: &mut Lowerer<'_>, root: Node<'_>) {
    let module = lowerer.unit.module.clone();
    let mut named = None;
    let mut declared = false;
    for statement in root.children() {
        let value = match statement.kind_name() {
            "export_statement" if statement.tokens().iter().any(|token| token.kind_name() == "default") => {
                let row = lowerer.row(statement);
                row.part(statement, 0).or_else(|| row.part(statement, 1)).or_else(|| statement.first())
            }
            "expression_statement" => statement.first().and_then(|inner| exported_whole(lowerer, inner)),
            _ => None,
        };
        let Some(value) = value else { continue };
        match value.kind_name() {
            "identifier" => named = Some(value.symbol()),
            "class_declaration"
            | "abstract_class_declaration"
            | "function_declaration"
            | "generator_function_declaration"
            | "interface_declaration"
            | "class" => named = lowerer.row(value).part(value, 0).map(Node::symbol),
            "object" => {}
            _ => declared = true,
        }
    }
    let span = root.span_within(0, 0);
    match named {
        Some(name) => lowerer.import(module.into_iter().chain([name]).collect(), Some(default_name()), span),
        None if !declared => lowerer.import(module, Some(default_name()), span),
        None => {}
    }
}

/// The value of `module.exports = value`.
pub(super) fn exported_whole<'t>(lowerer: &Lowerer<'_>, assignment: Node<'t>) -> Option<Node<'t>> {
    if assignment.kind_name() != "assignment_expression" {
        return None;
    }
    let row = lowerer.row(assignment);
    let target = row.part(assignment, 0)?.text();
    let value = row.part(assignment, 1)?;
    match target {
        "module.exports" => Some(value),
        // `exports = module.exports = value`.
        "exports" => exported_whole(lowerer, value),
        _ => None,
    }
}

/// The name that `exports.name = value`, `module.exports.name = value` gives.
pub(super) fn exported_name(target: &str) -> Option<&str> {
    let name = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports."))?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::resolve;

    fn resolved(source: &str) -> String {
        let (path, _) = resolve("src/api/users.ts", source);
        path.iter().map(|segment| segment.as_str()).collect::<Vec<_>>().join("::")
    }

    #[test]
    fn sources_lead_to_modules_and_packages() {
        assert_eq!(resolved("./mail"), "src::api::mail");
        assert_eq!(resolved("../mail/index.js"), "src::mail");
        assert_eq!(resolved("../../../x"), "x");
        assert_eq!(resolved("@/lib/mail"), "lib::mail");
        assert_eq!(resolved("axios"), "axios");
        assert_eq!(resolved("node:fs/promises"), "fs::promises");
        assert_eq!(resolved("@sentry/node"), "@sentry/node");
        assert_eq!(resolved("@aws-sdk/client-s3/x"), "@aws-sdk/client-s3::x");
    }
}
