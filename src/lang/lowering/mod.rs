//! What front ends over tree-sitter share: one walk that lowers a tree to the IR by a table of the language.
//!
//! # How to write a language
//!
//! 1. A module `lang::NAME` behind its feature, with a [`Table`] in a `LazyLock`: one row for each kind of node that means
//!    something, `("if_statement", Op::If, "condition consequence alternative")`. [`Op`] says what there is and which parts each
//!    needs; `table` says how parts are written. Kinds without a row become `Opaque`, counted, with the names in them as
//!    operands: aim at none for expressions. Keywords and signs need no rows.
//! 2. A type that implements [`Language`]: the table, the module path of a file, what names types have, which operators test,
//!    join or compute, where names are declared, what the receiver is called. Every method has a default that suits most.
//! 3. What is peculiar to the language is a function in the table: [`Op::Value`], [`Op::Statement`], [`Op::Type`]. It gets the
//!    [`Lowerer`] and the node and uses the same operations as the shared walk: [`Lowerer::expression`], [`Lowerer::statement`],
//!    [`Lowerer::bind`], [`Lowerer::assign_to`], [`Lowerer::block`], [`Lowerer::class`], [`Lowerer::function`],
//!    [`Lowerer::field`], [`Lowerer::import`], [`Lowerer::call_value`] …
//! 4. `Frontend` for it calls [`lower`]; its line goes into `FRONTENDS`, its models into `rules/models/NAME/`.
//!
//! # What the flow engine expects
//!
//! - `Type(arguments)`, `new Type(arguments)`, `Type.new(arguments)`: a call of the path `[Type]`. A function with the role
//!   `Constructor` and a receiver is the constructor; without one, keywords are fields and positions follow the fields' order.
//! - `module.function(x)` and `Type.method(x)`: a call of a path. [`Lowerer`] builds paths from names that are neither locals nor
//!   globals of the file; imports are expanded when the program is linked, so that models are found by the canonical path
//!   (`requests::post`).
//! - Fields that only constructors assign (`self.x = x`) are found by the walk and become fields of the class; initial values of
//!   fields run in a method `(fields)`.
//! - Code at the top of a file is a function named `(module)`; a name assigned once there is a global with an initialiser.

pub mod annotations;
mod calls;
mod classes;
mod composites;
mod control;
mod expressions;
mod functions;
mod loops;
mod modules;
mod patterns;
mod strings;
mod table;
mod types;

use std::cell::RefCell;

use rustc_hash::FxHashSet;

pub use self::calls::{MemberCall, member_name};
pub use self::classes::Preamble;
pub use self::expressions::{concatenation, position};
pub use self::functions::Parts;
pub use self::table::{Op, Row, Table};
pub use self::types::Known;

use super::syntax::{Node, Source};
use super::{Comment, Damage, Input, Lowered};
use crate::index::Symbol;
use crate::ir::builder::{Floor, UnitBuilder};
use crate::ir::{Attribute, Field, FunctionRole, LocalId, Operand, Rvalue, TypeDecl};
use crate::source::Span;

/// How deep syntax may nest before it is taken as a whole. Chains of calls, members and operators are no nesting.
const MAX_DEPTH: u32 = 80;

/// How many syntax errors of a file are told.
const MAX_DAMAGE: usize = 5;

/// What an operator does to what its operands tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Tells something about them: a comparison, a boolean that is no operand.
    Test,
    /// One of the two: `a || b`, `a ?? b`, `a ?: b`.
    Either,
    /// The right one, if the left allows: `a && b` where that gives an operand.
    Right,
    /// Texts one after the other, or a sum: a text if any operand is one.
    Add,
    /// Texts one after the other, or collections as one: a text if any operand is one.
    Join,
    /// Always a text.
    Concat,
    /// A template and what it is filled with: `"…%s" % values`.
    Fill,
    /// A method of the left one that bears the operator's name: `list << element`.
    Method,
    /// A number, a set, anything made of both.
    Compute,
}

/// The name of a method's receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// The first parameter, under its own name.
    FirstParameter,
    /// Declared by the language, under this name.
    Named(&'static str),
}

/// What a bare name means that no local and no import has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BareName {
    /// Something global.
    Global,
    /// In a method, a member of the receiver if the class declares one of that name.
    DeclaredMember,
    /// In a method, a member of the receiver.
    Member,
}

/// What the shared walk has to know about a language.
pub trait Language: Sync {
    /// The table.
    fn table(&self) -> &'static Table;

    /// The module that a file's path gives, outermost first.
    fn module(&self, path: &str) -> Vec<Symbol>;

