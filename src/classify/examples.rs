//! Runs the `examples` and `counter_examples` of the rule files, of the built-in ones and of a repository's own alike.
//!
//! An example is `Container{sibling, sibling}.field: type # label = category`; all but container and field may be left out. It
//! holds if the field is found with the entry's category (or the one it names, or one below or above either). A counter-example
//! holds if the field is not found with a category of persons; one of an organisation is not wrong.

use super::Classifier;
use crate::catalog::Catalog;
use crate::catalog::category::covers;
use crate::index::Symbol;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::source::Span;

/// Every example that does not hold, as a sentence that names the rule file, the entry and the example.
#[must_use]
pub fn failures(catalog: &Catalog) -> Vec<String> {
    let classifier = Classifier::new(catalog);
    let mut failures = Vec::new();
    for entry in catalog.categories.lexicon().entries() {
        let own = catalog.categories.name(entry.category);
        let examples = entry.examples.iter().map(|example| (example, true));
        for ((file, text), wanted) in examples.chain(entry.counter_examples.iter().map(|example| (example, false))) {
            let Some(example) = Example::parse(text) else {
                failures.push(format!("rules/{file}: {own}: `{text}` is not written as `Container.field`"));
                continue;
            };
            let expected = example.category.unwrap_or(own);
            let explanation = classifier.explain_field(&example.declaration(), example.siblings.len(), "");
            let found: Vec<&str> = explanation
                .verdict
                .iter()
                .flat_map(|verdict| &verdict.categories)
                .map(|id| catalog.categories.name(*id))
                .collect();
            let holds = if wanted || example.category.is_some() {
                found.iter().any(|found| covers(found, expected) || covers(expected, found))
            } else {
                !found.iter().any(|found| covers("user", found))
            };
            if !holds {
                let kind = if wanted { "example" } else { "counter-example" };
                let found = if found.is_empty() { "nothing".to_owned() } else { found.join(" and ") };
                failures.push(format!(
                    "rules/{file}: {own}: {kind} `{text}` gives {found}\n    {}",
                    explanation.considered.join("\n    ")
                ));
            }
        }
    }
    failures
}

/// A parsed example.
struct Example<'a> {
    container: &'a str,
    siblings: Vec<&'a str>,
    field: &'a str,
    ty: &'a str,
    label: Option<&'a str>,
    category: Option<&'a str>,
}

impl<'a> Example<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (text, category) = match text.rsplit_once(" = ") {
            Some((text, category)) => (text, Some(category.trim())),
            None => (text, None),
        };
        let (text, label) = match text.split_once(" # ") {
            Some((text, label)) => (text, Some(label.trim())),
            None => (text, None),
        };
        let (text, ty) = text.split_once(": ").unwrap_or((text, "text"));
        let (container, field) = text.rsplit_once('.')?;
        let (container, siblings) = match container.split_once('{') {
            Some((container, siblings)) => (container, siblings.strip_suffix('}')?.split(',').map(str::trim).collect()),
            None => (container, Vec::new()),
        };
        Some(Self { container: container.trim(), siblings, field: field.trim(), ty: ty.trim(), label, category })
    }

    fn declaration(&self) -> TypeDecl {
        let field =
            |name: &str, shape| Field::new(Symbol::new(name), TypeRef { text: Symbol::default(), shape }, Span::default());
        let shape = match self.ty {
            "bool" => TypeShape::Boolean,
            "int" => TypeShape::Integer,
            "decimal" => TypeShape::Decimal,
            "time" => TypeShape::Time,
            "bytes" => TypeShape::Bytes,
            "document" => TypeShape::Document,
            "enum" => TypeShape::Enumeration,
            "network" => TypeShape::NetworkAddress,
            "uuid" => TypeShape::Identifier,
            "list" => TypeShape::List(Box::new(TypeRef { text: Symbol::default(), shape: TypeShape::Text })),
            "named" => {
                let name: String = self.field.split('_').map(capital).collect();
                TypeShape::Named(vec![Symbol::new(&name)], Vec::new())
            }
            _ => TypeShape::Text,
        };
        let mut fields: Vec<Field> = self.siblings.iter().map(|name| field(name, TypeShape::Text)).collect();
        let mut tested = field(self.field, shape);
        tested.labels.extend(self.label.map(Symbol::new));
        fields.push(tested);
        TypeDecl {
            name: Symbol::new(self.container),
            module: Vec::new(),
            kind: TypeKind::Struct,
            fields,
            bases: Vec::new(),
            attributes: Vec::new(),
            doc: None,
            formatting: Formatting::default(),
            span: Span::default(),
            extent: Span::default(),
            in_test: false,
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
