//! The words that name data categories, the contexts that hold them, and the affixes that change what a name says: the
//! `[[words]]`, `[[context]]` and `[[affix]]` entries of `rules/categories/**/*.toml`, compiled into one hash map.

mod compile;
mod entry;
mod file;
mod sets;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::CategoryId;
use super::words::{NoVocabulary, Vocabulary, Words};
pub(super) use compile::compile;
use entry::Holds;
pub use entry::{Affix, Entry, Meaning, Owner, Shift, Strength};
pub(super) use file::{AffixEntry, ContextEntry, Parts, WordsEntry};
pub use sets::{Kinds, Types};

/// All words.
#[derive(Debug, Default)]
pub struct Lexicon {
    phrases: FxHashMap<Box<[u8]>, Meaning>,
    vocabulary: FxHashSet<Box<[u8]>>,
    glued_prefixes: Vec<Box<str>>,
    glued_suffixes: Vec<Box<str>>,
    kinds: Vec<Box<str>>,
    paths: FxHashMap<Box<[u8]>, Kinds>,
    fields: FxHashMap<Box<[u8]>, Kinds>,
    holds: Vec<Holds>,
    telling: FxHashMap<Box<[u8]>, Kinds>,
    owners: FxHashMap<Box<[u8]>, Owner>,
    entries: Vec<Entry>,
    affixes: Vec<Affix>,
    /// Contexts that weak and strong words alike don't survive unless their entry says so.
    pub impersonal: Kinds,
    /// Contexts in which no entry counts, whatever it says.
    always: Kinds,
    /// `person`.
    pub person: Kinds,
    /// `organisation`.
    pub organisation: Kinds,
    /// Contexts of programs rather than of the world: what their types are named for.
    pub programmatic: Kinds,
}

impl Vocabulary for Lexicon {
    fn knows(&self, word: &[u8]) -> bool {
        self.vocabulary.contains(word)
    }
    fn means(&self, word: &[u8]) -> bool {
        self.phrases.contains_key(word)
    }
    fn glued_prefixes(&self) -> &[Box<str>] {
        &self.glued_prefixes
    }
    fn glued_suffixes(&self) -> &[Box<str>] {
        &self.glued_suffixes
    }
}

/// The longest phrase, in words.
pub const MAX_PHRASE: usize = 5;

impl Lexicon {
    /// Splits a name into known words.
    #[must_use]
    pub fn split(&self, name: &str) -> Words {
        Words::of(name, self)
    }

    /// What a phrase can be.
    #[must_use]
    pub fn meaning(&self, phrase: &[u8]) -> Option<&Meaning> {
        self.phrases.get(phrase)
    }

    /// An entry.
    #[must_use]
    pub fn entry(&self, at: u16) -> Option<&Entry> {
        self.entries.get(usize::from(at))
    }

    /// All entries, in the order of the rule files.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// An affix.
    #[must_use]
    pub fn affix(&self, at: u16) -> Option<&Affix> {
        self.affixes.get(usize::from(at))
    }

    /// The context that a folder or file name gives.
    #[must_use]
    pub fn path_kinds(&self, word: &[u8]) -> Kinds {
        self.paths.get(word).copied().unwrap_or_default()
    }

    /// The context whose containers alone have a field of this name.
    #[must_use]
    pub fn field_kinds(&self, name: &Words) -> Kinds {
        self.fields.get(name.phrase(0, name.len())).copied().unwrap_or_default()
    }

    /// What a container of this kind, and of no other, holds wherever a field's name says nothing. One that is somebody's
    /// (`owned`) may be of further kinds that do not speak against it.
    #[must_use]
    pub fn holds(&self, kinds: Kinds, owned: bool) -> Option<CategoryId> {
        let is = |holds: &&Holds| kinds == holds.kind || owned && kinds.without(holds.alongside) == holds.kind;
        self.holds.iter().find(is).map(|holds| holds.category)
    }

    /// The context that one field of this name is enough for.
    #[must_use]
    pub fn telling_kinds(&self, name: &Words) -> Kinds {
        self.telling.get(name.phrase(0, name.len())).copied().unwrap_or_default()
    }

    /// What a record is whose field's name begins or ends with this word (`patient_id`, `id_patient`).
    #[must_use]
    pub fn owner(&self, word: &[u8]) -> Option<Owner> {
        self.owners.get(word).copied()
    }

    /// The kinds with this name; none if no rule declares it.
    #[must_use]
    pub fn kind(&self, name: &str) -> Kinds {
        self.kinds.iter().position(|kind| &**kind == name).map_or(Kinds(0), |at| Kinds(1u64 << (at & 63)))
    }

