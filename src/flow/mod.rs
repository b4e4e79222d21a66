//! Taint: which categories reach which sinks, across functions and files, with the path. Knows no language and no policy.

mod arguments;
mod call;
mod domain;
mod endpoint;
mod environment;
mod eval;
mod hints;
mod library;
mod names;
mod row;
mod shown;
mod sink;
mod solve;
mod source;
mod statement;
mod substitute;
mod summary;
mod text;
mod value;
mod witness;

use domain::Origin;
use endpoint::{Destination, Directory};
use solve::Solver;
use summary::Leaf;
use witness::What;

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use crate::catalog::model::{Effects, SinkKind};
use crate::catalog::{Catalog, CategoryId, RecipientId};
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::link::Program;
use crate::source::{FileId, Site};

/// Personal data that reach a sink.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Kind of sink, with the recipient taken into account (an HTTP call to a state body is `Authority`).
    pub sink: SinkKind,
    /// The call that leaves the program (its name); for a log through the project's wrapper, the wrapper's call.
    pub site: Site,
    /// What is called, as the catalog names it, e.g. `reqwest::RequestBuilder::send`.
    pub call: String,
    /// Who receives it.
    pub endpoint: Endpoint,
    /// What is carried, sorted by category.
    pub carried: Vec<Carried>,
    /// A consent read controls the call, in the function or in every caller on the path.
    pub consent_checked: bool,
    /// Sent in clear text (`Some(true)`: http, unencrypted SMTP), encrypted (`Some(false)`), or unknown.
    pub cleartext: Option<bool>,
    /// For storage: the column that is written, as `table.column`.
    pub column: Option<Symbol>,
    /// In test code.
    pub in_test: bool,
}

/// Who receives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Nobody outside: a log, the own database, a local file.
    None,
    /// A recipient of the catalog; the host where it is known.
    Recipient(RecipientId, Option<Symbol>),
    /// A host that no catalog entry owns.
    Host(Symbol),
    /// A relay or service whose host is unknown, by a generic name (`smtp`, `webhook`).
    Generic(Symbol),
    /// Somebody, unknown who.
    Unknown,
}

/// Part of a request that carries a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The URL's path or query.
    Url,
    /// A header.
    Header,
    /// Everything else.
    Body,
}

/// One category that reaches a sink.
#[derive(Debug, Clone)]
pub struct Carried {
    /// What.
    pub category: CategoryId,
    /// What has been done to it on the way.
    pub effects: Effects,
    /// How it is carried.
    pub channel: Channel,
    /// How sure we are of the source's classification.
    pub confidence: Confidence,
    /// From the source to the sink: the shortest path found. The last step is the sink.
    pub witness: Vec<FlowStep>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowStep {
    /// Where.
    pub site: Site,
    /// What happens there, e.g. `read from users.email`, `passed to notify() as text`, `formatted into text`.
    pub what: String,
}

/// What was found in the whole program.
#[derive(Debug, Clone)]
pub struct Flows {
    /// All flows, sorted by site, then sink.
    pub flows: Vec<Flow>,
    /// Functions whose analysis hit a limit, by file and name.
    pub limits_hit: Vec<(FileId, Symbol)>,
}

/// What belongs to the operator; data, so that flow needs no policy.
#[derive(Debug, Clone, Default)]
pub struct Perimeter {
    /// Host suffixes that are internal.
    pub internal_hosts: Vec<String>,
}

/// The stack of the solver's thread. Functions are evaluated inside one another to a fixed depth, and blocks within them to
/// another; the sum fits several times over.
const STACK: usize = 256 << 20;

/// Finds all flows.
#[must_use]
pub fn solve(catalog: &Catalog, program: &Program<'_>, perimeter: &Perimeter) -> Flows {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("flow".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, || report(catalog, program, perimeter)) {
            Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No thread to be had: the caller's own stack is what there is.
            Err(_) => report(catalog, program, perimeter),
        }
    })
}

