//! Compiles the entries of all rule files into one [`Lexicon`].

use rustc_hash::FxHashMap;

use super::file::{AffixEntry, Effect, Parts, WordsEntry};
use super::{Affix, Entry, Holds, Kinds, Lexicon, MAX_PHRASE, Owner, Shift, Strength, Types};
use crate::catalog::category::words::{NoVocabulary, Words};
use crate::catalog::category::{CategoryId, CategorySet};
use crate::catalog::{CatalogError, RuleFile};

/// Compiles all parts. `find` resolves a category id, `below` an id or a parent of ids.
pub(in crate::catalog::category) fn compile(
    files: &[(&RuleFile, Parts)],
    find: &impl Fn(&str) -> Option<CategoryId>,
    below: &impl Fn(&str) -> CategorySet,
) -> Result<Lexicon, CatalogError> {
    let mut lexicon = Lexicon::default();
    // About as many as the built-in rules have: growing step by step would hash each several times.
    lexicon.phrases.reserve(24 << 10);
    lexicon.vocabulary.reserve(12 << 10);
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
            if context.always {
                lexicon.always = lexicon.always.union(kind);
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
                let category = find(category).ok_or_else(|| unknown(file, "category", category))?;
                lexicon.holds.push(Holds { kind, alongside: kinds(&lexicon, file, &context.alongside)?, category });
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
                let unless = kinds(&lexicon, file, &context.unless)?;
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
    lexicon.add_plural_forms();
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
            Some(names) => kinds(lexicon, file, names)?.union(lexicon.always),
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
            let count = lexicon.spellings(phrase, |meaning| meaning.entries.push((at, strength)));
            if count == 0 || count > MAX_PHRASE {
                return Err(unknown(file, "phrase (one to five words)", phrase));
            }
        }
    }
    Ok(())
}
