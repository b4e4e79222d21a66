//! Accepts or refuses what a name says, in its context: affixes, type, what holds it, what stands beside it, labels.

use crate::catalog::Categories;
use crate::catalog::CategoryId;
use crate::catalog::category::lexicon::{Entry, Kinds, Strength, Types};
use crate::catalog::category::words::Words;
use crate::ir::{Field, TypeRef};

use super::context::Context;
use super::reading::{Reading, read, read_label};
use super::{Confidence, NamedValue, Verdict, types_of};

/// Collects considerations for `explain`; off, it costs nothing.
pub(super) struct Trace(Option<Vec<String>>);

impl Trace {
    pub(super) fn off() -> Self {
        Self(None)
    }
    pub(super) fn on() -> Self {
        Self(Some(Vec::new()))
    }
    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }
    fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.0 {
            lines.push(line());
        }
    }
    pub(super) fn lines(self) -> Vec<String> {
        self.0.unwrap_or_default()
    }
}

/// What is asked, and where.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) categories: &'a Categories,
    pub(super) context: &'a Context,
    /// The field's position among its siblings.
    pub(super) at: usize,
    /// A value in code rather than a declared field.
    pub(super) in_code: bool,
    /// A local or parameter: nothing holds it.
    pub(super) bare: bool,
}

/// What supports an accepted reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Support {
    /// The words alone.
    Words,
    /// What holds it.
    Holder,
    /// A modifier in the name itself.
    Modifier,
    /// A field beside it.
    Beside,
    /// What the container belongs to.
    Outer,
    /// The person that the container points at.
    Owned,
}

/// An accepted reading.
#[derive(Debug, Clone, Copy)]
struct Accepted<'l> {
    category: CategoryId,
    entry: &'l Entry,
    strength: Strength,
    support: Support,
    shifted: bool,
    confidence: Confidence,
}

/// Judges a declared field.
pub(super) fn field(question: &Question<'_>, field: &Field, words: &Words, trace: &mut Trace) -> Option<Verdict> {
    let lexicon = question.categories.lexicon();
    let context = question.context;
    trace.note(|| format!("name `{}`: words `{}`", field.name, words.text(0, words.len())));
    trace.note(|| holder(question));
    let neutral = |word: &[u8]| context.neutral(word);
    let types = field_types(field);
    let reading = read(lexicon, words, &neutral);
    let mut by_name = None;
    let mut excluded = false;
    match &reading {
        Some(reading) => {
            trace.note(|| format!("head: `{}`", words.text(reading.start, reading.end)));
            excluded = reading.affixes.iter().any(|affix| lexicon.affix(*affix).is_some_and(|affix| !affix.transparent));
            by_name = accept(question, reading, types, Some(&field.ty), field.references.is_some(), trace).or_else(|| {
                let other = reading.fallback.as_deref()?;
                trace.note(|| format!("or the head is `{}`", words.text(other.start, other.end)));
                accept(question, other, types, Some(&field.ty), field.references.is_some(), trace)
            });
        }
        None => trace.note(|| "no word of the lexicon is the head of the name".to_owned()),
    }
    // A column `e` that is serialised as `email` is one.
    if by_name.is_none()
        && reading.is_none()
        && let Some(serialized) = field.serialized_name
    {
        let words = lexicon.split(serialized.as_str());
        if let Some(reading) = read(lexicon, &words, &neutral) {
            trace.note(|| format!("serialised as `{serialized}`: head `{}`", words.text(reading.start, reading.end)));
            by_name = accept(question, &reading, types, Some(&field.ty), field.references.is_some(), trace);
        }
    }
    if by_name.is_none() && !excluded && types == Types::NAMED {
        by_name = by_type(question, &field.ty, trace);
    }
    let mut by_label = None;
    // What is true or false is no datum, whatever its comment says it is about.
    if types != Types::BOOL && !field.labels.is_empty() && !(excluded && by_name.is_none()) {
        for label in &field.labels {
            if let Some(accepted) = label_reading(question, label.as_str(), types, trace) {
                by_label = Some((accepted, label.as_str()));
                break;
            }
        }
    }
    let verdict = combine(question, words, reading.as_ref(), by_name, by_label)
        .or_else(|| by_container(question, field, words, reading.is_some(), types, trace));
    trace.note(|| match &verdict {
        Some(verdict) => {
            let names: Vec<_> = verdict.categories.iter().map(|id| question.categories.name(*id)).collect();
            format!("result: {}, {:?} confidence", names.join(" and "), verdict.confidence)
        }
        None => "result: no personal data".to_owned(),
    });
    verdict
}

