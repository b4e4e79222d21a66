//! What front ends over tree-sitter share: nodes that know their text, and tables of node kinds and fields resolved once.
//!
//! A [`Node`] carries the text it was parsed from and where that text stands in the file, so that a fragment parsed on its own
//! (the arguments of a macro) yields spans of the file.

use smallvec::SmallVec;

use crate::index::Symbol;
use crate::source::Span;

/// A parsed text and its place in the file.
#[derive(Debug, Clone, Copy)]
pub struct Source<'t> {
    /// The text that was parsed.
    pub text: &'t str,
    /// What to add to an offset in `text` to get the offset in the file.
    pub shift: i64,
    /// Where the text stands in the file; spans are clamped to it.
    pub extent: Span,
}

impl<'t> Source<'t> {
    /// A file's whole text.
    #[must_use]
    pub fn file(text: &'t str) -> Self {
        Self { text, shift: 0, extent: Span::new(0, text.len()) }
    }

    /// A text whose part after `prefix` bytes stands at `extent` of the file.
    #[must_use]
    pub fn fragment(text: &'t str, prefix: usize, extent: Span) -> Self {
        let prefix = i64::try_from(prefix).unwrap_or(i64::MAX);
        Self { text, shift: i64::from(extent.start) - prefix, extent }
    }

    /// Offsets in the text to a span of the file.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| {
            let shifted = i64::try_from(offset).unwrap_or(i64::MAX).saturating_add(self.shift);
            u32::try_from(shifted.max(0)).unwrap_or(u32::MAX).clamp(self.extent.start, self.extent.end)
        };
        Span { start: at(start), end: at(end) }
    }
}

/// A syntax node with its text.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    raw: tree_sitter::Node<'t>,
    source: &'t Source<'t>,
}

/// A list of nodes; most are short.
pub type Nodes<'t> = SmallVec<[Node<'t>; 6]>;

impl<'t> Node<'t> {
    /// The root of a tree parsed from the source's text.
    #[must_use]
    pub fn root(tree: &'t tree_sitter::Tree, source: &'t Source<'t>) -> Self {
        Self { raw: tree.root_node(), source }
    }

    fn wrap(self, raw: tree_sitter::Node<'t>) -> Self {
        Self { raw, source: self.source }
    }

    /// The grammar's number for the node's kind.
    #[must_use]
    pub fn kind_id(self) -> u16 {
        self.raw.kind_id()
    }

