//! What paths stand for: imports expanded, names found where they are declared.

use smallvec::SmallVec;

use super::program::{FnId, GlobalId, MAX_TARGETS, Program, Resolved, Scope, TypeId, join};
use super::types::Named;
use crate::index::Symbol;
use crate::ir::{Import, TypeKind};
use crate::source::FileId;

/// Import chains (re-exports) are followed this far.
pub(crate) const REEXPORTS: u32 = 4;

impl<'a> Program<'a> {
    /// What a written type name stands for.
    #[must_use]
    pub fn type_named(&self, scope: &Scope<'_>, path: &[Symbol]) -> Named {
        if let ([only], Some(owner)) = (path, scope.owner)
            && (*only == "Self" || *only == owner)
            && let Some(id) = self.type_in(scope, &[], owner)
        {
            return Named::Program(id);
        }
        let expanded = self.expand(scope, path, REEXPORTS);
        let Some((name, prefix)) = expanded.split_last() else { return Named::Unknown };
        if !self.is_library(scope, &expanded)
            && let Some(id) = self.type_in(scope, prefix, *name)
        {
            return Named::Program(id);
        }
        if expanded.len() == 1 && path.len() == 1 {
            // Not imported and not declared: a type parameter or a prelude name.
            return if name.as_str().len() <= 1 { Named::Unknown } else { Named::Library(*name) };
        }
        Named::Library(join(&expanded))
    }

    fn type_in(&self, scope: &Scope<'_>, prefix: &[Symbol], name: Symbol) -> Option<TypeId> {
        let all = self.types_by_name.get(&name)?;
        let declared = |id: &TypeId| self.declaration(*id);
        if prefix.is_empty() {
            let here = |same_module: bool| {
                all.iter().copied().find(|id| {
                    declared(id).is_some_and(|(file, one)| file == scope.file && (!same_module || one.module == scope.module))
                })
            };
            let by_module = || all.iter().copied().find(|id| declared(id).is_some_and(|(_, one)| one.module == scope.module));
            return here(true).or_else(|| here(false)).or_else(by_module).or_else(|| match all.as_slice() {
                [only] => Some(*only),
                // Declared more than once (per dialect, per target): the first, in the order of files.
                _ => all.first().copied().filter(|_| self.has_globs(scope.file)),
            });
        }
        let mut found = all.iter().copied().filter(|id| declared(id).is_some_and(|(_, one)| leads_to(prefix, &one.module)));
        found.next().or_else(|| {
            // A re-export: the module named is an ancestor or the name is the program's alone.
            match all.as_slice() {
                [only] => Some(*only),
                _ => None,
            }
        })
    }

    fn has_globs(&self, file: FileId) -> bool {
        self.imports.get(file.index()).is_some_and(|imports| imports.contains_key(&Symbol::default()))
    }

    /// What a path of a value or call stands for.
    #[must_use]
    pub fn resolve(&self, scope: &Scope<'_>, path: &[Symbol]) -> Resolved {
        let expanded = self.expand(scope, path, REEXPORTS);
        let Some((name, prefix)) = expanded.split_last() else { return Resolved::Library(Symbol::default()) };
        if self.is_library(scope, &expanded) {
            return Resolved::Library(join(&expanded));
        }
        // Owner::name, for a type of the program.
        if let Some((owner, before)) = prefix.split_last()
            && let Some(id) = self.type_in(scope, before, *owner)
        {
            let functions = self.method(id, *name);
            if !functions.is_empty() {
                return Resolved::Functions(functions);
            }
            let variant = self.declaration(id).is_some_and(|(_, one)| {
                one.kind == TypeKind::Enum
                    && (one.fields.iter().any(|f| f.variant == Some(*name)) || name.as_str().starts_with(char::is_uppercase))
            });
            return if variant { Resolved::Variant(id, *name) } else { Resolved::Member(id, *name) };
        }
        // A name of the file itself, or one that its path leads to; a member of a global before what is only called the same.
        if let Some(found) = self.member_of_global(scope, &expanded) {
            return found;
        }
        if let Some(functions) = self.free_function(scope, prefix, *name) {
            return Resolved::Functions(functions);
        }
        // A name that nothing in the file declares or imports is not another file's.
        let free = self.facts.get(scope.file.index()).is_some_and(|facts| facts.unit.free_names)
            && path.first().is_none_or(|first| self.import(scope, *first).is_none())
            && !self.has_globs(scope.file);
        if let Some(id) = self.global_in(scope, prefix, *name, !free) {
            return Resolved::Global(id);
        }
        if let Some(id) = self.type_in(scope, prefix, *name) {
            return Resolved::Type(id);
        }
        Resolved::Library(join(&expanded))
    }

