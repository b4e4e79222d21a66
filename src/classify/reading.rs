//! What a name says by itself: which words of it are the head, what stands around the head and changes its meaning.
//!
//! The head of a compound decides: in `customer_address` it is `address`, in `address_count` it is `count`. Words behind the
//! head that say nothing (`value`, `str`) are looked through; the others exclude, each by an affix with a name.

use smallvec::SmallVec;

use crate::catalog::category::lexicon::{Kinds, Lexicon, MAX_PHRASE, Meaning, Strength};
use crate::catalog::category::words::Words;

/// A name's head and what stands around it.
#[derive(Debug, Clone)]
pub(super) struct Reading<'l> {
    /// What the head can mean.
    pub(super) meaning: &'l Meaning,
    /// The head's words.
    pub(super) start: usize,
    /// One past the head's last word.
    pub(super) end: usize,
    /// Affixes that stand around the head.
    pub(super) affixes: SmallVec<[u16; 4]>,
    /// The context that the nearest telling modifier gives: `customer` in `customer_phone`.
    pub(super) local: Kinds,
    /// The first word that nothing is known of among the modifiers.
    pub(super) unknown_modifier: Option<usize>,
    /// The head only repeats the container: `license` in a table of licences.
    pub(super) repeats: bool,
    /// Tells apart fields with different modifiers: `head_first_name` is not beside `last_name`.
    pub(super) modifiers: u64,
    /// Another way to read the name, where the last word may be the head or an affix: `house_number`.
    pub(super) fallback: Option<Box<Reading<'l>>>,
}

/// Reads a name. `neutral` are words that say nothing here: the container's own, or a prefix all its columns share.
pub(super) fn read<'l>(lexicon: &'l Lexicon, words: &Words, neutral: &dyn Fn(&[u8]) -> bool) -> Option<Reading<'l>> {
    let mut end = words.len();
    let mut affixes: SmallVec<[u16; 4]> = SmallVec::new();
    // In `password_hash` the last word is a weak word and an affix at once: it is the affix where a strong word stands before it.
    let mut doubtful: Option<(usize, usize, &Meaning, SmallVec<[u16; 4]>)> = None;
    let mut repeated = false;
    while end > 0 {
        for start in end.saturating_sub(MAX_PHRASE)..end {
            if let Some(meaning) = lexicon.meaning(words.phrase(start, end)).filter(|meaning| !meaning.entries.is_empty()) {
                let strong = meaning.entries.first().is_some_and(|(_, strength)| *strength == Strength::Strong);
                // `pat_name` in `patient`: what repeats the container is not the head if something stands behind it.
                if !strong && doubtful.is_some() && start + 1 == end && neutral(words.word(start)) {
                    break;
                }
                // `number_pass` in `passport`: the last word only repeats the container.
                let repeats = end == words.len() && start + 1 == end && neutral(words.word(start));
                if !strong && (meaning.suffix.is_some() || repeats) && start > 0 && doubtful.is_none() {
                    repeated = repeats;
                    doubtful = Some((start, end, meaning, affixes.clone()));
                    break;
                }
                let mut reading = around(lexicon, words, meaning, start, end, affixes, neutral);
                if let Some((start, end, meaning, affixes)) = doubtful.filter(|_| !strong && !repeated) {
                    reading.fallback = Some(Box::new(around(lexicon, words, meaning, start, end, affixes, neutral)));
                }
                return Some(reading);
            }
        }
        let mut stripped = 0;
        for start in end.saturating_sub(3)..end {
            if let Some(affix) = lexicon.meaning(words.phrase(start, end)).and_then(|meaning| meaning.suffix) {
                affixes.push(affix);
                stripped = end - start;
                break;
            }
        }
        if stripped == 0 {
            // A single letter (`name_t`, `t` for text) and a neutral word say nothing.
            if words.word(end - 1).len() == 1 && end > 1 || (end > 1 && end == words.len() && neutral(words.word(end - 1))) {
                stripped = 1;
            } else {
                break;
            }
        }
        end -= stripped;
    }
    let (start, end, meaning, affixes) = doubtful?;
    Some(around(lexicon, words, meaning, start, end, affixes, neutral))
}

