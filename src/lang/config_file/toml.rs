//! TOML, by the recovering parser of the `toml` crate: what is well-formed is read around what is not.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::{MAX_DEPTH, Values, Written};
use crate::index::Symbol;
use crate::source::Span;

pub(super) fn read(values: &mut Values<'_>) {
    let text = values.text;
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        values.damage(Span::new(at.start, at.end), format!("not TOML: {}", error.message()));
    }
    let mut path = Vec::new();
    table(values, &mut path, root.get_ref(), 0);
    // Tables come sorted by key; the order of the file is the order that readers expect.
    values.out.settings.sort_by_key(|setting| setting.span);
    values.out.unit.strings.sort_by_key(|string| string.span);
    values.hash_comments();
}

fn table(values: &mut Values<'_>, path: &mut Vec<Symbol>, table: &DeTable<'_>, depth: usize) {
    for (key, value) in table {
        let at = key.span();
        values.occupied.push(Span::new(at.start, at.end));
        path.push(Symbol::new(key.get_ref()));
        self::value(values, path, value, depth + 1);
        path.pop();
    }
}

fn value(values: &mut Values<'_>, path: &mut Vec<Symbol>, value: &Spanned<DeValue<'_>>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let at = value.span();
    let span = Span::new(at.start, at.end);
    match value.get_ref() {
        DeValue::String(text) => {
            let inner = unquoted(values.text, span);
            values.value(path, text, inner, Written::Text);
        }
        DeValue::Array(items) => items.iter().for_each(|item| self::value(values, path, item, depth + 1)),
        DeValue::Table(inner) => table(values, path, inner, depth),
        _ => {
            let text = span.text(values.text);
            values.value(path, text, span, Written::Bare);
        }
    }
}

/// The place of a string's content.
fn unquoted(file: &str, span: Span) -> Span {
    let raw = span.text(file);
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let Some(quote) =
        quotes.into_iter().find(|quote| raw.len() >= 2 * quote.len() && raw.starts_with(quote) && raw.ends_with(quote))
    else {
        return span;
    };
    Span::new(span.start as usize + quote.len(), span.end as usize - quote.len())
}