    fn free_function(&self, scope: &Scope<'_>, prefix: &[Symbol], name: Symbol) -> Option<SmallVec<[FnId; 2]>> {
        let all = self.free.get(&name)?;
        if prefix.is_empty() {
            let near = self.nearest(all, scope.file, scope.module);
            let here =
                near.iter().all(|id| self.function(*id).is_some_and(|(file, f)| file == scope.file || f.module == scope.module));
            return (here || self.has_globs(scope.file)).then_some(near);
        }
        let found: SmallVec<[FnId; 2]> = all
            .iter()
            .copied()
            .filter(|id| self.function(*id).is_some_and(|(_, f)| leads_to(prefix, &f.module)))
            .take(MAX_TARGETS)
            .collect();
        if !found.is_empty() {
            return Some(found);
        }
        // A re-export from a parent module, where the name is the program's alone.
        (all.len() == 1).then(|| all.clone())
    }

    /// A global by its path; `anywhere` if the program's only one of that name will do.
    fn global_in(&self, scope: &Scope<'_>, prefix: &[Symbol], name: Symbol, anywhere: bool) -> Option<GlobalId> {
        let all = self.globals_by_name.get(&name)?;
        let only = match all.as_slice() {
            [only] if anywhere => Some(*only),
            _ => None,
        };
        let module =
            |id: &GlobalId| self.global(*id).map(|(file, global)| (file, global.path.split_last().map_or(&[][..], |(_, m)| m)));
        if prefix.is_empty() {
            let own = self.of_file(all, scope.file);
            let here = own.iter().copied().find(|id| module(id).is_some_and(|(_, m)| m == scope.module));
            let near = || all.iter().copied().find(|id| module(id).is_some_and(|(_, m)| m == scope.module));
            return here.or_else(|| own.first().copied()).or_else(near).or(only);
        }
        let found = all.iter().copied().find(|id| module(id).is_some_and(|(_, m)| leads_to(prefix, m)));
        found.or(only)
    }

