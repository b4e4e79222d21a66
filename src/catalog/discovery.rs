//! What is not the operator's own running code: `rules/discovery.toml`.

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::{CatalogError, RuleFile};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[allow(dead_code, reason = "required of every rule file, read by people")]
    source: String,
    #[serde(default)]
    vendored: Vec<String>,
    #[serde(default)]
    project_hidden: Vec<String>,
    #[serde(default)]
    test_folders: Vec<String>,
    #[serde(default)]
    test_prefixes: Vec<String>,
    #[serde(default)]
    test_suffixes: Vec<String>,
}

/// Folders and file names that say whose code a file is and what for.
#[derive(Debug, Default)]
pub struct Discovery {
    vendored: FxHashSet<String>,
    project_hidden: FxHashSet<String>,
    test_folders: FxHashSet<String>,
    test_prefixes: Vec<String>,
    test_suffixes: Vec<String>,
}

impl Discovery {
    /// Loads `rules/discovery.toml`; files of further rule folders add to it.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut all = Self::default();
        for file in files {
            let parsed: File = file.parse()?;
            all.vendored.extend(parsed.vendored);
            all.project_hidden.extend(parsed.project_hidden);
            all.test_folders.extend(parsed.test_folders);
            all.test_prefixes.extend(parsed.test_prefixes);
            all.test_suffixes.extend(parsed.test_suffixes);
        }
        Ok(all)
    }

    /// Whether a folder of this name is no part of the project's own work: other people's code, build results, a tool's cache.
    #[must_use]
    pub fn is_left_out(&self, folder: &str) -> bool {
        let hidden = folder.starts_with('.') && folder != "." && !self.project_hidden.contains(folder);
        hidden || self.vendored.contains(folder)
    }

    /// Whether a path (relative to the root, with `/`) is that of a test, an example or a fixture.
    #[must_use]
    pub fn is_test(&self, path: &str) -> bool {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        folders.split('/').any(|folder| self.test_folders.contains(folder))
            || self.test_prefixes.iter().any(|prefix| stem.starts_with(prefix.as_str()))
            || self.test_suffixes.iter().any(|suffix| stem.len() > suffix.len() && stem.ends_with(suffix.as_str()))
    }
}
