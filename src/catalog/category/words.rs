//! Names split into words, without an allocation for a name of usual length.
//!
//! `firstName`, `FIRST_NAME`, `first-name` and `first name 2` all give `first name`: lower case, one space between words, digits
//! dropped. Because the words stand side by side in one buffer, any run of adjacent words is a slice of it, and a phrase is
//! looked up with one hash.

use smallvec::SmallVec;

/// No name of interest has more words; longer texts (comments) are cut.
const MAX_WORDS: usize = 40;
/// Nor more bytes.
const MAX_BYTES: usize = 600;

/// What the splitter has to know of a vocabulary: which words exist.
pub trait Vocabulary {
    /// Whether `word` is known, be it as a part of a phrase.
    fn knows(&self, word: &[u8]) -> bool;
    /// Whether `word` has a meaning by itself: such a plural is kept.
    fn means(&self, word: &[u8]) -> bool;
    /// Words that are written in front of another without a separator: `user` in `useremail`.
    fn glued_prefixes(&self) -> &[Box<str>];
    /// Words that are written behind another without a separator: `name` in `filename`.
    fn glued_suffixes(&self) -> &[Box<str>];
}

/// A vocabulary that knows nothing: words stay as they are.
#[derive(Debug, Clone, Copy)]
pub struct NoVocabulary;

impl Vocabulary for NoVocabulary {
    fn knows(&self, _word: &[u8]) -> bool {
        true
    }
    fn means(&self, _word: &[u8]) -> bool {
        true
    }
    fn glued_prefixes(&self) -> &[Box<str>] {
        &[]
    }
    fn glued_suffixes(&self) -> &[Box<str>] {
        &[]
    }
}

/// The words of a name.
#[derive(Debug, Clone, Default)]
pub struct Words {
    text: SmallVec<[u8; 96]>,
    spans: SmallVec<[(u16, u16); 12]>,
}

impl Words {
    /// Splits a name. Plurals of known words become singular, glued words are taken apart where both halves are known.
    #[must_use]
    pub fn of(name: &str, vocabulary: &impl Vocabulary) -> Self {
        let mut words = Self::default();
        if words.plain(name, vocabulary) {
            return words;
        }
        let mut start = 0usize;
        let mut open = false;
        let mut previous = Class::Other;
        let mut chars = name.chars().peekable();
        let mut encoded = [0u8; 4];
        while let Some(c) = chars.next() {
            let class = Class::of(c);
            let next = chars.peek().copied();
            let boundary = match (previous, class) {
                (_, Class::Other) => true,
                (Class::Digit, Class::Digit) => false,
                // `2fa`: a single digit at the head of a word belongs to it.
                (Class::Digit, _) => !(open && words.text.len() == start + 1),
                (Class::Other | Class::Lower | Class::Upper, Class::Digit) => {
                    let heads = previous == Class::Other && next.is_some_and(|n| Class::of(n) == Class::Lower);
                    if heads {
                        words.close(&mut start, &mut open, vocabulary);
                        words.text.extend_from_slice(c.encode_utf8(&mut encoded).as_bytes());
                        open = true;
                        previous = class;
                        continue;
                    }
                    true
                }
                (Class::Lower, Class::Upper) => true,
                // `IINOfClient`: the last capital of a run begins a word, but `URLs` is one word.
                (Class::Upper, Class::Upper) => {
                    let plural = next == Some('s') && {
                        let mut rest = chars.clone();
                        rest.next();
                        rest.next().is_none_or(|after| Class::of(after) != Class::Lower)
                    };
                    next.is_some_and(|n| Class::of(n) == Class::Lower) && !plural
                }
                _ => false,
            };
            if boundary {
                words.close(&mut start, &mut open, vocabulary);
                if words.spans.len() >= MAX_WORDS || words.text.len() >= MAX_BYTES {
                    break;
                }
            }
            if matches!(class, Class::Lower | Class::Upper) {
                open = true;
                for lower in c.to_lowercase() {
                    let lower = if lower == 'ё' { 'е' } else { lower };
                    words.text.extend_from_slice(lower.encode_utf8(&mut encoded).as_bytes());
                }
            }
            previous = class;
        }
        words.close(&mut start, &mut open, vocabulary);
        words
    }

