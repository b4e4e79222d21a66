//! The abstract domain: what is known of a value.
//!
//! A [`Value`] is a tree: marks of its own, and members that are known apart. Members whose name starts with `#` are only known
//! to library models (the URL that a request builder holds). Joins are unions, except that the effects of a category are what
//! both sides had: the least sanitised value decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::text::Text;
use super::witness::Trace;
use crate::catalog::CategoryId;
use crate::catalog::model::{Effects, Member};
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::ir::{ClosureId, Selector};
use crate::link::program::FnId;
use crate::link::types::Ty;

/// How a whole value is made visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Show {
    /// As it is.
    Plain,
    /// For people.
    Display,
    /// For debugging.
    Debug,
    /// Serialised.
    Serialize,
    /// Not as a whole: something was made of it that nothing is known of, which may hold what the value itself carries but not
    /// all that its type declares.
    Part,
}

/// Something that the caller of a function decides: a parameter (0 is the receiver) or a member of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Port {
    /// 0 is the receiver, 1 the first parameter.
    pub(super) parameter: u8,
    /// Members.
    pub(super) path: SmallVec<[Selector; 2]>,
    /// What the function made visible of it.
    pub(super) show: Show,
}

/// Where a mark comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Origin {
    /// Personal data.
    Category(CategoryId),
    /// The caller.
    Port(Port),
}

/// One thing that a value carries.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// What.
    pub(super) origin: Origin,
    /// What has been done to it.
    pub(super) effects: Effects,
    /// How sure the source is.
    pub(super) confidence: Confidence,
    /// How it came here.
    pub(super) trace: Trace,
}

impl PartialEq for Mark {
    /// Witnesses do not count: a fixpoint is reached when nothing but them changes.
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin && self.effects == other.effects && self.confidence == other.confidence
    }
}

/// Marks, sorted by origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Marks(SmallVec<[Mark; 1]>);

/// More than this a value is not told apart by: the first in order are kept.
const MOST_MARKS: usize = 40;

impl Marks {
    /// One mark.
    #[must_use]
    pub(super) fn one(mark: Mark) -> Self {
        Self(smallvec![mark])
    }

    /// Whether nothing is carried.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, sorted by origin.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Mark> {
        self.0.iter()
    }

    /// All, for changing what is no part of the order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Mark> {
        self.0.iter_mut()
    }

    /// Adds one.
    pub(super) fn add(&mut self, mark: Mark) {
        match self.0.binary_search_by(|known| known.origin.cmp(&mark.origin)) {
            Ok(at) => {
                if let Some(known) = self.0.get_mut(at) {
                    // The witness shown is that of the less sanitised value.
                    known.trace = match (mark.effects.bits().count_ones(), known.effects.bits().count_ones()) {
                        (new, old) if new < old => mark.trace,
                        (new, old) if new > old => known.trace,
                        _ => known.trace.better(mark.trace),
                    };
                    known.effects &= mark.effects;
                    known.confidence = known.confidence.max(mark.confidence);
                }
            }
            Err(at) if self.0.len() < MOST_MARKS => self.0.insert(at, mark),
            Err(_) => {}
        }
    }

    /// Adds all of another.
    pub(super) fn merge(&mut self, other: &Self) {
        other.iter().for_each(|mark| self.add(mark.clone()));
    }

    /// Whether a category is among them.
    #[must_use]
    pub(super) fn has_category(&self) -> bool {
        matches!(self.0.first(), Some(Mark { origin: Origin::Category(_), .. }))
    }

    /// Only the marks that satisfy a condition.
    #[must_use]
    pub(super) fn filtered(&self, keep: impl Fn(&Mark) -> bool) -> Self {
        Self(self.0.iter().filter(|mark| keep(mark)).cloned().collect())
    }

    /// With what stood for a whole value standing for what was made of it.
    #[must_use]
    pub(super) fn made_into(&self, show: Show) -> Self {
        let mut done = Self::default();
        for mark in self.iter() {
            let origin = match &mark.origin {
                Origin::Port(port) if port.show == Show::Plain => Origin::Port(Port { show, ..port.clone() }),
                other => other.clone(),
            };
            done.add(Mark { origin, ..mark.clone() });
        }
        done
    }

    /// With an effect added to each.
    #[must_use]
    pub(super) fn with_effects(mut self, effects: Effects) -> Self {
        self.iter_mut().for_each(|mark| mark.effects |= effects);
        self
    }
}