/// Looks at the modifiers in front of a head.
pub(super) fn around<'l>(
    lexicon: &'l Lexicon,
    words: &Words,
    meaning: &'l Meaning,
    start: usize,
    end: usize,
    mut affixes: SmallVec<[u16; 4]>,
    neutral: &dyn Fn(&[u8]) -> bool,
) -> Reading<'l> {
    let mut local = Kinds::default();
    let mut unknown_modifier = None;
    let mut modifiers = 0u64;
    let mut at = start;
    while at > 0 {
        let pair = (at >= 2).then(|| lexicon.meaning(words.phrase(at - 2, at))).flatten().filter(|m| !m.kinds.is_empty());
        let (known, width) = match pair {
            Some(meaning) => (Some(meaning), 2),
            None => (lexicon.meaning(words.word(at - 1)), 1),
        };
        let word = words.phrase(at - width, at);
        at -= width;
        if neutral(word) || word.len() == 1 {
            continue;
        }
        let transparent = match known {
            Some(meaning) if meaning.prefix.is_some() => {
                affixes.extend(meaning.prefix);
                true
            }
            Some(meaning) if !meaning.kinds.is_empty() => {
                if local.is_empty() {
                    local = meaning.kinds;
                }
                false
            }
            Some(meaning) if meaning.wrapper => true,
            _ => {
                unknown_modifier = Some(at);
                false
            }
        };
        if !transparent {
            modifiers = modifiers.rotate_left(7) ^ xxhash_rust::xxh3::xxh3_64(word);
        }
    }
    let repeats = start < end && (start..end).all(|at| neutral(words.word(at)));
    Reading { meaning, start, end, affixes, repeats, local, unknown_modifier, modifiers, fallback: None }
}

/// Reads a label: the first noun phrase of a comment. In English its head is the last word before `of` or `for`, in Russian and
/// Kazakh prose the first known phrase.
pub(super) fn read_label<'l>(lexicon: &'l Lexicon, words: &Words, cyrillic: bool) -> Option<Reading<'l>> {
    let stops = |at: usize| lexicon.meaning(words.word(at)).is_some_and(|meaning| meaning.stop);
    let mut from = 0;
    while from < words.len() && stops(from) {
        from += 1;
    }
    let to = (from..words.len()).find(|at| stops(*at)).unwrap_or(words.len());
    // A sentence rather than a name: its first words say too little about what the field is.
    if to - from > 6 {
        return None;
    }
    if cyrillic {
        for start in from..to.min(from + 3) {
            for end in (start + 1..=to.min(start + MAX_PHRASE)).rev() {
                if let Some(meaning) = lexicon.meaning(words.phrase(start, end)).filter(|meaning| !meaning.entries.is_empty()) {
                    let mut reading = around(lexicon, words, meaning, start, end, SmallVec::new(), &|_| false);
                    reading.unknown_modifier = None;
                    for at in end..words.len() {
                        if let Some(after) = lexicon.meaning(words.word(at))
                            && reading.local.is_empty()
                        {
                            reading.local = after.kinds;
                        }
                    }
                    return Some(reading);
                }
            }
        }
        return None;
    }
    let mut end = to;
    let mut affixes: SmallVec<[u16; 4]> = SmallVec::new();
    while end > from {
        for start in end.saturating_sub(MAX_PHRASE).max(from)..end {
            if let Some(meaning) = lexicon.meaning(words.phrase(start, end)).filter(|meaning| !meaning.entries.is_empty()) {
                let mut reading = around(lexicon, words, meaning, start, end, affixes, &|_| false);
                for at in to..words.len() {
                    if let Some(after) = lexicon.meaning(words.word(at))
                        && reading.local.is_empty()
                    {
                        reading.local = after.kinds;
                    }
                }
                return Some(reading);
            }
        }
        affixes.push(lexicon.meaning(words.word(end - 1)).and_then(|meaning| meaning.suffix)?);
        end -= 1;
    }
    None
}
