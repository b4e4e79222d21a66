//! Clauses of `CREATE TABLE` and `ALTER TABLE` about the life and protection of rows.

use super::super::split::Class;
use super::super::token::{Kind, Tokens, unquote};
use super::super::types;
use super::copies::first_source;
use super::{Reader, period, statements};
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct, StorageFact};

/// How many tokens a clause is read on for.
const CLAUSE: usize = 40;

/// Reads the clauses of a table.
pub(super) fn of_table(reader: &mut Reader<'_, '_>, class: Class) {
    let tokens = reader.tokens;
    let Some(mut at) = (0..tokens.len().min(24)).find(|at| tokens.is(*at, "TABLE")).map(|at| at + 1) else { return };
    let temporary = (0..at).any(|at| tokens.is_any(at, &["TEMP", "TEMPORARY", "VOLATILE"]));
    while tokens.is_any(at, &["IF", "NOT", "EXISTS", "ONLY"]) {
        at += 1;
    }
    let Some(name) = tokens.qualified(at) else { return };
    if temporary || name.name.as_str().starts_with('#') {
        // Temporary tables end with the session.
        return;
    }
    let create = class == Class::CreateTable;
    let mut walk =
        Walk { table: name.name, create, depth: 0, item: if create { usize::MAX } else { name.next }, first_group: create };
    let mut references = None;
    let mut at = name.next;
    while at < tokens.len() {
        match tokens.get(at).map(|token| token.kind) {
            Some(Kind::Sign(b'(')) => {
                walk.depth += 1;
                if create && walk.depth == 1 && walk.first_group {
                    walk.item = at + 1;
                }
            }
            Some(Kind::Sign(b')')) => {
                walk.depth = walk.depth.saturating_sub(1);
                if create && walk.depth == 0 {
                    walk.first_group = false;
                    walk.item = usize::MAX;
                }
            }
            Some(Kind::Sign(b',')) if walk.depth == usize::from(create) => {
                walk.item = if walk.first_group || !create { at + 1 } else { usize::MAX };
                references = None;
            }
            Some(Kind::Word) => {
                if tokens.is(at, "REFERENCES") {
                    references = tokens.qualified(at + 1).map(|parent| parent.name);
                }
                let is_query = create && tokens.is(at, "SELECT") && !walk.first_group_is_columns(&tokens);
                if is_query {
                    copies(reader, &walk, at);
                    return;
                }
                clause(reader, &walk, references, at);
            }
            // `'default_time_to_live' = 86400`, `'HISTORY_TABLE'`: options may be quoted.
            Some(Kind::Text) if tokens.sign(at + 1, b'=') => clause(reader, &walk, references, at),
            _ => {}
        }
        at += 1;
    }
}

/// Where in the statement the walk is.
struct Walk {
    table: Symbol,
    create: bool,
    depth: usize,
    /// First token of the item of the list of columns, or of the action of `ALTER TABLE`; past the end outside of them.
    item: usize,
    /// The list of columns has not ended.
    first_group: bool,
}

impl Walk {
    /// Whether the walk is inside a list of columns, where `SELECT` is part of a default or check.
    fn first_group_is_columns(&self, tokens: &Tokens<'_>) -> bool {
        self.depth > 0 && self.first_group && tokens.is_name(self.item) && !tokens.is_any(self.item, &["SELECT", "WITH"])
    }

    /// The column that the item is about.
    fn column(&self, tokens: &Tokens<'_>) -> Option<Symbol> {
        if self.create {
            let constraint = ["CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE", "CHECK", "INDEX", "KEY", "PERIOD", "TTL"];
            let typed = types::is_known(tokens.raw(self.item.saturating_add(1)));
            let is_column = tokens.is_name(self.item) && (typed || !tokens.is_any(self.item, &constraint));
            return is_column.then(|| tokens.name(self.item));
        }
        let mut at = self.item;
        while tokens.is_any(at, &["ADD", "ALTER", "MODIFY", "CHANGE", "COLUMN", "IF", "NOT", "EXISTS"]) {
            at += 1;
        }
        let said = (self.item..at).any(|at| tokens.is(at, "COLUMN"));
        let constraint = ["CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE", "CHECK", "TTL", "SET"];
        (at > self.item && tokens.is_name(at) && (said || !tokens.is_any(at, &constraint))).then(|| tokens.name(at))
    }

    /// The column of a foreign key: that of the item, or the one that `FOREIGN KEY (c)` names.
    fn key_column(&self, tokens: &Tokens<'_>, before: usize) -> Option<Symbol> {
        let from = self.item.min(before).max(before.saturating_sub(CLAUSE));
        let key = (from..before).find(|at| tokens.are(*at, &["FOREIGN", "KEY"]));
        match key.and_then(|key| (key + 2..key + 6).find(|at| tokens.sign(*at, b'('))) {
            Some(open) => tokens.is_name(open + 1).then(|| tokens.name(open + 1)),
            None => self.column(tokens),
        }
    }
}

