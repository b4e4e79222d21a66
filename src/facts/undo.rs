//! Which SQL in code undoes a migration: what stands in a function `down` beside a function `up`, or is passed as such.
//!
//! The names are those that the frameworks ask for: `up`/`down` (knex, TypeORM, Laravel, SeaORM, goose), `upgrade`/`downgrade`
//! (Alembic), `safeUp`/`safeDown` (Yii), `reverse_sql` (Django).

use crate::ir::Unit;
use crate::source::Span;

const DO: &[&str] = &["up", "upgrade", "forward", "forwards", "apply", "migrate", "change", "run", "execute"];
const UNDO: &[&str] = &["down", "downgrade", "backward", "backwards", "rollback", "revert", "undo", "reverse"];

/// The extents of functions that undo what a function beside them does, in the order of the file.
pub(super) fn functions(unit: &Unit) -> Vec<Span> {
    let all = || unit.functions.iter().map(|function| (function.name.as_str(), function.extent));
    if !all().any(|(name, _)| begins_with(name, DO)) {
        return Vec::new();
    }
    let mut found: Vec<Span> = all().filter(|(name, _)| begins_with(name, UNDO)).map(|(_, extent)| extent).collect();
    found.sort_unstable_by_key(|span| span.start);
    found
}

/// Whether one of the extents holds the place.
pub(super) fn holds(extents: &[Span], place: Span) -> bool {
    let after = extents.partition_point(|extent| extent.start <= place.start);
    after.checked_sub(1).and_then(|at| extents.get(at)).is_some_and(|extent| place.end <= extent.end)
}

/// Whether the literal whose content stands at `place` is passed or assigned to something that undoes: `.down("...")`,
/// `reverse_sql="..."`, `down: '...'`.
pub(super) fn receives(text: &str, place: Span) -> bool {
    let before = text.get(..place.start as usize).unwrap_or_default();
    let before = before.trim_end_matches(['"', '\'', '`', '#']);
    let before = before.strip_suffix('r').filter(|before| before.ends_with(['(', ' ', '=', ':'])).unwrap_or(before);
    let Some(before) = before.trim_end().strip_suffix(['(', '=', ':']) else { return false };
    let before = before.trim_end().trim_end_matches(['"', '\'']);
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    begins_with(word, UNDO)
}

/// Whether the first word of a name, `safe` aside, is one of these.
fn begins_with(name: &str, words: &[&str]) -> bool {
    let name = ["safe", "Safe"].iter().find_map(|safe| name.strip_prefix(safe)).unwrap_or(name).trim_start_matches('_');
    let first = name.chars().take(12).enumerate().take_while(|(at, c)| c.is_alphabetic() && (*at == 0 || !c.is_uppercase()));
    let first: String = first.flat_map(|(_, c)| c.to_lowercase()).collect();
    words.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_by_their_first_word() {
        for name in ["down", "Down", "downAddPhone", "Down00002", "down_20240101", "safeDown", "downgrade", "reverse_sql"] {
            assert!(begins_with(name, UNDO), "{name}");
        }
        for name in ["up", "download", "breakdown", "downloads_table", "undone", "reversed", ""] {
            assert!(!begins_with(name, UNDO), "{name}");
        }
    }

    #[test]
    fn what_a_literal_is_passed_to() {
        let receives = |text: &str| {
            let at = text.find("DROP").expect("the literal");
            receives(text, Span::new(at, at + 4))
        };
        for text in [
            "M::up(\"...\").down(\"DROP\")",
            "down: 'DROP'",
            "reverse_sql=\"DROP\"",
            "{\"down\": \"DROP\"}",
            ".down(r#\"DROP\"#)",
        ] {
            assert!(receives(text), "{text}");
        }
        for text in ["M::up(\"DROP\")", "execute(\"DROP\")", "let sql = \"DROP\"", "DROP", "download(\"DROP\")"] {
            assert!(!receives(text), "{text}");
        }
    }
}
