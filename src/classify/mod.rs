//! Names, types and context to data categories, with confidence and evidence. Knows words, not files or policies.
//!
//! A name is split into words ([`crate::catalog::category::words`]), its head is looked up in the lexicon (`reading`), what holds
//! it is worked out from the container and the neighbours (`context`), and the entry that the rules give for the head is accepted
//! or refused in that context (`decide`). All knowledge is data in `rules/categories/`; this module only applies it.

mod context;
mod decide;
pub mod examples;
mod reading;
pub mod values;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::catalog::category::lexicon::{Lexicon, Types};
use crate::catalog::category::words::Words;
use crate::catalog::{Catalog, CategoryId};
use crate::index::Symbol;
use crate::ir::{Field, TypeDecl, TypeKind, TypeRef, TypeShape};
use context::Context;
use decide::{Question, Trace};

/// How sure a classification is. Orders from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Listed, not judged unless asked.
    Low,
    /// Judged.
    Medium,
    /// Judged.
    High,
}

impl Confidence {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Why a classification was made: a sentence for people.
pub type Evidence = String;

/// What a name holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The categories; more than one only where a field holds either (`iin_bin`), the person's first.
    pub categories: SmallVec<[CategoryId; 2]>,
    /// How sure.
    pub confidence: Confidence,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A name met in code that no declaration explains: a local, a parameter, a field access, a map key, a getter.
#[derive(Debug, Clone, Copy)]
pub struct NamedValue<'a> {
    /// The name.
    pub name: &'a str,
    /// What holds it: the receiver's type or, failing that, the receiver's name; the function for a parameter.
    pub container: Option<&'a str>,
    /// The type, where it is known.
    pub ty: Option<&'a TypeRef>,
    /// Is it a bare local or parameter rather than a member of something?
    pub bare: bool,
}

/// What a classification looked at and decided, for `explain`, for hits and misses alike.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The result.
    pub verdict: Option<Verdict>,
    /// Each consideration in order: words, context, type, labels, exclusions.
    pub considered: Vec<String>,
}

/// The classifier over a catalog.
#[derive(Debug, Clone, Copy)]
pub struct Classifier<'c> {
    catalog: &'c Catalog,
}

