//! The transfers of the inventory: flows as data.

use crate::catalog::Catalog;
use crate::catalog::model::SinkKind;
use crate::flow::{Endpoint, Flow, Flows};
use crate::index::Symbol;
use crate::policy::Policy;
use crate::report::{Location, Step, Transfer};
use crate::source::SourceFile;

/// Every flow that leaves the program. Writes to the program's own database are how it holds data, not a transfer.
pub(super) fn transfers(catalog: &Catalog, policy: Option<&Policy>, sources: &[SourceFile], flows: &Flows) -> Vec<Transfer> {
    let mut transfers: Vec<_> = flows
        .flows
        .iter()
        .filter(|flow| !(flow.sink == SinkKind::Storage && flow.endpoint == Endpoint::None))
        .filter_map(|flow| transfer(catalog, policy, sources, flow))
        .collect();
    transfers.sort_by(|a, b| (&a.location, a.sink, a.recipient).cmp(&(&b.location, b.sink, b.recipient)));
    transfers
}

fn transfer(catalog: &Catalog, policy: Option<&Policy>, sources: &[SourceFile], flow: &Flow) -> Option<Transfer> {
    let personal = |carried: &&crate::flow::Carried| {
        catalog.categories.get(carried.category).is_some_and(|category| !category.identifier_only)
    };
    let telling = flow.carried.iter().find(personal)?;
    let source = sources.get(flow.site.file.index())?;
    let mut categories: Vec<_> =
        flow.carried.iter().map(|carried| Symbol::new(catalog.categories.name(carried.category))).collect();
    categories.sort();
    categories.dedup();
    let effects = flow
        .carried
        .iter()
        .filter(|carried| !carried.effects.is_empty())
        .map(|carried| (Symbol::new(catalog.categories.name(carried.category)), carried.effects.names()))
        .collect();
    let (recipient, recipient_name, country) = receiver(catalog, policy, &flow.endpoint);
    let path = telling
        .witness
        .iter()
        .filter_map(|step| {
            let source = sources.get(step.site.file.index())?;
            Some(Step { location: Location::of(source, step.site.span), what: step.what.clone() })
        })
        .collect();
    Some(Transfer {
        location: Location::of(source, flow.site.span),
        sink: flow.sink.as_str(),
        recipient,
        recipient_name,
        country,
        categories,
        effects,
        path,
        call: flow.call.clone(),
        in_test: flow.in_test,
    })
}

/// Id or host, name and country of who receives. The Policy's own entry knows better where its contract places a recipient, and
/// has a name for a host that only it knows.
fn receiver(catalog: &Catalog, policy: Option<&Policy>, endpoint: &Endpoint) -> (Option<Symbol>, Option<String>, Option<Symbol>) {
    let declared = |id: Symbol| policy.and_then(|policy| policy.recipients.iter().find(|one| one.id == id));
    match endpoint {
        Endpoint::Recipient(id, _) => match catalog.recipients.get(*id) {
            Some(known) => {
                let country = declared(known.id).and_then(|entry| entry.country).or(known.country);
                (Some(known.id), Some(known.name.clone()), country)
            }
            None => (None, None, None),
        },
        Endpoint::Host(host) => match policy.and_then(|policy| policy.recipient_by_host(host.as_str())) {
            Some(entry) => (Some(entry.id), entry.name.clone(), entry.country),
            None => (Some(*host), None, None),
        },
        Endpoint::Generic(name) => {
            let entry = declared(*name);
            (Some(*name), entry.and_then(|entry| entry.name.clone()), entry.and_then(|entry| entry.country))
        }
        Endpoint::None | Endpoint::Unknown => (None, None, None),
    }
}
