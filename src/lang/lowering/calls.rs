//! Chains of members, indexes and calls; arguments.

use smallvec::SmallVec;

use super::{BareName, Lowerer, Op, Value};
use crate::index::Symbol;
use crate::ir::{AggregateKind, Argument, Base, Call, Callee, LocalId, Operand, Place, Rvalue, Selector, TypeRef, TypeShape};
use crate::lang::syntax::Node;
use crate::source::Span;

/// `receiver.name(arguments)`.
#[derive(Debug)]
pub struct MemberCall<'t> {
    /// The whole.
    pub node: Node<'t>,
    /// What is before the dot.
    pub receiver: Operand,
    /// The method.
    pub name: Symbol,
    /// The arguments, a block as the last.
    pub arguments: Vec<Argument>,
    /// Type arguments.
    pub types: Vec<TypeRef>,
    /// Place of the name.
    pub name_span: Span,
}

/// One step of a chain, outwards.
#[derive(Clone, Copy)]
struct Link<'t> {
    node: Node<'t>,
    /// The member that is called, where the call is made of a member and arguments.
    member: Option<Node<'t>>,
    /// A closure that stands behind the call as a call of its own.
    trailing: Option<Node<'t>>,
}

impl Lowerer<'_> {
    /// `a.b().c[d].e()`: such chains are long in builders, so they are lowered from the innermost out without recursion.
    pub(super) fn chain(&mut self, node: Node<'_>) -> Value {
        let mut links: SmallVec<[Link<'_>; 8]> = SmallVec::new();
        let mut innermost = node;
        let mut trailing = None;
        loop {
            let row = self.row(innermost);
            if let Some((call, closure)) = self.with_trailing_closure(innermost) {
                trailing = Some(closure);
                innermost = call;
                continue;
            }
            let (member, receiver) = match row.op {
                Op::Member | Op::Index | Op::MethodCall => (None, row.part(innermost, 0)),
                Op::Call => match row.part(innermost, 0).map(|function| self.called_member(function)) {
                    Some((function, true)) => (Some(function), self.part(function, 0)),
                    _ => (None, None),
                },
                // `(await x).y`: what wraps a value in a chain is no nesting either.
                Op::Inner if !links.is_empty() => match row.part(innermost, 0).or_else(|| innermost.first()) {
                    Some(inner) => {
                        innermost = inner;
                        continue;
                    }
                    None => break,
                },
                _ => break,
            };
            let Some(receiver) = receiver else { break };
            links.push(Link { node: innermost, member, trailing: trailing.take() });
            innermost = receiver;
        }
        let mut through_base = !links.is_empty() && self.is_base(innermost);
        let mut value = match self.op(innermost) {
            _ if through_base => Value::Operand(self.this(innermost.span())),
            Op::Call | Op::MethodCall => self.plain_call(innermost, trailing),
            _ if links.is_empty() => {
                // A member without an object: what the parser made of broken code.
                let opaque = self.opaque(innermost, innermost.kind_name());
                Value::Rvalue(opaque)
            }
            _ => self.value(innermost),
        };
        let mut before = innermost;
        for link in links.into_iter().rev() {
            if link.node.end() != node.end() || link.node.start() != node.start() {
                // The whole was counted when it was met.
                self.unit.count_expression();
            }
            let receiver = self.operand(value, before.span());
            before = link.node;
            let through_base = std::mem::take(&mut through_base);
            value = match self.op(link.node) {
                Op::Index => self.index(link.node, receiver),
                Op::Member if self.part(link.node, 1).is_some_and(|name| self.language.measures(name.text())) => {
                    Value::Rvalue(Rvalue::Test(vec![receiver]))
                }
                Op::Member => {
                    let name = self.part(link.node, 1);
                    Value::Operand(self.member_of(receiver, name, link.node.span()))
                }
                _ => self.method_call(link, receiver, through_base),
            };
        }
        value
    }

    /// `call(arguments) { … }` where the grammar makes the closure the argument of a further call.
    fn with_trailing_closure<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        let row = self.row(node);
        let closure = if matches!(row.op, Op::Call) { row.part(node, 3)? } else { return None };
        let function = row.part(node, 0).filter(|function| matches!(self.op(*function), Op::Call))?;
        let inner = self.row(function);
        let plain = row.part(node, 1).is_none() && inner.part(function, 1).is_some() && inner.part(function, 3).is_none();
        plain.then_some((function, closure))
    }

    /// Whether a node is the receiver as its base class sees it: `super`, `super()`.
    fn is_base(&self, node: Node<'_>) -> bool {
        match self.op(node) {
            Op::Super => true,
            Op::Call => self
                .part(node, 0)
                .is_some_and(|function| matches!(self.op(function), Op::Name) && self.language.base_call(function.text())),
            _ => false,
        }
    }

    /// The function of a call without wrappers, and whether it is a member.
    fn called_member<'t>(&self, function: Node<'t>) -> (Node<'t>, bool) {
        let mut function = function;
        while matches!(self.op(function), Op::Inner | Op::TypeGeneric) {
            let Some(inner) = self.part(function, 0).or_else(|| function.first()) else { break };
            function = inner;
        }
        (function, matches!(self.op(function), Op::Member))
    }

    /// A member of a value, by the node of its name. Members of a path are a longer path.
    pub fn member_of(&mut self, object: Operand, name: Option<Node<'_>>, span: Span) -> Operand {
        let Some(name) = name else { return object };
        self.member_named(object, member_name(name), span)
    }

    /// A member of a value. Members of a path are a longer path.
    pub fn member_named(&mut self, object: Operand, name: Symbol, span: Span) -> Operand {
        if let Operand::Place(Place { base: Base::Global(path), path: selectors }, _) = &object
            && selectors.is_empty()
            && self.is_path(path)
        {
            let longer = path.iter().copied().chain([name]).collect();
            return Operand::Place(Place::global(longer), span);
        }
        self.unit.function.member(object, Selector::Field(name), span)
    }

    /// Whether a global place names a module or package, in which members are items.
    fn is_path(&self, path: &[Symbol]) -> bool {
        let own = path.first().is_some_and(|first| path.len() == 1 && self.globals.contains(first));
        !own && self.language.path_goes_on(path)
    }

    fn index(&mut self, node: Node<'_>, object: Operand) -> Value {
        let row = self.row(node);
        let Some(index) = row.part(node, 1).or_else(|| node.children().get(1).copied()) else {
            return Value::Operand(object);
        };
        let selector = match self.op(index) {
            Op::Skip => return Value::Operand(object),
            Op::Text | Op::Literal => self.key(index),
            _ => match self.value(index) {
                Value::Operand(Operand::Text(key, _) | Operand::Literal(key, _)) if !key.is_empty() => Selector::Key(key),
                // A slice of a list or text is one of the same kind.
                Value::Operand(operand) if super::is_nothing(&operand) => return Value::Operand(object),
                _ => Selector::Element,
            },
        };
        Value::Operand(self.unit.function.member(object, selector, node.span()))
    }

    fn method_call(&mut self, link: Link<'_>, receiver: Operand, through_base: bool) -> Value {
        let row = self.row(link.node);
        let (name, arguments, closure) = match link.member {
            Some(member) => (self.part(member, 1), row.part(link.node, 1), row.part(link.node, 3)),
            None => (row.part(link.node, 1), row.part(link.node, 2), row.part(link.node, 3)),
        };
        let Some(name) = name else { return Value::Operand(receiver) };
        let types = if link.member.is_some() { self.type_arguments(link.node) } else { Vec::new() };
        let called = self.language.method_name(self, name, arguments);
        let mut arguments = self.arguments(arguments);
        arguments.extend(closure.or(link.trailing).map(|closure| Argument::plain(self.expression(closure))));
        let base = self.classes.last().and_then(|class| class.declaration.bases.first().copied());
        if let Some(base) = base.filter(|_| through_base) {
            // The base's method, with the receiver as the first argument.
            arguments.insert(0, Argument::plain(receiver));
            let callee = Callee::Path(vec![base, member_name(name)]);
            let call = Call { callee, arguments, type_arguments: types, span: link.node.span(), name_span: name.span() };
            return Value::Rvalue(call.into_rvalue());
        }
        let replaces = !arguments.is_empty() && arguments.iter().all(|argument| argument.name.is_some());
        if replaces && self.language.copies(name.text()) {
            let member = |one: Argument| (Selector::Field(one.name.unwrap_or_default()), one.value);
            let members = arguments.into_iter().map(member).collect();
            return Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::Map, members, spread: vec![receiver] });
        }
        let (node, name_span) = (link.node, name.span());
        let language = self.language;
        language.member_call(self, MemberCall { node, receiver, name: called, arguments, types, name_span })
    }

    fn type_arguments(&mut self, node: Node<'_>) -> Vec<TypeRef> {
        let list = self.part(node, 2).map(Node::children).unwrap_or_default();
        list.into_iter().map(|ty| self.type_ref(ty)).collect()
    }

    /// `receiver.name(arguments)`; on a path, a call of the longer path.
    pub fn call_method(
        &mut self,
        receiver: Operand,
        name: Symbol,
        arguments: Vec<Argument>,
        type_arguments: Vec<TypeRef>,
        span: Span,
        name_span: Span,
    ) -> Value {
        let callee = match &receiver {
            Operand::Place(Place { base: Base::Global(path), path: selectors }, _)
                if selectors.is_empty() && !(path.len() == 1 && path.first().is_some_and(|one| self.globals.contains(one))) =>
            {
                Callee::Path(path.iter().copied().chain([name]).collect())
            }
            Operand::Place(Place { base: Base::Local(local), path }, _)
                if path.is_empty() && self.language.invokes(name.as_str()) && self.is_function(*local) =>
            {
                Callee::Value(receiver)
            }
            _ => Callee::Method { receiver, name },
        };
        Value::Rvalue(Call { callee, arguments, type_arguments, span, name_span }.into_rvalue())
    }

    fn is_function(&self, local: LocalId) -> bool {
        self.unit.function.type_of(local).is_some_and(|ty| matches!(ty.peel().shape, TypeShape::Function(_)))
    }

    /// A call of what is no member: a name, a value.
    fn plain_call(&mut self, node: Node<'_>, trailing: Option<Node<'_>>) -> Value {
        let span = node.span();
        if let Some(path) = self.language.imported_module(self, node) {
            return Value::Operand(Operand::Place(Place::global(path), span));
        }
        let language = self.language;
        if let Some(value) = language.conversion(self, node) {
            return value;
        }
        let row = self.row(node);
        let is_method = matches!(row.op, Op::MethodCall);
        let (function, list, closure) = if is_method {
            (row.part(node, 1), row.part(node, 2), row.part(node, 3))
        } else {
            (row.part(node, 0).map(|function| self.called_member(function).0), row.part(node, 1), row.part(node, 3))
        };
        let Some(function) = function else { return Value::nothing(span) };
        let type_arguments = if is_method { Vec::new() } else { self.type_arguments(node) };
        let callee = match self.op(function) {
            Op::Name | Op::TypeName => self.named_callee(function),
            // `super(...)`: the base class's constructor runs on the receiver.
            Op::Super => {
                let base = self.classes.last().and_then(|class| class.declaration.bases.first().copied());
                match base {
                    Some(base) => Callee::Path(vec![base]),
                    None => Callee::Value(self.this(function.span())),
                }
            }
            _ => match self.expression(function) {
                Operand::Place(Place { base: Base::Global(path), path: selectors }, _) if selectors.is_empty() => {
                    Callee::Path(path)
                }
                other => Callee::Value(other),
            },
        };
        let mut arguments = self.arguments(list);
        arguments.extend(closure.or(trailing).map(|closure| Argument::plain(self.expression(closure))));
        Value::Rvalue(Call { callee, arguments, type_arguments, span, name_span: function.span() }.into_rvalue())
    }

    /// Who a bare name calls.
    pub fn named_callee(&mut self, function: Node<'_>) -> Callee {
        let name = member_name(function);
        let span = function.span();
        // A local bears its sign: `$f(…)` calls what it holds, `f(…)` the function.
        if let Some(local) = self.unit.function.lookup(function.symbol()) {
            return Callee::Value(crate::ir::builder::FunctionBuilder::read(local, span));
        }
        let declared = self.classes.last().is_some_and(|class| class.methods.contains(&name));
        match (self.language.bare_name(), self.receiver) {
            (BareName::DeclaredMember | BareName::Member, Some(_)) if declared => {
                Callee::Method { receiver: self.this(span), name }
            }
            (BareName::DeclaredMember | BareName::Member, None) if declared => {
                Callee::Path(self.owner().into_iter().chain([name]).collect())
            }
            _ => match self.op(function) {
                Op::TypeName => Callee::Path(self.type_path(function)),
                _ => Callee::Path(vec![name]),
            },
        }
    }

    /// `new Type(arguments)`: a call of the type. An initialiser's pairs are arguments by name.
    pub(super) fn construct(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        let row = self.row(node);
        let Some(ty) = row.part(node, 0) else { return Value::nothing(span) };
        let name_span = ty.span();
        let mut arguments = self.arguments(row.part(node, 1));
        if let Some(initialiser) = row.part(node, 2) {
            for child in initialiser.children() {
                match self.op(child) {
                    Op::Assign | Op::Pair | Op::Keyword => {
                        let (Some(name), Some(value)) = (self.part(child, 0), self.part(child, 1)) else {
                            continue;
                        };
                        let name = member_name(name);
                        self.name_literal(value, name);
                        arguments.push(Argument::named(name, self.expression(value)));
                    }
                    _ => arguments.push(Argument::plain(self.expression(child))),
                }
            }
        }
        let path = match self.op(ty) {
            Op::TypeGeneric => ty.first().map(|name| self.type_path(name)).unwrap_or_default(),
            Op::Name | Op::TypeName | Op::Member => self.type_path(ty),
            _ => {
                let callee = Callee::Value(self.expression(ty));
                return Value::Rvalue(Call::new(callee, arguments, span, name_span).into_rvalue());
            }
        };
        Value::Rvalue(Call::new(Callee::Path(path), arguments, span, name_span).into_rvalue())
    }

    /// A call of a path, for hooks.
    pub fn call_value(&mut self, path: Vec<Symbol>, arguments: Vec<Argument>, node: Node<'_>, name: Node<'_>) -> Value {
        Value::Rvalue(Call::new(Callee::Path(path), arguments, node.span(), name.span()).into_rvalue())
    }

    /// The arguments in a list.
    pub fn arguments(&mut self, list: Option<Node<'_>>) -> Vec<Argument> {
        let Some(list) = list else { return Vec::new() };
        if matches!(self.op(list), Op::Lambda | Op::Text | Op::Value(_)) {
            return vec![Argument::plain(self.expression(list))];
        }
        let mut arguments = Vec::new();
        let mut pairs: Vec<(Selector, Operand)> = Vec::new();
        for node in list.children() {
            match self.op(node) {
                Op::Skip => {}
                Op::Keyword => {
                    let row = self.row(node);
                    let (Some(name), Some(value)) = (row.part(node, 0), row.part(node, 1)) else { continue };
                    let name = member_name(name);
                    self.name_literal(value, name);
                    arguments.push(Argument::named(name, self.expression(value)));
                }
                Op::Argument => {
                    let row = self.row(node);
                    let Some(value) = row.part(node, 0).or_else(|| node.first()) else { continue };
                    // Grammars without fields: where there is no keyword, its place is the value's.
                    let name = row.part(node, 1).filter(|name| name.start() != value.start()).map(member_name);
                    if let Some(name) = name {
                        self.name_literal(value, name);
                    }
                    let spread = matches!(self.op(value), Op::Spread);
                    let value = self.expression(value);
                    arguments.push(Argument { name, value, style: None, spread });
                }
                Op::Spread => {
                    let value = self.expression(node);
                    arguments.push(Argument { name: None, value, style: None, spread: true });
                }
                // Pairs without braces are one map that is passed.
                Op::Pair => pairs.extend(self.pair(node)),
                _ => arguments.push(Argument::plain(self.expression(node))),
            }
        }
        for (selector, value) in pairs {
            match selector {
                Selector::Key(name) | Selector::Field(name) => arguments.push(Argument::named(name, value)),
                Selector::Element => {
                    let span = value.span();
                    let members = vec![(Selector::Element, value)];
                    let map = Rvalue::Aggregate { kind: AggregateKind::Map, members, spread: Vec::new() };
                    arguments.push(Argument::plain(self.unit.function.temporary(map, span)));
                }
            }
        }
        arguments
    }
}

/// A member's name, without the signs that some grammars leave on it.
#[must_use]
pub fn member_name(node: Node<'_>) -> Symbol {
    let text = node.text();
    // Type arguments are no part of a name.
    let text = match text.find('<') {
        Some(at) if at > 0 && text.ends_with('>') => text.get(..at).unwrap_or(text),
        _ => text,
    };
    Symbol::new(text.trim_start_matches(['$', '@', '#', ':', '"', '\'', '`', '.']).trim_end_matches(['"', '\'', '`', ':']))
}
