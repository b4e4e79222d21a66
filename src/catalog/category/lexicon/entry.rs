//! What the rules say of words, compiled: entries, affixes, and what a phrase can mean.

use smallvec::SmallVec;

use super::{Kinds, Types};
use crate::catalog::category::{CategoryId, CategorySet};

/// How far a word tells its category by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// It needs no support.
    Strong,
    /// It needs support from what holds it or stands beside it.
    Weak,
    /// It counts in labels (comments, form labels) alone.
    Label,
}

/// A change of category by context.
#[derive(Debug, Clone)]
pub struct Shift {
    /// In one of these contexts.
    pub within: Kinds,
    /// Or beside a field of one of these categories.
    pub near: CategorySet,
    /// Does not apply to a container that points at a person (`user_id`).
    pub unless_owned: bool,
    /// What it is then; `None` for nothing personal.
    pub to: Option<CategoryId>,
}

/// What a record is that belongs to someone: what points at a patient is a record of care.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    /// The record's kind.
    pub kind: Kinds,
    /// Not for containers of these kinds.
    pub unless: Kinds,
}

/// What the containers of one kind hold wherever a field's name says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holds {
    pub(super) kind: Kinds,
    /// Kinds that such a container may be of as well.
    pub(super) alongside: Kinds,
    pub(super) category: CategoryId,
}

/// One `[[words]]` entry.
#[derive(Debug)]
pub struct Entry {
    /// The rule file, below `rules/`.
    pub file: Box<str>,
    /// What the words name.
    pub category: CategoryId,
    /// The second category of a field that holds either (`iin_bin`).
    pub also: Option<CategoryId>,
    /// Contexts that support weak words.
    pub within: Kinds,
    /// Siblings that support weak words.
    pub near: CategorySet,
    /// Weak siblings support each other: latitude and longitude.
    pub mutual: bool,
    /// A container that points at a person (`user_id`) supports weak words: always, never, or only if nothing else is known of it.
    pub owned: Option<bool>,
    /// Words that nothing is known of may qualify the head.
    pub any_modifier: bool,
    /// Contexts in which not even strong words count.
    pub unless: Kinds,
    /// Changes of category by context, the first that applies.
    pub shifts: Vec<Shift>,
    /// Types a field of this category may have.
    pub types: Types,
    /// How much a field of this kind says that its container is a person.
    pub person_points: u8,
    /// A bare local or parameter of this name is a source.
    pub bare: bool,
    /// Names that must be found, with the rule file that says so.
    pub examples: Vec<(Box<str>, String)>,
    /// Names that must not be found.
    pub counter_examples: Vec<(Box<str>, String)>,
}

/// What an affix does to a name.
#[derive(Debug)]
pub struct Affix {
    /// The exclusion's name, for `explain`.
    pub name: Box<str>,
    /// Why, for people.
    pub reason: Box<str>,
    /// It says nothing about what the name holds: looked through.
    pub transparent: bool,
    /// Looked through in a declaration, but what code then holds is no longer the datum (`password_hash`).
    pub code_excludes: bool,
    /// It makes the name a key: of the record itself, where the rest of the name only repeats the container.
    pub key: bool,
    /// Categories that survive.
    pub keeps: CategorySet,
}

impl Affix {
    /// Whether a name with this affix still holds data of `category`.
    #[must_use]
    pub fn lets_through(&self, category: CategoryId, in_code: bool) -> bool {
        if in_code && self.code_excludes {
            return false;
        }
        self.transparent || self.keeps.contains(category)
    }
}

/// What a phrase can be.
#[derive(Debug, Default, Clone)]
pub struct Meaning {
    /// Entries it names, strongest first.
    pub entries: SmallVec<[(u16, Strength); 2]>,
    /// Contexts it names.
    pub kinds: Kinds,
    /// Its role behind a head.
    pub suffix: Option<u16>,
    /// Its role in front of a head.
    pub prefix: Option<u16>,
    /// Stands around a container's name without saying what it is (`dto`, `request`).
    pub wrapper: bool,
    /// Ends a noun phrase in a label (`of`, `for`).
    pub stop: bool,
}
