//! The table of a language: what each kind of node is, and where its parts are.
//!
//! A row reads `("call", Op::Call, "function arguments")`: kinds (several may share a row), what they are, and the parts that
//! the [`Op`] asks for, in its order. A part is
//!
//! - `name`: the child in the field `name`;
//! - `0`, `1`, `-1`: the named child at that position, from the end if negative;
//! - `:kind`: the first child of that kind, signs and keywords included;
//! - `-`: there is none;
//! - `a|b`: the first of several that is there.
//!
//! A kind in single quotes, `'this'`, is a word of the grammar rather than a rule.
//!
//! Kinds and fields are resolved to the grammar's numbers once. [`Table::unknown`] lists what the grammar does not have, for the
//! test that every language has.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{Lowerer, Value};
use crate::ir::TypeKind;
use crate::lang::syntax::{Node, Nodes};

/// What a kind of node is. After the dash: its parts.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    /// Not known: lowered as `Opaque`, with the values in it as operands.
    Opaque,
    /// Nothing: `pass`, `;`, a declaration without meaning for data.
    Skip,
    /// Statements in order: a file, a block. As a value, the last one's.
    Sequence,
    /// Stands for the value inside — the inner node (its first child if not said): parentheses, `await`, `&x`, an expression
    /// statement.
    Inner,

    // Declarations.
    /// A class, struct, record — name, bases, body, parameters of a primary constructor.
    Class(TypeKind),
    /// A function or method — name, parameters, body, result type. Within a function, a closure under its name.
    Function,
    /// A constructor, as [`Op::Function`]; the name may be missing.
    Constructor,
    /// A field — name, type, value. Several names: give the node that repeats (`variable_declarator`) as its own row
    /// [`Op::Declarator`] and this row as [`Op::Declaration`].
    Field,
    /// A local, global or field declaration around [`Op::Declarator`]s — type.
    Declaration,
    /// One name of an [`Op::Declaration`] — name or pattern, value, type.
    Declarator,
    /// A member of an enum — name, and a body or arguments.
    Variant,
    /// A parameter — name or pattern, type, default.
    Parameter,
    /// A parameter that takes all further arguments — name, type.
    Rest,
    /// `@name(arguments)` before or in a declaration — name, arguments.
    Annotation,
    /// Modifiers of a declaration; annotations may be among them.
    Modifiers,

    // Values.
    /// An identifier.
    Name,
    /// `this`, `self`.
    This,
    /// `super`, `base`, `parent`.
    Super,
    /// A string with or without interpolation: children are [`Op::Content`], [`Op::Escape`], [`Op::Interpolation`]; without
    /// such children, the text between its quotes.
    Text,
    /// Constant text in a string.
    Content,
    /// An escape sequence in a string.
    Escape,
    /// A value in a string — the value (its first child if not said).
    Interpolation,
    /// A number, boolean, null.
    Literal,
    /// `object.name` — object, name.
    Member,
    /// `@name`: a member of the receiver, written with a sign before its name.
    Own,
    /// `object[index]` — object, index (the children after the object if not said).
    Index,
    /// `function(arguments)` — function, arguments, type arguments, further closure argument.
    Call,
    /// `object.name(arguments)` where the grammar has one node for it — object, name, arguments, further closure argument.
    MethodCall,
    /// `new Type(arguments)` — type, arguments, initialiser.
    New,
    /// An argument in a wrapper of its own — value, keyword.
    Argument,
    /// `name = value` among arguments — name, value.
    Keyword,
    /// `*values`, `...values` among arguments, elements, members — the value.
    Spread,
    /// `left operator right` — left, operator, right. [`super::Language::operator`] says what the operator does.
    Binary,
    /// `operator operand` — operator, operand. `!`, `not` and such give a test, signs a number, the others what they stand before.
    Unary,
    /// Tells something about its children without carrying them.
    Test,
    /// A number made of its children.
    Compute,
    /// `left = right` — left, right, declared type. Within a class body, a field.
    Assign,
    /// `left += right` — left, operator, right.
    Augment,
    /// `condition ? consequence : alternative` — condition, consequence, alternative.
    Ternary,
    /// A list, set or array of its children.
    List,
    /// A tuple of its children; as a target, destructuring by position.
    Tuple,
    /// An object, map or dictionary of [`Op::Pair`]s, [`Op::Spread`]s and names; as a target, destructuring by name.
    Map,
    /// `key: value` — key, value.
    Pair,
    /// `left = default` in a pattern — left, default.
    Default,
    /// A cast — value, type.
    Cast,
    /// A lambda, block, anonymous function — parameters, body.
    Lambda,

    // Control flow.
    /// `if` — condition, consequence, alternative, what runs before the condition; [`Op::Elif`] and [`Op::Else`] children are
    /// further arms.
    If,
    /// A further condition of an `if` — condition, body.
    Elif,
    /// What runs otherwise — body (all children if not said).
    Else,
    /// A loop with a condition — condition, body.
    While,
    /// `for (a; b; c)` — initialiser, condition, update, body.
    For,
    /// `for x in xs` — pattern, iterated value, body, and a pattern for the key or index.
    Each,
    /// `switch`, `match`, `when` — subject, body, what runs before the subject. [`Op::Case`]s are its children or its body's.
    Switch,
    /// One way of a switch — pattern, guard, body (the children after the pattern if not said).
    Case,
    /// A protected block — body; [`Op::Catch`], [`Op::Else`], [`Op::Finally`] are its children.
    Try,
    /// A handler — bound name, body, type.
    Catch,
    /// What always runs — body.
    Finally,
    /// Statements that hold resources — resources, body.
    With,
    /// `return` — value.
    Return,
    /// `throw`, `raise` — value.
    Throw,
    /// `yield` — value.
    Yield,
    /// `break`, `continue`.
    Leave,

    // Types.
    /// A type by its name or path.
    TypeName,
    /// `Name<Arguments>` — name, arguments (a list, or the children after the name).
    TypeGeneric,
    /// A list or array — element.
    TypeList,
    /// May be absent, or is a pointer — inner.
    TypeOptional,
    /// A union: the first alternative that is not null.
    TypeUnion,
    /// A function — result.
    TypeFunction,
    /// A map — key, value.
    TypeMap,

    /// Peculiar to the language: a value.
    Value(fn(&mut Lowerer<'_>, Node<'_>) -> Value),
    /// Peculiar to the language: a statement or declaration.
    Statement(fn(&mut Lowerer<'_>, Node<'_>)),
    /// Peculiar to the language: a type.
    Type(fn(&mut Lowerer<'_>, Node<'_>) -> crate::ir::TypeShape),
}

