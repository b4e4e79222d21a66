//! Attributes and doc comments: derives, serde's names, test code.

use super::kinds::{F, Kind, kind};
use super::lexer::{Lexer, Token, TokenKind, unescape, unquote};
use crate::index::Symbol;
use crate::ir::{Attribute, Field, Formatting};
use crate::lang::syntax::Node;

/// What stands before a declaration: attributes and documentation.
#[derive(Debug, Default)]
pub(super) struct Preamble {
    /// Attributes, those inside `cfg_attr` included.
    pub(super) attributes: Vec<Attribute>,
    docs: Vec<String>,
}

impl Preamble {
    /// Takes an attribute or comment in; says whether the node was one.
    pub(super) fn absorb(&mut self, node: Node<'_>) -> bool {
        match kind(node) {
            Kind::AttributeItem | Kind::InnerAttributeItem => self.attribute(node),
            Kind::LineComment | Kind::BlockComment => self.comment(node),
            _ => return false,
        }
        true
    }

    fn comment(&mut self, node: Node<'_>) {
        if node.field(F.outer).is_none() {
            return;
        }
        if let Some(doc) = node.field(F.doc) {
            let lines = doc.text().lines().map(|line| line.trim().trim_start_matches('*').trim());
            self.docs.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        }
    }

    fn attribute(&mut self, node: Node<'_>) {
        let text = node.text();
        let Some(open) = text.find('[') else { return };
        let inner = text.get(open + 1..).unwrap_or_default().trim_end().trim_end_matches(']');
        let span = node.span();
        self.add(inner, span, 0);
    }

    fn add(&mut self, text: &str, span: crate::source::Span, depth: u32) {
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':' || c == ' ')).unwrap_or(text.len());
        let name = text.get(..end).unwrap_or_default().trim();
        let rest = text.get(end..).unwrap_or_default().trim();
        if name == "doc" {
            if let Some(value) = rest.strip_prefix('=').map(str::trim).filter(|value| value.starts_with(['"', 'r'])) {
                self.docs.push(unescape(unquote(value)).trim().to_owned());
            }
            return;
        }
        let arguments = match rest.chars().next() {
            Some('(' | '[' | '{') => rest.get(1..rest.len().saturating_sub(1)).unwrap_or_default(),
            Some('=') => rest.get(1..).unwrap_or_default().trim(),
            _ => "",
        };
        self.attributes.push(Attribute { name: Symbol::new(name), arguments: Symbol::new(arguments.trim()), span });
        if name == "cfg_attr" && depth < 4 {
            for part in split(arguments).into_iter().skip(1) {
                self.add(part, span, depth + 1);
            }
        }
    }

    /// The documentation as one text.
    pub(super) fn doc(&self) -> Option<Symbol> {
        (!self.docs.is_empty()).then(|| Symbol::new(&self.docs.join("\n")))
    }

    /// Whether what follows is test code.
    pub(super) fn is_test(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            let name = attribute.name.as_str();
            let arguments = attribute.arguments.as_str();
            name == "test"
                || name.ends_with("::test")
                || name == "rstest"
                || name == "bench"
                || name == "test_case"
                || (name == "cfg" && mentions_test(arguments))
        })
    }

    /// The traits that are derived, by their simple names.
    pub(super) fn derives(&self) -> Vec<Symbol> {
        let derive = |attribute: &&Attribute| attribute.name == "derive";
        let names = self.attributes.iter().filter(derive).flat_map(|attribute| split(attribute.arguments.as_str()));
        names.filter(|name| !name.is_empty()).map(|name| Symbol::new(name.rsplit("::").next().unwrap_or(name).trim())).collect()
    }

    /// What derived formatters show.
    pub(super) fn formatting(&self) -> Formatting {
        let derives = self.derives();
        let derived = |name: &str| derives.iter().any(|known| *known == name);
        Formatting { debug_shows_fields: derived("Debug"), serializes_fields: derived("Serialize"), ..Formatting::default() }
    }

    /// The arguments of all `#[serde(..)]`: keys with their values.
    fn serde(&self) -> impl Iterator<Item = (&'static str, Option<String>)> + '_ {
        let serde = self.attributes.iter().filter(|attribute| attribute.name == "serde");
        serde.flat_map(|attribute| split(attribute.arguments.as_str())).map(|part| {
            let end = part.find(['=', '(']).unwrap_or(part.len());
            let rest = part.get(end..).unwrap_or_default();
            (part.get(..end).unwrap_or_default().trim(), value(rest))
        })
    }

    /// The rule by which serde renames fields of the type, or of all variants.
    pub(super) fn rename_rule(&self, key: &str) -> Option<String> {
        self.serde().find(|(name, _)| *name == key).and_then(|(_, value)| value)
    }

    /// Puts what the attributes say into a field.
    pub(super) fn apply(self, field: &mut Field, rename_rule: Option<&str>) {
        field.labels.extend(self.doc());
        let mut serialized = rename_rule.and_then(|rule| renamed(field.name.as_str(), rule));
        for (key, value) in self.serde() {
            match key {
                "rename" => serialized = value.or(serialized),
                "skip" | "skip_serializing" => field.skip_serialize = true,
                _ => {}
            }
        }
        // Other derives name the wire or column name in the same way.
        for attribute in &self.attributes {
            if let ("column_name" | "sql_name", name) = (attribute.name.as_str(), attribute.arguments.as_str()) {
                serialized = serialized.or_else(|| Some(name.trim_matches('"').to_owned()));
            }
        }
        let differs = |name: &String| !name.is_empty() && field.name != name.as_str();
        field.serialized_name = serialized.filter(differs).map(|name| Symbol::new(&name));
        field.attributes = self.attributes;
    }
}

