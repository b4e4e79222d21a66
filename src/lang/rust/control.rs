//! Blocks, branches and loops.

use super::attributes::Preamble;
use super::expressions::{Value, is_unit, unit};
use super::kinds::{F, Kind, kind};
use super::{Lowerer, MAX_DEPTH};
use crate::ir::builder::FunctionBuilder;
use crate::ir::{Block, LocalId, Operand, Rvalue, Selector, Stmt, TypeRef};
use crate::lang::syntax::Node;
use crate::source::Span;

impl Lowerer {
    /// Lowers control flow whose value is wanted: each way assigns one temporary.
    pub(super) fn control_value(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        // A block that does not branch needs no temporary: its value is that of its last expression.
        if let Some((block, None)) = plain_block(node) {
            let scope = self.unit.function.open_scope();
            let value = self.block_value(block);
            self.unit.function.close_scope(scope);
            return Value::Operand(value.unwrap_or_else(|| unit(span)));
        }
        let result = self.unit.function.local(None, TypeRef::default(), span);
        self.control(node, Some(result));
        Value::Operand(FunctionBuilder::read(result, span))
    }

    /// Lowers control flow; its value, where there is one, goes to `result`. Says whether the node was control flow.
    pub(super) fn control(&mut self, node: Node<'_>, result: Option<LocalId>) -> bool {
        if self.depth >= MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        let known = self.control_inner(node, result);
        self.depth -= 1;
        known
    }

    fn control_inner(&mut self, node: Node<'_>, result: Option<LocalId>) -> bool {
        let span = node.span();
        if let Some((block, label)) = plain_block(node) {
            let label = label.map(Node::symbol);
            if label.is_some() {
                self.loops.push((label, result));
            }
            let scope = self.unit.function.open_scope();
            self.block_into(block, result);
            self.unit.function.close_scope(scope);
            if label.is_some() {
                self.loops.pop();
            }
            return true;
        }
        match kind(node) {
            Kind::IfExpression => self.branch(node, result),
            Kind::MatchExpression => self.matching(node, result),
            Kind::LoopExpression | Kind::WhileExpression | Kind::ForExpression => {
                let label = node.children().into_iter().find(|child| kind(*child) == Kind::Label).map(Node::symbol);
                self.loops.push((label, result));
                match kind(node) {
                    Kind::WhileExpression => self.while_loop(node),
                    Kind::ForExpression => self.for_loop(node),
                    _ => {
                        let body = self.arm(node.field(F.body), None);
                        self.unit.function.emit(Stmt::Loop { body, span });
                    }
                }
                self.loops.pop();
            }
            Kind::BreakExpression => self.leave(node),
            Kind::ContinueExpression => self.unit.function.emit(Stmt::Leave),
            _ => return false,
        }
        true
    }

    fn leave(&mut self, node: Node<'_>) {
        let children = node.children();
        let label = children.iter().find(|child| kind(**child) == Kind::Label).map(|label| label.symbol());
        let value = children.iter().find(|child| kind(**child) != Kind::Label);
        if let Some(value) = value {
            let target =
                self.loops.iter().rev().find(|(name, _)| label.is_none() || *name == label).and_then(|(_, target)| *target);
            let operand = self.expression(*value);
            if let Some(target) = target {
                self.unit.function.assign_local(target, Rvalue::Use(operand), node.span());
            }
        }
        self.unit.function.emit(Stmt::Leave);
    }

    // --------------------------------------------------------------------------------------------------------- blocks

    /// The statements of a block; its last expression goes to `result`.
    fn block_into(&mut self, block: Node<'_>, result: Option<LocalId>) {
        if let Some(tail) = self.statements(block) {
            self.expression_into(tail, result);
        }
    }

    /// The statements of a block; gives the value of its last expression.
    fn block_value(&mut self, block: Node<'_>) -> Option<Operand> {
        let tail = self.statements(block)?;
        Some(self.expression(tail))
    }

    /// Lowers an expression into a local, or for its effects.
    fn expression_into(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let Some(result) = result else { return self.statement(node) };
        if self.control(node, Some(result)) {
            return;
        }
        match self.value(node) {
            Value::Operand(operand) if is_unit(&operand) => {}
            Value::Operand(operand) => self.unit.function.assign_local(result, Rvalue::Use(operand), node.span()),
            Value::Rvalue(value) => self.unit.function.assign_local(result, value, node.span()),
        }
    }

