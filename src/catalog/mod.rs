//! What pdlint knows, as data: `rules/` loaded, validated and compiled to matchers.
//!
//! Built-in rules are embedded; a repository's own rule folders load through the same code and add to them. Every entry names
//! its `source` and carries `examples` and `counter_examples` that a test runs. The catalog knows nothing of source code.

pub mod category;
pub mod check;
mod compact;
pub mod country;
pub mod discovery;
pub mod host;
pub mod law;
pub mod model;
pub mod purpose;
pub mod recipient;
pub mod storage;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::de::DeserializeOwned;
use thiserror::Error;

pub use category::{Categories, CategoryId, CategorySet};
pub use check::{CheckPage, CheckPages};
pub use discovery::Discovery;
pub use law::{Law, Laws};
pub use model::Models;
pub use purpose::{Purposes, ServiceKind};
pub use recipient::{Recipient, RecipientId, Recipients};
pub use storage::StorageRules;

use crate::index::Symbol;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Everything pdlint knows.
#[derive(Debug)]
pub struct Catalog {
    /// Data categories and the words that name them.
    pub categories: Categories,
    /// Recipients: companies, authorities, self-hosted software.
    pub recipients: Recipients,
    /// Library models: sinks, sanitizers, propagation.
    pub models: Models,
    /// The page of every check.
    pub checks: CheckPages,
    /// Rule packs of laws.
    pub laws: Laws,
    /// What kinds of recipients are used for.
    pub purposes: Purposes,
    /// Which folders and files are not the operator's own running code.
    pub discovery: Discovery,
    /// How copies, deletions and protections of stored data are named.
    pub storage: StorageRules,
    /// Changes whenever any rule changes.
    pub fingerprint: u64,
}

/// One rule file.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Path below `rules/`, with `/`, e.g. `categories/contact.toml`.
    pub path: String,
    /// File name without extension.
    pub stem: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its values as the build script read them: of built-in files alone. Has no places.
    compact: Option<&'static [u8]>,
}

impl RuleFile {
    /// A file by its path below `rules/`.
    #[must_use]
    pub fn new(path: &str, text: impl Into<Arc<str>>) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        Self { path: path.to_owned(), stem, text: text.into(), compact: None }
    }

    /// Reads the file's values.
    ///
    /// # Errors
    /// [`CatalogError::Toml`] with the place when it is malformed or holds an unknown key or value.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, CatalogError> {
        if let Some(value) = self.compact.and_then(|compact| compact::read(compact).ok()) {
            return Ok(value);
        }
        toml::from_str(&self.text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            self.error(at, error.message().to_owned())
        })
    }

    /// An error at a byte range of this file.
    #[must_use]
    pub fn error(&self, at: std::ops::Range<usize>, message: String) -> CatalogError {
        CatalogError::Toml {
            source_code: NamedSource::new(format!("rules/{}", self.path), Arc::clone(&self.text)),
            at: (at.start, at.len()).into(),
            message,
        }
    }
}

/// The rule folders could not be loaded.
#[derive(Debug, Error, Diagnostic)]
pub enum CatalogError {
    /// A folder or file could not be read.
    #[error("cannot read the rules in {}", path.display())]
    #[diagnostic(code(pdlint::rules::unreadable), help("`rules` in pdlint.toml names folders relative to the file"))]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A rule stands where no rules are looked for.
    #[error("nothing reads the rule file {}", path.display())]
    #[diagnostic(
        code(pdlint::rules::misplaced),
        help(
            "a rule folder holds categories/, checks/, laws/, models/, purposes/, recipients/, discovery.toml and storage.toml; see docs/rules.md"
        )
    )]
    Misplaced {
        /// The file.
        path: PathBuf,
    },
    /// A rule is malformed.
    #[error("invalid rule: {message}")]
    #[diagnostic(code(pdlint::rules::invalid), help("docs/rules.md describes each kind of rule file"))]
    Toml {
        /// The file.
        #[source_code]
        source_code: NamedSource<Arc<str>>,
        /// Where.
        #[label("here")]
        at: SourceSpan,
        /// What is wrong.
        message: String,
    },
    /// Two entries have the same id.
    #[error("two {what} have the id `{id}`: in rules/{first} and rules/{second}")]
    #[diagnostic(code(pdlint::rules::duplicate), help("rename one of them"))]
    Duplicate {
        /// Kind of entry.
        what: &'static str,
        /// The id.
        id: String,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
    /// An entry names something that does not exist.
    #[error("rules/{file}: unknown {what} `{name}`")]
    #[diagnostic(code(pdlint::rules::unknown_reference))]
    UnknownReference {
        /// The file.
        file: String,
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do.
        #[help]
        help: Option<String>,
    },
    /// More categories than a set can hold.
    #[error("{count} categories are declared; at most {limit} fit")]
    #[diagnostic(code(pdlint::rules::too_many_categories))]
    TooManyCategories {
        /// Declared.
        count: usize,
        /// Limit.
        limit: usize,
    },
}