/// The end of a clause that begins at `at`: the comma or bracket that closes it.
fn end_of_clause(tokens: &Tokens<'_>, at: usize) -> usize {
    let mut depth = 0usize;
    for next in at..tokens.len().min(at + CLAUSE) {
        match tokens.get(next).map(|token| token.kind) {
            Some(Kind::Sign(b'(')) => depth += 1,
            Some(Kind::Sign(b')')) if depth == 0 => return next,
            Some(Kind::Sign(b')')) => depth -= 1,
            Some(Kind::Sign(b',' | b';')) if depth == 0 => return next,
            Some(Kind::Word) if next > at && depth == 0 && tokens.is_any(next, &["SETTINGS", "COMMENT", "AS"]) => return next,
            _ => {}
        }
    }
    tokens.len().min(at + CLAUSE)
}

/// Whether a TTL rule moves or packs parts rather than deleting them.
fn moves(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|at| tokens.is_any(at, &["TO", "RECOMPRESS"])) && !(from..to).any(|at| tokens.is(at, "DELETE"))
}

/// The number after `option =`, whether or not it stands in quotes.
fn option_number(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    let at = at + 1 + usize::from(tokens.sign(at + 1, b'='));
    unquote(tokens.raw(at)).trim().parse().ok()
}

/// A clause whose telling word stands at `at`.
fn clause(reader: &mut Reader<'_, '_>, walk: &Walk, references: Option<Symbol>, at: usize) {
    let tokens = reader.tokens;
    let end = end_of_clause(&tokens, at);
    let word = unquote(tokens.raw(at)).to_ascii_uppercase();
    let set = tokens.sign(at + 1, b'=');
    let whole = |reader: &Reader<'_, '_>, act: StorageAct| reader.fact(walk.table, act, at, end);
    let fact: Option<StorageFact> = match word.as_str() {
        // ClickHouse, TiDB. A column may be called `ttl`: then a type follows it.
        "TTL"
            if at != walk.item
                && !types::is_known(tokens.raw(at + 1))
                && end > at + 1
                && !tokens.is_any(at - 1, &["REMOVE", "COLUMN"]) =>
        {
            let in_list = walk.create && walk.depth > 0 || !walk.create && !tokens.is(walk.item.saturating_add(1), "TTL");
            // Several rules may follow each other: those that move parts to another disk delete nothing.
            let (mut from, mut to) = (at, end);
            while !in_list && moves(&tokens, from, to) && tokens.sign(to, b',') {
                (from, to) = (to + 1, end_of_clause(&tokens, to + 1));
            }
            let mut fact = reader.fact(walk.table, StorageAct::Expiry, at, to);
            fact.days = period::find(&tokens, from, to);
            fact.column = if in_list { walk.column(&tokens) } else { None };
            (!moves(&tokens, from, to)).then_some(fact)
        }
        "REMOVE" if tokens.is(at + 1, "TTL") => {
            let mut fact = reader.fact(walk.table, StorageAct::ExpiryRemoved, at, at + 2);
            fact.column = if at == walk.item { None } else { walk.column(&tokens) };
            Some(fact)
        }
        "TTL_EXPIRE_AFTER" | "TTL_EXPIRATION_EXPRESSION" if set => {
            let mut fact = whole(reader, StorageAct::Expiry);
            fact.days = period::find(&tokens, at, end);
            Some(fact)
        }
        "DEFAULT_TIME_TO_LIVE" => option_number(&tokens, at).and_then(period::seconds_in_days).map(|days| {
            let mut fact = whole(reader, StorageAct::Expiry);
            fact.days = Some(days);
            fact
        }),
        "PARTITION_EXPIRATION_DAYS" | "DEFAULT_PARTITION_EXPIRATION_DAYS" => option_number(&tokens, at).map(|days| {
            let mut fact = whole(reader, StorageAct::PartitionExpiry);
            fact.days = period::in_days(days, "day");
            fact
        }),
        "EXPIRATION_TIMESTAMP" if set && !tokens.is(at + 2, "NULL") => {
            let mut fact = whole(reader, StorageAct::Expiry);
            fact.days = period::find(&tokens, at, end);
            Some(fact)
        }
        "DATA_RETENTION_TIME_IN_DAYS" => option_number(&tokens, at).map(|days| {
            let mut fact = whole(reader, StorageAct::TimeTravel);
            fact.days = period::in_days(days, "day");
            fact
        }),
        "HISTORY_TABLE" if set => tokens.qualified(at + 2).map(|history| {
            let mut fact = reader.fact(history.name, StorageAct::Copy(walk.table), at, history.next);
            fact.runs = Runs::Standing;
            fact
        }),
        "HISTORY_RETENTION_PERIOD" if set => {
            let history = (at.saturating_sub(CLAUSE)..tokens.len().min(at + CLAUSE))
                .find(|at| tokens.is(*at, "HISTORY_TABLE"))
                .and_then(|at| tokens.qualified(at + 2));
            let days = tokens.raw(at + 2).parse().ok().and_then(|number| period::in_days(number, tokens.raw(at + 3)));
            let mut fact = reader.fact(history.map_or(walk.table, |one| one.name), StorageAct::Expiry, at, at + 4);
            fact.days = days;
            // Without a name of its own the history is the table's; current rows stay.
            (days.is_some() && history.is_some()).then_some(fact)
        }
        "SYSTEM_VERSIONING" if set && tokens.is(at + 2, "ON") => Some(whole(reader, StorageAct::Versions)),
        "SYSTEM" if tokens.is(at + 1, "VERSIONING") && tokens.is_any(at.wrapping_sub(1), &["WITH", "ADD"]) => {
            Some(reader.fact(walk.table, StorageAct::Versions, at, at + 2))
        }
        "ON" if tokens.is(at + 1, "DELETE") => references.and_then(|parent| {
            let act = match () {
                () if tokens.is(at + 2, "CASCADE") => StorageAct::Cascade(parent),
                () if tokens.are(at + 2, &["SET", "NULL"]) || tokens.are(at + 2, &["SET", "DEFAULT"]) => {
                    StorageAct::SetNull(parent)
                }
                () => return None,
            };
            let to = at + if matches!(act, StorageAct::Cascade(_)) { 3 } else { 4 };
            let mut fact = reader.fact(walk.table, act, at, to);
            fact.column = walk.key_column(&tokens, at);
            Some(fact)
        }),
        "MASKED" if tokens.is(at + 1, "WITH") => protected(reader, walk, StorageAct::Masked, at, end),
        "MASKING" if tokens.is(at + 1, "POLICY") && !tokens.is_any(at.wrapping_sub(1), &["UNSET", "DROP"]) => {
            protected(reader, walk, StorageAct::Masked, at, end)
        }
        "POLICY_TAGS" if set => protected(reader, walk, StorageAct::Masked, at, end),
        "ENCRYPTED" if tokens.is(at + 1, "WITH") => protected(reader, walk, StorageAct::Encrypted, at, end),
        "ENCRYPT" if at > walk.item && walk.column(&tokens).is_some() => protected(reader, walk, StorageAct::Encrypted, at, end),
        "ROW" if tokens.are(at + 1, &["LEVEL", "SECURITY"]) && tokens.is_any(at.wrapping_sub(1), &["ENABLE", "FORCE"]) => {
            Some(reader.fact(walk.table, StorageAct::RowSecurity, at - 1, at + 3))
        }
        "ROW" if tokens.are(at + 1, &["ACCESS", "POLICY"]) && !tokens.is(at.wrapping_sub(1), "DROP") => {
            Some(reader.fact(walk.table, StorageAct::RowSecurity, at, end))
        }
        "DROP" | "TRUNCATE" if !walk.create && at == walk.item && tokens.is_any(at + 1, &["PARTITION", "PARTITIONS"]) => {
            let mut fact = whole(reader, StorageAct::Delete);
            fact.runs = reader.runs;
            Some(fact)
        }
        // ClickHouse: `ALTER TABLE t DELETE WHERE ...`, `ALTER TABLE t UPDATE c = '' WHERE ...`.
        "DELETE" if !walk.create && at == walk.item && tokens.is(at + 1, "WHERE") => {
            let mut fact = reader.fact(walk.table, StorageAct::Delete, at, tokens.len().min(at + CLAUSE));
            fact.days = period::find(&tokens, at, tokens.len());
            fact.runs = statements::runs_of(reader, at, tokens.len());
            Some(fact)
        }
        _ => None,
    };
    reader.facts.extend(fact);
}

fn protected(reader: &Reader<'_, '_>, walk: &Walk, act: StorageAct, at: usize, end: usize) -> Option<StorageFact> {
    let column = walk.column(&reader.tokens)?;
    let mut fact = reader.fact(walk.table, act, at, end);
    fact.column = Some(column);
    Some(fact)
}

/// `CREATE TABLE a AS SELECT ... FROM b`.
fn copies(reader: &mut Reader<'_, '_>, walk: &Walk, select: usize) {
    let tokens = reader.tokens;
    if let Some(source) = first_source(&tokens, select, tokens.len()) {
        let mut fact = reader.fact(walk.table, StorageAct::Copy(source), select, tokens.len());
        fact.runs = reader.runs;
        reader.facts.push(fact);
    }
}