/// Where a part of a node is.
#[derive(Debug, Clone, Copy)]
enum Part {
    Field(u16),
    Nth(usize),
    FromEnd(usize),
    Kind(&'static str),
}

/// What a kind of node is and where its parts are.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is.
    pub op: Op,
    parts: SmallVec<[SmallVec<[Part; 1]>; 4]>,
}

impl Row {
    /// A part of a node of this row.
    #[must_use]
    pub fn part<'t>(&self, node: Node<'t>, at: usize) -> Option<Node<'t>> {
        let alternatives = self.parts.get(at)?;
        alternatives.iter().find_map(|part| match part {
            Part::Field(field) => node.field(*field),
            Part::Nth(0) => node.first(),
            Part::Nth(at) => node.children().get(*at).copied(),
            Part::FromEnd(at) => {
                let children = node.children();
                children.len().checked_sub(*at).and_then(|at| children.get(at)).copied()
            }
            Part::Kind(kind) => node.tokens().into_iter().find(|child| child.kind_name() == *kind),
        })
    }

    /// All nodes of a part whose field repeats.
    #[must_use]
    pub fn all<'t>(&self, node: Node<'t>, at: usize) -> Nodes<'t> {
        let Some(alternatives) = self.parts.get(at) else { return Nodes::new() };
        for part in alternatives {
            let found = match part {
                Part::Field(field) => node.all(*field),
                Part::Kind(kind) => node.tokens().into_iter().filter(|child| child.kind_name() == *kind).collect(),
                Part::Nth(_) | Part::FromEnd(_) => self.part(node, at).into_iter().collect(),
            };
            if !found.is_empty() {
                return found;
            }
        }
        Nodes::new()
    }

    /// Whether the row says where a part is.
    #[must_use]
    pub fn says(&self, at: usize) -> bool {
        self.parts.get(at).is_some_and(|part| !part.is_empty())
    }
}

