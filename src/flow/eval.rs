//! The abstract interpreter: runs one function's body over the domain, without deciding any condition.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::Channel;
use super::domain::{Mark, Marks, Origin, Port, Show, Value};
use super::environment::Environment;
use super::solve::Solver;
use super::source::type_ref;
use super::summary::{Leaf, MOST_FLOWS, MOST_LEAVES, Summary, add_leaf};
use super::text::{Part, Text};
use super::witness::Trace;
use crate::catalog::model::{Effects, SinkKind};
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::ir::{Base, Block, ClosureId, Function, FunctionRole, LocalId, Place, Rvalue, Selector, Stmt};
use crate::link::program::{FnId, Scope};
use crate::link::types::{Ty, lower};
use crate::source::{FileId, Site, Span};

/// Blocks nest this deep at most; front ends cut long before.
const DEEPEST_BLOCK: u32 = 200;
/// Loop bodies run this often before their state is taken as it is.
const LOOP_ROUNDS: u32 = 4;
/// Closures are entered this deep.
const CLOSURE_DEPTH: usize = 6;
/// Statements evaluated in one run of one function, loops and closures included.
const MOST_STEPS: u32 = 60_000;

/// Whether control reaches the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    Falls,
    Ends,
}

/// Evaluates one function.
pub(super) struct Evaluator<'e, 'p> {
    pub(super) solver: &'e mut Solver<'p>,
    pub(super) id: FnId,
    pub(super) file: FileId,
    pub(super) function: &'p Function,
    pub(super) scope: Scope<'p>,
    pub(super) language: Symbol,
    /// A path of names may start at a value that nothing declares.
    pub(super) free_names: bool,
    pub(super) summary: Summary,
    pub(super) env: Environment,
    /// Results of the function and of the closures entered.
    results: Vec<Option<Value>>,
    entered: Vec<ClosureId>,
    seen_closures: FxHashSet<ClosureId>,
    exits: FxHashMap<u8, Value>,
    /// Temporaries that are a builder which lives elsewhere.
    pub(super) lives_in: FxHashMap<LocalId, Place>,
    /// Where the builder lives that the call evaluated last gave.
    pub(super) built_in: Option<Place>,
    /// Parameters whose name says what they hold: a log of them is a finding here, not where they come from.
    named_parameters: SmallVec<[u8; 4]>,
    guards: u32,
    depth: u32,
    steps: u32,
    /// Formatters looked through inside one another.
    pub(super) formatters: u32,
    /// A limit was hit.
    pub(super) limited: bool,
}

impl<'e, 'p> Evaluator<'e, 'p> {
    /// Runs a function and gives its summary, and whether a limit was hit.
    pub(super) fn run(solver: &'e mut Solver<'p>, id: FnId) -> Option<(Summary, bool)> {
        let (file, function) = solver.program.function(id)?;
        let scope = solver.program.scope(id)?;
        let language = solver.program.language(file);
        let free_names = solver.program.has_free_names(file);
        let env = Environment { values: vec![Value::default(); function.locals.len()], log: Vec::new() };
        let mut evaluator = Evaluator {
            solver,
            id,
            file,
            function,
            scope,
            language,
            free_names,
            summary: Summary::default(),
            env,
            results: vec![None],
            entered: Vec::new(),
            seen_closures: FxHashSet::default(),
            exits: FxHashMap::default(),
            lives_in: FxHashMap::default(),
            built_in: None,
            named_parameters: SmallVec::new(),
            guards: 0,
            depth: 0,
            steps: 0,
            formatters: 0,
            limited: false,
        };
        evaluator.begin();
        if evaluator.block(&function.body) == Control::Falls {
            evaluator.leave();
        }
        evaluator.unseen_closures();
        Some(evaluator.finish())
    }

    fn parameters(&self) -> Vec<(u8, LocalId)> {
        let receiver = self.function.receiver.map(|local| (0, local));
        let others = self.function.parameters.iter().enumerate();
        // Ports number parameters with a byte; nobody follows values through the 256th.
        let others = others.filter_map(|(at, parameter)| Some((u8::try_from(at + 1).ok()?, parameter.local)));
        receiver.into_iter().chain(others).collect()
    }

