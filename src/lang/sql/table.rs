//! `CREATE TABLE` and single column definitions, read leniently: what is understood is kept, what is not is passed over, and
//! no column is lost to an odd neighbour.

use super::labels::Labels;
use super::token::{Kind, Qualified, Token, Tokens, inner, unquote};
use super::types;
use crate::index::Symbol;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind, TypeRef};
use crate::source::Span;

/// A table as `CREATE TABLE` gives it.
#[derive(Debug)]
pub(super) struct CreateTable {
    pub(super) table: TypeDecl,
    pub(super) if_not_exists: bool,
    /// `TEMPORARY`, `#rows`.
    pub(super) temporary: bool,
    /// Tables whose columns are taken over.
    pub(super) copies: Vec<Symbol>,
    /// Where the query of `CREATE TABLE ... AS` begins.
    pub(super) query: Option<usize>,
    /// The list of columns is not closed.
    pub(super) unclosed: bool,
}

/// An empty declaration.
pub(super) fn declaration(name: Qualified, kind: TypeKind, extent: Span) -> TypeDecl {
    TypeDecl {
        name: name.name,
        module: Vec::new(),
        kind,
        fields: Vec::new(),
        bases: Vec::new(),
        attributes: Vec::new(),
        doc: None,
        formatting: Formatting::default(),
        span: name.span,
        extent,
        in_test: false,
    }
}

/// The extent of some tokens.
pub(super) fn extent(tokens: &Tokens<'_>) -> Span {
    match (tokens.all.first(), tokens.all.last()) {
        (Some(first), Some(last)) => Span::new(first.start, last.end),
        _ => Span::default(),
    }
}

/// Reads `CREATE ... TABLE` from its first token; `None` if no name follows.
pub(super) fn create_table(tokens: &Tokens<'_>, labels: &Labels<'_>) -> Option<CreateTable> {
    let word = (0..tokens.len().min(24)).find(|at| tokens.is(*at, "TABLE"))?;
    let temporary = (0..word).any(|at| tokens.is_any(at, &["TEMP", "TEMPORARY"])) && !(0..word).any(|at| tokens.is(at, "GLOBAL"));
    let mut at = word + 1;
    let mut if_not_exists = false;
    if tokens.are(at, &["IF", "NOT", "EXISTS"]) {
        if_not_exists = true;
        at += 3;
    }
    let name = tokens.qualified(at)?;
    let mut created = CreateTable {
        table: declaration(name, TypeKind::Table, extent(tokens)),
        if_not_exists,
        temporary: temporary || name.name.as_str().rsplit('.').next().is_some_and(|name| name.starts_with('#')),
        copies: Vec::new(),
        query: None,
        unclosed: false,
    };
    at = name.next;
    let mut keys = Vec::new();
    // The list of columns stands before any option of the table; `FOR VALUES FROM (1)` is none.
    let mut options = false;
    while at < tokens.len() {
        options |= tokens.is_any(at, &["FOR", "PARTITIONED", "ENGINE", "WITH", "DISTRIBUTED", "TABLESPACE", "VALUES", "DEFAULT"]);
        if tokens.sign(at, b'(') {
            if !options && created.table.fields.is_empty() && created.query.is_none() && !is_query(tokens, at + 1) {
                let after = tokens.after_group(at);
                created.unclosed = !tokens.sign(after.saturating_sub(1), b')') || after - at < 2;
                let end = if created.unclosed { after } else { after - 1 };
                columns(tokens, at + 1, end, labels, &mut created, &mut keys);
                at = after;
                continue;
            }
            if is_query(tokens, at + 1) && created.query.is_none() {
                created.query = Some(at + 1);
            }
            at = tokens.after_group(at);
        } else if tokens.are(at, &["PARTITION", "OF"]) || tokens.is_any(at, &["LIKE", "CLONE", "OF"]) {
            let part = tokens.is(at, "PARTITION");
            at += if part { 2 } else { 1 };
            if let Some(parent) = tokens.qualified(at) {
                created.copies.push(parent.name);
                if part {
                    created.table.bases.push(parent.name);
                }
                at = parent.next;
            }
        } else if tokens.are(at, &["PARTITIONED", "BY"]) && types::is_known(tokens.raw(at + 4)) {
            // Hive: columns that partition are declared here and nowhere else.
            let after = tokens.after_group(at + 2);
            columns(tokens, at + 3, after.saturating_sub(1), labels, &mut created, &mut keys);
            at = after;
        } else if tokens.is(at, "INHERITS") && tokens.sign(at + 1, b'(') {
            let after = tokens.after_group(at + 1);
            let mut inside = at + 2;
            while let Some(parent) = tokens.qualified(inside) {
                created.copies.push(parent.name);
                created.table.bases.push(parent.name);
                inside = parent.next + 1;
            }
            at = after;
        } else if tokens.is(at, "COMMENT") {
            let value = at + 1 + usize::from(tokens.sign(at + 1, b'='));
            if let Some(text) = text_at(tokens, value) {
                created.table.doc = Some(text);
            }
            at = value;
        } else if tokens.is_any(at, &["OPTIONS", "TBLPROPERTIES"]) && tokens.sign(at + 1, b'(') {
            created.table.doc = description(tokens, at + 1).or(created.table.doc);
            at = tokens.after_group(at + 1);
        } else if is_query(tokens, at) {
            created.query.get_or_insert(at);
            break;
        } else if tokens.is(at, "USING") && tokens.sign(at + 2, b'(') && created.table.fields.is_empty() {
            // A virtual table of SQLite: `USING fts5(title, body)`.
            let after = tokens.after_group(at + 2);
            columns(tokens, at + 3, after.saturating_sub(1), labels, &mut created, &mut keys);
            at = after;
        } else {
            at += 1;
        }
    }
    created.table.doc = created.table.doc.or_else(|| labels.above(created.table.extent));
    apply_keys(&mut created.table.fields, keys);
    Some(created)
}

