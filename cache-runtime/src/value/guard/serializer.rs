//! The forwarding `Serializer`: passes values on to the codec's, guarded where they lead further in.

use std::fmt;

use serde::ser::{Error, Serialize, Serializer};

use super::{compound::GuardedCompound, level::Level};
use crate::value::shape::{Arity, Counts};

/// A value that shows itself to the codec's serializer only through the guard.
pub(super) struct Guarded<'a, T: ?Sized> {
    value: &'a T,
    level: Level<'a>,
}

impl<'a, T: ?Sized> Guarded<'a, T> {
    pub(super) fn new(value: &'a T, level: Level<'a>) -> Self {
        Self { value, level }
    }
}

impl<T: Serialize + ?Sized> Serialize for Guarded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.level.begin();
        self.value.serialize(GuardedSerializer { inner: serializer, level: self.level })
    }
}

struct GuardedSerializer<'w, S> {
    inner: S,
    level: Level<'w>,
}

/// A value without an inside.
macro_rules! plain {
    ($($method:ident($type:ty);)*) => {$(
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            self.level.note(stringify!($type), 1);
            self.inner.$method(value)
        }
    )*};
}

/// Elements: `method(argument: Type) -> Compound, kind;`
macro_rules! elements {
    ($($method:ident($name:ident: $type:ty) -> $compound:ident, $kind:ident;)*) => {$(
        fn $method(self, $name: $type) -> Result<Self::$compound, S::Error> {
            let level = self.deeper()?;
            Ok(GuardedCompound::$kind(self.inner.$method($name)?, level))
        }
    )*};
}

/// The fields of a struct: `method() -> Compound;`
macro_rules! structs {
    ($($method:ident() -> $compound:ident;)*) => {$(
        fn $method(self, name: &'static str, fields: usize) -> Result<Self::$compound, S::Error> {
            let level = self.deeper()?;
            let arity = Arity { name, variant: "", fields, counts: Counts::Fields };
            Ok(GuardedCompound::fields(self.inner.$method(name, fields)?, level, arity))
        }
    )*};
}

/// The fields of a variant, one level inside the variant, as they are when it is read.
macro_rules! variants {
    ($($method:ident() -> $compound:ident;)*) => {$(
        fn $method(
            self,
            name: &'static str,
            index: u32,
            variant: &'static str,
            fields: usize,
        ) -> Result<Self::$compound, S::Error> {
            let level = self.deeper()?.deeper().map_err(Error::custom)?;
            let level = level.variant(name, index, variant).map_err(Error::custom)?;
            let arity = Arity { name, variant, fields, counts: Counts::Fields };
            let inner = self.inner.$method(name, index, variant, fields)?;
            Ok(GuardedCompound::fields(inner, level, arity))
        }
    )*};
}

impl<'w, S: Serializer> GuardedSerializer<'w, S> {
    fn deeper(&self) -> Result<Level<'w>, S::Error> {
        self.level.deeper().map_err(Error::custom)
    }
}

impl<'w, S: Serializer> Serializer for GuardedSerializer<'w, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = GuardedCompound<'w, S::SerializeSeq>;
    type SerializeTuple = GuardedCompound<'w, S::SerializeTuple>;
    type SerializeTupleStruct = GuardedCompound<'w, S::SerializeTupleStruct>;
    type SerializeTupleVariant = GuardedCompound<'w, S::SerializeTupleVariant>;
    type SerializeMap = GuardedCompound<'w, S::SerializeMap>;
    type SerializeStruct = GuardedCompound<'w, S::SerializeStruct>;
    type SerializeStructVariant = GuardedCompound<'w, S::SerializeStructVariant>;

    plain! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
    }

    elements! {
        serialize_seq(len: Option<usize>) -> SerializeSeq, collection;
        serialize_tuple(len: usize) -> SerializeTuple, tuple;
        serialize_map(len: Option<usize>) -> SerializeMap, collection;
    }

    structs! {
        serialize_struct() -> SerializeStruct;
        serialize_tuple_struct() -> SerializeTupleStruct;
    }

    variants! {
        serialize_struct_variant() -> SerializeStructVariant;
        serialize_tuple_variant() -> SerializeTupleVariant;
    }

    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        self.level.note("length", 1);
        self.level.note("u8", value.len());
        self.inner.serialize_str(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        self.level.note("length", 1);
        self.level.note("u8", value.len());
        self.inner.serialize_bytes(value)
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        self.level.float(value.is_finite()).map_err(Error::custom)?;
        self.level.note("f32", 1);
        self.inner.serialize_f32(value)
    }

    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        self.level.float(value.is_finite()).map_err(Error::custom)?;
        self.level.note("f64", 1);
        self.inner.serialize_f64(value)
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.level.nothing().map_err(Error::custom)?;
        self.level.note("none", 1);
        self.inner.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.level.nothing().map_err(Error::custom)?;
        self.inner.serialize_unit()
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<S::Ok, S::Error> {
        self.level.nothing().map_err(Error::custom)?;
        self.inner.serialize_unit_struct(name)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let level = self.level.some().map_err(Error::custom)?;
        level.note("some", 1);
        self.inner.serialize_some(&Guarded { value, level })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        let level = self.level.newtype().map_err(Error::custom)?;
        self.inner.serialize_newtype_struct(name, &Guarded { value, level })
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<S::Ok, S::Error> {
        self.deeper()?;
        self.level.variant(name, index, variant).map_err(Error::custom)?;
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let level = self.deeper()?.variant(name, index, variant).map_err(Error::custom)?;
        self.inner.serialize_newtype_variant(name, index, variant, &Guarded { value, level })
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        if self.level.positional() { self.serialize_str(&value.to_string()) } else { self.inner.collect_str(value) }
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
