//! Who stands at the other end of a flow: as the Policy is asked about them, and as people are told of them.

use super::Case;
use super::carried::can_transfer;
use crate::catalog::recipient::RecipientKind;
use crate::catalog::{Recipient, host};
use crate::flow::{Endpoint, Flow};
use crate::index::Symbol;
use crate::report::Finding;

/// A party outside the operator.
#[derive(Debug, Clone)]
pub(crate) struct Party<'a> {
    /// Id of the catalog or of the Policy, host, or generic name; `None` if nothing is known.
    pub id: Option<Symbol>,
    /// The host, where it is known.
    pub host: Option<Symbol>,
    /// Name for people.
    pub name: String,
    /// Country.
    pub country: Option<Symbol>,
    /// Its catalog entry.
    pub known: Option<&'a Recipient>,
    /// The code tells only what kind of service it is, not whose.
    pub anonymous: bool,
}

impl<'a> Party<'a> {
    /// The party that a flow goes to; `None` where the data stay with the operator.
    pub(crate) fn of(case: &Case<'a>, flow: &Flow) -> Option<Self> {
        if !can_transfer(flow.sink) {
            return None;
        }
        match &flow.endpoint {
            Endpoint::None => None,
            Endpoint::Recipient(id, host) => {
                let known = case.catalog.recipients.get(*id)?;
                if host.is_some_and(|host| case.is_internal(host.as_str())) {
                    return None;
                }
                // The operator's own entry knows better where its contract places the recipient (a region, a subsidiary).
                let declared = case.policy.and_then(|policy| policy.recipients.iter().find(|one| one.id == known.id));
                let country = declared.and_then(|entry| entry.country).or(known.country);
                Some(Self {
                    id: Some(known.id),
                    host: *host,
                    name: known.name.clone(),
                    country,
                    known: Some(known),
                    anonymous: false,
                })
            }
            Endpoint::Host(host) => (!case.is_internal(host.as_str())).then(|| Self::host(case, *host)),
            Endpoint::Generic(name) => Some(Self::generic(case, *name)),
            Endpoint::Unknown => Some(Self {
                id: None,
                host: None,
                name: "somebody whom the code does not name".to_owned(),
                country: None,
                known: None,
                anonymous: true,
            }),
        }
    }

    fn host(case: &Case<'_>, host: Symbol) -> Self {
        let declared = case.policy.and_then(|policy| policy.recipient_by_host(host.as_str()));
        Self {
            id: Some(declared.map_or(host, |entry| entry.id)),
            host: Some(host),
            name: declared.and_then(|entry| entry.name.clone()).unwrap_or_else(|| host.as_str().to_owned()),
            country: declared.and_then(|entry| entry.country),
            known: None,
            anonymous: false,
        }
    }

    fn generic(case: &Case<'_>, name: Symbol) -> Self {
        let declared = case.policy.and_then(|policy| policy.recipients.iter().find(|one| one.id == name));
        let words = || format!("whoever runs the `{name}` service (its host is not in the code)");
        Self {
            id: Some(name),
            host: None,
            name: declared.and_then(|entry| entry.name.clone()).unwrap_or_else(words),
            country: declared.and_then(|entry| entry.country),
            known: None,
            anonymous: true,
        }
    }

    /// The name with the country, where it is known: `Twilio (US)`.
    pub(crate) fn named(&self) -> String {
        match self.country {
            Some(country) => format!("{} ({country})", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether it is a state body.
    pub(crate) fn is_authority(&self) -> bool {
        self.known.is_some_and(|known| known.kind == RecipientKind::Authority)
    }

    /// Says in a finding who it is.
    pub(crate) fn fill(&self, finding: &mut Finding) {
        finding.recipient = self.id;
        finding.recipient_name = Some(self.name.clone());
        finding.country = self.country;
    }
}

impl Case<'_> {
    /// Whether traffic to a host stays with the operator: declared so, or a name or address that only a private network has.
    pub(crate) fn is_internal(&self, host: &str) -> bool {
        host::is_private(host)
            || self.policy.is_some_and(|policy| policy.is_internal_host(host))
            || self.config.internal_hosts.iter().any(|suffix| host::is_below(host, suffix))
    }
}
