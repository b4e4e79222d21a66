//! A second opinion on queries: the grammar of `sqlparser`, under guard.
//!
//! Where it reads a query, its tree tells more than the lenient reader's one pass: what a common table's renamed column is,
//! which side of a comparison a placeholder stands on, that a window's partition is no source. Where it refuses, nothing is
//! lost: the lenient reading stands.
//!
//! The crate must not be let loose on foreign text. It drops its trees recursively, so that a long chain of operators ends the
//! process, and its time and memory grow badly with chains of `UNION`. Hence: one statement at a time and never rows of data;
//! [`Shape::of`] measures nesting and chains in one pass and refuses before anything is built; what is not small is parsed, read
//! and dropped on one long-lived thread with a big stack. Our own tokens are handed over rather than text: placeholders and
//! templated names are settled by then, and places are ours.

mod convert;
mod tree;
pub(super) mod types;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, OnceLock};

use sqlparser::dialect as grammar;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token as Lexeme, TokenWithSpan};

use super::dialect::Dialect;
use super::query::Output;
use super::token::{Kind, Tokens};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;

/// What the tree of a query tells.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The columns it gives.
    pub(super) outputs: Vec<Output>,
    /// Where its placeholders go.
    pub(super) binds: Vec<Bind>,
    /// The tables it names.
    pub(super) tables: Vec<Symbol>,
}

/// A placeholder that is stored in or compared with a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bind {
    /// Where the placeholder begins in the text.
    pub(super) hole: usize,
    pub(super) column: ColumnRef,
    pub(super) stored: bool,
}

/// What the tokens should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// A query, as in a view.
    Query,
    /// A query or a statement that writes.
    Statement,
}

/// Longer statements are data or generated; the lenient reader is enough for them.
const LONGEST: usize = 64 * 1024;
/// Groups and `CASE`s in each other.
const DEEPEST: usize = 64;
/// Operators on one path from the top of a tree to a leaf.
const LONGEST_CHAIN: usize = 500;
/// Queries that are united.
const MOST_SETS: usize = 200;
/// How deep the grammar itself may recurse: a group takes about two steps.
const RECURSION: usize = 2 * DEEPEST;
/// Words that work as operators, before, between or behind what they work on.
const OPERATORS: &[&str] = &[
    "AND",
    "OR",
    "XOR",
    "NOT",
    "IS",
    "LIKE",
    "ILIKE",
    "RLIKE",
    "REGEXP",
    "SIMILAR",
    "GLOB",
    "MATCH",
    "IN",
    "BETWEEN",
    "COLLATE",
    "AT",
    "DIV",
    "MOD",
    "OVERLAPS",
    "MEMBER",
    "ISNULL",
    "NOTNULL",
    "OPERATOR",
    "BINARY",
    "PRIOR",
    "INTERVAL",
    "JOIN",
    "APPLY",
    "PIVOT",
    "UNPIVOT",
    "MATCH_RECOGNIZE",
];
/// The stack of the thread for what is not small.
const STACK: usize = 64 * 1024 * 1024;

/// Reads the query in `tokens`; `None` if it is too large or no dialect's grammar takes it.
pub(super) fn read(tokens: &Tokens<'_>, dialect: Dialect, goal: Goal) -> Option<Reading> {
    let shape = Shape::of(tokens)?;
    let lexemes = convert::lexemes(tokens)?;
    if shape.is_small() { attempts(lexemes, dialect, goal) } else { worker_reads(lexemes, dialect, goal) }
}

/// How large a statement is in the ways that matter.
#[derive(Debug, Default)]
struct Shape {
    bytes: usize,
    depth: usize,
    chain: usize,
    sets: usize,
}