    fn begin(&mut self) {
        for (at, local) in self.function.locals.iter().enumerate() {
            let ty = lower(self.solver.program, &self.scope, &local.ty);
            if ty != Ty::Unknown
                && let Some(slot) = self.env.values.get_mut(at)
            {
                slot.ty = ty;
            }
        }
        for (number, local) in self.parameters() {
            let declared = self.function.locals.get(local.index());
            let mut value = self.env.get(local).cloned().unwrap_or_default();
            if number == 0
                && let Some(owner) = self.scope.owner
                && let crate::link::types::Named::Program(id) = self.solver.program.type_named(&self.scope, &[owner])
            {
                value.ty = Ty::Program(id);
            }
            if number > 0 && self.is_handle(declared.and_then(|local| local.name), &value.ty) {
                self.env.set(local.index(), Value { impersonal: true, ..value });
                continue;
            }
            let port = Port { parameter: number, path: SmallVec::new(), show: Show::Plain };
            value.text = Text::part(Part::Port(port.clone()));
            value.marks = Marks::one(Mark {
                origin: Origin::Port(port),
                effects: Effects::empty(),
                confidence: Confidence::High,
                trace: Trace::default(),
            });
            if number > 0
                && self.function.role != FunctionRole::Macro
                && let Some(declared) = declared
                && let Some(name) = declared.name
                && self.may_be_named(&value.ty)
                && let Some(verdict) = self.named(name, Some(self.function.name), Some(&declared.ty), true)
            {
                let marks = self.marks_of(&verdict, self.site(declared.span), &format!("parameter {name}"));
                value.marks.merge(&marks);
                self.named_parameters.push(number);
            }
            self.env.set(local.index(), value);
        }
        self.env.log.clear();
    }

