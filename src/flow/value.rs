//! Values of expressions.

use smallvec::smallvec;

use super::domain::{Callable, Marks, Show, Value};
use super::eval::Evaluator;
use super::text::Text;
use super::witness::What;
use crate::index::Symbol;
use crate::ir::{AggregateKind, Base, Operand, Place, Rvalue, Selector, TextPart};
use crate::link::program::{Resolved, join};
use crate::link::types::{Ty, lower};
use crate::source::{Site, Span};

/// Elements of longer lists are not told apart.
const LONGEST_LIST: usize = 16;

impl<'p> Evaluator<'_, 'p> {
    pub(super) fn operand(&mut self, operand: &'p Operand) -> Value {
        match operand {
            Operand::Place(place, span) => self.read(place, *span),
            Operand::Text(text, _) => Value::literal(*text),
            Operand::Literal(..) => Value { constant: true, ..Value::default() },
            Operand::Closure(id, _) => Value { closures: smallvec![*id], ..Value::default() },
        }
    }

    /// What a place holds.
    pub(super) fn read(&mut self, place: &Place, span: Span) -> Value {
        let site = self.site(span);
        let (mut value, mut holder) = match &place.base {
            Base::Local(local) => {
                let name = self.function.locals.get(local.index()).and_then(|local| local.name);
                let receiver = self.function.receiver == Some(*local);
                let value = self.env.get(*local).cloned().unwrap_or_default();
                (value, if receiver { self.scope.owner } else { name })
            }
            Base::Global(path) => match self.undeclared(path, site) {
                Some(found) => found,
                None => (self.global(path, site), path.last().copied()),
            },
        };
        if holder.is_some_and(|name| self.is_configuration(name)) {
            value.impersonal = true;
        }
        if let Some(name) = holder
            && place.path.is_empty()
            && self.is_consent(name)
        {
            value.consent = true;
        }
        for selector in &place.path {
            value = self.project(&value, *selector, holder, site);
            if let Selector::Field(name) | Selector::Key(name) = selector {
                holder = Some(*name);
                if self.is_consent(*name) {
                    value.consent = true;
                }
            }
        }
        value
    }

    /// The value and name of what nothing declares, where names need no declaration: a variable of code that is not seen.
    pub(super) fn undeclared(&mut self, path: &[Symbol], site: Site) -> Option<(Value, Option<Symbol>)> {
        let (first, members) = path.split_first()?;
        let small = first.as_str().starts_with(|c: char| c.is_lowercase() || matches!(c, '_' | '$'));
        if !self.free_names || !small || self.solver.catalog().models.knows_package(self.language, *first) {
            return None;
        }
        let unresolved = matches!(self.solver.program.resolve(&self.scope, path), Resolved::Library(name) if name == join(path));
        if !unresolved {
            return None;
        }
        let mut value = Value::default();
        if let Some(verdict) = self.named(*first, None, None, true) {
            let marks = self.marks_of(&verdict, site, &format!("variable {first}"));
            value.marks.merge(&marks);
        }
        let mut holder = Some(*first);
        for member in members {
            value = self.project(&value, Selector::Field(*member), holder, site);
            holder = Some(*member);
        }
        Some((value, holder))
    }

    /// A constant, static, variant or function by its path.
    pub(super) fn global(&mut self, path: &[Symbol], site: Site) -> Value {
        match self.solver.program.resolve(&self.scope, path) {
            Resolved::Global(id) => self.solver.global(id, self.id),
            Resolved::MemberOf(id, members) => {
                let mut value = self.solver.global(id, self.id);
                for member in &members {
                    value = self.project(&value, Selector::Field(*member), None, site);
                }
                value
            }
            Resolved::Variant(id, variant) => Value { variant: Some(variant), ..Value::of(Ty::Program(id)) },
            // A unit struct, or a type that is called.
            Resolved::Type(id) | Resolved::Member(id, _) => Value { clean: true, ..Value::of(Ty::Program(id)) },
            Resolved::Functions(functions) => Value { callable: Some(Callable::Functions(functions)), ..Value::clean() },
            Resolved::Library(library) => {
                if let [first, rest @ ..] = path
                    && self.starts_at_value(path)
                {
                    // A value that some library or framework provides: its members say what they are.
                    let mut holder = *first;
                    let mut value = Value { impersonal: self.is_configuration(holder), ..Value::default() };
                    for member in rest {
                        value = self.project(&value, Selector::Field(*member), Some(holder), site);
                        holder = *member;
                    }
                    value.callable = Some(Callable::Library(library));
                    return value;
                }
                let settings = library.as_str().rsplit("::").next().is_some_and(|name| self.is_configuration(Symbol::new(name)));
                // What models know methods of is a value of its own: `System.out`.
                let known = self.solver.catalog().models.library_type(self.language, library).is_some();
                let ty = if known && self.free_names { Ty::Library(library) } else { Ty::Unknown };
                Value { callable: Some(Callable::Library(library)), impersonal: settings, ty, ..Value::clean() }
            }
        }
    }

    /// Whether a path of a library may name members of a value rather than items: types and constants are written large.
    pub(super) fn starts_at_value(&self, path: &[Symbol]) -> bool {
        self.free_names && path.len() > 1 && !path.iter().any(|name| name.as_str().starts_with(char::is_uppercase))
    }

    pub(super) fn rvalue(&mut self, value: &'p Rvalue, span: Span) -> Value {
        match value {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Call(call) => self.call(call),
            Rvalue::Aggregate { kind, members, spread } => self.aggregate(kind, members, spread),
            Rvalue::Format(parts) => self.format(parts, span),
            Rvalue::Choice(operands) => {
                let mut joined: Option<Value> = None;
                for operand in operands {
                    let value = self.operand(operand);
                    match &mut joined {
                        Some(joined) => joined.join(&value),
                        None => joined = Some(value),
                    }
                }
                joined.unwrap_or_default()
            }
            Rvalue::Test(operands) => {
                let consent = operands.iter().any(|operand| self.operand(operand).consent);
                Value { ty: Ty::Boolean, consent, ..Value::clean() }
            }
            Rvalue::Compute(operands) => {
                let values: Vec<Value> = operands.iter().map(|operand| self.operand(operand)).collect();
                let mut result = self.combined(&values);
                if values.iter().any(|value| value.ty == Ty::Text) {
                    result.text = Text::concat(values.iter().map(|value| &value.text));
                    result.ty = Ty::Text;
                } else if result.marks.is_empty() {
                    result.clean = true;
                }
                result
            }
            Rvalue::Cast(operand, ty) => {
                let mut value = self.operand(operand);
                let ty = lower(self.solver.program, &self.scope, ty);
                if ty != Ty::Unknown {
                    value.ty = ty;
                }
                value
            }
            Rvalue::Opaque { operands, .. } => {
                let values: Vec<Value> = operands.iter().map(|operand| self.operand(operand)).collect();
                self.combined(&values)
            }
        }
    }

    /// Everything that several values carry, as one.
    pub(super) fn combined(&self, values: &[Value]) -> Value {
        let mut result = Value { constant: !values.is_empty(), ..Value::default() };
        for value in values {
            result.marks.merge(&value.all_marks().made_into(Show::Part));
            result.constant &= value.constant;
            result.consent |= value.consent;
        }
        result
    }

    pub(super) fn aggregate(
        &mut self,
        kind: &'p AggregateKind,
        members: &'p [(Selector, Operand)],
        spread: &'p [Operand],
    ) -> Value {
        let values: Vec<(Selector, Value)> =
            members.iter().map(|(selector, operand)| (*selector, self.operand(operand))).collect();
        let mut result = Value { constant: true, ..Value::default() };
        match kind {
            AggregateKind::Named(path) => match self.solver.program.resolve(&self.scope, path) {
                Resolved::Type(id) | Resolved::Member(id, _) => result.ty = Ty::Program(id),
                Resolved::Variant(id, variant) => {
                    result.ty = Ty::Program(id);
                    result.variant = Some(variant);
                }
                Resolved::Library(path) => {
                    let last = path.as_str().rsplit("::").next().unwrap_or_default();
                    let names = self.solver.catalog().models.names();
                    if names.failures.iter().any(|name| name == last) {
                        return Value::clean();
                    }
                    if let ([(_, only)], true) = (values.as_slice(), names.transparent.iter().any(|name| name == last)) {
                        return only.clone();
                    }
                    result.ty = Ty::Library(path);
                }
                _ => {}
            },
            AggregateKind::Tuple => result.ty = Ty::Tuple(values.iter().map(|(_, value)| value.ty.clone()).collect()),
            AggregateKind::List | AggregateKind::Map => {}
        }
        for operand in spread {
            let rest = self.operand(operand);
            let ty = std::mem::take(&mut result.ty);
            let variant = result.variant;
            result.join(&rest);
            result.variant = variant;
            if ty != Ty::Unknown {
                result.ty = ty;
            }
        }
        let short = *kind == AggregateKind::List && values.len() <= LONGEST_LIST;
        for (at, ((mut selector, mut value), (_, operand))) in values.into_iter().zip(members).enumerate() {
            if let (AggregateKind::Map, Selector::Key(name)) = (kind, selector) {
                self.name_entry(&mut value, name, operand.span());
            }
            if short && selector == Selector::Element && !value.constant {
                // What is bound to a statement is told apart by position.
                selector = Selector::Key(Symbol::new(&at.to_string()));
            }
            if let (Ty::Program(id), Selector::Field(name)) = (&result.ty, selector) {
                self.put_field_text(*id, name, &value.text);
            }
            let add = matches!(selector, Selector::Element);
            result.set_member(selector, value, add);
        }
        result
    }

    fn format(&mut self, parts: &'p [TextPart], span: Span) -> Value {
        let site = self.site(span);
        let mut marks = Marks::default();
        let mut constant = true;
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                TextPart::Text(text) => texts.push(Text::literal(*text)),
                TextPart::Value(operand, style) => {
                    let value = self.operand(operand);
                    constant &= value.constant;
                    let show = if *style == crate::ir::Style::Debug { Show::Debug } else { Show::Display };
                    marks.merge(&self.shown(&value, show, site));
                    texts.push(value.text);
                }
            }
        }
        for mark in marks.iter_mut() {
            mark.trace = self.solver.traces.step(mark.trace, site, What::Formatted);
        }
        // A sentence with values in it is no value of the kind its variable's name may say, unless it carries one.
        let clean = marks.is_empty() && !constant;
        Value { marks, text: Text::concat(&texts), ty: Ty::Text, constant, clean, ..Value::default() }
    }
}
