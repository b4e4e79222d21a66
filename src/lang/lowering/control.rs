//! Statements, blocks, branches.

use super::{Lowerer, Op, Value, is_nothing};
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Block, LocalId, Rvalue, Selector, Stmt, TypeRef};
use crate::lang::syntax::{Node, Nodes};

impl Lowerer<'_> {
    /// Lowers what stands in a block or file, in order.
    pub fn statements(&mut self, list: Node<'_>) {
        self.run(&list.children_and_comments(), None);
    }

    /// Lowers statements in order; the value of the last goes to `result`.
    pub(super) fn run(&mut self, nodes: &[Node<'_>], result: Option<LocalId>) {
        let last = nodes.iter().rposition(|node| !node.is_extra());
        for (at, node) in nodes.iter().enumerate() {
            if self.absorb(*node) {
                continue;
            }
            if Some(at) == last && result.is_some() {
                self.statement_into(*node, result);
            } else {
                self.statement(*node);
            }
            self.preamble.clear();
        }
    }

    /// Lowers a statement or declaration.
    pub fn statement(&mut self, node: Node<'_>) {
        self.statement_into(node, None);
    }

    /// Lowers a statement whose value, where it has one, goes to `result`.
    pub fn statement_into(&mut self, node: Node<'_>, result: Option<LocalId>) {
        if self.deeper(|lowerer| lowerer.statement_inner(node, result)).is_none() {
            let opaque = self.opaque(node, "too deep");
            self.unit.function.temporary(opaque, node.span());
        }
    }

    fn statement_inner(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let row = self.row(node);
        let span = node.span();
        match row.op {
            Op::Skip | Op::Modifiers => {}
            Op::Sequence => {
                let nodes = match row.part(node, 0) {
                    Some(inner) => inner.children_and_comments(),
                    None => node.children_and_comments(),
                };
                self.run(&nodes, result);
            }
            Op::Inner => {
                if let Some(inner) = row.part(node, 0).or_else(|| node.first()) {
                    self.statement_into(inner, result);
                }
            }
            Op::Class(kind) => self.class(node, kind),
            Op::Function | Op::Constructor => self.function_node(node),
            Op::Field => self.field_node(node),
            Op::Declaration => self.declaration(node),
            Op::Declarator => self.declarator(node, None, TypeRef::default()),
            Op::Variant => self.variant(node),
            Op::Assign if self.in_class_body => self.field_node_of(node, row.part(node, 0), row.part(node, 2), row.part(node, 1)),
            Op::Assign if self.at_top() => self.global_assignment(node),
            Op::Statement(hook) => hook(self, node),
            Op::If => self.branch(node, result),
            Op::While => self.while_loop(node),
            Op::For => self.counted_loop(node),
            Op::Each => self.each_loop(node),
            Op::Switch => self.switch(node, result),
            Op::Try => self.protected(node, result),
            Op::With => {
                for resource in row.all(node, 0) {
                    self.statement(resource);
                }
                let body = row.part(node, 1);
                self.block_into(body, result);
            }
            Op::Else | Op::Elif | Op::Catch | Op::Finally | Op::Case => {
                // Broken code: an arm without its statement.
                self.run(&node.children_and_comments(), result);
            }
            Op::Return => {
                let value = row.part(node, 0).or_else(|| node.first()).map(|value| self.expression(value));
                self.unit.function.returns(value, span);
            }
            Op::Throw => {
                let value = row.part(node, 0).or_else(|| node.first()).map(|value| self.expression(value));
                let value = value.unwrap_or_else(|| super::nothing(span));
                self.unit.function.emit(Stmt::Throw { value, span });
            }
            Op::Yield => {
                if let Some(value) = row.part(node, 0).or_else(|| node.first()) {
                    self.yields(value);
                }
            }
            Op::Leave => self.unit.function.emit(Stmt::Leave),
            Op::Opaque if node.is_error() => {
                // The broken node costs itself: statements in it are still read.
                self.unit.count_expression();
                self.run(&node.children_and_comments(), None);
            }
            _ => match (self.value(node), result) {
                (Value::Operand(operand), Some(result)) if !is_nothing(&operand) => {
                    self.unit.function.assign_local(result, Rvalue::Use(operand), span);
                }
                (Value::Rvalue(value), Some(result)) => self.unit.function.assign_local(result, value, span),
                (Value::Rvalue(value), None) => {
                    self.unit.function.temporary(value, span);
                }
                (Value::Operand(_), _) => {}
            },
        }
    }

    /// Control flow as a value: each way assigns one temporary.
    pub(super) fn control_value(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        let result = self.unit.function.local(None, TypeRef::default(), span);
        match self.op(node) {
            // A nested function or class is known by its name.
            Op::Function if self.part(node, 0).is_none() => return Value::Operand(self.closure_of(node)),
            Op::Function => {
                self.statement_inner(node, None);
                let name = self.part(node, 0).map(super::member_name).unwrap_or_default();
                return Value::Operand(self.name(name, span));
            }
            Op::Yield => {
                self.statement_inner(node, None);
                return Value::nothing(span);
            }
            _ => self.statement_inner(node, Some(result)),
        }
        Value::Operand(FunctionBuilder::read(result, span))
    }

    /// A value that a generator gives: one of the elements of what the function returns.
    pub fn yields(&mut self, value: Node<'_>) {
        let span = value.span();
        let operand = self.expression(value);
        let members = vec![(Selector::Element, operand)];
        self.unit.function.open_block();
        let list = Rvalue::Aggregate { kind: AggregateKind::List, members, spread: Vec::new() };
        let list = self.unit.function.temporary(list, span);
        self.unit.function.returns(Some(list), span);
        let arm = self.unit.function.close_block();
        self.unit.function.emit(Stmt::Branch { condition: None, arms: vec![arm], exhaustive: false, span });
    }

    // --------------------------------------------------------------------------------------------------------- blocks

    /// Lowers a block, or a single statement, in place.
    pub fn block_into(&mut self, body: Option<Node<'_>>, result: Option<LocalId>) {
        if let Some(body) = body {
            self.statement_into(body, result);
        }
    }

    /// A block of its own: an arm, a loop's body.
    pub fn block(&mut self, body: Option<Node<'_>>, result: Option<LocalId>) -> Block {
        self.unit.function.open_block();
        self.block_into(body, result);
        self.unit.function.close_block()
    }

    pub(super) fn block_of(&mut self, nodes: &[Node<'_>], result: Option<LocalId>) -> Block {
        self.unit.function.open_block();
        self.run(nodes, result);
        self.unit.function.close_block()
    }

    /// The children of an arm that are its body: those after `head`.
    fn rest<'t>(node: Node<'t>, head: Option<Node<'t>>) -> Nodes<'t> {
        let after = head.map_or(0, Node::end);
        node.children_and_comments().into_iter().filter(|child| child.start() >= after).collect()
    }

    // -------------------------------------------------------------------------------------------------------- branches

    /// `if … elif … else`: the conditions of all arms come first, then one branch. Chains of `else if` are no nesting.
    fn branch(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let span = node.span();
        let mut conditions = Vec::new();
        let mut arms = Vec::new();
        let mut exhaustive = false;
        let mut next = Some(node);
        // What is declared before a condition lives in its arms only.
        let scope = self.row(node).says(3).then(|| self.unit.function.open_scope());
        while let Some(current) = next.take() {
            let row = self.row(current);
            self.block_into(row.part(current, 3), None);
            if let Some(condition) = row.part(current, 0) {
                conditions.push(self.expression(condition));
            }
            let then = row.part(current, 1);
            arms.push(self.block(then, result));
            let mut further = row.all(current, 2);
            for child in current.children() {
                let named = further.iter().any(|one| one.start() == child.start());
                if !named && matches!(self.op(child), Op::Elif | Op::Else) {
                    further.push(child);
                }
            }
            for one in further {
                let row = self.row(one);
                match row.op {
                    Op::Elif => {
                        if let Some(condition) = row.part(one, 0) {
                            conditions.push(self.expression(condition));
                        }
                        let body = row.part(one, 1);
                        arms.push(self.block(body, result));
                    }
                    Op::If => next = Some(one),
                    Op::Else => {
                        let body = row.part(one, 0);
                        match body.or_else(|| one.first()).filter(|body| matches!(self.op(*body), Op::If)) {
                            Some(inner) => next = Some(inner),
                            None => {
                                exhaustive = true;
                                let nodes = match body {
                                    Some(body) => std::iter::once(body).collect(),
                                    None => one.children_and_comments(),
                                };
                                arms.push(self.block_of(&nodes, result));
                            }
                        }
                    }
                    _ => {
                        exhaustive = true;
                        arms.push(self.block(Some(one), result));
                    }
                }
            }
        }
        let condition = match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(self.unit.function.temporary(Rvalue::Test(conditions), span)),
        };
        self.unit.function.emit(Stmt::Branch { condition, arms, exhaustive, span });
        if let Some(scope) = scope {
            self.unit.function.close_scope(scope);
        }
    }

    fn switch(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let row = self.row(node);
        let span = node.span();
        let scope = row.says(2).then(|| self.unit.function.open_scope());
        self.block_into(row.part(node, 2), None);
        let subject = row.part(node, 0).map(|subject| self.expression(subject));
        let body = row.part(node, 1);
        let mut arms = Vec::new();
        let mut exhaustive = false;
        let cases = body.map(Node::children).into_iter().flatten().chain(node.children());
        let mut seen = usize::MAX;
        for case in cases {
            if !matches!(self.op(case), Op::Case | Op::Else) || case.start() == seen {
                continue;
            }
            seen = case.start();
            let row = self.row(case);
            if matches!(row.op, Op::Else) {
                exhaustive = true;
                let nodes =
                    row.part(case, 0).map_or_else(|| case.children_and_comments(), |body| std::iter::once(body).collect());
                arms.push(self.block_of(&nodes, result));
                continue;
            }
            self.unit.function.open_block();
            let pattern = row.part(case, 0);
            match (pattern, &subject) {
                (Some(pattern), Some(subject)) if !matches!(self.op(pattern), Op::Text | Op::Literal | Op::Member) => {
                    self.bind(pattern, subject.clone());
                }
                (Some(pattern), _) => {
                    self.expression(pattern);
                }
                _ => {}
            }
            let guard = row.part(case, 1);
            if let Some(guard) = guard {
                self.expression(guard);
            }
            let nodes = match row.part(case, 2) {
                Some(body) => std::iter::once(body).collect(),
                None => Self::rest(case, guard.or(pattern)),
            };
            self.run(&nodes, result);
            arms.push(self.unit.function.close_block());
        }
        self.unit.function.emit(Stmt::Branch { condition: subject, arms, exhaustive, span });
        if let Some(scope) = scope {
            self.unit.function.close_scope(scope);
        }
    }

    fn protected(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let row = self.row(node);
        let guarded = |child: &Node<'_>| matches!(self.op(*child), Op::Catch | Op::Else | Op::Finally);
        if row.part(node, 0).is_none() && !node.children().iter().any(guarded) {
            // A body that may hold handlers, and holds none.
            return self.run(&node.children_and_comments(), result);
        }
        let mut handlers = Vec::new();
        let mut finally = Block::default();
        self.unit.function.open_block();
        let body = row.part(node, 0);
        match body {
            Some(body) => self.block_into(Some(body), result),
            // The statements stand among the handlers.
            None => {
                let nodes: Nodes<'_> = node
                    .children_and_comments()
                    .into_iter()
                    .filter(|child| !matches!(self.op(*child), Op::Catch | Op::Else | Op::Finally))
                    .collect();
                self.run(&nodes, result);
            }
        }
        for child in node.children() {
            if matches!(self.op(child), Op::Else) {
                // What runs after the body if nothing was raised.
                let nodes = child.children_and_comments();
                self.run(&nodes, result);
            }
        }
        let body = self.unit.function.close_block();
        for child in node.children() {
            let row = self.row(child);
            match row.op {
                Op::Catch => {
                    self.unit.function.open_block();
                    let name = row.part(child, 0);
                    if let Some(name) = name {
                        let caught = super::nothing(name.span());
                        let caught = self.unit.function.temporary(Rvalue::Use(caught), name.span());
                        self.bind(name, caught);
                        self.set_written_type(name, row.part(child, 2));
                    }
                    let body = row.part(child, 1);
                    match body {
                        Some(body) => self.block_into(Some(body), result),
                        None => {
                            let nodes = Self::rest(child, name);
                            self.run(&nodes, result);
                        }
                    }
                    handlers.push(self.unit.function.close_block());
                }
                Op::Finally => {
                    let nodes =
                        row.part(child, 0).map_or_else(|| child.children_and_comments(), |body| std::iter::once(body).collect());
                    finally = self.block_of(&nodes, None);
                }
                _ => {}
            }
        }
        self.unit.function.emit(Stmt::Try { body, handlers, finally });
    }
}
