//! Literal values: checksums and formats of identifiers, cards, accounts, phones and addresses.
//!
//! A value is reported only where it plainly is what it seems to be: what a format allows by chance (any ten digits are a phone
//! somewhere) needs a telling name beside it, and what documentation and tests use everywhere (4242 4242 4242 4242,
//! name@example.com) is never reported.

mod checks;
pub mod column;
mod email;

pub use checks::{Kazakh, card_scheme, iin_birth_year, is_bin, is_iban, is_iin, is_russian_personal_inn, is_snils, kazakh, luhn};

use crate::catalog::category::PlaceholderKind;
use crate::catalog::{Categories, CategoryId};

/// A literal that is plainly personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueHit {
    /// What it is.
    pub category: CategoryId,
    /// What it is for people, e.g. `IIN`, `payment card`.
    pub what: &'static str,
    /// The value with most of it hidden, safe to print.
    pub masked: String,
    /// Byte range of the value in the text that was searched.
    pub start: usize,
    /// End of the range.
    pub end: usize,
}

/// Longer literals (embedded images, certificates, data sets) are searched up to here.
const MAX_TEXT: usize = 64 * 1024;
/// More than so many values in one literal tell nothing more.
const MAX_HITS: usize = 32;

/// Finds personal data in a literal. `name` is what the literal is assigned to or passed as, where there is such a name: it lets
/// formats count that are too common by themselves.
#[must_use]
pub fn detect(text: &str, name: Option<&str>, categories: &Categories) -> Vec<ValueHit> {
    // Reading the name costs more than looking whether there is anything to find.
    let hint = if has_number(text) { Hint::of(name, categories) } else { Hint::default() };
    detect_hinted(text, &hint, categories)
}

/// The category that a name says by itself, before any context is asked.
#[must_use]
pub fn named(name: &str, categories: &Categories) -> Option<CategoryId> {
    Hint::of(Some(name), categories).category.and_then(|category| categories.find(category))
}

/// Whether a text has as many digits as the shortest number of interest.
fn has_number(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).take(9).count() == 9
}

/// As [`detect`], with a name that was read before.
fn detect_hinted(text: &str, hint: &Hint, categories: &Categories) -> Vec<ValueHit> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or("");
    let mut hits = Vec::new();
    if memchr::memchr(b'@', text.as_bytes()).is_some() {
        email::addresses(text, categories, &mut hits);
    }
    if has_number(text) {
        numbers(text, hint, categories, &mut hits);
    }
    hits.sort_by_key(|hit| (hit.start, hit.end));
    hits.truncate(MAX_HITS);
    hits
}

/// What the name beside a literal says that it is.
#[derive(Debug, Default)]
struct Hint {
    category: Option<&'static str>,
}

impl Hint {
    fn of(name: Option<&str>, categories: &Categories) -> Self {
        let Some(name) = name else {
            return Self::default();
        };
        let lexicon = categories.lexicon();
        let words = lexicon.split(name);
        let category = super::reading::read(lexicon, &words, &|_| false)
            .and_then(|reading| reading.meaning.entries.first().copied())
            .and_then(|(entry, _)| lexicon.entry(entry))
            .map(|entry| categories.name(entry.category));
        Self { category }
    }

    fn says(&self, prefix: &str) -> bool {
        self.category.is_some_and(|category| category.starts_with(prefix))
    }
}

/// Whether a character makes what stands next to it a part of something longer.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '%' | '$' | '#')
}

fn ends_alone(text: &str, end: usize) -> bool {
    !text.get(end..).and_then(|tail| tail.chars().next()).is_some_and(joins)
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    !text.get(..start).and_then(|head| head.chars().next_back()).is_some_and(joins) && ends_alone(text, end)
}

fn push(hits: &mut Vec<ValueHit>, categories: &Categories, id: &str, what: &'static str, text: &str, start: usize, end: usize) {
    let taken = hits.iter().any(|hit| hit.start < end && start < hit.end);
    if let (Some(category), Some(value), false) = (categories.find(id), text.get(start..end), taken || hits.len() >= MAX_HITS) {
        hits.push(ValueHit { category, what, masked: mask(value), start, end });
    }
}

/// Hides most of a value: at most the first two and last two characters stay, and never more than a third of it.
#[must_use]
pub fn mask(value: &str) -> String {
    let length = value.chars().count();
    let shown = (length / 6).min(2);
    value
        .chars()
        .enumerate()
        .map(
            |(at, c)| {
                if at < shown || at + shown >= length || matches!(c, '@' | '.' | ' ' | '-' | '+' | '(' | ')') { c } else { '*' }
            },
        )
        .collect()
}

// --------------------------------------------------------------------------------------------------------------- numbers

