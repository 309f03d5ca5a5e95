//! JSON by `serde_json`: text that a person can read.

use serde::{Serialize, de::DeserializeSeed};

use super::{Codec, CodecError, Failure, Format, Rules};

pub(in crate::value) struct Json;

impl Format for Json {
    const CODEC: Codec = Codec::Json;
    const HUMAN_READABLE: bool = true;
    const RULES: Rules = Rules { positional: false, null: true, finite_floats: true };

    fn write(value: &impl Serialize, out: &mut Vec<u8>) -> Result<(), Failure> {
        serde_json::to_writer(out, value).map_err(|error| {
            // While writing, the only syntax is that of map keys, which is decided by their type.
            if error.is_syntax() { Failure::of_type(error) } else { Failure::of_value(error) }
        })
    }

    fn read<'de, S: DeserializeSeed<'de>>(seed: S, bytes: &'de [u8]) -> Result<S::Value, CodecError> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = seed.deserialize(&mut deserializer).map_err(CodecError::new)?;
        deserializer.end().map_err(CodecError::new)?;
        Ok(value)
    }
}
