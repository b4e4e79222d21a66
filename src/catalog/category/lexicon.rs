//! The words that name data categories, the contexts that hold them, and the affixes that change what a name says: the
//! `[[words]]`, `[[context]]` and `[[affix]]` entries of `rules/categories/**/*.toml`, compiled into one hash map.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use smallvec::SmallVec;

use super::words::{NoVocabulary, Vocabulary, Words};
use super::{CategoryId, CategorySet};
use crate::catalog::{CatalogError, RuleFile};

/// A set of context kinds (`person`, `organisation` ...), by position in [`Lexicon::kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u64);

impl Kinds {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Whether they share one.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
    /// Both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// What is not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    /// What is in both.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

bitflags::bitflags! {
    /// Groups of type shapes that a field may have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Types: u16 {
        /// Text.
        const TEXT = 1;
        /// Whole numbers.
        const NUMBER = 2;
        /// Fractions.
        const DECIMAL = 4;
        /// True or false.
        const BOOL = 8;
        /// Dates and times.
        const TIME = 16;
        /// Bytes.
        const BYTES = 32;
        /// UUIDs.
        const IDENTIFIER = 64;
        /// Network addresses.
        const NETWORK = 128;
        /// JSON, XML.
        const DOCUMENT = 256;
        /// Declared values.
        const ENUM = 512;
        /// A named type of the program.
        const NAMED = 1024;
        /// A list or map.
        const MANY = 2048;
    }
}

impl Types {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::TEXT,
            "number" => Self::NUMBER,
            "decimal" => Self::DECIMAL,
            "bool" => Self::BOOL,
            "time" => Self::TIME,
            "bytes" => Self::BYTES,
            "identifier" => Self::IDENTIFIER,
            "network" => Self::NETWORK,
            "document" => Self::DOCUMENT,
            "enum" => Self::ENUM,
            "named" => Self::NAMED,
            "many" => Self::MANY,
            "any" => Self::all(),
            _ => return None,
        })
    }

    /// What a field may be if its entry does not say: anything but a flag, a time or a fraction.
    fn usual() -> Self {
        Self::all() - Self::BOOL - Self::TIME - Self::DECIMAL
    }
}

/// How far a word tells its category by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// It needs no support.
    Strong,
    /// It needs support from what holds it or stands beside it.
    Weak,
    /// It counts in labels (comments, form labels) alone.
    Label,
}

/// A change of category by context.
#[derive(Debug, Clone)]
pub struct Shift {
    /// In one of these contexts.
    pub within: Kinds,
    /// Or beside a field of one of these categories.
    pub near: CategorySet,
    /// Does not apply to a container that points at a person (`user_id`).
    pub unless_owned: bool,
    /// What it is then; `None` for nothing personal.
    pub to: Option<CategoryId>,
}

/// What a record is that belongs to someone: what points at a patient is a record of care.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    /// The record's kind.
    pub kind: Kinds,
    /// Not for containers of these kinds.
    pub unless: Kinds,
}

/// One `[[words]]` entry.
#[derive(Debug)]
pub struct Entry {
    /// The rule file, below `rules/`.
    pub file: Box<str>,
    /// What the words name.
    pub category: CategoryId,
    /// The second category of a field that holds either (`iin_bin`).
    pub also: Option<CategoryId>,
    /// Contexts that support weak words.
    pub within: Kinds,
    /// Siblings that support weak words.
    pub near: CategorySet,
    /// Weak siblings support each other: latitude and longitude.
    pub mutual: bool,
    /// A container that points at a person (`user_id`) supports weak words: always, never, or only if nothing else is known of it.
    pub owned: Option<bool>,
    /// Words that nothing is known of may qualify the head.
    pub any_modifier: bool,
    /// Contexts in which not even strong words count.
    pub unless: Kinds,
    /// Changes of category by context, the first that applies.
    pub shifts: Vec<Shift>,
    /// Types a field of this category may have.
    pub types: Types,
    /// How much a field of this kind says that its container is a person.
    pub person_points: u8,
    /// A bare local or parameter of this name is a source.
    pub bare: bool,
    /// Names that must be found, with the rule file that says so.
    pub examples: Vec<(Box<str>, String)>,
    /// Names that must not be found.
    pub counter_examples: Vec<(Box<str>, String)>,
}

