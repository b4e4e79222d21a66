//! Rule files as the build script leaves them: read, but not yet understood.
//!
//! Half of what loading the rules took was reading TOML, at every start, of files that had not changed since the build. The build
//! script writes each file's values down in the form below, and the same `serde` structures are filled from it that are filled
//! from TOML: the knowledge stays in `rules/`, and is validated where it always was. Places are left out. Whoever meets a mistake
//! reads the TOML again to say where it stands.
//!
//! A value is a byte that says its kind, and what that kind needs. Numbers of things are LEB128: seven bits a byte, lowest first.
//!
//! | kind | | followed by |
//! |---|---|---|
//! | `FALSE`, `TRUE` | | nothing |
//! | `INTEGER` | | eight bytes, lowest first |
//! | `TEXT` | | the number of its bytes, and they |
//! | `LIST` | | the number of its values, and they |
//! | `TABLE` | | the number of its entries; for each a key (as after `TEXT`) and a value |
//!
//! All files stand in one after another: a path (as after `TEXT`), the number of bytes of its value, the value.

#[path = "compact/kind.rs"]
mod kind;

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_spanned::de::{SpannedDeserializer, is_spanned};

/// The built-in files that have this form: all whose values it can hold.
static FILES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

/// Each built-in file's path below `rules/`, sorted, and its value.
pub(super) fn builtin() -> Vec<(&'static str, &'static [u8])> {
    let mut reader = Reader { rest: FILES };
    let mut files = Vec::new();
    while let Ok(path) = reader.text() {
        let Some(value) = reader.count().ok().and_then(|length| reader.bytes(length).ok()) else { break };
        files.push((path, value));
    }
    files
}

/// Reads one file's value.
pub(super) fn read<T: DeserializeOwned>(value: &'static [u8]) -> Result<T, Unfit> {
    let mut reader = Reader { rest: value };
    T::deserialize(&mut reader)
}

/// The value does not fit what is read from it, or is damaged. The TOML tells more.
#[derive(Debug)]
pub(super) struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is of another shape")
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'de> {
    rest: &'de [u8],
}

impl<'de> Reader<'de> {
    fn byte(&mut self) -> Result<u8, Unfit> {
        let (first, rest) = self.rest.split_first().ok_or(Unfit)?;
        self.rest = rest;
        Ok(*first)
    }

    fn bytes(&mut self, count: usize) -> Result<&'de [u8], Unfit> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Unfit)?;
        self.rest = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, Unfit> {
        let mut count = 0usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            count |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(count);
            }
        }
        Err(Unfit)
    }

    fn text(&mut self) -> Result<&'de str, Unfit> {
        let count = self.count()?;
        std::str::from_utf8(self.bytes(count)?).map_err(|_| Unfit)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.byte()? {
            kind::FALSE => visitor.visit_bool(false),
            kind::TRUE => visitor.visit_bool(true),
            kind::INTEGER => {
                let bytes = self.bytes(8)?;
                visitor.visit_i64(i64::from_le_bytes(bytes.try_into().map_err(|_| Unfit)?))
            }
            kind::TEXT => visitor.visit_borrowed_str(self.text()?),
            kind::LIST => {
                let left = self.count()?;
                visitor.visit_seq(Entries { reader: self, left })
            }
            kind::TABLE => {
                let left = self.count()?;
                visitor.visit_map(Entries { reader: self, left })
            }
            _ => Err(Unfit),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        if is_spanned(name) {
            return visitor.visit_map(SpannedDeserializer::new(self, 0..0));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        // No rule has a variant with contents.
        if self.byte()? != kind::TEXT {
            return Err(Unfit);
        }
        visitor.visit_enum(BorrowedStrDeserializer::new(self.text()?))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Unfit> for &mut Reader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// What is left of a list or a table.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Entries<'_, 'de> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(BorrowedStrDeserializer::new(self.reader.text()?)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        seed.deserialize(&mut *self.reader)
    }
}
