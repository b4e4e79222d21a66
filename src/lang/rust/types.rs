//! Types to type shapes: the spelling of the standard library and the common crates lowered away.

use super::kinds::{F, Kind, kind};
use super::{Lowerer, MAX_DEPTH};
use crate::index::Symbol;
use crate::ir::{TypeRef, TypeShape};
use crate::lang::syntax::Node;

impl Lowerer {
    /// The type in a field of `node`, unknown if there is none.
    pub(super) fn type_in(&mut self, node: Node<'_>, field: u16) -> TypeRef {
        node.field(field).map(|ty| self.type_ref(ty)).unwrap_or_default()
    }

    /// A type.
    pub(super) fn type_ref(&mut self, node: Node<'_>) -> TypeRef {
        TypeRef { text: node.symbol(), shape: self.type_shape(node) }
    }

    fn type_shape(&mut self, node: Node<'_>) -> TypeShape {
        if self.depth >= MAX_DEPTH {
            return TypeShape::Unknown;
        }
        self.depth += 1;
        let shape = self.type_shape_inner(node);
        self.depth -= 1;
        shape
    }

    fn wrapped(&mut self, node: Option<Node<'_>>) -> TypeShape {
        let Some(node) = node else { return TypeShape::Unknown };
        match self.type_ref(node) {
            // A reference to text is text: the wrapper would tell nobody anything.
            TypeRef { shape: shape @ TypeShape::Text, .. } => shape,
            inner => TypeShape::Wrapper(Box::new(inner)),
        }
    }

    fn type_shape_inner(&mut self, node: Node<'_>) -> TypeShape {
        match kind(node) {
            Kind::PrimitiveType => primitive(node.text()),
            Kind::TypeIdentifier | Kind::Identifier => {
                if node.text() == "Self" {
                    return self.owner.map_or(TypeShape::Unknown, |owner| TypeShape::Named(vec![owner], Vec::new()));
                }
                if let Some((_, bound)) = self.type_parameters.iter().rev().find(|(name, _)| *name == node.text()) {
                    return bound.clone();
                }
                named(vec![node.symbol()], Vec::new())
            }
            Kind::ScopedTypeIdentifier | Kind::ScopedIdentifier => named(self.path(node), Vec::new()),
            Kind::GenericType | Kind::GenericTypeWithTurbofish => {
                let path = node.field(F.type_).map(|name| self.path(name)).unwrap_or_default();
                let arguments = self.type_arguments(node);
                named(path, arguments)
            }
            Kind::ReferenceType | Kind::PointerType => match node.field(F.type_) {
                Some(inner) if kind(inner) == Kind::ArrayType => self.type_shape(inner),
                inner => self.wrapped(inner),
            },
            Kind::TupleType => TypeShape::Tuple(node.children().into_iter().map(|part| self.type_ref(part)).collect()),
            Kind::UnitType => TypeShape::Tuple(Vec::new()),
            Kind::ArrayType => match self.type_in(node, F.element) {
                TypeRef { text, .. } if text == "u8" => TypeShape::Bytes,
                element => TypeShape::List(Box::new(element)),
            },
            Kind::FunctionType => {
                let result = self.type_in(node, F.return_type);
                TypeShape::Function(Box::new(result))
            }
            Kind::AbstractType | Kind::DynamicType => {
                node.field(F.trait_).map_or(TypeShape::Unknown, |bound| self.bound_shape(bound))
            }
            Kind::BoundedType | Kind::BracketedType => node.first().map_or(TypeShape::Unknown, |first| self.type_shape(first)),
            Kind::HigherRanked | Kind::QualifiedType => {
                node.field(F.type_).map_or(TypeShape::Unknown, |inner| self.type_shape(inner))
            }
            _ => TypeShape::Unknown,
        }
    }

