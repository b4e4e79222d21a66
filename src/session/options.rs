//! What a front asks for, and where that is on disk.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::catalog::CatalogError;
use crate::classify::Confidence;
use crate::config::{Config, ConfigError};
use crate::policy::PolicyError;

/// What a front asks for.
#[derive(Debug, Clone, Default)]
pub struct SessionOptions {
    /// What to scan; empty = the current folder.
    pub paths: Vec<PathBuf>,
    /// The Policy file; `None` = the one that the configuration names, else `pdlint.policy.toml` at the root or beside it.
    pub policy: Option<PathBuf>,
    /// The configuration file; `None` = `pdlint.toml` at the root or above it.
    pub config: Option<PathBuf>,
    /// Least confidence that is judged, over the configuration's.
    pub min_confidence: Option<Confidence>,
    /// Judge test code too.
    pub include_tests: bool,
    /// Whether to look for a Policy that is not named.
    pub use_policy: bool,
    /// Threads; `None` = as many as there are cores.
    pub threads: Option<usize>,
}

/// A session cannot be opened.
#[derive(Debug, Error, Diagnostic)]
pub enum SessionError {
    /// A path to scan does not exist.
    #[error("there is no `{path}`")]
    #[diagnostic(
        code(pdlint::scan::no_such_path),
        help("name an existing file or folder; without one, pdlint scans the current folder")
    )]
    NoSuchPath {
        /// The path as given.
        path: String,
    },
    /// A path to scan cannot be opened.
    #[error("cannot read `{path}`")]
    #[diagnostic(code(pdlint::scan::unreadable_path), help("check the permissions of the folder"))]
    UnreadablePath {
        /// The path as given.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The system gives no threads.
    #[error("cannot start the worker threads: {message}")]
    #[diagnostic(code(pdlint::scan::threads), help("try a smaller `--threads`"))]
    Threads {
        /// Why.
        message: String,
    },
    /// The configuration is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] Box<ConfigError>),
    /// A rule is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Catalog(#[from] Box<CatalogError>),
    /// The Policy is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] Box<PolicyError>),
}

impl From<ConfigError> for SessionError {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}

impl From<CatalogError> for SessionError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(Box::new(error))
    }
}

impl From<PolicyError> for SessionError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(Box::new(error))
    }
}

/// The places that the options name.
#[derive(Debug)]
pub(super) struct Resolved {
    /// Reported paths are relative to it.
    pub(super) root: PathBuf,
    /// What is walked, at or below the root.
    pub(super) starts: Vec<PathBuf>,
}

impl Resolved {
    pub(super) fn new(options: &SessionOptions) -> Result<Self, SessionError> {
        let given: &[PathBuf] = if options.paths.is_empty() { &[PathBuf::from(".")] } else { &options.paths };
        let mut starts = Vec::with_capacity(given.len());
        for path in given {
            let shown = || path.display().to_string();
            let real = path.canonicalize().map_err(|cause| match cause.kind() {
                std::io::ErrorKind::NotFound => SessionError::NoSuchPath { path: shown() },
                _ => SessionError::UnreadablePath { path: shown(), cause },
            })?;
            if real.is_dir() {
                std::fs::read_dir(&real).map_err(|cause| SessionError::UnreadablePath { path: shown(), cause })?;
            }
            starts.push(real);
        }
        let root = root_of(&starts);
        Ok(Self { root, starts })
    }

    /// The Policy file to read, if any.
    pub(super) fn policy_path(&self, options: &SessionOptions, config: &Config) -> Option<PathBuf> {
        if options.policy.is_some() {
            return options.policy.clone();
        }
        if !options.use_policy {
            return None;
        }
        config.policy_file(&self.root)
    }

    /// A path as findings show it: relative to the root, with `..` where it lies elsewhere. So neither the working directory nor the
    /// machine shows in a report or a fingerprint, and no file of the scan has the same path.
    pub(super) fn relative(&self, path: PathBuf) -> PathBuf {
        let Ok(real) = path.canonicalize() else { return path };
        let up = std::iter::successors(Some(PathBuf::new()), |up| Some(up.join("..")));
        let common = self.root.ancestors().zip(up).find_map(|(folder, up)| Some(up.join(real.strip_prefix(folder).ok()?)));
        common.unwrap_or(path)
    }
}

/// One folder is its own root. Otherwise the root is the nearest folder above all paths that holds a `pdlint.toml` or is a git
/// work tree; failing that, the nearest folder above all paths.
fn root_of(starts: &[PathBuf]) -> PathBuf {
    if let [only] = starts
        && only.is_dir()
    {
        return only.clone();
    }
    let mut common = starts.first().and_then(|path| path.parent()).map(Path::to_owned).unwrap_or_default();
    while !starts.iter().all(|path| path.starts_with(&common)) {
        if !common.pop() {
            break;
        }
    }
    let marked = common.ancestors().find(|folder| folder.join("pdlint.toml").is_file() || folder.join(".git").exists());
    marked.map_or_else(|| common.clone(), Path::to_owned)
}
