//! Calls: who is called, and what the summary of a function of the program does at a call site.

use smallvec::SmallVec;

use super::domain::{Callable, Origin, Show, Value};
use super::eval::Evaluator;
use super::summary::{Leaf, Summary};
use crate::catalog::model::{Effect, SinkKind};
use crate::index::Symbol;
use crate::ir::{Base, Call, Callee, Operand, Place, Selector, Style};
use crate::link::paths::REEXPORTS;
use crate::link::program::{FnId, Resolved};
use crate::link::types::Ty;
use crate::source::Site;

/// An argument, or the receiver.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Given {
    /// What is given.
    pub(super) value: Value,
    /// Where it is kept, so that the callee can write into it.
    pub(super) place: Option<Place>,
    /// How the syntax says it is shown.
    pub(super) show: Option<Show>,
    /// Keyword.
    pub(super) name: Option<Symbol>,
    /// Its members are the arguments.
    pub(super) spread: bool,
}

/// A call with its operands evaluated.
pub(super) struct CallSite<'p> {
    pub(super) call: &'p Call,
    pub(super) receiver: Option<Given>,
    pub(super) arguments: Vec<Given>,
    pub(super) site: Site,
}

impl CallSite<'_> {
    /// Whether the call is written as a field is read: in some languages nothing else reads a field.
    fn is_read(&self) -> bool {
        self.arguments.is_empty() && self.call.span.end == self.call.name_span.end
    }
}

