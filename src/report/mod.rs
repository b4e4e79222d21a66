//! Findings, elements, transfers and notices as plain data. Formats only read it; nothing here decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::classify::Confidence;
use crate::index::Symbol;
use crate::policy::{SourceKind, Verdict};
use crate::source::{LineIndex, SourceFile, Span};

/// How bad a finding is. Orders from least to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    Note,
    /// Should be looked at.
    Warning,
    /// Must be resolved.
    Error,
}

impl Severity {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place for people and for tools.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Location {
    /// Relative to the root, with `/`; a Policy file outside the root has `..` in it.
    pub file: Symbol,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Line of the end, from 1.
    pub end_line: u32,
    /// Column after the end, from 1, in characters.
    pub end_column: u32,
    /// Byte offset in the decoded text.
    #[serde(skip)]
    pub offset: u32,
    /// Length in bytes.
    #[serde(skip)]
    pub length: u32,
}

impl Location {
    /// The place of a span in a file of the scan.
    #[must_use]
    pub fn of(source: &SourceFile, span: Span) -> Self {
        Self::in_text(source.path, &source.text, source.lines(), span)
    }

    /// The place of a span in any text that has been indexed.
    #[must_use]
    pub fn in_text(file: Symbol, text: &str, lines: &LineIndex, span: Span) -> Self {
        let start = lines.line_column(text, span.start);
        let end = lines.line_column(text, span.end);
        Self {
            file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            offset: span.start,
            length: span.end - span.start,
        }
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// What happens there.
    pub what: String,
}

/// A clause that a finding cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseCitation {
    /// Number.
    pub id: Symbol,
    /// Its entry in the Policy file.
    pub location: Option<Location>,
    /// Its words, where the Policy's text is given; shortened.
    pub text: Option<String>,
    /// What the clause has to do with it, e.g. `declares e-mail for contact`, `comes nearest`.
    pub role: String,
}

/// One difference between the code and the Policy.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// e.g. `PD201`.
    pub code: &'static str,
    /// e.g. `undeclared-recipient`.
    pub name: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// What stands at the location, for the label.
    pub label: String,
    /// Data categories concerned, sorted.
    pub categories: Vec<Symbol>,
    /// Recipient id or host.
    pub recipient: Option<Symbol>,
    /// Recipient's name for people.
    pub recipient_name: Option<String>,
    /// Recipient's country.
    pub country: Option<Symbol>,
    /// Kind of sink.
    pub sink: Option<&'static str>,
    /// The Policy's answer.
    pub verdict: Option<Verdict>,
    /// Clauses cited, the most telling first.
    pub clauses: Vec<ClauseCitation>,
    /// The path from source to sink; empty for what is no flow.
    pub path: Vec<Step>,
    /// Why we think so.
    pub evidence: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// What to do: each a sentence.
    pub help: Vec<String>,
    /// TOML to add to the Policy file, where declaring it is a way out.
    pub declaration: Option<String>,
    /// Identifies the finding across moves of lines: 16 hex digits.
    pub fingerprint: String,
    /// The suppression that covers it.
    pub suppressed: Option<SuppressedBy>,
}

/// What suppresses a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuppressedBy {
    /// Where the suppression stands.
    pub location: Location,
    /// Its reason.
    pub reason: String,
}

/// A place that holds personal data.
#[derive(Debug, Clone, Serialize)]
pub struct Element {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// Front end, e.g. `sql`.
    pub language: Symbol,
    /// column, field, parameter, form-input, cookie, request, literal.
    pub kind: &'static str,
    /// Table, type, function.
    pub container: Symbol,
    /// Name.
    pub field: Symbol,
    /// Type as written.
    #[serde(rename = "type")]
    pub ty: Symbol,
    /// Category id.
    pub category: Symbol,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Vec<Symbol>,
    /// The Policy declares it; `None` without a Policy.
    pub declared: Option<bool>,
    /// Clauses that declare it.
    pub clauses: Vec<Symbol>,
    /// Purposes declared for it.
    pub purposes: Vec<Symbol>,
    /// Retention that applies, as written.
    pub retention: Option<String>,
    /// Where it comes from, if known.
    pub source: Option<SourceKind>,
    /// A value must be given.
    pub required: bool,
    /// Stands in test code.
    pub in_test: bool,
    /// The migration that introduced it, under whatever name; `None` for what no migration made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introduced: Option<Introduced>,
    /// Earlier names, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<Symbol>,
    /// Further places that show the same column: a snapshot beside the migrations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Location>,
}

/// What introduced an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Introduced {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The migration's name (`V3__add_phone`), or the change set's (`author::id`).
    pub migration: Symbol,
}

