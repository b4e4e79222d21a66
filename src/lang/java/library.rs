//! What Java and Kotlin share: packages, the types of the platform's libraries, tests.

use crate::index::Symbol;
use crate::ir::{Attribute, TypeRef};
use crate::lang::lowering::{Known, Lowerer, Operator, Value};
use crate::lang::syntax::Node;

/// The package that a file's directory suggests: what follows the root of sources.
#[must_use]
pub(in crate::lang) fn package_of_path(path: &str) -> Vec<Symbol> {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let roots = ["/java/", "/kotlin/"];
    let inner = roots.iter().find_map(|root| directory.rsplit_once(root).map(|(_, inner)| inner)).unwrap_or(directory);
    inner.split('/').filter(|segment| !matches!(*segment, "" | ".")).map(Symbol::new).collect()
}

/// Takes the module from the `package` clause, which says it whatever the directory.
pub(in crate::lang) fn enter_package(lowerer: &mut Lowerer<'_>, name: Option<Node<'_>>) {
    if let Some(name) = name {
        lowerer.unit.enter_module(dotted(name.text()));
    }
}

/// The segments of a dotted name.
#[must_use]
pub(in crate::lang) fn dotted(name: &str) -> Vec<Symbol> {
    let segments = name.split('.').map(|segment| segment.trim().trim_matches('`'));
    segments.filter(|segment| !segment.is_empty()).map(Symbol::new).collect()
}

/// A type of the platform's libraries.
#[must_use]
pub(in crate::lang) fn known_type(name: &str) -> Option<Known> {
    Some(match name {
        "String" | "CharSequence" | "StringBuilder" | "StringBuffer" | "URI" | "URL" | "Path" | "Editable" | "Spanned"
        | "MultipartFile" | "StringProperty" | "StringProperties" => Known::Text,
        "int" | "long" | "short" | "byte" | "char" | "Integer" | "Long" | "Short" | "Byte" | "Character" | "BigInteger"
        | "AtomicInteger" | "AtomicLong" | "Int" | "UInt" | "ULong" | "Char" | "Number" | "OptionalInt" | "OptionalLong" => {
            Known::Integer
        }
        "float" | "double" | "Float" | "Double" | "BigDecimal" | "OptionalDouble" => Known::Decimal,
        "boolean" | "Boolean" | "AtomicBoolean" => Known::Boolean,
        "Date"
        | "LocalDate"
        | "LocalDateTime"
        | "LocalTime"
        | "Instant"
        | "ZonedDateTime"
        | "OffsetDateTime"
        | "Timestamp"
        | "Duration"
        | "Period"
        | "Calendar"
        | "GregorianCalendar"
        | "XMLGregorianCalendar"
        | "DateTime"
        | "Year"
        | "YearMonth"
        | "ZoneId"
        | "TimeZone"
        | "Time" => Known::Time,
        "ByteArray" | "ByteBuffer" | "Blob" | "InputStream" | "ByteArrayInputStream" => Known::Bytes,
        "UUID" | "ObjectId" => Known::Identifier,
        "InetAddress" | "Inet4Address" | "Inet6Address" | "InetSocketAddress" => Known::NetworkAddress,
        "JsonNode" | "ObjectNode" | "ArrayNode" | "JSONObject" | "JSONArray" | "JsonObject" | "JsonElement" | "Clob" => {
            Known::Document
        }
        "List"
        | "ArrayList"
        | "LinkedList"
        | "Set"
        | "HashSet"
        | "LinkedHashSet"
        | "TreeSet"
        | "SortedSet"
        | "Collection"
        | "Iterable"
        | "Iterator"
        | "ListIterator"
        | "Queue"
        | "Deque"
        | "ArrayDeque"
        | "Vector"
        | "Stack"
        | "Stream"
        | "Page"
        | "Slice"
        | "Flux"
        | "Flow"
        | "Sequence"
        | "MutableList"
        | "MutableSet"
        | "MutableCollection"
        | "Array"
        | "ImmutableList"
        | "ImmutableSet"
        | "CopyOnWriteArrayList"
        | "Enumeration"
        | "EnumSet"
        | "PagingData"
        | "PersistentList"
        | "ConcurrentLinkedQueue"
        | "BlockingQueue" => Known::List,
        "Map"
        | "HashMap"
        | "LinkedHashMap"
        | "TreeMap"
        | "SortedMap"
        | "ConcurrentHashMap"
        | "ConcurrentMap"
        | "EnumMap"
        | "MutableMap"
        | "Hashtable"
        | "ImmutableMap"
        | "MultiValueMap"
        | "LinkedMultiValueMap"
        | "Multimap" => Known::Map,
        "Optional" | "CompletableFuture" | "Future" | "Mono" | "Single" | "Maybe" | "Observable" | "ResponseEntity"
        | "HttpEntity" | "RequestEntity" | "AtomicReference" | "WeakReference" | "Reference" | "ThreadLocal" | "Provider"
        | "ObjectProvider" | "Lazy" | "LiveData" | "MutableLiveData" | "StateFlow" | "MutableStateFlow" | "SharedFlow"
        | "Deferred" | "Result" | "JAXBElement" | "Response" | "Call" | "EntityModel" | "KClass" | "State" | "MutableState"
        | "JsonNullable" => Known::WrapperOfFirst,
        "Pair" | "Triple" => Known::Tuple,
        "Function" | "BiFunction" | "Consumer" | "BiConsumer" | "Predicate" | "BiPredicate" | "Runnable" | "UnaryOperator"
        | "BinaryOperator" | "Callable" | "Supplier" | "ToIntFunction" | "IntConsumer" => Known::Function,
        "Object" | "Any" | "void" | "Void" | "Unit" | "var" | "val" | "Nothing" | "Class" | "Serializable" => Known::Any,
        _ => return None,
    })
}

/// `left = right`, `left += right`: one kind of node for both.
pub(in crate::lang) fn assignment(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let row = lowerer.row(node);
    let (Some(left), Some(right)) = (row.part(node, 0), row.part(node, 1)) else { return Value::nothing(node.span()) };
    let sign = node.source().text.get(left.end()..right.start()).unwrap_or_default().trim();
    if sign == "=" {
        return lowerer.assignment(node);
    }
    let operands = vec![lowerer.expression(left), lowerer.expression(right)];
    let operator = if sign == "+=" { Operator::Join } else { Operator::Compute };
    let value = lowerer.combine(operator, operands);
    lowerer.assign_to(left, value, TypeRef::default(), node.span());
    Value::Operand(lowerer.expression(left))
}

/// Whether a method of functional interfaces calls the function.
#[must_use]
pub(in crate::lang) fn invokes(method: &str) -> bool {
    matches!(method, "accept" | "apply" | "test" | "run" | "call" | "get" | "invoke" | "applyAsInt")
}

/// Whether what bears these annotations is a test.
#[must_use]
pub(in crate::lang) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let name = attribute.name.as_str().rsplit('.').next().unwrap_or_default();
        matches!(
            name,
            "Test"
                | "ParameterizedTest"
                | "RepeatedTest"
                | "TestFactory"
                | "BeforeEach"
                | "BeforeAll"
                | "AfterEach"
                | "SpringBootTest"
                | "RunWith"
                | "Preview"
                | "PreviewParameter"
        )
    })
}