    /// What a sign or word between two operands does.
    fn operator(&self, operator: &str) -> Operator {
        operators(operator)
    }

    /// A name introduced by assignment lives until the function ends, not the block.
    fn function_scope(&self) -> bool {
        false
    }

    /// A closure that assigns a name of the enclosing function assigns that function's local.
    fn closures_assign_outer(&self) -> bool {
        true
    }

    /// The receiver of methods.
    fn receiver(&self) -> Receiver {
        Receiver::Named("this")
    }

    /// What a bare name may mean.
    fn bare_name(&self) -> BareName {
        BareName::Global
    }

    /// Whether a field is read and written by calls: `user.email`, `user.email = x`. Then a bare name that the class declares as
    /// a method calls it.
    fn reads_call(&self) -> bool {
        false
    }

    /// `receiver.name(arguments)`, where that may mean something else than a call of the method.
    fn member_call(&self, lowerer: &mut Lowerer<'_>, call: MemberCall<'_>) -> Value {
        lowerer.call_method(call.receiver, call.name, call.arguments, call.types, call.node.span(), call.name_span)
    }

    /// Completes the parameters of a function, which are declared: their types where a comment says them, one that is not named.
    fn finish_parameters(&self, _lowerer: &mut Lowerer<'_>, _parts: &Parts<'_>) {}

    /// Fields that the members of a class declare otherwise than by a field's syntax. The class is at hand, its members not yet.
    fn class_members(&self, _lowerer: &mut Lowerer<'_>, _members: &[Node<'_>]) {}

    /// Whether the last statement of a function's body is its result.
    fn implicit_return(&self) -> bool {
        false
    }

    /// Whether more names may follow a path in a path: a class has members, a module has items.
    fn path_goes_on(&self, path: &[Symbol]) -> bool {
        !path.last().is_some_and(|last| last.as_str().starts_with(char::is_uppercase))
    }

    /// A bare name as a key of a map literal is the key's text, not a variable.
    fn bare_keys(&self) -> bool {
        true
    }

    /// A type of the language's library by its last name.
    fn known_type(&self, _name: &str) -> Option<Known> {
        None
    }

    /// The text of a documentation comment, signs left out; `None` if it documents nothing.
    fn doc_comment(&self, comment: &str) -> Option<String> {
        let inner =
            comment.strip_prefix("/**").and_then(|rest| rest.strip_suffix("*/")).or_else(|| comment.strip_prefix("///"))?;
        Some(strings::plain_comment(inner))
    }

    /// What part a method plays.
    fn role(&self, _name: &str, _owner: Symbol) -> FunctionRole {
        FunctionRole::Plain
    }

    /// Whether a method of this name is its class's constructor.
    fn is_constructor(&self, _name: &str) -> bool {
        false
    }

    /// Whether a constructor's parameter is a field too, as in `constructor(private email: string)`.
    fn is_parameter_property(&self, _parameter: Node<'_>) -> bool {
        false
    }

    /// The module that a call stands for, as in `require("./mail")`.
    fn imported_module(&self, _lowerer: &Lowerer<'_>, _call: Node<'_>) -> Option<Vec<Symbol>> {
        None
    }

    /// What is written like a call and is none: a conversion, an allocation.
    fn conversion(&self, _lowerer: &mut Lowerer<'_>, _call: Node<'_>) -> Option<Value> {
        None
    }

    /// Whether a parameter holds the value that the function is called on, as in `this User user`.
    fn is_receiver_parameter(&self, _parameter: Node<'_>) -> bool {
        false
    }

    /// Whether a method with these annotations is read like a field.
    fn is_getter(&self, _attributes: &[Attribute]) -> bool {
        false
    }

    /// The name under which a method is called with these arguments, where it is another than the one written.
    fn method_name(&self, _lowerer: &Lowerer<'_>, name: Node<'_>, _arguments: Option<Node<'_>>) -> Symbol {
        member_name(name)
    }

    /// Whether a call of this name stands for the receiver as its base class sees it: `super()`.
    fn base_call(&self, _name: &str) -> bool {
        false
    }

    /// A method of functions that calls them: `action.accept(x)`.
    fn invokes(&self, _method: &str) -> bool {
        false
    }

    /// A member that only measures its object: `text.length`.
    fn measures(&self, _name: &str) -> bool {
        false
    }

    /// A method whose keywords replace members in a copy of its receiver: `user.copy(email = x)`.
    fn copies(&self, _method: &str) -> bool {
        false
    }

    /// `$name` in a string is a value, and the grammar leaves the sign and the name to content.
    fn dollar_names(&self) -> bool {
        false
    }

    /// Whether a node in a list of parameters is one, and not the default value of one.
    fn is_parameter(&self, _node: Node<'_>) -> bool {
        true
    }

    /// Whether a function or class is test code, by its name and annotations.
    fn is_test(&self, _name: &str, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| matches!(attribute.name.as_str(), "Test" | "Fact" | "Theory" | "TestMethod" | "test"))
    }

    /// The content of a string literal, from the text between its quotes: escapes resolved.
    fn unescape(&self, content: &str) -> String {
        strings::unescape(content)
    }

    /// Whether a declaration of a name at the top of a file is one of a value, rather than of a function, class or module.
    fn declares_value(&self, _lowerer: &Lowerer<'_>, _declarator: Node<'_>) -> bool {
        true
    }

    /// What a file's root needs before the walk, for example a `package` clause.
    fn prepare(&self, _lowerer: &mut Lowerer<'_>, _root: Node<'_>) {}

    /// Completes a class whose fields and bases are known.
    fn finish_class(&self, _lowerer: &mut Lowerer<'_>, _class: &mut TypeDecl) {}
}

