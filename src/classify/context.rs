//! What holds a field: a person, an organisation, a thing, a configuration ... told by the container's head word, its bases, the
//! file's place and the fields that stand beside.

use smallvec::SmallVec;

use crate::catalog::category::lexicon::{Kinds, Lexicon, Strength};
use crate::catalog::category::words::Words;
use crate::catalog::{CategoryId, CategorySet};

/// What is known of a container.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// What it is.
    pub(super) kinds: Kinds,
    /// What it belongs to: the modifiers of its name.
    pub(super) outer: Kinds,
    /// What of `kinds` its fields tell rather than its name.
    pub(super) by_siblings: Kinds,
    /// What its fields hold, in their order, with their modifiers.
    pub(super) siblings: Vec<Sibling>,
    /// The container's name, for people.
    pub(super) name: String,
    /// The words of its name.
    pub(super) container: Words,
    /// Prefixes that its fields share.
    pub(super) shared: SmallVec<[SmallVec<[u8; 16]>; 2]>,
    /// It points at a person (`user_id`).
    pub(super) owned: bool,
}

/// What a field's name says by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sibling {
    pub(super) category: Option<CategoryId>,
    pub(super) strong: bool,
    pub(super) points: u8,
    pub(super) modifiers: u64,
}

impl Context {
    /// Whether a field other than `at` holds one of `wanted` and has the same modifiers.
    /// Words that need support themselves support others only where the entry says `mutual`.
    pub(super) fn beside(&self, at: usize, modifiers: u64, wanted: CategorySet, mutual: bool) -> bool {
        !wanted.is_empty()
            && self.siblings.iter().enumerate().any(|(other, sibling)| {
                other != at
                    && (sibling.strong || mutual)
                    && sibling.modifiers == modifiers
                    && sibling.category.is_some_and(|category| wanted.contains(category))
            })
    }
}

/// The kinds of a container by its name: of its head, and of what stands before the head.
pub(super) fn of_name(lexicon: &Lexicon, words: &Words) -> (Kinds, Kinds) {
    let mut kinds = Kinds::default();
    let mut outer = Kinds::default();
    let mut head_seen = false;
    let mut at = words.len();
    while at > 0 {
        let pair = (at >= 2).then(|| lexicon.meaning(words.phrase(at - 2, at))).flatten().filter(|m| !m.kinds.is_empty());
        let (meaning, width) = match pair {
            Some(meaning) => (Some(meaning), 2),
            None => (lexicon.meaning(words.word(at - 1)), 1),
        };
        at -= width;
        match meaning {
            Some(meaning) if meaning.wrapper && words.len() > 1 && pair.is_none() => {}
            Some(meaning) if !meaning.kinds.is_empty() => {
                if head_seen {
                    outer = outer.union(meaning.kinds);
                } else {
                    kinds = meaning.kinds;
                    head_seen = true;
                }
            }
            Some(meaning) if meaning.wrapper => {}
            _ if width == 1 && words.word(at).len() == 1 => {}
            // An unknown head: what stands before it only says whose it is.
            _ => head_seen = true,
        }
    }
    (kinds, outer)
}

/// The kinds that a table's comment or a type's documentation names: the head of its first noun phrase, if that is short enough
/// to be a name (`Пациенты`, `A customer of the shop`) rather than prose.
pub(super) fn of_doc(lexicon: &Lexicon, doc: &str) -> Kinds {
    let end = doc.find(['.', ',', ';', '(', ':', '\n']).unwrap_or(doc.len());
    let words = lexicon.split(doc.get(..end).unwrap_or(doc));
    let stops = |at: usize| lexicon.meaning(words.word(at)).is_some_and(|meaning| meaning.stop);
    let from = (0..words.len()).find(|at| !stops(*at)).unwrap_or(words.len());
    let to = (from..words.len()).find(|at| stops(*at)).unwrap_or(words.len());
    if to - from > 3 {
        return Kinds::default();
    }
    // Both languages put the head at one end: English last, Russian first.
    let cyrillic = doc.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
    let head = lexicon.split(std::str::from_utf8(words.phrase(from, if cyrillic { to.min(from + 1) } else { to })).unwrap_or(""));
    of_name(lexicon, &head).0
}

/// Adds what the fields tell about their container.
pub(super) fn add_siblings(lexicon: &Lexicon, context: &mut Context, organisation: CategorySet) {
    let mut points = 0u32;
    let mut fields = 0u32;
    let mut organisations = 0u32;
    let mut surname_points = 0u32;
    for sibling in &context.siblings {
        if !sibling.strong || sibling.modifiers != 0 {
            continue;
        }
        if sibling.category.is_some_and(|category| organisation.contains(category)) {
            organisations += 1;
        }
        if sibling.points > 0 {
            points += u32::from(sibling.points);
            fields += 1;
            surname_points = surname_points.max(u32::from(sibling.points));
        }
    }
    let closed = context.kinds.meets(lexicon.organisation) || context.kinds.meets(lexicon.impersonal);
    if points >= 6 && fields >= 3 && context.kinds.meets(lexicon.organisation) {
        // Surname, first name and birth date: whatever it is called, it is a person.
        context.by_siblings = lexicon.person;
        context.kinds = lexicon.person;
    } else if points >= 3 && fields >= 2 && !closed {
        context.by_siblings = context.by_siblings.union(lexicon.person);
    } else if organisations >= 1 && surname_points < 2 && !context.kinds.meets(lexicon.person) {
        context.by_siblings = context.by_siblings.union(lexicon.organisation);
    }
    context.kinds = context.kinds.union(context.by_siblings);
}

/// The category and the points of a field by the strongest meaning of its head.
pub(super) fn sibling(entries: &[(u16, Strength)], lexicon: &Lexicon, modifiers: u64) -> Sibling {
    let Some((entry, strength)) = entries.first().and_then(|(at, strength)| Some((lexicon.entry(*at)?, *strength))) else {
        return Sibling::default();
    };
    Sibling { category: Some(entry.category), strong: strength == Strength::Strong, points: entry.person_points, modifiers }
}