/// Judges a name in code.
pub(super) fn value(question: &Question<'_>, words: &Words, value: &NamedValue<'_>, trace: &mut Trace) -> Option<Verdict> {
    let lexicon = question.categories.lexicon();
    trace.note(|| format!("name `{}`: words `{}`", value.name, words.text(0, words.len())));
    if value.container.is_some() && !value.bare {
        trace.note(|| holder(question));
    }
    let Some(reading) = read(lexicon, words, &|_| false) else {
        trace.note(|| "no word of the lexicon is the head of the name".to_owned());
        return None;
    };
    trace.note(|| format!("head: `{}`", words.text(reading.start, reading.end)));
    let types = value.ty.map_or(Types::all(), types_of);
    let accepted = accept(question, &reading, types, value.ty, false, trace)
        .or_else(|| accept(question, reading.fallback.as_deref()?, types, value.ty, false, trace))?;
    combine(question, words, Some(&reading), Some(accepted), None)
}

/// The first meaning of a head that holds in its context.
fn accept<'q>(
    question: &Question<'q>,
    reading: &Reading<'q>,
    types: Types,
    ty: Option<&TypeRef>,
    foreign_key: bool,
    trace: &mut Trace,
) -> Option<Accepted<'q>> {
    let lexicon = question.categories.lexicon();
    for (at, strength) in &reading.meaning.entries {
        let Some(entry) = lexicon.entry(*at) else {
            continue;
        };
        if *strength == Strength::Label {
            continue;
        }
        match judge(question, reading, entry, *strength, types, ty, foreign_key) {
            Ok(accepted) => {
                trace.note(|| {
                    let category = question.categories.name(accepted.category);
                    format!("{category} (rules/{}): accepted, {}", entry.file, support(question, &accepted))
                });
                return Some(accepted);
            }
            Err(refusal) => trace.note(|| {
                let category = question.categories.name(entry.category);
                format!("{category} (rules/{}): refused, {}", entry.file, refusal.text(question))
            }),
        }
    }
    None
}

/// Why a reading does not hold.
enum Refusal<'l> {
    Affix { name: &'l str, reason: &'l str },
    Type(Types),
    TypeNames,
    Context(Kinds),
    ForeignKey,
    Shifted(Kinds),
    Unsupported { within: Kinds, unknown_modifier: bool },
    NotBare,
}

impl Refusal<'_> {
    fn text(&self, question: &Question<'_>) -> String {
        let lexicon = question.categories.lexicon();
        match self {
            Self::Affix { name, reason } => {
                format!("exclusion `{name}`: {reason}; without that word it would count")
            }
            Self::Type(types) => format!("its type ({types:?}) holds no such data"),
            Self::TypeNames => "its type names something else".to_owned(),
            Self::Context(kinds) => {
                format!("it stands in or before {}, which holds no person's data", lexicon.kind_names(*kinds))
            }
            Self::ForeignKey => "it is a foreign key: the data stands where it points".to_owned(),
            Self::Shifted(kinds) => format!("in the context {} it is not a person's", lexicon.kind_names(*kinds)),
            Self::Unsupported { within, unknown_modifier } => {
                let why = if *unknown_modifier { "an unknown word qualifies it and" } else { "the word is weak and" };
                format!("{why} nothing supports it; in {} it would count, as would a label", lexicon.kind_names(*within))
            }
            Self::NotBare => "as a bare local it says too little; as a member of a person it would count".to_owned(),
        }
    }
}

