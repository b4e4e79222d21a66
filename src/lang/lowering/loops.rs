//! Loops, and what runs after them.

use super::{Lowerer, Op};
use crate::ir::{Block, Operand, Selector, Stmt};
use crate::lang::syntax::Node;

impl Lowerer<'_> {
    /// The condition is evaluated in each round.
    pub(super) fn while_loop(&mut self, node: Node<'_>) {
        let row = self.row(node);
        let span = node.span();
        self.unit.function.open_block();
        let condition = row.part(node, 0).map(|condition| self.expression(condition));
        let arm = self.block(row.part(node, 1), None);
        self.unit.function.emit(Stmt::Branch { condition, arms: vec![arm], exhaustive: false, span });
        let body = self.unit.function.close_block();
        self.unit.function.emit(Stmt::Loop { body, span });
        self.after_loop(node);
    }

    pub(super) fn counted_loop(&mut self, node: Node<'_>) {
        let row = self.row(node);
        let span = node.span();
        self.unit.function.open_block();
        self.block_into(row.part(node, 0), None);
        self.unit.function.open_block();
        let condition = row.part(node, 1).map(|condition| self.expression(condition));
        self.block_into(row.part(node, 3), None);
        self.block_into(row.part(node, 2), None);
        let body = self.unit.function.close_block();
        let arm = Block(vec![Stmt::Loop { body, span }]);
        self.unit.function.emit(Stmt::Branch { condition: condition.clone(), arms: vec![arm], exhaustive: false, span });
        let whole = self.unit.function.close_block();
        // The loop's own scope is no branch: its statements run.
        for stmt in whole.0 {
            self.unit.function.emit(stmt);
        }
    }

    pub(super) fn each_loop(&mut self, node: Node<'_>) {
        let row = self.row(node);
        let span = node.span();
        let iterated = row.part(node, 1).map(|iterated| self.expression(iterated));
        self.unit.function.open_block();
        if let Some(key) = row.part(node, 3) {
            let nothing = super::nothing(key.span());
            self.bind(key, nothing);
        }
        if let (Some(pattern), Some(iterated)) = (row.part(node, 0), iterated) {
            let element = self.element(iterated);
            self.bind(pattern, element);
        }
        self.block_into(row.part(node, 2), None);
        let body = self.unit.function.close_block();
        self.unit.function.emit(Stmt::Loop { body, span });
        self.after_loop(node);
    }

    /// `else` of a loop runs when the loop was not left.
    fn after_loop(&mut self, node: Node<'_>) {
        for child in node.children() {
            if matches!(self.op(child), Op::Else) {
                let arm = self.block_of(&child.children_and_comments(), None);
                let span = child.span();
                self.unit.function.emit(Stmt::Branch { condition: None, arms: vec![arm], exhaustive: false, span });
            }
        }
    }

    /// Some element of a value.
    pub fn element(&mut self, of: Operand) -> Operand {
        let at = of.span();
        self.unit.function.member(of, Selector::Element, at)
    }
}