/// `= "x"`, `(serialize = "x", deserialize = "y")`: the text that is written.
fn value(rest: &str) -> Option<String> {
    let rest = rest.trim();
    if let Some(literal) = rest.strip_prefix('=') {
        return Some(unescape(unquote(literal.trim())).into_owned());
    }
    let inner = rest.strip_prefix('(')?.trim_end().trim_end_matches(')');
    let part = split(inner).into_iter().find(|part| part.starts_with("serialize"))?;
    let (_, literal) = part.split_once('=')?;
    Some(unescape(unquote(literal.trim())).into_owned())
}

/// `test`, `any(test, ...)`, `all(test, ...)`, but not `not(test)` or `feature = "test-util"`.
fn mentions_test(arguments: &str) -> bool {
    if arguments.contains("not(") {
        return false;
    }
    let mut tokens = Lexer::new(arguments);
    tokens.any(|token| token.kind == TokenKind::Word && arguments.get(token.start..token.end) == Some("test"))
}

/// Splits at the commas that no bracket or string holds.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for Token { kind, start: at, end } in Lexer::new(text) {
        match kind {
            TokenKind::Open | TokenKind::Sign(b'<') => depth += 1,
            TokenKind::Close | TokenKind::Sign(b'>') => depth -= 1,
            TokenKind::Sign(b',') if depth <= 0 => {
                parts.push(text.get(start..at).unwrap_or_default().trim());
                start = end;
            }
            _ => {}
        }
    }
    let last = text.get(start..).unwrap_or_default().trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

/// A name by serde's case rule; `None` for an unknown rule.
pub(super) fn renamed(name: &str, rule: &str) -> Option<String> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let words = name.split('_').filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    Some(match rule {
        "lowercase" | "snake_case" => name.to_lowercase(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_uppercase(),
        "PascalCase" => words.map(capital).collect(),
        "camelCase" => words.enumerate().map(|(at, word)| if at == 0 { word.to_owned() } else { capital(word) }).collect(),
        "kebab-case" => name.to_lowercase().replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_uppercase().replace('_', "-"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_rules_give_the_names_that_serde_writes() {
        let cases = [
            ("camelCase", "phoneNumber"),
            ("PascalCase", "PhoneNumber"),
            ("kebab-case", "phone-number"),
            ("SCREAMING_SNAKE_CASE", "PHONE_NUMBER"),
        ];
        for (rule, expected) in cases {
            assert_eq!(renamed("phone_number", rule).as_deref(), Some(expected), "{rule}");
        }
        assert_eq!(renamed("phone_number", "Spongebob"), None);
    }
}
