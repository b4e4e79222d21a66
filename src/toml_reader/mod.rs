//! TOML files that people write (`pdlint.policy.toml`, `pdlint.toml`), read with places.
//!
//! `serde` stops at the first mistake and knows only some places. Here a reader asks a table for what it may hold; whatever is
//! missing, of the wrong type or never asked for becomes a [`Problem`] that points at it, and reading goes on, so that a person
//! sees all mistakes of a file at once. Knows nothing of what the files mean.

mod problem;
mod suggest;

use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub use problem::{Mistaken, Problem};
pub use suggest::{advice, did_you_mean, one_of};

use crate::source::{LineIndex, Span};

/// More mistakes than this are counted, not shown: a file of another kind would fill the screen.
const MOST_SHOWN: usize = 50;

/// A value and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: Span,
}

/// The mistakes found so far in one file.
#[derive(Debug)]
pub struct Mistakes {
    area: &'static str,
    found: RefCell<Vec<Problem>>,
}

impl Mistakes {
    /// None yet. `area` begins every code: `pdlint::policy` makes `pdlint::policy::unknown_key`.
    #[must_use]
    pub fn new(area: &'static str) -> Self {
        Self { area, found: RefCell::new(Vec::new()) }
    }

    /// A mistake of a kind, to be finished and handed to [`Self::add`].
    #[must_use]
    pub fn problem(&self, kind: &str, message: impl Into<String>) -> Problem {
        Problem::new(format!("{}::{kind}", self.area), message)
    }

    /// Adds a mistake.
    pub fn add(&self, problem: Problem) {
        self.found.borrow_mut().push(problem);
    }

    /// `did you mean ...?`, as [`did_you_mean`] says it; nothing once there are more mistakes than are shown.
    #[must_use]
    pub fn suggest<'c>(&self, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
        let shown = self.found.borrow().len() < MOST_SHOWN;
        shown.then(|| did_you_mean(word, candidates)).flatten()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// All, in the order of the file, each with the file attached.
    #[must_use]
    pub fn in_file(self, name: &str, text: &Arc<str>) -> Vec<Problem> {
        let mut all = self.found.into_inner();
        all.sort_by(|a, b| (a.span(), a.kind(), a.to_string()).cmp(&(b.span(), b.kind(), b.to_string())));
        let more = all.len().saturating_sub(MOST_SHOWN);
        all.truncate(MOST_SHOWN);
        if more > 0 {
            let message = format!("{more} more mistakes are not shown");
            all.push(
                Problem::new(format!("{}::too_many", self.area), message).advise("mend these first; is this the right file?"),
            );
        }
        all.into_iter().map(|problem| problem.in_file(name, text)).collect()
    }
}

/// Why a file gives no text.
#[derive(Debug)]
pub enum Unread {
    /// It cannot be read.
    Io(std::io::Error),
    /// It is larger than allowed.
    TooLarge,
    /// It is not UTF-8; says where.
    NotUtf8(Box<Problem>),
}

/// Reads a file of at most `limit` bytes. `area` begins the code of a mistake, as in [`Mistakes::new`].
///
/// # Errors
/// [`Unread`] when it cannot be read, is larger, or is not UTF-8.
pub fn read_file(path: &Path, limit: u64, area: &'static str) -> Result<Arc<str>, Unread> {
    let file = std::fs::File::open(path).map_err(Unread::Io)?;
    let mut bytes = Vec::new();
    // The limit holds for what is read, not for the size that the file system tells: a pipe has none.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Unread::Io)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge);
    }
    // A byte-order mark is no text: with it every place would be three bytes further on than in the text that a scan reads.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map(Arc::from).map_err(|error| {
        // What precedes the bad byte reads the same in the lossy text, so the place holds there too.
        let bad = error.utf8_error().valid_up_to();
        let text: Arc<str> = String::from_utf8_lossy(error.as_bytes()).into();
        let at = Span::new(bad, bad + '\u{FFFD}'.len_utf8());
        let problem = Problem::new(format!("{area}::not_utf8"), "the file is not UTF-8 text");
        let problem = problem.label(at, "this byte is not UTF-8").advise("save the file as UTF-8");
        Unread::NotUtf8(Box::new(problem.in_file(&path.display().to_string(), &text)))
    })
}

