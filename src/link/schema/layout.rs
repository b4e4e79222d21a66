//! The databases of a scan: which files make each of them, in which order, and what each file counts for.
//!
//! A snapshot (`schema.sql`, `structure.sql`) beside migrations shows the same database a second time. Where most of its tables
//! are the migrations' own, the migrations tell the schema and the snapshot only adds what they lack (steps that are written in
//! code, say); each column is reported once, with the snapshot as a further place. Where the migrations change tables that they
//! never create and the file does, it is where they start from. What shares no tables stays apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::changelog::Includes;
use super::key;
use super::sequence::{Kind, Part, dialect, place};
use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::schema::SchemaStep;
use crate::source::{FileId, SourceFile};

/// A database and the files that make it.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) name: Symbol,
    pub(super) members: Vec<Member>,
}

/// A file of a database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) file: FileId,
    /// The migration's name; `None` for a file of no sequence.
    pub(super) migration: Option<Symbol>,
    /// It shows what others have made: it adds what is not there yet, and takes nothing away.
    pub(super) repeats: bool,
}

#[derive(Debug, Clone)]
struct Ordered {
    version: Vec<Part>,
    member: Member,
}

/// Sequences by name: the migration folder, or the file.
type Sequences = BTreeMap<String, Vec<Ordered>>;

/// The databases, sorted by name.
pub(super) fn layouts(sources: &[SourceFile], facts: &[Arc<FileFacts>], includes: &Includes) -> Vec<Layout> {
    let mut sequences = Sequences::new();
    for (position, (source, facts)) in sources.iter().zip(facts).enumerate() {
        if facts.schema.is_empty() || includes.is_included(position) {
            continue;
        }
        let kind = if facts.is_schema { Kind::Sql } else { Kind::Code };
        let place = place(source.path.as_str(), kind);
        if place.down {
            continue;
        }
        let migration = place.migration.as_deref().map(Symbol::new);
        let member = Member { file: FileId::from_index(position), migration, repeats: place.sums_up };
        sequences.entry(place.database).or_default().push(Ordered { version: place.version, member });
    }
    let path = |member: &Member| sources.get(member.file.index()).map(|source| source.path);
    share_common_folders(&mut sequences);
    for files in sequences.values_mut() {
        files.sort_by(|a, b| a.version.cmp(&b.version).then_with(|| path(&a.member).cmp(&path(&b.member))));
    }
    join_snapshots(&mut sequences, sources, facts);
    let layout = |(name, files): (String, Vec<Ordered>)| Layout {
        name: Symbol::new(&name),
        members: files.into_iter().map(|file| file.member).collect(),
    };
    sequences.into_iter().map(layout).collect()
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `migration/common` beside `migration/postgresql` and `migration/mysql`: what is common is part of each.
fn share_common_folders(sequences: &mut Sequences) {
    let is_common = |name: &str| matches!(name.to_ascii_lowercase().as_str(), "common" | "shared" | "all" | "base" | "generic");
    let common: Vec<String> = sequences.keys().filter(|name| is_common(split(name).1)).cloned().collect();
    for name in common {
        let above = split(&name).0.to_owned();
        let variants: Vec<String> = sequences
            .range(format!("{above}/")..)
            .map(|(other, _)| other)
            .take_while(|other| other.starts_with(&above))
            .filter(|other| split(other).0 == above && dialect(split(other).1).is_some())
            .cloned()
            .collect();
        if variants.is_empty() {
            continue;
        }
        let Some(files) = sequences.remove(&name) else { continue };
        for variant in variants {
            sequences.entry(variant).or_default().extend(files.iter().cloned());
        }
    }
}

/// Tables that a sequence makes, and those that it changes without making them.
#[derive(Debug, Default)]
struct Tables {
    made: FxHashSet<String>,
    changed: FxHashSet<String>,
}

impl Tables {
    fn of(files: &[Ordered], facts: &[Arc<FileFacts>]) -> Self {
        let mut tables = Self::default();
        for step in files.iter().filter_map(|file| facts.get(file.member.file.index())).flat_map(|facts| &facts.schema) {
            match step {
                SchemaStep::Create { table, .. } => tables.made.insert(key(table.name.as_str())),
                SchemaStep::RenameTable { to, .. } => tables.made.insert(key(to.as_str())),
                SchemaStep::AddColumn { table, .. }
                | SchemaStep::DropColumn { table, .. }
                | SchemaStep::RenameColumn { table, .. }
                | SchemaStep::AlterType { table, .. } => tables.changed.insert(key(table.as_str())),
                _ => false,
            };
        }
        tables.changed.retain(|name| !tables.made.contains(name));
        tables
    }

    fn shared(&self, other: &Self) -> usize {
        self.made.intersection(&other.made).count()
    }
}

/// What a file beside migrations is to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Start,
    Snapshot,
    None,
}

