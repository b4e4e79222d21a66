//! Building a unit: functions, locals, scopes, blocks, temporaries. Every front end writes the IR through this.
//!
//! A front end walks its syntax tree and, for each function, calls [`UnitBuilder::begin_function`], declares parameters, emits
//! statements and calls [`UnitBuilder::end_function`]; functions may nest. Control flow is made of [`FunctionBuilder::open_block`]
//! and [`FunctionBuilder::close_block`], which also open and close a scope of names.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{
    Argument, Attribute, Base, Block, Call, Callee, Closure, ClosureId, Field, Function, FunctionId, FunctionRole, Global,
    Import, Local, LocalId, Operand, Parameter, Place, Rvalue, Selector, Stmt, StringLiteral, TypeDecl, TypeRef, Unit,
};
use crate::index::Symbol;
use crate::source::Span;

/// What is known of a function besides its locals and body.
#[derive(Debug, Clone, Default)]
pub struct FunctionHeader {
    /// Simple name.
    pub name: Symbol,
    /// The type that owns it.
    pub owner: Option<Symbol>,
    /// The interface that it implements.
    pub implements: Option<Symbol>,
    /// What part it plays.
    pub role: FunctionRole,
    /// Declared result.
    pub result: TypeRef,
    /// Annotations.
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Symbol>,
    /// Place of the name.
    pub span: Span,
    /// Place of the whole function.
    pub extent: Span,
}

/// A unit in the making, with the module and function at hand.
#[derive(Debug, Default)]
pub struct UnitBuilder {
    unit: Unit,
    functions: Vec<Option<Function>>,
    /// Enclosing functions, outermost first, with the id reserved for each.
    open: Vec<(FunctionId, FunctionBuilder)>,
    /// The module of what is declared now; starts as the unit's.
    pub module: Vec<Symbol>,
    /// What is declared now is test code.
    pub in_test: bool,
    /// The function at hand. At module level, one that nobody keeps.
    pub function: FunctionBuilder,
}

impl UnitBuilder {
    /// An empty unit of a module.
    #[must_use]
    pub fn new(module: Vec<Symbol>) -> Self {
        Self { unit: Unit { module: module.clone(), ..Unit::default() }, module, ..Self::default() }
    }

    /// The finished unit.
    #[must_use]
    pub fn finish(mut self) -> Unit {
        // A front end that forgot to end a function must not shift the ids of the others.
        while !self.open.is_empty() {
            self.end_function(FunctionHeader::default());
        }
        // Functions that were dropped leave no gap in the ids of the others.
        let mut next = 0;
        let places: Vec<Option<FunctionId>> = self
            .functions
            .iter()
            .map(|function| {
                function.is_some().then(|| {
                    next += 1;
                    FunctionId::from_index(next - 1)
                })
            })
            .collect();
        for global in &mut self.unit.globals {
            global.initializer = global.initializer.and_then(|id| places.get(id.index()).copied().flatten());
        }
        self.unit.functions = self.functions.into_iter().flatten().collect();
        // A declaration in the file may have said better than its path.
        self.unit.module = self.module;
        self.unit
    }

    /// Ends the function begun last and keeps it only if it does anything.
    pub fn end_function_unless_empty(&mut self, header: FunctionHeader) {
        let id = self.open.last().map(|(id, _)| *id);
        self.end_function(header);
        if let Some(slot) = id.and_then(|id| self.functions.get_mut(id.index()))
            && slot.as_ref().is_some_and(|function| function.body.0.is_empty() && function.closures.is_empty())
        {
            *slot = None;
        }
    }

    /// Names the module that a file says it belongs to, whatever its path suggests.
    pub fn enter_module(&mut self, module: Vec<Symbol>) {
        self.unit.module.clone_from(&module);
        self.module = module;
    }

    /// Starts a function; what is at hand waits until it ends. Functions keep the order in which they were begun.
    pub fn begin_function(&mut self) -> FunctionId {
        let id = FunctionId::from_index(self.functions.len());
        self.functions.push(None);
        let outer = std::mem::take(&mut self.function);
        self.open.push((id, outer));
        id
    }

