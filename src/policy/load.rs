//! `pdlint.policy.toml`: the file. Every mistake in it is a diagnostic that points at the TOML; all of them are reported at once.
//!
//! [`super::read`] turns tables into entries, [`super::check`] holds the entries against each other.

use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use super::{Policy, check, read};
use crate::catalog::Catalog;
use crate::toml_reader::{Mistaken, Mistakes, Problem, Unread, read_document, read_file};

/// A Policy file is written by hand; one above this size (bytes) is something else.
pub const MAX_SIZE: u64 = 4 << 20;

/// The Policy file is not usable.
#[derive(Debug, Error, Diagnostic)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("cannot read the Policy file {path}")]
    #[diagnostic(code(pdlint::policy::unreadable), help("`pdlint init` writes a starting one; `--policy FILE` names another"))]
    Unreadable {
        /// Path as given.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The file is too large to be one.
    #[error("the Policy file {path} is larger than {} MiB", MAX_SIZE >> 20)]
    #[diagnostic(code(pdlint::policy::too_large), help("is this the right file? `--policy FILE` names another"))]
    TooLarge {
        /// Path as given.
        path: String,
    },
    /// It holds mistakes.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mistaken(#[from] Mistaken),
}

impl PolicyError {
    /// Each mistake in the file, in its order; empty where the file could not be read at all.
    #[must_use]
    pub fn mistakes(&self) -> &[Problem] {
        match self {
            Self::Mistaken(mistaken) => mistaken.all(),
            Self::Unreadable { .. } | Self::TooLarge { .. } => &[],
        }
    }
}

/// The mistakes of the file at `path`.
fn mistaken(path: &Path, mistakes: Vec<Problem>) -> PolicyError {
    Mistaken::new(AREA, &format!("the Policy file {}", path.display()), mistakes).into()
}

impl Policy {
    /// Reads and checks a Policy file.
    ///
    /// # Errors
    /// [`PolicyError`] when the file cannot be read, or with every mistake found in it, each with its place.
    pub fn load(path: &Path, catalog: &Catalog) -> Result<Self, PolicyError> {
        let named = || path.display().to_string();
        match read_file(path, MAX_SIZE, AREA) {
            Ok(text) => Self::parse(path, &text, catalog),
            Err(Unread::Io(cause)) => Err(PolicyError::Unreadable { path: named(), cause }),
            Err(Unread::TooLarge) => Err(PolicyError::TooLarge { path: named() }),
            Err(Unread::NotUtf8(problem)) => Err(mistaken(path, vec![*problem])),
        }
    }

    /// Checks the text of a Policy file. `path` is where it stands: messages name it, and the Policy's own text (`text = ...`) is
    /// read relative to its folder.
    ///
    /// # Errors
    /// [`PolicyError`] with every mistake found in it, each with its place.
    pub fn parse(path: &Path, text: &Arc<str>, catalog: &Catalog) -> Result<Self, PolicyError> {
        let mistakes = Mistakes::new(AREA);
        let policy = read_document(text, &mistakes, |root| {
            let draft = read::policy(root, path, text, catalog)?;
            check::entries(&draft, catalog, root.mistakes());
            Some(draft.policy)
        });
        match policy {
            Some(policy) if mistakes.is_empty() => Ok(policy),
            _ => Err(mistaken(path, mistakes.in_file(&path.display().to_string(), text))),
        }
    }
}

/// What every code of a mistake begins with.
const AREA: &str = "pdlint::policy";
