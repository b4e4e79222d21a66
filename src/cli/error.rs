//! What keeps a command from running.

use std::io;

use miette::Diagnostic;
use thiserror::Error;

use crate::catalog::CatalogError;
use crate::session::SessionError;
use crate::toml_reader::did_you_mean;

/// A command could not run.
#[derive(Debug, Error, Diagnostic)]
pub enum CliError {
    /// The arguments are wrong, or ask for help or the version.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The session could not be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Session(#[from] Box<SessionError>),
    /// The rules could not be loaded.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Catalog(#[from] Box<CatalogError>),
    /// No such format for this command.
    #[error("`{command}` has no format `{name}`")]
    #[diagnostic(code(pdlint::cli::unknown_format), help("{help}"))]
    UnknownFormat {
        /// As given.
        name: String,
        /// The command.
        command: &'static str,
        /// What there is.
        help: String,
    },
    /// The file given with `--output` cannot be written.
    #[error("cannot write {path}")]
    #[diagnostic(
        code(pdlint::cli::output),
        help("the folder must exist and be writable; the file is replaced only when all is written")
    )]
    Output {
        /// As given.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output")]
    #[diagnostic(code(pdlint::cli::stdout), help("`--output FILE` writes to a file"))]
    Stdout {
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Nothing to explain by that name.
    #[error("there is no check `{name}`")]
    #[diagnostic(code(pdlint::cli::unknown_check), help("{help}"))]
    UnknownCheck {
        /// As given.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file of `explain FILE:LINE` cannot be read.
    #[error("cannot read {path}")]
    #[diagnostic(
        code(pdlint::cli::explain_unreadable),
        help("`explain FILE:LINE` takes a file of the repository and a line in it, from 1")
    )]
    ExplainUnreadable {
        /// As given.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The file of `explain FILE:LINE` has fewer lines.
    #[error("{path} has {lines} lines, not {line}")]
    #[diagnostic(code(pdlint::cli::explain_line), help("lines count from 1"))]
    ExplainLine {
        /// As given.
        path: String,
        /// As given.
        line: u32,
        /// Lines in the file.
        lines: usize,
    },
    /// The file of `explain FILE:LINE` is not part of the scan.
    #[error("{path} is not among the files scanned in {root}")]
    #[diagnostic(
        code(pdlint::cli::explain_unscanned),
        help("it is in no language known here, left out by a rule, or elsewhere: `pdlint explain FILE:LINE PATH` scans PATH")
    )]
    ExplainUnscanned {
        /// As given.
        path: String,
        /// What was scanned.
        root: String,
    },
    /// `init` would overwrite a file.
    #[error("{path} exists already")]
    #[diagnostic(code(pdlint::cli::init_exists), help("`pdlint init --force` replaces it; nothing has been written"))]
    InitExists {
        /// The file.
        path: String,
    },
    /// `init` cannot write a file.
    #[error("cannot write {path}")]
    #[diagnostic(code(pdlint::cli::init), help("`pdlint init DIR` writes into a folder that exists"))]
    Init {
        /// The file.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl CliError {
    /// The exit code: 2, but 0 where only help or the version was asked for.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(usage) => u8::try_from(usage.exit_code()).unwrap_or(2),
            _ => 2,
        }
    }

    pub(super) fn unknown_format(name: &str, command: &'static str, known: &[&str]) -> Self {
        let mut help = format!("formats of `{command}`: {}", known.join(", "));
        if let Some(suggestion) = did_you_mean(name, known.iter().copied()) {
            help = format!("{suggestion} {help}");
        }
        Self::UnknownFormat { name: name.to_owned(), command, help }
    }
}

impl From<SessionError> for CliError {
    fn from(error: SessionError) -> Self {
        Self::Session(Box::new(error))
    }
}

impl From<CatalogError> for CliError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(Box::new(error))
    }
}