    /// Ends the function begun last.
    pub fn end_function(&mut self, header: FunctionHeader) {
        let Some((id, outer)) = self.open.pop() else { return };
        let built = std::mem::replace(&mut self.function, outer);
        let function = built.finish(header, self.module.clone(), self.in_test);
        if let Some(slot) = self.functions.get_mut(id.index()) {
            *slot = Some(function);
        }
    }

    /// Whether a function is at hand, rather than the module.
    #[must_use]
    pub fn in_function(&self) -> bool {
        !self.open.is_empty()
    }

    /// Adds a declared type.
    pub fn declare_type(&mut self, declaration: TypeDecl) {
        self.unit.types.push(declaration);
    }

    /// Types declared so far.
    pub fn types_mut(&mut self) -> &mut [TypeDecl] {
        &mut self.unit.types
    }

    /// Adds an import in the scope of the module at hand.
    pub fn import(&mut self, path: Vec<Symbol>, alias: Option<Symbol>, span: Span) {
        self.unit.imports.push(Import { path, alias, scope: self.module.clone(), span });
    }

    /// Adds a module-level value; `owner` is the type it is a member of.
    pub fn global(&mut self, owner: Option<Symbol>, name: Symbol, ty: TypeRef, initializer: Option<FunctionId>, span: Span) {
        let path = self.module.iter().copied().chain(owner).chain([name]).collect();
        self.unit.globals.push(Global { path, ty, initializer, span });
    }

    /// Notes a string literal.
    pub fn string(&mut self, text: Symbol, span: Span, name: Option<Symbol>) {
        self.unit.strings.push(StringLiteral { text, span, name, in_test: self.in_test });
    }

    /// Counts an expression.
    pub fn count_expression(&mut self) {
        self.unit.counts.expressions += 1;
    }

    /// What the IR cannot express, counted; the operands are kept.
    #[must_use]
    pub fn opaque(&mut self, what: &str, operands: Vec<Operand>) -> Rvalue {
        self.unit.counts.opaque += 1;
        Rvalue::Opaque { what: Symbol::new(what), operands }
    }
}

/// A function in the making.
#[derive(Debug)]
pub struct FunctionBuilder {
    locals: Vec<Local>,
    closures: Vec<Closure>,
    parameters: Vec<Parameter>,
    receiver: Option<LocalId>,
    /// Open blocks, outermost first; never empty.
    blocks: Vec<Vec<Stmt>>,
    /// The names that each open scope declares, outermost first; never empty.
    names: Vec<Vec<Symbol>>,
    /// What a name means, with the depth of the scope that says so: innermost last, so that a later declaration shadows an
    /// earlier one.
    meanings: FxHashMap<Symbol, SmallVec<[(usize, LocalId); 1]>>,
    /// For each open block but the first, how many scopes were open before it.
    scopes: Vec<usize>,
}

/// The scope of a function's or closure's own names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Floor {
    depth: usize,
}

impl Default for FunctionBuilder {
    fn default() -> Self {
        Self {
            locals: Vec::new(),
            closures: Vec::new(),
            parameters: Vec::new(),
            receiver: None,
            blocks: vec![Vec::new()],
            names: vec![Vec::new()],
            meanings: FxHashMap::default(),
            scopes: Vec::new(),
        }
    }
}

impl FunctionBuilder {
    /// A local that no name in scope means; for parameters that are patterns and for temporaries.
    pub fn local(&mut self, name: Option<Symbol>, ty: TypeRef, span: Span) -> LocalId {
        let id = LocalId::from_index(self.locals.len());
        self.locals.push(Local { name, ty, span });
        id
    }

    /// A named local, in scope until its block is closed.
    pub fn declare(&mut self, name: Symbol, ty: TypeRef, span: Span) -> LocalId {
        let id = self.local(Some(name), ty, span);
        self.rename(name, id);
        id
    }

