//! Statements that change what is there: `ALTER TABLE`, `RENAME TABLE`, `DROP`, `COMMENT ON`, and the stored procedures of SQL
//! Server that do the same.

use super::column::{column, nested_columns, read_type, text_at};
use super::labels::Labels;
use super::table::{declaration, extent, names};
use super::token::{Kind, Tokens, inner, unquote};
use crate::index::Symbol;
use crate::ir::schema::SchemaStep;
use crate::ir::{Field, TypeKind, TypeRef, TypeShape};
use crate::source::Span;

/// What `ALTER TABLE` does, action by action.
pub(super) fn alter_table(tokens: &Tokens<'_>, labels: &Labels<'_>, steps: &mut Vec<SchemaStep>) -> Option<()> {
    let mut at = (0..tokens.len().min(4)).find(|at| tokens.is(*at, "TABLE"))? + 1;
    if tokens.are(at, &["IF", "EXISTS"]) {
        at += 2;
    }
    at += usize::from(tokens.is(at, "ONLY"));
    let name = tokens.qualified(at)?;
    at = name.next;
    at += usize::from(tokens.sign(at, b'*'));
    if tokens.are(at, &["ON", "CLUSTER"]) {
        at += 3;
    }
    if tokens.is(at, "WITH") {
        // `WITH CHECK ADD CONSTRAINT`.
        at += 2;
    }
    let mut alter = Alter { table: name.name, labels, steps, last: Action::Other };
    while at < tokens.len() {
        let mut end = at;
        while end < tokens.len() && !tokens.sign(end, b',') && !tokens.sign(end, b';') {
            end = tokens.after_group(end);
        }
        alter.action(&tokens.slice(at, end));
        if tokens.sign(end, b';') {
            break;
        }
        at = end + 1;
    }
    Some(())
}

/// What an item without a word of its own goes on with: `ADD a int, b int`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Drop,
    Other,
}

struct Alter<'a, 't> {
    table: Symbol,
    labels: &'a Labels<'t>,
    steps: &'a mut Vec<SchemaStep>,
    last: Action,
}

/// Things of a table that are no columns.
const NOT_COLUMNS: &[&str] = &[
    "CONSTRAINT",
    "INDEX",
    "KEY",
    "PRIMARY",
    "UNIQUE",
    "FOREIGN",
    "CHECK",
    "FULLTEXT",
    "SPATIAL",
    "PARTITION",
    "PARTITIONS",
    "EXCLUDE",
    "PROJECTION",
    "DEFAULT",
    "SUPPLEMENTAL",
    "PERIOD",
    "STATISTICS",
    "POLICY",
    "SYSTEM",
    "TRIGGER",
];

impl Alter<'_, '_> {
    fn action(&mut self, item: &Tokens<'_>) {
        let first = item.raw(0).to_ascii_uppercase();
        let verb = matches!(item.get(0), Some(token) if token.kind == Kind::Word);
        match first.as_str() {
            "ADD" if verb => self.add(item, 1),
            "DROP" if verb => self.drop(item, 1),
            "RENAME" if verb => self.rename(item),
            "ALTER" | "MODIFY" if verb && item.is_any(2, &["SET", "UNSET", "DROP"]) && item.is(3, "MASKING") => {
                self.last = Action::Other;
            }
            "REPLACE" if verb && item.is(1, "COLUMNS") => self.add(item, 1),
            "ALTER" if verb && item.sign(1, b'(') => self.alter_columns(item),
            "ALTER" if verb => self.alter_column(item),
            "MODIFY" if verb => self.modify(item),
            "CHANGE" if verb => self.change(item),
            "COMMENT" if verb => self.comment(item),
            "SET" if verb && item.is(1, "UNUSED") => self.drop(item, 2),
            "SET" if verb && item.is(1, "SCHEMA") && item.is_name(2) => {
                let bare = self.table.as_str().rsplit('.').next().unwrap_or_default();
                let to = Symbol::new(&format!("{}.{bare}", item.name(2)));
                self.steps.push(SchemaStep::RenameTable { from: self.table, to, span: name_span(item, 2) });
                self.table = to;
            }
            "OWNER" | "SET" | "ENABLE" | "DISABLE" | "VALIDATE" | "ATTACH" | "DETACH" | "ENGINE" | "CONVERT" | "ORDER"
            | "INHERIT" | "REPLICA" | "CLUSTER" | "AUTO_INCREMENT" | "DEFAULT" | "CHECK" | "NOCHECK" | "FORCE" | "NO"
            | "SWITCH" | "REBUILD" | "LOCK" | "ALGORITHM" => {
                self.last = Action::Other;
            }
            "CONSTRAINT" if self.last == Action::Add => self.key(item),
            _ => match self.last {
                Action::Add => self.add(item, 0),
                Action::Drop => self.drop(item, 0),
                Action::Other => {}
            },
        }
    }

