//! Whether a text is a query, before any work.

use crate::lang::sql::scan;

/// A cheap look before any work: every string of a program passes here. Both keywords must be there, in the same style:
/// `Select a file from the list` is no query.
pub(super) fn looks_like_query(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = scan::skip_trivia(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), 0);
    while scan::byte(bytes, at) == b'(' {
        at = scan::skip_blanks(bytes, at + 1);
    }
    let seconds: &[&str] = match scan::byte(bytes, at) | 0x20 {
        b's' if scan::word_is(bytes, at, "SELECT") => &["FROM"],
        b'i' if scan::word_is(bytes, at, "INSERT") => &["VALUES", "VALUE", "SELECT", "SET", "DEFAULT"],
        b'r' if scan::word_is(bytes, at, "REPLACE") => &["VALUES", "VALUE", "SELECT", "SET"],
        b'u' if scan::word_is(bytes, at, "UPDATE") => &["SET"],
        b'd' if scan::word_is(bytes, at, "DELETE") => &["FROM"],
        b'w' if scan::word_is(bytes, at, "WITH") => &["SELECT"],
        b'm' if scan::word_is(bytes, at, "MERGE") => &["USING"],
        _ => return false,
    };
    let first = bytes.get(at..scan::word_end(bytes, at)).unwrap_or_default();
    let upper = first.iter().all(u8::is_ascii_uppercase);
    let lower = first.iter().all(u8::is_ascii_lowercase);
    let mut from = scan::word_end(bytes, at);
    let adds = ["INSERT", "REPLACE"].iter().any(|word| scan::word_is(bytes, at, word));
    if adds && (upper || lower) && names_columns(bytes, from) {
        return true;
    }
    while from < bytes.len() {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(start) = rest.iter().position(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80) else {
            return false;
        };
        let start = from + start;
        let end = scan::word_end(bytes, start).max(start + 1);
        let word = bytes.get(start..end).unwrap_or_default();
        if seconds.iter().any(|second| word.eq_ignore_ascii_case(second.as_bytes())) {
            let same = upper || lower || word.first().is_some_and(u8::is_ascii_uppercase);
            return same && scan::byte(bytes, scan::skip_blanks(bytes, end)) != 0;
        }
        from = end;
    }
    false
}

/// `INTO name (a, b)`: rows may come later, added by the program.
fn names_columns(bytes: &[u8], after: usize) -> bool {
    let into = scan::skip_blanks(bytes, after);
    let table = scan::skip_blanks(bytes, scan::word_end(bytes, into));
    let open = scan::skip_blanks(
        bytes,
        bytes.get(table..).unwrap_or_default().iter().position(|byte| matches!(byte, b'(' | b' ')).unwrap_or(bytes.len()) + table,
    );
    let inside = bytes.get(open..).and_then(|rest| rest.strip_prefix(b"(")).unwrap_or_default();
    let Some(close) = memchr::memchr(b')', inside) else { return false };
    let names = inside.get(..close).unwrap_or_default();
    let is_name =
        |byte: &u8| scan::is_name_byte(*byte) || matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b'"' | b'`' | b'[' | b']');
    scan::word_is(bytes, into, "INTO") && table < open && !names.is_empty() && names.iter().all(is_name)
}

/// Whether the text begins as a statement that stores nothing.
pub(in crate::lang::sql) fn only_reads(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "SELECT", "WITH", "DELETE", "SHOW", "PRAGMA", "EXPLAIN", "DESCRIBE", "SET", "DROP", "TRUNCATE", "BEGIN", "COMMIT",
        "ROLLBACK", "CREATE", "ALTER", "LISTEN", "NOTIFY", "LOCK", "VACUUM",
    ];
    let bytes = text.as_bytes();
    let mut at = scan::skip_trivia(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), 0);
    while scan::byte(bytes, at) == b'(' {
        at = scan::skip_blanks(bytes, at + 1);
    }
    WORDS.iter().any(|word| scan::word_is(bytes, at, word))
}

/// Whether the name of a table is a word of English that stands before a thing: `select one from the list` is prose.
pub(super) fn is_determiner(name: &str) -> bool {
    ["the", "your", "this", "these", "those", "my", "our", "their", "its"].contains(&name)
}
