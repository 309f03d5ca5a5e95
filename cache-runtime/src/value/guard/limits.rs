//! The limits themselves, and what is said when one is passed.

/// The longest payload that is written or looked at.
pub(in crate::value) const MAX_PAYLOAD: usize = 64 << 20;

/// The number of values inside each other that is too deep. `serde_json` has the same limit, and it leaves
/// room for the frames of an unoptimised build on the 2 MiB stack of a tokio worker.
pub(in crate::value) const MAX_DEPTH: usize = 128;

/// A collection grows by itself; more than this is not reserved on the word of the bytes.
pub(super) const MAX_RESERVED: usize = 4096;

/// The length of a payload as the codec reads it, and in its stored form. They differ where that is compressed.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::value) struct Length {
    pub(in crate::value) read: usize,
    pub(in crate::value) stored: usize,
}

impl Length {
    /// That of a payload which is not compressed.
    pub(in crate::value) const fn plain(length: usize) -> Self {
        Self { read: length, stored: length }
    }
}

/// How many elements a payload may hold.
///
/// An element takes at least one byte, unless it has no size: then nine bytes could claim 2^64 of
/// them, at no cost but time. Sixteen for each byte leaves room for structs in structs and for
/// fields of no size; the constant, for a short list of units.
///
/// Where the payload was compressed, only what is stored has room for elements that take none: a few bytes of it become
/// many. The others have one byte each.
pub(super) const fn max_elements(payload: Length) -> usize {
    let elements = payload.stored.saturating_mul(16).saturating_add(payload.read.saturating_sub(payload.stored));
    if elements < 4096 { 4096 } else { elements }
}

/// How much memory a payload may become.
///
/// A `None` takes one byte and as much memory as a `Some`, so that counting elements is not enough. Each
/// value is charged with its size, as far as that is more than what is left of the place it is
/// read into: a field is inside its struct, an element or the content of a `Box` is not. Text and bytes are not
/// charged, for they are no longer than the payload.
///
/// As much as the longest payload is free to all: a list with few of its options filled is no attack. Above it,
/// sixty-four for each byte leaves room for the types that people store. Not seen is what a collection reserves beyond
/// its elements (a table twice as much, a B-tree with one entry eleven times), and what becomes of a value that serde
/// buffers (`untagged`, `tag`, `flatten`): the buffer is charged.
///
/// Bytes are those that are stored. A payload that was compressed may become no more than one that was not: what
/// takes more is not compressed.
pub(super) const fn max_memory(payload: Length) -> usize {
    let memory = payload.stored.saturating_mul(64);
    if memory < MAX_PAYLOAD { MAX_PAYLOAD } else { memory }
}

/// How much stack values inside each other may take while they are read, of the 2 MiB that a tokio worker has:
/// the rest is for the callers.
///
/// It is looked at on each level, together with what the level is going to take. What is not inside anything is not
/// seen before it is there: in an unoptimised build, a type of 64 KiB in one piece takes that much by itself.
pub(super) const MAX_STACK: usize = 3 << 19;

/// How often a level has its value on the stack, at most, in an unoptimised build.
pub(super) const MAX_COPIES: usize = 4;

/// Depth times the size of the largest part that stays below [`MAX_STACK`] in every build. A value that is within it
/// need not be read back to be known to be readable.
pub(super) const MAX_UNSEEN_STACK: usize = 32 << 10;

/// Why the guard stopped a codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Breach {
    #[error("values are nested more than 127 deep")]
    TooDeep,
    #[error("there are more elements than its bytes can hold")]
    TooMany,
    #[error("it would take more memory than its bytes account for")]
    TooHeavy,
    #[error("its nested values take more than 1.5 MiB of the stack")]
    TooWide,
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
