//! The inventory as tables for people.

use std::io;

use super::render::counts::scanned;
use super::render::escape::visible;
use super::render::grid::grid;
use super::render::{joined, place};
use super::{Detail, Format, Style, View};
use crate::catalog::Catalog;
use crate::index::Symbol;
use crate::report::{Element, Report};

/// `--format table`; `human` is the same for the inventory.
#[derive(Debug)]
pub(super) struct Table;

impl Format for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn supports(&self, view: View) -> bool {
        view == View::Inventory
    }

    fn write(&self, report: &Report, _catalog: &Catalog, _view: View, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        write(report, style, out)
    }
}

/// Writes elements, transfers and what is known of the life of tables' rows, each as a table, and the counts.
///
/// # Errors
/// Whatever writing to `out` gives.
pub(super) fn write(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let with_policy = report.policy.is_some();
    if !report.elements.is_empty() {
        let mut header = vec!["place", "element", "type", "category", "confidence"];
        if with_policy {
            header.push("declared");
        }
        let rows = report.elements.iter().map(|element| {
            let mut row = vec![
                place(&element.location),
                named(element),
                element.ty.to_string(),
                element.category.to_string(),
                format!("{:?}", element.confidence).to_lowercase(),
            ];
            if with_policy {
                row.push(match element.declared {
                    Some(true) if element.clauses.is_empty() => "yes".to_owned(),
                    Some(true) => joined(&element.clauses, ", "),
                    Some(false) => "no".to_owned(),
                    None => String::new(),
                });
            }
            row
        });
        writeln!(out, "{}", grid(&header, rows, style))?;
    }
    if !report.transfers.is_empty() {
        let rows = report.transfers.iter().map(|transfer| {
            let recipient = transfer.recipient_name.clone().or_else(|| transfer.recipient.map(|id| id.to_string()));
            vec![
                place(&transfer.location),
                transfer.sink.to_owned(),
                recipient.unwrap_or_default(),
                transfer.country.map(|country| country.to_string()).unwrap_or_default(),
                joined(&transfer.categories, ", "),
                transfer.path.first().map(|step| format!("{}:{}", step.location.file, step.location.line)).unwrap_or_default(),
            ]
        });
        writeln!(out, "{}", grid(&["place", "sink", "recipient", "country", "categories", "from"], rows, style))?;
    }
    let facts = report.tables.iter().flat_map(|table| table.facts.iter().map(move |fact| (table, fact)));
    let rows: Vec<_> = facts
        .map(|(table, fact)| {
            vec![
                format!("{}:{}", fact.file, fact.line),
                qualified(table.name.as_str(), fact.column.map_or("", Symbol::as_str)),
                fact.kind.to_owned(),
                fact.other.map(|other| other.to_string()).unwrap_or_default(),
                fact.period.clone().unwrap_or_default(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        writeln!(out, "{}", grid(&["place", "table", "life and protection", "with", "period"], rows.into_iter(), style))?;
    }
    if style.detail > Detail::Brief {
        for line in scanned(report) {
            writeln!(out, "{}", visible(&line))?;
        }
    }
    Ok(())
}

/// `users.email`, `users.email (was mail)`.
#[must_use]
pub(super) fn named(element: &Element) -> String {
    let name = qualified(element.container.as_str(), element.field.as_str());
    if element.former_names.is_empty() { name } else { format!("{name} (was {})", joined(&element.former_names, ", ")) }
}

/// `users.email`, or either part alone.
#[must_use]
pub(super) fn qualified(container: &str, field: &str) -> String {
    match (container.is_empty(), field.is_empty()) {
        (true, _) => field.to_owned(),
        (false, true) => container.to_owned(),
        (false, false) => format!("{container}.{field}"),
    }
}
