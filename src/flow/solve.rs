//! The solver: one summary a function, callees first, recursion to a fixpoint.
//!
//! Summaries are computed on demand. A call of a function that is being evaluated uses what is known of it so far and is noted;
//! when a summary changes, its callers run again. Each function runs a bounded number of times, then its last summary stands
//! and the function is listed among those whose analysis hit a limit. Order and bounds are counts: no clock, no threads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::domain::{Show, Value};
use super::eval::Evaluator;
use super::hints::Hints;
use super::shown::Shown;
use super::statement::Statement;
use super::summary::{Leaf, Summary};
use super::text::Text;
use super::witness::Traces;
use crate::catalog::Catalog;
use crate::classify::{Classifier, Verdict};
use crate::index::Symbol;
use crate::ir::{Block, Callee, Function, FunctionRole, Rvalue, Stmt, TypeShape};
use crate::link::Program;
use crate::link::program::{FnId, GlobalId, TypeId};
use crate::link::types::{Ty, lower};
use crate::source::FileId;

/// Runs of one function.
const MOST_RUNS: u8 = 6;
/// Statements evaluated in all for each statement of the program: with it, cost grows with the program and no faster. Past it,
/// every function still gets [`LAST_STEPS`], and none runs again.
const STEPS_A_STATEMENT: u64 = 8;
/// What a small program gets at least.
const LEAST_STEPS: u64 = 500_000;
/// Steps of witnesses in all for each statement of the program, and what a small program gets at least.
const TRACE_STEPS_A_STATEMENT: u64 = 150;
const LEAST_TRACE_STEPS: u64 = 8_000_000;
/// Statements of one function after the common budget is spent.
const LAST_STEPS: u32 = 500;
/// Functions evaluated inside one another; deeper calls wait for the next round.
const DEEPEST_CALL: u32 = 80;

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    New,
    Running,
    Done,
}

#[derive(Default)]
struct Entry {
    state: State,
    summary: Arc<Summary>,
    runs: u8,
    callers: BTreeSet<FnId>,
    limited: bool,
}

/// Names that were classified: name, container, type, bare.
type NameKey = (Symbol, Option<Symbol>, Option<(Symbol, std::mem::Discriminant<TypeShape>)>, bool);

/// What is shown of a type: the type, its variant, the way, the depth.
pub(super) type ShownKey = (TypeId, Option<Symbol>, Show, u32);

/// The state of a run.
pub(super) struct Solver<'p> {
    pub(super) program: &'p Program<'p>,
    pub(super) classifier: Classifier<'p>,
    pub(super) traces: Traces,
    pub(super) named: FxHashMap<NameKey, Option<Verdict>>,
    hints: RefCell<FxHashMap<Symbol, Hints>>,
    /// What is shown of every value of a type: type, variant, way, depth.
    pub(super) shown: FxHashMap<ShownKey, Arc<[Shown]>>,
    /// Statements of databases by their text.
    pub(super) statements: FxHashMap<Symbol, Option<Arc<Statement>>>,
    catalog: &'p Catalog,
    entries: Vec<Entry>,
    stale: BTreeSet<FnId>,
    depth: u32,
    /// Statements that may still be evaluated in all.
    steps_left: u64,
    most_trace_steps: u64,
    field_texts: BTreeMap<(TypeId, Symbol), Text>,
    /// What is put into fields that are declared without a type; `None` where it is of several.
    field_types: FxHashMap<(TypeId, Symbol), Option<Ty>>,
    globals: FxHashMap<GlobalId, Value>,
    wrappers: FxHashMap<FnId, bool>,
    /// Whether every call of a function by another is under a consent guard.
    calls: BTreeMap<(FnId, FnId), bool>,
}

impl<'p> Solver<'p> {
    pub(super) fn new(catalog: &'p Catalog, program: &'p Program<'p>) -> Self {
        Self {
            program,
            classifier: Classifier::new(catalog),
            traces: Traces::default(),
            named: FxHashMap::default(),
            hints: RefCell::default(),
            shown: FxHashMap::default(),
            statements: FxHashMap::default(),
            catalog,
            entries: std::iter::repeat_with(Entry::default).take(program.function_count()).collect(),
            stale: BTreeSet::new(),
            depth: 0,
            steps_left: LEAST_STEPS.max(program.statement_count() * STEPS_A_STATEMENT),
            most_trace_steps: LEAST_TRACE_STEPS.max(program.statement_count() * TRACE_STEPS_A_STATEMENT),
            field_texts: BTreeMap::new(),
            field_types: FxHashMap::default(),
            globals: FxHashMap::default(),
            wrappers: FxHashMap::default(),
            calls: BTreeMap::new(),
        }
    }

    /// What the rules say of a name by itself.
    pub(super) fn hints(&self, name: Symbol) -> Hints {
        *self.hints.borrow_mut().entry(name).or_insert_with(|| Hints::of(self.catalog.models.names(), name))
    }

