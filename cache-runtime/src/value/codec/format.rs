//! What a built-in codec is made of: the bytes only; `guard` puts the limits around it.

use serde::{Serialize, de::DeserializeSeed};

use super::{Codec, CodecError, Failure};

/// A serialization format. It is given guarded values and a guarded seed, and need not defend itself
/// against depth, zero-sized floods or panics.
pub(in crate::value) trait Format {
    const CODEC: Codec;
    const HUMAN_READABLE: bool;
    const RULES: Rules;

    /// Appends the bytes of `value`.
    fn write(value: &impl Serialize, out: &mut Vec<u8>) -> Result<(), Failure>;

    /// Reads one value, which must be all of `bytes`.
    fn read<'de, S: DeserializeSeed<'de>>(seed: S, bytes: &'de [u8]) -> Result<S::Value, CodecError>;
}

/// What a format cannot say, so that a value that needs it must be refused instead of coming
/// back as another one.
#[derive(Debug, Clone, Copy)]
pub(in crate::value) struct Rules {
    /// Fields are known by their position: none can be left out.
    pub(in crate::value) positional: bool,
    /// `None` and `()` are both written as null: `Some(None)` would come back as `None`.
    pub(in crate::value) null: bool,
    /// There is no `NaN` and no infinity.
    pub(in crate::value) finite_floats: bool,
}

/// What is said of bytes after the end of a value.
#[derive(Debug, thiserror::Error)]
#[error("bytes were left over behind the value")]
pub(super) struct Leftover;
