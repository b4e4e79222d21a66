//! Which argument goes to which parameter, and into which field of what is made.

use super::call::{CallSite, Given};
use super::domain::Value;
use super::eval::Evaluator;
use crate::index::Symbol;
use crate::ir::{Function, FunctionRole, Parameter, Selector};
use crate::link::program::{FnId, TypeId};
use crate::link::types::Ty;

impl<'p> CallSite<'p> {
    /// Whether a function takes as many values as are given. Parameters may have defaults, so fewer will do; a function that is
    /// a method takes its receiver as the first where the call names none.
    pub(super) fn fits(&self, function: &Function) -> bool {
        let variadic = function.parameters.iter().any(|parameter| parameter.variadic);
        let bound = function.receiver.is_some() && self.receiver.is_none();
        let count = function.parameters.len() + usize::from(bound);
        variadic || self.arguments.iter().filter(|given| !given.spread).count() <= count
    }
}

impl CallSite<'_> {
    /// Whether the arguments are what a function asks for, one for one: what is known of a receiver by a name alone.
    pub(super) fn fits_exactly(&self, function: &Function) -> bool {
        let name_of = |parameter: &Parameter| function.locals.get(parameter.local.index()).and_then(|local| local.name);
        let known = |given: &Given| given.name.is_none() || function.parameters.iter().any(|one| name_of(one) == given.name);
        function.parameters.iter().all(|parameter| !parameter.variadic)
            && self.arguments.len() == function.parameters.len()
            && self.arguments.iter().all(|given| !given.spread && known(given))
    }
}

impl<'p> Evaluator<'_, 'p> {
    /// What each parameter of a function is given; the receiver comes first.
    pub(super) fn matched(&self, here: &CallSite<'p>, function: &Function, receiver: Option<Given>) -> Vec<Option<Given>> {
        let mut slots: Vec<Option<Given>> = vec![None; function.parameters.len() + 1];
        let mut plain = here.arguments.iter().filter(|given| is_positional(given, function));
        if let Some(first) = slots.first_mut() {
            // `Type::method(value)` gives the receiver as the first argument.
            *first = receiver.or_else(|| if function.receiver.is_some() { plain.next().cloned() } else { None });
        }
        let mut rest = Value::default();
        let mut takes_rest = false;
        for (parameter, slot) in function.parameters.iter().zip(slots.iter_mut().skip(1)) {
            if parameter.variadic {
                takes_rest = true;
                break;
            }
            *slot = plain.next().cloned();
        }
        if function.role == FunctionRole::Macro {
            let values: Vec<Value> = plain.map(|given| given.value.clone()).collect();
            rest = self.combined(&values);
        } else {
            for given in plain {
                rest.set_member(Selector::Element, given.value.clone(), true);
            }
        }
        let named = |at: usize| {
            let local = function.parameters.get(at).filter(|parameter| !parameter.variadic)?.local;
            function.locals.get(local.index())?.name
        };
        for given in here.arguments.iter().filter(|given| !given.spread && !is_positional(given, function)) {
            let Some(name) = given.name else { continue };
            let own = (0..function.parameters.len()).find(|at| named(*at) == Some(name));
            let open = (0..function.parameters.len()).rev().find(|at| named(*at).is_some() && slots.get(at + 1) == Some(&None));
            if let Some(slot) = own.and_then(|at| slots.get_mut(at + 1)) {
                *slot = Some(given.clone());
            } else if takes_rest {
                rest.set_member(Selector::Key(name), given.value.clone(), true);
            } else if let Some(slot) = open.and_then(|at| slots.get_mut(at + 1)) {
                // Keywords that no parameter has are one map, the last argument.
                let mut options = Value::default();
                options.set_member(Selector::Key(name), given.value.clone(), true);
                *slot = Some(Given { value: options, ..Given::default() });
            }
        }
        for given in here.arguments.iter().filter(|given| given.spread) {
            for at in 0..function.parameters.len() {
                let Some(slot) = slots.get_mut(at + 1).filter(|slot| slot.is_none()) else { continue };
                if let Some(value) = named(at).and_then(|name| spread_member(&given.value, name)) {
                    *slot = Some(Given { value, ..Given::default() });
                }
            }
            if takes_rest {
                rest.join(&given.value);
            }
        }
        if takes_rest {
            for (parameter, slot) in function.parameters.iter().zip(slots.iter_mut().skip(1)) {
                if parameter.variadic {
                    *slot = Some(Given { value: rest.clone(), ..Given::default() });
                }
            }
        }
        slots
    }

    /// A value of a declared type that is called: by its constructor, or its fields from the arguments.
    pub(super) fn made(&mut self, here: &CallSite<'p>, id: TypeId) -> Value {
        let program = self.solver.program;
        let mut constructors = program.roles_of(id, FunctionRole::Constructor);
        constructors.retain(|one| program.function(*one).is_some_and(|(_, f)| f.receiver.is_some() && here.fits_constructor(f)));
        if constructors.is_empty() {
            return self.construct(here, Ty::Program(id), None);
        }
        let mut made: Option<Value> = None;
        for constructor in constructors {
            let value = self.made_by(here, id, constructor);
            match &mut made {
                Some(made) => made.join(&value),
                None => made = Some(value),
            }
        }
        made.unwrap_or_default()
    }

    fn made_by(&mut self, here: &CallSite<'p>, id: TypeId, constructor: FnId) -> Value {
        let Some((_, function)) = self.solver.program.function(constructor) else { return Value::default() };
        let fresh = Given { value: Value::of(Ty::Program(id)), ..Given::default() };
        let givens = self.matched(here, function, Some(fresh));
        let (_, mut made) = self.call_with(here, constructor, &givens);
        made.ty = Ty::Program(id);
        made
    }

    /// A record, tuple struct or variant called as a function: arguments are fields, by keyword or in order.
    pub(super) fn construct(&mut self, here: &CallSite<'p>, ty: Ty, variant: Option<Symbol>) -> Value {
        let mut value = Value { variant, constant: true, ..Value::of(ty.clone()) };
        let names = match (&ty, variant) {
            (Ty::Program(id), None) => self.solver.program.fields_in_order(*id),
            _ => Vec::new(),
        };
        for (at, given) in here.arguments.iter().enumerate() {
            if given.spread {
                let own = value.ty.clone();
                value.join(&given.value);
                value.ty = own;
                continue;
            }
            let name = given.name.or_else(|| names.get(at).copied()).unwrap_or_else(|| Symbol::new(&at.to_string()));
            if let Ty::Program(id) = value.ty {
                self.put_field_text(id, name, &given.value.text);
            }
            value.set_member(Selector::Field(name), given.value.clone(), false);
        }
        value
    }
}

impl CallSite<'_> {
    fn fits_constructor(&self, function: &Function) -> bool {
        let variadic = function.parameters.iter().any(|parameter| parameter.variadic);
        variadic || self.arguments.iter().filter(|given| !given.spread).count() <= function.parameters.len()
    }
}

/// Whether an argument is given by its position. A macro's keywords are part of what it prints.
fn is_positional(given: &Given, function: &Function) -> bool {
    function.role == FunctionRole::Macro || given.name.is_none() && !given.spread
}

/// The member of a spread value that a parameter gets: the one of its name, else any element.
fn spread_member(value: &Value, name: Symbol) -> Option<Value> {
    let own = value.member(Selector::Key(name)).or_else(|| value.member(Selector::Field(name)));
    own.or_else(|| value.member(Selector::Element)).cloned()
}
