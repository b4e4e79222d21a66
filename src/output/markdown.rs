//! Markdown for pull-request comments, wikis and records.

use std::io::{self, Write};

use super::render::counts::{Counts, scanned};
use super::render::escape::{markdown_block, markdown_code, markdown_prose, markdown_sentence};
use super::render::groups::groups;
use super::render::place;
use super::table::{named, qualified};
use super::{Format, Style, View};
use crate::catalog::Catalog;
use crate::index::Symbol;
use crate::report::{Finding, Notice, Report};

/// `--format markdown`.
#[derive(Debug)]
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn supports(&self, _view: View) -> bool {
        true
    }

    fn write(&self, report: &Report, _catalog: &Catalog, view: View, _style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        match view {
            View::Check => check(report, out),
            View::Inventory => inventory(report, out),
        }
    }
}

fn check(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Personal data: differences with the Policy\n")?;
    writeln!(out, "**{}**\n", markdown_prose(&Counts::of(report).sentence()))?;
    policy(report, out)?;
    let groups = groups(report);
    if !groups.is_empty() {
        writeln!(out, "| severity | check | place | finding |\n|---|---|---|---|")?;
        for finding in groups.iter().flatten() {
            let (code, at) =
                (markdown_prose(&format!("{} {}", finding.code, finding.name)), markdown_code(&place(&finding.location)));
            writeln!(out, "| {} | {code} | {at} | {} |", finding.severity.as_str(), markdown_sentence(&finding.message))?;
        }
        writeln!(out)?;
    }
    for group in &groups {
        if let Some((first, others)) = group.split_first() {
            detail(first, others, out)?;
        }
    }
    notices(&report.notices, out)?;
    footer(report, out)
}

/// One finding with its path, clauses and ways out, and the places of others that differ only in theirs.
fn detail(finding: &Finding, others: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "## {} at {}\n",
        markdown_prose(&format!("{} {}", finding.code, finding.name)),
        markdown_code(&place(&finding.location))
    )?;
    writeln!(out, "{}\n", markdown_sentence(&finding.message))?;
    path(finding, out)?;
    if finding.path.is_empty() && !finding.evidence.is_empty() {
        writeln!(out, "Why:\n")?;
        for reason in &finding.evidence {
            writeln!(out, "- {}", markdown_sentence(reason))?;
        }
        writeln!(out)?;
    }
    for other in others {
        writeln!(out, "Also at {}: {}\n", markdown_code(&place(&other.location)), markdown_sentence(&other.message))?;
        path(other, out)?;
    }
    for clause in &finding.clauses {
        let at = clause.location.as_ref().map(|location| format!(" ({})", markdown_code(&place(location)))).unwrap_or_default();
        let words = clause.text.as_ref().map(|text| format!(": “{}”", markdown_prose(text))).unwrap_or_default();
        writeln!(out, "Clause {}{at} {}{words}\n", markdown_code(clause.id.as_str()), markdown_prose(&clause.role))?;
    }
    if !finding.help.is_empty() {
        writeln!(out, "What to do:\n")?;
        for help in &finding.help {
            writeln!(out, "- {}", markdown_sentence(help))?;
        }
        writeln!(out)?;
    }
    if let Some(declaration) = &finding.declaration {
        writeln!(out, "{}\n", markdown_block(declaration, "toml"))?;
    }
    Ok(())
}

fn path(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if finding.path.is_empty() {
        return Ok(());
    }
    for (number, step) in finding.path.iter().enumerate() {
        writeln!(out, "{}. {} {}", number + 1, markdown_code(&place(&step.location)), markdown_sentence(&step.what))?;
    }
    writeln!(out)
}

