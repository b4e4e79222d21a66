//! For people: each finding with its code, its line, the path step by step, the clause in the Policy file, and the ways out.

use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Effects, Style as Paint};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::render::counts::{Counts, scanned};
use super::render::escape::visible;
use super::render::excerpt::{Excerpts, Snippet};
use super::render::groups::groups;
use super::render::place;
use super::{Detail, Format, Style, View, table};
use crate::catalog::Catalog;
use crate::report::{Finding, Location, Notice, Report, Severity};

/// `--format human`.
#[derive(Debug)]
pub(super) struct Human;

/// Columns where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;

/// Fewer columns than these are not served: the renderer needs room for its own indentation.
const LEAST_WIDTH: usize = 50;

/// Notices of one code that are listed unless everything is asked for.
const NOTICES_LISTED: usize = 5;

impl Format for Human {
    fn name(&self) -> &'static str {
        "human"
    }

    fn supports(&self, _view: View) -> bool {
        true
    }

    fn write(&self, report: &Report, catalog: &Catalog, view: View, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        match view {
            View::Inventory => table::write(report, style, out),
            View::Check => check(report, catalog, style, out),
        }
    }
}

fn check(report: &Report, catalog: &Catalog, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(report, catalog, style);
    for group in groups(report) {
        page.group(&group);
        page.flush(out)?;
    }
    page.notices(&report.notices);
    if style.detail > Detail::Brief {
        page.summary(report);
    }
    page.flush(out)
}

/// What is being written, and how.
struct Page<'r> {
    excerpts: Excerpts<'r>,
    handler: GraphicalReportHandler,
    style: Style,
    width: usize,
    text: String,
}

