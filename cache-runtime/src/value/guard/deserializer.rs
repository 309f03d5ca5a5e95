//! The forwarding `Deserializer`: asks the codec for the same thing, with a guarded visitor.

use serde::de::{Deserializer, Error, Visitor};

use super::{level::Level, tape::Tape, visitor::GuardedVisitor};

pub(super) struct GuardedDeserializer<'w, D> {
    inner: D,
    level: Level<'w>,
}

impl<'w, D> GuardedDeserializer<'w, D> {
    pub(super) fn new(inner: D, level: Level<'w>) -> Self {
        Self { inner, level }
    }
}

/// `method(argument: Type, ..) => method of the codec;`
macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*) => $to:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            ask(self.level, stringify!($method));
            let level = self.level.hold(size_of::<V::Value>()).map_err(Error::custom)?;
            self.inner.$to($($name,)* GuardedVisitor::new(visitor, level))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for GuardedDeserializer<'_, D> {
    type Error = D::Error;

    forward! {
        deserialize_any() => deserialize_any;
        deserialize_bool() => deserialize_bool;
        deserialize_i8() => deserialize_i8;
        deserialize_i16() => deserialize_i16;
        deserialize_i32() => deserialize_i32;
        deserialize_i64() => deserialize_i64;
        deserialize_i128() => deserialize_i128;
        deserialize_u8() => deserialize_u8;
        deserialize_u16() => deserialize_u16;
        deserialize_u32() => deserialize_u32;
        deserialize_u64() => deserialize_u64;
        deserialize_u128() => deserialize_u128;
        deserialize_f32() => deserialize_f32;
        deserialize_f64() => deserialize_f64;
        deserialize_char() => deserialize_char;
        deserialize_str() => deserialize_str;
        deserialize_bytes() => deserialize_bytes;
        deserialize_option() => deserialize_option;
        deserialize_unit() => deserialize_unit;
        deserialize_unit_struct(name: &'static str) => deserialize_unit_struct;
        deserialize_newtype_struct(name: &'static str) => deserialize_newtype_struct;
        deserialize_seq() => deserialize_seq;
        deserialize_tuple(len: usize) => deserialize_tuple;
        deserialize_tuple_struct(name: &'static str, len: usize) => deserialize_tuple_struct;
        deserialize_map() => deserialize_map;
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) => deserialize_enum;
        deserialize_identifier() => deserialize_identifier;
        deserialize_ignored_any() => deserialize_ignored_any;

        // A codec that is asked for something to own may reserve as much as the bytes claim before it
        // looks whether they are there. One that lends does not, and a visitor that takes a
        // `String` takes a `&str` as well (serde requires it).
        deserialize_string() => deserialize_str;
        deserialize_byte_buf() => deserialize_bytes;
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let level = self.level.hold(size_of::<V::Value>()).map_err(Error::custom)?;
        self.inner.deserialize_struct(name, fields, GuardedVisitor::of_struct(visitor, level))
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Notes what is asked for. An option, text and bytes are noted by the visitor, which sees what they are.
fn ask(level: Level<'_>, method: &'static str) {
    match method.strip_prefix("deserialize_").unwrap_or(method) {
        "any" | "ignored_any" | "identifier" => level.tape(Tape::give_up),
        "seq" | "map" | "str" | "string" | "bytes" | "byte_buf" => level.note("length", 1),
        kind @ ("bool" | "char" | "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "i128" | "u8" | "u16" | "u32"
        | "u64" | "u128") => level.note(kind, 1),
        _ => {}
    }
}
