//! Expressions to operands: every intermediate value gets a temporary.

use smallvec::SmallVec;

use super::items::position;
use super::kinds::{F, Kind, kind};
use super::lexer::{Quoted, unescape, unquote};
use super::patterns::parts;
use super::{Lowerer, MAX_DEPTH};
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Argument, Base, Call, Callee, Operand, Place, Rvalue, Selector, Style, TextPart, TypeRef};
use crate::lang::syntax::Node;
use crate::source::Span;

/// A value that has a place already, or that is still to be stored.
#[derive(Debug)]
pub(super) enum Value {
    /// Needs no computing.
    Operand(Operand),
    /// Is to be assigned to something.
    Rvalue(Rvalue),
}

/// The value of an expression that gives none.
pub(super) fn unit(span: Span) -> Operand {
    Operand::Literal(Symbol::new("()"), span)
}

/// Whether an operand is what [`unit()`] gives.
pub(super) fn is_unit(operand: &Operand) -> bool {
    matches!(operand, Operand::Literal(text, _) if *text == "()")
}

/// Methods that tell something about their receiver without carrying it.
fn is_test(method: &str, arguments: usize) -> bool {
    match arguments {
        0 => matches!(method, "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err" | "len"),
        1 => matches!(
            method,
            "contains"
                | "contains_key"
                | "starts_with"
                | "ends_with"
                | "eq"
                | "ne"
                | "cmp"
                | "partial_cmp"
                | "eq_ignore_ascii_case"
        ),
        _ => false,
    }
}

/// `users::email.eq(address)`: what stands before is no value but a column, which is assigned or compared by the database.
fn assigns(method: &str, receiver: &Operand) -> bool {
    let column = |path: &[Symbol]| path.last().is_some_and(|name| name.as_str().starts_with(|first: char| first.is_lowercase()));
    let is_column = |place: &Place| place.path.is_empty() && matches!(&place.base, Base::Global(path) if column(path));
    method == "eq" && matches!(receiver, Operand::Place(place, _) if is_column(place))
}

impl Lowerer {
    /// Lowers an expression to an operand.
    pub(super) fn expression(&mut self, node: Node<'_>) -> Operand {
        match self.value(node) {
            Value::Operand(operand) => operand,
            Value::Rvalue(value) => self.unit.function.temporary(value, node.span()),
        }
    }

    /// Lowers an expression to what is assigned.
    pub(super) fn rvalue(&mut self, node: Node<'_>) -> Rvalue {
        match self.value(node) {
            Value::Operand(operand) => Rvalue::Use(operand),
            Value::Rvalue(value) => value,
        }
    }

    /// Lowers an expression whose value nobody wants.
    pub(super) fn statement(&mut self, node: Node<'_>) {
        if self.control(node, None) {
            return;
        }
        if let Value::Rvalue(value) = self.value(node) {
            self.unit.function.temporary(value, node.span());
        }
    }

