//! `pdlint:ignore[PD501] reason`: which findings it covers, and which suppressions are at fault themselves.

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use super::wording::without_values;
use super::{CHECKS, Case, notice};
use crate::facts::Suppression;
use crate::index::Symbol;
use crate::ir::{Block, Function, Stmt};
use crate::report::{Finding, Notice, SuppressedBy};
use crate::source::{FileId, Site, Span};

/// An expression over more lines than this is no place that one comment above it can speak for.
const LONGEST_STATEMENT: u32 = 30;

/// Marks the findings that are suppressed, and returns notices about suppressions that cover nothing or say no reason.
///
/// A suppression without a reason still suppresses: the notice asks for the reason, and a finding that comes and goes with it
/// would only hide that.
pub(crate) fn apply(case: &Case<'_>, findings: &mut [Finding]) -> Vec<Notice> {
    let mut by_file: FxHashMap<Symbol, Vec<usize>> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        by_file.entry(finding.location.file).or_default().push(at);
    }
    let mut notices = Vec::new();
    for (index, (source, facts)) in case.sources.iter().zip(case.facts).enumerate() {
        if facts.suppressions.is_empty() {
            continue;
        }
        let here = by_file.get(&source.path).map(Vec::as_slice).unwrap_or_default();
        let file = FileId::from_index(index);
        let mut by_line: Vec<usize> = (0..facts.suppressions.len()).collect();
        let line = |at: &usize| facts.suppressions.get(*at).map_or(0, |suppression| suppression.line);
        by_line.sort_by_key(line);
        let mut used: Vec<Vec<&'static str>> = vec![Vec::new(); facts.suppressions.len()];
        for at in here {
            let Some(finding) = findings.get_mut(*at) else { continue };
            let mut near: Vec<usize> = Vec::new();
            for lines in lines_of(case, file, finding) {
                let first = by_line.partition_point(|at| line(at) < *lines.start());
                let last = by_line.partition_point(|at| line(at) <= *lines.end());
                near.extend(by_line.get(first..last).unwrap_or_default());
            }
            // Of several the first in the file is the one that is named.
            near.sort_unstable();
            near.dedup();
            for which in near {
                let (Some(suppression), Some(used)) = (facts.suppressions.get(which), used.get_mut(which)) else { continue };
                if !names(suppression, finding.code, finding.name) {
                    continue;
                }
                used.push(finding.code);
                let reason = without_values(&case.catalog.categories, suppression.reason.as_deref().unwrap_or_default());
                let location = case.place(Site { file, span: suppression.span });
                finding.suppressed = finding.suppressed.take().or(location.map(|location| SuppressedBy { location, reason }));
            }
        }
        for (suppression, used) in facts.suppressions.iter().zip(&used) {
            faults(case, Site { file, span: suppression.span }, suppression, used, &mut notices);
        }
    }
    notices
}

fn names(suppression: &Suppression, code: &str, name: &str) -> bool {
    suppression.codes.is_empty() || suppression.codes.iter().any(|one| is_named(*one, code, name))
}

fn is_named(written: Symbol, code: &str, name: &str) -> bool {
    written.as_str().eq_ignore_ascii_case(code) || written == *name
}

/// The lines of which a suppression covers a finding: those that the finding takes, and those of the expressions around it, for a
/// call at the end of a chain stands lines below the comment above the statement.
fn lines_of(case: &Case<'_>, file: FileId, finding: &Finding) -> Vec<RangeInclusive<u32>> {
    let place = &finding.location;
    let mut all = vec![place.line..=place.end_line];
    let site = Site { file, span: Span { start: place.offset, end: place.offset.saturating_add(place.length) } };
    if let (Some(source), Some(function)) = (case.sources.get(file.index()), case.function_at(site)) {
        let around = expressions_around(function, site.span);
        let lines = around.into_iter().map(|span| source.lines().line(span.start)..=source.lines().line(span.end));
        all.extend(lines.filter(|lines| lines.end() - lines.start() <= LONGEST_STATEMENT));
    }
    all
}

/// The spans of the expressions that contain `inner`, of statements anywhere in a function. Blocks nest as deep as the code
/// does: they are walked with a list, not with the stack.
fn expressions_around(function: &Function, inner: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut blocks: Vec<&Block> = vec![&function.body];
    blocks.extend(function.closures.iter().map(|closure| &closure.body));
    while let Some(block) = blocks.pop() {
        for statement in &block.0 {
            match statement {
                Stmt::Assign { span, .. } | Stmt::Return { span, .. } | Stmt::Throw { span, .. } => {
                    if span.contains(inner) {
                        found.push(*span);
                    }
                }
                Stmt::Branch { arms, .. } => blocks.extend(arms),
                Stmt::Loop { body, .. } => blocks.push(body),
                Stmt::Try { body, handlers, finally } => {
                    blocks.push(body);
                    blocks.extend(handlers);
                    blocks.push(finally);
                }
                Stmt::Leave => {}
            }
        }
    }
    found
}

/// What is wrong with a suppression that covered findings of the codes `used`.
fn faults(case: &Case<'_>, site: Site, suppression: &Suppression, used: &[&'static str], notices: &mut Vec<Notice>) {
    let mut add = |code, message| notices.push(Notice { code, message, location: case.place(site), file: case.path(site) });
    if suppression.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        let message = "this suppression says no reason; write it after the brackets: `pdlint:ignore[PD501] asked for by support until 2027-01`";
        add(notice::UNEXPLAINED_SUPPRESSION, message.to_owned());
    }
    if suppression.codes.is_empty() && used.is_empty() {
        add(notice::UNUSED_SUPPRESSION, "this suppression covers no finding; remove it".to_owned());
    }
    for written in &suppression.codes {
        let Some(check) = CHECKS.iter().find(|check| is_named(*written, check.code, check.name)) else {
            add(notice::UNUSED_SUPPRESSION, format!("no check has the code `{written}`; `pdlint rules` lists them"));
            continue;
        };
        // A check that did not run says nothing about its suppressions.
        let path = case.path(site);
        let ran = (case.policy.is_some() || !check.needs_policy) && case.config.severity(check.code, path.as_str()) != Some(None);
        if ran && !used.contains(&check.code) {
            add(notice::UNUSED_SUPPRESSION, format!("no {} ({}) is found here; remove the suppression", check.code, check.name));
        }
    }
}
