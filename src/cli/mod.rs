//! The command line: arguments in, one analysis, one report out. One file per command; no analysis here.

mod check;
mod error;
mod explain;
mod init;
mod inventory;
mod options;
mod rules;
mod terminal;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

pub use error::CliError;
pub use terminal::show_error;

/// What the run found, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing at or above the severity that fails.
    Clean,
    /// Findings at or above the severity that fails.
    Findings,
}

/// Holds what a repository does with personal data against what its privacy Policy declares.
#[derive(Debug, Parser)]
#[command(name = "pdlint", version, propagate_version = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: options::Options,
}

const EXIT_CODES: &str = "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a repository against its Policy
    Check(check::Check),
    /// List the personal data that a repository holds and where they go
    Inventory(inventory::Inventory),
    /// Explain a check, or what was decided about a line and why
    Explain(explain::Explain),
    /// List what pdlint knows: data categories, recipients, library models, checks
    Rules(rules::Rules),
    /// Write a starting pdlint.toml and Policy file
    Init(init::Init),
}

/// Runs the command line. `arguments` begin with the program's name.
///
/// # Errors
/// [`CliError`] when the run could not be made; a usage error and a request for help come as [`CliError::Usage`].
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<Outcome, CliError> {
    let Cli { command, options } = Cli::try_parse_from(arguments)?;
    match command {
        Command::Check(command) => command.run(&options),
        Command::Inventory(command) => command.run(&options),
        Command::Explain(command) => command.run(&options),
        Command::Rules(command) => command.run(&options),
        Command::Init(command) => command.run(&options),
    }
}
