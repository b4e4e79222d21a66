//! Front end for configuration: TOML, JSON, YAML, dotenv, properties and INI files.
//!
//! It yields [`Setting`]s, with which a later stage resolves what the code reads by key (endpoints, hosts, regions), the string
//! values as [`StringLiteral`]s for the checks of literals, and comments for suppressions. It knows nothing of what a key means.
//! Lock files, manifests of packages and pdlint's own files are not configuration of the service and are left alone.

mod json;
mod lines;
mod nesting;
mod toml;
pub(super) mod yaml;

use super::{Comment, Damage, FileName, Frontend, Input, LineEdges, Lowered, Setting};
use crate::index::Symbol;
use crate::ir::StringLiteral;
use crate::source::Span;

/// The front end.
#[derive(Debug)]
pub struct ConfigFile;

/// Larger files are data, not configuration.
const MAX_BYTES: u64 = 1 << 20;
/// Longer values are texts, keys or certificates: no host, address or number that a check would look for.
const MAX_VALUE_BYTES: usize = 200;
/// Values kept per file.
const MAX_VALUES: usize = 20_000;
/// Deeper values are not read.
const MAX_DEPTH: usize = 64;
/// Notices per file: a file of another syntax would otherwise give one per line.
const MAX_DAMAGE: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Toml,
    Json,
    Yaml,
    Dotenv,
    Properties,
    Ini,
}

impl Frontend for ConfigFile {
    fn name(&self) -> &'static str {
        "config"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        syntax_of(file.name, file.extension).is_some()
    }

    fn max_bytes(&self) -> u64 {
        MAX_BYTES
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        let name = input.path.rsplit('/').next().unwrap_or(input.path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        let mut values = Values::new(input);
        match syntax_of(name, &extension) {
            Some(Syntax::Toml) => toml::read(&mut values),
            Some(Syntax::Json) => json::read(&mut values),
            Some(Syntax::Yaml) => yaml::read(&mut values),
            Some(Syntax::Dotenv) => lines::read_dotenv(&mut values),
            Some(Syntax::Properties) => lines::read_properties(&mut values),
            Some(Syntax::Ini) => lines::read_ini(&mut values),
            None => {}
        }
        values.out
    }
}

/// Files that a tool writes or that describe the package, the editor or the build.
const NOT_CONFIGURATION: &[&str] = &[
    "angular.json",
    "bun.lock",
    "bower.json",
    "cargo.toml",
    "clippy.toml",
    "composer.json",
    "composer.lock",
    "deny.toml",
    "lerna.json",
    "mkdocs.yml",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "pdlint.policy.toml",
    "pdlint.toml",
    "pnpm-lock.yaml",
    "pubspec.lock",
    "pyproject.toml",
    "renovate.json",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tsconfig.json",
];

fn syntax_of(name: &str, extension: &str) -> Option<Syntax> {
    let lower = name.to_ascii_lowercase();
    if lower == ".env"
        || lower.starts_with(".env.")
        || lower.ends_with(".env")
        || lower.starts_with("env.") && extension == "example"
    {
        return Some(Syntax::Dotenv);
    }
    if NOT_CONFIGURATION.contains(&lower.as_str()) || lower.ends_with(".min.json") || lower.ends_with(".lock.json") {
        return None;
    }
    match extension {
        "toml" => (!lower.ends_with(".policy.toml")).then_some(Syntax::Toml),
        "json" | "jsonc" | "json5" => Some(Syntax::Json),
        "yaml" | "yml" => Some(Syntax::Yaml),
        "properties" => Some(Syntax::Properties),
        "ini" => Some(Syntax::Ini),
        _ => None,
    }
}

/// What has been read of one file.
struct Values<'t> {
    text: &'t str,
    out: Lowered,
    /// Places of keys and values, in which a comment sign is no comment.
    occupied: Vec<Span>,
    edges: LineEdges<'t>,
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// A string: quoted, or in a syntax where every value is text.
    Text,
    /// A number, boolean, date.
    Bare,
}

impl<'t> Values<'t> {
    fn new(input: &Input<'t>) -> Self {
        Self { text: input.text, out: Lowered::default(), occupied: Vec::new(), edges: LineEdges::new(input.text) }
    }

    /// Records a value. `span` is the place of its content, without quotes.
    fn value(&mut self, key: &[Symbol], text: &str, span: Span, written: Written) {
        self.occupied.push(span);
        let (text, span) = default_of_placeholder(self.text, text, span);
        if text.is_empty() || text.len() > MAX_VALUE_BYTES || self.out.settings.len() >= MAX_VALUES {
            return;
        }
        let value = Symbol::new(text);
        self.out.settings.push(Setting { key: key.to_vec(), value, span });
        // An identity or phone number may be written as a number; shorter ones are counts, ports and flags.
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if written == Written::Text || digits >= 9 {
            let name = key.last().copied();
            self.out.unit.strings.push(StringLiteral { text: value, span, name, in_test: false });
        }
    }

    fn damage(&mut self, span: Span, message: impl Into<String>) {
        if self.out.damage.len() < MAX_DAMAGE {
            self.out.damage.push(Damage { span, message: message.into() });
        }
    }

    /// Records a comment; they come in the order of the text.
    fn comment(&mut self, start: usize, end: usize) {
        let alone = self.edges.begins_line(start);
        self.out.comments.push(Comment { span: Span::new(start, end), alone });
    }

    /// Finds `#` comments outside the places of keys and values: at the start of a line or after a blank.
    fn hash_comments(&mut self) {
        self.occupied.sort_unstable();
        let occupied = std::mem::take(&mut self.occupied);
        let bytes = self.text.as_bytes();
        let mut done = 0;
        for at in memchr::memchr_iter(b'#', bytes) {
            let follows = at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(u8::is_ascii_whitespace);
            if at < done || !follows {
                continue;
            }
            let upto = occupied.partition_point(|span| (span.start as usize) <= at);
            let inside = upto.checked_sub(1).and_then(|last| occupied.get(last)).is_some_and(|span| at < span.end as usize);
            if inside {
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            done = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            self.comment(at, done);
        }
    }
}

/// `${NAME:-default}` and `${NAME:default}` stand for the default where nothing else is set: its text and place.
fn default_of_placeholder<'a>(file: &str, text: &'a str, span: Span) -> (&'a str, Span) {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|inner| !inner.contains('}'));
    let Some((name, default)) = inner.and_then(|inner| inner.split_once(':')) else { return (text, span) };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')) {
        return (text, span);
    }
    let default = default.strip_prefix('-').unwrap_or(default).trim();
    // Where escapes make the content differ from the text, the whole value stays the place.
    let at = span.text(file).rfind(default).filter(|_| !default.is_empty() && span.text(file) == text);
    let place = at.map_or(span, |at| Span::new(span.start as usize + at, span.start as usize + at + default.len()));
    (default, place)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