impl Catalog {
    /// The built-in rules alone.
    ///
    /// # Errors
    /// Never for a released build: a test loads all rules.
    pub fn builtin() -> Result<Arc<Self>, CatalogError> {
        // Compiled once a process: an editor and a test suite open many sessions.
        static COMPILED: OnceLock<Arc<Catalog>> = OnceLock::new();
        if let Some(catalog) = COMPILED.get() {
            return Ok(Arc::clone(catalog));
        }
        let catalog = Arc::new(Self::from_files(&builtin_files())?);
        Ok(Arc::clone(COMPILED.get_or_init(|| catalog)))
    }

    /// The pages of the built-in checks alone: explaining one needs nothing else.
    ///
    /// # Errors
    /// Never for a released build: a test loads all rules.
    pub fn builtin_checks() -> Result<CheckPages, CatalogError> {
        let mut files = Vec::new();
        if let Some(folder) = BUILTIN.get_dir("checks") {
            embedded(folder, &mut files);
        }
        CheckPages::load(&files.iter().collect::<Vec<_>>())
    }

    /// The built-in rules and those of further folders.
    ///
    /// # Errors
    /// [`CatalogError`] when a folder cannot be read or a rule is invalid.
    pub fn load(folders: &[PathBuf]) -> Result<Arc<Self>, CatalogError> {
        if folders.is_empty() {
            return Self::builtin();
        }
        let mut files = builtin_files();
        for folder in folders {
            from_folder(folder, &mut files)?;
        }
        Self::from_files(&files).map(Arc::new)
    }

    /// Compiles rule files.
    ///
    /// # Errors
    /// [`CatalogError`] when a rule is invalid.
    pub fn from_files(files: &[RuleFile]) -> Result<Self, CatalogError> {
        match Self::compile(files) {
            // A mistake may stand in a built-in file too, that a repository's own does not go with: only the text has its place.
            Err(_) if files.iter().any(|file| file.compact.is_some()) => {
                let text = |file: &RuleFile| RuleFile { compact: None, ..file.clone() };
                Self::compile(&files.iter().map(text).collect::<Vec<_>>())
            }
            compiled => compiled,
        }
    }

    fn compile(files: &[RuleFile]) -> Result<Self, CatalogError> {
        let below = |folder: &str| files.iter().filter(|file| file.path.starts_with(folder)).collect::<Vec<_>>();
        // The words take as long as all the rest; start-up is what a run on a small repository consists of.
        let (categories, rest) = std::thread::scope(|scope| {
            let words = scope.spawn(|| Categories::load(&below("categories/")));
            let rest = (|| {
                let recipients = Recipients::load(&below("recipients/"))?;
                let models = Models::load(&below("models/"), &recipients)?;
                let checks = CheckPages::load(&below("checks/"))?;
                let laws = Laws::load(&below("laws/"))?;
                let purposes = Purposes::load(&below("purposes/"))?;
                let discovery = Discovery::load(&below("discovery.toml"))?;
                let storage = StorageRules::load(&below("storage.toml"))?;
                Ok::<_, CatalogError>((recipients, models, checks, laws, purposes, discovery, storage))
            })();
            (words.join(), rest)
        });
        let categories = categories.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let (recipients, models, checks, laws, purposes, discovery, storage) = rest?;
        if let Some((id, file)) = storage.identifying.iter().find(|(id, _)| !categories.exists(id)) {
            return Err(CatalogError::UnknownReference { file: file.clone(), what: "category", name: id.clone(), help: None });
        }
        let unknown = |id: &&Symbol| categories.find(id.as_str()).is_none();
        if let Some((model, id)) = models.iter().find_map(|model| Some((model, model.categories.iter().find(unknown)?))) {
            let file = format!("models, at `{}`", model.calls.first().map_or("", String::as_str));
            let help = Some("`pdlint rules categories` lists the categories; one with others below it is too general".to_owned());
            return Err(CatalogError::UnknownReference { file, what: "category", name: id.to_string(), help });
        }
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for file in files {
            hasher.update(file.path.as_bytes());
            hasher.update(&[0]);
            hasher.update(file.text.as_bytes());
            hasher.update(&[0]);
        }
        Ok(Self { categories, recipients, models, checks, laws, purposes, discovery, storage, fingerprint: hasher.digest() })
    }
}

