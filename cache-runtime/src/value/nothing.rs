//! Whether a value says "nothing there", found out from its serde form, where its type is not known to be an `Option`.

use std::fmt::{self, Display};

use serde::de::value::{Error as ValueError, UnitDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::ser::{self, Impossible, Serialize, Serializer};

/// Whether serde takes `value` for `None`.
pub(crate) fn is_nothing<T: Serialize>(value: &T) -> bool {
    value.serialize(Ask).is_err_and(|answer| answer.nothing)
}

/// The `T` that says "nothing there", if there is one.
pub(crate) fn nothing<T: DeserializeOwned>() -> Option<T> {
    let none: UnitDeserializer<ValueError> = ().into_deserializer();
    T::deserialize(none).ok()
}

/// A serializer that gives up at the first call, and remembers which one it was.
struct Ask;

/// How [`Ask`] gave up.
#[derive(Debug)]
struct Answer {
    nothing: bool,
}

impl Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("asked and answered")
    }
}

impl std::error::Error for Answer {}

impl ser::Error for Answer {
    fn custom<T: Display>(_: T) -> Self {
        Self { nothing: false }
    }
}

macro_rules! something {
    ($($method:ident($($ty:ty),*) -> $ok:ident;)*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<Self::$ok, Answer> {
            Err(Answer { nothing: false })
        }
    )*};
}

type No = Impossible<(), Answer>;
type Name = &'static str;

impl Serializer for Ask {
    type Ok = ();
    type Error = Answer;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    fn serialize_none(self) -> Result<(), Answer> {
        Err(Answer { nothing: true })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: Name, value: &T) -> Result<(), Answer> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Answer> {
        Err(Answer { nothing: false })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: Name, _: u32, _: Name, _: &T) -> Result<(), Answer> {
        Err(Answer { nothing: false })
    }

    something! {
        serialize_bool(bool) -> Ok; serialize_char(char) -> Ok; serialize_str(&str) -> Ok; serialize_bytes(&[u8]) -> Ok;
        serialize_i8(i8) -> Ok; serialize_i16(i16) -> Ok; serialize_i32(i32) -> Ok; serialize_i64(i64) -> Ok;
        serialize_u8(u8) -> Ok; serialize_u16(u16) -> Ok; serialize_u32(u32) -> Ok; serialize_u64(u64) -> Ok;
        serialize_i128(i128) -> Ok; serialize_u128(u128) -> Ok; serialize_f32(f32) -> Ok; serialize_f64(f64) -> Ok;
        serialize_unit() -> Ok; serialize_unit_struct(Name) -> Ok; serialize_unit_variant(Name, u32, Name) -> Ok;
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(Name, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(Name, u32, Name, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(Name, usize) -> SerializeStruct;
        serialize_struct_variant(Name, u32, Name, usize) -> SerializeStructVariant;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_none_is_nothing() {
        assert!(is_nothing(&None::<u8>) && is_nothing(&Box::new(None::<String>)));
        assert!(!is_nothing(&Some(1)) && !is_nothing(&Some(None::<u8>)) && !is_nothing(&()));
        assert!(!is_nothing(&0) && !is_nothing(&"") && !is_nothing(&Vec::<u8>::new()) && !is_nothing(&(1, None::<u8>)));
        assert_eq!(nothing::<Option<u8>>(), Some(None));
        assert_eq!(nothing::<u8>(), None);
    }
}
