//! Why something was found at a place, or was not.

use super::Analysis;
use crate::classify::{Classifier, Explanation, Verdict};
use crate::ir::TypeDecl;
use crate::link::{Column, Origin, Table};
use crate::source::{Site, SourceFile, Span};

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
            let placed = |site: &Site| site.file.index() == at && on_line(site.span);
            let declaration = table.declaration();
            for (index, column) in table.columns.iter().enumerate() {
                if placed(&Site { file: column.file, span: column.field.span }) {
                    // What the values show, or the columns that a view selects, is known of the schema alone.
                    let mut place = self.field(source, &declaration, index, "column", column.verdict.as_ref());
                    place.lines.extend(self.history(table, column));
                    places.push(place);
                } else if placed(&column.history.introduced.site) || column.history.also.iter().any(placed) {
                    // The column stands elsewhere now: under another name, or in the migrations that this file sums up.
                    let now = Site { file: column.file, span: column.field.span };
                    let line = format!("stands at {} now", self.place(&now));
                    let lines = std::iter::once(line).chain(self.history(table, column)).collect();
                    places.push(PlaceExplanation { title: format!("column {}.{}", table.name, column.field.name), lines });
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

    /// `db/V3__add_phone.sql:3`.
    fn place(&self, site: &Site) -> String {
        let Some(source) = self.sources.get(site.file.index()) else { return String::new() };
        format!("{}:{}", source.path, source.line_column(site.span.start).line)
    }

    fn origin(&self, origin: &Origin) -> String {
        let place = self.place(&origin.site);
        origin.migration.map_or_else(|| place.clone(), |migration| format!("{migration} ({place})"))
    }

    /// Who made a column, and what it was before.
    fn history(&self, table: &Table, column: &Column) -> Vec<String> {
        let history = &column.history;
        let mut lines = Vec::new();
        if history.introduced.migration.is_some() {
            lines.push(format!("introduced by {}", self.origin(&history.introduced)));
        }
        let former = history.former.iter();
        lines.extend(former.map(|former| format!("called `{}` until {}", former.name, self.origin(&former.until))));
        let retyped = history.retyped.iter();
        lines.extend(retyped.map(|retyped| format!("of type `{}` until {}", retyped.from, self.origin(&retyped.at))));
        lines.extend(history.also.iter().map(|site| format!("also shown at {}", self.place(site))));
        lines.extend(table.former_names.iter().map(|name| format!("the table was called `{name}` before")));
        lines.extend(
            table.loads.iter().map(|(path, origin)| format!("rows are loaded from `{path}`, by {}", self.origin(origin))),
        );
        if table.temporary {
            lines.push("the table is temporary: it holds nothing longer than a session, and is not listed".to_owned());
        }
        lines
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
