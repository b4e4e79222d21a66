//! Taint: which categories reach which sinks, across functions and files, with the path. Knows no language and no policy.

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

/// Sources that are parameters or locals with telling names, for the inventory and `explain`.
#[derive(Debug, Clone)]
pub struct Flows {
    /// All flows, sorted by site, then sink.
    pub flows: Vec<Flow>,
    /// Functions whose analysis hit a limit, by file and name.
    pub limits_hit: Vec<(FileId, Symbol)>,
}

/// Hosts that belong to the operator, and recipients that only the Policy knows; data, so that flow needs no policy.
#[derive(Debug, Clone, Default)]
pub struct Perimeter {
    /// Host suffixes that are internal.
    pub internal_hosts: Vec<String>,
}

/// Finds all flows.
#[must_use]
pub fn solve(_catalog: &Catalog, _program: &Program<'_>, _perimeter: &Perimeter) -> Flows {
    Flows { flows: Vec::new(), limits_hit: Vec::new() }
}
