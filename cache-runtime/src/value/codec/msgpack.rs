//! `MessagePack` by `rmp-serde`, with named fields: positional msgpack shares the holes of bincode.

use rmp_serde::encode::Error as EncodeError;
use serde::{Serialize, de::DeserializeOwned};

use super::{Codec, CodecError, Failure, Format, Identity, Rules};
use crate::value::guard::Sink;

pub(in crate::value) struct Msgpack;

impl Format for Msgpack {
    const IDENTITY: Identity = Codec::Msgpack.identity();
    const HUMAN_READABLE: bool = false;
    const RULES: Rules = Rules { positional: false, null: true, finite_floats: false };

    fn write(value: &impl Serialize, out: &mut Sink<'_>) -> Result<(), Failure> {
        rmp_serde::encode::write_named(out, value).map_err(|error| match error {
            EncodeError::UnknownLength | EncodeError::InvalidDataModel(_) => Failure::of_type(error),
            _ => Failure::of_value(error),
        })
    }

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        // Reads from the slice itself, which then is what was left over.
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        let value = T::deserialize(&mut deserializer).map_err(CodecError::new)?;
        if deserializer.get_ref().is_empty() { Ok(value) } else { Err(CodecError::leftover()) }
    }
}