fn judge<'q>(
    question: &Question<'q>,
    reading: &Reading<'q>,
    entry: &'q Entry,
    strength: Strength,
    types: Types,
    ty: Option<&TypeRef>,
    foreign_key: bool,
) -> Result<Accepted<'q>, Refusal<'q>> {
    let lexicon = question.categories.lexicon();
    let context = question.context;
    let kept = |at: &u16, category| lexicon.affix(*at).is_none_or(|affix| affix.lets_through(category, question.in_code));
    if let Some(affix) = reading.affixes.iter().find(|at| !kept(at, entry.category)).and_then(|at| lexicon.affix(*at)) {
        return Err(Refusal::Affix { name: &affix.name, reason: &affix.reason });
    }
    // `license_id` in a table of licences is the record's own key.
    if reading.repeats
        && let Some(affix) = reading.affixes.iter().filter_map(|at| lexicon.affix(*at)).find(|affix| affix.key)
    {
        return Err(Refusal::Affix { name: &affix.name, reason: &affix.reason });
    }
    if !entry.types.intersects(types) {
        return Err(Refusal::Type(types));
    }
    if question.bare && !entry.bare {
        return Err(Refusal::NotBare);
    }
    if let Some(head) = ty.and_then(TypeRef::head) {
        let (kinds, _) = super::context::of_name(lexicon, &lexicon.split(head.as_str()));
        if kinds.meets(entry.unless.common(lexicon.programmatic)) {
            return Err(Refusal::TypeNames);
        }
    }
    if foreign_key && strength == Strength::Weak {
        return Err(Refusal::ForeignKey);
    }
    let local = reading.local;
    let kinds = if local.is_empty() { context.kinds } else { local };
    if local.meets(entry.unless) {
        return Err(Refusal::Context(local.common(entry.unless)));
    }
    let mut against = context.kinds.common(entry.unless);
    if local.meets(lexicon.person) {
        // Of a person's in an organisation's or a thing's record it is the person's; in a program's it may be anything.
        against = against.common(lexicon.impersonal);
    }
    if !against.is_empty() && !context.kinds.meets(lexicon.person) {
        return Err(Refusal::Context(against));
    }
    let mut category = entry.category;
    let mut shifted = false;
    // What qualifies a word inside an organisation's record is still the organisation's (`billing_email`), unless it is a person.
    let kinds = if local.meets(lexicon.person) { kinds } else { kinds.union(context.kinds.common(lexicon.organisation)) };
    for shift in &entry.shifts {
        let near = context.beside(question.at, reading.modifiers, shift.near, false);
        let spared = shift.to.is_none()
            && (shift.unless_owned && (context.owned || context.outer.meets(lexicon.person))
                // A strong word in a person's record stays a person's, whatever qualifies it.
                || strength == Strength::Strong && context.kinds.meets(entry.within) && !local.meets(lexicon.organisation));
        if near || (shift.within.meets(kinds) && !spared) {
            let Some(to) = shift.to else {
                return Err(Refusal::Shifted(kinds.common(shift.within)));
            };
            category = to;
            shifted = true;
            break;
        }
    }
    let unknown_modifier = reading.unknown_modifier.is_some() && !entry.any_modifier;
    let support = if !local.is_empty() && (local.meets(entry.within) || shifted) {
        Support::Modifier
    } else if !unknown_modifier && (kinds.meets(entry.within) || shifted) {
        Support::Holder
    } else if !unknown_modifier && context.beside(question.at, reading.modifiers, entry.near, entry.mutual) {
        Support::Beside
    } else if strength == Strength::Strong {
        Support::Words
    } else if !unknown_modifier
        && local.is_empty()
        && context.kinds.is_empty()
        && (context.outer.meets(lexicon.person) || context.owned && entry.owned != Some(false))
        && lexicon.person.meets(entry.within)
    {
        Support::Outer
    } else if entry.owned == Some(true) && context.owned && !unknown_modifier && local.is_empty() {
        Support::Owned
    } else {
        return Err(Refusal::Unsupported { within: entry.within, unknown_modifier });
    };
    let person = kinds.meets(lexicon.person);
    let confidence = match (strength, support) {
        (Strength::Strong, Support::Words) if !person || unknown_modifier => Confidence::Medium,
        (Strength::Strong, _) => Confidence::High,
        (_, Support::Outer) => Confidence::Low,
        _ => Confidence::Medium,
    };
    Ok(Accepted { category, entry, strength, support, shifted, confidence })
}

