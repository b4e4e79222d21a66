//! One page of SQL for each dialect (`fixtures/sql`), with what its users and tools write: what is read of each, and that no
//! wrong guess of the dialect costs a column.

use std::collections::BTreeSet;
use std::path::PathBuf;

use pdlint::ir::schema::SchemaStep;
use pdlint::lang::sql::split::Splitter;
use pdlint::lang::sql::{Dialect, Sql};
use pdlint::lang::{Frontend, Input, Lowered};
use proptest::prelude::*;

use super::sql::{pieces_cover, shown};

/// The pages and the dialect that each is taken for.
const PAGES: &[(&str, Dialect)] = &[
    ("bigquery", Dialect::BigQuery),
    ("cassandra", Dialect::Generic),
    ("clickhouse", Dialect::ClickHouse),
    ("hive", Dialect::Hive),
    ("mssql", Dialect::MsSql),
    ("mysql", Dialect::MySql),
    ("oracle", Dialect::Oracle),
    ("others", Dialect::Generic),
    ("postgresql", Dialect::Postgres),
    ("redshift", Dialect::Postgres),
    ("snowflake", Dialect::Snowflake),
    ("sqlite", Dialect::Sqlite),
    ("templates", Dialect::MySql),
];

fn page(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/sql");
    std::fs::read_to_string(folder.join(name).with_extension("sql")).expect("the page is there")
}

fn lower_as(text: &str, dialect: &str) -> Lowered {
    let (_, variant) = Sql.variants().iter().find(|(name, _)| *name == dialect).expect("a dialect");
    variant.lower(&Input { path: "schema.sql", text })
}

/// Every column that the text declares, with its type.
fn columns(lowered: &Lowered) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    for step in &lowered.schema {
        match step {
            SchemaStep::Create { table, .. } => {
                columns.extend(table.fields.iter().map(|field| format!("{}.{} {}", table.name, field.name, field.ty.text)));
            }
            SchemaStep::AddColumn { table, column } => {
                columns.insert(format!("{table}.{} {}", column.name, column.ty.text));
            }
            _ => {}
        }
    }
    columns
}

#[test]
fn every_page_is_listed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/sql");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .expect("the pages are there")
        .map(|file| file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, PAGES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn dialects_are_told_by_their_text() {
    for (name, dialect) in PAGES {
        assert_eq!(Dialect::guess(&page(name)), *dialect, "{name}");
    }
}

#[test]
fn every_page_is_read_as_it_says() {
    for (name, _) in PAGES {
        let text = page(name);
        insta::assert_snapshot!(format!("sql_page_{name}"), shown(&text, &Sql.lower(&Input { path: "schema.sql", text: &text })));
    }
}

#[test]
fn a_wrong_guess_costs_no_column() {
    let mut lost = Vec::new();
    for (name, _) in PAGES {
        let text = page(name);
        let all = columns(&Sql.lower(&Input { path: "schema.sql", text: &text }));
        assert!(all.len() > 5, "{name} declares columns");
        for (setting, _) in Sql.variants() {
            let found = columns(&lower_as(&text, setting));
            lost.extend(all.difference(&found).map(|column| format!("{name} as {setting}: {column}")));
        }
    }
    assert!(lost.is_empty(), "{} columns lost:\n{}", lost.len(), lost.join("\n"));
}

/// Cut anywhere, a page still splits into pieces that cover it, and a table that is cut in two is reported.
#[test]
fn a_page_cut_short_is_still_read() {
    for (name, dialect) in PAGES {
        let text = page(name);
        let cuts = (0..text.len()).step_by(61).filter(|cut| text.is_char_boundary(*cut));
        for cut in cuts {
            let head = &text[..cut];
            pieces_cover(head, *dialect);
            let lowered = Sql.lower(&Input { path: "schema.sql", text: head });
            assert!(lowered.damage.iter().all(|damage| damage.span.end as usize <= cut), "{name} cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_that_decode_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Some(decoded) = pdlint::source::decode::decode(&bytes) {
            let _ = Sql.lower(&Input { path: "schema.sql", text: &decoded.text });
        }
    }

    #[test]
    fn a_page_with_a_hole_is_read(page_at in 0..PAGES.len(), from in 0usize..4000, length in 0usize..60, setting in 0usize..10) {
        let text = page(PAGES[page_at].0);
        let floor = |mut at: usize| { at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1; } at };
        let (from, to) = (floor(from), floor(from + length));
        let broken = format!("{}{}", &text[..from], &text[to..]);
        for piece in Splitter::new(&broken, PAGES[page_at].1) {
            prop_assert!(piece.end <= broken.len());
        }
        let (_, variant) = Sql.variants()[setting];
        let _ = variant.lower(&Input { path: "schema.sql", text: &broken });
    }
}
