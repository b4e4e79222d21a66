//! What the name of a call tells where nothing else does.

use smallvec::SmallVec;

use super::call::CallSite;
use super::domain::Value;
use super::eval::Evaluator;
use super::source::type_ref;
use crate::catalog::model::{name_matches, snake_case};
use crate::index::Symbol;
use crate::ir::{Base, Callee, Operand, Place, Selector};
use crate::link::types::{Named, Ty};

impl<'p> Evaluator<'_, 'p> {
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
