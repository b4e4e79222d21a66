//! Finding and reading `pdlint.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use miette::Diagnostic;
use thiserror::Error;

use super::{Config, FailOn, Globs, Override, PathDialect, PathPurpose};
use crate::catalog::Catalog;
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::lang::{self, Frontend};
use crate::report::Severity;
use crate::toml_reader::{Mistaken, Mistakes, Placed, Problem, TableReader, Unread, read_document, read_file};

/// Name of the file.
pub const FILE_NAME: &str = "pdlint.toml";

/// Name of the Policy file where `policy` names no other.
pub const POLICY_FILE_NAME: &str = "pdlint.policy.toml";

/// A settings file above this size (bytes) is something else.
const MAX_SIZE: u64 = 1 << 20;

/// What every code of a mistake begins with.
const AREA: &str = "pdlint::config";

const FAIL_ON: &[(&str, FailOn)] = &[
    ("error", FailOn::Severity(Severity::Error)),
    ("warning", FailOn::Severity(Severity::Warning)),
    ("note", FailOn::Severity(Severity::Note)),
    ("never", FailOn::Never),
];

const SEVERITIES: &[(&str, Option<Severity>)] =
    &[("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("note", Some(Severity::Note)), ("off", None)];

const CONFIDENCES: &[(&str, Confidence)] =
    &[("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];

/// `pdlint.toml` is not usable.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings in {path}")]
    #[diagnostic(code(pdlint::config::unreadable), help("`pdlint init` writes a starting one; `--config FILE` names another"))]
    Unreadable {
        /// Path as given.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The file is too large to be one.
    #[error("the settings in {path} are larger than {} MiB", MAX_SIZE >> 20)]
    #[diagnostic(code(pdlint::config::too_large), help("is this the right file? `--config FILE` names another"))]
    TooLarge {
        /// Path as given.
        path: String,
    },
    /// It holds mistakes.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mistaken(#[from] Mistaken),
}

impl ConfigError {
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
fn mistaken(path: &Path, mistakes: Vec<Problem>) -> ConfigError {
    Mistaken::new(AREA, &format!("the settings in {}", path.display()), mistakes).into()
}

impl Config {
    /// Finds and reads the `pdlint.toml` of a scanned root: in the root itself or in the nearest folder above it, up to the
    /// repository's root (the folder with `.git`). Outside a repository only the root itself counts: a file in a home folder
    /// must not change what a scan below it finds.
    ///
    /// # Errors
    /// [`ConfigError`] when there is one and it is not usable.
    pub fn discover(root: &Path) -> Result<Option<Self>, ConfigError> {
        let unreadable = |cause| ConfigError::Unreadable { path: root.display().to_string(), cause };
        let absolute = std::path::absolute(root).map_err(unreadable)?;
        let start = if absolute.is_file() { absolute.parent().unwrap_or(&absolute) } else { &absolute };
        let repository = start.ancestors().find(|folder| folder.join(".git").exists());
        let last = repository.unwrap_or(start);
        for folder in start.ancestors().take_while(|folder| folder.starts_with(last)) {
            let file = folder.join(FILE_NAME);
            if file.is_file() {
                return Self::load(&file).map(Some);
            }
        }
        Ok(None)
    }

    /// Reads a settings file.
    ///
    /// # Errors
    /// [`ConfigError`] when it cannot be read, or with every mistake found in it, each with its place.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let named = || path.display().to_string();
        match read_file(path, MAX_SIZE, AREA) {
            Ok(text) => Self::parse(path, &text),
            Err(Unread::Io(cause)) => Err(ConfigError::Unreadable { path: named(), cause }),
            Err(Unread::TooLarge) => Err(ConfigError::TooLarge { path: named() }),
            Err(Unread::NotUtf8(problem)) => Err(mistaken(path, vec![*problem])),
        }
    }

    /// Reads the text of a settings file that stands at `path`. An empty file sets nothing and is fine.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake found in it, each with its place.
    pub fn parse(path: &Path, text: &Arc<str>) -> Result<Self, ConfigError> {
        let mistakes = Mistakes::new(AREA);
        let config = read_document(text, &mistakes, |root| Some(settings(root, path)));
        if let Some(config) = config.filter(|_| mistakes.is_empty()) {
            return Ok(config);
        }
        Err(mistaken(path, mistakes.in_file(&path.display().to_string(), text)))
    }

    /// The Policy file of a scan of `root`: the one that the settings name; else `pdlint.policy.toml` in the root or beside them.
    #[must_use]
    pub fn policy_file(&self, root: &Path) -> Option<PathBuf> {
        let beside = self.path.as_deref().and_then(Path::parent).map(|folder| folder.join(POLICY_FILE_NAME));
        let usual = || std::iter::once(root.join(POLICY_FILE_NAME)).chain(beside).find(|file| file.is_file());
        self.policy.clone().or_else(usual)
    }
}

fn settings(root: &TableReader<'_>, path: &Path) -> Config {
    let folder = path.parent().unwrap_or(Path::new(""));
    let fail_on = root.choice("fail-on", FAIL_ON);
    Config {
        path: Some(path.to_owned()),
        policy: root.text("policy").map(|file| folder.join(file.value)),
        include: globs(root, "include"),
        exclude: globs(root, "exclude"),
        rules: rule_folders(root, folder),
        severities: root.table("severity").map(|table| severities(&table)).unwrap_or_default(),
        fail_on: fail_on.map(|one| one.value),
        min_confidence: root.choice("min-confidence", CONFIDENCES).map(|one| one.value),
        internal_hosts: internal_hosts(root),
        purposes: root.table("purposes").map(|table| purposes(&table)).unwrap_or_default(),
        dialects: root.table("dialects").map(|table| dialects(&table)).unwrap_or_default(),
        include_tests: root.flag("include-tests").is_some_and(|flag| flag.value),
        markdown_sql: root.flag("markdown-sql").is_some_and(|flag| flag.value),
        max_file_size: max_file_size(root),
        overrides: root.tables("override").iter().map(overriding).collect(),
        below: String::new(),
    }
}

/// A glob as the file means it: `*` stays within a folder, `**` crosses folders.
fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

fn check_glob(table: &TableReader<'_>, pattern: Placed<&str>) -> Option<Glob> {
    match glob(pattern.value) {
        Ok(glob) => Some(glob),
        Err(error) => {
            let message = format!("`{}` is no glob: {}", pattern.value, error.kind());
            let problem = table.mistakes().problem("bad_glob", message).label(pattern.at, "not a glob");
            table
                .mistakes()
                .add(problem.advise("`*` is any name within a folder, `**` any folders, `[ab]` one of several letters"));
            None
        }
    }
}

fn globs(table: &TableReader<'_>, key: &'static str) -> Globs {
    let written = table.texts(key).unwrap_or_default();
    let mut builder = GlobSetBuilder::new();
    for glob in written.iter().filter_map(|one| check_glob(table, *one)) {
        builder.add(glob);
    }
    let matcher = builder.build().unwrap_or_else(|error| {
        // Each is fine by itself, and together they are more than the matcher takes.
        let problem = table.mistakes().problem("bad_glob", format!("the globs of `{key}` cannot be used together: {error}"));
        table.mistakes().add(problem.label(table.at(), "too much to match").advise("write fewer or simpler globs"));
        GlobSet::empty()
    });
    Globs { written: written.iter().map(|one| one.value.to_owned()).collect(), matcher }
}

fn rule_folders(root: &TableReader<'_>, folder: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for one in root.texts("rules").unwrap_or_default() {
        let path = folder.join(one.value);
        if !path.is_dir() {
            let problem = root.mistakes().problem("no_such_folder", format!("there is no rule folder `{}`", one.value));
            root.mistakes().add(problem.label(one.at, "not a folder").advise("`rules` names folders relative to this file"));
        }
        folders.push(path);
    }
    folders
}

fn internal_hosts(root: &TableReader<'_>) -> Vec<String> {
    let mut hosts = Vec::new();
    for host in root.texts("internal-hosts").unwrap_or_default() {
        let bare = host.value.strip_prefix("*.").unwrap_or(host.value);
        if bare.contains(['/', ':', '*', ' ', '@']) {
            let problem = root.mistakes().problem("bad_host", format!("`{}` is no host name", host.value));
            let advice = "write the name alone, e.g. \"api.example.kz\": no scheme, port or path; names below it are included";
            root.mistakes().add(problem.label(host.at, "not a host name").advise(advice));
        }
        hosts.push(bare.trim_matches('.').to_lowercase());
    }
    hosts
}

/// `[severity]`: code to severity. The keys are codes, so that a renamed check keeps its setting.
fn severities(table: &TableReader<'_>) -> Vec<(Symbol, Option<Severity>)> {
    // The pages are embedded and a test loads them: without them every code would do.
    let pages = Catalog::builtin_checks().unwrap_or_default();
    let mut set = Vec::new();
    for (code, word) in table.free_texts() {
        let page = pages.iter().find(|page| page.code == code.value);
        if page.is_none() {
            let problem = table.mistakes().problem("bad_code", format!("`{}` is no check", code.value));
            let named = pages.find(code.value).map(|page| format!("did you mean `{}`?", page.code));
            let near = named.or_else(|| table.mistakes().suggest(code.value, pages.iter().map(|page| page.code.as_str())));
            let advice = "write the check's code, e.g. PD501 = \"warning\"; `pdlint rules checks` lists them";
            let advice = near.map_or_else(|| advice.to_owned(), |near| format!("{near} {advice}"));
            table.mistakes().add(problem.label(code.at, "not a code").advise(advice));
        } else if let Some(severity) = table.pick(code.value, word, SEVERITIES) {
            if severity.is_some() && page.is_some_and(|page| page.severity == "notice") {
                let problem =
                    table.mistakes().problem("bad_severity", format!("{} is a notice about the scan itself", code.value));
                let advice = "notices have no severity and fail no run; `\"off\"` silences one";
                table.mistakes().add(problem.label(word.at, "not a severity of a notice").advise(advice));
            }
            set.push((Symbol::new(code.value), severity));
        }
    }
    set
}

fn purposes(table: &TableReader<'_>) -> Vec<PathPurpose> {
    let all = table.free_texts().into_iter();
    all.filter_map(|(path, id)| {
        let matcher = check_glob(table, path)?.compile_matcher();
        Some(PathPurpose { glob: path.value.to_owned(), purpose: Symbol::new(id.value), matcher })
    })
    .collect()
}

/// `[dialects]`: glob to the name of a dialect.
fn dialects(table: &TableReader<'_>) -> Vec<PathDialect> {
    let sql = lang::frontend_named("sql").map(Frontend::variants).unwrap_or_default();
    let names: Vec<(&str, &'static str)> = sql.iter().map(|(name, _)| (*name, *name)).collect();
    let mut set = Vec::new();
    for (path, name) in table.free_texts() {
        let glob = check_glob(table, path);
        let dialect = table.pick(path.value, name, &names);
        if let (Some(glob), Some(dialect)) = (glob, dialect) {
            set.push(PathDialect { glob: path.value.to_owned(), dialect, matcher: glob.compile_matcher() });
        }
    }
    set
}

/// `max-file-size`: bytes, or a number with `KB`, `MB` (powers of 1024).
fn max_file_size(root: &TableReader<'_>) -> Option<u64> {
    const KEY: &str = "max-file-size";
    if root.peek(KEY).is_none() {
        return root.number(KEY).map(|size| size.value);
    }
    let text = root.text(KEY)?;
    let (digits, unit) = text.value.split_at(text.value.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.value.len()));
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => Some(1),
        "K" | "KB" | "KIB" => Some(1 << 10),
        "M" | "MB" | "MIB" => Some(1 << 20),
        _ => None,
    };
    let size = factor.and_then(|factor: u64| digits.parse::<u64>().ok()?.checked_mul(factor));
    if size.is_none() {
        let problem = root.mistakes().problem("bad_size", format!("`{}` is no size", text.value));
        root.mistakes().add(problem.label(text.at, "not a size").advise("write bytes as a number, or e.g. \"500KB\", \"20MB\""));
    }
    size
}

fn overriding(table: &TableReader<'_>) -> Override {
    if !table.has("paths") {
        table.missing("paths", "say which files it is about, e.g. paths = [\"src/legacy/**\"]");
    }
    if !table.has("severity") {
        table.missing("severity", "say what differs there, e.g. severity = { PD501 = \"warning\" }");
    }
    let paths = globs(table, "paths");
    let severities = table.table("severity").map(|inner| severities(&inner)).unwrap_or_default();
    table.finish();
    Override { paths, severities }
}
