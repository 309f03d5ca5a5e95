//! The recording `Deserializer`: writes down the question, answers with a sample.

use std::any::type_name;

use serde::de::{Deserializer, Visitor};

use super::{
    access::{Elements, Entries, Fields, Variant},
    arity::{Arity, Counts},
    recorder::{Recorder, Stop},
    samples::{ANY, Any, BYTES, NUMBERS, TEXTS},
};

pub(super) struct Tracer<'r> {
    recorder: &'r mut Recorder,
}

impl<'r> Tracer<'r> {
    pub(super) fn new(recorder: &'r mut Recorder) -> Self {
        Self { recorder }
    }

    /// A struct, or a variant with named fields: by position, or else by name.
    pub(super) fn fields<'de, V: Visitor<'de>>(
        self,
        name: &'static str,
        variant: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let kind = format_args!("struct {:?}{fields:?}", label(name, variant));
        self.recorder.within(kind, identity::<V>(), |recorder| match recorder.choices.take(2) {
            0 => by_position(recorder, name, variant, fields.len(), visitor),
            _ => visitor.visit_map(Fields::new(recorder, fields)),
        })
    }

    /// A tuple struct, or a variant with fields that have no names.
    pub(super) fn elements<'de, V: Visitor<'de>>(
        self,
        name: &'static str,
        variant: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let kind = format_args!("tuple {:?}[{len}]", label(name, variant));
        self.recorder.within(kind, identity::<V>(), |recorder| by_position(recorder, name, variant, len, visitor))
    }
}

/// What was asked for may be more than is read: a field counts once more for each alias.
fn by_position<'de, V: Visitor<'de>>(
    recorder: &mut Recorder,
    name: &'static str,
    variant: &'static str,
    len: usize,
    visitor: V,
) -> Result<V::Value, Stop> {
    let mut left = len;
    let value = visitor.visit_seq(Elements::new(recorder, &mut left))?;
    recorder.learn(Arity { name, variant, fields: len - left, counts: Counts::Fields });
    Ok(value)
}

/// A variant is inside its enum, whose name has just been written down.
fn label(name: &'static str, variant: &'static str) -> &'static str {
    if variant.is_empty() { name } else { variant }
}

/// Tells types apart, also from their own variants, which are read by other visitors.
fn identity<'de, V: Visitor<'de>>() -> &'static str {
    type_name::<(V, V::Value)>()
}

macro_rules! leaf {
    ($($method:ident $kind:literal $samples:ident => $visit:ident($sample:ident $(.$convert:ident())?);)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            let $sample = self.recorder.leaf($kind, &$samples)?;
            visitor.$visit($sample $(.$convert())?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Stop;

    leaf! {
        deserialize_i8 "i8" NUMBERS => visit_i8(n.cast_signed());
        deserialize_i16 "i16" NUMBERS => visit_i16(n.into());
        deserialize_i32 "i32" NUMBERS => visit_i32(n.into());
        deserialize_i64 "i64" NUMBERS => visit_i64(n.into());
        deserialize_i128 "i128" NUMBERS => visit_i128(n.into());
        deserialize_u8 "u8" NUMBERS => visit_u8(n);
        deserialize_u16 "u16" NUMBERS => visit_u16(n.into());
        deserialize_u32 "u32" NUMBERS => visit_u32(n.into());
        deserialize_u64 "u64" NUMBERS => visit_u64(n.into());
        deserialize_u128 "u128" NUMBERS => visit_u128(n.into());
        deserialize_f32 "f32" NUMBERS => visit_f32(n.into());
        deserialize_f64 "f64" NUMBERS => visit_f64(n.into());
        deserialize_str "str" TEXTS => visit_str(text);
        deserialize_string "str" TEXTS => visit_str(text);
        deserialize_identifier "identifier" TEXTS => visit_str(text);
        deserialize_bytes "bytes" BYTES => visit_bytes(bytes);
        deserialize_byte_buf "bytes" BYTES => visit_bytes(bytes);
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_bool(self.recorder.leaf("bool", &[false, true])?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_char(self.recorder.leaf("char", &['a', 'A', '0'])?)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.opaque = true;
        match self.recorder.leaf("any", &ANY)? {
            Any::Unit => visitor.visit_unit(),
            Any::Number(n) => visitor.visit_u64(n),
            Any::Text(text) => visitor.visit_str(text),
            Any::Bool(b) => visitor.visit_bool(b),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.note(format_args!("ignored;"))?;
        visitor.visit_unit()
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.note(format_args!("unit;"))?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.note(format_args!("unit {name:?};"))?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.within(format_args!("option"), identity::<V>(), |recorder| {
            if recorder.inside_itself() { visitor.visit_none() } else { visitor.visit_some(Tracer::new(recorder)) }
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.within(format_args!("newtype {name:?}"), identity::<V>(), |recorder| {
            visitor.visit_newtype_struct(Tracer::new(recorder))
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.within(format_args!("seq"), identity::<V>(), |recorder| {
            let mut left = usize::from(!recorder.inside_itself());
            visitor.visit_seq(Elements::new(recorder, &mut left))
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.recorder.within(format_args!("map"), identity::<V>(), |recorder| {
            let mut left = usize::from(!recorder.inside_itself());
            visitor.visit_map(Entries::new(recorder, &mut left))
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        let kind = format_args!("tuple[{len}]");
        self.recorder.within(kind, identity::<V>(), |recorder| {
            let mut left = len;
            visitor.visit_seq(Elements::new(recorder, &mut left))
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.elements(name, "", len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.fields(name, "", fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let identity = identity::<V>();
        // An enum is met again for each of its variants: once is enough for the list of them all.
        let listed = if self.recorder.variants.know(identity, variants) { &[] } else { variants };
        for (place, variant) in listed.iter().enumerate() {
            self.recorder.learn(Arity { name, variant, fields: place, counts: Counts::Place });
        }
        let kind = format_args!("enum {name:?}{listed:?}");
        self.recorder.within(kind, identity, |recorder| {
            let inside_itself = recorder.inside_itself();
            let index = recorder.variants.pick(identity, variants, inside_itself);
            let variant = variants.get(index).ok_or(Stop)?;
            let value = visitor.visit_enum(Variant::new(recorder, name, variant))?;
            recorder.variants.finish(identity, variants, index);
            Ok(value)
        })
    }

    fn is_human_readable(&self) -> bool {
        self.recorder.human_readable
    }
}
