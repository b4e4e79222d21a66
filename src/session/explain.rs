//! Why something was found at a place, or was not.

use super::Analysis;
use crate::classify::{Classifier, Explanation, Verdict};
use crate::ir::TypeDecl;
use crate::source::{SourceFile, Span};

/// What decided about one thing at a place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PlaceExplanation {
    /// What it is, e.g. "column users.iin".
    pub title: String,
    /// What was looked at and decided, in order.
    pub lines: Vec<String>,
}

impl Analysis {
    /// Whether the file was scanned.
    #[must_use]
    pub fn has_file(&self, file: &str) -> bool {
        self.source(file).is_some()
    }

    /// Everything that decided about `line` (from 1) of `file` (relative to the root, with `/`): declared fields, columns,
    /// findings and flows, hits and non-hits alike.
    #[must_use]
    pub fn explain(&self, file: &str, line: u32) -> Vec<PlaceExplanation> {
        let Some((at, source)) = self.source(file) else { return Vec::new() };
        let on_line = |span: Span| source.lines().line(span.start) == line;
        let mut places = Vec::new();
        if let Some(facts) = self.facts.get(at) {
            for declaration in &facts.unit.types {
                self.fields(source, declaration, "field", &on_line, &mut places);
            }
        }
        for table in &self.schema.tables {
            let here = table.columns.iter().any(|column| column.file.index() == at && on_line(column.field.span));
            if here {
                let declaration = table.declaration();
                let in_this_file = |index: usize| table.columns.get(index).is_some_and(|column| column.file.index() == at);
                for (index, field) in declaration.fields.iter().enumerate() {
                    if in_this_file(index) && on_line(field.span) {
                        // What the values show, or the columns that a view selects, is known of the schema alone.
                        let verdict = table.columns.get(index).and_then(|column| column.verdict.as_ref());
                        places.push(self.field(source, &declaration, index, "column", verdict));
                    }
                }
            }
        }
        for finding in &self.report.findings {
            if finding.location.file == source.path && finding.location.line == line {
                let mut lines = vec![finding.message.clone()];
                lines.extend(finding.evidence.iter().map(|evidence| format!("evidence: {evidence}")));
                lines.extend(
                    finding.path.iter().map(|step| format!("{}:{}: {}", step.location.file, step.location.line, step.what)),
                );
                lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
                places.push(PlaceExplanation { title: format!("finding {} {}", finding.code, finding.name), lines });
            }
        }
        for transfer in &self.report.transfers {
            if transfer.location.file == source.path && transfer.location.line == line {
                let recipient = transfer.recipient.map_or_else(String::new, |recipient| format!(" to {recipient}"));
                let categories: Vec<_> = transfer.categories.iter().map(|category| category.as_str()).collect();
                let mut lines = vec![format!("carries {}", categories.join(", "))];
                lines.extend(
                    transfer.path.iter().map(|step| format!("{}:{}: {}", step.location.file, step.location.line, step.what)),
                );
                places.push(PlaceExplanation { title: format!("{} call {}{recipient}", transfer.sink, transfer.call), lines });
            }
        }
        places
    }

    fn source(&self, file: &str) -> Option<(usize, &SourceFile)> {
        let at = self.sources.binary_search_by(|source| source.path.as_str().cmp(file)).ok()?;
        Some((at, self.sources.get(at)?))
    }

    fn fields(
        &self,
        source: &SourceFile,
        declaration: &TypeDecl,
        kind: &str,
        on_line: &dyn Fn(Span) -> bool,
        places: &mut Vec<PlaceExplanation>,
    ) {
        for (index, field) in declaration.fields.iter().enumerate() {
            if on_line(field.span) {
                places.push(self.field(source, declaration, index, kind, None));
            }
        }
    }

    /// `known` is the verdict as it stands, where more than the declaration tells.
    fn field(
        &self,
        source: &SourceFile,
        declaration: &TypeDecl,
        index: usize,
        kind: &str,
        known: Option<&Verdict>,
    ) -> PlaceExplanation {
        let Explanation { verdict, considered } =
            Classifier::new(&self.catalog).explain_field(declaration, index, source.path.as_str());
        let verdict = known.or(verdict.as_ref());
        let name = declaration.fields.get(index).map(|field| field.name).unwrap_or_default();
        let mut lines = vec![match verdict {
            Some(verdict) => {
                let categories: Vec<_> = verdict.categories.iter().map(|id| self.catalog.categories.name(*id)).collect();
                format!("holds {} (confidence {})", categories.join(", "), verdict.confidence.as_str())
            }
            None => "holds no personal data as far as pdlint can tell".to_owned(),
        }];
        if let Some(verdict) = verdict {
            lines.extend(verdict.evidence.iter().map(|evidence| format!("because {evidence}")));
        }
        lines.extend(considered);
        PlaceExplanation { title: format!("{kind} {}.{name}", declaration.name), lines }
    }
}