    /// The local that a name means here.
    #[must_use]
    pub fn lookup(&self, name: Symbol) -> Option<LocalId> {
        self.meanings.get(&name)?.last().map(|(_, id)| *id)
    }

    /// Closes scopes until so many are open.
    fn close_scopes(&mut self, open: usize) {
        while self.names.len() > open.max(1)
            && let Some(names) = self.names.pop()
        {
            for name in names {
                self.meanings.get_mut(&name).map(SmallVec::pop);
            }
        }
    }

    /// Marks the scope at hand as that of a function or closure, for [`Self::hoist`] and [`Self::lookup_within`].
    #[must_use]
    pub fn floor(&self) -> Floor {
        Floor { depth: self.names.len().saturating_sub(1) }
    }

    /// A named local, in scope until the function or closure of `floor` ends, however many blocks are open.
    pub fn hoist(&mut self, floor: Floor, name: Symbol, ty: TypeRef, span: Span) -> LocalId {
        let id = self.local(Some(name), ty, span);
        if let Some(own) = self.names.get_mut(floor.depth) {
            own.push(name);
            let meanings = self.meanings.entry(name).or_default();
            let at = meanings.partition_point(|(depth, _)| *depth < floor.depth);
            meanings.insert(at, (floor.depth, id));
        }
        id
    }

    /// The local that a name means, if the function or closure of `floor` declares it.
    #[must_use]
    pub fn lookup_within(&self, floor: Floor, name: Symbol) -> Option<LocalId> {
        self.meanings.get(&name)?.last().filter(|(depth, _)| *depth >= floor.depth).map(|(_, id)| *id)
    }

    /// A name for a local that is in scope already.
    pub fn rename(&mut self, name: Symbol, local: LocalId) {
        let depth = self.names.len().saturating_sub(1);
        if let Some(names) = self.names.last_mut() {
            names.push(name);
            self.meanings.entry(name).or_default().push((depth, local));
        }
    }

    /// A local's declared type.
    #[must_use]
    pub fn type_of(&self, local: LocalId) -> Option<&TypeRef> {
        self.locals.get(local.index()).map(|local| &local.ty)
    }

    /// Makes a local the next parameter.
    pub fn parameter(&mut self, local: LocalId, variadic: bool, attributes: Vec<Attribute>) {
        self.parameters.push(Parameter { local, variadic, attributes });
    }

    /// Makes a local the receiver.
    pub fn receiver(&mut self, local: LocalId) {
        self.receiver = Some(local);
    }

    /// Sets a local's type where it becomes known later than the local.
    pub fn set_type(&mut self, local: LocalId, ty: TypeRef) {
        if let Some(local) = self.locals.get_mut(local.index()) {
            local.ty = ty;
        }
    }

    /// Appends a statement to the innermost open block.
    pub fn emit(&mut self, stmt: Stmt) {
        if let Some(block) = self.blocks.last_mut() {
            block.push(stmt);
        }
    }

    /// `destination = value`.
    pub fn assign(&mut self, destination: Place, value: Rvalue, span: Span) {
        self.emit(Stmt::Assign { destination, value, span });
    }

    /// `local = value`.
    pub fn assign_local(&mut self, local: LocalId, value: Rvalue, span: Span) {
        self.assign(Place::local(local), value, span);
    }

    /// Gives a value a temporary of its own.
    pub fn temporary(&mut self, value: Rvalue, span: Span) -> Operand {
        let local = self.local(None, TypeRef::default(), span);
        self.assign_local(local, value, span);
        Operand::Place(Place::local(local), span)
    }

    /// A local as a value.
    #[must_use]
    pub fn read(local: LocalId, span: Span) -> Operand {
        Operand::Place(Place::local(local), span)
    }

