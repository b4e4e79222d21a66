//! JSON for programs. The shapes are contracts: fields are added, never renamed or removed.

use std::io;

use indexmap::IndexMap;
use serde::Serialize;

use super::render::counts::Counts;
use super::render::json;
use super::{Format, Style, View};
use crate::catalog::Catalog;
use crate::report::{Element, Finding, Notice, PolicyTitle, Report, SqlStatements, StoredTable, Transfer};

/// `--format json`.
#[derive(Debug)]
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn supports(&self, _view: View) -> bool {
        true
    }

    fn write(&self, report: &Report, _catalog: &Catalog, view: View, _style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        let summary = Summary::of(report);
        let policy = report.policy.as_ref();
        match view {
            View::Check => json::write(
                out,
                &Check { schema: "pdlint.check/1", policy, findings: &report.findings, notices: &report.notices, summary },
            ),
            View::Inventory => json::write(
                out,
                &Inventory {
                    schema: "pdlint.inventory/1",
                    policy,
                    elements: &report.elements,
                    transfers: &report.transfers,
                    tables: &report.tables,
                    notices: &report.notices,
                    summary,
                },
            ),
        }
    }
}

#[derive(Serialize)]
struct Check<'r> {
    schema: &'static str,
    policy: Option<&'r PolicyTitle>,
    findings: &'r [Finding],
    notices: &'r [Notice],
    summary: Summary<'r>,
}

#[derive(Serialize)]
struct Inventory<'r> {
    schema: &'static str,
    policy: Option<&'r PolicyTitle>,
    elements: &'r [Element],
    transfers: &'r [Transfer],
    tables: &'r [StoredTable],
    notices: &'r [Notice],
    summary: Summary<'r>,
}

#[derive(Serialize)]
struct Summary<'r> {
    files: usize,
    lines: usize,
    languages: IndexMap<&'r str, usize>,
    elements: usize,
    transfers: usize,
    findings: Counts,
    skipped_folders: usize,
    other_files: usize,
    expressions: u64,
    opaque: u64,
    limits_hit: usize,
    sql: SqlStatements,
}

impl<'r> Summary<'r> {
    fn of(report: &'r Report) -> Self {
        let summary = &report.summary;
        let mut languages: IndexMap<_, _> = summary.languages.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        languages.sort_keys();
        Self {
            files: summary.files,
            lines: summary.lines,
            languages,
            elements: report.elements.len(),
            transfers: report.transfers.len(),
            findings: Counts::of(report),
            skipped_folders: summary.skipped_folders,
            other_files: summary.other_files,
            expressions: summary.expressions,
            opaque: summary.opaque,
            limits_hit: summary.limits_hit,
            sql: summary.sql,
        }
    }
}