fn is_query(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is(at, "SELECT")
        || (tokens.is(at, "WITH") && tokens.is_name(at + 1) && (tokens.is(at + 2, "AS") || tokens.is(at + 1, "RECURSIVE")))
}

/// Constraints of a table that say something of its columns.
#[derive(Debug)]
enum Key {
    Primary(Vec<Symbol>),
    Foreign(Vec<Symbol>, Symbol),
}

fn apply_keys(fields: &mut [Field], keys: Vec<Key>) {
    if keys.is_empty() {
        return;
    }
    let positions: rustc_hash::FxHashMap<String, usize> =
        fields.iter().enumerate().map(|(at, field)| (field.name.as_str().to_lowercase(), at)).collect();
    let mut with = |names: Vec<Symbol>, change: &dyn Fn(&mut Field)| {
        for name in names {
            if let Some(field) = positions.get(&name.as_str().to_lowercase()).and_then(|at| fields.get_mut(*at)) {
                change(field);
            }
        }
    };
    for key in keys {
        match key {
            Key::Primary(names) => with(names, &|field| {
                field.primary_key = true;
                field.required = true;
            }),
            Key::Foreign(names, table) => with(names, &|field| {
                field.references.get_or_insert(table);
            }),
        }
    }
}

fn columns(tokens: &Tokens<'_>, start: usize, end: usize, labels: &Labels<'_>, created: &mut CreateTable, keys: &mut Vec<Key>) {
    let mut at = start;
    while at < end {
        let stop = item_end(tokens, at, end);
        item(&tokens.slice(at, stop), labels, created, keys);
        at = stop + usize::from(tokens.sign(stop, b','));
        if stop == end {
            break;
        }
    }
}

/// The end of the item that begins at `at`: the next comma outside parentheses, or where a column begins on a line of its own
/// although the comma before it is missing.
fn item_end(tokens: &Tokens<'_>, start: usize, end: usize) -> usize {
    let mut at = start;
    let mut angles = 0usize;
    while at < end {
        match tokens.get(at).map(|token| token.kind) {
            Some(Kind::Sign(b',')) if angles == 0 => return at,
            Some(Kind::Sign(b'<')) if tokens.is_any(at.wrapping_sub(1), &["STRUCT", "ARRAY", "MAP"]) => angles += 1,
            Some(Kind::Sign(b'>')) => angles = angles.saturating_sub(1),
            Some(Kind::Word | Kind::Quoted) if at > start + 1 && angles == 0 && begins_column(tokens, at) => return at,
            _ => {}
        }
        at = tokens.after_group(at);
    }
    end
}

