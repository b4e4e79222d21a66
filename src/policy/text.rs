//! The Policy's text: which numbered clauses it has and what each says.
//!
//! The text is prose, plain or Markdown. What counts is its numbering: `3.1.` or `7.2.4` at the beginning of a line opens a
//! clause, `1)` opens an item of the clause it stands in (also in the middle of a line, after the end of the item before it), and
//! what comes before the first number is the preamble, a number for each of its paragraphs. Items are named as lawyers name them:
//! `3.1(1)`, `preamble(2)`.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{Clause, Policy};
use crate::index::Symbol;
use crate::toml_reader::{Unread, read_file};

/// A text larger than this (bytes) is no Policy.
const MAX_SIZE: u64 = 8 << 20;

/// The clauses of a Policy's text.
#[derive(Debug, Clone, Default)]
pub struct PolicyText {
    /// In the order of the text: number and wording.
    pub clauses: Vec<(Symbol, String)>,
    by_number: FxHashMap<Symbol, usize>,
}

impl PolicyText {
    /// Reads a text.
    ///
    /// # Errors
    /// Says why it cannot be read: missing, too large, not UTF-8.
    pub fn load(path: &Path) -> Result<Self, String> {
        match read_file(path, MAX_SIZE, "pdlint::policy") {
            Ok(text) => Ok(Self::parse(&text)),
            Err(Unread::TooLarge) => Err(format!("it is larger than {} MiB", MAX_SIZE >> 20)),
            Err(Unread::NotUtf8(_)) => Err("it is not UTF-8 text".to_owned()),
            Err(Unread::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Err("there is no such file".to_owned()),
            Err(Unread::Io(error)) => Err(error.to_string()),
        }
    }

    /// Finds the clauses of a text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parser = Parser::default();
        text.trim_start_matches('\u{FEFF}').lines().for_each(|line| parser.line(line));
        parser.close_paragraph();
        parser.text
    }

    /// The wording of a clause, e.g. `3.1(1)`; `3.1 (1)` and `3.1.` find it too.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&str> {
        let at = *self.by_number.get(&normal(id))?;
        self.clauses.get(at).map(|(_, words)| words.as_str())
    }

    /// Whether any clause has a number of its own; a preamble alone is no numbered text.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.clauses.iter().any(|(number, _)| !number.as_str().starts_with("preamble"))
    }

    fn open(&mut self, number: &str) {
        let number = Symbol::new(number);
        // A number that comes again (a table of contents, an annex numbered anew) belongs to its first place.
        let at = *self.by_number.entry(number).or_insert(self.clauses.len());
        if at == self.clauses.len() {
            self.clauses.push((number, String::new()));
        }
    }

    fn add(&mut self, number: &str, words: &str) {
        let words = words.trim();
        let Some(at) = self.by_number.get(&Symbol::new(number)).filter(|_| !words.is_empty()) else { return };
        if let Some((_, all)) = self.clauses.get_mut(*at) {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(words);
        }
    }
}

/// A clause's number in one form: without blanks and without the dot or parenthesis that closes it in the text.
pub(super) fn normal(number: &str) -> Symbol {
    let tight: String = number.chars().filter(|one| !one.is_whitespace()).collect();
    Symbol::new(tight.trim_end_matches('.'))
}

#[derive(Debug, Default)]
struct Parser {
    text: PolicyText,
    /// The open numbered clause, e.g. `3.1`; empty in the preamble.
    clause: String,
    /// The open item of it, e.g. 2 of `3.1(2)`; 0 if none.
    item: u32,
    /// Items of this clause are written `1.` as Markdown lists are, not `1)`.
    dotted: bool,
    /// Paragraphs of the preamble so far.
    paragraph: u32,
    /// Words of the open one.
    pending: String,
}

impl Parser {
    fn line(&mut self, line: &str) {
        let heading = line.trim_start().starts_with('#');
        let line = bare(line);
        if line.is_empty() {
            self.close_paragraph();
            return;
        }
        if let Some((number, rest)) = clause_number(line) {
            let item = number.parse::<u32>().ok().filter(|item| !heading && self.is_dotted_item(*item));
            if let Some(item) = item {
                self.dotted = true;
                self.open_item(item, rest);
            } else {
                self.close_paragraph();
                number.clone_into(&mut self.clause);
                (self.item, self.dotted) = (0, false);
                self.text.open(number);
                self.words(rest);
            }
        } else if !self.clause.is_empty() {
            self.words(line);
        } else if heading {
            self.close_paragraph();
        } else {
            if !self.pending.is_empty() {
                self.pending.push(' ');
            }
            self.pending.push_str(line);
        }
    }