    /// Of globals of one name, those of a file: they are in the order of the files, and a name such as `logger` stands in many.
    fn of_file<'i>(&self, all: &'i [GlobalId], file: FileId) -> &'i [GlobalId] {
        let file_of = |id: &GlobalId| self.globals.get(id.index()).map(|(file, _)| *file);
        let from = all.partition_point(|id| file_of(id) < Some(file));
        let rest = all.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|id| file_of(id) == Some(file))).unwrap_or_default()
    }

    /// `module::GLOBAL::member`: what is called on, or read from, a global of the program.
    fn member_of_global(&self, scope: &Scope<'_>, expanded: &[Symbol]) -> Option<Resolved> {
        let at = (1..expanded.len()).rev().find_map(|length| {
            let (path, rest) = expanded.split_at(length);
            let (name, prefix) = path.split_last()?;
            let all = self.globals_by_name.get(name)?;
            let leads = |id: &GlobalId| {
                self.global(*id).is_some_and(|(_, global)| global.path.split_last().is_some_and(|(_, m)| leads_to(prefix, m)))
            };
            let own = || self.of_file(all, scope.file).first().copied();
            let here = if prefix.is_empty() { own() } else { all.iter().copied().find(leads) }?;
            Some((here, rest))
        });
        at.map(|(id, rest)| Resolved::MemberOf(id, rest.iter().copied().collect()))
    }

    /// Whether an expanded path belongs to a library: its package is modelled, and the program has no module of that name
    /// beside the file.
    fn is_library(&self, scope: &Scope<'_>, expanded: &[Symbol]) -> bool {
        let [first, _, ..] = expanded else { return false };
        self.catalog.models.knows_package(self.language(scope.file), *first)
            && !self.types_by_name.contains_key(first)
            && !self.begins_with_module(expanded)
    }

    /// Whether a path begins with a module of the program of several segments: libraries and the program may share the first
    /// (`com`, `org`).
    fn begins_with_module(&self, expanded: &[Symbol]) -> bool {
        (2..expanded.len()).filter_map(|length| expanded.get(..length)).any(|module| {
            let files = module.last().and_then(|last| self.files_of_module.get(last));
            let named = |file: &FileId| self.facts.get(file.index()).is_some_and(|facts| facts.unit.module == module);
            files.into_iter().flatten().any(named)
        })
    }

    /// The path with imports and relative beginnings expanded.
    #[must_use]
    pub fn expand(&self, scope: &Scope<'_>, path: &[Symbol], depth: u32) -> Vec<Symbol> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        match first.as_str() {
            "" => return rest.to_vec(),
            "crate" => return self.reexported(scope, rest, depth),
            "self" => return [scope.module, rest].concat(),
            "super" => {
                let mut module = scope.module;
                let mut rest = path;
                while let Some((word, after)) = rest.split_first()
                    && *word == "super"
                {
                    module = module.split_last().map_or(&[], |(_, parent)| parent);
                    rest = after;
                }
                return self.reexported(scope, &[module, rest].concat(), depth);
            }
            "Self" => {
                if let Some(owner) = scope.owner {
                    return std::iter::once(owner).chain(rest.iter().copied()).collect();
                }
            }
            _ => {}
        }
        if let Some(import) = self.import(scope, *first)
            && depth > 0
        {
            let full: Vec<Symbol> = strip_root(&import.path).iter().chain(rest).copied().collect();
            return self.reexported(scope, &full, depth - 1);
        }
        path.to_vec()
    }

    /// Follows a name that a module of the program only imports itself.
    fn reexported(&self, scope: &Scope<'_>, path: &[Symbol], depth: u32) -> Vec<Symbol> {
        if depth == 0 {
            return path.to_vec();
        }
        for (at, name) in path.iter().enumerate().skip(1) {
            let (module, rest) = path.split_at(at);
            let Some(last) = module.last() else { continue };
            for file in self.files_of_module.get(last).into_iter().flatten() {
                let Some(facts) = self.facts.get(file.index()) else { continue };
                if *file == scope.file || !leads_to(module, &facts.unit.module) {
                    continue;
                }
                let there = Scope { file: *file, module: &facts.unit.module, owner: None };
                if let Some(import) = self.import(&there, *name) {
                    let full: Vec<Symbol> = strip_root(&import.path).iter().chain(rest.iter().skip(1)).copied().collect();
                    if full != path {
                        return self.reexported(&there, &full, depth - 1);
                    }
                }
            }
        }
        path.to_vec()
    }

    /// Whether an import brings the name into the scope.
    #[must_use]
    pub fn is_imported(&self, scope: &Scope<'_>, name: Symbol) -> bool {
        self.import(scope, name).is_some()
    }

    /// The import that brings a name into a scope: the innermost module's first.
    fn import(&self, scope: &Scope<'_>, name: Symbol) -> Option<&'a Import> {
        let all = self.imports.get(scope.file.index())?.get(&name)?;
        let imports = &self.facts.get(scope.file.index())?.unit.imports;
        let of = |at: &u32| imports.get(*at as usize);
        all.iter().filter_map(of).find(|import| import.scope == scope.module).or_else(|| all.iter().filter_map(of).next())
    }

    /// The packages and modules that a file imports, by the first segment of each path.
    pub fn imported_packages(&self, file: FileId) -> impl Iterator<Item = Symbol> + 'a {
        let imports = self.facts.get(file.index()).map_or(&[][..], |facts| facts.unit.imports.as_slice());
        imports.iter().filter_map(|import| import.path.first().copied())
    }
}

fn strip_root(path: &[Symbol]) -> &[Symbol] {
    match path.split_first() {
        Some((first, rest)) if *first == "crate" || first.is_empty() => rest,
        _ => path,
    }
}

/// Whether a written prefix names a module: one is the end of the other. The first segment of the prefix may be the program's
/// own package name, which module paths leave out.
fn leads_to(prefix: &[Symbol], module: &[Symbol]) -> bool {
    let prefix = strip_root(prefix);
    if prefix.is_empty() {
        return module.is_empty();
    }
    module.ends_with(prefix) || (prefix.len() == module.len() + 1 && prefix.ends_with(module))
}
