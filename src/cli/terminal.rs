//! Standard output, standard error and files: colour, width, atomic writes, broken pipes.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::CliError;
use super::options::ColorArgument;
use crate::output::render::escape::{is_deceptive, visible};

/// Where a result goes.
#[derive(Debug)]
pub(super) enum Target {
    /// Standard output.
    Stdout,
    /// A file, which appears complete or not at all.
    File(PathBuf),
}

impl Target {
    /// Writes what `render` gives.
    ///
    /// # Errors
    /// [`CliError::Output`] or [`CliError::Stdout`]; a reader that closed the pipe had enough, which is no error.
    pub(super) fn write(&self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        match self {
            Self::Stdout => {
                let mut out = BufWriter::new(AutoStream::always(io::stdout().lock()));
                match render(&mut out).and_then(|()| out.flush()) {
                    Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => {
                        // What is still buffered would only meet the same pipe when dropped.
                        let _ = out.into_parts();
                        Ok(())
                    }
                    other => other.map_err(|cause| CliError::Stdout { cause }),
                }
            }
            Self::File(path) => {
                write_file(path, render).map_err(|cause| CliError::Output { path: path.display().to_string(), cause })
            }
        }
    }
}

/// Writes a file whole or not at all: beside it first, then renamed over it.
fn write_file(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let buffered = |file: File| -> io::Result<()> {
        let mut out = BufWriter::new(file);
        render(&mut out)?;
        out.flush()
    };
    // A link is followed; a device or a pipe can't be replaced and is written to as it is.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|existing| !existing.is_file() && !existing.is_dir()) {
        return buffered(File::options().write(true).open(&path)?);
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written =
        File::options().write(true).create_new(true).open(&beside).and_then(buffered).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Whether standard output is coloured.
pub(super) fn stdout_color(choice: ColorArgument) -> bool {
    match choice {
        ColorArgument::Always => true,
        ColorArgument::Never => false,
        ColorArgument::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    }
}

/// Columns of the terminal that standard output is.
pub(super) fn stdout_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// A remark on standard error; nobody may be listening, which is no error.
pub(super) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows an error on standard error: for usage errors and help as `clap` does, for all else as a diagnostic.
pub fn show_error(error: &CliError) {
    if let CliError::Usage(usage) = error {
        let _ = usage.print();
        return;
    }
    let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let _ = write!(io::stderr().lock(), "{}", diagnostic(error, color, io::stderr().is_terminal()));
}

/// A diagnostic as text. Files of the repository are quoted in it, so what they hold must not reach a terminal as it is.
fn diagnostic(error: &dyn Diagnostic, color: bool, terminal: bool) -> String {
    let width = terminal
        .then(|| terminal_size::terminal_size_of(io::stderr()))
        .flatten()
        .map_or(100, |(width, _)| usize::from(width.0))
        .max(50);
    let render = |theme: GraphicalTheme| {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false).render_report(&mut text, error);
        text
    };
    let plain = render(GraphicalTheme::unicode_nocolor());
    if plain.chars().any(|c| is_deceptive(c) && c != '\n') {
        plain.lines().map(|line| format!("{}\n", visible(line))).collect()
    } else if color {
        render(GraphicalTheme::unicode())
    } else {
        plain
    }
}
