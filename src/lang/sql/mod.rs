//! SQL: files of any dialect, and queries and DDL in the strings of code.
//!
//! A file is split into statements byte by byte ([`split`]), each statement is classified by its first words and read by a
//! lenient reader of our own ([`table`], [`change`], [`query`]), so that no statement, however odd, costs more than itself. What
//! rows of data hold is sampled ([`rows`]). Sections of a migration that undo it (goose, dbmate) are left out here; files that undo
//! one are left out when the schema is folded. What views and queries give is read a second time by a grammar, under guard
//! ([`parser`]).

mod block;
mod change;
mod class;
mod column;
mod dialect;
mod labels;
mod parser;
mod query;
mod rows;
mod scan;
mod script;
pub mod split;
mod storage;
mod table;
mod token;
mod tuple;
mod types;
mod work;

pub use dialect::Dialect;

use self::class::Class;
use self::labels::Labels;
use self::rows::Rows;
use self::split::{Piece, PieceKind, Splitter};
use self::table::CreateTable;
use self::token::{Token, Tokens};
use super::{Comment, Damage, FileName, Frontend, Input, Lowered, Statements};
use crate::index::Symbol;
use crate::ir::TypeKind;
use crate::ir::schema::{Query, SchemaStep, StorageFact};
use crate::source::Span;

/// The front end.
#[derive(Debug)]
pub struct Sql;

/// Endings of files that hold SQL.
const EXTENSIONS: &[&str] = &[
    "sql", "ddl", "dml", "psql", "pgsql", "mysql", "mssql", "tsql", "sqlite", "pls", "plsql", "pks", "pkb", "pck", "plb", "hql",
    "cql", "tab", "vw", "viw",
];

impl Frontend for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        let stem = file.name.to_ascii_lowercase();
        // `schema.sql.tpl`, `dump.sql.in`: SQL with placeholders.
        let template = [".sql.in", ".sql.tpl", ".sql.tmpl", ".sql.template", ".sql.j2", ".sql.erb", ".sql.dist"];
        EXTENSIONS.contains(&file.extension) || template.iter().any(|ending| stem.ends_with(ending))
    }

    /// Dumps of databases: what they hold is sampled, so that a large one costs little more than reading it.
    fn max_bytes(&self) -> u64 {
        256 << 20
    }

    fn is_schema(&self) -> bool {
        true
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lower(input.text, Dialect::guess(input.text))
    }

    fn variants(&self) -> &'static [(&'static str, &'static dyn Frontend)] {
        VARIANTS
    }
}

/// The front end for files whose dialect is known.
#[derive(Debug)]
struct Known(Dialect);

/// The names that a configuration may give; the first ones are the dialects' own.
static VARIANTS: &[(&str, &dyn Frontend)] = &[
    ("postgresql", &Known(Dialect::Postgres)),
    ("mysql", &Known(Dialect::MySql)),
    ("sqlite", &Known(Dialect::Sqlite)),
    ("mssql", &Known(Dialect::MsSql)),
    ("oracle", &Known(Dialect::Oracle)),
    ("clickhouse", &Known(Dialect::ClickHouse)),
    ("bigquery", &Known(Dialect::BigQuery)),
    ("snowflake", &Known(Dialect::Snowflake)),
    ("hive", &Known(Dialect::Hive)),
    ("generic", &Known(Dialect::Generic)),
    ("postgres", &Known(Dialect::Postgres)),
    ("redshift", &Known(Dialect::Postgres)),
    ("greenplum", &Known(Dialect::Postgres)),
    ("cockroachdb", &Known(Dialect::Postgres)),
    ("duckdb", &Known(Dialect::Postgres)),
    ("mariadb", &Known(Dialect::MySql)),
    ("tsql", &Known(Dialect::MsSql)),
    ("sqlserver", &Known(Dialect::MsSql)),
    ("spark", &Known(Dialect::Hive)),
    ("databricks", &Known(Dialect::Hive)),
    ("cassandra", &Known(Dialect::Generic)),
    ("db2", &Known(Dialect::Generic)),
];

