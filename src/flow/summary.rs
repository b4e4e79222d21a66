//! Summaries: what a function does with what its caller gives it.

use super::Channel;
use super::domain::{Marks, Origin, Port, Show, Value};
use super::text::Text;
use crate::catalog::RecipientId;
use crate::catalog::model::SinkKind;
use crate::index::Symbol;
use crate::link::program::TypeId;
use crate::source::Site;

/// What is known of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Summary {
    /// What it returns, with ports.
    pub(super) result: Value,
    /// What its parameters hold when it ends (0 is the receiver), where it changed them.
    pub(super) written: Vec<(u8, Value)>,
    /// Sinks that its callers have a part in.
    pub(super) leaves: Vec<Leaf>,
    /// Sinks that it fills by itself.
    pub(super) flows: Vec<Leaf>,
    /// Texts put into fields that callers decide.
    pub(super) field_texts: Vec<(TypeId, Symbol, Text)>,
    /// Calls of closures that it is given.
    pub(super) calls: Vec<(Port, Vec<Value>)>,
}

/// A sink and what reaches it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// Where a finding stands.
    pub(super) site: Site,
    /// What is called.
    pub(super) call: Symbol,
    /// Kind.
    pub(super) kind: SinkKind,
    /// The recipient, where the library names it.
    pub(super) recipient: Option<RecipientId>,
    /// A generic name, where nothing better is known.
    pub(super) generic: Option<Symbol>,
    /// Text of the URL or host; `None` where the sink has none.
    pub(super) endpoint: Option<Text>,
    /// What is carried how.
    pub(super) parts: Vec<(Channel, Marks)>,
    /// A consent read controls the call.
    pub(super) guarded: bool,
    /// Known to be in clear text or not.
    pub(super) cleartext: Option<bool>,
    /// The column written.
    pub(super) column: Option<Symbol>,
    /// How a whole value is shown here.
    pub(super) show: Show,
    /// Test code.
    pub(super) in_test: bool,
}

impl Leaf {
    /// Whether two leaves are one sink.
    #[must_use]
    pub(super) fn same_sink(&self, other: &Self) -> bool {
        self.site == other.site
            && self.call == other.call
            && self.endpoint == other.endpoint
            && self.column == other.column
            && self.in_test == other.in_test
    }

    /// The leaf with only those marks that satisfy a condition, unless none does.
    #[must_use]
    pub(super) fn keeping(&self, keep: impl Fn(&Origin) -> bool) -> Option<Self> {
        let parts: Vec<(Channel, Marks)> = self
            .parts
            .iter()
            .map(|(channel, marks)| (*channel, marks.filtered(|mark| keep(&mark.origin))))
            .filter(|(_, marks)| !marks.is_empty())
            .collect();
        (!parts.is_empty()).then(|| Self { parts, ..self.clone() })
    }

    /// Adds what another leaf of the same sink carries.
    pub(super) fn absorb(&mut self, other: Self) {
        self.guarded &= other.guarded;
        for (channel, marks) in other.parts {
            match self.parts.iter_mut().find(|(known, _)| *known == channel) {
                Some((_, known)) => known.merge(&marks),
                None => self.parts.push((channel, marks)),
            }
        }
    }
}

/// Callers see at most this many sinks of a function.
pub(super) const MOST_LEAVES: usize = 96;
/// A function fills at most this many sinks by itself: more than people write into one, and few enough to be looked through.
pub(super) const MOST_FLOWS: usize = 2048;

/// Adds a leaf to a list, joined with the same sink's; whether there was room for it.
pub(super) fn add_leaf(leaves: &mut Vec<Leaf>, leaf: Leaf, most: usize) -> bool {
    if let Some(known) = leaves.iter_mut().find(|known| known.same_sink(&leaf)) {
        known.absorb(leaf);
        return true;
    }
    if leaves.len() >= most {
        return false;
    }
    leaves.push(leaf);
    true
}