/// The operators that most languages share.
#[must_use]
pub fn operators(operator: &str) -> Operator {
    match operator {
        "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "<=>" | "<>" | "in" | "!in" | "not in" | "is" | "!is"
        | "is not" | "instanceof" | "=~" | "!~" | "&&" | "||" | "and" | "or" | "xor" => Operator::Test,
        "??" | "?:" => Operator::Either,
        "+" => Operator::Add,
        _ => Operator::Compute,
    }
}

/// A value that has a place already, or that is still to be stored.
#[derive(Debug)]
pub enum Value {
    /// Needs no computing.
    Operand(Operand),
    /// Is to be assigned to something.
    Rvalue(Rvalue),
}

impl Value {
    /// The value of what gives none.
    #[must_use]
    pub fn nothing(span: Span) -> Self {
        Self::Operand(nothing(span))
    }
}

/// The value of what gives none.
fn nothing(span: Span) -> Operand {
    Operand::Literal(Symbol::default(), span)
}

/// Whether an operand is what [`nothing`] gives.
fn is_nothing(operand: &Operand) -> bool {
    matches!(operand, Operand::Literal(text, _) if text.is_empty())
}

/// A class whose body is lowered.
#[derive(Debug)]
pub struct ClassScope {
    /// The declaration so far.
    pub declaration: TypeDecl,
    /// Names of its methods.
    pub methods: FxHashSet<Symbol>,
    /// Names of those that are read like fields, as far as they are lowered.
    getters: FxHashSet<Symbol>,
    /// Fields with initial values, for the method `(fields)`: name, start of the value in the source, place.
    values: Vec<Symbol>,
}

/// A function or closure whose body is lowered.
#[derive(Debug, Clone, Default)]
struct Frame {
    floor: Floor,
    /// Names that mean the enclosing function's local, or the module's global, even when assigned.
    outer_names: Vec<Symbol>,
}

/// The state of one file's lowering.
pub struct Lowerer<'l> {
    /// The unit in the making.
    pub unit: UnitBuilder,
    /// The file's path.
    pub path: &'l str,
    language: &'l dyn Language,
    table: &'static Table,
    /// How deep the walk is.
    depth: u32,
    /// A string literal, by its place, that gets this name when it is lowered.
    literal_name: Option<(u32, Symbol)>,
    /// Enclosing classes whose members are lowered.
    classes: Vec<ClassScope>,
    /// Directly in the body of a class: assignments are fields.
    in_class_body: bool,
    frames: Vec<Frame>,
    /// The receiver of the method at hand.
    receiver: Option<LocalId>,
    /// Names of the module's globals.
    globals: FxHashSet<Symbol>,
    /// Names that imports bring.
    imported: FxHashSet<Symbol>,
    /// What stands before the declaration at hand.
    pub preamble: Preamble,
    /// The form that the function at hand shows.
    pub form: FormScope,
    /// Members of the body at hand belong to the class itself: `companion object`.
    pub static_members: bool,
    /// What bare names in the closure at hand are members of, where it has a receiver of its own.
    lambda_receiver: Option<LocalId>,
}

/// Inputs of a form in the making.
#[derive(Debug, Default)]
pub struct FormScope {
    /// The inputs so far.
    pub fields: Vec<Field>,
    /// The text of a label whose input comes next.
    pub label: Option<Symbol>,
}

impl std::fmt::Debug for Lowerer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lowerer").field("unit", &self.unit).finish_non_exhaustive()
    }
}