fn relation(file: &Tables, migrations: &Tables) -> Relation {
    let shared = file.shared(migrations);
    let starts = migrations.changed.intersection(&file.made).count();
    let fewer = file.made.len().min(migrations.made.len());
    match () {
        () if starts > shared => Relation::Start,
        () if shared > 0 && shared * 2 >= fewer => Relation::Snapshot,
        () => Relation::None,
    }
}

fn join_snapshots(sequences: &mut Sequences, sources: &[SourceFile], facts: &[Arc<FileFacts>]) {
    let is_sequence = |files: &[Ordered]| files.iter().any(|file| file.member.migration.is_some());
    // Folders in which a snapshot of a sequence may stand, each with its sequences.
    let mut near: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (name, _) in sequences.iter().filter(|(_, files)| is_sequence(files)) {
        near.entry(name).or_default().push(name);
        near.entry(split(name).0).or_default().push(name);
    }
    if near.is_empty() {
        return;
    }
    let test = |file: &Ordered| sources.get(file.member.file.index()).is_some_and(|source| source.is_test);
    let mut known: FxHashMap<&str, Tables> = FxHashMap::default();
    // A sequence with the files that belong to it.
    let mut joined: BTreeMap<String, Vec<(String, Relation)>> = BTreeMap::new();
    for (name, files) in sequences.iter() {
        let [file] = files.as_slice() else { continue };
        let is_schema = facts.get(file.member.file.index()).is_some_and(|facts| facts.is_schema);
        let (folder, stem) = split(name);
        let for_one_dialect = stem.split(['.', '_', '-']).any(|word| dialect(word).is_some());
        if is_sequence(files) || for_one_dialect || !is_schema {
            continue;
        }
        let Some([sequence]) = near.get(folder).map(Vec::as_slice) else { continue };
        let Some(migrations) = sequences.get(*sequence) else { continue };
        if migrations.first().is_none_or(|first| test(first) != test(file)) {
            continue;
        }
        let tables = known.entry(sequence).or_insert_with(|| Tables::of(migrations, facts));
        let relation = relation(&Tables::of(files, facts), tables);
        if relation != Relation::None {
            joined.entry((*sequence).to_owned()).or_default().push((name.clone(), relation));
        }
    }
    for (sequence, files) in joined {
        // Several places to start from are several databases.
        let starts = files.iter().filter(|(_, relation)| *relation == Relation::Start).count();
        for (name, relation) in files {
            if relation == Relation::Start && starts > 1 {
                continue;
            }
            let Some(mut found) = sequences.remove(&name) else { continue };
            let Some(members) = sequences.get_mut(&sequence) else { continue };
            match relation {
                Relation::Start => drop(members.splice(0..0, found)),
                Relation::Snapshot => {
                    found.iter_mut().for_each(|file| file.member.repeats = true);
                    members.append(&mut found);
                }
                Relation::None => {}
            }
        }
    }
}
