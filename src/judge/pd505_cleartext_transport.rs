//! PD505: personal data cross a network in clear text.

use super::carried::{HIDDEN, can_transfer, categories};
use super::party::Party;
use super::wording::sentence;
use super::{Case, Check};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD505", name: "cleartext-transport", severity: Severity::Error, needs_policy: false, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for flow in case.flows.flows.iter().filter(|flow| flow.cleartext == Some(true) && can_transfer(flow.sink)) {
        // Within the operator's own network (loopback, private names, declared hosts) the channel is the operator's matter.
        let Some(party) = Party::of(case, flow) else { continue };
        let carried = case.judged(flow, |one| !one.effects.intersects(HIDDEN));
        if carried.is_empty() {
            continue;
        }
        let what = sentence(&case.categories(&categories(case, &carried)));
        let message = format!("{what} is sent to {} in clear text", party.named());
        let Some(mut finding) = case.flow_finding(&CHECK, flow, &carried, message) else { continue };
        party.fill(&mut finding);
        finding.label = "sent unencrypted here".to_owned();
        finding.help.push(
            "change the code: use https, or TLS for mail (STARTTLS required, port 465), and refuse to fall back".to_owned(),
        );
        finding.help.push("if the host is the operator's own, name it under `internal-hosts`".to_owned());
        findings.push(finding);
    }
}
