//! Tables with personal data as the checks on retention, copies and erasure see them: what they hold, and what ends it.

use std::collections::BTreeMap;

use super::Case;
use super::pd502_cleartext_storage::says_protected;
use super::wording::listed;
use crate::catalog::CategoryId;
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::ir::TypeKind;
use crate::ir::schema::{StorageAct, StorageFact};
use crate::link::{FactKind, Table, TableFact};
use crate::report::{Finding, Severity};

/// A table that is judged. The variants of one schema (a folder of migrations for each database system) are one.
pub(super) struct Stored<'a> {
    /// The first of the variants.
    pub(super) table: &'a Table,
    /// The others.
    pub(super) variants: Vec<&'a Table>,
    /// Columns that hold what is judged, and what that is.
    pub(super) columns: Vec<(Symbol, Vec<CategoryId>)>,
    /// The surest of the columns.
    pub(super) confidence: Confidence,
    /// What ends its rows; empty if nothing does.
    pub(super) ends: Vec<&'a TableFact>,
}

impl<'a> Stored<'a> {
    /// Facts of all variants.
    pub(super) fn facts(&self) -> impl Iterator<Item = &'a TableFact> {
        [self.table].into_iter().chain(self.variants.iter().copied()).flat_map(|table| &table.facts)
    }

    /// Ids of what the columns hold, sorted, each once; columns that `keep` turns down are left out.
    pub(super) fn categories(&self, case: &Case<'_>, keep: impl Fn(Symbol, CategoryId) -> bool) -> Vec<Symbol> {
        let held =
            self.columns.iter().flat_map(|(column, categories)| categories.iter().map(move |category| (*column, *category)));
        let kept = held.filter(|(column, category)| keep(*column, *category));
        let mut ids: Vec<Symbol> = kept.map(|(_, category)| Symbol::new(case.catalog.categories.name(category))).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Whether a column tells by itself who the row is about. A token or the last digits of a card do not.
    fn identifies(&self, case: &Case<'_>) -> bool {
        let plain = self.columns.iter().filter(|(column, _)| !says_protected(case, column.as_str()));
        let mut held = plain.flat_map(|(_, categories)| categories);
        held.any(|category| case.catalog.storage.identifies(case.catalog.categories.name(*category)))
    }

    /// Whether an update overwrites at least half of the columns that hold personal data: what is left of a row is then hardly
    /// anybody's.
    fn is_anonymised_by(&self, fact: &TableFact) -> bool {
        let same = |one: &Symbol, other: &Symbol| one.as_str().eq_ignore_ascii_case(other.as_str());
        let erased = self.columns.iter().filter(|(column, _)| fact.columns.iter().any(|one| same(one, column))).count();
        erased > 0 && erased * 2 >= self.columns.len()
    }
}

/// The tables that are judged, by name, and what ends their rows: a deletion of their own, or that of a table they go with.
pub(super) fn tables<'a>(case: &Case<'a>) -> Vec<Stored<'a>> {
    let mut by_name: BTreeMap<String, Stored<'a>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for table in case.schema.tables.iter().filter(|table| table.kind == TypeKind::Table) {
        let in_test = case.sources.get(table.site.file.index()).is_some_and(|source| source.is_test);
        if in_test && !case.config.include_tests {
            continue;
        }
        let name = short(table.name);
        match by_name.get_mut(&name) {
            Some(known) => known.variants.push(table),
            None => {
                order.push(name.clone());
                let stored =
                    Stored { table, variants: Vec::new(), columns: Vec::new(), confidence: Confidence::Low, ends: Vec::new() };
                by_name.insert(name, stored);
            }
        }
    }
    for stored in by_name.values_mut() {
        hold(case, stored);
        let own: Vec<&TableFact> = stored
            .facts()
            .filter(|fact| {
                // A column's own expiry ends that column.
                fact.kind.deletes() && fact.column.is_none() || fact.kind == FactKind::Anonymise && stored.is_anonymised_by(fact)
            })
            .collect();
        stored.ends = own;
    }
    cascade(case, &mut by_name);
    let held = order.iter().filter_map(|name| by_name.remove(name));
    held.filter(|stored| !stored.columns.is_empty()).collect()
}