impl Shape {
    /// Measures in one pass; `None` if a limit is passed.
    fn of(tokens: &Tokens<'_>) -> Option<Self> {
        let (first, last) = (tokens.all.first()?, tokens.all.last()?);
        let mut shape = Self { bytes: last.end.saturating_sub(first.start), ..Self::default() };
        if shape.bytes > LONGEST {
            return None;
        }
        // Operators since the last comma, for each group that is open; a tree is as deep as their sum.
        let mut open: Vec<usize> = Vec::new();
        let (mut here, mut path) = (0usize, 0usize);
        for (at, token) in tokens.all.iter().enumerate() {
            let (mut opens, mut closes, mut operator) = (false, false, false);
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => opens = true,
                Kind::Sign(b')' | b']' | b'}') => closes = true,
                Kind::Sign(b',') => {
                    path -= here;
                    here = 0;
                }
                Kind::Sign(b'.' | b';') => {}
                Kind::Sign(_) => operator = true,
                Kind::Word if tokens.is(at, "CASE") => opens = true,
                Kind::Word if tokens.is(at, "END") => closes = true,
                Kind::Word if tokens.is_any(at, &["UNION", "INTERSECT", "EXCEPT", "MINUS"]) => shape.sets += 1,
                Kind::Word => operator = tokens.is_any(at, OPERATORS),
                Kind::Quoted | Kind::Text | Kind::Number | Kind::Placeholder => {}
            }
            if opens {
                open.push(here);
                here = 0;
            } else if closes && let Some(outer) = open.pop() {
                path -= here;
                here = outer;
            } else if operator {
                here += 1;
                path += 1;
            }
            shape.depth = shape.depth.max(open.len());
            shape.chain = shape.chain.max(path);
            if shape.depth > DEEPEST || shape.chain > LONGEST_CHAIN || shape.sets > MOST_SETS {
                return None;
            }
        }
        Some(shape)
    }

    /// Fits the stack of any thread, that of a test (2 MB) included.
    fn is_small(&self) -> bool {
        self.bytes < 2048 && self.depth <= 8 && self.chain <= 48 && self.sets <= 8
    }
}

/// Tries the guessed dialect, the generic one, then the others.
fn attempts(lexemes: Vec<TokenWithSpan>, dialect: Dialect, goal: Goal) -> Option<Reading> {
    const ORDER: [Dialect; 6] =
        [Dialect::Generic, Dialect::Postgres, Dialect::MySql, Dialect::MsSql, Dialect::Sqlite, Dialect::Oracle];
    let others = ORDER.into_iter().filter(|other| *other != dialect);
    std::iter::once(dialect).chain(others).find_map(|dialect| attempt(&lexemes, dialect, goal))
}

fn attempt(lexemes: &[TokenWithSpan], dialect: Dialect, goal: Goal) -> Option<Reading> {
    let grammar: &dyn grammar::Dialect = match dialect {
        Dialect::Postgres => &grammar::PostgreSqlDialect {},
        Dialect::MySql => &grammar::MySqlDialect {},
        Dialect::Sqlite => &grammar::SQLiteDialect {},
        Dialect::MsSql => &grammar::MsSqlDialect {},
        Dialect::Oracle => &grammar::OracleDialect {},
        Dialect::ClickHouse => &grammar::ClickHouseDialect {},
        Dialect::BigQuery => &grammar::BigQueryDialect {},
        Dialect::Snowflake => &grammar::SnowflakeDialect {},
        Dialect::Hive => &grammar::HiveDialect {},
        Dialect::Generic => &grammar::GenericDialect {},
    };
    // A parser of half a hundred dialects may hold a panic for some odd text: it costs the second opinion only.
    let read = AssertUnwindSafe(|| {
        let mut parser = Parser::new(grammar).with_recursion_limit(RECURSION).with_tokens_with_locations(lexemes.to_vec());
        let reading = match goal {
            Goal::Query => tree::query(&*parser.parse_query().ok()?),
            Goal::Statement => tree::statement(&parser.parse_statement().ok()?),
        };
        // `WITH NO DATA`, `WITH CHECK OPTION` and more statements may follow; anything else was not understood.
        let rest = parser.peek_token().token;
        let whole = match &rest {
            Lexeme::EOF | Lexeme::SemiColon => true,
            Lexeme::Word(word) => goal == Goal::Query && word.value.eq_ignore_ascii_case("WITH"),
            _ => false,
        };
        reading.filter(|_| whole)
    });
    catch_unwind(read).ok().flatten()
}

/// A statement for the thread with the big stack.
struct Job {
    lexemes: Vec<TokenWithSpan>,
    dialect: Dialect,
    goal: Goal,
    reply: SyncSender<Option<Reading>>,
}

/// Lives as long as the process: such statements are rare, and a thread for each would cost more than they do.
fn worker() -> Option<Sender<Job>> {
    static WORKER: OnceLock<Option<Mutex<Sender<Job>>>> = OnceLock::new();
    let worker = WORKER.get_or_init(|| {
        let (jobs, inbox) = channel::<Job>();
        let run = move || {
            for job in inbox {
                let _ = job.reply.send(attempts(job.lexemes, job.dialect, job.goal));
            }
        };
        std::thread::Builder::new().name("sql".to_owned()).stack_size(STACK).spawn(run).ok()?;
        Some(Mutex::new(jobs))
    });
    worker.as_ref()?.lock().ok().map(|jobs| jobs.clone())
}

fn worker_reads(lexemes: Vec<TokenWithSpan>, dialect: Dialect, goal: Goal) -> Option<Reading> {
    let (reply, answer) = sync_channel(1);
    worker()?.send(Job { lexemes, dialect, goal, reply }).ok()?;
    answer.recv().ok().flatten()
}