    fn add(&mut self, item: &Tokens<'_>, mut at: usize) {
        self.last = Action::Add;
        let explicit = item.is(at, "COLUMN") || item.is(at, "COLUMNS") && item.sign(at + 1, b'(');
        at += usize::from(explicit);
        if item.are(at, &["IF", "NOT", "EXISTS"]) {
            at += 3;
        }
        if !explicit && item.is_any(at, NOT_COLUMNS) && !is_typed(item, at) {
            self.key(item);
            return;
        }
        if item.sign(at, b'(') {
            let end = item.after_group(at);
            let inside = item.slice(at + 1, if item.sign(end - 1, b')') { end - 1 } else { end });
            let mut from = 0;
            while from < inside.len() {
                let mut to = from;
                while to < inside.len() && !inside.sign(to, b',') {
                    to = inside.after_group(to);
                }
                self.add_column(&inside.slice(from, to));
                from = to + 1;
            }
        } else {
            self.add_column(&item.slice(at, item.len()));
        }
    }

    fn add_column(&mut self, item: &Tokens<'_>) {
        if item.is_any(0, NOT_COLUMNS) && !is_typed(item, 0) {
            return;
        }
        if let Some(column) = column(item, self.labels) {
            let inside = nested_columns(item, self.labels, column.name);
            let table = self.table;
            self.steps.extend(std::iter::once(column).chain(inside).map(|column| SchemaStep::AddColumn { table, column }));
        }
    }

    /// `ADD [CONSTRAINT c] PRIMARY KEY (a)`, `... FOREIGN KEY (a) REFERENCES t`.
    fn key(&mut self, item: &Tokens<'_>) {
        let span = extent(item);
        for at in 0..item.len() {
            let primary = item.are(at, &["PRIMARY", "KEY"]);
            if !primary && !item.are(at, &["FOREIGN", "KEY"]) {
                continue;
            }
            let Some(open) = (at + 2..item.len().min(at + 8)).find(|open| item.sign(*open, b'(')) else { return };
            let columns = names(item, open);
            let after = item.after_group(open);
            let references = item.is(after, "REFERENCES").then(|| item.qualified(after + 1)).flatten().map(|table| table.name);
            if primary || references.is_some() {
                self.steps.push(SchemaStep::Key { table: self.table, columns, references, span });
            }
            return;
        }
    }

    fn drop(&mut self, item: &Tokens<'_>, mut at: usize) {
        self.last = Action::Drop;
        let explicit = item.is_any(at, &["COLUMN", "COLUMNS"]);
        at += usize::from(explicit);
        if item.are(at, &["IF", "EXISTS"]) {
            at += 2;
        }
        if !explicit && item.is_any(at, NOT_COLUMNS) {
            self.last = Action::Other;
            return;
        }
        let span = extent(item);
        if item.sign(at, b'(') {
            for column in names(item, at) {
                self.steps.push(SchemaStep::DropColumn { table: self.table, column, span });
            }
        } else if item.is_name(at) {
            self.steps.push(SchemaStep::DropColumn { table: self.table, column: item.name(at), span });
        }
    }