    /// Whether `1. ...` is an item of a Markdown list in the open clause rather than a section: it follows the item before it,
    /// or begins a list under a clause such as `3.1` in a text that has long passed section 1.
    fn is_dotted_item(&self, number: u32) -> bool {
        let section = self.clause.split('.').next().and_then(|first| first.parse::<u32>().ok()).unwrap_or(0);
        let nested = self.clause.contains('.');
        nested && ((self.dotted && number == self.item + 1) || (number == 1 && self.item == 0 && section >= 1))
    }

    fn open_item(&mut self, item: u32, words: &str) {
        self.item = item;
        let number = self.number();
        self.text.open(&number);
        self.words(words);
    }

    fn number(&self) -> String {
        if self.item == 0 { self.clause.clone() } else { format!("{}({})", self.clause, self.item) }
    }

    /// Adds words to what is open; items that begin among them are opened.
    fn words(&mut self, words: &str) {
        let mut rest = words;
        let mut start = 0;
        // Each turn looks behind the last item mark, so the loop is linear in the line.
        while let Some(mark) = item_mark(rest, start) {
            let follows = mark.number == self.item + 1 && !self.dotted;
            let begins = mark.number == 1 && self.item == 0;
            if !(follows || begins) {
                start = mark.end;
                continue;
            }
            let number = self.number();
            self.text.add(&number, rest.get(..mark.start).unwrap_or_default());
            self.item = mark.number;
            let number = self.number();
            self.text.open(&number);
            rest = rest.get(mark.end..).unwrap_or_default();
            start = 0;
        }
        let number = self.number();
        self.text.add(&number, rest);
    }

    /// Ends the open paragraph of the preamble. A title is no paragraph: it ends without a stop.
    fn close_paragraph(&mut self) {
        let words = std::mem::take(&mut self.pending);
        if words.ends_with(['.', ':', ';', '!', '?']) {
            self.paragraph += 1;
            let number = format!("preamble({})", self.paragraph);
            self.text.open(&number);
            self.text.add(&number, &words);
        }
    }
}

/// The line without Markdown's marks for headings, lists, quotes and emphasis at its beginning.
fn bare(line: &str) -> &str {
    let line = line.trim();
    let mark = line.trim_start_matches(['#', '>', '*', '_']);
    let mark = mark.strip_prefix(['-', '+', '–', '—', '•']).filter(|rest| rest.starts_with(' ')).unwrap_or(mark);
    mark.trim_start().trim_start_matches("**").trim_start()
}

/// `7.2.4.` at the beginning: the number and what follows. A single number needs its dot: `5 days` is no clause, `5. Terms` is.
fn clause_number(line: &str) -> Option<(&str, &str)> {
    let length = line.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (written, rest) = line.split_at_checked(length)?;
    let number = written.strip_suffix('.').unwrap_or(written);
    let parts = number.split('.');
    let plausible = parts.clone().all(|part| (1..=3).contains(&part.len())) && parts.count() <= 6;
    let separated = rest.is_empty() || rest.starts_with([' ', '\t', '\u{A0}', '*', '_']);
    let marked = written.contains('.');
    let rest = rest.trim_start_matches(['*', '_']);
    (plausible && separated && marked).then_some((number, rest.trim_start()))
}

struct ItemMark {
    number: u32,
    /// Where it begins, and where the words after it do.
    start: usize,
    end: usize,
}

/// The next `2)` at or after `from` that can open an item: at the beginning, or after the punctuation that ends an item.
fn item_mark(words: &str, from: usize) -> Option<ItemMark> {
    let bytes = words.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b')')?;
        let close = at;
        at += 1;
        let digits = bytes.get(..close)?.iter().rev().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        let start = close - digits;
        let open = start.checked_sub(1).filter(|open| bytes.get(*open) == Some(&b'(')).unwrap_or(start);
        let Some(number) = words.get(start..close).and_then(|digits| digits.parse().ok()) else { continue };
        let before = words.get(..open)?;
        let separate =
            before.is_empty() || (before.ends_with(char::is_whitespace) && before.trim_end().ends_with([';', '.', ':', ',']));
        // `5.9 (2)` inside a sentence is a reference; an item stands after a stop, and its words after a blank.
        if separate && words.get(at..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            return Some(ItemMark { number, start: open, end: at });
        }
    }
}