/// A function as a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Callable {
    /// Of the program.
    Functions(SmallVec<[FnId; 2]>),
    /// Of a library, by canonical path.
    Library(Symbol),
}

/// Members known apart.
pub(super) type Members = BTreeMap<Selector, Value>;

/// What is known of a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Value {
    /// What the value as a whole carries.
    pub(super) marks: Marks,
    /// What its text is.
    pub(super) text: Text,
    /// Its type.
    pub(super) ty: Ty,
    /// Members known apart.
    pub(super) members: Option<Arc<Members>>,
    /// Levels of members below.
    pub(super) height: u8,
    /// It may be one of these closures.
    pub(super) closures: SmallVec<[ClosureId; 1]>,
    /// It may be one of these functions, or a library's by path.
    pub(super) callable: Option<Callable>,
    /// The variant of an enum that it is known to be.
    pub(super) variant: Option<Symbol>,
    /// It tells nothing personal, whatever its name: a count, the result of a comparison.
    pub(super) clean: bool,
    /// It is a literal or built from literals alone.
    pub(super) constant: bool,
    /// Its own origin says that it is no person's, so that no name makes it so: the operator's configuration, a declared field
    /// that was classified as nothing.
    pub(super) impersonal: bool,
    /// It says, or was computed from what says, that the person agreed.
    pub(super) consent: bool,
}

/// Members are told apart this deep and this many.
const DEEPEST: u8 = 3;
const WIDEST: usize = 32;

impl Value {
    /// A constant text.
    #[must_use]
    pub(super) fn literal(text: Symbol) -> Self {
        Self { text: Text::literal(text), ty: Ty::Text, constant: true, ..Self::default() }
    }

    /// Something that tells nothing personal.
    #[must_use]
    pub(super) fn clean() -> Self {
        Self { clean: true, ..Self::default() }
    }

    /// A value of a type.
    #[must_use]
    pub(super) fn of(ty: Ty) -> Self {
        Self { ty, ..Self::default() }
    }

    /// A member that is known apart.
    #[must_use]
    pub(super) fn member(&self, selector: Selector) -> Option<&Self> {
        self.members.as_ref()?.get(&selector)
    }

    /// A member that only models know.
    #[must_use]
    pub(super) fn hidden(&self, name: Symbol) -> Option<&Self> {
        self.member(Selector::Field(name))
    }

    /// Sets a member, or adds to it.
    pub(super) fn set_member(&mut self, selector: Selector, value: Self, add: bool) {
        let value = if value.height + 1 > DEEPEST { value.flattened() } else { value };
        self.height = self.height.max(value.height + 1);
        self.clean = false;
        self.constant &= value.constant;
        let members = Arc::make_mut(self.members.get_or_insert_default());
        // What a builder holds is few by nature; a statement may have a column for each of its placeholders.
        let hidden = matches!(selector, Selector::Field(name) if name.as_str().starts_with('#'));
        let room = members.len() < if hidden { 2 * WIDEST } else { WIDEST };
        match members.get_mut(&selector) {
            Some(known) if add => known.join(&value),
            Some(known) => *known = value,
            None if room => {
                members.insert(selector, value);
            }
            None => {
                // Too many to tell apart: what it carries belongs to the whole.
                let marks = value.all_marks();
                self.marks.merge(&marks);
            }
        }
    }

    /// Everything that the value and its members carry.
    #[must_use]
    pub(super) fn all_marks(&self) -> Marks {
        let mut marks = self.marks.clone();
        // As deep as members nest.
        for member in self.members.iter().flat_map(|members| members.values()) {
            marks.merge(&member.all_marks());
        }
        marks
    }