thread_local! {
    /// One parser for each thread: making one costs more than parsing a small file.
    static PARSER: RefCell<Option<tree_sitter::Parser>> = const { RefCell::new(None) };
}

/// Parses a text; `None` only if the grammar cannot be loaded or the parser is in use.
#[must_use]
pub fn parse(grammar: &tree_sitter::Language, text: &str) -> Option<tree_sitter::Tree> {
    PARSER.with(|cell| {
        let mut slot = cell.try_borrow_mut().ok()?;
        let parser = slot.get_or_insert_with(tree_sitter::Parser::new);
        parser.set_language(grammar).ok()?;
        parser.parse(text, None)
    })
}

/// Lowers a file.
#[must_use]
pub fn lower(language: &dyn Language, input: &Input<'_>) -> Lowered {
    let table = language.table();
    let mut lowered = Lowered::default();
    let Some(tree) = parse(&table.grammar, input.text) else {
        lowered.damage.push(Damage { span: Span::default(), message: "the file could not be parsed".to_owned() });
        return lowered;
    };
    let source = Source::file(input.text);
    let root = Node::root(&tree, &source);
    survey(root, &mut lowered);
    let mut lowerer = Lowerer::new(language, input.path, language.module(input.path));
    language.prepare(&mut lowerer, root);
    lowerer.module_body(root);
    lowered.unit = lowerer.unit.finish();
    lowered.unit.free_names = true;
    lowered
}

/// Comments and the first syntax errors of a file.
fn survey(root: Node<'_>, lowered: &mut Lowered) {
    let damaged = root.has_error();
    root.walk(|node| {
        if node.is_extra() && node.is_named() && !node.is_error() {
            if node.kind_name().contains("comment") {
                lowered.comments.push(Comment { span: node.span(), alone: strings::stands_alone(node) });
            }
            return false;
        }
        if damaged && lowered.damage.len() < MAX_DAMAGE {
            // TypeScript's grammar reads `styled.div<Props>`…`` with a sign that nobody left out.
            if node.is_missing() && node.kind_name() == "!" {
                return true;
            }
            if node.is_missing() {
                lowered.damage.push(Damage { span: node.span(), message: format!("`{}` is missing here", node.kind_name()) });
            } else if node.is_error() {
                lowered.damage.push(Damage { span: node.span(), message: "the syntax is broken here".to_owned() });
            }
        }
        true
    });
}

impl<'l> Lowerer<'l> {
    fn new(language: &'l dyn Language, path: &'l str, module: Vec<Symbol>) -> Self {
        Self {
            path,
            unit: UnitBuilder::new(module),
            language,
            table: language.table(),
            depth: 0,
            literal_name: None,
            classes: Vec::new(),
            in_class_body: false,
            frames: Vec::new(),
            receiver: None,
            globals: FxHashSet::default(),
            imported: FxHashSet::default(),
            preamble: Preamble::default(),
            form: FormScope::default(),
            static_members: false,
            lambda_receiver: None,
        }
    }

    /// What a node is.
    #[must_use]
    pub fn row(&self, node: Node<'_>) -> &'static Row {
        self.table.row(node)
    }

    /// What a node is, without its parts.
    #[must_use]
    pub fn op(&self, node: Node<'_>) -> Op {
        self.table.row(node).op
    }

    /// A part of a node, as its row says.
    #[must_use]
    pub fn part<'t>(&self, node: Node<'t>, at: usize) -> Option<Node<'t>> {
        self.table.row(node).part(node, at)
    }

    /// Brings a name into the file.
    pub fn import(&mut self, path: Vec<Symbol>, alias: Option<Symbol>, span: Span) {
        self.imported.extend(alias);
        self.unit.import(path, alias, span);
    }

    /// The class whose body is lowered.
    #[must_use]
    pub fn owner(&self) -> Option<Symbol> {
        self.classes.last().map(|class| class.declaration.name)
    }

    /// The first base of the class whose body is lowered.
    #[must_use]
    pub fn base_of_owner(&self) -> Option<Symbol> {
        self.classes.last().and_then(|class| class.declaration.bases.first().copied())
    }

    /// Whether members of a class are lowered, and no code of theirs.
    #[must_use]
    pub fn in_class_body(&self) -> bool {
        self.in_class_body
    }

    /// What a comment documents with, if it does.
    #[must_use]
    pub fn documentation(&self, comment: Node<'_>) -> Option<String> {
        self.language.doc_comment(comment.text())
    }

    /// Runs `work` one level deeper; `None` where syntax nests too deep.
    pub fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        Some(done)
    }
}
