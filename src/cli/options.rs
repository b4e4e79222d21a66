//! Options that all commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CliError;
use super::terminal::{self, Target};
use crate::classify::Confidence;
use crate::config::FailOn;
use crate::output::{self, Detail, Format, Style, View};
use crate::report::Severity;
use crate::session::SessionOptions;

/// Options that all commands share.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Options {
    /// Policy file [default: `policy` in pdlint.toml, else pdlint.policy.toml at the root or beside pdlint.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Configuration [default: pdlint.toml at the root, or above it in the same repository]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// check: human, json, sarif, github, markdown; inventory: human, table, json, csv, markdown; rules: human, json
    #[arg(long, global = true, value_name = "NAME", default_value = "human")]
    pub(super) format: String,
    /// Write the result to a file instead of standard output
    #[arg(long, short, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Least severity at which `check` exits with 1 [default: `fail-on` in pdlint.toml, else error]
    #[arg(long, global = true, value_name = "SEVERITY")]
    fail_on: Option<FailOnArgument>,
    /// Least confidence that is judged [default: `min-confidence` in pdlint.toml, else medium]
    #[arg(long, global = true, value_name = "LEVEL")]
    min_confidence: Option<ConfidenceArgument>,
    /// Judge test code too
    #[arg(long, global = true)]
    include_tests: bool,
    /// Threads [default: one per core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorArgument,
    /// Findings alone: no summary, no remarks
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Every finding in full, with its evidence; every notice
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOnArgument {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ConfidenceArgument {
    High,
    Medium,
    Low,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArgument {
    /// On a terminal, unless NO_COLOR or CLICOLOR say otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Options {
    /// What to open a session with.
    pub(super) fn session(&self, paths: &[PathBuf], use_policy: bool) -> SessionOptions {
        SessionOptions {
            paths: if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() },
            policy: self.policy.clone(),
            config: self.config.clone(),
            min_confidence: self.min_confidence.map(|level| match level {
                ConfidenceArgument::High => Confidence::High,
                ConfidenceArgument::Medium => Confidence::Medium,
                ConfidenceArgument::Low => Confidence::Low,
            }),
            include_tests: self.include_tests,
            use_policy,
            threads: self.threads.map(usize::from),
        }
    }

    /// When `check` fails, by the command line alone.
    pub(super) fn fail_on(&self) -> Option<FailOn> {
        self.fail_on.map(|argument| match argument {
            FailOnArgument::Error => FailOn::Severity(Severity::Error),
            FailOnArgument::Warning => FailOn::Severity(Severity::Warning),
            FailOnArgument::Note => FailOn::Severity(Severity::Note),
            FailOnArgument::Never => FailOn::Never,
        })
    }

    /// The format asked for.
    ///
    /// # Errors
    /// [`CliError::UnknownFormat`] where `view` has no such format.
    pub(super) fn format(&self, view: View, command: &'static str) -> Result<&'static dyn Format, CliError> {
        output::find(&self.format, view)
            .ok_or_else(|| CliError::unknown_format(&self.format, command, &output::names(view).collect::<Vec<_>>()))
    }

    /// Refuses every format but those that a command without a report has.
    ///
    /// # Errors
    /// [`CliError::UnknownFormat`] where another is asked for.
    pub(super) fn only_formats(&self, known: &[&str], command: &'static str) -> Result<(), CliError> {
        if known.contains(&self.format.as_str()) { Ok(()) } else { Err(CliError::unknown_format(&self.format, command, known)) }
    }

    /// Where the result goes.
    pub(super) fn target(&self) -> Target {
        self.output.clone().map_or(Target::Stdout, Target::File)
    }

    /// How the result is rendered.
    pub(super) fn style(&self) -> Style {
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Brief,
            (_, true) => Detail::Full,
            _ => Detail::Normal,
        };
        match self.target() {
            // A file keeps colours only where they are asked for by name.
            Target::File(_) => Style { color: self.color == ColorArgument::Always, width: None, detail },
            Target::Stdout => Style { color: terminal::stdout_color(self.color), width: terminal::stdout_width(), detail },
        }
    }
}