fn begins_column(tokens: &Tokens<'_>, at: usize) -> bool {
    let (Some(before), Some(token)) = (tokens.get(at.wrapping_sub(1)), tokens.get(at)) else { return false };
    let Some(between) = tokens.text.get(before.end..token.start) else { return false };
    if !between.contains('\n') || matches!(before.kind, Kind::Sign(_)) && !tokens.sign(at - 1, b')') {
        return false;
    }
    if matches!(before.kind, Kind::Word)
        && tokens.is_any(
            at - 1,
            &["DEFAULT", "NOT", "ON", "AS", "KEY", "CONSTRAINT", "REFERENCES", "COLLATE", "SET", "UNIQUE", "INDEX"],
        )
    {
        return false;
    }
    let name = token.kind == Kind::Quoted || !is_attribute(tokens.raw(at));
    let typed = matches!(tokens.get(at + 1), Some(next) if next.kind == Kind::Word) && types::is_known(tokens.raw(at + 1));
    name && typed
}

/// What an item of the list is: a column, or a constraint that is passed over.
fn item(tokens: &Tokens<'_>, labels: &Labels<'_>, created: &mut CreateTable, keys: &mut Vec<Key>) {
    // `tokenize = 'porter'` is an option of a virtual table.
    if tokens.len() == 0 || tokens.sign(1, b'=') {
        return;
    }
    if let Some(parent) = copied(tokens) {
        created.copies.push(parent);
        return;
    }
    if is_constraint(tokens) {
        constraint(tokens, keys);
        return;
    }
    created.table.fields.extend(column(tokens, labels));
}

fn copied(tokens: &Tokens<'_>) -> Option<Symbol> {
    let like = tokens.is(0, "LIKE") && tokens.is_name(1) && !types::is_known(tokens.raw(1));
    like.then(|| tokens.qualified(1).map(|parent| parent.name)).flatten()
}

fn is_constraint(tokens: &Tokens<'_>) -> bool {
    if !matches!(tokens.get(0), Some(token) if token.kind == Kind::Word) {
        return false;
    }
    let group = |at: usize| tokens.sign(at, b'(');
    // `key varchar(10)` is a column: a type, and in parentheses (if any) a length.
    let column = || {
        let length = matches!(tokens.get(3), Some(token) if token.kind == Kind::Number);
        types::is_known(tokens.raw(1)) && (!group(2) || length)
    };
    match tokens.raw(0).to_ascii_uppercase().as_str() {
        "CONSTRAINT" => tokens.len() > 1 && !column(),
        "PRIMARY" => tokens.is(1, "KEY"),
        "FOREIGN" => tokens.is(1, "KEY"),
        "CHECK" => group(1) || tokens.is(1, "CONSTRAINT"),
        "UNIQUE" => group(1) || tokens.is_any(1, &["KEY", "INDEX", "CLUSTERED", "NONCLUSTERED", "NULLS"]) || group(2),
        "EXCLUDE" => group(1) || tokens.is(1, "USING"),
        "KEY" | "INDEX" => group(1) || (tokens.len() > 2 && !column()),
        "FULLTEXT" | "SPATIAL" => tokens.is_any(1, &["KEY", "INDEX"]) || group(1) || group(2),
        "PERIOD" => tokens.is(1, "FOR"),
        "PROJECTION" => group(2),
        "SUPPLEMENTAL" => tokens.is(1, "LOG"),
        "PARTITION" => tokens.is(1, "BY"),
        _ => false,
    }
}

fn constraint(tokens: &Tokens<'_>, keys: &mut Vec<Key>) {
    for at in 0..tokens.len() {
        if tokens.are(at, &["PRIMARY", "KEY"]) {
            let open = (at + 2..tokens.len().min(at + 6)).find(|open| tokens.sign(*open, b'('));
            keys.extend(open.map(|open| Key::Primary(names(tokens, open))));
            return;
        }
        if tokens.are(at, &["FOREIGN", "KEY"]) {
            let Some(open) = (at + 2..tokens.len().min(at + 8)).find(|open| tokens.sign(*open, b'(')) else { return };
            let after = tokens.after_group(open);
            if tokens.is(after, "REFERENCES")
                && let Some(table) = tokens.qualified(after + 1)
            {
                keys.push(Key::Foreign(names(tokens, open), table.name));
            }
            return;
        }
        if tokens.sign(at, b'(') {
            return;
        }
    }
}

/// The names in a list in parentheses: the first token of each item.
pub(super) fn names(tokens: &Tokens<'_>, open: usize) -> Vec<Symbol> {
    let end = tokens.after_group(open);
    let mut names = Vec::new();
    let mut at = open + 1;
    let mut first = true;
    while at < end {
        if first && (tokens.is_name(at) || matches!(tokens.get(at), Some(token) if token.kind == Kind::Text)) {
            names.push(tokens.name(at));
        }
        first = tokens.sign(at, b',');
        at = tokens.after_group(at);
    }
    names
}

