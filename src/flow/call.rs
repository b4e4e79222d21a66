//! Calls: who is called, and what the summary of a function of the program does at a call site.

use smallvec::SmallVec;

use super::domain::{Callable, Mark, Marks, Origin, Port, Show, Value};
use super::eval::Evaluator;
use super::source::type_ref;
use super::summary::{Leaf, Summary};
use super::text::{Part, Text};
use super::witness::What;
use crate::catalog::model::{Effect, SinkKind, name_matches, snake_case};
use crate::index::Symbol;
use crate::ir::{Base, Call, Callee, Operand, Place, Selector, Style};
use crate::link::paths::REEXPORTS;
use crate::link::program::{FnId, Resolved};
use crate::link::types::{Named, Ty};
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
                self.call_closures(here, &callee)
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
        self.unknown_call(here, name)
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
            _ => self.call_closures(here, &callee),
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

    /// The actual value behind a port.
    fn dig(&mut self, port: &Port, values: &[Option<Value>], site: Site) -> Value {
        let Some(Some(value)) = values.get(usize::from(port.parameter)) else { return Value::default() };
        let mut value = value.clone();
        let mut holder = None;
        for selector in &port.path {
            value = self.project(&value, *selector, holder, site);
            holder = match selector {
                Selector::Field(name) | Selector::Key(name) => Some(*name),
                Selector::Element => holder,
            };
        }
        value
    }

    /// A callee's marks with the caller's values in place of its ports.
    pub(super) fn substitute_marks(&mut self, marks: &Marks, values: &[Option<Value>], id: FnId, site: Site) -> Marks {
        let mut done = Marks::default();
        for mark in marks.iter() {
            match &mark.origin {
                Origin::Category(_) => {
                    let name = self.function_name(id);
                    let trace = self.solver.traces.step(mark.trace, site, What::Returned(name));
                    done.add(Mark { trace, ..mark.clone() });
                }
                Origin::Port(port) => {
                    let value = self.dig(port, values, site);
                    let actual = if matches!(port.show, Show::Plain | Show::Part) {
                        value.all_marks()
                    } else {
                        self.shown(&value, port.show, site)
                    };
                    let passed = self.passed(id, port.parameter);
                    for one in actual.iter() {
                        let trace = self.solver.traces.step(one.trace, site, passed);
                        let trace = self.solver.traces.append(trace, mark.trace);
                        done.add(Mark { trace, effects: one.effects | mark.effects, ..one.clone() });
                    }
                }
            }
        }
        done
    }

    /// A callee's value with the caller's values in place of its ports.
    pub(super) fn substitute(&mut self, value: &Value, values: &[Option<Value>], id: FnId, site: Site, depth: u32) -> Value {
        let mut done = Value {
            text: self.substitute_text(&value.text, values),
            variant: value.variant,
            clean: value.clean && value.marks.is_empty(),
            consent: value.consent,
            ..Value::of(value.ty.clone())
        };
        let mut whole: Option<Value> = None;
        let mut marks = Marks::default();
        for mark in value.marks.iter() {
            match &mark.origin {
                Origin::Port(port) if port.show == Show::Plain && mark.effects.is_empty() => {
                    let mut actual = self.dig(port, values, site);
                    let passed = self.passed(id, port.parameter);
                    for one in actual.marks.iter_mut() {
                        let trace = self.solver.traces.step(one.trace, site, passed);
                        one.trace = self.solver.traces.append(trace, mark.trace);
                    }
                    match &mut whole {
                        Some(whole) => whole.join(&actual),
                        None => whole = Some(actual),
                    }
                }
                _ => marks.merge(&self.substitute_marks(&Marks::one(mark.clone()), values, id, site)),
            }
        }
        if let Some(whole) = whole {
            let ty = if done.ty == Ty::Unknown { whole.ty.clone() } else { done.ty.clone() };
            let text = done.text.clone();
            let clean = whole.clean && marks.is_empty();
            done = Value { ty, text, clean, ..whole };
        }
        done.marks.merge(&marks);
        if depth > 0 {
            for (selector, member) in value.members.clone().iter().flat_map(|members| members.iter()) {
                let member = self.substitute(member, values, id, site, depth - 1);
                done.set_member(*selector, member, true);
            }
        }
        done
    }

    fn substitute_text(&mut self, text: &Text, values: &[Option<Value>]) -> Text {
        if !text.has_ports() {
            return text.clone();
        }
        let site = Site { file: self.file, span: self.function.span };
        let mut found: Vec<(Port, Text)> = Vec::new();
        for sequence in text.alternatives() {
            for part in sequence.iter() {
                if let Part::Port(port) = part {
                    let value = self.dig(port, values, site);
                    found.push((port.clone(), value.text));
                }
            }
        }
        text.replace(|part| match part {
            Part::Port(port) => {
                let known = found.iter().find(|(other, _)| other == port).map(|(_, text)| text.clone());
                Some(known.filter(|text| !text.is_unknown()).unwrap_or_else(|| Text::part(Part::Hole)))
            }
            _ => None,
        })
    }

    fn function_name(&self, id: FnId) -> Symbol {
        self.solver.program.function(id).map(|(_, function)| function.name).unwrap_or_default()
    }

    fn passed(&self, id: FnId, parameter: u8) -> What {
        let Some((_, function)) = self.solver.program.function(id) else { return What::Formatted };
        let local = match usize::from(parameter).checked_sub(1) {
            Some(at) => function.parameters.get(at).map(|parameter| parameter.local),
            None => function.receiver,
        };
        let name = local.and_then(|local| function.locals.get(local.index())).and_then(|local| local.name);
        What::Passed(function.name, name.unwrap_or_default())
    }

    // ------------------------------------------------------------------------------------------------------------- names

    /// A getter's name tells what it gives where nothing else does.
    pub(super) fn name_result(&mut self, result: &mut Value, here: &CallSite<'p>, name: Symbol, owner: Option<Symbol>) {
        if here.receiver.as_ref().is_some_and(|given| given.value.impersonal) {
            // A getter of the configuration.
            result.impersonal = true;
            return;
        }
        if !result.says_nothing() || !self.may_be_named(&result.ty) {
            return;
        }
        let getters = &self.solver.catalog().models.names().getters;
        let text = name.as_str();
        let plain = snake_case(text);
        let bare = getters.iter().find_map(|verb| plain.strip_prefix(verb.as_str())).filter(|rest| !rest.is_empty());
        let name = match bare {
            Some(rest) => Symbol::new(rest),
            None if here.arguments.is_empty() && here.receiver.is_some() => name,
            None => return,
        };
        let holder = here.receiver.as_ref().and_then(|given| {
            let by_place = given.place.as_ref().and_then(|place| match (place.path.last(), &place.base) {
                (Some(Selector::Field(name) | Selector::Key(name)), _) => Some(*name),
                (_, Base::Local(local)) => self.local_name(*local),
                _ => None,
            });
            let by_type = self.type_name(&given.value.ty);
            by_type.or(by_place)
        });
        let holder = holder.or_else(|| match &here.call.callee {
            Callee::Method { receiver: Operand::Place(Place { base: Base::Global(path), .. }, _), .. } => path.last().copied(),
            _ => owner,
        });
        if holder.is_some_and(|holder| self.is_configuration(holder)) {
            return;
        }
        let shape = type_ref(&result.ty);
        if let Some(verdict) = self.named(name, holder, shape.as_ref(), false) {
            let marks = self.marks_of(&verdict, here.site, &format!("given by {text}()"));
            result.marks.merge(&marks);
        }
    }

    fn local_name(&self, local: crate::ir::LocalId) -> Option<Symbol> {
        self.function.locals.get(local.index()).and_then(|local| local.name)
    }

    /// Whether a call of this name on a type gives values of it that are stored.
    pub(super) fn is_finder(&self, name: Symbol) -> bool {
        let rules = &self.solver.catalog().models.names().finders;
        rules.iter().any(|rule| name_matches(rule, &snake_case(name.as_str())))
    }

    /// Whether a call of this name gives a value of its owner's type.
    pub(super) fn is_constructor(&self, name: Symbol) -> bool {
        let rules = &self.solver.catalog().models.names().constructors;
        rules.iter().any(|rule| name_matches(rule, &snake_case(name.as_str())))
    }

    /// The type that the type arguments of a call name.
    pub(super) fn type_argument(&self, here: &CallSite<'p>) -> Option<Ty> {
        let ty = here.call.type_arguments.iter().map(|ty| crate::link::types::lower(self.solver.program, &self.scope, ty));
        // `query_as::<Database, Row>`: the program's own type says more than a library's, the last more than the first.
        let known: SmallVec<[Ty; 2]> = ty.filter(|ty| *ty != Ty::Unknown).collect();
        known.iter().find(|ty| ty.declared().is_some()).or(known.last()).cloned()
    }

    /// The type that a path names.
    pub(super) fn type_of_path(&self, path: &[Symbol]) -> Ty {
        match self.solver.program.type_named(&self.scope, path) {
            Named::Program(id) => Ty::Program(id),
            Named::Library(path) => Ty::Library(path),
            Named::Unknown => Ty::Unknown,
        }
    }
}