    /// The arguments of a generic type or function; a binding (`Item = T`) counts as its type.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<TypeRef> {
        let Some(list) = node.field(F.type_arguments) else { return Vec::new() };
        let mut arguments = Vec::new();
        for argument in list.children() {
            match kind(argument) {
                Kind::Lifetime | Kind::Block | Kind::TraitBounds | Kind::IntegerLiteral => {}
                Kind::TypeBinding => arguments.push(self.type_in(argument, F.type_)),
                _ => arguments.push(self.type_ref(argument)),
            }
        }
        arguments
    }

    /// What a value of some type with this bound is: `impl Into<String>` is text, `impl Future<Output = T>` gives T.
    pub(super) fn bound_shape(&mut self, bound: Node<'_>) -> TypeShape {
        let shape = self.type_shape(bound);
        let TypeShape::Named(path, mut arguments) = shape else { return shape };
        let name = path.last().map_or("", |last| last.as_str());
        match name {
            "Into" | "AsRef" | "Borrow" | "Future" | "IntoFuture" | "Deref" if arguments.len() == 1 => {
                arguments.pop().map_or(TypeShape::Unknown, |inner| inner.shape)
            }
            "ToString" | "Display" => TypeShape::Text,
            _ => TypeShape::Named(path, arguments),
        }
    }

    /// Brings the type parameters of an item into scope, as far as their bounds tell what they are; gives the number known
    /// before, to [`Self::forget_type_parameters`] down to.
    pub(super) fn learn_type_parameters(&mut self, item: Node<'_>) -> usize {
        let known = self.type_parameters.len();
        let Some(list) = item.field(F.type_parameters) else { return known };
        for parameter in list.children() {
            if kind(parameter) != Kind::TypeParameter {
                continue;
            }
            let (Some(name), Some(bounds)) = (parameter.field(F.name), parameter.field(F.bounds)) else { continue };
            for bound in bounds.children() {
                let text = bound.text();
                let telling =
                    ["Into<", "AsRef<", "Borrow<", "Future<", "Fn", "ToString", "Display", "Iterator<", "IntoIterator<"];
                if telling.iter().any(|start| text.starts_with(start)) {
                    let shape = self.bound_shape(bound);
                    self.type_parameters.push((name.symbol(), shape));
                    break;
                }
            }
        }
        known
    }

    /// Takes type parameters out of scope.
    pub(super) fn forget_type_parameters(&mut self, known: usize) {
        self.type_parameters.truncate(known);
    }
}

fn primitive(name: &str) -> TypeShape {
    match name {
        "bool" => TypeShape::Boolean,
        "str" | "char" => TypeShape::Text,
        "f32" | "f64" => TypeShape::Decimal,
        _ => TypeShape::Integer,
    }
}

fn nth(arguments: Vec<TypeRef>, index: usize) -> TypeRef {
    arguments.into_iter().nth(index).unwrap_or_default()
}

fn list(arguments: Vec<TypeRef>) -> TypeShape {
    let element = nth(arguments, 0);
    if element.text == "u8" { TypeShape::Bytes } else { TypeShape::List(Box::new(element)) }
}

fn wrapper(arguments: Vec<TypeRef>, index: usize) -> TypeShape {
    let inner = nth(arguments, index);
    if inner.shape == TypeShape::Text { TypeShape::Text } else { TypeShape::Wrapper(Box::new(inner)) }
}