    fn rename(&mut self, item: &Tokens<'_>) {
        self.last = Action::Other;
        if item.is_any(1, &["TO", "AS"]) {
            if let Some(to) = item.qualified(2) {
                self.steps.push(SchemaStep::RenameTable { from: self.table, to: to.name, span: to.span });
                self.table = to.name;
            }
            return;
        }
        if item.is_any(1, &["INDEX", "KEY", "CONSTRAINT", "PARTITION"]) && !item.is(2, "TO") {
            return;
        }
        let mut at = 1 + usize::from(item.is(1, "COLUMN") && !item.is(2, "TO"));
        if item.are(at, &["IF", "EXISTS"]) {
            at += 2;
        }
        if item.is_name(at) && item.is(at + 1, "TO") && item.is_name(at + 2) {
            self.rename_column(item, at, at + 2);
        } else if item.len() == 2 && item.is_name(1) {
            // MySQL: `RENAME new_name`.
            let to = item.name(1);
            self.steps.push(SchemaStep::RenameTable { from: self.table, to, span: name_span(item, 1) });
            self.table = to;
        }
    }

    fn rename_column(&mut self, item: &Tokens<'_>, from: usize, to: usize) {
        let (old, new) = (item.name(from), item.name(to));
        if old != new {
            self.steps.push(SchemaStep::RenameColumn { table: self.table, from: old, to: new, span: name_span(item, to) });
        }
    }

    /// Snowflake: `ALTER (a SET DATA TYPE text, COLUMN b COMMENT 'x')`.
    fn alter_columns(&mut self, item: &Tokens<'_>) {
        let end = item.after_group(1);
        let mut from = 2;
        while from + 1 < end {
            let mut to = from;
            while to < end - 1 && !item.sign(to, b',') {
                to = item.after_group(to);
            }
            // `alter_column` looks past a first token that says `ALTER`.
            self.alter_column(&item.slice(from - 1, to));
            from = to + 1;
        }
    }

    fn alter_column(&mut self, item: &Tokens<'_>) {
        self.last = Action::Other;
        let mut at = 1 + usize::from(item.is(1, "COLUMN"));
        if item.are(at, &["IF", "EXISTS"]) {
            at += 2;
        }
        if !item.is_name(at) {
            return;
        }
        let column = item.name(at);
        if item.is(at + 1, "RENAME") && item.is(at + 2, "TO") {
            self.rename_column(item, at, at + 3);
            return;
        }
        let typed = match () {
            () if item.is(at + 1, "TYPE") => at + 2,
            () if item.are(at + 1, &["SET", "DATA", "TYPE"]) => at + 4,
            () if item.is(at + 1, "COMMENT") || item.are(at + 1, &["SET", "OPTIONS"]) => {
                let value = if item.is(at + 1, "COMMENT") {
                    at + 2
                } else {
                    (at + 3..item.len()).find(|at| item.sign(*at, b'=')).map_or(item.len(), |at| at + 1)
                };
                if let Some(text) = text_at(item, value) {
                    self.steps.push(SchemaStep::Comment { table: self.table, column: Some(column), text, span: extent(item) });
                }
                return;
            }
            () if item.is_any(at + 1, &["SET", "DROP"]) => {
                if item.are(at + 2, &["NOT", "NULL"]) {
                    let (table, required, span) = (self.table, item.is(at + 1, "SET"), name_span(item, at));
                    self.steps.push(SchemaStep::Require { table, column, required, span });
                }
                return;
            }
            () if item.is_any(at + 1, &["UNSET", "ADD", "RESTART", "REMOVE"]) => return,
            () => at + 1,
        };
        let (ty, _) = read_type(item, typed);
        if !ty.text.is_empty() {
            self.steps.push(SchemaStep::AlterType { table: self.table, column, ty, span: name_span(item, at) });
        }
    }

    fn modify(&mut self, item: &Tokens<'_>) {
        self.last = Action::Other;
        let at = 1 + usize::from(item.is(1, "COLUMN"));
        let group = item.sign(at, b'(');
        let inside = if group { item.slice(at + 1, item.after_group(at).saturating_sub(1)) } else { item.slice(at, item.len()) };
        let mut from = 0;
        while from < inside.len() {
            let mut to = from;
            while to < inside.len() && !inside.sign(to, b',') {
                to = inside.after_group(to);
            }
            let one = inside.slice(from, to);
            // Clauses of other dialects: a masking policy, `REMOVE TTL`. `SET('a')` is a type.
            let clause = one.is_any(1, &["UNSET", "DROP", "REMOVE"]) || one.is(1, "SET") && !one.sign(2, b'(');
            if let Some(field) = column(&one, self.labels).filter(|_| !clause) {
                self.redefine(field.name, field);
            }
            from = to + 1;
        }
    }

