//! Classes, fields, declarations, and what stands before them.

use rustc_hash::FxHashSet;

use super::{ClassScope, Lowerer, Op, member_name};
use crate::index::Symbol;
use crate::ir::builder::FunctionHeader;
use crate::ir::{Attribute, Field, Formatting, FunctionRole, Operand, Place, Rvalue, Selector, TypeDecl, TypeKind, TypeRef};
use crate::lang::syntax::{Node, Nodes};

/// What stands before a declaration: annotations and documentation.
#[derive(Debug, Default)]
pub struct Preamble {
    /// Annotations.
    pub attributes: Vec<Attribute>,
    /// Documentation.
    pub doc: Option<Symbol>,
    /// Where the documentation ends, in the source: a gap of a line parts it from what follows.
    doc_end: usize,
}

impl Preamble {
    /// Nothing stands before what comes next.
    pub fn clear(&mut self) {
        self.attributes.clear();
        self.doc = None;
    }
}

impl Lowerer<'_> {
    /// Takes an annotation or comment in; says whether the node was one.
    pub(super) fn absorb(&mut self, node: Node<'_>) -> bool {
        if matches!(self.op(node), Op::Annotation) {
            let annotation = self.annotation(node);
            self.preamble.attributes.push(annotation);
            return true;
        }
        if !node.is_extra() || node.is_error() {
            return false;
        }
        // A comment at the end of a line of code is about that line.
        let trailing =
            node.text().starts_with(['/', '#']) && !node.text().starts_with("/*") && super::strings::stands_behind_code(node);
        if let Some(text) = self.language.doc_comment(node.text()).filter(|_| !trailing) {
            let gap = node.source().text.get(self.preamble.doc_end..node.start()).unwrap_or("\n\n");
            let text = match self.preamble.doc {
                Some(before) if gap.trim().is_empty() && gap.matches('\n').count() <= 1 => format!("{before}\n{text}"),
                _ => text,
            };
            self.preamble.doc = Some(Symbol::new(text.trim()));
            self.preamble.doc_end = node.end();
        }
        true
    }

    /// What stands before a declaration and in its modifiers.
    pub fn take_preamble(&mut self, node: Node<'_>) -> Preamble {
        let mut preamble = std::mem::take(&mut self.preamble);
        preamble.attributes.extend(self.annotations(node));
        preamble
    }

    /// An annotation: its name, and the text of its arguments.
    #[must_use]
    pub fn annotation(&self, node: Node<'_>) -> Attribute {
        let row = self.row(node);
        let text = node.text().trim_start_matches(['@', '#', '[', ' ']);
        let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '\\'))).unwrap_or(text.len());
        let name = row.part(node, 0).map_or_else(|| text.get(..end).unwrap_or_default(), Node::text);
        let arguments = match row.part(node, 1) {
            Some(list) => list.text(),
            None => text.get(end..).unwrap_or_default(),
        };
        let arguments =
            arguments.trim().trim_end_matches(']').strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or("");
        Attribute { name: Symbol::new(name), arguments: Symbol::new(arguments.trim()), span: node.span() }
    }

    // --------------------------------------------------------------------------------------------------------- classes

    /// A class by its row: name, bases, body, parameters of a primary constructor.
    pub fn class(&mut self, node: Node<'_>, kind: TypeKind) {
        let row = self.row(node);
        let name = row.part(node, 0);
        let bases = self.base_names(row.all(node, 1));
        self.class_with(node, kind, name, bases, row.part(node, 2), row.part(node, 3));
    }

    /// The names of base classes and interfaces: each named type that is listed.
    #[must_use]
    pub fn base_names(&self, lists: Nodes<'_>) -> Vec<Symbol> {
        let mut names = Vec::new();
        let mut pending: Vec<Node<'_>> = lists.into_iter().rev().collect();
        while let Some(node) = pending.pop() {
            match self.op(node) {
                Op::Name | Op::Member | Op::TypeName => names.extend(self.type_path(node).last()),
                Op::TypeGeneric => pending.extend(node.first()),
                Op::Call => pending.extend(self.part(node, 0)),
                Op::Keyword | Op::Text | Op::Literal => {}
                _ => pending.extend(node.children().into_iter().rev()),
            }
        }
        names
    }

    /// A class of its parts.
    pub fn class_with(
        &mut self,
        node: Node<'_>,
        kind: TypeKind,
        name: Option<Node<'_>>,
        bases: Vec<Symbol>,
        body: Option<Node<'_>>,
        parameters: Option<Node<'_>>,
    ) {
        let preamble = self.take_preamble(node);
        let outer_test = self.unit.in_test;
        let simple = name.map(member_name).unwrap_or_default();
        self.unit.in_test |= self.language.is_test(simple.as_str(), &preamble.attributes);
        let declaration = TypeDecl {
            name: simple,
            module: self.unit.module.clone(),
            kind,
            fields: Vec::new(),
            bases,
            doc: preamble.doc,
            // Values of classes are serialised as a whole by what the project uses; how they print is their formatter's matter.
            formatting: Formatting { serializes_fields: true, prints_anyway: true, ..Formatting::default() },
            attributes: preamble.attributes,
            span: name.map_or_else(|| node.span_within(0, 0), Node::span),
            extent: node.span(),
            in_test: self.unit.in_test,
        };
        let members = body.map(Node::children_and_comments).unwrap_or_default();
        let methods: FxHashSet<Symbol> = members
            .iter()
            .filter(|member| matches!(self.op(**member), Op::Function))
            .filter_map(|member| self.part(*member, 0).map(member_name))
            .collect();
        self.classes.push(ClassScope { declaration, methods, getters: FxHashSet::default(), values: Vec::new() });
        let receiver = self.receiver.take();
        let in_class_body = std::mem::replace(&mut self.in_class_body, true);
        // Initial values of fields run in a method of their own; methods among them are begun and ended within it.
        self.unit.begin_function();
        let outer_frames = std::mem::take(&mut self.frames);
        self.frames.push(super::Frame::default());
        self.frames.push(super::Frame { floor: self.unit.function.floor(), ..super::Frame::default() });
        self.declare_receiver(Symbol::new("(self)"), simple, node.span_within(0, 0));
        if let Some(parameters) = parameters {
            self.primary_parameters(parameters);
        }
        let language = self.language;
        language.class_members(self, &members);
        // Fields are known in all methods, wherever they are declared.
        let (first, then): (Vec<Node<'_>>, Vec<Node<'_>>) = self.fields_first(&members);
        for part in [first, then] {
            self.class_members(&part);
        }
        self.frames = outer_frames;
        self.in_class_body = in_class_body;
        self.receiver = receiver;
        let has_values = self.classes.last().is_some_and(|class| !class.values.is_empty());
        self.unit.end_function_unless_empty(FunctionHeader {
            name: Symbol::new("(fields)"),
            owner: Some(simple),
            role: if has_values || parameters.is_some() { FunctionRole::Plain } else { FunctionRole::Initializer },
            span: node.span_within(0, 0),
            extent: node.span(),
            ..FunctionHeader::default()
        });
        if let Some(mut class) = self.classes.pop() {
            language.finish_class(self, &mut class.declaration);
            self.unit.declare_type(class.declaration);
        }
        self.unit.in_test = outer_test;
    }

    /// Fields before methods, each with the annotations and comments before it.
    fn fields_first<'t>(&self, members: &[Node<'t>]) -> (Vec<Node<'t>>, Vec<Node<'t>>) {
        let (mut first, mut then, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for member in members {
            if member.is_extra() && !member.is_error() || matches!(self.op(*member), Op::Annotation) {
                before.push(*member);
                continue;
            }
            let late =
                matches!(self.op(*member), Op::Function | Op::Constructor | Op::Sequence | Op::Class(_) | Op::Statement(_));
            let list = if late { &mut then } else { &mut first };
            list.append(&mut before);
            list.push(*member);
        }
        (first, then)
    }

    fn class_members(&mut self, members: &[Node<'_>]) {
        for member in members {
            if self.absorb(*member) {
                continue;
            }
            self.statement(*member);
            self.preamble.clear();
        }
    }

    /// Parameters of a class: fields, and arguments of its constructor in this order.
    pub fn primary_parameters(&mut self, list: Node<'_>) {
        for parameter in list.children() {
            let row = self.row(parameter);
            if !matches!(row.op, Op::Parameter | Op::Rest) {
                continue;
            }
            let Some(name) = row.part(parameter, 0) else { continue };
            let attributes = self.annotations(parameter);
            let mut field = Field::new(member_name(name), self.type_part(parameter, 1), name.span());
            field.attributes = attributes;
            self.add_field(field);
        }
    }

    /// Another name for a type.
    pub fn alias_type(&mut self, node: Node<'_>, name: Node<'_>, ty: TypeRef) {
        let preamble = self.take_preamble(node);
        self.unit.declare_type(TypeDecl {
            name: member_name(name),
            module: self.unit.module.clone(),
            kind: TypeKind::Alias,
            fields: vec![Field::new(Symbol::default(), ty, name.span())],
            bases: Vec::new(),
            attributes: preamble.attributes,
            doc: preamble.doc,
            formatting: Formatting::default(),
            span: name.span(),
            extent: node.span(),
            in_test: self.unit.in_test,
        });
    }

    // ---------------------------------------------------------------------------------------------------------- fields

    pub(super) fn field_node(&mut self, node: Node<'_>) {
        let row = self.row(node);
        self.field_node_of(node, row.part(node, 0), row.part(node, 1), row.part(node, 2));
    }

    /// A field of its parts; outside a class, a variable.
    pub fn field_node_of(&mut self, node: Node<'_>, name: Option<Node<'_>>, ty: Option<Node<'_>>, value: Option<Node<'_>>) {
        let Some(name) = name else { return };
        let ty = ty.map(|ty| self.type_ref(ty)).unwrap_or_default();
        if !self.in_class_body {
            self.variable(node, name, ty, value);
            return;
        }
        let preamble = self.take_preamble(node);
        self.field(node, name, ty, value, preamble);
    }

    /// A field of the class at hand, with its initial value.
    pub fn field(&mut self, node: Node<'_>, name: Node<'_>, ty: TypeRef, value: Option<Node<'_>>, preamble: Preamble) {
        if !matches!(self.op(name), Op::Name | Op::TypeName | Op::Opaque | Op::Member) {
            return;
        }
        let simple = member_name(name);
        let mut field = Field::new(simple, ty, name.span());
        field.attributes = preamble.attributes;
        field.labels.extend(preamble.doc);
        field.required = !matches!(field.ty.shape, crate::ir::TypeShape::Wrapper(_));
        // A field that a call describes: the call is what annotates it (`models.CharField(max_length=12)`).
        if let Some(call) = value.filter(|value| matches!(self.op(*value), Op::Call | Op::MethodCall | Op::New)) {
            field.attributes.push(self.call_as_annotation(call));
        }
        self.add_field(field);
        let Some(value) = value else { return };
        self.name_literal(value, simple);
        let in_class_body = std::mem::replace(&mut self.in_class_body, false);
        let computed = self.rvalue(value);
        self.in_class_body = in_class_body;
        if let (Rvalue::Use(Operand::Text(text, _)), Some(class)) = (&computed, self.classes.last_mut())
            && let Some(field) = class.declaration.fields.iter_mut().find(|field| field.name == simple)
        {
            field.default = Some(*text);
        }
        if let Some(receiver) = self.receiver {
            let mut place = Place::local(receiver);
            place.path.push(Selector::Field(simple));
            self.unit.function.assign(place, computed, node.span());
        }
        if let Some(class) = self.classes.last_mut() {
            class.values.push(simple);
        }
    }

    /// A call as an annotation: who is called, and the text of the arguments.
    fn call_as_annotation(&self, call: Node<'_>) -> Attribute {
        let text = call.text();
        let open = text.find('(').unwrap_or(text.len());
        let (name, rest) = text.split_at(open);
        let arguments = rest.strip_prefix('(').map_or(rest, |rest| rest.strip_suffix(')').unwrap_or(rest));
        Attribute { name: Symbol::new(name.trim()), arguments: Symbol::new(arguments.trim()), span: call.span() }
    }

    /// Adds a field to the class at hand, unless it has one of the name.
    pub fn add_field(&mut self, field: Field) {
        let Some(class) = self.classes.last_mut() else { return };
        if !class.declaration.fields.iter().any(|known| known.name == field.name) {
            class.declaration.fields.push(field);
        }
    }

    /// The field of the class at hand with this name.
    pub fn field_mut(&mut self, name: Symbol) -> Option<&mut Field> {
        let class = self.classes.last_mut()?;
        class.declaration.fields.iter_mut().find(|field| field.name == name)
    }

    /// `type a = 1, b`: each declarator with the type of the whole.
    pub fn declaration(&mut self, node: Node<'_>) {
        let ty = self.type_part(node, 0);
        let mut preamble = self.in_class_body.then(|| self.take_preamble(node));
        for child in node.children() {
            if matches!(self.op(child), Op::Declarator) {
                let own = preamble.as_mut().map(|preamble| Preamble {
                    attributes: preamble.attributes.clone(),
                    doc: preamble.doc,
                    doc_end: preamble.doc_end,
                });
                self.declarator(child, own, ty.clone());
            }
        }
    }

    /// One name of a declaration.
    pub(super) fn declarator(&mut self, node: Node<'_>, preamble: Option<Preamble>, ty: TypeRef) {
        let row = self.row(node);
        let Some(name) = row.part(node, 0) else { return };
        let own = self.type_part(node, 2);
        let ty = if own == TypeRef::default() { ty } else { own };
        if self.in_class_body {
            let preamble = preamble.unwrap_or_default();
            self.field(node, name, ty, row.part(node, 1), preamble);
        } else {
            self.variable(node, name, ty, row.part(node, 1));
        }
    }

    /// A local, or a global at the top of the file.
    pub fn variable(&mut self, node: Node<'_>, name: Node<'_>, ty: TypeRef, value: Option<Node<'_>>) {
        let plain = matches!(self.op(name), Op::Name);
        if plain && self.at_top() && self.globals.contains(&name.symbol()) {
            self.global(name.symbol(), ty, value, name.span(), node.span());
            return;
        }
        let Some(value) = value else {
            if plain {
                self.unit.function.declare(name.symbol(), ty, name.span());
            }
            return;
        };
        if plain {
            self.name_literal(value, name.symbol());
            let value = self.rvalue(value);
            let local = self.unit.function.declare(name.symbol(), ty, name.span());
            self.unit.function.assign_local(local, value, node.span());
            return;
        }
        let subject = self.expression(value);
        self.bind(name, subject);
    }

    /// A member of an enum. Its payload, if it has one, are fields of the variant.
    pub(super) fn variant(&mut self, node: Node<'_>) {
        let row = self.row(node);
        if let Some(arguments) = row.part(node, 1) {
            let in_class_body = std::mem::replace(&mut self.in_class_body, false);
            self.arguments(Some(arguments));
            self.in_class_body = in_class_body;
        }
    }
}
