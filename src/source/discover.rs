//! Walking a repository: which files there are, without reading them.
//!
//! Honours `.gitignore`, `.ignore` and git's global excludes, leaves out hidden and vendored folders (a forge's own,
//! `.github`, is part of the project), never follows links (so that no link leads out of the root or in a loop). The result is
//! sorted by relative path, whatever the number of threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{WalkBuilder, WalkState};

/// What to walk.
pub struct Walk<'a> {
    /// Paths in the result are relative to it.
    pub root: &'a Path,
    /// Files and folders to walk, at or below the root.
    pub starts: &'a [PathBuf],
    /// Whether a file is wanted, by its relative path.
    pub is_wanted: &'a (dyn Fn(&str) -> bool + Sync),
    /// Whether a folder of this name is left out (and counted): hidden or vendored.
    pub is_left_out: &'a (dyn Fn(&str) -> bool + Sync),
    /// Threads to walk with; 0 = as many as there are cores.
    pub threads: usize,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Relative to the root, with `/`. Bytes that are no UTF-8 are replacement characters.
    pub relative: String,
    /// Where it is.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Files, sorted by relative path.
    pub files: Vec<Found>,
    /// Hidden and vendored folders that were left out.
    pub skipped_folders: usize,
    /// Files and folders that could not be read: relative path and reason, sorted.
    pub unreadable: Vec<(String, String)>,
}

/// Walks.
#[must_use]
pub fn discover(walk: &Walk<'_>) -> Discovered {
    let Some((first, rest)) = walk.starts.split_first() else { return Discovered::default() };
    let skipped = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let unreadable = Mutex::new(Vec::new());

    let mut builder = WalkBuilder::new(first);
    for start in rest {
        builder.add(start);
    }
    // `hidden(false)`: hidden folders are left out below, where they can be counted; hidden files such as `.env` are wanted.
    builder.hidden(false).follow_links(false).require_git(false).threads(walk.threads);
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error_path(&error).map_or_else(String::new, |path| relative(walk.root, &path));
                    push(&unreadable, (path, reason(&error)));
                    return WalkState::Continue;
                }
            };
            let Some(kind) = entry.file_type() else { return WalkState::Continue };
            if kind.is_dir() {
                let name = entry.file_name().to_string_lossy();
                // A folder that the user names is walked whatever it is called.
                if entry.depth() > 0 && (walk.is_left_out)(&name) {
                    skipped.fetch_add(1, Ordering::Relaxed);
                    return WalkState::Skip;
                }
                return WalkState::Continue;
            }
            if !kind.is_file() {
                return WalkState::Continue;
            }
            let relative = relative(walk.root, entry.path());
            if (walk.is_wanted)(&relative) {
                match entry.metadata() {
                    Ok(metadata) => push(&found, Found { relative, path: entry.into_path(), size: metadata.len() }),
                    Err(error) => push(&unreadable, (relative, reason(&error))),
                }
            }
            WalkState::Continue
        })
    });

    let mut files = found.into_inner().unwrap_or_default();
    files.sort();
    files.dedup();
    let mut unreadable = unreadable.into_inner().unwrap_or_default();
    unreadable.sort();
    unreadable.dedup();
    Discovered { files, skipped_folders: skipped.into_inner(), unreadable }
}

fn push<T>(list: &Mutex<Vec<T>>, item: T) {
    if let Ok(mut list) = list.lock() {
        list.push(item);
    }
}

/// The path below `root`, with `/`.
fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let text = below.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") };
    text.strip_prefix("./").map_or_else(|| text.clone(), str::to_owned)
}

fn error_path(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

/// The cause without the path, which would differ between machines.
fn reason(error: &ignore::Error) -> String {
    error.io_error().map_or_else(|| error.to_string(), |cause| cause.kind().to_string())
}
