//! SQL: files of any dialect, and queries and DDL in the strings of code.
//!
//! A file is split into statements byte by byte ([`split`]), each statement is classified by its first words and read by a
//! lenient reader of our own ([`table`], [`change`], [`query`]), so that no statement, however odd, costs more than itself. What
//! rows of data hold is sampled ([`rows`]). Sections of a migration that undo it (goose, dbmate) are left out here; files that undo
//! one are left out when the schema is folded. What views and queries give is read a second time by a grammar, under guard
//! ([`parser`]).

mod change;
mod dialect;
mod labels;
mod parser;
mod query;
mod rows;
mod scan;
pub mod split;
mod storage;
mod table;
mod token;
mod tuple;
mod types;

pub use dialect::Dialect;

use self::labels::Labels;
use self::rows::Rows;
use self::split::{Class, Piece, PieceKind, Splitter};
use self::token::{Kind, Token, Tokens};
use super::{Comment, Damage, FileName, Frontend, Input, Lowered};
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

    fn lower(&self, input: &Input<'_>) -> Lowered {
        lower(input.text)
    }
}

fn lower(text: &str) -> Lowered {
    let dialect = Dialect::guess(text);
    let mut reader = Reader {
        text,
        dialect,
        tokens: Vec::new(),
        steps: Vec::new(),
        storage: Vec::new(),
        rows: Rows::default(),
        damage: Vec::new(),
    };
    let mut splitter = Splitter::new(text, dialect);
    let mut down = Down::default();
    while let Some(piece) = splitter.next() {
        let undone = down.is_undone(text, splitter.comments());
        reader.steps.extend(down.section.take().map(|name| SchemaStep::Section { name }));
        if undone {
            continue;
        }
        reader.piece(&piece, splitter.comments(), 0);
    }
    Lowered {
        schema: reader.steps,
        storage: reader.storage,
        rows: reader.rows.finish(),
        comments: splitter.into_comments(),
        damage: reader.damage,
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
    fn is_undone(&mut self, text: &str, comments: &[Comment]) -> bool {
        for comment in comments.get(self.read..).unwrap_or_default() {
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
        self.read = comments.len();
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
}

/// `DO $$ ... $$` inside `DO $$ ... $$` does not occur; one level of blocks in blocks is plenty.
const DEEPEST_BLOCK: u8 = 3;

impl Reader<'_> {
    fn piece(&mut self, piece: &Piece, comments: &[Comment], depth: u8) {
        let class = match piece.kind {
            PieceKind::Statement(class) => class,
            PieceKind::Data => return self.rows.data(self.text, piece.head, piece.body),
            PieceKind::Directive | PieceKind::Blank => return,
        };
        if class == Class::Insert {
            self.rows.insert(self.text, piece.head, piece.body, self.dialect);
        }
        let only_storage = matches!(class, Class::Insert | Class::Routine | Class::Other);
        if only_storage && !storage::is_telling(self.text, piece.head, piece.body, class) {
            return;
        }
        let mut tokens = std::mem::take(&mut self.tokens);
        let unclosed = token::tokenize(self.text, piece.head, piece.body, self.dialect, &mut tokens);
        storage::read(&Tokens { text: self.text, all: &tokens }, class, self.dialect, &mut self.storage);
        if only_storage {
            self.tokens = tokens;
            return;
        }
        let labels = Labels::new(self.text, comments);
        let view = Tokens { text: self.text, all: &tokens };
        let read = self.statement(class, &view, &labels, depth);
        let place = match unclosed {
            Some(at) if class != Class::Block => Some((Span::new(at, at + 1), "a quote is never closed")),
            _ => None,
        };
        let head = view.get(0).map(|token| token.span()).unwrap_or_default();
        let problem = place.or(read.err().map(|message| (head, message)));
        if let Some((span, message)) = problem {
            self.damage
                .push(Damage { span, message: format!("this {} statement was read only in part: {message}", what(class)) });
        }
        self.tokens = tokens;
    }

    /// Reads a statement; the error says what is wrong with it. What could be read is kept in any case.
    fn statement(&mut self, class: Class, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) -> Result<(), &'static str> {
        const NO_NAME: &str = "no name stands where one should";
        match class {
            Class::CreateTable => {
                let created = table::create_table(tokens, labels).ok_or(NO_NAME)?;
                let mut copies = created.copies;
                let mut lineage = Vec::new();
                let mut table = created.table;
                if let Some(at) = created.query {
                    let outputs = query::outputs(&tokens.slice(at, tokens.len()), self.dialect);
                    lineage = add_outputs(&mut table, outputs, &mut copies);
                }
                self.rows.table(table.name, table.fields.iter().map(|field| field.name));
                let (if_not_exists, temporary) = (created.if_not_exists, created.temporary);
                self.steps.push(SchemaStep::Create { table, if_not_exists, lineage, copies, temporary });
                if created.unclosed {
                    return Err("its list of columns is not closed");
                }
                Ok(())
            }
            Class::CreateView => self.view(tokens, labels).ok_or(NO_NAME),
            Class::AlterTable => change::alter_table(tokens, labels, &mut self.steps).ok_or(NO_NAME),
            Class::Drop => change::drop_tables(tokens, &mut self.steps).ok_or(NO_NAME),
            Class::Rename => change::rename_tables(tokens, &mut self.steps).ok_or(NO_NAME),
            Class::Comment => change::comment_on(tokens, &mut self.steps).ok_or("it is not `COMMENT ON ... name IS text`"),
            Class::Execute => {
                change::execute(tokens, &mut self.steps);
                self.steps.append(&mut dynamic(tokens, self.text));
                Ok(())
            }
            Class::Use => {
                change::use_namespace(tokens, &mut self.steps);
                Ok(())
            }
            Class::Copy => {
                self.rows.copy(tokens);
                Ok(())
            }
            Class::Block => {
                self.block(tokens, labels, depth);
                Ok(())
            }
            Class::CreateType => {
                change::create_type(tokens, &mut self.steps);
                Ok(())
            }
            Class::Routine | Class::Insert | Class::Other => Ok(()),
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

    /// Statements inside `DO $$ ... $$`, `BEGIN ... END`, `IF ... ALTER TABLE ...`.
    fn block(&mut self, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) {
        if depth >= DEEPEST_BLOCK {
            return;
        }
        if tokens.is(0, "DO") {
            let body =
                tokens.all.iter().find(|token| token.kind == Kind::Text && self.text.get(token.start..=token.start) == Some("$"));
            if let Some(body) = body {
                let tag = scan::dollar_tag(self.text.as_bytes(), body.start).unwrap_or(2);
                let mut splitter = Splitter::within(self.text, body.start + tag, body.end.saturating_sub(tag), self.dialect);
                while let Some(piece) = splitter.next() {
                    self.piece(&piece, splitter.comments(), depth + 1);
                }
            }
            return;
        }
        let bytes = self.text.as_bytes();
        let mut starts: Vec<(usize, Class)> = Vec::new();
        for (at, token) in tokens.all.iter().enumerate() {
            if token.kind == Kind::Word {
                let class = split::classify(bytes, token.start);
                if matches!(
                    class,
                    Class::CreateTable | Class::AlterTable | Class::Drop | Class::Comment | Class::Execute | Class::Rename
                ) {
                    starts.push((at, class));
                }
            }
        }
        for (index, (start, class)) in starts.iter().enumerate() {
            let limit = starts.get(index + 1).map_or(tokens.len(), |(next, _)| *next);
            let end = (*start..limit).find(|at| tokens.sign(*at, b';')).unwrap_or(limit);
            // What does not read as a statement inside a block is the block's own code.
            let _ = self.statement(*class, &tokens.slice(*start, end), labels, depth + 1);
        }
    }
}

/// What a statement in a string does when it is run: `EXEC('ALTER TABLE ...')`, `EXECUTE IMMEDIATE '...'`,
/// `EXEC sp_executesql N'...'`.
fn dynamic(tokens: &Tokens<'_>, text: &str) -> Vec<SchemaStep> {
    let literal = tokens.all.iter().take(6).find(|token| token.kind == Kind::Text);
    let Some(span) = literal.map(|token| token.span()) else { return Vec::new() };
    let written = span.text(text);
    let Some(open) = written.find('\'') else { return Vec::new() };
    let content = token::unquote(written.get(open..).unwrap_or_default());
    let mut steps = read_ddl(&content);
    let start = span.start + u32::try_from(open).unwrap_or_default() + 1;
    // Where quotes are doubled, the literal as a whole is the place.
    let raw = content.len() + open + 2 == written.len();
    for step in &mut steps {
        step.relocate(|place| if raw { Span { start: start + place.start, end: start + place.end } } else { span });
    }
    steps
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
    lower(text)
}

/// The type that `written` names.
#[must_use]
pub fn type_ref(written: &str) -> crate::ir::TypeRef {
    types::type_ref(written)
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
    let mut steps = lower(text).schema;
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
            let class = split::classify(bytes, at);
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