impl Frontend for Known {
    fn name(&self) -> &'static str {
        Sql.name()
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        Sql.claims(file)
    }

    fn max_bytes(&self) -> u64 {
        Sql.max_bytes()
    }

    fn is_schema(&self) -> bool {
        true
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lower(input.text, self.0)
    }
}

fn lower(text: &str, dialect: Dialect) -> Lowered {
    let mut reader = Reader::new(text, dialect);
    let comments = reader.read(0);
    Lowered {
        schema: reader.steps,
        storage: reader.storage,
        rows: reader.rows.finish(),
        comments,
        damage: reader.damage,
        statements: reader.statements,
        ..Lowered::default()
    }
}

/// Whether the text so far has entered a section that undoes the migration.
#[derive(Debug, Default)]
struct Down {
    /// Comments read so far.
    read: usize,
    undone: bool,
    /// The change set of Liquibase that has begun: `--changeset author:id`.
    section: Option<Symbol>,
}

impl Down {
    /// Marks stand in comments: `-- +goose Down`, `-- migrate:down`, `-- +migrate Down`, `--//@UNDO`, `-- rollback` is
    /// Liquibase's for one statement in a comment and needs nothing.
    ///
    /// Only those before `head` count for the statement there: one without a `;` holds the marks of the next section.
    fn is_undone(&mut self, text: &str, comments: &[Comment], head: usize) -> bool {
        for comment in comments.get(self.read..).unwrap_or_default() {
            if comment.span.start as usize >= head {
                break;
            }
            self.read += 1;
            let line = comment.span.text(text);
            if !line.starts_with(['-', '#']) || line.len() > 300 {
                continue;
            }
            let mut words = line.trim_start_matches(['-', '#', '/', ' ', '+']).split_whitespace();
            let (first, second) = (words.next().unwrap_or_default().to_ascii_lowercase(), words.next().unwrap_or_default());
            match (first.as_str(), second.to_ascii_lowercase().as_str()) {
                ("goose" | "migrate" | "pgroll" | "rambler", "down")
                | ("migrate:down" | "@undo" | "migration:down" | "!downs", _) => self.undone = true,
                ("goose" | "migrate" | "rambler", "up") | ("migrate:up" | "migration:up" | "!ups", _) => self.undone = false,
                ("changeset", name) if name.contains(':') => {
                    self.section = Some(Symbol::new(&second.replacen(':', "::", 1)));
                }
                _ => {}
            }
        }
        self.undone
    }
}

/// Reads the statements of one text.
struct Reader<'t> {
    text: &'t str,
    dialect: Dialect,
    tokens: Vec<Token>,
    steps: Vec<SchemaStep>,
    storage: Vec<StorageFact>,
    rows: Rows,
    damage: Vec<Damage>,
    statements: Statements,
    /// Routines that the statement at hand stands in.
    routines: u32,
    /// Only whether the text reads is asked: what else it says is left for the dialect that reads it.
    probing: bool,
}

/// How much has been read.
struct Mark {
    steps: usize,
    storage: usize,
    damage: usize,
    statements: Statements,
}

/// So many tables of a text that read in no dialect are tried in each: a text of nothing else must not cost a multiple.
const MOST_FAILURES: usize = 16;

/// Tables longer than this (bytes) are generated, and in one dialect.
const LONGEST_RETRIED: usize = 64 * 1024;

/// Why a statement was read only in part, or not at all.
#[derive(Debug, Default)]
struct Flaw {
    message: &'static str,
    /// Where; `None` for the statement's first word.
    span: Option<Span>,
    /// Nothing of it was read.
    lost: bool,
}