    fn change(&mut self, item: &Tokens<'_>) {
        self.last = Action::Other;
        let at = 1 + usize::from(item.is(1, "COLUMN"));
        if !item.is_name(at) || !item.is_name(at + 1) {
            return;
        }
        self.rename_column(item, at, at + 1);
        if let Some(field) = column(&item.slice(at + 1, item.len()), self.labels) {
            self.redefine(field.name, field);
        }
    }

    fn redefine(&mut self, column: Symbol, field: Field) {
        let table = self.table;
        if !field.ty.text.is_empty() {
            self.steps.push(SchemaStep::AlterType { table, column, ty: field.ty, span: field.span });
        }
        if field.required {
            self.steps.push(SchemaStep::Require { table, column, required: true, span: field.span });
        }
        for text in field.labels {
            self.steps.push(SchemaStep::Comment { table, column: Some(column), text, span: field.span });
        }
    }

    fn comment(&mut self, item: &Tokens<'_>) {
        self.last = Action::Other;
        if item.is(1, "COLUMN") {
            let at = 2 + if item.are(2, &["IF", "EXISTS"]) { 2 } else { 0 };
            if let Some(text) = text_at(item, at + 1) {
                self.steps.push(SchemaStep::Comment { table: self.table, column: Some(item.name(at)), text, span: extent(item) });
            }
        } else if let Some(text) = text_at(item, 1 + usize::from(item.sign(1, b'='))) {
            self.steps.push(SchemaStep::Comment { table: self.table, column: None, text, span: extent(item) });
        }
    }
}

/// Whether what stands at `at` is a name followed by a type, so that `ADD key varchar(10)` adds a column.
fn is_typed(item: &Tokens<'_>, at: usize) -> bool {
    super::types::is_known(item.raw(at + 1)) && matches!(item.get(at + 1), Some(token) if token.kind == Kind::Word)
}

fn name_span(tokens: &Tokens<'_>, at: usize) -> Span {
    tokens.get(at).map(|token| inner(token.span(), tokens.raw(at))).unwrap_or_default()
}

/// `USE shop`, `SET search_path TO billing, public`. An empty path, or one that begins with a variable, is the default.
pub(super) fn use_namespace(tokens: &Tokens<'_>, steps: &mut Vec<SchemaStep>) {
    let name = if tokens.is(0, "USE") {
        // Snowflake and Databricks: `USE SCHEMA billing`; `USE ROLE` and `USE WAREHOUSE` are about something else.
        if tokens.is_any(1, &["ROLE", "WAREHOUSE", "SECONDARY"]) && tokens.is_name(2) {
            return;
        }
        1 + usize::from(tokens.is_any(1, &["SCHEMA", "DATABASE", "CATALOG"]) && tokens.is_name(2))
    } else {
        let at = 1 + usize::from(tokens.is_any(1, &["LOCAL", "SESSION"]));
        if !tokens.is(at, "SEARCH_PATH") {
            return;
        }
        at + 1 + usize::from(tokens.is(at + 1, "TO") || tokens.sign(at + 1, b'='))
    };
    let namespace = tokens.qualified(name).map(|name| name.name);
    let default = |name: &Symbol| {
        name.is_empty() || name.as_str().starts_with('$') || ["default", "pg_catalog"].iter().any(|word| *name == *word)
    };
    steps.push(SchemaStep::Use { namespace: namespace.filter(|name| !default(name)) });
}

/// `DROP TABLE a, b`, `DROP VIEW v`.
pub(super) fn drop_tables(tokens: &Tokens<'_>, steps: &mut Vec<SchemaStep>) -> Option<()> {
    let mut at = (0..tokens.len().min(4)).find(|at| tokens.is_any(*at, &["TABLE", "VIEW"]))? + 1;
    if tokens.are(at, &["IF", "EXISTS"]) {
        at += 2;
    }
    while let Some(name) = tokens.qualified(at) {
        steps.push(SchemaStep::DropTable { table: name.name, span: name.span });
        at = name.next;
        if !tokens.sign(at, b',') {
            break;
        }
        at += 1;
    }
    Some(())
}

