//! JSON by `serde_json`: text that a person can read.

use serde::{Serialize, de::DeserializeOwned};

use super::{Codec, CodecError, Failure, Format, Identity, Rules};
use crate::value::guard::Sink;

pub(in crate::value) struct Json;

impl Format for Json {
    const IDENTITY: Identity = Codec::Json.identity();
    const HUMAN_READABLE: bool = true;
    const RULES: Rules = Rules { positional: false, null: true, finite_floats: true };

    fn write(value: &impl Serialize, out: &mut Sink<'_>) -> Result<(), Failure> {
        serde_json::to_writer(out, value).map_err(|error| {
            // While writing, the only syntax is that of map keys, which is decided by their type.
            if error.is_syntax() { Failure::of_type(error) } else { Failure::of_value(error) }
        })
    }

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::new)
    }
}
