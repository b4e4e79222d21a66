//! Witnesses: how a value came to where it is. A trace is a chain of steps back to the source; chains share their beginnings.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::FlowStep;
use crate::index::Symbol;
use crate::source::Site;

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A value was read: what the source is, e.g. `read from User.email`.
    Source(Symbol),
    /// It was passed to a function as a parameter.
    Passed(Symbol, Symbol),
    /// A function gave it back.
    Returned(Symbol),
    /// It was put into a text.
    Formatted,
    /// It leaves.
    Sink(Symbol),
}

impl What {
    fn describe(self) -> String {
        match self {
            Self::Source(text) => text.as_str().to_owned(),
            Self::Passed(function, parameter) if parameter.is_empty() => format!("passed to {function}()"),
            Self::Passed(function, parameter) => format!("passed to {function}() as {parameter}"),
            Self::Returned(function) => format!("returned by {function}()"),
            Self::Formatted => "formatted into text".to_owned(),
            Self::Sink(call) => format!("leaves through {call}"),
        }
    }
}

/// The end of a chain; copies are free. Shorter is better, then the one found first, which is deterministic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Trace {
    node: Option<u32>,
    length: u16,
}

impl Trace {
    /// The better witness of two.
    #[must_use]
    pub(super) fn better(self, other: Self) -> Self {
        if (other.length, other.node) < (self.length, self.node) { other } else { self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Node {
    parent: Option<u32>,
    site: Site,
    what: What,
}

/// Chains longer than this get no further steps in between.
const LONGEST: u16 = 24;

/// All chains of a run.
#[derive(Debug, Default)]
pub(super) struct Traces {
    nodes: Vec<Node>,
    known: FxHashMap<Node, u32>,
    /// Chains that were put behind others: what came of it, and the number of steps. A function's callers and theirs put the same
    /// chains together again and again.
    joined: FxHashMap<(Trace, Trace), (Trace, u16)>,
    /// Steps taken in all, new or known: what following values through calls costs is nearly all in them.
    pub(super) taken: u64,
}

impl Traces {
    /// `before`, then a step.
    pub(super) fn step(&mut self, before: Trace, site: Site, what: What) -> Trace {
        self.taken += 1;
        if before.length >= LONGEST && !matches!(what, What::Sink(_)) {
            return before;
        }
        let node = Node { parent: before.node, site, what };
        // The same step twice in a row says nothing new.
        if let Some(last) = before.node.and_then(|at| self.nodes.get(at as usize))
            && last.site == site
            && last.what == what
        {
            return before;
        }
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let id = *self.known.entry(node).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        Trace { node: Some(id), length: before.length.saturating_add(1) }
    }

    /// `before`, then all steps of `after`: a callee's steps behind its caller's.
    pub(super) fn append(&mut self, before: Trace, after: Trace) -> Trace {
        if after.node.is_none() {
            return before;
        }
        // Of a step or two it costs more to know than to take them.
        let long = after.length > 2;
        if long && let Some((trace, steps)) = self.joined.get(&(before, after)) {
            self.taken += u64::from(*steps);
            return *trace;
        }
        let steps: SmallVec<[(Site, What); 8]> = self.chain(after).map(|node| (node.site, node.what)).collect();
        let count = u16::try_from(steps.len()).unwrap_or(u16::MAX);
        let trace = steps.into_iter().rev().fold(before, |trace, (site, what)| self.step(trace, site, what));
        if long {
            self.joined.insert((before, after), (trace, count));
        }
        trace
    }

    fn chain(&self, trace: Trace) -> impl Iterator<Item = &Node> {
        let get = |at: Option<u32>| at.and_then(|at| self.nodes.get(at as usize));
        std::iter::successors(get(trace.node), move |node| get(node.parent)).take(usize::from(LONGEST) * 4)
    }

    /// What the first step says of where the data come from.
    pub(super) fn source(&self, trace: Trace) -> Option<Symbol> {
        match self.chain(trace).last()?.what {
            What::Source(what) => Some(what),
            _ => None,
        }
    }

    /// The steps from the source on.
    #[must_use]
    pub(super) fn steps(&self, trace: Trace) -> Vec<FlowStep> {
        let mut steps: Vec<FlowStep> =
            self.chain(trace).map(|node| FlowStep { site: node.site, what: node.what.describe() }).collect();
        steps.reverse();
        steps
    }
}
