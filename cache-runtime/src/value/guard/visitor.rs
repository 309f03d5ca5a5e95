//! The forwarding `Visitor`: what leads further in is counted and guarded again.

use std::fmt;

use serde::de::{Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};

use super::{access::GuardedAccess, deserializer::GuardedDeserializer, level::Level};

pub(super) struct GuardedVisitor<'w, V> {
    inner: V,
    level: Level<'w>,
    /// What is read as a map is the fields of a struct.
    is_struct: bool,
}

impl<'w, V> GuardedVisitor<'w, V> {
    pub(super) fn new(inner: V, level: Level<'w>) -> Self {
        Self { inner, level, is_struct: false }
    }

    pub(super) fn of_struct(inner: V, level: Level<'w>) -> Self {
        Self { inner, level, is_struct: true }
    }
}

macro_rules! forward {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for GuardedVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    forward! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_borrowed_str(value)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_string(value)
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_bytes(value)
    }

    fn visit_borrowed_bytes<E: Error>(self, value: &'de [u8]) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_borrowed_bytes(value)
    }

    fn visit_byte_buf<E: Error>(self, value: Vec<u8>) -> Result<V::Value, E> {
        self.level.text(value.len());
        self.inner.visit_byte_buf(value)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.level.note("none", 1);
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        let level = self.level.deeper().map_err(Error::custom)?;
        level.note("some", 1);
        self.inner.visit_some(GuardedDeserializer::new(value, level))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        let level = self.level.deeper().map_err(Error::custom)?;
        self.inner.visit_newtype_struct(GuardedDeserializer::new(value, level))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        let level = self.level.deeper().map_err(Error::custom)?;
        self.inner.visit_seq(GuardedAccess::new(elements, level))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let level = self.level.deeper().map_err(Error::custom)?;
        let access =
            if self.is_struct { GuardedAccess::new(entries, level) } else { GuardedAccess::of_map(entries, level) };
        self.inner.visit_map(access)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        let level = self.level.deeper().map_err(Error::custom)?;
        self.inner.visit_enum(GuardedAccess::new(variant, level))
    }
}
