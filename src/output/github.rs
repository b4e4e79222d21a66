//! GitHub workflow commands: annotations on the lines of a pull request.

use std::io;

use super::render::counts::Counts;
use super::render::escape::{github_data, github_property, visible};
use super::{Format, Style, View};
use crate::catalog::Catalog;
use crate::report::{Finding, Location, Notice, Report, Severity};

/// `--format github`.
#[derive(Debug)]
pub(super) struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn supports(&self, view: View) -> bool {
        view == View::Check
    }

    fn write(&self, report: &Report, _catalog: &Catalog, _view: View, _style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in report.findings.iter().filter(|finding| finding.suppressed.is_none()) {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let title = format!("{} {}", finding.code, finding.name);
            annotate(out, command, Some(&finding.location), finding.location.file.as_str(), &title, &message(finding))?;
        }
        for notice in &report.notices {
            annotate_notice(out, notice)?;
        }
        // Counts on a line of their own: a log reader's last line; it can't start with `::`.
        writeln!(out, "{}", Counts::of(report).sentence())
    }
}

fn annotate_notice(out: &mut dyn io::Write, notice: &Notice) -> io::Result<()> {
    annotate(out, "notice", notice.location.as_ref(), notice.file.as_str(), notice.code, &notice.message)
}

fn annotate(
    out: &mut dyn io::Write,
    command: &str,
    location: Option<&Location>,
    file: &str,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let mut properties = Vec::new();
    if !file.is_empty() {
        properties.push(format!("file={}", github_property(file)));
    }
    if let Some(location) = location {
        properties.push(format!("line={}", location.line));
        properties.push(format!("endLine={}", location.end_line.max(location.line)));
        // Columns are only understood within one line.
        if location.end_line <= location.line {
            properties.push(format!("col={}", location.column));
            properties.push(format!("endColumn={}", location.end_column.max(location.column)));
        }
    }
    properties.push(format!("title={}", github_property(title)));
    writeln!(out, "::{command} {}::{}", properties.join(","), github_data(message))
}

/// The message, the clause and the ways out; an annotation shows line breaks.
fn message(finding: &Finding) -> String {
    let mut lines = vec![one_line(&finding.message)];
    lines.extend(finding.clauses.first().map(|clause| one_line(&format!("Clause {} {}", clause.id, clause.role))));
    lines.extend(finding.help.iter().map(|help| one_line(&format!("Help: {help}"))));
    lines.join("\n")
}

/// What is scanned breaks no line of the message.
fn one_line(text: &str) -> String {
    visible(text).into_owned()
}
