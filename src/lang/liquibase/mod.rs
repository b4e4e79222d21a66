//! Front end for Liquibase changelogs in XML, YAML and JSON (those in SQL are SQL).
//!
//! A changelog is read into one tree whatever its syntax ([`tree`]), and its change sets into schema steps ([`changes`]).
//! Rollbacks are left out. Change sets for one database system, or under conditions, make what is not there yet. Files that a
//! changelog includes are named by a step: which they are is known only when all files are.

mod changes;
mod tree;
mod xml;
mod yaml;

use self::tree::Tree;
use super::{Comment, Damage, FileName, Frontend, Input, Lowered};
use crate::source::Span;

/// The front end.
#[derive(Debug)]
pub struct Liquibase;

/// The root of every changelog.
const ROOT: &str = "databaseChangeLog";

impl Frontend for Liquibase {
    fn name(&self) -> &'static str {
        "liquibase"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "xml" | "yaml" | "yml" | "json")
    }

    fn recognises(&self, text: &str) -> bool {
        memchr::memmem::find_iter(text.as_bytes(), ROOT.as_bytes()).any(|at| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + ROOT.len()..).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            match line.trim_start_matches('\u{feff}') {
                // YAML: a key of the outermost mapping.
                "" => after.starts_with(':'),
                // JSON.
                line if line.ends_with(['"', '\'']) => {
                    after.get(1..).is_some_and(|after| after.trim_start().starts_with(':')) && !line.contains(':')
                }
                // XML, with or without a prefix.
                line => {
                    line.rsplit(|c: char| c.is_whitespace()).next().is_some_and(|word| word.contains('<') && !word.contains('/'))
                }
            }
        })
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        let mut read = Read::default();
        let text = input.text;
        match input.path.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
            Some("xml") => xml::read(text, &mut read),
            Some("json") => yaml::read_json(text, &mut read),
            _ => yaml::read(text, &mut read),
        }
        let mut lowered = changes::lower(&read.tree, text);
        lowered.comments = read.comments;
        lowered.damage.append(&mut read.damage);
        lowered
    }
}

/// What a syntax makes of a file.
#[derive(Debug, Default)]
struct Read {
    tree: Tree,
    comments: Vec<Comment>,
    damage: Vec<Damage>,
}

impl Read {
    fn damage(&mut self, at: usize, message: String) {
        self.damage.push(Damage { span: Span::new(at, at), message });
    }
}
