//! Statements that delete, overwrite, copy and grant, wherever they stand: in files, routines, triggers, events and jobs.

use super::super::token::{Kind, Tokens, unquote};
use super::{Reader, period};
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct, StorageFact};

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
/// Functions called in one statement that are looked at.
const CALLS: usize = 64;
/// Statements read in one routine, and tokens of each: a text made of nothing but verbs must not cost the square of its length.
const STATEMENTS: usize = 1_000;
const TOKENS: usize = 10_000;
/// Tables and grantees of one `GRANT` that are kept.
const GRANTED: usize = 40;

/// Every statement in the tokens from `start` on.
pub(super) fn all(reader: &mut Reader<'_, '_>, start: usize) {
    let tokens = reader.tokens;
    let mut read = 0;
    for at in start..tokens.len() {
        if matches!(tokens.get(at), Some(token) if token.kind == Kind::Word) && begins(&tokens, start, at) {
            let end = end_of(&tokens, at);
            statement(reader, at, end);
            read += 1;
            if read >= STATEMENTS {
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
                || on_own_line(tokens, at) && !tokens.is_any(before, &["ON", "OR", "AFTER", "BEFORE", "OF", "FOR", "KEY", "TO", "GRANT", "ALL", "UNION"])
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
        "DELETE" => delete(reader, at, end),
        "UPDATE" => update(reader, at, end),
        "INSERT" => insert(reader, at, end),
        "TRUNCATE" => truncate(reader, at, end),
        "GRANT" => grant(reader, at, end),
        "COPY" => export(reader, at, end),
        "SELECT" => {
            select_into(reader, at, end);
            calls(reader, at, end);
        }
        _ => calls(reader, at, end),
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

fn delete(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
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

fn truncate(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
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

fn update(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
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

/// The function whose call stands at `at`.
fn called(tokens: &Tokens<'_>, at: usize) -> Option<Symbol> {
    let name = tokens.qualified(at)?;
    tokens.sign(name.next, b'(').then(|| tokens.name(name.next - 1))
}

fn insert(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut name_at = at + 1;
    while tokens.is_any(name_at, &["INTO", "OR", "IGNORE", "REPLACE", "OVERWRITE", "TABLE", "LOW_PRIORITY", "DELAYED"]) {
        name_at += 1;
    }
    let Some(name) = tokens.qualified(name_at).filter(|name| name.next < end) else { return };
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

/// pg_partman's configuration: `INSERT INTO part_config (parent_table, retention) VALUES ('public.t', '90 days')`, or the same as an
/// update.
fn part_config(reader: &mut Reader<'_, '_>, table: Symbol, at: usize, end: usize) -> bool {
    if !table.as_str().to_ascii_lowercase().ends_with("part_config") {
        return false;
    }
    let tokens = reader.tokens;
    let texts: Vec<(usize, String)> = (at..end)
        .filter(|at| matches!(tokens.get(*at), Some(token) if token.kind == Kind::Text))
        .map(|at| (at, unquote(tokens.raw(at)).into_owned()))
        .collect();
    let days = texts.iter().find_map(|(_, text)| period::of_text(text));
    let parent = texts.iter().find(|(_, text)| text.contains('.') && period::of_text(text).is_none());
    if let (Some(days), Some((_, parent))) = (days, parent) {
        let mut fact = reader.fact(Symbol::new(parent), StorageAct::PartitionExpiry, at, end);
        fact.days = Some(days);
        reader.facts.push(fact);
    }
    true
}

/// `SELECT ... INTO archive FROM users`.
fn select_into(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
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
fn export(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
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

/// `GRANT SELECT, UPDATE ON TABLE users TO app, PUBLIC`.
fn grant(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let Some(on) = (at + 1..end).find(|at| tokens.is(*at, "ON")) else { return };
    let Some(to) = (on + 1..end).find(|at| tokens.is(*at, "TO")) else { return };
    let mut privileges: Vec<String> = Vec::new();
    let mut depth = 0usize;
    for item in (at + 1..on).take(4 * GRANTED) {
        match tokens.get(item).map(|token| token.kind) {
            // `GRANT SELECT (name, email) ON`: columns.
            Some(Kind::Sign(b'(')) => depth += 1,
            Some(Kind::Sign(b')')) => depth = depth.saturating_sub(1),
            Some(Kind::Word) if depth == 0 && !tokens.is(item, "PRIVILEGES") => {
                privileges.push(tokens.raw(item).to_ascii_uppercase())
            }
            _ => {}
        }
    }
    let privileges = Symbol::new(&privileges.join(", "));
    let mut tables = Vec::new();
    let mut object = on + 1;
    if tokens.are(object, &["ALL", "TABLES"]) {
        tables.push(Symbol::new("*"));
    } else {
        if tokens.is_any(
            object,
            &[
                "SCHEMA",
                "DATABASE",
                "SEQUENCE",
                "FUNCTION",
                "PROCEDURE",
                "TYPE",
                "LANGUAGE",
                "ROUTINE",
                "ALL",
                "FOREIGN",
                "DOMAIN",
                "WAREHOUSE",
                "ROLE",
                "USAGE",
            ],
        ) {
            return;
        }
        object += usize::from(tokens.is(object, "TABLE"));
        if tokens.is(object, "OBJECT") {
            // SQL Server: `ON OBJECT::dbo.users`.
            object += 3;
        }
        while object < to && tables.len() < GRANTED {
            if tokens.sign(object, b'*') || tokens.sign(object + 1, b'.') && tokens.sign(object + 2, b'*') {
                tables.push(Symbol::new("*"));
                break;
            }
            let Some(name) = tokens.qualified(object) else { break };
            tables.push(name.name);
            if !tokens.sign(name.next, b',') {
                break;
            }
            object = name.next + 1;
        }
    }
    let mut grantee = to + 1;
    for _ in 0..GRANTED {
        grantee += usize::from(tokens.is_any(grantee, &["GROUP", "ROLE", "USER", "SHARE"]) && tokens.is_name(grantee + 1));
        let text = matches!(tokens.get(grantee), Some(token) if matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text));
        if !text || tokens.is(grantee, "WITH") {
            break;
        }
        let to = tokens.name(grantee);
        for table in &tables {
            let act = StorageAct::Grant { to, privileges };
            let fact = reader.fact(*table, act, at, end);
            reader.facts.push(fact);
        }
        // `'app'@'%'`, and the next one after the comma.
        let Some(comma) = (grantee + 1..end.min(grantee + 6)).find(|at| tokens.sign(*at, b',')) else { break };
        grantee = comma + 1;
    }
}

/// Functions of the database that are called with texts: `add_retention_policy('conditions', INTERVAL '90 days')`,
/// `cron.schedule('nightly', '0 3 * * *', 'DELETE FROM ...')`. What the texts say is read too.
fn calls(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut seen = 0;
    let mut name_at = at;
    // `EXEC msdb.dbo.sp_add_jobstep @command = N'...'` calls without brackets.
    let bare = tokens.is_any(at, &["EXEC", "EXECUTE"]);
    while name_at < end && seen < CALLS {
        let Some(name) = tokens.qualified(name_at) else {
            name_at += 1;
            continue;
        };
        let opens = tokens.sign(name.next, b'(');
        if !opens && !(bare && name_at == at + 1) {
            name_at = name.next;
            continue;
        }
        seen += 1;
        let function = tokens.name(name.next - 1);
        let close = if opens { tokens.after_group(name.next).min(end) } else { end };
        let mut about: Option<String> = None;
        for argument in name.next..close {
            let Some(token) = tokens.get(argument).filter(|token| token.kind == Kind::Text) else { continue };
            let content = unquote(tokens.raw(argument));
            if is_command(&content) {
                reader.text(argument, Runs::Scheduled);
            } else if about.is_none() && is_table_name(&content) && token.end > token.start {
                about = Some(content.into_owned());
            }
        }
        if let Some(table) = about {
            let mut fact = reader.fact(Symbol::new(&table), StorageAct::Call(function), name_at, close);
            fact.days = (name.next + 1..close).find_map(|at| period::find(&tokens, at, at + 1));
            reader.facts.push(fact);
        }
        name_at = close.max(name.next);
    }
}

/// Whether a text holds a statement that deletes, overwrites or copies.
fn is_command(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains(' ') && ["delete ", "update ", "insert ", "truncate "].iter().any(|verb| lower.contains(verb))
}

fn is_table_name(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '[' | ']');
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"' | '[')) && text.len() <= 130 && text.chars().all(inner)
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
        if matches!(tokens.get(at), Some(token) if token.kind == Kind::Text) && is_command(tokens.raw(at)) {
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
