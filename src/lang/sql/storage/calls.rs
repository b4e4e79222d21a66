//! Functions of the database that are called about a table, or given a statement to run.

use super::super::token::{Kind, Tokens, unquote};
use super::{Reader, period};
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct};

/// Functions called in one statement that are looked at.
const CALLS: usize = 64;

/// Functions of the database that are called with texts: `add_retention_policy('conditions', INTERVAL '90 days')`,
/// `cron.schedule('nightly', '0 3 * * *', 'DELETE FROM ...')`. What the texts say is read too.
pub(super) fn calls(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let mut seen = 0;
    let mut name_at = at;
    // `EXEC msdb.dbo.sp_add_jobstep @command = N'...'` calls without brackets.
    let bare = tokens.is_any(at, &["EXEC", "EXECUTE"]);
    while name_at < end && seen < CALLS {
        let Some(name) = tokens.qualified(name_at) else {
            name_at += 1;
            continue;
        };
        let opens = tokens.sign(name.next, b'(');
        let runs = opens || bare && name_at == at + 1;
        if !runs {
            name_at = name.next;
            continue;
        }
        seen += 1;
        let function = tokens.name(name.next - 1);
        let close = if opens { tokens.after_group(name.next).min(end) } else { end };
        let mut about: Option<String> = None;
        for argument in name.next..close {
            let Some(token) = tokens.get(argument).filter(|token| token.kind == Kind::Text) else { continue };
            let content = unquote(tokens.raw(argument));
            if is_command(&content) {
                reader.text(argument, Runs::Scheduled);
            } else if about.is_none() && is_table_name(&content) && token.end > token.start {
                about = Some(content.into_owned());
            }
        }
        if let Some(table) = about {
            let mut fact = reader.fact(Symbol::new(&table), StorageAct::Call(function), name_at, close);
            fact.days = (name.next + 1..close).find_map(|at| period::find(&tokens, at, at + 1));
            reader.facts.push(fact);
        }
        name_at = close.max(name.next);
    }
}

/// Whether a text holds a statement that deletes, overwrites or copies.
pub(super) fn is_command(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains(' ') && ["delete ", "update ", "insert ", "truncate "].iter().any(|verb| lower.contains(verb))
}

pub(super) fn is_table_name(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '[' | ']');
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"' | '[')) && text.len() <= 130 && text.chars().all(inner)
}

/// pg_partman's configuration: `INSERT INTO part_config (parent_table, retention) VALUES ('public.t', '90 days')`, or the same as an
/// update.
pub(super) fn part_config(reader: &mut Reader<'_, '_>, table: Symbol, at: usize, end: usize) -> bool {
    if !table.as_str().to_ascii_lowercase().ends_with("part_config") {
        return false;
    }
    let tokens = reader.tokens;
    let texts: Vec<(usize, String)> = (at..end)
        .filter(|at| matches!(tokens.get(*at), Some(token) if token.kind == Kind::Text))
        .map(|at| (at, unquote(tokens.raw(at)).into_owned()))
        .collect();
    let days = texts.iter().find_map(|(_, text)| period::of_text(text));
    let parent = texts.iter().find(|(_, text)| text.contains('.') && period::of_text(text).is_none());
    if let (Some(days), Some((_, parent))) = (days, parent) {
        let mut fact = reader.fact(Symbol::new(parent), StorageAct::PartitionExpiry, at, end);
        fact.days = Some(days);
        reader.facts.push(fact);
    }
    true
}

/// The function whose call stands at `at`.
pub(super) fn called(tokens: &Tokens<'_>, at: usize) -> Option<Symbol> {
    let name = tokens.qualified(at)?;
    tokens.sign(name.next, b'(').then(|| tokens.name(name.next - 1))
}