/// The shape of a named type, by the last segment of its path.
fn named(path: Vec<Symbol>, mut arguments: Vec<TypeRef>) -> TypeShape {
    let name = path.last().map_or("", |last| last.as_str());
    let parent = path.len().checked_sub(2).and_then(|at| path.get(at)).map_or("", |parent| parent.as_str());
    match name {
        "String" | "OsString" | "OsStr" | "PathBuf" | "Path" | "CString" | "CStr" | "SmolStr" | "CompactString" | "Ustr"
        | "ByteString"
            if arguments.is_empty() =>
        {
            TypeShape::Text
        }
        "BigInt" | "BigUint" | "NonZeroU8" | "NonZeroU16" | "NonZeroU32" | "NonZeroU64" | "NonZeroUsize" | "NonZeroI32"
        | "NonZeroI64" | "AtomicBool" | "AtomicU32" | "AtomicU64" | "AtomicUsize" | "AtomicI64" => TypeShape::Integer,
        "Decimal" | "BigDecimal" | "OrderedFloat" => TypeShape::Decimal,
        "DateTime" | "NaiveDate" | "NaiveDateTime" | "NaiveTime" | "SystemTime" | "Instant" | "Duration" | "TimeDelta"
        | "OffsetDateTime" | "PrimitiveDateTime" | "UtcDateTime" | "Timestamp" | "Zoned" => TypeShape::Time,
        // `time::Date` and `Time` are too common as names of other things to be taken without their crate.
        "Date" | "Time" if parent == "time" || parent == "civil" => TypeShape::Time,
        "Bytes" | "BytesMut" | "ByteBuf" => TypeShape::Bytes,
        "Uuid" | "Ulid" => TypeShape::Identifier,
        "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr" | "SocketAddrV4" | "SocketAddrV6" | "IpNetwork" | "IpNet" => {
            TypeShape::NetworkAddress
        }
        "Value" if parent == "serde_json" || parent == "serde_yaml" || parent == "json" => TypeShape::Document,
        "JsonValue" | "RawValue" => TypeShape::Document,
        "Option" | "Box" | "Arc" | "Rc" | "Weak" | "Mutex" | "RwLock" | "RefCell" | "Cell" | "OnceCell" | "OnceLock"
        | "LazyLock" | "LazyCell" | "Lazy" | "Ref" | "RefMut" | "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" | "Pin"
        | "Cow" | "ManuallyDrop" | "Reverse" | "Wrapping" | "ArcSwap" | "Nullable" => {
            // `LazyLock<T, F>` carries the first; `Box<dyn Fn() -> T>` is the function.
            match nth(arguments, 0) {
                inner if matches!(inner.shape, TypeShape::Function(_)) => inner.shape,
                inner => wrapper(vec![inner], 0),
            }
        }
        "Vec"
        | "VecDeque"
        | "LinkedList"
        | "HashSet"
        | "BTreeSet"
        | "FxHashSet"
        | "IndexSet"
        | "BinaryHeap"
        | "SmallVec"
        | "ArrayVec"
        | "Iterator"
        | "IntoIterator"
        | "DoubleEndedIterator"
        | "ExactSizeIterator"
        | "ParallelIterator"
        | "Stream"
        | "Iter"
            if !arguments.is_empty() =>
        {
            list(arguments)
        }
        "HashMap" | "BTreeMap" | "FxHashMap" | "AHashMap" | "IndexMap" | "DashMap" | "PhfMap" if arguments.len() >= 2 => {
            arguments.truncate(2);
            let value = arguments.pop().unwrap_or_default();
            let key = arguments.pop().unwrap_or_default();
            TypeShape::Map(Box::new(key), Box::new(value))
        }
        // The crates' own aliases fix the error type.
        "Result" | "FieldResult" | "LookupResult" | "QueryResult" => {
            if arguments.is_empty() {
                return TypeShape::Named(path, arguments);
            }
            let mut parts = arguments.into_iter();
            let success = parts.next().unwrap_or_default();
            TypeShape::Fallible(Box::new(success), parts.next().map(Box::new))
        }
        "BoxFuture" | "LocalBoxFuture" if !arguments.is_empty() => nth(arguments, 0).shape,
        "Fn" | "FnMut" | "FnOnce" => TypeShape::Function(Box::default()),
        _ => TypeShape::Named(path, arguments),
    }
}

/// The shape of a column type of a `table!` declaration.
pub(super) fn column(text: &str) -> TypeShape {
    let text = text.trim();
    let (name, inner) = match text.split_once('<') {
        Some((name, inner)) => (name.trim(), inner.trim_end().trim_end_matches('>')),
        None => (text, ""),
    };
    let argument = |inner: &str| Box::new(TypeRef { text: Symbol::new(inner.trim()), shape: column_flat(inner) });
    match name.rsplit("::").next().unwrap_or(name) {
        "Nullable" => TypeShape::Wrapper(argument(inner)),
        "Array" => TypeShape::List(argument(inner)),
        _ => column_flat(text),
    }
}

fn column_flat(text: &str) -> TypeShape {
    let name = text.split('<').next().unwrap_or(text).trim();
    match name.rsplit("::").next().unwrap_or(name) {
        "Text" | "Varchar" | "VarChar" | "Char" | "Bpchar" | "Tinytext" | "Mediumtext" | "Longtext" | "Citext" | "Name" => {
            TypeShape::Text
        }
        "SmallInt" | "Int2" | "Smallint" | "Integer" | "Int4" | "BigInt" | "Int8" | "Bigint" | "Tinyint" | "Unsigned"
        | "Serial" | "BigSerial" | "Oid" => TypeShape::Integer,
        "Numeric" | "Decimal" | "Float" | "Float4" | "Double" | "Float8" | "Money" => TypeShape::Decimal,
        "Bool" | "Boolean" => TypeShape::Boolean,
        "Timestamp" | "Timestamptz" | "TimestamptzSqlite" | "Datetime" | "Date" | "Time" | "Interval" => TypeShape::Time,
        "Binary" | "Bytea" | "Blob" | "Varbinary" | "Longblob" => TypeShape::Bytes,
        "Uuid" => TypeShape::Identifier,
        "Inet" | "Cidr" => TypeShape::NetworkAddress,
        "Json" | "Jsonb" => TypeShape::Document,
        other => TypeShape::Named(vec![Symbol::new(other)], Vec::new()),
    }
}