    pub(super) fn catalog(&self) -> &'p Catalog {
        self.catalog
    }

    /// Evaluates the whole program.
    pub(super) fn run(&mut self) {
        // What makes values first: it tells what fields hold.
        let makes = |at: &usize| self.program.function(FnId::from_index(*at)).is_some_and(|(_, function)| makes_values(function));
        // Tests last: they may use up what there is to spend.
        let tests = |at: &usize| self.program.is_test(FnId::from_index(*at));
        let (last, then): (Vec<usize>, Vec<usize>) = (0..self.entries.len()).partition(tests);
        let first: Vec<usize> = then.iter().copied().filter(makes).collect();
        for at in first.into_iter().chain(then).chain(last) {
            self.evaluate(FnId::from_index(at));
        }
        while let Some(id) = self.stale.pop_first() {
            let exhausted = self.is_exhausted();
            if let Some(entry) = self.entries.get_mut(id.index()) {
                if entry.runs >= MOST_RUNS || self.steps_left == 0 || exhausted {
                    entry.limited = true;
                    continue;
                }
                entry.state = State::New;
            }
            self.evaluate(id);
        }
    }

    fn evaluate(&mut self, id: FnId) {
        let Some(entry) = self.entries.get_mut(id.index()) else { return };
        if entry.state != State::New {
            return;
        }
        entry.state = State::Running;
        entry.runs += 1;
        self.depth += 1;
        let result = Evaluator::run(self, id);
        self.depth -= 1;
        let Some(entry) = self.entries.get_mut(id.index()) else { return };
        entry.state = State::Done;
        self.stale.remove(&id);
        let Some((summary, limited)) = result else { return };
        entry.limited |= limited;
        if *entry.summary != summary {
            entry.summary = Arc::new(summary);
            if self.program.function(id).is_some_and(|(_, function)| function.role.shows()) {
                self.shown.clear();
            }
            // Those that saw the old summary run again. Those that wait for this one are not among them yet.
            let callers = entry.callers.clone();
            for caller in callers {
                if self.entries.get(caller.index()).is_some_and(|entry| entry.state == State::Done) || caller == id {
                    self.stale.insert(caller);
                }
            }
        } else {
            entry.summary = Arc::new(summary);
        }
    }

    /// Whether following values through calls has cost what a program of this size may cost: from then on a call is one of
    /// unknown code, and what goes in may come out.
    pub(super) fn is_exhausted(&self) -> bool {
        self.traces.taken > self.most_trace_steps
    }

    /// Counts a step of a function that has made so many; whether it has to stop because all are spent.
    pub(super) fn is_spent(&mut self, steps: u32) -> bool {
        self.steps_left = self.steps_left.saturating_sub(1);
        self.steps_left == 0 && steps > LAST_STEPS
    }

    /// The summary of a callee, computed first where that is possible.
    pub(super) fn summary(&mut self, id: FnId, caller: FnId) -> Arc<Summary> {
        let Some(entry) = self.entries.get_mut(id.index()) else { return Arc::default() };
        let state = entry.state;
        match state {
            State::New if self.depth < DEEPEST_CALL => self.evaluate(id),
            // What is used now is not final: the caller runs again.
            State::New | State::Running => {
                self.stale.insert(caller);
            }
            State::Done => {}
        }
        let Some(entry) = self.entries.get_mut(id.index()) else { return Arc::default() };
        entry.callers.insert(caller);
        Arc::clone(&entry.summary)
    }

    /// Notes that one function calls another.
    pub(super) fn note_call(&mut self, caller: FnId, callee: FnId, guarded: bool) {
        let known = self.calls.entry((callee, caller)).or_insert(true);
        *known &= guarded;
    }

    /// Whether a function does little but hand on what it is given: a macro, or a body with next to no calls besides macros.
    pub(super) fn is_wrapper(&mut self, id: FnId) -> bool {
        if let Some(known) = self.wrappers.get(&id) {
            return *known;
        }
        let Some((_, function)) = self.program.function(id) else { return false };
        let wraps = function.role == FunctionRole::Macro || {
            let bodies = std::iter::once(&function.body).chain(function.closures.iter().map(|closure| &closure.body));
            bodies.map(|body| calls_in(body, 0)).sum::<usize>() <= CALLS_OF_A_WRAPPER
        };
        self.wrappers.insert(id, wraps);
        wraps
    }

    /// The value of a global.
    pub(super) fn global(&mut self, id: GlobalId, caller: FnId) -> Value {
        if let Some(known) = self.globals.get(&id) {
            return known.clone();
        }
        let Some((file, global)) = self.program.global(id) else { return Value::default() };
        let module = global.path.split_last().map_or(&[][..], |(_, module)| module);
        let scope = crate::link::program::Scope { file, module, owner: None };
        let ty = lower(self.program, &scope, &global.ty);
        let mut value = match global.initializer.and_then(|function| self.program.function_id(file, function)) {
            Some(function) if function != caller => {
                let summary = self.summary(function, caller);
                let mut value = summary.result.clone();
                // Its closures are its own function's.
                value.closures.clear();
                value
            }
            _ => Value::default(),
        };
        if ty != Ty::Unknown && !matches!(ty, Ty::Library(_) if value.ty != Ty::Unknown) {
            value.ty = ty;
        }
        // A constant's name does not make it personal data.
        if value.marks.is_empty() && !value.has_category() && value.ty.declared().is_none() {
            value.constant = value.text.constant().is_some();
            value.clean = !value.constant;
        }
        let done = global.initializer.and_then(|function| self.program.function_id(file, function));
        if done.is_none_or(|function| self.entries.get(function.index()).is_some_and(|entry| entry.state == State::Done)) {
            self.globals.insert(id, value.clone());
        }
        value
    }

    /// A text that some code puts into a field of a declared type.
    pub(super) fn add_field_text(&mut self, ty: TypeId, field: Symbol, text: &Text) {
        let known = self.field_texts.entry((ty, field)).or_default();
        *known = known.join(text);
    }

    /// The type of what some code puts into a field that is declared without one.
    pub(super) fn add_field_type(&mut self, ty: TypeId, field: Symbol, of: &Ty) {
        if *of == Ty::Unknown {
            return;
        }
        let known = self.field_types.entry((ty, field)).or_insert_with(|| Some(of.clone()));
        if known.as_ref().is_some_and(|known| known != of) {
            *known = None;
        }
    }

    /// The type of what all code puts into a field that is declared without one.
    pub(super) fn field_type(&self, ty: TypeId, field: Symbol) -> Ty {
        self.field_types.get(&(ty, field)).cloned().flatten().unwrap_or_default()
    }

    /// What all code puts into a field.
    pub(super) fn field_text(&self, ty: TypeId, field: Symbol) -> Option<&Text> {
        self.field_texts.get(&(ty, field))
    }

    /// Sinks that functions fill by themselves, with the functions.
    pub(super) fn flows(&self) -> impl Iterator<Item = (FnId, &Leaf)> {
        self.entries
            .iter()
            .enumerate()
            .flat_map(|(at, entry)| entry.summary.flows.iter().map(move |leaf| (FnId::from_index(at), leaf)))
    }

    /// Functions of which each call stands under a consent guard, directly or through all callers.
    pub(super) fn guarded_functions(&self) -> BTreeSet<FnId> {
        let mut callers: BTreeMap<FnId, Vec<(FnId, bool)>> = BTreeMap::new();
        for ((callee, caller), guarded) in &self.calls {
            if callee != caller {
                callers.entry(*callee).or_default().push((*caller, *guarded));
            }
        }
        // From all that have callers down to those that hold: a recursive group without a guard outside keeps none inside.
        let mut guarded: BTreeSet<FnId> = BTreeSet::new();
        loop {
            let more: Vec<FnId> = callers
                .iter()
                .filter(|(callee, calls)| {
                    !guarded.contains(callee) && calls.iter().all(|(caller, own)| *own || guarded.contains(caller))
                })
                .map(|(callee, _)| *callee)
                .collect();
            if more.is_empty() {
                return guarded;
            }
            guarded.extend(more);
        }
    }

    /// Functions whose analysis hit a limit.
    pub(super) fn limits_hit(&self) -> Vec<(FileId, Symbol)> {
        let mut all: Vec<(FileId, Symbol)> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.limited)
            .filter_map(|(at, _)| self.program.function(FnId::from_index(at)))
            .filter(|(_, function)| function.role != FunctionRole::Initializer)
            .map(|(file, function)| (file, function.name))
            .collect();
        all.sort();
        all
    }
}

/// Whether a function puts initial values into fields.
fn makes_values(function: &Function) -> bool {
    function.role == FunctionRole::Constructor && function.receiver.is_some() || function.name.as_str().starts_with('(')
}

/// Calls besides macros that a function may have and still count as a wrapper of what it logs.
const CALLS_OF_A_WRAPPER: usize = 4;
/// Blocks are looked into this deep.
const LOOK_DEPTH: u32 = 32;

fn calls_in(block: &Block, depth: u32) -> usize {
    if depth >= LOOK_DEPTH {
        return 0;
    }
    let inner = |block: &Block| calls_in(block, depth + 1);
    let of = |statement: &Stmt| match statement {
        Stmt::Assign { value: Rvalue::Call(call), .. } => usize::from(!matches!(call.callee, Callee::Macro(_))),
        Stmt::Branch { arms, .. } => arms.iter().map(inner).sum(),
        Stmt::Loop { body, .. } => inner(body),
        Stmt::Try { body, handlers, finally } => inner(body) + handlers.iter().map(inner).sum::<usize>() + inner(finally),
        _ => 0,
    };
    block.0.iter().map(of).sum()
}