impl<'r> Page<'r> {
    fn new(report: &'r Report, catalog: &'r Catalog, style: Style) -> Self {
        let width = style.width.unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH);
        let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false).without_cause_chain();
        Self { excerpts: Excerpts::new(report, catalog), handler, style, width, text: String::new() }
    }

    fn flush(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// The first finding in full; the others, which differ only in their place, in short.
    fn group(&mut self, group: &[&Finding]) {
        if self.style.detail == Detail::Full {
            group.iter().for_each(|finding| self.finding(finding, &[]));
        } else if let Some((first, others)) = group.split_first() {
            self.finding(first, others);
        }
    }

    fn finding(&mut self, finding: &Finding, others: &[&Finding]) {
        let snippet = self.excerpts.snippet(&finding.location);
        let has_excerpt = snippet.is_some();
        self.diagnostic(&Shown {
            code: Some(format!("{} {} {}", finding.severity.as_str(), finding.code, finding.name)),
            message: visible(&finding.message).into_owned(),
            severity: finding.severity,
            label: visible(&finding.label).into_owned(),
            snippet,
        });
        if !has_excerpt {
            self.indented("at", &place(&finding.location));
        }
        self.path(finding);
        self.evidence(finding);
        for other in others {
            self.also(other);
        }
        self.clauses(finding);
        for help in &finding.help {
            self.indented("help", help);
        }
        self.declaration(finding);
        self.text.push('\n');
    }

    /// Another finding of the same group: its place, what stands there, and how the data got there.
    fn also(&mut self, finding: &Finding) {
        let what = if finding.label.is_empty() { &finding.message } else { &finding.label };
        self.indented("also", &format!("{}  {what}", place(&finding.location)));
        for (number, step) in finding.path.iter().enumerate() {
            self.step(number + 1, &step.location, &step.what);
        }
    }

    fn path(&mut self, finding: &Finding) {
        if finding.path.is_empty() {
            return;
        }
        self.heading("path");
        for (number, step) in finding.path.iter().enumerate() {
            self.step(number + 1, &step.location, &step.what);
        }
    }

    fn step(&mut self, number: usize, location: &Location, what: &str) {
        let (file, what) = (place(location), visible(what));
        let _ =
            writeln!(self.text, "    {number:>2}. {}  {what}", self.paint(Paint::new().effects(Effects::BOLD), &visible(&file)));
    }

    /// A flow's path speaks for itself; anything else has its reasons shown.
    fn evidence(&mut self, finding: &Finding) {
        if self.style.detail == Detail::Full || finding.path.is_empty() {
            for reason in &finding.evidence {
                self.indented("why", reason);
            }
        }
        if self.style.detail == Detail::Full {
            let confidence = format!("{:?}", finding.confidence).to_lowercase();
            self.indented("confidence", &confidence);
        }
    }

    fn clauses(&mut self, finding: &Finding) {
        for (at, clause) in finding.clauses.iter().enumerate() {
            let mut message = format!("clause {} {}", clause.id, clause.role);
            if let Some(text) = &clause.text {
                let _ = write!(message, ": “{text}”");
            }
            // The most telling clause is shown in its file, unless the finding itself stands there; the others are named.
            let shown = |location: &&Location| {
                at == 0 && (location.file, location.line) != (finding.location.file, finding.location.line)
            };
            let snippet = clause.location.as_ref().filter(shown).and_then(|location| self.excerpts.snippet(location));
            match (snippet, &clause.location) {
                (Some(snippet), _) => self.diagnostic(&Shown {
                    code: None,
                    message: visible(&message).into_owned(),
                    severity: Severity::Note,
                    label: visible(&format!("clause {}", clause.id)).into_owned(),
                    snippet: Some(snippet),
                }),
                (None, Some(location)) if at > 0 => {
                    self.indented("clause", &format!("{} {}  {}", clause.id, clause.role, place(location)));
                }
                (None, _) => self.indented("clause", message.strip_prefix("clause ").unwrap_or(&message)),
            }
        }
    }

    /// The entry that the help speaks of, to be pasted.
    fn declaration(&mut self, finding: &Finding) {
        let Some(declaration) = &finding.declaration else { return };
        self.text.push('\n');
        for line in declaration.lines() {
            let line = format!("      {}", visible(line));
            let _ = writeln!(self.text, "{}", self.paint(AnsiColor::Green.on_default(), line.trim_end()));
        }
    }

    fn notices(&mut self, notices: &[Notice]) {
        let everything = self.style.detail == Detail::Full;
        let mut rest = notices;
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|notice| notice.code == first.code).count();
            let (these, others) = rest.split_at(same);
            for notice in these.iter().take(if everything { same } else { NOTICES_LISTED }) {
                let at = notice.location.as_ref().map_or_else(|| notice.file.to_string(), place);
                let at = if at.is_empty() { at } else { format!("{at}: ") };
                let code = self.paint(AnsiColor::Yellow.on_default(), notice.code);
                let _ = writeln!(self.text, "notice {code} {}{}", visible(&at), visible(&notice.message));
            }
            if !everything && same > NOTICES_LISTED {
                let _ = writeln!(self.text, "notice {} {} more of this kind; -v lists them", first.code, same - NOTICES_LISTED);
            }
            rest = others;
        }
        if !notices.is_empty() {
            self.text.push('\n');
        }
    }

    fn summary(&mut self, report: &Report) {
        let counts = Counts::of(report);
        let color = if counts.error > 0 {
            AnsiColor::Red
        } else if counts.total() > 0 {
            AnsiColor::Yellow
        } else {
            AnsiColor::Green
        };
        let sentence = self.paint(color.on_default().effects(Effects::BOLD), &counts.sentence());
        let _ = writeln!(self.text, "{sentence}");
        for line in scanned(report) {
            let _ = writeln!(self.text, "{}", visible(&line));
        }
        let policy = match &report.policy {
            Some(policy) => {
                let revision = policy.revision.as_deref().unwrap_or("unknown");
                format!("judged against {} ({}, revision {revision}), {}", policy.title, policy.operator, policy.file)
            }
            None => "judged against no Policy".to_owned(),
        };
        let _ = writeln!(self.text, "{}", visible(&policy));
    }

    fn heading(&mut self, name: &str) {
        let name = self.paint(AnsiColor::Cyan.on_default(), name);
        let _ = writeln!(self.text, "  {name}:");
    }

    /// `  name: text`, wrapped.
    fn indented(&mut self, name: &str, text: &str) {
        let indent = name.len() + 4;
        let painted = self.paint(AnsiColor::Cyan.on_default(), name);
        let mut lines = wrapped(&visible(text), self.width.saturating_sub(indent)).into_iter();
        let _ = writeln!(self.text, "  {painted}: {}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(self.text, "{:indent$}{line}", "");
        }
    }

    fn diagnostic(&mut self, shown: &Shown) {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = self.handler.render_report(&mut text, shown);
        for line in text.trim_matches('\n').lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn paint(&self, paint: Paint, text: &str) -> String {
        if self.style.color { format!("{paint}{text}{paint:#}") } else { text.to_owned() }
    }
}

/// Lines of at most `width` characters, broken at spaces; a longer word stands alone, whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

/// A finding, or a clause of one, as miette draws it.
#[derive(Debug)]
struct Shown {
    code: Option<String>,
    message: String,
    severity: Severity,
    label: String,
    snippet: Option<Snippet>,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        let label = (!self.label.is_empty()).then(|| self.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(label, snippet.label.clone()))))
    }
}