    /// The kind's name, for messages.
    #[must_use]
    pub fn kind_name(self) -> &'t str {
        self.raw.kind()
    }

    /// The text.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.source.text.get(self.raw.byte_range()).unwrap_or_default()
    }

    /// The text, interned.
    #[must_use]
    pub fn symbol(self) -> Symbol {
        Symbol::new(self.text())
    }

    /// The place in the file.
    #[must_use]
    pub fn span(self) -> Span {
        self.source.span(self.raw.start_byte(), self.raw.end_byte())
    }

    /// The place in the file of a range of offsets relative to the node's text.
    #[must_use]
    pub fn span_within(self, start: usize, end: usize) -> Span {
        let base = self.raw.start_byte();
        self.source.span(base.saturating_add(start), base.saturating_add(end))
    }

    /// The source it was parsed from.
    #[must_use]
    pub fn source(self) -> &'t Source<'t> {
        self.source
    }

    /// First byte, in the source's text.
    #[must_use]
    pub fn start(self) -> usize {
        self.raw.start_byte()
    }

    /// The child in a field.
    #[must_use]
    pub fn field(self, field: u16) -> Option<Self> {
        self.raw.child_by_field_id(field).map(|raw| self.wrap(raw))
    }

    /// All children in a field.
    #[must_use]
    pub fn all(self, field: u16) -> Nodes<'t> {
        let mut found = Nodes::new();
        let mut cursor = self.raw.walk();
        let mut more = cursor.goto_first_child();
        while more {
            if cursor.field_id().is_some_and(|id| id.get() == field) {
                found.push(self.wrap(cursor.node()));
            }
            more = cursor.goto_next_sibling();
        }
        found
    }

    /// Whether the grammar lets the node stand anywhere: a comment, a line continuation.
    #[must_use]
    pub fn is_extra(self) -> bool {
        self.raw.is_extra()
    }

    /// One past the last byte, in the source's text.
    #[must_use]
    pub fn end(self) -> usize {
        self.raw.end_byte()
    }

    /// Named children, comments left out.
    #[must_use]
    pub fn children(self) -> Nodes<'t> {
        self.collect(|raw| raw.is_named() && !raw.is_extra())
    }

    /// Named children, comments included.
    #[must_use]
    pub fn children_and_comments(self) -> Nodes<'t> {
        self.collect(|raw| raw.is_named())
    }

    /// All children, punctuation and keywords included, comments left out.
    #[must_use]
    pub fn tokens(self) -> Nodes<'t> {
        self.collect(|raw| !raw.is_extra())
    }

    /// The first named child that is no comment.
    #[must_use]
    pub fn first(self) -> Option<Self> {
        let mut cursor = self.raw.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let raw = cursor.node();
            if raw.is_named() && !raw.is_extra() {
                return Some(self.wrap(raw));
            }
            more = cursor.goto_next_sibling();
        }
        None
    }

    /// What stands right before the node, comments included.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        self.raw.prev_named_sibling().map(|raw| self.wrap(raw))
    }

    /// The node of a kind that comes `skip` after the first one behind this node, next to it or to what it stands in.
    #[must_use]
    pub fn following(self, kind: &str, skip: usize) -> Option<Self> {
        let mut outer = Some(self.raw);
        while let Some(node) = outer {
            let mut found = skip;
            let mut next = node.next_sibling();
            while let Some(sibling) = next {
                if sibling.kind() == kind {
                    match found.checked_sub(1) {
                        Some(left) => found = left,
                        None => return Some(self.wrap(sibling)),
                    }
                }
                next = sibling.next_sibling();
            }
            outer = node.parent();
        }
        None
    }

    /// Whether the subtree holds a syntax error.
    #[must_use]
    pub fn has_error(self) -> bool {
        self.raw.has_error()
    }

    /// Whether the node is one of the grammar's rules rather than a keyword or sign.
    #[must_use]
    pub fn is_named(self) -> bool {
        self.raw.is_named()
    }

    /// Whether the node stands for text that fits no rule.
    #[must_use]
    pub fn is_error(self) -> bool {
        self.raw.is_error()
    }

    /// Whether the parser made the node up to go on.
    #[must_use]
    pub fn is_missing(self) -> bool {
        self.raw.is_missing()
    }

    /// Calls `visit` on the nodes of the subtree, outermost first, without recursion; it says whether to go into a node.
    pub fn walk(self, mut visit: impl FnMut(Self) -> bool) {
        let mut cursor = self.raw.walk();
        let mut depth = 0_u32;
        loop {
            if visit(self.wrap(cursor.node())) && cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            while depth > 0 && !cursor.goto_next_sibling() {
                cursor.goto_parent();
                depth -= 1;
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn collect(self, keep: impl Fn(&tree_sitter::Node<'t>) -> bool) -> Nodes<'t> {
        let mut found = Nodes::new();
        let mut cursor = self.raw.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let raw = cursor.node();
            if keep(&raw) {
                found.push(self.wrap(raw));
            }
            more = cursor.goto_next_sibling();
        }
        found
    }
}

/// Declares an enum of named node kinds and the table from a grammar's numbers to it. Aliases that share a name share a kind.
#[macro_export]
#[doc(hidden)]
macro_rules! syntax_kinds {
    ($language:expr; $($variant:ident = $name:literal),+ $(,)?) => {
        /// A kind of node, as far as the front end tells kinds apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Kind {
            /// Any other.
            Other,
            $(#[doc = $name] $variant,)+
        }

        static KINDS: std::sync::LazyLock<Vec<Kind>> = std::sync::LazyLock::new(|| {
            let language: tree_sitter::Language = $language;
            let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
            let kind = |id| match language.node_kind_for_id(id) {
                $(Some($name) if language.node_kind_is_named(id) => Kind::$variant,)+
                _ => Kind::Other,
            };
            (0..count).map(kind).collect()
        });

        /// The kind of a node.
        pub(super) fn kind(node: $crate::lang::syntax::Node<'_>) -> Kind {
            KINDS.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
        }
    };
}

/// Declares a struct of field numbers, resolved once into the static `F`.
#[macro_export]
#[doc(hidden)]
macro_rules! syntax_fields {
    ($language:expr; $($variant:ident = $name:literal),+ $(,)?) => {
        /// The grammar's numbers of fields.
        #[derive(Debug)]
        pub(super) struct Fields {
            $(#[doc = $name] pub(super) $variant: u16,)+
        }

        /// The grammar's numbers of fields.
        pub(super) static F: std::sync::LazyLock<Fields> = std::sync::LazyLock::new(|| {
            let language: tree_sitter::Language = $language;
            // A field that the grammar lacks gets a number that no node has.
            let id = |name: &str| language.field_id_for_name(name).map_or(u16::MAX, std::num::NonZeroU16::get);
            Fields { $($variant: id($name),)+ }
        });
    };
}
