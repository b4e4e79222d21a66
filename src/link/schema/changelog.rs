//! Changelogs: files that say which others take place, and where; and what their properties stand for.
//!
//! A path counts from the file that names it, or from a root that only the tool knows (Java's class path): then every file whose
//! path ends with it is meant, the nearest first.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::FileFacts;
use crate::index::Symbol;
use crate::ir::schema::SchemaStep;
use crate::ir::{Field, TypeRef};
use crate::lang::sql;
use crate::source::{FileId, SourceFile};

/// Which files each `Include` of each file names.
#[derive(Debug, Default)]
pub(super) struct Includes {
    /// By file and position of the step.
    targets: FxHashMap<(usize, usize), Vec<FileId>>,
    /// Files that another one includes.
    included: FxHashSet<usize>,
}

impl Includes {
    pub(super) fn new(sources: &[SourceFile], facts: &[std::sync::Arc<FileFacts>]) -> Self {
        let mut includes = Self::default();
        let wanted = facts.iter().any(|facts| facts.schema.iter().any(|step| matches!(step, SchemaStep::Include { .. })));
        if !wanted {
            return includes;
        }
        let files = Files::new(sources, facts);
        for (at, (source, facts)) in sources.iter().zip(facts).enumerate() {
            for (position, step) in facts.schema.iter().enumerate() {
                let SchemaStep::Include { path, relative, folder, .. } = step else { continue };
                let mut found = files.find(source.path.as_str(), path.as_str(), *relative, *folder);
                found.retain(|file| file.index() != at);
                includes.included.extend(found.iter().map(|file| file.index()));
                includes.targets.insert((at, position), found);
            }
        }
        includes.break_cycles(facts);
        includes
    }

    /// The files that the step at `position` of a file names, in order.
    pub(super) fn targets(&self, file: FileId, position: usize) -> &[FileId] {
        self.targets.get(&(file.index(), position)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether another file includes this one.
    pub(super) fn is_included(&self, file: usize) -> bool {
        self.included.contains(&file)
    }

    /// Files that include each other in a circle have no first one: the one that includes most is taken for it.
    fn break_cycles(&mut self, facts: &[std::sync::Arc<FileFacts>]) {
        let mut reached = FxHashSet::default();
        let roots: Vec<usize> = (0..facts.len()).filter(|at| !self.included.contains(at)).collect();
        for root in roots {
            self.reach(root, facts, &mut reached);
        }
        let mut unreached: Vec<usize> = self.included.iter().copied().filter(|at| !reached.contains(at)).collect();
        let includes = |at: &usize| {
            let steps = facts.get(*at).map(|facts| facts.schema.as_slice()).unwrap_or_default();
            steps.iter().filter(|step| matches!(step, SchemaStep::Include { .. })).count()
        };
        unreached.sort_by_cached_key(|at| (std::cmp::Reverse(includes(at)), *at));
        for at in unreached {
            if !reached.contains(&at) {
                self.included.remove(&at);
                self.reach(at, facts, &mut reached);
            }
        }
    }

    fn reach(&self, root: usize, facts: &[std::sync::Arc<FileFacts>], reached: &mut FxHashSet<usize>) {
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if !reached.insert(at) {
                continue;
            }
            let steps = facts.get(at).map(|facts| facts.schema.len()).unwrap_or_default();
            for position in 0..steps {
                open.extend(self.targets(FileId::from_index(at), position).iter().map(|file| file.index()));
            }
        }
    }
}

/// Files that change a schema, by the ends of their paths.
struct Files<'s> {
    sources: &'s [SourceFile],
    /// By file name.
    by_name: FxHashMap<&'s str, Vec<usize>>,
    /// By the name of each folder above.
    by_folder: FxHashMap<&'s str, Vec<usize>>,
}

impl<'s> Files<'s> {
    fn new(sources: &'s [SourceFile], facts: &[std::sync::Arc<FileFacts>]) -> Self {
        let mut files = Self { sources, by_name: FxHashMap::default(), by_folder: FxHashMap::default() };
        for (at, (source, facts)) in sources.iter().zip(facts).enumerate() {
            if facts.schema.is_empty() {
                continue;
            }
            let mut parts = source.path.as_str().rsplit('/');
            files.by_name.entry(parts.next().unwrap_or_default()).or_default().push(at);
            for folder in parts {
                let files = files.by_folder.entry(folder).or_default();
                if files.last() != Some(&at) {
                    files.push(at);
                }
            }
        }
        files
    }

