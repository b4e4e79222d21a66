//! The engine: one [`Session`] behind every front.
//!
//! A session is opened once with its options; [`Session::analyze`] runs the stages and returns an immutable [`Analysis`]. It
//! knows no formats and no protocols, and it decides nothing that a check decides.

mod elements;
mod explain;
mod notices;
mod options;
mod stages;
mod tables;
mod transfers;

use std::sync::Arc;

use rayon::prelude::*;

pub use explain::PlaceExplanation;
pub use options::{SessionError, SessionOptions};
pub use stages::Stages;

use crate::catalog::Catalog;
use crate::config::Config;
use crate::facts::{FileFacts, extract};
use crate::flow::{Flows, Perimeter};
use crate::index::Symbol;
use crate::judge::{self, Case};
use crate::lang::{self, FileName, Frontend, Input};
use crate::link::{Program, Schema};
use crate::policy::Policy;
use crate::report::{Excerpt, Notice, PolicyTitle, Report, SqlStatements, Summary};
use crate::source::SourceFile;
use crate::source::decode::decode;
use crate::source::discover::{Discovered, Found, Walk, discover};

/// Stack of the worker threads, in bytes: front ends recurse to a fixed depth over syntax trees.
const WORKER_STACK: usize = 32 << 20;

/// An opened repository: what to scan, with which rules, against which Policy.
#[derive(Debug)]
pub struct Session {
    options: options::Resolved,
    catalog: Arc<Catalog>,
    config: Config,
    policy: Option<Policy>,
    workers: rayon::ThreadPool,
    /// What opening took.
    opened: Stages,
}

/// The result of one run: facts, flows and the report made of them.
#[derive(Debug)]
pub struct Analysis {
    /// Files that were read, sorted by path; the position is the [`crate::source::FileId`].
    pub sources: Vec<SourceFile>,
    /// Their facts, in the same order.
    pub facts: Vec<Arc<FileFacts>>,
    /// The database schema as it stands.
    pub schema: Schema,
    /// The flows.
    pub flows: Flows,
    /// What is shown.
    pub report: Report,
    /// What each stage took. No part of the report: it differs from run to run.
    pub stages: Stages,
    catalog: Arc<Catalog>,
}

/// What became of one file.
enum Read {
    /// Lowered.
    File(Box<(SourceFile, FileFacts)>),
    /// No front end claims it.
    Unclaimed,
    /// It could not be used; why.
    Notice(Notice),
}

impl Session {
    /// Opens a repository.
    ///
    /// # Errors
    /// [`SessionError`] when a path does not exist, or the configuration, a rule or the Policy is invalid.
    pub fn open(options: SessionOptions) -> Result<Self, SessionError> {
        let mut opened = Stages::start();
        let resolved = options::Resolved::new(&options)?;
        let mut config = match &options.config {
            Some(path) => Config::load(path)?,
            None => Config::discover(&resolved.root)?.unwrap_or_default(),
        };
        if let Some(confidence) = options.min_confidence {
            config.min_confidence = Some(confidence);
        }
        config.include_tests |= options.include_tests;
        config.scan_of(&resolved.root);
        let catalog = Catalog::load(&config.rules)?;
        opened.end("rules");
        let policy = match resolved.policy_path(&options, &config) {
            Some(path) => {
                let mut policy = Policy::load(&path, &catalog)?;
                policy.path = resolved.relative(path);
                Some(policy)
            }
            None => None,
        };
        let workers = rayon::ThreadPoolBuilder::new()
            .num_threads(options.threads.unwrap_or(0))
            .stack_size(WORKER_STACK)
            .thread_name(|index| format!("pdlint-{index}"))
            .build()
            .map_err(|error| SessionError::Threads { message: error.to_string() })?;
        opened.end("policy and configuration");
        Ok(Self { options: resolved, catalog, config, policy, workers, opened })
    }

    /// The rules in force.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The Policy, if there is one.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// The folder that reported paths are relative to.
    #[must_use]
    pub fn root(&self) -> &std::path::Path {
        &self.options.root
    }

    /// Runs all stages.
    #[must_use]
    pub fn analyze(&self) -> Arc<Analysis> {
        self.workers.install(|| Arc::new(self.run()))
    }