impl<'p> Evaluator<'_, 'p> {
    pub(super) fn call(&mut self, call: &'p Call) -> Value {
        let arguments: Vec<Given> = call
            .arguments
            .iter()
            .map(|argument| {
                let mut given = self.given(&argument.value);
                given.name = argument.name;
                given.spread = argument.spread;
                given.show = argument.style.map(|style| if style == Style::Debug { Show::Debug } else { Show::Display });
                given
            })
            .collect();
        let receiver = match &call.callee {
            Callee::Method { receiver, .. } => Some(self.given(receiver)),
            _ => None,
        };
        let here = CallSite { call, receiver, arguments, site: self.site(call.name_span) };
        let consent = here.receiver.iter().chain(&here.arguments).any(|given| given.value.consent);
        let mut result = match &call.callee {
            Callee::Path(path) => self.call_path(&here, path),
            Callee::Method { name, .. } => self.call_method(&here, *name),
            Callee::Macro(path) => self.call_macro(&here, path),
            Callee::Value(operand) => self.call_value(&here, operand),
        };
        let says = match &call.callee {
            Callee::Path(path) | Callee::Macro(path) => path.last().copied(),
            Callee::Method { name, .. } => Some(*name),
            Callee::Value(_) => None,
        };
        result.consent |= consent || says.is_some_and(|name| self.is_consent(name));
        result
    }

    fn given(&mut self, operand: &'p Operand) -> Given {
        let value = self.operand(operand);
        let place = match operand {
            Operand::Place(place, _) if matches!(place.base, Base::Local(_)) => Some(place.clone()),
            _ => None,
        };
        Given { value, place, ..Given::default() }
    }

    fn call_path(&mut self, here: &CallSite<'p>, path: &[Symbol]) -> Value {
        match self.solver.program.resolve(&self.scope, path) {
            Resolved::Functions(functions) => {
                // A generated module may have a function of the same name (a template and the route that renders it): what takes
                // fewer values than are given is not what is called.
                let takes = |id: &FnId| self.solver.program.function(*id).is_some_and(|(_, function)| here.fits(function));
                let fitting: Vec<FnId> = functions.iter().copied().filter(takes).collect();
                match path.last() {
                    Some(name) if fitting.is_empty() => self.unknown_call(here, *name),
                    _ => self.call_functions(here, &fitting),
                }
            }
            Resolved::Type(id) => self.made(here, id),
            Resolved::Variant(id, variant) => self.construct(here, Ty::Program(id), Some(variant)),
            Resolved::Member(id, name) => {
                // `Owner::method(value)`, where an attribute or the language declares the method.
                if self.is_finder(name) {
                    return Value::of(Ty::List(std::sync::Arc::new(Ty::Program(id))));
                }
                let result = self.library_by_name(here, name);
                if self.is_constructor(name) && result.ty == Ty::Unknown {
                    return self.construct(here, Ty::Program(id), None);
                }
                result
            }
            Resolved::MemberOf(id, members) => {
                let Some((name, between)) = members.split_last() else { return Value::default() };
                let mut value = self.solver.global(id, self.id);
                for member in between {
                    value = self.project(&value, Selector::Field(*member), None, here.site);
                }
                let receiver = Some(Given { value, ..Given::default() });
                let on_value = CallSite { call: here.call, receiver, arguments: here.arguments.clone(), site: here.site };
                self.call_method(&on_value, *name)
            }
            Resolved::Global(id) => {
                let callee = self.solver.global(id, self.id);
                self.library_value(here, &callee).unwrap_or_else(|| self.call_closures(here, &callee))
            }
            Resolved::Library(library) => {
                let Some((name, before)) = path.split_last() else { return self.library_path(here, library) };
                if let Some((value, _)) = self.undeclared(before, here.site) {
                    let receiver = Some(Given { value, ..Given::default() });
                    let on_value = CallSite { call: here.call, receiver, arguments: here.arguments.clone(), site: here.site };
                    return self.call_method(&on_value, *name);
                }
                if before.is_empty() || !self.starts_at_value(path) || self.has_model(library) {
                    return self.library_path(here, library);
                }
                let value = self.global(before, here.site);
                let receiver = Some(Given { value, ..Given::default() });
                let on_value = CallSite { call: here.call, receiver, arguments: here.arguments.clone(), site: here.site };
                self.library_method(&on_value, *name).unwrap_or_else(|| self.unknown_call(&on_value, *name))
            }
        }
    }

    fn call_method(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        let Some(receiver) = &here.receiver else { return Value::default() };
        let ty = receiver.value.ty.clone();
        if let Ty::Program(id) = ty {
            let mut functions = self.solver.program.method(id, name);
            functions.retain(|function| self.solver.program.function(*function).is_some_and(|(_, f)| here.fits(f)));
            if !functions.is_empty() {
                return self.call_functions(here, &functions);
            }
            if here.is_read() && self.solver.program.field(id, receiver.value.variant, name).is_some() {
                return self.project(&receiver.value, Selector::Field(name), self.holder_of(here), here.site);
            }
        }
        if let Some(result) = self.library_method(here, name) {
            return result;
        }
        // A method of a type that could not be told: the program's own, if only one fits.
        if matches!(ty, Ty::Unknown | Ty::Library(_)) {
            let functions = self.solver.program.methods_named(name, |function| here.fits_exactly(function));
            let known_library =
                matches!(&ty, Ty::Library(path) if self.solver.catalog().models.library_type(self.language, *path).is_some());
            if !known_library && !functions.is_empty() && self.one_meaning(&functions) {
                return self.call_functions(here, &functions);
            }
        }
        if here.is_read() {
            return self.project(&receiver.value, Selector::Field(name), self.holder_of(here), here.site);
        }
        self.unknown_call(here, name)
    }

    /// The name of what a method is called on, if it has one.
    fn holder_of(&self, here: &CallSite<'p>) -> Option<Symbol> {
        let Callee::Method { receiver: Operand::Place(place, _), .. } = &here.call.callee else { return None };
        match (place.path.last(), &place.base) {
            (Some(Selector::Field(name) | Selector::Key(name)), _) => Some(*name),
            (_, Base::Local(local)) => self.local_name(*local),
            (_, Base::Global(path)) => path.last().copied(),
        }
    }

    /// One method, or the implementations of one method of an interface.
    fn one_meaning(&self, functions: &[FnId]) -> bool {
        if functions.len() == 1 {
            return true;
        }
        let interface = |id: &FnId| self.solver.program.function(*id).and_then(|(_, function)| function.implements);
        let first = functions.first().and_then(interface);
        first.is_some()
            && functions.len() <= crate::link::program::MAX_TARGETS
            && functions.iter().all(|id| interface(id) == first)
    }

    fn call_macro(&mut self, here: &CallSite<'p>, path: &[Symbol]) -> Value {
        // An import may have given it another name.
        let expanded = self.solver.program.expand(&self.scope, path, REEXPORTS);
        let Some(name) = expanded.last() else { return Value::default() };
        let functions = self.solver.program.macros_named(*name, here.arguments.len());
        if !functions.is_empty() && !self.is_own_macro(&functions) {
            return self.call_functions(here, &functions);
        }
        self.library_macro(here, *name)
    }

    /// A macro's body that calls a macro of the same name means the library's.
    fn is_own_macro(&self, functions: &[FnId]) -> bool {
        functions.contains(&self.id)
    }

    fn call_value(&mut self, here: &CallSite<'p>, operand: &'p Operand) -> Value {
        let callee = self.operand(operand);
        match callee.ty {
            // A type as a value.
            Ty::Program(id) if callee.clean && callee.closures.is_empty() => self.made(here, id),
            _ => {
                if let Some(result) = self.library_value(here, &callee) {
                    return result;
                }
                let result = self.call_closures(here, &callee);
                // A function within a function goes by the name of its local.
                let name = match operand {
                    Operand::Place(Place { base: Base::Local(local), path }, _) if path.is_empty() => self.local_name(*local),
                    _ => None,
                };
                match name.and_then(|name| self.effect_by_name(name)) {
                    Some(effect) if result.has_category() => self.with_effect(result, Some(effect)),
                    _ => result,
                }
            }
        }
    }

    fn call_closures(&mut self, here: &CallSite<'p>, callee: &Value) -> Value {
        let arguments: Vec<Value> = here.arguments.iter().map(|given| given.value.clone()).collect();
        let mut result: Option<Value> = None;
        for closure in callee.closures.clone() {
            let value = self.call_closure(closure, &arguments);
            match &mut result {
                Some(result) => result.join(&value),
                None => result = Some(value),
            }
        }
        if let Some(Callable::Functions(functions)) = &callee.callable {
            let value = self.call_functions(here, functions);
            match &mut result {
                Some(result) => result.join(&value),
                None => result = Some(value),
            }
        }
        for mark in callee.marks.iter() {
            if let Origin::Port(port) = &mark.origin {
                self.closure_port_called(port.clone(), arguments.clone());
            }
        }
        let mut result = result.unwrap_or_else(|| {
            let mut value = self.combined(&arguments);
            value.constant = false;
            value
        });
        result.marks.merge(&callee.marks);
        if let Ty::Function(ty) = &callee.ty
            && result.ty == Ty::Unknown
        {
            result.ty = ty.as_ref().clone();
        }
        result
    }

    // -------------------------------------------------------------------------------------------- functions of the program

    pub(super) fn call_functions(&mut self, here: &CallSite<'p>, functions: &[FnId]) -> Value {
        if self.solver.is_exhausted() {
            self.limited = true;
            let name = functions.first().and_then(|id| self.solver.program.function(*id)).map(|(_, function)| function.name);
            return self.default_result(here, name.unwrap_or_default());
        }
        let mut result: Option<Value> = None;
        for function in functions {
            let value = self.call_function(here, *function);
            match &mut result {
                Some(result) => result.join(&value),
                None => result = Some(value),
            }
        }
        result.unwrap_or_default()
    }

    fn call_function(&mut self, here: &CallSite<'p>, id: FnId) -> Value {
        let Some((_, function)) = self.solver.program.function(id) else { return Value::default() };
        let givens = self.matched(here, function, here.receiver.clone());
        self.call_with(here, id, &givens).0
    }

    /// What a function does with values for its parameters, counted from one, the receiver first: its result, and what the
    /// receiver has become.
    pub(super) fn call_with(&mut self, here: &CallSite<'p>, id: FnId, givens: &[Option<Given>]) -> (Value, Value) {
        let summary = self.solver.summary(id, self.id);
        self.solver.note_call(self.id, id, self.guarded());
        let mut receiver = givens.first().and_then(Option::as_ref).map(|given| given.value.clone()).unwrap_or_default();
        let Some((_, function)) = self.solver.program.function(id) else { return (Value::default(), receiver) };
        let mut values: Vec<Option<Value>> = givens.iter().map(|given| given.as_ref().map(|given| given.value.clone())).collect();
        self.type_values(id, &mut values);
        self.run_closures(&summary, &values, id, here);
        let mut result = self.substitute(&summary.result, &values, id, here.site, 4);
        self.closure_results(&summary, &values, &mut result);
        for (parameter, written) in &summary.written {
            let Some(Some(given)) = givens.get(usize::from(*parameter)) else { continue };
            let mut value = self.substitute(written, &values, id, here.site, 4);
            value.ty = Ty::Unknown;
            if *parameter == 0 {
                receiver.write(&[], value.clone(), true);
            }
            if let Some(place) = given.place.clone() {
                self.write(&place, value, true);
            }
        }
        for (ty, field, text) in &summary.field_texts {
            let text = self.substitute_text(text, &values);
            self.put_field_text(*ty, *field, &text);
        }
        for leaf in &summary.leaves {
            self.pass_leaf(leaf, &values, id, here);
        }
        self.name_result(&mut result, here, function.name, function.owner);
        match self.effect_by_name(function.name) {
            Some(effect) if result.has_category() && effect != Effect::Removes => {
                let ty = result.ty.clone();
                result = self.with_effect(result, Some(effect));
                result.ty = ty;
            }
            // What a hash function makes of something else is not what its variable is named for.
            Some(_) => result.impersonal = true,
            None => {}
        }
        (result, receiver)
    }

    /// A parameter's declared type holds for what is given, where nothing more is known of it.
    fn type_values(&mut self, id: FnId, values: &mut [Option<Value>]) {
        let Some((_, function)) = self.solver.program.function(id) else { return };
        let Some(scope) = self.solver.program.scope(id) else { return };
        for (at, value) in values.iter_mut().enumerate() {
            let local = at.checked_sub(1).and_then(|at| function.parameters.get(at)).map(|parameter| parameter.local);
            let declared = local.and_then(|local| function.locals.get(local.index()));
            if let (Some(value), Some(declared)) = (value, declared)
                && value.ty == Ty::Unknown
            {
                value.ty = crate::link::types::lower(self.solver.program, &scope, &declared.ty);
            }
        }
    }

    fn pass_leaf(&mut self, leaf: &Leaf, values: &[Option<Value>], id: FnId, here: &CallSite<'p>) {
        if leaf.kind != SinkKind::Log {
            self.pass_part(leaf, leaf.site, leaf.in_test, values, id, here);
            return;
        }
        // A log through the program's own wrapper stands where the wrapper is called with the data. A function that does more, or
        // that logs a member of what it is given, is no wrapper: it chose what to log.
        let wrapper = self.solver.is_wrapper(id);
        let wraps = |origin: &Origin| wrapper && matches!(origin, Origin::Port(port) if port.path.is_empty());
        if let Some(given) = leaf.keeping(wraps) {
            self.pass_part(&given, here.site, self.in_test(), values, id, here);
        }
        if let Some(chosen) = leaf.keeping(|origin| !wraps(origin)) {
            self.pass_part(&chosen, leaf.site, leaf.in_test, values, id, here);
        }
    }

    fn pass_part(&mut self, leaf: &Leaf, site: Site, in_test: bool, values: &[Option<Value>], id: FnId, here: &CallSite<'p>) {
        let endpoint = leaf.endpoint.as_ref().map(|text| self.substitute_text(text, values));
        let mut parts = Vec::with_capacity(leaf.parts.len());
        for (channel, marks) in &leaf.parts {
            parts.push((*channel, self.substitute_marks(marks, values, id, here.site)));
        }
        let parts = self.parts(parts);
        if parts.is_empty() {
            return;
        }
        let guarded = leaf.guarded || self.guarded();
        // What a test puts in is test data, wherever it goes.
        let in_test = in_test || self.in_test();
        self.leaf(Leaf { site, endpoint, parts, guarded, in_test, ..leaf.clone() });
    }

    /// Closures and functions that the callee calls run here, with what it gives them.
    fn run_closures(&mut self, summary: &Summary, values: &[Option<Value>], id: FnId, here: &CallSite<'p>) {
        for (port, arguments) in &summary.calls {
            let callee = self.dig(port, values, here.site);
            let given: Vec<Value> = arguments.iter().map(|value| self.substitute(value, values, id, here.site, 3)).collect();
            for closure in callee.closures.clone() {
                self.call_closure(closure, &given);
            }
            if let Some(Callable::Functions(functions)) = &callee.callable {
                let arguments = given.iter().map(|value| Given { value: value.clone(), ..Given::default() }).collect();
                let inner = CallSite { call: here.call, receiver: None, arguments, site: here.site };
                self.call_functions(&inner, functions);
            }
            for mark in callee.marks.iter() {
                if let Origin::Port(port) = &mark.origin {
                    self.closure_port_called(port.clone(), given.clone());
                }
            }
        }
    }

    /// What closures give is part of the result where the callee returns what it got from them.
    fn closure_results(&mut self, summary: &Summary, values: &[Option<Value>], result: &mut Value) {
        for (port, _) in &summary.calls {
            let returned =
                summary.result.all_marks().iter().any(|mark| matches!(&mark.origin, Origin::Port(other) if other == port));
            if returned {
                let callee = self.dig(port, values, Site { file: self.file, span: self.function.span });
                for closure in callee.closures.clone() {
                    let given: Vec<Value> = Vec::new();
                    let value = self.call_closure(closure, &given);
                    result.join(&value);
                }
            }
        }
        result.closures = SmallVec::new();
    }
}