    /// A member of a value. Beyond [`Place::MAX_PATH`] it is the cut place as a whole.
    pub fn member(&mut self, value: Operand, selector: Selector, span: Span) -> Operand {
        let mut place = match value {
            Operand::Place(place, _) => place,
            other => match self.temporary(Rvalue::Use(other), span) {
                Operand::Place(place, _) => place,
                other => return other,
            },
        };
        if place.path.len() < Place::MAX_PATH {
            place.path.push(selector);
        }
        Operand::Place(place, span)
    }

    /// Opens a block and a scope.
    pub fn open_block(&mut self) {
        self.blocks.push(Vec::new());
        self.scopes.push(self.names.len());
        self.names.push(Vec::new());
    }

    /// Closes the innermost block and its scope.
    pub fn close_block(&mut self) -> Block {
        if let Some(open) = self.scopes.pop() {
            self.close_scopes(open);
        }
        let block = if self.blocks.len() > 1 { self.blocks.pop() } else { self.blocks.last_mut().map(std::mem::take) };
        Block(block.unwrap_or_default())
    }

    /// Opens a scope of names without a block: its statements go to the innermost open block.
    pub fn open_scope(&mut self) -> usize {
        self.names.push(Vec::new());
        self.names.len() - 1
    }

    /// Closes a scope opened with [`Self::open_scope`].
    pub fn close_scope(&mut self, scope: usize) {
        self.close_scopes(scope);
    }

    /// Makes a closure of a body closed with [`Self::close_block`].
    pub fn closure(&mut self, parameters: Vec<LocalId>, body: Block, span: Span) -> Operand {
        let id = ClosureId::from_index(self.closures.len());
        self.closures.push(Closure { parameters, body, span });
        Operand::Closure(id, span)
    }

    /// Returns a value.
    pub fn returns(&mut self, value: Option<Operand>, span: Span) {
        self.emit(Stmt::Return { value, span });
    }

    fn finish(mut self, header: FunctionHeader, module: Vec<Symbol>, in_test: bool) -> Function {
        while self.blocks.len() > 1 {
            let inner = self.close_block();
            if let Some(outer) = self.blocks.last_mut() {
                outer.extend(inner.0);
            }
        }
        let body = Block(self.blocks.pop().unwrap_or_default());
        Function {
            name: header.name,
            owner: header.owner,
            implements: header.implements,
            module,
            role: header.role,
            receiver: self.receiver,
            parameters: self.parameters,
            result: header.result,
            locals: self.locals,
            closures: self.closures,
            body,
            attributes: header.attributes,
            doc: header.doc,
            span: header.span,
            extent: header.extent,
            in_test,
        }
    }
}

impl Argument {
    /// A positional argument.
    #[must_use]
    pub fn plain(value: Operand) -> Self {
        Self { name: None, value, style: None, spread: false }
    }

    /// A keyword argument or structured key.
    #[must_use]
    pub fn named(name: Symbol, value: Operand) -> Self {
        Self { name: Some(name), value, style: None, spread: false }
    }
}

impl Call {
    /// A call without type arguments.
    #[must_use]
    pub fn new(callee: Callee, arguments: Vec<Argument>, span: Span, name_span: Span) -> Self {
        Self { callee, arguments, type_arguments: Vec::new(), span, name_span }
    }

    /// As a value.
    #[must_use]
    pub fn into_rvalue(self) -> Rvalue {
        Rvalue::Call(Box::new(self))
    }
}

impl Place {
    /// A global as a whole.
    #[must_use]
    pub fn global(path: Vec<Symbol>) -> Self {
        Self { base: Base::Global(path), path: SmallVec::new() }
    }
}

impl TypeRef {
    /// A type with its text.
    #[must_use]
    pub fn new(text: Symbol, shape: super::TypeShape) -> Self {
        Self { text, shape }
    }

    /// A named type without arguments.
    #[must_use]
    pub fn named(name: Symbol) -> Self {
        Self { text: name, shape: super::TypeShape::Named(vec![name], Vec::new()) }
    }
}

impl Field {
    /// The same field, of a variant.
    #[must_use]
    pub fn of_variant(mut self, variant: Option<Symbol>) -> Self {
        self.variant = variant;
        self
    }
}
