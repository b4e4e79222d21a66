//! Locals, and what was written to them since a point.

use std::collections::BTreeMap;

use super::domain::Value;
use crate::ir::LocalId;

/// Locals and what was written since a point, so that a branch costs what it writes.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) values: Vec<Value>,
    pub(super) log: Vec<(usize, Value)>,
}

impl Environment {
    pub(super) fn get(&self, local: LocalId) -> Option<&Value> {
        self.values.get(local.index())
    }

    pub(super) fn set(&mut self, at: usize, value: Value) {
        if let Some(slot) = self.values.get_mut(at) {
            let old = std::mem::replace(slot, value);
            self.log.push((at, old));
        }
    }

    /// What changed since `start`; the state is set back.
    pub(super) fn take_changes(&mut self, start: usize) -> BTreeMap<usize, Value> {
        let mut changes = BTreeMap::new();
        while self.log.len() > start
            && let Some((at, old)) = self.log.pop()
        {
            if let Some(slot) = self.values.get_mut(at) {
                let new = std::mem::replace(slot, old);
                changes.entry(at).or_insert(new);
            }
        }
        changes
    }
}
