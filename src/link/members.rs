//! Members of declared types: their own, then what they inherit.

use smallvec::SmallVec;

use super::program::{FnId, MAX_TARGETS, Program, Scope, TypeId};
use super::types::{Named, Ty, lower};
use crate::classify::{Confidence, Verdict};
use crate::index::Symbol;
use crate::ir::{FunctionRole, TypeDecl, TypeKind};

/// A type and those it is based on are at most this many: more is a cycle or generated.
const LONGEST_LINEAGE: usize = 16;

/// What a declared field is.
#[derive(Debug, Clone)]
pub struct FieldOf<'a> {
    /// The type that declares it: the one asked for, or one that it is based on.
    pub owner: TypeId,
    /// Position among the owner's fields.
    pub at: usize,
    /// Its type.
    pub ty: Ty,
    /// What it holds, where that is at least probable.
    pub verdict: Option<&'a Verdict>,
}

impl<'a> Program<'a> {
    /// The declared types that each type names as its bases.
    pub(super) fn find_bases(&self) -> Vec<SmallVec<[TypeId; 1]>> {
        let of = |id: TypeId| {
            let Some((file, declaration)) = self.declaration(id) else { return SmallVec::new() };
            let scope = Scope { file, module: &declaration.module, owner: None };
            let named = declaration.bases.iter().filter_map(|base| match self.type_named(&scope, &[*base]) {
                Named::Program(base) if base != id => Some(base),
                _ => None,
            });
            named.collect()
        };
        (0..self.types.len()).map(|at| of(TypeId::from_index(at))).collect()
    }

    /// A type and those it is based on, the nearest first.
    #[must_use]
    pub fn lineage(&self, id: TypeId) -> SmallVec<[TypeId; 4]> {
        let mut all: SmallVec<[TypeId; 4]> = SmallVec::new();
        all.push(id);
        let mut at = 0;
        while let Some(one) = all.get(at).copied() {
            at += 1;
            for base in self.bases.get(one.index()).into_iter().flatten() {
                if all.len() < LONGEST_LINEAGE && !all.contains(base) {
                    all.push(*base);
                }
            }
        }
        all
    }

    /// A declared or inherited field by its name.
    #[must_use]
    pub fn field(&self, id: TypeId, variant: Option<Symbol>, name: Symbol) -> Option<FieldOf<'a>> {
        if let Some(own) = self.own_field(id, variant, name) {
            return Some(own);
        }
        if self.bases.get(id.index()).is_none_or(|bases| bases.is_empty()) {
            return None;
        }
        self.lineage(id).into_iter().skip(1).find_map(|base| self.own_field(base, None, name))
    }

    fn own_field(&self, id: TypeId, variant: Option<Symbol>, name: Symbol) -> Option<FieldOf<'a>> {
        let (file, declaration) = self.declaration(id)?;
        let matches = |at: &usize| {
            declaration.fields.get(*at).is_some_and(|field| field.name == name && (variant.is_none() || field.variant == variant))
        };
        let at = (0..declaration.fields.len()).find(matches)?;
        let field = declaration.fields.get(at)?;
        let scope = Scope { file, module: &declaration.module, owner: Some(declaration.name) };
        let ty = lower(self, &scope, &field.ty);
        // The type of a network address proves what a weak name only suggests.
        let least = if ty == Ty::Network { Confidence::Low } else { Confidence::Medium };
        let verdict = self.verdicts(id).get(at).and_then(Option::as_ref).filter(|verdict| verdict.confidence >= least);
        Some(FieldOf { owner: id, at, ty, verdict })
    }

    /// Declarations of a type and its bases.
    pub fn declarations(&self, id: TypeId) -> impl Iterator<Item = &'a TypeDecl> {
        self.lineage(id)
            .into_iter()
            .filter_map(|id| self.declaration(id).map(|(_, declaration)| declaration))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Names of the fields that arguments of a constructor without a body fill in order: inherited ones first.
    #[must_use]
    pub fn fields_in_order(&self, id: TypeId) -> Vec<Symbol> {
        let mut all: Vec<&TypeDecl> = self.declarations(id).collect();
        all.reverse();
        let mut names: Vec<Symbol> = Vec::new();
        for field in all.into_iter().flat_map(|declaration| &declaration.fields) {
            if !names.contains(&field.name) {
                names.push(field.name);
            }
        }
        names
    }

    /// Methods of a type; of all that implement it, for an interface; inherited ones where it has none of its own.
    #[must_use]
    pub fn method(&self, id: TypeId, name: Symbol) -> SmallVec<[FnId; 2]> {
        let Some((_, declaration)) = self.declaration(id) else { return SmallVec::new() };
        let own = self.methods.get(&(declaration.name, name)).map(|all| self.of_type(all, id)).unwrap_or_default();
        if declaration.kind == TypeKind::Interface {
            let mut all = own;
            for id in self.implementors.get(&(declaration.name, name)).into_iter().flatten().take(MAX_TARGETS) {
                if !all.contains(id) {
                    all.push(*id);
                }
            }
            return all;
        }
        if !own.is_empty() {
            return own;
        }
        let inherited = self.lineage(id).into_iter().skip(1).find_map(|base| {
            let (_, declaration) = self.declaration(base)?;
            let found = self.of_type(self.methods.get(&(declaration.name, name))?, base);
            (!found.is_empty()).then_some(found)
        });
        if let Some(found) = inherited {
            return found;
        }
        // A method that the interface provides itself.
        let by_name = declaration.bases.iter().find_map(|base| self.methods.get(&(*base, name)));
        // What only those that are based on the type declare.
        let below = || self.implementors.get(&(declaration.name, name));
        by_name.or_else(below).into_iter().flatten().copied().take(MAX_TARGETS).collect()
    }

    /// The function of a type with a special role: its own, else what it inherits.
    #[must_use]
    pub fn role_of(&self, id: TypeId, role: FunctionRole) -> Option<FnId> {
        self.roles_of(id, role).first().copied()
    }

    /// The functions of a type with a special role: its own, else what it inherits.
    #[must_use]
    pub fn roles_of(&self, id: TypeId, role: FunctionRole) -> SmallVec<[FnId; 2]> {
        let of = |id: TypeId| {
            let (_, declaration) = self.declaration(id)?;
            let found = self.of_type(self.roles.get(&(declaration.name, role))?, id);
            (!found.is_empty()).then_some(found)
        };
        self.lineage(id).into_iter().find_map(of).unwrap_or_default()
    }

    /// Functions of a type among those of all types of its name: what stands in its file or module; where the name is the
    /// program's only one of the kind, wherever they stand.
    fn of_type(&self, all: &[FnId], id: TypeId) -> SmallVec<[FnId; 2]> {
        let Some((file, declaration)) = self.declaration(id) else { return SmallVec::new() };
        let mut found = self.nearest(all, file, &declaration.module);
        if self.types_by_name.get(&declaration.name).is_some_and(|types| types.len() > 1) {
            found.retain(|id| {
                self.function(*id).is_some_and(|(at, function)| at == file || function.module == declaration.module)
            });
        }
        found
    }
}