/// Parses `text` and hands its root table to `read`, unless it is malformed.
pub fn read_document<T>(text: &str, mistakes: &Mistakes, read: impl FnOnce(&TableReader<'_>) -> Option<T>) -> Option<T> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What was recovered holds gaps that would each be reported again as a missing key.
        malformed(text, &errors, mistakes);
        return None;
    }
    let reader = TableReader::new(root.get_ref(), Span::new(0, 0), String::new(), mistakes);
    let value = read(&reader);
    reader.finish();
    value
}

/// Reports what is not TOML. A statement that breaks takes what follows with it, so of errors on the same or neighbouring lines only
/// the first is the person's mistake.
fn malformed(text: &str, errors: &[toml::de::Error], mistakes: &Mistakes) {
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(at, _)| at.start);
    let lines = LineIndex::new(text);
    let mut last = None;
    for (at, message) in errors {
        let at = visible(text, Span::new(at.start, at.end));
        let line = lines.line(at.start);
        if last.replace(line).is_some_and(|last| line <= last + 1) {
            continue;
        }
        let problem = mistakes.problem("malformed", format!("this is not TOML: {message}")).label(at, "here");
        mistakes.add(problem.advise(match message {
            "duplicate key" => "a key stands once in a table; entries of a list are written [[name]], each",
            _ => "https://toml.io shows how values, tables and lists are written",
        }));
    }
}

/// A place that can be underlined: an empty one at the end of a line moves to the last character before it.
fn visible(text: &str, at: Span) -> Span {
    if at.end > at.start {
        return at;
    }
    let before = text.get(..at.start as usize).unwrap_or(text);
    let kept = before.trim_end();
    let start = kept.char_indices().next_back().map_or(0, |(offset, _)| offset);
    Span::new(start, kept.len())
}

fn span_of<T>(value: &Spanned<T>) -> Span {
    Span::new(value.span().start, value.span().end)
}

/// The whole extent of a value: for a table the span that the parser gives is that of its header or first line alone.
/// Depth is bounded by the parser, which refuses deeper nesting than 80.
fn extent(value: &Spanned<DeValue<'_>>) -> Span {
    match value.get_ref() {
        DeValue::Table(table) => {
            table.iter().fold(span_of(value), |all, (key, inner)| all.cover(span_of(key)).cover(extent(inner)))
        }
        _ => span_of(value),
    }
}