fn report(catalog: &Catalog, program: &Program<'_>, perimeter: &Perimeter) -> Flows {
    let mut solver = Solver::new(catalog, program);
    solver.run();
    let guarded = solver.guarded_functions();
    let mut leaves: Vec<(Destination, Leaf)> = Vec::new();
    let directory = Directory::new(&solver, perimeter);
    for (function, leaf) in solver.flows() {
        for found in directory.destinations(leaf) {
            let mut leaf = leaf.clone();
            leaf.guarded |= guarded.contains(&function);
            leaves.push((found, leaf));
        }
    }
    // A sink whose address a caller completes is known twice: once without the address.
    let known: FxHashSet<Site> =
        leaves.iter().filter(|(found, _)| found.endpoint != Endpoint::Unknown).map(|(_, leaf)| leaf.site).collect();
    leaves.retain(|(found, leaf)| {
        let open = leaf.endpoint.as_ref().is_some_and(text::Text::has_ports);
        !(open && found.endpoint == Endpoint::Unknown && known.contains(&leaf.site))
    });
    let mut flows: IndexMap<FlowKey, Flow> = IndexMap::new();
    for (found, leaf) in leaves {
        add_flow(&mut solver, &mut flows, found, &leaf);
    }
    let mut flows: Vec<Flow> = flows.into_values().collect();
    for flow in &mut flows {
        flow.carried.sort_by_key(|carried| (carried.category, carried.channel));
    }
    flows.sort_by(|one, other| {
        let key = |flow: &Flow| (flow.site, flow.sink, flow.column, flow.call.clone(), flow.in_test);
        key(one).cmp(&key(other)).then_with(|| one.endpoint.order().cmp(&other.endpoint.order()))
    });
    Flows { flows, limits_hit: solver.limits_hit() }
}

/// What makes two leaves one flow.
type FlowKey = (Site, SinkKind, Endpoint, Option<Symbol>, bool);

fn add_flow(solver: &mut Solver<'_>, flows: &mut IndexMap<FlowKey, Flow>, found: Destination, leaf: &Leaf) {
    let sink = endpoint::kind(solver, leaf.kind, &found.endpoint);
    let flow = flows.entry((leaf.site, sink, found.endpoint.clone(), leaf.column, leaf.in_test)).or_insert_with(|| Flow {
        sink,
        site: leaf.site,
        call: leaf.call.as_str().to_owned(),
        endpoint: found.endpoint,
        carried: Vec::new(),
        consent_checked: true,
        cleartext: found.cleartext,
        column: leaf.column,
        in_test: leaf.in_test,
    });
    flow.cleartext = endpoint::either(flow.cleartext, found.cleartext);
    flow.consent_checked &= leaf.guarded;
    for (channel, marks) in &leaf.parts {
        for mark in marks.iter() {
            let Origin::Category(category) = mark.origin else { continue };
            let trace = solver.traces.step(mark.trace, leaf.site, What::Sink(leaf.call));
            let witness = solver.traces.steps(trace);
            match flow.carried.iter_mut().find(|known| known.category == category && known.channel == *channel) {
                Some(known) => {
                    known.effects &= mark.effects;
                    known.confidence = known.confidence.max(mark.confidence);
                    if (witness.len(), &witness) < (known.witness.len(), &known.witness) {
                        known.witness = witness;
                    }
                }
                None => flow.carried.push(Carried {
                    category,
                    effects: mark.effects,
                    channel: *channel,
                    confidence: mark.confidence,
                    witness,
                }),
            }
        }
    }
}

impl Endpoint {
    /// A stable order for output.
    fn order(&self) -> (u8, u32, Symbol) {
        match self {
            Self::None => (0, 0, Symbol::default()),
            Self::Recipient(id, host) => (1, id.0, host.unwrap_or_default()),
            Self::Host(host) => (2, 0, *host),
            Self::Generic(name) => (3, 0, *name),
            Self::Unknown => (4, 0, Symbol::default()),
        }
    }
}