/// A field whose name says nothing, in a container that holds one kind of data beside its keys: `LAB_CROSS` in `LABORATORY`.
fn by_container(
    question: &Question<'_>,
    field: &Field,
    words: &Words,
    read: bool,
    types: Types,
    trace: &mut Trace,
) -> Option<Verdict> {
    let lexicon = question.categories.lexicon();
    let holds = Types::TEXT | Types::NUMBER | Types::DECIMAL | Types::DOCUMENT | Types::BYTES;
    if read || field.references.is_some() || words.is_empty() || types == Types::all() || !holds.intersects(types) {
        return None;
    }
    // A patient's name kept in the record makes it no less one of care.
    let kinds = question.context.kinds.without(question.context.by_siblings);
    // A `Diagnosis` that points at nobody may be of a machine.
    let owned = question.context.owned || question.context.outer.meets(lexicon.person);
    let category = lexicon.holds(kinds, owned)?;
    // A key, a status, a flag: whatever has a role of its own is not the record's content.
    let role = |at: usize| {
        lexicon.meaning(words.word(at)).is_some_and(|meaning| {
            let kept = |affix: Option<u16>| affix.and_then(|at| lexicon.affix(at)).is_none_or(|affix| affix.transparent);
            !kept(meaning.suffix)
                || !kept(meaning.prefix)
                || !meaning.kinds.is_empty() && !question.context.neutral(words.word(at))
        })
    };
    if (0..words.len()).any(role) || (0..words.len()).all(|at| question.context.neutral(words.word(at))) {
        return None;
    }
    let evidence =
        format!("`{}` ({}) holds such data beside its keys", question.context.name, lexicon.kind_names(question.context.kinds));
    trace.note(|| format!("by its container: {}", question.categories.name(category)));
    Some(Verdict { categories: smallvec::smallvec![category], confidence: Confidence::Low, evidence: vec![evidence] })
}

/// A field whose name says nothing but whose type is named for what it holds: `contact: EmailAddress`.
fn by_type<'q>(question: &Question<'q>, ty: &TypeRef, trace: &mut Trace) -> Option<Accepted<'q>> {
    let lexicon = question.categories.lexicon();
    let inner = ty.element().unwrap_or(ty);
    let head = inner.head()?;
    let words = lexicon.split(head.as_str());
    let reading = read(lexicon, &words, &|_| false)?;
    if !reading.affixes.is_empty() || reading.start > 0 || reading.end < words.len() {
        return None;
    }
    let (at, strength) = *reading.meaning.entries.first()?;
    if strength != Strength::Strong {
        return None;
    }
    let entry = lexicon.entry(at)?;
    // A key's type (`MembershipId`) names a record of the program.
    if question.categories.get(entry.category).is_none_or(|category| category.identifier_only) {
        return None;
    }
    let mut accepted = judge(question, &reading, entry, strength, Types::NAMED, None, false).ok()?;
    accepted.confidence = Confidence::Medium;
    trace.note(|| format!("its type `{head}` is named for {}", question.categories.name(accepted.category)));
    Some(accepted)
}

/// What a comment or label says.
fn label_reading<'q>(question: &Question<'q>, label: &str, types: Types, trace: &mut Trace) -> Option<Accepted<'q>> {
    let lexicon = question.categories.lexicon();
    let text = label.trim().trim_start_matches(['/', '*', '-', '#', '!', ' ']);
    let end = text.find(['.', ',', ';', '(', ':', '\n', '—', '–', '=', '[', '{']).unwrap_or(text.len());
    let text = text.get(..end)?.trim();
    let cyrillic = text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
    let text = text.replace("'s ", " ").replace("’s ", " ");
    let words = lexicon.split(&text);
    let reading = read_label(lexicon, &words, cyrillic)?;
    let mut best: Option<Accepted<'q>> = None;
    for (at, strength) in &reading.meaning.entries {
        let Some(entry) = lexicon.entry(*at) else {
            continue;
        };
        let effective = if *strength == Strength::Label { Strength::Strong } else { *strength };
        // A label proves; only a weak one needs the type's support as well.
        let types = if effective == Strength::Strong { Types::all() } else { types };
        if let Ok(mut accepted) = judge(question, &reading, entry, effective, types, None, false) {
            if effective == Strength::Strong && accepted.support == Support::Words {
                accepted.confidence = Confidence::Medium;
            }
            best = Some(accepted);
            break;
        }
    }
    trace.note(|| match &best {
        Some(accepted) => format!("label «{text}»: {}", question.categories.name(accepted.category)),
        None => format!("label «{text}»: refused in this context"),
    });
    best
}