/// `CREATE TYPE status AS ENUM (...)`, `CREATE DOMAIN email AS citext`, `CREATE TYPE phone FROM varchar(20)`, and types with
/// fields of their own: `CREATE TYPE address AS (street text)`, `... AS OBJECT (...)`, `... AS TABLE (...)`, `... (street text)`.
pub(super) fn create_type(tokens: &Tokens<'_>, labels: &Labels<'_>, steps: &mut Vec<SchemaStep>) -> Option<()> {
    let mut at = (0..tokens.len().min(6)).find(|at| tokens.is_any(*at, &["TYPE", "DOMAIN"]))? + 1;
    if tokens.are(at, &["IF", "NOT", "EXISTS"]) {
        at += 3;
    }
    let name = tokens.qualified(at)?;
    let mut next = name.next;
    next += usize::from(tokens.is_any(next, &["AS", "IS", "FROM"]));
    if tokens.is(next, "ENUM") {
        let ty = TypeRef { text: name.name, shape: TypeShape::Enumeration };
        steps.push(SchemaStep::NameType { name: name.name, ty });
        return Some(());
    }
    let open = next + usize::from(tokens.is_any(next, &["OBJECT", "TABLE", "STRUCT"]));
    if tokens.sign(open, b'(') {
        let end = tokens.after_group(open);
        let mut record = declaration(name, TypeKind::Struct, extent(tokens));
        let mut from = open + 1;
        while from + 1 < end {
            let mut to = from;
            while to < end - 1 && !tokens.sign(to, b',') {
                to = tokens.after_group(to);
            }
            let item = tokens.slice(from, to);
            // Base types list their functions (`INPUT = f`), Oracle's objects their methods, T-SQL's tables their keys.
            let field = item.is_name(0) && item.is_name(1) && !item.is_any(0, NOT_FIELDS);
            record.fields.extend(field.then(|| column(&item, labels)).flatten());
            from = to + 1;
        }
        if !record.fields.is_empty() {
            steps.push(SchemaStep::Create {
                table: record,
                if_not_exists: false,
                lineage: Vec::new(),
                copies: Vec::new(),
                temporary: false,
            });
        }
    } else if tokens.is_name(next) && !tokens.is_any(next, &["RANGE", "OBJECT", "TABLE", "VARRAY"]) {
        steps.push(SchemaStep::NameType { name: name.name, ty: read_type(tokens, next).0 });
    }
    Some(())
}

/// What stands among the fields of a type and is none.
const NOT_FIELDS: &[&str] = &[
    "MEMBER",
    "STATIC",
    "CONSTRUCTOR",
    "MAP",
    "ORDER",
    "OVERRIDING",
    "FINAL",
    "NOT",
    "PRIMARY",
    "UNIQUE",
    "INDEX",
    "CHECK",
    "CONSTRAINT",
    "PRAGMA",
];

/// `RENAME TABLE a TO b, c TO d`.
pub(super) fn rename_tables(tokens: &Tokens<'_>, steps: &mut Vec<SchemaStep>) -> Option<()> {
    let mut at = 2;
    loop {
        let from = tokens.qualified(at)?;
        if !tokens.is(from.next, "TO") {
            return Some(());
        }
        let to = tokens.qualified(from.next + 1)?;
        steps.push(SchemaStep::RenameTable { from: from.name, to: to.name, span: to.span });
        at = to.next + 1;
        if !tokens.sign(to.next, b',') {
            return Some(());
        }
    }
}

/// `COMMENT ON TABLE t IS '...'`, `COMMENT ON COLUMN t.c IS '...'`.
pub(super) fn comment_on(tokens: &Tokens<'_>, steps: &mut Vec<SchemaStep>) -> Option<()> {
    let mut at = 2;
    let column = tokens.is(at, "COLUMN");
    if !column && !tokens.is_any(at, &["TABLE", "VIEW", "MATERIALIZED", "FOREIGN"]) {
        return Some(());
    }
    at += 1 + usize::from(tokens.is_any(at, &["MATERIALIZED", "FOREIGN"]));
    let name = tokens.qualified(at)?;
    if !tokens.is(name.next, "IS") {
        return None;
    }
    let Some(text) = text_at(tokens, name.next + 1) else { return Some(()) };
    let (table, column) = if column {
        let last = tokens.name(name.next - 1);
        let table = name.name.as_str().strip_suffix(last.as_str())?.strip_suffix('.')?;
        (Symbol::new(table), Some(last))
    } else {
        (name.name, None)
    };
    steps.push(SchemaStep::Comment { table, column, text, span: name.span });
    Some(())
}