/// The rows of a language, by the grammar's numbers.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    /// What a word or sign is.
    none: Row,
    of_kind: Vec<u16>,
    /// Kinds and fields of the rows that the grammar does not have.
    pub unknown: Vec<String>,
    /// The grammar.
    pub grammar: tree_sitter::Language,
}

impl Table {
    /// Resolves rows against a grammar. A later row for the same kind wins.
    #[must_use]
    pub fn new(grammar: tree_sitter::Language, rows: &[(&'static str, Op, &'static str)]) -> Self {
        let mut table = Self {
            rows: vec![Row { op: Op::Opaque, parts: SmallVec::new() }],
            none: Row { op: Op::Opaque, parts: SmallVec::new() },
            of_kind: vec![0; grammar.node_kind_count()],
            unknown: Vec::new(),
            grammar,
        };
        let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for id in 0..table.of_kind.len() {
            let number = u16::try_from(id).unwrap_or(u16::MAX);
            if let Some(name) = table.grammar.node_kind_for_id(number).filter(|_| table.grammar.node_kind_is_named(number)) {
                by_name.entry(name.to_owned()).or_default().push(id);
            }
        }
        for (kinds, op, parts) in rows {
            let parts = parts.split_whitespace().map(|part| table.alternatives(kinds, part)).collect();
            let at = u16::try_from(table.rows.len()).unwrap_or(0);
            table.rows.push(Row { op: *op, parts });
            for kind in kinds.split_whitespace() {
                if let Some(word) = kind.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
                    let id = table.grammar.id_for_node_kind(word, false);
                    match table.of_kind.get_mut(usize::from(id)).filter(|_| id != 0) {
                        Some(slot) => *slot = at,
                        None => table.unknown.push(format!("word {kind}")),
                    }
                    continue;
                }
                let Some(ids) = by_name.get(kind) else {
                    table.unknown.push(format!("kind `{kind}`"));
                    continue;
                };
                for id in ids {
                    if let Some(slot) = table.of_kind.get_mut(*id) {
                        *slot = at;
                    }
                }
            }
        }
        table
    }

    fn alternatives(&mut self, kinds: &str, text: &'static str) -> SmallVec<[Part; 1]> {
        if text == "-" {
            return SmallVec::new();
        }
        let mut found = SmallVec::new();
        for one in text.split('|') {
            if let Some(kind) = one.strip_prefix(':') {
                found.push(Part::Kind(kind));
            } else if let Some(at) = one.strip_prefix('-').and_then(|at| at.parse().ok()) {
                found.push(Part::FromEnd(at));
            } else if let Ok(at) = one.parse() {
                found.push(Part::Nth(at));
            } else if let Some(id) = self.grammar.field_id_for_name(one) {
                found.push(Part::Field(id.get()));
            } else {
                self.unknown.push(format!("field `{one}` of `{kinds}`"));
            }
        }
        found
    }

    /// What a node is.
    #[must_use]
    pub fn row(&self, node: Node<'_>) -> &Row {
        let at = self.of_kind.get(usize::from(node.kind_id())).copied().unwrap_or(0);
        // A word or sign is nothing by itself, whatever rule shares its name, unless it stands for the receiver.
        let known = |row: &&Row| node.is_named() || matches!(row.op, Op::This | Op::Super);
        self.rows.get(usize::from(at)).filter(known).unwrap_or(&self.none)
    }
}
