//! `pdlint check`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::options::Options;
use super::terminal::remark;
use super::{CliError, Outcome};
use crate::config::FailOn;
use crate::output::View;
use crate::output::render::counted;
use crate::report::{Report, Severity};
use crate::session::Session;

/// Judges a repository against its Policy.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// What to scan; paths in the report are relative to it [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Check {
    /// # Errors
    /// [`CliError`] when the session cannot be opened or the report cannot be written.
    pub(super) fn run(&self, options: &Options) -> Result<Outcome, CliError> {
        let started = Instant::now();
        let format = options.format(View::Check, "check")?;
        let session = Session::open(options.session(&self.paths, true))?;
        let analysis = session.analyze();
        options.target().write(|out| format.write(&analysis.report, session.catalog(), View::Check, options.style(), out))?;
        if !options.quiet {
            if analysis.report.policy.is_none() {
                remark(NO_POLICY);
            }
            remark(&format!(
                "pdlint: {} in {:.2} s",
                counted(analysis.report.summary.files, "file"),
                started.elapsed().as_secs_f64()
            ));
            if options.verbose {
                remark(&format!("pdlint: {}", analysis.stages));
            }
        }
        let fail_on = options.fail_on().or(session.config().fail_on).unwrap_or(FailOn::Severity(Severity::Error));
        Ok(outcome(&analysis.report, fail_on))
    }
}

const NO_POLICY: &str = "pdlint: no Policy file found: only the checks that need none were made\n  \
    help: `pdlint init` writes a starting pdlint.policy.toml; `--policy FILE` names one that stands elsewhere";

fn outcome(report: &Report, fail_on: FailOn) -> Outcome {
    let FailOn::Severity(least) = fail_on else { return Outcome::Clean };
    let fails = report.findings.iter().any(|finding| finding.suppressed.is_none() && finding.severity >= least);
    if fails { Outcome::Findings } else { Outcome::Clean }
}
