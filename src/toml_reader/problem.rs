//! One mistake in a TOML file, ready to be shown.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::source::Span;

/// A mistake in a TOML file: what is wrong, where, and what to do.
#[derive(Debug, Clone)]
pub struct Problem {
    code: String,
    message: String,
    labels: Vec<(Span, String)>,
    help: Option<String>,
    source: Option<NamedSource<Arc<str>>>,
}

impl Problem {
    /// A mistake of the kind `code` (`pdlint::policy::unknown_key`), said in one sentence.
    #[must_use]
    pub fn new(code: String, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None, source: None }
    }

    /// Points at a place and says what stands there. The first label is the mistake's own place.
    #[must_use]
    pub fn label(mut self, at: Span, what: impl Into<String>) -> Self {
        self.labels.push((at, what.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn advise(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The kind, e.g. `pdlint::policy::unknown_key`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.code
    }

    /// The mistake's own place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map_or(Span::default(), |(at, _)| *at)
    }

    /// Attaches the file that the labels point into.
    #[must_use]
    pub(super) fn in_file(mut self, name: &str, text: &Arc<str>) -> Self {
        self.source = Some(NamedSource::new(name, Arc::clone(text)));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labelled = |(at, what): &(Span, String)| {
            let length = at.end.saturating_sub(at.start) as usize;
            LabeledSpan::new(Some(what.clone()), at.start as usize, length)
        };
        Some(Box::new(self.labels.iter().map(labelled)))
    }
}
