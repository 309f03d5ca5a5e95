//! The forwarding accesses: elements, entries and variants are counted and guarded again.

use std::mem;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{
    deserializer::GuardedDeserializer, level::Level, limits::MAX_RESERVED, tape::Tape, visitor::GuardedVisitor,
};

/// A seed that sees the codec's deserializer only through the guard.
pub(super) struct GuardedSeed<'w, S> {
    inner: S,
    level: Level<'w>,
}

impl<'w, S> GuardedSeed<'w, S> {
    pub(super) fn new(inner: S, level: Level<'w>) -> Self {
        Self { inner, level }
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for GuardedSeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(GuardedDeserializer::new(deserializer, self.level))
    }
}

/// A sequence, a map, an enum or the variant of one.
pub(super) struct GuardedAccess<'w, A> {
    inner: A,
    level: Level<'w>,
    /// Whether the first key, and the first value, of a map are yet to be read.
    awaits: [bool; 2],
}

impl<'w, A> GuardedAccess<'w, A> {
    pub(super) fn new(inner: A, level: Level<'w>) -> Self {
        Self { inner, level, awaits: [false; 2] }
    }

    pub(super) fn of_map(inner: A, level: Level<'w>) -> Self {
        Self { inner, level, awaits: [true; 2] }
    }

    /// The next seed, for a value that goes into what is being read.
    fn part<'de, S: DeserializeSeed<'de>>(&self, seed: S) -> GuardedSeed<'w, S> {
        GuardedSeed::new(seed, self.level.with_room(size_of::<S::Value>()))
    }

    fn count<T, E: Error>(&mut self, element: Option<T>) -> Result<Option<T>, E> {
        if element.is_some() {
            self.level.element().map_err(E::custom)?;
            self.level.fill(size_of::<T>()).map_err(E::custom)?;
        }
        Ok(element)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for GuardedAccess<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let seed = self.part(seed);
        let element = self.inner.next_element_seed(seed)?;
        self.count(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint().map(|hint| hint.min(MAX_RESERVED))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for GuardedAccess<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let seed = self.part(seed);
        let key = self.inner.next_key_seed(seed)?;
        if key.is_some() && mem::take(&mut self.awaits[0]) {
            self.level.map(size_of::<S::Value>());
        }
        self.count(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.part(seed);
        let value = self.inner.next_value_seed(seed)?;
        if mem::take(&mut self.awaits[1]) {
            self.level.map(size_of::<S::Value>());
        }
        self.level.fill(size_of::<S::Value>()).map_err(Error::custom)?;
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint().map(|hint| hint.min(MAX_RESERVED))
    }
}

impl<'de, 'w, A: EnumAccess<'de>> EnumAccess<'de> for GuardedAccess<'w, A> {
    type Error = A::Error;
    type Variant = GuardedAccess<'w, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        // How the codec tells variants apart is its own affair.
        let mut tape = Tape::default();
        self.level.tape(|now| tape = *now);
        let (tag, variant) = self.inner.variant_seed(GuardedSeed::new(seed, self.level))?;
        tape.note("variant", 1);
        self.level.tape(|now| *now = tape);
        Ok((tag, GuardedAccess::new(variant, self.level)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for GuardedAccess<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let level = self.level.hold(size_of::<S::Value>()).map_err(Error::custom)?;
        self.inner.newtype_variant_seed(GuardedSeed::new(seed, level))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        let level = self.level.hold(size_of::<V::Value>()).map_err(Error::custom)?;
        self.inner.tuple_variant(len, GuardedVisitor::new(visitor, level))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let level = self.level.hold(size_of::<V::Value>()).map_err(Error::custom)?;
        self.inner.struct_variant(fields, GuardedVisitor::of_struct(visitor, level))
    }
}