impl Flaw {
    const NO_NAME: Self = Self { message: "no name stands where one should", span: None, lost: true };
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, dialect: Dialect) -> Self {
        Self {
            text,
            dialect,
            tokens: Vec::new(),
            steps: Vec::new(),
            storage: Vec::new(),
            rows: Rows::default(),
            damage: Vec::new(),
            statements: Statements::default(),
            routines: 0,
            probing: false,
        }
    }

    /// Reads the whole text, but for sections that undo a migration. Gives the comments.
    fn read(&mut self, depth: u8) -> Vec<Comment> {
        let mut splitter = Splitter::new(self.text, self.dialect);
        let mut down = Down::default();
        let mut failures = 0;
        while let Some(piece) = splitter.next() {
            let undone = down.is_undone(self.text, splitter.comments(), piece.head);
            self.steps.extend(down.section.take().map(|name| SchemaStep::Section { name }));
            if undone {
                continue;
            }
            let before = self.mark();
            let whole = self.piece(&piece, splitter.comments(), depth);
            if whole || failures >= MOST_FAILURES || piece.end - piece.head > LONGEST_RETRIED {
                continue;
            }
            // A table that does not read may be written in another dialect than the rest, or than the guess.
            let found = Dialect::ALL.iter().filter(|dialect| **dialect != self.dialect).find_map(|dialect| {
                let mut other = splitter.again(&piece, 4 * LONGEST_RETRIED, *dialect);
                let again = other.next().filter(|again| again.kind == piece.kind && again.head == piece.head)?;
                let mut probe = Reader { probing: true, ..Reader::new(self.text, *dialect) };
                if !probe.piece(&again, other.comments(), depth) {
                    return None;
                }
                let mut reader = Reader::new(self.text, *dialect);
                reader.piece(&again, other.comments(), depth);
                Some((reader, other))
            });
            let Some((reader, other)) = found else {
                failures += 1;
                continue;
            };
            self.return_to(before);
            self.statements.read += reader.statements.read;
            for step in &reader.steps {
                if let SchemaStep::Create { table, .. } = step {
                    self.rows.table(table.name, table.fields.iter().map(|field| field.name));
                }
            }
            self.steps.extend(reader.steps);
            self.storage.extend(reader.storage);
            splitter.go_on_after(other, &piece);
        }
        splitter.into_comments()
    }

    /// How much has been read so far, to return to.
    fn mark(&self) -> Mark {
        Mark { steps: self.steps.len(), storage: self.storage.len(), damage: self.damage.len(), statements: self.statements }
    }

    fn return_to(&mut self, mark: Mark) {
        self.steps.truncate(mark.steps);
        self.storage.truncate(mark.storage);
        self.damage.truncate(mark.damage);
        self.statements = mark.statements;
    }

    /// Reads one piece. `false` if it is a table that did not read as a whole.
    fn piece(&mut self, piece: &Piece, comments: &[Comment], depth: u8) -> bool {
        let class = match piece.kind {
            PieceKind::Statement(class) => class,
            PieceKind::Data => {
                self.rows.data(self.text, piece.head, piece.body);
                return true;
            }
            PieceKind::Directive | PieceKind::Blank => return true,
        };
        self.statements.read += u32::from(depth == 0);
        if class == Class::Insert {
            self.rows.insert(self.text, piece.head, piece.body, self.dialect);
        }
        let only_storage = match class {
            Class::Insert => true,
            Class::Other => !(self.sets_script(piece) || self.selects_into(piece)),
            _ => false,
        };
        if only_storage && !storage::is_telling(self.text, piece.head, piece.body, class) {
            return true;
        }
        let mut tokens = std::mem::take(&mut self.tokens);
        let unclosed = token::tokenize(self.text, piece.head, piece.body, self.dialect, &mut tokens);
        if !self.probing {
            storage::read(&Tokens { text: self.text, all: &tokens }, class, self.dialect, &mut self.storage);
        }
        if class == Class::Insert {
            self.steps.extend(query::copied(&Tokens { text: self.text, all: &tokens }, self.dialect));
        }
        if only_storage {
            self.tokens = tokens;
            return true;
        }
        let labels = Labels::new(self.text, comments);
        let view = Tokens { text: self.text, all: &tokens };
        let read = self.statement(class, &view, &labels, depth);
        let unclosed = unclosed.filter(|_| !matches!(class, Class::Block | Class::Routine | Class::Other)).map(|at| Flaw {
            message: "a quote is never closed",
            span: Some(Span::new(at, at + 1)),
            lost: false,
        });
        let lost = matches!(&read, Err(flaw) if flaw.lost);
        let flaw = unclosed.or(read.err());
        let whole = flaw.is_none() || class != Class::CreateTable;
        if let Some(flaw) = flaw {
            let head = view.get(0).map(|token| token.span()).unwrap_or_default();
            let how = if lost { "was not read" } else { "was read only in part" };
            let message = format!("this {} statement {how}: {}", what(class), flaw.message);
            self.damage.push(Damage { span: flaw.span.unwrap_or(head), message });
            self.statements.lost += u32::from(lost && depth == 0);
            self.statements.partly += u32::from(!lost && depth == 0);
        }
        self.tokens = tokens;
        whole
    }

    /// Whether a statement that is nothing by itself may put together one that is: `SET @ddl = 'CREATE TABLE ...'`.
    fn sets_script(&self, piece: &Piece) -> bool {
        let bytes = self.text.as_bytes();
        ["SET", "PREPARE", "CALL"].iter().any(|word| scan::word_is(bytes, piece.head, word))
            && contains_word(bytes.get(piece.head..piece.body).unwrap_or_default(), b"TABLE")
    }

    /// Whether it may be `SELECT ... INTO table FROM ...`, which creates a table. In routines `INTO` fills variables.
    fn selects_into(&self, piece: &Piece) -> bool {
        let bytes = self.text.as_bytes();
        self.routines == 0
            && scan::word_is(bytes, piece.head, "SELECT")
            && contains_word(bytes.get(piece.head..piece.body).unwrap_or_default(), b"INTO")
    }

    fn select_into(&mut self, tokens: &Tokens<'_>) {
        let mut at = 1;
        while at < tokens.len() && !tokens.is_any(at, &["INTO", "FROM"]) {
            at = tokens.after_group(at);
        }
        let name = at + 1 + usize::from(tokens.is_any(at + 1, &["TABLE", "TEMP", "TEMPORARY", "UNLOGGED"]));
        let variable = tokens.raw(name).starts_with(['@', ':', '#']) || tokens.is_any(name, &["OUTFILE", "DUMPFILE", "STRICT"]);
        if !tokens.is(at, "INTO") || variable {
            return;
        }
        let Some(name) = tokens.qualified(name).filter(|name| tokens.is(name.next, "FROM")) else { return };
        let mut table = table::declaration(name, TypeKind::Table, table::extent(tokens));
        let query: Vec<Token> = tokens
            .all
            .iter()
            .enumerate()
            .filter(|(index, _)| !(at..name.next).contains(index))
            .map(|(_, token)| *token)
            .collect();
        let mut copies = Vec::new();
        let outputs = query::outputs(&Tokens { text: tokens.text, all: &query }, self.dialect);
        let lineage = add_outputs(&mut table, outputs, &mut copies);
        self.steps.push(SchemaStep::Create { table, if_not_exists: false, lineage, copies, temporary: false });
    }

    /// Reads a statement; the error says what is wrong with it. What could be read is kept in any case.
    fn statement(&mut self, class: Class, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) -> Result<(), Flaw> {
        let whole = tokens;
        let tokens = &match class {
            Class::CreateTable | Class::AlterTable => tokens.slice(0, block::end_of_statement(tokens, class)),
            _ => *tokens,
        };
        match class {
            Class::CreateTable => {
                let created = table::create_table(tokens, labels).ok_or(Flaw::NO_NAME)?;
                self.create_table(created, tokens)?;
            }
            Class::CreateView => self.view(tokens, labels).ok_or(Flaw::NO_NAME)?,
            Class::AlterTable => change::alter_table(tokens, labels, &mut self.steps).ok_or(Flaw::NO_NAME)?,
            Class::Drop => change::drop_tables(tokens, &mut self.steps).ok_or(Flaw::NO_NAME)?,
            Class::Rename => change::rename_tables(tokens, &mut self.steps).ok_or(Flaw::NO_NAME)?,
            Class::Comment => {
                let message = "it is not `COMMENT ON ... name IS text`";
                change::comment_on(tokens, &mut self.steps).ok_or(Flaw { message, ..Flaw::default() })?;
            }
            Class::Execute => {
                change::execute(tokens, &mut self.steps);
                self.scripts(tokens, depth);
            }
            Class::Use => change::use_namespace(tokens, &mut self.steps),
            Class::Copy => self.rows.copy(tokens),
            Class::Block => self.block(whole, labels, depth),
            Class::Routine => self.routine(whole, labels, depth),
            Class::CreateType => {
                change::create_type(tokens, labels, &mut self.steps);
            }
            Class::Other if tokens.is(0, "SELECT") => self.select_into(tokens),
            Class::Other => self.scripts(tokens, depth),
            Class::Insert => {}
        }
        Ok(())
    }

    fn create_table(&mut self, created: CreateTable, tokens: &Tokens<'_>) -> Result<(), Flaw> {
        if self.routines > 0 && created.temporary {
            return Ok(());
        }
        let flaw = |message, span| Err(Flaw { message, span, lost: false });
        let (unclosed, odd) = (created.unclosed, created.odd);
        let nothing = created.tells_nothing() && !(created.listed && !unclosed && odd.is_none());
        let CreateTable { mut table, mut copies, if_not_exists, query, temporary, .. } = created;
        let mut lineage = Vec::new();
        if let Some(at) = query {
            let outputs = query::outputs(&tokens.slice(at, tokens.len()), self.dialect);
            lineage = add_outputs(&mut table, outputs, &mut copies);
        }
        self.rows.table(table.name, table.fields.iter().map(|field| field.name));
        self.steps.push(SchemaStep::Create { table, if_not_exists, lineage, copies, temporary });
        match odd {
            _ if nothing => Err(Flaw { message: "it gives no columns", span: None, lost: true }),
            _ if unclosed => flaw("its list of columns is not closed", None),
            Some(span) => flaw("an item of its list of columns is not understood", Some(span)),
            None => Ok(()),
        }
    }

    fn view(&mut self, tokens: &Tokens<'_>, labels: &Labels<'_>) -> Option<()> {
        let mut at = (0..tokens.len().min(40)).find(|at| tokens.is(*at, "VIEW"))? + 1;
        let if_not_exists = tokens.are(at, &["IF", "NOT", "EXISTS"]);
        at += if if_not_exists { 3 } else { 0 };
        let name = tokens.qualified(at)?;
        at = name.next;
        let mut view = table::declaration(name, TypeKind::View, table::extent(tokens));
        view.doc = labels.above(view.extent);
        let mut named = Vec::new();
        if tokens.sign(at, b'(') {
            let end = tokens.after_group(at);
            named = query::name_list(tokens, at, end);
            at = end;
        }
        while at < tokens.len() && !tokens.is(at, "AS") {
            at = tokens.after_group(at);
        }
        let mut copies = Vec::new();
        let mut outputs = query::outputs(&tokens.slice(at + 1, tokens.len()), self.dialect);
        if !named.is_empty() {
            // `CREATE VIEW v (a, b) AS SELECT x, y`: the list gives the names.
            let mut sources = outputs.into_iter();
            outputs = named
                .into_iter()
                .map(|(name, span)| query::Output {
                    name,
                    span,
                    columns: sources.next().map(|output| output.columns).unwrap_or_default(),
                })
                .collect();
        }
        let lineage = add_outputs(&mut view, outputs, &mut copies);
        self.steps.push(SchemaStep::Create { table: view, if_not_exists, lineage, copies, temporary: false });
        Some(())
    }
}