/// The text at `at`, if a string stands there.
pub(super) fn text_at(tokens: &Tokens<'_>, at: usize) -> Option<Symbol> {
    let token = tokens.get(at)?;
    let string = matches!(token.kind, Kind::Text) || (token.kind == Kind::Quoted && tokens.raw(at).starts_with('"'));
    let text = unquote(tokens.raw(at));
    let text = text.trim();
    (string && !text.is_empty()).then(|| Symbol::new(text))
}

/// `description = '...'` in the group at `open`.
fn description(tokens: &Tokens<'_>, open: usize) -> Option<Symbol> {
    let end = tokens.after_group(open);
    let at = (open..end).find(|at| tokens.is_any(*at, &["DESCRIPTION", "COMMENT"]) && tokens.sign(at + 1, b'='))?;
    text_at(tokens, at + 2)
}

/// Words that end a column's type.
fn is_attribute(word: &str) -> bool {
    const ATTRIBUTES: &[&str] = &[
        "NOT",
        "NULL",
        "DEFAULT",
        "PRIMARY",
        "UNIQUE",
        "REFERENCES",
        "CHECK",
        "CONSTRAINT",
        "COMMENT",
        "COLLATE",
        "CHARSET",
        "GENERATED",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "IDENTITY",
        "ON",
        "AS",
        "STORED",
        "VIRTUAL",
        "ENCODE",
        "DISTKEY",
        "SORTKEY",
        "CODEC",
        "TTL",
        "MATERIALIZED",
        "ALIAS",
        "EPHEMERAL",
        "OPTIONS",
        "KEY",
        "INVISIBLE",
        "VISIBLE",
        "ENABLE",
        "DISABLE",
        "SPARSE",
        "ROWGUIDCOL",
        "MASKED",
        "WITH",
        "FOR",
        "PERSISTED",
        "STORAGE",
        "COMPRESSION",
        "DEFERRABLE",
        "INITIALLY",
        "USING",
        "AFTER",
        "FIRST",
        "COLUMN_FORMAT",
        "ENCRYPTED",
        "FOREIGN",
        "HIDDEN",
        "CASCADE",
        "RESTRICT",
        "WITHOUT",
        "ASCII",
        "UNICODE",
        "INDEX",
        "FORMAT",
        "TITLE",
        "COMPRESS",
        "CASESPECIFIC",
        "UPPERCASE",
        "TAG",
        "POLICY",
        "SRID",
        "VALIDATE",
        "NOVALIDATE",
    ];
    ATTRIBUTES.iter().any(|attribute| word.eq_ignore_ascii_case(attribute))
}

/// Words that go on with a type.
fn continues_type(tokens: &Tokens<'_>, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "VARYING",
        "PRECISION",
        "UNSIGNED",
        "SIGNED",
        "ZEROFILL",
        "LARGE",
        "OBJECT",
        "ZONE",
        "LOCAL",
        "RAW",
        "YEAR",
        "MONTH",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "TO",
        "ARRAY",
        "CHARACTER",
        "VARCHAR",
        "CHAR",
        "BYTE",
        "BINARY",
        "VARBINARY",
    ];
    if tokens.is_any(at, &["WITH", "WITHOUT"]) {
        return tokens.is_any(at + 1, &["TIME", "LOCAL", "TIMEZONE"]);
    }
    if tokens.is(at, "TIME") {
        return tokens.is_any(at.wrapping_sub(1), &["WITH", "WITHOUT", "LOCAL"]);
    }
    if tokens.is(at, "CHARACTER") && tokens.is(at + 1, "SET") {
        return false;
    }
    tokens.is_any(at, WORDS)
}