impl<'c> Classifier<'c> {
    /// A classifier.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog }
    }

    /// Classifies every field of a declared type, in the order of the fields. `path` is the file's path, for context.
    #[must_use]
    pub fn declaration(&self, declaration: &TypeDecl, path: &str) -> Vec<Option<Verdict>> {
        let words = self.split_fields(declaration);
        let context = self.context(declaration, &words, path);
        declaration
            .fields
            .iter()
            .zip(&words)
            .enumerate()
            .map(|(at, (field, words))| self.field(&context, at, field, words, &mut Trace::off()))
            .collect()
    }

    /// Classifies a name in code.
    #[must_use]
    pub fn named_value(&self, value: &NamedValue<'_>) -> Option<Verdict> {
        self.value(value, &mut Trace::off())
    }

    /// Says how the field at `index` of a declaration was judged.
    #[must_use]
    pub fn explain_field(&self, declaration: &TypeDecl, index: usize, path: &str) -> Explanation {
        let words = self.split_fields(declaration);
        let context = self.context(declaration, &words, path);
        let mut trace = Trace::on();
        let verdict = match (declaration.fields.get(index), words.get(index)) {
            (Some(field), Some(words)) => self.field(&context, index, field, words, &mut trace),
            _ => None,
        };
        Explanation { verdict, considered: trace.lines() }
    }

    /// Says how a name in code was judged.
    #[must_use]
    pub fn explain_name(&self, value: &NamedValue<'_>) -> Explanation {
        let mut trace = Trace::on();
        let verdict = self.value(value, &mut trace);
        Explanation { verdict, considered: trace.lines() }
    }

    fn split_fields(&self, declaration: &TypeDecl) -> Vec<Words> {
        let lexicon = self.catalog.categories.lexicon();
        declaration.fields.iter().map(|field| lexicon.split(field.name.as_str())).collect()
    }

    /// What the declaration is, by its name, bases, place and fields.
    fn context(&self, declaration: &TypeDecl, words: &[Words], path: &str) -> Context {
        let lexicon = self.catalog.categories.lexicon();
        let full = declaration.name.as_str();
        let simple = full.rsplit(['.', ':', '/']).next().unwrap_or(full);
        let name = lexicon.split(simple);
        let (mut kinds, mut outer) = context::of_name(lexicon, &name);
        if simple.len() < full.len() {
            // `Patient.prescriptions`: what is nested belongs to what it is nested in.
            let (head, further) = context::of_name(lexicon, &lexicon.split(full.get(..full.len() - simple.len()).unwrap_or("")));
            if declaration.kind != TypeKind::Table {
                outer = outer.union(head).union(further);
            }
        }
        if kinds.is_empty() {
            for base in &declaration.bases {
                kinds = kinds.union(context::of_name(lexicon, &lexicon.split(base.as_str())).0);
            }
            if path.ends_with(".rs") {
                // What a Rust type derives (`Builder`) says how it is made, not what it is.
                kinds = kinds.without(lexicon.programmatic);
            }
        }
        if kinds.is_empty()
            && let Some(doc) = declaration.doc
        {
            kinds = context::of_doc(lexicon, doc.as_str());
        }
        // The place says what kind of program this is; only kinds that rule personal data out are taken from it.
        for part in path.split(['/', '\\']).chain(declaration.module.iter().map(|part| part.as_str())) {
            let part = part.split('.').next().unwrap_or(part);
            let part: SmallVec<[u8; 32]> = part.bytes().map(|b| b.to_ascii_lowercase()).collect();
            let by_path = lexicon.path_kinds(&part);
            if kinds.is_empty() {
                kinds = by_path;
            }
        }
        // What only a server's settings have (`host`, `port`) tells what the password beside it is for.
        let mut by_fields = Default::default();
        for (at, field) in words.iter().enumerate() {
            let kind = lexicon.field_kinds(field);
            if !kind.is_empty() && words.iter().skip(at + 1).any(|other| lexicon.field_kinds(other).meets(kind)) {
                by_fields = kind;
                break;
            }
        }
        // `user_id`, `id_patient` say whose it is.
        let owned = words.iter().any(|field| {
            let whose = match (field.len(), field.word(0), field.word(1)) {
                (2, word, b"id" | b"uuid" | b"guid") | (2, b"id", word) => word,
                _ => return false,
            };
            lexicon.meaning(whose).is_some_and(|meaning| meaning.kinds.meets(lexicon.person))
        });
        if kinds.meets(lexicon.person) {
            // `identities` with a series and an issuer are documents of persons.
            kinds = kinds.union(by_fields.without(lexicon.impersonal.union(lexicon.organisation)));
        } else {
            kinds = kinds.union(by_fields);
            if !owned {
                kinds = words.iter().fold(kinds, |kinds, field| kinds.union(lexicon.telling_kinds(field)));
            }
        }
        for field in words.iter().filter(|field| field.len() >= 2) {
            for word in [field.word(0), field.word(field.len() - 1)] {
                if let Some(owner) = lexicon.owner(word).filter(|owner| !kinds.meets(owner.unless)) {
                    kinds = kinds.union(owner.kind);
                }
            }
        }
        let mut context = Context { kinds, outer, name: full.to_owned(), owned, ..Context::default() };
        let shared = shared_prefixes(lexicon, words);
        context.siblings = declaration
            .fields
            .iter()
            .zip(words)
            .map(|(field, words)| {
                let neutral = |word: &[u8]| is_neutral(word, &name, &shared);
                let Some(reading) = reading::read(lexicon, words, &neutral) else {
                    return context::Sibling::default();
                };
                let meaning: SmallVec<[_; 2]> = reading
                    .meaning
                    .entries
                    .iter()
                    .copied()
                    .filter(|(entry, strength)| {
                        *strength != crate::catalog::category::lexicon::Strength::Label
                            && lexicon.entry(*entry).is_some_and(|entry| {
                                entry.types.intersects(types_of(&field.ty))
                                    && reading.affixes.iter().all(|affix| {
                                        lexicon.affix(*affix).is_some_and(|affix| affix.lets_through(entry.category, false))
                                    })
                            })
                    })
                    .collect();
                context::sibling(&meaning, lexicon, reading.modifiers)
            })
            .collect();
        context::add_siblings(lexicon, &mut context, self.catalog.categories.below("organization"));
        context.container = name;
        context.shared = shared;
        context
    }

    fn field(&self, context: &Context, at: usize, field: &Field, words: &Words, trace: &mut Trace) -> Option<Verdict> {
        decide::field(
            &Question { categories: &self.catalog.categories, context, at, in_code: false, bare: false },
            field,
            words,
            trace,
        )
    }

    fn value(&self, value: &NamedValue<'_>, trace: &mut Trace) -> Option<Verdict> {
        let lexicon = self.catalog.categories.lexicon();
        let words = lexicon.split(value.name);
        if words.is_empty() {
            return None;
        }
        let mut context = Context::default();
        if let Some(container) = value.container.filter(|_| !value.bare) {
            let simple = container.rsplit(['.', ':', '/']).next().unwrap_or(container);
            let name = lexicon.split(simple);
            (context.kinds, context.outer) = context::of_name(lexicon, &name);
            if trace.is_on() {
                context.name = container.to_owned();
            }
        }
        let question =
            Question { categories: &self.catalog.categories, context: &context, at: 0, in_code: true, bare: value.bare };
        decide::value(&question, &words, value, trace)
    }
}

