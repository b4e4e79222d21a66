//! The neutral intermediate representation that every front end lowers to and every later stage reads.
//!
//! A file becomes a [`Unit`]: type declarations (a struct, table, form and message are all a [`TypeDecl`]) and functions. A
//! function body is a tree of [`Block`]s of three-address [`Stmt`]s: every intermediate value has a local of its own, so that
//! no later stage needs recursion over expressions. There is no goto: branches join, loops iterate. What a front end cannot
//! express becomes [`Rvalue::Opaque`], which keeps its operands and is counted.
//!
//! The IR names no language. A difference between languages is lowered away by the front end.

pub mod builder;
pub mod printer;
pub mod rows;
pub mod schema;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::index::Symbol;
use crate::source::Span;

crate::typed_id! {
    /// A local variable, parameter or temporary of one function.
    LocalId
}
crate::typed_id! {
    /// A function of one unit.
    FunctionId
}
crate::typed_id! {
    /// A closure of one function.
    ClosureId
}

/// One lowered file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Unit {
    /// The module path that the file's own path and declarations give, e.g. `["api", "accounts"]`; outermost first.
    pub module: Vec<Symbol>,
    /// Declared types, in source order, nested ones included.
    pub types: Vec<TypeDecl>,
    /// Functions, methods, project macros and initialisers of globals, in source order.
    pub functions: Vec<Function>,
    /// Names brought into scope.
    pub imports: Vec<Import>,
    /// Constants, statics, module-level variables.
    pub globals: Vec<Global>,
    /// String literals that may hold personal data or SQL, with the place of their content.
    pub strings: Vec<StringLiteral>,
    /// A name that nothing declares may be a variable of code that is not seen, as in languages that declare none.
    pub free_names: bool,
    /// How much could not be expressed.
    pub counts: LoweringCounts,
}

/// How much of a file was lowered, for the honesty of reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoweringCounts {
    /// Expression nodes seen.
    pub expressions: u32,
    /// Of these, lowered to [`Rvalue::Opaque`].
    pub opaque: u32,
}

/// A name brought into scope: `use a::b as c`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The path as written, outermost first, with `self`/`super`/`crate` resolved against the unit's module where possible.
    pub path: Vec<Symbol>,
    /// The name in this file; `None` for a glob import.
    pub alias: Option<Symbol>,
    /// The module in whose scope the import stands: the unit's, or one declared within its file. Outermost first.
    pub scope: Vec<Symbol>,
    /// Where.
    pub span: Span,
}

/// A module-level value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Global {
    /// Module path and name, e.g. `["config", "SMS_URL"]`.
    pub path: Vec<Symbol>,
    /// Declared type.
    pub ty: TypeRef,
    /// The function (without parameters) that computes the value and returns it.
    pub initializer: Option<FunctionId>,
    /// Place of the name.
    pub span: Span,
}

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringLiteral {
    /// The content, escapes resolved.
    pub text: Symbol,
    /// Place of the content (without quotes).
    pub span: Span,
    /// The name that the literal is assigned to or passed as, where there is one; e.g. the field, variable or map key.
    pub name: Option<Symbol>,
    /// The literal stands in test code.
    pub in_test: bool,
}

// ---------------------------------------------------------------------------------------------------------------- types

/// What a declaration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeKind {
    /// A struct, class, record.
    Struct,
    /// A sum type; its payload fields are fields named `Variant.field` in `container` terms, see [`Field::variant`].
    Enum,
    /// An interface, trait or protocol.
    Interface,
    /// A database table.
    Table,
    /// A view; its columns carry what they select.
    View,
    /// A message of an API or message schema.
    Message,
    /// A form.
    Form,
    /// Another name for a type, or a newtype; the aliased type is the only field's type.
    Alias,
}

/// A declared container of fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypeDecl {
    /// Simple name, e.g. `User`; for SQL as written without quotes, schema-qualified where the source is.
    pub name: Symbol,
    /// Module path within the program, outermost first (without the name).
    pub module: Vec<Symbol>,
    /// What it is.
    pub kind: TypeKind,
    /// Fields in source order.
    pub fields: Vec<Field>,
    /// Base classes, implemented interfaces and derived traits, by name as written.
    pub bases: Vec<Symbol>,
    /// Annotations, attributes, decorators: name and the text of the arguments.
    pub attributes: Vec<Attribute>,
    /// Doc comment or SQL comment.
    pub doc: Option<Symbol>,
    /// What printing a whole value for people and for debugging shows.
    pub formatting: Formatting,
    /// Place of the name.
    pub span: Span,
    /// Place of the whole declaration.
    pub extent: Span,
    /// Declared in test code.
    pub in_test: bool,
}