    /// Writes to a member at the end of a path.
    pub(super) fn write(&mut self, path: &[Selector], value: Self, add: bool) {
        match path {
            [] if add => self.join(&value),
            [] => *self = value,
            [selector] => self.set_member(*selector, value, add || *selector == Selector::Element),
            [selector, rest @ ..] => {
                // Paths are as short as the IR keeps them.
                let mut member = self.member(*selector).cloned().unwrap_or_default();
                member.write(rest, value, add);
                self.set_member(*selector, member, false);
            }
        }
    }

    /// Everything it carries as one value without members.
    #[must_use]
    pub(super) fn flattened(&self) -> Self {
        let mut value = Self { marks: self.all_marks(), members: None, height: 0, ..self.clone() };
        // What is told apart no more is a constant no more.
        value.constant = false;
        value
    }

    /// Both of two possible values.
    pub(super) fn join(&mut self, other: &Self) {
        self.marks.merge(&other.marks);
        self.text = self.text.join(&other.text);
        if self.ty == Ty::Unknown {
            self.ty = other.ty.clone();
        } else if self.ty != other.ty && other.ty != Ty::Unknown {
            self.ty = Ty::Unknown;
        }
        match (&self.members, &other.members) {
            (_, None) => {}
            (None, Some(_)) => {
                self.members.clone_from(&other.members);
                self.height = other.height;
            }
            (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs) => {}
            (Some(_), Some(theirs)) => {
                let theirs = Arc::clone(theirs);
                for (selector, value) in theirs.iter() {
                    self.set_member(*selector, value.clone(), true);
                }
            }
        }
        for closure in &other.closures {
            if !self.closures.contains(closure) && self.closures.len() < 4 {
                self.closures.push(*closure);
            }
        }
        if self.callable.is_none() {
            self.callable.clone_from(&other.callable);
        }
        if self.variant != other.variant {
            self.variant = None;
        }
        self.clean &= other.clean;
        self.constant &= other.constant;
        self.consent |= other.consent;
        self.impersonal &= other.impersonal;
    }

    /// Whether nothing at all is known, so that a name may tell more.
    #[must_use]
    pub(super) fn says_nothing(&self) -> bool {
        !self.clean && !self.has_category()
    }

    /// Whether the value or a member carries a category.
    #[must_use]
    pub(super) fn has_category(&self) -> bool {
        self.marks.has_category() || self.members.iter().flat_map(|members| members.values()).any(Self::has_category)
    }

    /// An element of a collection: the members told apart by key included.
    #[must_use]
    pub(super) fn element(&self) -> Self {
        let mut value = Self {
            members: None,
            height: 0,
            closures: SmallVec::new(),
            ty: self.ty.element(),
            text: Text::default(),
            ..self.clone()
        };
        if matches!(self.ty, Ty::List(_) | Ty::Map(_) | Ty::Unknown | Ty::Tuple(_)) {
            let mut some = false;
            for (selector, member) in self.members.iter().flat_map(|members| members.iter()) {
                if matches!(selector, Selector::Element | Selector::Key(_)) {
                    if some || !value.marks.is_empty() {
                        value.join(member);
                    } else {
                        let ty = if member.ty == Ty::Unknown { value.ty.clone() } else { member.ty.clone() };
                        value = Self { ty, ..member.clone() };
                    }
                    some = true;
                }
            }
            if some {
                return value;
            }
        }
        // Not a collection as far as is known: the value itself is what an optional value holds.
        Self { ty: self.ty.element(), ..self.clone() }
    }
}

/// The selector of a model's member; `key` gives the text of an argument.
#[must_use]
pub(super) fn selector_of(member: Member, key: impl Fn(u8) -> Option<Symbol>) -> Selector {
    match member {
        Member::Field(name) => Selector::Field(name),
        Member::KeyOf(at) => key(at).map_or(Selector::Element, Selector::Key),
        Member::Element => Selector::Element,
        Member::Bind | Member::BindAt(_) => Selector::Field(Symbol::new(super::statement::BIND)),
    }
}
