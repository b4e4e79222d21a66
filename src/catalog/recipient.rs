//! Recipients: who receives data, where they sit, and how code names them (hosts, packages).
//!
//! `rules/recipients/*.toml` holds one `[[recipient]]` entry per recipient; docs/rules.md describes the format. A host in a rule
//! stands for itself and everything below it (`smsc.kz` for `api.smsc.kz`, never for `notsmsc.kz`); a label may be `*`
//! (`email.*.amazonaws.com`); where one host serves several services the entry adds a path (`www.google.com/recaptcha`).

use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_spanned::Spanned;

use super::{CatalogError, RuleFile, country};
use crate::index::Symbol;

/// A recipient, by its position in the catalog (sorted by id).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecipientId(pub u32);

/// What kind of party a recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientKind {
    /// A company.
    Company,
    /// A state body.
    Authority,
    /// Software that the operator may host itself: a third party only at the vendor's own hosts.
    SelfHosted,
}

/// A recipient.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Stable id, e.g. `kz-smsc`.
    pub id: Symbol,
    /// Name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2 code of the seat; `None` if unknown.
    pub country: Option<Symbol>,
    /// Kind of party.
    pub kind: RecipientKind,
    /// What it is for, e.g. `messaging-sms`, `payment`, `analytics`: the purpose hint.
    pub purpose: Symbol,
    /// Host suffixes, matched on label boundaries; with a path where the host alone does not tell.
    pub hosts: Vec<String>,
    /// Packages as `ecosystem:name`.
    pub packages: Vec<String>,
    /// Where the entry's facts can be checked.
    pub source: String,
}

/// All recipients.
#[derive(Debug, Default)]
pub struct Recipients {
    all: Vec<Recipient>,
    /// Host without path and wildcard to the entries that claim it, longest path first.
    exact: FxHashMap<String, Vec<Claim>>,
    /// Hosts with a `*` label, by their last label.
    wildcard: FxHashMap<String, Vec<Wildcard>>,
    packages: FxHashMap<String, RecipientId>,
}

/// An entry's claim on a host.
#[derive(Debug)]
struct Claim {
    /// Empty, or a path with its leading slash.
    path: String,
    recipient: RecipientId,
}

#[derive(Debug)]
struct Wildcard {
    labels: Vec<String>,
    claim: Claim,
}

/// A rule file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// One sentence for the reader of the file.
    #[serde(rename = "about")]
    _about: String,
    /// Source of entries that name none; `{host}` stands for the entry's first host.
    source: Option<Spanned<String>>,
    /// URLs of which each must find the entry named after the arrow: `https://api.smsc.kz/sys -> kz-smsc`.
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    /// URLs that must find no entry at all.
    #[serde(default)]
    counter_examples: Vec<Spanned<String>>,
    #[serde(default)]
    recipient: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    name: String,
    country: Option<Spanned<String>>,
    #[serde(default = "company")]
    kind: RecipientKind,
    purpose: Spanned<String>,
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    packages: Vec<Spanned<String>>,
    source: Option<String>,
}

fn company() -> RecipientKind {
    RecipientKind::Company
}

/// A URL of a rule file and the entry it must find (none for a counter-example), with its place.
#[derive(Debug, Clone)]
pub struct UrlExample {
    /// Path of the rule file below `rules/`.
    pub file: String,
    /// Line in it, from one.
    pub line: usize,
    /// The URL.
    pub url: String,
    /// Id of the recipient that it must find.
    pub expected: Option<String>,
}

impl Recipients {
    /// Loads `rules/recipients/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid: unknown keys, an id, host or package that two entries claim, a malformed host,
    /// an unknown country.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut read: Vec<(usize, Entry, Option<String>)> = Vec::new();
        for (at, file) in files.iter().enumerate() {
            let page: Page = file.parse()?;
            let source = page.source.map(Spanned::into_inner);
            for example in &page.examples {
                if example.get_ref().split_once(" -> ").is_none() {
                    return Err(file.error(example.span(), "an example is written `URL -> recipient-id`".into()));
                }
            }
            read.extend(page.recipient.into_iter().map(|entry| (at, entry.into_inner(), source.clone())));
        }
        read.sort_by(|a, b| a.1.id.get_ref().cmp(b.1.id.get_ref()));

