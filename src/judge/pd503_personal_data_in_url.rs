//! PD503: personal data are part of a URL, where proxies, access logs and browser histories keep them.

use super::carried::{HIDDEN, categories};
use super::party::Party;
use super::wording::sentence;
use super::{Case, Check};
use crate::catalog::model::{Effects, SinkKind};
use crate::flow::Channel;
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD503", name: "personal-data-in-url", severity: Severity::Warning, needs_policy: false, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for flow in case.flows.flows.iter().filter(|flow| flow.sink != SinkKind::Log) {
        let hidden = HIDDEN.union(Effects::PSEUDONYMISED);
        let carried = case.judged(flow, |one| one.channel == Channel::Url && !one.effects.intersects(hidden));
        if carried.is_empty() {
            continue;
        }
        let what = sentence(&case.categories(&categories(case, &carried)));
        let party = Party::of(case, flow);
        let whom =
            party.as_ref().filter(|party| !party.anonymous).map(|party| format!(" to {}", party.named())).unwrap_or_default();
        let message = format!("{what} is part of the URL of a request{whom}");
        let Some(mut finding) = case.flow_finding(&CHECK, flow, &carried, message) else { continue };
        if let Some(party) = &party {
            party.fill(&mut finding);
        }
        finding.label = "requested here".to_owned();
        finding.help.push("change the code: send it in the body of a POST, or put an opaque id into the URL".to_owned());
        finding.help.push(format!(
            "or say why the interface leaves no choice: `pdlint:ignore[{}] reason` in a comment on or above the line",
            CHECK.code
        ));
        findings.push(finding);
    }
}
