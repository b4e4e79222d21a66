//! Assignment, destructuring and the names that patterns bind.

use super::member_name;
use super::position;
use super::{Lowerer, Op, Operator, Value};
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{Base, LocalId, Operand, Place, Rvalue, Selector, TypeRef};
use crate::lang::syntax::Node;
use crate::source::Span;

/// What a pattern's hook finds its subject under; no name of a program.
const SUBJECT: &str = "(subject)";

impl Lowerer<'_> {
    /// `left = right`, `left += right`, with the value of the whole.
    pub fn assignment(&mut self, node: Node<'_>) -> Value {
        let row = self.row(node);
        let span = node.span();
        let augmented = matches!(row.op, Op::Augment);
        let (left, right) = (row.part(node, 0), row.part(node, if augmented { 2 } else { 1 }));
        let Some(left) = left else { return Value::nothing(span) };
        let ty = if augmented { TypeRef::default() } else { self.type_part(node, 2) };
        let Some(right) = right else {
            self.declare_only(left, ty);
            return Value::nothing(span);
        };
        self.name_by(left, right);
        if augmented {
            let target = self.expression(left);
            let operand = self.expression(right);
            let sign = row.part(node, 1).map_or("+=", Node::text);
            let class = self.language.operator(sign.trim_end_matches('='));
            let value = match class {
                Operator::Right => Rvalue::Choice(vec![target, operand]),
                class => self.combine(class, vec![target, operand]),
            };
            self.assign_to(left, value, TypeRef::default(), span);
        } else {
            let value = self.rvalue(right);
            self.assign_to(left, value, ty, span);
        }
        match self.op(left) {
            Op::Name => Value::Operand(self.name(left.symbol(), span)),
            _ => Value::nothing(span),
        }
    }

    /// If what is assigned is a string literal, names it by its target.
    pub fn name_by(&mut self, left: Node<'_>, right: Node<'_>) {
        match self.op(left) {
            Op::Name | Op::Own => self.name_literal(right, member_name(left)),
            Op::Member | Op::MethodCall => {
                if let Some(name) = self.part(left, 1) {
                    self.name_literal(right, member_name(name));
                }
            }
            Op::Index => {
                if let Some(index) = self.part(left, 1)
                    && matches!(self.op(index), Op::Text)
                {
                    self.name_literal(right, member_name(index));
                }
            }
            _ => {}
        }
    }

    /// A declaration without a value.
    pub fn declare_only(&mut self, target: Node<'_>, ty: TypeRef) {
        if matches!(self.op(target), Op::Name) && !self.in_class_body {
            let local = self.local_for(target.symbol(), target.span());
            self.unit.function.set_type(local, ty);
        }
    }

    /// The local that an assigned name means; declared if there is none yet.
    pub fn local_for(&mut self, name: Symbol, span: Span) -> LocalId {
        let frame = self.frames.last().cloned().unwrap_or_default();
        let outer = self.language.closures_assign_outer() || frame.outer_names.contains(&name);
        let known = if outer { self.unit.function.lookup(name) } else { self.unit.function.lookup_within(frame.floor, name) };
        match known {
            Some(local) => local,
            None if self.language.function_scope() => self.unit.function.hoist(frame.floor, name, TypeRef::default(), span),
            None => self.unit.function.declare(name, TypeRef::default(), span),
        }
    }

    /// Assigns a value to a target: a name, a member, an element, or a pattern of them.
    pub fn assign_to(&mut self, target: Node<'_>, value: Rvalue, ty: TypeRef, span: Span) {
        let row = self.row(target);
        match row.op {
            Op::Name => {
                let name = target.symbol();
                let known = self.unit.function.lookup(name).is_some();
                if !known && let Some(place) = self.implied_member(name) {
                    self.unit.function.assign(place, value, span);
                    return;
                }
                let outer = self.frames.last().is_some_and(|frame| frame.outer_names.contains(&name));
                if !known && outer {
                    // A global of the module: what it was given first stands for it.
                    self.unit.function.temporary(value, span);
                    return;
                }
                let local = self.local_for(name, target.span());
                if ty != TypeRef::default() {
                    self.unit.function.set_type(local, ty);
                }
                self.unit.function.assign_local(local, value, span);
            }
            Op::Member | Op::Own | Op::Index | Op::This | Op::Call | Op::MethodCall => {
                let operand = match (row.op, row.part(target, 0), row.part(target, 2)) {
                    // A field that is written by a call, as it is read by one.
                    (Op::MethodCall, Some(object), None) if self.language.reads_call() => {
                        let object = self.expression(object);
                        self.member_of(object, row.part(target, 1), target.span())
                    }
                    _ => self.expression(target),
                };
                if let Operand::Place(place, _) = operand {
                    self.discover_field(&place, &value, ty, target);
                    if matches!(place.base, Base::Local(_)) {
                        self.unit.function.assign(place, value, span);
                        return;
                    }
                }
                self.unit.function.temporary(value, span);
            }
            Op::Inner | Op::Spread | Op::Argument => match row.part(target, 0).or_else(|| target.first()) {
                Some(inner) => self.assign_to(inner, value, ty, span),
                None => {
                    self.unit.function.temporary(value, span);
                }
            },
            _ => {
                let subject = self.unit.function.temporary(value, span);
                self.take_apart(target, subject, false);
            }
        }
    }

    /// Brings the names of a pattern into scope, bound to parts of the subject.
    pub fn bind(&mut self, pattern: Node<'_>, subject: Operand) {
        self.take_apart(pattern, subject, true);
    }

    fn take_apart(&mut self, pattern: Node<'_>, subject: Operand, declares: bool) {
        self.deeper(|lowerer| lowerer.take_apart_inner(pattern, subject, declares));
    }

    fn take_apart_inner(&mut self, pattern: Node<'_>, subject: Operand, declares: bool) {
        let row = self.row(pattern);
        let span = pattern.span();
        match row.op {
            Op::Name => {
                let name = pattern.symbol();
                if name == "_" {
                    return;
                }
                let local = if declares && !self.language.function_scope() {
                    self.unit.function.declare(name, TypeRef::default(), span)
                } else if declares {
                    self.local_for(name, span)
                } else {
                    return self.assign_to(pattern, Rvalue::Use(subject), TypeRef::default(), span);
                };
                self.unit.function.assign_local(local, Rvalue::Use(subject), span);
            }
            Op::Tuple | Op::List | Op::Sequence => {
                let mut after_rest = false;
                // `[first, , third]`: places are counted by what separates them.
                let (mut before, mut separators) = (0, 0);
                for part in pattern.tokens() {
                    if !part.is_named() {
                        separators += usize::from(part.text() == ",");
                        continue;
                    }
                    let at = separators.max(before);
                    before = at + 1;
                    if matches!(self.op(part), Op::Spread | Op::Rest) {
                        after_rest = true;
                        self.take_apart(part, subject.clone(), declares);
                        continue;
                    }
                    let selector = if after_rest { Selector::Element } else { position(at) };
                    let member = self.unit.function.member(subject.clone(), selector, part.span());
                    self.take_apart(part, member, declares);
                }
            }
            Op::Map => {
                for part in pattern.children() {
                    self.take_member(part, &subject, declares);
                }
            }
            Op::Default => {
                let (Some(target), value) = (row.part(pattern, 0), row.part(pattern, 1)) else { return };
                let default = value.map(|value| self.expression(value));
                let chosen = match default {
                    Some(default) => self.unit.function.temporary(Rvalue::Choice(vec![subject, default]), span),
                    None => subject,
                };
                self.take_apart(target, chosen, declares);
            }
            Op::Parameter | Op::Declarator | Op::Catch | Op::Each => {
                if let Some(inner) = row.part(pattern, 0) {
                    self.take_apart(inner, subject, declares);
                    if matches!(row.op, Op::Parameter) && declares {
                        self.set_written_type(inner, row.part(pattern, 1));
                    }
                }
            }
            Op::Inner | Op::Spread | Op::Rest | Op::Argument => {
                if let Some(inner) = row.part(pattern, 0).or_else(|| pattern.first()) {
                    self.take_apart(inner, subject, declares);
                }
            }
            Op::Member | Op::Own | Op::Index | Op::MethodCall if !declares => {
                self.assign_to(pattern, Rvalue::Use(subject), TypeRef::default(), span);
            }
            // A pattern of the language's own says itself what it binds.
            Op::Statement(_) | Op::Value(_) => {
                let local = self.unit.function.local(None, TypeRef::default(), span);
                self.unit.function.assign_local(local, Rvalue::Use(subject), span);
                self.unit.function.rename(Symbol::new(SUBJECT), local);
                match row.op {
                    Op::Statement(hook) => hook(self, pattern),
                    _ => {
                        self.value(pattern);
                    }
                }
            }
            _ => {}
        }
    }

    /// Gives the local that a pattern binds the type that is written beside it.
    pub(super) fn set_written_type(&mut self, name: Node<'_>, ty: Option<Node<'_>>) {
        let Some(ty) = ty else { return };
        if let (Op::Name, Some(local)) = (self.op(name), self.unit.function.lookup(member_name(name))) {
            let ty = self.type_ref(ty);
            self.unit.function.set_type(local, ty);
        }
    }

    /// One member of a pattern by name: `name`, `name: pattern`, `name = default`, `...rest`.
    fn take_member(&mut self, part: Node<'_>, subject: &Operand, declares: bool) {
        let row = self.row(part);
        let span = part.span();
        match row.op {
            Op::Pair | Op::Keyword => {
                let (Some(key), Some(inner)) = (row.part(part, 0), row.part(part, 1)) else { return };
                let selector = self.key(key);
                let member = self.unit.function.member(subject.clone(), selector, span);
                self.take_apart(inner, member, declares);
            }
            Op::Default => {
                let name = row.part(part, 0).map(member_name).unwrap_or_default();
                let member = self.unit.function.member(subject.clone(), Selector::Field(name), span);
                self.take_apart(part, member, declares);
            }
            Op::Name => {
                let member = self.unit.function.member(subject.clone(), Selector::Field(part.symbol()), span);
                self.take_apart(part, member, declares);
            }
            _ => self.take_apart(part, subject.clone(), declares),
        }
    }

    /// The value that a pattern's hook takes apart.
    pub fn subject(&mut self, span: Span) -> Operand {
        let local = self.unit.function.lookup(Symbol::new(SUBJECT));
        local.map_or_else(|| super::nothing(span), |local| FunctionBuilder::read(local, span))
    }

    /// `this.name = value` in a method declares a field that the class body does not.
    fn discover_field(&mut self, place: &Place, value: &Rvalue, ty: TypeRef, target: Node<'_>) {
        let (Base::Local(base), [Selector::Field(name)]) = (&place.base, place.path.as_slice()) else { return };
        if self.receiver != Some(*base) {
            return;
        }
        let mut ty = ty;
        if ty == TypeRef::default()
            && let Rvalue::Use(Operand::Place(Place { base: Base::Local(source), path }, _)) = value
            && path.is_empty()
        {
            ty = self.unit.function.type_of(*source).cloned().unwrap_or_default();
        }
        let span = self.part(target, 1).map_or_else(|| target.span(), Node::span);
        let Some(class) = self.classes.last_mut() else { return };
        let fields = &mut class.declaration.fields;
        if !fields.iter().any(|field| field.name == *name) {
            fields.push(crate::ir::Field::new(*name, ty, span));
        }
    }
}