/// Whether a value as a whole can be printed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Formatting {
    /// Printing for debugging shows every field (a derived or default formatter).
    pub debug_shows_fields: bool,
    /// Printing for people shows every field too.
    pub display_shows_fields: bool,
    /// Serialising shows every field that is not [`Field::skip_serialize`].
    pub serializes_fields: bool,
    /// Any value can be printed, whether or not a formatter is written for it; what shows then is said above.
    pub prints_anyway: bool,
}

/// An annotation on a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name as written, e.g. `serde` or `diesel`.
    pub name: Symbol,
    /// Text of the arguments, without the outer parentheses; empty if there are none.
    pub arguments: Symbol,
    /// Where.
    pub span: Span,
}

/// A field, column, property.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Field {
    /// Name as written, without quotes; a tuple field has its position (`0`).
    pub name: Symbol,
    /// Declared type.
    pub ty: TypeRef,
    /// The enum variant that the field belongs to.
    pub variant: Option<Symbol>,
    /// The name in serialised form where it differs (`#[serde(rename = "...")]`, a JSON tag).
    pub serialized_name: Option<Symbol>,
    /// Texts that say what the field holds: doc comments, SQL comments, labels.
    pub labels: Vec<Symbol>,
    /// Annotations.
    pub attributes: Vec<Attribute>,
    /// Left out when the value is serialised.
    pub skip_serialize: bool,
    /// A value must be given: `NOT NULL`, not optional.
    pub required: bool,
    /// Part of the primary key.
    pub primary_key: bool,
    /// The container that a foreign key points at.
    pub references: Option<Symbol>,
    /// Literal default, without quotes.
    pub default: Option<Symbol>,
    /// Place of the name.
    pub span: Span,
}

impl Field {
    /// A field with a name and a type and nothing else known.
    #[must_use]
    pub fn new(name: Symbol, ty: TypeRef, span: Span) -> Self {
        Self {
            name,
            ty,
            variant: None,
            serialized_name: None,
            labels: Vec::new(),
            attributes: Vec::new(),
            skip_serialize: false,
            required: false,
            primary_key: false,
            references: None,
            default: None,
            span,
        }
    }
}

/// A type as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct TypeRef {
    /// The type as written, for people; empty if none is.
    pub text: Symbol,
    /// What it is.
    pub shape: TypeShape,
}

/// The structure of a type, with each language's spelling lowered away.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TypeShape {
    /// Not written, or inferred.
    #[default]
    Unknown,
    /// Text of any kind.
    Text,
    /// A whole number.
    Integer,
    /// A fraction, money.
    Decimal,
    /// True or false.
    Boolean,
    /// A date, time or both; durations too.
    Time,
    /// Bytes, blobs.
    Bytes,
    /// A UUID or other opaque identifier type.
    Identifier,
    /// A network address.
    NetworkAddress,
    /// Free structured data: JSON, XML.
    Document,
    /// A declared set of values.
    Enumeration,
    /// A named type: the path as written (`["chrono", "DateTime"]`) and its arguments.
    Named(Vec<Symbol>, Vec<TypeRef>),
    /// A value that may be absent, borrowed, boxed, shared or locked: transparent for what it holds.
    Wrapper(Box<TypeRef>),
    /// A list, set, slice, stream.
    List(Box<TypeRef>),
    /// A map: key, value.
    Map(Box<TypeRef>, Box<TypeRef>),
    /// Several values.
    Tuple(Vec<TypeRef>),
    /// A function: what it returns.
    Function(Box<TypeRef>),
    /// Success or failure: only the success value carries data on.
    Fallible(Box<TypeRef>, Option<Box<TypeRef>>),
}

impl TypeRef {
    /// The type without wrappers, `Fallible` included: what a value of it gives once it is there.
    #[must_use]
    pub fn peel(&self) -> &Self {
        let mut ty = self;
        // Nesting is bounded by the front ends' depth limit; the loop needs no stack.
        while let TypeShape::Wrapper(inner) | TypeShape::Fallible(inner, _) = &ty.shape {
            ty = inner;
        }
        ty
    }

    /// The element type of a list or the value type of a map, after [`Self::peel`].
    #[must_use]
    pub fn element(&self) -> Option<&Self> {
        match &self.peel().shape {
            TypeShape::List(inner) | TypeShape::Map(_, inner) => Some(inner),
            _ => None,
        }
    }

