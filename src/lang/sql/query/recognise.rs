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
        _ => return false,
    };
    let first = bytes.get(at..scan::word_end(bytes, at)).unwrap_or_default();
    let upper = first.iter().all(u8::is_ascii_uppercase);
    let lower = first.iter().all(u8::is_ascii_lowercase);
    let mut from = scan::word_end(bytes, at);
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