/// Whether a word (upper case) stands somewhere in a statement, whatever its case.
fn contains_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|found| found.eq_ignore_ascii_case(word))
}

/// Adds what a query gives as columns; `*` becomes a table that is copied. Gives the lineage of all columns.
fn add_outputs(
    table: &mut crate::ir::TypeDecl,
    outputs: Vec<query::Output>,
    copies: &mut Vec<crate::index::Symbol>,
) -> Vec<Vec<crate::ir::schema::ColumnRef>> {
    let mut lineage = vec![Vec::new(); table.fields.len()];
    let listed = !table.fields.is_empty();
    for output in outputs {
        if output.name == "*" {
            copies.extend(output.columns.iter().filter_map(|column| column.table));
        } else if !listed {
            table.fields.push(crate::ir::Field::new(output.name, crate::ir::TypeRef::default(), output.span));
            lineage.push(output.columns);
        }
    }
    lineage
}

fn what(class: Class) -> &'static str {
    match class {
        Class::CreateTable => "CREATE TABLE",
        Class::CreateView => "CREATE VIEW",
        Class::AlterTable => "ALTER TABLE",
        Class::Drop => "DROP",
        Class::Rename => "RENAME TABLE",
        Class::Comment => "COMMENT",
        _ => "SQL",
    }
}

