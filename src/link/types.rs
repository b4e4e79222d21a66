//! Types as the whole program knows them: written types resolved to declarations or to library paths.

use std::sync::Arc;

use super::program::{Program, Scope, TypeId};
use crate::index::Symbol;
use crate::ir::{TypeRef, TypeShape};

/// What a value is, as far as it matters for where its data goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Ty {
    /// Not known.
    #[default]
    Unknown,
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A date or time.
    Time,
    /// Bytes.
    Bytes,
    /// An opaque identifier.
    Identifier,
    /// A network address.
    Network,
    /// Structured data without a declaration.
    Document,
    /// A type of the program.
    Program(TypeId),
    /// A type of a library, by canonical path.
    Library(Symbol),
    /// A list, set, stream.
    List(Arc<Ty>),
    /// A map: its values.
    Map(Arc<Ty>),
    /// Several values.
    Tuple(Arc<[Ty]>),
    /// A function: its result.
    Function(Arc<Ty>),
}

impl Ty {
    /// What an element of a value of this type is: the type itself where it is no collection.
    #[must_use]
    pub fn element(&self) -> Self {
        match self {
            Self::List(inner) | Self::Map(inner) => inner.as_ref().clone(),
            other => other.clone(),
        }
    }

    /// The declared type that a value of this type holds or lists.
    #[must_use]
    pub fn declared(&self) -> Option<TypeId> {
        let mut ty = self;
        // Types nest as deep as `lower` lets them.
        loop {
            match ty {
                Self::Program(id) => return Some(*id),
                Self::List(inner) | Self::Map(inner) => ty = inner,
                _ => return None,
            }
        }
    }

    /// Whether no value of the type can tell a name, an address or a number of a person.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        matches!(self, Self::Boolean)
    }

    /// A plain value: text or number, not something with members.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Boolean | Self::Time | Self::Bytes | Self::Identifier | Self::Network)
    }
}

/// How deep types are followed.
const DEPTH: u32 = 8;

/// How many parts of a type are resolved: names for tuples of names for tuples stand for more than anybody wrote.
const MOST_PARTS: u32 = 256;

/// Resolves a written type.
#[must_use]
pub fn lower(program: &Program<'_>, scope: &Scope<'_>, ty: &TypeRef) -> Ty {
    let mut parts = MOST_PARTS;
    shape(program, scope, &ty.shape, DEPTH, &mut parts)
}

fn shape(program: &Program<'_>, scope: &Scope<'_>, shape_: &TypeShape, depth: u32, parts: &mut u32) -> Ty {
    if depth == 0 || *parts == 0 {
        return Ty::Unknown;
    }
    *parts -= 1;
    let mut inner = |ty: &TypeRef| shape(program, scope, &ty.shape, depth - 1, parts);
    match shape_ {
        TypeShape::Unknown => Ty::Unknown,
        TypeShape::Text => Ty::Text,
        TypeShape::Integer | TypeShape::Decimal => Ty::Number,
        TypeShape::Boolean => Ty::Boolean,
        TypeShape::Time => Ty::Time,
        TypeShape::Bytes => Ty::Bytes,
        TypeShape::Identifier => Ty::Identifier,
        TypeShape::NetworkAddress => Ty::Network,
        TypeShape::Document => Ty::Document,
        TypeShape::Enumeration => Ty::Text,
        TypeShape::Wrapper(one) | TypeShape::Fallible(one, _) => inner(one),
        TypeShape::List(one) => Ty::List(Arc::new(inner(one))),
        TypeShape::Map(_, value) => Ty::Map(Arc::new(inner(value))),
        TypeShape::Tuple(all) => Ty::Tuple(all.iter().map(inner).collect()),
        TypeShape::Function(result) => Ty::Function(Arc::new(inner(result))),
        TypeShape::Named(path, arguments) => match program.type_named(scope, path) {
            Named::Program(id) => match program.alias_of(id) {
                Some((target, target_scope)) => shape(program, &target_scope, &target.shape, depth - 1, parts),
                None => Ty::Program(id),
            },
            // An extractor or guard of a library around one of the program's own types gives that type's members.
            Named::Library(path) => match arguments.as_slice() {
                [one] => match inner(one) {
                    own if own.declared().is_some() => own,
                    _ => Ty::Library(path),
                },
                _ => Ty::Library(path),
            },
            Named::Unknown => Ty::Unknown,
        },
    }
}

/// What a type's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A declaration of the program.
    Program(TypeId),
    /// A library's type, by canonical path.
    Library(Symbol),
    /// A type parameter or nothing at all.
    Unknown,
}