    /// Lowers all statements of a block but its last expression, which it gives.
    fn statements<'t>(&mut self, block: Node<'t>) -> Option<Node<'t>> {
        let nodes = block.children_and_comments();
        // Nested functions are known in the whole block.
        for node in nodes.iter().filter(|node| kind(**node) == Kind::FunctionItem) {
            self.nested_function(*node);
        }
        let mut preamble = Preamble::default();
        let last = nodes.iter().rposition(|node| !matches!(kind(*node), Kind::LineComment | Kind::BlockComment));
        for (at, node) in nodes.iter().enumerate() {
            if preamble.absorb(*node) {
                continue;
            }
            let preamble = std::mem::take(&mut preamble);
            match kind(*node) {
                Kind::Label | Kind::FunctionItem | Kind::EmptyStatement => {}
                Kind::LetDeclaration => self.let_declaration(*node),
                Kind::ExpressionStatement => {
                    let Some(inner) = node.first() else { continue };
                    // A block-like expression without a semicolon at the end is the block's value.
                    if Some(at) == last && !node.text().ends_with(';') {
                        return Some(inner);
                    }
                    self.statement(inner);
                }
                // Within a function, a macro call is an expression.
                Kind::MacroInvocation if Some(at) == last => return Some(*node),
                Kind::MacroInvocation => self.statement(*node),
                _ if self.item(*node, preamble) => {}
                _ if Some(at) == last => return Some(*node),
                _ => self.statement(*node),
            }
        }
        None
    }

    fn let_declaration(&mut self, node: Node<'_>) {
        let Some(pattern) = node.field(F.pattern) else { return };
        let ty = self.type_in(node, F.type_);
        let span = node.span();
        let Some(value) = node.field(F.value) else {
            self.declare_only(pattern, ty);
            return;
        };
        let mut name = pattern;
        if kind(name) == Kind::MutPattern {
            name = name.children().into_iter().find(|child| kind(*child) != Kind::MutableSpecifier).unwrap_or(name);
        }
        if kind(name) == Kind::Identifier && node.field(F.alternative).is_none() {
            self.name_literal(value, name.symbol());
            let value = self.rvalue(value);
            let local = self.unit.function.declare(name.symbol(), ty, name.span());
            self.unit.function.assign_local(local, value, span);
            return;
        }
        let mut subject = self.expression(value);
        if let Some(alternative) = node.field(F.alternative) {
            let arm = self.arm(Some(alternative), None);
            let condition = Some(subject.clone());
            self.unit.function.emit(Stmt::Branch { condition, arms: vec![arm], exhaustive: false, span });
        }
        if ty != TypeRef::default() {
            // The type belongs to the whole, of which the pattern takes parts.
            let whole = self.unit.function.local(None, ty, value.span());
            self.unit.function.assign_local(whole, Rvalue::Use(subject), value.span());
            subject = FunctionBuilder::read(whole, value.span());
        }
        self.bind(pattern, subject);
    }

    fn declare_only(&mut self, pattern: Node<'_>, ty: TypeRef) {
        let mut names = Vec::new();
        pattern.walk(|node| {
            if kind(node) == Kind::Identifier {
                names.push((node.symbol(), node.span()));
            }
            true
        });
        let single = names.len() == 1;
        for (name, span) in names {
            self.unit.function.declare(name, if single { ty.clone() } else { TypeRef::default() }, span);
        }
    }

    // ------------------------------------------------------------------------------------------------------- branches

    /// A block of its own: an arm or a loop's body.
    pub(super) fn arm(&mut self, block: Option<Node<'_>>, result: Option<LocalId>) -> Block {
        self.unit.function.open_block();
        if let Some(block) = block {
            self.expression_into(block, result);
        }
        self.unit.function.close_block()
    }

    /// Evaluates a condition and binds the names of its patterns; gives what decides.
    pub(super) fn condition(&mut self, node: Node<'_>) -> Option<Operand> {
        match kind(node) {
            Kind::LetCondition => {
                let (Some(pattern), Some(value)) = (node.field(F.pattern), node.field(F.value)) else { return None };
                let subject = self.expression(value);
                self.bind(pattern, subject.clone());
                Some(subject)
            }
            Kind::LetChain => {
                let mut operands = Vec::new();
                for part in flat_chain(node) {
                    operands.extend(self.condition(part));
                }
                (!operands.is_empty()).then(|| self.unit.function.temporary(Rvalue::Test(operands), node.span()))
            }
            _ => Some(self.expression(node)),
        }
    }

    fn branch(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let span = node.span();
        // Names bound by the condition live until the branch ends; that the other arm could see them harms nobody, as it was
        // resolved by the compiler's rules and does not use them, unless it means an outer name that is shadowed.
        let scope = self.unit.function.open_scope();
        let condition = node.field(F.condition).and_then(|condition| self.condition(condition));
        let then = self.arm(node.field(F.consequence), result);
        self.unit.function.close_scope(scope);
        let mut arms = vec![then];
        let alternative = node.field(F.alternative).and_then(Node::first);
        if alternative.is_some() {
            arms.push(self.arm(alternative, result));
        }
        self.unit.function.emit(Stmt::Branch { condition, exhaustive: arms.len() > 1, arms, span });
    }

    fn matching(&mut self, node: Node<'_>, result: Option<LocalId>) {
        let span = node.span();
        let subject = node.field(F.value).map(|value| self.expression(value));
        let mut arms = Vec::new();
        for arm in node.field(F.body).map(Node::children).unwrap_or_default() {
            if kind(arm) != Kind::MatchArm {
                continue;
            }
            self.unit.function.open_block();
            let pattern = arm.field(F.pattern);
            let bound = pattern.and_then(|pattern| pattern.tokens().first().copied());
            if let (Some(bound), Some(subject)) = (bound, subject.clone()) {
                self.bind(bound, subject);
            }
            let guard = pattern.and_then(|pattern| pattern.field(F.condition));
            let guard = guard.map(|guard| (self.condition(guard), guard.span()));
            match guard {
                Some((condition, span)) => {
                    let body = self.arm(arm.field(F.value), result);
                    self.unit.function.emit(Stmt::Branch { condition, arms: vec![body], exhaustive: false, span });
                }
                None => {
                    if let Some(value) = arm.field(F.value) {
                        self.expression_into(value, result);
                    }
                }
            }
            arms.push(self.unit.function.close_block());
        }
        self.unit.function.emit(Stmt::Branch { condition: subject, arms, exhaustive: true, span });
    }

    // ---------------------------------------------------------------------------------------------------------- loops

    /// The condition is evaluated in each round.
    fn while_loop(&mut self, node: Node<'_>) {
        let span = node.span();
        self.unit.function.open_block();
        let condition = node.field(F.condition).and_then(|condition| self.condition(condition));
        let body = self.arm(node.field(F.body), None);
        self.unit.function.emit(Stmt::Branch { condition, arms: vec![body], exhaustive: false, span });
        let body = self.unit.function.close_block();
        self.unit.function.emit(Stmt::Loop { body, span });
    }

    fn for_loop(&mut self, node: Node<'_>) {
        let span = node.span();
        let iterated = node.field(F.value).map(|value| self.expression(value));
        self.unit.function.open_block();
        if let (Some(pattern), Some(iterated)) = (node.field(F.pattern), iterated) {
            let at = iterated.span();
            let element = self.unit.function.member(iterated, Selector::Element, at);
            self.bind(pattern, element);
        }
        if let Some(body) = node.field(F.body) {
            self.statement(body);
        }
        let body = self.unit.function.close_block();
        self.unit.function.emit(Stmt::Loop { body, span });
    }

    /// `Branch` with one arm that may run.
    pub(super) fn guarded(&mut self, condition: Option<Operand>, arm: Block, span: Span) {
        self.unit.function.emit(Stmt::Branch { condition, arms: vec![arm], exhaustive: false, span });
    }
}

/// The block and label of an expression that merely runs a block.
fn plain_block(node: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    match kind(node) {
        Kind::Block => Some((node, node.first().filter(|first| kind(*first) == Kind::Label))),
        Kind::UnsafeBlock | Kind::AsyncBlock | Kind::GenBlock | Kind::TryBlock | Kind::ConstBlock => {
            let block = node.field(F.body).or_else(|| node.children().into_iter().find(|child| kind(*child) == Kind::Block))?;
            Some((block, None))
        }
        _ => None,
    }
}

/// The conditions of `a && let P = b && c`, which nest to the left, in order.
fn flat_chain(node: Node<'_>) -> Vec<Node<'_>> {
    let mut reversed = Vec::new();
    let mut rest = Some(node);
    while let Some(chain) = rest {
        rest = None;
        for part in chain.children().into_iter().rev() {
            match kind(part) {
                Kind::LetChain => rest = Some(part),
                _ => reversed.push(part),
            }
        }
    }
    reversed.reverse();
    reversed
}
