//! `MessagePack` by `rmp-serde`, with named fields: positional msgpack shares the holes of bincode.

use rmp_serde::encode::Error as EncodeError;
use serde::{Serialize, de::DeserializeSeed};

use super::{Codec, CodecError, Failure, Format, Rules, format::Leftover};

pub(in crate::value) struct Msgpack;

impl Format for Msgpack {
    const CODEC: Codec = Codec::Msgpack;
    const HUMAN_READABLE: bool = false;
    const RULES: Rules = Rules { positional: false, null: true, finite_floats: false };

    fn write(value: &impl Serialize, out: &mut Vec<u8>) -> Result<(), Failure> {
        rmp_serde::encode::write_named(out, value).map_err(|error| match error {
            EncodeError::UnknownLength | EncodeError::InvalidDataModel(_) => Failure::of_type(error),
            _ => Failure::of_value(error),
        })
    }

    fn read<'de, S: DeserializeSeed<'de>>(seed: S, bytes: &'de [u8]) -> Result<S::Value, CodecError> {
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        let value = seed.deserialize(&mut deserializer).map_err(CodecError::new)?;
        if deserializer.get_ref().is_empty() { Ok(value) } else { Err(CodecError::new(Leftover)) }
    }
}
