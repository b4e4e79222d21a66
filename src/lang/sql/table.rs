//! `CREATE TABLE` and single column definitions, read leniently: what is understood is kept, what is not is passed over, and
//! no column is lost to an odd neighbour.

use super::column::{column, description, is_attribute, nested_columns, text_at};
use super::labels::Labels;
use super::token::{Kind, Qualified, Tokens};
use super::types;
use crate::index::Symbol;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind};
use crate::source::Span;

/// A table as `CREATE TABLE` gives it.
#[derive(Debug)]
pub(super) struct CreateTable {
    pub(super) table: TypeDecl,
    pub(super) if_not_exists: bool,
    /// `TEMPORARY`, `#rows`: gone with the session.
    pub(super) temporary: bool,
    /// Tables whose columns are taken over.
    pub(super) copies: Vec<Symbol>,
    /// Where the query of `CREATE TABLE ... AS` begins.
    pub(super) query: Option<usize>,
    /// The list of columns is not closed.
    pub(super) unclosed: bool,
    /// A list of columns stands there, though it may be empty.
    pub(super) listed: bool,
    /// The first item of the list that is neither a column nor anything else known.
    pub(super) odd: Option<Span>,
}

impl CreateTable {
    /// Whether it says nothing of its columns, neither here nor by another table or a query.
    pub(super) fn tells_nothing(&self) -> bool {
        self.table.fields.is_empty() && self.copies.is_empty() && self.query.is_none()
    }
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
    let word = (0..tokens.len().min(24)).find(|at| tokens.is_any(*at, &["TABLE", "DICTIONARY"]))?;
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
        copies: Vec::new(),
        query: None,
        unclosed: false,
        listed: false,
        odd: None,
        temporary: temporary || name.name.as_str().rsplit('.').next().is_some_and(|last| last.starts_with(['#', '@'])),
    };
    at = name.next;
    let mut keys = Vec::new();
    // The list of columns stands before any option of the table; `FOR VALUES FROM (1)` is none.
    let mut options = false;
    while at < tokens.len() {
        options |= tokens.is_any(at, &["FOR", "PARTITIONED", "ENGINE", "WITH", "DISTRIBUTED", "TABLESPACE", "VALUES"])
            || tokens.is(at, "DEFAULT") && !(tokens.sign(at - 1, b'=') || tokens.is(at - 1, "CLUSTER"));
        if tokens.sign(at, b'(') {
            // Snowflake: `t CLUSTER BY (a) (columns)`.
            let clause = tokens.is_any(at - 1, &["BY", "TEMPLATE"]);
            if !options && !clause && created.table.fields.is_empty() && created.query.is_none() && !is_query(tokens, at + 1) {
                let after = tokens.after_group(at);
                created.listed = true;
                created.unclosed = !tokens.closes(at);
                let end = if created.unclosed { after } else { after - 1 };
                columns(tokens, at + 1, end, labels, &mut created, &mut keys);
                at = after;
                continue;
            }
            if !clause && is_query(tokens, at + 1) && created.query.is_none() {
                created.query = Some(at + 1);
            }
            at = tokens.after_group(at);
        } else if tokens.are(at, &["PARTITION", "OF"]) || tokens.is_any(at, &["LIKE", "CLONE", "COPY", "OF"]) {
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
        } else if created.table.fields.is_empty()
            && let Some(parent) = of_another_table(tokens, at)
        {
            // ClickHouse: `AS other ENGINE = ...`; PostgreSQL: `AS TABLE other`.
            created.copies.push(parent.name);
            at = parent.next;
        } else if tokens.is(at, "USING")
            && tokens.sign(at + 2, b'(')
            && created.table.fields.is_empty()
            && !is_query(tokens, at + 3)
        {
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

/// The table after `AS` where no query stands.
fn of_another_table(tokens: &Tokens<'_>, at: usize) -> Option<Qualified> {
    if !tokens.is(at, "AS") {
        return None;
    }
    let explicit = tokens.is(at + 1, "TABLE");
    let start = at + 1 + usize::from(explicit);
    if is_query(tokens, start) || tokens.is_any(start, &["VALUES", "EXECUTE", "FROM"]) {
        return None;
    }
    let parent = tokens.qualified(start)?;
    (explicit || parent.next >= tokens.len() || tokens.is(parent.next, "ENGINE")).then_some(parent)
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
            Some(Kind::Sign(b'<')) if tokens.is_any(at.wrapping_sub(1), GENERIC_TYPES) => angles += 1,
            Some(Kind::Sign(b'>')) => angles = angles.saturating_sub(1),
            // `{{ audit_columns() }}` on a line of its own is filled in with its own commas.
            Some(Kind::Word | Kind::Quoted)
                if (at > start + 1 || at == start + 1 && tokens.raw(start).starts_with(['{', '$']))
                    && angles == 0
                    && begins_column(tokens, at) =>
            {
                return at;
            }
            _ => {}
        }
        at = tokens.after_group(at);
    }
    end
}

/// Types that take other types in angle brackets.
const GENERIC_TYPES: &[&str] =
    &["STRUCT", "ARRAY", "MAP", "SET", "LIST", "TUPLE", "FROZEN", "VECTOR", "ROW", "UNIONTYPE", "MULTISET", "RANGE"];

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
    // SQLite's R-trees mark auxiliary columns: `+name TEXT`.
    let shifted = tokens.slice(usize::from(tokens.sign(0, b'+')), tokens.len());
    let tokens = &shifted;
    if let Some(parent) = copied(tokens) {
        created.copies.push(parent);
        return;
    }
    if is_constraint(tokens) {
        constraint(tokens, keys);
        return;
    }
    match column(tokens, labels) {
        Some(field) => {
            let inside = nested_columns(tokens, labels, field.name);
            created.table.fields.push(field);
            created.table.fields.extend(inside);
        }
        None if is_filled_in(tokens) => {}
        None => {
            created.odd.get_or_insert(extent(tokens));
        }
    }
}

/// Whether all of it is filled in by a tool: `{{ audit_columns() }}`, `${columns}`.
fn is_filled_in(tokens: &Tokens<'_>) -> bool {
    tokens.len() == 1 && tokens.raw(0).starts_with(['{', '$', '<', '@', '%'])
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
        "PERIOD" => tokens.is(1, "FOR") || group(2) && tokens.is_any(1, &["SYSTEM_TIME", "BUSINESS_TIME"]),
        "PROJECTION" => group(2),
        "FAMILY" => group(1) || group(2) && !types::is_known(tokens.raw(1)),
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