/// The groups that a type's shape belongs to; all of them where the type is not known.
pub(crate) fn types_of(ty: &TypeRef) -> Types {
    let mut ty = ty.peel();
    // Nesting is bounded by the front ends; a list of lists is as personal as its elements.
    while let TypeShape::List(inner) = &ty.shape {
        ty = inner.peel();
    }
    match &ty.shape {
        TypeShape::Unknown | TypeShape::List(_) | TypeShape::Wrapper(_) | TypeShape::Fallible(..) => Types::all(),
        TypeShape::Text => Types::TEXT,
        TypeShape::Integer => Types::NUMBER,
        TypeShape::Decimal => Types::DECIMAL,
        TypeShape::Boolean => Types::BOOL,
        TypeShape::Time => Types::TIME,
        TypeShape::Bytes => Types::BYTES,
        TypeShape::Identifier => Types::IDENTIFIER,
        TypeShape::NetworkAddress => Types::NETWORK,
        TypeShape::Document | TypeShape::Map(..) => Types::DOCUMENT,
        TypeShape::Enumeration => Types::ENUM,
        TypeShape::Named(..) | TypeShape::Tuple(_) => Types::NAMED,
        TypeShape::Function(_) => Types::empty(),
    }
}

/// First words without a meaning of their own that several fields share: column prefixes such as `eec_`, `tr_`. The shorter the
/// prefix, the fewer fields it takes.
fn shared_prefixes(lexicon: &Lexicon, words: &[Words]) -> Shared {
    let mut counts: SmallVec<[(&[u8], usize); 8]> = SmallVec::new();
    for field in words.iter().filter(|words| words.len() > 1) {
        let first = field.word(0);
        if let Some((_, count)) = counts.iter_mut().find(|(word, _)| *word == first) {
            *count += 1;
        } else if counts.len() < 48 {
            // Wide tables have many beginnings; the first few dozen tell.
            counts.push((first, 1));
        }
    }
    counts
        .into_iter()
        .filter(|(word, count)| {
            *count >= 3 && (word.len() <= 2 || *count * 5 >= words.len() * 2) && lexicon.meaning(word).is_none()
        })
        .map(|(word, _)| SmallVec::from_slice(word))
        .collect()
}

/// Words that say nothing in one container.
type Shared = SmallVec<[SmallVec<[u8; 16]>; 2]>;

/// Whether a word of a field's name only repeats its container: `client_name` in `clients`, `cust_name` in `customer`.
fn is_neutral(word: &[u8], container: &Words, shared: &[SmallVec<[u8; 16]>]) -> bool {
    if shared.iter().any(|prefix| prefix.as_slice() == word) {
        return true;
    }
    (0..container.len()).any(|at| {
        let other = container.word(at);
        other == word || (word.len() >= 3 && word.len() < other.len() && other.starts_with(word))
    })
}

impl Context {
    /// Whether a word of a field's name only repeats its container.
    pub(crate) fn neutral(&self, word: &[u8]) -> bool {
        is_neutral(word, &self.container, &self.shared)
    }
}

/// Interns the text of a list of evidence, for storage beside facts.
#[must_use]
pub fn intern_evidence(evidence: &[Evidence]) -> Vec<Symbol> {
    evidence.iter().map(|text| Symbol::new(text)).collect()
}