    fn run(&self) -> Analysis {
        let mut stages = self.opened.clone().resume();
        let found = self.discover();
        stages.end("finding files");
        let (sources, facts, mut notices, other_files) = self.read(&found);
        stages.end("reading files");
        let catalog = &*self.catalog;

        let schema = Schema::fold(catalog, &sources, &facts);
        stages.end("schema");
        let program = Program::new(catalog, &sources, &facts, &schema);
        stages.end("names and types");
        let flows = crate::flow::solve(catalog, &program, &self.perimeter());
        drop(program);
        stages.end("flows");

        let elements = elements::elements(catalog, self.policy.as_ref(), &sources, &facts, &schema);
        let transfers = transfers::transfers(catalog, self.policy.as_ref(), &sources, &flows);
        let functions = judge::FunctionIndex::new(&facts);
        let case = Case {
            catalog,
            config: &self.config,
            policy: self.policy.as_ref(),
            sources: &sources,
            facts: &facts,
            functions: &functions,
            schema: &schema,
            flows: &flows,
            elements: &elements,
        };
        let (findings, judged) = judge::judge(&case);
        notices.extend(judged);
        notices.extend(notices::of_facts(&sources, &facts, &flows));
        notices.retain(|notice| judge::is_said(&self.config, notice));
        notices.sort();
        notices.dedup();
        stages.end("judgement");

        let summary = summary(&found, &sources, &facts, &flows, other_files);
        let tables = tables::tables(catalog, &sources, &schema);
        let mut report = Report { findings, elements, transfers, tables, notices, summary, ..Report::default() };
        report.excerpts = self.excerpts(&report, &sources);
        report.policy = self.policy.as_ref().map(|policy| PolicyTitle {
            file: policy.path.display().to_string(),
            title: policy.header.title.clone(),
            operator: policy.header.operator.clone(),
            revision: policy.header.revision.clone(),
        });
        stages.end("report");
        Analysis { sources, facts, schema, flows, report, stages, catalog: Arc::clone(&self.catalog) }
    }

    fn discover(&self) -> Discovered {
        discover(&Walk {
            root: &self.options.root,
            starts: &self.options.starts,
            is_wanted: &|path| self.config.scans(path),
            is_left_out: &|name| self.catalog.discovery.is_left_out(name),
            threads: self.workers.current_num_threads(),
        })
    }

    fn read(&self, found: &Discovered) -> (Vec<SourceFile>, Vec<Arc<FileFacts>>, Vec<Notice>, usize) {
        let mut notices: Vec<_> = found.unreadable.iter().map(|(path, reason)| notices::unreadable(path, reason)).collect();
        let read: Vec<_> = found.files.par_iter().map(|file| self.read_file(file)).collect();
        let (mut sources, mut facts, mut other_files) = (Vec::new(), Vec::new(), 0);
        for one in read {
            match one {
                Read::File(file) => {
                    let (source, fact) = *file;
                    sources.push(source);
                    facts.push(Arc::new(fact));
                }
                Read::Unclaimed => other_files += 1,
                Read::Notice(notice) => notices.push(notice),
            }
        }
        (sources, facts, notices, other_files)
    }

    fn read_file(&self, file: &Found) -> Read {
        let name = file.relative.rsplit('/').next().unwrap_or_default();
        let extension = extension(name);
        // Most files are told by their name; a file without an extension may have an interpreter line.
        let mut bytes = None;
        let is_on = |switch: &str| self.config.is_on(switch);
        let mut frontend = lang::frontends_for(FileName { name, extension: &extension, interpreter: "" }, is_on).next();
        if frontend.is_none() && extension.is_empty() && file.size < 1 << 20 {
            let content = match std::fs::read(&file.path) {
                Ok(content) => content,
                Err(error) => return Read::Notice(notices::unreadable(&file.relative, &error.kind().to_string())),
            };
            if let Some(interpreter) = interpreter(&content) {
                frontend = lang::frontends_for(FileName { name, extension: "", interpreter }, is_on).next();
            }
            bytes = Some(content);
        }
        let Some(frontend) = frontend else { return Read::Unclaimed };
        // What is called like a file of the language may be of another, or of none.
        let of_text = |text: &str| {
            let name = FileName { name, extension: &extension, interpreter: "" };
            if frontend.recognises(text) {
                Some(frontend)
            } else {
                lang::frontends_for(name, is_on).find(|other| other.recognises(text))
            }
        };
        // Spans are of 32 bits.
        let limit =
            |frontend: &dyn Frontend| self.config.max_file_size.unwrap_or_else(|| frontend.max_bytes()).min(u64::from(u32::MAX));
        if file.size > limit(frontend) {
            let Some(frontend) = of_text(&head(&file.path)) else { return Read::Unclaimed };
            return Read::Notice(notices::too_large(&file.relative, file.size, limit(frontend)));
        }
        let bytes = match bytes.map_or_else(|| std::fs::read(&file.path), Ok) {
            Ok(bytes) => bytes,
            Err(error) => return Read::Notice(notices::unreadable(&file.relative, &error.kind().to_string())),
        };
        let Some(decoded) = decode(&bytes) else {
            let meant = of_text("").is_some();
            return if meant { Read::Notice(notices::binary(&file.relative)) } else { Read::Unclaimed };
        };
        drop(bytes);
        let Some(frontend) = of_text(&decoded.text) else { return Read::Unclaimed };
        let is_test = self.catalog.discovery.is_test(&file.relative);
        let frontend = match self.config.dialect_of(&file.relative) {
            Some(dialect) => lang::variant_of(frontend, dialect),
            None => frontend,
        };
        let facts = lower(&self.catalog, frontend, &file.relative, &decoded.text);
        Read::File(Box::new((SourceFile::new(&file.relative, decoded.text, Symbol::new(frontend.name()), is_test), facts)))
    }

