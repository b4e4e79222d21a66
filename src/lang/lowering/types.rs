//! Written types to type shapes.

use super::{Lowerer, Op};
use crate::index::Symbol;
use crate::ir::{TypeRef, TypeShape};
use crate::lang::syntax::Node;

/// What a named type of a language's library is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
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
    /// Bytes.
    Bytes,
    /// A UUID.
    Identifier,
    /// A network address.
    NetworkAddress,
    /// Free structured data.
    Document,
    /// A list, set, stream of its last argument.
    List,
    /// A map from its first to its second argument.
    Map,
    /// Transparent for its last argument: optional, pointer, promise.
    Wrapper,
    /// As [`Known::Wrapper`], for its first argument.
    WrapperOfFirst,
    /// A tuple of its arguments.
    Tuple,
    /// A function that returns its last argument.
    Function,
    /// Anything: nothing is known.
    Any,
}

impl Lowerer<'_> {
    /// A part of a node as a type, unknown if there is none.
    pub fn type_part(&mut self, node: Node<'_>, at: usize) -> TypeRef {
        self.part(node, at).map(|ty| self.type_ref(ty)).unwrap_or_default()
    }

    /// A type.
    pub fn type_ref(&mut self, node: Node<'_>) -> TypeRef {
        let shape = self.deeper(|lowerer| lowerer.type_shape(node)).unwrap_or_default();
        let text = node.text().trim_start_matches([':', ' ']);
        TypeRef { text: Symbol::new(text), shape }
    }

    fn type_shape(&mut self, node: Node<'_>) -> TypeShape {
        let row = self.row(node);
        let part = |at: usize| row.part(node, at);
        let inner = |lowerer: &mut Self, at: usize| {
            part(at).or_else(|| node.first()).map(|inner| Box::new(lowerer.type_ref(inner))).unwrap_or_default()
        };
        match row.op {
            Op::TypeName | Op::Name | Op::Member => self.named_type(self.type_path(node), Vec::new()),
            Op::TypeGeneric => {
                let Some(name) = part(0).or_else(|| node.first()) else { return TypeShape::Unknown };
                let path = self.type_path(name);
                let arguments: Vec<Node<'_>> = match part(1) {
                    Some(list) => list.children().to_vec(),
                    None => node.children().into_iter().filter(|child| child.start() != name.start()).collect(),
                };
                let arguments = arguments.into_iter().map(|argument| self.type_ref(argument)).collect();
                self.named_type(path, arguments)
            }
            // `list[User]`, where types are written as expressions.
            Op::Index => {
                let Some(name) = part(0) else { return TypeShape::Unknown };
                let path = self.type_path(name);
                let arguments = row.all(node, 1).into_iter().map(|argument| self.type_ref(argument)).collect();
                self.named_type(path, arguments)
            }
            Op::Binary => self.union(&[part(0), part(2)].into_iter().flatten().collect::<Vec<_>>()),
            // A name in quotes: declared later.
            Op::Text => {
                let name = node.text().trim_matches(|c| matches!(c, '"' | '\''));
                let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                if plain { self.named_type(name.split('.').map(Symbol::new).collect(), Vec::new()) } else { TypeShape::Unknown }
            }
            Op::TypeList | Op::List => {
                let element = inner(self, 0);
                if matches!(element.text.as_str(), "byte" | "Byte" | "u8") { TypeShape::Bytes } else { TypeShape::List(element) }
            }
            Op::TypeOptional => wrapper(*inner(self, 0)),
            Op::TypeUnion => self.union(&node.children()),
            Op::TypeFunction => TypeShape::Function(part(0).map(|result| Box::new(self.type_ref(result))).unwrap_or_default()),
            Op::TypeMap => {
                let value = part(1).map(|value| Box::new(self.type_ref(value))).unwrap_or_default();
                TypeShape::Map(part(0).map(|key| Box::new(self.type_ref(key))).unwrap_or_default(), value)
            }
            Op::Tuple => TypeShape::Tuple(node.children().into_iter().map(|one| self.type_ref(one)).collect()),
            Op::Inner => part(0).or_else(|| node.first()).map_or(TypeShape::Unknown, |inner| self.type_ref(inner).shape),
            Op::Type(hook) => hook(self, node),
            _ => TypeShape::Unknown,
        }
    }

    /// The first alternative that says something.
    pub fn union(&mut self, alternatives: &[Node<'_>]) -> TypeShape {
        let mut optional = false;
        let mut found = TypeShape::Unknown;
        for one in alternatives {
            if matches!(one.text(), "null" | "None" | "undefined" | "nil" | "void") {
                optional = true;
            } else if found == TypeShape::Unknown {
                found = self.type_ref(*one).shape;
            }
        }
        match found {
            TypeShape::Unknown | TypeShape::Text => found,
            _ if optional => TypeShape::Wrapper(Box::new(TypeRef { text: Symbol::default(), shape: found })),
            _ => found,
        }
    }

    /// The path of a type's name.
    #[must_use]
    pub fn type_path(&self, node: Node<'_>) -> Vec<Symbol> {
        let words = node.text().split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        words.filter(|word| !word.is_empty()).map(Symbol::new).collect()
    }

    /// The shape of a named type.
    pub fn named_type(&mut self, path: Vec<Symbol>, mut arguments: Vec<TypeRef>) -> TypeShape {
        let known = path.last().and_then(|name| self.language.known_type(name.as_str()));
        let Some(known) = known else {
            return if path.is_empty() { TypeShape::Unknown } else { TypeShape::Named(path, arguments) };
        };
        match known {
            Known::Text => TypeShape::Text,
            Known::Integer => TypeShape::Integer,
            Known::Decimal => TypeShape::Decimal,
            Known::Boolean => TypeShape::Boolean,
            Known::Time => TypeShape::Time,
            Known::Bytes => TypeShape::Bytes,
            Known::Identifier => TypeShape::Identifier,
            Known::NetworkAddress => TypeShape::NetworkAddress,
            Known::Document => TypeShape::Document,
            Known::List => TypeShape::List(Box::new(arguments.pop().unwrap_or_default())),
            Known::Map => {
                let value = arguments.pop().unwrap_or_default();
                TypeShape::Map(Box::new(arguments.pop().unwrap_or_default()), Box::new(value))
            }
            Known::Wrapper => wrapper(arguments.pop().unwrap_or_default()),
            Known::WrapperOfFirst => wrapper(arguments.into_iter().next().unwrap_or_default()),
            Known::Tuple => TypeShape::Tuple(arguments),
            Known::Function => TypeShape::Function(Box::new(arguments.pop().unwrap_or_default())),
            Known::Any => TypeShape::Unknown,
        }
    }
}

fn wrapper(inner: TypeRef) -> TypeShape {
    match inner.shape {
        shape @ (TypeShape::Text | TypeShape::Unknown) => shape,
        _ => TypeShape::Wrapper(Box::new(inner)),
    }
}