/// A run of digits with single separators in between: where it stands, and its digits.
struct Run {
    start: usize,
    end: usize,
    digits: String,
    /// Contains no separator.
    plain: bool,
    plus: bool,
}

/// Runs of digits, separated inside by single spaces, hyphens, dots or brackets as numbers are written.
fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut run = Run { start: at, end: at, digits: String::new(), plain: true, plus: false };
        let mut separators = 0;
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii_digit() {
                run.digits.push(char::from(*byte));
                run.end = at + 1;
                separators = 0;
            } else if matches!(byte, b' ' | b'-' | b'(' | b')') && separators < 2 && run.digits.len() < 40 {
                separators += 1;
            } else {
                break;
            }
            at += 1;
        }
        run.plain = run.end - run.start == run.digits.len();
        if run.start > 0 && bytes.get(run.start - 1) == Some(&b'+') {
            run.plus = true;
            run.start -= 1;
        }
        at = at.max(run.end);
        all.push(run);
    }
    all
}

fn numbers(text: &str, hint: &Hint, categories: &Categories, hits: &mut Vec<ValueHit>) {
    ibans(text, categories, hits);
    for run in runs(text) {
        if run.digits.len() < 9 || run.digits.len() > 19 || hits.len() >= MAX_HITS {
            continue;
        }
        // `SERIALNUMBER=IIN...` of a certificate's subject: the mark may stand against the number.
        let marked = run.digits.len() == 12 && prefixed(text, run.start, IIN_MARKS) && ends_alone(text, run.end);
        if !marked && !stands_alone(text, run.start, run.end) {
            continue;
        }
        if same_or_counting(&run.digits) {
            continue;
        }
        if run.plain && run.digits.len() == 12 && kazakh_number(text, &run, hint, categories, hits) {
            continue;
        }
        if card(text, &run, hint, categories, hits) {
            continue;
        }
        if run.digits.len() == 11 && is_snils(&run.digits) && hint.says("user.government_id") {
            push(hits, categories, "user.government_id.national_identification_number", "SNILS", text, run.start, run.end);
            continue;
        }
        if run.plain && is_russian_personal_inn(&run.digits) && hint.says("user.government_id.national") {
            push(hits, categories, "user.government_id.national_identification_number", "INN", text, run.start, run.end);
            continue;
        }
        phone(text, &run, hint, categories, hits);
    }
}

/// All digits alike, or counting up or down: written by a person as a placeholder.
fn same_or_counting(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let steps: Vec<i16> = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| i16::from(*b) - i16::from(*a)).collect();
    let counting = |step: i16| steps.iter().filter(|s| **s == step || **s == -9 * step).count() + 2 >= steps.len();
    let distinct = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
    distinct <= 2 || counting(1) || counting(-1) || counting(0)
}

/// What stands before an IIN in prose and in certificates.
const IIN_MARKS: &[&str] = &["иин", "жсн", "iin", "zhsn"];

/// The prefix that marks a number in prose or in a certificate's subject: `ИИН 9510...`, `IIN9510...`, `SERIALNUMBER=IIN...`.
fn prefixed(text: &str, start: usize, marks: &[&str]) -> bool {
    let Some(head) = text.get(..start) else {
        return false;
    };
    let head = head.trim_end_matches([' ', ':', '=', '"', '\'', '№', '-', '(']);
    let lower: String = {
        let tail: Vec<char> = head.chars().rev().take(12).collect();
        tail.into_iter().rev().flat_map(char::to_lowercase).collect()
    };
    marks.iter().any(|mark| lower.ends_with(mark))
}

fn kazakh_number(text: &str, run: &Run, hint: &Hint, categories: &Categories, hits: &mut Vec<ValueHit>) -> bool {
    match kazakh(&run.digits) {
        Some(Kazakh::Iin { century }) => {
            let telling =
                hint.says("user.government_id") || hint.says("organization.bin") || prefixed(text, run.start, IIN_MARKS);
            // Without a telling name: no timestamp has 3 to 6 in position 7, and nobody living was born in the 1800s or the future
            // (domain knowledge of IIN; a number of the future cannot be a person's, whatever its name).
            let year = iin_birth_year(&run.digits);
            let living = year.is_some_and(|year| (1900..=CURRENT_YEAR).contains(&year)) || (century == 0 && telling);
            if living {
                push(hits, categories, "user.government_id.iin", "IIN", text, run.start, run.end);
            }
            true
        }
        // A legal entity's number is no personal data, and not a phone either.
        Some(Kazakh::Bin) => true,
        None => false,
    }
}

/// Births after this year are in the future: numbers with them are synthetic. A constant rather than the clock, so that the same
/// input gives the same report on any day; raised with releases.
const CURRENT_YEAR: u32 = 2026;

