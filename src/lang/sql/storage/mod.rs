//! What SQL says of the life and protection of rows: TTLs, partitions that expire, jobs and routines that delete, cascades, copies,
//! grants, row security, encrypted columns.
//!
//! Only syntax is read here, and only facts are given: which of them amount to a deletion, a copy or a protection is decided
//! where tables are known, with the knowledge in `rules/storage.toml`. Every reader makes one pass over the tokens of one
//! statement.

mod calls;
mod clauses;
mod copies;
mod grants;
mod period;
mod removal;
mod statements;

use super::dialect::Dialect;
use super::scan;
use super::split::Class;
use super::token::{self, Kind, Lexer, Tokens, unquote};
use crate::index::Symbol;
use crate::ir::schema::{Runs, StorageAct, StorageFact};
use crate::source::Span;

/// Longer statements are data, not rules about data.
const LONGEST: usize = 512 * 1024;
/// How much of an `INSERT` is looked at to see whether it copies or encrypts.
const INSERT_HEAD: usize = 400;
/// Texts in texts (a job's command that holds a procedure's body) are read this deep.
const DEEPEST: u8 = 3;
/// Words of a place are quoted up to this many characters.
const DETAIL: usize = 120;

/// Whether a statement that is read for nothing else may say something: a cheap look at its first bytes.
pub(super) fn is_telling(text: &str, start: usize, end: usize, class: Class) -> bool {
    if end.saturating_sub(start) > LONGEST {
        return false;
    }
    let bytes = text.as_bytes();
    match class {
        Class::Routine => true,
        Class::Insert => {
            let head = bytes.get(start..end.min(start + INSERT_HEAD)).unwrap_or_default().to_ascii_lowercase();
            ["select", "part_config", "crypt"].iter().any(|word| memchr::memmem::find(&head, word.as_bytes()).is_some())
        }
        Class::Other => {
            const FIRST: &[&str] = &[
                "DELETE",
                "UPDATE",
                "TRUNCATE",
                "GRANT",
                "SELECT",
                "CALL",
                "PERFORM",
                "ALTER",
                "CREATE",
                "MERGE",
                "WITH",
                "DBMS_SCHEDULER",
            ];
            FIRST.iter().any(|word| scan::word_is(bytes, start, word))
        }
        _ => false,
    }
}

/// Reads the statement in `tokens`.
pub(super) fn read(tokens: &Tokens<'_>, class: Class, dialect: Dialect, facts: &mut Vec<StorageFact>) {
    let mut reader = Reader { tokens: *tokens, dialect, depth: 0, runs: Runs::Once, of_trigger: None, facts };
    match class {
        Class::CreateTable | Class::AlterTable => clauses::of_table(&mut reader, class),
        Class::Execute | Class::Block | Class::Insert | Class::Copy => statements::all(&mut reader, 0),
        Class::Routine => statements::routine(&mut reader),
        Class::Other => statements::other(&mut reader),
        _ => {}
    }
}

/// Reads a string of code.
pub(super) fn read_embedded(text: &str) -> Vec<StorageFact> {
    let mut facts = Vec::new();
    if text.len() > LONGEST || !begins_like_sql(text) {
        return facts;
    }
    let all: Vec<_> = Lexer::with_placeholders(text, Dialect::Generic).collect();
    let tokens = Tokens { text, all: &all };
    let create = tokens.is_any(0, &["CREATE", "ALTER"]);
    let mut reader =
        Reader { tokens, dialect: Dialect::Generic, depth: 0, runs: Runs::OnDemand, of_trigger: None, facts: &mut facts };
    if create {
        // Several statements may stand in one text: each is read like one of a file.
        let mut start = 0;
        while start < all.len() {
            let end = (start..all.len()).find(|at| tokens.sign(*at, b';')).unwrap_or(all.len());
            reader.tokens = tokens.slice(start, end);
            if let Some(first) = all.get(start) {
                let class = super::class::classify(text.as_bytes(), first.start);
                match class {
                    Class::CreateTable | Class::AlterTable => clauses::of_table(&mut reader, class),
                    Class::Routine => statements::routine(&mut reader),
                    Class::Other => statements::other(&mut reader),
                    _ => {}
                }
            }
            start = end + 1;
        }
    } else {
        statements::all(&mut reader, 0);
    }
    facts
}

