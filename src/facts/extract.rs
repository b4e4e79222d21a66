//! Facts from a lowered file.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::{FileFacts, LiteralFact, PurposeNote, Suppression, columns, deletions, labels, undo};
use crate::catalog::Catalog;
use crate::classify::{Classifier, values};
use crate::index::Symbol;
use crate::ir::schema::{SchemaStep, StorageFact};
use crate::ir::{StringLiteral, Unit};
use crate::lang::{Comment, Frontend, Input, sql};
use crate::source::{LineIndex, Span};

/// Everything later stages need from one file.
#[must_use]
pub fn extract(catalog: &Catalog, frontend: &dyn Frontend, input: &Input<'_>) -> FileFacts {
    let mut lowered = frontend.lower(input);
    labels::add(catalog, &mut lowered.unit.types);
    let classifier = Classifier::new(catalog);
    let classified = lowered.unit.types.iter().map(|declaration| classifier.declaration(declaration, input.path)).collect();

    let mut queries = FxHashMap::default();
    let mut schema = lowered.schema;
    let mut storage = lowered.storage;
    // The literals of a file that holds a schema and nothing else are data, not queries. A migration written in code has
    // statements of its own beside what its front end reads.
    if schema.is_empty() || !lowered.unit.functions.is_empty() {
        read_embedded_sql(&lowered.unit, input.text, &mut queries, &mut schema);
        read_embedded_storage(&lowered.unit, input.text, &mut storage);
    }
    deletions::of_code(catalog, &lowered.unit, &mut storage);
    let mut literals = personal_literals(catalog, &lowered.unit.strings, input.text);
    let (columns, of_columns) = columns::read(catalog, &lowered.rows, input.text);
    literals.extend(of_columns);
    let (suppressions, purposes) = annotations(&lowered.comments, input.text);
    let mut unit = lowered.unit;
    // Only the literals that are something are kept: the rest would be most of a large scan's memory.
    unit.strings = Vec::new();
    FileFacts {
        unit,
        classified,
        is_schema: frontend.is_schema(),
        schema,
        storage,
        queries,
        literals,
        columns,
        settings: lowered.settings,
        suppressions,
        purposes,
        damage: lowered.damage,
        statements: lowered.statements,
    }
}

fn read_embedded_sql(
    unit: &Unit,
    text: &str,
    queries: &mut FxHashMap<Symbol, crate::ir::schema::Query>,
    schema: &mut Vec<SchemaStep>,
) {
    let undoing = undo::functions(unit);
    for literal in &unit.strings {
        let content = literal.text.as_str();
        if let Some(query) = sql::read_query(content) {
            queries.insert(literal.text, query);
            continue;
        }
        if undo::holds(&undoing, literal.span) || undo::receives(text, literal.span) {
            continue;
        }
        let mut steps = sql::read_ddl(content);
        // Where escapes make the literal's content and its source differ in length, the literal as a whole is the place.
        let raw = literal.span.text(text).len() == content.len();
        let start = literal.span.start;
        for step in &mut steps {
            step.relocate(|span| if raw { Span { start: start + span.start, end: start + span.end } } else { literal.span });
        }
        schema.append(&mut steps);
    }
}

/// What the SQL in literals says of the life of tables' rows. What tests do to a database is no promise of the program.
fn read_embedded_storage(unit: &Unit, text: &str, storage: &mut Vec<StorageFact>) {
    for literal in unit.strings.iter().filter(|literal| !literal.in_test) {
        let content = literal.text.as_str();
        let raw = literal.span.text(text).len() == content.len();
        storage.extend(sql::read_storage(content).into_iter().map(|mut fact| {
            let start = literal.span.start;
            fact.span = if raw { Span { start: start + fact.span.start, end: start + fact.span.end } } else { literal.span };
            fact
        }));
    }
}

fn personal_literals(catalog: &Catalog, strings: &[StringLiteral], text: &str) -> Vec<LiteralFact> {
    let mut facts = Vec::new();
    for literal in strings {
        let content = literal.text.as_str();
        let raw = literal.span.text(text) == content;
        for hit in values::detect(content, literal.name.map(Symbol::as_str), &catalog.categories) {
            let start = literal.span.start as usize;
            let span = if raw { Span::new(start + hit.start, start + hit.end) } else { literal.span };
            facts.push(LiteralFact { hit, span, name: literal.name, in_test: literal.in_test, column: None });
        }
    }
    facts
}

/// The marker that opens every instruction to pdlint in a comment.
const MARKER: &str = "pdlint:";

/// `pdlint:ignore[PD501, PD503] reason`, `pdlint:purpose[4.1(5)]`. The pattern is constant: a test reads annotations with it.
static ANNOTATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"pdlint:(?<what>ignore|purpose)(?:\[(?<list>[^\]]*)\])?(?<rest>[^\n]*)").ok());

/// Reads `pdlint:ignore[PD501, PD503] reason` and `pdlint:purpose[4.1(5)]` from comments.
fn annotations(comments: &[Comment], text: &str) -> (Vec<Suppression>, Vec<PurposeNote>) {
    let (mut suppressions, mut purposes) = (Vec::new(), Vec::new());
    let mut lines = None;
    for comment in comments {
        let body = comment.span.text(text);
        if memchr::memmem::find(body.as_bytes(), MARKER.as_bytes()).is_none() {
            continue;
        }
        let Some(found) = ANNOTATION.as_ref().and_then(|pattern| pattern.captures(body)) else { continue };
        let part = |name: &str| found.name(name).map(|part| part.as_str());
        let index = lines.get_or_insert_with(|| LineIndex::new(text));
        let line = covered_line(comment, text, index);
        match (part("what"), part("list")) {
            (Some("ignore"), list) => {
                let codes = list.unwrap_or_default().split(',').map(str::trim).filter(|code| !code.is_empty());
                let codes = codes.map(Symbol::new).collect();
                let reason = part("rest").and_then(tidy_reason);
                suppressions.push(Suppression { codes, reason, span: comment.span, line });
            }
            (Some(_), Some(purpose)) => {
                purposes.push(PurposeNote { purpose: Symbol::new(purpose.trim()), line, span: comment.span });
            }
            _ => {}
        }
    }
    (suppressions, purposes)
}

/// The first line of the reason, without the end of the comment.
fn tidy_reason(text: &str) -> Option<String> {
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches("-->").trim_end_matches("*/").trim().trim_start_matches([':', '-', '–', '—']).trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The line that a comment speaks of: its own, or the next one that is neither blank nor a comment if it stands alone.
fn covered_line(comment: &Comment, text: &str, index: &LineIndex) -> u32 {
    let own = index.line(comment.span.end.saturating_sub(1).max(comment.span.start));
    if !comment.alone {
        return own;
    }
    let mut line = own + 1;
    while let Some(start) = index.start(line) {
        let content = index.line_text(text, line).trim_start();
        // Further comment lines between the instruction and the code belong to the same remark.
        let is_remark =
            ["//", "#", "--", "/*", "*", "<!--"].iter().any(|sign| content.starts_with(sign)) && !content.starts_with("#[");
        if !content.is_empty() && !is_remark || start as usize >= text.len() {
            break;
        }
        line += 1;
    }
    line
}