    /// Whether a bare name may say what a value of the type holds. A declared type says it itself, and so does a library type
    /// that models know.
    pub(super) fn may_be_named(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Boolean => false,
            Ty::Library(path) => self.solver.catalog().models.library_type(self.language, *path).is_none(),
            Ty::Program(id) => {
                let verdicts = self.solver.program.verdicts(*id);
                let fields = self.solver.program.declaration(*id).map_or(0, |(_, one)| one.fields.len());
                fields <= 1 && !verdicts.iter().any(Option::is_some)
            }
            Ty::List(inner) | Ty::Map(inner) => self.may_be_named(inner),
            _ => true,
        }
    }

    /// Values that parameters hold where the function is left.
    fn leave(&mut self) {
        if !self.entered.is_empty() {
            return;
        }
        for (number, local) in self.parameters() {
            if let Some(value) = self.env.get(local) {
                match self.exits.get_mut(&number) {
                    Some(known) => known.join(value),
                    None => {
                        self.exits.insert(number, value.clone());
                    }
                }
            }
        }
    }

    /// Closures that nothing was seen to call still run some time.
    fn unseen_closures(&mut self) {
        for at in 0..self.function.closures.len() {
            let id = ClosureId::from_index(at);
            if !self.seen_closures.contains(&id) {
                self.call_closure(id, &[]);
            }
        }
    }

    fn finish(mut self) -> (Summary, bool) {
        let declared = lower(self.solver.program, &self.scope, &self.function.result);
        let mut result = self.results.pop().flatten().unwrap_or_default();
        if declared != Ty::Unknown {
            result.ty = declared;
        }
        result.clean &= result.ty.declared().is_none();
        result.closures.clear();
        result.callable = None;
        self.summary.result = result;
        let mut exits: Vec<(u8, Value)> = std::mem::take(&mut self.exits).into_iter().collect();
        exits.sort_by_key(|(number, _)| *number);
        for (number, value) in exits {
            // What came in as it was is nothing written.
            let own =
                |mark: &Mark| matches!(&mark.origin, Origin::Port(port) if port.parameter == number && port.path.is_empty());
            let mut written = value;
            let named = self.named_parameters.contains(&number);
            written.marks = written.marks.filtered(|mark| !(own(mark) || named && matches!(mark.origin, Origin::Category(_))));
            written.text = Text::default();
            written.closures.clear();
            if !written.marks.is_empty() || written.members.is_some() {
                self.summary.written.push((number, written));
            }
        }
        (self.summary, self.limited)
    }

    pub(super) fn site(&self, span: Span) -> Site {
        Site { file: self.file, span }
    }

    pub(super) fn guarded(&self) -> bool {
        self.guards > 0
    }

    pub(super) fn in_test(&self) -> bool {
        self.solver.program.is_test(self.id)
    }

    // ------------------------------------------------------------------------------------------------------- statements

    fn block(&mut self, block: &'p Block) -> Control {
        if self.depth >= DEEPEST_BLOCK {
            self.limited = true;
            return Control::Falls;
        }
        self.depth += 1;
        let guards = self.guards;
        let mut control = Control::Falls;
        for statement in &block.0 {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.solver.is_spent(self.steps) {
                self.limited = true;
                break;
            }
            if self.statement(statement) == Control::Ends {
                control = Control::Ends;
                break;
            }
        }
        self.guards = guards;
        self.depth -= 1;
        control
    }

    fn statement(&mut self, statement: &'p Stmt) -> Control {
        match statement {
            Stmt::Assign { destination, value, span } => {
                let from_call = matches!(value, Rvalue::Call(_));
                self.built_in = None;
                let value = self.rvalue(value, *span);
                self.note_builder(destination);
                self.assign(destination, value, from_call);
                Control::Falls
            }
            Stmt::Branch { condition, arms, exhaustive, .. } => {
                let consent = condition.as_ref().is_some_and(|condition| self.operand(condition).consent);
                self.branch(arms, *exhaustive, consent)
            }
            Stmt::Loop { body, .. } => {
                self.iterate(body);
                Control::Falls
            }
            Stmt::Return { value, .. } => {
                let value = value.as_ref().map(|value| self.operand(value)).unwrap_or_else(Value::clean);
                match self.results.last_mut() {
                    Some(Some(known)) => known.join(&value),
                    Some(slot) => *slot = Some(value),
                    None => {}
                }
                self.leave();
                Control::Ends
            }
            Stmt::Throw { .. } => {
                self.leave();
                Control::Ends
            }
            // Whether the loop is left or goes on: what was written so far may be seen after it.
            Stmt::Leave => Control::Falls,
            Stmt::Try { body, handlers, finally } => {
                let ended = self.block(body);
                let handled =
                    if handlers.is_empty() { Control::Ends } else { self.branch(handlers, ended == Control::Ends, false) };
                let after = self.block(finally);
                if after == Control::Ends || (ended == Control::Ends && handled == Control::Ends) {
                    Control::Ends
                } else {
                    Control::Falls
                }
            }
        }
    }

    fn branch(&mut self, arms: &'p [Block], exhaustive: bool, consent: bool) -> Control {
        let start = self.env.log.len();
        let mut ends: Vec<BTreeMap<usize, Value>> = Vec::new();
        let mut left = false;
        self.guards += u32::from(consent);
        for arm in arms {
            let control = self.block(arm);
            let changes = self.env.take_changes(start);
            if control == Control::Falls {
                ends.push(changes);
            } else {
                left = true;
            }
        }
        self.guards -= u32::from(consent);
        if !exhaustive {
            ends.push(BTreeMap::new());
        }
        if ends.is_empty() {
            return Control::Ends;
        }
        // `if !agreed { return }` guards what follows in this block.
        self.guards += u32::from(consent && left);
        let changed: Vec<usize> = {
            let mut all: Vec<usize> = ends.iter().flat_map(|changes| changes.keys().copied()).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        for at in changed {
            let before = self.env.values.get(at).cloned().unwrap_or_default();
            let mut joined: Option<Value> = None;
            for changes in &ends {
                let value = changes.get(&at).unwrap_or(&before);
                match &mut joined {
                    Some(joined) => joined.join(value),
                    None => joined = Some(value.clone()),
                }
            }
            if let Some(value) = joined {
                self.env.set(at, value);
            }
        }
        Control::Falls
    }

    fn iterate(&mut self, body: &'p Block) {
        for round in 0..LOOP_ROUNDS {
            let start = self.env.log.len();
            self.block(body);
            let changes = self.env.take_changes(start);
            let mut grew = false;
            for (at, value) in changes {
                let before = self.env.values.get(at).cloned().unwrap_or_default();
                let mut joined = before.clone();
                joined.join(&value);
                // Text that grows with every round is not known.
                if round > 0 && joined.text != before.text {
                    joined.text = Text::default();
                }
                if joined != before {
                    grew = true;
                    self.env.set(at, joined);
                }
            }
            if !grew {
                return;
            }
        }
    }

    fn assign(&mut self, destination: &'p Place, mut value: Value, from_call: bool) {
        let Base::Local(local) = &destination.base else { return };
        let declared = self.function.locals.get(local.index());
        if destination.path.is_empty() {
            if let Some(declared) = declared {
                let ty = lower(self.solver.program, &self.scope, &declared.ty);
                if ty != Ty::Unknown {
                    value.ty = ty;
                }
                if let Some(name) = declared.name {
                    self.name_local(&mut value, name, declared.span, from_call);
                }
            }
            self.env.set(local.index(), value);
            return;
        }
        self.note_field(destination, &value);
        self.write(destination, value, false);
    }

    /// A local's own name tells what it holds where its value does not.
    fn name_local(&mut self, value: &mut Value, name: Symbol, span: Span, from_call: bool) {
        if self.is_consent(name) {
            value.consent = true;
        }
        if from_call
            && value.marks.has_category()
            && let Some(effect) = self.effect_by_name(name)
        {
            *value = self.with_effect(value.clone(), Some(effect));
            return;
        }
        if !value.says_nothing() || value.impersonal || !self.may_be_named(&value.ty) || !value.closures.is_empty() {
            return;
        }
        if self.is_wide_row(value) {
            return;
        }
        let shape = type_ref(&value.ty);
        let Some(verdict) = self.named(name, None, shape.as_ref(), true) else { return };
        if value.constant
            && !(verdict.confidence >= Confidence::Medium && value.text.constant().is_some_and(|text| is_sample(text, name)))
        {
            return;
        }
        let marks = self.marks_of(&verdict, self.site(span), &format!("variable {name}"));
        value.marks.merge(&marks);
    }

    /// The key of an entry tells what it holds where its value does not: `{ email: input.value }`.
    pub(super) fn name_entry(&mut self, value: &mut Value, name: Symbol, span: Span) {
        // Samples in tests are nobody's, and names of headers have a place of their own.
        if self.in_test() || name.as_str().contains('-') {
            return;
        }
        if !value.says_nothing() || value.impersonal || !self.may_be_named(&value.ty) || !value.closures.is_empty() {
            return;
        }
        if value.clean || value.callable.is_some() || value.members.is_some() {
            return;
        }
        // A constant under such a key is mostly a caption or a message.
        let told = |text: Symbol| text.as_str().contains('@') && is_sample(text, name);
        if value.constant && !value.text.constant().is_some_and(told) {
            return;
        }
        let shape = type_ref(&value.ty);
        let Some(verdict) = self.named(name, None, shape.as_ref(), false) else { return };
        let marks = self.marks_of(&verdict, self.site(span), &format!("entry {name}"));
        value.marks.merge(&marks);
    }

    /// Whether a name says that the person agreed to something.
    pub(super) fn is_consent(&self, name: Symbol) -> bool {
        self.solver.hints(name).consent
    }

    /// Notes that a temporary is the builder that the call before gave.
    fn note_builder(&mut self, destination: &Place) {
        let (Base::Local(local), Some(place)) = (&destination.base, self.built_in.take()) else { return };
        let named = self.function.locals.get(local.index()).is_some_and(|local| local.name.is_some());
        if destination.path.is_empty() && !named {
            self.lives_in.insert(*local, place);
        }
    }

    /// The place that a builder lives in whose method gave the value at a place: `list.push(a).push(b)` writes to `list` twice.
    pub(super) fn written_place(&self, place: Place) -> Place {
        match (&place.base, place.path.is_empty()) {
            (Base::Local(local), true) => self.lives_in.get(local).cloned().unwrap_or(place),
            _ => place,
        }
    }

    /// What a place holds as it is.
    pub(super) fn held(&self, place: &Place) -> Value {
        let Base::Local(local) = place.base else { return Value::default() };
        let mut value = self.env.get(local).cloned().unwrap_or_default();
        for selector in &place.path {
            value = value.member(*selector).cloned().unwrap_or_default();
        }
        value
    }

    /// Writes through a place.
    pub(super) fn write(&mut self, place: &Place, value: Value, add: bool) {
        let Base::Local(local) = place.base else { return };
        let Some(mut whole) = self.env.get(local).cloned() else { return };
        let name = self.function.locals.get(local.index()).and_then(|local| local.name);
        if add && place.path.is_empty() && self.is_handle(name, &whole.ty) {
            return;
        }
        if place.path.is_empty() && !add {
            whole = value;
        } else {
            whole.write(&place.path, value, add);
        }
        self.env.set(local.index(), whole);
    }

    /// Texts put into fields of the program's types, for endpoints made of them elsewhere, and the types of what is put there.
    fn note_field(&mut self, place: &Place, value: &Value) {
        let Some((Selector::Field(name), before)) = place.path.split_last() else { return };
        if value.text.is_unknown() && value.ty == Ty::Unknown {
            return;
        }
        let holder = Place { base: place.base.clone(), path: before.iter().copied().collect() };
        if let Ty::Program(id) = self.read(&holder, Span::default()).ty {
            self.put_field_text(id, *name, &value.text);
            if let Some(field) = self.solver.program.field(id, None, *name)
                && field.ty == Ty::Unknown
            {
                self.solver.add_field_type(field.owner, *name, &value.ty);
            }
        }
    }

    pub(super) fn put_field_text(&mut self, id: crate::link::program::TypeId, name: Symbol, text: &Text) {
        let id = self.solver.program.field(id, None, name).map_or(id, |field| field.owner);
        if text.is_unknown() || *text == Text::part(Part::Field(id, name)) {
            return;
        }
        if text.has_ports() {
            let entry = (id, name, text.clone());
            if !self.summary.field_texts.contains(&entry) && self.summary.field_texts.len() < 64 {
                self.summary.field_texts.push(entry);
            }
        } else {
            self.solver.add_field_text(id, name, text);
        }
    }

    // --------------------------------------------------------------------------------------------------------- closures

    /// Runs a closure with arguments; gives its result. Parameters beyond the arguments are unknown.
    pub(super) fn call_closure(&mut self, id: ClosureId, arguments: &[Value]) -> Value {
        let Some(closure) = self.function.closures.get(id.index()) else { return Value::default() };
        self.seen_closures.insert(id);
        if self.entered.len() >= CLOSURE_DEPTH || self.entered.contains(&id) {
            return self.combined(arguments);
        }
        self.entered.push(id);
        for (at, local) in closure.parameters.iter().enumerate() {
            let mut value = arguments.get(at).cloned().unwrap_or_default();
            if let Some(declared) = self.function.locals.get(local.index()) {
                let ty = lower(self.solver.program, &self.scope, &declared.ty);
                if ty != Ty::Unknown {
                    value.ty = ty;
                }
                if let Some(name) = declared.name {
                    self.name_local(&mut value, name, declared.span, false);
                }
            }
            self.env.set(local.index(), value);
        }
        self.results.push(None);
        self.block(&closure.body);
        let result = self.results.pop().flatten().unwrap_or_else(Value::clean);
        self.entered.pop();
        result
    }

    // ------------------------------------------------------------------------------------------------------------ leaves

    /// Notes a sink: what it carries itself is a flow of this function, what callers decide goes up to them.
    pub(super) fn leaf(&mut self, leaf: Leaf) {
        let open = leaf.endpoint.as_ref().is_some_and(Text::has_ports);
        let is_log = leaf.kind == SinkKind::Log;
        if open {
            // The caller's part of the address tells the recipient: the whole sink is judged there.
            if let Some(own) = leaf.keeping(|origin| matches!(origin, Origin::Category(_))) {
                self.limited |= !add_leaf(&mut self.summary.flows, own, MOST_FLOWS);
            }
            self.limited |= !add_leaf(&mut self.summary.leaves, leaf, MOST_LEAVES);
            return;
        }
        if let Some(own) = leaf.keeping(|origin| matches!(origin, Origin::Category(_))) {
            self.limited |= !add_leaf(&mut self.summary.flows, own, MOST_FLOWS);
        }
        let named = self.named_parameters.clone();
        let up = leaf.keeping(|origin| match origin {
            Origin::Category(_) => false,
            Origin::Port(port) => !(is_log && named.contains(&port.parameter)),
        });
        if let Some(up) = up {
            self.limited |= !add_leaf(&mut self.summary.leaves, up, MOST_LEAVES);
        }
    }

    /// A closure that the caller gave is called.
    pub(super) fn closure_port_called(&mut self, port: Port, arguments: Vec<Value>) {
        let entry = (port, arguments);
        if !self.summary.calls.contains(&entry) && self.summary.calls.len() < 16 {
            self.summary.calls.push(entry);
        }
    }

    /// Parts of a leaf from values.
    pub(super) fn parts(&mut self, values: Vec<(Channel, Marks)>) -> Vec<(Channel, Marks)> {
        let mut parts: Vec<(Channel, Marks)> = Vec::new();
        for (channel, marks) in values {
            if marks.is_empty() {
                continue;
            }
            match parts.iter_mut().find(|(known, _)| *known == channel) {
                Some((_, known)) => known.merge(&marks),
                None => parts.push((channel, marks)),
            }
        }
        parts.sort_by_key(|(channel, _)| *channel);
        parts
    }
}

/// Whether a constant looks like a value of what its variable is named for, rather than a name or message about it.
fn is_sample(text: Symbol, name: Symbol) -> bool {
    let text = text.as_str();
    let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (value, own) = (plain(text), plain(name.as_str()));
    !value.is_empty()
        && text.len() <= 64
        && !text.contains(['{', '}', '<', '>', '/', '$', '_', ' '])
        && !own.contains(&value)
        && !value.contains(&own)
}
