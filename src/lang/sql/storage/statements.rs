//! Statements that delete, overwrite, copy and grant, wherever they stand: in files, routines, triggers, events and jobs.

use super::super::token::{Kind, Tokens, unquote};
use super::{Reader, calls, copies, grants, period, removal};
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct};

/// Words after which a statement's verb may stand, besides the beginning and `;`.
const BEFORE_STATEMENT: &[&str] = &[
    "BEGIN",
    "THEN",
    "ELSE",
    "DO",
    "LOOP",
    "AS",
    "IS",
    "ATOMIC",
    "REPEAT",
    "EACH",
    "ROW",
    "STATEMENT",
    "EXPLAIN",
    "ALSO",
    "INSTEAD",
    "SQL",
];
/// How often each token is looked at as a part of statements that stand in one another: a text made of nothing but verbs must not
/// cost the square of its length.
const ROUNDS: usize = 16;
/// Tokens of one statement.
const TOKENS: usize = 10_000;

/// Every statement in the tokens from `start` on.
pub(super) fn all(reader: &mut Reader<'_, '_>, start: usize) {
    let tokens = reader.tokens;
    let mut budget = ROUNDS * (tokens.len() + TOKENS);
    for at in start..tokens.len() {
        if matches!(tokens.get(at), Some(token) if token.kind == Kind::Word) && begins(&tokens, start, at) {
            let end = end_of(&tokens, at);
            statement(reader, at, end);
            budget = budget.saturating_sub(end - at);
            if budget == 0 {
                return;
            }
        }
    }
}

/// Whether a statement may begin at `at`.
fn begins(tokens: &Tokens<'_>, start: usize, at: usize) -> bool {
    if !tokens.is_any(
        at,
        &[
            "DELETE",
            "UPDATE",
            "INSERT",
            "TRUNCATE",
            "GRANT",
            "SELECT",
            "PERFORM",
            "CALL",
            "EXEC",
            "EXECUTE",
            "COPY",
            "DBMS_SCHEDULER",
            "DBMS_JOB",
        ],
    ) {
        return false;
    }
    let Some(before) = at.checked_sub(1).filter(|_| at > start) else { return true };
    match tokens.get(before).map(|token| token.kind) {
        Some(Kind::Sign(b';')) => true,
        // `WITH x AS (DELETE ...)`, `WITH x AS (...) DELETE ...`, `IF (...) DELETE ...`.
        Some(Kind::Sign(b'(' | b')')) => !tokens.is(at, "SELECT"),
        Some(Kind::Word) => {
            tokens.is_any(before, BEFORE_STATEMENT)
                // T-SQL needs no semicolons: a verb on a line of its own that is not part of another clause.
                || on_own_line(tokens, at)
                    && (tokens.is(before.wrapping_sub(2), "SET") || !tokens.is_any(before, &["ON", "OR", "AFTER", "BEFORE", "OF", "FOR", "KEY", "TO", "GRANT", "ALL", "UNION"]))
        }
        _ => on_own_line(tokens, at) && !tokens.sign(before, b',') && !tokens.is(at, "SELECT"),
    }
}

fn on_own_line(tokens: &Tokens<'_>, at: usize) -> bool {
    let (Some(before), Some(token)) = (tokens.get(at.wrapping_sub(1)), tokens.get(at)) else { return false };
    tokens.text.get(before.end..token.start).is_some_and(|between| between.contains('\n'))
}

/// Where the statement that begins at `at` ends: at its `;`, or where a bracket around it closes.
fn end_of(tokens: &Tokens<'_>, at: usize) -> usize {
    let mut depth = 0usize;
    let limit = tokens.len().min(at + TOKENS);
    for next in at..limit {
        match tokens.get(next).map(|token| token.kind) {
            Some(Kind::Sign(b'(')) => depth += 1,
            Some(Kind::Sign(b')')) if depth == 0 => return next,
            Some(Kind::Sign(b')')) => depth -= 1,
            Some(Kind::Sign(b';')) => return next,
            Some(Kind::Word)
                if next > at
                    && depth == 0
                    && on_own_line(tokens, next)
                    && tokens.is_any(next, &["DELETE", "UPDATE", "INSERT", "TRUNCATE", "END", "ELSE", "IF"])
                    && begins(tokens, 0, next) =>
            {
                return next;
            }
            _ => {}
        }
    }
    limit
}