/// Reads a query in a string of code; `None` if the text is no query (`SELECT`, `INSERT`, `UPDATE`, `DELETE`, `WITH`).
#[must_use]
pub fn read_query(text: &str) -> Option<Query> {
    query::read(text)
}

/// Reads a whole script that stands in another file (a changelog's `<sql>`); spans are byte offsets in `text`.
pub(super) fn read_script(text: &str) -> Lowered {
    lower(text, Dialect::guess(text))
}

/// The type that `written` names.
#[must_use]
pub fn type_ref(written: &str) -> crate::ir::TypeRef {
    types::type_ref(written)
}

/// Whether the text is SQL that stores nothing of what is given to it: it reads, removes or sets up.
#[must_use]
pub fn only_reads(text: &str) -> bool {
    query::only_reads(text)
}

/// Reads what a string of code, if it is SQL, says of the life of tables' rows; spans are byte offsets in `text`.
#[must_use]
pub fn read_storage(text: &str) -> Vec<StorageFact> {
    storage::read_embedded(text)
}

/// Reads DDL in a string of code; spans are byte offsets in `text`. Empty if the text is no DDL.
#[must_use]
pub fn read_ddl(text: &str) -> Vec<SchemaStep> {
    if !looks_like_ddl(text) {
        return Vec::new();
    }
    let mut steps = lower(text, Dialect::guess(text)).schema;
    // `Create table of contents` names a table without columns: it is no DDL.
    steps
        .retain(|step| !matches!(step, SchemaStep::Create { table, copies, .. } if table.fields.is_empty() && copies.is_empty()));
    steps
}

/// A cheap look before any work: every string of a program passes here.
fn looks_like_ddl(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = scan::skip_trivia(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), 0);
    match scan::byte(bytes, at) | 0x20 {
        b'c' | b'a' | b'd' | b'r' | b'e' => {
            let class = class::classify(bytes, at);
            let schema = matches!(
                class,
                Class::CreateTable
                    | Class::CreateView
                    | Class::AlterTable
                    | Class::Drop
                    | Class::Rename
                    | Class::Comment
                    | Class::Block
            );
            // Several statements in one string: an extension or type first, tables after it.
            let create = scan::word_is(bytes, at, "CREATE") && memchr::memchr(b';', bytes).is_some();
            schema || create
        }
        b'p' | b'b' | b's' => {
            let first = ["PRAGMA", "BEGIN", "SET"].iter().any(|word| scan::word_is(bytes, at, word));
            first && memchr::memchr(b';', bytes).is_some()
        }
        _ => false,
    }
}
