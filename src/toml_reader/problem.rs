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

/// All mistakes of a file as one diagnostic: a single one speaks for itself, several are gathered under a sentence.
#[derive(Debug)]
pub struct Mistaken {
    area: &'static str,
    sentence: String,
    mistakes: Vec<Problem>,
}

impl Mistaken {
    /// The mistakes of a file. `area` begins the code; `file` names the file in the sentence, e.g. `the Policy file x.toml`.
    #[must_use]
    pub fn new(area: &'static str, file: &str, mistakes: Vec<Problem>) -> Self {
        Self { area, sentence: format!("{} mistakes in {file}", mistakes.len()), mistakes }
    }

    /// Each, in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[Problem] {
        &self.mistakes
    }

    fn only(&self) -> Option<&Problem> {
        match self.mistakes.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl fmt::Display for Mistaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.only() {
            Some(only) => fmt::Display::fmt(only, f),
            None => f.write_str(&self.sentence),
        }
    }
}

impl std::error::Error for Mistaken {}

impl Diagnostic for Mistaken {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self.only() {
            Some(only) => only.code(),
            None => Some(Box::new(format!("{}::invalid", self.area))),
        }
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.only()?.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.only()?.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.only()?.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let several = self.only().is_none();
        several.then(|| Box::new(self.mistakes.iter().map(|one| one as &dyn Diagnostic)) as Box<dyn Iterator<Item = _>>)
    }
}
