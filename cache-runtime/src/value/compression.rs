//! Payloads in fewer bytes, where that pays: in blocks of [LZ4](https://lz4.org).
//!
//! ```text
//! offset   bytes  field
//!      0       4  the length of what was compressed, little endian
//!      4     ...  an LZ4 block
//! ```

/// The bytes in front of the block.
const PREFIX: usize = 4;

/// The length that is claimed of what was compressed into `packed`.
pub(super) fn claimed(packed: &[u8]) -> usize {
    let length = packed.first_chunk::<PREFIX>().map_or(0, |length| u32::from_le_bytes(*length));
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(feature = "compression")]
pub(super) use lz4::{packed, unpacked};
#[cfg(not(feature = "compression"))]
pub(super) use missing::{packed, unpacked};

#[cfg(feature = "compression")]
mod lz4 {
    use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

    use super::{PREFIX, claimed};
    use crate::value::{
        Mismatch,
        codec::CodecError,
        guard::{MAX_PAYLOAD, contain},
    };

    /// No byte of a block stands for more bytes than this: the longest match grows by so many with each.
    const MOST_PER_BYTE: usize = 255;

    /// `payload` compressed, if at least an eighth of it is saved.
    pub(in crate::value) fn packed(payload: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(payload.len()).ok()?;
        let mut packed = vec![0; PREFIX + get_maximum_output_size(payload.len())];
        let (prefix, block) = packed.split_first_chunk_mut()?;
        *prefix = length.to_le_bytes();
        let size = PREFIX + compress_into(payload, block).ok()?;
        packed.truncate(size);
        (size <= payload.len() - payload.len() / 8).then_some(packed)
    }

    /// What was compressed. Nothing is reserved that the bytes cannot become.
    pub(in crate::value) fn unpacked(packed: &[u8]) -> Result<Vec<u8>, Mismatch> {
        let refused = |reason: &'static str| Mismatch::Decompression(CodecError::new(reason));
        let block = packed.get(PREFIX..).ok_or_else(|| refused("its length is missing"))?;
        let length = claimed(packed);
        if length > MAX_PAYLOAD || length > block.len().saturating_mul(MOST_PER_BYTE) {
            return Err(refused("it claims to become more than it can, or may"));
        }
        let mut payload = vec![0; length];
        let unpack = || decompress_into(block, &mut payload).map_err(|error| CodecError::new(error.to_string()));
        match contain(CodecError::new, unpack).map_err(Mismatch::Decompression)? {
            unpacked if unpacked == length => Ok(payload),
            _ => Err(refused("it becomes less than it claims")),
        }
    }
}

#[cfg(not(feature = "compression"))]
mod missing {
    use std::sync::atomic::{AtomicBool, Ordering};

    use crate::value::Mismatch;

    static TOLD: AtomicBool = AtomicBool::new(false);

    pub(in crate::value) fn packed(_payload: &[u8]) -> Option<Vec<u8>> {
        None
    }

    /// Says once that what another program writes is not read here: each reads what the other one cannot, and loads it again.
    pub(in crate::value) fn unpacked(_packed: &[u8]) -> Result<Vec<u8>, Mismatch> {
        if !TOLD.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "cache_runtime",
                "a stored value is compressed and cannot be read here; enable the feature `compression` of cache-runtime in all programs that share a namespace, or `CACHE_COMPRESS_ABOVE=off` where it is enabled"
            );
        }
        Err(Mismatch::Compressed)
    }
}