fn inventory(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Personal data inventory\n")?;
    policy(report, out)?;
    writeln!(out, "## Elements\n")?;
    if report.elements.is_empty() {
        writeln!(out, "None found.\n")?;
    } else {
        // Which migration introduced a column is told where migrations are.
        let migrated = report.elements.iter().any(|element| element.introduced.is_some());
        let (title, line) = if migrated { (" introduced by |", "---|") } else { ("", "") };
        writeln!(out, "| place | element | type | category | confidence | declared |{title}\n|---|---|---|---|---|---|{line}")?;
        for element in &report.elements {
            let declared = match element.declared {
                Some(true) if element.clauses.is_empty() => "yes".to_owned(),
                Some(true) => codes(&element.clauses),
                Some(false) => "no".to_owned(),
                None => String::new(),
            };
            let migration = match &element.introduced {
                Some(origin) => format!(" {} |", markdown_code(origin.migration.as_str())),
                None if migrated => " |".to_owned(),
                None => String::new(),
            };
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {declared} |{migration}",
                markdown_code(&place(&element.location)),
                markdown_code(&named(element)),
                markdown_code(element.ty.as_str()),
                markdown_code(element.category.as_str()),
                format!("{:?}", element.confidence).to_lowercase(),
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## Transfers\n")?;
    if report.transfers.is_empty() {
        writeln!(out, "None found.\n")?;
    } else {
        writeln!(out, "| place | sink | recipient | country | categories | path |\n|---|---|---|---|---|---|")?;
        for transfer in &report.transfers {
            let recipient =
                transfer.recipient_name.clone().or_else(|| transfer.recipient.map(|id| id.to_string())).unwrap_or_default();
            let path: Vec<_> = transfer
                .path
                .iter()
                .map(|step| format!("{} {}", markdown_code(&place(&step.location)), markdown_sentence(&step.what)))
                .collect();
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                markdown_code(&place(&transfer.location)),
                transfer.sink,
                markdown_prose(&recipient),
                markdown_prose(&transfer.country.map(|country| country.to_string()).unwrap_or_default()),
                codes(&transfer.categories),
                path.join(" → "),
            )?;
        }
        writeln!(out)?;
    }
    stored(report, out)?;
    notices(&report.notices, out)?;
    footer(report, out)
}

/// What ends, copies and protects the rows of tables with personal data.
fn stored(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.tables.iter().all(|table| table.facts.is_empty()) {
        return Ok(());
    }
    writeln!(out, "## Life and protection of stored data\n")?;
    writeln!(out, "| place | table | what | with | period | words |\n|---|---|---|---|---|---|")?;
    for (table, fact) in report.tables.iter().flat_map(|table| table.facts.iter().map(move |fact| (table, fact))) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            markdown_code(&format!("{}:{}", fact.file, fact.line)),
            markdown_code(&qualified(table.name.as_str(), fact.column.map_or("", Symbol::as_str))),
            fact.kind,
            fact.other.map(|other| markdown_code(other.as_str())).unwrap_or_default(),
            fact.period.as_deref().unwrap_or_default(),
            markdown_prose(fact.detail.as_str()),
        )?;
    }
    writeln!(out)
}

fn policy(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(policy) = &report.policy else { return Ok(()) };
    let revision = policy.revision.as_deref().unwrap_or("unknown");
    let text = format!("{} ({}, revision {revision})", policy.title, policy.operator);
    writeln!(out, "Policy: {}, {}\n", markdown_prose(&text), markdown_code(&policy.file))
}

fn notices(notices: &[Notice], out: &mut dyn Write) -> io::Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Notices\n\n| code | place | notice |\n|---|---|---|")?;
    for notice in notices {
        let at = notice.location.as_ref().map_or_else(|| notice.file.to_string(), place);
        writeln!(out, "| {} | {} | {} |", notice.code, markdown_code(&at), markdown_sentence(&notice.message))?;
    }
    writeln!(out)
}

fn footer(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Scanned\n")?;
    for line in scanned(report) {
        writeln!(out, "- {}", markdown_prose(&line))?;
    }
    Ok(())
}

fn codes(symbols: &[Symbol]) -> String {
    symbols.iter().map(|symbol| markdown_code(symbol.as_str())).collect::<Vec<_>>().join(", ")
}
