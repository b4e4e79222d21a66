//! Columns whose values tell what they hold, whatever their name.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Table, agree, bare, key, qualifier};
use crate::catalog::category::covers;
use crate::catalog::{Catalog, CategoryId};
use crate::classify::values::column::{Form, Tallies};
use crate::classify::values::named;
use crate::classify::{Confidence, Verdict};
use crate::facts::FileFacts;
use crate::facts::columns::ColumnFact;
use crate::source::{FileId, SourceFile, Span};

/// Data by the last part of the table's name: the file and what it shows.
type Data<'f> = FxHashMap<String, Vec<(FileId, &'f ColumnFact)>>;

/// Adds to the verdicts of `tables` what the values of their columns show.
pub(super) fn classify(catalog: &Catalog, sources: &[SourceFile], facts: &[std::sync::Arc<FileFacts>], tables: &mut [Table]) {
    let mut data = Data::default();
    for (index, fact) in facts.iter().enumerate() {
        for column in &fact.columns {
            data.entry(key(column.table.as_str())).or_default().push((FileId::from_index(index), column));
        }
    }
    if !data.is_empty() {
        tables.par_iter_mut().for_each(|table| table_by_values(catalog, sources, &data, table));
    }
}

fn table_by_values(catalog: &Catalog, sources: &[SourceFile], data: &Data<'_>, table: &mut Table) {
    let Some(found) = data.get(&key(table.name.as_str())) else { return };
    let fits = |column: &ColumnFact| agree(qualifier(table.name.as_str()), qualifier(column.table.as_str()));
    // The file that creates the table knows best which rows are its.
    let own = found.iter().any(|(file, column)| *file == table.site.file && fits(column));
    let rows = found.iter().filter(|(file, column)| fits(column) && (!own || *file == table.site.file));
    let mut by_column: FxHashMap<usize, Shown> = FxHashMap::default();
    let names: FxHashMap<String, usize> =
        table.columns.iter().enumerate().map(|(at, column)| (bare(column.field.name.as_str()).to_lowercase(), at)).collect();
    // Rows whose columns the data don't name are this table's if they are as wide.
    let mut widths: FxHashMap<FileId, usize> = FxHashMap::default();
    for (file, column) in rows.clone().filter(|(_, column)| column.column.is_none()) {
        let width = widths.entry(*file).or_default();
        *width = (*width).max(column.position as usize + 1);
    }
    for (file, column) in rows {
        let at = match column.column {
            Some(name) => names.get(&bare(name.as_str()).to_lowercase()).copied(),
            None => Some(column.position as usize).filter(|_| widths.get(file) == Some(&table.columns.len())),
        };
        let Some(at) = at else { continue };
        let shown = by_column.entry(at).or_default();
        shown.tallies.merge(&column.tallies);
        for (tally, span) in column.tallies.forms.iter().zip(&column.first) {
            if !shown.first.iter().any(|(form, ..)| *form == tally.form) {
                shown.first.push((tally.form, *file, *span));
            }
        }
    }
    for (at, shown) in by_column {
        let Some(column) = table.columns.get_mut(at) else { continue };
        column.verdict = judge(catalog, sources, column.field.name.as_str(), &shown, column.verdict.take());
    }
}

/// What all files together show of a column.
#[derive(Debug, Default)]
struct Shown {
    tallies: Tallies,
    /// By form, the first value that has it.
    first: Vec<(Form, FileId, Span)>,
}

fn judge(catalog: &Catalog, sources: &[SourceFile], name: &str, shown: &Shown, verdict: Option<Verdict>) -> Option<Verdict> {
    let Some(tally) = shown.tallies.telling() else { return verdict };
    let Some(category) = catalog.categories.find(tally.form.category()) else { return verdict };
    let place = shown.first.iter().find(|(form, ..)| *form == tally.form).and_then(|(_, file, span)| {
        let source = sources.get(file.index())?;
        Some(format!(", the first at {}:{}", source.path, source.lines().line(span.start)))
    });
    let mut evidence = format!(
        "{} of {} sampled values are valid {}: `{}`{}",
        tally.count,
        shown.tallies.sampled,
        tally.form.plural(),
        tally.masked,
        place.unwrap_or_default()
    );
    // A fax number is written as any telephone's, a passport's as any document's: what is near is no contradiction.
    let same = |known: CategoryId| {
        let (known, category) = (catalog.categories.name(known), catalog.categories.name(category));
        let family = |id| str::rsplit_once(id, '.').map(|(family, _)| family);
        covers(known, category) || covers(category, known) || family(known) == family(category)
    };
    match verdict {
        Some(mut verdict) => {
            if !verdict.categories.iter().any(|known| same(*known)) {
                if tally.form == Form::Ip || named(name, &catalog.categories).is_some_and(same) {
                    return Some(verdict);
                }
                verdict.categories.push(category);
            }
            verdict.confidence = verdict.confidence.max(confidence(tally.form));
            verdict.evidence.push(std::mem::take(&mut evidence));
            Some(verdict)
        }
        // Where the name says the same and was refused, its context is what counts: a company's address, a server's.
        None if named(name, &catalog.categories).is_some_and(same) => None,
        None => Some(Verdict {
            categories: smallvec::smallvec![category],
            confidence: confidence(tally.form),
            evidence: vec![evidence],
        }),
    }
}

/// A check digit proves; the form of an address or number shows what it is, not whose.
fn confidence(form: Form) -> Confidence {
    match form {
        Form::Iin | Form::Card | Form::Iban => Confidence::High,
        Form::Email | Form::Phone => Confidence::Medium,
        // Servers have addresses too.
        Form::Ip => Confidence::Low,
    }
}