/// The end of the type that begins at `start`.
fn type_end(tokens: &Tokens<'_>, start: usize) -> usize {
    let Some(first) = tokens.get(start) else { return start };
    let typed = match first.kind {
        Kind::Word => !is_attribute(tokens.raw(start)),
        Kind::Quoted => true,
        _ => false,
    };
    if !typed {
        return start;
    }
    let mut at = start + 1;
    while at < tokens.len() {
        if tokens.sign(at, b'(') {
            at = tokens.after_group(at);
        } else if tokens.sign(at, b'<') {
            let mut depth = 0usize;
            while at < tokens.len() {
                if tokens.sign(at, b'<') {
                    depth += 1;
                } else if tokens.sign(at, b'>') {
                    depth -= 1;
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
        } else if tokens.sign(at, b'.') || tokens.sign(at, b'%') {
            at += 2;
        } else if tokens.sign(at, b'[') {
            while at < tokens.len() && !tokens.sign(at, b']') {
                at += 1;
            }
            at += 1;
        } else if continues_type(tokens, at) {
            at += 1;
        } else {
            break;
        }
    }
    at.min(tokens.len())
}

/// The type that begins at `start`, and the token after it.
pub(super) fn read_type(tokens: &Tokens<'_>, start: usize) -> (TypeRef, usize) {
    let end = type_end(tokens, start);
    let written = match (tokens.get(start), tokens.get(end.wrapping_sub(1))) {
        (Some(first), Some(last)) if end > start => tokens.text.get(first.start..last.end).unwrap_or_default(),
        _ => "",
    };
    (if written.is_empty() { TypeRef::default() } else { types::type_ref(written) }, end)
}

/// Reads a column definition: name, type, attributes. `None` if no name stands first.
pub(super) fn column(tokens: &Tokens<'_>, labels: &Labels<'_>) -> Option<Field> {
    let first: Token = tokens.get(0)?;
    if !matches!(first.kind, Kind::Word | Kind::Quoted | Kind::Text | Kind::Number) {
        return None;
    }
    let raw = tokens.raw(0);
    let name = unquote(raw);
    let name = name.trim();
    // A line that a template engine fills in is no column.
    if name.is_empty() || (tokens.len() == 1 && name.starts_with("{{")) {
        return None;
    }
    let (ty, mut at) = read_type(tokens, 1);
    let mut field = Field::new(Symbol::new(name), ty, inner(first.span(), raw));
    while at < tokens.len() {
        at = attribute(tokens, at, &mut field);
    }
    field.labels.extend(labels.of_item(extent(tokens)));
    Some(field)
}

/// Reads the attribute at `at` and gives the token after it.
fn attribute(tokens: &Tokens<'_>, at: usize, field: &mut Field) -> usize {
    if tokens.are(at, &["NOT", "NULL"]) {
        field.required = true;
        return at + 2;
    }
    if tokens.are(at, &["PRIMARY", "KEY"]) {
        field.primary_key = true;
        field.required = true;
        return at + 2;
    }
    if tokens.is(at, "DEFAULT") {
        return default(tokens, at + 1, field);
    }
    if tokens.is(at, "REFERENCES") {
        let Some(table) = tokens.qualified(at + 1) else { return at + 1 };
        field.references = Some(table.name);
        return table.next;
    }
    if tokens.is(at, "COMMENT") {
        let value = at + 1 + usize::from(tokens.sign(at + 1, b'='));
        field.labels.extend(text_at(tokens, value));
        return value + 1;
    }
    if tokens.is(at, "OPTIONS") && tokens.sign(at + 1, b'(') {
        field.labels.extend(description(tokens, at + 1));
        return tokens.after_group(at + 1);
    }
    tokens.after_group(at)
}

/// A literal default: `'x'`, `0`, `TRUE`, `((0))`, `'x'::text`.
fn default(tokens: &Tokens<'_>, start: usize, field: &mut Field) -> usize {
    let mut at = start;
    while tokens.sign(at, b'(') {
        at += 1;
    }
    let minus = tokens.sign(at, b'-');
    let value = at + usize::from(minus);
    let text = match tokens.get(value).map(|token| token.kind) {
        Some(Kind::Text) => Some(unquote(tokens.raw(value)).into_owned()),
        Some(Kind::Quoted) if tokens.raw(value).starts_with('"') => Some(unquote(tokens.raw(value)).into_owned()),
        Some(Kind::Number) => Some(format!("{}{}", if minus { "-" } else { "" }, tokens.raw(value))),
        Some(Kind::Word) if tokens.is_any(value, &["TRUE", "FALSE"]) => Some(tokens.raw(value).to_owned()),
        _ => None,
    };
    // More than a literal (`'a' || x`) is an expression.
    let mut after = value + 1;
    while tokens.sign(after, b')') && at > start {
        after += 1;
    }
    let goes_on =
        matches!(tokens.get(after).map(|token| token.kind), Some(Kind::Sign(sign)) if !matches!(sign, b':' | b',' | b')'));
    if !goes_on {
        field.default = text.map(|text| Symbol::new(&text));
    }
    tokens.after_group(start)
}