fn card(text: &str, run: &Run, hint: &Hint, categories: &Categories, hits: &mut Vec<ValueHit>) -> bool {
    if !(13..=19).contains(&run.digits.len()) || run.plus || !luhn(&run.digits) || card_scheme(&run.digits).is_none() {
        return false;
    }
    if categories.is_placeholder(PlaceholderKind::Card, &run.digits) || long_repeat(&run.digits) {
        return true;
    }
    // Sixteen digits in groups of four are written that way for cards alone; a plain run (an id, a timestamp in nanoseconds)
    // passes Luhn and a range one time in twenty, so it needs a telling name unless it has the commonest length and issuer.
    let grouped = !run.plain && groups_like_card(text, run);
    if grouped
        || hint.says("user.financial.credit_card")
        || (run.plain
            && hint.category.is_none()
            && run.digits.len() == 16
            && prefixed(text, run.start, &["card", "карта", "pan", "карты", "visa", "mastercard"]))
    {
        push(hits, categories, "user.financial.credit_card", "payment card", text, run.start, run.end);
        return true;
    }
    false
}

/// Six equal digits in a row: a made-up number.
fn long_repeat(digits: &str) -> bool {
    let mut previous = 0u8;
    let mut count = 0;
    digits.bytes().any(|byte| {
        count = if byte == previous { count + 1 } else { 1 };
        previous = byte;
        count >= 6
    })
}

fn groups_like_card(text: &str, run: &Run) -> bool {
    let Some(written) = text.get(run.start..run.end) else {
        return false;
    };
    let mut groups = written.split([' ', '-']).map(str::len);
    match run.digits.len() {
        16 => written.split([' ', '-']).count() == 4 && groups.all(|length| length == 4),
        15 => written.split([' ', '-']).map(str::len).eq([4, 6, 5]),
        _ => false,
    }
}

fn ibans(text: &str, categories: &Categories, hits: &mut Vec<ValueHit>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 15 <= bytes.len() {
        let heads = bytes.get(at..at + 4).is_some_and(|head| {
            matches!(head, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
        });
        if !heads {
            at += 1;
            continue;
        }
        let mut compact = String::new();
        let mut end = at;
        for (offset, byte) in bytes.iter().enumerate().skip(at).take(45) {
            if byte.is_ascii_digit() || byte.is_ascii_uppercase() {
                compact.push(char::from(*byte));
                end = offset + 1;
                if is_iban(&compact) && stands_alone(text, at, end) {
                    break;
                }
            } else if *byte != b' ' {
                break;
            }
        }
        // Accounts of zeros are examples; the registry's own example of each country too, but those are too many to list here.
        let zeros = compact.bytes().filter(|byte| *byte == b'0').count();
        if is_iban(&compact) && stands_alone(text, at, end) && zeros * 2 < compact.len() && !long_repeat(&compact) {
            push(hits, categories, "user.financial.bank_account", "IBAN", text, at, end);
            at = end;
        } else {
            at += 1;
        }
    }
}

/// Telephone numbers. With a telling name the forms in which people write them; without one only the full international form of
/// a mobile number of Kazakhstan or Russia (`+7 7xx`, `+7 9xx`, brackets or not), which nothing else looks like.
fn phone(text: &str, run: &Run, hint: &Hint, categories: &Categories, hits: &mut Vec<ValueHit>) {
    let digits = run.digits.as_str();
    let fictional = digits.contains("5550") || digits.ends_with("0000000") || long_repeat(digits) || trailing_count(digits);
    if fictional {
        return;
    }
    let seven = digits.len() == 11 && matches!(digits.get(..2), Some("77" | "79" | "87" | "89"));
    let mobile = seven && matches!(digits.get(1..2), Some("7" | "9"));
    let international = run.plus && (10..=15).contains(&digits.len());
    let telling = hint.says("user.contact.phone_number") || hint.says("user.contact.messenger");
    let accepted = (run.plus && mobile && digits.starts_with('7'))
        || (telling && (international || mobile))
        || (mobile && !run.plain && digits.starts_with('8') && text.get(run.start..run.end).is_some_and(|w| w.contains('(')));
    if accepted {
        push(hits, categories, "user.contact.phone_number", "telephone number", text, run.start, run.end);
    }
}

/// `+7 700 123 45 67`: the last seven digits count up, as placeholders do.
fn trailing_count(digits: &str) -> bool {
    digits.ends_with("1234567")
        || digits.ends_with("7654321")
        || digits.ends_with("123456")
        || digits.ends_with("2345678")
        || digits.ends_with("3456789")
}

#[cfg(test)]
mod tests;
