//! Documentation comments: what they say in words, and the members that they declare.

/// What a tag of a comment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    /// `var`, `property`, `param` …
    pub(super) name: &'t str,
    /// The type, empty if none is given.
    pub(super) ty: &'t str,
    /// The variable, without its sign; empty if none is given.
    pub(super) variable: &'t str,
    /// What follows.
    pub(super) text: &'t str,
    /// Where the variable stands in the comment.
    pub(super) at: usize,
}

/// The text of a comment before its tags, and what `@var` adds to its type.
pub(super) fn text(comment: &str) -> Option<String> {
    let inner = match comment.strip_prefix("/**") {
        Some(inner) => inner.strip_suffix("*/").unwrap_or(inner),
        None => comment.strip_prefix("//").or_else(|| comment.strip_prefix('#')).filter(|rest| !rest.starts_with('['))?,
    };
    let mut told: Vec<&str> = Vec::new();
    for line in inner.lines() {
        let line = line.trim().trim_start_matches('*').trim();
        if let Some(rest) = line.strip_prefix('@') {
            if let Some(rest) = rest.strip_prefix("var ") {
                // The type, then words.
                told.extend(
                    rest.trim_start().split_once(' ').map(|(_, words)| words.trim()).filter(|words| !words.starts_with('$')),
                );
            } else if !told.is_empty() {
                break;
            }
        } else if !line.is_empty() {
            told.push(line);
        }
    }
    let text = told.join("\n");
    (!text.is_empty()).then_some(text)
}

/// The tags of a comment that name a type or a variable, one on a line.
pub(super) fn tags(comment: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for line in comment.split_inclusive('\n') {
        let start = from;
        from += line.len();
        let Some(sign) = line.find('@') else { continue };
        let rest = line.get(sign + 1..).unwrap_or_default();
        let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or_default();
        let after = rest.get(name.len()..).unwrap_or_default();
        let after = after.trim_end().trim_end_matches("*/");
        let (ty, variable, text, at) = match after.find('$') {
            Some(dollar) => {
                let ty = after.get(..dollar).unwrap_or_default().trim();
                let rest = after.get(dollar + 1..).unwrap_or_default();
                let variable = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
                let text = rest.get(variable.len()..).unwrap_or_default().trim();
                (ty, variable, text, start + sign + 1 + name.len() + dollar + 1)
            }
            None => {
                let (ty, text) = after.trim().split_once(' ').unwrap_or((after.trim(), ""));
                (ty, "", text.trim(), start + sign)
            }
        };
        found.push(Tag { name, ty, variable, text, at });
    }
    found
}

/// The name of the type that a written type means, and whether a list of it: `?string`, `User[]|null`, `array<int, User>`.
pub(super) fn named(ty: &str) -> Option<(&str, bool)> {
    let one = ty.split(['|', '&']).map(|one| one.trim().trim_start_matches('?')).find(|one| !one.is_empty() && *one != "null")?;
    if let Some(element) = one.strip_suffix("[]") {
        return Some((element.trim_start_matches('('), true));
    }
    match one.split_once('<') {
        Some((_, arguments)) => {
            let last = arguments.trim_end_matches('>').rsplit(',').next().unwrap_or_default().trim();
            Some((last, true))
        }
        None => Some((one, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::{named, tags, text};

    #[test]
    fn what_a_comment_tells_is_read() {
        assert_eq!(text("/** @var string Where we write */").as_deref(), Some("Where we write"));
        assert_eq!(text("/**\n * A client.\n * @property string $email\n */").as_deref(), Some("A client."));
        assert_eq!(text("/* plain */"), None);
        let found = tags("/**\n * @property-read ?string $email Where we write\n * @return User[]\n */");
        let shown: Vec<_> = found.iter().map(|tag| (tag.name, tag.ty, tag.variable, tag.text)).collect();
        assert_eq!(shown, [("property-read", "?string", "email", "Where we write"), ("return", "User[]", "", "")]);
    }

    #[test]
    fn types_of_comments_have_names() {
        assert_eq!(named("null|User[]"), Some(("User", true)));
        assert_eq!(named("Collection<int, User>"), Some(("User", true)));
        assert_eq!(named("?string"), Some(("string", false)));
        assert_eq!(named(""), None);
    }
}