/// Puts name and label together.
fn combine(
    question: &Question<'_>,
    words: &Words,
    reading: Option<&Reading<'_>>,
    by_name: Option<Accepted<'_>>,
    by_label: Option<(Accepted<'_>, &str)>,
) -> Option<Verdict> {
    let categories = question.categories;
    let agrees = |a: CategoryId, b: CategoryId| {
        let (a, b) = (categories.name(a), categories.name(b));
        crate::catalog::category::covers(a, b) || crate::catalog::category::covers(b, a)
    };
    let (chosen, label, both) = match (by_name, by_label) {
        (Some(name), Some((label, text))) if agrees(name.category, label.category) => {
            // The narrower of the two says more.
            let narrower = categories.name(label.category).len() > categories.name(name.category).len();
            (if narrower { label } else { name }, Some(text), true)
        }
        (Some(name), Some((label, text))) if name.strength == Strength::Weak && label.strength != Strength::Weak => {
            (label, Some(text), false)
        }
        (Some(name), _) => (name, None, false),
        (None, Some((label, text))) => (label, Some(text), false),
        (None, None) => return None,
    };
    let mut evidence = Vec::with_capacity(3);
    if let Some(text) = label {
        evidence.push(format!("label «{}» names {}", shorten(text), categories.name(chosen.category)));
    }
    if let (Some(reading), Some(name)) = (reading, by_name) {
        evidence.push(format!(
            "`{}` names {} ({}, rules/{})",
            words.text(reading.start, reading.end),
            categories.name(name.category),
            if name.strength == Strength::Strong { "strong word" } else { "weak word" },
            name.entry.file
        ));
        if name.support != Support::Words {
            evidence.push(support(question, &name));
        }
    } else if let (None, Some(name)) = (reading, by_name) {
        evidence.push(format!("its type names {} (rules/{})", categories.name(name.category), name.entry.file));
    }
    let mut ids = smallvec::SmallVec::new();
    ids.push(chosen.category);
    if !chosen.shifted {
        ids.extend(chosen.entry.also);
    }
    Some(Verdict { categories: ids, confidence: if both { Confidence::High } else { chosen.confidence }, evidence })
}

/// A label may hold anything; a few words of it are enough.
fn shorten(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    // Digits could be an example of a real value.
    let mut short: String = line.chars().take(60).map(|c| if c.is_ascii_digit() { '*' } else { c }).collect();
    if line.chars().count() > 60 {
        short.push('…');
    }
    short
}

fn support(question: &Question<'_>, accepted: &Accepted<'_>) -> String {
    let lexicon = question.categories.lexicon();
    match accepted.support {
        Support::Words => "by its words alone".to_owned(),
        Support::Holder => format!("held by `{}` ({})", question.context.name, lexicon.kind_names(question.context.kinds)),
        Support::Modifier => "qualified by a word of the name itself".to_owned(),
        Support::Beside => "a field beside it belongs to the same data".to_owned(),
        Support::Owned => format!("`{}` points at the person it belongs to", question.context.name),
        Support::Outer => format!("`{}` belongs to a {}", question.context.name, lexicon.kind_names(question.context.outer)),
    }
}

fn holder(question: &Question<'_>) -> String {
    let lexicon = question.categories.lexicon();
    let context = question.context;
    if context.kinds.is_empty() && context.outer.is_empty() {
        return format!("context: `{}` is of no known kind", context.name);
    }
    let mut text = format!("context: `{}` is of kind {}", context.name, lexicon.kind_names(context.kinds));
    if !context.by_siblings.is_empty() {
        text.push_str(&format!(" (by its fields: {})", lexicon.kind_names(context.by_siblings)));
    }
    if !context.outer.is_empty() {
        text.push_str(&format!("; belongs to {}", lexicon.kind_names(context.outer)));
    }
    text
}

fn field_types(field: &Field) -> Types {
    types_of(&field.ty)
}