/// The folders of rules, and the files beside them.
const KINDS: [&str; 8] =
    ["categories/", "checks/", "discovery.toml", "laws/", "models/", "purposes/", "recipients/", "storage.toml"];

/// The path of a rule file as [`RuleFile::path`] has it; `None` for other files.
fn rule_path(path: &Path) -> Option<String> {
    let wanted = matches!(path.extension().and_then(|e| e.to_str()), Some("toml" | "md"));
    path.to_str().filter(|_| wanted).map(|path| path.replace('\\', "/"))
}

/// The built-in rule files.
fn builtin_files() -> Vec<RuleFile> {
    let mut files = Vec::new();
    embedded(&BUILTIN, &mut files);
    let compact = compact::builtin();
    for file in &mut files {
        let at = compact.binary_search_by(|(path, _)| (*path).cmp(&file.path));
        file.compact = at.ok().and_then(|at| compact.get(at)).map(|(_, value)| *value);
    }
    files
}

fn embedded(folder: &Dir<'_>, files: &mut Vec<RuleFile>) {
    let mut entries: Vec<_> = folder.files().collect();
    entries.sort_by_key(|file| file.path());
    files.extend(entries.iter().filter_map(|file| Some(RuleFile::new(&rule_path(file.path())?, file.contents_utf8()?))));
    let mut folders: Vec<_> = folder.dirs().collect();
    folders.sort_by_key(|dir| dir.path());
    for inner in folders {
        embedded(inner, files);
    }
}

fn from_folder(folder: &Path, files: &mut Vec<RuleFile>) -> Result<(), CatalogError> {
    let unreadable = |path: &Path, cause: std::io::Error| CatalogError::Unreadable { path: path.to_owned(), cause };
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().follow_links(false) {
        let entry = entry.map_err(|error| unreadable(folder, error.into()))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let Some(path) = rule_path(relative) else { continue };
        // A rule that nothing reads would be missed by nobody. Notes for people are no rules.
        if !KINDS.iter().any(|kind| path.starts_with(kind)) {
            if path.ends_with(".md") {
                continue;
            }
            return Err(CatalogError::Misplaced { path: entry.path().to_owned() });
        }
        let text = std::fs::read_to_string(entry.path()).map_err(|cause| unreadable(entry.path(), cause))?;
        files.push(RuleFile::new(&path, text));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    /// Every file in `rules/`, as a repository's own folder is read.
    fn folder() -> Vec<RuleFile> {
        let mut files = Vec::new();
        from_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut files).expect("the rules can be read");
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    #[test]
    fn the_build_script_reads_every_rule_file() {
        let mut embedded = builtin_files();
        embedded.sort_by(|a, b| a.path.cmp(&b.path));
        let folder = folder();
        assert_eq!(embedded.len(), folder.len());
        for (built_in, file) in embedded.iter().zip(&folder) {
            assert_eq!((&built_in.path, &built_in.stem, &built_in.text), (&file.path, &file.stem, &file.text));
            let toml = file.path.ends_with(".toml");
            assert_eq!(built_in.compact.is_some(), toml, "{}", file.path);
            let compact = built_in.compact.map(|value| compact::read::<toml::Table>(value).expect("a table"));
            assert_eq!(compact, toml.then(|| toml::from_str(&file.text).expect("TOML")), "{}", file.path);
        }
    }

    #[test]
    fn what_the_build_script_read_compiles_to_what_the_text_does() {
        let embedded = builtin_files();
        let text = |file: &RuleFile| RuleFile { compact: None, ..file.clone() };
        let from_text = Catalog::compile(&embedded.iter().map(text).collect::<Vec<_>>()).expect("the rules are valid");
        let compiled = Catalog::compile(&embedded).expect("the rules are valid as the build script read them");
        assert!(format!("{compiled:?}") == format!("{from_text:?}"), "the catalogs differ");
    }

    #[test]
    fn a_mistake_that_shows_beside_a_built_in_file_has_its_place() {
        let mut files = builtin_files();
        let text = "about = \"x\"\n\n[[recipient]]\nid = \"zz-again\"\nname = \"x\"\npurpose = \"mail\"\nhosts = [\"smsc.kz\"]\nsource = \"x\"\n";
        files.push(RuleFile::new("recipients/own.toml", text));
        let error = Catalog::from_files(&files).expect_err("two entries claim the host");
        let CatalogError::Toml { at, source_code, .. } = &error else { panic!("{error}") };
        assert_eq!(source_code.name(), "rules/recipients/own.toml");
        assert_eq!(text.get(at.offset()..at.offset() + at.len()), Some("\"smsc.kz\""));
    }
}
