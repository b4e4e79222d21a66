//! Making scanned text harmless: names, paths and messages come from repositories that nobody vouches for, and a table name may
//! hold a terminal escape, a spreadsheet formula, a workflow command or a link.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters that a terminal acts upon, or that change the order or presence of what is seen around them: control characters,
/// line and paragraph separators, bidirectional controls (CVE-2021-42574), zero-width and tag characters.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Text on one line with every deceptive character spelt out: `\n`, `\t`, `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_deceptive(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// A line of source for an excerpt: every deceptive character becomes one visible character, so that columns keep their places.
/// Tabs stay, as the renderer expands them.
#[must_use]
pub fn excerpt_char(c: char) -> char {
    match c {
        '\t' => '\t',
        // Unicode has a picture of each C0 control and of DEL.
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        other if is_deceptive(other) => '\u{FFFD}',
        other => other,
    }
}

/// A cell of a CSV file that no spreadsheet takes for a formula (OWASP, CSV injection).
#[must_use]
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    // A space before the sign does not stop every spreadsheet; full-width signs start formulas in East Asian locales.
    if shown.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

/// The message of a GitHub workflow command; line breaks in it are shown as such.
#[must_use]
pub fn github_data(text: &str) -> String {
    text.split('\n').map(|line| visible(line).replace('%', "%25")).collect::<Vec<_>>().join("%0A")
}

/// The value of a property of a GitHub workflow command.
#[must_use]
pub fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Prose in Markdown that renders as the very text: no emphasis, code, table cell, HTML, link, image, heading, mention or
/// reference to an issue can come of it.
///
/// Mentions, issue references and bare addresses are found in the rendered text, where an escape has no effect; a zero-width
/// space after `@`, `#` and `:` keeps them apart from what follows.
#[must_use]
pub fn markdown_prose(text: &str) -> String {
    // Blanks at the edges mean nothing, but four at the start of a line would begin a block of code.
    prose(visible(text).trim())
}

fn prose(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len() + 8);
    let mut chars = shown.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@\u{200B}"),
            ':' if next == Some('/') => out.push_str(":\u{200B}"),
            '#' => out.push_str("\\#\u{200B}"),
            '.' if ends_with_www(&out) => out.push_str("\u{200B}."),
            '\\' | '`' | '*' | '[' | ']' | '{' | '|' | '~' | '$' => out.extend(['\\', c]),
            // Within a word an underscore is only an underscore.
            '_' if !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)) => out.push_str("\\_"),
            // At the start these would begin a list, or make a heading of the line before.
            '-' | '+' | '=' if out.trim_start().is_empty() => out.extend(['\\', c]),
            '.' | ')' if !out.is_empty() && out.chars().all(|before| before.is_ascii_digit() || before == ' ') => {
                out.extend(['\\', c])
            }
            other => out.push(other),
        }
        before = Some(c);
    }
    out
}

/// A sentence of ours in Markdown: names stand between backticks in it and become code; all else is prose.
#[must_use]
pub fn markdown_sentence(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return markdown_prose(text);
    }
    let shown = visible(text);
    let mut out = String::new();
    for (at, part) in shown.trim().split('`').enumerate() {
        if at % 2 == 1 {
            out.push_str(&markdown_code(part));
        } else if part.is_empty() && at > 0 {
            // Two spans of code side by side would become one.
            out.push('\u{200B}');
        } else {
            out.push_str(&prose(part));
        }
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes.iter().rev().take(3).all(|byte| byte.eq_ignore_ascii_case(&b'w'))
}

/// A name, path or number in Markdown as a code span, safe inside a table too.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let shown = visible(text);
    if shown.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&shown, '`') + 1);
    // A space on both sides is dropped again when rendered; it separates the fence from a backtick at the edge.
    let pad = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    // In a table a bar ends the cell even within code, and outside one no escape works within code: a look-alike works in both.
    let content = shown.replace('|', "\u{2223}");
    format!("{fence}{pad}{content}{pad}{fence}")
}

/// A block of code in Markdown; its lines are kept, everything deceptive in them is spelt out.
#[must_use]
pub fn markdown_block(text: &str, language: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    let mut out = format!("{fence}{language}\n");
    for line in text.lines() {
        let _ = writeln!(out, "{}", visible(line));
    }
    out.push_str(&fence);
    out
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
