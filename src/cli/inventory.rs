//! `pdlint inventory`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::options::Options;
use super::terminal::remark;
use super::{CliError, Outcome};
use crate::output::View;
use crate::output::render::counted;
use crate::session::Session;

/// Lists elements and transfers.
#[derive(Debug, Args)]
pub(super) struct Inventory {
    /// What to scan; paths in the report are relative to it [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Inventory {
    /// # Errors
    /// [`CliError`] when the session cannot be opened or the report cannot be written.
    pub(super) fn run(&self, options: &Options) -> Result<Outcome, CliError> {
        let started = Instant::now();
        let format = options.format(View::Inventory, "inventory")?;
        // A Policy is not needed, but where there is one, it says what is declared.
        let session = Session::open(options.session(&self.paths, true))?;
        let analysis = session.analyze();
        options.target().write(|out| format.write(&analysis.report, session.catalog(), View::Inventory, options.style(), out))?;
        if !options.quiet {
            remark(&format!(
                "pdlint: {} in {:.2} s",
                counted(analysis.report.summary.files, "file"),
                started.elapsed().as_secs_f64()
            ));
            if options.verbose {
                remark(&format!("pdlint: {}", analysis.stages));
            }
        }
        Ok(Outcome::Clean)
    }
}
