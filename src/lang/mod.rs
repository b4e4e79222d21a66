//! Front ends: one file's syntax to the neutral IR. They know syntax and nothing else: no categories, no policy, no other file.
//!
//! Lowering never fails. Damage is recorded as [`Damage`], what the IR cannot express as `Opaque`.

pub mod config_file;
#[cfg(feature = "csharp")]
pub mod csharp;
mod delimited;
#[cfg(feature = "go")]
pub mod go;
#[cfg(feature = "jvm")]
pub mod java;
#[cfg(feature = "javascript")]
pub mod javascript;
#[cfg(feature = "jvm")]
pub mod kotlin;
pub mod liquibase;
pub mod lowering;
pub mod markdown_sql;
#[cfg(feature = "php")]
pub mod php;
#[cfg(feature = "python")]
pub mod python;
#[cfg(feature = "ruby")]
pub mod ruby;
pub mod rust;
pub mod sql;
pub mod syntax;
pub mod table_file;
#[cfg(feature = "javascript")]
pub mod typescript;
mod values;

use crate::index::Symbol;
use crate::ir::Unit;
use crate::ir::rows::ColumnValues;
use crate::ir::schema::{SchemaStep, StorageFact};
use crate::source::Span;

/// The registered front ends. A new language is its module, its `mod` line above, and its line here.
pub static FRONTENDS: &[&dyn Frontend] = &[
    &rust::Rust,
    &sql::Sql,
    #[cfg(feature = "php")]
    &php::Php,
    #[cfg(feature = "python")]
    &python::Python,
    #[cfg(feature = "javascript")]
    &javascript::JavaScript,
    #[cfg(feature = "javascript")]
    &typescript::TypeScript,
    #[cfg(feature = "go")]
    &go::Go,
    #[cfg(feature = "csharp")]
    &csharp::CSharp,
    #[cfg(feature = "ruby")]
    &ruby::Ruby,
    &liquibase::Liquibase,
    #[cfg(feature = "jvm")]
    &java::Java,
    #[cfg(feature = "jvm")]
    &kotlin::Kotlin,
    &config_file::ConfigFile,
    &table_file::TableFile,
    &markdown_sql::MarkdownSql,
];

/// A language.
pub trait Frontend: Sync {
    /// Its name in output and configuration, e.g. `rust`.
    fn name(&self) -> &'static str;

    /// Whether the file belongs to it, by its name and first line.
    fn claims(&self, file: &FileName<'_>) -> bool;

    /// Whether a file that it claims by its name is of this language after all, by its text: many files are called `.xml`.
    fn recognises(&self, _text: &str) -> bool {
        true
    }

    /// Files over this many bytes are left out with a notice, unless the configuration says otherwise. Code of this size is
    /// generated or minified; dumps of databases are larger and still worth reading.
    fn max_bytes(&self) -> u64 {
        4 << 20
    }

    /// Whether its files are statements on a database as a whole, rather than code that may hold some.
    fn is_schema(&self) -> bool {
        false
    }

    /// The setting of `pdlint.toml` that turns the front end on; `None` where nothing has to.
    fn switch(&self) -> Option<&'static str> {
        None
    }

    /// Lowers the text. Never fails, never panics, whatever the text.
    fn lower(&self, input: &Input<'_>) -> Lowered;

    /// Front ends for files of which more is known than their text tells, such as the dialect, by the names that a configuration
    /// gives them. Several names may mean the same.
    fn variants(&self) -> &'static [(&'static str, &'static dyn Frontend)] {
        &[]
    }
}

/// The front end's variant of this name, if it has one; the front end itself otherwise.
#[must_use]
pub fn variant_of(frontend: &'static dyn Frontend, name: &str) -> &'static dyn Frontend {
    frontend.variants().iter().find(|(known, _)| *known == name).map_or(frontend, |(_, variant)| *variant)
}

/// What a file's name and first bytes tell about its language.
#[derive(Debug, Clone, Copy)]
pub struct FileName<'a> {
    /// The last component, as written.
    pub name: &'a str,
    /// What follows the last dot, lower case; empty if there is none.
    pub extension: &'a str,
    /// The interpreter of a `#!` line, e.g. `python3`; empty if there is none.
    pub interpreter: &'a str,
}