/// A flow of personal data out of the program.
#[derive(Debug, Clone, Serialize)]
pub struct Transfer {
    /// The call.
    #[serde(flatten)]
    pub location: Location,
    /// Kind of sink.
    pub sink: &'static str,
    /// Recipient id or host.
    pub recipient: Option<Symbol>,
    /// Recipient's name.
    pub recipient_name: Option<String>,
    /// Recipient's country.
    pub country: Option<Symbol>,
    /// Categories, sorted.
    pub categories: Vec<Symbol>,
    /// What has been done to a category on the way (`masked`, `pseudonymised`, `encrypted`); those sent as they are are absent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub effects: BTreeMap<Symbol, Vec<&'static str>>,
    /// From source to sink.
    pub path: Vec<Step>,
    /// What is called, as in the catalog, e.g. `reqwest::RequestBuilder::send`.
    pub call: String,
    /// Stands in test code.
    pub in_test: bool,
}

/// A table with personal data, and what is known of the life and protection of its rows.
#[derive(Debug, Clone, Serialize)]
pub struct StoredTable {
    /// Name as last written.
    pub name: Symbol,
    /// Which of several databases or dialect variants it belongs to: the migration folder, or the file.
    pub database: Symbol,
    /// Where it was created.
    pub file: Symbol,
    /// From 1.
    pub line: u32,
    /// Columns that hold personal data, in the order of the table.
    pub columns: Vec<StoredColumn>,
    /// What SQL and code say, by kind and place.
    pub facts: Vec<StoredFact>,
}

/// A column that holds personal data.
#[derive(Debug, Clone, Serialize)]
pub struct StoredColumn {
    /// Name.
    pub name: Symbol,
    /// Category ids.
    pub categories: Vec<Symbol>,
}

/// What one place says of a table.
#[derive(Debug, Clone, Serialize)]
pub struct StoredFact {
    /// e.g. `expiry`, `delete`, `cascade`, `copy-of`, `grant`, `encrypted`.
    pub kind: &'static str,
    /// Where.
    pub file: Symbol,
    /// From 1.
    pub line: u32,
    /// The column that the place speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<Symbol>,
    /// The other table of a cascade or copy, who gets a grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<Symbol>,
    /// The words of the place.
    pub detail: Symbol,
    /// The period it names, in days: `90d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

/// Something about the scan itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Notice {
    /// e.g. `PD001`.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// Where, if it has a place.
    pub location: Option<Location>,
    /// File concerned.
    pub file: Symbol,
}

/// Counts for the summary line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// Files by language.
    pub languages: Vec<(Symbol, usize)>,
    /// Hidden and vendored folders that were left out; what ignore files name is not counted.
    pub skipped_folders: usize,
    /// Files that no front end claims.
    pub other_files: usize,
    /// Expression nodes lowered.
    pub expressions: u64,
    /// Of these, not expressible.
    pub opaque: u64,
    /// Functions where the analysis hit a limit and fell back to "arguments reach the result".
    pub limits_hit: usize,
    /// How the statements of SQL files fared; none where there are no such files.
    pub sql: SqlStatements,
}

/// How the statements of SQL files fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SqlStatements {
    /// All of them.
    pub statements: u64,
    /// Of these, understood only in part: each is a notice.
    pub partly: u64,
    /// Of these, `CREATE TABLE` and the like of which nothing was understood: each is a notice.
    pub lost: u64,
}

/// A file's text for rendering excerpts.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// As in [`Location::file`].
    pub file: Symbol,
    /// Decoded text.
    pub text: Arc<str>,
}

/// The result of a scan.
#[derive(Debug, Default)]
pub struct Report {
    /// Findings, sorted by file, place, code.
    pub findings: Vec<Finding>,
    /// Elements, sorted by file and place.
    pub elements: Vec<Element>,
    /// Transfers, sorted by file and place.
    pub transfers: Vec<Transfer>,
    /// Tables with personal data, sorted by database and place.
    pub tables: Vec<StoredTable>,
    /// Notices, sorted.
    pub notices: Vec<Notice>,
    /// Counts.
    pub summary: Summary,
    /// Texts that findings point into, the Policy file included; sorted by file.
    pub excerpts: Vec<Excerpt>,
    /// Title and operator of the Policy, if there is one.
    pub policy: Option<PolicyTitle>,
}

/// What the report says of the Policy it was judged against.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyTitle {
    /// Path, as in [`Location::file`].
    pub file: String,
    /// Title.
    pub title: String,
    /// Operator.
    pub operator: String,
    /// Revision; `None` if unknown.
    pub revision: Option<String>,
}
