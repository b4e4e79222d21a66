//! The tables that hold personal data, with what is known of the life and protection of their rows.

use crate::catalog::Catalog;
use crate::classify::values::detect;
use crate::index::Symbol;
use crate::ir::TypeKind;
use crate::link::{Schema, Table, TableFact};
use crate::report::{StoredColumn, StoredFact, StoredTable};
use crate::source::{Site, SourceFile};

/// Every table with personal data.
pub(super) fn tables(catalog: &Catalog, sources: &[SourceFile], schema: &Schema) -> Vec<StoredTable> {
    let of_table = |table: &Table| {
        let columns = table.columns.iter().filter_map(|column| {
            let verdict = column.verdict.as_ref()?;
            let categories = verdict.categories.iter().map(|category| Symbol::new(catalog.categories.name(*category))).collect();
            Some(StoredColumn { name: column.field.name, categories })
        });
        let columns: Vec<StoredColumn> = columns.collect();
        (!columns.is_empty()).then_some(columns)
    };
    schema
        .tables
        .iter()
        .filter(|table| table.kind == TypeKind::Table)
        .filter_map(|table| {
            let (file, line) = place(sources, table.site)?;
            Some(StoredTable {
                name: table.name,
                database: table.database,
                columns: of_table(table)?,
                file,
                line,
                facts: table.facts.iter().filter_map(|fact| stored(catalog, sources, fact)).collect(),
            })
        })
        .collect()
}

fn place(sources: &[SourceFile], site: Site) -> Option<(Symbol, u32)> {
    let source = sources.get(site.file.index())?;
    Some((source.path, source.lines().line_column(&source.text, site.span.start).line))
}

fn stored(catalog: &Catalog, sources: &[SourceFile], fact: &TableFact) -> Option<StoredFact> {
    let (file, line) = place(sources, fact.site)?;
    Some(StoredFact {
        kind: fact.kind.as_str(),
        file,
        line,
        column: fact.column,
        other: fact.other,
        detail: without_values(catalog, fact.detail),
        period: fact.days.map(|days| format!("{days}d")),
    })
}

/// The words of a statement may hold a personal value: `DELETE FROM users WHERE email = '...'`.
fn without_values(catalog: &Catalog, detail: Symbol) -> Symbol {
    let mut text = detail.as_str().to_owned();
    for hit in detect(&text.clone(), None, &catalog.categories).iter().rev() {
        text.replace_range(hit.start..hit.end, &hit.masked);
    }
    if text == detail.as_str() { detail } else { Symbol::new(&text) }
}
