//! PD301: data are used for a purpose that the Policy does not declare for them.
//!
//! What data are used for is taken from an annotation, from the path-to-purpose map, and for a transfer from what its recipient
//! is for. A transfer to somebody whom the Policy does not name is PD201, not this.

use super::carried::{can_transfer, categories};
use super::purposes::Stated;
use super::transfers::Transfer;
use super::wording::{listed, subject};
use super::{Case, Check, place};
use crate::catalog::CategoryId;
use crate::flow::{Carried, Flow};
use crate::index::Symbol;
use crate::policy::{Policy, Verdict};
use crate::report::{Finding, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD301", name: "undeclared-purpose", severity: Severity::Error, needs_policy: true, run };

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(policy) = case.policy.filter(|policy| !policy.purposes.is_empty()) else { return };
    for flow in case.flows.flows.iter().filter(|flow| can_transfer(flow.sink)) {
        if let Some(stated) = case.purpose_of_use(policy, flow.site) {
            let carried = case.judged(flow, |one| !stated.declared || !is_tied(policy, one.category, &[stated.purpose]));
            findings.extend(stated_finding(case, policy, flow, &carried, &stated));
        }
    }
    for transfer in case.transfers() {
        if case.purpose_of_use(policy, transfer.flow.site).is_none() {
            findings.extend(by_recipient(case, &transfer));
        }
    }
}

/// Whether one of the purposes is declared for a category. What ties no purpose allows all; what is not declared at all is for
/// PD101 to say.
fn is_tied(policy: &Policy, category: CategoryId, purposes: &[Symbol]) -> bool {
    policy.purposes_of(category).is_none_or(|tied| tied.is_empty() || purposes.iter().any(|one| tied.contains(one)))
}

fn stated_finding(case: &Case<'_>, policy: &Policy, flow: &Flow, carried: &[&Carried], stated: &Stated) -> Option<Finding> {
    if carried.is_empty() {
        return None;
    }
    let what = subject(case, &categories(case, carried), "");
    let purpose = stated.purpose;
    let says = match (stated.declared, categories(case, carried).len()) {
        (true, 1) => "which the Policy does not declare for it",
        (true, _) => "which the Policy does not declare for them",
        (false, _) => "which the Policy does not declare",
    };
    let mut finding = case.flow_finding(&CHECK, flow, carried, format!("{what} used for `{purpose}`, {says}"))?;
    finding.label = format!("used for `{purpose}` here");
    finding.evidence.insert(0, stated.by.clone());
    cite_purposes(policy, carried, &mut finding);
    ways_out(&mut finding);
    Some(finding)
}

/// A transfer to a named recipient whose kind of service none of the purposes is for.
fn by_recipient(case: &Case<'_>, transfer: &Transfer<'_>) -> Option<Finding> {
    let policy = transfer.policy;
    let service = case.catalog.purposes.find(transfer.party.known?.purpose)?;
    let served = case.purposes_served(policy, &transfer.party);
    // A purpose that states no data use may be this one.
    let vague = policy.purposes.iter().any(|purpose| !purpose.catch_all && purpose.data_use.is_none());
    if served.is_empty() && vague {
        return None;
    }
    let part = transfer.matching(|one, ruling| {
        ruling.ruling.verdict == Verdict::Clear && {
            let used_for = ruling.ruling.purposes.as_deref().unwrap_or(&served);
            used_for.is_empty() || !is_tied(policy, one.category, used_for)
        }
    });
    if part.is_empty() {
        return None;
    }
    let names: Vec<String> = served.iter().map(|one| format!("`{one}`")).collect();
    let about_one = part.iter().all(|(one, _)| Some(one.category) == part.first().map(|(first, _)| first.category));
    let mut finding = transfer.finding(case, &CHECK, &part, |what, whom| match names.is_empty() {
        true => {
            format!("{what} sent to {whom}: {}, and no purpose of the Policy is served by that", with_article(&service.title))
        }
        false => {
            let them = if about_one { "it" } else { "them" };
            format!("{what} sent to {whom} for {}, which the Policy does not declare for {them}", listed(&names))
        }
    })?;
    finding.evidence.insert(0, format!("{} is known as {}", transfer.party.name, with_article(&service.title)));
    let carried: Vec<&Carried> = part.iter().map(|(one, _)| *one).collect();
    cite_purposes(policy, &carried, &mut finding);
    ways_out(&mut finding);
    Some(finding)
}

/// Cites the purposes that are declared for the first category, the nearest there is.
fn cite_purposes(policy: &Policy, carried: &[&Carried], finding: &mut Finding) {
    finding.verdict = Some(Verdict::Omitted);
    let tied = carried.first().and_then(|one| policy.purposes_of(one.category)).unwrap_or_default();
    for purpose in policy.purposes.iter().filter(|purpose| tied.contains(&purpose.id)) {
        finding.clauses.push(place::cite(policy, &purpose.clause, format!("declares the purpose `{}` for it", purpose.id)));
    }
    if finding.clauses.is_empty() {
        let catch_all = policy.purposes.iter().find(|purpose| purpose.catch_all);
        finding
            .clauses
            .extend(catch_all.map(|purpose| place::cite(policy, &purpose.clause, "is a catch-all: it states no purpose")));
    }
}

fn ways_out(finding: &mut Finding) {
    finding.help.push("change the code: keep these data out of this use, or take data that are declared for it".to_owned());
    finding.help.push(
        "or declare the purpose: add its id to `purposes` of the `[[collect]]` entry, once the Policy's text says so".to_owned(),
    );
}

fn with_article(title: &str) -> String {
    let vowel = title.chars().next().is_some_and(|first| "aeioAEIO".contains(first)) || title.starts_with("SMS");
    format!("{} {title}", if vowel { "an" } else { "a" })
}