    /// The last segment of a named type's path, after [`Self::peel`].
    #[must_use]
    pub fn head(&self) -> Option<Symbol> {
        match &self.peel().shape {
            TypeShape::Named(path, _) => path.last().copied(),
            _ => None,
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ functions

/// What part a function plays for values of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum FunctionRole {
    /// None in particular.
    #[default]
    Plain,
    /// Makes a value of its owner.
    Constructor,
    /// Writes the owner for people; the text goes into the first parameter after the receiver, or is returned.
    Display,
    /// Writes the owner for debugging.
    Debug,
    /// Serialises the owner.
    Serialize,
    /// Reads like a field: a property.
    Getter,
    /// Converts one parameter into the owner or another type; called implicitly.
    Convert,
    /// A macro of the project: its parameters are its metavariables, matched by count.
    Macro,
    /// Computes a global's value.
    Initializer,
}

impl FunctionRole {
    /// Whether the function writes its owner: for people, for debugging, in serialised form.
    #[must_use]
    pub fn shows(self) -> bool {
        matches!(self, Self::Display | Self::Debug | Self::Serialize)
    }
}

/// A function, method or project macro.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Function {
    /// Simple name.
    pub name: Symbol,
    /// The type that owns it (`impl Owner`, `class Owner`), simple name.
    pub owner: Option<Symbol>,
    /// The trait or interface that the implementation belongs to, simple name.
    pub implements: Option<Symbol>,
    /// Module path within the program, outermost first.
    pub module: Vec<Symbol>,
    /// What part it plays.
    pub role: FunctionRole,
    /// The receiver's local, if it is a method.
    pub receiver: Option<LocalId>,
    /// Parameters without the receiver.
    pub parameters: Vec<Parameter>,
    /// Declared result.
    pub result: TypeRef,
    /// All locals, those of closures included.
    pub locals: Vec<Local>,
    /// Closures and nested functions; they share the function's locals, so that captures need no special treatment.
    pub closures: Vec<Closure>,
    /// What it does.
    pub body: Block,
    /// Annotations (`#[get("/path")]`, `@app.route`).
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Symbol>,
    /// Place of the name.
    pub span: Span,
    /// Place of the whole function.
    pub extent: Span,
    /// Test code.
    pub in_test: bool,
}

/// A parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parameter {
    /// The local that holds it. A pattern parameter is destructured by statements at the head of the body.
    pub local: LocalId,
    /// Takes all further arguments.
    pub variadic: bool,
    /// Annotations.
    pub attributes: Vec<Attribute>,
}

/// A local variable, parameter or temporary.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Local {
    /// Name as written; `None` for a temporary.
    pub name: Option<Symbol>,
    /// Declared type.
    pub ty: TypeRef,
    /// Place of the name, or of the expression for a temporary.
    pub span: Span,
}

/// A closure, lambda or nested function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Closure {
    /// Parameters, locals of the enclosing function.
    pub parameters: Vec<LocalId>,
    /// The body; its value is given by [`Stmt::Return`].
    pub body: Block,
    /// Where.
    pub span: Span,
}

/// Statements in order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Block(pub Vec<Stmt>);

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Stmt {
    /// `destination = value`.
    Assign {
        /// What is written. A bare local is overwritten; a longer place is added to.
        destination: Place,
        /// What it gets.
        value: Rvalue,
        /// The expression.
        span: Span,
    },
    /// One of the arms runs, or none if not `exhaustive`. Conditions were evaluated before; they carry no value.
    Branch {
        /// What decides, where it is a value: for consent guards.
        condition: Option<Operand>,
        /// The alternatives.
        arms: Vec<Block>,
        /// Whether one of the arms always runs.
        exhaustive: bool,
        /// The statement.
        span: Span,
    },
    /// Runs any number of times.
    Loop {
        /// The body.
        body: Block,
        /// The statement.
        span: Span,
    },
    /// Leaves the function (or closure) with a value.
    Return {
        /// The value.
        value: Option<Operand>,
        /// The statement.
        span: Span,
    },
    /// Raises an exception or returns an error with a value.
    Throw {
        /// What is raised.
        value: Operand,
        /// The statement.
        span: Span,
    },
    /// Leaves the innermost loop iteration or loop.
    Leave,
    /// A protected body with handlers, then what always runs.
    Try {
        /// The body.
        body: Block,
        /// The handlers.
        handlers: Vec<Block>,
        /// What always runs.
        finally: Block,
    },
}

