//! `pdlint init`: a starting `pdlint.toml` and Policy file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::options::Options;
use super::terminal::remark;
use super::{CliError, Outcome};
use crate::config;
use crate::policy;

/// Writes a starting configuration and Policy file.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to [default: the current folder]
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

impl Init {
    /// # Errors
    /// [`CliError::InitExists`] before anything is written, [`CliError::Init`] when a file cannot be written.
    pub(super) fn run(&self, options: &Options) -> Result<Outcome, CliError> {
        options.only_formats(&["human"], "init")?;
        let files = [("pdlint.toml", config::template()), ("pdlint.policy.toml", policy::template())];
        let paths = files.map(|(name, text)| (self.folder.join(name), text));
        if let Some((path, _)) = paths.iter().find(|(path, _)| !self.force && path.symlink_metadata().is_ok()) {
            return Err(CliError::InitExists { path: path.display().to_string() });
        }
        for (path, text) in &paths {
            self.write(path, text).map_err(|cause| CliError::Init { path: path.display().to_string(), cause })?;
            if !options.quiet {
                remark(&format!("wrote {}", path.display()));
            }
        }
        if !options.quiet {
            remark("next: say in pdlint.policy.toml what your Policy declares, clause by clause; then `pdlint check`");
        }
        Ok(Outcome::Clean)
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        // Without --force a file that appeared in the meantime is not replaced either.
        let mut file = File::options().write(true).create(self.force).create_new(!self.force).truncate(self.force).open(path)?;
        file.write_all(text.as_bytes())
    }
}
