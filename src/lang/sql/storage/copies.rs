//! Statements that put rows somewhere else: `INSERT ... SELECT`, triggers that keep old rows, `SELECT ... INTO`, `COPY ... TO`. An
//! `INSERT` also tells through which functions values go.

use super::super::token::{Kind, Tokens};
use super::Reader;
use super::calls::{called, part_config};
use super::statements::runs_of;
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct};

pub(super) fn insert(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut name_at = at + 1;
    while tokens.is_any(name_at, &["INTO", "OR", "IGNORE", "REPLACE", "OVERWRITE", "TABLE", "LOW_PRIORITY", "DELAYED"]) {
        name_at += 1;
    }
    let Some(name) = tokens.qualified(name_at).filter(|name| name.next < end) else { return };
    if name.name.as_str().starts_with(['#', '@', ':']) {
        // Temporary tables and variables end with the session.
        return;
    }
    let columns = if tokens.sign(name.next, b'(') { super::super::table::names(&tokens, name.next) } else { Vec::new() };
    let body = if tokens.sign(name.next, b'(') { tokens.after_group(name.next) } else { name.next };
    if part_config(reader, name.name, at, end) {
        return;
    }
    let select = (body..end.min(body + 6)).find(|at| tokens.is_any(*at, &["SELECT", "WITH"]));
    let runs = if reader.runs == Runs::Once { runs_of(reader, at, end) } else { reader.runs };
    if let Some(select) = select {
        let source = first_source(&tokens, select, end).map(|source| {
            let of_rows = ["deleted", "inserted"].iter().any(|word| source.as_str().eq_ignore_ascii_case(word));
            if of_rows { reader.of_trigger.unwrap_or_default() } else { source }
        });
        if let Some(source) = source {
            let mut fact = reader.fact(name.name, StorageAct::Copy(source), at, end);
            fact.runs = runs;
            reader.facts.push(fact);
        }
        return;
    }
    let Some(values) = (body..end.min(body + 4)).find(|at| tokens.is_any(*at, &["VALUES", "VALUE"])) else { return };
    let row_of_trigger =
        (values..end).any(|at| tokens.is_any(at, &["OLD", "NEW"]) && (tokens.sign(at + 1, b'.') || !tokens.is_name(at + 1)));
    if row_of_trigger && reader.runs == Runs::OnDemand {
        let mut fact = reader.fact(name.name, StorageAct::Copy(reader.of_trigger.unwrap_or_default()), at, end);
        fact.runs = runs;
        reader.facts.push(fact);
    }
    // Which column gets the result of which function.
    let (mut depth, mut position, mut first) = (0usize, 0usize, true);
    for next in values + 1..end {
        match tokens.get(next).map(|token| token.kind) {
            Some(Kind::Sign(b'(')) => {
                depth += 1;
                if depth == 1 {
                    (position, first) = (0, true);
                    continue;
                }
            }
            Some(Kind::Sign(b')')) => depth = depth.saturating_sub(1),
            Some(Kind::Sign(b',')) if depth == 1 => {
                (position, first) = (position + 1, true);
                continue;
            }
            _ => {}
        }
        if first
            && depth == 1
            && let (Some(function), Some(column)) = (called(&tokens, next), columns.get(position))
        {
            let mut fact = reader.fact(name.name, StorageAct::Through(function), next, end.min(next + 12));
            fact.column = Some(*column);
            reader.facts.push(fact);
        }
        first = false;
    }
}

/// `SELECT ... INTO archive FROM users`.
pub(super) fn select_into(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let Some(into) = (at..end).find(|at| tokens.is(*at, "INTO")) else { return };
    if tokens.is_any(into + 1, &["OUTFILE", "DUMPFILE"]) {
        if let Some(source) = first_source(&tokens, at, end) {
            let mut fact = reader.fact(source, StorageAct::Export, at, end);
            fact.runs = reader.runs;
            reader.facts.push(fact);
        }
        return;
    }
    // In routines `INTO` fills variables.
    if reader.runs == Runs::OnDemand && reader.of_trigger.is_some() {
        return;
    }
    let Some(name) = tokens.qualified(into + 1).filter(|name| tokens.is(name.next, "FROM")) else { return };
    let temporary = name.name.as_str().starts_with(['#', '@', ':']);
    if let Some(source) = first_source(&tokens, into, end).filter(|_| !temporary) {
        let mut fact = reader.fact(name.name, StorageAct::Copy(source), at, end);
        fact.runs = reader.runs;
        reader.facts.push(fact);
    }
}

/// The first table after `FROM`.
pub(super) fn first_source(tokens: &Tokens<'_>, start: usize, end: usize) -> Option<Symbol> {
    let from = (start..end).find(|at| tokens.is(*at, "FROM"))?;
    let at = from + 1 + usize::from(tokens.is(from + 1, "ONLY"));
    tokens.qualified(at).map(|name| name.name)
}

/// `COPY users TO '/backup/users.csv'`.
pub(super) fn export(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let query = tokens.sign(at + 1, b'(');
    let name = if query { first_source(&tokens, at, end) } else { tokens.qualified(at + 1).map(|name| name.name) };
    let to = if query {
        tokens.after_group(at + 1)
    } else {
        (at + 1..end).find(|at| tokens.is_any(*at, &["TO", "FROM"])).unwrap_or(end)
    };
    if let Some(name) = name.filter(|_| tokens.is(to, "TO") && !tokens.is(to + 1, "STDOUT")) {
        let mut fact = reader.fact(name, StorageAct::Export, at, end);
        fact.runs = reader.runs;
        reader.facts.push(fact);
    }
}
