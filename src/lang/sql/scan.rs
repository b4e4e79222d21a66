//! Where quoted texts, comments and words end: the byte-level steps that the splitter and the tokeniser share.
//!
//! Every function takes the text's bytes and the offset of the construct and gives the offset after it. All ends lie on
//! character boundaries, as every delimiter is ASCII.

use super::dialect::Dialect;

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
    let quote = byte(bytes, open);
    let mut at = open + 1;
    loop {
        let found = memchr::memchr2(quote, b'\\', bytes.get(at..)?)? + at;
        if byte(bytes, found) == b'\\' {
            at = found + 1;
            let next = byte(bytes, at);
            let is_escape = escaped
                || dialect.backslash_escapes()
                || (dialect == Dialect::Generic && (next != quote || !closes_value(bytes, at + 1)));
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
    memchr::memmem::find(rest, opening).map(|found| at + tag + found + tag)
}

/// After the block comment that opens at `at`. A comment that never ends runs to the end of the text.
pub(super) fn block_comment_end(bytes: &[u8], at: usize, nested: bool) -> Option<usize> {
    let mut depth = 1usize;
    let mut from = at + 2;
    loop {
        let star = memchr::memchr(b'*', bytes.get(from..)?)? + from;
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
            (b'/', b'*') => match block_comment_end(bytes, at, false) {
                Some(end) => at = end,
                None => return bytes.len(),
            },
            _ => return at,
        }
    }
}