    fn expressions(&mut self, nodes: &[Node<'_>]) -> Vec<Operand> {
        nodes.iter().filter(|node| kind(**node) != Kind::AttributeItem).map(|node| self.expression(*node)).collect()
    }

    pub(super) fn value(&mut self, node: Node<'_>) -> Value {
        self.unit.count_expression();
        if self.depth >= MAX_DEPTH {
            return Value::Rvalue(self.opaque(node, "too deep"));
        }
        self.depth += 1;
        let value = self.value_inner(node);
        self.depth -= 1;
        value
    }

    fn inner(&mut self, node: Option<Node<'_>>, span: Span) -> Value {
        match node {
            Some(node) => self.value(node),
            None => Value::Operand(unit(span)),
        }
    }

    fn value_inner(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        match kind(node) {
            Kind::Identifier | Kind::SelfKeyword | Kind::Metavariable | Kind::ShorthandFieldIdentifier => {
                Value::Operand(self.name(node.symbol(), span))
            }
            Kind::ScopedIdentifier | Kind::GenericFunction | Kind::TypeIdentifier | Kind::ScopedTypeIdentifier => {
                if kind(node) == Kind::GenericFunction
                    && let Some(function) = node.field(F.function)
                {
                    return self.value(function);
                }
                Value::Operand(Operand::Place(Place::global(self.path(node)), span))
            }
            Kind::StringLiteral | Kind::RawStringLiteral => Value::Operand(self.string_literal(node)),
            Kind::IntegerLiteral | Kind::FloatLiteral | Kind::BooleanLiteral | Kind::CharLiteral | Kind::NegativeLiteral => {
                Value::Operand(Operand::Literal(node.symbol(), span))
            }
            Kind::UnitExpression => Value::Operand(unit(span)),
            Kind::ParenthesizedExpression => self.inner(node.first(), span),
            Kind::TryExpression | Kind::AwaitExpression | Kind::FieldExpression => self.chain(node),
            Kind::ReferenceExpression => self.inner(node.field(F.value), span),
            Kind::UnaryExpression => self.unary(node),
            Kind::BinaryExpression => Value::Rvalue(self.binary(node)),
            Kind::AssignmentExpression => {
                self.assignment(node);
                Value::Operand(unit(span))
            }
            Kind::CompoundAssignment => {
                self.compound_assignment(node);
                Value::Operand(unit(span))
            }
            Kind::TypeCast => {
                let Some(value) = node.field(F.value) else { return Value::Operand(unit(span)) };
                let operand = self.expression(value);
                let ty = self.type_in(node, F.type_);
                Value::Rvalue(Rvalue::Cast(operand, ty))
            }
            Kind::CallExpression => self.call(node),
            Kind::IndexExpression => Value::Operand(self.index(node)),
            Kind::RangeExpression => Value::Rvalue(Rvalue::Compute(self.expressions(&node.children()))),
            Kind::TupleExpression => Value::Rvalue(self.positional(AggregateKind::Tuple, node)),
            Kind::ArrayExpression => Value::Rvalue(self.array(node)),
            Kind::StructExpression => Value::Rvalue(self.structure_value(node)),
            Kind::ClosureExpression => Value::Operand(self.closure(node)),
            Kind::MacroInvocation => self.macro_value(node),
            Kind::ReturnExpression => {
                let value = node.first().map(|value| self.expression(value));
                self.unit.function.returns(value, span);
                Value::Operand(unit(span))
            }
            Kind::YieldExpression => self.inner(node.first(), span),
            Kind::IfExpression
            | Kind::MatchExpression
            | Kind::Block
            | Kind::UnsafeBlock
            | Kind::AsyncBlock
            | Kind::GenBlock
            | Kind::TryBlock
            | Kind::ConstBlock
            | Kind::LoopExpression
            | Kind::WhileExpression
            | Kind::ForExpression
            | Kind::BreakExpression
            | Kind::ContinueExpression => self.control_value(node),
            Kind::LetCondition | Kind::LetChain => {
                let operand = self.condition(node);
                Value::Operand(operand.unwrap_or_else(|| unit(span)))
            }
            // `..base` of a fragment, an attribute before an expression.
            Kind::BaseFieldInitializer => self.inner(node.first(), span),
            _ => Value::Rvalue(self.opaque(node, node.kind_name())),
        }
    }

    /// What a name means: a local, or something global.
    pub(super) fn name(&mut self, name: Symbol, span: Span) -> Operand {
        let place = match self.unit.function.lookup(name) {
            Some(local) => Place::local(local),
            None => Place::global(vec![match self.owner {
                Some(owner) if name == "Self" => owner,
                _ => name,
            }]),
        };
        Operand::Place(place, span)
    }

    /// What the IR cannot express: the names and texts in it are kept as operands.
    pub(super) fn opaque(&mut self, node: Node<'_>, what: &str) -> Rvalue {
        let mut names: Vec<(Symbol, Span)> = Vec::new();
        let mut strings = Vec::new();
        node.walk(|part| {
            match kind(part) {
                Kind::Identifier | Kind::SelfKeyword => names.push((part.symbol(), part.span())),
                Kind::StringLiteral | Kind::RawStringLiteral => {
                    strings.push((Symbol::new(&unescape(unquote(part.text()))), content_span(part)));
                    return false;
                }
                _ => {}
            }
            true
        });
        for (text, span) in strings {
            self.unit.string(text, span, None);
        }
        let mut operands: Vec<Operand> = Vec::new();
        for (name, span) in names {
            let Some(local) = self.unit.function.lookup(name) else { continue };
            let known = |operand: &Operand| matches!(operand, Operand::Place(place, _) if *place == Place::local(local));
            if !operands.iter().any(known) {
                operands.push(FunctionBuilder::read(local, span));
            }
        }
        self.unit.opaque(what, operands)
    }

    // ------------------------------------------------------------------------------------------------------- literals

    /// A string: noted with its name, and given as text.
    pub(super) fn string_literal(&mut self, node: Node<'_>) -> Operand {
        let text = Symbol::new(&unescape(unquote(node.text())));
        let span = content_span(node);
        self.note_string(text, node.span(), span);
        Operand::Text(text, span)
    }

    /// Notes a string, under the name that waits for it if one does.
    pub(super) fn note_string(&mut self, text: Symbol, literal: Span, content: Span) {
        let name = match self.literal_name {
            Some((start, name)) if start == literal.start => Some(name),
            _ => None,
        };
        self.unit.string(text, content, name);
    }

    /// If `value` is a string literal, perhaps converted or wrapped, names it.
    pub(super) fn name_literal(&mut self, value: Node<'_>, name: Symbol) {
        let mut node = Some(value);
        while let Some(value) = node {
            node = match kind(value) {
                Kind::StringLiteral | Kind::RawStringLiteral => {
                    self.literal_name = Some((value.span().start, name));
                    return;
                }
                Kind::ReferenceExpression => value.field(F.value),
                Kind::ParenthesizedExpression | Kind::TryExpression => value.first(),
                Kind::CallExpression => {
                    let arguments = value.field(F.arguments).map(Node::children).unwrap_or_default();
                    let receiver = value.field(F.function).filter(|function| kind(*function) == Kind::FieldExpression);
                    match (receiver, arguments.as_slice()) {
                        (Some(receiver), []) => receiver.field(F.value),
                        (None, [only]) => Some(*only),
                        _ => return,
                    }
                }
                _ => return,
            };
        }
    }

    // ------------------------------------------------------------------------------------------------------ operators

    fn unary(&mut self, node: Node<'_>) -> Value {
        let Some(inner) = node.first() else { return Value::Operand(unit(node.span())) };
        match node.text().as_bytes().first() {
            Some(b'*') => self.value(inner),
            Some(b'!') => {
                let operand = self.expression(inner);
                Value::Rvalue(Rvalue::Test(vec![operand]))
            }
            _ if matches!(kind(inner), Kind::IntegerLiteral | Kind::FloatLiteral) => {
                Value::Operand(Operand::Literal(node.symbol(), node.span()))
            }
            _ => {
                let operand = self.expression(inner);
                Value::Rvalue(Rvalue::Compute(vec![operand]))
            }
        }
    }

    /// A chain of operators of one kind is one value, however long.
    fn binary(&mut self, node: Node<'_>) -> Rvalue {
        let class = operator_class(node);
        let mut reversed = Vec::new();
        let mut left = node;
        while kind(left) == Kind::BinaryExpression && operator_class(left) == class {
            reversed.extend(left.field(F.right));
            match left.field(F.left) {
                Some(inner) => left = inner,
                None => break,
            }
        }
        reversed.push(left);
        reversed.reverse();
        let operands = self.expressions(&reversed);
        match class {
            Operator::Test => Rvalue::Test(operands),
            Operator::Add => {
                let texts = operands.iter().any(|operand| matches!(operand, Operand::Text(..)));
                let borrowed = reversed.iter().skip(1).any(|part| kind(*part) == Kind::ReferenceExpression);
                if texts || borrowed { concatenation(operands) } else { Rvalue::Compute(operands) }
            }
            Operator::Compute => Rvalue::Compute(operands),
        }
    }

    fn assignment(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.field(F.left), node.field(F.right)) else { return };
        if let Some(name) = left.field(F.field) {
            self.name_literal(right, name.symbol());
        } else if kind(left) == Kind::Identifier {
            self.name_literal(right, left.symbol());
        }
        let value = self.rvalue(right);
        self.assign_to(left, value, node.span());
    }