    fn perimeter(&self) -> Perimeter {
        let mut internal_hosts = self.config.internal_hosts.clone();
        if let Some(policy) = &self.policy {
            internal_hosts.extend(policy.header.internal_hosts.iter().cloned());
        }
        Perimeter { internal_hosts }
    }

    /// The texts that findings point into, the Policy's file included.
    fn excerpts(&self, report: &Report, sources: &[SourceFile]) -> Vec<Excerpt> {
        let mut wanted: Vec<Symbol> = Vec::new();
        for finding in &report.findings {
            wanted.push(finding.location.file);
            wanted.extend(finding.clauses.iter().filter_map(|clause| Some(clause.location.as_ref()?.file)));
            wanted.extend(finding.path.iter().map(|step| step.location.file));
        }
        wanted.sort();
        wanted.dedup();
        wanted
            .into_iter()
            .filter_map(|file| {
                let found = sources.binary_search_by(|source| source.path.cmp(&file)).ok().and_then(|at| sources.get(at));
                let text = match (found, &self.policy) {
                    (Some(source), _) => Arc::clone(&source.text),
                    (None, Some(policy)) if judge::policy_file(policy) == file => Arc::clone(&policy.source),
                    _ => return None,
                };
                Some(Excerpt { file, text })
            })
            .collect()
    }
}

fn lower(catalog: &Catalog, frontend: &dyn Frontend, path: &str, text: &str) -> FileFacts {
    let mut facts = extract::extract(catalog, frontend, &Input { path, text });
    // The key of a map that is keyed by a person's number or address names what stands beside it: it is shown as values are.
    for literal in &mut facts.literals {
        literal.name = literal.name.map(|name| Symbol::new(&harmless_name(catalog, name.as_str())));
    }
    facts
}

/// A name without the personal values it may hold. What has as many digits as a phone is a number, though no check digit tells whose.
fn harmless_name(catalog: &Catalog, name: &str) -> String {
    const DIGITS_OF_A_NUMBER: usize = 8;
    let shown = judge::without_values(&catalog.categories, name);
    if shown.bytes().filter(u8::is_ascii_digit).count() < DIGITS_OF_A_NUMBER {
        return shown;
    }
    shown.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect()
}

/// The beginning of a file that is too large to be read.
fn head(path: &std::path::Path) -> String {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path);
    // What cannot be read has no beginning.
    let _ = file.and_then(|file| file.take(8 << 10).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(
        String::new,
        |(stem, extension)| {
            if stem.is_empty() { String::new() } else { extension.to_ascii_lowercase() }
        },
    )
}

/// The program that a `#!` line names, `env` and its options looked through.
fn interpreter(content: &[u8]) -> Option<&str> {
    let line = content.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split_whitespace();
    let program = words.next()?.rsplit('/').next()?;
    if program == "env" { words.find(|word| !word.starts_with('-') && !word.contains('=')) } else { Some(program) }
}

fn summary(found: &Discovered, sources: &[SourceFile], facts: &[Arc<FileFacts>], flows: &Flows, other_files: usize) -> Summary {
    let mut languages = std::collections::BTreeMap::<Symbol, usize>::new();
    for source in sources {
        *languages.entry(source.language).or_default() += 1;
    }
    let counts = facts.iter().map(|fact| fact.unit.counts);
    Summary {
        files: sources.len(),
        lines: sources.par_iter().map(|source| source.lines().line_count()).sum(),
        languages: languages.into_iter().collect(),
        skipped_folders: found.skipped_folders,
        other_files,
        expressions: counts.clone().map(|count| u64::from(count.expressions)).sum(),
        opaque: counts.map(|count| u64::from(count.opaque)).sum(),
        limits_hit: flows.limits_hit.len(),
        sql: statements(facts),
    }
}

fn statements(facts: &[Arc<FileFacts>]) -> SqlStatements {
    facts.iter().fold(SqlStatements::default(), |sum, fact| SqlStatements {
        statements: sum.statements + u64::from(fact.statements.read),
        partly: sum.partly + u64::from(fact.statements.partly),
        lost: sum.lost + u64::from(fact.statements.lost),
    })
}
