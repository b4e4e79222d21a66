//! Calls in code that remove something through a model: `diesel::delete(users)`, `user.delete(conn)`, `prisma.user.delete(...)`, and
//! functions that are named so.
//!
//! Which table a call is about is not known here: each name that the call mentions becomes a fact, and `link` keeps those that are
//! names of tables. That is generous on purpose: it keeps absence from being claimed where something is.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use crate::catalog::Catalog;
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct, StorageFact};
use crate::ir::{
    AggregateKind, Base, Block, Call, Callee, Function, Operand, Place, Rvalue, Selector, Stmt, TextPart, TypeShape, Unit,
};
use crate::source::Span;

/// Names that a value was made from; further ones are dropped.
type Mentions = SmallVec<[Symbol; 4]>;
const MOST: usize = 8;

/// Adds the calls and functions of a file that delete.
pub(super) fn of_code(catalog: &Catalog, unit: &Unit, facts: &mut Vec<StorageFact>) {
    for function in unit.functions.iter().filter(|function| !function.in_test) {
        if let Some(words) = catalog.storage.deleted_by(function.name.as_str()) {
            let mut names = Mentions::new();
            add(&mut names, object(&words));
            // `impl User { fn delete(&self) }`; a repository's `delete_by_id` belongs to what it is the repository of.
            add(&mut names, function.owner.filter(|_| object(&words).is_none()));
            let owner = function.owner.map(|owner| format!("{owner}::")).unwrap_or_default();
            push(facts, &names, false, &format!("function `{owner}{}`", function.name), function.span);
        }
        if mentions_deletion(catalog, function) {
            Walk { catalog, function, made_of: vec![Mentions::new(); function.locals.len()], paths: FxHashSet::default(), facts }
                .run();
        }
    }
}

fn push(facts: &mut Vec<StorageFact>, names: &[Symbol], argument: bool, detail: &str, span: Span) {
    let detail = Symbol::new(detail);
    facts.extend(names.iter().map(|name| StorageFact {
        table: *name,
        column: None,
        act: StorageAct::DeleteCall { argument },
        days: None,
        runs: Runs::OnDemand,
        detail,
        span,
    }));
}

fn add(names: &mut Mentions, name: Option<Symbol>) {
    if let Some(name) = name
        && names.len() < MOST
        && !name.as_str().is_empty()
        && !names.contains(&name)
    {
        names.push(name);
    }
}

/// What the words after the verb name: `user` of `delete_user_by_id`, `sessions` of `delete_all_expired_sessions`.
fn object(words: &[String]) -> Option<Symbol> {
    const BEFORE: &[&str] = &["all", "the", "old", "expired", "inactive", "stale", "many", "one", "first", "soft"];
    const AFTER: &[&str] = &[
        "by", "for", "from", "with", "where", "in", "and", "if", "of", "older", "before", "after", "to", "on", "data", "record",
        "records",
    ];
    let first = words.iter().position(|word| !BEFORE.contains(&word.as_str()))?;
    let rest = words.get(first..)?;
    let end = rest.iter().position(|word| AFTER.contains(&word.as_str())).unwrap_or(rest.len());
    rest.get(..end).filter(|rest| !rest.is_empty()).map(|rest| Symbol::new(&rest.join("_")))
}

/// Statements of a function, closures included, in order.
fn each(function: &Function, mut visit: impl FnMut(&Stmt)) {
    // In the order of the source: closures stand before the calls they are given to, as they name locals only.
    let blocks = function.closures.iter().map(|closure| &closure.body).chain([&function.body]);
    for block in blocks {
        let mut open: Vec<std::slice::Iter<'_, Stmt>> = vec![block.0.iter()];
        while let Some(top) = open.last_mut() {
            let Some(stmt) = top.next() else {
                open.pop();
                continue;
            };
            visit(stmt);
            let inner: Vec<&Block> = match stmt {
                Stmt::Branch { arms, .. } => arms.iter().collect(),
                Stmt::Loop { body, .. } => vec![body],
                Stmt::Try { body, handlers, finally } => [body].into_iter().chain(handlers).chain([finally]).collect(),
                _ => continue,
            };
            open.extend(inner.into_iter().rev().map(|block| block.0.iter()));
        }
    }
}

fn called(call: &Call) -> Option<Symbol> {
    match &call.callee {
        Callee::Path(path) => path.last().copied(),
        Callee::Method { name, .. } => Some(*name),
        Callee::Macro(_) | Callee::Value(_) => None,
    }
}

/// Whether any call of the function deletes, so that the names need to be followed.
fn mentions_deletion(catalog: &Catalog, function: &Function) -> bool {
    let mut found = false;
    each(function, |stmt| {
        if let Stmt::Assign { value: Rvalue::Call(call), .. } = stmt {
            found |= called(call).is_some_and(|name| catalog.storage.deleted_by(name.as_str()).is_some());
        }
    });
    found
}