/// An argument of a stored procedure: its name without `@`, its value, the place of the value.
struct Argument {
    name: String,
    value: String,
    span: Span,
}

fn arguments(tokens: &Tokens<'_>, mut at: usize) -> Vec<Argument> {
    let mut arguments = Vec::new();
    while at < tokens.len() && !tokens.sign(at, b';') {
        let named = tokens.sign(at + 1, b'=');
        let name = if named { tokens.raw(at).trim_start_matches('@').to_ascii_lowercase() } else { String::new() };
        let value = at + if named { 2 } else { 0 };
        let raw = tokens.raw(value);
        arguments.push(Argument { name, value: unquote(raw).into_owned(), span: name_span(tokens, value) });
        at = value + 1;
        while at < tokens.len() && !tokens.sign(at, b',') {
            at = tokens.after_group(at);
        }
        at += 1;
    }
    arguments
}

/// `EXEC sp_rename 'dbo.t.old', 'new', 'COLUMN'`; `EXEC sp_addextendedproperty 'MS_Description', '...', ...`.
pub(super) fn execute(tokens: &Tokens<'_>, steps: &mut Vec<SchemaStep>) {
    let Some(at) = (0..tokens.len().min(8)).find(|at| {
        let raw = unquote(tokens.raw(*at));
        raw.eq_ignore_ascii_case("sp_rename")
            || raw.eq_ignore_ascii_case("sp_addextendedproperty")
            || raw.eq_ignore_ascii_case("sp_updateextendedproperty")
    }) else {
        return;
    };
    let arguments = arguments(tokens, at + 1);
    let get = |name: &str, position: usize| {
        arguments
            .iter()
            .find(|argument| argument.name == name)
            .or_else(|| arguments.get(position).filter(|argument| argument.name.is_empty()))
    };
    if unquote(tokens.raw(at)).eq_ignore_ascii_case("sp_rename") {
        let (Some(from), Some(to)) = (get("objname", 0), get("newname", 1)) else { return };
        let from_name: String = from.value.chars().filter(|c| !matches!(c, '[' | ']' | '"')).collect();
        let to_name: String = to.value.chars().filter(|c| !matches!(c, '[' | ']' | '"')).collect();
        let kind = get("objtype", 2).map(|kind| kind.value.to_ascii_uppercase()).unwrap_or_default();
        match (kind.as_str(), from_name.rsplit_once('.')) {
            // Three parts without a word of what they are: the server finds the column.
            ("COLUMN", Some((table, column))) | ("", Some((table, column))) if kind == "COLUMN" || table.contains('.') => steps
                .push(SchemaStep::RenameColumn {
                    table: Symbol::new(table),
                    from: Symbol::new(column),
                    to: Symbol::new(&to_name),
                    span: to.span,
                }),
            ("" | "OBJECT", _) => {
                steps.push(SchemaStep::RenameTable { from: Symbol::new(&from_name), to: Symbol::new(&to_name), span: to.span });
            }
            _ => {}
        }
        return;
    }
    let (Some(value), Some(table)) = (get("value", 1), get("level1name", 5)) else { return };
    let is_description = get("name", 0).is_some_and(|name| name.value.eq_ignore_ascii_case("MS_Description"));
    let text = value.value.trim();
    if is_description && !text.is_empty() {
        let column =
            get("level2name", 7).filter(|_| get("level2type", 6).is_some_and(|kind| kind.value.eq_ignore_ascii_case("COLUMN")));
        steps.push(SchemaStep::Comment {
            table: Symbol::new(&table.value),
            column: column.map(|column| Symbol::new(&column.value)),
            text: Symbol::new(text),
            span: value.span,
        });
    }
}
