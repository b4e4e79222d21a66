//! Words that several checks share.

use super::Case;
use crate::catalog::Categories;
use crate::catalog::model::Effects;
use crate::classify::values::detect;
use crate::index::Symbol;

/// Longer lists are cut: the finding's data hold them in full.
const LISTED: usize = 4;

impl Case<'_> {
    /// A category by title and id: `e-mail address (user.contact.email)`.
    pub(crate) fn category(&self, id: Symbol) -> String {
        let title = self
            .catalog
            .categories
            .find(id.as_str())
            .and_then(|found| self.catalog.categories.get(found))
            .map(|one| one.title.as_str());
        match title {
            // What follows a colon in a title are examples.
            Some(title) if !title.is_empty() => format!("{} ({id})", title.split(':').next().unwrap_or(title)),
            _ => id.as_str().to_owned(),
        }
    }

    /// Several categories as part of a sentence: up to two by title and id, more by id alone.
    pub(crate) fn categories(&self, ids: &[Symbol]) -> String {
        if ids.len() > 2 {
            let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
            return format!("personal data ({})", listed(&ids));
        }
        listed(&ids.iter().map(|id| self.category(*id)).collect::<Vec<_>>())
    }
}

/// The subject of a finding's sentence with the verb that agrees: `E-mail address (…) is`, `Name (…) and phone (…) are`.
pub(crate) fn subject(case: &Case<'_>, ids: &[Symbol], after: &str) -> String {
    format!("{}{after} {}", sentence(&case.categories(ids)), if ids.len() == 1 { "is" } else { "are" })
}

/// `a`, `a and b`, `a, b and c`, `a, b, c, d and 3 more`.
pub(crate) fn listed(items: &[String]) -> String {
    let mut shown: Vec<String> =
        items.iter().take(if items.len() > LISTED + 1 { LISTED } else { items.len() }).cloned().collect();
    let more = items.len() - shown.len();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.pop() {
        Some(last) if !shown.is_empty() => format!("{} and {last}", shown.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

/// The first letter in upper case, for the start of a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1 place`, `3 places`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What has been done to the values, to follow their names; empty for raw values.
pub(crate) fn effects_words(effects: Effects) -> &'static str {
    if effects.contains(Effects::PSEUDONYMISED) { " (pseudonymised: a hash or token still singles out the person)" } else { "" }
}

/// Rounds of masking: each hides several values, and nobody writes so many into one remark.
const MASKING_ROUNDS: usize = 16;

/// A text that somebody wrote, without the personal values it may hold: it goes into every report.
#[must_use]
pub fn without_values(categories: &Categories, remark: &str) -> String {
    let mut text = remark.to_owned();
    for _ in 0..MASKING_ROUNDS {
        let hits = detect(&text, None, categories);
        if hits.is_empty() {
            return text;
        }
        // From the end, so that the places of the values before stay.
        for hit in hits.iter().rev() {
            text.replace_range(hit.start..hit.end, &hit.masked);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences() {
        let items = |count: usize| (1..=count).map(|at| at.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&items(1)), "1");
        assert_eq!(listed(&items(2)), "1 and 2");
        assert_eq!(listed(&items(5)), "1, 2, 3, 4 and 5");
        assert_eq!(listed(&items(7)), "1, 2, 3, 4 and 3 more");
    }
}
