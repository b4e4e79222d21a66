//! What a misspelt word was meant to be.

/// `did you mean ...?` for the candidate nearest to `word`, if one is near enough.
///
/// Near is at most a third of the letters changed, or, for dotted ids, an id that ends in the word: who writes `email` means
/// `user.contact.email`.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    // A distance costs time quadratic in the length; nobody mistypes a name this long.
    if word.len() > 200 {
        return None;
    }
    let folded = word.to_lowercase().replace(['_', ' '], "-");
    let allowed = (folded.chars().count() / 3).max(1);
    let distance = |candidate: &str| {
        let plain = candidate.replace('_', "-");
        let tail = plain.rsplit('.').next().unwrap_or(&plain);
        let whole = strsim::damerau_levenshtein(&folded, &plain);
        // The last segment counts as the whole only for a word that has no segments of its own, or for a wrong path to it.
        let own_tail = folded.rsplit('.').next().unwrap_or(&folded);
        let by_tail = (tail != plain && own_tail == tail).then_some(1);
        by_tail.map_or(whole, |near| near.min(whole))
    };
    let nearest = candidates.into_iter().map(|candidate| (distance(candidate), candidate)).min()?;
    (nearest.0 <= allowed).then(|| format!("did you mean `{}`?", nearest.1))
}

/// A suggestion, if there is one, and the words that can stand here.
pub fn advice<'c>(near: Option<String>, words: impl IntoIterator<Item = &'c str>) -> String {
    let listed = one_of(words);
    near.map_or_else(|| listed.clone(), |near| format!("{near} {listed}"))
}

/// The words that can stand somewhere, as a sentence; a long list is cut.
pub fn one_of<'c>(words: impl IntoIterator<Item = &'c str>) -> String {
    const MOST: usize = 20;
    let mut words = words.into_iter();
    let shown = words.by_ref().take(MOST).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match words.count() {
        0 if shown.is_empty() => "None is known here".to_owned(),
        0 => format!("Known here: {shown}"),
        more => format!("Known here: {shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_word() {
        assert_eq!(did_you_mean("categorys", ["clause", "categories"]).as_deref(), Some("did you mean `categories`?"));
        assert_eq!(did_you_mean("law_defaults", ["law-defaults", "laws"]).as_deref(), Some("did you mean `law-defaults`?"));
    }

    #[test]
    fn a_last_segment_finds_its_category() {
        let ids = ["user.contact.email", "user.contact.phone_number", "user.contact"];
        assert_eq!(did_you_mean("email", ids).as_deref(), Some("did you mean `user.contact.email`?"));
        assert_eq!(did_you_mean("user.phone_number", ids).as_deref(), Some("did you mean `user.contact.phone_number`?"));
    }

    #[test]
    fn an_unrelated_word_gets_no_suggestion() {
        assert_eq!(did_you_mean("zebra", ["clause", "categories"]), None);
        assert_eq!(did_you_mean(&"x".repeat(1000), ["clause"]), None);
    }
}
