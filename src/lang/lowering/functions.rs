//! Functions, methods, closures and their parameters.

use super::{Frame, Lowerer, Op, Receiver, is_nothing, member_name};
use crate::index::Symbol;
use crate::ir::builder::{FunctionBuilder, FunctionHeader};
use crate::ir::{
    Attribute, Field, Formatting, FunctionRole, LocalId, Operand, Place, Rvalue, Selector, TypeDecl, TypeKind, TypeRef,
};
use crate::lang::syntax::Node;
use crate::source::Span;

/// What a function is made of; hooks fill it for grammars that write functions in their own way.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'t> {
    /// The whole.
    pub node: Node<'t>,
    /// Its name.
    pub name: Symbol,
    /// Place of the name.
    pub name_span: Span,
    /// The list of parameters.
    pub parameters: Option<Node<'t>>,
    /// The body: a block or an expression.
    pub body: Option<Node<'t>>,
    /// The declared result.
    pub result: Option<Node<'t>>,
    /// The type that owns it.
    pub owner: Option<Symbol>,
    /// The receiver where it is written as a parameter of its own: its name.
    pub receiver: Option<Node<'t>>,
    /// A method without a receiver.
    pub is_static: bool,
    /// It makes values of its owner.
    pub is_constructor: bool,
    /// It is read like a field.
    pub is_getter: bool,
    /// Its first parameter is the type itself.
    pub takes_type: bool,
}

