//! The top of a file: its own code, and the names that are its globals.

use rustc_hash::FxHashSet;

use super::{Frame, Lowerer, Op};
use crate::index::Symbol;
use crate::ir::builder::FunctionHeader;
use crate::lang::syntax::Node;

impl Lowerer<'_> {
    /// The file's own code: declarations, and a function for what runs when it is loaded.
    pub(super) fn module_body(&mut self, root: Node<'_>) {
        self.find_globals(root);
        self.unit.begin_function();
        self.frames.push(Frame::default());
        self.statements(root);
        self.frames.pop();
        self.unit.end_function_unless_empty(FunctionHeader {
            name: Symbol::new("(module)"),
            span: root.span_within(0, 0),
            extent: root.span(),
            ..FunctionHeader::default()
        });
    }

    /// Names that are assigned exactly once, at the top of the file, as a whole: what other code sees as globals.
    pub(super) fn find_globals(&mut self, root: Node<'_>) {
        let mut seen: FxHashSet<Symbol> = FxHashSet::default();
        let mut changed: FxHashSet<Symbol> = FxHashSet::default();
        for mut statement in root.children() {
            while matches!(self.op(statement), Op::Inner) {
                let inner = self.part(statement, 0).or_else(|| statement.first());
                let Some(inner) = inner else { break };
                statement = inner;
            }
            match self.op(statement) {
                Op::Assign | Op::Augment | Op::Declarator => self.note_target(statement, &mut seen, &mut changed),
                Op::Declaration => {
                    for one in statement.children() {
                        if matches!(self.op(one), Op::Declarator) {
                            self.note_target(one, &mut seen, &mut changed);
                        }
                    }
                }
                _ => {}
            }
        }
        self.globals = seen.difference(&changed).copied().collect();
    }

    pub(super) fn note_target(&self, node: Node<'_>, seen: &mut FxHashSet<Symbol>, changed: &mut FxHashSet<Symbol>) {
        let Some(mut target) = self.part(node, 0) else { return };
        let whole = matches!(self.op(target), Op::Name) && !matches!(self.op(node), Op::Augment);
        while matches!(self.op(target), Op::Member | Op::Index) {
            let Some(object) = self.part(target, 0) else { return };
            target = object;
        }
        if matches!(self.op(target), Op::Name) && !(whole && seen.insert(target.symbol())) {
            changed.insert(target.symbol());
        }
    }

    /// Whether the code at hand is the file's own, outside any function and block.
    #[must_use]
    pub fn at_top(&self) -> bool {
        self.frames.len() == 1 && self.depth <= 4 && self.classes.is_empty()
    }
}
