//! Declarations: modules, types, implementations, functions, constants.

use super::attributes::Preamble;
use super::kinds::{F, Kind, kind};
use super::{Lowerer, MAX_DEPTH};
use crate::index::Symbol;
use crate::ir::builder::{FunctionBuilder, FunctionHeader};
use crate::ir::{Field, FunctionRole, Selector, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::lang::syntax::Node;
use crate::source::Span;

impl Lowerer {
    /// Lowers the items of a file, module, block or fragment, in order.
    pub(super) fn items(&mut self, list: Node<'_>) {
        let mut preamble = Preamble::default();
        for node in list.children_and_comments() {
            if preamble.absorb(node) {
                continue;
            }
            self.item(node, std::mem::take(&mut preamble));
        }
    }

    /// Lowers one declaration; says whether the node was one.
    pub(super) fn item(&mut self, node: Node<'_>, preamble: Preamble) -> bool {
        if self.depth >= MAX_DEPTH {
            return false;
        }
        let name = node.field(F.name);
        if name.is_some_and(|name| kind(name) == Kind::Metavariable || self.metavariables.contains(&name.symbol())) {
            return true;
        }
        self.depth += 1;
        let outer = self.unit.in_test;
        self.unit.in_test |= preamble.is_test();
        let known = self.item_inner(node, preamble);
        self.unit.in_test = outer;
        self.depth -= 1;
        known
    }

    fn item_inner(&mut self, node: Node<'_>, preamble: Preamble) -> bool {
        match kind(node) {
            Kind::UseDeclaration => self.import(node),
            Kind::ExternCrate => {
                if let (Some(name), Some(alias)) = (node.field(F.name), node.field(F.alias)) {
                    self.unit.import(vec![name.symbol()], Some(alias.symbol()), node.span());
                }
            }
            Kind::ModItem => self.module(node),
            Kind::StructItem | Kind::UnionItem => self.structure(node, preamble),
            Kind::EnumItem => self.enumeration(node, preamble),
            Kind::TypeItem => self.alias(node, preamble),
            Kind::TraitItem => self.interface(node, preamble),
            Kind::ImplItem => self.implementation(node),
            Kind::FunctionItem => self.function(node, preamble, None),
            Kind::ConstItem | Kind::StaticItem => self.constant(node),
            Kind::MacroDefinition => self.macro_definition(node, &preamble),
            Kind::MacroInvocation => self.item_macro(node, &preamble),
            Kind::ExpressionStatement => {
                // A macro call with a semicolon, or statements of a fragment.
                match node.first() {
                    Some(call) if kind(call) == Kind::MacroInvocation => self.item_macro(call, &preamble),
                    _ => return false,
                }
            }
            Kind::FunctionSignature | Kind::AssociatedType | Kind::ForeignModItem | Kind::EmptyStatement => {}
            _ => return false,
        }
        true
    }

    fn module(&mut self, node: Node<'_>) {
        let (Some(name), Some(body)) = (node.field(F.name), node.field(F.body)) else { return };
        let outer = self.unit.in_test;
        self.unit.in_test |= name.text() == "tests" || name.text() == "test";
        self.unit.module.push(name.symbol());
        self.items(body);
        self.unit.module.pop();
        self.unit.in_test = outer;
    }

    // ---------------------------------------------------------------------------------------------------------- types

    /// The declaration that name and preamble give; the fields are added after.
    pub(super) fn declaration(&mut self, kind: TypeKind, name: Node<'_>, extent: Span, preamble: Preamble) -> TypeDecl {
        TypeDecl {
            name: name.symbol(),
            module: self.unit.module.clone(),
            kind,
            fields: Vec::new(),
            bases: preamble.derives(),
            doc: preamble.doc(),
            formatting: preamble.formatting(),
            attributes: preamble.attributes,
            span: name.span(),
            extent,
            in_test: self.unit.in_test,
        }
    }

    fn structure(&mut self, node: Node<'_>, preamble: Preamble) {
        let Some(name) = node.field(F.name) else { return };
        let known = self.learn_type_parameters(node);
        let rule = preamble.rename_rule("rename_all");
        let mut declaration = self.declaration(TypeKind::Struct, name, node.span(), preamble);
        if let Some(body) = node.field(F.body) {
            self.owner_for(name, |lowerer| lowerer.fields(body, None, rule.as_deref(), &mut declaration.fields));
            if kind(body) == Kind::OrderedFieldDeclarationList && declaration.fields.len() == 1 {
                declaration.kind = TypeKind::Alias;
            }
        }
        self.forget_type_parameters(known);
        self.unit.declare_type(declaration);
    }

    fn owner_for(&mut self, name: Node<'_>, work: impl FnOnce(&mut Self)) {
        let outer = self.owner.replace(name.symbol());
        work(self);
        self.owner = outer;
    }

    fn fields(&mut self, list: Node<'_>, variant: Option<Symbol>, rule: Option<&str>, fields: &mut Vec<Field>) {
        let mut preamble = Preamble::default();
        let mut position = 0_usize;
        let named = kind(list) != Kind::OrderedFieldDeclarationList;
        for node in list.children_and_comments() {
            if preamble.absorb(node) {
                continue;
            }
            let (name, ty, span) = match kind(node) {
                Kind::FieldDeclaration => {
                    let Some(name) = node.field(F.name) else { continue };
                    if self.metavariables.contains(&name.symbol()) {
                        continue;
                    }
                    let text = name.text();
                    (Symbol::new(text.strip_prefix("r#").unwrap_or(text)), self.type_in(node, F.type_), name.span())
                }
                Kind::VisibilityModifier => continue,
                _ if named => continue,
                _ => {
                    position += 1;
                    (Symbol::new(&(position - 1).to_string()), self.type_ref(node), node.span())
                }
            };
            let optional = ty.text.as_str().contains("Option<") && matches!(ty.shape, TypeShape::Wrapper(_) | TypeShape::Text);
            let mut field = Field::new(name, ty, span).of_variant(variant);
            field.required = !optional;
            std::mem::take(&mut preamble).apply(&mut field, rule.filter(|_| named));
            fields.push(field);
        }
    }

    fn enumeration(&mut self, node: Node<'_>, preamble: Preamble) {
        let Some(name) = node.field(F.name) else { return };
        let known = self.learn_type_parameters(node);
        let rule = preamble.rename_rule("rename_all_fields");
        let mut declaration = self.declaration(TypeKind::Enum, name, node.span(), preamble);
        let variants = node.field(F.body).map(Node::children_and_comments).unwrap_or_default();
        let mut preamble = Preamble::default();
        for variant in variants {
            if preamble.absorb(variant) {
                continue;
            }
            let preamble = std::mem::take(&mut preamble);
            let (Some(variant_name), Some(body)) = (variant.field(F.name), variant.field(F.body)) else { continue };
            let own = preamble.rename_rule("rename_all").or_else(|| rule.clone());
            self.owner_for(name, |lowerer| {
                lowerer.fields(body, Some(variant_name.symbol()), own.as_deref(), &mut declaration.fields)
            });
        }
        self.forget_type_parameters(known);
        self.unit.declare_type(declaration);
    }

    fn alias(&mut self, node: Node<'_>, preamble: Preamble) {
        // An associated type of an implementation names nothing outside it.
        if self.owner.is_some() {
            return;
        }
        let (Some(name), Some(target)) = (node.field(F.name), node.field(F.type_)) else { return };
        let mut declaration = self.declaration(TypeKind::Alias, name, node.span(), preamble);
        declaration.fields.push(Field::new(Symbol::new("0"), self.type_ref(target), target.span()));
        self.unit.declare_type(declaration);
    }

    fn interface(&mut self, node: Node<'_>, preamble: Preamble) {
        let Some(name) = node.field(F.name) else { return };
        let mut declaration = self.declaration(TypeKind::Interface, name, node.span(), preamble);
        for bound in node.field(F.bounds).map(Node::children).unwrap_or_default() {
            if kind(bound) != Kind::Lifetime {
                let path = self.path(bound);
                declaration.bases.extend(path.last());
            }
        }
        self.unit.declare_type(declaration);
        let known = self.learn_type_parameters(node);
        self.owner_for(name, |lowerer| lowerer.members(node, None));
        self.forget_type_parameters(known);
    }

    fn implementation(&mut self, node: Node<'_>) {
        let Some(ty) = node.field(F.type_) else { return };
        let known = self.learn_type_parameters(node);
        let owner = self.implemented_type(ty);
        let implements = node.field(F.trait_).map(|name| self.path(name)).and_then(|path| path.last().copied());
        if let (Some(owner), Some(implements)) = (owner, implements) {
            self.implementations.push((owner, implements));
        }
        let outer = std::mem::replace(&mut self.owner, owner);
        self.members(node, implements);
        self.owner = outer;
        self.forget_type_parameters(known);
    }

    /// The simple name of the type that an `impl` is for, references and generics looked through.
    fn implemented_type(&mut self, mut ty: Node<'_>) -> Option<Symbol> {
        while matches!(kind(ty), Kind::ReferenceType | Kind::DynamicType) {
            ty = ty.field(F.type_).or_else(|| ty.field(F.trait_))?;
        }
        match kind(ty) {
            Kind::TupleType | Kind::ArrayType | Kind::FunctionType => Some(ty.symbol()),
            _ => self.path(ty).last().copied(),
        }
    }

    fn members(&mut self, node: Node<'_>, implements: Option<Symbol>) {
        let Some(body) = node.field(F.body) else { return };
        let mut preamble = Preamble::default();
        for member in body.children_and_comments() {
            if preamble.absorb(member) {
                continue;
            }
            let preamble = std::mem::take(&mut preamble);
            if kind(member) == Kind::FunctionItem
                && !self.metavariables.iter().any(|name| Some(*name) == member.field(F.name).map(Node::symbol))
            {
                let outer = self.unit.in_test;
                self.unit.in_test |= preamble.is_test();
                self.function(member, preamble, implements);
                self.unit.in_test = outer;
            } else {
                self.item(member, preamble);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------ functions

    fn function(&mut self, node: Node<'_>, preamble: Preamble, implements: Option<Symbol>) {
        let (Some(name), Some(body)) = (node.field(F.name), node.field(F.body)) else { return };
        self.unit.begin_function();
        let loops = std::mem::take(&mut self.loops);
        let known = self.learn_type_parameters(node);
        let has_receiver = self.parameters(node);
        let result = self.type_in(node, F.return_type);
        self.body(body);
        self.forget_type_parameters(known);
        self.loops = loops;
        let doc = preamble.doc();
        self.unit.end_function(FunctionHeader {
            name: name.symbol(),
            owner: self.owner,
            implements,
            role: self.role(name.text(), implements, has_receiver, &result),
            result,
            attributes: preamble.attributes,
            doc,
            span: name.span(),
            extent: node.span(),
        });
    }

    fn role(&self, name: &str, implements: Option<Symbol>, has_receiver: bool, result: &TypeRef) -> FunctionRole {
        match (implements.map_or("", Symbol::as_str), name) {
            ("Display", "fmt") => FunctionRole::Display,
            ("Debug", "fmt") => FunctionRole::Debug,
            ("Serialize", "serialize") => FunctionRole::Serialize,
            ("From", "from") | ("TryFrom", "try_from") | ("FromStr", "from_str") | ("Into", "into") | ("TryInto", "try_into") => {
                FunctionRole::Convert
            }
            _ if has_receiver || self.owner.is_none() => FunctionRole::Plain,
            // A lookup that may find nothing does not make what it finds.
            _ if result.text.as_str().contains("Option<") => FunctionRole::Plain,
            _ if result.head() == self.owner => FunctionRole::Constructor,
            _ => FunctionRole::Plain,
        }
    }

    /// Declares the parameters of a function; says whether it has a receiver.
    fn parameters(&mut self, node: Node<'_>) -> bool {
        let mut has_receiver = false;
        let mut preamble = Preamble::default();
        for parameter in node.field(F.parameters).map(Node::children_and_comments).unwrap_or_default() {
            if preamble.absorb(parameter) {
                continue;
            }
            let attributes = std::mem::take(&mut preamble).attributes;
            let span = parameter.span();
            match kind(parameter) {
                Kind::SelfParameter => {
                    has_receiver = true;
                    self.receiver(span);
                }
                Kind::Parameter => {
                    let Some(pattern) = parameter.field(F.pattern) else { continue };
                    if kind(pattern) == Kind::SelfKeyword {
                        has_receiver = true;
                        self.receiver(span);
                        continue;
                    }
                    let ty = self.type_in(parameter, F.type_);
                    let local = self.pattern_parameter(pattern, ty);
                    self.unit.function.parameter(local, false, attributes);
                }
                Kind::VariadicParameter => {
                    let local = self.unit.function.local(None, TypeRef::default(), span);
                    self.unit.function.parameter(local, true, attributes);
                }
                // A trait method of the 2015 edition names only the type.
                _ => {
                    let ty = self.type_ref(parameter);
                    let local = self.unit.function.local(None, ty, span);
                    self.unit.function.parameter(local, false, attributes);
                }
            }
        }
        has_receiver
    }

    fn receiver(&mut self, span: Span) {
        let ty = self.owner.map(TypeRef::named).unwrap_or_default();
        let local = self.unit.function.declare(Symbol::new("self"), ty, span);
        self.unit.function.receiver(local);
    }

    /// The local of a parameter. A pattern is taken apart by statements at the head of the body.
    pub(super) fn pattern_parameter(&mut self, pattern: Node<'_>, ty: TypeRef) -> crate::ir::LocalId {
        let mut name = pattern;
        while matches!(kind(name), Kind::MutPattern | Kind::RefPattern | Kind::ReferencePattern) {
            let Some(inner) = name.children().into_iter().find(|child| kind(*child) != Kind::MutableSpecifier) else { break };
            name = inner;
        }
        if kind(name) == Kind::Identifier {
            return self.unit.function.declare(name.symbol(), ty, name.span());
        }
        let local = self.unit.function.local(None, ty, pattern.span());
        self.bind(pattern, FunctionBuilder::read(local, pattern.span()));
        local
    }

    /// Lowers a function's or closure's body: the last expression is returned.
    pub(super) fn body(&mut self, body: Node<'_>) {
        let value = self.expression(body);
        let span = value.span();
        let value = (!super::expressions::is_unit(&value)).then_some(value);
        if value.is_some() {
            self.unit.function.returns(value, span);
        }
    }

    fn constant(&mut self, node: Node<'_>) {
        let Some(name) = node.field(F.name) else { return };
        let ty = self.type_in(node, F.type_);
        let Some(value) = node.field(F.value) else { return };
        self.name_literal(value, name.symbol());
        if self.unit.in_function() {
            let operand = self.expression(value);
            let local = self.unit.function.declare(name.symbol(), ty, name.span());
            self.unit.function.assign_local(local, crate::ir::Rvalue::Use(operand), node.span());
            return;
        }
        let id = self.unit.begin_function();
        self.body(value);
        self.unit.end_function(FunctionHeader {
            name: name.symbol(),
            owner: self.owner,
            role: FunctionRole::Initializer,
            result: ty.clone(),
            span: name.span(),
            extent: node.span(),
            ..FunctionHeader::default()
        });
        self.unit.global(self.owner, name.symbol(), ty, Some(id), name.span());
    }

    /// A nested function: a closure in a local of its name, so that it shares the enclosing function's locals.
    pub(super) fn nested_function(&mut self, node: Node<'_>) {
        let (Some(name), Some(body)) = (node.field(F.name), node.field(F.body)) else { return };
        let known = self.learn_type_parameters(node);
        let local = self.unit.function.declare(name.symbol(), TypeRef::default(), name.span());
        self.unit.function.open_block();
        let loops = std::mem::take(&mut self.loops);
        let mut parameters = Vec::new();
        for parameter in node.field(F.parameters).map(Node::children).unwrap_or_default() {
            if let Some(pattern) = parameter.field(F.pattern) {
                let ty = self.type_in(parameter, F.type_);
                parameters.push(self.pattern_parameter(pattern, ty));
            }
        }
        self.body(body);
        self.loops = loops;
        let block = self.unit.function.close_block();
        self.forget_type_parameters(known);
        let closure = self.unit.function.closure(parameters, block, node.span());
        self.unit.function.assign_local(local, crate::ir::Rvalue::Use(closure), name.span());
    }
}

/// A tuple position or field by name.
pub(super) fn position(index: usize) -> Selector {
    /// Interning is cheap, formatting is not: nearly all positions are small.
    const SMALL: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    Selector::Field(match SMALL.get(index) {
        Some(text) => Symbol::new(text),
        None => Symbol::new(&index.to_string()),
    })
}