/// A table being read. Every key asked for becomes a known key; [`Self::finish`] reports the others.
#[derive(Debug)]
pub struct TableReader<'a> {
    table: &'a DeTable<'a>,
    /// The header.
    at: Span,
    /// Header and content.
    whole: Span,
    /// As it is written, e.g. `[[collect]]`; empty for the root.
    title: String,
    mistakes: &'a Mistakes,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> TableReader<'a> {
    fn new(table: &'a DeTable<'a>, at: Span, title: String, mistakes: &'a Mistakes) -> Self {
        Self { table, at, whole: at, title, mistakes, known: RefCell::new(Vec::new()) }
    }

    fn below(&self, value: &'a Spanned<DeValue<'a>>, table: &'a DeTable<'a>, title: String) -> Self {
        Self { whole: extent(value), ..Self::new(table, span_of(value), title, self.mistakes) }
    }

    /// Place of the header.
    #[must_use]
    pub fn at(&self) -> Span {
        self.at
    }

    /// Place of the whole table, header and content.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Whether a key stands in it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The mistakes, to add to.
    #[must_use]
    pub fn mistakes(&self) -> &'a Mistakes {
        self.mistakes
    }

    fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.table.get(key)
    }

    /// Text at a key, without a word on what is wrong with it: for looking ahead.
    #[must_use]
    pub fn peek(&self, key: &str) -> Option<&'a str> {
        self.table.get(key)?.get_ref().as_str().map(str::trim)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = with_article(value.get_ref().type_str());
        let problem = self.mistakes.problem("wrong_type", format!("`{key}` must be {wanted}"));
        self.mistakes.add(problem.label(span_of(value), format!("this is {found}")));
    }

    /// Text that may be absent. What stands there must not be empty.
    #[must_use]
    pub fn text(&self, key: &'static str) -> Option<Placed<&'a str>> {
        let value = self.value(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            let problem = self.mistakes.problem("empty", format!("`{key}` is empty"));
            self.mistakes.add(problem.label(span_of(value), "nothing stands here").advise("fill it in, or leave the key out"));
            return None;
        }
        Some(Placed { value: text.trim(), at: span_of(value) })
    }

    /// Text that must be there; `help` says what belongs there.
    #[must_use]
    pub fn required_text(&self, key: &'static str, help: &str) -> Option<Placed<&'a str>> {
        if !self.table.contains_key(key) {
            self.missing(key, help);
        }
        self.text(key)
    }

    /// Reports that a key is missing.
    pub fn missing(&self, key: &'static str, help: &str) {
        self.known.borrow_mut().push(key);
        let problem = self.mistakes.problem("missing_key", format!("{} has no `{key}`", self.name()));
        self.mistakes.add(problem.label(self.at, format!("`{key}` is missing")).advise(help));
    }

    fn name(&self) -> &str {
        if self.title.is_empty() { "the file" } else { &self.title }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self, key: &'static str) -> Option<Placed<bool>> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "`true` or `false`");
        }
        flag.map(|flag| Placed { value: flag, at: span_of(value) })
    }

    /// A whole number that is not negative.
    #[must_use]
    pub fn number(&self, key: &'static str) -> Option<Placed<u64>> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            self.wrong_type(key, value, "a whole number");
        }
        number.map(|number| Placed { value: number, at: span_of(value) })
    }

    /// Text, or a date written without quotes.
    #[must_use]
    pub fn text_or_date(&self, key: &'static str) -> Option<Placed<String>> {
        if let Some(DeValue::Datetime(date)) = self.value(key).map(Spanned::get_ref) {
            return self.value(key).map(|value| Placed { value: date.to_string(), at: span_of(value) });
        }
        self.text(key).map(|text| Placed { value: text.value.to_owned(), at: text.at })
    }

    /// A list of texts that may be absent. Elements of another type, empty ones and repeated ones are mistakes.
    #[must_use]
    pub fn texts(&self, key: &'static str) -> Option<Vec<Placed<&'a str>>> {
        let value = self.value(key)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts, e.g. [\"one\", \"two\"]");
            return None;
        };
        let mut texts: Vec<Placed<&str>> = Vec::with_capacity(list.len());
        let mut seen = rustc_hash::FxHashMap::default();
        for element in list.iter() {
            let at = span_of(element);
            match element.get_ref().as_str().map(str::trim) {
                None => self.wrong_type(key, element, "a list of texts"),
                Some("") => {
                    let problem = self.mistakes.problem("empty", format!("`{key}` holds an empty text"));
                    self.mistakes.add(problem.label(at, "nothing stands here").advise("remove it"));
                }
                Some(text) => match seen.insert(text, at) {
                    Some(first) => {
                        let problem = self.mistakes.problem("repeated", format!("`{key}` names `{text}` twice"));
                        self.mistakes.add(problem.label(at, "again here").label(first, "first here").advise("remove one"));
                    }
                    None => texts.push(Placed { value: text, at }),
                },
            }
        }
        Some(texts)
    }

    /// A list of texts that must not be empty where it stands; `help` says what to do.
    #[must_use]
    pub fn filled_texts(&self, key: &'static str, help: &str) -> Option<Vec<Placed<&'a str>>> {
        let value = self.value(key)?;
        if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
            let problem = self.mistakes.problem("empty", format!("`{key}` is empty"));
            self.mistakes.add(problem.label(span_of(value), "nothing stands here").advise(help));
        }
        self.texts(key)
    }

    /// One of several words.
    #[must_use]
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<Placed<T>> {
        let text = self.text(key)?;
        let value = self.pick(key, text, choices)?;
        Some(Placed { value, at: text.at })
    }

    /// One of several words that must be there.
    #[must_use]
    pub fn required_choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<Placed<T>> {
        if !self.table.contains_key(key) {
            self.missing(key, &one_of(choices.iter().map(|(name, _)| *name)));
        }
        self.choice(key, choices)
    }

    /// What a word stands for; a word that is none of the choices is a mistake.
    #[must_use]
    pub fn pick<T: Copy>(&self, key: &str, text: Placed<&str>, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == text.value);
        if found.is_none() {
            let names = || choices.iter().map(|(name, _)| *name);
            let problem = self.mistakes.problem("unknown_value", format!("`{}` is no value of `{key}`", text.value));
            let help = advice(self.mistakes.suggest(text.value, names()), names());
            self.mistakes.add(problem.label(text.at, "unknown value").advise(help));
        }
        found.map(|(_, value)| *value)
    }

    /// A table that may be absent.
    #[must_use]
    pub fn table(&self, key: &'static str) -> Option<TableReader<'a>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, &format!("a table, written [{key}] or {{ ... }}"));
            return None;
        };
        let title = if self.title.is_empty() { format!("[{key}]") } else { format!("`{key}`") };
        Some(self.below(value, table, title))
    }

    /// The tables of a list, written `[[key]]`.
    #[must_use]
    pub fn tables(&self, key: &'static str) -> Vec<TableReader<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            let problem = self.mistakes.problem("wrong_type", format!("`{key}` must be a list of tables"));
            let problem = problem.label(span_of(value), format!("this is {}", with_article(value.get_ref().type_str())));
            self.mistakes.add(problem.advise(format!("write [[{key}]] with two brackets before each entry")));
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(list.len());
        for element in list.iter() {
            match element.get_ref().as_table() {
                Some(table) => tables.push(self.below(element, table, format!("[[{key}]]"))),
                None => self.wrong_type(key, element, "a list of tables"),
            }
        }
        tables
    }

    /// All keys with their text, for a table whose keys are free (a map), in the order of the file.
    #[must_use]
    pub fn free_texts(&self) -> Vec<(Placed<&'a str>, Placed<&'a str>)> {
        let mut all: Vec<(&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)> = self.table.iter().collect();
        all.sort_by_key(|(key, _)| key.span().start);
        let mut texts = Vec::with_capacity(all.len());
        for (key, value) in all {
            match value.get_ref().as_str() {
                Some(text) if !text.trim().is_empty() => {
                    let key = Placed { value: key.get_ref().as_ref(), at: span_of(key) };
                    texts.push((key, Placed { value: text.trim(), at: span_of(value) }));
                }
                _ => self.wrong_type(key.get_ref(), value, "text in quotes"),
            }
        }
        texts
    }

    /// Reports every key that was never asked for.
    pub fn finish(&self) {
        let known = self.known.borrow();
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref().as_ref();
            let problem = self.mistakes.problem("unknown_key", format!("{} has no key `{name}`", self.name()));
            let help = advice(self.mistakes.suggest(name, known.iter().copied()), known.iter().copied());
            self.mistakes.add(problem.label(span_of(key), "unknown key").advise(help));
        }
    }
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "boolean" => "`true` or `false`".to_owned(),
        "array" => "a list".to_owned(),
        "string" => "text".to_owned(),
        "datetime" => "a date".to_owned(),
        "integer" | "float" => "a number".to_owned(),
        other => format!("a {other}"),
    }
}

/// `text` as a TOML string on one line, quoted and escaped: for files that are written, so that no name can break out of its place.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for one in text.chars() {
        match one {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Line and paragraph separators are no control characters, yet some editors break lines at them.
            _ if one.is_control() || matches!(one, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(one)))
            }
            _ => out.push(one),
        }
    }
    out.push('"');
    out
}
