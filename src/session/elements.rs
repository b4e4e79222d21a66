//! The inventory: every place that holds personal data, with what the Policy says of it.

use std::sync::Arc;

use crate::catalog::{Catalog, CategoryId};
use crate::classify::{Confidence, Verdict, intern_evidence};
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::{Field, TypeDecl, TypeKind};
use crate::link::{History, Schema};
use crate::policy::{self, Policy};
use crate::report::{Element, Introduced, Location};
use crate::source::{Site, SourceFile};

/// Every element, sorted by file and place.
pub(super) fn elements(
    catalog: &Catalog,
    policy: Option<&Policy>,
    sources: &[SourceFile],
    facts: &[Arc<FileFacts>],
    schema: &Schema,
) -> Vec<Element> {
    let builder = Builder { catalog, policy };
    let mut elements = Vec::new();
    for (source, fact) in sources.iter().zip(facts) {
        for (declaration, verdicts) in fact.unit.types.iter().zip(&fact.classified) {
            for (field, verdict) in declaration.fields.iter().zip(verdicts) {
                if let Some(verdict) = verdict {
                    builder.declared(source, declaration, field, verdict, &mut elements);
                }
            }
        }
        for literal in &fact.literals {
            elements.push(builder.literal(source, literal));
        }
    }
    // What a temporary table holds is a copy in passing of what another place keeps.
    for table in schema.tables.iter().filter(|table| !table.temporary) {
        for column in &table.columns {
            let (Some(verdict), Some(source)) = (&column.verdict, sources.get(column.file.index())) else { continue };
            let from = elements.len();
            let held = Held {
                source,
                kind: "column",
                container: table.name,
                field: column.field.name,
                ty: column.field.ty.text,
                required: column.field.required,
                in_test: source.is_test,
                location: Location::of(source, column.field.span),
            };
            builder.push(&held, verdict, &mut elements);
            for element in elements.iter_mut().skip(from) {
                tell_history(element, sources, &column.history);
            }
        }
    }
    elements
        .sort_by(|a, b| (&a.location, a.container, a.field, a.category).cmp(&(&b.location, b.container, b.field, b.category)));
    elements.dedup_by(|a, b| a.location == b.location && a.field == b.field && a.category == b.category);
    elements
}

/// What introduced a column, what it was called before, and where else it is shown.
fn tell_history(element: &mut Element, sources: &[SourceFile], history: &History) {
    let location = |site: &Site| sources.get(site.file.index()).map(|source| Location::of(source, site.span));
    let origin = &history.introduced;
    element.introduced = origin.migration.and_then(|migration| Some(Introduced { location: location(&origin.site)?, migration }));
    element.former_names = history.former.iter().map(|former| former.name).collect();
    element.also = history.also.iter().filter_map(location).collect();
}

/// A place that holds something, before it is known what.
struct Held<'a> {
    source: &'a SourceFile,
    kind: &'static str,
    container: Symbol,
    field: Symbol,
    ty: Symbol,
    required: bool,
    in_test: bool,
    location: Location,
}

struct Builder<'a> {
    catalog: &'a Catalog,
    policy: Option<&'a Policy>,
}

impl Builder<'_> {
    fn declared(&self, source: &SourceFile, declaration: &TypeDecl, field: &Field, verdict: &Verdict, out: &mut Vec<Element>) {
        let kind = match declaration.kind {
            TypeKind::Table | TypeKind::View => "column",
            TypeKind::Form => "form-input",
            _ => "field",
        };
        let held = Held {
            source,
            kind,
            container: declaration.name,
            field: field.name,
            ty: field.ty.text,
            required: field.required,
            in_test: declaration.in_test || source.is_test,
            location: Location::of(source, field.span),
        };
        self.push(&held, verdict, out);
    }

    fn literal(&self, source: &SourceFile, literal: &crate::facts::LiteralFact) -> Element {
        let held = Held {
            source,
            kind: "literal",
            container: Symbol::default(),
            field: literal.name.unwrap_or_default(),
            ty: Symbol::default(),
            required: false,
            in_test: literal.in_test || source.is_test,
            location: Location::of(source, literal.span),
        };
        let evidence = vec![Symbol::new(&format!("the literal {} is a valid {}", literal.hit.masked, literal.hit.what))];
        self.element(&held, literal.hit.category, Confidence::High, evidence)
    }

    fn push(&self, held: &Held<'_>, verdict: &Verdict, out: &mut Vec<Element>) {
        let evidence = intern_evidence(&verdict.evidence);
        for category in &verdict.categories {
            out.push(self.element(held, *category, verdict.confidence, evidence.clone()));
        }
    }

    fn element(&self, held: &Held<'_>, category: CategoryId, confidence: Confidence, evidence: Vec<Symbol>) -> Element {
        let mut element = Element {
            location: held.location.clone(),
            language: held.source.language,
            kind: held.kind,
            container: held.container,
            field: held.field,
            ty: held.ty,
            category: Symbol::new(self.catalog.categories.name(category)),
            confidence,
            evidence,
            declared: None,
            clauses: Vec::new(),
            purposes: Vec::new(),
            retention: None,
            source: None,
            required: held.required,
            in_test: held.in_test,
            introduced: None,
            former_names: Vec::new(),
            also: Vec::new(),
        };
        if let Some(policy) = self.policy {
            let ruling = policy.collection(self.catalog, category, None);
            element.declared = Some(ruling.verdict == policy::Verdict::Clear);
            // A clause may declare a category in several entries: for several sources, say.
            for clause in &ruling.clauses {
                if !element.clauses.contains(&clause.id) {
                    element.clauses.push(clause.id);
                }
            }
            element.purposes = ruling.purposes.unwrap_or_default();
            element.retention = policy.retention(category).map(|retention| retention.text.clone());
        }
        element
    }
}