impl Lowerer<'_> {
    /// A function by its row.
    pub(super) fn function_node(&mut self, node: Node<'_>) {
        let parts = self.parts_of(node);
        self.function(parts);
    }

    /// The parts of a function by its row.
    #[must_use]
    pub fn parts_of<'t>(&self, node: Node<'t>) -> Parts<'t> {
        let row = self.row(node);
        let name = row.part(node, 0);
        let own_name = name.map(member_name).unwrap_or_default();
        let is_constructor =
            matches!(row.op, Op::Constructor) || self.in_class_body && self.language.is_constructor(own_name.as_str());
        let first = row.part(node, 1).and_then(Node::first).filter(|first| self.language.is_receiver_parameter(*first));
        let extended = first.and_then(|first| self.part(first, 1));
        let extended = extended.and_then(|ty| self.base_names(std::iter::once(ty).collect()).first().copied());
        let default = if is_constructor { "constructor" } else { "" };
        Parts {
            node,
            name: name.map_or_else(|| Symbol::new(default), member_name),
            name_span: name.map_or_else(|| node.span_within(0, 0), Node::span),
            parameters: row.part(node, 1),
            body: row.part(node, 2),
            result: row.part(node, 3),
            // A function that extends a type is that type's method.
            owner: extended.or(if self.in_class_body { self.owner() } else { None }),
            receiver: None,
            is_static: self.static_members || self.has_modifier(node, "static"),
            is_constructor,
            takes_type: false,
            is_getter: name.is_some_and(|name| {
                node.tokens().into_iter().take(6).any(|token| token.end() <= name.start() && token.text() == "get")
            }),
        }
    }

    /// Whether a declaration has this word among its modifiers.
    #[must_use]
    pub fn has_modifier(&self, node: Node<'_>, word: &str) -> bool {
        node.tokens().into_iter().take(6).any(|child| {
            child.text() == word
                || matches!(self.op(child), Op::Modifiers) && child.text().split_whitespace().any(|one| one == word)
        })
    }

    /// Lowers a function or method. Within a function, one without an owner is a closure under its name.
    pub fn function(&mut self, parts: Parts<'_>) {
        let preamble = self.take_preamble(parts.node);
        if self.frames.len() > 1 && parts.owner.is_none() {
            self.nested_function(&parts);
            return;
        }
        let outer_test = self.unit.in_test;
        self.unit.in_test |= self.language.is_test(parts.name.as_str(), &preamble.attributes);
        let outer_receiver = self.receiver.take();
        let outer_lambda = self.lambda_receiver.take();
        let static_members = std::mem::take(&mut self.static_members);
        let outer_form = std::mem::take(&mut self.form);
        let in_class_body = std::mem::replace(&mut self.in_class_body, false);
        self.unit.begin_function();
        self.frames.push(Frame { floor: self.unit.function.floor(), ..Frame::default() });
        let first_is_receiver = self.language.receiver() == Receiver::FirstParameter;
        if let Some(owner) = parts.owner.filter(|_| !parts.is_static) {
            match (parts.receiver, self.language.receiver()) {
                (Some(name), _) => self.declare_receiver(name.symbol(), owner, name.span()),
                (None, Receiver::Named(name)) => self.declare_receiver(Symbol::new(name), owner, parts.name_span),
                (None, Receiver::FirstParameter) => {}
            }
        }
        let takes_receiver = first_is_receiver && parts.owner.is_some() && !parts.is_static;
        self.parameters(&parts, takes_receiver.then_some(parts.owner).flatten());
        let language = self.language;
        language.finish_parameters(self, &parts);
        let result = parts.result.map(|ty| self.type_ref(ty)).unwrap_or_default();
        let has_body = parts.body.is_some();
        self.body(parts.body, self.language.implicit_return() && !parts.is_constructor);
        self.frames.pop();
        self.in_class_body = in_class_body;
        self.receiver = outer_receiver;
        self.lambda_receiver = outer_lambda;
        self.static_members = static_members;
        let role = match parts.owner {
            Some(_) if parts.is_constructor => FunctionRole::Constructor,
            Some(_) if parts.is_getter || self.language.is_getter(&preamble.attributes) => FunctionRole::Getter,
            Some(owner) => self.language.role(parts.name.as_str(), owner),
            None => FunctionRole::Plain,
        };
        if role == FunctionRole::Getter
            && let Some(class) = self.classes.last_mut().filter(|class| Some(class.declaration.name) == parts.owner)
        {
            class.getters.insert(parts.name);
        }
        let bases = self.classes.last().filter(|class| Some(class.declaration.name) == parts.owner);
        let implements = bases.and_then(|class| class.declaration.bases.first().copied());
        // A signature without a body says nothing of what is done.
        let name = if has_body { parts.name } else { Symbol::new(&format!("{} (declared)", parts.name)) };
        self.unit.end_function(FunctionHeader {
            name,
            owner: parts.owner,
            implements,
            role,
            result,
            attributes: preamble.attributes,
            doc: preamble.doc,
            span: parts.name_span,
            extent: parts.node.span(),
        });
        let form = std::mem::replace(&mut self.form, outer_form);
        if !form.fields.is_empty() {
            self.unit.declare_type(TypeDecl {
                name: parts.owner.unwrap_or(parts.name),
                module: self.unit.module.clone(),
                kind: TypeKind::Form,
                fields: form.fields,
                bases: Vec::new(),
                attributes: Vec::new(),
                doc: None,
                formatting: Formatting::default(),
                span: parts.name_span,
                extent: parts.node.span(),
                in_test: self.unit.in_test,
            });
        }
        self.unit.in_test = outer_test;
    }

    pub(super) fn declare_receiver(&mut self, name: Symbol, owner: Symbol, span: Span) {
        let local = self.unit.function.declare(name, TypeRef::named(owner), span);
        self.unit.function.receiver(local);
        self.receiver = Some(local);
    }

    /// Declares parameters; the first is the receiver of `owner` if one is given.
    fn parameters(&mut self, parts: &Parts<'_>, owner: Option<Symbol>) {
        let mut owner = owner;
        let mut of_type = parts.owner.filter(|_| parts.takes_type);
        for parameter in self.parameter_nodes(parts.parameters) {
            let row = self.row(parameter);
            if matches!(row.op, Op::Skip | Op::Annotation | Op::Modifiers) {
                continue;
            }
            if let Some(owner) = owner.take() {
                let name = row.part(parameter, 0).unwrap_or(parameter);
                self.declare_receiver(name.symbol(), owner, name.span());
                continue;
            }
            if let Some(owner) = of_type.take() {
                let name = row.part(parameter, 0).unwrap_or(parameter);
                let local = self.unit.function.declare(name.symbol(), TypeRef::default(), name.span());
                let class = Operand::Place(Place::global(vec![owner]), name.span());
                self.unit.function.assign_local(local, Rvalue::Use(class), name.span());
                continue;
            }
            if let Some(owner) = parts.owner.filter(|_| self.language.is_receiver_parameter(parameter)) {
                let name = row.part(parameter, 0).unwrap_or(parameter);
                self.declare_receiver(name.symbol(), owner, name.span());
                continue;
            }
            let attributes = self.annotations(parameter);
            let target = row.part(parameter, 0).map(|target| self.op(target));
            let variadic = matches!(row.op, Op::Rest | Op::Spread) || matches!(target, Some(Op::Rest | Op::Spread));
            let names = self.further_names(parameter);
            let local = self.parameter(parameter);
            self.unit.function.parameter(local, variadic, attributes.clone());
            for name in names {
                let ty = self.type_part(parameter, 1);
                let local = self.unit.function.declare(member_name(name), ty, name.span());
                self.unit.function.parameter(local, variadic, attributes.clone());
            }
            if self.language.is_parameter_property(parameter) {
                self.parameter_property(parameter, local);
            }
        }
    }

    /// A parameter that is a field of the class at hand: the field, and its assignment.
    fn parameter_property(&mut self, parameter: Node<'_>, local: LocalId) {
        let Some(receiver) = self.receiver else { return };
        let row = self.row(parameter);
        let Some(name) = row.part(parameter, 0) else { return };
        let ty = self.type_part(parameter, 1);
        let mut field = Field::new(member_name(name), ty, name.span());
        field.attributes = self.annotations(parameter);
        self.add_field(field);
        let mut place = Place::local(receiver);
        place.path.push(Selector::Field(member_name(name)));
        self.unit.function.assign(place, Rvalue::Use(FunctionBuilder::read(local, name.span())), parameter.span());
    }

    fn parameter_nodes<'t>(&self, list: Option<Node<'t>>) -> crate::lang::syntax::Nodes<'t> {
        let Some(list) = list else { return crate::lang::syntax::Nodes::new() };
        match self.op(list) {
            // A single parameter without parentheses.
            Op::Name | Op::Parameter | Op::Tuple | Op::Map | Op::Rest => std::iter::once(list).collect(),
            _ => list.children().into_iter().filter(|node| self.language.is_parameter(*node)).collect(),
        }
    }

    /// The names after the first, where one type stands for several parameters: `a, b string`.
    fn further_names<'t>(&self, parameter: Node<'t>) -> crate::lang::syntax::Nodes<'t> {
        let row = self.row(parameter);
        if !matches!(row.op, Op::Parameter) {
            return crate::lang::syntax::Nodes::new();
        }
        row.all(parameter, 0).into_iter().skip(1).filter(|name| matches!(self.op(*name), Op::Name)).collect()
    }

    /// The local of a parameter. A pattern is taken apart by statements at the head of the body.
    pub fn parameter(&mut self, node: Node<'_>) -> LocalId {
        let row = self.row(node);
        let (target, ty, default) = match row.op {
            Op::Parameter | Op::Rest | Op::Spread => {
                (row.part(node, 0).or_else(|| node.first()), self.type_part(node, 1), row.part(node, 2))
            }
            Op::Default => (row.part(node, 0), TypeRef::default(), row.part(node, 1)),
            _ => (Some(node), TypeRef::default(), None),
        };
        let mut target = target.unwrap_or(node);
        if matches!(self.op(target), Op::Rest)
            && let Some(inner) = self.part(target, 0).or_else(|| target.first())
        {
            target = inner;
        }
        let span = target.span();
        let plain = matches!(self.op(target), Op::Name | Op::TypeName | Op::Opaque | Op::Member | Op::Parameter);
        let local = if plain {
            // Under the name that reads it, its sign included.
            let name = if matches!(self.op(target), Op::Name) { target.symbol() } else { member_name(target) };
            self.unit.function.declare(name, ty, span)
        } else {
            self.unit.function.local(None, ty, span)
        };
        if let Some(default) = default {
            self.name_literal(default, member_name(target));
            let value = self.expression(default);
            let own = FunctionBuilder::read(local, span);
            if matches!(value, Operand::Text(..)) {
                // What is used when nothing is given: a constant that an address may start with.
                self.unit.function.assign_local(local, Rvalue::Choice(vec![own, value]), span);
            }
        }
        if !plain {
            self.bind(target, FunctionBuilder::read(local, span));
        }
        local
    }

    /// Lowers a function's or closure's body. An expression is returned, and so is a block's last value where the language says.
    pub fn body(&mut self, body: Option<Node<'_>>, returns_last: bool) {
        let Some(body) = body else { return };
        let mut inner = body;
        while matches!(self.op(inner), Op::Inner)
            && let Some(only) = self.part(inner, 0).or_else(|| inner.first())
        {
            inner = only;
        }
        if matches!(self.op(inner), Op::Sequence | Op::Try) {
            if !returns_last {
                self.statement(inner);
                return;
            }
            let span = body.span();
            let result = self.unit.function.local(None, TypeRef::default(), span);
            self.statement_into(inner, Some(result));
            self.unit.function.returns(Some(FunctionBuilder::read(result, span)), span);
            return;
        }
        if matches!(self.op(inner), Op::Return | Op::Throw | Op::Skip | Op::Statement(_)) {
            self.statement(inner);
            return;
        }
        let value = self.expression(inner);
        if !is_nothing(&value) {
            let span = value.span();
            self.unit.function.returns(Some(value), span);
        }
    }

    /// A lambda by its row: parameters, body.
    pub fn lambda(&mut self, node: Node<'_>) -> Operand {
        let row = self.row(node);
        self.closure(node, row.part(node, 0), row.part(node, 1), true)
    }

    /// A function as a value.
    pub fn closure_of(&mut self, node: Node<'_>) -> Operand {
        let row = self.row(node);
        match row.op {
            Op::Lambda => self.lambda(node),
            _ => self.closure(node, row.part(node, 1), row.part(node, 2), self.language.implicit_return()),
        }
    }

    /// A closure of parameters and a body.
    pub fn closure(&mut self, node: Node<'_>, list: Option<Node<'_>>, body: Option<Node<'_>>, returns_last: bool) -> Operand {
        self.unit.function.open_block();
        self.frames.push(Frame { floor: self.unit.function.floor(), outer_names: Vec::new() });
        let in_class_body = std::mem::replace(&mut self.in_class_body, false);
        let mut parameters = Vec::new();
        for parameter in self.parameter_nodes(list) {
            if !matches!(self.op(parameter), Op::Skip | Op::Annotation | Op::Modifiers) {
                let names = self.further_names(parameter);
                parameters.push(self.parameter(parameter));
                for name in names {
                    let ty = self.type_part(parameter, 1);
                    parameters.push(self.unit.function.declare(member_name(name), ty, name.span()));
                }
            }
        }
        self.body(body, returns_last && self.language.implicit_return());
        self.in_class_body = in_class_body;
        self.frames.pop();
        let block = self.unit.function.close_block();
        self.unit.function.closure(parameters, block, node.span())
    }

    /// A closure whose statements stand beside its parameters. Without any, it has the one that the language names: `it`, or
    /// with `of_receiver` the value that bare names in it are members of.
    pub fn closure_with(
        &mut self,
        node: Node<'_>,
        list: Option<Node<'_>>,
        implicit: &str,
        of_receiver: bool,
        statements: &[Node<'_>],
    ) -> Operand {
        let span = node.span();
        self.unit.function.open_block();
        self.frames.push(Frame { floor: self.unit.function.floor(), outer_names: Vec::new() });
        let in_class_body = std::mem::replace(&mut self.in_class_body, false);
        let outer_receiver = self.lambda_receiver;
        let mut parameters = Vec::new();
        if of_receiver {
            let local = self.unit.function.local(None, TypeRef::default(), node.span_within(0, 0));
            self.lambda_receiver = Some(local);
            parameters.push(local);
        }
        for parameter in self.parameter_nodes(list) {
            parameters.push(self.parameter(parameter));
        }
        if parameters.is_empty() {
            parameters.push(self.unit.function.declare(Symbol::new(implicit), TypeRef::default(), node.span_within(0, 0)));
        }
        let result = self.unit.function.local(None, TypeRef::default(), span);
        self.run(statements, Some(result));
        self.unit.function.returns(Some(FunctionBuilder::read(result, span)), span);
        self.lambda_receiver = outer_receiver;
        self.in_class_body = in_class_body;
        self.frames.pop();
        let block = self.unit.function.close_block();
        self.unit.function.closure(parameters, block, span)
    }

    /// A nested function: a closure in a local of its name, so that it shares the enclosing function's locals.
    fn nested_function(&mut self, parts: &Parts<'_>) {
        let local = self.local_for(parts.name, parts.name_span);
        let closure = self.closure(parts.node, parts.parameters, parts.body, self.language.implicit_return());
        self.unit.function.assign_local(local, Rvalue::Use(closure), parts.name_span);
    }

    /// Names that the function at hand shares with the enclosing one or the module: `global`, `nonlocal`.
    pub fn shares(&mut self, name: Symbol) {
        if let Some(frame) = self.frames.last_mut() {
            frame.outer_names.push(name);
        }
    }

    /// A module-level value with the function that computes it.
    pub fn global(&mut self, name: Symbol, ty: TypeRef, value: Option<Node<'_>>, span: Span, extent: Span) {
        let initializer = value.map(|value| {
            self.name_literal(value, name);
            let id = self.unit.begin_function();
            // A value of a class's own has no receiver, whatever class it stands in.
            let receiver = self.receiver.take();
            let in_class_body = std::mem::replace(&mut self.in_class_body, false);
            let outer = std::mem::take(&mut self.frames);
            self.frames.push(Frame::default());
            self.frames.push(Frame { floor: self.unit.function.floor(), ..Frame::default() });
            self.body(Some(value), false);
            self.frames = outer;
            self.receiver = receiver;
            self.in_class_body = in_class_body;
            self.unit.end_function(FunctionHeader {
                name,
                owner: self.owner(),
                role: FunctionRole::Initializer,
                result: ty.clone(),
                span,
                extent,
                ..FunctionHeader::default()
            });
            id
        });
        let owner = self.owner();
        self.unit.global(owner, name, ty, initializer, span);
    }

    /// An assignment at the top of the file: a global, unless the name is assigned again.
    pub(super) fn global_assignment(&mut self, node: Node<'_>) {
        let row = self.row(node);
        let target = row.part(node, 0).filter(|target| matches!(self.op(*target), Op::Name));
        match target {
            Some(target) if self.globals.contains(&target.symbol()) => {
                let ty = self.type_part(node, 2);
                self.global(target.symbol(), ty, row.part(node, 1), target.span(), node.span());
            }
            _ => {
                self.assignment(node);
            }
        }
    }

    /// Attributes that stand in a declaration.
    #[must_use]
    pub fn annotations(&self, node: Node<'_>) -> Vec<Attribute> {
        let mut found = Vec::new();
        let mut pending: Vec<Node<'_>> = node.children().into_iter().rev().collect();
        while let Some(child) = pending.pop() {
            match self.op(child) {
                Op::Annotation => found.push(self.annotation(child)),
                // Modifiers may stand in groups.
                Op::Modifiers => pending.extend(child.children().into_iter().rev()),
                _ => {}
            }
        }
        found
    }
}