    fn assign_to(&mut self, left: Node<'_>, value: Rvalue, span: Span) {
        if matches!(kind(left), Kind::TupleExpression | Kind::ArrayExpression) && self.depth < MAX_DEPTH {
            self.depth += 1;
            let subject = self.unit.function.temporary(value, span);
            for (at, part) in parts(left).into_iter().enumerate() {
                let member = self.unit.function.member(subject.clone(), position(at), part.span());
                self.assign_to(part, Rvalue::Use(member), part.span());
            }
            self.depth -= 1;
            return;
        }
        match (left.text(), self.expression(left)) {
            ("_", _) => {
                self.unit.function.temporary(value, span);
            }
            (_, Operand::Place(destination, _)) => self.unit.function.assign(destination, value, span),
            _ => {}
        }
    }

    fn compound_assignment(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.field(F.left), node.field(F.right)) else { return };
        let target = self.expression(left);
        let operand = self.expression(right);
        let text = matches!(operand, Operand::Text(..)) || kind(right) == Kind::ReferenceExpression;
        let add = node.field(F.operator).is_some_and(|operator| operator.text() == "+=");
        let Operand::Place(destination, _) = target.clone() else { return };
        let value = if text && add { concatenation(vec![target, operand]) } else { Rvalue::Compute(vec![target, operand]) };
        self.unit.function.assign(destination, value, node.span());
    }

    // --------------------------------------------------------------------------------------------------------- places

    /// `a.b().c?.d.await`: such chains are long in builders, so they are lowered from the innermost out without recursion.
    fn chain(&mut self, node: Node<'_>) -> Value {
        let mut links: SmallVec<[(Node<'_>, Node<'_>); 8]> = SmallVec::new();
        let mut innermost = node;
        loop {
            let receiver = match kind(innermost) {
                Kind::TryExpression | Kind::AwaitExpression => {
                    let Some(inner) = innermost.first() else { break };
                    innermost = inner;
                    continue;
                }
                Kind::FieldExpression => innermost.field(F.value),
                Kind::CallExpression => method(innermost).and_then(|function| function.field(F.value)),
                _ => None,
            };
            let Some(receiver) = receiver else { break };
            links.push((innermost, receiver));
            innermost = receiver;
        }
        if links.is_empty() && innermost.start() == node.start() && kind(innermost) == kind(node) {
            return Value::Operand(unit(node.span()));
        }
        let mut value = self.value(innermost);
        for (link, receiver) in links.into_iter().rev() {
            // The whole was counted when it was met.
            if link.start() != node.start() || link.text().len() != node.text().len() {
                self.unit.count_expression();
            }
            let receiver = match value {
                Value::Operand(operand) => operand,
                Value::Rvalue(rvalue) => self.unit.function.temporary(rvalue, receiver.span()),
            };
            value = match kind(link) {
                Kind::CallExpression => self.method_call(link, receiver),
                _ => {
                    let text = link.field(F.field).map_or("", Node::text);
                    let name = Symbol::new(text.strip_prefix("r#").unwrap_or(text));
                    Value::Operand(self.unit.function.member(receiver, Selector::Field(name), link.span()))
                }
            };
        }
        value
    }

    fn index(&mut self, node: Node<'_>) -> Operand {
        let children = node.children();
        let [value, index] = children.as_slice() else { return unit(node.span()) };
        let base = self.expression(*value);
        let selector = match kind(*index) {
            Kind::IntegerLiteral => Selector::Key(index.symbol()),
            // A range of a text or list is one of the same kind.
            Kind::RangeExpression => {
                self.expression(*index);
                return base;
            }
            _ => match self.expression(*index) {
                Operand::Text(key, _) => Selector::Key(key),
                _ => Selector::Element,
            },
        };
        self.unit.function.member(base, selector, node.span())
    }

    // ----------------------------------------------------------------------------------------------------- composites

    fn positional(&mut self, aggregate: AggregateKind, node: Node<'_>) -> Rvalue {
        let operands = self.expressions(&node.children());
        positional(aggregate, operands)
    }

    fn array(&mut self, node: Node<'_>) -> Rvalue {
        let mut elements = node.children();
        if let (Some(length), Some(last)) = (node.field(F.length), elements.last())
            && length.start() == last.start()
        {
            elements.pop();
        }
        let operands = self.expressions(&elements);
        list(operands)
    }

    fn structure_value(&mut self, node: Node<'_>) -> Rvalue {
        let path = node.field(F.name).map(|name| self.path(name)).unwrap_or_default();
        let mut members = Vec::new();
        let mut spread = Vec::new();
        for part in node.field(F.body).map(Node::children).unwrap_or_default() {
            match kind(part) {
                Kind::ShorthandFieldInitializer => {
                    if let Some(name) = part.children().into_iter().find(|child| kind(*child) == Kind::Identifier) {
                        members.push((Selector::Field(name.symbol()), self.expression(name)));
                    }
                }
                Kind::FieldInitializer => {
                    let (Some(name), Some(value)) = (part.field(F.field), part.field(F.value)) else { continue };
                    let name = Symbol::new(name.text().trim_start_matches("r#"));
                    self.name_literal(value, name);
                    members.push((Selector::Field(name), self.expression(value)));
                }
                Kind::BaseFieldInitializer => spread.extend(part.first().map(|base| self.expression(base))),
                _ => {}
            }
        }
        Rvalue::Aggregate { kind: AggregateKind::Named(path), members, spread }
    }

    fn closure(&mut self, node: Node<'_>) -> Operand {
        self.unit.function.open_block();
        let loops = std::mem::take(&mut self.loops);
        let mut parameters = Vec::new();
        for parameter in node.field(F.parameters).map(parts).unwrap_or_default() {
            let (pattern, ty) = match kind(parameter) {
                Kind::Parameter => (parameter.field(F.pattern).unwrap_or(parameter), self.type_in(parameter, F.type_)),
                _ => (parameter, TypeRef::default()),
            };
            parameters.push(self.pattern_parameter(pattern, ty));
        }
        if let Some(body) = node.field(F.body) {
            self.body(body);
        }
        self.loops = loops;
        let block = self.unit.function.close_block();
        self.unit.function.closure(parameters, block, node.span())
    }

    // ---------------------------------------------------------------------------------------------------------- calls

    /// The arguments of a call, with names for string literals where there is only the callee's to give.
    fn arguments(&mut self, node: Node<'_>) -> Vec<Operand> {
        node.field(F.arguments).map(|list| self.expressions(&list.children())).unwrap_or_default()
    }

    fn method_call(&mut self, node: Node<'_>, receiver: Operand) -> Value {
        let span = node.span();
        let Some(name) = method(node).and_then(|function| function.field(F.field)) else { return Value::Operand(receiver) };
        let type_arguments = match node.field(F.function) {
            Some(function) if kind(function) == Kind::GenericFunction => self.type_arguments(function),
            _ => Vec::new(),
        };
        let arguments = self.arguments(node);
        let closure = arguments.iter().any(|argument| matches!(argument, Operand::Closure(..)));
        if is_test(name.text(), arguments.len()) && !closure && !assigns(name.text(), &receiver) {
            return Value::Rvalue(Rvalue::Test(std::iter::once(receiver).chain(arguments).collect()));
        }
        let callee = Callee::Method { receiver, name: name.symbol() };
        let arguments = arguments.into_iter().map(Argument::plain).collect();
        Value::Rvalue(Call { callee, arguments, type_arguments, span, name_span: name.span() }.into_rvalue())
    }

    fn call(&mut self, node: Node<'_>) -> Value {
        if method(node).is_some() {
            return self.chain(node);
        }
        let span = node.span();
        let Some(mut function) = node.field(F.function) else { return Value::Operand(unit(span)) };
        let mut type_arguments = Vec::new();
        if kind(function) == Kind::GenericFunction {
            type_arguments = self.type_arguments(function);
            function = function.field(F.function).unwrap_or(function);
        }
        let (callee, name_span) = match kind(function) {
            Kind::Identifier => {
                let name = function.symbol();
                match self.unit.function.lookup(name) {
                    Some(local) => (Callee::Value(FunctionBuilder::read(local, function.span())), function.span()),
                    None => (Callee::Path(self.path(function)), function.span()),
                }
            }
            Kind::ScopedIdentifier => {
                let name = function.field(F.name).unwrap_or(function);
                (Callee::Path(self.path(function)), name.span())
            }
            _ => (Callee::Value(self.expression(function)), function.span()),
        };
        let mut arguments = self.arguments(node);
        if let Callee::Path(path) = &callee {
            let last = path.last().map_or("", |last| last.as_str());
            match last {
                "Some" | "Ok" if arguments.len() == 1 => {
                    return arguments.pop().map_or_else(|| Value::Operand(unit(span)), Value::Operand);
                }
                // A constructor looks like a call; only its capital tells it.
                _ if last.starts_with(|first: char| first.is_uppercase()) => {
                    return Value::Rvalue(positional(AggregateKind::Named(path.clone()), arguments));
                }
                _ => {}
            }
        }
        let arguments = arguments.into_iter().map(Argument::plain).collect();
        Value::Rvalue(Call { callee, arguments, type_arguments, span, name_span }.into_rvalue())
    }
}

