//! The sets that rules are asked with: kinds of containers, groups of types.

/// A set of context kinds (`person`, `organisation` ...), by position in the lexicon's list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(pub(super) u64);

impl Kinds {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Whether they share one.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
    /// Both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// What is not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    /// What is in both.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

bitflags::bitflags! {
    /// Groups of type shapes that a field may have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Types: u16 {
        /// Text.
        const TEXT = 1;
        /// Whole numbers.
        const NUMBER = 2;
        /// Fractions.
        const DECIMAL = 4;
        /// True or false.
        const BOOL = 8;
        /// Dates and times.
        const TIME = 16;
        /// Bytes.
        const BYTES = 32;
        /// UUIDs.
        const IDENTIFIER = 64;
        /// Network addresses.
        const NETWORK = 128;
        /// JSON, XML.
        const DOCUMENT = 256;
        /// Declared values.
        const ENUM = 512;
        /// A named type of the program.
        const NAMED = 1024;
        /// A list or map.
        const MANY = 2048;
    }
}

impl Types {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::TEXT,
            "number" => Self::NUMBER,
            "decimal" => Self::DECIMAL,
            "bool" => Self::BOOL,
            "time" => Self::TIME,
            "bytes" => Self::BYTES,
            "identifier" => Self::IDENTIFIER,
            "network" => Self::NETWORK,
            "document" => Self::DOCUMENT,
            "enum" => Self::ENUM,
            "named" => Self::NAMED,
            "many" => Self::MANY,
            "any" => Self::all(),
            _ => return None,
        })
    }

    /// What a field may be if its entry does not say: anything but a flag, a time or a fraction.
    pub(super) fn usual() -> Self {
        Self::all() - Self::BOOL - Self::TIME - Self::DECIMAL
    }
}
