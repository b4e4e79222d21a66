//! Flows to parties outside the operator, each with the Policy's answers: what the checks PD201 to PD205 and PD301 share.

use super::Case;
use super::carried::{HIDDEN, categories};
use super::party::Party;
use super::{Check, wording};
use crate::catalog::model::Effects;
use crate::flow::{Carried, Flow};
use crate::index::Symbol;
use crate::policy::{Policy, TransferQuery, TransferRuling};
use crate::report::Finding;

/// A transfer with the Policy's answer for each thing carried.
#[derive(Debug)]
pub(crate) struct Transfer<'a> {
    pub flow: &'a Flow,
    pub party: Party<'a>,
    pub policy: &'a Policy,
    /// Sorted by category.
    pub answers: Vec<(&'a Carried, TransferRuling<'a>)>,
}

impl<'a> Case<'a> {
    /// All transfers that are judged, in the order of the flows. A masked or encrypted value is left out: its reader learns
    /// nothing of the person. A hashed one stays in.
    pub(crate) fn transfers(&self) -> Vec<Transfer<'a>> {
        let Some(policy) = self.policy else { return Vec::new() };
        self.flows.flows.iter().filter_map(|flow| self.transfer(policy, flow)).collect()
    }

    fn transfer(&self, policy: &'a Policy, flow: &'a Flow) -> Option<Transfer<'a>> {
        let party = Party::of(self, flow)?;
        let carried = self.judged(flow, |one| !one.effects.intersects(HIDDEN));
        let purpose = self.purpose_of_use(policy, flow.site).map(|stated| stated.purpose);
        let mut answers = Vec::with_capacity(carried.len());
        for one in carried {
            let query = TransferQuery {
                id: party.id,
                host: party.host,
                sink: flow.sink,
                kind: party.known.map(|known| known.kind),
                country: party.country,
                category: one.category,
                purpose,
                consent_checked: flow.consent_checked,
                // Neither a hash nor a token is anonymity; what truly is anonymous is not carried at all.
                anonymised: false,
            };
            answers.push((one, policy.transfer(self.catalog, &query)));
        }
        (!answers.is_empty()).then_some(Transfer { flow, party, policy, answers })
    }
}

impl<'a> Transfer<'a> {
    /// The part of the transfer whose answers a check reports.
    pub(crate) fn matching(
        &self,
        wanted: impl Fn(&Carried, &TransferRuling<'_>) -> bool,
    ) -> Vec<(&'a Carried, &TransferRuling<'a>)> {
        self.answers.iter().filter(|(one, ruling)| wanted(one, ruling)).map(|(one, ruling)| (*one, ruling)).collect()
    }

    /// A finding about a part of the transfer. `says` words it from the subject with its verb (`E-mail address … is`) and the recipient.
    pub(crate) fn finding(
        &self,
        case: &Case<'_>,
        check: &Check,
        part: &[(&Carried, &TransferRuling<'_>)],
        says: impl FnOnce(&str, &str) -> String,
    ) -> Option<Finding> {
        let carried: Vec<&Carried> = part.iter().map(|(one, _)| *one).collect();
        let ids = categories(case, &carried);
        let all = carried.iter().fold(Effects::all(), |all, one| all & one.effects);
        let what = wording::subject(case, &ids, wording::effects_words(all));
        let mut finding = case.flow_finding(check, self.flow, &carried, says(&what, &self.party.named()))?;
        self.party.fill(&mut finding);
        finding.label = if self.party.anonymous {
            "leaves the program here".to_owned()
        } else {
            format!("sent to {} here", self.party.named())
        };
        finding.verdict = part.iter().map(|(_, ruling)| ruling.verdict()).max();
        Some(finding)
    }

    /// The ids of a part.
    pub(crate) fn ids(case: &Case<'_>, part: &[(&Carried, &TransferRuling<'_>)]) -> Vec<Symbol> {
        categories(case, &part.iter().map(|(one, _)| *one).collect::<Vec<_>>())
    }
}
