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
        let mut made: FxHashSet<Symbol> = FxHashSet::default();
        let mut pending: Vec<Node<'_>> = root.children().into_iter().rev().collect();
        while let Some(mut statement) = pending.pop() {
            while matches!(self.op(statement), Op::Inner) {
                let inner = self.part(statement, 0).or_else(|| statement.first());
                let Some(inner) = inner else { break };
                statement = inner;
            }
            match self.op(statement) {
                Op::Assign | Op::Augment => self.note_target(statement, &mut seen, &mut changed),
                Op::Declarator if !self.language.declares_value(self, statement) => {}
                Op::Declarator => {
                    self.note_target(statement, &mut seen, &mut changed);
                    if let (Some(name), Some(Op::Call)) =
                        (self.part(statement, 0), self.part(statement, 1).map(|one| self.op(one)))
                    {
                        made.insert(name.symbol());
                    }
                }
                Op::Declaration => {
                    for one in statement.children() {
                        if matches!(self.op(one), Op::Declarator) {
                            self.note_target(one, &mut seen, &mut changed);
                        }
                    }
                }
                // `const a = …` and `export const a = …` where the language has a hook for them.
                Op::Statement(_) => {
                    let inner = statement.children();
                    if inner.len() == 1 || inner.iter().any(|one| matches!(self.op(*one), Op::Declarator | Op::Declaration)) {
                        pending.extend(inner.into_iter().rev());
                    }
                }
                // An assignment of the language's own: not the first, or to something else than a name.
                Op::Value(_) => {
                    let mut target = self.part(statement, 0);
                    // `client.timeout = 5`: a client that a call made is the same client still.
                    while let Some(object) = target.filter(|target| matches!(self.op(*target), Op::Member | Op::Index)) {
                        target = self.part(object, 0).filter(|object| !made.contains(&object.symbol()));
                    }
                    changed.extend(target.filter(|target| matches!(self.op(*target), Op::Name)).map(Node::symbol));
                }
                _ => {}
            }
        }
        self.globals.extend(seen.difference(&changed).copied());
    }

    /// A name that the file declares for other code to see, where no row of the table says so.
    pub fn note_global(&mut self, name: Symbol) {
        self.globals.insert(name);
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