    fn find(&self, from: &str, path: &str, relative: bool, folder: bool) -> Vec<FileId> {
        let home = from.rsplit_once('/').map_or("", |(home, _)| home);
        let path = path.trim_start_matches("classpath*:").trim_start_matches("classpath:").replace('\\', "/");
        let Some(beside) = resolve(home, &path) else { return Vec::new() };
        let Some(anywhere) = resolve("", &path) else { return Vec::new() };
        let last = anywhere.rsplit('/').next().unwrap_or_default();
        let candidates = if folder { self.by_folder.get(last) } else { self.by_name.get(last) };
        let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
        let path = |at: &usize| self.sources.get(*at).map(|source| source.path.as_str()).unwrap_or_default();
        let is = |at: &usize, wanted: &str| if folder { within(path(at), wanted) } else { path(at) == wanted };
        let ends = |at: &usize| {
            let end = path(at);
            if folder {
                contains(end, &anywhere)
            } else {
                end.strip_suffix(&*anywhere).is_some_and(|before| before.ends_with('/'))
            }
        };
        let exact =
            |wanted: &str| candidates.iter().copied().filter(|at| is(at, wanted)).map(FileId::from_index).collect::<Vec<_>>();
        let mut found = exact(&beside);
        if found.is_empty() && !relative {
            found = exact(&anywhere);
        }
        if found.is_empty() {
            let all: Vec<usize> = candidates.iter().copied().filter(ends).collect();
            // The same path below several roots: a folder is all of them, a file the nearest.
            let nearest = all.iter().copied().max_by_key(|at| (common(path(at), from), std::cmp::Reverse(*at)));
            let chosen = if folder { all } else { nearest.into_iter().collect() };
            found = chosen.into_iter().map(FileId::from_index).collect();
        }
        found
    }
}

/// `path` counted from `home`, without `.` and `..`; `None` if it is empty.
fn resolve(home: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = home.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty() && !path.trim().is_empty()).then(|| parts.join("/"))
}

/// How many bytes two paths have in common at their beginnings.
fn common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn contains(path: &str, folder: &str) -> bool {
    memchr::memmem::find_iter(path.as_bytes(), folder.as_bytes()).any(|at| {
        let end = at + folder.len();
        (at == 0 || path.as_bytes().get(at - 1) == Some(&b'/')) && path.as_bytes().get(end) == Some(&b'/')
    })
}

/// What `${name}` stands for.
#[derive(Debug, Default)]
pub(super) struct Properties(FxHashMap<Symbol, Symbol>);

impl Properties {
    pub(super) fn define(&mut self, name: Symbol, value: Symbol) {
        self.0.entry(name).or_insert(value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with everything that is known put in.
    fn text(&self, text: Symbol) -> Symbol {
        let mut rest = text.as_str();
        if !rest.contains("${") {
            return text;
        }
        let mut whole = String::new();
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            whole.push_str(before);
            let known = from.find('}').and_then(|end| Some((from.get(2..end)?, from.get(end + 1..)?)));
            match known.and_then(|(name, after)| Some((self.0.get(&Symbol::new(name))?, after))) {
                Some((value, after)) => {
                    whole.push_str(value.as_str());
                    rest = after;
                }
                None => {
                    whole.push_str("${");
                    rest = from.get(2..).unwrap_or_default();
                }
            }
        }
        whole.push_str(rest);
        Symbol::new(&whole)
    }

    fn ty(&self, ty: &mut TypeRef) {
        if ty.text.as_str().contains("${") {
            *ty = sql::type_ref(self.text(ty.text).as_str());
        }
    }

    fn field(&self, field: &mut Field) {
        field.name = self.text(field.name);
        self.ty(&mut field.ty);
        if let Some(references) = &mut field.references {
            *references = self.text(*references);
        }
    }

    /// The step with everything that is known put in.
    pub(super) fn put_in(&self, step: &SchemaStep) -> SchemaStep {
        let mut step = step.clone();
        match &mut step {
            SchemaStep::Create { table, .. } => {
                table.name = self.text(table.name);
                table.fields.iter_mut().for_each(|field| self.field(field));
            }
            SchemaStep::AddColumn { table, column } => {
                *table = self.text(*table);
                self.field(column);
            }
            SchemaStep::DropTable { table, .. } => *table = self.text(*table),
            SchemaStep::RenameTable { from, to, .. } => {
                *from = self.text(*from);
                *to = self.text(*to);
            }
            SchemaStep::RenameColumn { table, from, to, .. } => {
                *table = self.text(*table);
                *from = self.text(*from);
                *to = self.text(*to);
            }
            SchemaStep::AlterType { table, column, ty, .. } => {
                *table = self.text(*table);
                *column = self.text(*column);
                self.ty(ty);
            }
            SchemaStep::DropColumn { table, column, .. } | SchemaStep::Require { table, column, .. } => {
                *table = self.text(*table);
                *column = self.text(*column);
            }
            SchemaStep::Key { table, references, .. } => {
                *table = self.text(*table);
                *references = references.map(|table| self.text(table));
            }
            SchemaStep::Comment { table, .. } | SchemaStep::Load { table, .. } | SchemaStep::Copy { table, .. } => {
                *table = self.text(*table);
            }
            SchemaStep::NameType { .. }
            | SchemaStep::Use { .. }
            | SchemaStep::Section { .. }
            | SchemaStep::Include { .. }
            | SchemaStep::Property { .. } => {}
        }
        step
    }
}
