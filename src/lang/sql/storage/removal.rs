//! Statements that remove rows, or overwrite what they tell: `DELETE`, `TRUNCATE`, `UPDATE`.

use super::super::token::{Kind, Tokens};
use super::calls::{called, part_config};
use super::statements::runs_of;
use super::{Reader, period};
use crate::index::Symbol;
use crate::ir::schema::{StorageAct, StorageFact};

pub(super) fn delete(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let from = (at + 1..end.min(at + 10)).find(|at| tokens.is(*at, "FROM"));
    let mut name_at = from.unwrap_or(at) + 1;
    while tokens.is_any(name_at, &["ONLY", "IGNORE", "QUICK", "LOW_PRIORITY"]) {
        name_at += 1;
    }
    if tokens.is(name_at, "TOP") && tokens.sign(name_at + 1, b'(') {
        name_at = tokens.after_group(name_at + 1);
    }
    let Some(mut name) = tokens.qualified(name_at).filter(|name| name.next <= end) else {
        // `DELETE FROM {table}`, `"DELETE FROM " + table`: rows of some table go, and the text does not say of which.
        let open = name_at >= tokens.len() || matches!(tokens.get(name_at), Some(token) if token.kind == Kind::Placeholder);
        if from.is_some() && open {
            let mut fact = reader.fact(Symbol::new(StorageFact::ANY_TABLE), StorageAct::Delete, at, end);
            fact.runs = runs_of(reader, at, end);
            reader.facts.push(fact);
        }
        return;
    };
    // SQL Server needs no `FROM`; without it only a condition tells a statement from a sentence.
    let bare = from.is_none() && !(name.next..end.min(name.next + 6)).any(|at| tokens.is_any(at, &["WHERE", "FROM", "OUTPUT"]));
    if bare || from.is_none() && tokens.is_any(name_at, &["ON", "CASCADE", "SET", "WHERE", "OF", "OR"]) {
        return;
    }
    // `DELETE s FROM users u JOIN sessions s`: the alias tells which rows go.
    if let Some(from) = from.filter(|from| *from > at + 1)
        && tokens.is_name(from - 1)
        && !tokens.sign(from - 1, b')')
    {
        let alias = tokens.name(from - 1);
        let named = (from + 1..end).find(|next| {
            tokens.is_name(*next)
                && tokens.name(*next) == alias
                && *next > from + 1
                && (tokens.is_name(next - 1) || tokens.is(next - 1, "AS"))
        });
        if let Some(named) = named {
            let mut first = named - 1 - usize::from(tokens.is(named - 1, "AS"));
            while first > from + 2 && tokens.sign(first - 1, b'.') {
                first -= 2;
            }
            name = tokens.qualified(first).unwrap_or(name);
        }
    }
    let mut fact = reader.fact(name.name, StorageAct::Delete, at, end);
    fact.days = period::find(&tokens, name.next, end);
    fact.runs = runs_of(reader, at, end);
    reader.facts.push(fact);
}

pub(super) fn truncate(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut name_at = at + 1;
    while tokens.is_any(name_at, &["TABLE", "ONLY"]) {
        name_at += 1;
    }
    while let Some(name) = tokens.qualified(name_at).filter(|name| name.next <= end) {
        let mut fact = reader.fact(name.name, StorageAct::Delete, at, end);
        fact.runs = reader.runs;
        reader.facts.push(fact);
        if !tokens.sign(name.next, b',') {
            return;
        }
        name_at = name.next + 1;
    }
}

pub(super) fn update(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut name_at = at + 1;
    while tokens.is_any(name_at, &["ONLY", "IGNORE", "LOW_PRIORITY"]) {
        name_at += 1;
    }
    let Some(name) = tokens.qualified(name_at).filter(|name| name.next < end && !tokens.is_any(name_at, &["SET", "OF", "ON"]))
    else {
        return;
    };
    if part_config(reader, name.name, at, end) {
        return;
    }
    let Some(set) = (name.next..end.min(name.next + 12)).find(|at| tokens.is(*at, "SET")) else { return };
    let mut erased = Vec::new();
    let mut item = set + 1;
    while item < end && !tokens.is_any(item, &["WHERE", "FROM", "RETURNING", "OUTPUT"]) {
        let mut stop = item;
        let mut depth = 0usize;
        while stop < end {
            match tokens.get(stop).map(|token| token.kind) {
                Some(Kind::Sign(b'(')) => depth += 1,
                Some(Kind::Sign(b')')) => depth = depth.saturating_sub(1),
                Some(Kind::Sign(b',')) if depth == 0 => break,
                Some(Kind::Word) if depth == 0 && tokens.is_any(stop, &["WHERE", "FROM", "RETURNING"]) => break,
                _ => {}
            }
            stop += 1;
        }
        if let Some(column) = tokens.qualified(item).filter(|column| tokens.sign(column.next, b'=')) {
            let value = column.next + 1;
            let bare = tokens.name(column.next - 1);
            if is_erasing(&tokens, value, stop) {
                erased.push(bare);
            } else if let Some(function) = called(&tokens, value) {
                let mut fact = reader.fact(name.name, StorageAct::Through(function), item, stop);
                fact.column = Some(bare);
                reader.facts.push(fact);
            }
        }
        if !tokens.sign(stop, b',') {
            break;
        }
        item = stop + 1;
    }
    if erased.is_empty() {
        return;
    }
    let mut fact = reader.fact(name.name, StorageAct::Erase(erased), at, end);
    fact.days = period::find(&tokens, item, end);
    fact.runs = runs_of(reader, at, end);
    reader.facts.push(fact);
}

/// Whether a value tells nothing of what stood there: a constant, or a text made of constants and the row's own key.
fn is_erasing(tokens: &Tokens<'_>, start: usize, end: usize) -> bool {
    let mut key = true;
    for at in start..end {
        let Some(token) = tokens.get(at) else { return false };
        let fits = match token.kind {
            Kind::Text | Kind::Number | Kind::Sign(_) => true,
            Kind::Quoted | Kind::Placeholder => tokens.raw(at).starts_with('"') && tokens.raw(at).len() == 2,
            Kind::Word => {
                let name = tokens.raw(at).to_ascii_lowercase();
                let constant = ["null", "default", "true", "false", "n"].contains(&name.as_str());
                let function = tokens.sign(at + 1, b'(')
                    && [
                        "concat",
                        "md5",
                        "sha1",
                        "sha2",
                        "sha256",
                        "sha512",
                        "digest",
                        "hashbytes",
                        "gen_random_uuid",
                        "uuid",
                        "newid",
                        "random",
                        "rand",
                        "cast",
                        "left",
                        "substring",
                        "encode",
                        "uuid_generate_v4",
                        "hex",
                        "randomblob",
                        "coalesce",
                    ]
                    .contains(&name.as_str());
                let own = name == "id" || name.ends_with("_id") || name == "uuid";
                let ty = tokens.sign(at.wrapping_sub(1), b':') || tokens.is(at.wrapping_sub(1), "AS");
                key &= own;
                constant || function || own || ty
            }
        };
        if !fits {
            return false;
        }
    }
    end > start
        && !(key
            && end == start + 1
            && matches!(tokens.get(start), Some(token) if token.kind == Kind::Word && !tokens.is_any(start, &["NULL", "DEFAULT"])))
}
