//! A codec of the user's own.

use serde::{Serialize, de::DeserializeOwned};

use super::CodecError;

/// A codec of your own, for `codec = MyCodec` in the attribute.
///
/// What is stored around the bytes (checksum, shape of the type, version) stays the same, so
/// [`decode`](Self::decode) is called only with bytes that [`encode`](Self::encode) has written for
/// the same type and the same key, unless somebody with write access to the store forges them. The
/// limits on depth and on zero-sized floods are not put around it: bound what hostile bytes can
/// make it do. A panic inside is contained and counts as an error.
///
/// ```
/// # mod cache_runtime { pub(crate) use value_room::{CodecError, CustomCodec}; }
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
    /// Stored as part of the shape of every value: another name is a cold start. Two codecs with
    /// different bytes must not share a name.
    const NAME: &'static str;

    /// What the codec's serializer answers to `is_human_readable`. Default: `false`.
    const HUMAN_READABLE: bool = false;

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
