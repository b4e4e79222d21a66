//! The Rust front end: tree-sitter's tree to the IR in one walk.
//!
//! `items` lowers declarations, `expressions`, `control` and `patterns` bodies; `macros` parses the arguments of macros, which the
//! grammar leaves as tokens, as a fragment of its own. Recursion stops at [`MAX_DEPTH`]: what lies deeper is `Opaque` with the
//! names that occur in it.

mod attributes;
mod control;
mod expressions;
mod format;
mod items;
mod json;
mod kinds;
mod lexer;
mod macro_rules;
mod macros;
mod paths;
mod patterns;
mod schema_macro;
mod types;

use std::cell::RefCell;

use indexmap::IndexSet;
use rustc_hash::FxHashMap;

use super::syntax::{Node, Source};
use super::{Damage, FileName, Frontend, Input, Lowered};
use crate::index::Symbol;
use crate::ir::builder::UnitBuilder;
use crate::ir::{LocalId, TypeShape};
use crate::source::Span;

use self::kinds::{Kind, kind};

/// How deep syntax may nest before it is taken as a whole. A level takes up to 20 kB of stack without optimisation, and a
/// thread has 2 MB. Chains of methods and operators are no nesting.
const MAX_DEPTH: u32 = 90;

/// How many syntax errors of a file are told.
const MAX_DAMAGE: usize = 5;

/// The front end.
#[derive(Debug)]
pub struct Rust;

impl Frontend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        file.extension == "rs" || file.interpreter == "rust-script"
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        let module = paths::module_of(input.path);
        let mut lowered = Lowered { comments: lexer::comments(input.text), ..Lowered::default() };
        let Some(tree) = parse(input.text) else {
            lowered.damage.push(Damage { span: Span::default(), message: "the file could not be parsed".to_owned() });
            return lowered;
        };
        let source = Source::file(input.text);
        let root = Node::root(&tree, &source);
        if root.has_error() {
            lowered.damage = damage(root);
        }
        let mut lowerer = Lowerer::new(module.path, module.crate_depth);
        lowerer.items(root);
        lowered.unit = lowerer.finish();
        lowered
    }
}

thread_local! {
    /// Making a parser costs more than most macros' arguments take to parse.
    static PARSER: RefCell<Option<tree_sitter::Parser>> = const { RefCell::new(None) };
}

/// Parses a text; `None` only if the grammar cannot be loaded or the parser is in use.
fn parse(text: &str) -> Option<tree_sitter::Tree> {
    PARSER.with(|cell| {
        let mut slot = cell.try_borrow_mut().ok()?;
        if slot.is_none() {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&tree_sitter_rust::LANGUAGE.into()).ok()?;
            *slot = Some(parser);
        }
        slot.as_mut()?.parse(text, None)
    })
}

/// The first syntax errors of a file, those in macro arguments left out: they follow the macro's syntax, not Rust's.
fn damage(root: Node<'_>) -> Vec<Damage> {
    let mut found = Vec::new();
    root.walk(|node| {
        if found.len() >= MAX_DAMAGE || kind(node) == Kind::TokenTree || !node.has_error() && !node.is_missing() {
            return false;
        }
        if node.is_missing() {
            found.push(Damage { span: node.span(), message: format!("`{}` is missing here", node.kind_name()) });
            return false;
        }
        if node.is_error() {
            found.push(Damage { span: node.span(), message: "this is not Rust syntax".to_owned() });
            return false;
        }
        true
    });
    found
}

/// The state of one file's lowering.
#[derive(Debug)]
struct Lowerer {
    unit: UnitBuilder,
    /// How many leading segments of the module name the crate: what `crate::` stands for.
    crate_depth: usize,
    /// The type whose `impl` or trait whose body is lowered: what `Self` stands for.
    owner: Option<Symbol>,
    /// Type parameters in scope whose bounds tell what they are.
    type_parameters: Vec<(Symbol, TypeShape)>,
    depth: u32,
    /// A string literal, by its place, that gets this name when it is lowered.
    literal_name: Option<(u32, Symbol)>,
    /// Enclosing loops and labelled blocks: label and the local that `break` with a value assigns.
    loops: Vec<(Option<Symbol>, Option<LocalId>)>,
    /// `impl Trait for Type` met, to be added to the types' bases.
    implementations: Vec<(Symbol, Symbol)>,
    /// Metavariables of the macro whose arm is lowered; items named by one are no declarations.
    metavariables: Vec<Symbol>,
}

impl Lowerer {
    fn new(module: Vec<Symbol>, crate_depth: usize) -> Self {
        Self {
            unit: UnitBuilder::new(module),
            crate_depth,
            owner: None,
            type_parameters: Vec::new(),
            depth: 0,
            literal_name: None,
            loops: Vec::new(),
            implementations: Vec::new(),
            metavariables: Vec::new(),
        }
    }

    fn finish(mut self) -> crate::ir::Unit {
        let mut implemented: FxHashMap<Symbol, IndexSet<Symbol>> = FxHashMap::default();
        for (owner, interface) in std::mem::take(&mut self.implementations) {
            implemented.entry(owner).or_default().insert(interface);
        }
        for declaration in self.unit.types_mut() {
            let derived = declaration.bases.len();
            for interface in implemented.get(&declaration.name).into_iter().flatten() {
                if !declaration.bases.get(..derived).is_some_and(|derived| derived.contains(interface)) {
                    declaration.bases.push(*interface);
                }
            }
        }
        self.unit.finish()
    }
}
