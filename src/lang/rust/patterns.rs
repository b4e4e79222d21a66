//! Patterns: which names they bind to which places.

use indexmap::IndexMap;
use smallvec::SmallVec;

use super::items::position;
use super::kinds::{F, Kind, kind};
use super::{Lowerer, MAX_DEPTH};
use crate::index::Symbol;
use crate::ir::{Operand, Rvalue, Selector, TypeRef};
use crate::lang::syntax::{Node, Nodes};
use crate::source::Span;

/// Names with what they are bound to, in source order. A name of several alternatives occurs several times.
type Bindings = SmallVec<[(Symbol, Span, Operand); 4]>;

impl Lowerer {
    /// Brings the names of a pattern into scope, bound to parts of the subject.
    pub(super) fn bind(&mut self, pattern: Node<'_>, subject: Operand) {
        self.bind_typed(pattern, subject, TypeRef::default());
    }

    /// As [`Self::bind`], where the whole has a declared type.
    pub(super) fn bind_typed(&mut self, pattern: Node<'_>, subject: Operand, ty: TypeRef) {
        let mut bindings = Bindings::new();
        self.bindings(pattern, subject, &mut bindings);
        let whole = matches!(kind(pattern), Kind::Identifier | Kind::MutPattern | Kind::RefPattern);
        let mut by_name: IndexMap<Symbol, (Span, Vec<Operand>)> = IndexMap::new();
        for (name, span, value) in bindings {
            by_name.entry(name).or_insert_with(|| (span, Vec::new())).1.push(value);
        }
        for (name, (span, mut values)) in by_name {
            let ty = if whole { ty.clone() } else { TypeRef::default() };
            let local = self.unit.function.declare(name, ty, span);
            let value = match values.pop() {
                Some(value) if values.is_empty() => Rvalue::Use(value),
                last => {
                    values.extend(last);
                    Rvalue::Choice(values)
                }
            };
            self.unit.function.assign_local(local, value, span);
        }
    }

    fn bindings(&mut self, pattern: Node<'_>, subject: Operand, found: &mut Bindings) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.bindings_inner(pattern, subject, found);
        self.depth -= 1;
    }

    fn bindings_inner(&mut self, pattern: Node<'_>, subject: Operand, found: &mut Bindings) {
        let span = pattern.span();
        match kind(pattern) {
            Kind::Identifier if binds(pattern.text()) => found.push((pattern.symbol(), span, subject)),
            Kind::MutPattern | Kind::RefPattern | Kind::ReferencePattern => {
                let inner = pattern.children().into_iter().find(|child| kind(*child) != Kind::MutableSpecifier);
                if let Some(inner) = inner {
                    self.bindings(inner, subject, found);
                }
            }
            Kind::OrPattern => {
                for alternative in pattern.children() {
                    self.bindings(alternative, subject.clone(), found);
                }
            }
            Kind::CapturedPattern => {
                let mut parts = pattern.children().into_iter();
                if let Some(name) = parts.next() {
                    found.push((name.symbol(), name.span(), subject.clone()));
                }
                for inner in parts {
                    self.bindings(inner, subject.clone(), found);
                }
            }
            Kind::TuplePattern => self.positions(&parts(pattern), &subject, found),
            Kind::TupleStructPattern => {
                let Some(constructor) = pattern.field(F.type_) else { return };
                let parts = parts(pattern);
                let parts = parts.get(1..).unwrap_or_default();
                let name = constructor.text().rsplit("::").next().unwrap_or_default();
                match (name, parts) {
                    // Option and Result are transparent: their type says that the value may be absent.
                    ("Some" | "Ok", [inner]) => self.bindings(*inner, subject, found),
                    // The payload of a variant is reached through the variant: what an error carries is not what success does.
                    ("Err", _) => {
                        let failure = self.unit.function.member(subject, Selector::Field(Symbol::new(name)), constructor.span());
                        self.positions(parts, &failure, found);
                    }
                    _ if constructor.text().contains("::") => {
                        let variant = self.unit.function.member(subject, Selector::Field(Symbol::new(name)), constructor.span());
                        self.positions(parts, &variant, found);
                    }
                    _ => self.positions(parts, &subject, found),
                }
            }
            Kind::StructPattern => {
                for field in pattern.children() {
                    let Some(name) = (kind(field) == Kind::FieldPattern).then(|| field.field(F.name)).flatten() else { continue };
                    let place = self.unit.function.member(subject.clone(), Selector::Field(name.symbol()), name.span());
                    match field.field(F.pattern) {
                        Some(inner) => self.bindings(inner, place, found),
                        None => found.push((name.symbol(), name.span(), place)),
                    }
                }
            }
            Kind::SlicePattern => {
                for element in pattern.children() {
                    // `rest @ ..` is a list itself.
                    let rest = kind(element) == Kind::CapturedPattern && element.text().trim_end().ends_with("..");
                    let part = if rest {
                        subject.clone()
                    } else {
                        self.unit.function.member(subject.clone(), Selector::Element, element.span())
                    };
                    self.bindings(element, part, found);
                }
            }
            Kind::StringLiteral | Kind::RawStringLiteral => {
                self.string_literal(pattern);
            }
            // Other literals, ranges, constants, `_` and `..` bind nothing.
            _ => {}
        }
    }

    /// Parts by position. After `..` positions count from an end that is unknown.
    fn positions(&mut self, parts: &[Node<'_>], subject: &Operand, found: &mut Bindings) {
        let mut after_rest = false;
        for (at, part) in parts.iter().enumerate() {
            if kind(*part) == Kind::RemainingFieldPattern {
                after_rest = true;
                continue;
            }
            let selector = if after_rest { Selector::Element } else { position(at) };
            let place = self.unit.function.member(subject.clone(), selector, part.span());
            self.bindings(*part, place, found);
        }
    }
}

/// The patterns in a pattern, `_` included: it is a sign to the grammar, but holds a position.
pub(super) fn parts(pattern: Node<'_>) -> Nodes<'_> {
    pattern.tokens().into_iter().filter(|part| part.is_named() || part.text() == "_").collect()
}

/// Whether an identifier in a pattern is a new name rather than a constant or unit variant.
fn binds(name: &str) -> bool {
    name != "_" && !name.starts_with(|first: char| first.is_uppercase())
}