/// What an affix does to a name.
#[derive(Debug)]
pub struct Affix {
    /// The exclusion's name, for `explain`.
    pub name: Box<str>,
    /// Why, for people.
    pub reason: Box<str>,
    /// It says nothing about what the name holds: looked through.
    pub transparent: bool,
    /// Looked through in a declaration, but what code then holds is no longer the datum (`password_hash`).
    pub code_excludes: bool,
    /// It makes the name a key: of the record itself, where the rest of the name only repeats the container.
    pub key: bool,
    /// Categories that survive.
    pub keeps: CategorySet,
}

impl Affix {
    /// Whether a name with this affix still holds data of `category`.
    #[must_use]
    pub fn lets_through(&self, category: CategoryId, in_code: bool) -> bool {
        if in_code && self.code_excludes {
            return false;
        }
        self.transparent || self.keeps.contains(category)
    }
}

/// What a phrase can be.
#[derive(Debug, Default, Clone)]
pub struct Meaning {
    /// Entries it names, strongest first.
    pub entries: SmallVec<[(u16, Strength); 2]>,
    /// Contexts it names.
    pub kinds: Kinds,
    /// Its role behind a head.
    pub suffix: Option<u16>,
    /// Its role in front of a head.
    pub prefix: Option<u16>,
    /// Stands around a container's name without saying what it is (`dto`, `request`).
    pub wrapper: bool,
    /// Ends a noun phrase in a label (`of`, `for`).
    pub stop: bool,
}

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
    holds: Vec<(Kinds, CategoryId)>,
    telling: FxHashMap<Box<[u8]>, Kinds>,
    owners: FxHashMap<Box<[u8]>, Owner>,
    entries: Vec<Entry>,
    affixes: Vec<Affix>,
    /// Contexts that weak and strong words alike don't survive unless their entry says so.
    pub impersonal: Kinds,
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

    /// What a container of this kind, and of no other, holds wherever a field's name says nothing.
    #[must_use]
    pub fn holds(&self, kinds: Kinds) -> Option<CategoryId> {
        self.holds.iter().find(|(kind, _)| *kind == kinds).map(|(_, category)| *category)
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
        for phrase in self.phrases.keys() {
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

    fn phrase_mut(&mut self, words: &Words) -> &mut Meaning {
        for at in 0..words.len() {
            let word = words.word(at);
            if !self.vocabulary.contains(word) {
                self.vocabulary.insert(word.into());
            }
        }
        self.phrases.entry(words.phrase(0, words.len()).into()).or_default()
    }

    /// Every spelling of a phrase: as words, and glued together where that is long enough to mean nothing else.
    fn spellings(&mut self, phrase: &str, mut add: impl FnMut(&mut Meaning)) {
        let words = Words::of(phrase, &NoVocabulary);
        if words.is_empty() {
            return;
        }
        add(self.phrase_mut(&words));
        if words.len() > 1 {
            let glued = words.text(0, words.len()).replace(' ', "");
            if glued.chars().count() >= 5 {
                add(self.phrase_mut(&Words::of(&glued, &NoVocabulary)));
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------------------- loading

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WordsEntry {
    /// Declares the entry under a name that others extend.
    id: Option<String>,
    /// Adds words, usually of another language, to the entry with this id.
    extends: Option<String>,
    category: Option<String>,
    also: Option<String>,
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(rename = "in")]
    within: Option<Vec<String>>,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default)]
    mutual: bool,
    #[serde(default)]
    any_modifier: bool,
    owned: Option<bool>,
    unless: Option<Vec<String>>,
    #[serde(default)]
    shift: Vec<ShiftEntry>,
    types: Option<Vec<String>>,
    #[serde(default)]
    person_points: u8,
    #[serde(default = "yes")]
    bare: bool,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default, rename = "counter_examples")]
    counter_examples: Vec<String>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftEntry {
    #[serde(default, rename = "in")]
    within: Vec<String>,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default, rename = "unless-owned")]
    unless_owned: bool,
    to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextEntry {
    kind: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    /// Fields that only such containers have: two of them are enough.
    #[serde(default)]
    fields: Vec<String>,
    /// What it holds wherever a field's name says nothing.
    holds: Option<String>,
    /// Fields that only such containers have: one of them is enough.
    #[serde(default)]
    telling: Vec<String>,
    /// What points at one of these (`patient_id`) is such a container, unless it is of a kind that `unless` names.
    #[serde(default)]
    owners: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    glued: bool,
    /// Nothing in it is personal unless an entry says so.
    #[serde(default)]
    impersonal: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AffixEntry {
    name: String,
    reason: String,
    effect: Effect,
    #[serde(default)]
    suffix: Vec<String>,
    #[serde(default)]
    prefix: Vec<String>,
    #[serde(default)]
    keeps: Vec<String>,
    #[serde(default)]
    key: bool,
    #[serde(default)]
    glued: bool,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Effect {
    /// Looked through.
    Transparent,
    /// Looked through in declarations; a value in code is no longer the datum.
    Transforms,
    /// What the name holds is not the datum.
    Excludes,
    /// Around container names: says nothing.
    Wrapper,
    /// Ends the noun phrase of a label.
    Stop,
}

/// The entries of one rule file that the lexicon is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) words: Vec<WordsEntry>,
    pub(super) contexts: Vec<ContextEntry>,
    pub(super) affixes: Vec<AffixEntry>,
}

/// Compiles all parts. `find` resolves a category id, `below` an id or a parent of ids.
pub(super) fn compile(
    files: &[(&RuleFile, Parts)],
    find: &impl Fn(&str) -> Option<CategoryId>,
    below: &impl Fn(&str) -> CategorySet,
) -> Result<Lexicon, CatalogError> {
    let mut lexicon = Lexicon::default();
    // About as many as the built-in rules have: growing step by step would hash each several times.
    lexicon.phrases.reserve(8 << 10);
    lexicon.vocabulary.reserve(4 << 10);
    // Kinds first: entries name them.
    for (file, parts) in files {
        for context in &parts.contexts {
            if !lexicon.kinds.iter().any(|kind| **kind == *context.kind) {
                if lexicon.kinds.len() == 64 {
                    return Err(unknown(file, "context (at most 64 kinds)", &context.kind));
                }
                lexicon.kinds.push(context.kind.as_str().into());
            }
        }
    }
    lexicon.person = lexicon.kind("person");
    lexicon.organisation = lexicon.kind("organisation");
    for (file, parts) in files {
        for context in &parts.contexts {
            let kind = lexicon.kind(&context.kind);
            if context.impersonal {
                lexicon.impersonal = lexicon.impersonal.union(kind);
            }
            for word in &context.words {
                lexicon.spellings(word, |meaning| meaning.kinds = meaning.kinds.union(kind));
                if context.glued && !word.contains(' ') {
                    lexicon.glued_prefixes.push(word.as_str().into());
                }
            }
            for field in &context.fields {
                let words = Words::of(field, &NoVocabulary);
                lexicon.phrase_mut(&words);
                let at = lexicon.fields.entry(words.phrase(0, words.len()).into()).or_default();
                *at = at.union(kind);
            }
            if let Some(category) = &context.holds {
                lexicon.holds.push((kind, find(category).ok_or_else(|| unknown(file, "category", category))?));
            }
            for field in &context.telling {
                let words = Words::of(field, &NoVocabulary);
                lexicon.phrase_mut(&words);
                let at = lexicon.telling.entry(words.phrase(0, words.len()).into()).or_default();
                *at = at.union(kind);
            }
            for word in &context.owners {
                let words = Words::of(word, &NoVocabulary);
                lexicon.phrase_mut(&words);
                let mut unless = Kinds::default();
                for name in &context.unless {
                    let other = lexicon.kind(name);
                    if other.is_empty() {
                        return Err(unknown(file, "context", name));
                    }
                    unless = unless.union(other);
                }
                lexicon.owners.insert(words.phrase(0, words.len()).into(), Owner { kind, unless });
            }
            for word in &context.paths {
                let at = lexicon.paths.entry(word.as_bytes().into()).or_default();
                *at = at.union(kind);
            }
        }
    }
    lexicon.programmatic = Kinds(lexicon.impersonal.0 & !lexicon.kind("reference").0);
    for (file, parts) in files {
        for affix in &parts.affixes {
            add_affix(&mut lexicon, file, affix, below)?;
        }
    }
    // Entries before what extends them, whatever the order of the files.
    let mut named = FxHashMap::default();
    for (file, parts) in files {
        for words in parts.words.iter().filter(|words| words.extends.is_none()) {
            let at = add_entry(&mut lexicon, file, words, find, below)?;
            if let Some(id) = &words.id
                && named.insert(id.as_str(), (at, file.path.as_str())).is_some()
            {
                return Err(unknown(file, "id (declared twice) of words", id));
            }
        }
    }
    for (file, parts) in files {
        for words in &parts.words {
            if let Some(id) = &words.extends {
                let (at, _) = *named.get(id.as_str()).ok_or_else(|| unknown(file, "words to extend", id))?;
                add_phrases(&mut lexicon, file, words, at)?;
            }
        }
    }
    // The longest first, so that `customer` is not read as `cust` and `omer`.
    lexicon.glued_prefixes.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    lexicon.glued_suffixes.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    lexicon.glued_prefixes.dedup();
    lexicon.glued_suffixes.dedup();
    lexicon.add_singular_forms();
    for meaning in lexicon.phrases.values_mut() {
        meaning.entries.sort_by_key(|(entry, strength)| (*strength as u8, *entry));
        meaning.entries.dedup_by_key(|(entry, _)| *entry);
    }
    Ok(lexicon)
}

fn unknown(file: &RuleFile, what: &'static str, name: &str) -> CatalogError {
    CatalogError::UnknownReference { file: file.path.clone(), what, name: name.to_owned(), help: None }
}

fn set(file: &RuleFile, ids: &[String], below: &impl Fn(&str) -> CategorySet) -> Result<CategorySet, CatalogError> {
    let mut all = CategorySet::default();
    for id in ids {
        let some = below(id);
        if some.is_empty() {
            return Err(unknown(file, "category", id));
        }
        all = all.union(some);
    }
    Ok(all)
}

fn kinds(lexicon: &Lexicon, file: &RuleFile, names: &[String]) -> Result<Kinds, CatalogError> {
    let mut all = Kinds::default();
    for name in names {
        let kind = lexicon.kind(name);
        if kind.is_empty() {
            return Err(unknown(file, "context", name));
        }
        all = all.union(kind);
    }
    Ok(all)
}

fn add_affix(
    lexicon: &mut Lexicon,
    file: &RuleFile,
    affix: &AffixEntry,
    below: &impl Fn(&str) -> CategorySet,
) -> Result<(), CatalogError> {
    let at = u16::try_from(lexicon.affixes.len()).map_err(|_| unknown(file, "affix (too many)", &affix.name))?;
    lexicon.affixes.push(Affix {
        name: affix.name.as_str().into(),
        reason: affix.reason.as_str().into(),
        transparent: matches!(affix.effect, Effect::Transparent | Effect::Transforms),
        code_excludes: affix.effect == Effect::Transforms,
        key: affix.key,
        keeps: set(file, &affix.keeps, below)?,
    });
    for word in &affix.suffix {
        lexicon.spellings(word, |meaning| match affix.effect {
            Effect::Wrapper => meaning.wrapper = true,
            Effect::Stop => meaning.stop = true,
            _ => meaning.suffix = meaning.suffix.or(Some(at)),
        });
        if affix.glued && !word.contains(' ') {
            lexicon.glued_suffixes.push(word.as_str().into());
        }
    }
    for word in &affix.prefix {
        lexicon.spellings(word, |meaning| match affix.effect {
            Effect::Wrapper => meaning.wrapper = true,
            Effect::Stop => meaning.stop = true,
            _ => meaning.prefix = meaning.prefix.or(Some(at)),
        });
    }
    Ok(())
}

fn add_entry(
    lexicon: &mut Lexicon,
    file: &RuleFile,
    words: &WordsEntry,
    find: &impl Fn(&str) -> Option<CategoryId>,
    below: &impl Fn(&str) -> CategorySet,
) -> Result<u16, CatalogError> {
    let name = words
        .category
        .as_deref()
        .ok_or_else(|| unknown(file, "category (missing) of words", words.strong.first().map_or("", |word| word)))?;
    let at = u16::try_from(lexicon.entries.len()).map_err(|_| unknown(file, "words (too many)", name))?;
    let category = |id: &str| find(id).ok_or_else(|| unknown(file, "category", id));
    let mut shifts = Vec::new();
    for shift in &words.shift {
        shifts.push(Shift {
            within: kinds(lexicon, file, &shift.within)?,
            near: set(file, &shift.near, below)?,
            unless_owned: shift.unless_owned,
            to: if shift.to == "none" { None } else { Some(category(&shift.to)?) },
        });
    }
    let mut types = Types::empty();
    for name in words.types.iter().flatten() {
        types |= Types::named(name).ok_or_else(|| unknown(file, "type", name))?;
    }
    let entry = Entry {
        file: file.path.as_str().into(),
        category: category(name)?,
        also: words.also.as_deref().map(category).transpose()?,
        within: match &words.within {
            Some(names) => kinds(lexicon, file, names)?,
            None => lexicon.person,
        },
        near: set(file, &words.near, below)?,
        mutual: words.mutual,
        any_modifier: words.any_modifier,
        owned: words.owned,
        unless: match &words.unless {
            Some(names) => kinds(lexicon, file, names)?,
            None => lexicon.impersonal,
        },
        shifts,
        types: if words.types.is_some() { types } else { Types::usual() },
        person_points: words.person_points,
        bare: words.bare,
        examples: Vec::new(),
        counter_examples: Vec::new(),
    };
    lexicon.entries.push(entry);
    add_phrases(lexicon, file, words, at)?;
    Ok(at)
}

fn add_phrases(lexicon: &mut Lexicon, file: &RuleFile, words: &WordsEntry, at: u16) -> Result<(), CatalogError> {
    let of_this_file =
        |texts: &[String]| texts.iter().map(|text| (Box::from(file.path.as_str()), text.clone())).collect::<Vec<_>>();
    if let Some(entry) = lexicon.entries.get_mut(usize::from(at)) {
        entry.examples.extend(of_this_file(&words.examples));
        entry.counter_examples.extend(of_this_file(&words.counter_examples));
    }
    for (list, strength) in [(&words.strong, Strength::Strong), (&words.weak, Strength::Weak), (&words.labels, Strength::Label)] {
        for phrase in list {
            let count = Words::of(phrase, &NoVocabulary).len();
            if count == 0 || count > MAX_PHRASE {
                return Err(unknown(file, "phrase (one to five words)", phrase));
            }
            lexicon.spellings(phrase, |meaning| meaning.entries.push((at, strength)));
        }
    }
    Ok(())
}
