//! What every codec looks like from inside: the bytes only; `guard` puts the limits around it.

use serde::{Serialize, de::DeserializeOwned};

use super::{CodecError, Failure, Identity};
use crate::value::guard::Sink;

/// A serialization format. It is given guarded types and need not defend itself against depth,
/// zero-sized floods or panics.
pub(in crate::value) trait Format {
    const IDENTITY: Identity;
    const HUMAN_READABLE: bool;
    const RULES: Rules;

    /// Appends the bytes of `value`.
    fn write(value: &impl Serialize, out: &mut Sink<'_>) -> Result<(), Failure>;

    /// Reads one value, which must be all of `bytes`.
    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError>;
}

/// What a format cannot say, so that a value that needs it must be refused instead of coming
/// back as another one.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::value) struct Rules {
    /// Fields are known by their position: none can be left out.
    pub(in crate::value) positional: bool,
    /// `None` and `()` are both written as null: `Some(None)` would come back as `None`.
    pub(in crate::value) null: bool,
    /// There is no `NaN` and no infinity.
    pub(in crate::value) finite_floats: bool,
}