fn begins_like_sql(text: &str) -> bool {
    const FIRST: &[&str] =
        &["DELETE", "UPDATE", "TRUNCATE", "GRANT", "SELECT", "INSERT", "CREATE", "ALTER", "WITH", "CALL", "REPLACE", "MERGE"];
    let bytes = text.as_bytes();
    let at = scan::skip_trivia(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), 0);
    // `Delete users from the list` is a sentence: SQL is written in capitals or small letters throughout.
    let word = bytes.get(at..scan::word_end(bytes, at)).unwrap_or_default();
    let one_case = word.iter().all(u8::is_ascii_uppercase) || word.iter().all(u8::is_ascii_lowercase);
    one_case
        && FIRST.iter().any(|word| scan::word_is(bytes, at, word) && scan::byte(bytes, at + word.len()).is_ascii_whitespace())
}

/// Reads one statement's tokens.
struct Reader<'t, 'f> {
    tokens: Tokens<'t>,
    dialect: Dialect,
    depth: u8,
    /// What makes the statements at hand happen.
    runs: Runs,
    /// The table whose trigger is being read.
    of_trigger: Option<Symbol>,
    facts: &'f mut Vec<StorageFact>,
}

impl Reader<'_, '_> {
    /// A standing fact in the words of `from..to`.
    fn fact(&self, table: Symbol, act: StorageAct, from: usize, to: usize) -> StorageFact {
        let (span, detail) = self.place(from, to);
        StorageFact { table, column: None, act, days: None, runs: Runs::Standing, detail, span }
    }

    /// The span and the words of `from..to`.
    fn place(&self, from: usize, to: usize) -> (Span, Symbol) {
        let first = self.tokens.get(from).map_or(0, |token| token.start);
        let last = self.tokens.get(to.saturating_sub(1).max(from)).map_or(first, |token| token.end);
        let mut words = String::new();
        for at in from..to.min(self.tokens.len()) {
            let glued = matches!(self.tokens.get(at), Some(token) if matches!(token.kind, Kind::Sign(b')' | b',' | b'.' | b';' | b'(')))
                || matches!(self.tokens.get(at.wrapping_sub(1)), Some(token) if matches!(token.kind, Kind::Sign(b'(' | b'.')));
            if !words.is_empty() && !glued {
                words.push(' ');
            }
            words.push_str(self.tokens.raw(at));
            if words.len() > DETAIL {
                let cut = words.char_indices().map(|(at, _)| at).take_while(|at| *at <= DETAIL).last().unwrap_or(0);
                words.truncate(cut);
                words.push('…');
                break;
            }
        }
        (Span::new(first, last.max(first)), Symbol::new(&words))
    }

    /// Reads the SQL in a string: its escapes are resolved, and what it says stands at the string.
    fn text(&mut self, at: usize, runs: Runs) {
        let Some(token) = self.tokens.get(at).filter(|token| token.kind == Kind::Text && self.depth < DEEPEST) else { return };
        let content = unquote(self.tokens.raw(at)).into_owned();
        let mut all = Vec::new();
        token::tokenize(&content, 0, content.len(), self.dialect, &mut all);
        let mut facts = Vec::new();
        let mut inner = Reader {
            tokens: Tokens { text: &content, all: &all },
            dialect: self.dialect,
            depth: self.depth + 1,
            runs,
            of_trigger: self.of_trigger,
            facts: &mut facts,
        };
        statements::all(&mut inner, 0);
        // A dollar-quoted body stands in the file as it is; a quoted string may hold escapes, and is the place as a whole.
        let raw = self.tokens.raw(at);
        let shift = raw.starts_with('$').then(|| raw.find(content.as_str())).flatten().map(|offset| token.start + offset);
        for mut fact in facts {
            fact.span = match shift {
                Some(shift) => Span::new(shift + fact.span.start as usize, shift + fact.span.end as usize),
                None => token.span(),
            };
            self.facts.push(fact);
        }
    }
}
