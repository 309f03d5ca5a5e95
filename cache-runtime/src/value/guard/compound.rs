//! The forwarding compounds: elements, entries and fields on their way to the codec.

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{level::Level, marks::Turn, serializer::Guarded};
use crate::value::shape::Arity;

pub(super) struct GuardedCompound<'w, C> {
    inner: C,
    level: Level<'w>,
    arity: Option<Arity>,
    /// Elements that are all alike: `level` is theirs.
    alike: bool,
    written: u32,
}

impl<'w, C> GuardedCompound<'w, C> {
    /// As many elements as there are.
    pub(super) fn collection(inner: C, level: Level<'w>) -> Self {
        level.note("length", 1);
        Self { inner, level: level.step(Turn::Element), arity: None, alike: true, written: 0 }
    }

    /// As many elements as the type says.
    pub(super) fn tuple(inner: C, level: Level<'w>) -> Self {
        Self { inner, level, arity: None, alike: false, written: 0 }
    }

    /// A struct, or a variant with fields.
    pub(super) fn fields(inner: C, level: Level<'w>, arity: Arity) -> Self {
        Self { inner, level, arity: Some(arity), alike: false, written: 0 }
    }

    fn element<'a, T: ?Sized, E: Error>(&mut self, value: &'a T) -> Result<Guarded<'a, T>, E>
    where
        'w: 'a,
    {
        self.level.element().map_err(E::custom)?;
        self.written = self.written.saturating_add(1);
        let level = if self.alike { self.level } else { self.level.step(Turn::Field(self.written)) };
        Ok(Guarded::new(value, level))
    }

    /// Looks at the number of fields last: a field that was left out has been named by then.
    fn finish<E: Error>(self) -> Result<C, E> {
        if self.alike && self.written > 0 {
            self.level.mark(self.written);
        }
        if let Some(arity) = &self.arity {
            self.level.fields(arity).map_err(E::custom)?;
        }
        Ok(self.inner)
    }
}

/// Elements that have a place.
macro_rules! placed {
    ($($trait:ident::$method:ident;)*) => {$(
        impl<C: $trait> $trait for GuardedCompound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                let value = self.element(value)?;
                self.inner.$method(&value)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.finish::<C::Error>()?.end()
            }
        }
    )*};
}

/// Elements that have a name.
macro_rules! named {
    ($($trait:ident;)*) => {$(
        impl<C: $trait> $trait for GuardedCompound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), C::Error> {
                let value = self.element(value)?;
                self.inner.serialize_field(name, &value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), C::Error> {
                self.level.left_out(name).map_err(Error::custom)?;
                self.inner.skip_field(name)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.finish::<C::Error>()?.end()
            }
        }
    )*};
}

placed! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

named! {
    SerializeStruct;
    SerializeStructVariant;
}

impl<C: SerializeMap> SerializeMap for GuardedCompound<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        let key = self.element(key)?;
        self.inner.serialize_key(&key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.written = self.written.saturating_add(1);
        self.inner.serialize_value(&Guarded::new(value, self.level.step(Turn::Value)))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.finish::<C::Error>()?.end()
    }
}