    /// Splits a name of lower-case letters of English with single separators between them: most columns and most phrases of the
    /// rules. Gives false, and leaves nothing behind, where it is of another kind.
    fn plain(&mut self, name: &str, vocabulary: &impl Vocabulary) -> bool {
        let plain = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b' ' | b'_');
        if name.len() > MAX_BYTES / 2 || !name.as_bytes().iter().all(plain) {
            return false;
        }
        for word in name.as_bytes().split(|byte| !byte.is_ascii_lowercase()).filter(|word| !word.is_empty()) {
            if self.spans.len() >= MAX_WORDS {
                break;
            }
            let mut start = self.text.len();
            let mut open = true;
            self.text.extend_from_slice(word);
            self.close(&mut start, &mut open, vocabulary);
        }
        true
    }

    /// Ends the word that began at `start`.
    fn close(&mut self, start: &mut usize, open: &mut bool, vocabulary: &impl Vocabulary) {
        if *open {
            let end = self.text.len();
            let split = self.text.get(*start..end).map_or(Form::AsIs, |word| form(word, vocabulary));
            match split {
                Form::AsIs => self.push(*start, end),
                Form::Cut(length) => {
                    self.text.truncate(*start + length);
                    self.push(*start, *start + length);
                }
                Form::Ies(length) => {
                    self.text.truncate(*start + length);
                    self.text.push(b'y');
                    self.push(*start, *start + length + 1);
                }
                Form::Glued(left, right) => {
                    self.text.truncate(*start + left + right);
                    self.text.insert(*start + left, b' ');
                    self.push(*start, *start + left);
                    self.push(*start + left + 1, *start + left + 1 + right);
                }
            }
            self.text.push(b' ');
        }
        *start = self.text.len();
        *open = false;
    }

    fn push(&mut self, start: usize, end: usize) {
        if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end)) {
            self.spans.push((start, end));
        }
    }

    /// How many words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Words `from..to`, with one space between them; empty if the range is.
    #[must_use]
    pub fn phrase(&self, from: usize, to: usize) -> &[u8] {
        let (Some(first), Some(last)) = (self.spans.get(from), to.checked_sub(1).and_then(|last| self.spans.get(last))) else {
            return &[];
        };
        self.text.get(usize::from(first.0)..usize::from(last.1)).unwrap_or(&[])
    }

    /// Word `at`.
    #[must_use]
    pub fn word(&self, at: usize) -> &[u8] {
        self.phrase(at, at + 1)
    }

    /// The same as [`Self::phrase`], as text for people.
    #[must_use]
    pub fn text(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(self.phrase(from, to)).unwrap_or("")
    }
}

/// How a word is kept.
enum Form {
    AsIs,
    Cut(usize),
    /// `companies`: so many bytes, then a `y`.
    Ies(usize),
    Glued(usize, usize),
}

fn form(word: &[u8], vocabulary: &impl Vocabulary) -> Form {
    if vocabulary.means(word) {
        return Form::AsIs;
    }
    if let Some(cut) = singular(word, vocabulary) {
        return Form::Cut(cut);
    }
    if vocabulary.knows(word) {
        return Form::AsIs;
    }
    if let Some(stem) = word.strip_suffix(b"ies").filter(|stem| stem.len() >= 2) {
        let mut singular: SmallVec<[u8; 32]> = SmallVec::from_slice(stem);
        singular.push(b'y');
        if vocabulary.knows(&singular) {
            return Form::Ies(stem.len());
        }
    }
    for prefix in vocabulary.glued_prefixes() {
        if let Some(rest) = word.strip_prefix(prefix.as_bytes()).filter(|rest| rest.len() >= 2) {
            if vocabulary.knows(rest) {
                return Form::Glued(prefix.len(), rest.len());
            }
            if let Some(cut) = singular(rest, vocabulary) {
                return Form::Glued(prefix.len(), cut);
            }
        }
    }
    for suffix in vocabulary.glued_suffixes() {
        if let Some(rest) = word.strip_suffix(suffix.as_bytes()).filter(|rest| rest.len() >= 3 && vocabulary.knows(rest)) {
            return Form::Glued(rest.len(), suffix.len());
        }
    }
    Form::AsIs
}

/// The length of the singular of a plural, if that is a known word.
fn singular(word: &[u8], vocabulary: &impl Vocabulary) -> Option<usize> {
    let stem = word.strip_suffix(b"s").filter(|stem| stem.len() >= 3)?;
    if vocabulary.knows(stem) {
        return Some(stem.len());
    }
    let stem = stem.strip_suffix(b"e").filter(|stem| stem.len() >= 3)?;
    vocabulary.knows(stem).then_some(stem.len())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_ascii_digit() {
            Self::Digit
        } else if c.is_uppercase() {
            Self::Upper
        } else if c.is_alphabetic() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> String {
        let words = Words::of(name, &NoVocabulary);
        words.text(0, words.len()).to_owned()
    }

    #[test]
    fn names_of_every_convention_split_alike() {
        for name in
            ["firstName", "FirstName", "first_name", "FIRST_NAME", "first-name", "_first__name_", "first name 2", "firstName2"]
        {
            assert_eq!(split(name), "first name", "{name}");
        }
    }

    #[test]
    fn acronyms_digits_and_cyrillic_split() {
        assert_eq!(split("clientIIN"), "client iin");
        assert_eq!(split("IINOfClient"), "iin of client");
        assert_eq!(split("imageURLs"), "image urls");
        assert_eq!(split("address_line_1"), "address line");
        assert_eq!(split("phone1"), "phone");
        assert_eq!(split("enable_2fa"), "enable 2fa");
        assert_eq!(split("ФамилияКлиента"), "фамилия клиента");
        assert_eq!(split("Актёр"), "актер");
        assert_eq!(split("әкесінің аты"), "әкесінің аты");
        assert_eq!(split(""), "");
        assert_eq!(split("___"), "");
        assert_eq!(split("12345"), "");
    }

    #[test]
    fn an_endless_name_is_cut_not_refused() {
        assert!(Words::of(&"a_".repeat(100_000), &NoVocabulary).len() <= MAX_WORDS + 1);
        let _ = Words::of(&"x".repeat(100_000), &NoVocabulary);
    }
}