/// A storage location: a base and a path of fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Where it starts.
    pub base: Base,
    /// Fields from there; front ends cut it at [`Place::MAX_PATH`].
    pub path: SmallVec<[Selector; 2]>,
}

impl Place {
    /// The longest path that is kept; further fields are read from the cut place as a whole.
    pub const MAX_PATH: usize = 4;

    /// A local as a whole.
    #[must_use]
    pub fn local(id: LocalId) -> Self {
        Self { base: Base::Local(id), path: SmallVec::new() }
    }
}

/// Where a place starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Base {
    /// A local.
    Local(LocalId),
    /// Something named by a path that is not a local: a constant, static, enum variant, function, module member.
    Global(Vec<Symbol>),
}

/// One step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Selector {
    /// A field, property or tuple position.
    Field(Symbol),
    /// A constant key of a map or index of a list.
    Key(Symbol),
    /// Some element.
    Element,
}

/// A value that needs no computing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operand {
    /// What a place holds.
    Place(Place, Span),
    /// Text.
    Text(Symbol, Span),
    /// A number, boolean, character or null, as written.
    Literal(Symbol, Span),
    /// A closure of this function.
    Closure(ClosureId, Span),
}

impl Operand {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Place(_, span) | Self::Text(_, span) | Self::Literal(_, span) | Self::Closure(_, span) => *span,
        }
    }
}

/// How a value is put into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Style {
    /// For people: `{}`, `toString`.
    Display,
    /// For debugging: `{:?}`, `repr`, default object printing.
    Debug,
}

/// A part of a built text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextPart {
    /// Constant text.
    Text(Symbol),
    /// A value.
    Value(Operand, Style),
}

/// What a composite value is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AggregateKind {
    /// A value of a named type: `User { .. }`, `Some(x)`, `Variant { .. }`; the path as written.
    Named(Vec<Symbol>),
    /// A tuple.
    Tuple,
    /// A list or set.
    List,
    /// A map, dictionary or object literal.
    Map,
}

/// What is assigned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Rvalue {
    /// The value itself; also `await`, `?`, casts to wrappers, references.
    Use(Operand),
    /// A call.
    Call(Box<Call>),
    /// A composite, with its members and the value whose remaining members it takes over (struct update, spread).
    Aggregate {
        /// What it is.
        kind: AggregateKind,
        /// Members.
        members: Vec<(Selector, Operand)>,
        /// Values spread into it.
        spread: Vec<Operand>,
    },
    /// A text built from parts: interpolation, format call, concatenation.
    Format(Vec<TextPart>),
    /// One of several values: the result of `a ?? b`, `a || b`.
    Choice(Vec<Operand>),
    /// Tells something about the operands without carrying them: comparison, length of a range, negation, `is_some`.
    Test(Vec<Operand>),
    /// Arithmetic and bit operations.
    Compute(Vec<Operand>),
    /// A cast to a type.
    Cast(Operand, TypeRef),
    /// The IR cannot express it; the operands are kept.
    Opaque {
        /// The syntax node kind, for the count and the printer.
        what: Symbol,
        /// What goes in.
        operands: Vec<Operand>,
    },
}

/// Who is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Callee {
    /// A path as written, except that `crate`, `self`, `super` and `Self` are resolved to the module or type they stand for:
    /// `mail::send`, `User::new`. Imports are resolved by `link`.
    Path(Vec<Symbol>),
    /// A method on a value.
    Method {
        /// The receiver.
        receiver: Operand,
        /// The method.
        name: Symbol,
    },
    /// A macro by its path, without the `!`.
    Macro(Vec<Symbol>),
    /// A value that is called: a closure in a local, a callback parameter.
    Value(Operand),
}

/// A call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// Who is called.
    pub callee: Callee,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// Explicit type arguments (`collect::<Vec<_>>`).
    pub type_arguments: Vec<TypeRef>,
    /// The whole call, receiver chain included.
    pub span: Span,
    /// The name that is called: where a reader looks for the call in a chain.
    pub name_span: Span,
}

/// An argument.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Argument {
    /// Keyword or structured key (`email = %user.email`).
    pub name: Option<Symbol>,
    /// The value.
    pub value: Operand,
    /// How the callee prints it, where the syntax says so (`%x`, `?x`, `{:?}`).
    pub style: Option<Style>,
    /// Spread: the members become arguments.
    pub spread: bool,
}
