//! The inventory for spreadsheets: a row for each element and each transfer.

use std::io;

use super::render::escape::csv_cell;
use super::render::{joined, place};
use super::{Format, Style, View};
use crate::catalog::Catalog;
use crate::report::{Element, Location, Report, Transfer};

/// `--format csv`.
#[derive(Debug)]
pub(super) struct Csv;

const HEADER: [&str; 26] = [
    "record",
    "file",
    "line",
    "column",
    "language",
    "kind",
    "container",
    "field",
    "type",
    "categories",
    "confidence",
    "evidence",
    "declared",
    "clauses",
    "purposes",
    "retention",
    "sink",
    "recipient",
    "recipient_name",
    "country",
    "call",
    "path",
    "migration",
    "introduced",
    "former_names",
    "also",
];

/// Between the items of a list in one cell.
const SEPARATOR: &str = "; ";

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn supports(&self, view: View) -> bool {
        view == View::Inventory
    }

    fn write(&self, report: &Report, _catalog: &Catalog, _view: View, _style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(HEADER)?;
        for row in report.elements.iter().map(element).chain(report.transfers.iter().map(transfer)) {
            writer.write_record(HEADER.iter().map(|column| {
                let cell = row.iter().find(|(name, _)| name == column).map(|(_, text)| text.as_str()).unwrap_or_default();
                csv_cell(cell).into_owned()
            }))?;
        }
        writer.flush()
    }
}

/// Cells by the name of their column.
type Row = Vec<(&'static str, String)>;

fn at(record: &str, location: &Location) -> Row {
    vec![
        ("record", record.to_owned()),
        ("file", location.file.to_string()),
        ("line", location.line.to_string()),
        ("column", location.column.to_string()),
    ]
}

fn element(element: &Element) -> Row {
    let declared = match element.declared {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    let mut row = at("element", &element.location);
    row.extend([
        ("language", element.language.to_string()),
        ("kind", element.kind.to_owned()),
        ("container", element.container.to_string()),
        ("field", element.field.to_string()),
        ("type", element.ty.to_string()),
        ("categories", element.category.to_string()),
        ("confidence", format!("{:?}", element.confidence).to_lowercase()),
        ("evidence", joined(&element.evidence, SEPARATOR)),
        ("declared", declared.to_owned()),
        ("clauses", joined(&element.clauses, SEPARATOR)),
        ("purposes", joined(&element.purposes, SEPARATOR)),
        ("retention", element.retention.clone().unwrap_or_default()),
        ("migration", element.introduced.as_ref().map(|origin| origin.migration.to_string()).unwrap_or_default()),
        ("introduced", element.introduced.as_ref().map(|origin| place(&origin.location)).unwrap_or_default()),
        ("former_names", joined(&element.former_names, SEPARATOR)),
        ("also", element.also.iter().map(place).collect::<Vec<_>>().join(SEPARATOR)),
    ]);
    row
}

fn transfer(transfer: &Transfer) -> Row {
    let path: Vec<_> = transfer.path.iter().map(|step| format!("{} {}", place(&step.location), step.what)).collect();
    let mut row = at("transfer", &transfer.location);
    row.extend([
        ("categories", joined(&transfer.categories, SEPARATOR)),
        ("sink", transfer.sink.to_owned()),
        ("recipient", transfer.recipient.map(|id| id.to_string()).unwrap_or_default()),
        ("recipient_name", transfer.recipient_name.clone().unwrap_or_default()),
        ("country", transfer.country.map(|country| country.to_string()).unwrap_or_default()),
        ("call", transfer.call.clone()),
        ("path", path.join(SEPARATOR)),
    ]);
    row
}
