//! The forwarding compounds: elements, entries and fields on their way to the codec.

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{serializer::Guarded, watch::Level};

pub(super) struct GuardedCompound<'w, C> {
    inner: C,
    level: Level<'w>,
}

impl<'w, C> GuardedCompound<'w, C> {
    pub(super) fn new(inner: C, level: Level<'w>) -> Self {
        Self { inner, level }
    }

    fn value<'a, T: ?Sized>(&self, value: &'a T) -> Guarded<'a, T>
    where
        'w: 'a,
    {
        Guarded::new(value, self.level)
    }

    fn element<'a, T: ?Sized, E: Error>(&self, value: &'a T) -> Result<Guarded<'a, T>, E>
    where
        'w: 'a,
    {
        self.level.element().map_err(E::custom)?;
        Ok(self.value(value))
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
                self.inner.end()
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
                self.inner.end()
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
        let value = self.value(value);
        self.inner.serialize_value(&value)
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}
