//! The transfers of the inventory: flows as data.

use crate::catalog::model::SinkKind;
use crate::catalog::{Catalog, RecipientId};
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

/// Id or host, name and country of who receives; a host that only the Policy names has the Policy's name for it.
fn receiver(catalog: &Catalog, policy: Option<&Policy>, endpoint: &Endpoint) -> (Option<Symbol>, Option<String>, Option<Symbol>) {
    let known = |id: RecipientId| {
        let recipient = catalog.recipients.get(id);
        let country = recipient.and_then(|recipient| recipient.country);
        (recipient.map(|recipient| recipient.id), recipient.map(|recipient| recipient.name.clone()), country)
    };
    match endpoint {
        Endpoint::Recipient(id, _) => known(*id),
        Endpoint::Host(host) => match policy.and_then(|policy| policy.recipient_by_host(host.as_str())) {
            Some(declared) => (Some(declared.id), declared.name.clone(), declared.country),
            None => (Some(*host), None, None),
        },
        Endpoint::Generic(name) => (Some(*name), None, None),
        Endpoint::None | Endpoint::Unknown => (None, None, None),
    }
}
