//! What files say of tables that other files of the same folder create: comments and keys beside the scripts of the tables.

use rustc_hash::FxHashMap;

use super::fold::Folded;
use super::{agree, key, lower, qualifier};
use crate::index::Symbol;
use crate::ir::Field;

/// A comment or key whose table another file creates.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) table: Symbol,
    pub(super) columns: Vec<Symbol>,
    pub(super) change: Change,
}

/// What is said.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Comment(Symbol),
    PrimaryKey,
    References(Symbol),
    Required(bool),
}

/// Applies what files say of tables that other files of the same folder create.
pub(super) fn settle(all: &mut [Folded], strays: &[(String, Stray)]) {
    if strays.is_empty() {
        return;
    }
    let mut by_name: FxHashMap<(String, String), Vec<usize>> = FxHashMap::default();
    for (at, folded) in all.iter().enumerate() {
        let database = folded.table.database.as_str();
        let folder = database.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        by_name.entry((folder, key(folded.table.name.as_str()))).or_default().push(at);
    }
    for (folder, stray) in strays {
        for at in by_name.get(&(folder.clone(), key(stray.table.as_str()))).map(Vec::as_slice).unwrap_or_default() {
            let Some(folded) = all.get_mut(*at) else { continue };
            if !agree(qualifier(folded.table.name.as_str()), qualifier(stray.table.as_str())) {
                continue;
            }
            if stray.columns.is_empty()
                && let Change::Comment(text) = stray.change
            {
                folded.table.comment.get_or_insert(text);
            }
            for column in &mut folded.table.columns {
                if stray.columns.iter().any(|name| lower(*name) == lower(column.field.name)) {
                    apply(&mut column.field, stray.change);
                }
            }
        }
    }
}

pub(super) fn apply(field: &mut Field, change: Change) {
    match change {
        Change::Comment(text) => {
            if !field.labels.contains(&text) {
                field.labels.push(text);
            }
        }
        Change::PrimaryKey => {
            field.primary_key = true;
            field.required = true;
        }
        Change::Required(required) => field.required = required,
        Change::References(table) => {
            field.references.get_or_insert(table);
        }
    }
}
