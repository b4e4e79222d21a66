//! SQL in fenced blocks of Markdown, where the project says that its documents hold its schema (`markdown-sql = true`).
//!
//! What is no such block becomes blanks, so that the SQL front end reads the rest and every place is one of the file.

use super::sql::Sql;
use super::{FileName, Frontend, Input, Lowered};

/// The front end.
#[derive(Debug)]
pub struct MarkdownSql;

/// What a fence calls SQL; the first word of its info string.
const LANGUAGES: &[&str] = &[
    "sql",
    "ddl",
    "postgres",
    "postgresql",
    "pgsql",
    "psql",
    "plpgsql",
    "mysql",
    "mariadb",
    "sqlite",
    "sqlite3",
    "mssql",
    "tsql",
    "oracle",
    "plsql",
    "clickhouse",
];

impl Frontend for MarkdownSql {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "md" | "markdown" | "mdx")
    }

    fn switch(&self) -> Option<&'static str> {
        Some("markdown-sql")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        match only_sql(input.text) {
            Some(text) => Sql.lower(&Input { path: input.path, text: &text }),
            None => Lowered::default(),
        }
    }
}

/// A fence: its sign and how many of them, the signs of a quotation before it, its info string.
struct Fence<'t> {
    sign: u8,
    length: usize,
    quoted: bool,
    info: &'t str,
}

impl<'t> Fence<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let rest = line.trim_start_matches([' ', '\t', '>']);
        let quoted = line.len() > rest.len() && line.trim_start().starts_with('>');
        let sign = *rest.as_bytes().first().filter(|sign| matches!(sign, b'`' | b'~'))?;
        let length = rest.bytes().take_while(|byte| *byte == sign).count();
        let info = rest.get(length..)?.trim();
        (length >= 3 && !(sign == b'`' && info.contains('`'))).then_some(Self { sign, length, quoted, info })
    }

    fn is_sql(&self) -> bool {
        let word = self.info.trim_start_matches(['{', '.']).split([' ', ',', '{', '}', ':']).next().unwrap_or_default();
        LANGUAGES.iter().any(|language| word.eq_ignore_ascii_case(language))
    }

    fn is_closed_by(&self, other: &Self) -> bool {
        other.sign == self.sign && other.length >= self.length && other.info.is_empty()
    }
}

/// The text with blanks for all but SQL; `None` if there is none.
fn only_sql(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut open: Option<Fence<'_>> = None;
    let mut some = false;
    for line in text.split_inclusive('\n') {
        let fence = Fence::of(line.trim_end_matches(['\n', '\r']));
        let content = match (&open, fence) {
            (Some(opened), Some(fence)) if opened.is_closed_by(&fence) => {
                // A statement ends with its block, with or without a sign.
                let ends = opened.is_sql();
                open = None;
                blank(line, &mut kept, if ends { ';' } else { ' ' });
                continue;
            }
            (Some(opened), _) if opened.is_sql() => opened.quoted,
            (None, Some(fence)) => {
                open = Some(fence);
                blank(line, &mut kept, ' ');
                continue;
            }
            _ => {
                blank(line, &mut kept, ' ');
                continue;
            }
        };
        some = true;
        let inside = if content { line.trim_start_matches([' ', '\t', '>']) } else { line };
        kept.extend(std::iter::repeat_n(' ', line.len() - inside.len()));
        kept.push_str(inside);
    }
    some.then_some(kept)
}

/// As many blanks as the line has bytes, its end kept.
fn blank(line: &str, kept: &mut String, first: char) {
    let content = line.trim_end_matches(['\n', '\r']);
    for at in 0..content.len() {
        kept.push(if at == 0 { first } else { ' ' });
    }
    kept.push_str(line.get(content.len()..).unwrap_or_default());
}