        let mut recipients = Self::default();
        let path_of = |at: usize| files.get(at).map(|file| file.path.clone()).unwrap_or_default();
        let mut previous: Option<(String, usize)> = None;
        for (at, entry, source) in read {
            let Some(file) = files.get(at) else { continue };
            let id = entry.id.get_ref().clone();
            if let Some((_, first)) = previous.take().filter(|(last, _)| *last == id) {
                return Err(CatalogError::Duplicate { what: "recipients", id, first: path_of(first), second: path_of(at) });
            }
            previous = Some((id, at));
            recipients.add(file, entry, source)?;
        }
        for claims in recipients.exact.values_mut() {
            claims.sort_by_key(|claim| std::cmp::Reverse(claim.path.len()));
        }
        for entries in recipients.wildcard.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse((entry.labels.len(), entry.claim.path.len())));
        }
        Ok(recipients)
    }

    fn add(&mut self, file: &RuleFile, entry: Entry, file_source: Option<String>) -> Result<(), CatalogError> {
        let number = RecipientId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let id = entry.id.get_ref();
        for slug in [&entry.id, &entry.purpose] {
            if !is_slug(slug.get_ref()) {
                let message = format!("`{}` is not lower-case words joined by hyphens", slug.get_ref());
                return Err(file.error(slug.span(), message));
            }
        }
        if let Some(code) = entry.country.as_ref().filter(|code| !country::is_country(code.get_ref())) {
            let message = format!(
                "`{}` is no ISO 3166-1 alpha-2 country code; leave the key out if unknown; {}",
                code.get_ref(),
                country::advice(code.get_ref())
            );
            return Err(file.error(code.span(), message));
        }
        if entry.hosts.is_empty() && entry.packages.is_empty() {
            return Err(file.error(entry.id.span(), format!("`{id}` has neither hosts nor packages: nothing would ever find it")));
        }
        let mut hosts = Vec::with_capacity(entry.hosts.len());
        for host in &entry.hosts {
            self.claim_host(number, id, host).map_err(|message| file.error(host.span(), message))?;
            hosts.push(host.get_ref().clone());
        }
        let mut packages = Vec::with_capacity(entry.packages.len());
        for package in &entry.packages {
            self.claim_package(number, package.get_ref()).map_err(|message| file.error(package.span(), message))?;
            packages.push(package.get_ref().clone());
        }
        let source = entry.source.or(file_source).map(|source| {
            let host = hosts.first().map_or("", String::as_str).replace("*.", "");
            source.replace("{host}", &host)
        });
        let Some(source) = source else {
            return Err(file.error(entry.id.span(), format!("`{id}` names no `source`, and neither does the file")));
        };
        self.all.push(Recipient {
            id: Symbol::new(id),
            name: entry.name,
            country: entry.country.map(|country| Symbol::new(country.get_ref())),
            kind: entry.kind,
            purpose: Symbol::new(entry.purpose.get_ref()),
            hosts,
            packages,
            source,
        });
        Ok(())
    }

    fn claim_host(&mut self, recipient: RecipientId, id: &str, host: &Spanned<String>) -> Result<(), String> {
        let written = host.get_ref();
        let (name, path) = written.split_at(written.find('/').unwrap_or(written.len()));
        if let Some(problem) = host_problem(name) {
            return Err(format!("`{written}` is no host: {problem}"));
        }
        let claim = Claim { path: path.trim_end_matches('/').to_owned(), recipient };
        // The entry under way is not in `all` yet, so its own repetition is named by `id`.
        let owner = |other: RecipientId, all: &[Recipient]| {
            all.get(other.0 as usize).map_or_else(|| id.to_owned(), |other| other.id.to_string())
        };
        if name.contains('*') {
            let labels: Vec<String> = name.split('.').map(str::to_owned).collect();
            let last = labels.last().cloned().unwrap_or_default();
            let known = self.wildcard.entry(last).or_default();
            if let Some(other) = known.iter().find(|other| other.labels == labels && other.claim.path == claim.path) {
                return Err(format!("`{written}` belongs to `{}` already", owner(other.claim.recipient, &self.all)));
            }
            known.push(Wildcard { labels, claim });
        } else {
            let known = self.exact.entry(name.to_owned()).or_default();
            if let Some(other) = known.iter().find(|other| other.path == claim.path) {
                return Err(format!("`{written}` belongs to `{}` already", owner(other.recipient, &self.all)));
            }
            known.push(claim);
        }
        Ok(())
    }

    fn claim_package(&mut self, recipient: RecipientId, package: &str) -> Result<(), String> {
        let Some((ecosystem, name)) = package.split_once(':').filter(|(ecosystem, name)| is_slug(ecosystem) && !name.is_empty())
        else {
            return Err(format!("`{package}` is not written `ecosystem:name`"));
        };
        match self.packages.insert(package_key(ecosystem, name), recipient) {
            None => Ok(()),
            Some(other) => {
                let owner = self.all.get(other.0 as usize).map_or("this entry", |other| other.id.as_str());
                Err(format!("`{package}` belongs to `{owner}` already; a package of several services belongs to their provider"))
            }
        }
    }

    /// The recipient with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RecipientId> {
        let at = self.all.binary_search_by(|recipient| recipient.id.as_str().cmp(id)).ok()?;
        u32::try_from(at).ok().map(RecipientId)
    }

    /// A recipient's description.
    #[must_use]
    pub fn get(&self, id: RecipientId) -> Option<&Recipient> {
        self.all.get(id.0 as usize)
    }

    /// All, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (RecipientId, &Recipient)> {
        self.all.iter().enumerate().filter_map(|(at, one)| Some((RecipientId(u32::try_from(at).ok()?), one)))
    }

    /// The recipient that owns the host (the longest suffix wins), `path` included where entries ask for it.
    ///
    /// `host` may be written in any case, with a port and a final dot; `path` with or without its leading slash.
    #[must_use]
    pub fn by_host(&self, host: &str, path: &str) -> Option<RecipientId> {
        let host = host.trim().trim_end_matches('.');
        let host = host
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
            .map_or(host, |(host, _)| host);
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        // No name is longer; what is, is looked up by the end that a name can have.
        let mut suffix = host.as_str();
        while suffix.len() > LONGEST_HOST {
            suffix = suffix.split_once('.')?.1;
        }
        loop {
            if let Some(claim) = self.exact.get(suffix).and_then(|claims| claims.iter().find(|claim| under(path, &claim.path))) {
                return Some(claim.recipient);
            }
            if let Some(claim) = self.by_wildcard(suffix, path) {
                return Some(claim.recipient);
            }
            suffix = suffix.split_once('.')?.1;
        }
    }

    /// The claim of a `*` host with as many labels as `host`.
    fn by_wildcard(&self, host: &str, path: &str) -> Option<&Claim> {
        let entries = self.wildcard.get(host.rsplit('.').next()?)?;
        let count = host.split('.').count();
        let fits = |entry: &&Wildcard| {
            entry.labels.len() == count
                && entry.labels.iter().zip(host.split('.')).all(|(rule, label)| rule == "*" || rule == label)
                && under(path, &entry.claim.path)
        };
        entries.iter().find(fits).map(|entry| &entry.claim)
    }

    /// The recipient that owns a URL's host and path, e.g. `https://api.smsc.kz/sys`. Placeholders such as `{id}` do no harm.
    #[must_use]
    pub fn by_url(&self, url: &str) -> Option<RecipientId> {
        let (_, rest) = url.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        self.by_host(host, path)
    }

    /// The recipient whose client library this package is, e.g. `("crate", "async-stripe")`.
    ///
    /// `-` and `_` are the same in crates and Python packages; letter case never counts.
    #[must_use]
    pub fn by_package(&self, ecosystem: &str, name: &str) -> Option<RecipientId> {
        self.packages.get(&package_key(ecosystem, name)).copied()
    }

    /// The examples and counter-examples of rule files, for the test that runs them.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is malformed.
    pub fn examples(files: &[&RuleFile]) -> Result<Vec<UrlExample>, CatalogError> {
        let mut examples = Vec::new();
        for file in files {
            let page: Page = file.parse()?;
            let mut push = |at: Range<usize>, url: &str, expected: Option<&str>| {
                let line = file.text.get(..at.start).unwrap_or_default().matches('\n').count() + 1;
                let (file, url, expected) = (file.path.clone(), url.to_owned(), expected.map(str::to_owned));
                examples.push(UrlExample { file, line, url, expected });
            };
            for example in &page.examples {
                if let Some((url, id)) = example.get_ref().split_once(" -> ") {
                    push(example.span(), url, Some(id));
                }
            }
            for example in &page.counter_examples {
                push(example.span(), example.get_ref(), None);
            }
        }
        Ok(examples)
    }
}

