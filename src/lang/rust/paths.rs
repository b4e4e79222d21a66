//! Module paths: what a file's path, `mod`, `use`, `crate`, `self` and `super` mean.

use super::Lowerer;
use super::kinds::{F, Kind, kind};
use crate::index::Symbol;
use crate::lang::syntax::Node;
use crate::source::Span;

/// A file's module.
#[derive(Debug)]
pub(super) struct ModulePath {
    /// Outermost first.
    pub(super) path: Vec<Symbol>,
    /// How many leading segments name the crate.
    pub(super) crate_depth: usize,
}

/// The module that a file's path gives. A crate in a folder of its own is named by the folder, so that crates of a workspace
/// don't clash; the crate at the root has no name.
pub(super) fn module_of(path: &str) -> ModulePath {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let file = parts.pop().unwrap_or_default();
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let source = parts.iter().rposition(|part| *part == "src");
    let mut segments: Vec<&str> = Vec::new();
    let mut crate_depth = 0;
    if let Some(at) = source {
        segments.extend(at.checked_sub(1).and_then(|parent| parts.get(parent)));
        crate_depth = segments.len();
        segments.extend(parts.get(at + 1..).unwrap_or_default());
    } else {
        segments.extend(&parts);
    }
    match (stem, source) {
        ("mod", _) | ("lib" | "main", Some(_)) => {}
        ("lib" | "main", None) => crate_depth = segments.len(),
        _ => segments.push(stem),
    }
    // Each file in these folders is a crate of its own.
    let separate = source.is_none() && parts.iter().any(|part| matches!(*part, "tests" | "examples" | "benches"));
    if separate {
        crate_depth = segments.len();
    }
    ModulePath { path: segments.into_iter().map(|segment| Symbol::new(&segment.replace('-', "_"))).collect(), crate_depth }
}

impl Lowerer {
    fn crate_root(&self) -> Vec<Symbol> {
        self.unit.module.get(..self.crate_depth).unwrap_or_default().to_vec()
    }

    /// A path's segments, `crate`, leading `self` and `super` resolved, `Self` the owner.
    pub(super) fn path(&mut self, node: Node<'_>) -> Vec<Symbol> {
        let mut reversed: Vec<Symbol> = Vec::new();
        let mut node = node;
        // Paths nest to the left; each step goes one segment outwards.
        let mut path = loop {
            match kind(node) {
                Kind::ScopedIdentifier | Kind::ScopedTypeIdentifier => {
                    reversed.extend(node.field(F.name).map(Node::symbol));
                    match node.field(F.path) {
                        Some(outer) => node = outer,
                        None => break Vec::new(),
                    }
                }
                Kind::GenericType | Kind::GenericFunction | Kind::GenericTypeWithTurbofish | Kind::GenericPattern => {
                    match node.field(F.type_).or_else(|| node.field(F.function)).or_else(|| node.first()) {
                        Some(inner) => node = inner,
                        None => break Vec::new(),
                    }
                }
                Kind::BracketedType | Kind::ReferenceType | Kind::QualifiedType => {
                    // `<T as Trait>::f` is looked for in T.
                    match node.field(F.type_).or_else(|| node.first()) {
                        Some(inner) => node = inner,
                        None => break Vec::new(),
                    }
                }
                Kind::Crate => break self.crate_root(),
                Kind::SelfKeyword => break self.unit.module.clone(),
                Kind::Super => {
                    let mut base = self.unit.module.clone();
                    base.pop();
                    break base;
                }
                _ => {
                    let text = node.text();
                    break match (text, self.owner) {
                        ("Self", Some(owner)) => vec![owner],
                        // In a macro, `$crate` is the project's root.
                        ("$crate", _) => self.crate_root(),
                        ("crate", _) => self.crate_root(),
                        _ => vec![Symbol::new(text.strip_prefix("r#").unwrap_or(text))],
                    };
                }
            }
        };
        for segment in reversed.into_iter().rev() {
            if segment == "super" {
                path.pop();
            } else {
                path.push(segment);
            }
        }
        path
    }

    /// Lowers a `use` declaration.
    pub(super) fn import(&mut self, node: Node<'_>) {
        if let Some(clause) = node.field(F.argument) {
            self.use_clause(clause, &[], true, 0);
        }
    }

    fn joined(&mut self, prefix: &[Symbol], first: bool, node: Node<'_>) -> Vec<Symbol> {
        if first {
            return self.path(node);
        }
        let mut path = prefix.to_vec();
        // Inside a list, `self` is the list's own path.
        if kind(node) == Kind::SelfKeyword {
            return path;
        }
        let mut inner = node.text().split("::").map(|part| part.trim().trim_start_matches("r#")).collect::<Vec<_>>();
        while inner.first() == Some(&"super") {
            inner.remove(0);
            path.pop();
        }
        path.extend(inner.into_iter().filter(|part| !part.is_empty() && *part != "self").map(Symbol::new));
        path
    }

    fn use_clause(&mut self, node: Node<'_>, prefix: &[Symbol], first: bool, depth: u32) {
        if depth > 32 {
            return;
        }
        match kind(node) {
            Kind::UseList => {
                for part in node.children() {
                    self.use_clause(part, prefix, first, depth + 1);
                }
            }
            Kind::ScopedUseList => {
                let path = match node.field(F.path) {
                    Some(path) => self.joined(prefix, first, path),
                    None => prefix.to_vec(),
                };
                if let Some(list) = node.field(F.list) {
                    self.use_clause(list, &path, false, depth + 1);
                }
            }
            Kind::UseAsClause => {
                let (Some(path), Some(alias)) = (node.field(F.path), node.field(F.alias)) else { return };
                let path = self.joined(prefix, first, path);
                self.add_import(path, Some(alias.symbol()), alias.span());
            }
            Kind::UseWildcard => {
                let path = match node.first() {
                    Some(path) => self.joined(prefix, first, path),
                    None => prefix.to_vec(),
                };
                self.add_import(path, None, node.span());
            }
            _ => {
                let path = self.joined(prefix, first, node);
                let alias = path.last().copied();
                if alias.is_some() {
                    self.add_import(path, alias, node.span());
                }
            }
        }
    }

    fn add_import(&mut self, path: Vec<Symbol>, alias: Option<Symbol>, span: Span) {
        self.unit.import(path, alias, span);
    }
}

#[cfg(test)]
mod tests {
    use super::module_of;

    #[test]
    fn a_path_gives_the_module_and_workspace_crates_keep_their_folder() {
        let cases = [
            ("src/main.rs", "", 0),
            ("src/api/accounts.rs", "api::accounts", 0),
            ("src/api/mod.rs", "api", 0),
            ("crates/foo-bar/src/lib.rs", "foo_bar", 1),
            ("crates/foo-bar/src/db/user.rs", "foo_bar::db::user", 1),
            ("tests/login.rs", "tests::login", 2),
            ("accounts.rs", "accounts", 0),
            ("build.rs", "build", 0),
        ];
        for (path, module, depth) in cases {
            let found = module_of(path);
            let text = found.path.iter().map(|part| part.as_str()).collect::<Vec<_>>().join("::");
            assert_eq!((text.as_str(), found.crate_depth), (module, depth), "{path}");
        }
    }
}