fn statement(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    match tokens.raw(at).to_ascii_uppercase().as_str() {
        "DELETE" => removal::delete(reader, at, end),
        "UPDATE" => removal::update(reader, at, end),
        "INSERT" => copies::insert(reader, at, end),
        "TRUNCATE" => removal::truncate(reader, at, end),
        "GRANT" => grants::grant(reader, at, end),
        "COPY" => copies::export(reader, at, end),
        "SELECT" => {
            copies::select_into(reader, at, end);
            calls::calls(reader, at, end);
        }
        _ => calls::calls(reader, at, end),
    }
}

/// What makes a statement run: what surrounds it, unless it stands alone in a file. There it is a query kept for the program if
/// it waits for values or compares with the time, and otherwise ran once.
pub(super) fn runs_of(reader: &Reader<'_, '_>, at: usize, end: usize) -> Runs {
    if reader.runs != Runs::Once {
        return reader.runs;
    }
    let waits = (at..end.min(reader.tokens.len())).any(|at| {
        let raw = reader.tokens.raw(at);
        match reader.tokens.get(at).map(|token| token.kind) {
            Some(Kind::Placeholder) => true,
            Some(Kind::Sign(b'?')) => true,
            Some(Kind::Word) => {
                raw.starts_with(['@', ':', '{'])
                    || raw.strip_prefix('$').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '{'))
            }
            _ => false,
        }
    });
    if waits || period::find(&reader.tokens, at, end).is_some() { Runs::Query } else { Runs::Once }
}

/// A routine, trigger, event, rule.
pub(super) fn routine(reader: &mut Reader<'_, '_>) {
    let tokens = reader.tokens;
    let kind = (0..tokens.len().min(24))
        .find(|at| tokens.is_any(*at, &["TRIGGER", "EVENT", "FUNCTION", "PROCEDURE", "PROC", "PACKAGE", "RULE"]));
    let Some(kind) = kind else { return };
    let event = tokens.is(kind, "EVENT");
    reader.runs = if event { Runs::Scheduled } else { Runs::OnDemand };
    let mut body = kind + 1;
    if tokens.is(kind, "TRIGGER") {
        let on = (kind + 1..tokens.len().min(kind + 40)).find(|at| tokens.is(*at, "ON"));
        if let Some(table) = on.and_then(|on| tokens.qualified(on + 1)) {
            reader.of_trigger = Some(table.name);
            body = table.next;
        }
    } else if event {
        body = (kind..tokens.len()).find(|at| tokens.is(*at, "DO")).map_or(body, |at| at + 1);
    }
    all(reader, body);
    // PostgreSQL's bodies are texts.
    let runs = reader.runs;
    for at in body..tokens.len() {
        if matches!(tokens.get(at), Some(token) if token.kind == Kind::Text) && calls::is_command(tokens.raw(at)) {
            reader.text(at, runs);
        }
    }
}

/// A statement that is read for nothing else.
pub(super) fn other(reader: &mut Reader<'_, '_>) {
    let tokens = reader.tokens;
    if !tokens.is_any(0, &["CREATE", "ALTER"]) {
        all(reader, 0);
        return;
    }
    let len = tokens.len();
    if let Some(at) = (1..len.min(6)).find(|at| tokens.is(*at, "POLICY")) {
        let security = tokens.is(at - 1, "SECURITY");
        let on: Vec<usize> = (at..len).filter(|at| tokens.is(*at, "ON")).take(if security { 16 } else { 1 }).collect();
        // `CREATE MASKING POLICY` names no table: columns name the policy.
        if tokens.is_any(at - 1, &["MASKING", "TAG", "PASSWORD", "NETWORK", "SESSION"]) {
            return;
        }
        for on in on {
            if let Some(table) = tokens.qualified(on + 1) {
                let fact = reader.fact(table.name, StorageAct::RowSecurity, 0, table.next);
                reader.facts.push(fact);
            }
        }
        return;
    }
    let schema = (1..len.min(4)).any(|at| tokens.is_any(at, &["SCHEMA", "DATABASE"]));
    let option = (1..len).find(|at| unquote(tokens.raw(*at)).eq_ignore_ascii_case("default_table_expiration_days"));
    if let Some(at) = option.filter(|_| schema) {
        let value = unquote(tokens.raw(at + 2)).trim().parse().ok();
        let mut fact = reader.fact(Symbol::new("*"), StorageAct::Expiry, at, at + 3);
        fact.days = value.and_then(|days| period::in_days(days, "day"));
        reader.facts.push(fact);
    }
}
