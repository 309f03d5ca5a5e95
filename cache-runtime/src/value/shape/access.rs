//! The recording accesses: hand on to what is inside a sequence, a map, a struct or a variant.

use std::slice;

use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor, value::StrDeserializer,
};

use super::{
    deserializer::Tracer,
    recorder::{Recorder, Stop},
};

/// So many elements.
pub(super) struct Elements<'r> {
    recorder: &'r mut Recorder,
    left: &'r mut usize,
}

impl<'r> Elements<'r> {
    /// `left` is counted down, for whoever wants to know how many were taken.
    pub(super) fn new(recorder: &'r mut Recorder, left: &'r mut usize) -> Self {
        Self { recorder, left }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        if *self.left == 0 {
            return Ok(None);
        }
        *self.left -= 1;
        self.recorder.measure::<S::Value>();
        seed.deserialize(Tracer::new(self.recorder)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(*self.left)
    }
}

/// So many entries of a map.
pub(super) struct Entries<'r>(Elements<'r>);

impl<'r> Entries<'r> {
    pub(super) fn new(recorder: &'r mut Recorder, left: &'r mut usize) -> Self {
        Self(Elements::new(recorder, left))
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        self.0.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        self.0.recorder.measure::<S::Value>();
        seed.deserialize(Tracer::new(self.0.recorder))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// The fields of a struct with their names.
pub(super) struct Fields<'r> {
    recorder: &'r mut Recorder,
    names: slice::Iter<'static, &'static str>,
}

impl<'r> Fields<'r> {
    pub(super) fn new(recorder: &'r mut Recorder, names: &'static [&'static str]) -> Self {
        Self { recorder, names: names.iter() }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Stop> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        seed.deserialize(Tracer::new(self.recorder))
    }
}

/// One variant of an enum.
pub(super) struct Variant<'r> {
    recorder: &'r mut Recorder,
    enum_name: &'static str,
    name: &'static str,
}

impl<'r> Variant<'r> {
    pub(super) fn new(recorder: &'r mut Recorder, enum_name: &'static str, name: &'static str) -> Self {
        Self { recorder, enum_name, name }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Stop> {
        self.recorder.note(format_args!("variant {:?};", self.name))?;
        let name: StrDeserializer<'_, Stop> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.recorder.note(format_args!("unit;"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Stop> {
        self.recorder.note(format_args!("newtype;"))?;
        seed.deserialize(Tracer::new(self.recorder))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        Tracer::new(self.recorder).elements(self.enum_name, self.name, len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Stop> {
        Tracer::new(self.recorder).fields(self.enum_name, self.name, fields, visitor)
    }
}
