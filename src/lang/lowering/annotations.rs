//! The arguments of annotations, which the IR keeps as text: `max_length=12, verbose_name=_("E-mail")`.

/// One argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<'t> {
    /// Its keyword, where it has one.
    pub keyword: Option<&'t str>,
    /// Its value, as written.
    pub value: &'t str,
}

/// The arguments in a text, split at the commas outside brackets and quotes. Keywords stand before `=` or `:`.
#[must_use]
pub fn arguments(text: &str) -> Vec<Written<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    let mut start = 0;
    let mut sign: Option<usize> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '\'' | '`' => quote = Some(c),
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    found.extend(written(text, start, sign, at));
                    (start, sign) = (at + 1, None);
                }
                // `a == b`, `a => b`, `A::B` are no keywords.
                '=' | ':' if depth == 0 && sign.is_none() && before != c => sign = Some(at),
                _ => {}
            },
        }
        before = c;
    }
    found.extend(written(text, start, sign, text.len()));
    found
}

fn written(text: &str, start: usize, sign: Option<usize>, end: usize) -> Option<Written<'_>> {
    let whole = text.get(start..end)?.trim();
    if whole.is_empty() {
        return None;
    }
    let named = sign.and_then(|sign| Some((text.get(start..sign)?.trim(), text.get(sign + 1..end)?.trim())));
    let is_name = |name: &str| {
        let plain = name.trim_matches(['"', '\'']);
        !plain.is_empty() && plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    match named.filter(|(name, _)| is_name(name)) {
        Some((name, value)) => Some(Written { keyword: Some(name.trim_matches(['"', '\''])), value }),
        None => Some(Written { keyword: None, value: whole }),
    }
}

/// The text of a value that is a literal, or a literal that a call marks for translation: `_("E-mail")`.
#[must_use]
pub fn text_of(value: &str) -> Option<&str> {
    let mut rest = value.trim();
    // Marks for translation are short names; a call of anything else may give anything.
    if let Some(open) = rest.find('(')
        && rest.ends_with(')')
        && !rest.starts_with(['"', '\''])
    {
        let name = rest.get(..open)?.rsplit('.').next()?;
        if !matches!(
            name,
            "_" | "t" | "gettext" | "gettext_lazy" | "ugettext_lazy" | "lazy_gettext" | "gettext_noop" | "_lazy" | "__" | "tr"
        ) {
            return None;
        }
        rest = rest.get(open + 1..rest.len() - 1)?.trim();
    }
    // `u"…"`, `f"…"`, `@"…"`.
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '@');
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote) && !inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_outside_brackets_and_quotes() {
        let found = arguments(r#"_("E-mail, work"), max_length=12, choices=[(1, "a")], db.comment: 'x', on="a,b""#);
        let shown: Vec<_> = found.iter().map(|one| (one.keyword, one.value)).collect();
        let wanted = [
            (None, r#"_("E-mail, work")"#),
            (Some("max_length"), "12"),
            (Some("choices"), r#"[(1, "a")]"#),
            (Some("db.comment"), "'x'"),
            (Some("on"), r#""a,b""#),
        ];
        assert_eq!(shown, wanted);
        assert_eq!(arguments(""), Vec::new());
        assert_eq!(arguments("a == b, A::B").len(), 2);
    }

    #[test]
    fn texts_may_be_marked_for_translation() {
        assert_eq!(text_of(r#"_("E-mail")"#), Some("E-mail"));
        assert_eq!(text_of("gettext_lazy('ИИН')"), Some("ИИН"));
        assert_eq!(text_of(r#"u"ИИН""#), Some("ИИН"));
        assert_eq!(text_of("compute('a')"), None);
        assert_eq!(text_of("12"), None);
        assert_eq!(text_of("'a' + 'b'"), None);
    }
}
