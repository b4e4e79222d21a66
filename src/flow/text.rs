//! What is known of a value's text: enough to tell the host of a URL that is put together from constants, defaults, fields and
//! settings, possibly in other functions.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::domain::Port;
use crate::index::Symbol;
use crate::link::program::TypeId;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// Constant.
    Literal(Symbol),
    /// Not known.
    Hole,
    /// What the caller passes.
    Port(Port),
    /// What constructors and settings put into a field, looked up when all of them have been seen.
    Field(TypeId, Symbol),
    /// A setting or environment variable by name.
    Setting(Symbol),
}

/// Pieces in order.
pub(super) type Sequence = Arc<[Part]>;

/// The texts that a value may have; nothing known if there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text(SmallVec<[Sequence; 1]>);

/// At most this many alternatives and pieces are kept; more than that many hosts for one call would not be told apart in a
/// report either.
const ALTERNATIVES: usize = 4;
const PIECES: usize = 16;
/// Longer constants are not put together, in bytes.
const LONGEST: usize = 8192;

impl Text {
    /// A constant.
    #[must_use]
    pub(super) fn literal(text: Symbol) -> Self {
        Self::part(Part::Literal(text))
    }

    /// One piece.
    #[must_use]
    pub(super) fn part(part: Part) -> Self {
        Self(smallvec![Arc::from([part])])
    }

    /// Whether nothing is known.
    #[must_use]
    pub(super) fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, if there is only one and it is constant.
    #[must_use]
    pub(super) fn constant(&self) -> Option<Symbol> {
        match self.0.as_slice() {
            [only] => match only.as_ref() {
                [Part::Literal(text)] => Some(*text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Alternatives, in a stable order.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = &Sequence> {
        self.0.iter()
    }

    /// Whether a caller decides part of it.
    #[must_use]
    pub(super) fn has_ports(&self) -> bool {
        self.0.iter().any(|sequence| sequence.iter().any(|part| matches!(part, Part::Port(_))))
    }

    /// Either text.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        if self == other || other.is_unknown() {
            return self.clone();
        }
        if self.is_unknown() {
            return other.clone();
        }
        let mut all: SmallVec<[Sequence; 1]> = self.0.iter().chain(&other.0).cloned().collect();
        all.sort();
        all.dedup();
        all.truncate(ALTERNATIVES);
        Self(all)
    }

    /// One text after the other. An unknown one is a hole.
    #[must_use]
    pub(super) fn concat<'t>(texts: impl IntoIterator<Item = &'t Self>) -> Self {
        let mut done: Vec<Vec<Part>> = vec![Vec::new()];
        for text in texts {
            let hole: Sequence = Arc::from([Part::Hole]);
            let alternatives: &[Sequence] = if text.is_unknown() { std::slice::from_ref(&hole) } else { &text.0 };
            let mut next = Vec::new();
            for head in &done {
                for tail in alternatives {
                    if next.len() < ALTERNATIVES {
                        let mut sequence = head.clone();
                        tail.iter().for_each(|part| append(&mut sequence, part));
                        next.push(sequence);
                    }
                }
            }
            done = next;
        }
        let mut all: SmallVec<[Sequence; 1]> = done.into_iter().map(Arc::from).collect();
        all.sort();
        all.dedup();
        if all.iter().all(|sequence| sequence.iter().all(|part| *part == Part::Hole)) {
            return Self::default();
        }
        Self(all)
    }

    /// Each piece replaced by a text: for ports at a call, for fields and settings in the end.
    #[must_use]
    pub(super) fn replace(&self, mut by: impl FnMut(&Part) -> Option<Self>) -> Self {
        let mut done = Self::default();
        for sequence in &self.0 {
            let pieces: Vec<Self> = sequence.iter().map(|part| by(part).unwrap_or_else(|| Self::part(part.clone()))).collect();
            done = done.join(&Self::concat(&pieces));
        }
        done
    }

    /// The alternatives as strings, with `hole` for what is not known.
    #[must_use]
    pub(super) fn render(&self, hole: char) -> Vec<String> {
        let piece = |text: &mut String, part: &Part| match part {
            Part::Literal(literal) => text.push_str(literal.as_str()),
            _ => text.push(hole),
        };
        let one = |sequence: &Sequence| {
            sequence.iter().fold(String::new(), |mut text, part| {
                piece(&mut text, part);
                text
            })
        };
        self.0.iter().map(one).collect()
    }
}

fn append(sequence: &mut Vec<Part>, part: &Part) {
    if sequence.len() >= PIECES || (*part == Part::Hole && sequence.last() == Some(&Part::Hole)) {
        return;
    }
    if let (Some(Part::Literal(before)), Part::Literal(after)) = (sequence.last(), part) {
        // Statements are long; what is longer still would grow in loops.
        if before.as_str().len() + after.as_str().len() <= LONGEST {
            let both = Symbol::new(&format!("{before}{after}"));
            sequence.pop();
            sequence.push(Part::Literal(both));
        } else {
            sequence.push(Part::Hole);
        }
        return;
    }
    sequence.push(part.clone());
}