    /// The names of kinds, for people.
    #[must_use]
    pub fn kind_names(&self, kinds: Kinds) -> String {
        let names: Vec<&str> =
            self.kinds.iter().enumerate().filter(|(at, _)| kinds.0 & (1u64 << (at & 63)) != 0).map(|(_, name)| &**name).collect();
        names.join(", ")
    }

    /// Names are split with plurals made singular; phrases written with a plural inside get that form too.
    fn add_singular_forms(&mut self) {
        let mut forms = Vec::new();
        // All words of a phrase are known, so that nothing but a plural changes; most phrases have none.
        let plural = |phrase: &[u8]| phrase.split(|byte| *byte == b' ').any(|word| word.ends_with(b"s"));
        for phrase in self.phrases.keys().filter(|phrase| plural(phrase)) {
            let words = self.split(std::str::from_utf8(phrase).unwrap_or(""));
            let split = words.phrase(0, words.len());
            if split != &**phrase && !split.is_empty() {
                forms.push((Box::<[u8]>::from(split), phrase.clone()));
            }
        }
        forms.sort();
        for (form, phrase) in forms {
            let Some(meaning) = self.phrases.get(&phrase).cloned() else {
                continue;
            };
            let at = self.phrases.entry(form).or_default();
            at.entries.extend(meaning.entries);
            at.kinds = at.kinds.union(meaning.kinds);
            at.suffix = at.suffix.or(meaning.suffix);
            at.prefix = at.prefix.or(meaning.prefix);
            at.wrapper |= meaning.wrapper;
            at.stop |= meaning.stop;
        }
    }

    /// A plural that means something by itself (`records`, `attempts`) is not made singular; containers are found in it too.
    fn add_plural_forms(&mut self) {
        let mut forms: Vec<(Box<[u8]>, Kinds)> = Vec::new();
        for (phrase, meaning) in self.phrases.iter().filter(|(_, meaning)| !meaning.kinds.is_empty()) {
            let last = phrase.rsplit(|byte| *byte == b' ').next().unwrap_or(phrase).len();
            let mut plural = phrase.to_vec();
            match phrase.last() {
                Some(b'y') => {
                    plural.pop();
                    plural.extend_from_slice(b"ies");
                }
                Some(b's' | b'x') => plural.extend_from_slice(b"es"),
                _ => plural.push(b's'),
            }
            let word = plural.get(phrase.len() - last..).and_then(|word| self.phrases.get(word));
            // `names` by itself is a word of many meanings; `call records` and `prescriptions` are not.
            let weak = |meaning: &Meaning| meaning.entries.iter().any(|(_, strength)| *strength == Strength::Weak);
            if word.is_some_and(|meaning| last < phrase.len() || !weak(meaning)) {
                forms.push((plural.into(), meaning.kinds));
            }
        }
        forms.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (form, kinds) in forms {
            let at = self.phrases.entry(form).or_default();
            if at.kinds.is_empty() {
                at.kinds = kinds;
            }
        }
    }

    fn phrase_mut(&mut self, words: &Words) -> &mut Meaning {
        for at in 0..words.len() {
            self.know(words.word(at));
        }
        self.phrases.entry(words.phrase(0, words.len()).into()).or_default()
    }

    /// Every spelling of a phrase: as words, and glued together where that is long enough to mean nothing else. Gives the number
    /// of its words.
    fn spellings(&mut self, phrase: &str, mut add: impl FnMut(&mut Meaning)) -> usize {
        // Most phrases are written as they are kept; splitting a few thousand of them is what start-up would consist of.
        let split;
        let plain = phrase.split(' ').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        let text = if plain {
            phrase.as_bytes()
        } else {
            split = Words::of(phrase, &NoVocabulary);
            split.phrase(0, split.len())
        };
        if text.is_empty() {
            return 0;
        }
        let mut count = 0;
        for word in text.split(|byte| *byte == b' ') {
            self.know(word);
            count += 1;
        }
        add(self.phrases.entry(Box::from(text)).or_default());
        if count > 1 {
            // One word already: lower case, without digits.
            let glued: SmallVec<[u8; 64]> = text.iter().copied().filter(|byte| *byte != b' ').collect();
            let letters = glued.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            if letters >= 5 {
                self.know(&glued);
                add(self.phrases.entry(Box::from(&*glued)).or_default());
            }
        }
        count
    }

    /// Adds a word to the vocabulary.
    fn know(&mut self, word: &[u8]) {
        if !self.vocabulary.contains(word) {
            self.vocabulary.insert(word.into());
        }
    }
}