struct Walk<'a> {
    catalog: &'a Catalog,
    function: &'a Function,
    /// For each local the names its value was made from.
    made_of: Vec<Mentions>,
    /// Locals that hold a text put together with a `/` in it.
    paths: FxHashSet<usize>,
    facts: &'a mut Vec<StorageFact>,
}

impl Walk<'_> {
    fn run(mut self) {
        let function = self.function;
        each(function, |stmt| {
            if let Stmt::Assign { destination, value, .. } = stmt {
                let names = self.value(value);
                let is_path = |part: &TextPart| matches!(part, TextPart::Text(text) if text.as_str().contains('/'));
                if let (Base::Local(local), Rvalue::Format(parts)) = (&destination.base, value)
                    && parts.iter().any(is_path)
                {
                    self.paths.insert(local.index());
                }
                if let Base::Local(local) = destination.base
                    && let Some(slot) = self.made_of.get_mut(local.index())
                {
                    names.iter().for_each(|name| add(slot, Some(*name)));
                }
            }
        });
    }

    fn value(&mut self, value: &Rvalue) -> Mentions {
        let mut names = Mentions::new();
        match value {
            Rvalue::Use(operand) | Rvalue::Cast(operand, _) => self.operand(operand, &mut names),
            Rvalue::Choice(operands) | Rvalue::Opaque { operands, .. } => {
                operands.iter().for_each(|one| self.operand(one, &mut names))
            }
            Rvalue::Aggregate { kind, members, .. } => {
                if let AggregateKind::Named(path) = kind {
                    add(&mut names, path.last().copied());
                }
                members.iter().for_each(|(_, one)| self.operand(one, &mut names));
            }
            Rvalue::Call(call) => self.call(call, &mut names),
            Rvalue::Format(_) | Rvalue::Test(_) | Rvalue::Compute(_) => {}
        }
        names
    }

    fn operand(&self, operand: &Operand, names: &mut Mentions) {
        if let Operand::Place(place, _) = operand {
            self.place(place, names);
        }
    }

    fn place(&self, place: &Place, names: &mut Mentions) {
        // The last field is what is spoken of: `prisma.user`, `self.sessions`.
        for selector in place.path.iter().rev() {
            if let Selector::Field(name) = selector {
                add(names, Some(*name));
                break;
            }
        }
        match &place.base {
            Base::Global(path) => path.iter().rev().take(3).for_each(|name| add(names, Some(*name))),
            Base::Local(local) => {
                if let Some(local) = self.function.locals.get(local.index()) {
                    match &local.ty.peel().shape {
                        TypeShape::Unknown => add(names, local.name),
                        TypeShape::Named(path, _) => add(names, path.last().copied()),
                        _ => {}
                    }
                }
                self.made_of.get(local.index()).into_iter().flatten().for_each(|name| add(names, Some(*name)));
            }
        }
    }

    /// What a call's result is made of: its receiver, or the type it is called on, and only then its arguments.
    fn call(&mut self, call: &Call, names: &mut Mentions) {
        match &call.callee {
            Callee::Path(path) => path.iter().rev().skip(1).take(2).for_each(|name| add(names, Some(*name))),
            Callee::Method { receiver, .. } => self.operand(receiver, names),
            Callee::Macro(_) | Callee::Value(_) => {}
        }
        let mut arguments = Mentions::new();
        for argument in &call.arguments {
            self.operand(&argument.value, &mut arguments);
        }
        if let Some(name) = called(call)
            && let Some(words) = self.catalog.storage.deleted_by(name.as_str())
            && !self.is_request(call)
        {
            let detail = format!("call of `{name}`");
            match object(&words) {
                Some(object) => push(self.facts, &[object], false, &detail, call.name_span),
                None => {
                    push(self.facts, names, false, &detail, call.name_span);
                    push(self.facts, &arguments, true, &detail, call.name_span);
                }
            }
        }
        if !matches!(call.callee, Callee::Method { .. }) || names.is_empty() {
            arguments.iter().for_each(|name| add(names, Some(*name)));
        }
    }

    /// `client.delete("/users/1")` sends a request, and `files.delete(path)` removes a file.
    fn is_request(&self, call: &Call) -> bool {
        call.arguments.iter().any(|argument| match &argument.value {
            Operand::Text(text, _) => text.as_str().contains('/'),
            Operand::Place(place, _) => {
                let name = match (place.path.last(), &place.base) {
                    (Some(Selector::Field(name)), _) => Some(*name),
                    (_, Base::Local(local)) => self.function.locals.get(local.index()).and_then(|local| local.name),
                    _ => None,
                };
                name.is_some_and(|name| self.catalog.storage.is_address(name.as_str()))
                    || matches!(place.base, Base::Local(local) if self.paths.contains(&local.index()))
            }
            _ => false,
        })
    }
}