/// What the columns of a table and its variants hold.
fn hold(case: &Case<'_>, stored: &mut Stored<'_>) {
    let mut columns: Vec<(Symbol, Vec<CategoryId>)> = Vec::new();
    let mut surest = Confidence::Low;
    for table in [stored.table].into_iter().chain(stored.variants.iter().copied()) {
        for column in &table.columns {
            let Some(verdict) = column.verdict.as_ref().filter(|verdict| verdict.confidence >= case.min_confidence()) else {
                continue;
            };
            let judged: Vec<CategoryId> =
                verdict.categories.iter().copied().filter(|category| case.is_judged(*category)).collect();
            if judged.is_empty() || columns.iter().any(|(name, _)| *name == column.field.name) {
                continue;
            }
            surest = surest.max(verdict.confidence);
            columns.push((column.field.name, judged));
        }
    }
    stored.columns = columns;
    stored.confidence = surest;
}

/// Rows that go with the rows of another table end where those end.
fn cascade(case: &Case<'_>, tables: &mut BTreeMap<String, Stored<'_>>) {
    let mut children: BTreeMap<String, Vec<(String, &TableFact)>> = BTreeMap::new();
    for (name, stored) in tables.iter() {
        // A reference that is emptied leaves rows of nobody, unless a column tells who it was.
        let ended_by = |kind: FactKind| kind == FactKind::Cascade || kind == FactKind::SetNull && !stored.identifies(case);
        for fact in stored.facts().filter(|fact| ended_by(fact.kind)) {
            if let Some(parent) = fact.other {
                children.entry(short(parent)).or_default().push((name.clone(), fact));
            }
        }
    }
    let mut ended: Vec<String> =
        tables.iter().filter(|(_, stored)| !stored.ends.is_empty()).map(|(name, _)| name.clone()).collect();
    while let Some(parent) = ended.pop() {
        for (child, fact) in children.get(&parent).into_iter().flatten() {
            if let Some(stored) = tables.get_mut(child)
                && stored.ends.is_empty()
            {
                stored.ends.push(fact);
                ended.push(child.clone());
            }
        }
    }
}

/// What variants of a table have in common: the last part of the name, lower case.
fn short(name: Symbol) -> String {
    let text = name.as_str();
    text.rsplit('.').next().unwrap_or(text).trim_matches(['"', '`', '[', ']']).to_lowercase()
}

/// The deletion of a table that the program names at run time: any table may be meant.
pub(super) fn deletes_any(case: &Case<'_>) -> bool {
    let any = |fact: &StorageFact| fact.act == StorageAct::Delete && fact.table == *StorageFact::ANY_TABLE;
    case.facts.iter().zip(case.sources).any(|(facts, source)| !source.is_test && facts.storage.iter().any(any))
}

/// What is common to findings that claim an absence: how sure that is depends on what was scanned.
pub(super) fn claim_absence(case: &Case<'_>, stored: &Stored<'_>, finding: &mut Finding) {
    let table = stored.table.name;
    finding.confidence = stored.confidence;
    if !case.facts.iter().any(|facts| !facts.unit.functions.is_empty()) {
        // The code that could do it may be elsewhere.
        finding.severity = Severity::Note;
        finding.evidence.push("no code was scanned: a program or job elsewhere may do it".to_owned());
    }
    if deletes_any(case) {
        finding.confidence = Confidence::Low;
        finding.evidence.push("the code deletes from tables that it names at run time: this may be one of them".to_owned());
    }
    let columns: Vec<String> = stored.columns.iter().map(|(column, _)| format!("{table}.{column}")).collect();
    finding.evidence.push(format!("held in {}", listed(&columns)));
    for fact in stored.facts() {
        let place = case.file_and_line(fact.site).unwrap_or_default();
        let column = fact.column.map_or("", Symbol::as_str);
        let said = match (fact.kind, fact.other) {
            (FactKind::SoftDelete, _) => format!("`{column}` ({place}) marks rows as gone; they stay, and nothing is erased"),
            (FactKind::OneOffDelete, _) => format!("rows were deleted once, by a migration or script ({place})"),
            (FactKind::SetNull, Some(other)) => {
                format!("`{column}` is emptied when the row of {other} goes ({place}); the row stays")
            }
            (FactKind::Cascade, Some(other)) => format!("rows go with those of {other} ({place}), which nothing deletes"),
            _ => continue,
        };
        if !finding.evidence.contains(&said) {
            finding.evidence.push(said);
        }
    }
    let variants: Vec<String> = stored.variants.iter().filter_map(|table| case.file_and_line(table.site)).collect();
    if !variants.is_empty() {
        finding.evidence.push(format!("the same table too: {}", listed(&variants)));
    }
}
