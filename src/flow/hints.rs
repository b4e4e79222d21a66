//! What the rules say of names by themselves, remembered by name: every call and every member asks, and a program has few names
//! beside its calls.

use crate::catalog::model::{Effect, NameRules, name_matches, snake_case};
use crate::index::Symbol;

/// What a name says, whatever bears it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hints {
    /// A value of this name holds the operator's own configuration.
    pub(super) configuration: bool,
    /// A value of this name only leads to data and holds none.
    pub(super) handle: bool,
    /// It says that the person agreed.
    pub(super) consent: bool,
    /// The result of a call of this name tells nothing personal.
    pub(super) clean: bool,
    /// A call of this name puts its arguments into the receiver.
    pub(super) mutator: bool,
    /// What was done to a value of this name.
    pub(super) effect: Option<Effect>,
}

impl Hints {
    /// What the rules say of a name.
    pub(super) fn of(rules: &NameRules, name: Symbol) -> Self {
        let plain = snake_case(name.as_str());
        let any = |rules: &[String]| rules.iter().any(|rule| name_matches(rule, &plain));
        Self {
            configuration: any(&rules.configuration),
            handle: any(&rules.handles),
            consent: any(&rules.consent),
            clean: any(&rules.clean),
            mutator: any(&rules.mutators),
            effect: rules.effects.iter().find(|(rule, _)| name_matches(rule, &plain)).map(|(_, effect)| *effect),
        }
    }
}