/// A file to lower.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Path relative to the root, with `/`.
    pub path: &'a str,
    /// Decoded text.
    pub text: &'a str,
}

/// What a front end makes of a file.
#[derive(Debug, Default)]
pub struct Lowered {
    /// Types and functions.
    pub unit: Unit,
    /// Changes of the database schema, in order.
    pub schema: Vec<SchemaStep>,
    /// Values of columns, in files of data.
    pub rows: Vec<ColumnValues>,
    /// What the file says of the life and protection of tables' rows.
    pub storage: Vec<StorageFact>,
    /// Comments, for suppressions and annotations. Their text includes the comment signs.
    pub comments: Vec<Comment>,
    /// Values of configuration files.
    pub settings: Vec<Setting>,
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// How many statements there were, where a language is read statement by statement.
    pub statements: Statements,
}

/// How the statements of a text fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Statements {
    /// All of them.
    pub read: u32,
    /// Of these, understood only in part.
    pub partly: u32,
    /// Of these, declarations of which nothing was understood.
    pub lost: u32,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment, its signs included.
    pub span: Span,
    /// Nothing but the comment stands on its line.
    pub alone: bool,
}

/// A value of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Setting {
    /// Keys from the outermost to the innermost, as written: `["sms", "base_url"]`, `["SMS_URL"]`.
    pub key: Vec<Symbol>,
    /// The value as text.
    pub value: Symbol,
    /// Place of the value.
    pub span: Span,
}

/// A part of a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where.
    pub span: Span,
    /// What is wrong, in words.
    pub message: String,
}

/// Tells which comments stand alone on their lines. Asked in the order of the text, it looks at each line once, however many
/// comments stand on it.
#[derive(Debug)]
pub struct LineEdges<'t> {
    text: &'t str,
    /// The first byte of the line at hand that is no blank.
    first: usize,
    /// Where that line ends.
    end: usize,
}

impl<'t> LineEdges<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut edges = Self { text, first: 0, end: 0 };
        edges.enter(0);
        edges
    }

    fn enter(&mut self, start: usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        self.end = start + memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = self.text.get(start..self.end).unwrap_or_default();
        self.first = self.end - line.trim_start().len();
    }

    /// Whether nothing but blanks stands before `at` on its line. No later question may be about an earlier line.
    pub fn begins_line(&mut self, at: usize) -> bool {
        if at > self.end {
            let before = self.text.as_bytes().get(self.end..at).unwrap_or_default();
            if let Some(newline) = memchr::memrchr(b'\n', before) {
                self.enter(self.end + newline + 1);
            }
        }
        at <= self.first
    }
}

/// The front ends that claim a file by its name, of those that need no setting or whose setting `is_on`. The first that
/// recognises its text wins.
pub fn frontends_for<'n>(
    file: FileName<'n>,
    is_on: impl Fn(&str) -> bool + 'n,
) -> impl Iterator<Item = &'static dyn Frontend> + 'n {
    FRONTENDS.iter().copied().filter(move |frontend| frontend.switch().is_none_or(&is_on) && frontend.claims(&file))
}

/// The front end that claims a file by its name, if any, of those that need no setting. The first in [`FRONTENDS`] wins.
#[must_use]
pub fn frontend_for(file: &FileName<'_>) -> Option<&'static dyn Frontend> {
    frontends_for(*file, |_| false).next()
}

/// The front end with this name.
#[must_use]
pub fn frontend_named(name: &str) -> Option<&'static dyn Frontend> {
    FRONTENDS.iter().copied().find(|frontend| frontend.name() == name)
}

#[cfg(test)]
mod tests {
    use super::LineEdges;

    #[test]
    fn what_begins_a_line_is_known_for_any_number_of_places_on_it() {
        let text = "  a b\n\n\tc\n d";
        let mut edges = LineEdges::new(text);
        let begin: Vec<usize> = (0..text.len()).filter(|at| edges.begins_line(*at)).collect();
        assert_eq!(begin, [0, 1, 2, 6, 7, 8, 10, 11]);
    }
}