/// The `receiver.name` of a method call.
fn method(call: Node<'_>) -> Option<Node<'_>> {
    let mut function = call.field(F.function)?;
    if kind(function) == Kind::GenericFunction {
        function = function.field(F.function)?;
    }
    (kind(function) == Kind::FieldExpression).then_some(function)
}

/// What an operator does to what its operands tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Test,
    Add,
    Compute,
}

fn operator_class(node: Node<'_>) -> Operator {
    match node.field(F.operator).map_or("", Node::text) {
        "&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=" => Operator::Test,
        "+" => Operator::Add,
        _ => Operator::Compute,
    }
}

fn concatenation(operands: Vec<Operand>) -> Rvalue {
    let part = |operand| match operand {
        Operand::Text(text, _) => TextPart::Text(text),
        other => TextPart::Value(other, Style::Display),
    };
    Rvalue::Format(operands.into_iter().map(part).collect())
}

fn positional(kind: AggregateKind, operands: Vec<Operand>) -> Rvalue {
    let members = operands.into_iter().enumerate().map(|(at, operand)| (position(at), operand)).collect();
    Rvalue::Aggregate { kind, members, spread: Vec::new() }
}

/// A list of elements.
pub(super) fn list(operands: Vec<Operand>) -> Rvalue {
    let members = operands.into_iter().map(|operand| (Selector::Element, operand)).collect();
    Rvalue::Aggregate { kind: AggregateKind::List, members, spread: Vec::new() }
}

/// The place of a string literal's content.
fn content_span(node: Node<'_>) -> Span {
    let Quoted { content, offset, .. } = unquote(node.text());
    node.span_within(offset, offset + content.len())
}
