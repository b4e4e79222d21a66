//! What a statement does, told by its first words.

use super::dialect::Dialect;
use super::scan::{byte, quoted_name_end, skip_trivia, string_end, word_end, word_is};

/// What a statement does, by its first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `CREATE TABLE`.
    CreateTable,
    /// `CREATE VIEW`.
    CreateView,
    /// `CREATE TYPE`, `CREATE DOMAIN`.
    CreateType,
    /// A function, procedure, trigger, package: its body is not read.
    Routine,
    /// `DO`, `BEGIN ... END`, `IF ...`: statements inside may change the schema.
    Block,
    /// `ALTER TABLE`.
    AlterTable,
    /// `DROP TABLE`, `DROP VIEW`.
    Drop,
    /// `RENAME TABLE`.
    Rename,
    /// `COMMENT ON`.
    Comment,
    /// `EXEC`.
    Execute,
    /// `USE shop`, `SET search_path TO billing`.
    Use,
    /// `INSERT`, `REPLACE`, `UPSERT`, `MERGE`.
    Insert,
    /// `COPY`.
    Copy,
    /// Anything else.
    Other,
}

/// Words between `CREATE` and what is created.
const CREATE_MODIFIERS: &[&str] = &[
    "OR",
    "REPLACE",
    "ALTER",
    "GLOBAL",
    "LOCAL",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "EXTERNAL",
    "FOREIGN",
    "TRANSIENT",
    "VOLATILE",
    "VIRTUAL",
    "COLUMN",
    "ROW",
    "PRIVATE",
    "MULTISET",
    "MATERIALIZED",
    "RECURSIVE",
    "FORCE",
    "NOFORCE",
    "EDITIONABLE",
    "NONEDITIONABLE",
    "HYBRID",
    "DYNAMIC",
    "ICEBERG",
    "SECURE",
    "IMMUTABLE",
    "SHARDED",
    "DUPLICATED",
    "LIVE",
    "STREAMING",
    "SNAPSHOT",
    "ROWSTORE",
    "REFERENCE",
    "BLOCKCHAIN",
    "FLEX",
    "CACHED",
    "MEMORY",
];

/// How far the first words of a statement are looked for; bounded, as every line may ask.
const LOOK_AHEAD: usize = 4096;

/// What the statement at `at` does.
pub(super) fn classify(bytes: &[u8], at: usize) -> Class {
    let bytes = bytes.get(..bytes.len().min(at + LOOK_AHEAD)).unwrap_or_default();
    let end = word_end(bytes, at);
    let Some(word) = bytes.get(at..end) else { return Class::Other };
    let is = |expected: &str| word.eq_ignore_ascii_case(expected.as_bytes());
    let next = || skip_trivia(bytes, end);
    let next_is = |words: &[&str]| {
        let at = next();
        words.iter().any(|word| word_is(bytes, at, word))
    };
    match word.first().map_or(0, |first| first | 0x20) {
        b'c' if is("CREATE") => classify_create(bytes, next()),
        b'c' if is("COMMENT") && next_is(&["ON"]) => Class::Comment,
        b'c' if is("COPY") => Class::Copy,
        b'a' if is("ALTER") && next_is(&["TABLE", "FOREIGN"]) => Class::AlterTable,
        b'a' if is("ALTER") && next_is(&["PROCEDURE", "FUNCTION", "TRIGGER"]) => Class::Routine,
        b'd' if is("DROP") && next_is(&["TABLE", "VIEW", "MATERIALIZED", "FOREIGN", "TEMPORARY"]) => Class::Drop,
        b'd' if is("DO") => Class::Block,
        b'd' if is("DECLARE") => Class::Block,
        b'b' if is("BEGIN") => {
            let next = next();
            let transaction = ["TRANSACTION", "TRAN", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "ISOLATION", "READ"];
            let ends = next >= bytes.len() || matches!(byte(bytes, next), b';' | b'/');
            if ends || transaction.iter().any(|word| word_is(bytes, next, word)) { Class::Other } else { Class::Block }
        }
        b'i' if is("IF") => Class::Block,
        b'i' if is("INSERT") => Class::Insert,
        b'm' if is("MERGE") => Class::Insert,
        b'u' if is("UPSERT") => Class::Insert,
        b'r' if is("REPLACE") && next_is(&["INTO"]) => Class::Insert,
        b'r' if is("RENAME") && next_is(&["TABLE", "TABLES"]) => Class::Rename,
        b'e' if is("EXEC") || is("EXECUTE") => Class::Execute,
        b's' if is("SP_RENAME") => Class::Execute,
        b's' if is("SET") && next_is(&["SEARCH_PATH", "LOCAL", "SESSION"]) => Class::Use,
        b'u' if is("USE") => Class::Use,
        _ => Class::Other,
    }
}

fn classify_create(bytes: &[u8], mut at: usize) -> Class {
    // `CREATE DEFINER=`a`@`b` SQL SECURITY DEFINER VIEW`: a handful of words at most.
    for _ in 0..24 {
        let end = word_end(bytes, at);
        let Some(word) = bytes.get(at..end) else { return Class::Other };
        let is = |expected: &str| word.eq_ignore_ascii_case(expected.as_bytes());
        if word.is_empty() {
            match byte(bytes, at) {
                b'`' => at = quoted_name_end(bytes, at).unwrap_or(at + 1),
                b'\'' | b'"' => at = string_end(bytes, at, Dialect::Generic, false).unwrap_or(at + 1),
                b'=' | b'@' | b'%' | b'.' => at += 1,
                _ => return Class::Other,
            }
            at = skip_trivia(bytes, at);
            continue;
        }
        if is("TABLE") {
            // `GRANT CREATE TABLE, CREATE VIEW TO u` lists rights.
            let right = byte(bytes, skip_trivia(bytes, end)) == b',';
            return if right { Class::Other } else { Class::CreateTable };
        }
        // ClickHouse's dictionaries have columns as tables do; PostgreSQL's `TEXT SEARCH DICTIONARY` does not come here.
        if is("DICTIONARY") {
            return Class::CreateTable;
        }
        if is("VIEW") {
            return Class::CreateView;
        }
        if is("TYPE") {
            let next = skip_trivia(bytes, end);
            return if word_is(bytes, next, "BODY") { Class::Routine } else { Class::CreateType };
        }
        if is("DOMAIN") {
            return Class::CreateType;
        }
        if ["FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "PACKAGE", "EVENT", "RULE"].iter().any(|word| is(word)) {
            return Class::Routine;
        }
        let known = CREATE_MODIFIERS.iter().any(|word| is(word));
        let definer = is("DEFINER") || is("ALGORITHM") || is("SQL") || is("SECURITY") || is("INVOKER") || is("CONSTRAINT");
        let after_sign = at > 0 && matches!(byte(bytes, at - 1), b'=' | b'@' | b'.');
        let value = is("UNDEFINED") || is("MERGE") || is("TEMPTABLE") || is("CURRENT_USER") || is("SET");
        at = skip_trivia(bytes, end);
        // `CREATE <a word of some product> TABLE` is still a table.
        if !(known || definer || after_sign || value || word_is(bytes, at, "TABLE")) {
            return Class::Other;
        }
    }
    Class::Other
}