/// Characters of the longest name in the domain name system.
const LONGEST_HOST: usize = 253;

/// Whether `path` lies at or below `prefix`, by whole segments.
fn under(path: &str, prefix: &str) -> bool {
    if prefix.is_empty() {
        return true;
    }
    path.trim_start_matches('/')
        .strip_prefix(prefix.trim_start_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Why a name is not a host of a rule: lower-case ASCII labels, at least two, the last no wildcard.
fn host_problem(name: &str) -> Option<&'static str> {
    let labels: Vec<&str> = name.split('.').collect();
    let proper = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_');
        inner && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if name.len() > LONGEST_HOST {
        return Some("it is longer than 253 characters");
    }
    if labels.len() < 2 {
        return Some("a rule for a whole top-level domain would match everything below it");
    }
    if !labels.iter().all(|label| *label == "*" || proper(label)) {
        return Some("write it in lower-case ASCII (punycode), without scheme, port and final dot");
    }
    let fixed_end = labels.iter().rev().take(2).all(|label| *label != "*");
    let starts_fixed = labels.first().is_some_and(|label| *label != "*");
    (!fixed_end || !starts_fixed).then_some("`*` may stand only between a first label and the last two")
}

/// Lower-case words, digits and hyphens.
fn is_slug(text: &str) -> bool {
    let inner = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    inner && !text.is_empty() && !text.starts_with('-') && !text.ends_with('-')
}

fn package_key(ecosystem: &str, name: &str) -> String {
    let mut key = format!("{ecosystem}:{name}").to_ascii_lowercase();
    if matches!(ecosystem, "crate" | "pypi") {
        key = key.replace(['_', '.'], "-");
    }
    key
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
