//! Where quoted texts, comments and words end: the byte-level steps that the splitter and the tokeniser share.
//!
//! Every function takes the text's bytes and the offset of the construct and gives the offset after it. All ends lie on
//! character boundaries, as every delimiter is ASCII.

use super::dialect::Dialect;
use super::work;

/// The byte at `at`, or 0 past the end.
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// Whether a byte may stand inside a name. All bytes of characters beyond ASCII may.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// End of the line that holds `at`: the offset of its `\n`, or of the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(bytes.len(), |offset| at + offset)
}

/// After the string whose opening quote (`'` or `"`) stands at `open`; `None` if it never ends.
pub(super) fn string_end(bytes: &[u8], open: usize, dialect: Dialect, escaped: bool) -> Option<usize> {
    if let Some(end) = own_quotes_end(bytes, open, dialect) {
        return Some(end);
    }
    let quote = byte(bytes, open);
    let mut at = open + 1;
    loop {
        let rest = bytes.get(at..)?;
        let next = memchr::memchr2(quote, b'\\', rest);
        work::count(next.unwrap_or(rest.len()));
        let found = next? + at;
        if byte(bytes, found) == b'\\' {
            at = found + 1;
            let next = byte(bytes, at);
            let is_escape = if escaped || dialect.backslash_escapes() {
                true
            } else if dialect == Dialect::Generic {
                next != quote || !closes_value(bytes, at + 1)
            } else {
                // Here a backslash is a letter like any other. But no text goes on with a letter right after a string: where one
                // does, the guess of the dialect was wrong.
                next == quote && (byte(bytes, at + 1).is_ascii_alphabetic() || byte(bytes, at + 1) >= 0x80)
            };
            if is_escape && (next == quote || next == b'\\') {
                at += 1;
            }
        } else if byte(bytes, found + 1) == quote {
            at = found + 2;
        } else {
            return Some(found + 1);
        }
    }
}

/// How far the end of a string with quotes of its own is looked for, so that texts full of such openings stay linear.
const LONGEST_OWN_QUOTES: usize = 32 * 1024;

/// Strings with quotes of the writer's choice: Oracle's `q'[it's]'` (`open` is the place of the `'`), BigQuery's `'''it's'''`.
fn own_quotes_end(bytes: &[u8], open: usize, dialect: Dialect) -> Option<usize> {
    let window = bytes.get(open..(open + LONGEST_OWN_QUOTES).min(bytes.len()))?;
    let quote = *window.first()?;
    if dialect == Dialect::BigQuery && window.get(1..3) == Some(&[quote, quote]) {
        return memchr::memmem::find(window.get(3..)?, &[quote; 3]).map(|found| open + 3 + found + 3);
    }
    if quote != b'\'' || !begins_own_quotes(bytes, open) {
        return None;
    }
    let close = match *window.get(1)? {
        b'[' => b']',
        b'{' => b'}',
        b'(' => b')',
        b'<' => b'>',
        other if dialect == Dialect::Oracle && other.is_ascii_punctuation() && other != quote => other,
        _ => return None,
    };
    memchr::memmem::find(window.get(2..)?, &[close, quote]).map(|found| open + 2 + found + 2)
}

/// Whether the `'` at `open` follows the `q` of Oracle's own quotes.
pub(super) fn begins_own_quotes(bytes: &[u8], open: usize) -> bool {
    let before = |back: usize| open.checked_sub(back).map_or(b' ', |at| byte(bytes, at));
    let national = matches!(before(2), b'n' | b'N') && !is_name_byte(before(3));
    matches!(before(1), b'q' | b'Q') && (national || !is_name_byte(before(2)))
}

/// Whether what follows a quote looks like the end of a value, so that `'C:\'` is a whole string.
pub(super) fn closes_value(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let next = rest.iter().take(64).find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    matches!(next, None | Some(b',' | b')' | b';' | b'\n'))
}

