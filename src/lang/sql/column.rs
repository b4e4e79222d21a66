//! Single column definitions: name, type, attributes, and the parts of records. Read leniently: what is understood is kept, what
//! is not is passed over.

use super::labels::Labels;
use super::table::extent;
use super::token::{Kind, Token, Tokens, inner, unquote};
use super::types;
use crate::index::Symbol;
use crate::ir::{Field, TypeRef};

/// Words that end a column's type.
pub(super) fn is_attribute(word: &str) -> bool {
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
        "UNINDEXED",
        "MASKING",
        "MASK",
        "TAGS",
        "STATIC",
        "STATISTICS",
        "IMPLICITLY",
        "LOGGED",
        "ENCODING",
        "ENCRYPT",
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

/// Types whose parts have names.
const RECORDS: &[&str] = &["STRUCT", "ROW", "OBJECT", "TUPLE", "NESTED", "RECORD"];

/// Records in records are read this deep; a warehouse allows fifteen.
const DEEPEST_RECORD: u8 = 15;

/// The parts of a column that is a record, by their path: `address STRUCT<street STRING>` has `address.street`.
pub(super) fn nested_columns(tokens: &Tokens<'_>, labels: &Labels<'_>, column: Symbol) -> Vec<Field> {
    let mut fields = Vec::new();
    let end = type_end(tokens, 1);
    parts(tokens, 1, end, labels, column.as_str(), &mut fields, DEEPEST_RECORD);
    fields
}

fn parts(tokens: &Tokens<'_>, start: usize, end: usize, labels: &Labels<'_>, path: &str, fields: &mut Vec<Field>, depth: u8) {
    if depth == 0 {
        return;
    }
    let mut at = start;
    while at < end {
        let opens = tokens.sign(at + 1, b'<') || tokens.sign(at + 1, b'(');
        if !(opens && tokens.is_any(at, RECORDS)) {
            at += 1;
            continue;
        }
        let close = after_brackets(tokens, at + 1, end);
        let mut from = at + 2;
        while from + 1 < close {
            let mut to = from;
            while to < close - 1 && !tokens.sign(to, b',') {
                to = if tokens.sign(to, b'(') || tokens.sign(to, b'<') { after_brackets(tokens, to, close - 1) } else { to + 1 };
            }
            part(&tokens.slice(from, to), labels, path, fields, depth);
            from = to + 1;
        }
        at = close.max(at + 1);
    }
}

/// One part of a record: `street STRING`, Hive's `street:STRING`. `Tuple(String, UInt8)` names none.
fn part(item: &Tokens<'_>, labels: &Labels<'_>, path: &str, fields: &mut Vec<Field>, depth: u8) {
    let typed = 1 + usize::from(item.sign(1, b':'));
    if !item.is_name(0) || !item.is_name(typed) {
        return;
    }
    let (Some(first), raw) = (item.get(0), item.raw(0)) else { return };
    let path = format!("{path}.{}", unquote(raw));
    let (ty, mut at) = read_type(item, typed);
    let mut field = Field::new(Symbol::new(&path), ty, inner(first.span(), raw));
    while at < item.len() {
        at = attribute(item, at, &mut field);
    }
    field.labels.extend(labels.of_item(extent(item)));
    fields.push(field);
    parts(item, typed, type_end(item, typed), labels, &path, fields, depth - 1);
}

/// After the brackets, round or angled, that open at `open`; `end` if they never close.
fn after_brackets(tokens: &Tokens<'_>, open: usize, end: usize) -> usize {
    let mut depth = 0usize;
    for at in open..end {
        match tokens.get(at).map(|token| token.kind) {
            Some(Kind::Sign(b'(' | b'<')) => depth += 1,
            Some(Kind::Sign(b')' | b'>')) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    end
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

/// The text at `at`, if a string stands there.
pub(super) fn text_at(tokens: &Tokens<'_>, at: usize) -> Option<Symbol> {
    let token = tokens.get(at)?;
    let string = matches!(token.kind, Kind::Text) || (token.kind == Kind::Quoted && tokens.raw(at).starts_with('"'));
    let text = unquote(tokens.raw(at));
    let text = text.trim();
    // BigQuery's long strings: `'''text'''`.
    let quote = |quote: char| text.len() > 2 && text.starts_with(quote) && text.ends_with(quote);
    let text = if quote('\'') || quote('"') { text.get(1..text.len() - 1).unwrap_or(text) } else { text };
    (string && !text.is_empty()).then(|| Symbol::new(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// `description = '...'` in the group at `open`.
pub(super) fn description(tokens: &Tokens<'_>, open: usize) -> Option<Symbol> {
    let end = tokens.after_group(open);
    let at = (open..end).find(|at| tokens.is_any(*at, &["DESCRIPTION", "COMMENT"]) && tokens.sign(at + 1, b'='))?;
    text_at(tokens, at + 2)
}