impl Policy {
    /// Every clause that the file refers to, in the order of its tables.
    pub fn cited_clauses(&self) -> impl Iterator<Item = &Clause> {
        let declared = self.subjects.iter().map(|one| &one.clause).chain(self.collects.iter().map(|one| &one.clause));
        let why = self.purposes.iter().map(|one| &one.clause).chain(self.retentions.iter().map(|one| &one.clause));
        let whom = self.transfers.iter().map(|one| &one.clause).chain(self.recipients.iter().map(|one| &one.clause));
        let rest = self.storages.iter().map(|one| &one.clause).chain(self.rights.iter().map(|one| &one.clause));
        declared.chain(why).chain(whom).chain(rest).chain(self.forbids.iter().map(|one| &one.clause))
    }

    /// The clauses that the file refers to and its text does not have. Empty where no text is given.
    #[must_use]
    pub fn unknown_clauses(&self) -> Vec<&Clause> {
        let Some(text) = &self.clauses else { return Vec::new() };
        self.cited_clauses().filter(|clause| text.clause(clause.id.as_str()).is_none()).collect()
    }

    /// The words of a clause, where the Policy's text is given and has it.
    #[must_use]
    pub fn words_of(&self, clause: Symbol) -> Option<&str> {
        self.clauses.as_ref()?.clause(clause.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        PolicyText::parse(text).clauses.iter().map(|(number, _)| number.to_string()).collect()
    }

    #[test]
    fn clauses_and_items_are_numbered_as_lawyers_cite_them() {
        let text = "1. Terms\n\n1) Client - a person;\n\n2) Product - a service.\n\n3. Data\n3.1. We collect:\n\n1) a name;\n\n\
                    2) an address,\non two lines.\n7.2.4. We block data.\n";
        assert_eq!(numbers(text), ["1", "1(1)", "1(2)", "3", "3.1", "3.1(1)", "3.1(2)", "7.2.4"]);
        let text = PolicyText::parse(text);
        assert_eq!(text.clause("3.1(2)"), Some("an address, on two lines."));
        assert_eq!(text.clause("3.1 (1)"), Some("a name;"));
        assert_eq!(text.clause("3.1."), Some("We collect:"));
        assert_eq!(text.clause("3.2"), None);
    }

    #[test]
    fn several_items_on_one_line_are_told_apart() {
        let text = PolicyText::parse("4.1. Purposes:\n- 3) checking (see 1) of these); 4) support;\n- 5) news");
        assert!(text.clause("4.1(4)").is_none(), "an item needs the one before it: {:?}", text.clauses);
        let text =
            PolicyText::parse("4.1. Purposes: 1) login; 2) contact;\n- 3) checking of clause 1) above; 4) support;\n- 5) news");
        assert_eq!(text.clause("4.1(1)"), Some("login;"));
        assert_eq!(text.clause("4.1(3)"), Some("checking of clause 1) above;"));
        assert_eq!(text.clause("4.1(4)"), Some("support;"));
        assert_eq!(text.clause("4.1(5)"), Some("news"));
    }

    #[test]
    fn markdown_marks_do_not_hide_numbers() {
        let text = "# Policy\n\n## 5. Terms\n\n**5.9.** We pass data on:\n\n1. with consent;\n2. for the service.\n\n## 6. Protection\n\n- 6.1 Measures.\n";
        assert_eq!(numbers(text), ["5", "5.9", "5.9(1)", "5.9(2)", "6", "6.1"]);
        assert_eq!(PolicyText::parse(text).clause("5.9"), Some("We pass data on:"));
    }

    #[test]
    fn the_preamble_is_cited_by_its_paragraphs() {
        let text = "PRIVACY POLICY\n\nThis Policy says what we do.\n\nWe also get data\nfrom partners.\n\n1. Terms\n";
        let text = PolicyText::parse(text);
        assert_eq!(text.clause("preamble(1)"), Some("This Policy says what we do."));
        assert_eq!(text.clause("preamble(2)"), Some("We also get data from partners."));
    }

    #[test]
    fn numbers_in_a_sentence_open_no_clause() {
        let text = "2.1. The period is\n5 days, at most\n2026 of them, as (1) and 3) say.\n";
        assert_eq!(numbers(text), ["2.1"]);
    }

    #[test]
    fn odd_text_is_read_without_harm() {
        for text in ["", ")", "1)", "(1)", "1.", "....", "1.2.3.4.5.6.7.8", "ё)", "1.\n1)\n)1)))2) 3)", "\u{FEFF}1. A"] {
            let _ = PolicyText::parse(text);
        }
        assert_eq!(numbers("\u{FEFF}1. A"), ["1"]);
    }
}
