//! Calls into libraries: what their models say, and what is assumed where there is none.

use smallvec::SmallVec;

use super::call::{CallSite, Given};
use super::domain::{Callable, Mark, Marks, Origin, Show, Value, selector_of};
use super::eval::Evaluator;
use super::statement::{BIND, SQL, placeholder_name};
use super::text::{Part, Text};
use super::witness::{Trace, What};
use crate::catalog::model::{ClosureInput, Effects, Member, Model, ModelPort, Pass, Returns, Root, TextRule};
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::ir::{Base, Callee, Operand, Place, Selector};
use crate::link::types::Ty;

impl<'p> Evaluator<'_, 'p> {
    /// A function of a library by its canonical path.
    pub(super) fn library_path(&mut self, here: &CallSite<'p>, path: Symbol) -> Value {
        let models = &self.solver.catalog().models;
        if let Some(model) = models.by_path(self.language, path).or_else(|| {
            let (owner, name) = path.as_str().rsplit_once("::")?;
            models.by_type(self.language, Symbol::new(owner), Symbol::new(name))
        }) {
            // `Type::method(value, …)` names the receiver as the first argument.
            return self.apply(here, model, path);
        }
        let (owner, name) = path.as_str().rsplit_once("::").unwrap_or(("", path.as_str()));
        let name = Symbol::new(name);
        if !owner.is_empty()
            && let Some(owner) = self.type_by_name(here)
            && let Some(model) = models.by_type(self.language, owner, name)
        {
            return self.apply(here, model, Symbol::new(&format!("{owner}::{name}")));
        }
        let mut result = self.library_by_name(here, name);
        if result.ty == Ty::Unknown
            && self.is_constructor(name)
            && owner.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_uppercase))
        {
            result.ty = Ty::Library(Symbol::new(owner));
        }
        if result.ty == Ty::Unknown && models.library_type(self.language, path).is_some() {
            // A type that models know, called: a value of it.
            result.ty = Ty::Library(models.canonical_type(self.language, path));
        }
        result
    }

    /// Whether a library's function has a model under its own path.
    pub(super) fn has_model(&self, path: Symbol) -> bool {
        let models = &self.solver.catalog().models;
        models.by_path(self.language, path).is_some() || models.library_type(self.language, path).is_some()
    }

    /// A function of which only the name is known: as a method of its first argument.
    pub(super) fn library_by_name(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        if let Some((first, rest)) = here.arguments.split_first()
            && here.receiver.is_none()
        {
            let as_method =
                CallSite { call: here.call, receiver: Some(first.clone()), arguments: rest.to_vec(), site: here.site };
            let generic = self
                .solver
                .catalog()
                .models
                .methods(self.language, name)
                .find(|model| model.needs.is_none() && model.needs_query.is_none() && model.sink.is_none());
            if let Some(model) = generic {
                return self.apply(&as_method, model, name);
            }
        }
        self.unknown_call(here, name)
    }

    /// A method of a library type, or one that models know on any receiver.
    pub(super) fn library_method(&mut self, here: &CallSite<'p>, name: Symbol) -> Option<Value> {
        let receiver = here.receiver.as_ref()?;
        let models = &self.solver.catalog().models;
        // That a statement is given tells more than a type.
        for model in models.methods(self.language, name) {
            if model.needs_query.is_some_and(|port| self.holds_statement(here, port)) {
                return Some(self.apply(here, model, name));
            }
        }
        if receiver.value.ty == Ty::Unknown
            && let Some(owner) = self.type_by_name(here)
            && let Some(model) = models.by_type(self.language, owner, name)
        {
            return Some(self.apply(here, model, Symbol::new(&format!("{owner}::{name}"))));
        }
        if let Ty::Library(owner) = receiver.value.ty
            && let Some(model) = models.by_type(self.language, owner, name)
        {
            return Some(self.apply(here, model, Symbol::new(&format!("{owner}::{name}"))));
        }
        let has = |wanted: Symbol| here.receiver.iter().chain(&here.arguments).any(|given| given.value.hidden(wanted).is_some());
        // What a value has been given tells more than a method's name.
        let mut by_state = models.methods(self.language, name).filter(|model| model.needs.is_some_and(has));
        let plain = |model: &&Model| model.needs.is_none() && model.needs_query.is_none();
        let model = by_state.next().or_else(|| models.methods(self.language, name).find(plain))?;
        Some(self.apply(here, model, name))
    }

    /// A value of a library that is called like a function: the method `call` of its type's models.
    pub(super) fn library_value(&mut self, here: &CallSite<'p>, callee: &Value) -> Option<Value> {
        let Ty::Library(owner) = callee.ty else { return None };
        let model = self.solver.catalog().models.by_type(self.language, owner, Symbol::new("call"))?;
        let receiver = Some(Given { value: callee.clone(), ..Given::default() });
        let on_value = CallSite { call: here.call, receiver, arguments: here.arguments.clone(), site: here.site };
        Some(self.apply(&on_value, model, owner))
    }

    /// The library type that the name of a receiver tells: what is called `logger` is one.
    fn type_by_name(&self, here: &CallSite<'p>) -> Option<Symbol> {
        let name = match &here.call.callee {
            Callee::Path(path) => path.iter().rev().nth(1).copied(),
            Callee::Method { receiver: Operand::Place(place, _), .. } => match (place.path.last(), &place.base) {
                (Some(Selector::Field(name) | Selector::Key(name)), _) => Some(*name),
                (Some(Selector::Element), _) => None,
                (None, Base::Local(local)) => self.function.locals.get(local.index()).and_then(|local| local.name),
                (None, Base::Global(path)) => path.last().copied(),
            },
            _ => None,
        };
        self.solver.catalog().models.type_by_name(self.language, name?.as_str())
    }

    /// A macro of a library.
    pub(super) fn library_macro(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        let models = &self.solver.catalog().models;
        match models.macros(self.language, name).next() {
            Some(model) => self.apply(here, model, Symbol::new(&format!("{name}!"))),
            None => self.unknown_call(here, name),
        }
    }

    /// A call that nothing is known of but its name: the result may carry everything that goes in.
    pub(super) fn unknown_call(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        let mut result = self.default_result(here, name);
        let closures = self.run_given_closures(here, ClosureInput::Receiver, None, None);
        if let Some(value) = closures {
            result.marks.merge(&value.all_marks());
            result.clean &= value.clean;
        }
        self.name_result(&mut result, here, name, None);
        result
    }

    /// What goes in may come out: the answer for code that nothing is known of, and for what there is no budget left to follow.
    pub(super) fn default_result(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        let hints = self.solver.hints(name);
        if hints.clean {
            return Value::clean();
        }
        let mut result = Value::default();
        for given in &here.arguments {
            result.marks.merge(&given.value.all_marks().made_into(Show::Part));
            result.keep_hidden(&given.value);
        }
        if let Some(receiver) = &here.receiver {
            let fluent = match &receiver.value.ty {
                Ty::Library(path) => self.solver.catalog().models.library_type(self.language, *path) == Some(true),
                _ => false,
            };
            if fluent {
                let mut value = receiver.value.clone();
                let body = Value { marks: result.marks.clone(), ..Value::default() };
                value.set_member(Selector::Field(Symbol::new("#body")), body, true);
                return value;
            }
            if hints.mutator
                && !result.marks.is_empty()
                && let Some(place) = &receiver.place
            {
                let given = Value { marks: result.marks.clone(), ..Value::default() };
                self.write(place, given, true);
            }
            result.marks.merge(&receiver.value.all_marks().made_into(Show::Part));
            result.keep_hidden(&receiver.value);
            result.clean = receiver.value.clean && result.marks.is_empty();
        }
        if let Some(effect) = self.effect_by_name(name) {
            return self.with_effect(result, Some(effect));
        }
        result
    }

    /// What closures write to their first parameter is written to the place it stands for.
    fn write_through(&mut self, here: &CallSite<'p>, place: Place) {
        let place = self.written_place(place);
        for closure in here.arguments.iter().flat_map(|given| &given.value.closures) {
            let first = self.function.closures.get(closure.index()).and_then(|closure| closure.parameters.first());
            self.lives_in.extend(first.map(|local| (*local, place.clone())));
        }
    }

    /// Runs the closures among the arguments; gives what they give together.
    fn run_given_closures(
        &mut self,
        here: &CallSite<'p>,
        input: ClosureInput,
        ty: Option<Symbol>,
        statement: Option<&Value>,
    ) -> Option<Value> {
        let mut inputs: Vec<Value> = Vec::new();
        if let Some(ty) = ty {
            inputs.push(Value::of(Ty::Library(ty)));
        } else if input == ClosureInput::Row {
            let mut row = Value::default();
            if let Some(statement) = statement {
                self.remember_rows(statement, &mut row, here.site);
            }
            inputs.push(row);
        } else if input == ClosureInput::ReceiverAndElement {
            let receiver = here.receiver.as_ref();
            inputs.push(receiver.map(|given| given.value.clone()).unwrap_or_default());
            inputs.push(here.arguments.first().map(|given| given.value.element()).unwrap_or_default());
            if let Some(place) = receiver.and_then(|given| given.place.clone()) {
                self.write_through(here, place);
            }
        } else if input == ClosureInput::Receiver {
            let element = here.receiver.as_ref().map(|given| given.value.element());
            let mut others: Vec<Value> =
                here.arguments.iter().filter(|given| given.value.closures.is_empty()).map(|given| given.value.clone()).collect();
            match element {
                // `fold(start, |so_far, one| …)`: the element comes last.
                Some(element) if !others.is_empty() => {
                    others.push(element);
                    inputs = others;
                }
                Some(element) => inputs = vec![element.clone(), element],
                None => inputs = others,
            }
        } else {
            inputs.extend([Value::clean(), Value::clean()]);
        }
        let mut result: Option<Value> = None;
        for given in &here.arguments {
            for closure in given.value.closures.clone() {
                let arity = self.function.closures.get(closure.index()).map_or(0, |closure| closure.parameters.len());
                // With fewer parameters than inputs, the last inputs are the elements.
                let skip = if arity == 1 && inputs.len() > 1 { inputs.len() - 1 } else { 0 };
                let value = self.call_closure(closure, inputs.get(skip..).unwrap_or_default());
                match &mut result {
                    Some(result) => result.join(&value),
                    None => result = Some(value),
                }
            }
            if let Some(callable) = &given.value.callable {
                let input = inputs.last().cloned().unwrap_or_default();
                if let Some(value) = self.call_callable(here, callable, input) {
                    match &mut result {
                        Some(result) => result.join(&value),
                        None => result = Some(value),
                    }
                }
            }
            for mark in given.value.marks.clone().iter() {
                if let (Origin::Port(port), Ty::Function(_)) = (&mark.origin, &given.value.ty) {
                    self.closure_port_called(port.clone(), inputs.clone());
                }
            }
        }
        result
    }

    /// A function given by its name, called with one value.
    fn call_callable(&mut self, here: &CallSite<'p>, callable: &Callable, input: Value) -> Option<Value> {
        let given = Given { value: input, ..Given::default() };
        match callable {
            Callable::Functions(functions) => {
                let inner = CallSite { call: here.call, receiver: None, arguments: vec![given], site: here.site };
                Some(self.call_functions(&inner, functions))
            }
            Callable::Library(path) => {
                let (_, name) = path.as_str().rsplit_once("::")?;
                // A constant is no function.
                if name.starts_with(char::is_uppercase) {
                    return None;
                }
                let inner = CallSite { call: here.call, receiver: Some(given), arguments: Vec::new(), site: here.site };
                let name = Symbol::new(name);
                Some(self.library_method(&inner, name).unwrap_or_else(|| self.unknown_call(&inner, name)))
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------------- models

    fn apply(&mut self, here: &CallSite<'p>, model: &Model, name: Symbol) -> Value {
        let statement = self.statement_of(here, model);
        let closure = self.run_given_closures(here, model.closure, model.closure_type, statement.as_ref());
        let mut result: Option<Value> = None;
        for port in &model.same {
            let value = self.port_value(here, *port, closure.as_ref());
            match &mut result {
                Some(result) => result.join(&value),
                None => result = Some(value),
            }
        }
        let mut result = result.unwrap_or_default();
        for pass in &model.passes {
            self.pass(here, pass, closure.as_ref(), &mut result);
        }
        let silent = model.same.is_empty() && model.passes.is_empty();
        if let Some(effect) = model.effect {
            if silent {
                let inputs: Vec<Value> = here.receiver.iter().chain(&here.arguments).map(|given| given.value.clone()).collect();
                result = self.combined(&inputs);
                result.constant = false;
            }
            result = self.with_effect(result, Some(effect));
        }
        self.result_type(here, model, name, &mut result);
        self.result_text(here, model, &mut result);
        if let Some(statement) = statement.as_ref().filter(|_| model.query.is_some() && model.closure != ClosureInput::Row) {
            self.remember_statement(statement, &mut result, here.site);
        }
        if let Some(port) = model.column {
            self.name_column(here, port, &mut result);
        }
        if let Some(cleartext) = model.cleartext {
            let flag = Value::literal(Symbol::new(if cleartext { "clear" } else { "encrypted" }));
            result.set_member(Selector::Field(Symbol::new("#transport")), flag, false);
        }
        for category in &model.categories {
            self.add_category(here, *category, &mut result);
        }
        if let Some(sink) = &model.sink {
            self.sink(here, sink, statement.as_ref(), closure.as_ref(), name);
            if !sink.binds.is_empty() {
                result.forget_statement();
            }
        }
        if silent && model.effect.is_none() && model.sink.is_none() && model.query.is_none() {
            result.clean |= matches!(model.returns, Returns::Number | Returns::Boolean);
        }
        result
    }

    fn add_category(&mut self, here: &CallSite<'p>, category: Symbol, result: &mut Value) {
        if let Some(category) = self.solver.catalog().categories.find(category.as_str()) {
            let what = What::Source(Symbol::new("given by the library"));
            let trace = self.solver.traces.step(Trace::default(), here.site, what);
            let mark =
                Mark { origin: Origin::Category(category), effects: Effects::empty(), confidence: Confidence::High, trace };
            result.marks.add(mark);
        }
    }

    pub(super) fn givens<'h>(&self, here: &'h CallSite<'p>, root: Root) -> SmallVec<[&'h Given; 4]> {
        match root {
            Root::Receiver => here.receiver.iter().collect(),
            Root::Argument(at) => positional(here).nth(usize::from(at)).into_iter().collect(),
            // Keywords belong to the rest wherever they stand.
            Root::Arguments(from) => {
                let mut before = usize::from(from);
                let in_rest = |given: &&Given| {
                    let skipped = before > 0 && is_positional(given);
                    before -= usize::from(skipped);
                    !skipped
                };
                here.arguments.iter().filter(in_rest).collect()
            }
            Root::ArgumentOr(at, name) => positional(here)
                .nth(usize::from(at))
                .or_else(|| here.arguments.iter().find(|given| given.name == Some(name)))
                .into_iter()
                .collect(),
            Root::Keyword(name) => here.arguments.iter().filter(|given| given.name == Some(name)).collect(),
            Root::Closure | Root::Return => SmallVec::new(),
        }
    }

    pub(super) fn member_selector(&self, here: &CallSite<'p>, member: Member) -> Selector {
        selector_of(member, |at| self.key_of(here, at))
    }

    /// The text of an argument that names or numbers a member.
    pub(super) fn key_of(&self, here: &CallSite<'p>, at: u8) -> Option<Symbol> {
        let text = here.arguments.get(usize::from(at))?.value.text.constant();
        // A function that is treated as a method of its first argument is given one argument less than is written.
        let taken = here.call.arguments.len().checked_sub(here.arguments.len())?;
        text.or_else(|| match here.call.arguments.get(usize::from(at) + taken)?.value {
            Operand::Literal(number, _) => Some(number),
            _ => None,
        })
    }

    pub(super) fn port_value(&mut self, here: &CallSite<'p>, port: ModelPort, closure: Option<&Value>) -> Value {
        let mut value = match port.root {
            Root::Closure => closure.cloned().unwrap_or_default(),
            Root::Keyword(name) | Root::ArgumentOr(_, name) if self.givens(here, port.root).is_empty() => self.spread(here, name),
            root => {
                let all: SmallVec<[Value; 4]> = self.givens(here, root).iter().map(|given| given.value.clone()).collect();
                match all.as_slice() {
                    [only] => only.clone(),
                    several => self.combined(several),
                }
            }
        };
        let members =
            port.member.into_iter().chain(port.inner).filter(|member| !matches!(member, Member::Bind | Member::BindAt(_)));
        for member in members {
            let selector = self.member_selector(here, member);
            value = self.project(&value, selector, None, here.site);
        }
        value
    }

    /// What arguments that are spread hold under a keyword.
    pub(super) fn spread(&mut self, here: &CallSite<'p>, name: Symbol) -> Value {
        let all: SmallVec<[Value; 2]> =
            here.arguments.iter().filter(|given| given.spread).map(|given| given.value.clone()).collect();
        let mut found = Value::default();
        for value in all {
            if let Some(member) = value.member(Selector::Key(name)).or_else(|| value.member(Selector::Field(name))) {
                found.join(member);
            }
        }
        found
    }

    fn pass(&mut self, here: &CallSite<'p>, pass: &Pass, closure: Option<&Value>, result: &mut Value) {
        // Binding several arguments to placeholders keeps them apart.
        if let Some(Member::Bind) = pass.to.member {
            let given: Vec<(Option<Symbol>, Value)> =
                self.givens(here, pass.from.root).iter().map(|given| (given.name, given.value.clone())).collect();
            for (name, value) in given {
                let members: Vec<Value> = match (pass.from.member, &value.members) {
                    // A list of values, each for a placeholder of its own.
                    (Some(Member::Element), Some(members)) if members.keys().any(|key| *key != Selector::Element) => {
                        members.values().cloned().collect()
                    }
                    (Some(Member::Element), _) => vec![value.element()],
                    _ => vec![value],
                };
                for value in members {
                    match (name, pass.to.root) {
                        (Some(name), Root::Return) => {
                            let name = Symbol::new(&format!("{BIND}:{}", placeholder_name(name.as_str())));
                            result.set_member(Selector::Field(name), value, true);
                        }
                        _ => self.put(here, pass.to, value, result),
                    }
                }
            }
            return;
        }
        let value = self.port_value(here, pass.from, closure);
        let mut value = self.with_effect(value, pass.effect);
        if value.ty.declared().is_some() && pass.to.member.is_none() && pass.to.root == Root::Return {
            // The members of what is taken in are in the result, in another form.
            let marks = self.shown(&value, Show::Serialize, here.site);
            value = Value { marks, ..Value::default() };
        }
        self.put(here, pass.to, value, result);
    }

    fn put(&mut self, here: &CallSite<'p>, to: ModelPort, value: Value, result: &mut Value) {
        let bind = to.member.filter(|member| matches!(member, Member::Bind | Member::BindAt(_)));
        let selector = to.member.map(|member| self.member_selector(here, member));
        let inner = to.inner.map(|member| self.member_selector(here, member));
        match to.root {
            Root::Return => match selector {
                None => {
                    result.marks.merge(&value.all_marks().made_into(Show::Serialize));
                    result.consent |= value.consent;
                    result.keep_hidden(&value);
                }
                Some(selector) => {
                    let free = bind.and_then(|member| self.bind_selector(here, result, member));
                    let value = match inner {
                        Some(inner) => {
                            let mut member = Value::default();
                            member.set_member(inner, value, true);
                            member
                        }
                        None => value,
                    };
                    result.set_member(free.unwrap_or(selector), value, true);
                }
            },
            root => {
                let place = self.givens(here, root).first().and_then(|given| given.place.clone());
                let Some(place) = place else { return };
                let mut place = self.written_place(place);
                let free = match bind {
                    Some(member) => {
                        let whole = self.held(&place);
                        self.bind_selector(here, &whole, member)
                    }
                    None => None,
                };
                place.path.extend(free.or(selector));
                place.path.extend(inner);
                let value = if to.member.is_none() {
                    Value { ty: Ty::Unknown, text: Text::default(), ..value.flattened() }
                } else {
                    value
                };
                self.write(&place, value, true);
            }
        }
    }

    fn result_type(&mut self, here: &CallSite<'p>, model: &Model, name: Symbol, result: &mut Value) {
        match model.returns {
            Returns::Unknown => {}
            Returns::Receiver => {
                if let Some(receiver) = &here.receiver {
                    result.ty = receiver.value.ty.clone();
                }
            }
            Returns::TypeArgument => {
                if let Some(ty) = self.type_argument(here) {
                    result.ty = ty;
                }
            }
            Returns::TypeOfFirst => {
                result.ty = here.arguments.first().map(|given| given.value.ty.clone()).unwrap_or_default();
            }
            Returns::Owner => {
                let owner = name.as_str().rsplit_once("::").map(|(owner, _)| Symbol::new(owner));
                result.ty = owner.map_or(Ty::Unknown, Ty::Library);
            }
            Returns::Text => {
                if result.ty.declared().is_some() {
                    let marks = self.shown(result, Show::Display, here.site);
                    *result = Value { marks, ..Value::default() };
                }
                result.ty = Ty::Text;
            }
            Returns::Number => result.ty = Ty::Number,
            Returns::Boolean => result.ty = Ty::Boolean,
            Returns::Library(path) => {
                let path = path.as_str().split("::").map(Symbol::new).collect::<Vec<_>>();
                result.ty = match path.as_slice() {
                    [_] => self.type_of_path(&path),
                    _ => Ty::Library(crate::link::program::join(&path)),
                };
            }
        }
    }

    fn result_text(&mut self, here: &CallSite<'p>, model: &Model, result: &mut Value) {
        let receiver = here.receiver.as_ref().map(|given| given.value.text.clone()).unwrap_or_default();
        let arguments: Vec<Text> = here.arguments.iter().map(|given| given.value.text.clone()).collect();
        match model.text {
            None => {}
            Some(TextRule::Concat) => {
                result.text = Text::concat(std::iter::once(&receiver).filter(|_| here.receiver.is_some()).chain(&arguments));
            }
            Some(TextRule::Join) => {
                // An absolute address replaces the receiver's.
                let absolute = arguments.first().and_then(Text::constant).is_some_and(|text| text.as_str().contains("://"));
                result.text = match arguments.first() {
                    Some(only) if absolute => only.clone(),
                    _ => Text::concat(std::iter::once(&receiver).chain(&arguments)),
                };
            }
            Some(TextRule::Append) => self.append(here, model, &arguments, result),
            Some(TextRule::Setting) => {
                if let Some(name) = arguments.first().and_then(Text::constant) {
                    result.text = Text::part(Part::Setting(name));
                    result.ty = Ty::Text;
                    // The operator's own configuration.
                    result.marks = Marks::default();
                }
            }
        }
    }
}

/// Arguments without a keyword.
fn positional<'h>(here: &'h CallSite<'_>) -> impl Iterator<Item = &'h Given> {
    here.arguments.iter().filter(|given| is_positional(given))
}

fn is_positional(given: &Given) -> bool {
    given.name.is_none() && !given.spread
}

impl<'p> Evaluator<'_, 'p> {
    /// A text or statement that is built piece by piece goes on.
    fn append(&mut self, here: &CallSite<'p>, model: &Model, arguments: &[Text], result: &mut Value) {
        let Some(receiver) = &here.receiver else { return };
        let is_bound = model.passes.iter().any(|pass| matches!(pass.to.member, Some(Member::Bind | Member::BindAt(_))));
        let piece = if is_bound { Text::literal(Symbol::new(" ? ")) } else { arguments.first().cloned().unwrap_or_default() };
        let statement = receiver.value.hidden(Symbol::new(SQL)).cloned();
        let selector = statement.is_some().then(|| Selector::Field(Symbol::new(SQL)));
        let before = statement.map_or_else(|| receiver.value.text.clone(), |statement| statement.text);
        if before.is_unknown() {
            return;
        }
        let text = Text::concat([&before, &piece]);
        if let Some(place) = receiver.place.clone() {
            let place = self.written_place(place);
            let mut whole = self.held(&place);
            match selector {
                Some(selector) => {
                    let statement = Value { text: text.clone(), constant: true, ..Value::default() };
                    whole.set_member(selector, statement, false);
                }
                None => whole.text = text.clone(),
            }
            self.write(&place, whole, false);
            self.built_in = Some(place);
        }
        if let Some(selector) = selector {
            result.set_member(selector, Value { text, constant: true, ..Value::default() }, false);
        }
    }
}

impl Value {
    /// Takes over the members that only models know: a builder stays one through calls that nothing is known of.
    fn keep_hidden(&mut self, other: &Self) {
        for (selector, member) in other.members.clone().iter().flat_map(|members| members.iter()) {
            if matches!(selector, Selector::Field(name) if name.as_str().starts_with('#')) {
                self.set_member(*selector, member.clone(), true);
            }
        }
    }
}