/// After a name in backticks or brackets that opens at `open`; names end on their line.
pub(super) fn quoted_name_end(bytes: &[u8], open: usize) -> Option<usize> {
    let close = if byte(bytes, open) == b'[' { b']' } else { b'`' };
    let mut at = open + 1;
    loop {
        let found = memchr::memchr2(close, b'\n', bytes.get(at..)?)? + at;
        if byte(bytes, found) == b'\n' {
            return None;
        }
        if byte(bytes, found + 1) != close || close == b']' && byte(bytes, open + 1) == b']' {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// Whether `[` at `at` opens a quoted name rather than an array.
pub(super) fn opens_bracket_name(bytes: &[u8], at: usize, dialect: Dialect) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| byte(bytes, before));
    let after = byte(bytes, at + 1);
    let can_begin = after.is_ascii_alphabetic() || after == b'_' || after >= 0x80 || (dialect == Dialect::MsSql && after != b']');
    can_begin && (dialect == Dialect::MsSql || !(is_name_byte(before) || matches!(before, b']' | b')')))
}

/// The tag's length if a dollar quote (`$$`, `$body$`) opens at `at`, dollars included.
pub(super) fn dollar_tag(bytes: &[u8], at: usize) -> Option<usize> {
    if at > 0 && is_name_byte(byte(bytes, at - 1)) {
        return None;
    }
    let mut end = at + 1;
    // Names are at most 63 bytes in PostgreSQL; a longer run is no tag.
    while end - at < 66 && (byte(bytes, end).is_ascii_alphanumeric() || byte(bytes, end) == b'_' || byte(bytes, end) >= 0x80) {
        end += 1;
    }
    let starts_with_digit = byte(bytes, at + 1).is_ascii_digit();
    (byte(bytes, end) == b'$' && !starts_with_digit).then_some(end + 1 - at)
}

/// After the dollar-quoted string that opens at `at` with a tag of `tag` bytes.
pub(super) fn dollar_end(bytes: &[u8], at: usize, tag: usize) -> Option<usize> {
    let opening = bytes.get(at..at + tag)?;
    let rest = bytes.get(at + tag..)?;
    let found = memchr::memmem::find(rest, opening);
    work::count(found.unwrap_or(rest.len()));
    found.map(|found| at + tag + found + tag)
}

/// After the block comment that opens at `at`. A comment that never ends runs to the end of the text.
pub(super) fn block_comment_end(bytes: &[u8], at: usize, nested: bool) -> Option<usize> {
    let mut depth = 1usize;
    let mut from = at + 2;
    loop {
        let rest = bytes.get(from..)?;
        let star = memchr::memchr(b'*', rest);
        work::count(star.unwrap_or(rest.len()));
        let star = star? + from;
        if byte(bytes, star + 1) == b'/' {
            depth -= 1;
            if depth == 0 {
                return Some(star + 2);
            }
            from = star + 2;
        } else if nested && star > from && byte(bytes, star - 1) == b'/' {
            depth += 1;
            from = star + 1;
        } else {
            from = star + 1;
        }
    }
}

/// The end of the word (letters, digits, `_`) that begins at `at`.
pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(rest.len())
}

/// Whether the word at `at` is `word` (upper case), whatever its case.
pub(super) fn word_is(bytes: &[u8], at: usize, word: &str) -> bool {
    let end = at + word.len();
    bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())) && !is_name_byte(byte(bytes, end))
}

/// Past blanks, line breaks included.
pub(super) fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0x0B).unwrap_or(rest.len())
}

/// Past blanks and comments.
pub(super) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = skip_blanks(bytes, at);
        match (byte(bytes, at), byte(bytes, at + 1)) {
            (b'-', b'-') => at = line_end(bytes, at),
            (b'/', b'*') if byte(bytes, at + 2) == b'!' => at = word_end(bytes, at + 3),
            // The end of what MySQL runs in a comment.
            (b'*', b'/') => at += 2,
            (b'/', b'*') => match block_comment_end(bytes, at, false) {
                Some(end) => at = end,
                None => return bytes.len(),
            },
            (b'{', b'%' | b'#') => match template_tag_end(bytes, at) {
                Some(end) => at = end,
                None => return at,
            },
            _ => return at,
        }
    }
}

/// After a tag of a template engine that gives no text of its own (`{% if x %}`, `{# note #}`) and opens at `at`.
pub(super) fn template_tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let close: &[u8] = match (byte(bytes, at), byte(bytes, at + 1)) {
        (b'{', b'%') => b"%}",
        (b'{', b'#') => b"#}",
        _ => return None,
    };
    // Bounded, as each of many tags that never end would be searched to the end of the text.
    let window = bytes.get(at + 2..(at + 4096).min(bytes.len()))?;
    memchr::memmem::find(window, close).map(|found| at + 2 + found + 2)
}

/// Whether the `#` at `at` opens a name with a filled-in prefix (`#prefix#users`) rather than a comment.
pub(super) fn is_hash_template(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at + 1..(at + 40).min(bytes.len())).unwrap_or_default();
    let name = rest.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(rest.len());
    name > 0 && rest.get(name) == Some(&b'#')
}
