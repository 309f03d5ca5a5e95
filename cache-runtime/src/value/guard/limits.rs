//! The limits themselves, and what is said when one is passed.

/// The longest payload that is written or looked at.
pub(in crate::value) const MAX_PAYLOAD: usize = 64 << 20;

/// The number of values inside each other that is too deep. `serde_json` has the same limit, and it leaves
/// room for the frames of an unoptimised build on the 2 MiB stack of a tokio worker.
pub(in crate::value) const MAX_DEPTH: usize = 128;

/// A collection grows by itself; more than this is not reserved on the word of the bytes.
pub(super) const MAX_RESERVED: usize = 4096;

/// How many elements a payload may hold.
///
/// An element takes at least one byte, unless it has no size: then nine bytes could claim 2^64 of
/// them, at no cost but time. Sixteen for each byte leaves room for structs in structs and for
/// fields of no size; the constant, for a short list of units.
pub(super) const fn max_elements(payload: usize) -> usize {
    let elements = payload.saturating_mul(16);
    if elements < 4096 { 4096 } else { elements }
}

/// Why the guard stopped a codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Breach {
    #[error("values are nested more than 127 deep")]
    TooDeep,
    #[error("there are more elements than its bytes can hold")]
    TooMany,
    #[error("it takes more than 64 MiB")]
    TooLong,
    #[error("field `{0}` was left out (`skip_serializing_if`), but this codec knows fields by their position only")]
    LeftOut(&'static str),
    #[error(
        "`{0}` was written with fewer fields than it is read with (`skip_serializing`), but this codec knows fields by their position only"
    )]
    FewerFields(&'static str),
    #[error(
        "variant `{0}` is read at another place than it is written at (`skip`), but this codec knows variants by their place only"
    )]
    Shifted(&'static str),
    #[error("it holds a `Some` of nothing, which this codec would bring back as `None`")]
    SomeNothing,
    #[error("it holds a `NaN` or an infinity, which this codec cannot write")]
    NotFinite,
}
