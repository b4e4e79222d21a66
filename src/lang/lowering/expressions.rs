//! Expressions to operands: every intermediate value gets a temporary.

use super::{BareName, Lowerer, Op, Operator, Value};
use crate::index::Symbol;
use crate::ir::builder::FunctionBuilder;
use crate::ir::{AggregateKind, Argument, Base, Operand, Place, Rvalue, Selector, Style, TextPart, TypeRef};
use crate::lang::syntax::Node;
use crate::source::Span;

impl Lowerer<'_> {
    /// Lowers an expression to an operand.
    pub fn expression(&mut self, node: Node<'_>) -> Operand {
        let value = self.value(node);
        self.operand(value, node.span())
    }

    /// Gives a value a place.
    pub fn operand(&mut self, value: Value, span: Span) -> Operand {
        match value {
            Value::Operand(operand) => operand,
            Value::Rvalue(value) => self.unit.function.temporary(value, span),
        }
    }

    /// Lowers an expression to what is assigned.
    pub fn rvalue(&mut self, node: Node<'_>) -> Rvalue {
        match self.value(node) {
            Value::Operand(operand) => Rvalue::Use(operand),
            Value::Rvalue(value) => value,
        }
    }

    /// Lowers several expressions.
    pub fn expressions<'t>(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<Operand> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    /// Lowers an expression.
    pub fn value(&mut self, node: Node<'_>) -> Value {
        self.unit.count_expression();
        match self.deeper(|lowerer| lowerer.value_inner(node)) {
            Some(value) => value,
            None => Value::Rvalue(self.opaque(node, "too deep")),
        }
    }

    fn value_inner(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        let row = self.row(node);
        match row.op {
            Op::Name => Value::Operand(self.name(node.symbol(), span)),
            Op::Own => {
                let object = self.this(span);
                Value::Operand(self.member_of(object, Some(node), span))
            }
            Op::This | Op::Super => Value::Operand(self.this(span)),
            Op::Text => self.text(node),
            Op::Literal => Value::Operand(Operand::Literal(node.symbol(), span)),
            Op::Inner | Op::Argument | Op::Spread | Op::Interpolation | Op::Annotation => {
                match row.part(node, 0).or_else(|| node.first()) {
                    Some(inner) => self.value(inner),
                    None => Value::nothing(span),
                }
            }
            Op::Keyword | Op::Pair | Op::Default => match row.part(node, 1) {
                Some(value) => self.value(value),
                None => Value::nothing(span),
            },
            Op::Member | Op::Index | Op::Call | Op::MethodCall => self.chain(node),
            Op::New => self.construct(node),
            Op::Binary if self.operator_of(node) == Operator::Method => self.operator_call(node),
            Op::Binary => Value::Rvalue(self.binary(node)),
            Op::Unary => self.unary(node),
            Op::Test => {
                let operands = self.expressions(node.children());
                Value::Rvalue(Rvalue::Test(operands))
            }
            Op::Compute => {
                let operands = self.expressions(node.children());
                Value::Rvalue(Rvalue::Compute(operands))
            }
            Op::Assign | Op::Augment => self.assignment(node),
            Op::Ternary => self.ternary(node),
            Op::List => Value::Rvalue(self.elements(node, AggregateKind::List)),
            Op::Tuple => Value::Rvalue(self.elements(node, AggregateKind::Tuple)),
            Op::Map => Value::Rvalue(self.map(node)),
            Op::Cast => {
                let Some(value) = row.part(node, 0) else { return Value::nothing(span) };
                let operand = self.expression(value);
                let ty = self.type_part(node, 1);
                Value::Rvalue(Rvalue::Cast(operand, ty))
            }
            Op::Lambda => Value::Operand(self.lambda(node)),
            Op::TypeName | Op::TypeGeneric => Value::Operand(self.path_value(node)),
            Op::Value(hook) => hook(self, node),
            Op::Skip | Op::Modifiers | Op::Parameter | Op::Rest | Op::Content | Op::Escape => Value::nothing(span),
            Op::TypeList | Op::TypeOptional | Op::TypeUnion | Op::TypeFunction | Op::TypeMap | Op::Type(_) => {
                Value::nothing(span)
            }
            Op::Opaque => {
                if node.is_error() {
                    // A broken piece costs itself: what can be read in it still runs.
                    let operands = self.expressions(node.children());
                    return Value::Rvalue(self.unit.opaque("ERROR", operands));
                }
                let opaque = self.opaque(node, node.kind_name());
                Value::Rvalue(opaque)
            }
            _ => self.control_value(node),
        }
    }

    /// What a name means: a local, a member of the receiver, or something global.
    pub fn name(&mut self, name: Symbol, span: Span) -> Operand {
        if let Some(local) = self.unit.function.lookup(name) {
            return FunctionBuilder::read(local, span);
        }
        if let Some(place) = self.implied_member(name) {
            return Operand::Place(place, span);
        }
        if self.language.reads_call() && self.classes.last().is_some_and(|class| class.methods.contains(&name)) {
            let receiver = self.this(span);
            let call = self.call_method(receiver, name, Vec::new(), Vec::new(), span, span);
            return self.operand(call, span);
        }
        Operand::Place(Place::global(vec![name]), span)
    }

    /// The member of the receiver that a bare name means, if it means one.
    pub(super) fn implied_member(&self, name: Symbol) -> Option<Place> {
        let of_lambda = self.lambda_receiver.filter(|_| {
            let own = self.globals.contains(&name) || self.imported.contains(&name);
            !own && name.as_str().starts_with(char::is_lowercase)
        });
        let member = |local| {
            let mut place = Place::local(local);
            place.path.push(Selector::Field(name));
            place
        };
        let Some(receiver) = self.receiver else { return of_lambda.map(member) };
        let declared = || {
            let class = self.classes.last();
            class.is_some_and(|class| {
                class.getters.contains(&name) || class.declaration.fields.iter().any(|field| field.name == name)
            })
        };
        let implied = match self.language.bare_name() {
            BareName::Global => false,
            BareName::DeclaredMember => declared(),
            BareName::Member => {
                let small = !name.as_str().starts_with(char::is_uppercase) && !self.globals.contains(&name);
                declared() || small && self.language.known_type(name.as_str()).is_none()
            }
        };
        if implied { Some(member(receiver)) } else { of_lambda.map(member) }
    }

    /// The receiver of the method at hand.
    pub fn this(&mut self, span: Span) -> Operand {
        match self.lambda_receiver.or(self.receiver) {
            Some(local) => FunctionBuilder::read(local, span),
            None => match self.owner() {
                Some(owner) => Operand::Place(Place::global(vec![owner]), span),
                None => Operand::Place(Place::global(vec![Symbol::new("this")]), span),
            },
        }
    }

    fn path_value(&mut self, node: Node<'_>) -> Operand {
        let path = self.type_path(node);
        match path.as_slice() {
            [only] => self.name(*only, node.span()),
            _ => Operand::Place(Place::global(path), node.span()),
        }
    }

    /// What the IR cannot express: the names and texts in it are kept.
    pub fn opaque(&mut self, node: Node<'_>, what: &str) -> Rvalue {
        let mut names: Vec<(Symbol, Span)> = Vec::new();
        let mut strings: Vec<Node<'_>> = Vec::new();
        let table = self.table;
        node.walk(|part| {
            match table.row(part).op {
                Op::Name => names.push((part.symbol(), part.span())),
                Op::Text => strings.push(part),
                _ => {}
            }
            true
        });
        for string in strings {
            if string.children().iter().all(|child| !matches!(table.row(*child).op, Op::Interpolation)) {
                self.text(string);
            }
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

    // ------------------------------------------------------------------------------------------------------ operators

    fn unary(&mut self, node: Node<'_>) -> Value {
        let Some(inner) = self.part(node, 1).or_else(|| node.first()) else { return Value::nothing(node.span()) };
        let operator = self
            .part(node, 0)
            .filter(|part| part.start() != inner.start())
            .map_or_else(|| node.source().text.get(node.start()..inner.start()).unwrap_or_default().trim(), Node::text);
        match operator {
            "!" | "not" | "typeof" | "defined?" => {
                let operand = self.expression(inner);
                Value::Rvalue(Rvalue::Test(vec![operand]))
            }
            "-" | "+" | "~" | "++" | "--" => {
                if matches!(self.op(inner), Op::Literal) {
                    return Value::Operand(Operand::Literal(node.symbol(), node.span()));
                }
                let operand = self.expression(inner);
                Value::Rvalue(Rvalue::Compute(vec![operand]))
            }
            "void" | "delete" => {
                self.expression(inner);
                Value::nothing(node.span())
            }
            _ => self.value(inner),
        }
    }

    fn operator_of(&self, node: Node<'_>) -> Operator {
        let row = self.row(node);
        match row.part(node, 1) {
            Some(sign) => self.language.operator(sign.text()),
            // No field for the sign: it is what stands between the operands.
            None => match (row.part(node, 0), row.part(node, 2)) {
                (Some(left), Some(right)) => {
                    let between = node.source().text.get(left.end()..right.start()).unwrap_or_default();
                    self.language.operator(between.trim())
                }
                _ => Operator::Compute,
            },
        }
    }

    /// `a << b << c`: calls of the method of this name, one on what the other gives.
    fn operator_call(&mut self, node: Node<'_>) -> Value {
        let mut calls = vec![node];
        let mut left = self.part(node, 0);
        while let Some(inner) = left
            && matches!(self.op(inner), Op::Binary)
            && self.operator_of(inner) == Operator::Method
        {
            calls.push(inner);
            left = self.part(inner, 0);
        }
        let Some(mut value) = left.map(|left| self.value(left)) else { return Value::nothing(node.span()) };
        for call in calls.into_iter().rev() {
            let receiver = self.operand(value, call.span());
            let argument = self.part(call, 2).map(|right| Argument::plain(self.expression(right)));
            let sign = self.part(call, 1).unwrap_or(call);
            let arguments = argument.into_iter().collect();
            value = self.call_method(receiver, sign.symbol(), arguments, Vec::new(), call.span(), sign.span());
        }
        value
    }

    /// A chain of operators of one kind is one value, however long.
    fn binary(&mut self, node: Node<'_>) -> Rvalue {
        let class = self.operator_of(node);
        let mut reversed = Vec::new();
        let mut left = node;
        while matches!(self.op(left), Op::Binary) && self.operator_of(left) == class {
            reversed.extend(self.part(left, 2));
            match self.part(left, 0) {
                Some(inner) if inner.start() != left.start() || inner.end() != left.end() => left = inner,
                _ => break,
            }
        }
        reversed.push(left);
        reversed.reverse();
        let operands = self.expressions(reversed);
        self.combine(class, operands)
    }

    /// What an operator makes of its operands.
    pub fn combine(&mut self, operator: Operator, mut operands: Vec<Operand>) -> Rvalue {
        match operator {
            Operator::Test => Rvalue::Test(operands),
            Operator::Either => Rvalue::Choice(operands),
            Operator::Right => match operands.pop() {
                Some(last) => {
                    if !operands.is_empty() {
                        let span = last.span();
                        self.unit.function.temporary(Rvalue::Test(operands), span);
                    }
                    Rvalue::Use(last)
                }
                None => Rvalue::Choice(operands),
            },
            Operator::Add if !operands.iter().any(|operand| self.is_text(operand)) => Rvalue::Compute(operands),
            Operator::Join if !operands.iter().any(|operand| self.is_text(operand)) => Rvalue::Choice(operands),
            Operator::Add | Operator::Join | Operator::Concat => concatenation(operands),
            Operator::Fill => match operands.split_first() {
                Some((Operand::Text(..), _)) => concatenation(operands),
                _ => Rvalue::Compute(operands),
            },
            Operator::Method | Operator::Compute => Rvalue::Compute(operands),
        }
    }

    /// Whether an operand is known to be text: a literal, or a local declared as text.
    fn is_text(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Text(..) => true,
            Operand::Place(Place { base: Base::Local(local), path }, _) if path.is_empty() => {
                self.unit.function.type_of(*local).is_some_and(|ty| ty.shape == crate::ir::TypeShape::Text)
            }
            _ => false,
        }
    }

    fn ternary(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        let row = self.row(node);
        let condition = row.part(node, 0).map(|condition| self.expression(condition));
        let mut values = Vec::new();
        // `a ?: b` has no middle.
        let ways = [row.part(node, 1), row.part(node, 2)];
        if ways.iter().flatten().count() < 2 {
            values.extend(condition.clone());
        }
        let result = self.unit.function.local(None, TypeRef::default(), span);
        let mut arms = Vec::new();
        for way in ways.into_iter().flatten() {
            self.unit.function.open_block();
            let value = self.rvalue(way);
            self.unit.function.assign_local(result, value, way.span());
            arms.push(self.unit.function.close_block());
        }
        self.unit.function.emit(crate::ir::Stmt::Branch { condition, arms, exhaustive: true, span });
        let read = FunctionBuilder::read(result, span);
        if values.is_empty() {
            return Value::Operand(read);
        }
        values.push(read);
        Value::Rvalue(Rvalue::Choice(values))
    }
}

/// Operands as one text.
#[must_use]
pub fn concatenation(operands: Vec<Operand>) -> Rvalue {
    let part = |operand| match operand {
        Operand::Text(text, _) => TextPart::Text(text),
        other => TextPart::Value(other, Style::Display),
    };
    Rvalue::Format(operands.into_iter().map(part).collect())
}

/// A tuple position.
#[must_use]
pub fn position(index: usize) -> Selector {
    /// Interning is cheap, formatting is not: nearly all positions are small.
    const SMALL: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    Selector::Field(match SMALL.get(index) {
        Some(text) => Symbol::new(text),
        None => Symbol::new(&index.to_string()),
    })
}
