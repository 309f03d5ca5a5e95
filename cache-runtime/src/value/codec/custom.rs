//! A codec of the user's own.

use std::{io::Write, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use super::{CodecError, Failure, Format, Identity, Rules};
use crate::value::guard::Sink;

/// A codec of your own, for `codec = MyCodec` in the attribute.
///
/// What is stored around the bytes stays the same: [`decode`](Self::decode) is called only with bytes
/// that [`encode`](Self::encode) wrote for the same type and the same key, unless somebody who can write
/// to the store forges them. Depth, elements, memory and stack are limited as for the built-in codecs, and
/// a panic inside is contained; what is left to the codec is not to reserve memory on the word of
/// the bytes.
///
/// ```
/// use cache_runtime::{CodecError, CustomCodec};
/// use serde::{Serialize, de::DeserializeOwned};
///
/// struct PrettyJson;
///
/// impl CustomCodec for PrettyJson {
///     const NAME: &'static str = "pretty-json";
///     const HUMAN_READABLE: bool = true;
///
///     fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
///         serde_json::to_writer_pretty(out, value).map_err(CodecError::new)
///     }
///
///     fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
///         serde_json::from_slice(bytes).map_err(CodecError::new)
///     }
/// }
/// ```
pub trait CustomCodec {
    /// Part of the shape of every stored value: under another name the cache starts cold. Two
    /// codecs with different bytes must not share a name.
    const NAME: &'static str;

    /// What the codec's serializer answers to `is_human_readable`. Default: `false`.
    const HUMAN_READABLE: bool = false;

    /// Whether fields are known by their position only, as in postcard. A value that leaves a field
    /// out (`skip_serializing_if`) is then refused, because it could come back as another value.
    /// Default: `true`, unless the codec is human readable.
    const POSITIONAL: bool = !Self::HUMAN_READABLE;

    /// Writes `value` to the end of `out`, which comes empty.
    ///
    /// # Errors
    ///
    /// When this value cannot be written; it is not stored then.
    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError>;

    /// Reads a value that is all of `bytes`: anything left over should be an error.
    ///
    /// # Errors
    ///
    /// When `bytes` are not a value of `T`; that is a miss.
    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError>;
}

/// A codec of a user, seen from inside.
pub(in crate::value) struct Custom<C>(PhantomData<C>);

impl<C: CustomCodec> Format for Custom<C> {
    const IDENTITY: Identity = Identity::custom(C::NAME);
    const HUMAN_READABLE: bool = C::HUMAN_READABLE;
    const RULES: Rules = Rules { positional: C::POSITIONAL, null: false, finite_floats: false };

    fn write(value: &impl Serialize, out: &mut Sink<'_>) -> Result<(), Failure> {
        // A vector of its own: what the codec does to it cannot harm the header.
        let mut bytes = Vec::new();
        C::encode(value, &mut bytes).map_err(Failure::of_value)?;
        out.write_all(&bytes).map_err(Failure::of_value)
    }

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        C::decode(bytes)
    }
}
