//! bincode 2: compact and positional. The crate is unmaintained (RUSTSEC-2025-0141), therefore no
//! other file names it.

use bincode::{
    config::{Configuration, Limit, LittleEndian, Varint},
    error::EncodeError,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Codec, CodecError, Failure, Format, Identity, Rules};
use crate::value::guard::{MAX_PAYLOAD, Sink};

/// bincode counts what it claims to read, not what it reads: sixteen bytes for a `u128` that takes
/// one. A smaller limit than this would refuse payloads that were honestly written.
/// Memory does not depend on it: strings and bytes are borrowed from the payload (see `guard`).
const LIMIT: usize = 16 * MAX_PAYLOAD;

const CONFIG: Configuration<LittleEndian, Varint, Limit<LIMIT>> = bincode::config::standard().with_limit::<LIMIT>();

pub(in crate::value) struct Bincode;

impl Format for Bincode {
    const IDENTITY: Identity = Codec::Bincode.identity();
    const HUMAN_READABLE: bool = false;
    const RULES: Rules = Rules { positional: true, null: false, finite_floats: false };

    fn write(value: &impl Serialize, out: &mut Sink<'_>) -> Result<(), Failure> {
        match bincode::serde::encode_into_std_write(value, out, CONFIG) {
            Ok(_) => Ok(()),
            // `flatten` and other maps of unknown length.
            Err(error @ EncodeError::Serde(_)) => Err(Failure::of_type(error)),
            Err(error) => Err(Failure::of_value(error)),
        }
    }

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        let (value, length) = bincode::serde::decode_from_slice(bytes, CONFIG).map_err(CodecError::new)?;
        if length == bytes.len() { Ok(value) } else { Err(CodecError::leftover()) }
    }
}
